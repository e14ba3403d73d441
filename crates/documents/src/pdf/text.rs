//! Lines: shaped text cut where French allows it.

use std::rc::Rc;

use super::font::{Fontes, Glyphe, Style};

/// How a text is set: style, body size in points.
#[derive(Clone, Copy, Debug)]
pub(super) struct Police {
    pub style: Style,
    pub corps: f32,
}

impl Police {
    pub const fn new(style: Style, corps: f32) -> Self {
        Self { style, corps }
    }

    /// Distance between two baselines, in points.
    pub fn interligne(self) -> f32 {
        self.corps * 1.36
    }
}

/// One line ready to paint. Trailing spaces are painted (so that extracted words stay
/// apart) but not measured.
#[derive(Clone, Debug)]
pub(super) struct Ligne {
    pub texte: Rc<str>,
    pub glyphes: Vec<Glyphe>,
    /// Visible width, in points.
    pub largeur: f32,
    pub corps: f32,
}

impl Fontes {
    /// Cuts a text into lines no wider than `largeur` points. `\n` always starts a
    /// line; a word wider than the measure is cut where it overflows.
    pub fn lines(&self, texte: &str, police: Police, largeur: f32) -> Vec<Ligne> {
        // The space keeps the last word of a line apart from the next one when the text
        // is extracted; it is not measured.
        let texte = self.clean(texte, police.style).replace('\n', " \n");
        texte
            .split('\n')
            .flat_map(|partie| self.wrap(partie, police, largeur))
            .collect()
    }

    /// Width the text takes when it is not cut, and the width of its longest piece
    /// that may not be cut, in points.
    pub fn measure(&self, texte: &str, police: Police) -> (f32, f32) {
        let texte = self.clean(texte, police.style);
        let (mut entiere, mut piece) = (0f32, 0f32);
        for partie in texte.split('\n') {
            let glyphes = self.shape(partie, police.style);
            let (mut ligne, mut mot) = (0f32, 0f32);
            for glyphe in &glyphes {
                ligne += glyphe.avance * police.corps;
                if is_space(partie, glyphe) {
                    mot += if breaks_after(partie, glyphe) {
                        0.0
                    } else {
                        glyphe.avance * police.corps
                    };
                } else {
                    mot += glyphe.avance * police.corps;
                }
                piece = piece.max(mot);
                if breaks_after(partie, glyphe) {
                    mot = 0.0;
                }
            }
            entiere = entiere.max(ligne);
        }
        (entiere, piece)
    }

    fn wrap(&self, texte: &str, police: Police, largeur: f32) -> Vec<Ligne> {
        let glyphes = self.shape(texte, police.style);
        let texte: Rc<str> = Rc::from(texte);
        // Rounding of sums must not cut a text measured to fit exactly.
        let largeur = largeur + 0.01;
        let mut lignes = Vec::new();
        let (mut debut, mut coupe, mut x) = (0, None, 0f32);
        let mut i = 0;
        while let Some(glyphe) = glyphes.get(i) {
            let avance = glyphe.avance * police.corps;
            if x + avance > largeur && i > debut && !is_space(&texte, glyphe) {
                let fin = coupe.unwrap_or(i);
                lignes.push(line(&texte, &glyphes[debut..fin], police));
                (debut, coupe, x, i) = (fin, None, 0.0, fin);
                continue;
            }
            x += avance;
            i += 1;
            if breaks_after(&texte, glyphe) {
                coupe = Some(i);
            }
        }
        lignes.push(line(&texte, &glyphes[debut..], police));
        lignes
    }
}

fn line(texte: &Rc<str>, glyphes: &[Glyphe], police: Police) -> Ligne {
    let visibles = glyphes
        .iter()
        .rposition(|glyphe| !is_space(texte, glyphe))
        .map_or(0, |dernier| dernier + 1);
    let largeur = glyphes[..visibles]
        .iter()
        .map(|glyphe| glyphe.avance * police.corps)
        .sum();
    Ligne {
        texte: Rc::clone(texte),
        glyphes: glyphes.to_vec(),
        largeur,
        corps: police.corps,
    }
}

fn is_space(texte: &str, glyphe: &Glyphe) -> bool {
    texte.get(glyphe.debut..glyphe.fin) == Some(" ")
}

/// Whether a line may end after this glyph. An ordinary space does not allow it where
/// French wants a non-breaking one: before « ; : ? ! » % € », after « « », between the
/// groups of a number.
fn breaks_after(texte: &str, glyphe: &Glyphe) -> bool {
    let (Some(avant), Some(ici), Some(apres)) = (
        texte.get(..glyphe.debut),
        texte.get(glyphe.debut..glyphe.fin),
        texte.get(glyphe.fin..),
    ) else {
        return false;
    };
    let precedent = avant.chars().next_back();
    let Some(suivant) = apres.chars().next() else {
        return false;
    };
    let chiffre = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    match ici {
        " " => {
            !matches!(suivant, ';' | ':' | '?' | '!' | '»' | '%' | '€' | ' ')
                && precedent != Some('«')
                && !(chiffre(precedent) && suivant.is_ascii_digit())
        }
        "-" => precedent.is_some_and(char::is_alphabetic) && suivant.is_alphabetic(),
        _ => false,
    }
}
