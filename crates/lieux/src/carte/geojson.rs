//! What the interactive map reads: places with the properties it shows, and
//! the outlines of départements.

use std::sync::Arc;

use axum::{
    extract::RawQuery,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::json;
use socle::crypto::sha256_hex;
use web::{Ctx, Reponse};

use super::{filtre::Filtre, pages, search};
use crate::annuaire::Annuaire;

pub(super) async fn lieux(
    ctx: Ctx,
    RawQuery(q): RawQuery,
    entetes: HeaderMap,
    annuaire: Arc<Annuaire>,
) -> Reponse {
    let paires = pages::pairs(q.as_deref());
    let f = Filtre::read(&paires);
    let mut tx = ctx.read().await?;
    let tous = annuaire.get(&mut tx).await?;
    let t = tx.now();
    // Open now changes by itself: by quarters of an hour.
    let quart = if f.is_live() { t.as_second() / 900 } else { 0 };
    let marque = format!(
        "\"{}\"",
        &sha256_hex(format!("{}|{paires:?}|{quart}", tous.version).as_bytes())[..20]
    );
    if entetes
        .get(header::IF_NONE_MATCH)
        .is_some_and(|v| v == marque.as_str())
    {
        return Ok((StatusCode::NOT_MODIFIED, [(header::ETAG, marque)]).into_response());
    }
    let r = search(&tous, &f, t);
    let features: Vec<_> = r
        .lieux
        .iter()
        .filter_map(|x| {
            let l = &x.entree.lieu;
            let p = l.fiche.point()?;
            Some(json!({
                "type": "Feature",
                "geometry": {"type": "Point", "coordinates": [round(p.lon), round(p.lat)]},
                "properties": {
                    "id": l.id, "nom": l.nom, "adresse": x.entree.adresse(), "lien": format!("/lieux/{}", l.id),
                },
            }))
        })
        .collect();
    let corps = json!({"type": "FeatureCollection", "features": features}).to_string();
    Ok(answer(corps, marque, "public, max-age=60"))
}

pub(super) async fn fond(_: Ctx, entetes: HeaderMap) -> Reponse {
    let (corps, marque) = super::dessin::fond();
    if entetes
        .get(header::IF_NONE_MATCH)
        .is_some_and(|v| v == marque.as_str())
    {
        return Ok((StatusCode::NOT_MODIFIED, [(header::ETAG, marque.clone())]).into_response());
    }
    Ok(answer(
        corps.clone(),
        marque.clone(),
        "public, max-age=86400",
    ))
}

fn answer(corps: String, marque: String, cache: &'static str) -> Response {
    (
        [
            (header::CONTENT_TYPE, "application/geo+json".to_owned()),
            (header::ETAG, marque),
            (header::CACHE_CONTROL, cache.to_owned()),
        ],
        corps,
    )
        .into_response()
}

/// Five decimals are a metre.
pub(super) fn round(x: f64) -> f64 {
    (x * 1e5).round() / 1e5
}
