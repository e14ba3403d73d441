//! Phone numbers of places, as E.164 (spec 30 §2.3 field 12, §6.3).

/// Country codes the standard accepts.
const PREFIXES: &[&str] = &[
    "+33", "+590", "+594", "+262", "+596", "+269", "+687", "+689", "+508", "+681",
];

/// What a text holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Numero {
    E164(String),
    /// 3 or 4 digits (`3949`).
    Court(String),
    Invalide,
}

/// A number as the national file accepts it.
#[must_use]
pub fn is_e164(t: &str) -> bool {
    PREFIXES.iter().any(|p| {
        t.strip_prefix(p)
            .is_some_and(|r| (6..=9).contains(&r.len()) && r.bytes().all(|b| b.is_ascii_digit()))
    })
}

/// Reads one number; the département gives the country of local numbers.
#[must_use]
pub fn read(texte: &str, departement: &str) -> Numero {
    let texte = texte.replace("(0)", "");
    let plus = texte.trim_start().starts_with('+');
    let n: String = texte.chars().filter(char::is_ascii_digit).collect();
    let lettres = texte.chars().any(char::is_alphabetic);
    if n.is_empty() || lettres || n.bytes().all(|b| b == n.as_bytes()[0]) {
        return Numero::Invalide;
    }
    if !plus && matches!(n.len(), 3 | 4) {
        return Numero::Court(n);
    }
    let international = plus || n.starts_with("00") && n.len() > 10;
    let candidat = if international {
        let n = n.trim_start_matches("00");
        match n.strip_prefix("33") {
            Some(reste) if reste.len() == 10 => format!("+33{}", &reste[1..]),
            _ => format!("+{n}"),
        }
    } else {
        local(&n, departement)
    };
    // A French number has 9 digits after its prefix, never fewer.
    let court = ["+33", "+590", "+594", "+596", "+262"]
        .iter()
        .any(|p| candidat.strip_prefix(p).is_some_and(|r| r.len() != 9));
    if is_e164(&candidat) && !court {
        Numero::E164(candidat)
    } else {
        Numero::Invalide
    }
}

fn local(n: &str, departement: &str) -> String {
    match (departement, n.len()) {
        ("988", 6) => return format!("+687{n}"),
        ("975", 6) => return format!("+508{n}"),
        ("986", 6) => return format!("+681{n}"),
        ("987", 8) => return format!("+689{n}"),
        _ => {}
    }
    // A number that became an integer lost its zero.
    let n = match n.len() {
        9 if !n.starts_with('0') => n,
        10 if n.starts_with('0') => &n[1..],
        11 if n.starts_with("33") => &n[2..],
        _ => return String::new(),
    };
    let prefixe = match n.get(..3) {
        Some("262" | "269" | "639" | "692" | "693") => "+262",
        Some("590" | "690" | "691") => "+590",
        Some("594" | "694") => "+594",
        Some("596" | "696" | "697") => "+596",
        _ => "+33",
    };
    format!("{prefixe}{n}")
}

/// « 02 99 00 00 00 », « +687 12 34 56 ».
#[must_use]
pub fn shown(e164: &str) -> String {
    let paires = |s: &str| {
        s.as_bytes()
            .chunks(2)
            .map(|c| String::from_utf8_lossy(c).into_owned())
            .collect::<Vec<_>>()
            .join("\u{a0}")
    };
    for p in ["+33", "+590", "+594", "+596", "+262"] {
        if let Some(r) = e164.strip_prefix(p) {
            return paires(&format!("0{r}"));
        }
    }
    match e164.get(..4) {
        Some(p) if e164.starts_with('+') => format!("{p}\u{a0}{}", paires(&e164[4..])),
        _ => e164.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn local_numbers_take_the_country_of_the_place() {
        let e = |s: &str| Numero::E164(s.into());
        assert_eq!(read("02 99 00 00 12", "35"), e("+33299000012"));
        assert_eq!(read("299000012", "35"), e("+33299000012"));
        assert_eq!(read("+33 (0)2 99 00 00 12", "35"), e("+33299000012"));
        assert_eq!(read("0262 12 34 56", "974"), e("+262262123456"));
        assert_eq!(read("0590 12 34 56", "971"), e("+590590123456"));
        assert_eq!(read("12 34 56", "988"), e("+687123456"));
        assert_eq!(read("40 12 34 56", "987"), e("+68940123456"));
        assert_eq!(read("3949", "35"), Numero::Court("3949".into()));
        for faux in ["0000000000", "+33180", "accueil", "12345", ""] {
            assert_eq!(read(faux, "35"), Numero::Invalide, "{faux}");
        }
        assert_eq!(shown("+33299000012"), "02\u{a0}99\u{a0}00\u{a0}00\u{a0}12");
    }

    proptest::proptest! {
        #[test]
        fn what_is_read_is_always_accepted_by_the_standard(s in "[+0-9 ().]{0,20}", d in "35|974|988|987") {
            if let Numero::E164(n) = read(&s, &d) {
                proptest::prop_assert!(is_e164(&n));
            }
            let _ = shown(&s);
        }
    }
}
