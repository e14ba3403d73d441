//! CSV as people export it: encoding and separator are found out. Rows keep the number
//! a spreadsheet shows (blank lines count), which is why this parser is our own.

use std::borrow::Cow;

use encoding_rs::{UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::Refus;
use super::grid::Grille;

/// How much of the file serves to guess the separator.
const ESSAI: usize = 64 << 10;

pub(super) fn read(octets: &[u8], grille: &mut Grille<'_>) -> Result<(), Refus> {
    let texte = decode(octets)?;
    let (separateur, corps) = match announced(&texte) {
        Some(annonce) => annonce,
        None => (guess(&texte), texte.as_ref()),
    };
    let mut lecteur = Lecteur::new(corps, separateur);
    let (mut i, mut j) = (0, 0);
    while let Some((cellule, fin)) = lecteur.next(i)? {
        grille.set(i, j, cellule)?;
        j += 1;
        if fin {
            (i, j) = (i + 1, 0);
        }
    }
    Ok(())
}

/// UTF-8 when it is, UTF-16 when announced, else Windows-1252, the habit of French
/// spreadsheets. Bytes that are no text in any of them are refused.
fn decode(octets: &[u8]) -> Result<Cow<'_, str>, Refus> {
    let utf16 = match octets {
        [0xff, 0xfe, reste @ ..] => Some((UTF_16LE, reste)),
        [0xfe, 0xff, reste @ ..] => Some((UTF_16BE, reste)),
        _ => None,
    };
    let texte = if let Some((encodage, reste)) = utf16 {
        encodage
            .decode_without_bom_handling_and_without_replacement(reste)
            .ok_or(Refus::Encodage)?
    } else {
        let reste = octets.strip_prefix(b"\xef\xbb\xbf").unwrap_or(octets);
        match std::str::from_utf8(reste) {
            Ok(texte) => Cow::Borrowed(texte),
            Err(_) if reste.len() < octets.len() => return Err(Refus::Encodage),
            Err(_) => WINDOWS_1252.decode_without_bom_handling(reste).0,
        }
    };
    let etrange = |c: char| c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\u{85}');
    if texte.contains(etrange) {
        return Err(Refus::Encodage);
    }
    Ok(texte)
}

/// Excel's first line `sep=;`, which it does not show.
fn announced(texte: &str) -> Option<(char, &str)> {
    let reste = texte.strip_prefix("sep=")?;
    let mut caracteres = reste.chars();
    let separateur = caracteres.next()?;
    let reste = caracteres.as_str();
    let corps = reste
        .strip_prefix("\r\n")
        .or_else(|| reste.strip_prefix('\n'))?;
    Some((separateur, corps))
}

/// The separator that cuts the first rows into the same number of cells, the largest
/// such number; `;` when nothing cuts.
fn guess(texte: &str) -> char {
    let mut fin = texte.len().min(ESSAI);
    while !texte.is_char_boundary(fin) {
        fin -= 1;
    }
    let debut = texte.get(..fin).unwrap_or(texte);
    let (mut choix, mut meilleure) = (';', 0);
    for separateur in [';', ',', '\t'] {
        let note = score(debut, separateur);
        if note > meilleure {
            (choix, meilleure) = (separateur, note);
        }
    }
    choix
}

/// Rows that have as many cells as the first one, weighed by that number less one.
fn score(texte: &str, separateur: char) -> usize {
    let mut lecteur = Lecteur::new(texte, separateur);
    let (mut largeurs, mut cellules, mut vide) = (Vec::new(), 0usize, true);
    while let Ok(Some((cellule, fin))) = lecteur.next(0) {
        cellules += 1;
        vide &= cellule.is_empty();
        if fin {
            if !vide || cellules > 1 {
                largeurs.push(cellules);
            }
            (cellules, vide) = (0, true);
            if largeurs.len() == 20 {
                break;
            }
        }
    }
    let Some(&premiere) = largeurs.first() else {
        return 0;
    };
    let pareilles = largeurs.iter().filter(|&&l| l == premiere).count();
    pareilles * premiere.saturating_sub(1).min(1_000)
}

/// Cells one after the other, as RFC 4180 writes them and as people do.
struct Lecteur<'a> {
    reste: &'a str,
    separateur: char,
    /// A separator has just been read: a cell follows, be it empty.
    attendu: bool,
}

impl<'a> Lecteur<'a> {
    fn new(texte: &'a str, separateur: char) -> Self {
        Self {
            reste: texte,
            separateur,
            attendu: false,
        }
    }

    /// The next cell and whether it ends its row; `ligne` (from 0) serves the refusal.
    fn next(&mut self, ligne: usize) -> Result<Option<(String, bool)>, Refus> {
        if self.reste.is_empty() && !self.attendu {
            return Ok(None);
        }
        let mut cellule = String::new();
        if let Some(reste) = self.reste.strip_prefix('"') {
            self.reste = reste;
            loop {
                let (avant, apres) = self
                    .reste
                    .split_once('"')
                    .ok_or(Refus::Guillemet { ligne: ligne + 1 })?;
                cellule.push_str(avant);
                match apres.strip_prefix('"') {
                    Some(suite) => {
                        cellule.push('"');
                        self.reste = suite;
                    }
                    None => {
                        self.reste = apres;
                        break;
                    }
                }
            }
        }
        // An unquoted cell, or what follows a closing quote in a clumsy file.
        let borne = |c: char| c == self.separateur || c == '\n' || c == '\r';
        let fin = self.reste.find(borne).unwrap_or(self.reste.len());
        let (texte, suite) = self.reste.split_at(fin);
        cellule.push_str(texte);
        let mut caracteres = suite.chars();
        let premier = caracteres.next();
        self.attendu = premier == Some(self.separateur);
        self.reste = caracteres.as_str();
        if premier == Some('\r') {
            self.reste = self.reste.strip_prefix('\n').unwrap_or(self.reste);
        }
        Ok(Some((cellule, !self.attendu)))
    }
}
