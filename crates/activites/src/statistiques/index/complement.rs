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

/// What one processor counted: rows that pass, and figures of those that do
/// not.
struct Part {
    s: Somme,
    hors: Somme,
    cumul: Cumul,
}

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
    let tout = plan.unfiltered(index);
    let entiers: Vec<usize> = (0..mois.len())
        .filter(|i| plan.periode.covers(mois[*i].2))
        .collect();
    if !is_broad(index, plan, &tout, mois, &entiers) {
        return None;
    }
    let blocs = all_blocks(index);
    let part = |prendre: &dyn Fn() -> Option<usize>| {
        let mut p = Part {
            s: Somme::new(index, plan.serie, true),
            hors: Somme::new(index, plan.serie, true),
            cumul: Cumul::new(index),
        };
        let mut choix = Choix::default();
        while let Some(n) = prendre() {
            let Some(b) = n.checked_sub(entiers.len()) else {
                let (_, de, jours) = mois[entiers[n]];
                p.cumul.add(&de.resume);
                de.resume.days(jours, plan.serie, &mut p.s);
                continue;
            };
            p.s.gens.open(&blocs[b]);
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
                        choix.split(&l, &tout, &blocs[b], (&mut p.s, &mut p.hors));
                    } else {
                        choix.authors(&l, &blocs[b], &mut p.s);
                    }
                });
            }
            p.s.gens.close(&blocs[b]);
        }
        p
    };
    let morceaux = entiers.len() + blocs.len();
    let mut p = share(morceaux, lignes, part, |p, autre| {
        p.s.merge(autre.s);
        p.hors.merge(autre.hors);
        p.cumul.merge(autre.cumul);
    });
    p.cumul.forget_people();
    p.cumul.into(&mut p.s);
    p.s.take_away(&p.hors);
    p.s.gens.finish(false);
    Some(p.s)
}

/// Whether more than half of the rows of A pass, from a few blocks of a few
/// whole months.
fn is_broad(
    index: &Index,
    plan: &Plan,
    tout: &Plan,
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
            let [non, oui] = choix.share(&l, tout, b);
            dehors += non;
            dedans += oui;
        }
    }
    dedans > dehors
}
