//! Opening hours (spec 30 §3): the OSM subset that places use, in our
//! canonical writing; French in and out; « ouvert maintenant ».
//!
//! Not the whole OSM language: no sunrise, no range past midnight. What cannot
//! be held is refused and its text stays displayed.

mod evaluation;
mod francais;
mod lecture;
#[cfg(test)]
mod tests;

use std::fmt;

pub use evaluation::Ouverture;
pub use francais::{Lu, day_ranges, lines, range_text, read_day, read_week};

/// Days of a week in OSM's writing, Monday first.
pub const JOURS: [&str; 7] = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"];
pub const JOURS_FR: [&str; 7] = [
    "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche",
];

/// From one minute of the day to another; `ouverte` is `09:00+`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Plage {
    pub debut: u16,
    pub fin: u16,
    /// Nobody knows when it ends.
    pub ouverte: bool,
}

impl Plage {
    #[must_use]
    pub fn new(debut: u16, fin: u16) -> Self {
        Self {
            debut,
            fin,
            ouverte: false,
        }
    }
}

/// Which weeks of the year: `week 2-52/2`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Semaines {
    pub de: i8,
    pub a: i8,
    pub pas: i8,
}

/// A day of the year: month, day.
pub type MoisJour = (i8, i8);

/// Which days of the year, with or without a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dates {
    pub annee: Option<i16>,
    pub de: MoisJour,
    pub annee_fin: Option<i16>,
    pub a: MoisJour,
}

/// Days that a rule is about.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Selecteur {
    /// `2026`, `2026-2027` before `week`.
    pub annees: Option<(i16, i16)>,
    pub semaines: Vec<Semaines>,
    pub dates: Vec<Dates>,
    /// Bit 0 is Monday; 0 means any day, unless `feries` or `vacances`.
    pub jours: u8,
    /// (weekday, nth): `Mo[1]`, `Fr[-1]`.
    pub niemes: Vec<(u8, i8)>,
    pub feries: bool,
    pub vacances: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Regle {
    pub quand: Selecteur,
    /// Empty: closed (`off`).
    pub plages: Vec<Plage>,
}

/// Opening hours that were understood.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Horaires {
    pub regles: Vec<Regle>,
    /// A comment said « sur rendez-vous »: taken out of the string, where
    /// evaluators would read it as open all the time.
    pub sur_rendez_vous: bool,
    /// Overlapping ranges of a day were united.
    pub plages_fusionnees: bool,
}

/// The text cannot be held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Illisible;

impl fmt::Display for Illisible {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Horaires illisibles.")
    }
}

impl std::str::FromStr for Horaires {
    type Err = Illisible;
    fn from_str(s: &str) -> Result<Self, Illisible> {
        lecture::read(s)
    }
}

impl Horaires {
    /// From ranges for each day of an ordinary week.
    #[must_use]
    pub fn of_week(semaine: [Vec<Plage>; 7]) -> Self {
        let mut h = Self::default();
        let mut faits = 0_u8;
        for (j, plages) in semaine.iter().enumerate() {
            if plages.is_empty() || faits & (1 << j) != 0 {
                continue;
            }
            let jours = (j..7)
                .filter(|k| semaine[*k] == *plages)
                .fold(0, |m, k| m | 1_u8 << k);
            faits |= jours;
            let (plages, fusion) = united(plages.clone());
            h.plages_fusionnees |= fusion;
            h.regles.push(Regle {
                quand: Selecteur {
                    jours,
                    ..Selecteur::default()
                },
                plages,
            });
        }
        h
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.regles.is_empty()
    }

    /// True when the seven-day form can hold all of it.
    #[must_use]
    pub fn is_plain_week(&self) -> bool {
        self.regles.iter().all(|r| {
            let q = &r.quand;
            q.annees.is_none()
                && q.semaines.is_empty()
                && q.dates.is_empty()
                && q.niemes.is_empty()
                && !q.vacances
                && (!q.feries || (q.jours == 0 && r.plages.is_empty()))
        })
    }

    /// Ranges of a day of the week, when no dated rule applies.
    #[must_use]
    pub fn ordinary(&self, jour: usize) -> &[Plage] {
        self.regles
            .iter()
            .rev()
            .find(|r| {
                let q = &r.quand;
                q.annees.is_none()
                    && q.semaines.is_empty()
                    && q.dates.is_empty()
                    && q.niemes.is_empty()
                    && !q.feries
                    && !q.vacances
                    && (q.jours == 0 || q.jours & (1 << jour) != 0)
            })
            .map_or(&[], |r| &r.plages)
    }
}

/// Sorts and unites overlapping ranges; true when some were united.
pub(crate) fn united(mut plages: Vec<Plage>) -> (Vec<Plage>, bool) {
    plages.sort();
    let mut sortie: Vec<Plage> = Vec::with_capacity(plages.len());
    let mut fusion = false;
    for p in plages {
        match sortie.last_mut() {
            Some(d) if p.debut < d.fin => {
                d.fin = d.fin.max(p.fin);
                d.ouverte |= p.ouverte;
                fusion = true;
            }
            _ => sortie.push(p),
        }
    }
    (sortie, fusion)
}

impl fmt::Display for Horaires {
    /// The canonical writing.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, r) in self.regles.iter().enumerate() {
            if i > 0 {
                f.write_str("; ")?;
            }
            write!(f, "{r}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Regle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let quand = self.quand.to_string();
        if quand.is_empty() && self.plages == [Plage::new(0, 1440)] {
            return f.write_str("24/7");
        }
        f.write_str(&quand)?;
        if !quand.is_empty() {
            f.write_str(" ")?;
        }
        if self.plages.is_empty() {
            return f.write_str("off");
        }
        let textes: Vec<String> = self
            .plages
            .iter()
            .map(|p| {
                let d = format!("{:02}:{:02}", p.debut / 60, p.debut % 60);
                if p.ouverte {
                    format!("{d}+")
                } else {
                    format!("{d}-{:02}:{:02}", p.fin / 60, p.fin % 60)
                }
            })
            .collect();
        f.write_str(&textes.join(","))
    }
}

const MOIS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

impl fmt::Display for Selecteur {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut mots = Vec::new();
        match self.annees {
            Some((a, b)) if a == b => mots.push(a.to_string()),
            Some((a, b)) => mots.push(format!("{a}-{b}")),
            None => {}
        }
        if !self.dates.is_empty() {
            let d: Vec<String> = self.dates.iter().map(ToString::to_string).collect();
            mots.push(d.join(","));
        }
        if !self.semaines.is_empty() {
            let s: Vec<String> = self
                .semaines
                .iter()
                .map(|s| match (s.de == s.a, s.pas) {
                    (true, _) => s.de.to_string(),
                    (_, 1) => format!("{}-{}", s.de, s.a),
                    _ => format!("{}-{}/{}", s.de, s.a, s.pas),
                })
                .collect();
            mots.push(format!("week {}", s.join(",")));
        }
        let mut jours = Vec::new();
        if self.feries {
            jours.push("PH".to_owned());
        }
        if self.vacances {
            jours.push("SH".to_owned());
        }
        jours.extend(day_names(self.jours));
        for (j, n) in &self.niemes {
            jours.push(format!("{}[{n}]", JOURS[usize::from(*j).min(6)]));
        }
        if !jours.is_empty() {
            mots.push(jours.join(","));
        }
        f.write_str(&mots.join(" "))
    }
}

impl fmt::Display for Dates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mois = |m: i8| MOIS[usize::try_from(m - 1).unwrap_or(0).min(11)];
        let an = |a: Option<i16>| a.map_or_else(String::new, |a| format!("{a} "));
        write!(f, "{}{} {:02}", an(self.annee), mois(self.de.0), self.de.1)?;
        if (self.annee, self.de) != (self.annee_fin, self.a) {
            write!(
                f,
                "-{}{} {:02}",
                an(self.annee_fin),
                mois(self.a.0),
                self.a.1
            )?;
        }
        Ok(())
    }
}

/// `Mo-Fr`, `Sa`: three days or more in a row are joined, two as well.
fn day_names(masque: u8) -> Vec<String> {
    let mut noms = Vec::new();
    let mut j = 0;
    while j < 7 {
        if masque & (1 << j) == 0 {
            j += 1;
            continue;
        }
        let debut = j;
        while j < 7 && masque & (1 << j) != 0 {
            j += 1;
        }
        noms.push(if j - debut == 1 {
            JOURS[debut].to_owned()
        } else {
            format!("{}-{}", JOURS[debut], JOURS[j - 1])
        });
    }
    noms
}
