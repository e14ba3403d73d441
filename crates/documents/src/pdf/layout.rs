//! From blocks to placed elements: pages, headings kept with what follows, running
//! header and footer. Coordinates in points from the top left of the page.

use std::num::NonZeroU16;

use krilla::tagging::Tag;

use super::font::{Fontes, Style};
use super::paint::Couleur;
use super::tags::{Feuille, Noeud};
use super::text::{Ligne, Police};
use super::{Bloc, Document, Erreur, date_longue};

const A4: (f32, f32) = (595.28, 841.89);
const MARGE_COTE: f32 = 62.0;
const MARGE_HAUT: f32 = 64.0;
const MARGE_BAS: f32 = 66.0;
pub(super) const TEXTE: Police = Police::new(Style::Normal, 11.0);
pub(super) const GRAS: Police = Police::new(Style::Gras, 11.0);
const TITRE: Police = Police::new(Style::Gras, 21.0);
const SOUS_TITRE: Police = Police::new(Style::Italique, 12.5);

/// Something to paint.
pub(super) enum Element {
    Texte {
        nature: Nature,
        x: f32,
        /// Baseline.
        y: f32,
        ligne: Ligne,
        couleur: Couleur,
    },
    Aplat {
        x: f32,
        y: f32,
        largeur: f32,
        hauteur: f32,
        couleur: Couleur,
    },
}

/// What a text is for a screen reader: content in reading order, or decoration.
#[derive(Clone, Copy, Debug)]
pub(super) enum Nature {
    Contenu(Feuille),
    Entete,
    Pied,
    /// Table headings repeated on the following pages.
    Repetition,
}

pub(super) struct Signet {
    pub niveau: u8,
    pub texte: String,
    pub page: usize,
    pub y: f32,
}

pub(super) struct Composition {
    pub largeur: f32,
    pub hauteur: f32,
    pub pages: Vec<Vec<Element>>,
    pub racine: Noeud,
    pub feuilles: usize,
    pub signets: Vec<Signet>,
}

/// The composing stick: where we are on the page, and what has been placed.
pub(super) struct Composeur<'a> {
    pub fontes: &'a Fontes,
    pub gauche: f32,
    pub largeur: f32,
    pub haut: f32,
    pub bas: f32,
    pub y: f32,
    pub pages: Vec<Vec<Element>>,
    feuilles: usize,
    signets: Vec<Signet>,
    niveau: u8,
}

pub(super) fn compose(document: &Document, fontes: &Fontes) -> Result<Composition, Erreur> {
    if document.titre.trim().is_empty() {
        return Err(Erreur::Modele("le titre est vide".to_owned()));
    }
    let (largeur, hauteur) = if document.paysage { (A4.1, A4.0) } else { A4 };
    let mut composeur = Composeur {
        fontes,
        gauche: MARGE_COTE,
        largeur: largeur - 2.0 * MARGE_COTE,
        haut: MARGE_HAUT,
        bas: hauteur - MARGE_BAS,
        y: MARGE_HAUT,
        pages: vec![Vec::new()],
        feuilles: 0,
        signets: Vec::new(),
        niveau: 1,
    };
    let mut racine = Noeud::new(Tag::Part);
    composeur.head(document, &mut racine);
    for bloc in &document.blocs {
        composeur.block(bloc, &mut racine)?;
    }
    composeur.running(document, hauteur);
    Ok(Composition {
        largeur,
        hauteur,
        pages: composeur.pages,
        racine,
        feuilles: composeur.feuilles,
        signets: composeur.signets,
    })
}

impl Composeur<'_> {
    pub fn put(&mut self, element: Element) {
        if let Some(page) = self.pages.last_mut() {
            page.push(element);
        }
    }

    pub fn new_page(&mut self) {
        self.pages.push(Vec::new());
        self.y = self.haut;
    }

    /// Starts a page unless `hauteur` points remain; a fresh page is never left empty.
    pub fn need(&mut self, hauteur: f32) {
        if self.y + hauteur > self.bas && self.y > self.haut {
            self.new_page();
        }
    }

    pub fn rule(&mut self, x: f32, y: f32, largeur: f32, hauteur: f32, couleur: Couleur) {
        self.put(Element::Aplat {
            x,
            y,
            largeur,
            hauteur,
            couleur,
        });
    }

    /// Places one line of content with its top at `y`.
    pub fn line(&mut self, ligne: Ligne, x: f32, y: f32, couleur: Couleur) -> Feuille {
        let feuille = self.feuilles;
        self.feuilles += 1;
        self.line_as(Nature::Contenu(feuille), ligne, x, y, couleur);
        feuille
    }

    pub fn line_as(&mut self, nature: Nature, ligne: Ligne, x: f32, y: f32, couleur: Couleur) {
        let y = y + ligne.corps;
        self.put(Element::Texte {
            nature,
            x,
            y,
            ligne,
            couleur,
        });
    }

    /// Sets a text in a column, over as many pages as needed, never leaving a single
    /// line at the foot or at the head of a page when it has at least three.
    fn flow(
        &mut self,
        texte: &str,
        police: Police,
        couleur: Couleur,
        retrait: f32,
    ) -> Vec<Feuille> {
        let lignes = self.fontes.lines(texte, police, self.largeur - retrait);
        self.flow_lines(lignes, police, couleur, retrait)
    }

    pub fn flow_lines(
        &mut self,
        lignes: Vec<Ligne>,
        police: Police,
        couleur: Couleur,
        retrait: f32,
    ) -> Vec<Feuille> {
        let nombre = lignes.len();
        let mut feuilles = Vec::with_capacity(nombre);
        for (i, ligne) in lignes.into_iter().enumerate() {
            let ensemble = i == 0 || (i + 2 == nombre && nombre > 2);
            let lot = if ensemble && nombre > 1 { 2.0 } else { 1.0 };
            self.need(lot * police.interligne());
            feuilles.push(self.line(ligne, self.gauche + retrait, self.y, couleur));
            self.y += police.interligne();
        }
        feuilles
    }

    fn head(&mut self, document: &Document, racine: &mut Noeud) {
        let date = date_longue(document.date);
        let date = self.fontes.lines(&date, TEXTE, self.largeur);
        let large: f32 = date.first().map_or(0.0, |ligne| ligne.largeur);
        let haut = self.y;
        if !document.emetteur.is_empty() {
            let lignes = self
                .fontes
                .lines(&document.emetteur, GRAS, self.largeur - large - 24.0);
            let mut emetteur = Noeud::new(Tag::P);
            for ligne in lignes {
                emetteur.leaf(self.line(ligne, self.gauche, self.y, Couleur::Principale));
                self.y += GRAS.interligne();
            }
            racine.push(emetteur);
        }
        for ligne in date {
            let x = self.gauche + self.largeur - ligne.largeur;
            let feuille = self.line(ligne, x, haut, Couleur::Discrete);
            racine.push(Noeud::new(Tag::P).with([feuille]));
        }
        self.y = self.y.max(haut + TEXTE.interligne()) + 26.0;
        self.bookmark(1, &document.titre);
        let feuilles = self.flow(&document.titre, TITRE, Couleur::Encre, 0.0);
        racine.push(heading(1, &document.titre).with(feuilles));
        if let Some(texte) = &document.sous_titre {
            self.y += 2.0;
            let feuilles = self.flow(texte, SOUS_TITRE, Couleur::Discrete, 0.0);
            racine.push(Noeud::new(Tag::P).with(feuilles));
        }
        self.y += 8.0;
        self.rule(self.gauche, self.y, self.largeur, 1.4, Couleur::Principale);
        self.y += 16.0;
    }

    fn block(&mut self, bloc: &Bloc, racine: &mut Noeud) -> Result<(), Erreur> {
        match bloc {
            Bloc::Titre { texte, .. } if texte.trim().is_empty() => {
                return Err(Erreur::Modele("un intertitre est vide".to_owned()));
            }
            Bloc::Titre { niveau, texte } => self.title(*niveau, texte, racine),
            Bloc::Paragraphe(texte) => {
                let feuilles = self.flow(texte, TEXTE, Couleur::Encre, 0.0);
                racine.push(Noeud::new(Tag::P).with(feuilles));
                self.y += 7.0;
            }
            Bloc::Liste(elements) => self.list(elements, racine),
            Bloc::Tableau(tableau) => self.table(tableau, racine)?,
            Bloc::Fiche(paires) => self.record(paires, racine),
            Bloc::Signature { fait, signataires } => self.signatures(fait, signataires, racine),
            Bloc::SautDePage => self.new_page(),
        }
        Ok(())
    }

    fn title(&mut self, niveau: u8, texte: &str, racine: &mut Noeud) {
        // Levels may not be skipped (PDF/UA-1, 7.4.2); the document title is level 1.
        let niveau = niveau.saturating_add(1).clamp(2, 5).min(self.niveau + 1);
        self.niveau = niveau;
        let police = Police::new(
            Style::Gras,
            match niveau {
                2 => 14.5,
                3 => 12.5,
                _ => 11.0,
            },
        );
        if self.y > self.haut {
            self.y += 10.0;
        }
        // A heading stays with at least a few lines, or the head and the first row of the
        // table it announces.
        self.need(police.interligne() + 5.0 * TEXTE.interligne());
        self.bookmark(niveau, texte);
        let couleur = if niveau == 2 {
            Couleur::Principale
        } else {
            Couleur::Encre
        };
        let feuilles = self.flow(texte, police, couleur, 0.0);
        racine.push(heading(niveau, texte).with(feuilles));
        self.y += 4.0;
    }

    fn bookmark(&mut self, niveau: u8, texte: &str) {
        self.signets.push(Signet {
            niveau,
            texte: texte.replace('\n', " "),
            page: self.pages.len().saturating_sub(1),
            y: (self.y - 6.0).max(0.0),
        });
    }
}

fn heading(niveau: u8, texte: &str) -> Noeud {
    let niveau = NonZeroU16::new(u16::from(niveau)).unwrap_or(NonZeroU16::MIN);
    Noeud::new(Tag::Hn(niveau, Some(texte.to_owned())))
}
