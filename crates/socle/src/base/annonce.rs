//! Following what others commit: a transaction announces that what is kept in
//! memory under a name has changed, and a reader learns, in one small
//! statement, whether anything was announced since it last read, and how far
//! back to read again.
//!
//! The number is taken last, under a lock held until the end of the commit, so
//! that numbers follow the order of commits: who sees number `n` sees what
//! every announcement up to `n` changed.

use jiff::Timestamp;

use super::{Tx, instant};
use crate::{erreur::Resultat, params, sql};

/// Announcements kept; a reader further behind reads everything again.
const GARDEES: i64 = 500;

/// What was announced after a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Annonces {
    /// The last one this snapshot holds.
    pub n: i64,
    /// Rows that changed carry this instant or a later one.
    pub depuis: Timestamp,
}

impl Tx {
    /// Says that what is kept in memory under `nom` changes with this
    /// transaction, whose rows carry [`Tx::now`].
    pub fn announce(&mut self, nom: &'static str) {
        self.annonces.insert(nom);
    }

    /// What was announced under `nom` after number `vu`, nothing when what was
    /// read then still holds. A reader of nothing yet gives zero.
    ///
    /// # Errors
    /// `Erreur::Base`.
    pub async fn announced(&mut self, nom: &str, vu: i64) -> Resultat<Option<Annonces>> {
        let l = self
            .row(
                sql!(
                    "SELECT count(*) AS combien, COALESCE(max(n), 0) AS n, min(le) AS depuis
                     FROM annonce WHERE nom = $1 AND n > $2"
                ),
                params![nom, vu],
            )
            .await?;
        let Some(l) = l else { return Ok(None) };
        let (combien, n): (i64, i64) = (l.get("combien")?, l.get("n")?);
        // Too far behind: some of what was missed is no longer kept.
        let trou = n - vu != combien;
        Ok((combien > 0).then_some(Annonces {
            n,
            depuis: match l.get::<Option<Timestamp>>("depuis")? {
                Some(le) if !trou => le,
                _ => Timestamp::UNIX_EPOCH,
            },
        }))
    }

    /// Numbers what this transaction announced.
    pub(super) async fn number_announcements(&mut self) -> Resultat<()> {
        let le = instant(self.now());
        for nom in std::mem::take(&mut self.annonces) {
            self.lock(&format!("annonce {nom}")).await?;
            self.execute(
                sql!(
                    "INSERT INTO annonce (nom, n, le)
                     SELECT $1, COALESCE(max(n), 0) + 1, $2 FROM annonce WHERE nom = $1"
                ),
                params![nom, &le],
            )
            .await?;
            self.execute(
                sql!(
                    "DELETE FROM annonce WHERE nom = $1
                     AND n <= (SELECT max(n) FROM annonce WHERE nom = $1) - $2"
                ),
                params![nom, GARDEES],
            )
            .await?;
        }
        Ok(())
    }
}
