//! The score of a candidate for a structure, with its reasons (spec 15 §2.2).
//! Pure; the same function serves the structure's screen and the candidate's.
//!
//! Age, sex, name, nationality, birthplace, photo, address below the commune,
//! unemployment, health and family are not among its inputs, and must never be.

use jiff::civil::Date;
use socle::francais;

/// Points a factor may give: dated reference rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Poids {
    pub proximite: i64,
    pub disponibilite: i64,
    pub experience: i64,
    pub certification: i64,
    pub mobilite: i64,
}

/// What is known of a pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entrees {
    pub metres: i64,
    /// The candidate's own radius; `None`: the whole country.
    pub distance_max: Option<i64>,
    pub disponible_le: Date,
    /// First day of the mission.
    pub mission_le: Date,
    pub experience: bool,
    /// CCP1, REMN or Pix, held and shared.
    pub certification: bool,
    /// `None`: the post is not itinerant.
    pub mobilite: Option<bool>,
}

/// One factor: its points in hundredths, and why in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facteur {
    pub cle: &'static str,
    pub libelle: &'static str,
    pub points: i64,
    pub max: i64,
    pub raison: String,
}

/// A score out of 100 and the factors it is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Score {
    pub total: i64,
    pub facteurs: Vec<Facteur>,
}

/// Radius that stands for the whole country, in kilometres.
const NATIONAL_KM: i64 = 200;

/// Scores a pair, without the factors the structure switched off.
#[must_use]
pub fn score(e: &Entrees, p: &Poids, sans: &[String]) -> Score {
    let mut facteurs = vec![proximity(e, p), availability(e, p), experience(e, p)];
    if e.certification {
        facteurs.push(Facteur {
            cle: "certification",
            libelle: "Certification partagée",
            points: p.certification * 100,
            max: p.certification,
            raison: "CCP1, titre ou Pix partagé".into(),
        });
    }
    if let Some(mobile) = e.mobilite {
        let raison = if mobile {
            "prête à se déplacer"
        } else {
            "se déplace peu"
        };
        facteurs.push(Facteur {
            cle: "mobilite",
            libelle: "Mobilité",
            points: if mobile { p.mobilite * 100 } else { 0 },
            max: p.mobilite,
            raison: raison.into(),
        });
    }
    facteurs.retain(|f| !sans.iter().any(|s| s == f.cle));
    let (points, max) = facteurs
        .iter()
        .fold((0, 0), |(a, b), f| (a + f.points, b + f.max));
    // round half-up(100 × Σ points ÷ Σ max), points being hundredths.
    let total = if max == 0 {
        0
    } else {
        (2 * points + max).div_euclid(2 * max)
    };
    Score { total, facteurs }
}

fn proximity(e: &Entrees, p: &Poids) -> Facteur {
    let r = e.distance_max.unwrap_or(NATIONAL_KM) * 1000;
    let reste = (r - e.metres).max(0);
    Facteur {
        cle: "proximite",
        libelle: "Proximité",
        points: (p.proximite * 100 * reste + r / 2) / r.max(1),
        max: p.proximite,
        raison: format!("à {}\u{a0}km", round_km(e.metres)),
    }
}

fn availability(e: &Entrees, p: &Poids) -> Facteur {
    let limite = francais::plus_months(e.mission_le, 3);
    let retard = francais::days(e.mission_le, e.disponible_le).max(0);
    let delai = francais::days(e.mission_le, limite).max(1);
    let raison = if retard == 0 {
        "disponible à la date prévue".to_owned()
    } else {
        format!("disponible le {}", francais::date(e.disponible_le))
    };
    Facteur {
        cle: "disponibilite",
        libelle: "Disponibilité",
        points: p.disponibilite * 100 * (delai - retard).max(0) / delai,
        max: p.disponibilite,
        raison,
    }
}

fn experience(e: &Entrees, p: &Poids) -> Facteur {
    let (points, raison) = if e.experience {
        (p.experience * 100, "expérience de médiation déclarée")
    } else {
        (0, "pas d'expérience de médiation déclarée")
    };
    Facteur {
        cle: "experience",
        libelle: "Expérience",
        points,
        max: p.experience,
        raison: raison.into(),
    }
}

/// Kilometres, rounded to the nearest: what level 1 shows.
#[must_use]
pub fn round_km(metres: i64) -> i64 {
    (metres + 500) / 1000
}

#[cfg(test)]
mod tests {
    use super::*;

    const POIDS: Poids = Poids {
        proximite: 40,
        disponibilite: 20,
        experience: 20,
        certification: 10,
        mobilite: 10,
    };

    fn entrees() -> Entrees {
        Entrees {
            metres: 12_000,
            distance_max: Some(40),
            disponible_le: Date::constant(2026, 3, 1),
            mission_le: Date::constant(2026, 3, 1),
            experience: true,
            certification: false,
            mobilite: None,
        }
    }

    #[test]
    fn scenario_3_the_example_gives_85_and_a_shared_pix_87() {
        let s = score(&entrees(), &POIDS, &[]);
        assert_eq!(s.total, 85);
        assert_eq!(s.facteurs[0].points, 2_800);
        assert_eq!(s.facteurs[0].raison, "à 12\u{a0}km");
        let pix = Entrees {
            certification: true,
            ..entrees()
        };
        assert_eq!(score(&pix, &POIDS, &[]).total, 87);
    }

    #[test]
    fn a_late_availability_costs_in_proportion_and_excludes_nobody() {
        let tard = Entrees {
            disponible_le: Date::constant(2026, 6, 1),
            ..entrees()
        };
        let s = score(&tard, &POIDS, &[]);
        assert_eq!(s.facteurs[1].points, 0);
        assert_eq!(s.total, 60);
        let apres = Entrees {
            disponible_le: Date::constant(2027, 6, 1),
            ..entrees()
        };
        assert_eq!(score(&apres, &POIDS, &[]).total, 60);
    }

    #[test]
    fn a_factor_switched_off_is_redistributed() {
        let s = score(&entrees(), &POIDS, &["proximite".into()]);
        assert_eq!(s.total, 100);
        let tous: Vec<String> = ["proximite", "disponibilite", "experience"]
            .map(String::from)
            .into();
        assert_eq!(score(&entrees(), &POIDS, &tous).total, 0);
    }

    proptest::proptest! {
        #[test]
        fn a_score_stays_between_0_and_100(
            metres in 0_i64..20_000_000, r in proptest::option::of(0_i64..200), jours in -400_i32..800,
            experience: bool, certification: bool, mobilite: Option<bool>,
        ) {
            let e = Entrees {
                metres, distance_max: r, experience, certification, mobilite,
                disponible_le: francais::plus_days(Date::constant(2026, 3, 1), jours),
                ..entrees()
            };
            let s = score(&e, &POIDS, &[]).total;
            proptest::prop_assert!((0..=100).contains(&s), "{s}");
        }

        /// Hiding a certificate never lowers the rank reached on the other factors.
        #[test]
        fn what_is_not_shared_costs_nothing(metres in 0_i64..40_000, experience: bool) {
            let e = Entrees { metres, experience, ..entrees() };
            let sans = score(&e, &POIDS, &["certification".into()]).total;
            proptest::prop_assert_eq!(score(&e, &POIDS, &[]).total, sans);
        }
    }
}
