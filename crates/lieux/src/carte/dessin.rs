//! The map drawn on the server: France by départements with counts, or one
//! département with its places.

use std::{
    collections::HashMap,
    fmt::Write,
    sync::{Arc, LazyLock, Mutex},
};

use serde_json::json;
use socle::crypto::sha256_hex;
use territoires::carte::{self, Carte, Niveau};
use web::{Html, esc};

use super::{Trouve, geojson::round};
use crate::lieu::Precision;

/// Beyond, a drawing is a stain: the list tells.
const POINTS: usize = 400;

static DEPARTEMENTS: LazyLock<Mutex<HashMap<String, Option<Arc<Carte>>>>> =
    LazyLock::new(Mutex::default);

/// Drawn once for each département: it never changes.
fn departement(code: &str) -> Option<Arc<Carte>> {
    let mut faites = DEPARTEMENTS.lock().ok()?;
    faites
        .entry(code.to_owned())
        .or_insert_with(|| carte::departement(code, Niveau::Epci).map(Arc::new))
        .clone()
}

/// France, each département leading to its own page with its count.
pub(super) fn france(lieux: &[Trouve], lien: impl Fn(&str) -> String) -> Html {
    let c = carte::departements();
    let mut comptes: HashMap<&str, usize> = HashMap::new();
    for x in lieux {
        *comptes
            .entry(x.entree.lieu.departement.as_str())
            .or_default() += 1;
    }
    let mut s = format!(
        "<svg viewBox=\"{}\" role=\"group\" aria-label=\"Lieux par département\">",
        c.view_box()
    );
    for cadre in &c.cadres {
        let _ = write!(
            s,
            "<rect class=\"cadre\" x=\"{:.0}\" y=\"{:.0}\" width=\"{:.0}\" height=\"{:.0}\"/>",
            cadre.x, cadre.y, cadre.largeur, cadre.hauteur
        );
    }
    for f in &c.formes {
        let n = comptes.get(f.code).copied().unwrap_or(0);
        let fond = if n == 0 { "0.12" } else { "0.3" };
        let chemin = format!(
            "<path d=\"{}\" fill-rule=\"evenodd\" fill=\"currentColor\" fill-opacity=\"{fond}\"/>",
            f.d
        );
        if n == 0 {
            s.push_str(&chemin);
        } else {
            let titre = format!("{} : {}", f.nom, super::pages::lieux(n));
            let _ = write!(
                s,
                "<a href=\"{}\" aria-label=\"{}\"><title>{}</title>{chemin}</a>",
                esc(&lien(f.code)),
                esc(&titre),
                esc(&titre)
            );
        }
    }
    // Symbols last: nothing covers them.
    for f in &c.formes {
        if let Some(n) = comptes.get(f.code) {
            let r = 5.0 + (*n as f64).sqrt().min(14.0);
            let _ = write!(
                s,
                "<circle cx=\"{:.1}\" cy=\"{:.1}\" r=\"{r:.1}\" fill=\"currentColor\" pointer-events=\"none\"/>",
                f.milieu.0, f.milieu.1
            );
        }
    }
    s.push_str("</svg>");
    Html(s)
}

/// One département, each place leading to its page; `None` without outline.
pub(super) fn places(code: &str, lieux: &[Trouve]) -> Option<Html> {
    let c = departement(code)?;
    let nom = territoires::geographie().departement(code)?.nom;
    let mut s = format!(
        "<svg viewBox=\"{}\" role=\"group\" aria-label=\"Lieux : {}\">",
        c.view_box(),
        esc(nom)
    );
    for f in &c.formes {
        let _ = write!(
            s,
            "<path d=\"{}\" fill-rule=\"evenodd\" fill=\"currentColor\" fill-opacity=\"0.12\"/>",
            f.d
        );
    }
    let dedans = lieux.iter().filter(|x| x.entree.lieu.departement == code);
    for x in dedans.take(POINTS) {
        let l = &x.entree.lieu;
        let Some((cx, cy)) = l.fiche.point().and_then(|p| c.project(&l.commune_insee, p)) else {
            continue;
        };
        // A hollow symbol is an approximate position.
        let forme = if l.fiche.precision == Precision::Commune {
            "fill=\"none\" stroke=\"currentColor\" stroke-width=\"4\""
        } else {
            "fill=\"currentColor\""
        };
        let _ = write!(
            s,
            "<a href=\"/lieux/{}\" aria-label=\"{}\"><title>{}</title><circle cx=\"{cx:.1}\" cy=\"{cy:.1}\" r=\"12\" {forme}/></a>",
            l.id,
            esc(&l.libelle()),
            esc(&l.libelle())
        );
    }
    s.push_str("</svg>");
    Some(Html(s))
}

/// Where one place is in its département.
pub(super) fn around(l: &crate::lieu::Lieu) -> Option<Html> {
    let c = departement(&l.departement)?;
    let (x, y) = c.project(&l.commune_insee, l.fiche.point()?)?;
    let nom = territoires::geographie().departement(&l.departement)?.nom;
    let mut s = format!(
        "<svg viewBox=\"{}\" role=\"img\" aria-label=\"{}\">",
        c.view_box(),
        esc(&format!("{} dans le département : {nom}", l.nom))
    );
    for f in &c.formes {
        let _ = write!(
            s,
            "<path d=\"{}\" fill-rule=\"evenodd\" fill=\"currentColor\" fill-opacity=\"0.12\"/>",
            f.d
        );
    }
    let _ = write!(
        s,
        "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"20\" fill=\"currentColor\"/></svg>"
    );
    Some(Html(s))
}

/// Outlines of départements in degrees, and their mark.
pub(super) fn fond() -> &'static (String, String) {
    static FOND: LazyLock<(String, String)> = LazyLock::new(|| {
        let formes: Vec<_> = carte::outlines()
            .into_iter()
            .map(|(code, anneaux)| {
                let polygones: Vec<Vec<Vec<[f64; 2]>>> = anneaux
                    .into_iter()
                    .map(|a| {
                        vec![
                            a.into_iter()
                                .map(|p| [round(p.lon), round(p.lat)])
                                .collect(),
                        ]
                    })
                    .collect();
                json!({
                    "type": "Feature",
                    "geometry": {"type": "MultiPolygon", "coordinates": polygones},
                    "properties": {"code": code},
                })
            })
            .collect();
        let corps = json!({"type": "FeatureCollection", "features": formes}).to_string();
        let marque = format!("\"{}\"", &sha256_hex(corps.as_bytes())[..20]);
        (corps, marque)
    });
    &FOND
}
