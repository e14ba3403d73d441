//! A file changes hands inside a structure (spec 20 §2.4): proposed, then
//! accepted, refused or cancelled.

pub mod service;
pub mod store;

use uuid::Uuid;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Etat {
    Proposee,
    Acceptee,
    Refusee,
    Annulee,
}

impl Etat {
    #[must_use]
    pub fn cle(self) -> &'static str {
        match self {
            Self::Proposee => "proposee",
            Self::Acceptee => "acceptee",
            Self::Refusee => "refusee",
            Self::Annulee => "annulee",
        }
    }
}

/// A proposal that waits for its answer.
#[derive(Debug, Clone)]
pub struct Passation {
    pub id: Uuid,
    pub lot: Uuid,
    pub beneficiaire: Uuid,
    pub de: Uuid,
    pub vers: Uuid,
    pub par: Uuid,
    pub le: jiff::Timestamp,
    /// Prénom and initial, or the landmark.
    pub nom: String,
}

/// A file nobody follows any more, as the responsable sees it: prénom and
/// initial, never more.
#[derive(Debug, Clone)]
pub struct EnAttente {
    pub id: Uuid,
    pub nom: String,
    pub structure: Option<Uuid>,
    pub referent: Uuid,
    pub depuis: jiff::civil::Date,
    /// Somebody was already asked.
    pub proposee: bool,
}

/// « Léa M. », or the landmark.
#[must_use]
pub fn short_name(prenom: Option<&str>, nom: Option<&str>, alias: Option<&str>) -> String {
    match (prenom, nom) {
        (Some(p), Some(n)) => n
            .chars()
            .next()
            .map_or_else(|| p.to_owned(), |i| format!("{p} {i}.")),
        _ => alias.unwrap_or("Sans nom").to_owned(),
    }
}
