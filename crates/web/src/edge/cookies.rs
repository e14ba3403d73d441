use axum::http::{HeaderMap, header};
use socle::Config;

use crate::page;

/// Cookies of a request, as sent.
pub(super) struct Cookies(Vec<(String, String)>);

pub(super) fn read(entetes: &HeaderMap) -> Cookies {
    let paires = entetes
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|v| v.to_str().ok())
        .flat_map(|v| v.split(';'))
        .filter_map(|c| c.trim().split_once('='))
        .map(|(n, v)| (n.to_owned(), v.to_owned()))
        .collect();
    Cookies(paires)
}

impl Cookies {
    fn get(&self, nom: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(n, _)| n == nom)
            .map(|(_, v)| v.as_str())
    }

    pub(super) fn session(&self, config: &Config) -> Option<&str> {
        self.get(session_name(config)).filter(|v| !v.is_empty())
    }

    pub(super) fn message(&self) -> Option<&str> {
        self.get(page::MESSAGE)
    }
}

/// `__Host-` binds the cookie to this exact host over TLS. Without TLS (a
/// machine of one's own) browsers refuse that prefix.
fn session_name(config: &Config) -> &'static str {
    if config.url.starts_with("https://") {
        "__Host-session"
    } else {
        "session"
    }
}

/// The cookie that opens a session, or closes it when `jeton` is empty.
#[must_use]
pub fn session_cookie(config: &Config, jeton: &str) -> String {
    let nom = session_name(config);
    let sur = if nom.starts_with("__Host-") {
        "; Secure"
    } else {
        ""
    };
    let duree = if jeton.is_empty() { "; Max-Age=0" } else { "" };
    format!("{nom}={jeton}; Path=/; HttpOnly; SameSite=Lax{sur}{duree}")
}
