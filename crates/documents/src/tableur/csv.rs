//! CSV for French spreadsheets: UTF-8 with BOM, `;`, CRLF, decimal comma, ISO dates.

use super::{Cellule, Feuille};

/// Writes a sheet as CSV. A text that a spreadsheet would take for a formula (first
/// character `=`, `+`, `-`, `@`, tab or carriage return, and not a number) is preceded
/// by an apostrophe.
pub fn csv(feuille: &Feuille) -> Vec<u8> {
    let mut sortie = String::from('\u{feff}');
    for texte in &feuille.preambule {
        push_row(&mut sortie, std::iter::once(guarded(texte)));
    }
    push_row(
        &mut sortie,
        feuille
            .colonnes
            .iter()
            .map(|colonne| guarded(&colonne.titre)),
    );
    for ligne in &feuille.lignes {
        push_row(&mut sortie, ligne.iter().map(shown));
    }
    sortie.into_bytes()
}

fn shown(cellule: &Cellule) -> String {
    match cellule {
        Cellule::Vide => String::new(),
        Cellule::Texte(texte) => guarded(texte),
        Cellule::Entier(nombre) => nombre.to_string(),
        Cellule::Decimal(nombre) => decimal(*nombre),
        Cellule::Euros(centimes) => {
            let signe = if *centimes < 0 { "-" } else { "" };
            let centimes = centimes.unsigned_abs();
            format!("{signe}{},{:02}", centimes / 100, centimes % 100)
        }
        Cellule::Date(date) => date.to_string(),
        Cellule::Pourcent(part) if part.is_finite() => {
            // Two decimals are enough for a share, and hide binary noise (0.07 × 100).
            format!("{} %", decimal((part * 10_000.0).round() / 100.0))
        }
        Cellule::Pourcent(_) => String::new(),
    }
}

fn decimal(nombre: f64) -> String {
    if nombre.is_finite() {
        nombre.to_string().replace('.', ",")
    } else {
        String::new()
    }
}

fn guarded(texte: &str) -> String {
    if texte.starts_with(['=', '+', '-', '@', '\t', '\r']) && !is_number(texte) {
        format!("'{texte}")
    } else {
        texte.to_owned()
    }
}

/// A signed number as people write it: digits, spaces, one comma or point.
fn is_number(texte: &str) -> bool {
    let chiffres = texte.strip_prefix(['+', '-']).unwrap_or(texte);
    chiffres.starts_with(|c: char| c.is_ascii_digit())
        && chiffres
            .chars()
            .all(|c| c.is_ascii_digit() || matches!(c, ' ' | '\u{a0}' | '\u{202f}' | ',' | '.'))
        && chiffres.matches([',', '.']).count() <= 1
}

/// Also quoted: texts with a separator other people use, so that ours is found out.
fn needs_quotes(cellule: &str) -> bool {
    cellule.contains([';', '"', '\n', '\r', '\t'])
        || (cellule.contains(',') && !is_number(cellule))
        || cellule.trim() != cellule
}

fn push_row(sortie: &mut String, cellules: impl Iterator<Item = String>) {
    let debut = sortie.len();
    for (i, cellule) in cellules.enumerate() {
        if i > 0 {
            sortie.push(';');
        }
        if needs_quotes(&cellule) {
            sortie.push('"');
            sortie.push_str(&cellule.replace('"', "\"\""));
            sortie.push('"');
        } else {
            sortie.push_str(&cellule);
        }
    }
    // A row of one empty cell would read as a blank line: the same thing, kept visible.
    if sortie.len() == debut {
        sortie.push_str("\"\"");
    }
    sortie.push_str("\r\n");
}
