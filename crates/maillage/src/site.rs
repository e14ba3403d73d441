//! What the site is made of: tables, reference data, routes and jobs of every
//! space, in one list each.

use std::{collections::BTreeMap, path::Path, sync::Arc};

use anyhow::{Context, Result, anyhow};
use socle::{Base, Clock, Config, Ids, Migration, Outils, jobs::Worker};
use web::{App, Routes};

use crate::{cles, pages};

/// Tables of every space.
#[must_use]
pub fn migrations() -> Vec<&'static [Migration]> {
    vec![
        socle::MIGRATIONS,
        comptes::MIGRATIONS,
        territoires::MIGRATIONS,
        lieux::MIGRATIONS,
        programme::MIGRATIONS,
        parcours::MIGRATIONS,
        activites::MIGRATIONS,
        pilotage::MIGRATIONS,
    ]
}

/// Pages of every space.
#[must_use]
pub fn routes() -> Routes {
    Routes::new()
        .with(pages::routes())
        .with(web::guide::routes())
        .with(comptes::routes())
        .with(territoires::routes())
        .with(lieux::routes())
        .with(programme::routes())
        .with(parcours::routes())
        .with(activites::routes())
        .with(pilotage::routes())
}

/// Jobs of every space.
#[must_use]
pub fn worker(config: &Config) -> Worker {
    Worker::new()
        .with(socle::courrier::worker(config))
        .with(comptes::worker())
        .with(programme::worker(config))
        .with(parcours::worker(config))
        .with(activites::worker())
}

/// The application on an open database.
pub fn app(base: Base, config: Config) -> axum::Router {
    let routes = routes();
    let app = App::new(base, config, &routes, Arc::new(comptes::Sessions));
    web::router(app, &routes)
}

/// Reads the configuration: the file given, else `maillage.toml` when it is
/// there, then the variables.
///
/// # Errors
/// What to mend, in French.
pub fn config(chemin: Option<&Path>) -> Result<Config> {
    let ici = Path::new("maillage.toml");
    let chemin = chemin.or_else(|| ici.exists().then_some(ici));
    let env: BTreeMap<String, String> = std::env::vars().collect();
    Config::load(chemin, &env).map_err(|e| anyhow!(e))
}

/// Opens the database of a configuration, with the system's clock and chance.
///
/// # Errors
/// When the keys or the database cannot be opened.
pub async fn open(config: &Config) -> Result<Base> {
    open_at(config, Clock::system()).await
}

/// As [`open`], at the time of another clock.
///
/// # Errors
/// As [`open`].
pub async fn open_at(config: &Config, clock: Clock) -> Result<Base> {
    let outils = Outils {
        clock,
        ids: Ids::system(),
        coffre: cles::read(Path::new(&config.cles))?,
    };
    if !config.base.starts_with("postgres")
        && let Some(dossier) = Path::new(&config.base).parent()
        && !dossier.as_os_str().is_empty()
    {
        std::fs::create_dir_all(dossier)
            .with_context(|| format!("Le dossier {} ne peut être créé", dossier.display()))?;
    }
    Base::open(&config.base, outils)
        .await
        .with_context(|| format!("La base {} ne s'ouvre pas", without_password(&config.base)))
}

/// Creates or updates the tables and the reference data.
///
/// # Errors
/// When a step fails; nothing is half done.
pub async fn migrate(base: &Base) -> Result<Vec<&'static str>> {
    let etapes = migrations();
    let faites = base.migrate(&etapes).await?;
    let mut tx = base.write().await?;
    lieux::reference(&mut tx).await?;
    programme::reference(&mut tx).await?;
    parcours::reference(&mut tx).await?;
    activites::reference(&mut tx).await?;
    tx.commit().await?;
    territoires::couche::load(base).await?;
    Ok(faites)
}

/// The address of a database, fit for a screen.
#[must_use]
pub fn without_password(url: &str) -> String {
    match url
        .split_once("://")
        .and_then(|(s, r)| r.split_once('@').map(|(_, h)| format!("{s}://…@{h}")))
    {
        Some(masque) => masque,
        None => url.to_owned(),
    }
}
