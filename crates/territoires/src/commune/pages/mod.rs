//! Screens of a commune, and the list pickers complete from.

pub mod api;
pub mod fiche;
pub mod liste;

use crate::geographie::{Commune, geographie};

/// Names of everything a commune belongs to, outermost last.
pub(crate) fn appartenances(c: &Commune) -> Vec<(&'static str, String)> {
    let g = geographie();
    let nom = |n: Option<&'static str>| n.unwrap_or_default().to_owned();
    let mut v = vec![
        ("Code INSEE", c.code.to_owned()),
        (
            "Codes postaux",
            c.codes_postaux().collect::<Vec<_>>().join(", "),
        ),
        (
            "Intercommunalité",
            nom(c.epci.and_then(|e| g.epci(e)).map(|e| e.nom)),
        ),
    ];
    if let Some(e) = c.ept.and_then(|e| g.ept(e)) {
        v.push(("Établissement public territorial", e.nom.to_owned()));
    }
    if let Some(a) = c.arrondissement.and_then(|a| g.arrondissement(a)) {
        v.push(("Arrondissement", a.nom.to_owned()));
    }
    v.push((
        "Département",
        nom(g.departement(c.departement).map(|d| d.nom)),
    ));
    v.push(("Région", nom(g.region(c.region).map(|r| r.nom))));
    let habitants = c
        .population()
        .map(|p| socle::francais::entier(i64::from(p)))
        .unwrap_or_default();
    v.push(("Habitants (série COG, millésime à vérifier)", habitants));
    v
}
