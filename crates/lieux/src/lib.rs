//! Places where the public finds help: who runs them, when they are open, who
//! is there; files of producers coming in, open data and the public map going
//! out (spec 30 §2 and after).
//!
//! - [`lieu`]: the place, its 32 fields, its states;
//! - [`permanence`]: regular presence of one professional in one place;
//! - [`horaires`]: opening hours, OSM in and out, French in and out;
//! - `carte`: public pages, on an index in memory (`annuaire`);
//! - [`ouvertes`]: the national open-data files;
//! - [`import`]: files of producers, with a line-by-line report;

mod annuaire;
mod carte;
pub mod demo;
pub mod horaires;
pub mod import;
pub mod lieu;
pub mod ouvertes;
pub mod permanence;
pub mod pivot;
pub mod telephone;
pub mod vocabulaire;

pub use lieu::{Fiche, Lieu, declare};

/// Tables of this space.
pub const MIGRATIONS: &[socle::Migration] = &[socle::Migration {
    nom: "0030_lieux",
    sql: include_str!("../migrations/0030_lieux.sql"),
}];

/// Vocabularies an administrator edits: aliases and the v0 table.
///
/// # Errors
/// `Erreur::Base`.
pub async fn reference(tx: &mut socle::Tx) -> socle::Resultat<()> {
    import::ensure(tx).await
}

/// Pages of this space.
#[must_use]
pub fn routes() -> web::Routes {
    let annuaire = std::sync::Arc::new(annuaire::Annuaire::default());
    carte::routes(&annuaire)
        .with(ouvertes::routes(&annuaire))
        .with(lieu::pages::routes())
        .with(permanence::pages::routes())
        .with(import::routes())
}

#[cfg(test)]
mod tests;
