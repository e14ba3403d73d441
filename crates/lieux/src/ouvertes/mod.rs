//! The national open-data files (spec 30 §10.1): 32 columns, valid against
//! the Table Schema v1.0.2, the same in CSV, JSON and GeoJSON.

mod pages;
#[cfg(test)]
pub(crate) mod tests;

use serde_json::{Map, Value, json};

use crate::{
    annuaire::{Entree, Instantane},
    lieu::Lieu,
    pivot,
    vocabulaire::{self as v, Vocabulaire},
};

pub(crate) use pages::routes;

/// Columns of the standard, in order.
pub const COLONNES: [&str; 32] = [
    "id",
    "pivot",
    "nom",
    "commune",
    "code_postal",
    "code_insee",
    "adresse",
    "complement_adresse",
    "latitude",
    "longitude",
    "typologie",
    "telephone",
    "courriels",
    "site_web",
    "horaires",
    "presentation_resume",
    "presentation_detail",
    "source",
    "itinerance",
    "structure_parente",
    "date_maj",
    "services",
    "publics_specifiquement_adresses",
    "prise_en_charge_specifique",
    "frais_a_charge",
    "dispositif_programmes_nationaux",
    "formations_labels",
    "autres_formations_labels",
    "modalites_acces",
    "modalites_accompagnement",
    "fiche_acces_libre",
    "prise_rdv",
];

/// One cell before it is written in a format.
#[derive(Debug, Clone, PartialEq)]
pub enum Cellule {
    Texte(String),
    Nombre(Option<f64>),
    Liste(Vec<String>),
}

/// The file's row for a place; `instance` is the source of our own.
#[must_use]
pub fn row(l: &Lieu, instance: &str) -> Vec<Cellule> {
    let f = &l.fiche;
    let t = |s: &str| Cellule::Texte(s.to_owned());
    let libelles = |voc: &Vocabulaire| {
        Cellule::Liste(
            voc.libelles(f.choix(voc))
                .into_iter()
                .map(str::to_owned)
                .collect(),
        )
    };
    let commune = territoires::geographie().commune_today(&l.commune_insee);
    let ou = |a: &str, b: &str| {
        if a.is_empty() {
            b.to_owned()
        } else {
            a.to_owned()
        }
    };
    let mut typologies: Vec<String> = f
        .typologies
        .iter()
        .map(|c| v::typologie_exportee(c).to_owned())
        .collect();
    typologies.dedup();
    let maj = f
        .date_maj
        .unwrap_or_else(|| l.cree_le.to_zoned_datetime(socle::clock::paris()).date());
    vec![
        Cellule::Texte(l.id.to_string()),
        Cellule::Texte(ou(&f.pivot, pivot::INCONNU)),
        t(&l.nom),
        t(commune.map_or("", |c| c.nom)),
        t(&f.code_postal),
        t(&l.commune_insee),
        t(&f.adresse),
        t(&f.complement_adresse),
        Cellule::Nombre(f.latitude.map(micro)),
        Cellule::Nombre(f.longitude.map(micro)),
        Cellule::Liste(typologies),
        t(f.telephones.first().map_or("", String::as_str)),
        Cellule::Liste(f.courriels.clone()),
        Cellule::Liste(f.sites_web.clone()),
        t(&f.horaires),
        t(&f.presentation_resume),
        t(&f.presentation_detail),
        Cellule::Texte(ou(&f.source, instance)),
        libelles(&v::ITINERANCE),
        t(&f.structure_parente),
        Cellule::Texte(maj.to_string()),
        libelles(&v::SERVICES),
        libelles(&v::PUBLICS),
        libelles(&v::PRISE_EN_CHARGE),
        libelles(&v::FRAIS),
        libelles(&v::DISPOSITIFS),
        libelles(&v::FORMATIONS_LABELS),
        Cellule::Liste(f.autres_labels.clone()),
        libelles(&v::MODALITES_ACCES),
        libelles(&v::MODALITES_ACCOMPAGNEMENT),
        t(&f.fiche_acces_libre),
        t(&f.prise_rdv),
    ]
}

/// Six decimals.
fn micro(x: f64) -> f64 {
    (x * 1e6).round() / 1e6
}

/// Comma, quoted, UTF-8. Free texts that a spreadsheet would run as formulas
/// are preceded by an apostrophe; phones and numbers are not.
///
/// # Errors
/// `Erreur::Interne` when a row cannot be written.
pub fn csv<'a>(lieux: impl Iterator<Item = &'a Lieu>, instance: &str) -> socle::Resultat<Vec<u8>> {
    let interne = |e: &dyn std::fmt::Display| socle::Erreur::Interne(format!("csv : {e}"));
    let mut w = csv::WriterBuilder::new()
        .quote_style(csv::QuoteStyle::Always)
        .terminator(csv::Terminator::CRLF)
        .from_writer(Vec::new());
    w.write_record(COLONNES).map_err(|e| interne(&e))?;
    for l in lieux {
        let cellules = row(l, instance)
            .into_iter()
            .enumerate()
            .map(|(i, c)| match c {
                Cellule::Nombre(n) => n.map_or_else(String::new, |n| n.to_string()),
                Cellule::Liste(l) => guarded(&l.join("|")),
                Cellule::Texte(t) if COLONNES[i] == "telephone" => t,
                Cellule::Texte(t) => guarded(&t),
            });
        w.write_record(cellules).map_err(|e| interne(&e))?;
    }
    w.into_inner().map_err(|e| interne(&e))
}

fn guarded(t: &str) -> String {
    if t.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{t}")
    } else {
        t.to_owned()
    }
}

/// The same fields, lists as arrays, empty ones left out.
#[must_use]
pub fn object(l: &Lieu, instance: &str) -> Map<String, Value> {
    row(l, instance)
        .into_iter()
        .zip(COLONNES)
        .filter_map(|(c, nom)| {
            let v = match c {
                Cellule::Nombre(n) => json!(n?),
                Cellule::Texte(t) if t.is_empty() => return None,
                Cellule::Texte(t) => json!(t),
                Cellule::Liste(l) if l.is_empty() => return None,
                Cellule::Liste(l) => json!(l),
            };
            Some((nom.to_owned(), v))
        })
        .collect()
}

/// RFC 7946; a place without a point has no geometry.
#[must_use]
pub fn geojson(tous: &Instantane, instance: &str) -> Value {
    let features: Vec<Value> =
        tous.lieux
            .iter()
            .map(|e: &std::sync::Arc<Entree>| {
                let geometrie =
                    e.lieu.fiche.point().map(
                        |p| json!({"type": "Point", "coordinates": [micro(p.lon), micro(p.lat)]}),
                    );
                json!({
                    "type": "Feature",
                    "id": e.lieu.id,
                    "geometry": geometrie,
                    "properties": object(&e.lieu, instance),
                })
            })
            .collect();
    json!({"type": "FeatureCollection", "features": features})
}
