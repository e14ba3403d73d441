//! Values that carry their own rule: once built, they are right.

use std::{fmt, str::FromStr};

/// A message in French, ready to stand beside a field.
pub type Refus = &'static str;

macro_rules! texte_verifie {
    ($(#[$doc:meta])* $nom:ident, $lire:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $nom(String);

        impl $nom {
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }
        impl fmt::Display for $nom {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
        impl FromStr for $nom {
            type Err = Refus;
            fn from_str(s: &str) -> Result<Self, Refus> {
                let lire: fn(&str) -> Result<String, Refus> = $lire;
                lire(s).map($nom)
            }
        }
        impl From<&$nom> for crate::base::Valeur {
            fn from(v: &$nom) -> Self {
                v.0.as_str().into()
            }
        }
        impl From<$nom> for crate::base::Valeur {
            fn from(v: $nom) -> Self {
                v.0.into()
            }
        }
    };
}

texte_verifie!(
    /// SIRET: 14 digits, Luhn; an establishment of La Poste (SIREN 356000000)
    /// is also right when its digits add up to a multiple of 5 (spec 10 §1.2).
    Siret,
    |s| {
        let chiffres = compact(s);
        let n: Vec<u32> = chiffres.chars().filter_map(|c| c.to_digit(10)).collect();
        let poste = chiffres.starts_with("356000000") && n.iter().sum::<u32>().is_multiple_of(5);
        if chiffres.len() == 14 && n.len() == 14 && (luhn(&n) || poste) {
            Ok(chiffres)
        } else {
            Err("SIRET invalide : vérifiez les 14 chiffres.")
        }
    }
);

texte_verifie!(
    /// RIDET: 7 or 10 digits, Nouvelle-Calédonie only (spec 10 §1.2).
    Ridet,
    |s| {
        let chiffres = compact(s);
        if matches!(chiffres.len(), 7 | 10) && chiffres.bytes().all(|b| b.is_ascii_digit()) {
            Ok(chiffres)
        } else {
            Err("Le RIDET (7 ou 10 chiffres) est réservé à la Nouvelle-Calédonie.")
        }
    }
);

texte_verifie!(
    /// Commune code of INSEE: 5 characters, `2A`/`2B` included.
    CodeInsee,
    |s| {
        let code = s.trim().to_ascii_uppercase();
        let b = code.as_bytes();
        let juste = b.len() == 5
            && b[0].is_ascii_digit()
            && (b[1].is_ascii_digit() || (b[0] == b'2' && matches!(b[1], b'A' | b'B')))
            && b[2..].iter().all(u8::is_ascii_digit);
        if juste { Ok(code) } else { Err("Choisissez la commune dans la liste.") }
    }
);

texte_verifie!(
    /// E-mail address, lower-cased. The link that is sent is the real proof.
    Courriel,
    |s| {
        let a = s.trim().to_lowercase();
        let juste = a.len() <= 254
            && a.split_once('@').is_some_and(|(local, domaine)| {
                !local.is_empty()
                    && local.len() <= 64
                    && domaine.contains('.')
                    && !domaine.contains('@')
                    && domaine.split('.').all(|p| {
                        !p.is_empty()
                            && !p.starts_with('-')
                            && p.chars().all(|c| c.is_alphanumeric() || c == '-')
                    })
            })
            && !a.chars().any(|c| c.is_whitespace() || c.is_control() || "<>,;:\"()[]\\".contains(c));
        if juste { Ok(a) } else { Err("Adresse invalide : elle s'écrit comme nom@exemple.fr.") }
    }
);

texte_verifie!(
    /// Phone: 10 digits, or `+` and 11 or 12 digits (spec 10 §4.1).
    Telephone,
    |s| {
        let n: String = s.chars().filter(|c| !matches!(c, ' ' | '.' | '-' | '\u{a0}' | '\u{202f}')).collect();
        let (chiffres, attendus) = match n.strip_prefix('+') {
            Some(r) => (r, 11..=12),
            None => (n.as_str(), 10..=10),
        };
        let juste = chiffres.bytes().all(|b| b.is_ascii_digit()) && attendus.contains(&chiffres.len());
        if juste { Ok(n) } else { Err("Numéro invalide : 10 chiffres, ou + suivi de 11 ou 12 chiffres.") }
    }
);

fn compact(s: &str) -> String {
    s.chars().filter(|c| !c.is_whitespace()).collect()
}

/// The Luhn check over digits, rightmost first.
#[must_use]
pub fn luhn(chiffres: &[u32]) -> bool {
    let somme: u32 = chiffres
        .iter()
        .rev()
        .enumerate()
        .map(|(i, d)| {
            if i % 2 == 1 {
                if *d > 4 { 2 * d - 9 } else { 2 * d }
            } else {
                *d
            }
        })
        .sum();
    somme.is_multiple_of(10)
}

/// Money, in integer cents of euro (spec 01, arbitration 8).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Montant(pub i64);

impl Montant {
    /// Reads « 17 500,00 », « 17500 », « 1 234,5 € ».
    ///
    /// # Errors
    /// A message in French; also when there are more than two decimals.
    pub fn parse(s: &str) -> Result<Self, Refus> {
        const FAUX: Refus = "Montant invalide : écrivez par exemple 17 500,00.";
        let net: String = s
            .chars()
            .filter(|c| !c.is_whitespace() && !matches!(c, '€' | '\u{a0}' | '\u{202f}'))
            .collect();
        let (signe, net) = net.strip_prefix('-').map_or((1, net.as_str()), |r| (-1, r));
        let (euros, centimes) = net.split_once([',', '.']).unwrap_or((net, ""));
        let chiffres = |t: &str| t.bytes().all(|b| b.is_ascii_digit());
        if euros.is_empty()
            || euros.len() > 12
            || centimes.len() > 2
            || !chiffres(euros)
            || !chiffres(centimes)
        {
            return Err(FAUX);
        }
        let e: i64 = euros.parse().map_err(|_| FAUX)?;
        let c: i64 = format!("{centimes:0<2}").parse().map_err(|_| FAUX)?;
        Ok(Self(signe * (e * 100 + c)))
    }

    /// `self × num ÷ den`, half-up to the cent (spec 10 §8.2).
    #[must_use]
    pub fn prorata(self, num: i64, den: i64) -> Self {
        if den == 0 {
            return Self(0);
        }
        let (n, d) = (i128::from(self.0) * i128::from(num), i128::from(den));
        Self(i64::try_from((2 * n + d).div_euclid(2 * d)).unwrap_or(i64::MAX))
    }
}

impl fmt::Display for Montant {
    /// French: `17 500,00 €`, with non-breaking spaces.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let signe = if self.0 < 0 { "-" } else { "" };
        let n = self.0.unsigned_abs();
        write!(
            f,
            "{signe}{},{:02}\u{a0}€",
            crate::francais::grouped(n / 100),
            n % 100
        )
    }
}

/// Takes the NUL characters out of every text of a JSON value: nobody types
/// one, and PostgreSQL keeps none.
pub fn without_nul(v: &mut serde_json::Value) {
    use serde_json::Value;
    match v {
        Value::String(s) => s.retain(|c| c != '\0'),
        Value::Array(a) => a.iter_mut().for_each(without_nul),
        Value::Object(m) => m.values_mut().for_each(without_nul),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// A whole number of a JSON value: `45` and `45.0` are the same one.
#[must_use]
pub fn whole(v: &serde_json::Value) -> Option<i64> {
    let reel = || v.as_f64().filter(|x| x.fract() == 0.0);
    v.as_i64()
        .or_else(|| format!("{:.0}", reel()?).parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn siret_luhn_and_the_exception_of_la_poste() {
        assert!("732 829 320 00074".parse::<Siret>().is_ok());
        assert!("73282932000075".parse::<Siret>().is_err());
        assert!("7328293200007".parse::<Siret>().is_err());
        // Digits of 35600000000048 add up to 26: Luhn. 35600000049837 add up to 45: multiple of 5.
        assert!("35600000049837".parse::<Siret>().is_ok());
        assert!("35600000049838".parse::<Siret>().is_err());
    }

    #[test]
    fn codes_addresses_and_numbers() {
        assert_eq!("2a004".parse::<CodeInsee>().unwrap().as_str(), "2A004");
        assert!("00001x".parse::<CodeInsee>().is_err());
        assert_eq!(
            " Awa@Exemple.FR ".parse::<Courriel>().unwrap().as_str(),
            "awa@exemple.fr"
        );
        for faux in ["", "a", "a@b", "a b@c.fr", "a@b..fr", "a@@b.fr", "<a@b.fr>"] {
            assert!(faux.parse::<Courriel>().is_err(), "{faux}");
        }
        assert!("02 99 00 00 00".parse::<Telephone>().is_ok());
        assert!("+687 12 34 56 78 9".parse::<Telephone>().is_ok());
        assert!("+33".parse::<Telephone>().is_err());
    }

    #[test]
    fn money_reads_shows_and_rounds_half_up() {
        assert_eq!(Montant::parse("17 500").unwrap(), Montant(1_750_000));
        assert_eq!(Montant::parse("1 234,5 €").unwrap(), Montant(123_450));
        assert!(Montant::parse("1,234").is_err());
        assert!(Montant::parse("").is_err());
        assert_eq!(Montant(1_750_000).to_string(), "17\u{202f}500,00\u{a0}€");
        // Spec 10 §8.2, example B: 17 500 × 273/365.
        assert_eq!(Montant(1_750_000).prorata(273, 365), Montant(1_308_904));
        // Spec 15 §3.3: 1 823,03 × 80 %.
        assert_eq!(Montant(182_303).prorata(80, 100), Montant(145_842));
    }

    proptest::proptest! {
        #[test]
        fn no_text_breaks_a_value(s in ".{0,40}") {
            let _ = s.parse::<Siret>();
            let _ = s.parse::<Courriel>();
            let _ = s.parse::<Telephone>();
            let _ = s.parse::<CodeInsee>();
            let _ = Montant::parse(&s);
        }
    }
}
