//! Buckets of civil dates (ST47).

use jiff::{ToSpan, civil::Date};

/// How wide a bucket is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grain {
    Jour,
    Semaine,
    Mois,
    Trimestre,
    Annee,
}

impl Grain {
    pub const TOUS: [Self; 5] = [
        Self::Jour,
        Self::Semaine,
        Self::Mois,
        Self::Trimestre,
        Self::Annee,
    ];

    #[must_use]
    pub fn cle(self) -> &'static str {
        match self {
            Self::Jour => "jour",
            Self::Semaine => "semaine",
            Self::Mois => "mois",
            Self::Trimestre => "trimestre",
            Self::Annee => "annee",
        }
    }

    #[must_use]
    pub fn libelle(self) -> &'static str {
        match self {
            Self::Jour => "Par jour",
            Self::Semaine => "Par semaine",
            Self::Mois => "Par mois",
            Self::Trimestre => "Par trimestre",
            Self::Annee => "Par année",
        }
    }

    #[must_use]
    pub fn from_cle(cle: &str) -> Option<Self> {
        Self::TOUS.into_iter().find(|g| g.cle() == cle)
    }

    /// First day of the bucket of a date; weeks begin on Monday (ISO).
    #[must_use]
    pub fn floor(self, d: Date) -> Date {
        match self {
            Self::Jour => d,
            Self::Semaine => back(d, i64::from(d.weekday().to_monday_zero_offset())),
            Self::Mois => d.first_of_month(),
            Self::Trimestre => {
                let premier = (d.month() - 1) / 3 * 3 + 1;
                Date::new(d.year(), premier, 1).unwrap_or(d)
            }
            Self::Annee => d.first_of_year(),
        }
    }

    /// First day of the next bucket.
    #[must_use]
    pub fn next(self, d: Date) -> Date {
        let pas = match self {
            Self::Jour => 1.day(),
            Self::Semaine => 1.week(),
            Self::Mois => 1.month(),
            Self::Trimestre => 3.months(),
            Self::Annee => 1.year(),
        };
        self.floor(d).saturating_add(pas)
    }

    /// « 2 mars 2026 », « semaine du 2 mars 2026 », « mars 2026 »…
    #[must_use]
    pub fn label(self, d: Date) -> String {
        use socle::francais;
        match self {
            Self::Jour => francais::date(d),
            Self::Semaine => format!("semaine du {}", francais::date(d)),
            Self::Mois => format!("{} {}", francais::month(d), d.year()),
            Self::Trimestre => format!("T{} {}", (d.month() - 1) / 3 + 1, d.year()),
            Self::Annee => d.year().to_string(),
        }
    }
}

fn back(d: Date, jours: i64) -> Date {
    d.saturating_sub(jours.days())
}

/// Which buckets: those that touch [du, au].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Serie {
    pub grain: Grain,
    pub du: Date,
    pub au: Date,
}

/// More points than this say nothing: the grain is widened.
const POINTS: usize = 400;

impl Serie {
    /// The buckets of a period; without dates, the last twelve months (thirty
    /// days by day). Without a grain, the one that reads well.
    #[must_use]
    pub fn of(grain: Option<Grain>, du: Option<Date>, au: Option<Date>, aujourdhui: Date) -> Self {
        let au = au.unwrap_or(aujourdhui);
        let du = du.unwrap_or_else(|| match grain {
            Some(Grain::Jour) => back(au, 29),
            _ => au.first_of_month().saturating_sub(11.months()),
        });
        let jours = du
            .until(au)
            .map_or(0, |e| i64::from(e.get_days()))
            .clamp(0, 100_000);
        let grain = grain.unwrap_or(match jours {
            ..=31 => Grain::Jour,
            32..=92 => Grain::Semaine,
            93..=1_100 => Grain::Mois,
            _ => Grain::Trimestre,
        });
        let mut s = Self { grain, du, au };
        while s.grain != Grain::Annee && s.points().len() > POINTS {
            s.grain = Grain::TOUS[s.grain as usize + 1];
        }
        s
    }

    /// First days of the buckets, in order.
    #[must_use]
    pub fn points(&self) -> Vec<Date> {
        let mut v = Vec::new();
        let mut d = self.grain.floor(self.du);
        while d <= self.au && v.len() < 4_000 {
            v.push(d);
            d = self.grain.next(d);
        }
        v
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn d(a: i16, m: i8, j: i8) -> Date {
        Date::constant(a, m, j)
    }

    #[test]
    fn buckets_are_civil_and_chronological() {
        assert_eq!(Grain::Semaine.floor(d(2026, 1, 1)), d(2025, 12, 29));
        assert_eq!(Grain::Trimestre.floor(d(2026, 11, 24)), d(2026, 10, 1));
        let an = Serie::of(None, None, None, d(2026, 11, 24));
        assert_eq!(an.points().len(), 12);
        assert_eq!(an.points()[0], d(2025, 12, 1));
        let mois = Serie::of(Some(Grain::Jour), None, None, d(2026, 11, 24));
        assert_eq!(mois.points().len(), 30);
        let long = Serie::of(
            Some(Grain::Jour),
            Some(d(2020, 1, 1)),
            Some(d(2026, 1, 1)),
            d(2026, 11, 24),
        );
        assert_eq!(long.grain, Grain::Semaine);
    }
}
