//! This space's share of the fictitious programme: candidates, contracts of
//! the last two years, training. Never on real data.

mod candidats;
mod contrats;
mod formations;
#[cfg(test)]
mod tests;

use jiff::{Timestamp, civil::Date};
use socle::{
    Base, Resultat, Role, Tx,
    demo::{Alea, Taille},
    francais, params, sql,
};
use uuid::Uuid;

use comptes::attribution::PerimetreDe;

/// Rows per transaction.
const LOT: usize = 500;
/// How long ago the oldest contract began.
const JOURS: i64 = 730;

/// Seeds candidates, hires and training on the posts that `programme` seeded.
///
/// # Errors
/// `Erreur::Base`.
pub async fn seed(
    base: &Base,
    alea: &mut Alea,
    taille: &Taille,
    progres: &(dyn Fn(u64) + Sync),
) -> Resultat<()> {
    let mut tx = base.write().await?;
    crate::reference(&mut tx).await?;
    let demo = demo_structure(&mut tx).await?;
    let places = contrats::places(&mut tx, taille.conseillers, demo).await?;
    tx.commit().await?;
    let gens = candidats::seed(base, alea, taille, &places, progres).await?;
    let embauches = contrats::seed(base, alea, &places, &gens, progres).await?;
    formations::seed(base, alea, &embauches, progres).await?;
    let mut tx = base.write().await?;
    logins(&mut tx, demo, &embauches, &gens).await?;
    tx.commit().await
}

/// The structure of the demonstration's login, when `programme` seeded one.
async fn demo_structure(tx: &mut Tx) -> Resultat<Option<Uuid>> {
    let Some(personne) =
        comptes::personne::find_by_courriel(tx, "structure@demo.maillage.example").await?
    else {
        return Ok(None);
    };
    let f = programme::structure::Filtre {
        departement: "35".into(),
        ..programme::structure::Filtre::default()
    };
    for s in programme::structure::list(tx, &socle::Perimetre::National, &f).await? {
        let contacts = programme::structure::contacts(tx, s.id).await?;
        if contacts.iter().any(|c| c.personne == personne) {
            return Ok(Some(s.id));
        }
    }
    Ok(None)
}

/// The accounts of a conseiller, a candidate and a coordinator of
/// Ille-et-Vilaine; the candidate already talks with the demo structure.
async fn logins(
    tx: &mut Tx,
    demo: Option<Uuid>,
    embauches: &[contrats::Embauche],
    gens: &[candidats::Fiche],
) -> Resultat<()> {
    comptes::demo::account(
        tx,
        candidats::CONSEILLER,
        "Maëlle",
        "Gourvenec",
        Role::Conseiller,
        &PerimetreDe::Soi,
        "Son activité",
    )
    .await?;
    comptes::demo::account(
        tx,
        candidats::CANDIDAT,
        "Farid",
        "Estrivaux",
        Role::Candidat,
        &PerimetreDe::Soi,
        "Son profil",
    )
    .await?;
    comptes::demo::account(
        tx,
        "coordinateur@demo.maillage.example",
        "Hélène",
        "Kerlaz",
        Role::Coordinateur,
        &PerimetreDe::Departements(vec!["35".into()]),
        "Ille-et-Vilaine",
    )
    .await?;
    contrats::waiting(tx, demo, embauches, gens).await?;
    let Some(structure) = demo else { return Ok(()) };
    contrats::matchings(tx, structure, gens).await
}

/// A step of a history on the day it is said to have happened.
async fn step(
    tx: &mut Tx,
    objet: &str,
    id: Uuid,
    numero: i64,
    vers: &str,
    par: (&str, Role),
    le: Date,
) -> Resultat<()> {
    tx.execute(
        sql!(
            "INSERT INTO historique (objet, objet_id, numero, de, vers, par, role, motif, le)
             VALUES ($1, $2, $3, NULL, $4, $5, $6, NULL, $7)"
        ),
        params![objet, id, numero, vers, par.0, par.1.cle(), noon(le)],
    )
    .await?;
    Ok(())
}

/// Noon in Paris, whatever the season.
fn noon(le: Date) -> Timestamp {
    le.at(12, 0, 0, 0)
        .to_zoned_datetime(socle::clock::paris())
        .map(|z| z.timestamp())
        .unwrap_or_default()
}

/// A day `n` days before another.
fn before(le: Date, n: i64) -> Date {
    francais::plus_days(le, -i32::try_from(n).unwrap_or(0))
}
