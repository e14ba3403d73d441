use std::sync::Arc;

use askama::Template;
use axum::{
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use socle::{crypto::sha256_hex, francais};
use web::{Acces, Ctx, Reponse, Routes};

use super::{csv, geojson, object};
use crate::annuaire::{Annuaire, Instantane};

pub(crate) fn routes(annuaire: &Arc<Annuaire>) -> Routes {
    let mut r = Routes::new();
    let a = annuaire.clone();
    r = r.get("/donnees-ouvertes", Acces::Public, move |ctx| {
        page(ctx, a.clone())
    });
    for (chemin, genre) in [
        ("/donnees-ouvertes/lieux.csv", Genre::Csv),
        ("/donnees-ouvertes/lieux.json", Genre::Json),
        ("/donnees-ouvertes/lieux.geojson", Genre::GeoJson),
    ] {
        let a = annuaire.clone();
        r = r.get(chemin, Acces::Public, move |ctx, h| {
            file(ctx, h, genre, a.clone())
        });
    }
    r
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Genre {
    Csv,
    Json,
    GeoJson,
}

#[derive(Template)]
#[template(path = "ouvertes/ouvertes.html")]
struct Page {
    lieux: String,
    date: String,
    departements: i64,
    conseillers: String,
}

async fn page(ctx: Ctx, annuaire: Arc<Annuaire>) -> Reponse {
    let mut tx = ctx.read().await?;
    let tous = annuaire.get(&mut tx).await?;
    let date = tous
        .lieux
        .iter()
        .map(|e| e.lieu.modifie_le)
        .max()
        .map_or_else(
            || "aucune".into(),
            |t| francais::instant(t, &socle::clock::paris()),
        );
    let mut d: Vec<&str> = tous
        .lieux
        .iter()
        .map(|e| e.lieu.departement.as_str())
        .collect();
    d.sort_unstable();
    d.dedup();
    let presents = tous.lieux.iter().filter(|e| e.presents > 0).count();
    ctx.page("Données ouvertes").body(&Page {
        lieux: crate::carte::lieux(tous.lieux.len()),
        date,
        departements: i64::try_from(d.len()).unwrap_or(0),
        conseillers: crate::carte::lieux(presents),
    })
}

async fn file(ctx: Ctx, entetes: HeaderMap, genre: Genre, annuaire: Arc<Annuaire>) -> Reponse {
    let mut tx = ctx.read().await?;
    let tous = annuaire.get(&mut tx).await?;
    drop(tx);
    let marque = format!(
        "\"{}\"",
        &sha256_hex(format!("{}|{genre:?}", tous.version).as_bytes())[..20]
    );
    if entetes
        .get(header::IF_NONE_MATCH)
        .is_some_and(|v| v == marque.as_str())
    {
        return Ok((StatusCode::NOT_MODIFIED, [(header::ETAG, marque)]).into_response());
    }
    let instance = ctx.config().nom.clone();
    let (type_mime, nom, octets) = match genre {
        Genre::Csv => {
            let c = csv(tous.lieux.iter().map(|e| &e.lieu), &instance)?;
            ("text/csv; charset=utf-8", "lieux.csv", c)
        }
        Genre::Json => ("application/json", "lieux.json", objects(&tous, &instance)),
        Genre::GeoJson => (
            "application/geo+json",
            "lieux.geojson",
            geojson(&tous, &instance).to_string().into_bytes(),
        ),
    };
    Ok(answer(type_mime, nom, marque, octets))
}

fn objects(tous: &Instantane, instance: &str) -> Vec<u8> {
    let l: Vec<_> = tous
        .lieux
        .iter()
        .map(|e| object(&e.lieu, instance))
        .collect();
    serde_json::to_vec(&l).unwrap_or_default()
}

fn answer(type_mime: &'static str, nom: &str, marque: String, octets: Vec<u8>) -> Response {
    (
        [
            (header::CONTENT_TYPE, type_mime.to_owned()),
            (header::ETAG, marque),
            (header::CACHE_CONTROL, "public, max-age=60".to_owned()),
            (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*".to_owned()),
            (
                header::CONTENT_DISPOSITION,
                format!("attachment; filename=\"{nom}\""),
            ),
        ],
        octets,
    )
        .into_response()
}
