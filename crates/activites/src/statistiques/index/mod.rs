//! The index of statistics: months of columns in memory, derived from the
//! tables. It knows neither database nor screens; [`super::suivi`] feeds it.
//!
//! - A month is one [`Segment`] sorted by author, and beside it the authors
//!   whose month changed since: a change replaces the whole month of its
//!   author, so that applying it twice changes nothing.
//! - Facets (place, kind, themes…) are codes in dictionaries: a filter is a
//!   table of yes and no by code, a count an addition by code.
//! - Exact people: one cell per person of the register during a question.

pub mod balayage;
pub mod brut;
pub mod cellules;
pub mod dico;
mod entretien;
pub mod fait;
pub mod plan;
pub mod reponse;
pub mod segment;
pub mod somme;

use std::{collections::BTreeMap, sync::Arc};

use fait::Dicos;
pub use fait::{Fait, Lien};
use jiff::civil::Date;
use segment::Segment;
use uuid::Uuid;

/// A civil month, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mois(pub i32);

impl Mois {
    #[must_use]
    pub fn of(d: Date) -> Self {
        Self(i32::from(d.year()) * 12 + i32::from(d.month()) - 1)
    }

    /// First day.
    #[must_use]
    pub fn debut(self) -> Date {
        let (annee, mois) = (self.0.div_euclid(12), self.0.rem_euclid(12) + 1);
        i16::try_from(annee)
            .ok()
            .zip(i8::try_from(mois).ok())
            .and_then(|(a, m)| Date::new(a, m, 1).ok())
            .unwrap_or(Date::MIN)
    }

    /// Last day.
    #[must_use]
    pub fn fin(self) -> Date {
        self.debut().last_of_month()
    }
}

/// Days since 1970.
#[must_use]
pub fn jours(d: Date) -> i32 {
    d.duration_since(Date::constant(1970, 1, 1))
        .as_hours()
        .div_euclid(24)
        .try_into()
        .unwrap_or(0)
}

/// One month and what changed in it.
#[derive(Debug, Clone, Default)]
pub struct MoisDe {
    pub base: Segment,
    /// Months of the authors that changed, by author; they hide theirs in
    /// `base`.
    pub retouches: BTreeMap<u32, Segment>,
}

impl MoisDe {
    /// Activities changed since the last compaction.
    fn touched(&self) -> usize {
        self.retouches.values().map(Segment::len).sum()
    }

    /// What an author did.
    pub fn segments_of(&self, auteur: u32) -> &Segment {
        self.retouches.get(&auteur).unwrap_or(&self.base)
    }
}

/// The index. A clone shares everything until one of the two changes.
#[derive(Debug, Clone, Default)]
pub struct Index {
    pub dicos: Arc<Dicos>,
    pub mois: BTreeMap<Mois, Arc<MoisDe>>,
    /// Last number of the journal that is counted.
    pub version: i64,
}

impl Index {
    /// Writes a whole month.
    pub fn set_month(&mut self, mois: Mois, faits: &[Fait]) {
        let base = self.segment(faits);
        self.set_base(mois, base);
    }

    fn segment(&mut self, faits: &[Fait]) -> Segment {
        let dicos = Arc::make_mut(&mut self.dicos);
        let codes = faits.iter().map(|f| dicos.encode(f)).collect();
        Segment::build(codes, dicos)
    }

    fn set_base(&mut self, mois: Mois, base: Segment) {
        if base.is_empty() {
            self.mois.remove(&mois);
        } else {
            let m = MoisDe {
                base,
                retouches: BTreeMap::new(),
            };
            self.mois.insert(mois, Arc::new(m));
        }
    }

    /// Writes what one author did in a month, all of it.
    pub fn set_author(&mut self, mois: Mois, auteur: Uuid, faits: &[Fait]) {
        let segment = self.segment(faits);
        let auteur = Arc::make_mut(&mut self.dicos).auteurs.code(auteur);
        let m = self.mois.entry(mois).or_default();
        Arc::make_mut(m).retouches.insert(auteur, segment);
    }

    /// Gives back what growth took in advance.
    pub fn shrink(&mut self) {
        Arc::make_mut(&mut self.dicos).shrink();
    }

    /// Months so changed that they should be read again whole.
    #[must_use]
    pub fn worn(&self) -> Vec<Mois> {
        self.mois
            .iter()
            .filter(|(_, m)| m.retouches.len() > 64 && m.touched() * 4 > m.base.len())
            .map(|(m, _)| *m)
            .collect()
    }

    /// How many activities are held.
    #[must_use]
    pub fn len(&self) -> usize {
        self.mois.keys().map(|m| self.count(*m)).sum()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many activities a month holds.
    #[must_use]
    pub fn count(&self, mois: Mois) -> usize {
        let Some(m) = self.mois.get(&mois) else {
            return 0;
        };
        let caches: usize = m
            .retouches
            .keys()
            .flat_map(|a| m.base.lots_of(*a))
            .map(|l| m.base.rows(l).len())
            .sum();
        m.base.len() - caches + m.touched()
    }

    /// Bytes held.
    #[must_use]
    pub fn octets(&self) -> usize {
        self.dicos.octets()
            + self
                .mois
                .values()
                .map(|m| {
                    m.base.octets()
                        + m.retouches
                            .values()
                            .map(|s| s.octets() + 600)
                            .sum::<usize>()
                })
                .sum::<usize>()
    }
}
