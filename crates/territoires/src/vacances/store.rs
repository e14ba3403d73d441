//! SQL of the school holidays.

use jiff::civil::Date;
use socle::{Ligne, Resultat, Tx, params, sql};

use super::Conge;

fn read(l: &Ligne) -> Resultat<Conge> {
    Ok(Conge {
        zone: l.get("zone")?,
        debut: l.get("debut")?,
        fin: l.get("fin")?,
        libelle: l.get("libelle")?,
        annee: l.get("annee")?,
    })
}

/// The last holiday begun on or before a day, and the first begun after.
pub(super) async fn around(
    tx: &mut Tx,
    zone: &str,
    le: Date,
) -> Resultat<(Option<Conge>, Option<Conge>)> {
    let avant = tx
        .row(
            sql!(
                "SELECT zone, debut, fin, libelle, annee FROM vacances_scolaires
                 WHERE zone = $1 AND debut <= $2 ORDER BY debut DESC LIMIT 1"
            ),
            params![zone, le],
        )
        .await?;
    let apres = tx
        .row(
            sql!(
                "SELECT zone, debut, fin, libelle, annee FROM vacances_scolaires
                 WHERE zone = $1 AND debut > $2 ORDER BY debut LIMIT 1"
            ),
            params![zone, le],
        )
        .await?;
    Ok((
        avant.as_ref().map(read).transpose()?,
        apres.as_ref().map(read).transpose()?,
    ))
}

pub(super) async fn all(tx: &mut Tx) -> Resultat<Vec<Conge>> {
    tx.rows(
        sql!("SELECT zone, debut, fin, libelle, annee FROM vacances_scolaires ORDER BY debut DESC, zone"),
        params![],
    )
    .await?
    .iter()
    .map(read)
    .collect()
}

pub(super) async fn put(tx: &mut Tx, c: &Conge) -> Resultat<()> {
    tx.execute(
        sql!(
            "INSERT INTO vacances_scolaires (zone, debut, fin, libelle, annee) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (zone, debut) DO UPDATE SET fin = excluded.fin, libelle = excluded.libelle,
                                                     annee = excluded.annee"
        ),
        params![&c.zone, c.debut, c.fin, &c.libelle, &c.annee],
    )
    .await?;
    Ok(())
}
