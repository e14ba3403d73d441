//! Files of producers in the national standard (spec 30 §6): read, understood
//! line by line, previewed, then applied in one transaction.

mod lecture;
mod pages;
mod reference;
mod service;
mod store;
#[cfg(test)]
mod tests;
mod transformation;

use serde::{Deserialize, Serialize};

pub use lecture::{Ligne, read};
pub(crate) use pages::routes;
pub use reference::{Tables, ensure};
pub use service::{accept, preview, refuse};
pub use transformation::transform;

use crate::lieu::{Fiche, store::Contacts};

/// How bad it is (spec 30 §6.5): `Rejet` keeps the row out, `Erreur` drops
/// the field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severite {
    Rejet,
    Erreur,
    Avertissement,
    Info,
}

impl Severite {
    #[must_use]
    pub fn libelle(self) -> &'static str {
        match self {
            Severite::Rejet => "Ligne rejetée",
            Severite::Erreur => "Champ écarté",
            Severite::Avertissement => "À vérifier",
            Severite::Info => "Corrigé",
        }
    }
}

/// One line of the report: line → field → value → what was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Constat {
    /// Line of the file as people see it.
    pub ligne: usize,
    pub severite: Severite,
    pub code: String,
    pub champ: String,
    pub valeur: String,
    pub message: String,
}

/// What would happen to a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sort {
    Nouveau,
    Modifie,
    Inchange,
    /// A person changed the place since: their values stay.
    Garde,
    Rejete,
}

/// A row once understood.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Compris {
    pub ligne: usize,
    pub id_source: String,
    pub fiche: Fiche,
    pub contacts: Contacts,
    pub sort: Sort,
}

/// Which writing of the standard a file follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Profil {
    V0,
    V1,
}

impl Profil {
    #[must_use]
    pub fn libelle(self) -> &'static str {
        match self {
            Profil::V0 => "standard national v0",
            Profil::V1 => "standard national v1",
        }
    }
}
