//! What was judged not to be a duplicate.

use std::collections::BTreeMap;

use socle::{Resultat, Tx, params, sql};
use uuid::Uuid;

/// Keeps a judgement for the ordered pair; a later one replaces it.
///
/// # Errors
/// `Erreur::Base`.
pub async fn set_aside(
    tx: &mut Tx,
    premiere: Uuid,
    seconde: Uuid,
    empreinte: &str,
    par: Uuid,
) -> Resultat<()> {
    let le = tx.now();
    tx.execute(
        sql!(
            "INSERT INTO doublon_ecarte (premiere, seconde, empreinte, par, le) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (premiere, seconde) DO UPDATE SET empreinte = excluded.empreinte, par = excluded.par,
                le = excluded.le"
        ),
        params![premiere, seconde, empreinte, par, le],
    )
    .await?;
    Ok(())
}

/// The judgements about some files.
///
/// # Errors
/// `Erreur::Base`.
pub async fn set_asides(
    tx: &mut Tx,
    fiches: &Vec<Uuid>,
) -> Resultat<BTreeMap<(Uuid, Uuid), String>> {
    tx.rows(
        sql!("SELECT premiere, seconde, empreinte FROM doublon_ecarte WHERE premiere IN liste($1)"),
        params![fiches],
    )
    .await?
    .iter()
    .map(|l| Ok(((l.get("premiere")?, l.get("seconde")?), l.get("empreinte")?)))
    .collect()
}

/// Forgets every judgement about a file.
///
/// # Errors
/// `Erreur::Base`.
pub async fn forget(tx: &mut Tx, id: Uuid) -> Resultat<()> {
    tx.execute(
        sql!("DELETE FROM doublon_ecarte WHERE premiere = $1 OR seconde = $1"),
        params![id],
    )
    .await?;
    Ok(())
}
