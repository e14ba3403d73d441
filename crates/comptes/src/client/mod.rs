//! A client: an application that speaks to the API in its own name (spec 20
//! §8). OAuth2 client credentials: a secret shown once, bearer tokens of one
//! hour, scopes and a perimeter.
//!
//! The secret has 256 random bits, so the database keeps its SHA-256: a slow
//! hash protects words people choose, and would only make each token cost
//! 50 ms of processor to anybody who asks.

pub(crate) mod jeton;
pub mod service;
mod store;
#[cfg(test)]
mod tests;

pub(crate) use store::purge;
pub use store::{authenticate, get, list};

use jiff::{SignedDuration, Timestamp, civil::Date};
use socle::{Acteur, Perimetre, Role};
use uuid::Uuid;

use crate::attribution::PerimetreDe;

/// How long a token opens the API.
pub const JETON: SignedDuration = SignedDuration::from_mins(60);
/// How long the former secret still opens after a rotation.
pub const RECOUVREMENT: SignedDuration = SignedDuration::from_hours(24);

/// What an application may do: (key, label).
pub const PORTEES: [(&str, &str); 6] = [
    ("activites:lire", "Lire les activités"),
    ("activites:ecrire", "Enregistrer des activités"),
    ("coordination:lire", "Lire les actions de coordination"),
    ("statistiques:lire", "Lire les statistiques"),
    ("statistiques:publiques", "Lire les statistiques publiques"),
    ("webhooks:gerer", "Gérer ses webhooks"),
];

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Client {
    pub id: Uuid,
    pub nom: String,
    /// E-mail address of who answers for it.
    pub contact: String,
    pub portees: Vec<String>,
    pub perimetre: PerimetreDe,
    /// « France entière », « Mairie de Rennes ».
    pub libelle: String,
    pub valid_from: Date,
    pub valid_to: Option<Date>,
    pub secret_le: Timestamp,
    /// Until when the former secret still opens.
    pub ancien_jusqua: Option<Timestamp>,
    pub revoque_le: Option<Timestamp>,
    /// Opens in a demonstration only.
    pub demo: bool,
}

impl Client {
    #[must_use]
    pub fn has(&self, portee: &str) -> bool {
        self.portees.iter().any(|p| p == portee)
    }

    #[must_use]
    pub fn perimetre(&self) -> Perimetre {
        // A client is nobody: a perimeter of oneself would hold nothing.
        self.perimetre.perimetre(self.id)
    }

    /// Who acts when the application does.
    #[must_use]
    pub fn acteur(&self) -> Acteur {
        Acteur {
            compte: Some(self.id),
            personne: None,
            nom: format!("Application « {} »", self.nom),
            role: Role::Systeme,
            perimetre: self.perimetre(),
        }
    }

    /// True when it may get a token and use one.
    #[must_use]
    pub fn is_active(&self, le: Date) -> bool {
        self.revoque_le.is_none()
            && self.valid_from <= le
            && self.valid_to.is_none_or(|fin| le <= fin)
    }

    /// In one word, for lists.
    #[must_use]
    pub fn etat(&self, le: Date) -> &'static str {
        if self.revoque_le.is_some() {
            "Révoquée"
        } else if le < self.valid_from {
            "À venir"
        } else if self.is_active(le) {
            "Active"
        } else {
            "Échue"
        }
    }
}
