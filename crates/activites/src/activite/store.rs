//! SQL of activities.

use socle::{Droit, Erreur, Ligne, Perimetre, Resultat, Tx, params, sql};
use uuid::Uuid;

use super::{
    Activite, Contenu, Etat, Rattachement, TypeActivite, Valeur, empty,
    image::{self, Image},
};
use crate::{beneficiaire::Profil, etiquette};

const TABLE: &str = "activite";

/// Writes a new activity with everything that hangs on it, under a revision
/// of the statistics journal.
///
/// # Errors
/// `Erreur::Base`.
pub async fn insert(tx: &mut Tx, a: &Activite, revision: i64) -> Resultat<()> {
    insert_all(tx, std::slice::from_ref(a), revision).await
}

/// Writes new activities under the revisions that follow `premiere`.
///
/// # Errors
/// `Erreur::Base`.
pub async fn insert_all(tx: &mut Tx, toutes: &[Activite], premiere: i64) -> Resultat<()> {
    for (revision, a) in (premiere..).zip(toutes) {
        insert_row(tx, a, revision).await?;
        image::append(tx, revision, a.id, None, Image::of(a).map(|i| i.text())).await?;
    }
    insert_values(tx, toutes).await?;
    for a in toutes {
        insert_people(tx, a).await?;
    }
    Ok(())
}

async fn insert_row(tx: &mut Tx, a: &Activite, revision: i64) -> Resultat<()> {
    let c = &a.contenu;
    let (titre, notes) = sealed(tx, a);
    tx.execute(
        sql!(
            "INSERT INTO activite (id, type_activite, etat, auteur, date, duree, type_lieu, lieu, cadre, public,
                modalite, origine, mode_aide, raison_aide, aide_urgence, autonomie, niveau, confiance_avant,
                confiance_apres, destination, organisme, pass_propose, pass_utilise, titre, notes, suivis, anonymes,
                deja_accompagnes, commune_residence, employeur, role, commune, departement, source, version, revision,
                enregistree_le, modifiee_le)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21,
                $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $37)"
        ),
        params![
            a.id, c.type_activite.cle(), a.etat.cle(), a.auteur, c.date, c.duree, &c.type_lieu, c.lieu, &c.cadre,
            &c.public, &c.modalite, &c.origine, &c.mode_aide, &c.raison_aide, c.aide_urgence, &c.autonomie, &c.niveau,
            c.confiance_avant, c.confiance_apres, &c.destination, &c.organisme, c.pass_propose, c.pass_utilise, titre,
            notes, c.suivis.len(), c.anonymes, c.deja_accompagnes, &c.commune_residence, a.rattachement.employeur,
            &a.rattachement.role, &a.rattachement.commune, &a.rattachement.departement, &a.source, a.version, revision,
            a.enregistree_le
        ],
    )
    .await?;
    Ok(())
}

/// Replaces what an author says; who hangs on it follows.
///
/// # Errors
/// `Erreur::Base`.
pub async fn update(tx: &mut Tx, a: &Activite, revision: i64) -> Resultat<()> {
    let c = &a.contenu;
    let (titre, notes) = sealed(tx, a);
    tx.execute(
        sql!(
            "UPDATE activite SET date = $2, duree = $3, type_lieu = $4, lieu = $5, cadre = $6, public = $7,
                modalite = $8, origine = $9, mode_aide = $10, raison_aide = $11, aide_urgence = $12, autonomie = $13,
                niveau = $14, confiance_avant = $15, confiance_apres = $16, destination = $17, organisme = $18,
                pass_propose = $19, pass_utilise = $20, titre = $21, notes = $22, suivis = $23, anonymes = $24,
                deja_accompagnes = $25, commune_residence = $26, employeur = $27, role = $28, commune = $29,
                departement = $30, version = $31, revision = $32, modifiee_le = $33
             WHERE id = $1"
        ),
        params![
            a.id, c.date, c.duree, &c.type_lieu, c.lieu, &c.cadre, &c.public, &c.modalite, &c.origine, &c.mode_aide,
            &c.raison_aide, c.aide_urgence, &c.autonomie, &c.niveau, c.confiance_avant, c.confiance_apres,
            &c.destination, &c.organisme, c.pass_propose, c.pass_utilise, titre, notes, c.suivis.len(), c.anonymes,
            c.deja_accompagnes, &c.commune_residence, a.rattachement.employeur, &a.rattachement.role,
            &a.rattachement.commune, &a.rattachement.departement, a.version, revision, a.modifiee_le
        ],
    )
    .await?;
    tx.execute(
        sql!("DELETE FROM activite_valeur WHERE activite = $1"),
        params![a.id],
    )
    .await?;
    tx.execute(
        sql!("DELETE FROM accompagnement WHERE activite = $1"),
        params![a.id],
    )
    .await?;
    tx.execute(
        sql!("DELETE FROM coanimation WHERE activite = $1"),
        params![a.id],
    )
    .await?;
    tx.execute(
        sql!("DELETE FROM activite_etiquette WHERE activite = $1"),
        params![a.id],
    )
    .await?;
    insert_values(tx, std::slice::from_ref(a)).await?;
    insert_people(tx, a).await
}

/// Changes the state: deleted, or restored.
///
/// # Errors
/// `Erreur::Base`.
pub async fn set_state(tx: &mut Tx, a: &Activite, revision: i64) -> Resultat<()> {
    tx.execute(
        sql!(
            "UPDATE activite SET etat = $2, supprimee_le = $3, version = $4, revision = $5, modifiee_le = $6 WHERE id = $1"
        ),
        params![a.id, a.etat.cle(), a.supprimee_le, a.version, revision, a.modifiee_le],
    )
    .await?;
    Ok(())
}

/// Moves an activity to another employer or territory.
///
/// # Errors
/// `Erreur::Base`.
pub async fn set_attachment(tx: &mut Tx, a: &Activite, revision: i64) -> Resultat<()> {
    let r = &a.rattachement;
    tx.execute(
        sql!(
            "UPDATE activite SET employeur = $2, role = $3, departement = $4, revision = $5, commune = $6 WHERE id = $1"
        ),
        params![a.id, r.employeur, &r.role, &r.departement, revision, &r.commune],
    )
    .await?;
    Ok(())
}

/// Rewrites who the followed persons are and how they count; titles and notes
/// that went away with them.
///
/// # Errors
/// `Erreur::Base`.
pub async fn set_people(tx: &mut Tx, a: &Activite, revision: i64) -> Resultat<()> {
    tx.execute(
        sql!("DELETE FROM accompagnement WHERE activite = $1"),
        params![a.id],
    )
    .await?;
    insert_profiles(tx, a).await?;
    let (titre, notes) = sealed(tx, a);
    tx.execute(
        sql!(
            "UPDATE activite SET suivis = $2, titre = $3, notes = $4, revision = $5 WHERE id = $1"
        ),
        params![a.id, a.profils.len(), titre, notes, revision],
    )
    .await?;
    Ok(())
}

/// Writes the values of any number of activities in one statement: each
/// travels as a line of fixed columns, cut by the database.
async fn insert_values(tx: &mut Tx, toutes: &[Activite]) -> Resultat<()> {
    let mut lignes = Vec::new();
    for a in toutes {
        for v in &a.contenu.valeurs {
            lignes.push(format!(
                "{}{:<20}{:<8}{}",
                a.id, v.dimension, v.nombre, v.valeur
            ));
        }
    }
    if lignes.is_empty() {
        return Ok(());
    }
    tx.execute(
        sql!(
            "WITH v (l) AS (SELECT * FROM liste($1) AS x)
             INSERT INTO activite_valeur (activite, dimension, valeur, nombre)
             SELECT substr(l, 1, 36), rtrim(substr(l, 37, 20)), substr(l, 65), CAST(rtrim(substr(l, 57, 8)) AS bigint)
             FROM v"
        ),
        params![&lignes],
    )
    .await?;
    Ok(())
}

/// Followed persons, colleagues and tags.
async fn insert_people(tx: &mut Tx, a: &Activite) -> Resultat<()> {
    insert_profiles(tx, a).await?;
    for c in &a.contenu.coanimateurs {
        tx.execute(
            sql!("INSERT INTO coanimation (activite, personne) VALUES ($1, $2)"),
            params![a.id, c],
        )
        .await?;
    }
    for e in &a.contenu.etiquettes {
        let id = etiquette::service::named(tx, a.auteur, a.contenu.date, e).await?;
        tx.execute(
            sql!("INSERT INTO activite_etiquette (activite, etiquette) VALUES ($1, $2) ON CONFLICT DO NOTHING"),
            params![a.id, id],
        )
        .await?;
    }
    Ok(())
}

async fn insert_profiles(tx: &mut Tx, a: &Activite) -> Resultat<()> {
    for p in &a.profils {
        tx.execute(
            sql!(
                "INSERT INTO accompagnement (activite, personne, beneficiaire, annee_naissance, tranche, genre, statut,
                    commune_residence, connu_depuis, premier, departement_residence)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
            ),
            params![
                a.id, p.personne, (!p.is_anonymised()).then_some(p.personne), p.annee_naissance, &p.tranche, &p.genre,
                &p.statut, &p.commune_residence, p.connu_depuis, p.premier, &p.departement_residence
            ],
        )
        .await?;
    }
    Ok(())
}

/// One's own activity, locked for a change.
///
/// # Errors
/// `Erreur::Introuvable` outside the perimeter of the right.
pub async fn load(tx: &mut Tx, droit: &Droit, id: Uuid) -> Resultat<Activite> {
    tx.row_in(
        sql!(
            "SELECT a.id FROM activite a WHERE a.id = $2 AND perimetre(a.departement, a.employeur, a.auteur) verrou_ligne()"
        ),
        droit.perimetre(),
        params![id],
    )
    .await?
    .ok_or(Erreur::Introuvable)?;
    fetch(tx, id).await
}

/// An activity of the perimeter, or one the person helped to run.
///
/// # Errors
/// `Erreur::Introuvable` otherwise.
pub async fn read(
    tx: &mut Tx,
    p: &Perimetre,
    personne: Option<Uuid>,
    id: Uuid,
) -> Resultat<Activite> {
    tx.row_in(
        sql!(
            "SELECT a.id FROM activite a WHERE a.id = $2 AND (perimetre(a.departement, a.employeur, a.auteur)
                OR EXISTS (SELECT 1 FROM coanimation k WHERE k.activite = a.id AND k.personne = $3))"
        ),
        p,
        params![id, personne],
    )
    .await?
    .ok_or(Erreur::Introuvable)?;
    fetch(tx, id).await
}

/// An activity of a coordinateur's team: its date lies in an interval of its
/// author, whatever the territory; or the coordinateur's own.
///
/// # Errors
/// `Erreur::Introuvable` otherwise.
pub async fn read_in_team(tx: &mut Tx, coordinateur: Uuid, id: Uuid) -> Resultat<Activite> {
    tx.row(
        sql!(
            "SELECT a.id FROM activite a WHERE a.id = $1 AND (a.auteur = $2
                OR EXISTS (SELECT 1 FROM equipe_membre m WHERE m.membre = a.auteur AND m.coordinateur = $2
                    AND m.entree <= a.date AND (m.sortie IS NULL OR m.sortie >= a.date)))"
        ),
        params![id, coordinateur],
    )
    .await?
    .ok_or(Erreur::Introuvable)?;
    fetch(tx, id).await
}

/// Any activity, for changes that follow from elsewhere.
pub(crate) async fn fetch(tx: &mut Tx, id: Uuid) -> Resultat<Activite> {
    let l = tx
        .row(
            sql!(
                "SELECT type_activite, etat, auteur, date, duree, type_lieu, lieu, cadre, public, modalite, origine,
                    mode_aide, raison_aide, aide_urgence, autonomie, niveau, confiance_avant, confiance_apres,
                    destination, organisme, pass_propose, pass_utilise, titre, notes, anonymes, deja_accompagnes,
                    commune_residence, employeur, role, commune, departement, source, version, enregistree_le,
                    modifiee_le, supprimee_le
                 FROM activite WHERE id = $1"
            ),
            params![id],
        )
        .await?
        .ok_or(Erreur::Introuvable)?;
    let profils = profiles(tx, id).await?;
    let contenu = content(tx, id, &l, &profils).await?;
    Ok(Activite {
        id,
        etat: Etat::from_cle(&l.get::<String>("etat")?),
        auteur: l.get("auteur")?,
        contenu,
        profils,
        rattachement: attachment(&l)?,
        source: l.get("source")?,
        version: l.get("version")?,
        enregistree_le: l.get("enregistree_le")?,
        modifiee_le: l.get("modifiee_le")?,
        supprimee_le: l.get("supprimee_le")?,
    })
}

async fn content(tx: &mut Tx, id: Uuid, l: &Ligne, profils: &[Profil]) -> Resultat<Contenu> {
    let titre: Option<Vec<u8>> = l.get("titre")?;
    let notes: Option<Vec<u8>> = l.get("notes")?;
    Ok(Contenu {
        titre: titre
            .map(|o| tx.unseal(TABLE, "titre", id, &o))
            .transpose()?,
        notes: notes
            .map(|o| tx.unseal(TABLE, "notes", id, &o))
            .transpose()?,
        suivis: profils.iter().map(|p| p.personne).collect(),
        commune_residence: l.get("commune_residence")?,
        valeurs: values(tx, id).await?,
        coanimateurs: colleagues(tx, id).await?,
        etiquettes: tags(tx, id).await?,
        ..plain(l)?
    }
    .ordered())
}

/// What an activity says without naming anybody: no free text, no person, no
/// residence; its values are read apart.
pub(crate) fn plain(l: &Ligne) -> Resultat<Contenu> {
    let t = TypeActivite::from_cle(&l.get::<String>("type_activite")?)
        .ok_or_else(|| Erreur::Interne("type d'activité inconnu".into()))?;
    let type_lieu: String = l.get("type_lieu")?;
    let commune: Option<String> = l.get("commune")?;
    Ok(Contenu {
        date: l.get("date")?,
        duree: l.get("duree")?,
        lieu: l.get("lieu")?,
        commune: commune.filter(|_| matches!(type_lieu.as_str(), "domicile" | "autre")),
        type_lieu,
        cadre: l.get("cadre")?,
        public: l.get("public")?,
        modalite: l.get("modalite")?,
        origine: l.get("origine")?,
        mode_aide: l.get("mode_aide")?,
        raison_aide: l.get("raison_aide")?,
        aide_urgence: l.get("aide_urgence")?,
        autonomie: l.get("autonomie")?,
        niveau: l.get("niveau")?,
        confiance_avant: l.get("confiance_avant")?,
        confiance_apres: l.get("confiance_apres")?,
        destination: l.get("destination")?,
        organisme: l.get("organisme")?,
        pass_propose: l.get("pass_propose")?,
        pass_utilise: l.get("pass_utilise")?,
        anonymes: l.get("anonymes")?,
        deja_accompagnes: l.get("deja_accompagnes")?,
        ..empty(t)
    })
}

/// Where it counts.
pub(crate) fn attachment(l: &Ligne) -> Resultat<Rattachement> {
    Ok(Rattachement {
        employeur: l.get("employeur")?,
        role: l.get("role")?,
        commune: l.get("commune")?,
        departement: l.get("departement")?,
    })
}

async fn values(tx: &mut Tx, id: Uuid) -> Resultat<Vec<Valeur>> {
    tx.rows(
        sql!(
            "SELECT dimension, valeur, nombre FROM activite_valeur
             WHERE activite = $1 AND dimension <> 'zonage' ORDER BY dimension, valeur"
        ),
        params![id],
    )
    .await?
    .iter()
    .map(|l| {
        Ok(Valeur {
            dimension: l.get("dimension")?,
            valeur: l.get("valeur")?,
            nombre: l.get("nombre")?,
        })
    })
    .collect()
}

async fn profiles(tx: &mut Tx, id: Uuid) -> Resultat<Vec<Profil>> {
    tx.rows(
        sql!(
            "SELECT personne, annee_naissance, tranche, genre, statut, commune_residence, connu_depuis, premier,
                departement_residence
             FROM accompagnement WHERE activite = $1 ORDER BY personne"
        ),
        params![id],
    )
    .await?
    .iter()
    .map(|l| {
        Ok(Profil {
            personne: l.get("personne")?,
            annee_naissance: l.get("annee_naissance")?,
            tranche: l.get("tranche")?,
            genre: l.get("genre")?,
            statut: l.get("statut")?,
            commune_residence: l.get("commune_residence")?,
            connu_depuis: l.get("connu_depuis")?,
            premier: l.get("premier")?,
            departement_residence: l.get("departement_residence")?,
        })
    })
    .collect()
}

async fn colleagues(tx: &mut Tx, id: Uuid) -> Resultat<Vec<Uuid>> {
    tx.rows(
        sql!("SELECT personne FROM coanimation WHERE activite = $1 ORDER BY personne"),
        params![id],
    )
    .await?
    .iter()
    .map(|l| l.get("personne"))
    .collect()
}

async fn tags(tx: &mut Tx, id: Uuid) -> Resultat<Vec<String>> {
    let lignes = tx
        .rows(
            sql!(
                "SELECT e.id, e.nom FROM activite_etiquette x JOIN etiquette e ON e.id = x.etiquette
                 WHERE x.activite = $1 ORDER BY e.id"
            ),
            params![id],
        )
        .await?;
    lignes
        .iter()
        .map(|l| {
            tx.unseal(
                "etiquette",
                "nom",
                l.get::<Uuid>("id")?,
                &l.get::<Vec<u8>>("nom")?,
            )
        })
        .collect()
}

fn sealed(tx: &Tx, a: &Activite) -> (Option<Vec<u8>>, Option<Vec<u8>>) {
    let seal = |colonne, texte: &Option<String>| {
        texte.as_deref().map(|t| tx.seal(TABLE, colonne, a.id, t))
    };
    (
        seal("titre", &a.contenu.titre),
        seal("notes", &a.contenu.notes),
    )
}

/// Erases the notes of activities older than `avant` (§2.3, other retention).
/// Returns how many.
///
/// # Errors
/// `Erreur::Base`.
pub async fn erase_notes(tx: &mut Tx, avant: jiff::civil::Date) -> Resultat<u64> {
    tx.execute(
        sql!("UPDATE activite SET notes = NULL WHERE notes IS NOT NULL AND date < $1"),
        params![avant],
    )
    .await
}
