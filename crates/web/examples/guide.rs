//! Serves the living style guide alone, on an empty database in memory:
//! `cargo run -p web --example guide -- 8090`. Used to look at components and
//! by the browser tests of `e2e/guide.test.mjs`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout)] // a tool of the workshop

use std::{future::Future, pin::Pin, sync::Arc};

use socle::{Acteur, Base, Config, MIGRATIONS, Perimetre, Resultat, Role, essai};
use web::{App, Session, Sessions, guide, router};

/// Everybody who carries a `session` cookie is a prefecture.
struct Unique;

impl Sessions for Unique {
    fn find<'a>(
        &'a self,
        _: &'a Base,
        _: &'a str,
    ) -> Pin<Box<dyn Future<Output = Resultat<Option<Session>>> + Send + 'a>> {
        let acteur = Acteur {
            nom: "Camille Martin".into(),
            ..essai::acteur(Role::Prefecture, Perimetre::Departements(vec!["35".into()]))
        };
        Box::pin(async move {
            Ok(Some(Session {
                id: "1".into(),
                perimetre: "Ille-et-Vilaine".into(),
                autres_roles: false,
                acteur,
            }))
        })
    }
}

#[tokio::main]
async fn main() {
    let port = std::env::args().nth(1).unwrap_or_else(|| "8090".into());
    let base = essai::sqlite(&[MIGRATIONS]).await;
    let config = Config {
        demo: true,
        ..Config::default()
    };
    let routes = guide::routes()
        .menu(Role::Prefecture, "Candidatures", "/candidatures")
        .menu(Role::Prefecture, "Conventions", "/conventions")
        .menu(Role::Prefecture, "Guide de style", "/guide-de-style")
        .menu(Role::Prefecture, "Indicateurs", "/pilotage");
    let app = App::new((*base).clone(), config, &routes, Arc::new(Unique));
    let ecoute = tokio::net::TcpListener::bind(format!("127.0.0.1:{port}"))
        .await
        .unwrap();
    println!("http://{}/guide-de-style", ecoute.local_addr().unwrap());
    axum::serve(ecoute, router(app, &routes)).await.unwrap();
}
