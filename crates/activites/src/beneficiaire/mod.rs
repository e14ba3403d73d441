//! A person with a file in the register of their counsellor (spec 20 §2).
//! Never a NIR, an address, a nationality, a family, health or income.

pub mod pages;
pub mod saisie;
pub mod service;
pub mod store;

use jiff::civil::Date;
use serde::Serialize;
use uuid::Uuid;

/// How a person is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    Identifie,
    Pseudonyme,
}

impl Mode {
    #[must_use]
    pub fn cle(self) -> &'static str {
        match self {
            Self::Identifie => "identifie",
            Self::Pseudonyme => "pseudonyme",
        }
    }
}

/// What a counsellor writes of a person, checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fiche {
    pub mode: Mode,
    pub prenom: Option<String>,
    pub nom: Option<String>,
    pub alias: Option<String>,
    pub informe_le: Option<Date>,
    pub annee_naissance: Option<i64>,
    /// E.164.
    pub telephone: Option<String>,
    pub sans_telephone: bool,
    pub courriel: Option<String>,
    /// INSEE code.
    pub commune_residence: Option<String>,
    pub genre: String,
    pub statut: String,
    /// Accompanied before the register.
    pub connu_depuis: Option<Date>,
    pub notes: Option<String>,
}

impl Fiche {
    /// « Awa Diallo », or the alias.
    #[must_use]
    pub fn nom_affiche(&self) -> String {
        match self.mode {
            Mode::Identifie => [&self.prenom, &self.nom]
                .into_iter()
                .flatten()
                .cloned()
                .collect::<Vec<_>>()
                .join(" "),
            Mode::Pseudonyme => self.alias.clone().unwrap_or_default(),
        }
    }

    /// How this person counts in an activity of that day.
    #[must_use]
    pub fn profil(&self, id: Uuid, date: Date) -> Profil {
        Profil {
            personne: id,
            annee_naissance: self.annee_naissance,
            tranche: crate::activite::tranche(self.annee_naissance, date).to_owned(),
            genre: self.genre.clone(),
            statut: self.statut.clone(),
            commune_residence: self.commune_residence.clone(),
        }
    }
}

/// A file of the register.
#[derive(Debug, Clone)]
pub struct Beneficiaire {
    pub id: Uuid,
    pub structure: Option<Uuid>,
    pub referent: Uuid,
    pub fiche: Fiche,
    pub version: i64,
    pub cree_le: jiff::Timestamp,
}

/// A followed person as they were on the day of an activity (§2.1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Profil {
    pub personne: Uuid,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub annee_naissance: Option<i64>,
    pub tranche: String,
    pub genre: String,
    pub statut: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub commune_residence: Option<String>,
}
