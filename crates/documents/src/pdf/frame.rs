//! Boxes to sign in, and what is printed on every page.

use krilla::tagging::Tag;

use super::font::Style;
use super::layout::{Composeur, Element, GRAS, Nature, TEXTE};
use super::paint::Couleur;
use super::tags::Noeud;
use super::text::Police;
use super::{Document, Signataire};

const COURANT: Police = Police::new(Style::Normal, 8.5);
/// Height left to sign in, under the role and the name, in points.
const PLACE: f32 = 62.0;
const ECART: f32 = 18.0;
const MARGE: f32 = 8.0;

impl Composeur<'_> {
    /// « Fait à… » and the boxes, two by row; a row is never cut, and the first one
    /// stays with « Fait à… ».
    pub fn signatures(&mut self, fait: &str, signataires: &[Signataire], racine: &mut Noeud) {
        self.y += 8.0;
        let largeur = (self.largeur - ECART) / 2.0;
        let entete = self.fontes.lines(fait, TEXTE, self.largeur);
        let mut tete = entete.len() as f32 * TEXTE.interligne() + 8.0;
        let mut entete = Some(entete);
        for paire in signataires.chunks(2) {
            let textes: Vec<_> = paire
                .iter()
                .map(|signataire| {
                    let mut lignes =
                        self.fontes
                            .lines(&signataire.qualite, GRAS, largeur - 2.0 * MARGE);
                    lignes.extend(
                        self.fontes
                            .lines(&signataire.nom, TEXTE, largeur - 2.0 * MARGE),
                    );
                    lignes
                })
                .collect();
            let nombre = textes.iter().map(Vec::len).max().unwrap_or(0);
            let hauteur = nombre as f32 * TEXTE.interligne() + PLACE + 2.0 * MARGE;
            self.need(tete + hauteur);
            tete = 0.0;
            self.made_at(entete.take(), racine);
            let haut = self.y;
            for (i, lignes) in textes.into_iter().enumerate() {
                let x = self.gauche + i as f32 * (largeur + ECART);
                self.border(x, haut, largeur, hauteur);
                let mut noeud = Noeud::new(Tag::P);
                for (j, ligne) in lignes.into_iter().enumerate() {
                    let y = haut + MARGE + j as f32 * TEXTE.interligne();
                    noeud.leaf(self.line(ligne, x + MARGE, y, Couleur::Encre));
                }
                racine.push(noeud);
            }
            self.y = haut + hauteur + ECART;
        }
        self.made_at(entete.take(), racine);
    }

    fn made_at(&mut self, lignes: Option<Vec<super::text::Ligne>>, racine: &mut Noeud) {
        let Some(lignes) = lignes else { return };
        let mut noeud = Noeud::new(Tag::P);
        for ligne in lignes {
            self.need(TEXTE.interligne());
            noeud.leaf(self.line(ligne, self.gauche, self.y, Couleur::Encre));
            self.y += TEXTE.interligne();
        }
        racine.push(noeud);
        self.y += 8.0;
    }

    fn border(&mut self, x: f32, y: f32, largeur: f32, hauteur: f32) {
        const TRAIT: f32 = 0.8;
        self.rule(x, y, largeur, TRAIT, Couleur::Filet);
        self.rule(x, y + hauteur - TRAIT, largeur, TRAIT, Couleur::Filet);
        self.rule(x, y, TRAIT, hauteur, Couleur::Filet);
        self.rule(x + largeur - TRAIT, y, TRAIT, hauteur, Couleur::Filet);
    }

    /// Title at the head of the pages after the first, issuer and « page n/m » at the
    /// foot of all. Marked as artifacts: a screen reader does not stop on them.
    pub fn running(&mut self, document: &Document, hauteur: f32) {
        let total = self.pages.len();
        let place = self.largeur - 90.0;
        for (i, page) in self.pages.iter_mut().enumerate() {
            let mut put = |texte: &str, nature: Nature, y: f32, droite: bool| {
                let lignes = self.fontes.lines(texte, COURANT, place);
                let suite = lignes.len() > 1;
                let Some(mut ligne) = lignes.into_iter().next() else {
                    return;
                };
                if suite {
                    let texte = format!("{}…", visible(&ligne));
                    ligne = self
                        .fontes
                        .lines(&texte, COURANT, place + 20.0)
                        .swap_remove(0);
                }
                let x = if droite {
                    self.gauche + self.largeur - ligne.largeur
                } else {
                    self.gauche
                };
                page.push(Element::Texte {
                    nature,
                    x,
                    y,
                    ligne,
                    couleur: Couleur::Discrete,
                });
            };
            if i > 0 {
                put(&document.titre, Nature::Entete, 40.0, false);
            }
            let pied = hauteur - 36.0;
            put(&document.emetteur, Nature::Pied, pied, false);
            let numero = format!("page {}/{total}", i + 1);
            put(&numero, Nature::Pied, pied, true);
        }
    }
}

/// The part of its text a line shows, without its trailing spaces.
fn visible(ligne: &super::text::Ligne) -> &str {
    let debut = ligne.glyphes.first().map_or(0, |glyphe| glyphe.debut);
    let fin = ligne.glyphes.last().map_or(0, |glyphe| glyphe.fin);
    ligne.texte.get(debut..fin).unwrap_or_default().trim_end()
}
