//! Files people send (spec 20 §2.6, §3.7): read, shown with what is wrong,
//! corrected in place, applied in one transaction, undone for a week.
//!
//! `televerse → analyse → confirme → annule`. Each kind of file says how a
//! line is understood ([`beneficiaires`], [`activites`]); the rest is common.

pub mod activites;
pub mod beneficiaires;
pub mod colonne;
mod commune;
pub mod lecture;
pub mod pages;
pub mod rapport;
pub mod service;
pub mod store;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use colonne::Colonne;

/// What a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Genre {
    Beneficiaires,
    Activites,
}

impl Genre {
    #[must_use]
    pub fn cle(self) -> &'static str {
        match self {
            Self::Beneficiaires => "beneficiaires",
            Self::Activites => "activites",
        }
    }

    #[must_use]
    pub fn from_cle(cle: &str) -> Option<Self> {
        [Self::Beneficiaires, Self::Activites]
            .into_iter()
            .find(|g| g.cle() == cle)
    }

    #[must_use]
    pub fn libelle(self) -> &'static str {
        match self {
            Self::Beneficiaires => "Importer des personnes suivies",
            Self::Activites => "Importer des activités passées",
        }
    }

    /// Where the files of this kind are sent.
    #[must_use]
    pub fn chemin(self) -> &'static str {
        match self {
            Self::Beneficiaires => "/beneficiaires/importer",
            Self::Activites => "/activites/importer",
        }
    }

    /// Lines of one file at most, headings apart.
    #[must_use]
    pub fn lignes_max(self) -> usize {
        match self {
            Self::Beneficiaires => 5_000,
            Self::Activites => 10_000,
        }
    }
}

/// Where an import is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Etat {
    Televerse,
    Analyse,
    Confirme,
    Annule,
}

impl Etat {
    #[must_use]
    pub fn cle(self) -> &'static str {
        match self {
            Self::Televerse => "televerse",
            Self::Analyse => "analyse",
            Self::Confirme => "confirme",
            Self::Annule => "annule",
        }
    }

    #[must_use]
    pub fn from_cle(cle: &str) -> Option<Self> {
        [Self::Televerse, Self::Analyse, Self::Confirme, Self::Annule]
            .into_iter()
            .find(|e| e.cle() == cle)
    }
}

/// One line of a file: what was read, by key of column.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ligne {
    /// As a spreadsheet numbers it.
    pub numero: usize,
    pub valeurs: BTreeMap<String, String>,
}

impl Ligne {
    /// The trimmed value of a column; empty when there is none.
    #[must_use]
    pub fn get(&self, cle: &str) -> &str {
        self.valeurs.get(cle).map_or("", |v| v.trim())
    }

    /// The column whose text was not kept, because of what it held.
    #[must_use]
    pub fn removed(&self) -> Option<&str> {
        self.valeurs
            .iter()
            .find(|(_, v)| *v == RETIRE)
            .map(|(c, _)| c.as_str())
    }

    #[must_use]
    pub fn has(&self, cle: &str) -> bool {
        !self.get(cle).is_empty()
    }
}

/// Stands for a text nobody may keep: numbers of persons and banks.
pub const RETIRE: &str = "[texte retiré]";

/// Columns of free text.
const LIBRES: [&str; 6] = ["notes", "alias", "nom", "prenom", "titre", "etiquettes"];

/// A cell as it is kept. What the scanner of free texts refuses is not, even
/// while the file is looked at (§2.6).
#[must_use]
pub fn kept(cle: &str, v: &str) -> String {
    let refuse = LIBRES.contains(&cle)
        && socle::texte_libre::scan(v).is_some_and(socle::texte_libre::Trouve::refused);
    if refuse {
        RETIRE.to_owned()
    } else {
        v.chars().take(CELLULE).collect()
    }
}

/// A longer text in a cell is no value of ours.
const CELLULE: usize = 4_000;

/// What to do with a line that looks like somebody known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Choix {
    Creer,
    Completer,
    Ignorer,
}

impl Choix {
    pub const TOUS: [Self; 3] = [Self::Creer, Self::Completer, Self::Ignorer];

    #[must_use]
    pub fn cle(self) -> &'static str {
        match self {
            Self::Creer => "creer",
            Self::Completer => "completer",
            Self::Ignorer => "ignorer",
        }
    }

    #[must_use]
    pub fn libelle(self) -> &'static str {
        match self {
            Self::Creer => "Créer une fiche",
            Self::Completer => "Compléter la fiche",
            Self::Ignorer => "Ignorer la ligne",
        }
    }

    #[must_use]
    pub fn from_cle(cle: &str) -> Option<Self> {
        Self::TOUS.into_iter().find(|c| c.cle() == cle)
    }
}

/// A file as read and corrected: only the columns we know are kept.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tableau {
    /// Keys of the columns of the file, in its order, with their heading.
    pub colonnes: Vec<(String, String)>,
    /// Headings nobody reads.
    pub ignorees: Vec<String>,
    pub lignes: Vec<Ligne>,
    /// What was answered, by line number.
    pub choix: BTreeMap<usize, Choix>,
}

/// Something wrong in one cell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Probleme {
    pub ligne: usize,
    /// Key of the column to correct.
    pub colonne: String,
    pub message: String,
}

/// A line that looks like a file one follows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Doublon {
    pub ligne: usize,
    /// As the line names them.
    pub nom: String,
    pub fiche: Uuid,
    /// As the file names them.
    pub connu: String,
    /// 0 to 100.
    pub score: u8,
    pub choix: Choix,
}

impl Doublon {
    /// The words of §2.5.
    #[must_use]
    pub fn libelle(&self) -> &'static str {
        crate::beneficiaire::doublon::libelle(i64::from(self.score))
    }
}

/// What importing a file would do.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Analyse {
    pub lignes: usize,
    /// Lines that would be written.
    pub valides: usize,
    /// Lines left aside on purpose: known already, or ignored.
    pub ecartees: usize,
    pub problemes: Vec<Probleme>,
    pub doublons: Vec<Doublon>,
    /// Things to know, in French.
    pub remarques: Vec<String>,
}

impl Analyse {
    /// Lines that hold at least one mistake.
    #[must_use]
    pub fn fausses(&self) -> usize {
        let mut n: Vec<usize> = self.problemes.iter().map(|p| p.ligne).collect();
        n.sort_unstable();
        n.dedup();
        n.len()
    }
}

/// A file somebody sent.
#[derive(Debug, Clone)]
pub struct Import {
    pub id: Uuid,
    pub genre: Genre,
    pub etat: Etat,
    pub compte: Uuid,
    pub personne: Option<Uuid>,
    pub role: socle::Role,
    pub perimetre: String,
    pub source: String,
    pub fichier: Option<String>,
    pub empreinte: String,
    pub lignes: i64,
    pub valides: i64,
    pub erreurs: i64,
    pub doublons: i64,
    /// Written when applied.
    pub ecrites: i64,
    pub version: i64,
    pub cree_le: Timestamp,
    pub confirme_le: Option<Timestamp>,
    pub applique_le: Option<Timestamp>,
    pub annule_le: Option<Timestamp>,
    pub efface_le: Option<Timestamp>,
}

/// Days during which an import can be undone.
pub const ANNULATION_JOURS: i64 = 7;
/// Days a file nobody confirms is kept.
pub const ABANDON_JOURS: i64 = 7;
/// Hours what was read is kept once confirmed.
pub const SOURCE_HEURES: i64 = 24;

impl Import {
    /// Confirmed, and being written by a job.
    #[must_use]
    pub fn is_running(&self) -> bool {
        self.etat == Etat::Confirme && self.applique_le.is_none()
    }

    #[must_use]
    pub fn can_be_undone(&self, maintenant: Timestamp) -> bool {
        self.etat == Etat::Confirme
            && self
                .applique_le
                .is_some_and(|t| maintenant.duration_since(t).as_hours() < 24 * ANNULATION_JOURS)
    }
}

/// Jobs: long imports are written, and what was read of files goes away.
#[must_use]
pub fn worker() -> socle::jobs::Worker {
    socle::jobs::Worker::new()
        .on(service::APPLIQUER, |base, charge| async move {
            let mut tx = base.write().await?;
            if let Some(id) = charge["import"].as_str().and_then(|i| i.parse().ok()) {
                service::apply(&mut tx, id).await?;
            }
            tx.commit().await
        })
        .on("import.conservation", |base, _| async move {
            let mut tx = base.write().await?;
            service::purge(&mut tx).await?;
            tx.commit().await
        })
        .daily("import.conservation", 4)
}
