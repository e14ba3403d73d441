//! What day it is where people are: time zones and public holidays
//! (spec 30 §1.3).

use jiff::{
    ToSpan,
    civil::{Date, date},
    tz::TimeZone,
};
use socle::Clock;

use crate::geographie::{Commune, departement_of, geographie};

/// Time zone of each overseas département; all others keep Paris's time.
const FUSEAUX: &[(&str, &str)] = &[
    ("971", "America/Guadeloupe"),
    ("972", "America/Martinique"),
    ("973", "America/Cayenne"),
    ("974", "Indian/Reunion"),
    ("975", "America/Miquelon"),
    ("976", "Indian/Mayotte"),
    ("977", "America/St_Barthelemy"),
    ("978", "America/Marigot"),
    ("986", "Pacific/Wallis"),
    ("987", "Pacific/Tahiti"),
    ("988", "Pacific/Noumea"),
];

/// Communes of Polynésie whose time is not Tahiti's.
const MARQUISES: &[&str] = &[
    "Fatu-Hiva",
    "Hiva-Oa",
    "Nuku-Hiva",
    "Tahuata",
    "Ua-Huka",
    "Ua-Pou",
];
const GAMBIER: &str = "Gambier";

/// IANA name of the time zone of a commune.
#[must_use]
pub fn fuseau(c: &Commune) -> &'static str {
    match c.departement {
        "987" if MARQUISES.contains(&c.nom) => "Pacific/Marquesas",
        "987" if c.nom == GAMBIER => "Pacific/Gambier",
        d => fuseau_of_departement(d),
    }
}

/// IANA name of the time zone most of a département lives by.
#[must_use]
pub fn fuseau_of_departement(code: &str) -> &'static str {
    FUSEAUX
        .iter()
        .find(|f| f.0 == code)
        .map_or("Europe/Paris", |f| f.1)
}

/// The time zone of a commune; Paris for an unknown code.
#[must_use]
pub fn zone(code_commune: &str) -> TimeZone {
    let g = geographie();
    let nom = g.commune_today(code_commune).map_or_else(
        || fuseau_of_departement(departement_of(code_commune)),
        fuseau,
    );
    TimeZone::get(nom).unwrap_or_else(|_| socle::clock::paris())
}

/// The civil date where the commune is.
#[must_use]
pub fn aujourdhui(code_commune: &str, clock: &Clock) -> Date {
    clock.now().to_zoned_datetime(zone(code_commune)).date()
}

/// A day off, and its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JourFerie {
    pub le: Date,
    pub libelle: &'static str,
}

#[derive(Debug, Clone, Copy)]
enum Quand {
    Fixe(i8, i8),
    /// Days after Easter Sunday.
    Paques(i64),
}

/// One line of the dated reference; the list itself is « à vérifier ».
struct Regle {
    /// Empty: everywhere.
    departements: &'static [&'static str],
    quand: Quand,
    libelle: &'static str,
    depuis: i16,
    jusque: i16,
}

const fn regle(
    departements: &'static [&'static str],
    quand: Quand,
    libelle: &'static str,
) -> Regle {
    Regle {
        departements,
        quand,
        libelle,
        depuis: i16::MIN,
        jusque: i16::MAX,
    }
}

const fn national(quand: Quand, libelle: &'static str) -> Regle {
    regle(&[], quand, libelle)
}

use Quand::{Fixe, Paques};

const ALSACE_MOSELLE: &[&str] = &["57", "67", "68"];
const ABOLITION: &str = "Abolition de l'esclavage";

const REGLES: &[Regle] = &[
    national(Fixe(1, 1), "Jour de l'an"),
    national(Paques(1), "Lundi de Pâques"),
    national(Fixe(5, 1), "Fête du Travail"),
    national(Fixe(5, 8), "Victoire de 1945"),
    national(Paques(39), "Ascension"),
    national(Paques(50), "Lundi de Pentecôte"),
    national(Fixe(7, 14), "Fête nationale"),
    national(Fixe(8, 15), "Assomption"),
    national(Fixe(11, 1), "Toussaint"),
    national(Fixe(11, 11), "Armistice de 1918"),
    national(Fixe(12, 25), "Noël"),
    regle(ALSACE_MOSELLE, Paques(-2), "Vendredi saint"),
    regle(ALSACE_MOSELLE, Fixe(12, 26), "Saint-Étienne"),
    regle(&["971"], Fixe(5, 27), ABOLITION),
    regle(&["972"], Fixe(5, 22), ABOLITION),
    regle(&["973"], Fixe(6, 10), ABOLITION),
    regle(&["974"], Fixe(12, 20), ABOLITION),
    regle(&["976"], Fixe(4, 27), ABOLITION),
    regle(&["977"], Fixe(10, 9), ABOLITION),
    regle(&["978"], Fixe(5, 28), ABOLITION),
    regle(&["986"], Fixe(4, 28), "Saint-Pierre-Chanel"),
    regle(&["986"], Fixe(7, 29), "Fête du Territoire"),
    regle(&["987"], Fixe(3, 5), "Arrivée de l'Évangile"),
    regle(&["987"], Paques(-2), "Vendredi saint"),
    Regle {
        jusque: 2024,
        ..regle(&["987"], Fixe(6, 29), "Fête de l'autonomie")
    },
    Regle {
        depuis: 2025,
        ..regle(&["987"], Fixe(11, 20), "Matari'i")
    },
    regle(&["988"], Fixe(9, 24), "Fête de la citoyenneté"),
];

/// The public holidays of a year in a département, in order.
#[must_use]
pub fn jours_feries(annee: i16, departement: &str) -> Vec<JourFerie> {
    let paques = easter(annee);
    let mut jours: Vec<JourFerie> = REGLES
        .iter()
        .filter(|r| r.departements.is_empty() || r.departements.contains(&departement))
        .filter(|r| (r.depuis..=r.jusque).contains(&annee))
        .filter_map(|r| {
            let le = match r.quand {
                Fixe(mois, jour) => Date::new(annee, mois, jour).ok()?,
                Paques(n) => paques.checked_add(n.days()).ok()?,
            };
            Some(JourFerie {
                le,
                libelle: r.libelle,
            })
        })
        .collect();
    jours.sort_by_key(|j| j.le);
    jours
}

/// The holiday that falls on a day, if any.
#[must_use]
pub fn ferie(le: Date, departement: &str) -> Option<JourFerie> {
    jours_feries(le.year(), departement)
        .into_iter()
        .find(|j| j.le == le)
}

/// Easter Sunday (Gregorian computus of Butcher, 1876).
fn easter(annee: i16) -> Date {
    let a = i32::from(annee);
    let (g, siecle, rang) = (a.rem_euclid(19), a / 100, a % 100);
    let correction =
        (siecle - siecle / 4 - (siecle - (siecle + 8) / 25 + 1) / 3 + 19 * g + 15) % 30;
    let semaine = (32 + 2 * (siecle % 4) + 2 * (rang / 4) - correction - rang % 4) % 7;
    let m = (g + 11 * correction + 22 * semaine) / 451;
    let n = correction + semaine - 7 * m + 114;
    let mois = i8::try_from(n / 31).unwrap_or(3);
    let jour = i8::try_from(n % 31 + 1).unwrap_or(31);
    Date::new(annee, mois, jour).unwrap_or(date(1970, 3, 29))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn jours(annee: i16, departement: &str) -> Vec<Date> {
        jours_feries(annee, departement)
            .into_iter()
            .map(|j| j.le)
            .collect()
    }

    #[test]
    fn easter_falls_where_the_almanac_says() {
        for (annee, mois, jour) in [
            (2000, 4, 23),
            (2008, 3, 23),
            (2011, 4, 24),
            (2024, 3, 31),
            (2025, 4, 20),
            (2026, 4, 5),
            (2038, 4, 25),
        ] {
            assert_eq!(easter(annee), date(annee, mois, jour));
        }
    }

    #[test]
    fn eleven_national_days() {
        let attendus = [
            (1, 1),
            (4, 6),
            (5, 1),
            (5, 8),
            (5, 14),
            (5, 25),
            (7, 14),
            (8, 15),
            (11, 1),
            (11, 11),
            (12, 25),
        ];
        assert_eq!(jours(2026, "35"), attendus.map(|(m, j)| date(2026, m, j)));
    }

    #[test]
    fn local_days_are_added_where_they_are_kept() {
        for (departement, ajoutes) in [
            ("67", vec![(4, 3), (12, 26)]),
            ("57", vec![(4, 3), (12, 26)]),
            ("971", vec![(5, 27)]),
            ("972", vec![(5, 22)]),
            ("973", vec![(6, 10)]),
            ("974", vec![(12, 20)]),
            ("976", vec![(4, 27)]),
            ("977", vec![(10, 9)]),
            ("978", vec![(5, 28)]),
            ("986", vec![(4, 28), (7, 29)]),
            ("987", vec![(3, 5), (4, 3), (11, 20)]),
            ("988", vec![(9, 24)]),
        ] {
            let nationaux = jours(2026, "35");
            let locaux: Vec<Date> = jours(2026, departement)
                .into_iter()
                .filter(|j| !nationaux.contains(j))
                .collect();
            let attendus: Vec<Date> = ajoutes.into_iter().map(|(m, j)| date(2026, m, j)).collect();
            assert_eq!(locaux, attendus, "{departement}");
        }
    }

    #[test]
    fn polynesie_changed_its_day_after_2024() {
        assert!(jours(2024, "987").contains(&date(2024, 6, 29)));
        assert!(!jours(2024, "987").contains(&date(2024, 11, 20)));
        assert!(!jours(2025, "987").contains(&date(2025, 6, 29)));
        assert_eq!(
            ferie(date(2025, 11, 20), "987").map(|j| j.libelle),
            Some("Matari'i")
        );
    }

    #[test]
    fn every_zone_exists_and_each_island_has_its_own() {
        let g = geographie();
        for c in &g.communes {
            assert!(TimeZone::get(fuseau(c)).is_ok(), "{} {}", c.code, fuseau(c));
        }
        let communes_de = |f: &str| g.communes.iter().filter(|c| fuseau(c) == f).count();
        assert_eq!(
            (
                communes_de("Pacific/Marquesas"),
                communes_de("Pacific/Gambier")
            ),
            (6, 1)
        );
        for (code, f) in [
            ("97411", "Indian/Reunion"),
            ("98735", "Pacific/Tahiti"),
            ("35238", "Europe/Paris"),
            ("2A004", "Europe/Paris"),
        ] {
            assert_eq!(g.commune(code).map(fuseau), Some(f));
        }
    }

    #[test]
    fn today_is_that_of_the_place() {
        let clock = Clock::fixed("2026-03-03T22:30:00Z".parse().unwrap());
        assert_eq!(aujourdhui("35238", &clock), date(2026, 3, 3));
        assert_eq!(
            aujourdhui("98818", &clock),
            date(2026, 3, 4),
            "Nouméa is eleven hours ahead"
        );
        assert_eq!(aujourdhui("98735", &clock), date(2026, 3, 3));
        assert_eq!(
            aujourdhui("97411", &clock),
            date(2026, 3, 4),
            "La Réunion is four hours ahead"
        );
    }
}
