//! Regular presence of one professional in one place (spec 30 §4.1).

pub mod pages;
mod recurrence;
pub mod service;
pub mod store;
#[cfg(test)]
mod tests;

use jiff::civil::Date;
use uuid::Uuid;

pub use recurrence::{Creneau, Recurrence, Rythme};

macro_rules! etats {
    ($($v:ident $cle:literal $libelle:literal),* $(,)?) => {
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Etat { $($v),* }

        impl Etat {
            #[must_use]
            pub fn cle(self) -> &'static str {
                match self { $(Etat::$v => $cle),* }
            }

            #[must_use]
            pub fn libelle(self) -> &'static str {
                match self { $(Etat::$v => $libelle),* }
            }

            #[must_use]
            pub fn from_cle(cle: &str) -> Option<Self> {
                match cle { $($cle => Some(Etat::$v),)* _ => None }
            }
        }
    };
}

etats! {
    Proposee "proposee" "En attente d’accord",
    Active "active" "En cours",
    Refusee "refusee" "Refusée",
    Suspendue "suspendue" "Suspendue",
    Terminee "terminee" "Terminée",
}

/// Regular presence of a person in a place.
#[derive(Debug, Clone)]
pub struct Permanence {
    pub id: Uuid,
    pub lieu: Uuid,
    pub personne: Uuid,
    pub etat: Etat,
    pub usage: String,
    pub acces: String,
    pub assise: String,
    pub espace: String,
    pub confidentiel: String,
    pub recurrence: Recurrence,
    pub du: Date,
    pub au: Option<Date>,
    pub principal: bool,
    pub sans_accord: bool,
    pub version: i64,
}

impl Permanence {
    /// Whether the rule runs on a date.
    #[must_use]
    pub fn covers(&self, le: Date) -> bool {
        self.du <= le && self.au.is_none_or(|a| le <= a)
    }

    /// The first common occurrence with another rule of the same person.
    #[must_use]
    pub fn overlap(&self, autre: &Permanence) -> Option<(Date, Creneau)> {
        let du = self.du.max(autre.du);
        let horizon = socle::francais::plus_days(du, 60 * 7);
        let au = [self.au, autre.au]
            .into_iter()
            .flatten()
            .fold(horizon, Ord::min);
        let siennes = autre.recurrence.occurrences(du, au);
        self.recurrence
            .occurrences(du, au)
            .into_iter()
            .find_map(|(d, c)| {
                siennes
                    .iter()
                    .find(|(e, x)| *e == d && x.debut < c.fin && c.debut < x.fin)
                    .map(|(_, x)| (d, *x))
            })
    }
}
