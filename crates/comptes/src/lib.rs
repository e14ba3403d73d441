//! People, sign-in and rights.
//!
//! - [`personne`]: who somebody is, whatever their e-mail address;
//! - [`attribution`]: the (role, perimeter) pairs a person may act in;
//! - [`compte`]: password, second factor, links sent by e-mail, throttle;
//! - [`session`]: who is behind a cookie, in which role;
//! - [`invitation`]: how one gets in;
//! - [`client`]: applications that speak to the API.

pub mod attribution;
pub mod client;
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

pub const MIGRATIONS: &[Migration] = &[
    Migration {
        nom: "0010_comptes",
        sql: include_str!("../migrations/0010_comptes.sql"),
    },
    Migration {
        nom: "0013_client",
        sql: include_str!("../migrations/0013_client.sql"),
    },
];

#[must_use]
pub fn routes() -> Routes {
    pages::routes().post("/oauth/token", web::Acces::Public, client::jeton::give)
}

/// Every night: sessions and links that no longer open anything are removed.
#[must_use]
pub fn worker() -> Worker {
    Worker::new()
        .on("comptes.purger", |base, _| async move {
            client::purge(base.clone()).await?;
            session::purge(base).await
        })
        .daily("comptes.purger", 3)
}
