//! The HTTP edge: context of a request, gate, errors as pages, headers.

mod cookies;
mod debit;
mod erreurs;

use std::{sync::Arc, time::Instant};

use axum::{
    Router,
    extract::{ConnectInfo, DefaultBodyLimit, MatchedPath, Request, State},
    http::{HeaderName, HeaderValue, Method, StatusCode, Uri, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::get,
};
use socle::{Acteur, Erreur as E};
use tower_http::{
    CompressionLevel, catch_panic::CatchPanicLayer, compression::CompressionLayer, csrf::CsrfLayer,
    timeout::TimeoutLayer,
};

pub use cookies::session_cookie;
pub use debit::Mesure;
pub(crate) use debit::{Debit, PER_MINUTE};

use crate::{
    Erreur, assets,
    ctx::{App, Ctx},
    formulaire::without_nul,
    page,
    routes::{Acces, PorteeApi, Routes},
};

/// Largest body of a request: files are the largest things sent.
const BODY_LIMIT: usize = 8 * 1024 * 1024;

/// The whole site: routes of every space, static files, health, edge.
pub fn router(app: App, routes: &Routes) -> Router {
    routes
        .mount()
        .route("/statique/{empreinte}/{*nom}", get(assets::serve))
        .route("/sante", get(|| async { "ok" }))
        .route("/pret", get(ready))
        .fallback(|| async { StatusCode::NOT_FOUND })
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(CatchPanicLayer::new())
        .layer(TimeoutLayer::with_status_code(
            StatusCode::GATEWAY_TIMEOUT,
            std::time::Duration::from_secs(60),
        ))
        .layer(CsrfLayer::new())
        .layer(middleware::from_fn_with_state(app.clone(), context))
        // Pages are compressed at each answer: brotli took more time than it
        // saved bytes. Static files have twins compressed once, with brotli.
        .layer(
            CompressionLayer::new()
                .no_br()
                .quality(CompressionLevel::Precise(4)),
        )
        .with_state(app)
}

/// 200 when the database answers.
async fn ready(State(app): State<App>) -> Response {
    match app.0.base.read().await {
        Ok(_) => "ok".into_response(),
        Err(e) => {
            tracing::error!("pas prêt : {e}");
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
    }
}

/// The first of two doors; the service is the second.
pub(crate) async fn gate(acces: Acces, objet: bool, mut req: Request, next: Next) -> Response {
    if let Acces::Api(portee) = acces {
        req.extensions_mut().insert(PorteeApi(portee));
        return next.run(req).await;
    }
    let Some(ctx) = req.extensions().get::<Ctx>() else {
        return Erreur::from(E::Interne("requête sans contexte".into())).into_response();
    };
    if acces.admits(ctx.acteur.role) {
        return next.run(req).await;
    }
    if objet {
        return Erreur::from(E::Introuvable).into_response();
    }
    if ctx.acteur.is_anonymous() {
        if req.method() == Method::GET && !erreurs::is_api(req.uri().path()) {
            let suite = req.uri().path_and_query().map_or("/", |p| p.as_str());
            return page::redirect(&format!("/connexion?suite={}", erreurs::percent(suite)), "");
        }
        return Erreur::page(StatusCode::UNAUTHORIZED, "").into_response();
    }
    let requis = match acces {
        Acces::Roles(r) => r.iter().map(|r| r.libelle()).collect::<Vec<_>>().join(", "),
        _ => String::new(),
    };
    let role = ctx.acteur.role.libelle();
    Erreur::page(
        StatusCode::FORBIDDEN,
        format!("Cette page est réservée à : {requis}. Vous agissez en tant que : {role}."),
    )
    .into_response()
}

async fn context(State(app): State<App>, mut req: Request, next: Next) -> Response {
    let debut = Instant::now();
    let methode = req.method().clone();
    let chemin = req.uri().path().to_owned();
    let statique =
        chemin.starts_with("/statique/") || matches!(chemin.as_str(), "/sante" | "/pret");
    let ids = &app.0.base.outils().ids;
    let requete: String = ids.token().chars().take(8).collect();
    let nonce: String = ids.token().chars().take(32).collect();
    let jetons = cookies::read(req.headers());
    let mut session = None;
    let mut panne = None;
    if !statique && let Some(jeton) = jetons.session(&app.0.config) {
        match app.0.sessions.find(&app.0.base, jeton).await {
            Ok(s) => session = s.map(Arc::new),
            Err(e) => panne = Some(Erreur::from(e)),
        }
    }
    let acteur = session
        .as_ref()
        .map_or_else(Acteur::visiteur, |s| s.acteur.clone());
    let message = jetons.message().and_then(page::read_message);
    let ctx = Ctx {
        app: app.clone(),
        session,
        acteur: Arc::new(acteur),
        chemin: chemin.as_str().into(),
        requete: requete.as_str().into(),
        nonce: nonce.as_str().into(),
        message: message.as_deref().map(Into::into),
        ip: client_ip(&req, app.0.config.derriere_un_proxy).into(),
    };
    req.extensions_mut().insert(ctx.clone());
    if req.uri().query().is_some_and(|q| q.contains("%00")) {
        let propre = without_nul(req.uri().to_string().as_bytes()).into_owned();
        if let Ok(uri) = Uri::try_from(propre) {
            *req.uri_mut() = uri;
        }
    }
    let api = erreurs::wants_problem(&req);
    let route = req
        .extensions()
        .get::<MatchedPath>()
        .map_or_else(|| "autre".to_owned(), |m| m.as_str().to_owned());

    let trop = methode == Method::POST
        && ctx.acteur.is_anonymous()
        // An application shows a token and has its own limit.
        && !(erreurs::is_api(&chemin) && req.headers().contains_key(header::AUTHORIZATION))
        && !ctx.throttle(ctx.ip(), PER_MINUTE).admis;
    let mut r = match panne {
        Some(e) => e.into_response(),
        None if trop => Erreur::page(StatusCode::TOO_MANY_REQUESTS, "").into_response(),
        None => next.run(req).await,
    };
    if !statique && erreurs::needs_words(&r) {
        r = erreurs::explain(&ctx, r, api);
    }
    let vu = message.is_some() && r.status() != StatusCode::SEE_OTHER && is_html(&r);
    headers(&mut r, &ctx, &nonce, &requete, vu, statique);
    let statut = r.status();
    app.0
        .metriques
        .count(methode.as_str(), &route, statut.as_u16(), debut.elapsed());
    let ms = debut.elapsed().as_millis();
    tracing::info!(requete, %methode, route, statut = statut.as_u16(), ms, role = ctx.acteur.role.cle(), "requête");
    r
}

fn is_html(r: &Response) -> bool {
    r.headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|v| v.as_bytes().starts_with(b"text/html"))
}

fn client_ip(req: &Request, proxy: bool) -> String {
    if proxy
        && let Some(v) = req
            .headers()
            .get("x-forwarded-for")
            .and_then(|v| v.to_str().ok())
        && let Some(ip) = v.rsplit(',').next()
    {
        return ip.trim().to_owned();
    }
    req.extensions()
        .get::<ConnectInfo<std::net::SocketAddr>>()
        .map_or_else(|| "local".to_owned(), |c| c.0.ip().to_string())
}

fn headers(r: &mut Response, ctx: &Ctx, nonce: &str, requete: &str, vu: bool, statique: bool) {
    let h = r.headers_mut();
    let csp = format!(
        "default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self'; img-src 'self' data: blob:; \
         font-src 'self'; connect-src 'self'; worker-src 'self' blob:; manifest-src 'self'; form-action 'self'; \
         frame-ancestors 'none'; base-uri 'none'"
    );
    let https = ctx.config().url.starts_with("https://");
    let fixes: [(HeaderName, &str); 7] = [
        (header::CONTENT_SECURITY_POLICY, &csp),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
        (
            HeaderName::from_static("permissions-policy"),
            "geolocation=(self), camera=(), microphone=()",
        ),
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        ),
        (HeaderName::from_static("x-request-id"), requete),
        (
            header::STRICT_TRANSPORT_SECURITY,
            if https {
                "max-age=31536000; includeSubDomains"
            } else {
                ""
            },
        ),
    ];
    for (nom, valeur) in fixes {
        if let (false, Ok(v)) = (valeur.is_empty(), HeaderValue::from_str(valeur)) {
            h.insert(nom, v);
        }
    }
    if !statique && !h.contains_key(header::CACHE_CONTROL) {
        h.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    if vu {
        let efface = format!(
            "{}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax",
            page::MESSAGE
        );
        if let Ok(v) = HeaderValue::from_str(&efface) {
            h.append(header::SET_COOKIE, v);
        }
    }
}
