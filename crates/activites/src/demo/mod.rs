//! Two years of fictitious activity for a national programme: places and
//! permanences of each employer, people followed, comptes rendus on working
//! days. Bulk: no mails, no per-row audit; statistics journal kept.

mod appareils;
mod coordinations;
mod equipes;
mod gens;
mod imports;
mod jours;
mod liens;
mod recit;
mod registre;
mod series;

use std::collections::BTreeMap;

use jiff::civil::Date;
use lieux::permanence::Creneau;
use parcours::contrat;
use socle::{
    Base, Perimetre, Resultat, Tx,
    demo::{Alea, Taille},
    francais,
};
use territoires::Commune;
use uuid::Uuid;

use crate::{
    activite::{Activite, image, store},
    beneficiaire,
};

/// Rows written by one transaction.
const LOT: usize = 1_000;
/// Days of history.
const HISTOIRE: i32 = 730;
/// Followed people each.
const SUIVIS: usize = 8;

/// Where an employer's counsellors work.
#[derive(Debug, Clone)]
struct Terrain {
    structure: Uuid,
    departement: String,
    /// (place, its commune)
    lieux: Vec<(Uuid, String)>,
}

/// Somebody to tell two years of.
#[derive(Debug, Clone)]
struct Conseiller {
    personne: Uuid,
    terrain: usize,
    jours: Vec<Date>,
    suivis: Vec<beneficiaire::Beneficiaire>,
}

/// Seeds this space.
///
/// # Errors
/// `Erreur::Base`.
pub async fn seed(
    base: &Base,
    alea: &mut Alea,
    taille: &Taille,
    progres: &(dyn Fn(u64) + Sync),
) -> Resultat<()> {
    let aujourdhui = base
        .clock()
        .now()
        .to_zoned_datetime(socle::clock::paris())
        .date();
    let mut tx = base.write().await?;
    let equipe = contrat::conseillers(&mut tx, &Perimetre::National).await?;
    let terrains = grounds(&mut tx, &equipe, alea).await?;
    let mut conseillers = people(&mut tx, &equipe, &terrains, aujourdhui, alea).await?;
    progres(registre::seed(&mut tx, &conseillers, &terrains, aujourdhui, alea).await?);
    progres(equipes::seed(&mut tx, aujourdhui).await?);
    progres(coordinations::seed(&mut tx, aujourdhui, alea).await?);
    progres(liens::seed(&mut tx).await?);
    progres(series::seed(&mut tx, &conseillers, &terrains, aujourdhui).await?);
    tx.commit().await?;
    progres((terrains.len() * 3 + conseillers.len() * SUIVIS) as u64);
    // One in twenty has been silent for a while: reminders have somebody to help.
    for (i, c) in conseillers.iter_mut().enumerate().skip(5).step_by(20) {
        let silence = if i % 40 == 5 { 35 } else { 50 };
        c.jours.retain(|j| francais::days(*j, aujourdhui) > silence);
    }
    conseillers.retain(|c| !c.jours.is_empty());
    let parts = shares(&conseillers, taille.activites, alea);
    let mut lot: Vec<Activite> = Vec::with_capacity(LOT);
    let mut dernieres: BTreeMap<Uuid, Option<Activite>> = BTreeMap::new();
    for (c, n) in conseillers.iter().zip(parts) {
        let mut dates: Vec<Date> = (0..n).map(|_| *alea.pick(&c.jours)).collect();
        dates.sort_unstable();
        let dernier = dates.last().copied();
        for date in dates {
            lot.push(recit::activity(c, &terrains[c.terrain], date, alea));
            if Some(date) == dernier {
                dernieres.insert(c.personne, lot.last().cloned());
            }
            if lot.len() == LOT {
                write(base, &mut lot, progres).await?;
            }
        }
    }
    write(base, &mut lot, progres).await?;
    let mut tx = base.write().await?;
    for (personne, derniere) in &dernieres {
        appareils::seed(&mut tx, *personne, derniere.as_ref()).await?;
    }
    progres(imports::seed(&mut tx).await? + imports::rhythms(&mut tx).await?);
    tx.commit().await?;
    progres(dernieres.len() as u64);
    Ok(())
}

async fn write(
    base: &Base,
    lot: &mut Vec<Activite>,
    progres: &(dyn Fn(u64) + Sync),
) -> Resultat<()> {
    let mut tx = base.write().await?;
    let revision = image::next_revision(&mut tx).await?;
    store::insert_all(&mut tx, lot, revision).await?;
    tx.commit().await?;
    progres(lot.len() as u64);
    lot.clear();
    Ok(())
}

/// Two or three places per employer.
async fn grounds(
    tx: &mut Tx,
    equipe: &[(Uuid, Uuid, String)],
    alea: &mut Alea,
) -> Resultat<Vec<Terrain>> {
    let mut v: Vec<Terrain> = Vec::new();
    for (_, structure, _) in equipe {
        if v.iter().any(|t| t.structure == *structure) {
            continue;
        }
        let s = programme::structure::get(tx, *structure).await?;
        let mut lieux = Vec::new();
        for _ in 0..alea.between(2, 3) {
            let Some(commune) = near(&s.commune_insee, alea, lieux.is_empty()) else {
                continue;
            };
            let id = lieux::demo::insert_for(tx, *structure, &s.nom, commune).await?;
            lieux.push((id, commune.code.to_owned()));
        }
        v.push(Terrain {
            structure: *structure,
            departement: s.departement,
            lieux,
        });
    }
    Ok(v)
}

/// The seat itself, or a commune of the same EPCI.
fn near(siege: &str, alea: &mut Alea, au_siege: bool) -> Option<&'static Commune> {
    let g = territoires::geographie();
    let siege = g.commune(siege)?;
    let voisines: Vec<&'static Commune> = siege
        .epci
        .map(|e| {
            g.communes_of_epci(e)
                .filter(|c| c.departement == siege.departement)
                .collect()
        })
        .unwrap_or_default();
    if au_siege || voisines.is_empty() {
        Some(siege)
    } else {
        let i = alea.below(voisines.len());
        voisines.get(i).copied()
    }
}

/// Three half-days in the first place, one in another.
async fn permanences(
    tx: &mut Tx,
    personne: Uuid,
    t: &Terrain,
    du: Date,
    alea: &mut Alea,
) -> Resultat<()> {
    let matin = |jour| Creneau {
        jour,
        debut: 9 * 60,
        fin: 12 * 60,
    };
    let midi = |jour| Creneau {
        jour,
        debut: 14 * 60,
        fin: 17 * 60,
    };
    let jour = u8::try_from(alea.below(3)).unwrap_or(0);
    for (i, (lieu, _)) in t.lieux.iter().take(2).enumerate() {
        let creneaux = if i == 0 {
            vec![matin(jour), midi(jour), matin(jour + 1)]
        } else {
            vec![midi(jour + 2)]
        };
        lieux::demo::insert_permanence(tx, personne, *lieu, du, creneaux, i == 0).await?;
    }
    Ok(())
}

/// The counsellors, with the days they worked and the people they follow.
async fn people(
    tx: &mut Tx,
    equipe: &[(Uuid, Uuid, String)],
    terrains: &[Terrain],
    aujourdhui: Date,
    alea: &mut Alea,
) -> Resultat<Vec<Conseiller>> {
    let mut calendrier = jours::Calendrier::default();
    let debut = francais::plus_days(aujourdhui, -HISTOIRE);
    let hier = francais::plus_days(aujourdhui, -1);
    let mut v = Vec::new();
    for (personne, structure, _) in equipe {
        let Some(terrain) = terrains.iter().position(|t| t.structure == *structure) else {
            continue;
        };
        let t = &terrains[terrain];
        let mut jours = Vec::new();
        for c in contrat::store::of_personne(tx, *personne).await? {
            if c.structure == *structure && c.etat.is_signed() {
                let du = c.date_debut.max(debut);
                let au = c.derniere_date().unwrap_or(hier).min(hier);
                jours.extend(calendrier.working_days(du, au, &t.departement));
            }
        }
        jours.sort_unstable();
        jours.dedup();
        let mut suivis = Vec::with_capacity(SUIVIS);
        if let Some(premier) = jours.first() {
            permanences(tx, *personne, t, *premier, alea).await?;
            for _ in 0..SUIVIS {
                let b = gens::person(tx, *personne, t, aujourdhui, alea);
                beneficiaire::store::insert(tx, &b).await?;
                suivis.push(b);
            }
        }
        v.push(Conseiller {
            personne: *personne,
            terrain,
            jours,
            suivis,
        });
    }
    Ok(v)
}

/// How many activities each, in proportion to the days worked and to habits;
/// they add up to `total`.
fn shares(conseillers: &[Conseiller], total: usize, alea: &mut Alea) -> Vec<usize> {
    let poids: Vec<usize> = conseillers
        .iter()
        .map(|c| c.jours.len() * usize::try_from(alea.between(5, 15)).unwrap_or(10))
        .collect();
    let somme: usize = poids.iter().sum();
    if somme == 0 {
        return vec![0; conseillers.len()];
    }
    let (mut cumul, mut donnes) = (0, 0);
    poids
        .iter()
        .map(|p| {
            cumul += p;
            let jusque = total * cumul / somme;
            let n = jusque - donnes;
            donnes = jusque;
            n
        })
        .collect()
}

#[cfg(test)]
mod tests;
