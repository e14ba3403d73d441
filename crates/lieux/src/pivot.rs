//! Identifiers of the body behind a place: SIRET, RNA or RIDET (spec 30 §2.3,
//! field 2).

use socle::valeurs::Siret;

/// What an unknown identifier is written as, in files.
pub const INCONNU: &str = "00000000000000";
/// Shown beside the field.
pub const MESSAGE: &str =
    "Identifiant invalide : vérifiez le SIRET (14 chiffres), le RNA ou le RIDET.";

/// What a text of that column is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pivot {
    Absent,
    Valide(String),
    /// 9 digits: the SIRET of the establishment is missing.
    Siren(String),
    Invalide,
}

/// True for a SIRET, an RNA, or a RIDET in Nouvelle-Calédonie.
#[must_use]
pub fn is_valid(s: &str, commune: &str) -> bool {
    matches!(read(s, commune), Pivot::Valide(_))
}

/// Reads an identifier; spaces are forgiven.
#[must_use]
pub fn read(s: &str, commune: &str) -> Pivot {
    let t: String = s
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '.' | '\u{a0}' | '\u{202f}'))
        .collect::<String>()
        .to_uppercase();
    let chiffres = t.bytes().all(|b| b.is_ascii_digit());
    if t.is_empty() || t.chars().all(|c| matches!(c, '0' | '-' | '/')) || t == "N/A" || t == "NULL"
    {
        return Pivot::Absent;
    }
    if t.parse::<Siret>().is_ok() || is_rna(&t) {
        return Pivot::Valide(t);
    }
    if chiffres && t.len() == 10 && commune.starts_with("988") {
        return Pivot::Valide(t);
    }
    let siren = |t: &str| {
        let n: Vec<u32> = t.chars().filter_map(|c| c.to_digit(10)).collect();
        socle::valeurs::luhn(&n)
    };
    if chiffres && t.len() == 9 && siren(&t) {
        return Pivot::Siren(t);
    }
    Pivot::Invalide
}

fn is_rna(t: &str) -> bool {
    t.len() == 10
        && t.starts_with('W')
        && t.bytes()
            .all(|b| b.is_ascii_digit() || b.is_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_told_apart() {
        assert_eq!(
            read("434 933 123 00029", "51454"),
            Pivot::Valide("43493312300029".into())
        );
        assert_eq!(
            read("w123456789", "75056"),
            Pivot::Valide("W123456789".into())
        );
        assert_eq!(read("0000000000", "98818"), Pivot::Absent);
        assert_eq!(
            read("0123456789", "98818"),
            Pivot::Valide("0123456789".into())
        );
        assert_eq!(read("0123456789", "35238"), Pivot::Invalide);
        assert_eq!(read("732829320", "35238"), Pivot::Siren("732829320".into()));
        assert_eq!(read(INCONNU, "35238"), Pivot::Absent);
        // La Poste: digits that add up to a multiple of 5.
        assert!(is_valid("35600000049837", "35238"));
        assert_eq!(read("43493312300028", "51454"), Pivot::Invalide);
    }
}
