//! The API of applications, version 1 (spec 20 §8): JSON:API documents,
//! bearer tokens with scopes and a perimeter, deltas by revision, webhooks.
//!
//! - [`appel`]: one call: token, scope, limit, answer;
//! - [`refus`]: what is refused, as JSON:API errors;
//! - [`curseur`]: where a reader has come;
//! - [`activites`], [`coordinations`], [`statistiques`], [`vocabulaires`]: the
//!   documents;
//! - [`webhooks`]: who wants to be told;
//! - [`delegation`]: who lets an application write for them;
//! - [`openapi`]: the description, one table.
//!
//! Names, titles and notes are not left out of the documents: they are never
//! read from the database on this side.

pub mod activites;
pub(crate) mod appel;
pub mod coordinations;
pub(crate) mod curseur;
pub mod delegation;
pub(crate) mod document;
pub(crate) mod filtres;
pub(crate) mod openapi;
pub(crate) mod page;
mod pages;
pub(crate) mod refus;
mod statistiques;
mod vocabulaires;
pub(crate) mod webhooks;

pub(crate) use webhooks::diffusion::announce;

use socle::jobs::Worker;
use web::{Acces, Routes};

/// Scopes, as [`Acces::Api`] takes them.
mod portee {
    pub const LIRE: &str = "activites:lire";
    pub const ECRIRE: &str = "activites:ecrire";
    pub const COORDINATION: &str = "coordination:lire";
    /// Either of them.
    pub const STATISTIQUES: &str = "statistiques:lire statistiques:publiques";
    pub const WEBHOOKS: &str = "webhooks:gerer";
}

/// Any valid token.
const JETON: Acces = Acces::Api("");

/// Routes of the API.
#[must_use]
pub fn routes() -> Routes {
    use activites::{ecriture, lecture, lots};
    use webhooks::http;
    const LIRE: Acces = Acces::Api(portee::LIRE);
    const ECRIRE: Acces = Acces::Api(portee::ECRIRE);
    const COORDINATION: Acces = Acces::Api(portee::COORDINATION);
    const STATISTIQUES: Acces = Acces::Api(portee::STATISTIQUES);
    const WEBHOOKS: Acces = Acces::Api(portee::WEBHOOKS);
    Routes::new()
        .get("/api/v1/activites", LIRE, lecture::list)
        .post("/api/v1/activites", ECRIRE, ecriture::create)
        .post("/api/v1/activites/lots", ECRIRE, lots::apply)
        .get("/api/v1/activites/{id}", LIRE, lecture::one)
        .patch("/api/v1/activites/{id}", ECRIRE, ecriture::modify)
        .delete("/api/v1/activites/{id}", ECRIRE, ecriture::delete)
        .get("/api/v1/coordinations", COORDINATION, coordinations::list)
        .get("/api/v1/statistiques", STATISTIQUES, statistiques::read)
        .get("/api/v1/vocabulaires", JETON, vocabulaires::list)
        .get("/api/v1/webhooks", WEBHOOKS, http::list)
        .post("/api/v1/webhooks", WEBHOOKS, http::create)
        .delete("/api/v1/webhooks/{id}", WEBHOOKS, http::delete)
        .post("/api/v1/webhooks/{id}/rejouer", WEBHOOKS, http::replay)
        .get("/api/v1/openapi.json", Acces::Public, openapi::read)
        .with(pages::routes())
}

/// Jobs: webhooks are served; what applications sent and were sent is
/// remembered as long as deletions are.
#[must_use]
pub fn worker() -> Worker {
    worker_with(webhooks::envoi::network())
}

pub(crate) fn worker_with(envoyer: webhooks::envoi::Envoyer) -> Worker {
    Worker::new()
        .on(webhooks::diffusion::DIFFUSER, |base, _| {
            webhooks::diffusion::distribute(base)
        })
        .on(webhooks::livraison::LIVRER, move |base, charge| {
            webhooks::livraison::deliver(base, charge, envoyer.clone())
        })
        .on("api.oublier", |base, _| async move {
            let mut tx = base.write().await?;
            let avant = curseur::oldest(tx.now());
            activites::forget(&mut tx, avant).await?;
            webhooks::forget(&mut tx, avant).await?;
            tx.commit().await
        })
        .daily("api.oublier", 4)
}
