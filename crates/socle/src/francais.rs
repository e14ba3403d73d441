//! French as people read it: dates, numbers, delays, plurals, sorting.

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use unicode_normalization::UnicodeNormalization;

const JOURS: [&str; 7] = [
    "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche",
];
const MOIS: [&str; 12] = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
];

/// « 3 mars 2026 », « 1er mars 2026 ».
#[must_use]
pub fn date(d: Date) -> String {
    let jour = if d.day() == 1 {
        "1er".to_owned()
    } else {
        d.day().to_string()
    };
    format!("{jour} {} {}", month(d), d.year())
}

/// « mardi 3 mars 2026 ».
#[must_use]
pub fn date_longue(d: Date) -> String {
    let i = usize::try_from(d.weekday().to_monday_zero_offset()).unwrap_or(0);
    format!("{} {}", JOURS[i], date(d))
}

/// « 03/03/2026 », for tables.
#[must_use]
pub fn date_courte(d: Date) -> String {
    format!("{:02}/{:02}/{}", d.day(), d.month(), d.year())
}

/// « mars ».
#[must_use]
pub fn month(d: Date) -> &'static str {
    MOIS[usize::try_from(d.month() - 1).unwrap_or(0)]
}

/// « 3 mars 2026 à 10 h 05 ».
#[must_use]
pub fn instant(t: Timestamp, zone: &TimeZone) -> String {
    let z = t.to_zoned_datetime(zone.clone());
    format!("{} à {} h {:02}", date(z.date()), z.hour(), z.minute())
}

/// « aujourd'hui », « demain », « dans 5 jours », « il y a 2 jours ».
#[must_use]
pub fn delai(de: Date, vers: Date) -> String {
    match days(de, vers) {
        0 => "aujourd'hui".into(),
        1 => "demain".into(),
        -1 => "hier".into(),
        n if n > 0 => format!("dans {n} jours"),
        n => format!("il y a {} jours", -n),
    }
}

/// Civil days from one date to the other.
#[must_use]
pub fn days(de: Date, vers: Date) -> i64 {
    i64::from(de.until(vers).map(|s| s.get_days()).unwrap_or_default())
}

/// `n` civil months later, clamped to the end of the month (spec 10 §0).
#[must_use]
pub fn plus_months(d: Date, n: i32) -> Date {
    d.checked_add(jiff::Span::new().months(n)).unwrap_or(d)
}

/// `n` civil days later.
#[must_use]
pub fn plus_days(d: Date, n: i32) -> Date {
    d.checked_add(jiff::Span::new().days(n)).unwrap_or(d)
}

/// Reads « 2026-03-03 » (date fields) or « 03/03/2026 » (typed by hand).
///
/// # Errors
/// A message in French.
pub fn parse_date(s: &str) -> Result<Date, &'static str> {
    const FAUX: &str = "Date invalide : écrivez par exemple 03/03/2026.";
    let s = s.trim();
    if let Some((j, reste)) = s.split_once('/') {
        let (m, a) = reste.split_once('/').ok_or(FAUX)?;
        let n = |t: &str| t.parse::<i16>().map_err(|_| FAUX);
        let petit = |t: &str| t.parse::<i8>().map_err(|_| FAUX);
        return Date::new(n(a)?, petit(m)?, petit(j)?)
            .map_err(|_| FAUX)
            .and_then(plausible);
    }
    s.parse::<Date>().map_err(|_| FAUX).and_then(plausible)
}

fn plausible(d: Date) -> Result<Date, &'static str> {
    if (1900..=2200).contains(&d.year()) {
        Ok(d)
    } else {
        Err("Cette année n'est pas possible : vérifiez la date.")
    }
}

/// « 12 345 » with narrow non-breaking spaces.
#[must_use]
pub fn grouped(n: u64) -> String {
    let chiffres = n.to_string();
    let mut s = String::with_capacity(chiffres.len() + 6);
    for (i, c) in chiffres.chars().enumerate() {
        if i > 0 && (chiffres.len() - i).is_multiple_of(3) {
            s.push('\u{202f}');
        }
        s.push(c);
    }
    s
}

/// A count: « 12 345 », « -3 ».
#[must_use]
pub fn entier(n: i64) -> String {
    format!(
        "{}{}",
        if n < 0 { "-" } else { "" },
        grouped(n.unsigned_abs())
    )
}

/// A share, half-up to 0.1 (spec 01, arbitration 8): « 66,7 % ». `None` when
/// there is nothing to divide by.
#[must_use]
pub fn pourcent(num: i64, den: i64) -> Option<String> {
    if den <= 0 {
        return None;
    }
    let milliemes = (2000 * num + den).div_euclid(2 * den);
    Some(format!(
        "{},{}\u{a0}%",
        entier(milliemes / 10),
        (milliemes % 10).abs()
    ))
}

/// « 1 poste », « 2 postes », « 0 poste ».
#[must_use]
pub fn pluriel(n: i64, mot: &str) -> String {
    let s = if n.abs() > 1 { "s" } else { "" };
    format!("{}\u{a0}{mot}{s}", entier(n))
}

/// Minutes as « 1 h 30 », « 45 min ».
#[must_use]
pub fn duree(minutes: i64) -> String {
    match (minutes / 60, minutes % 60) {
        (0, m) => format!("{m} min"),
        (h, 0) => format!("{h} h"),
        (h, m) => format!("{h} h {m:02}"),
    }
}

/// Lower case without accents, ligatures opened, apostrophes and dashes as
/// spaces, single spaces: for searching and sorting.
#[must_use]
pub fn fold(s: &str) -> String {
    let mut sortie = String::with_capacity(s.len());
    for c in s.nfd().flat_map(char::to_lowercase) {
        match c {
            'œ' => sortie.push_str("oe"),
            'æ' => sortie.push_str("ae"),
            '\'' | '’' | '-' | '‐' | '_' => sortie.push(' '),
            c if ('\u{300}'..='\u{36f}').contains(&c) => {}
            c => sortie.push(c),
        }
    }
    sortie.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A key of a list shown without its own label: accents are lost, dashes are
/// spaces, first letter capital (spec 10, annex A).
#[must_use]
pub fn libelle(cle: &str) -> String {
    let mut c = cle.replace('_', " ");
    if let Some(premiere) = c.get(..1).map(str::to_uppercase) {
        c.replace_range(..1, &premiere);
    }
    c
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_delays_read_as_people_say_them() {
        let d = Date::constant(2026, 3, 3);
        assert_eq!(date_longue(d), "mardi 3 mars 2026");
        assert_eq!(date(Date::constant(2026, 3, 1)), "1er mars 2026");
        assert_eq!(delai(d, Date::constant(2026, 3, 8)), "dans 5 jours");
        assert_eq!(parse_date("03/03/2026"), Ok(d));
        assert_eq!(parse_date("2026-03-03"), Ok(d));
        assert!(parse_date("31/02/2026").is_err());
        assert!(parse_date("03/03/26").is_err());
        // Spec 10 §0: 31/08 + 6 months = 28/02.
        assert_eq!(
            plus_months(Date::constant(2024, 8, 31), 6),
            Date::constant(2025, 2, 28)
        );
        assert_eq!(
            days(Date::constant(2026, 1, 1), Date::constant(2027, 1, 1)),
            365
        );
    }

    #[test]
    fn numbers_are_french_and_rounded_half_up() {
        assert_eq!(entier(1_234_567), "1\u{202f}234\u{202f}567");
        assert_eq!(pourcent(2, 3).unwrap(), "66,7\u{a0}%");
        assert_eq!(pourcent(1, 8).unwrap(), "12,5\u{a0}%");
        assert_eq!(pourcent(1, 0), None);
        assert_eq!(pluriel(1, "poste"), "1\u{a0}poste");
        assert_eq!(duree(90), "1 h 30");
    }

    #[test]
    fn folding_finds_words_whatever_the_accents() {
        assert_eq!(fold("L’Haÿ-les-Roses"), "l hay les roses");
        assert_eq!(fold("Œuilly  ÉTÉ"), "oeuilly ete");
    }
}
