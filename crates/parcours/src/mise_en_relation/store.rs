//! SQL of matchings.

use socle::{Droit, Erreur, Ligne, Perimetre, Resultat, Tx, params, sql};
use uuid::Uuid;

use super::{Etat, MiseEnRelation, Raison};

/// Name of this noun in histories and in the audit journal.
pub const OBJET: &str = "mise_en_relation";

fn read(tx: &Tx, l: &Ligne) -> Resultat<MiseEnRelation> {
    let id: Uuid = l.get("id")?;
    let hors_zone = match l.get::<Option<Vec<u8>>>("hors_zone")? {
        Some(o) => tx.unseal("mise_en_relation", "hors_zone", id, &o)?,
        None => String::new(),
    };
    Ok(MiseEnRelation {
        id,
        structure: l.get("structure")?,
        departement: l.get("departement")?,
        personne: l.get("personne")?,
        etat: Etat::from_cle(&l.get::<String>("etat")?)?,
        etat_avant: l
            .get::<Option<String>>("etat_avant")?
            .and_then(|e| Etat::find(&e)),
        distance_km: l.get("distance_km")?,
        score: l.get("score")?,
        hors_zone,
        raison: l
            .get::<Option<String>>("raison")?
            .and_then(|r| Raison::find(&r)),
        accord: l.get("accord")?,
        entretien_le: l.get("entretien_le")?,
        reponse_avant: l.get("reponse_avant")?,
        maj_le: l.get("maj_le")?,
        version: l.get("version")?,
    })
}

/// A matching inside a perimeter.
///
/// # Errors
/// `Erreur::Introuvable` outside it.
pub async fn get(tx: &mut Tx, p: &Perimetre, id: Uuid) -> Resultat<MiseEnRelation> {
    let l = tx
        .row_in(
            sql!(
                "SELECT m.* FROM mise_en_relation m
                 WHERE m.id = $2 AND perimetre(-, m.structure, m.personne)"
            ),
            p,
            params![id],
        )
        .await?
        .ok_or(Erreur::Introuvable)?;
    read(tx, &l)
}

/// A matching to change, its row held.
///
/// # Errors
/// `Erreur::Introuvable` outside the perimeter of the right.
pub async fn load(tx: &mut Tx, droit: &Droit, id: Uuid) -> Resultat<MiseEnRelation> {
    let l = tx
        .row_in(
            sql!(
                "SELECT m.* FROM mise_en_relation m
                 WHERE m.id = $2 AND perimetre(-, m.structure, m.personne) verrou_ligne()"
            ),
            droit.perimetre(),
            params![id],
        )
        .await?
        .ok_or(Erreur::Introuvable)?;
    read(tx, &l)
}

/// Matchings of a perimeter, the latest change first.
///
/// # Errors
/// `Erreur::Base`.
pub async fn list(tx: &mut Tx, p: &Perimetre) -> Resultat<Vec<MiseEnRelation>> {
    tx.rows_in(
        sql!(
            "SELECT m.* FROM mise_en_relation m WHERE perimetre(-, m.structure, m.personne)
             ORDER BY m.maj_le DESC, m.id LIMIT 500"
        ),
        p,
        params![],
    )
    .await?
    .iter()
    .map(|l| read(tx, l))
    .collect()
}

/// All matchings of a person, for rules.
///
/// # Errors
/// `Erreur::Base`.
pub async fn of_personne(tx: &mut Tx, personne: Uuid) -> Resultat<Vec<MiseEnRelation>> {
    tx.rows(
        sql!("SELECT m.* FROM mise_en_relation m WHERE m.personne = $1 ORDER BY m.cree_le, m.id verrou_ligne()"),
        params![personne],
    )
    .await?
    .iter()
    .map(|l| read(tx, l))
    .collect()
}

/// Open matchings of a structure that bind nobody yet, for rules.
///
/// # Errors
/// `Erreur::Base`.
pub async fn open_of_structure(tx: &mut Tx, structure: Uuid) -> Resultat<Vec<MiseEnRelation>> {
    tx.rows(
        sql!(
            "SELECT m.* FROM mise_en_relation m
             WHERE m.structure = $1 AND m.etat IN ('interet_candidat', 'preselectionnee', 'entretien', 'proposition')
             ORDER BY m.cree_le, m.id verrou_ligne()"
        ),
        params![structure],
    )
    .await?
    .iter()
    .map(|l| read(tx, l))
    .collect()
}

/// The matching of a structure and a person, if any.
///
/// # Errors
/// `Erreur::Base`.
pub async fn find(
    tx: &mut Tx,
    structure: Uuid,
    personne: Uuid,
) -> Resultat<Option<MiseEnRelation>> {
    let l = tx
        .row(
            sql!("SELECT m.* FROM mise_en_relation m WHERE m.structure = $1 AND m.personne = $2 verrou_ligne()"),
            params![structure, personne],
        )
        .await?;
    l.map(|l| read(tx, &l)).transpose()
}

fn sealed(tx: &Tx, m: &MiseEnRelation) -> Option<Vec<u8>> {
    (!m.hors_zone.is_empty()).then(|| tx.seal("mise_en_relation", "hors_zone", m.id, &m.hors_zone))
}

/// Adds a matching. `false`: somebody else has just opened the same one.
///
/// # Errors
/// `Erreur::Base`.
pub async fn insert(tx: &mut Tx, m: &MiseEnRelation) -> Resultat<bool> {
    let hors_zone = sealed(tx, m);
    let n = tx
        .execute(
            sql!(
                "INSERT INTO mise_en_relation (id, structure, departement, personne, etat, distance_km, score, hors_zone,
                    accord, entretien_le, reponse_avant, cree_le, maj_le, version)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12, 1) ON CONFLICT DO NOTHING"
            ),
            params![
                m.id,
                m.structure,
                &m.departement,
                m.personne,
                m.etat.cle(),
                m.distance_km,
                m.score,
                hors_zone,
                m.accord,
                m.entretien_le,
                m.reponse_avant,
                m.maj_le
            ],
        )
        .await?;
    Ok(n == 1)
}

/// Writes a matching loaded in this transaction.
///
/// # Errors
/// `Erreur::Conflit` when somebody changed it in between.
pub async fn update(tx: &mut Tx, m: &MiseEnRelation) -> Resultat<()> {
    let (hors_zone, le) = (sealed(tx, m), tx.now());
    let n = tx
        .execute(
            sql!(
                "UPDATE mise_en_relation SET etat = $3, etat_avant = $4, hors_zone = $5, raison = $6, accord = $7,
                    entretien_le = $8, reponse_avant = $9, score = $10, distance_km = $11, maj_le = $12, version = version + 1
                 WHERE id = $1 AND version = $2"
            ),
            params![
                m.id,
                m.version,
                m.etat.cle(),
                m.etat_avant.map(Etat::cle),
                hors_zone,
                m.raison.map(Raison::cle),
                m.accord,
                m.entretien_le,
                m.reponse_avant,
                m.score,
                m.distance_km,
                le
            ],
        )
        .await?;
    if n == 1 {
        Ok(())
    } else {
        Err(crate::outdated())
    }
}
