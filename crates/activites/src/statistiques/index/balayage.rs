//! Going through rows, a block of authors over all its months before the next
//! one: their people and places stay at hand. Blocks are shared between the
//! processors.

use std::{
    ops::Range,
    sync::atomic::{AtomicUsize, Ordering},
};

use super::{
    Index, Mois, MoisDe,
    choix::{Choix, Lecture},
    complement,
    plan::{Periode, Plan},
    segment::Segment,
    somme::Somme,
    visite::{Place, blocks, months, run_with},
};

/// Rows under which one processor is enough; tests have few.
const PEU: usize = if cfg!(test) { 16 } else { 60_000 };
/// Rows under which lists are shorter than tables.
const LISTE: usize = if cfg!(test) { 12 } else { 4_000 };

/// Adds up everything a plan admits.
#[must_use]
pub fn add_up(index: &Index, plan: &Plan) -> Somme {
    let mois = months(index, plan);
    let blocs = blocks(index, plan);
    let lignes = rows(&mois, &blocs);
    if let Some(s) = complement::add_up(index, plan, &mois, lignes) {
        return s;
    }
    let part = |prendre: &dyn Fn() -> Option<usize>| {
        let mut s = Somme::new(index, plan.serie, lignes > LISTE);
        let mut choix = Choix::default();
        while let Some(b) = prendre() {
            s.gens.open(&blocs[b]);
            for (mois, de, jours) in &mois {
                let lieu = Place {
                    mois: *mois,
                    de,
                    segment: &de.base,
                    jours: *jours,
                };
                each_segment(lieu, &blocs[b], |lieu| {
                    let l = Lecture::of(index, plan, lieu);
                    choix.authors(&l, &blocs[b], &mut s);
                });
            }
            s.gens.close(&blocs[b]);
        }
        s
    };
    let mut somme = share(blocs.len(), lignes, part, Somme::merge);
    if let Some(p) = plan.soi {
        let mut choix = Choix::default();
        run_with(index, p, plan, |lieu, lot, seules| {
            let l = Lecture::of(index, plan, lieu);
            if plan.admits(&lieu.segment.lots[lot]) && !lieu.hides(lieu.segment.lots[lot].auteur) {
                choix.lots(&l, lot..lot + 1, Some(seules), &mut somme);
            }
        });
    }
    somme.gens.finish(false);
    somme
}

/// What some authors did in a month: as it was, then what changed.
pub fn each_segment<'a>(lieu: Place<'a>, auteurs: &Range<u32>, mut f: impl FnMut(Place<'a>)) {
    f(lieu);
    for (_, segment) in lieu.de.retouches.range(auteurs.clone()) {
        f(Place { segment, ..lieu });
    }
}

/// One answer made by several processors: `part` is given what takes the
/// number of the next piece.
pub fn share<T: Send>(
    morceaux: usize,
    lignes: usize,
    part: impl Fn(&dyn Fn() -> Option<usize>) -> T + Sync,
    merge: impl Fn(&mut T, T),
) -> T {
    let fils = std::thread::available_parallelism()
        .map_or(1, usize::from)
        .min(lignes / PEU + 1)
        .min(8);
    let suivant = AtomicUsize::new(0);
    let prendre = || Some(suivant.fetch_add(1, Ordering::Relaxed)).filter(|n| *n < morceaux);
    std::thread::scope(|portee| {
        let autres: Vec<_> = (1..fils).map(|_| portee.spawn(|| part(&prendre))).collect();
        let mut s = part(&prendre);
        for a in autres {
            if let Ok(a) = a.join() {
                merge(&mut s, a);
            }
        }
        s
    })
}

/// Everything in some lots of one author's month, people left out, over a
/// plan of that month.
#[must_use]
pub fn small_sum(index: &Index, plan: &Plan, mois: Mois, segment: &Segment, auteur: u32) -> Somme {
    let de = MoisDe::default();
    let lieu = Place {
        mois,
        de: &de,
        segment,
        jours: mois.days(),
    };
    let mut s = Somme::new(index, plan.serie, segment.len() > LISTE);
    let l = Lecture::of(index, plan, lieu);
    Choix::default().authors(&l, &(auteur..auteur + 1), &mut s);
    s
}

/// The same over a whole month.
#[must_use]
pub fn month_sum(index: &Index, plan: &Plan, mois: Mois, de: &MoisDe) -> Somme {
    let mut s = Somme::new(index, plan.serie, true);
    let lieu = Place {
        mois,
        de,
        segment: &de.base,
        jours: mois.days(),
    };
    Choix::default().month(&Lecture::of(index, plan, lieu), &mut s);
    s
}

/// About how many rows some authors have.
fn rows(mois: &[(Mois, &MoisDe, Periode)], blocs: &[Range<u32>]) -> usize {
    let changees = |de: &MoisDe, b: &Range<u32>| {
        let r = de.retouches.range(b.clone());
        r.map(|(_, s)| s.len()).sum::<usize>()
    };
    mois.iter()
        .flat_map(|(_, de, _)| blocs.iter().map(|b| de.base.count(b) + changees(de, b)))
        .sum()
}
