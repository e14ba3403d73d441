//! `maillage serve`: one process, stateless but for its database.

use std::net::SocketAddr;

use activites::statistiques::suivi;
use anyhow::{Context, Result, bail};
use axum::routing::get;
use socle::{Base, Config};
use tokio::net::TcpListener;
use web::App;

use crate::site;

/// Serves until told to stop; requests under way end first.
///
/// # Errors
/// When the tables are not up to date or the address is taken.
pub async fn run(config: Config) -> Result<()> {
    let base = site::open(&config).await?;
    if !up_to_date(&base).await? {
        bail!("La base n'est pas à jour. Lancez d'abord : maillage migrate");
    }
    let ecoute = listen(&config.ecoute).await?;
    println!(
        "Maillage répond sur {} (écoute {})",
        config.url, config.ecoute
    );
    serve(base, config, ecoute).await
}

/// True when every known step was applied.
///
/// # Errors
/// `Erreur::Base`.
pub async fn up_to_date(base: &Base) -> Result<bool> {
    let attendues: usize = site::migrations().iter().map(|m| m.len()).sum();
    let mut tx = base.read().await?;
    let faites = tx
        .count(
            socle::sql!("SELECT count(*) AS n FROM migration"),
            Vec::new(),
        )
        .await;
    Ok(faites.is_ok_and(|n| usize::try_from(n).is_ok_and(|n| n == attendues)))
}

/// Takes the address to listen on.
///
/// # Errors
/// When it is taken or malformed.
pub async fn listen(adresse: &str) -> Result<TcpListener> {
    TcpListener::bind(adresse).await.with_context(|| {
        format!("L'adresse {adresse} ne peut être utilisée : un autre programme l'occupe peut-être")
    })
}

/// Serves on a listener already taken.
///
/// # Errors
/// When the listener fails.
pub async fn serve(base: Base, config: Config, ecoute: TcpListener) -> Result<()> {
    let routes = site::routes();
    let app = App::new(
        base.clone(),
        config.clone(),
        &routes,
        std::sync::Arc::new(comptes::Sessions),
    );
    let travaux = tokio::spawn(site::worker(&config).run_forever(base.clone()));
    let statistiques = tokio::spawn(suivi::tend(base.clone(), config.statistics_file()));
    if let Some(adresse) = &config.metriques {
        let compteurs = app.clone();
        let routeur = axum::Router::new().route(
            "/metrics",
            get(move || async move { compteurs.metrics_text() }),
        );
        let ecoute = listen(adresse).await?;
        tokio::spawn(async move { axum::serve(ecoute, routeur).await });
    }
    let site = web::router(app, &routes).into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(ecoute, site)
        .with_graceful_shutdown(stop())
        .await?;
    travaux.abort();
    statistiques.abort();
    if let Err(e) = suivi::save(&base).await {
        tracing::warn!(erreur = %e, "statistiques");
    }
    base.close().await;
    Ok(())
}

async fn stop() {
    let interruption = tokio::signal::ctrl_c();
    #[cfg(unix)]
    let fin = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut s) => {
                s.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let fin = std::future::pending::<()>();
    tokio::select! {
        _ = interruption => {}
        () = fin => {}
    }
}
