//! People, sign-in and rights.
//!
//! - [`personne`]: who somebody is, whatever their e-mail address;
//! - [`attribution`]: the (role, perimeter) pairs a person may act in;
//! - [`compte`]: password, second factor, links sent by e-mail, throttle;
//! - [`session`]: who is behind a cookie, in which role;
//! - [`invitation`]: how one gets in.

pub mod attribution;
pub mod compte;
pub mod demo;
#[cfg(any(test, feature = "essai"))]
pub mod essai;
pub mod invitation;
mod pages;
pub mod personne;
pub mod session;
#[cfg(test)]
mod tests;

use socle::{Migration, jobs::Worker};
use web::Routes;

pub use session::Sessions;

pub const MIGRATIONS: &[Migration] = &[Migration {
    nom: "0010_comptes",
    sql: include_str!("../migrations/0010_comptes.sql"),
}];

#[must_use]
pub fn routes() -> Routes {
    pages::routes()
}

/// Every night: sessions and links that no longer open anything are removed.
#[must_use]
pub fn worker() -> Worker {
    Worker::new()
        .on("comptes.purger", |base, _| session::purge(base))
        .daily("comptes.purger", 3)
}
