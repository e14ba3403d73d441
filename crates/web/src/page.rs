use askama::Template;
use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

use crate::{Reponse, assets, ctx::Ctx, html::Html, routes::EntreeDeMenu};

/// Cookie of the message shown once after a redirection.
pub(crate) const MESSAGE: &str = "message";

/// A page being composed around a body.
#[derive(Debug)]
pub struct Page<'a> {
    ctx: &'a Ctx,
    titre: String,
    fil: Vec<(String, String)>,
    statut: StatusCode,
    modules: Vec<&'static str>,
    styles: Vec<&'static str>,
}

#[derive(Template)]
#[template(path = "page.html")]
struct Coquille<'a> {
    titre: &'a str,
    instance: &'a str,
    demo: bool,
    fil: &'a [(String, String)],
    menu: Vec<EntreeDeMenu>,
    chemin: &'a str,
    role: Option<&'a str>,
    perimetre: &'a str,
    nom: &'a str,
    message: Option<&'a str>,
    styles: Vec<String>,
    modules: Vec<String>,
    nonce: &'a str,
    corps: Html,
}

impl<'a> Page<'a> {
    pub(crate) fn new(ctx: &'a Ctx, titre: String) -> Self {
        Self {
            ctx,
            titre,
            fil: Vec::new(),
            statut: StatusCode::OK,
            modules: Vec::new(),
            styles: Vec::new(),
        }
    }

    /// Adds a step to the breadcrumb: (label, address), outermost first.
    #[must_use]
    pub fn fil(mut self, libelle: impl Into<String>, lien: impl Into<String>) -> Self {
        self.fil.push((libelle.into(), lien.into()));
        self
    }

    /// Answers 422: the form comes back with what is wrong.
    #[must_use]
    pub fn refused(mut self) -> Self {
        self.statut = StatusCode::UNPROCESSABLE_ENTITY;
        self
    }

    #[must_use]
    pub fn statut(mut self, statut: StatusCode) -> Self {
        self.statut = statut;
        self
    }

    /// Adds an ES module of `assets/`.
    #[must_use]
    pub fn module(mut self, nom: &'static str) -> Self {
        self.modules.push(nom);
        self
    }

    /// Adds a style sheet of `assets/`.
    #[must_use]
    pub fn style(mut self, nom: &'static str) -> Self {
        self.styles.push(nom);
        self
    }

    /// Renders the body in the shell.
    ///
    /// # Errors
    /// When a template fails to render.
    pub fn body(self, corps: &impl Template) -> Reponse {
        let html = self.render(Html(corps.render()?))?;
        let mut r = (self.statut, html).into_response();
        r.headers_mut().insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("text/html; charset=utf-8"),
        );
        Ok(r)
    }

    pub(crate) fn render(&self, corps: Html) -> Result<String, askama::Error> {
        let ctx = self.ctx;
        let session = ctx.session();
        let mut modules = vec!["communes.js", "page.js"];
        modules.extend(&self.modules);
        Coquille {
            titre: &self.titre,
            instance: &ctx.config().nom,
            demo: ctx.config().demo,
            fil: &self.fil,
            menu: ctx.menu(),
            chemin: ctx.chemin(),
            role: session.map(|s| s.acteur.role.libelle()),
            perimetre: session.map_or("", |s| &s.perimetre),
            nom: session.map_or("", |s| &s.acteur.nom),
            message: ctx.message.as_deref(),
            styles: std::iter::once("style.css")
                .chain(self.styles.iter().copied())
                .map(assets::lien)
                .collect(),
            modules: modules.into_iter().map(assets::lien).collect(),
            nonce: &ctx.nonce,
            corps,
        }
        .render()
    }
}

/// 303 to another page, with a message shown there once.
pub(crate) fn redirect(lien: &str, message: &str) -> Response {
    let mut r = (StatusCode::SEE_OTHER, [(header::LOCATION, lien)]).into_response();
    if !message.is_empty()
        && let Ok(v) = HeaderValue::from_str(&message_cookie(message))
    {
        r.headers_mut().append(header::SET_COOKIE, v);
    }
    r
}

/// The cookie that carries a message to the next page.
#[must_use]
pub fn message_cookie(message: &str) -> String {
    let code: String = message.bytes().map(|b| format!("{b:02x}")).collect();
    format!("{MESSAGE}={code}; Path=/; Max-Age=60; HttpOnly; SameSite=Lax")
}

pub(crate) fn read_message(code: &str) -> Option<String> {
    if code.len() > 2000 || !code.is_ascii() || !code.len().is_multiple_of(2) {
        return None;
    }
    let octets: Option<Vec<u8>> = (0..code.len())
        .step_by(2)
        .map(|i| u8::from_str_radix(&code[i..i + 2], 16).ok())
        .collect();
    String::from_utf8(octets?).ok().filter(|s| !s.is_empty())
}

pub(crate) fn download(nom: &str, genre: &str, octets: Vec<u8>) -> Response {
    let propre: String = nom
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || "-_.".contains(c) {
                c
            } else {
                '-'
            }
        })
        .collect();
    (
        [
            (header::CONTENT_TYPE, genre.to_owned()),
            (
                header::CONTENT_DISPOSITION,
                format!("attachment; filename=\"{propre}\""),
            ),
        ],
        octets,
    )
        .into_response()
}
