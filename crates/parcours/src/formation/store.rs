//! SQL of training.

use jiff::civil::Date;
use socle::{Acteur, Erreur, Ligne, Perimetre, Resultat, Tx, params, sql};
use uuid::Uuid;

use super::{
    Certification, Etat, Inscription, Positionnement, Resultat as Issue, Session, Titre,
    organisme::calendar,
};
use crate::droits::FORMATION_GERER;

/// Name of this noun in histories and in the audit journal.
pub const OBJET: &str = "session_formation";

fn read_session(l: &Ligne) -> Resultat<Session> {
    Ok(Session {
        id: l.get("id")?,
        numero: l.get("numero")?,
        organisme: l.get("organisme")?,
        organisme_nom: l.get("organisme_nom")?,
        departement: l.get("departement")?,
        commune_insee: l.get("commune_insee")?,
        parcours: l.get("parcours")?,
        heures: l.get("heures")?,
        debut: l.get("debut")?,
        fin: l.get("fin")?,
        a_distance: l.get("a_distance")?,
        capacite: l.get("capacite")?,
        demi_journees: l.get("demi_journees")?,
        annulee: l.get("annulee")?,
        confirmees: l.get("confirmees")?,
        en_attente: l.get("en_attente")?,
    })
}

/// Sessions of a calendar (see [`super::organisme::calendar`]) that end on or
/// after a day, the first to begin first.
///
/// # Errors
/// `Erreur::Base`.
pub async fn sessions(tx: &mut Tx, p: &Perimetre, depuis: Date) -> Resultat<Vec<Session>> {
    tx.rows_in(
        sql!(
            "SELECT s.*, o.nom AS organisme_nom,
                    (SELECT count(*) FROM inscription_formation i WHERE i.session = s.id AND i.etat IN ('confirmee', 'suivie')) AS confirmees,
                    (SELECT count(*) FROM inscription_formation i WHERE i.session = s.id AND i.etat = 'liste_attente') AS en_attente
             FROM session_formation s JOIN organisme o ON o.id = s.organisme
             WHERE perimetre(-, s.organisme, -) AND s.fin >= $2 ORDER BY s.debut, s.numero LIMIT 200"
        ),
        p,
        params![depuis],
    )
    .await?
    .iter()
    .map(read_session)
    .collect()
}

/// One session of a calendar.
///
/// # Errors
/// `Erreur::Introuvable`.
pub async fn session(tx: &mut Tx, p: &Perimetre, id: Uuid) -> Resultat<Session> {
    let l = tx
        .row_in(
            sql!(
                "SELECT s.*, o.nom AS organisme_nom,
                        (SELECT count(*) FROM inscription_formation i WHERE i.session = s.id AND i.etat IN ('confirmee', 'suivie')) AS confirmees,
                        (SELECT count(*) FROM inscription_formation i WHERE i.session = s.id AND i.etat = 'liste_attente') AS en_attente
                 FROM session_formation s JOIN organisme o ON o.id = s.organisme
                 WHERE s.id = $2 AND perimetre(-, s.organisme, -)"
            ),
            p,
            params![id],
        )
        .await?
        .ok_or(Erreur::Introuvable)?;
    read_session(&l)
}

/// A session to change: of the calendar of whoever may, its places held.
///
/// # Errors
/// `Erreur::Introuvable`; `Erreur::Interdit`.
pub async fn load(tx: &mut Tx, acteur: &Acteur, id: Uuid) -> Resultat<Session> {
    acteur.require(&FORMATION_GERER)?;
    tx.lock(&format!("session:{id}")).await?;
    session(tx, &calendar(acteur), id).await
}

/// Training bodies, by name.
///
/// # Errors
/// `Erreur::Base`.
pub async fn organismes(tx: &mut Tx) -> Resultat<Vec<(Uuid, String)>> {
    tx.rows(
        sql!("SELECT id, nom FROM organisme ORDER BY nom"),
        params![],
    )
    .await?
    .iter()
    .map(|l| Ok((l.get("id")?, l.get("nom")?)))
    .collect()
}

/// Adds a training body, unless its name is there.
///
/// # Errors
/// `Erreur::Base`.
pub async fn insert_organisme(tx: &mut Tx, id: Uuid, nom: &str, contact: &str) -> Resultat<()> {
    tx.execute(
        sql!("INSERT INTO organisme (id, nom, marche, contact) VALUES ($1, $2, '2023-09', $3) ON CONFLICT DO NOTHING"),
        params![id, nom, contact],
    )
    .await?;
    Ok(())
}

/// Adds a session.
///
/// # Errors
/// `Erreur::Base`.
pub async fn insert_session(tx: &mut Tx, s: &Session) -> Resultat<()> {
    let le = tx.now();
    tx.execute(
        sql!(
            "INSERT INTO session_formation (id, numero, organisme, departement, commune_insee, parcours, heures, debut, fin,
                a_distance, capacite, demi_journees, annulee, cree_le)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)"
        ),
        params![
            s.id,
            &s.numero,
            s.organisme,
            &s.departement,
            &s.commune_insee,
            &s.parcours,
            s.heures,
            s.debut,
            s.fin,
            s.a_distance,
            s.capacite,
            s.demi_journees,
            s.annulee,
            le
        ],
    )
    .await?;
    Ok(())
}

/// Next number of a year.
///
/// # Errors
/// `Erreur::Base`.
pub async fn next_numero(tx: &mut Tx, annee: i16) -> Resultat<String> {
    tx.lock("session.numero").await?;
    let prefixe = format!("SF-{annee}-");
    let n = tx
        .count(
            sql!("SELECT count(*) AS n FROM session_formation WHERE numero LIKE $1"),
            params![format!("{prefixe}%")],
        )
        .await?;
    Ok(format!("{prefixe}{:04}", n + 1))
}

fn read_place(l: &Ligne) -> Resultat<Inscription> {
    Ok(Inscription {
        id: l.get("id")?,
        session: l.get("session")?,
        contrat: l.get("contrat")?,
        personne: l.get("personne")?,
        structure: l.get("structure")?,
        etat: Etat::from_cle(&l.get::<String>("etat")?)?,
        embauche: l.get("embauche")?,
        amenagement: l.get("amenagement")?,
        presents: l.get("presents")?,
        justifiees: l.get("justifiees")?,
        injustifiees: l.get("injustifiees")?,
    })
}

/// Places of a session that an actor may see, waiting list in its order.
///
/// # Errors
/// `Erreur::Base`.
pub async fn places(tx: &mut Tx, p: &Perimetre, session: Uuid) -> Resultat<Vec<Inscription>> {
    tx.rows_in(
        sql!(
            "SELECT i.* FROM inscription_formation i WHERE i.session = $2 AND perimetre(i.departement, i.structure, i.personne)
             ORDER BY i.etat, i.embauche, i.demande_le, i.id"
        ),
        p,
        params![session],
    )
    .await?
    .iter()
    .map(read_place)
    .collect()
}

/// Places of a person in all sessions, latest first.
///
/// # Errors
/// `Erreur::Base`.
pub async fn places_of(tx: &mut Tx, personne: Uuid) -> Resultat<Vec<Inscription>> {
    tx.rows(
        sql!("SELECT i.* FROM inscription_formation i WHERE i.personne = $1 ORDER BY i.demande_le DESC, i.id"),
        params![personne],
    )
    .await?
    .iter()
    .map(read_place)
    .collect()
}

/// Trainings people follow or followed, begun on `le` at the latest: (person,
/// first day, last day).
///
/// # Errors
/// `Erreur::Base`.
pub async fn periods(tx: &mut Tx, le: Date) -> Resultat<Vec<(Uuid, Date, Date)>> {
    tx.rows(
        sql!(
            "SELECT i.personne, s.debut, s.fin FROM inscription_formation i
             JOIN session_formation s ON s.id = i.session
             WHERE i.etat IN ('confirmee', 'suivie') AND s.annulee = 0 AND s.debut <= $1
             ORDER BY i.personne, s.debut"
        ),
        params![le],
    )
    .await?
    .iter()
    .map(|l| Ok((l.get("personne")?, l.get("debut")?, l.get("fin")?)))
    .collect()
}

/// One place of a session.
///
/// # Errors
/// `Erreur::Introuvable`.
pub async fn place(tx: &mut Tx, session: Uuid, id: Uuid) -> Resultat<Inscription> {
    let l = tx
        .row(
            sql!("SELECT i.* FROM inscription_formation i WHERE i.id = $1 AND i.session = $2 verrou_ligne()"),
            params![id, session],
        )
        .await?
        .ok_or(Erreur::Introuvable)?;
    read_place(&l)
}

/// Adds a place. `false`: the person already has one in this session.
///
/// # Errors
/// `Erreur::Base`.
pub async fn insert_place(tx: &mut Tx, i: &Inscription, departement: &str) -> Resultat<bool> {
    let le = tx.now();
    let n = tx
        .execute(
            sql!(
                "INSERT INTO inscription_formation (id, session, contrat, personne, structure, departement, etat, embauche,
                    amenagement, presents, justifiees, injustifiees, demande_le, maj_le)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $13) ON CONFLICT DO NOTHING"
            ),
            params![
                i.id,
                i.session,
                i.contrat,
                i.personne,
                i.structure,
                departement,
                i.etat.cle(),
                i.embauche,
                i.amenagement,
                i.presents,
                i.justifiees,
                i.injustifiees,
                le
            ],
        )
        .await?;
    Ok(n == 1)
}

/// Writes a place loaded in this transaction.
///
/// # Errors
/// `Erreur::Base`.
pub async fn update_place(tx: &mut Tx, i: &Inscription) -> Resultat<()> {
    let le = tx.now();
    tx.execute(
        sql!(
            "UPDATE inscription_formation SET etat = $2, presents = $3, justifiees = $4, injustifiees = $5, maj_le = $6 WHERE id = $1"
        ),
        params![i.id, i.etat.cle(), i.presents, i.justifiees, i.injustifiees, le],
    )
    .await?;
    Ok(())
}

/// The first of the waiting list: hired first.
///
/// # Errors
/// `Erreur::Base`.
pub async fn first_waiting(tx: &mut Tx, session: Uuid) -> Resultat<Option<Inscription>> {
    tx.row(
        sql!(
            "SELECT i.* FROM inscription_formation i WHERE i.session = $1 AND i.etat = 'liste_attente'
             ORDER BY i.embauche, i.demande_le, i.id LIMIT 1"
        ),
        params![session],
    )
    .await?
    .map(|l| read_place(&l))
    .transpose()
}

/// Adds the result of a positioning test.
///
/// # Errors
/// `Erreur::Base`.
pub async fn insert_test(
    tx: &mut Tx,
    p: &Positionnement,
    structure: Uuid,
    departement: &str,
) -> Resultat<()> {
    let le = tx.now();
    let commentaire = (!p.commentaire.is_empty())
        .then(|| tx.seal("positionnement", "commentaire", p.id, &p.commentaire));
    tx.execute(
        sql!(
            "INSERT INTO positionnement (id, personne, structure, departement, le, experience, posture, technique, parcours, commentaire, cree_le)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
        ),
        params![
            p.id,
            p.personne,
            structure,
            departement,
            p.le,
            p.experience,
            p.posture,
            p.technique,
            &p.parcours,
            commentaire,
            le
        ],
    )
    .await?;
    Ok(())
}

/// The last test of a person.
///
/// # Errors
/// `Erreur::Base`.
pub async fn last_test(tx: &mut Tx, personne: Uuid) -> Resultat<Option<Positionnement>> {
    let l = tx
        .row(
            sql!("SELECT p.* FROM positionnement p WHERE p.personne = $1 ORDER BY p.le DESC, p.cree_le DESC LIMIT 1"),
            params![personne],
        )
        .await?;
    l.map(|l| {
        let id: Uuid = l.get("id")?;
        let commentaire = match l.get::<Option<Vec<u8>>>("commentaire")? {
            Some(o) => tx.unseal("positionnement", "commentaire", id, &o)?,
            None => String::new(),
        };
        Ok(Positionnement {
            id,
            personne: l.get("personne")?,
            le: l.get("le")?,
            experience: l.get("experience")?,
            posture: l.get("posture")?,
            technique: l.get("technique")?,
            parcours: l.get("parcours")?,
            commentaire,
        })
    })
    .transpose()
}

/// People under contract without a test for 12 months: (person, contract,
/// structure, first day).
///
/// # Errors
/// `Erreur::Base`.
pub async fn untested(
    tx: &mut Tx,
    p: &Perimetre,
    depuis: Date,
) -> Resultat<Vec<(Uuid, Uuid, Uuid, Date)>> {
    let le = tx.today();
    tx.rows_in(
        sql!(
            "SELECT c.personne, c.id, c.structure, c.date_debut FROM contrat c
             WHERE perimetre(c.departement, c.structure, c.personne) AND c.etat = 'valide'
               AND (c.date_fin IS NULL OR c.date_fin >= $2)
               AND NOT EXISTS (SELECT 1 FROM positionnement t WHERE t.personne = c.personne AND t.le > $3)
               AND NOT EXISTS (SELECT 1 FROM inscription_formation i WHERE i.personne = c.personne AND i.etat IN ('confirmee', 'suivie'))
             ORDER BY c.date_debut, c.id LIMIT 100"
        ),
        p,
        params![le, depuis],
    )
    .await?
    .iter()
    .map(|l| Ok((l.get("personne")?, l.get("id")?, l.get("structure")?, l.get("date_debut")?)))
    .collect()
}

/// Adds an attempt at a certification.
///
/// # Errors
/// `Erreur::Base`.
pub async fn insert_certification(
    tx: &mut Tx,
    id: Uuid,
    i: &Inscription,
    departement: &str,
    c: &Certification,
) -> Resultat<()> {
    let le = tx.now();
    tx.execute(
        sql!(
            "INSERT INTO certification (id, personne, structure, departement, titre, etat, le, session, cree_le)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
        ),
        params![
            id,
            i.personne,
            i.structure,
            departement,
            c.titre.cle(),
            c.resultat.cle(),
            c.le,
            i.session,
            le
        ],
    )
    .await?;
    Ok(())
}

/// Every attempt of a person, oldest first.
///
/// # Errors
/// `Erreur::Base`.
pub async fn certifications(tx: &mut Tx, personne: Uuid) -> Resultat<Vec<Certification>> {
    tx.rows(
        sql!("SELECT titre, etat, le FROM certification WHERE personne = $1 ORDER BY le, titre"),
        params![personne],
    )
    .await?
    .iter()
    .map(|l| {
        Ok(Certification {
            titre: Titre::from_cle(&l.get::<String>("titre")?)?,
            resultat: Issue::from_cle(&l.get::<String>("etat")?)?,
            le: l.get("le")?,
        })
    })
    .collect()
}

/// Progress of the people of a perimeter: (in training or trained, with CCP1).
///
/// # Errors
/// `Erreur::Base`.
pub async fn progress(tx: &mut Tx, p: &Perimetre) -> Resultat<(i64, i64)> {
    let l = tx
        .row_in(
            sql!(
                "SELECT count(DISTINCT i.personne) AS n,
                        count(DISTINCT CASE WHEN EXISTS (SELECT 1 FROM certification t WHERE t.personne = i.personne
                            AND t.titre = 'ccp1' AND t.etat IN ('obtenu', 'dispense')) THEN i.personne END) AS ccp1
                 FROM inscription_formation i
                 WHERE i.etat IN ('confirmee', 'suivie') AND perimetre(i.departement, i.structure, i.personne)"
            ),
            p,
            params![],
        )
        .await?
        .ok_or(Erreur::Introuvable)?;
    Ok((l.get("n")?, l.get("ccp1")?))
}

/// As [`progress`], for the trainees of the sessions of a calendar.
///
/// # Errors
/// `Erreur::Base`.
pub async fn trained(tx: &mut Tx, p: &Perimetre) -> Resultat<(i64, i64)> {
    let l = tx
        .row_in(
            sql!(
                "SELECT count(DISTINCT i.personne) AS n,
                        count(DISTINCT CASE WHEN EXISTS (SELECT 1 FROM certification t WHERE t.personne = i.personne
                            AND t.titre = 'ccp1' AND t.etat IN ('obtenu', 'dispense')) THEN i.personne END) AS ccp1
                 FROM inscription_formation i JOIN session_formation s ON s.id = i.session
                 WHERE i.etat IN ('confirmee', 'suivie') AND perimetre(-, s.organisme, -)"
            ),
            p,
            params![],
        )
        .await?
        .ok_or(Erreur::Introuvable)?;
    Ok((l.get("n")?, l.get("ccp1")?))
}
