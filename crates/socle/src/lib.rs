//! The ground floor: what every space stands on and none of them owns.
//!
//! - [`base`]: one SQL text over SQLite and PostgreSQL, migrations, transactions;
//! - [`acces`]: roles, perimeters and proofs of right;
//! - [`clock`], [`ids`]: time and chance, which are arguments;
//! - [`historique`], [`journal`]: what happened, append-only and hash-chained;
//! - [`commande`]: the same click twice has one effect;
//! - [`jobs`], [`courrier`]: work and e-mails that leave with the transaction;
//! - [`reference`]: amounts and vocabularies, dated, edited by an administrator;
//! - [`crypto`], [`valeurs`], [`texte_libre`], [`francais`]: values.

pub mod acces;
pub mod base;
pub mod clock;
pub mod commande;
pub mod config;
pub mod courrier;
pub mod crypto;
pub mod demo;
mod erreur;
#[cfg(any(test, feature = "essai"))]
pub mod essai;
pub mod francais;
pub mod historique;
mod ids;
pub mod jobs;
pub mod journal;
pub mod reference;
#[cfg(test)]
mod tests;
pub mod texte_libre;
pub mod valeurs;

pub use acces::{Acteur, Action, Droit, Perimetre, Role};
pub use base::{Base, Ligne, Migration, Outils, Tx};
pub use clock::Clock;
pub use config::Config;
pub use crypto::Coffre;
pub use erreur::{Erreur, Resultat, Saisies};
pub use ids::Ids;

/// Tables of the ground floor.
pub const MIGRATIONS: &[Migration] = &[
    Migration {
        nom: "0001_socle",
        sql: include_str!("../migrations/0001_socle.sql"),
    },
    Migration {
        nom: "0002_annonce",
        sql: include_str!("../migrations/0002_annonce.sql"),
    },
];
