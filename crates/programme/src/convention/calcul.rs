//! Amounts of a convention, pure: plain data in, plain data out.

use jiff::civil::Date;
use socle::{francais, valeurs::Montant};

use super::Annee;

/// Which row of the tariff a structure falls under.
#[must_use]
pub fn zone(prive: bool, departement: &str) -> &'static str {
    let outre_mer = departement.starts_with("97") || departement.starts_with("98");
    match (prive, outre_mer) {
        (true, _) => "prive",
        (false, true) => "public_outre_mer",
        (false, false) => "public_metropole",
    }
}

/// Year k = [start + 12(k−1) months, start + 12k months − 1 day]; the first
/// phase is one period of `mois` months.
#[must_use]
pub fn years(debut: Date, mois: i32, montants: &[(Montant, String)]) -> Vec<Annee> {
    let n = i32::try_from(montants.len()).unwrap_or(1).max(1);
    let pas = mois / n;
    (1..)
        .zip(montants)
        .map(|(k, (montant, baremes))| Annee {
            annee: i64::from(k),
            debut: francais::plus_months(debut, pas * (k - 1)),
            fin: francais::plus_days(francais::plus_months(debut, pas * k), -1),
            montant: *montant,
            baremes: baremes.clone(),
        })
        .collect()
}

/// What happened on a post during a year.
#[derive(Debug, Clone, Copy)]
pub struct Realise {
    /// Days with a funded occupant.
    pub jours: i64,
    /// Gross pay and employer charges of the funded occupant.
    pub depenses: Montant,
    /// Other public money assigned to that salary.
    pub autres: Montant,
}

/// The ceiling: amount × funded days ÷ days of the year, half-up to the cent;
/// the whole amount when vacancy is not deducted.
#[must_use]
pub fn ceiling(a: &Annee, jours: i64, prorata: bool) -> Montant {
    if prorata {
        a.montant.prorata(jours, days(a))
    } else {
        a.montant
    }
}

/// max(0, min(ceiling, spending − other public money)) (spec 10 §8.2).
#[must_use]
pub fn due(a: &Annee, r: Realise, prorata: bool) -> Montant {
    let reste = Montant(r.depenses.0 - r.autres.0);
    ceiling(a, r.jours, prorata).min(reste).max(Montant(0))
}

/// Days of a year of the plan: 366 when it holds a 29 February.
#[must_use]
pub fn days(a: &Annee) -> i64 {
    francais::days(a.debut, a.fin) + 1
}

/// Paid above what was due, when positive.
#[must_use]
pub fn overpaid(verse: Montant, du: Montant) -> Montant {
    Montant((verse.0 - du.0).max(0))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn plan(debut: Date, euros: [i64; 3]) -> Vec<Annee> {
        let m: Vec<_> = euros
            .iter()
            .map(|e| (Montant(e * 100), String::new()))
            .collect();
        years(debut, 36, &m)
    }

    #[test]
    fn example_b_prorata_due_and_overpaid() {
        let a = &plan(date(2024, 3, 1), [17_500, 12_500, 12_500])[0];
        assert_eq!(
            (a.debut, a.fin, days(a)),
            (date(2024, 3, 1), date(2025, 2, 28), 365)
        );
        assert_eq!(ceiling(a, 365 - 92, true), Montant(1_308_904));
        let r = Realise {
            jours: 273,
            depenses: Montant(2_130_000),
            autres: Montant(900_000),
        };
        assert_eq!(due(a, r, true), Montant(1_230_000));
        assert_eq!(
            overpaid(Montant(1_750_000), Montant(1_230_000)),
            Montant(520_000)
        );
        assert_eq!(
            ceiling(a, 273, false),
            Montant(1_750_000),
            "without prorata"
        );
        let aide = Realise {
            autres: Montant(3_000_000),
            ..r
        };
        assert_eq!(due(a, aide, true), Montant(0), "never negative");
    }

    #[test]
    fn example_c_a_leap_year_has_366_days() {
        let p = plan(date(2023, 3, 1), [17_500, 12_500, 12_500]);
        assert_eq!((p[0].fin, days(&p[0])), (date(2024, 2, 29), 366));
        assert_eq!(
            (p[2].debut, p[2].fin),
            (date(2025, 3, 1), date(2026, 2, 28))
        );
    }

    #[test]
    fn tariffs_depend_on_nature_and_territory() {
        assert_eq!(
            zone(false, "2A"),
            "public_metropole",
            "métropole includes Corse"
        );
        assert_eq!(zone(false, "974"), "public_outre_mer");
        assert_eq!(zone(true, "974"), "prive", "privé rows apply everywhere");
    }

    proptest::proptest! {
        #[test]
        fn years_follow_each_other_and_the_due_stays_within_the_ceiling(
            jour in 0_i32..4000, jours in 0_i64..366, depenses in 0_i64..5_000_000, autres in 0_i64..5_000_000
        ) {
            let p = plan(francais::plus_days(date(2021, 1, 1), jour), [17_500, 12_500, 12_500]);
            for w in p.windows(2) {
                proptest::prop_assert_eq!(francais::plus_days(w[0].fin, 1), w[1].debut);
            }
            let r = Realise { jours, depenses: Montant(depenses), autres: Montant(autres) };
            let d = due(&p[0], r, true);
            proptest::prop_assert!(d >= Montant(0) && d <= ceiling(&p[0], jours, true));
        }
    }
}
