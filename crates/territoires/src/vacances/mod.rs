//! School holidays: a calendar per zone, imported (spec 30 §1.3). Without it
//! the answer is « À confirmer », never « non ».

mod import;
pub mod pages;
pub mod service;
mod store;
#[cfg(test)]
mod tests;

use jiff::civil::Date;

use crate::geographie::geographie;

pub use import::{Calendrier, read};

/// One holiday of one zone; both days included.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Conge {
    pub zone: String,
    pub debut: Date,
    pub fin: Date,
    pub libelle: String,
    /// School year, as the file writes it: « 2025-2026 ».
    pub annee: String,
}

/// Whether a day is in the school holidays of a département.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Vacances {
    Oui(Conge),
    Non,
    /// No calendar is loaded around that day.
    AConfirmer,
}

impl Vacances {
    #[must_use]
    pub fn libelle(&self) -> &str {
        match self {
            Vacances::Oui(c) => &c.libelle,
            Vacances::Non => "Hors vacances scolaires",
            Vacances::AConfirmer => "À confirmer",
        }
    }
}

/// Départements of each zone, académie by académie. Overseas and in Corse
/// the calendar bears the name of the territory.
const ZONES: &[(&str, &str)] = &[
    (
        "Zone A",
        "25 39 70 90 24 33 40 47 64 03 15 43 63 21 58 71 89 07 26 38 73 74 19 23 87 01 42 69 16 17 79 86",
    ),
    (
        "Zone B",
        "04 05 13 84 02 60 80 59 62 54 55 57 88 44 49 53 72 85 06 83 14 27 50 61 76 18 28 36 37 41 45 \
         08 10 51 52 22 29 35 56 67 68",
    ),
    (
        "Zone C",
        "77 93 94 11 30 34 48 66 75 09 12 31 32 46 65 81 82 78 91 92 95",
    ),
    ("Corse", "2A 2B"),
];

/// Zone of a département; `None` for an unknown code.
#[must_use]
pub fn zone(departement: &str) -> Option<&'static str> {
    ZONES
        .iter()
        .find(|(_, liste)| liste.split(' ').any(|d| d == departement))
        .map(|z| z.0)
        .or_else(|| geographie().departement(departement).map(|d| d.nom))
}
