//! From the TopoJSON of the communes, and from Natural Earth's for overseas
//! collectivities, to the section that `contours/decode.rs` reads.

use std::{collections::HashMap, path::Path};

use serde::Deserialize;
use serde_json::Value;

use super::{
    Echec,
    sources::{Sources, json},
};
use crate::codec::Ecriture;

#[derive(Debug, Deserialize)]
struct Topologie {
    arcs: Vec<Vec<(i64, i64)>>,
    transform: Transformation,
    objects: HashMap<String, Objet>,
}

#[derive(Debug, Deserialize)]
struct Transformation {
    scale: (f64, f64),
    translate: (f64, f64),
}

#[derive(Debug, Deserialize)]
struct Objet {
    geometries: Vec<Geometrie>,
}

#[derive(Debug, Deserialize)]
struct Geometrie {
    #[serde(rename = "type", default)]
    genre: Option<String>,
    #[serde(default)]
    arcs: Value,
    #[serde(default)]
    id: Option<String>,
    #[serde(default)]
    properties: Value,
}

impl Geometrie {
    /// All rings, polygon after polygon.
    fn rings(&self) -> Result<Vec<Vec<i64>>, serde_json::Error> {
        match self.genre.as_deref() {
            Some("Polygon") => serde_json::from_value(self.arcs.clone()),
            Some("MultiPolygon") => {
                serde_json::from_value::<Vec<Vec<Vec<i64>>>>(self.arcs.clone()).map(|p| p.concat())
            }
            _ => Ok(Vec::new()),
        }
    }
}

/// Natural Earth's country numbers of the collectivities that are drawn.
const SILHOUETTES: [(&str, &str); 7] = [
    ("975", "666"),
    ("977", "652"),
    ("978", "663"),
    ("984", "260"),
    ("986", "876"),
    ("987", "258"),
    ("988", "540"),
];

pub(super) fn encode(s: &Sources, territoires: &Path, references: &Path) -> Result<Vec<u8>, Echec> {
    let chemin = territoires.join("communes-contours-simplifiees.topojson.gz");
    let t: Topologie = json(&chemin)?;
    let mut e = Ecriture::default();
    for x in [
        t.transform.scale.0,
        t.transform.scale.1,
        t.transform.translate.0,
        t.transform.translate.1,
    ] {
        e.text(&x.to_string());
    }
    e.natural(t.arcs.len() as u64);
    let mut dernier = (0, 0);
    for arc in &t.arcs {
        e.natural(arc.len() as u64);
        let mut p = (0, 0);
        for d in arc {
            p = (p.0 + d.0, p.1 + d.1);
            e.integer(p.0 - dernier.0);
            e.integer(p.1 - dernier.1);
            dernier = p;
        }
    }
    let places: HashMap<&str, i64> = s.communes.keys().map(String::as_str).zip(0..).collect();
    let mut surfaces = Vec::new();
    for g in t.objects.values().flat_map(|o| &o.geometries) {
        let code = g.properties["code"].as_str().unwrap_or_default();
        let place = places
            .get(code)
            .ok_or_else(|| Echec::at(&chemin, format!("commune {code} inconnue")))?;
        surfaces.push((*place, g.rings().map_err(|e| Echec::at(&chemin, e))?));
    }
    surfaces.sort_by_key(|s| s.0);
    e.natural(surfaces.len() as u64);
    let (mut commune, mut arc) = (0, 0);
    for (place, anneaux) in &surfaces {
        e.integer(place - commune);
        commune = *place;
        e.natural(anneaux.len() as u64);
        for anneau in anneaux {
            e.natural(anneau.len() as u64);
            for &c in anneau {
                let signe = if c < 0 { 2 * !c + 1 } else { 2 * c };
                e.integer(signe - arc);
                arc = signe;
            }
        }
    }
    silhouettes(
        &references.join("world-atlas-countries-50m.topojson"),
        &mut e,
    )?;
    Ok(e.0)
}

fn silhouettes(chemin: &Path, e: &mut Ecriture) -> Result<(), Echec> {
    let t: Topologie = json(chemin)?;
    let pays = t
        .objects
        .get("countries")
        .ok_or_else(|| Echec::at(chemin, "objet « countries » absent"))?;
    e.natural(SILHOUETTES.len() as u64);
    for (departement, numero) in SILHOUETTES {
        let g = pays
            .geometries
            .iter()
            .find(|g| g.id.as_deref() == Some(numero))
            .ok_or_else(|| Echec::at(chemin, format!("pays {numero} absent")))?;
        e.text(departement);
        let anneaux = g.rings().map_err(|e| Echec::at(chemin, e))?;
        e.natural(anneaux.len() as u64);
        for anneau in &anneaux {
            let points = ring(&t, anneau);
            e.natural(points.len() as u64);
            let mut dernier = (0, 0);
            for p in points {
                e.integer(p.0 - dernier.0);
                e.integer(p.1 - dernier.1);
                dernier = p;
            }
        }
    }
    Ok(())
}

/// The points of a ring, in ten-thousandths of a degree.
fn ring(t: &Topologie, cotes: &[i64]) -> Vec<(i64, i64)> {
    let mut points = Vec::new();
    for &c in cotes {
        let i = usize::try_from(if c < 0 { !c } else { c }).unwrap_or(usize::MAX);
        let (mut x, mut y) = (0, 0);
        let mut arc: Vec<(i64, i64)> = t
            .arcs
            .get(i)
            .into_iter()
            .flatten()
            .map(|d| {
                (x, y) = (x + d.0, y + d.1);
                let degres = |v: i64, axe: usize| {
                    let (k, o) = if axe == 0 {
                        (t.transform.scale.0, t.transform.translate.0)
                    } else {
                        (t.transform.scale.1, t.transform.translate.1)
                    };
                    ((v as f64 * k + o) * 1e4).round() as i64
                };
                (degres(x, 0), degres(y, 1))
            })
            .collect();
        if c < 0 {
            arc.reverse();
        }
        points.extend(arc);
    }
    points.dedup();
    points
}
