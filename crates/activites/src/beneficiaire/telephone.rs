//! Phone numbers, kept in E.164 (spec 20 §2.1): a national form is read with
//! the prefix of its territory, any valid foreign number is accepted.

/// National prefixes with the number of digits that follow them.
const PREFIXES: [(&str, &[usize]); 9] = [
    ("33", &[9]),
    ("262", &[9]),
    ("508", &[6, 9]),
    ("590", &[9]),
    ("594", &[9]),
    ("596", &[9]),
    ("681", &[6]),
    ("687", &[6]),
    ("689", &[8]),
];

/// Ranges of ten-digit numbers (after the first 0) that are not +33.
const TRANCHES: [(&str, &str); 15] = [
    ("262", "262"),
    ("263", "262"),
    ("269", "262"),
    ("639", "262"),
    ("692", "262"),
    ("693", "262"),
    ("508", "508"),
    ("590", "590"),
    ("690", "590"),
    ("691", "590"),
    ("594", "594"),
    ("694", "594"),
    ("596", "596"),
    ("696", "596"),
    ("697", "596"),
];

/// Reads what was typed; `departement` is where the counsellor works.
#[must_use]
pub fn read(texte: &str, departement: Option<&str>) -> Option<String> {
    let net: String = texte
        .chars()
        .filter(|c| {
            !matches!(
                c,
                ' ' | '.' | '-' | '/' | '\u{a0}' | '\u{202f}' | '\u{2009}'
            )
        })
        .collect();
    let net = net.replace("(0)", "").replace(['(', ')'], "");
    let net = net
        .strip_prefix("00")
        .map_or(net.clone(), |r| format!("+{r}"));
    let (plus, chiffres) = match net.strip_prefix('+') {
        Some(r) => (true, r),
        None => (false, net.as_str()),
    };
    if chiffres.is_empty() || !chiffres.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    if plus {
        international(chiffres)
    } else {
        national(chiffres, departement)
    }
}

fn international(n: &str) -> Option<String> {
    for (prefixe, longueurs) in PREFIXES {
        if let Some(reste) = n.strip_prefix(prefixe) {
            let reste = reste.strip_prefix('0').unwrap_or(reste);
            return longueurs
                .contains(&reste.len())
                .then(|| format!("+{prefixe}{reste}"));
        }
    }
    (!n.starts_with('0') && (8..=15).contains(&n.len())).then(|| format!("+{n}"))
}

fn national(n: &str, departement: Option<&str>) -> Option<String> {
    if let Some(reste) = n.strip_prefix('0') {
        if reste.len() != 9 || reste.starts_with('0') {
            return None;
        }
        let prefixe = TRANCHES
            .iter()
            .find(|(t, _)| reste.starts_with(t))
            .map_or("33", |(_, p)| p);
        // Saint-Pierre-et-Miquelon dials 0508 then six digits.
        let reste = if prefixe == "508" { &reste[3..] } else { reste };
        return Some(format!("+{prefixe}{reste}"));
    }
    let (prefixe, longueur) = match departement? {
        "975" => ("508", 6),
        "986" => ("681", 6),
        "988" => ("687", 6),
        "987" => ("689", 8),
        _ => return None,
    };
    (n.len() == longueur).then(|| format!("+{prefixe}{n}"))
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn national_numbers_take_the_prefix_of_their_territory() {
        for (tape, ou, attendu) in [
            ("02 99 00 00 00", Some("35"), "+33299000000"),
            ("06.12.34.56.78", Some("974"), "+33612345678"),
            ("0692 00 00 00", Some("35"), "+262692000000"),
            ("0639 12 34 56", None, "+262639123456"),
            ("0590 12 34 56", None, "+590590123456"),
            ("0694-12-34-56", None, "+594694123456"),
            ("0696 12 34 56", None, "+596696123456"),
            ("0508 41 23 45", None, "+508412345"),
            ("41 23 45", Some("975"), "+508412345"),
            ("72 12 34", Some("986"), "+681721234"),
            ("27 12 34", Some("988"), "+687271234"),
            ("87 12 34 56", Some("987"), "+68987123456"),
            ("+33 (0)6 12 34 56 78", None, "+33612345678"),
            ("0033 6 12 34 56 78", None, "+33612345678"),
            ("+687 27 12 34", None, "+687271234"),
            ("+41 22 334 45 56", None, "+41223344556"),
        ] {
            assert_eq!(read(tape, ou).as_deref(), Some(attendu), "{tape}");
        }
        for faux in [
            "",
            "12",
            "06 12 34 56",
            "00 00 00 00 00",
            "271234",
            "+33 6 12 34",
            "+0123456789",
            "06 12 34 56 7x",
            "0612345678901",
        ] {
            assert_eq!(read(faux, Some("35")), None, "{faux}");
        }
    }

    proptest::proptest! {
        #[test]
        fn what_is_kept_is_always_e164(t in ".{0,24}", ou in proptest::option::of("(35|975|986|987|988)")) {
            if let Some(n) = read(&t, ou.as_deref()) {
                proptest::prop_assert!(n.starts_with('+') && (8..=16).contains(&n.len()));
                // Read again, it does not change.
                proptest::prop_assert_eq!(read(&n, None), Some(n.clone()));
            }
        }
    }
}
