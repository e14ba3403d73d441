//! The shell of `/saisie/`: one page without anything personal, its modules
//! and its service worker, kept by the browser under one hash.

use std::sync::LazyLock;

use askama::Template;
use axum::{
    extract::Path,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::json;
use web::{Ctx, Erreur, Reponse, assets};

/// Modules of `assets/saisie/`, and their hash.
static CODE: LazyLock<(Vec<String>, String)> = LazyLock::new(|| assets::dossier("saisie/"));

#[derive(Template)]
#[template(path = "sync/coquille.html")]
struct Coquille<'a> {
    instance: &'a str,
    demo: bool,
    style: String,
    icone: String,
    version: &'a str,
    /// Asked for at once rather than one after the other.
    modules: Vec<&'a str>,
    schema: i64,
}

pub(super) async fn page(ctx: Ctx) -> Reponse {
    let html = Coquille {
        instance: &ctx.config().nom,
        demo: ctx.config().demo,
        style: assets::lien("style.css"),
        icone: assets::lien("icone.svg"),
        version: &CODE.1,
        modules: CODE
            .0
            .iter()
            .filter_map(|n| n.strip_prefix("saisie/"))
            .filter(|n| !matches!(*n, "application.js" | "service.js"))
            .collect(),
        schema: crate::sync::schema::COURANT,
    }
    .render()?;
    let mut r = with_type("text/html; charset=utf-8", html.into_bytes());
    r.headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    Ok(r)
}

/// One module. Another version than the present one is not mixed with it.
pub(super) async fn module(Path((version, nom)): Path<(String, String)>) -> Reponse {
    let connu = version == CODE.1 && CODE.0.contains(&format!("saisie/{nom}"));
    let octets = connu
        .then(|| assets::contenu(&format!("saisie/{nom}")))
        .flatten()
        .ok_or_else(|| Erreur::page(StatusCode::NOT_FOUND, ""))?;
    let genre = if nom.ends_with(".css") {
        "text/css; charset=utf-8"
    } else {
        "text/javascript; charset=utf-8"
    };
    let mut r = with_type(genre, octets);
    r.headers_mut().insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("public, max-age=31536000, immutable"),
    );
    Ok(r)
}

/// The service worker: what to keep, then how.
pub(super) async fn worker() -> Reponse {
    let mut fichiers: Vec<String> = CODE
        .0
        .iter()
        .filter(|n| !n.ends_with("/service.js"))
        .map(|n| {
            format!(
                "/saisie/code/{}/{}",
                CODE.1,
                n.trim_start_matches("saisie/")
            )
        })
        .collect();
    fichiers.extend([
        "/saisie/".to_owned(),
        assets::lien("style.css"),
        assets::lien("icone.svg"),
        "/saisie/manifeste.webmanifest".to_owned(),
    ]);
    let code = assets::contenu("saisie/service.js").unwrap_or_default();
    let mut corps = format!(
        "self.VERSION = {};\nself.FICHIERS = {};\n",
        json!(CODE.1),
        json!(fichiers)
    )
    .into_bytes();
    corps.extend(code);
    let mut r = with_type("text/javascript; charset=utf-8", corps);
    r.headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    Ok(r)
}

pub(super) async fn manifest(ctx: Ctx) -> Reponse {
    let nom = &ctx.config().nom;
    let m = json!({
        "name": format!("{nom} : saisie"), "short_name": nom, "lang": "fr", "start_url": "/saisie/",
        "scope": "/saisie/", "display": "standalone", "background_color": "#ffffff", "theme_color": "#2743a6",
        "icons": [{ "src": assets::lien("icone.svg"), "sizes": "any", "type": "image/svg+xml", "purpose": "any" }]
    });
    let mut r = with_type("application/manifest+json", m.to_string().into_bytes());
    r.headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    Ok(r)
}

fn with_type(genre: &'static str, octets: Vec<u8>) -> Response {
    ([(header::CONTENT_TYPE, genre)], octets).into_response()
}
