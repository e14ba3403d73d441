//! What happens to files: a look-alike, one shared, one that nobody follows
//! any more, one near its term.

use jiff::{SignedDuration, civil::Date};
use socle::{Resultat, Tx, demo::Alea, francais, params, sql};

use super::{Conseiller, Terrain, gens};
use crate::beneficiaire::{Mode, passation, store};

/// Idle so long, a file is anonymised in some days.
const OUBLI: i64 = 345;
const ATTENTE: i32 = 20;

/// Adds to the register of each. Returns how many rows.
///
/// # Errors
/// `Erreur::Base`.
pub(super) async fn seed(
    tx: &mut Tx,
    conseillers: &[Conseiller],
    terrains: &[Terrain],
    aujourdhui: Date,
    alea: &mut Alea,
) -> Resultat<u64> {
    let mut n = 0;
    for (i, c) in conseillers.iter().enumerate() {
        let t = &terrains[c.terrain];
        if c.suivis.is_empty() {
            continue;
        }
        let mut oubliee = gens::person(tx, c.personne, t, aujourdhui, alea);
        oubliee.cree_le = tx.now() - SignedDuration::from_hours(24 * OUBLI);
        store::insert(tx, &oubliee).await?;
        n += 1;
        let nommee = c
            .suivis
            .iter()
            .find(|b| b.fiche.mode == Mode::Identifie && b.fiche.annee_naissance.is_some());
        if let (0, Some(b)) = (i % 3, nommee) {
            let mut double = b.clone();
            double.id = alea.uuid(tx.now());
            double.fiche.nom = double.fiche.nom.map(|nom| format!("{nom}e"));
            double.fiche.commune_residence = Some(alea.pick(&t.lieux).1.clone());
            store::insert(tx, &double).await?;
            n += 1;
        }
        let suivant = &conseillers[(i + 1) % conseillers.len()];
        if suivant.personne == c.personne {
            continue;
        }
        if suivant.terrain == c.terrain {
            let le = tx.now();
            tx.execute(
                sql!(
                    "INSERT INTO beneficiaire_partage (beneficiaire, personne, par, le) VALUES ($1, $2, $3, $4)"
                ),
                params![c.suivis[0].id, suivant.personne, c.personne, le],
            )
            .await?;
        } else {
            // Somebody who works elsewhere now: the files stayed here.
            let restee = gens::person(tx, suivant.personne, t, aujourdhui, alea);
            store::insert(tx, &restee).await?;
            let depuis = francais::plus_days(aujourdhui, -ATTENTE);
            passation::store::set_waiting(tx, suivant.personne, t.structure, Some(depuis)).await?;
        }
        n += 1;
    }
    Ok(n)
}
