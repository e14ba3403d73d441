//! A filter that most rows pass: whole months are summed up already, and what
//! the filter leaves out is taken away. People do not add up: those of the rows
//! that pass are counted one by one all the same.

use super::{
    Index, Mois, MoisDe,
    balayage::{each_segment, share},
    choix::{Choix, Lecture},
    plan::{Periode, Plan},
    resume::Cumul,
    somme::Somme,
    visite::{Place, all_blocks},
};

/// Rows under which reading them is quick enough; tests have few.
const ASSEZ: usize = if cfg!(test) { 1 } else { 200_000 };

/// Adds up a question that narrows A by little; nothing when it is of another
/// kind.
#[must_use]
pub fn add_up(
    index: &Index,
    plan: &Plan,
    mois: &[(Mois, &MoisDe, Periode)],
    lignes: usize,
) -> Option<Somme> {
    if !plan.national || lignes < ASSEZ {
        return None;
    }
    let plan = &plan.beside(index);
    let entiers: Vec<usize> = (0..mois.len())
        .filter(|i| plan.periode.covers(mois[*i].2))
        .collect();
    if !is_broad(index, plan, mois, &entiers) {
        return None;
    }
    let blocs = all_blocks(index);
    let part = |prendre: &dyn Fn() -> Option<usize>| {
        let mut s = Somme::new(index, plan.serie, true);
        let mut cumul = Cumul::new(index);
        let mut choix = Choix::default();
        while let Some(n) = prendre() {
            let Some(b) = n.checked_sub(entiers.len()) else {
                let (_, de, jours) = mois[entiers[n]];
                cumul.add(&de.resume);
                de.resume.days(jours, plan.serie, &mut s);
                continue;
            };
            s.gens.open(&blocs[b]);
            for (mois, de, jours) in mois {
                let lieu = Place {
                    mois: *mois,
                    de,
                    segment: &de.base,
                    jours: *jours,
                };
                each_segment(lieu, &blocs[b], |lieu| {
                    let l = Lecture::of(index, plan, lieu);
                    if plan.periode.covers(*jours) {
                        choix.split(&l, &blocs[b], &mut s);
                    } else {
                        choix.authors(&l, &blocs[b], &mut s);
                    }
                });
            }
            s.gens.close(&blocs[b]);
        }
        cumul.forget_people();
        cumul.into(&mut s);
        s
    };
    let morceaux = entiers.len() + blocs.len();
    let mut s = share(morceaux, lignes, part, Somme::merge);
    s.gens.finish(false);
    Some(s)
}

/// Whether more than half of the rows of A pass, from a few blocks of a few
/// whole months.
fn is_broad(
    index: &Index,
    plan: &Plan,
    mois: &[(Mois, &MoisDe, Periode)],
    entiers: &[usize],
) -> bool {
    let blocs = all_blocks(index);
    let mut choix = Choix::default();
    let (mut dehors, mut dedans) = (0, 0);
    for i in entiers.iter().step_by(entiers.len() / 3 + 1) {
        let (mois, de, jours) = mois[*i];
        let lieu = Place {
            mois,
            de,
            segment: &de.base,
            jours,
        };
        for b in blocs.iter().step_by(blocs.len() / 8 + 1) {
            let l = Lecture::of(index, plan, lieu);
            let [non, oui] = choix.share(&l, b);
            dehors += non;
            dedans += oui;
        }
    }
    dedans > dehors
}
