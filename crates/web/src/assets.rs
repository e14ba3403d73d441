//! Style sheets, modules and vendored packages, inside the binary. Names carry
//! a hash of the content, so browsers may keep them for ever.

use std::{collections::HashMap, sync::LazyLock};

use axum::{
    extract::Path,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use rust_embed::{EmbeddedFile, RustEmbed};

/// `vendor/` is filled by `cargo xtask assets`; without it the map stays a
/// list and a drawing.
#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/assets"]
struct Fichiers;

static EMPREINTES: LazyLock<HashMap<String, String>> = LazyLock::new(|| {
    Fichiers::iter()
        .filter_map(|nom| {
            let f = Fichiers::get(&nom)?;
            let h: String = f
                .metadata
                .sha256_hash()
                .iter()
                .take(5)
                .map(|o| format!("{o:02x}"))
                .collect();
            Some((nom.into_owned(), h))
        })
        .collect()
});

/// The address of a file of `assets/`.
#[must_use]
pub fn lien(nom: &str) -> String {
    let h = EMPREINTES.get(nom).map_or("absent", String::as_str);
    format!("/statique/{h}/{nom}")
}

/// The content of a file of `assets/`, for pages that open without network.
#[must_use]
pub fn contenu(nom: &str) -> Option<Vec<u8>> {
    Fichiers::get(nom).map(|f| f.data.into_owned())
}

/// The files of a folder of `assets/` and one hash of them all, so that what
/// imports one another is kept and changed together.
#[must_use]
pub fn dossier(prefixe: &str) -> (Vec<String>, String) {
    let mut noms: Vec<String> = EMPREINTES
        .keys()
        .filter(|n| n.starts_with(prefixe))
        .cloned()
        .collect();
    noms.sort();
    let tout: String = noms
        .iter()
        .map(|n| EMPREINTES[n].as_str())
        .collect::<Vec<_>>()
        .join(".");
    let empreinte = socle::crypto::sha256_hex(tout.as_bytes());
    (noms, empreinte.chars().take(12).collect())
}

/// True when a file is there (the vendored ones may not be).
#[must_use]
pub fn present(nom: &str) -> bool {
    EMPREINTES.contains_key(nom)
}

/// Serves one file; an old hash still answers, with the present content.
pub(crate) async fn serve(Path((_, nom)): Path<(String, String)>, entetes: HeaderMap) -> Response {
    let brotli = entetes
        .get(header::ACCEPT_ENCODING)
        .and_then(|v| v.to_str().ok())
        .is_some_and(|v| v.split(',').any(|c| c.trim().starts_with("br")));
    let Some(f) = Fichiers::get(&nom) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    // A twin is named after its content: it cannot outlive a change.
    let compresse = EMPREINTES
        .get(nom.as_str())
        .filter(|_| brotli)
        .and_then(|h| Fichiers::get(&format!("vendor/br/{h}.br")));
    let mut r = match compresse {
        Some(EmbeddedFile { data, .. }) => {
            ([(header::CONTENT_ENCODING, "br")], data.into_owned()).into_response()
        }
        None => f.data.into_owned().into_response(),
    };
    let genre = match nom.rsplit('.').next() {
        Some("css") => "text/css; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("json" | "webmanifest") => "application/json",
        _ => "application/octet-stream",
    };
    for (n, v) in [
        (header::CONTENT_TYPE, genre),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
        (header::VARY, "accept-encoding"),
    ] {
        if let Ok(v) = v.parse() {
            r.headers_mut().insert(n, v);
        }
    }
    r
}
