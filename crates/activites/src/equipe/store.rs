//! SQL of teams.

use jiff::civil::Date;
use socle::{Erreur, Ligne, Resultat, Tx, params, sql};
use uuid::Uuid;

use super::{Intervalle, Origine};

/// Every stay in a team: (member, first day, last day or still there), in the
/// order of members then days. Statistics of a team follow these alone.
///
/// # Errors
/// `Erreur::Base`.
pub async fn intervalles(
    tx: &mut Tx,
    coordinateur: Uuid,
) -> Resultat<Vec<(Uuid, Date, Option<Date>)>> {
    Ok(list(tx, coordinateur)
        .await?
        .into_iter()
        .map(|i| (i.membre, i.entree, i.sortie))
        .collect())
}

/// The stays of a team.
///
/// # Errors
/// `Erreur::Base`.
pub async fn list(tx: &mut Tx, coordinateur: Uuid) -> Resultat<Vec<Intervalle>> {
    tx.rows(
        sql!(
            "SELECT id, coordinateur, membre, entree, sortie FROM equipe_membre
             WHERE coordinateur = $1 ORDER BY membre, entree"
        ),
        params![coordinateur],
    )
    .await?
    .iter()
    .map(read)
    .collect()
}

/// One stay in one's own team, locked for a change.
///
/// # Errors
/// `Erreur::Introuvable` in somebody else's team.
pub async fn load(tx: &mut Tx, coordinateur: Uuid, id: Uuid) -> Resultat<Intervalle> {
    tx.row(
        sql!(
            "SELECT id, coordinateur, membre, entree, sortie FROM equipe_membre
             WHERE id = $1 AND coordinateur = $2 verrou_ligne()"
        ),
        params![id, coordinateur],
    )
    .await?
    .as_ref()
    .map(read)
    .transpose()?
    .ok_or(Erreur::Introuvable)
}

/// Who coordinated a person on a day.
///
/// # Errors
/// `Erreur::Base`.
pub async fn coordinateurs(tx: &mut Tx, membre: Uuid, le: Date) -> Resultat<Vec<Uuid>> {
    tx.rows(
        sql!(
            "SELECT DISTINCT coordinateur FROM equipe_membre
             WHERE membre = $1 AND entree <= $2 AND (sortie IS NULL OR sortie >= $2) ORDER BY coordinateur"
        ),
        params![membre, le],
    )
    .await?
    .iter()
    .map(|l| l.get("coordinateur"))
    .collect()
}

/// # Errors
/// `Erreur::Base`.
pub async fn insert(tx: &mut Tx, i: &Intervalle, origine: Origine) -> Resultat<()> {
    let le = tx.now();
    tx.execute(
        sql!(
            "INSERT INTO equipe_membre (id, coordinateur, membre, entree, sortie, origine, cree_le)
             VALUES ($1, $2, $3, $4, $5, $6, $7)"
        ),
        params![
            i.id,
            i.coordinateur,
            i.membre,
            i.entree,
            i.sortie,
            origine.cle(),
            le
        ],
    )
    .await?;
    Ok(())
}

/// # Errors
/// `Erreur::Base`.
pub async fn set_end(tx: &mut Tx, id: Uuid, sortie: Date) -> Resultat<()> {
    tx.execute(
        sql!("UPDATE equipe_membre SET sortie = $2 WHERE id = $1"),
        params![id, sortie],
    )
    .await?;
    Ok(())
}

fn read(l: &Ligne) -> Resultat<Intervalle> {
    Ok(Intervalle {
        id: l.get("id")?,
        coordinateur: l.get("coordinateur")?,
        membre: l.get("membre")?,
        entree: l.get("entree")?,
        sortie: l.get("sortie")?,
    })
}
