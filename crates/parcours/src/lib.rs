//! The way of a person: candidate, matching, contract, training, renewal, end
//! of contract (spec 15).
//!
//! Posts are counted by `programme`'s ledger and people by `comptes`; this
//! space says who works where and when, which [`contrat::emploi_at`] answers
//! for every other one.

mod cles;
pub mod contrat;
#[cfg(test)]
mod tests;

/// Tables of this space.
pub const MIGRATIONS: &[socle::Migration] = &[socle::Migration {
    nom: "0050_parcours",
    sql: include_str!("../migrations/0050_parcours.sql"),
}];

/// Somebody else changed the file since it was shown.
pub(crate) fn outdated() -> socle::Erreur {
    socle::Erreur::Conflit(
        "Ce dossier a été modifié entre-temps. Rechargez la page pour voir son état.".into(),
    )
}
