//! The team of a coordinateur: who was in it, from one day to another (spec 20
//! §1 and §5.2, spec 60 §2.4). An activity belongs to a team when its date lies
//! in an interval of its author; that alone decides what is read and counted.

pub mod pages;
pub mod service;
pub mod store;

use jiff::civil::Date;
use uuid::Uuid;

pub use store::intervalles;

/// How somebody came into a team.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origine {
    /// Added by the coordinateur, in their own perimeter.
    Ajout,
    /// Follows the perimeter of the coordination.
    Perimetre,
}

impl Origine {
    #[must_use]
    pub fn cle(self) -> &'static str {
        match self {
            Self::Ajout => "ajout",
            Self::Perimetre => "perimetre",
        }
    }
}

/// One stay of one person in one team; both ends inclusive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Intervalle {
    pub id: Uuid,
    pub coordinateur: Uuid,
    pub membre: Uuid,
    pub entree: Date,
    pub sortie: Option<Date>,
}

impl Intervalle {
    /// Still in the team on a day.
    #[must_use]
    pub fn covers(&self, le: Date) -> bool {
        self.entree <= le && self.sortie.is_none_or(|s| s >= le)
    }

    /// Two stays share a day.
    #[must_use]
    pub fn meets(&self, entree: Date, sortie: Option<Date>) -> bool {
        sortie.is_none_or(|s| self.entree <= s) && self.sortie.is_none_or(|s| s >= entree)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn du(entree: (i8, i8), sortie: Option<(i8, i8)>) -> Intervalle {
        let d = |(m, j)| Date::constant(2026, m, j);
        Intervalle {
            id: Uuid::nil(),
            coordinateur: Uuid::nil(),
            membre: Uuid::nil(),
            entree: d(entree),
            sortie: sortie.map(d),
        }
    }

    /// The example of spec 60 §2.4: both ends count, the gap does not.
    #[test]
    fn both_ends_are_inside() {
        let v = [du((1, 10), Some((2, 28))), du((6, 1), None)];
        let dedans = |m, j| v.iter().any(|i| i.covers(Date::constant(2026, m, j)));
        assert!(!dedans(1, 9));
        assert!(dedans(1, 10) && dedans(2, 28) && dedans(6, 1));
        assert!(!dedans(5, 15));
    }

    #[test]
    fn stays_that_share_a_day_meet() {
        let d = |m, j| Date::constant(2026, m, j);
        let i = du((1, 10), Some((2, 28)));
        assert!(i.meets(d(2, 28), None) && i.meets(d(1, 1), Some(d(1, 10))));
        assert!(!i.meets(d(3, 1), None) && !i.meets(d(1, 1), Some(d(1, 9))));
        assert!(du((6, 1), None).meets(d(12, 1), Some(d(12, 2))));
    }
}
