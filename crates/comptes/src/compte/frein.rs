//! Failed sign-ins slow down the account and the address they come from, in
//! the database, so that every process knows.

use jiff::{SignedDuration, Timestamp};
use socle::{Erreur, Resultat, Tx, params, sql};

/// Failures before the first wait.
const TOLERES: i64 = 5;
/// An address is often a whole office: as many failures as so many accounts.
const PARTAGE: i64 = 4;
/// Failures are forgotten when so long passed after the last wait.
const OUBLI: SignedDuration = SignedDuration::from_hours(1);

/// How long one waits after so many failures in a row.
fn wait(echecs: i64) -> SignedDuration {
    match echecs - TOLERES {
        n if n < 0 => SignedDuration::ZERO,
        n => SignedDuration::from_mins(2_i64.pow(u32::try_from(n.min(5)).unwrap_or(5))),
    }
}

/// Counts an attempt before it is judged, so that many at once cannot slip
/// through together. The first key is the account, the next the address it
/// comes from. [`succeeded`] takes it back.
///
/// # Errors
/// `Erreur::Conflit` with how long to wait; then nothing is counted.
pub async fn attempt(tx: &mut Tx, cles: &[String]) -> Resultat<()> {
    let le = tx.now();
    for (i, cle) in cles.iter().enumerate() {
        tx.lock(cle).await?;
        let l = tx
            .row(
                sql!("SELECT echecs, jusqua FROM echec_connexion WHERE cle = $1"),
                params![cle],
            )
            .await?;
        let (echecs, jusqua) = match l {
            Some(l) => (l.get::<i64>("echecs")?, l.get::<Timestamp>("jusqua")?),
            None => (0, le),
        };
        if jusqua > le {
            return Err(Erreur::Conflit(words(jusqua.duration_since(le))));
        }
        let echecs = if jusqua + OUBLI < le { 1 } else { echecs + 1 };
        let jusqua = le + wait(if i == 0 { echecs } else { echecs / PARTAGE });
        tx.execute(
            sql!(
                "INSERT INTO echec_connexion (cle, echecs, jusqua) VALUES ($1, $2, $3)
                 ON CONFLICT (cle) DO UPDATE SET echecs = excluded.echecs, jusqua = excluded.jusqua"
            ),
            params![cle, echecs, jusqua],
        )
        .await?;
    }
    Ok(())
}

fn words(reste: SignedDuration) -> String {
    let minutes = (reste.as_secs() + 59) / 60;
    let minutes = if minutes > 1 {
        format!("{minutes} minutes")
    } else {
        "une minute".to_owned()
    };
    format!("Trop d'essais. Attendez {minutes} puis recommencez.")
}

/// Forgets the failures of the account, and this attempt of the address: its
/// other failures stay, or one's own account would hide the guessing of others'.
///
/// # Errors
/// `Erreur::Base`.
pub async fn succeeded(tx: &mut Tx, cles: &[String]) -> Resultat<()> {
    let le = tx.now();
    for (i, cle) in cles.iter().enumerate() {
        if i == 0 {
            tx.execute(
                sql!("DELETE FROM echec_connexion WHERE cle = $1"),
                params![cle],
            )
            .await?;
        } else {
            tx.execute(
                sql!("UPDATE echec_connexion SET echecs = echecs - 1, jusqua = $2 WHERE cle = $1"),
                params![cle, le],
            )
            .await?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waiting_doubles_and_stops_at_half_an_hour() {
        assert_eq!(wait(4), SignedDuration::ZERO);
        assert_eq!(wait(5), SignedDuration::from_mins(1));
        assert_eq!(wait(8), SignedDuration::from_mins(8));
        assert_eq!(wait(1_000_000), SignedDuration::from_mins(32));
    }
}
