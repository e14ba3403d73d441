//! The programme: structures, calls, their applications, the prefects'
//! opinions, the comité, posts and their ledger, conventions and payments
//! (spec 10).

pub mod chiffres;
pub mod poste;
pub mod structure;
#[cfg(test)]
mod tests;

/// Tables of this space.
pub const MIGRATIONS: &[socle::Migration] = &[socle::Migration {
    nom: "0040_programme",
    sql: include_str!("../migrations/0040_programme.sql"),
}];
