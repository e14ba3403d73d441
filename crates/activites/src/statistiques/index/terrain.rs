//! Who works where: a question about a département or an employer goes through
//! the authors who were ever there, and passes over the others.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

use super::{
    fait::{Dicos, Mot},
    plan::Plan,
    segment::{BLOC, PLUSIEURS, Segment},
};

/// Authors that a gap of a run may pass over: reading on costs less than
/// starting again.
const ECART: u32 = 4;

/// Authors by département of their activities, and by employer and role. Nobody
/// is ever taken out: rows say the rest.
#[derive(Debug, Clone, Default)]
pub struct Terrain {
    departements: BTreeMap<Mot, BTreeSet<u32>>,
    attaches: BTreeMap<u32, BTreeSet<u32>>,
    /// EPCI of each word that is a commune, of the words then known.
    epci: Vec<Option<&'static str>>,
}

impl Terrain {
    /// Nobody yet.
    #[must_use]
    pub fn over(d: &Dicos) -> Self {
        Self {
            epci: d.mots.table(|m| epci_of(m)),
            ..Self::default()
        }
    }

    /// The EPCI of a commune, as it is today.
    #[must_use]
    pub fn epci(&self, d: &Dicos, commune: Mot) -> Option<&'static str> {
        match self.epci.get(commune as usize) {
            Some(e) => *e,
            None => epci_of(d.text(commune)),
        }
    }

    /// Notes where a lot is.
    pub fn note(&mut self, d: &Dicos, s: &Segment, lot: usize) {
        let l = &s.lots[lot];
        self.attaches.entry(l.attache).or_default().insert(l.auteur);
        let mut ici = |m| self.departements.entry(m).or_default().insert(l.auteur);
        if l.departement == PLUSIEURS {
            for i in s.rows(lot) {
                ici(d.sites.get(s.site.get(i)).departement);
            }
        } else {
            ici(l.departement);
        }
    }

    /// Those whose rows a question may count, in runs; `None`: anybody's.
    #[must_use]
    pub fn runs(&self, plan: &Plan) -> Option<Vec<Range<u32>>> {
        let ou = plan
            .departements
            .as_ref()
            .map(|t| among(&self.departements, t));
        let pour = plan.attaches.as_ref().map(|t| among(&self.attaches, t));
        let auteurs = match (ou, pour) {
            (Some(a), Some(b)) => a.intersection(&b).copied().collect(),
            (a, b) => a.or(b)?,
        };
        Some(in_runs(&auteurs))
    }
}

fn epci_of(commune: &str) -> Option<&'static str> {
    territoires::geographie().commune_today(commune)?.epci
}

fn among(de: &BTreeMap<u32, BTreeSet<u32>>, table: &[bool]) -> BTreeSet<u32> {
    de.iter()
        .filter(|(code, _)| table.get(**code as usize) == Some(&true))
        .flat_map(|(_, a)| a.iter().copied())
        .collect()
}

/// Runs short enough to be shared between processors, none across two blocks.
fn in_runs(auteurs: &BTreeSet<u32>) -> Vec<Range<u32>> {
    let large = u32::try_from(auteurs.len() / 8).unwrap_or(BLOC);
    let large = large.clamp(16, BLOC);
    let mut v: Vec<Range<u32>> = Vec::new();
    for a in auteurs.iter().copied() {
        match v.last_mut() {
            Some(r) if a <= r.end + ECART && a - r.start < large && a / BLOC == r.start / BLOC => {
                r.end = a + 1;
            }
            _ => v.push(a..a + 1),
        }
    }
    v
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_hold_everybody_and_stay_in_their_block() {
        let auteurs: BTreeSet<u32> = (0..900).filter(|a| a % 7 != 3 || *a > 500).collect();
        let runs = in_runs(&auteurs);
        for a in &auteurs {
            assert_eq!(runs.iter().filter(|r| r.contains(a)).count(), 1);
        }
        for r in &runs {
            assert_eq!(r.start / BLOC, (r.end - 1) / BLOC);
        }
        assert_eq!(in_runs(&BTreeSet::from([3, 90])), [3..4, 90..91]);
    }
}
