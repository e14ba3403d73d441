//! SQL of permanences.

use jiff::civil::Date;
use socle::{Erreur, Ligne, Resultat, Tx, params, sql};
use uuid::Uuid;

use super::{Etat, Permanence};

fn read(l: &Ligne) -> Resultat<Permanence> {
    let recurrence = serde_json::from_str(&l.get::<String>("recurrence")?)
        .map_err(|e| Erreur::Interne(format!("récurrence : {e}")))?;
    Ok(Permanence {
        id: l.get("id")?,
        lieu: l.get("lieu")?,
        personne: l.get("personne")?,
        etat: Etat::from_cle(&l.get::<String>("etat")?)
            .ok_or_else(|| Erreur::Interne("état d'une permanence".into()))?,
        usage: l.get("usage")?,
        acces: l.get("acces")?,
        assise: l.get("assise")?,
        espace: l.get("espace")?,
        confidentiel: l.get("confidentiel")?,
        recurrence,
        du: l.get("du")?,
        au: l.get("au")?,
        principal: l.get("principal")?,
        sans_accord: l.get("sans_accord")?,
        version: l.get("version")?,
    })
}

/// One permanence.
///
/// # Errors
/// `Erreur::Introuvable`.
pub async fn get(tx: &mut Tx, id: Uuid) -> Resultat<Permanence> {
    let l = tx
        .row(sql!("SELECT * FROM permanence WHERE id = $1"), params![id])
        .await?
        .ok_or(Erreur::Introuvable)?;
    read(&l)
}

/// Running permanences of a person, the main place first.
///
/// # Errors
/// `Erreur::Base`.
pub async fn list_of_personne(tx: &mut Tx, personne: Uuid) -> Resultat<Vec<Permanence>> {
    tx.rows(
        sql!(
            "SELECT * FROM permanence WHERE personne = $1 AND etat IN ('active', 'proposee', 'suspendue')
             ORDER BY principal DESC, du, id"
        ),
        params![personne],
    )
    .await?
    .iter()
    .map(read)
    .collect()
}

/// Permanences of a place that run on a day or later.
///
/// # Errors
/// `Erreur::Base`.
pub async fn list_of_lieu(tx: &mut Tx, lieu: Uuid, le: Date) -> Resultat<Vec<Permanence>> {
    tx.rows(
        sql!(
            "SELECT * FROM permanence WHERE lieu = $1 AND etat IN ('active', 'proposee', 'suspendue')
               AND (au IS NULL OR au >= $2) ORDER BY du, id"
        ),
        params![lieu, le],
    )
    .await?
    .iter()
    .map(read)
    .collect()
}

/// Permanences waiting for the agreement of those who run the place.
///
/// # Errors
/// `Erreur::Base`.
pub async fn list_proposed(
    tx: &mut Tx,
    p: &socle::Perimetre,
) -> Resultat<Vec<(Permanence, String)>> {
    tx.rows_in(
        sql!(
            "SELECT p.*, l.nom AS nom_lieu FROM permanence p JOIN lieu l ON l.id = p.lieu
             WHERE p.etat = 'proposee' AND perimetre(l.departement, l.structure, -)
             ORDER BY p.cree_le, p.id LIMIT 200"
        ),
        p,
        params![],
    )
    .await?
    .iter()
    .map(|l| Ok((read(l)?, l.get("nom_lieu")?)))
    .collect()
}

/// How many permanences a place ever had that were not refused.
///
/// # Errors
/// `Erreur::Base`.
pub async fn count_of_lieu(tx: &mut Tx, lieu: Uuid) -> Resultat<i64> {
    tx.count(
        sql!("SELECT count(*) AS n FROM permanence WHERE lieu = $1 AND etat <> 'refusee'"),
        params![lieu],
    )
    .await
}

/// Writes a new permanence.
///
/// # Errors
/// `Erreur::Base`.
pub async fn insert(tx: &mut Tx, p: &Permanence) -> Resultat<()> {
    let le = tx.now();
    let recurrence = serde_json::to_string(&p.recurrence).unwrap_or_default();
    tx.execute(
        sql!(
            "INSERT INTO permanence (id, lieu, personne, etat, usage, acces, assise, espace, confidentiel,
                recurrence, du, au, principal, sans_accord, version, cree_le)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 1, $15)"
        ),
        params![
            p.id,
            p.lieu,
            p.personne,
            p.etat.cle(),
            &p.usage,
            &p.acces,
            &p.assise,
            &p.espace,
            &p.confidentiel,
            recurrence,
            p.du,
            p.au,
            p.principal,
            p.sans_accord,
            le
        ],
    )
    .await?;
    Ok(())
}

/// Changes the state, and the last day.
///
/// # Errors
/// `Erreur::Base`.
pub async fn set_etat(tx: &mut Tx, id: Uuid, etat: Etat, au: Option<Date>) -> Resultat<()> {
    tx.execute(
        sql!("UPDATE permanence SET etat = $2, au = $3, version = version + 1 WHERE id = $1"),
        params![id, etat.cle(), au],
    )
    .await?;
    Ok(())
}

/// Makes one permanence the main one of its person.
///
/// # Errors
/// `Erreur::Base`.
pub async fn set_principal(tx: &mut Tx, personne: Uuid, id: Uuid) -> Resultat<()> {
    tx.execute(
        sql!(
            "UPDATE permanence SET principal = CASE WHEN id = $2 THEN 1 ELSE 0 END WHERE personne = $1"
        ),
        params![personne, id],
    )
    .await?;
    Ok(())
}

/// A place closes: everything there ends the day before.
///
/// # Errors
/// `Erreur::Base`.
pub async fn end_all_of_lieu(tx: &mut Tx, lieu: Uuid, le: Date) -> Resultat<()> {
    let veille = socle::francais::plus_days(le, -1);
    tx.execute(
        sql!(
            "UPDATE permanence SET etat = 'terminee', au = $2, version = version + 1
             WHERE lieu = $1 AND etat IN ('active', 'proposee', 'suspendue')"
        ),
        params![lieu, veille],
    )
    .await?;
    Ok(())
}
