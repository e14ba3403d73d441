//! Names as people type them, brought to one spelling (spec 30 §1.2).

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Lower case without marks, everything else one space, `st`/`ste` spelled
/// out; « cedex… », « 3e arrondissement » and « commune de » dropped.
#[must_use]
pub fn normalise(texte: &str) -> String {
    let mots = fold(texte);
    let mut mots: Vec<&str> = mots.split(' ').filter(|m| !m.is_empty()).collect();
    if let Some(i) = mots.iter().position(|m| *m == "cedex") {
        mots.truncate(i);
    }
    if let Some(i) = mots.iter().position(|m| m.starts_with("arrondissement"))
        && i > 0
        && mots[i - 1].starts_with(|c: char| c.is_ascii_digit())
    {
        mots.drain(i - 1..=i);
    }
    if mots.len() > 2 && mots[0] == "commune" && matches!(mots[1], "de" | "du" | "d" | "des") {
        mots.drain(..2);
    }
    spell(&mots)
}

/// The same without dropping anything: « Paris 3e Arrondissement » stays
/// itself, which is what a search wants.
#[must_use]
pub fn normalise_whole(texte: &str) -> String {
    let mots = fold(texte);
    let mots: Vec<&str> = mots.split(' ').filter(|m| !m.is_empty()).collect();
    spell(&mots)
}

/// A normalised name without its article and without spaces: equal keys are
/// the same name, « with and without » article and spaces.
#[must_use]
pub fn cle(normalise: &str) -> String {
    without_article(normalise).split(' ').collect()
}

/// A normalised name without a leading `le la les l`.
#[must_use]
pub fn without_article(normalise: &str) -> &str {
    match normalise.split_once(' ') {
        Some(("le" | "la" | "les" | "l", reste)) if !reste.is_empty() => reste,
        _ => normalise,
    }
}

fn spell(mots: &[&str]) -> String {
    let mut sortie = String::new();
    for m in mots {
        if !sortie.is_empty() {
            sortie.push(' ');
        }
        sortie.push_str(match *m {
            "st" => "saint",
            "ste" => "sainte",
            "sts" => "saints",
            "stes" => "saintes",
            m => m,
        });
    }
    sortie
}

fn fold(texte: &str) -> String {
    let mut sortie = String::with_capacity(texte.len());
    for c in texte.nfkd().filter(|c| !is_combining_mark(*c)) {
        for c in c.to_lowercase() {
            match c {
                'œ' => sortie.push_str("oe"),
                'æ' => sortie.push_str("ae"),
                c if c.is_ascii_alphanumeric() => sortie.push(c),
                c if c.is_alphanumeric() => sortie.push(c),
                _ => sortie.push(' '),
            }
        }
    }
    sortie
}

/// A postcode: digits only, four digits get their zero back.
#[must_use]
pub fn code_postal(texte: &str) -> Option<String> {
    let c: String = texte.chars().filter(char::is_ascii_digit).collect();
    match c.len() {
        4 => Some(format!("0{c}")),
        5 => Some(c),
        _ => None,
    }
}

/// An INSEE code, upper case, left-padded to five characters.
#[must_use]
pub fn code_insee(texte: &str) -> Option<String> {
    let c: String = texte
        .chars()
        .filter(|c| !c.is_whitespace())
        .collect::<String>()
        .to_ascii_uppercase();
    let chiffres = |t: &str| t.bytes().all(|o| o.is_ascii_digit());
    match c.len() {
        4 if chiffres(&c) => Some(format!("0{c}")),
        5 if chiffres(&c) => Some(c),
        5 if (c.starts_with("2A") || c.starts_with("2B")) && chiffres(&c[2..]) => Some(c),
        _ => None,
    }
}

/// Indel similarity, 0 to 100: twice the longest common subsequence over the
/// two lengths.
#[must_use]
pub fn similarity(a: &str, b: &str) -> f64 {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let total = a.len() + b.len();
    if total == 0 {
        return 100.0;
    }
    let mut ligne = vec![0_usize; b.len() + 1];
    for x in &a {
        let mut diagonale = 0;
        for (j, y) in b.iter().enumerate() {
            let haut = ligne[j + 1];
            ligne[j + 1] = if x == y {
                diagonale + 1
            } else {
                haut.max(ligne[j])
            };
            diagonale = haut;
        }
    }
    200.0 * ligne[b.len()] as f64 / total as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn spellings_of_one_name_meet() {
        for (a, b) in [
            ("St-Étienne", "SAINT ETIENNE"),
            ("L’Haÿ-les-Roses", "l hay les roses"),
            ("Œuilly", "oeuilly"),
            ("RENNES CEDEX 7", "Rennes"),
            ("Marseille 3e arrondissement", "marseille"),
            ("Commune de Plouzané", "plouzane"),
            ("Ste-Foy", "sainte foy"),
        ] {
            assert_eq!(normalise(a), normalise(b), "{a}");
        }
        assert_eq!(
            cle(&normalise("Le Mont-Dore")),
            cle(&normalise("Mont Dore"))
        );
        assert_eq!(cle(&normalise("Mont-Dore")), "montdore");
        assert_eq!(
            normalise_whole("Paris 3e Arrondissement"),
            "paris 3e arrondissement"
        );
    }

    #[test]
    fn codes_get_their_zero_back() {
        assert_eq!(code_postal("1000").as_deref(), Some("01000"));
        assert_eq!(code_postal("35 000").as_deref(), Some("35000"));
        assert_eq!(code_postal("350"), None);
        assert_eq!(code_insee("1001").as_deref(), Some("01001"));
        assert_eq!(code_insee("2a004").as_deref(), Some("2A004"));
        assert_eq!(code_insee("2C004"), None);
    }

    #[test]
    fn similarity_is_the_indel_ratio() {
        assert!((similarity("rennes", "rennes") - 100.0).abs() < 1e-9);
        // LCS("rennes", "renes") = 5: 2·5/11.
        assert!((similarity("rennes", "renes") - 1000.0 / 11.0).abs() < 1e-9);
        assert!(similarity("abc", "xyz").abs() < 1e-9);
    }

    proptest! {
        #[test]
        fn any_text_has_a_name(t: String) {
            let n = normalise(&t);
            prop_assert!(!n.starts_with(' ') && !n.ends_with(' ') && !n.contains("  "));
            let _ = (cle(&n), code_postal(&t), code_insee(&t), similarity(&n, &t));
        }
    }
}
