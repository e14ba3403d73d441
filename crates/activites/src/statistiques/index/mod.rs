//! The index of statistics: months of columns in memory, derived from the
//! tables. It knows neither database nor screens; [`super::suivi`] feeds it.
//!
//! - A month is one [`Segment`] sorted by author, and beside it the authors
//!   whose month changed since: a change replaces the whole month of its
//!   author, so that applying it twice changes nothing.
//! - Facets (place, kind, themes…) are codes in dictionaries: a filter is a
//!   table of yes and no by code, a count an addition by code.
//! - A question about everybody adds up months summed up once
//!   ([`resume`]); any other reads rows ([`balayage`]).
//! - Exact people: along the chain of each person's activities for everybody,
//!   else one cell per person during a question ([`gens`]).

pub mod balayage;
pub mod brut;
pub mod cellules;
pub mod choix;
mod complement;
mod depart;
pub mod dico;
mod entretien;
pub mod fait;
pub mod fil;
pub mod gens;
mod ordre;
pub mod plan;
pub mod reponse;
pub mod resume;
pub mod segment;
pub mod somme;
pub mod terrain;
pub mod visite;

use std::{collections::BTreeMap, sync::Arc};

use fait::Dicos;
pub use fait::{Fait, Lien, Rang};
use fil::Fil;
use gens::Possession;
use jiff::civil::Date;
use plan::{Periode, Plan};
use resume::Resume;
use segment::Segment;
use terrain::Terrain;
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

    /// Its days.
    #[must_use]
    pub fn days(self) -> Periode {
        Periode {
            du: jours(self.debut()),
            au: jours(self.fin()),
        }
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

/// A day as the chain of a person's activities says it.
#[must_use]
pub fn chain_day(d: Date) -> u16 {
    u16::try_from(jours(d).max(1)).unwrap_or(u16::MAX - 1)
}

/// One month and what changed in it.
#[derive(Debug, Clone, Default)]
pub struct MoisDe {
    pub base: Segment,
    /// Months of the authors that changed, by author; they hide theirs in
    /// `base`.
    pub retouches: BTreeMap<u32, Segment>,
    /// All of it added up.
    pub resume: Resume,
}

impl MoisDe {
    /// Activities changed since the last compaction.
    fn touched(&self) -> usize {
        self.retouches.values().map(Segment::len).sum()
    }

    /// What an author did in a segment has changed since.
    #[inline]
    #[must_use]
    pub fn hides(&self, s: &Segment, auteur: u32) -> bool {
        !self.retouches.is_empty()
            && std::ptr::eq(s, &self.base)
            && self.retouches.contains_key(&auteur)
    }

    /// What an author did.
    #[must_use]
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
    /// Whose persons are whose.
    pub possession: Arc<Possession>,
    /// Who works where.
    pub terrain: Arc<Terrain>,
    /// People as they were when each month ended.
    pub fil: Fil,
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
        self.forget(mois);
        if base.is_empty() {
            self.mois.remove(&mois);
        } else {
            let m = MoisDe {
                base,
                ..MoisDe::default()
            };
            self.own(&m.base, 0..m.base.lots.len());
            for lot in 0..m.base.lots.len() {
                self.fil.lot(mois, &m.base, lot, 1);
            }
            self.mois.insert(mois, Arc::new(m));
            self.sum_up(mois);
        }
    }

    /// Takes the links of a month out of the thread.
    fn forget(&mut self, mois: Mois) {
        for (s, lot) in self.mois.get(&mois).into_iter().flat_map(|m| m.lots()) {
            self.fil.lot(mois, s, lot, -1);
        }
    }

    /// Notes whom lots meet, and where.
    fn own(&mut self, s: &Segment, lots: std::ops::Range<usize>) {
        let mut p = std::mem::take(&mut self.possession);
        for lot in lots {
            Arc::make_mut(&mut p).note(self, s, lot);
            Arc::make_mut(&mut self.terrain).note(&self.dicos, s, lot);
        }
        self.possession = p;
    }

    /// Sums a month up.
    fn sum_up(&mut self, mois: Mois) {
        let plan = Plan::month(self, mois);
        if let Some(m) = self.mois.get(&mois) {
            let resume = Resume::of(&balayage::month_sum(self, &plan, mois, m));
            if let Some(m) = self.mois.get_mut(&mois) {
                Arc::make_mut(m).resume = resume;
            }
        }
    }

    /// Writes what one author did in a month, all of it.
    pub fn set_author(&mut self, mois: Mois, auteur: Uuid, faits: &[Fait]) {
        let segment = self.segment(faits);
        let auteur = Arc::make_mut(&mut self.dicos).auteurs.code(auteur);
        self.own(&segment, 0..segment.lots.len());
        let plan = Plan::month(self, mois);
        let somme = |s: &Segment| balayage::small_sum(self, &plan, mois, s, auteur);
        let avant = self.mois.get(&mois).map(|m| somme(m.segments_of(auteur)));
        let apres = somme(&segment);
        if let Some(m) = self.mois.get(&mois) {
            let s = m.segments_of(auteur);
            s.lots_of(auteur)
                .for_each(|lot| self.fil.lot(mois, s, lot, -1));
        }
        (0..segment.lots.len()).for_each(|lot| self.fil.lot(mois, &segment, lot, 1));
        let m = Arc::make_mut(self.mois.entry(mois).or_default());
        if let Some(s) = avant {
            m.resume.change(&s, -1);
        }
        m.resume.change(&apres, 1);
        m.retouches.insert(auteur, segment);
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
            + self.possession.octets()
            + self.fil.octets()
            + self
                .mois
                .values()
                .map(|m| {
                    m.base.octets()
                        + m.resume.octets()
                        + m.retouches
                            .values()
                            .map(|s| s.octets() + 600)
                            .sum::<usize>()
                })
                .sum::<usize>()
    }
}
