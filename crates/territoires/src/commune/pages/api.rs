//! What machines read: the list pickers complete from, and one commune.

use axum::{
    extract::{Path, Query},
    http::{HeaderValue, header},
};
use serde::{Deserialize, Serialize};
use web::{Ctx, Reponse};

use crate::{geographie::geographie, recherche::recherche, zonage::service};

#[derive(Debug, Deserialize, Default)]
#[serde(default)]
pub struct Demande {
    q: String,
}

#[derive(Serialize)]
struct Proposition {
    code: &'static str,
    libelle: String,
}

/// How many communes a picker offers.
const PROPOSITIONS: usize = 10;

/// `GET /api/communes?q=`: communes a text may mean; each `libelle` reads
/// back as its commune.
///
/// # Errors
/// When the answer cannot be written.
pub async fn search(ctx: Ctx, Query(d): Query<Demande>) -> Reponse {
    let liste: Vec<Proposition> = recherche(&d.q, PROPOSITIONS)
        .into_iter()
        .map(|c| Proposition {
            code: c.code,
            libelle: c.libelle(),
        })
        .collect();
    let mut r = ctx.json(&liste)?;
    r.headers_mut().insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("public, max-age=86400"),
    );
    Ok(r)
}

#[derive(Serialize)]
struct Fiche {
    code: &'static str,
    nom: &'static str,
    codes_postaux: Vec<&'static str>,
    departement: &'static str,
    region: &'static str,
    arrondissement: Option<&'static str>,
    epci: Option<&'static str>,
    ept: Option<&'static str>,
    population: Option<u32>,
    longitude: Option<f64>,
    latitude: Option<f64>,
    fuseau: &'static str,
    zonages: Vec<Zonage>,
}

#[derive(Serialize)]
struct Zonage {
    cle: String,
    classe: String,
    statut: &'static str,
    version: String,
}

/// `GET /api/v1/communes/{code}`: one commune, current or former code.
///
/// # Errors
/// 404 for an unknown code.
pub async fn one(ctx: Ctx, Path(code): Path<String>) -> Reponse {
    let c = geographie()
        .commune_today(&code)
        .ok_or(socle::Erreur::Introuvable)?;
    let mut tx = ctx.read().await?;
    let zonages = service::zonages_de(&mut tx, c, ctx.today()).await?;
    ctx.json(&Fiche {
        code: c.code,
        nom: c.nom,
        codes_postaux: c.codes_postaux().collect(),
        departement: c.departement,
        region: c.region,
        arrondissement: c.arrondissement,
        epci: c.epci,
        ept: c.ept,
        population: c.population(),
        longitude: c.point().map(|p| p.lon),
        latitude: c.point().map(|p| p.lat),
        fuseau: crate::calendrier::fuseau(c),
        zonages: zonages
            .into_iter()
            .map(|a| Zonage {
                statut: a.statut.cle(),
                version: a.zonage.version(),
                cle: a.zonage.cle,
                classe: a.classe,
            })
            .collect(),
    })
}
