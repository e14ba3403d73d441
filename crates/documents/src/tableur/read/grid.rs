//! The sheets being read, cell by cell, under the limits.

use super::{FeuilleBrute, Limites, Refus};

pub(super) struct Grille<'a> {
    limites: &'a Limites,
    feuilles: Vec<FeuilleBrute>,
    cellules: usize,
    /// Bytes of text: a long text referred to by many cells is a bomb too.
    texte: u64,
}

impl<'a> Grille<'a> {
    pub fn new(limites: &'a Limites) -> Self {
        Self {
            limites,
            feuilles: Vec::new(),
            cellules: 0,
            texte: 0,
        }
    }

    /// Starts a sheet; the following cells are its own.
    pub fn sheet(&mut self, nom: &str) -> Result<(), Refus> {
        let max = self.limites.feuilles;
        if self.feuilles.len() >= max {
            return Err(Refus::TropDeFeuilles { max });
        }
        self.feuilles.push(FeuilleBrute {
            nom: nom.to_owned(),
            lignes: Vec::new(),
        });
        Ok(())
    }

    /// Puts a text at a row and column (from 0); an empty one changes nothing.
    pub fn set(&mut self, i: usize, j: usize, texte: String) -> Result<(), Refus> {
        if texte.is_empty() {
            return Ok(());
        }
        let limites = self.limites;
        if !limites.formules && is_formula(&texte) {
            return Err(Refus::Formule { ligne: i + 1 });
        }
        if i >= limites.lignes {
            return Err(Refus::TropDeLignes {
                max: limites.lignes,
            });
        }
        if j >= limites.colonnes {
            return Err(Refus::TropDeColonnes {
                max: limites.colonnes,
            });
        }
        self.texte = self.texte.saturating_add(texte.len() as u64);
        if self.texte > limites.decompresse {
            return Err(Refus::Bombe);
        }
        let Some(feuille) = self.feuilles.last_mut() else {
            return Ok(());
        };
        if feuille.lignes.len() <= i {
            feuille.lignes.resize_with(i + 1, Vec::new);
        }
        let Some(ligne) = feuille.lignes.get_mut(i) else {
            return Ok(());
        };
        if ligne.len() <= j {
            self.cellules += j + 1 - ligne.len();
            if self.cellules > limites.cellules {
                return Err(Refus::TropDeCellules {
                    max: limites.cellules,
                });
            }
            ligne.resize(j + 1, String::new());
        }
        if let Some(cellule) = ligne.get_mut(j) {
            *cellule = texte;
        }
        Ok(())
    }

    /// A cell computes its value: refused unless formulas are accepted.
    pub fn formula(&self, i: usize) -> Result<(), Refus> {
        if self.limites.formules {
            Ok(())
        } else {
            Err(Refus::Formule { ligne: i + 1 })
        }
    }

    pub const fn accepts_formulas(&self) -> bool {
        self.limites.formules
    }

    pub fn finish(self) -> Vec<FeuilleBrute> {
        self.feuilles
    }
}

/// What a spreadsheet would compute if this text were typed in a cell. A phone number
/// (`+33 (0)2…`), a negative number and a line of a list (`- le mardi`) are not.
fn is_formula(texte: &str) -> bool {
    let texte = texte.trim_start();
    let Some((tete, reste)) = texte.split_at_checked(1) else {
        return false;
    };
    let number = |c: char| c.is_ascii_digit() || c.is_whitespace() || ".,()-/".contains(c);
    match tete {
        "=" => true,
        "@" => reste.contains('('),
        "+" | "-" => {
            !reste.starts_with(char::is_whitespace)
                && !reste.chars().all(number)
                && reste.contains(['(', '!', '|', '+', '*', '^', '&'])
        }
        _ => false,
    }
}
