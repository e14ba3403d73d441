//! Tab names every spreadsheet accepts, and texts they can hold.

use std::borrow::Cow;
use std::collections::HashSet;

/// Longest text a cell of Excel holds, in characters (UTF-16 units).
const TEXTE_MAX: usize = 32_767;
const SUITE: &str = "… [suite coupée]";
const NOM_MAX: usize = 31;

/// One name per sheet, in order: at most 31 characters, none of `[ ] : * ? / \`, no
/// apostrophe at the ends, unique without regard to case.
pub(super) fn unique<'a>(noms: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut pris = HashSet::new();
    noms.map(|nom| {
        let propre: String = nom
            .chars()
            .map(|c| match c {
                '[' | ']' | ':' | '*' | '?' | '/' | '\\' => ' ',
                c if c.is_control() => ' ',
                c => c,
            })
            .collect();
        let propre = propre.trim_matches(['\'', ' ']);
        let propre = if propre.is_empty() { "Feuille" } else { propre };
        let mut nom = cut(propre, NOM_MAX).trim_matches(['\'', ' ']).to_owned();
        let mut rang = 2;
        while !pris.insert(nom.to_lowercase()) {
            let suffixe = format!(" ({rang})");
            let place = NOM_MAX - suffixe.chars().count();
            nom = format!("{}{suffixe}", cut(propre, place).trim_end());
            rang += 1;
        }
        nom
    })
    .collect()
}

/// The text without what XML cannot carry, cut (visibly) at what a cell can hold.
pub(super) fn held(texte: &str) -> Cow<'_, str> {
    let interdit = |c: char| {
        (c.is_control() && !matches!(c, '\n' | '\t' | '\r')) || matches!(c, '\u{fffe}' | '\u{ffff}')
    };
    let texte = if texte.contains(interdit) {
        Cow::Owned(texte.replace(interdit, ""))
    } else {
        Cow::Borrowed(texte)
    };
    if texte.encode_utf16().count() <= TEXTE_MAX {
        return texte;
    }
    let coupe = cut(&texte, TEXTE_MAX - SUITE.encode_utf16().count());
    Cow::Owned(format!("{coupe}{SUITE}"))
}

/// The longest start of `texte` of at most `max` UTF-16 units.
fn cut(texte: &str, max: usize) -> &str {
    let mut unites = 0;
    let fin = texte
        .char_indices()
        .find(|(_, c)| {
            unites += c.len_utf16();
            unites > max
        })
        .map_or(texte.len(), |(i, _)| i);
    texte.get(..fin).unwrap_or(texte)
}
