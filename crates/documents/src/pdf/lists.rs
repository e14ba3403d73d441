//! Bulleted lists, and records of labels and values.

use krilla::tagging::{ListNumbering, Tag};

use super::layout::{Composeur, GRAS, TEXTE};
use super::paint::Couleur;
use super::tags::Noeud;

/// Indent of list items, in points.
const RETRAIT: f32 = 16.0;

impl Composeur<'_> {
    pub fn list(&mut self, elements: &[String], racine: &mut Noeud) {
        let mut liste = Noeud::new(Tag::L(ListNumbering::Disc));
        for texte in elements {
            let lignes = self.fontes.lines(texte, TEXTE, self.largeur - RETRAIT);
            self.need(lignes.len().min(2) as f32 * TEXTE.interligne());
            let mut puce = Vec::new();
            for ligne in self.fontes.lines("•", TEXTE, RETRAIT) {
                puce.push(self.line(ligne, self.gauche + 4.0, self.y, Couleur::Principale));
            }
            let corps = self.flow_lines(lignes, TEXTE, Couleur::Encre, RETRAIT);
            let mut element = Noeud::new(Tag::LI);
            element.push(Noeud::new(Tag::Lbl).with(puce));
            element.push(Noeud::new(Tag::LBody).with(corps));
            liste.push(element);
            self.y += 3.0;
        }
        if !elements.is_empty() {
            racine.push(liste);
        }
        self.y += 4.0;
    }

    pub fn record(&mut self, paires: &[(String, String)], racine: &mut Noeud) {
        let colonne = paires
            .iter()
            .map(|(label, _)| self.fontes.measure(label, GRAS).0)
            .fold(0.0, f32::max)
            .min(self.largeur * 0.4);
        let retrait = colonne + 14.0;
        let mut liste = Noeud::new(Tag::L(ListNumbering::None));
        for (label, valeur) in paires {
            let labels = self.fontes.lines(label, GRAS, colonne);
            let valeurs = self.fontes.lines(valeur, TEXTE, self.largeur - retrait);
            let hauteur = labels.len().max(valeurs.len()) as f32 * TEXTE.interligne();
            self.need(hauteur.min(self.bas - self.haut));
            let (haut, gauche) = (self.y, self.gauche);
            let mut nom = Noeud::new(Tag::Lbl);
            for (i, ligne) in labels.into_iter().enumerate() {
                let y = haut + i as f32 * GRAS.interligne();
                nom.leaf(self.line(ligne, gauche, y, Couleur::Discrete));
            }
            let mut corps = Noeud::new(Tag::LBody);
            let pages = self.pages.len();
            for ligne in valeurs {
                self.need(TEXTE.interligne());
                corps.leaf(self.line(ligne, gauche + retrait, self.y, Couleur::Encre));
                self.y += TEXTE.interligne();
            }
            if self.pages.len() == pages {
                self.y = self.y.max(haut + hauteur);
            }
            let mut element = Noeud::new(Tag::LI);
            element.push(nom);
            element.push(corps);
            liste.push(element);
            self.y += 3.0;
            self.rule(gauche, self.y, self.largeur, 0.5, Couleur::Filet);
            self.y += 4.0;
        }
        if !paires.is_empty() {
            racine.push(liste);
        }
        self.y += 6.0;
    }
}
