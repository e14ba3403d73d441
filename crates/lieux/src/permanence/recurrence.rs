//! When a permanence takes place: weekdays every n weeks, or the nth weekday
//! of the month.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use socle::francais::{days, plus_days};

use crate::horaires::{JOURS_FR, Plage, range_text};

/// From one minute of a weekday (0 is Monday) to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Creneau {
    pub jour: u8,
    pub debut: u16,
    pub fin: u16,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rythme {
    /// Every 1, 2 or 4 weeks from the Monday of `ancre`.
    Semaines { n: u8, ancre: Date },
    /// 1 to 4, or -1 for the last of the month.
    DuMois { rang: i8 },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recurrence {
    pub creneaux: Vec<Creneau>,
    pub rythme: Rythme,
}

impl Recurrence {
    /// Every week.
    #[must_use]
    pub fn weekly(creneaux: Vec<Creneau>, du: Date) -> Self {
        Self {
            creneaux,
            rythme: Rythme::Semaines {
                n: 1,
                ancre: monday(du),
            },
        }
    }

    /// Whether it takes place in the week (or on the nth day) of a date.
    #[must_use]
    pub fn runs_on(&self, le: Date) -> bool {
        match self.rythme {
            Rythme::Semaines { n, ancre } => {
                let semaines = days(monday(ancre), monday(le)) / 7;
                semaines.rem_euclid(i64::from(n.max(1))) == 0
            }
            Rythme::DuMois { rang } => {
                if rang > 0 {
                    (le.day() - 1) / 7 + 1 == rang
                } else {
                    -((le.days_in_month() - le.day()) / 7 + 1) == rang
                }
            }
        }
    }

    /// Every occurrence between two dates, in order.
    #[must_use]
    pub fn occurrences(&self, du: Date, au: Date) -> Vec<(Date, Creneau)> {
        let mut sortie = Vec::new();
        let mut le = du;
        while le <= au {
            if self.runs_on(le) {
                let jour = u8::try_from(le.weekday().to_monday_zero_offset()).unwrap_or(0);
                sortie.extend(
                    self.creneaux
                        .iter()
                        .filter(|c| c.jour == jour)
                        .map(|c| (le, *c)),
                );
            }
            let suivant = plus_days(le, 1);
            if suivant == le {
                break;
            }
            le = suivant;
        }
        sortie
    }

    /// Minutes in a 4-week cycle (spec 30 §4.1): an nth weekday counts once.
    #[must_use]
    pub fn minutes(&self) -> i64 {
        let une: i64 = self
            .creneaux
            .iter()
            .map(|c| i64::from(c.fin) - i64::from(c.debut))
            .sum();
        match self.rythme {
            Rythme::Semaines { n, .. } => une * 4 / i64::from(n.max(1)),
            Rythme::DuMois { .. } => une,
        }
    }

    /// « mardi de 9 h à 12 h, une semaine sur deux ».
    #[must_use]
    pub fn words(&self) -> String {
        let mut jours: Vec<String> = Vec::new();
        for (j, nom) in JOURS_FR.iter().enumerate() {
            let plages: Vec<Plage> = self
                .creneaux
                .iter()
                .filter(|c| usize::from(c.jour) == j)
                .map(|c| Plage::new(c.debut, c.fin))
                .collect();
            if !plages.is_empty() {
                jours.push(format!("{nom} {}", range_text(&plages)));
            }
        }
        let texte = jours.join(" ; ");
        match self.rythme {
            Rythme::Semaines { n: 2, .. } => format!("{texte}, une semaine sur deux"),
            Rythme::Semaines { n: 4, .. } => format!("{texte}, une semaine sur quatre"),
            Rythme::Semaines { .. } => texte,
            Rythme::DuMois { rang: -1 } => format!("{texte}, le dernier du mois"),
            Rythme::DuMois { rang: 1 } => format!("{texte}, le premier du mois"),
            Rythme::DuMois { rang } => format!("{texte}, le {rang}e du mois"),
        }
    }
}

/// The Monday of a week.
#[must_use]
pub fn monday(le: Date) -> Date {
    plus_days(le, -i32::from(le.weekday().to_monday_zero_offset()))
}
