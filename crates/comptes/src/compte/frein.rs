//! Failed sign-ins slow down the account and the address they come from, in
//! the database, so that every process knows.

use jiff::{SignedDuration, Timestamp};
use socle::{Erreur, Resultat, Tx, params, sql};

/// Failures before the first wait.
const TOLERES: i64 = 5;

/// How long one waits after so many failures in a row.
fn wait(echecs: i64) -> SignedDuration {
    match echecs - TOLERES {
        n if n < 0 => SignedDuration::ZERO,
        n => SignedDuration::from_mins(2_i64.pow(u32::try_from(n.min(5)).unwrap_or(5))),
    }
}

/// # Errors
/// `Erreur::Conflit` with how long to wait.
pub async fn check(tx: &mut Tx, cles: &[String]) -> Resultat<()> {
    let le = tx.now();
    for cle in cles {
        let l = tx
            .row(
                sql!("SELECT jusqua FROM echec_connexion WHERE cle = $1"),
                params![cle],
            )
            .await?;
        if let Some(l) = l
            && l.get::<Timestamp>("jusqua")? > le
        {
            let secondes = l.get::<Timestamp>("jusqua")?.as_second() - le.as_second();
            let minutes = (secondes + 59) / 60;
            let minutes = if minutes > 1 {
                format!("{minutes} minutes")
            } else {
                "une minute".to_owned()
            };
            return Err(Erreur::Conflit(format!(
                "Trop d'essais. Attendez {minutes} puis recommencez."
            )));
        }
    }
    Ok(())
}

/// Counts a failure. The address of a shared office is given more patience
/// than one account.
///
/// # Errors
/// `Erreur::Base`.
pub async fn failed(tx: &mut Tx, cles: &[String]) -> Resultat<()> {
    for (i, cle) in cles.iter().enumerate() {
        tx.lock(cle).await?;
        let l = tx
            .row(
                sql!("SELECT echecs FROM echec_connexion WHERE cle = $1"),
                params![cle],
            )
            .await?;
        let echecs = l.map_or(Ok(0), |l| l.get::<i64>("echecs"))? + 1;
        let jusqua = tx.now() + wait(if i == 0 { echecs } else { echecs / 4 });
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

/// Forgets the failures of an account that signed in.
///
/// # Errors
/// `Erreur::Base`.
pub async fn succeeded(tx: &mut Tx, cle: &str) -> Resultat<()> {
    tx.execute(
        sql!("DELETE FROM echec_connexion WHERE cle = $1"),
        params![cle],
    )
    .await?;
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
