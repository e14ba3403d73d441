//! The programme: structures, calls, their applications, the prefects'
//! opinions, the comité, posts and their ledger, conventions and payments
//! (spec 10).

pub mod avis;
pub mod campagne;
pub mod candidature;
pub mod chiffres;
pub mod comite;
mod commun;
pub mod convention;
pub mod demo;
pub mod poste;
mod rappel;
mod reference;
pub mod structure;
#[cfg(test)]
mod tests;

/// Tables of this space.
pub const MIGRATIONS: &[socle::Migration] = &[
    socle::Migration {
        nom: "0040_programme",
        sql: include_str!("../migrations/0040_programme.sql"),
    },
    socle::Migration {
        nom: "0041_brouillon",
        sql: include_str!("../migrations/0041_brouillon.sql"),
    },
];

pub use reference::reference;

/// Screens of this space.
#[must_use]
pub fn routes() -> web::Routes {
    campagne::pages::routes()
        .with(candidature::pages::routes())
        .with(avis::page::routes())
        .with(comite::pages::routes())
        .with(convention::pages::routes())
        .with(poste::pages::routes())
        .with(structure::pages::routes())
}

/// Jobs of this space.
#[must_use]
pub fn worker(config: &socle::Config) -> socle::jobs::Worker {
    let url = config.url.clone();
    socle::jobs::Worker::new()
        .on("programme.rappels", move |base, _| {
            let url = url.clone();
            async move { rappel::daily(base, &url).await }
        })
        .daily("programme.rappels", 7)
        .on("candidature.caducite", |base, _| candidature::lapse(base))
        .on("convention.echeance", |base, _| convention::expire(base))
        .on("candidature.brouillons", |base, _| {
            candidature::forget_drafts(base)
        })
        .daily("candidature.brouillons", 3)
        .daily("candidature.caducite", 6)
        .daily("convention.echeance", 1)
}
