//! Reading a list of polygons: GeoJSON in WGS84 or Lambert-93 (spec 30 §1.4).

use std::collections::HashSet;

use serde::Deserialize;
use serde_json::Value;

use super::{Anomalie, lambert93};
use crate::geographie::Point;

/// One polygon of a zoning.
#[derive(Debug, Clone, PartialEq)]
pub struct Polygone {
    pub code: String,
    pub nom: String,
    /// Rings; inside is an odd number of crossings.
    pub anneaux: Vec<Vec<(f64, f64)>>,
}

impl Polygone {
    /// West, south, east, north.
    #[must_use]
    pub fn cadre(&self) -> (f64, f64, f64, f64) {
        self.anneaux.iter().flatten().fold(
            (180.0, 90.0, -180.0, -90.0),
            |c: (f64, f64, f64, f64), p| (c.0.min(p.0), c.1.min(p.1), c.2.max(p.0), c.3.max(p.1)),
        )
    }
}

/// Whether the rings hold the point.
#[must_use]
pub fn contains(anneaux: &[Vec<(f64, f64)>], p: Point) -> bool {
    let mut dedans = false;
    for anneau in anneaux {
        for paire in anneau.windows(2) {
            let (a, b) = (paire[0], paire[1]);
            if (a.1 > p.lat) != (b.1 > p.lat)
                && p.lon < (b.0 - a.0) * (p.lat - a.1) / (b.1 - a.1) + a.0
            {
                dedans = !dedans;
            }
        }
    }
    dedans
}

#[derive(Debug, Clone, Default, PartialEq)]
pub struct ListePolygones {
    pub polygones: Vec<Polygone>,
    pub anomalies: Vec<Anomalie>,
}

#[derive(Deserialize)]
struct Collection {
    #[serde(default)]
    crs: Value,
    features: Vec<Objet>,
}

#[derive(Deserialize)]
struct Objet {
    #[serde(default)]
    properties: Value,
    geometry: Option<Geometrie>,
}

#[derive(Deserialize)]
struct Geometrie {
    #[serde(rename = "type")]
    genre: String,
    coordinates: Value,
}

/// Reads the file; `code` and `nom` name properties, empty for `code` and `nom`.
/// The number of an anomaly is the rank of the object.
#[must_use]
pub fn read(octets: &[u8], code: &str, nom: &str) -> ListePolygones {
    let mut liste = ListePolygones::default();
    let mut refuse =
        |ligne: usize, message: String| liste.anomalies.push(Anomalie { ligne, message });
    let collection: Collection = match serde_json::from_slice(octets) {
        Ok(c) => c,
        Err(e) => {
            refuse(
                e.line(),
                "Ce fichier n'est pas une collection d'objets GeoJSON.".into(),
            );
            return liste;
        }
    };
    let Some(lambert) = projection(&collection.crs) else {
        refuse(
            1,
            "Système de coordonnées inconnu : convertissez le fichier en WGS84 ou en Lambert-93."
                .into(),
        );
        return liste;
    };
    let (code, nom) = (
        if code.is_empty() { "code" } else { code },
        if nom.is_empty() { "nom" } else { nom },
    );
    let mut vus = HashSet::new();
    for (rang, o) in (1..).zip(collection.features) {
        let (c, n) = (property(&o.properties, code), property(&o.properties, nom));
        if c.is_empty() {
            refuse(rang, format!("Propriété « {code} » absente."));
        } else if !vus.insert(c.clone()) {
            refuse(rang, format!("Code {c} déjà présent."));
        } else {
            match o.geometry.as_ref().and_then(|g| rings(g, lambert)) {
                None => refuse(rang, format!("{c} : contour absent ou illisible.")),
                Some(a)
                    if a.iter()
                        .flatten()
                        .any(|p| !Point::new(p.0, p.1).is_in_france()) =>
                {
                    refuse(
                        rang,
                        format!(
                            "{c} : coordonnées hors de France. Vérifiez le système de coordonnées."
                        ),
                    );
                }
                Some(anneaux) => liste.polygones.push(Polygone {
                    code: c,
                    nom: n,
                    anneaux,
                }),
            }
        }
    }
    if liste.polygones.is_empty() && liste.anomalies.is_empty() {
        liste.anomalies.push(Anomalie {
            ligne: 1,
            message: "Le fichier ne contient aucun polygone.".into(),
        });
    }
    liste
}

/// True for Lambert-93, false for degrees; `None` for anything else.
fn projection(crs: &Value) -> Option<bool> {
    let nom = crs["properties"]["name"].as_str().unwrap_or_default();
    if nom.ends_with("2154") {
        return Some(true);
    }
    (crs.is_null() || nom.ends_with("CRS84") || nom.ends_with("4326") || nom.ends_with("4171"))
        .then_some(false)
}

fn property(p: &Value, nom: &str) -> String {
    match &p[nom] {
        Value::String(s) => s.trim().to_owned(),
        Value::Number(n) => n.to_string(),
        _ => String::new(),
    }
}

fn rings(g: &Geometrie, lambert: bool) -> Option<Vec<Vec<(f64, f64)>>> {
    let bruts: Vec<Vec<Vec<f64>>> = match g.genre.as_str() {
        "Polygon" => serde_json::from_value(g.coordinates.clone()).ok()?,
        "MultiPolygon" => serde_json::from_value::<Vec<Vec<Vec<Vec<f64>>>>>(g.coordinates.clone())
            .ok()?
            .concat(),
        _ => return None,
    };
    let anneaux: Option<Vec<Vec<(f64, f64)>>> = bruts
        .iter()
        .map(|a| {
            a.iter()
                .map(|p| match p.as_slice() {
                    [x, y, ..] if lambert => {
                        let p = lambert93::to_wgs84(*x, *y);
                        Some((p.lon, p.lat))
                    }
                    [x, y, ..] => Some((*x, *y)),
                    _ => None,
                })
                .collect()
        })
        .collect();
    anneaux.filter(|a| a.iter().any(|r| r.len() >= 4))
}
