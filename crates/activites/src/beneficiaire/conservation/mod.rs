//! How long a file lives (spec 20 §2.3). Types and pure rules.

pub mod bordereau;
pub mod service;
pub mod store;

use jiff::civil::Date;
use socle::francais;
use uuid::Uuid;

/// Days of life after the last use: the instance chooses between these.
const DELAI: std::ops::RangeInclusive<i32> = 90..=MAXIMUM;
/// Whatever happens, a file never lives longer unused.
pub const MAXIMUM: i32 = 730;
const DELAI_USUEL: i32 = 365;
/// The référent is told so many days before.
pub const AVERTIR_JOURS: i32 = 30;

/// Settings of the instance, from the reference list `conservation`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reglage {
    pub delai: i32,
    /// The public archives' visa is asked for.
    pub visa: bool,
}

impl Reglage {
    /// What the list says; out of bounds is brought back inside.
    #[must_use]
    pub fn of(delai: Option<&str>, visa: Option<&str>) -> Self {
        Self {
            delai: delai
                .and_then(|d| d.trim().parse().ok())
                .unwrap_or(DELAI_USUEL)
                .clamp(*DELAI.start(), *DELAI.end()),
            visa: visa == Some("oui"),
        }
    }
}

/// What decides of the term of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Usage {
    pub id: Uuid,
    pub structure: Option<Uuid>,
    pub referent: Uuid,
    pub ouverte_le: Date,
    pub modifiee_le: Date,
    pub dernier_accompagnement: Option<Date>,
    pub accompagnements: i64,
    pub prolongee_au: Option<Date>,
    pub avertie_le: Option<Date>,
    /// An active mandate, for one.
    pub gelee: bool,
}

impl Usage {
    /// The last accompagnement, or the last edit.
    #[must_use]
    pub fn dernier(&self) -> Date {
        self.dernier_accompagnement
            .map_or(self.modifiee_le, |d| d.max(self.modifiee_le))
    }

    /// The day the file is anonymised: the delay after its last use, or the
    /// end of its prolongation, never past 730 days.
    #[must_use]
    pub fn echeance(&self, r: Reglage) -> Date {
        let usuelle = francais::plus_days(self.dernier(), r.delai);
        let limite = francais::plus_days(self.dernier(), MAXIMUM);
        self.prolongee_au
            .map_or(usuelle, |p| p.max(usuelle).min(limite))
    }

    /// The référent is to be told now.
    #[must_use]
    pub fn is_to_warn(&self, r: Reglage, aujourdhui: Date) -> bool {
        !self.gelee
            && francais::plus_days(aujourdhui, AVERTIR_JOURS) >= self.echeance(r)
            && !self.is_warned(r)
    }

    /// Told for this term, and not for one that a new use put off.
    fn is_warned(&self, r: Reglage) -> bool {
        self.avertie_le.is_some_and(|a| {
            a >= francais::plus_days(self.echeance(r), -AVERTIR_JOURS - 7) && a > self.dernier()
        })
    }

    /// Due: its term has come and the référent was told 30 days ago.
    #[must_use]
    pub fn is_due(&self, r: Reglage, aujourdhui: Date) -> bool {
        !self.gelee && self.echeance(r) <= aujourdhui && self.is_told_in_time(aujourdhui)
    }

    fn is_told_in_time(&self, aujourdhui: Date) -> bool {
        self.avertie_le.is_some_and(|a| {
            a > self.dernier() && francais::plus_days(a, AVERTIR_JOURS) <= aujourdhui
        })
    }
}

/// A batch of files at their term.
#[derive(Debug, Clone)]
pub struct Elimination {
    pub id: Uuid,
    pub numero: i64,
    pub etat: EtatElimination,
    pub cree_le: jiff::Timestamp,
    pub visa: Option<String>,
    pub close_le: Option<jiff::Timestamp>,
    pub fiches: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EtatElimination {
    AViser,
    Approuvee,
    Refusee,
    Executee,
}

impl EtatElimination {
    #[must_use]
    pub fn cle(self) -> &'static str {
        match self {
            Self::AViser => "a_viser",
            Self::Approuvee => "approuvee",
            Self::Refusee => "refusee",
            Self::Executee => "executee",
        }
    }

    #[must_use]
    pub fn from_cle(cle: &str) -> Self {
        match cle {
            "approuvee" => Self::Approuvee,
            "refusee" => Self::Refusee,
            "executee" => Self::Executee,
            _ => Self::AViser,
        }
    }

    #[must_use]
    pub fn libelle(self) -> &'static str {
        match self {
            Self::AViser => "Visa attendu",
            Self::Approuvee => "Visée, en cours",
            Self::Refusee => "Visa refusé",
            Self::Executee => "Exécutée",
        }
    }
}

/// A line of the bordereau: nobody's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ligne {
    pub beneficiaire: Uuid,
    pub structure: Option<Uuid>,
    pub ouverte_le: Date,
    pub dernier_le: Date,
    pub echeance: Date,
    pub accompagnements: i64,
    pub sort: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    const R: Reglage = Reglage {
        delai: 365,
        visa: false,
    };

    fn usage(dernier: Option<Date>, modifiee: Date) -> Usage {
        Usage {
            id: Uuid::nil(),
            structure: None,
            referent: Uuid::nil(),
            ouverte_le: modifiee,
            modifiee_le: modifiee,
            dernier_accompagnement: dernier,
            accompagnements: 1,
            prolongee_au: None,
            avertie_le: None,
            gelee: false,
        }
    }

    #[test]
    fn the_term_follows_the_last_use() {
        let d = |a, m, j| Date::constant(a, m, j);
        let u = usage(Some(d(2025, 3, 3)), d(2025, 1, 1));
        assert_eq!(u.echeance(R), d(2026, 3, 3));
        assert_eq!(usage(None, d(2025, 1, 1)).echeance(R), d(2026, 1, 1));
        // One prolongation, never past 730 days.
        let mut p = u.clone();
        p.prolongee_au = Some(d(2026, 9, 1));
        assert_eq!(p.echeance(R), d(2026, 9, 1));
        p.prolongee_au = Some(d(2030, 1, 1));
        assert_eq!(p.echeance(R), d(2027, 3, 3));
    }

    #[test]
    fn nobody_is_anonymised_without_thirty_days_of_notice() {
        let d = |a, m, j| Date::constant(a, m, j);
        let mut u = usage(Some(d(2025, 3, 3)), d(2025, 1, 1));
        assert!(!u.is_to_warn(R, d(2026, 1, 31)));
        assert!(u.is_to_warn(R, d(2026, 2, 1)));
        assert!(!u.is_due(R, d(2026, 3, 10)), "never told");
        u.avertie_le = Some(d(2026, 2, 1));
        assert!(!u.is_to_warn(R, d(2026, 2, 2)), "told once");
        assert!(!u.is_due(R, d(2026, 3, 2)));
        assert!(u.is_due(R, d(2026, 3, 3)));
        // Used again: the notice does not count any more.
        u.dernier_accompagnement = Some(d(2026, 3, 2));
        assert!(!u.is_due(R, d(2027, 3, 3)));
        // Late notice: the term waits for it.
        u.dernier_accompagnement = Some(d(2025, 3, 3));
        u.avertie_le = Some(d(2026, 3, 20));
        assert!(!u.is_due(R, d(2026, 4, 18)));
        assert!(u.is_due(R, d(2026, 4, 19)));
        u.gelee = true;
        assert!(!u.is_due(R, d(2026, 6, 1)), "an active mandate");
    }

    #[test]
    fn settings_stay_inside_their_bounds() {
        assert_eq!(Reglage::of(None, None), R);
        assert_eq!(Reglage::of(Some("30"), None).delai, 90);
        assert_eq!(
            Reglage::of(Some("9999"), Some("oui")),
            Reglage {
                delai: 730,
                visa: true
            }
        );
    }
}
