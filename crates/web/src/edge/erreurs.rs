//! Refusals in words: a page for people, an RFC 9457 problem for machines.

use askama::Template;
use axum::{
    extract::Request,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::json;

use crate::{Erreur, ctx::Ctx, html::Html};

#[derive(Template)]
#[template(path = "erreur.html")]
struct Page<'a> {
    message: &'a str,
    requete: &'a str,
    connexion: Option<String>,
    panne: bool,
}

pub(super) fn is_api(chemin: &str) -> bool {
    chemin.starts_with("/api/") || chemin.starts_with("/sync/")
}

pub(super) fn wants_problem(req: &Request) -> bool {
    let accepte = req
        .headers()
        .get(header::ACCEPT)
        .and_then(|v| v.to_str().ok())
        .unwrap_or("");
    is_api(req.uri().path()) || (accepte.contains("json") && !accepte.contains("text/html"))
}

/// True for an error that no page explains yet: marked by [`Erreur`], or left
/// bare by the router.
pub(super) fn needs_words(r: &Response) -> bool {
    if r.extensions().get::<Erreur>().is_some() {
        return true;
    }
    let s = r.status();
    (s.is_client_error() || s.is_server_error())
        && !r.headers().get(header::CONTENT_TYPE).is_some_and(|v| {
            v.as_bytes().starts_with(b"text/html") || v.as_bytes().starts_with(b"application/")
        })
}

pub(super) fn explain(ctx: &Ctx, r: Response, api: bool) -> Response {
    let statut = r.status();
    let erreur = r
        .extensions()
        .get::<Erreur>()
        .cloned()
        .unwrap_or_else(|| Erreur::page(statut, ""));
    // A wrong method on a known address tells a stranger that it exists.
    let statut = if erreur.statut == StatusCode::METHOD_NOT_ALLOWED {
        StatusCode::NOT_FOUND
    } else {
        erreur.statut
    };
    let (titre, usuel) = Erreur::words(statut);
    let message = if erreur.message.is_empty() {
        usuel
    } else {
        &erreur.message
    };
    if api {
        let champs: serde_json::Map<_, _> = erreur
            .saisies
            .iter()
            .map(|(c, m)| (c.to_owned(), json!(m)))
            .collect();
        let corps = json!({
            "type": "about:blank", "title": titre, "status": statut.as_u16(),
            "detail": message, "instance": &*ctx.requete, "erreurs": champs,
        });
        return (
            statut,
            [(header::CONTENT_TYPE, "application/problem+json")],
            corps.to_string(),
        )
            .into_response();
    }
    let visiteur = ctx.acteur.is_anonymous()
        && matches!(statut, StatusCode::NOT_FOUND | StatusCode::UNAUTHORIZED);
    let corps = Page {
        message,
        requete: &ctx.requete,
        connexion: visiteur.then(|| format!("/connexion?suite={}", percent(&ctx.chemin))),
        panne: statut.is_server_error(),
    };
    let html = corps.render().and_then(|c| ctx.page(titre).render(Html(c)));
    let mut r = (statut, html.unwrap_or_else(|_| message.to_owned())).into_response();
    r.headers_mut().insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/html; charset=utf-8"),
    );
    r
}

/// Percent-encoding for a query value.
pub(super) fn percent(s: &str) -> String {
    s.bytes()
        .map(|b| {
            if b.is_ascii_alphanumeric() || b"-_.~/".contains(&b) {
                char::from(b).to_string()
            } else {
                format!("%{b:02X}")
            }
        })
        .collect()
}
