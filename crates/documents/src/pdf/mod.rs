//! Accessible PDF (PDF/A-2a and PDF/UA-1) from a tiny document model.
//!
//! The caller says what the document contains, never where it goes: pages, line
//! breaks, repeated table headings, reading order, bookmarks and tags follow from
//! the blocks. The date printed is the one given, there is no clock inside, so the
//! same [`Document`] always gives the same bytes.
//!
//! ```
//! use documents::pdf::{Bloc, Document, Tableau, pdf};
//!
//! let document = Document::new("Relevé de décision", jiff::civil::date(2026, 3, 3))
//!     .emetteur("Préfecture de la Creuse")
//!     .bloc(Bloc::titre(1, "Décisions"))
//!     .bloc(Bloc::paragraphe("Le comité a examiné 2 dossiers."))
//!     .bloc(Tableau::new(["Structure", "Postes"], [["CC Creuse Sud-Ouest", "2"]]));
//! let octets = pdf(&document)?;
//! assert!(octets.starts_with(b"%PDF-1.7"));
//! # Ok::<(), documents::pdf::Erreur>(())
//! ```

mod font;
mod frame;
mod layout;
mod lists;
mod paint;
mod table;
mod tags;
mod text;

use jiff::civil::Date;

/// What is printed: a heading block, then the blocks in reading order.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    /// Title: first heading, PDF metadata, header of the following pages.
    pub titre: String,
    /// One line under the title.
    pub sous_titre: Option<String>,
    /// Who issues the document (top left, footer, metadata author).
    pub emetteur: String,
    /// Date printed at the top right, and creation date of the file.
    pub date: Date,
    /// A4 landscape, for wide tables.
    pub paysage: bool,
    pub blocs: Vec<Bloc>,
}

/// One block. Text is plain: `\n` starts a new line, non-breaking spaces are kept.
#[derive(Clone, Debug, PartialEq)]
pub enum Bloc {
    /// Heading; level 1 to 4 (1 is right under the document title). A level is never
    /// more than one deeper than the heading before: it is raised when it would be.
    Titre {
        niveau: u8,
        texte: String,
    },
    Paragraphe(String),
    /// Bulleted list.
    Liste(Vec<String>),
    Tableau(Tableau),
    /// Label and value pairs, one per line.
    Fiche(Vec<(String, String)>),
    /// « Fait à…, le… » and one box per signatory, never cut between two pages.
    Signature {
        fait: String,
        signataires: Vec<Signataire>,
    },
    SautDePage,
}

/// A person who signs: role (« Pour la structure, le maire ») and printed name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signataire {
    pub qualite: String,
    pub nom: String,
}

/// A table. Its heading row is repeated on each page and rows are not cut.
/// Rows shorter than the headings are completed with empty cells, longer ones refused.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tableau {
    /// Read before the table by screen readers and printed above it.
    pub legende: Option<String>,
    pub entetes: Vec<String>,
    pub lignes: Vec<Vec<String>>,
    /// One per column; missing ones are [`Alignement::Gauche`].
    pub alignements: Vec<Alignement>,
    /// Last row in bold.
    pub total: Option<Vec<String>>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Alignement {
    #[default]
    Gauche,
    Droite,
    Centre,
}

/// Why no PDF was made.
#[derive(Debug, thiserror::Error)]
pub enum Erreur {
    /// The caller's mistake: a row with more cells than headings, a table without any.
    #[error("document impossible à composer : {0}")]
    Modele(String),
    /// The bundled typeface could not be read.
    #[error("police de caractères illisible")]
    Police,
    /// The file would not conform to PDF/A-2a or PDF/UA-1.
    #[error("le PDF ne serait pas conforme : {0}")]
    Conformite(String),
}

impl Document {
    pub fn new(titre: impl Into<String>, date: Date) -> Self {
        Self {
            titre: titre.into(),
            sous_titre: None,
            emetteur: String::new(),
            date,
            paysage: false,
            blocs: Vec::new(),
        }
    }

    pub fn sous_titre(mut self, texte: impl Into<String>) -> Self {
        self.sous_titre = Some(texte.into());
        self
    }

    pub fn emetteur(mut self, nom: impl Into<String>) -> Self {
        self.emetteur = nom.into();
        self
    }

    pub fn paysage(mut self) -> Self {
        self.paysage = true;
        self
    }

    pub fn bloc(mut self, bloc: impl Into<Bloc>) -> Self {
        self.blocs.push(bloc.into());
        self
    }
}

impl Bloc {
    pub fn titre(niveau: u8, texte: impl Into<String>) -> Self {
        Self::Titre {
            niveau,
            texte: texte.into(),
        }
    }

    pub fn paragraphe(texte: impl Into<String>) -> Self {
        Self::Paragraphe(texte.into())
    }

    pub fn liste<T: Into<String>>(elements: impl IntoIterator<Item = T>) -> Self {
        Self::Liste(elements.into_iter().map(Into::into).collect())
    }

    pub fn fiche<L: Into<String>, V: Into<String>>(
        paires: impl IntoIterator<Item = (L, V)>,
    ) -> Self {
        Self::Fiche(
            paires
                .into_iter()
                .map(|(label, valeur)| (label.into(), valeur.into()))
                .collect(),
        )
    }
}

impl From<Tableau> for Bloc {
    fn from(tableau: Tableau) -> Self {
        Self::Tableau(tableau)
    }
}

impl Tableau {
    pub fn new<E, L, C>(
        entetes: impl IntoIterator<Item = E>,
        lignes: impl IntoIterator<Item = L>,
    ) -> Self
    where
        E: Into<String>,
        L: IntoIterator<Item = C>,
        C: Into<String>,
    {
        Self {
            entetes: entetes.into_iter().map(Into::into).collect(),
            lignes: lignes
                .into_iter()
                .map(|ligne| ligne.into_iter().map(Into::into).collect())
                .collect(),
            ..Self::default()
        }
    }

    pub fn legende(mut self, texte: impl Into<String>) -> Self {
        self.legende = Some(texte.into());
        self
    }

    pub fn alignements(mut self, alignements: impl IntoIterator<Item = Alignement>) -> Self {
        self.alignements = alignements.into_iter().collect();
        self
    }

    pub fn total<C: Into<String>>(mut self, cellules: impl IntoIterator<Item = C>) -> Self {
        self.total = Some(cellules.into_iter().map(Into::into).collect());
        self
    }
}

/// Composes and exports the document, validated as PDF/A-2a and PDF/UA-1.
///
/// # Errors
/// [`Erreur::Modele`] when a table is not rectangular, [`Erreur::Conformite`] when
/// the exporter finds that the file would not conform, [`Erreur::Police`] when the
/// bundled typeface cannot be read.
pub fn pdf(document: &Document) -> Result<Vec<u8>, Erreur> {
    let fontes = font::Fontes::load()?;
    let composition = layout::compose(document, fontes)?;
    paint::paint(document, fontes, composition)
}

/// « 3 mars 2026 », « 1er mars 2026 », with non-breaking spaces.
pub fn date_longue(date: Date) -> String {
    const MOIS: [&str; 12] = [
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ];
    let mois = usize::try_from(date.month() - 1)
        .ok()
        .and_then(|rang| MOIS.get(rang))
        .copied()
        .unwrap_or_default();
    let premier = if date.day() == 1 { "er" } else { "" };
    format!("{}{premier}\u{a0}{mois}\u{a0}{}", date.day(), date.year())
}

#[cfg(test)]
mod tests;
