//! Whether a place is open at an instant, on its own clock and with its own
//! holidays.

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use territoires::calendrier;

use super::{Dates, Horaires, Plage, Regle, Selecteur};

/// State at an instant (spec 30 §3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ouverture {
    Ouvert {
        jusqua: u16,
    },
    Ferme,
    SurRendezVous,
    /// Public holiday without a rule about it, or school holidays unknown.
    AConfirmer,
    Inconnu,
}

impl Ouverture {
    #[must_use]
    pub fn cle(self) -> &'static str {
        match self {
            Ouverture::Ouvert { .. } => "ouvert",
            Ouverture::Ferme => "ferme",
            Ouverture::SurRendezVous => "sur_rendez_vous",
            Ouverture::AConfirmer => "a_confirmer",
            Ouverture::Inconnu => "inconnu",
        }
    }

    /// « Ouvert jusqu’à 18 h », « Fermé en ce moment ».
    #[must_use]
    pub fn libelle(self) -> String {
        match self {
            Ouverture::Ouvert { jusqua: 1440 } => "Ouvert en ce moment".into(),
            Ouverture::Ouvert { jusqua } => {
                format!("Ouvert jusqu’à {}", super::francais::hour(jusqua))
            }
            Ouverture::Ferme => "Fermé en ce moment".into(),
            Ouverture::SurRendezVous => "Sur rendez-vous".into(),
            Ouverture::AConfirmer => "Horaires à confirmer".into(),
            Ouverture::Inconnu => "Horaires non renseignés".into(),
        }
    }
}

/// What the hours say of one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Jour<'a> {
    Plages(&'a [Plage]),
    AConfirmer,
}

impl Horaires {
    /// The ranges of a date; a public holiday asks for a rule of its own when
    /// the place would otherwise be open.
    #[must_use]
    pub fn on(&self, le: Date, ferie: bool) -> Jour<'_> {
        let applique = |r: &&Regle| r.quand.matches(le);
        let datee = |r: &&Regle| !r.quand.dates.is_empty() || r.quand.annees.is_some();
        // A dated rule (a closure) is about that very day, holiday or not.
        if let Some(r) = self
            .regles
            .iter()
            .rev()
            .filter(|r| !r.quand.feries && !r.quand.vacances)
            .filter(datee)
            .find(applique)
        {
            return Jour::Plages(&r.plages);
        }
        if ferie {
            let propre = self
                .regles
                .iter()
                .rev()
                .filter(|r| r.quand.feries)
                .find(applique);
            if let Some(r) = propre {
                return Jour::Plages(&r.plages);
            }
        }
        let ordinaire = self
            .regles
            .iter()
            .rev()
            .filter(|r| !r.quand.feries && !r.quand.vacances)
            .find(applique)
            .map_or(&[][..], |r| &r.plages);
        if !ordinaire.is_empty() && (ferie || self.regles.iter().any(|r| r.quand.vacances)) {
            return Jour::AConfirmer;
        }
        Jour::Plages(ordinaire)
    }

    /// State at a local time (minutes of the day).
    #[must_use]
    pub fn at(&self, le: Date, minute: u16, ferie: bool) -> Ouverture {
        if self.regles.is_empty() {
            return if self.sur_rendez_vous {
                Ouverture::SurRendezVous
            } else {
                Ouverture::Inconnu
            };
        }
        match self.on(le, ferie) {
            Jour::AConfirmer => Ouverture::AConfirmer,
            Jour::Plages(p) => match p.iter().find(|p| p.debut <= minute && minute < p.fin) {
                Some(p) if p.ouverte => Ouverture::Inconnu,
                Some(p) => Ouverture::Ouvert { jusqua: p.fin },
                None => Ouverture::Ferme,
            },
        }
    }

    /// State at an instant in a commune.
    #[must_use]
    pub fn now(&self, t: Timestamp, zone: &TimeZone, departement: &str) -> Ouverture {
        let z = t.to_zoned_datetime(zone.clone());
        let minute = u16::try_from(i32::from(z.hour()) * 60 + i32::from(z.minute())).unwrap_or(0);
        let ferie = calendrier::ferie(z.date(), departement).is_some();
        self.at(z.date(), minute, ferie)
    }
}

impl Selecteur {
    /// Whether a day of the year is one of those (holidays apart).
    #[must_use]
    pub fn matches(&self, le: Date) -> bool {
        let jour = u8::try_from(le.weekday().to_monday_zero_offset()).unwrap_or(0);
        let annees = self
            .annees
            .is_none_or(|(a, b)| (a..=b).contains(&week_or_year(self, le)));
        let semaine = le.iso_week_date().week();
        let semaines = self.semaines.is_empty()
            || self
                .semaines
                .iter()
                .any(|s| (s.de..=s.a).contains(&semaine) && (semaine - s.de) % s.pas == 0);
        let dates = self.dates.is_empty() || self.dates.iter().any(|d| d.contains(le));
        let jours = (self.jours == 0 && self.niemes.is_empty())
            || self.jours & (1 << jour) != 0
            || self
                .niemes
                .iter()
                .any(|(j, n)| *j == jour && is_nth(le, *n));
        annees && semaines && dates && jours
    }
}

/// A year before `week` is the year the week belongs to.
fn week_or_year(q: &Selecteur, le: Date) -> i16 {
    if q.semaines.is_empty() {
        le.year()
    } else {
        le.iso_week_date().year()
    }
}

impl Dates {
    fn contains(&self, le: Date) -> bool {
        let mj = (le.month(), le.day());
        match (self.annee, self.annee_fin) {
            (Some(a), fin) => {
                let b = fin.unwrap_or(a);
                (a, self.de) <= (le.year(), mj) && (le.year(), mj) <= (b, self.a)
            }
            _ if self.de <= self.a => self.de <= mj && mj <= self.a,
            // « Nov 01-Mar 31 » goes round the year.
            _ => mj >= self.de || mj <= self.a,
        }
    }
}

/// The nth such weekday of its month; -1 is the last.
#[must_use]
pub fn is_nth(le: Date, n: i8) -> bool {
    if n > 0 {
        (le.day() - 1) / 7 + 1 == n
    } else {
        let reste = le.days_in_month() - le.day();
        -(reste / 7 + 1) == n
    }
}
