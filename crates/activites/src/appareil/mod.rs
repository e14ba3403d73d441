//! The devices a person records on without network (spec 20 §4.1, §4.6).

pub mod pages;
pub mod service;
pub mod store;

use jiff::Timestamp;
use uuid::Uuid;

/// States of a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Etat {
    Actif,
    /// Sends what it holds once more, then forgets everything.
    Retrait,
    /// Forgets everything at once.
    Perdu,
}

impl Etat {
    #[must_use]
    pub fn cle(self) -> &'static str {
        match self {
            Self::Actif => "actif",
            Self::Retrait => "retrait",
            Self::Perdu => "perdu",
        }
    }

    #[must_use]
    pub fn from_cle(cle: &str) -> Self {
        match cle {
            "retrait" => Self::Retrait,
            "perdu" => Self::Perdu,
            _ => Self::Actif,
        }
    }

    #[must_use]
    pub fn libelle(self) -> &'static str {
        match self {
            Self::Actif => "Active",
            Self::Retrait => "Retirée : elle enverra ce qu'elle contient, puis l'effacera",
            Self::Perdu => "Perdue ou volée : elle s'effacera à la prochaine connexion",
        }
    }
}

/// A device.
#[derive(Debug, Clone)]
pub struct Appareil {
    pub id: Uuid,
    pub personne: Uuid,
    pub libelle: String,
    pub etat: Etat,
    pub cree_le: Timestamp,
    pub vu_le: Timestamp,
    pub en_attente: i64,
}
