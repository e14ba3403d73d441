//! The database: [`Base`] is a pool, [`Tx`] a transaction, over SQLite or
//! PostgreSQL with one SQL text (see [`dialecte`]).

mod annonce;
mod attache;
pub mod copie;
pub mod dialecte;
mod migration;
mod pool;
mod schema;
mod sqlite;
mod tx;
mod valeur;

pub use annonce::Annonces;
pub use dialecte::{Dialecte, Sql};
pub use migration::Migration;
pub use pool::Base;
pub use schema::Colonne;
pub use sqlite::CONNEXIONS;
pub use tx::Tx;
pub use valeur::{FromValeur, Ligne, Valeur, instant};

use crate::{Clock, Coffre, Ids};

/// What a use case may draw on besides the database: time, chance, secrecy.
#[derive(Debug, Clone)]
pub struct Outils {
    pub clock: Clock,
    pub ids: Ids,
    pub coffre: Coffre,
}
