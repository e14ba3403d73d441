//! The counsellor's day: the people followed (`beneficiaire`), what was done
//! with them and others (`activite`), and the figures that come of it
//! (`chiffres`). Spec 20.
//!
//! - An activity is recorded by its author only; employer and coordinator read
//!   it without names nor notes.
//! - Anonymous participants are counts, never rows of persons.
//! - Every change appends its image to the statistics journal in the same
//!   transaction (`activite::image`).
//! - Small cells are hidden by [`petites_cellules`], for every space.

pub mod activite;
pub mod api;
pub mod appareil;
pub mod beneficiaire;
pub mod chiffres;
pub mod coordination;
pub mod demo;
pub mod equipe;
pub mod etiquette;
pub mod import;
pub mod petites_cellules;
pub mod rappel;
pub mod serie;
pub mod statistiques;
pub mod sync;
#[cfg(test)]
mod tests;
pub mod texte_libre;
pub mod theme_local;
pub mod vocabulaire;
mod voisins;

pub use vocabulaire::reference;

use socle::Role;

/// Who records activities and follows people.
pub(crate) const AUTEURS: &[Role] = &[Role::Conseiller, Role::Mediateur];

/// Tables of this space.
pub const MIGRATIONS: &[socle::Migration] = &[
    socle::Migration {
        nom: "0060_activites",
        sql: include_str!("../migrations/0060_activites.sql"),
    },
    socle::Migration {
        nom: "0061_statistiques",
        sql: include_str!("../migrations/0061_statistiques.sql"),
    },
    socle::Migration {
        nom: "0063_beneficiaires",
        sql: include_str!("../migrations/0063_beneficiaires.sql"),
    },
    socle::Migration {
        nom: "0064_imports",
        sql: include_str!("../migrations/0064_imports.sql"),
    },
    socle::Migration {
        nom: "0065_saisie",
        sql: include_str!("../migrations/0065_saisie.sql"),
    },
    socle::Migration {
        nom: "0066_hors_ligne",
        sql: include_str!("../migrations/0066_hors_ligne.sql"),
    },
    socle::Migration {
        nom: "0067_api",
        sql: include_str!("../migrations/0067_api.sql"),
    },
    socle::Migration {
        nom: "0068_coordination",
        sql: include_str!("../migrations/0068_coordination.sql"),
    },
    socle::Migration {
        nom: "0069_beneficiaires_journal",
        sql: include_str!("../migrations/0069_beneficiaires_journal.sql"),
    },
    socle::Migration {
        nom: "0069_series",
        sql: include_str!("../migrations/0069_series.sql"),
    },
    socle::Migration {
        nom: "0069_revision_coordination",
        sql: include_str!("../migrations/0069_revision_coordination.sql"),
    },
    socle::Migration {
        nom: "0069_lieu",
        sql: include_str!("../migrations/0069_lieu.sql"),
    },
];

/// Pages, menus, « À faire » and home figures of this space.
#[must_use]
pub fn routes() -> web::Routes {
    activite::pages::routes()
        .with(beneficiaire::pages::routes())
        .with(equipe::pages::routes())
        .with(api::routes())
        .with(coordination::pages::routes())
        .with(statistiques::pages::routes())
        .with(serie::pages::routes())
        .with(etiquette::pages::routes())
        .with(theme_local::pages::routes())
        .with(import::pages::routes())
        .with(rappel::pages::routes())
        .with(appareil::pages::routes())
        .with(sync::pages::routes())
}

/// Finds again the employer of past activities: of one person when queued with
/// `{"personne": "…"}`, else of everybody whose contracts changed lately.
pub const RATTACHER: &str = "activite.rattacher";

/// Counts every month of the statistics again from the tables.
const VERIFIER: &str = "statistiques.verifier";

/// Jobs: statistics are counted again every night; old notes and drafts nobody finished go away; employers are looked
/// for again every night.
#[must_use]
pub fn worker() -> socle::jobs::Worker {
    socle::jobs::Worker::new()
        .on("activite.conservation", |base, _| async move {
            let mut tx = base.write().await?;
            activite::service::apply_retention(&mut tx).await?;
            tx.commit().await
        })
        .on(RATTACHER, |base, charge| async move {
            let personne = charge["personne"].as_str().and_then(|p| p.parse().ok());
            let Some(p) = personne else {
                activite::rattachement::resolve_all(&base).await?;
                activite::zonage::follow(&base).await?;
                return Ok(());
            };
            let mut tx = base.write().await?;
            activite::rattachement::resolve_again(&mut tx, p).await?;
            tx.commit().await
        })
        .on(VERIFIER, |base, _| async move {
            let ecarts = statistiques::suivi::verify(&base).await?;
            if !ecarts.is_empty() {
                tracing::warn!(?ecarts, "statistiques recomptées");
            }
            Ok(())
        })
        .daily(VERIFIER, 5)
        .with(beneficiaire::worker())
        .on("sync.conservation", |base, _| async move {
            let mut tx = base.write().await?;
            sync::retention(&mut tx).await?;
            tx.commit().await
        })
        .daily("sync.conservation", 5)
        .daily("activite.conservation", 4)
        .daily(RATTACHER, 3)
        .with(api::worker())
        .with(import::worker())
        .with(rappel::worker())
}
