//! Series of ateliers (spec 20 §3.7): dates planned ahead. A séance is a plan,
//! never an activity: once over it waits to be completed, which makes one
//! atelier, or to be said cancelled or empty.

pub mod pages;
pub mod service;
pub mod store;

use jiff::civil::{Date, Weekday};
use socle::francais;
use uuid::Uuid;

/// Séances of one series.
pub const MAXIMUM: usize = 60;

/// How often.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Frequence {
    Hebdomadaire,
    Quinzaine,
    /// The same weekday of the month: « le deuxième mardi ».
    Mensuelle,
}

impl Frequence {
    pub const TOUTES: [Self; 3] = [Self::Hebdomadaire, Self::Quinzaine, Self::Mensuelle];

    #[must_use]
    pub fn cle(self) -> &'static str {
        match self {
            Self::Hebdomadaire => "hebdomadaire",
            Self::Quinzaine => "quinzaine",
            Self::Mensuelle => "mensuelle",
        }
    }

    #[must_use]
    pub fn libelle(self) -> &'static str {
        match self {
            Self::Hebdomadaire => "Chaque semaine",
            Self::Quinzaine => "Toutes les deux semaines",
            Self::Mensuelle => "Chaque mois, le même jour de la semaine",
        }
    }

    #[must_use]
    pub fn from_cle(cle: &str) -> Option<Self> {
        Self::TOUTES.into_iter().find(|f| f.cle() == cle)
    }
}

/// The days of a series, from the first on. A day to avoid is skipped and the
/// series goes on, so that it keeps its number of séances.
#[must_use]
pub fn dates(
    debut: Date,
    frequence: Frequence,
    nombre: usize,
    a_eviter: impl Fn(Date) -> bool,
) -> Vec<Date> {
    let mut v = Vec::with_capacity(nombre);
    // Twice as many tries as séances: no calendar has that many holidays.
    for i in 0..i32::try_from(nombre.min(MAXIMUM) * 2).unwrap_or(0) {
        let d = match frequence {
            Frequence::Hebdomadaire => francais::plus_days(debut, 7 * i),
            Frequence::Quinzaine => francais::plus_days(debut, 14 * i),
            Frequence::Mensuelle => same_weekday(debut, i),
        };
        if !a_eviter(d) {
            v.push(d);
        }
        if v.len() == nombre {
            break;
        }
    }
    v
}

/// The n-th weekday of the month `mois` months later; a fifth that does not
/// exist is the last one.
fn same_weekday(debut: Date, mois: i32) -> Date {
    let rang = i32::from((debut.day() - 1) / 7);
    let premier = francais::plus_months(debut.first_of_month(), mois);
    let decalage = i32::from(debut.weekday().since(Weekday::Monday))
        - i32::from(premier.weekday().since(Weekday::Monday));
    let d = francais::plus_days(premier, decalage.rem_euclid(7) + 7 * rang);
    if d.month() == premier.month() {
        d
    } else {
        francais::plus_days(d, -7)
    }
}

/// States of a séance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Etat {
    Prevue,
    Realisee,
    Annulee,
    SansParticipant,
}

impl Etat {
    const TOUS: [Self; 4] = [
        Self::Prevue,
        Self::Realisee,
        Self::Annulee,
        Self::SansParticipant,
    ];

    #[must_use]
    pub fn cle(self) -> &'static str {
        match self {
            Self::Prevue => "prevue",
            Self::Realisee => "realisee",
            Self::Annulee => "annulee",
            Self::SansParticipant => "sans_participant",
        }
    }

    #[must_use]
    pub fn from_cle(cle: &str) -> Option<Self> {
        Self::TOUS.into_iter().find(|e| e.cle() == cle)
    }
}

/// A series.
#[derive(Debug, Clone)]
pub struct Serie {
    pub id: Uuid,
    pub auteur: Uuid,
    pub frequence: Frequence,
    pub debut: Date,
    /// Minutes since midnight.
    pub heure: Option<i64>,
    pub duree: i64,
    pub nombre: usize,
    pub sans_feries: bool,
    /// What every atelier of the series starts from.
    pub champs: Vec<(String, String)>,
}

impl Serie {
    /// The title of the ateliers, else their kind.
    #[must_use]
    pub fn titre(&self) -> &str {
        self.champs
            .iter()
            .find(|(n, _)| n == "titre")
            .map_or("Atelier", |(_, v)| v)
    }
}

/// One planned day.
#[derive(Debug, Clone)]
pub struct Seance {
    pub id: Uuid,
    pub serie: Uuid,
    pub auteur: Uuid,
    pub date: Date,
    pub etat: Etat,
    pub activite: Option<Uuid>,
    pub motif: Option<String>,
    /// Minute of the day when it ends; as soon as the day comes without a time.
    pub fin: i64,
}

impl Seance {
    /// Planned, and over: « À compléter ».
    #[must_use]
    pub fn is_waiting(&self, jour: Date, minute: i64) -> bool {
        self.etat == Etat::Prevue && (self.date < jour || (self.date == jour && self.fin <= minute))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn jours(debut: Date, f: Frequence, n: usize) -> Vec<String> {
        dates(debut, f, n, |_| false)
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    #[test]
    fn a_series_follows_the_calendar() {
        let mardi = Date::constant(2026, 3, 10);
        assert_eq!(
            jours(mardi, Frequence::Hebdomadaire, 3),
            ["2026-03-10", "2026-03-17", "2026-03-24"]
        );
        assert_eq!(
            jours(mardi, Frequence::Quinzaine, 2),
            ["2026-03-10", "2026-03-24"]
        );
        // The second Tuesday of each month.
        assert_eq!(
            jours(mardi, Frequence::Mensuelle, 4),
            ["2026-03-10", "2026-04-14", "2026-05-12", "2026-06-09"]
        );
        // The fifth, or the last.
        assert_eq!(
            jours(Date::constant(2026, 3, 31), Frequence::Mensuelle, 3),
            ["2026-03-31", "2026-04-28", "2026-05-26"]
        );
    }

    #[test]
    fn holidays_are_skipped_and_the_number_kept() {
        let lundi = Date::constant(2026, 3, 30);
        let paques = Date::constant(2026, 4, 6);
        let v = dates(lundi, Frequence::Hebdomadaire, 3, |d| d == paques);
        assert_eq!(v[1], Date::constant(2026, 4, 13));
        assert_eq!(v.len(), 3);
        let v = dates(lundi, Frequence::Hebdomadaire, 60, |_| false);
        assert_eq!(v.len(), 60);
    }
}
