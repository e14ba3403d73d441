//! The scanner of free texts: what must never be written there
//! (spec 10 §0, spec 01 arbitration 3).

/// What was found. NIR, IBAN and card numbers are refused; a text that looks
/// like a password asks for a confirmation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouve {
    Nir,
    Iban,
    Carte,
    MotDePasse,
}

impl Trouve {
    #[must_use]
    pub fn refused(self) -> bool {
        self != Trouve::MotDePasse
    }
}

/// The message shown beside the field.
pub const MESSAGE: &str = "Ne saisissez ni numéro de sécurité sociale, ni coordonnées bancaires, ni identifiant ou mot de passe.";

/// Scans a free text.
#[must_use]
pub fn scan(texte: &str) -> Option<Trouve> {
    for suite in runs(texte) {
        if nir(&suite) {
            return Some(Trouve::Nir);
        }
        if iban(&suite) {
            return Some(Trouve::Iban);
        }
        if card(&suite) {
            return Some(Trouve::Carte);
        }
    }
    password(texte).then_some(Trouve::MotDePasse)
}

/// `Err` with the message when the text is refused, for `Saisies::take`.
///
/// # Errors
/// [`MESSAGE`].
pub fn check(texte: &str) -> Result<(), &'static str> {
    if scan(texte).is_some() {
        Err(MESSAGE)
    } else {
        Ok(())
    }
}

/// Sequences of letters and digits, with the separators people put inside
/// numbers (space, dot, dash) removed; each start position of a digit or of
/// two capitals begins a candidate.
fn runs(texte: &str) -> Vec<String> {
    let signes: Vec<char> = texte.chars().collect();
    let mut suites = Vec::new();
    for (i, c) in signes.iter().enumerate() {
        let debut = i == 0 || !signes[i - 1].is_alphanumeric();
        if !debut || !c.is_ascii_alphanumeric() {
            continue;
        }
        let mut s = String::new();
        let mut j = i;
        while let Some(&d) = signes.get(j) {
            if d.is_ascii_alphanumeric() {
                s.push(d.to_ascii_uppercase());
            } else if !matches!(d, ' ' | '.' | '-' | '\u{a0}' | '\u{202f}') {
                break;
            }
            if s.len() >= 34 {
                break;
            }
            j += 1;
        }
        suites.push(s);
    }
    suites
}

/// 13 characters and a 2-digit key: 97 − (number mod 97); Corsica's 2A and 2B
/// count as 19 and 18. A first digit of 1 or 2, a month of 01–12, 20–42 or 50–99.
fn nir(s: &str) -> bool {
    let Some(s) = s.get(..15) else { return false };
    let corps = s[..13].replacen("2A", "19", 1).replacen("2B", "18", 1);
    let corps = if s[5..7] == *"2A" || s[5..7] == *"2B" {
        corps
    } else {
        s[..13].to_owned()
    };
    let (Ok(n), Ok(cle)) = (corps.parse::<u64>(), s[13..].parse::<u64>()) else {
        return false;
    };
    let mois: u64 = corps[3..5].parse().unwrap_or(0);
    matches!(&corps[..1], "1" | "2" | "3" | "4" | "7" | "8")
        && matches!(mois, 1..=12 | 20..=42 | 50..=99)
        && 97 - n % 97 == cle
}

fn iban(s: &str) -> bool {
    (15..=s.len().min(34)).any(|n| {
        let t = &s[..n];
        let b = t.as_bytes();
        if !(b[0].is_ascii_uppercase()
            && b[1].is_ascii_uppercase()
            && b[2].is_ascii_digit()
            && b[3].is_ascii_digit())
        {
            return false;
        }
        let reste = t[4..].bytes().chain(t[..4].bytes()).fold(0_u32, |r, c| {
            let v = u32::from(if c.is_ascii_digit() {
                c - b'0'
            } else {
                c - b'A' + 10
            });
            (if v > 9 { r * 100 } else { r * 10 } + v) % 97
        });
        reste == 1
    })
}

fn card(s: &str) -> bool {
    s.len() >= 16
        && s.starts_with(['4', '5'])
        && s.get(..16).is_some_and(|t| {
            let n: Vec<u32> = t.chars().filter_map(|c| c.to_digit(10)).collect();
            n.len() == 16 && crate::valeurs::luhn(&n)
        })
        && s.as_bytes().get(16).is_none_or(|b| !b.is_ascii_digit())
}

fn password(texte: &str) -> bool {
    let bas = crate::francais::fold(texte);
    [
        "mot de passe :",
        "mot de passe:",
        "mdp :",
        "mdp:",
        "password:",
        "password :",
        "code secret :",
        "mot de passe est ",
    ]
    .iter()
    .any(|m| bas.contains(m))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_people_are_found_and_ordinary_ones_are_not() {
        assert_eq!(
            scan("son numéro 2 55 08 14 168 025 38 pour la CAF"),
            Some(Trouve::Nir)
        );
        assert_eq!(
            scan("FR76 3000 6000 0112 3456 7890 189"),
            Some(Trouve::Iban)
        );
        assert_eq!(scan("carte 4111-1111-1111-1111"), Some(Trouve::Carte));
        assert_eq!(scan("MDP : azerty"), Some(Trouve::MotDePasse));
        for bon in [
            "Atelier de 14 h à 16 h, 12 personnes, tél. 02 99 00 00 00",
            "SIRET 732 829 320 00074 de la mairie",
            "Aide au mot de passe oublié",
            "le 03/03/2026 puis le 10/03/2026 à 9 h",
        ] {
            assert_eq!(scan(bon), None, "{bon}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_breaks_the_scanner(s in ".{0,120}") {
            let _ = scan(&s);
        }
    }
}
