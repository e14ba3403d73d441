//! Tables: column widths from their contents, repeated headings, whole rows.

use krilla::tagging::{TableHeaderScope, Tag};

use super::font::Style;
use super::layout::{Composeur, Nature};
use super::paint::Couleur;
use super::tags::Noeud;
use super::text::{Ligne, Police};
use super::{Alignement, Erreur, Tableau};

const CELLULE: Police = Police::new(Style::Normal, 9.5);
const ENTETE: Police = Police::new(Style::Gras, 9.5);
const LEGENDE: Police = Police::new(Style::Italique, 10.0);
/// Space between a cell's edge and its text, in points.
const MARGE: f32 = 5.0;

/// A row cut into lines, one list per column.
struct Rang {
    cellules: Vec<Vec<Ligne>>,
}

struct Colonne {
    x: f32,
    largeur: f32,
    alignement: Alignement,
}

impl Rang {
    fn lines(&self) -> usize {
        self.cellules.iter().map(Vec::len).max().unwrap_or(0).max(1)
    }

    fn height(&self) -> f32 {
        self.lines() as f32 * CELLULE.interligne() + 2.0 * MARGE
    }

    /// Takes the first `nombre` lines of each cell away.
    fn split(&mut self, nombre: usize) -> Self {
        let cellules = self
            .cellules
            .iter_mut()
            .map(|lignes| lignes.drain(..nombre.min(lignes.len())).collect())
            .collect();
        Self { cellules }
    }
}

impl Composeur<'_> {
    pub fn table(&mut self, tableau: &Tableau, racine: &mut Noeud) -> Result<(), Erreur> {
        let nombre = check(tableau)?;
        let colonnes = self.columns(tableau, nombre);
        let entete = self.row(&tableau.entetes, &colonnes, ENTETE);
        self.y += 4.0;
        let mut noeud = Noeud::new(Tag::Table);
        let premiere = tableau
            .lignes
            .first()
            .map_or(0.0, |ligne| self.row(ligne, &colonnes, CELLULE).height());
        let legende = tableau.legende.as_deref().unwrap_or_default();
        let lignes = if legende.is_empty() {
            Vec::new()
        } else {
            self.fontes.lines(legende, LEGENDE, self.largeur)
        };
        let hauteur_legende = lignes.len() as f32 * LEGENDE.interligne();
        self.need((hauteur_legende + entete.height() + premiere).min(self.bas - self.haut));
        if !lignes.is_empty() {
            let mut noeud_legende = Noeud::new(Tag::Caption);
            for ligne in lignes {
                noeud_legende.leaf(self.line(ligne, self.gauche, self.y, Couleur::Discrete));
                self.y += LEGENDE.interligne();
            }
            noeud.push(noeud_legende);
            self.y += 3.0;
        }

        let mut tete = Noeud::new(Tag::THead);
        tete.push(self.heading_row(&entete, &colonnes));
        noeud.push(tete);
        let mut corps = Noeud::new(Tag::TBody);
        for ligne in &tableau.lignes {
            let rang = self.row(ligne, &colonnes, CELLULE);
            corps.push(self.body_row(rang, &entete, &colonnes));
        }
        if !tableau.lignes.is_empty() {
            noeud.push(corps);
        }
        if let Some(total) = &tableau.total {
            let rang = self.row(total, &colonnes, ENTETE);
            let mut pied = Noeud::new(Tag::TFoot);
            pied.push(self.body_row(rang, &entete, &colonnes));
            noeud.push(pied);
        }
        racine.push(noeud);
        self.y += 12.0;
        Ok(())
    }

    fn columns(&self, tableau: &Tableau, nombre: usize) -> Vec<Colonne> {
        let mut naturelles = vec![0f32; nombre];
        let mut minimales = vec![0f32; nombre];
        let mut measure = |cellules: &[String], police: Police| {
            for (i, texte) in cellules.iter().enumerate() {
                let (entiere, piece) = self.fontes.measure(texte, police);
                naturelles[i] = naturelles[i].max(entiere + 2.0 * MARGE);
                minimales[i] = minimales[i].max(piece + 2.0 * MARGE);
            }
        };
        measure(&tableau.entetes, ENTETE);
        for ligne in &tableau.lignes {
            measure(ligne, CELLULE);
        }
        if let Some(total) = &tableau.total {
            measure(total, ENTETE);
        }
        let mut x = self.gauche;
        share(&naturelles, &minimales, self.largeur)
            .into_iter()
            .enumerate()
            .map(|(i, largeur)| {
                let colonne = Colonne {
                    x,
                    largeur,
                    alignement: tableau.alignements.get(i).copied().unwrap_or_default(),
                };
                x += largeur;
                colonne
            })
            .collect()
    }

    fn row(&self, cellules: &[String], colonnes: &[Colonne], police: Police) -> Rang {
        let cellules = colonnes
            .iter()
            .enumerate()
            .map(|(i, colonne)| {
                let texte = cellules.get(i).map_or("", String::as_str);
                self.fontes
                    .lines(texte, police, (colonne.largeur - 2.0 * MARGE).max(1.0))
            })
            .collect();
        Rang { cellules }
    }

    fn heading_row(&mut self, entete: &Rang, colonnes: &[Colonne]) -> Noeud {
        self.heading_background(entete);
        let mut noeud = Noeud::new(Tag::TR);
        for (lignes, colonne) in entete.cellules.iter().zip(colonnes) {
            let mut cellule = Noeud::new(Tag::TH(TableHeaderScope::Column));
            for (i, ligne) in lignes.iter().enumerate() {
                let (x, y) = self.place(ligne, colonne, i);
                cellule.leaf(self.line(ligne.clone(), x, y, Couleur::Encre));
            }
            noeud.push(cellule);
        }
        self.y += entete.height();
        noeud
    }

    fn repeat_heading(&mut self, entete: &Rang, colonnes: &[Colonne]) {
        self.heading_background(entete);
        for (lignes, colonne) in entete.cellules.iter().zip(colonnes) {
            for (i, ligne) in lignes.iter().enumerate() {
                let (x, y) = self.place(ligne, colonne, i);
                self.line_as(Nature::Repetition, ligne.clone(), x, y, Couleur::Encre);
            }
        }
        self.y += entete.height();
    }

    fn heading_background(&mut self, entete: &Rang) {
        let (x, y, largeur, hauteur) = (self.gauche, self.y, self.largeur, entete.height());
        self.rule(x, y, largeur, hauteur, Couleur::Fond);
        self.rule(x, y + hauteur - 0.9, largeur, 0.9, Couleur::Principale);
    }

    /// Places a row on this page or the next. Only a row taller than a whole page is
    /// cut, between two lines of text.
    fn body_row(&mut self, mut rang: Rang, entete: &Rang, colonnes: &[Colonne]) -> Noeud {
        let mut cellules: Vec<Noeud> = colonnes.iter().map(|_| Noeud::new(Tag::TD)).collect();
        let libre = self.bas - self.haut - entete.height();
        // Headings taller than half a page are not worth repeating.
        let repete = libre > (self.bas - self.haut) / 2.0;
        loop {
            if self.y + rang.height().min(libre) > self.bas && self.y > self.haut {
                self.new_page();
                if repete {
                    self.repeat_heading(entete, colonnes);
                }
            }
            let place = ((self.bas - self.y - 2.0 * MARGE) / CELLULE.interligne()).floor();
            let morceau = rang.split((place as usize).max(1));
            for ((lignes, colonne), noeud) in
                morceau.cellules.iter().zip(colonnes).zip(&mut cellules)
            {
                for (i, ligne) in lignes.iter().enumerate() {
                    let (x, y) = self.place(ligne, colonne, i);
                    noeud.leaf(self.line(ligne.clone(), x, y, Couleur::Encre));
                }
            }
            self.y += morceau.height();
            self.rule(self.gauche, self.y - 0.5, self.largeur, 0.5, Couleur::Filet);
            if rang.cellules.iter().all(Vec::is_empty) {
                break;
            }
        }
        let mut noeud = Noeud::new(Tag::TR);
        for cellule in cellules {
            noeud.push(cellule);
        }
        noeud
    }

    fn place(&self, ligne: &Ligne, colonne: &Colonne, rang: usize) -> (f32, f32) {
        let libre = colonne.largeur - 2.0 * MARGE - ligne.largeur;
        let decalage = match colonne.alignement {
            Alignement::Gauche => 0.0,
            Alignement::Droite => libre,
            Alignement::Centre => libre / 2.0,
        };
        let y = self.y + MARGE + rang as f32 * CELLULE.interligne();
        (colonne.x + MARGE + decalage, y)
    }
}

fn check(tableau: &Tableau) -> Result<usize, Erreur> {
    let nombre = tableau.entetes.len();
    if nombre == 0 {
        return Err(Erreur::Modele("un tableau n'a pas d'en-tête".to_owned()));
    }
    let trop = tableau
        .lignes
        .iter()
        .chain(&tableau.total)
        .position(|ligne| ligne.len() > nombre);
    match trop {
        Some(i) => Err(Erreur::Modele(format!(
            "la ligne {} a plus de cellules que d'en-têtes",
            i + 1
        ))),
        None => Ok(nombre),
    }
}

/// Shares the page width: what each column asks for and a part of the rest when all
/// fits; else what cannot be cut, and the rest by what is missing.
fn share(naturelles: &[f32], minimales: &[f32], largeur: f32) -> Vec<f32> {
    let naturelle: f32 = naturelles.iter().sum();
    let minimale: f32 = minimales.iter().sum();
    if naturelle <= largeur {
        let reste = (largeur - naturelle) / naturelle.max(1.0);
        return naturelles.iter().map(|n| n + n * reste).collect();
    }
    if minimale <= largeur {
        let manque = (naturelle - minimale).max(1.0);
        return naturelles
            .iter()
            .zip(minimales)
            .map(|(n, m)| m + (largeur - minimale) * (n - m) / manque)
            .collect();
    }
    minimales.iter().map(|m| largeur * m / minimale).collect()
}
