//! Spreadsheets: one model written as XLSX, ODS or CSV, and [`lire`] for the files
//! people send us.
//!
//! ```
//! use documents::tableur::{Cellule, Colonne, Feuille, Genre, csv, xlsx};
//!
//! let feuille = Feuille::new("Postes", [
//!     Colonne::new("Structure", Genre::Texte),
//!     Colonne::new("Subvention", Genre::Euros),
//! ])
//! .ligne([Cellule::texte("CCAS de Guéret"), Cellule::Euros(1_234_50)]);
//! assert_eq!(
//!     csv(&feuille),
//!     "\u{feff}Structure;Subvention\r\nCCAS de Guéret;1234,50\r\n".as_bytes()
//! );
//! assert!(xlsx(&[feuille])?.starts_with(b"PK"));
//! # Ok::<(), documents::tableur::Erreur>(())
//! ```

mod csv;
mod names;
mod ods;
mod read;
mod xlsx;

use jiff::civil::Date;

pub use self::csv::csv;
pub use ods::ods;
pub use read::{FeuilleBrute, Limites, Refus, lire, lire_dans};
pub use xlsx::xlsx;

/// A sheet to write: optional lines of explanation, headings, rows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Feuille {
    /// Tab name; made acceptable to spreadsheets (31 characters, unique) when written.
    pub nom: String,
    /// Lines above the headings (scope, filters, version of the figures).
    pub preambule: Vec<String>,
    pub colonnes: Vec<Colonne>,
    pub lignes: Vec<Vec<Cellule>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Colonne {
    pub titre: String,
    pub genre: Genre,
}

/// What a column holds: alignment of its heading and width. Each cell keeps the
/// format of its own value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Genre {
    Texte,
    Entier,
    Decimal,
    Euros,
    Date,
    Pourcent,
}

/// A value. Text is always written as text, never as a formula.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Cellule {
    #[default]
    Vide,
    Texte(String),
    Entier(i64),
    /// Not finite is written as an empty cell.
    Decimal(f64),
    /// Amount in cents.
    Euros(i64),
    Date(Date),
    /// Share between 0 and 1: 0.125 shows 12,5 %.
    Pourcent(f64),
}

/// Why no file was written.
#[derive(Debug, thiserror::Error)]
pub enum Erreur {
    /// More than 1,048,575 rows or 16,384 columns.
    #[error("trop de lignes ou de colonnes pour un tableur")]
    TropGrand,
    #[error("écriture du classeur : {0}")]
    Ecriture(String),
}

impl Feuille {
    pub fn new(nom: impl Into<String>, colonnes: impl IntoIterator<Item = Colonne>) -> Self {
        Self {
            nom: nom.into(),
            colonnes: colonnes.into_iter().collect(),
            ..Self::default()
        }
    }

    pub fn preambule(mut self, texte: impl Into<String>) -> Self {
        self.preambule.push(texte.into());
        self
    }

    pub fn ligne(mut self, cellules: impl IntoIterator<Item = Cellule>) -> Self {
        self.lignes.push(cellules.into_iter().collect());
        self
    }
}

impl Colonne {
    pub fn new(titre: impl Into<String>, genre: Genre) -> Self {
        Self {
            titre: titre.into(),
            genre,
        }
    }
}

impl Genre {
    const fn is_number(self) -> bool {
        matches!(
            self,
            Self::Entier | Self::Decimal | Self::Euros | Self::Pourcent
        )
    }
}

impl Cellule {
    pub fn texte(texte: impl Into<String>) -> Self {
        Self::Texte(texte.into())
    }
}

impl From<&str> for Cellule {
    fn from(texte: &str) -> Self {
        Self::Texte(texte.to_owned())
    }
}

impl From<String> for Cellule {
    fn from(texte: String) -> Self {
        Self::Texte(texte)
    }
}

impl From<i64> for Cellule {
    fn from(nombre: i64) -> Self {
        Self::Entier(nombre)
    }
}

impl From<Date> for Cellule {
    fn from(date: Date) -> Self {
        Self::Date(date)
    }
}

impl<T: Into<Self>> From<Option<T>> for Cellule {
    fn from(valeur: Option<T>) -> Self {
        valeur.map_or(Self::Vide, Into::into)
    }
}

#[cfg(test)]
mod tests;
