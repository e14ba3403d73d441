//! §5.4 as plain SQL: slow, literal, the same on both databases. Whatever
//! counts faster is measured against this, and `doctor` recounts with it.

mod base;
mod blocs;
mod lignes;
mod personnes;
mod totaux;

use socle::{Resultat, Tx, params, sql};

use super::{Question, Reponse};

/// Counts everything from the tables.
///
/// # Errors
/// `Erreur::Base`.
pub async fn repondre(tx: &mut Tx, q: &Question) -> Resultat<Reponse> {
    let mut r = Reponse {
        version: tx
            .count(
                sql!("SELECT coalesce(max(numero), 0) AS n FROM activite_journal"),
                params![],
            )
            .await?,
        ..Reponse::default()
    };
    totaux::count(tx, q, &mut r).await?;
    blocs::count(tx, q, &mut r).await?;
    personnes::count(tx, q, &mut r).await?;
    lignes::count(tx, q, &mut r).await?;
    Ok(r)
}
