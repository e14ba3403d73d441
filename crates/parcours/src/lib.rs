//! The way of a person: candidate, matching, contract, training, renewal, end
//! of contract (spec 15).
//!
//! Posts are counted by `programme`'s ledger and people by `comptes`; this
//! space says who works where and when, which [`contrat::emploi_at`] answers
//! for every other one.

pub mod candidat;
mod cles;
pub mod contrat;
pub mod demo;
mod droits;
pub mod formation;
mod message;
pub mod mise_en_relation;
mod reference;
#[cfg(test)]
mod tests;

pub use reference::reference;

/// Tables of this space.
pub const MIGRATIONS: &[socle::Migration] = &[
    socle::Migration {
        nom: "0050_parcours",
        sql: include_str!("../migrations/0050_parcours.sql"),
    },
    socle::Migration {
        nom: "0051_organisme",
        sql: include_str!("../migrations/0051_organisme.sql"),
    },
];

/// Screens of this space.
#[must_use]
pub fn routes() -> web::Routes {
    candidat::pages::routes()
        .with(mise_en_relation::pages::routes())
        .with(contrat::pages::routes())
        .with(formation::pages::routes())
}

/// Daily work: ends and reminders of contracts, registrations never confirmed.
#[must_use]
pub fn worker(config: &socle::Config) -> socle::jobs::Worker {
    let url = config.url.clone();
    socle::jobs::Worker::new()
        .on("parcours.fins_de_contrat", move |base, _| {
            let url = url.clone();
            async move { contrat::service::daily(&base, &url).await.map(|_| ()) }
        })
        .daily("parcours.fins_de_contrat", 0)
        .on("parcours.purge_non_confirmes", |base, _| async move {
            let mut tx = base.write().await?;
            candidat::store::purge(&mut tx).await?;
            tx.commit().await
        })
        .daily("parcours.purge_non_confirmes", 3)
}

/// Somebody else changed the file since it was shown.
pub(crate) fn outdated() -> socle::Erreur {
    socle::Erreur::Conflit(
        "Ce dossier a été modifié entre-temps. Rechargez la page pour voir son état.".into(),
    )
}

/// An id of an address; anything else does not exist.
pub(crate) fn uuid(texte: &str) -> socle::Resultat<uuid::Uuid> {
    texte.parse().map_err(|_| socle::Erreur::Introuvable)
}
