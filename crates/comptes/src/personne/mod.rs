//! One person, one identity (spec 15 §1.1).

mod store;

pub use store::{create, find_by_courriel, get};

use uuid::Uuid;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Personne {
    pub id: Uuid,
    pub prenom: String,
    pub nom: String,
    pub courriel: String,
    pub telephone: Option<String>,
}

impl Personne {
    #[must_use]
    pub fn nom_complet(&self) -> String {
        format!("{} {}", self.prenom, self.nom)
    }
}

/// Somebody not yet known. Values are already checked.
#[derive(Debug, Clone)]
pub struct NouvellePersonne {
    pub prenom: String,
    pub nom: String,
    pub courriel: String,
    pub telephone: Option<String>,
}
