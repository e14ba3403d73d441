//! The public map (spec 30 §9): list and drawing without JavaScript, GeoJSON
//! for the interactive one.

mod dessin;
mod fiche;
pub mod filtre;
mod geojson;
mod pages;
#[cfg(test)]
mod tests;

use std::{collections::HashSet, sync::Arc};

use jiff::Timestamp;
use web::{Acces, Routes};

use crate::{
    annuaire::{Annuaire, Entree, Instantane},
    horaires::Ouverture,
};
pub(crate) use fiche::place;
use filtre::Filtre;
pub(crate) use pages::lieux;

/// One place found.
#[derive(Debug, Clone)]
pub struct Trouve {
    pub entree: Arc<Entree>,
    pub distance: Option<f64>,
    pub ouverture: Ouverture,
}

/// What a search gives: certain answers, then those whose hours are to be
/// confirmed.
#[derive(Debug, Default)]
pub struct Resultats {
    pub lieux: Vec<Trouve>,
    pub a_confirmer: Vec<Trouve>,
    /// Words were only close.
    pub proches: bool,
}

/// Runs the filters over the index.
#[must_use]
pub fn search(tous: &Instantane, f: &Filtre, t: Timestamp) -> Resultats {
    let passe = |proches: Option<&[HashSet<&str>]>| {
        let mut r = Resultats {
            proches: proches.is_some(),
            ..Resultats::default()
        };
        for e in &tous.lieux {
            if !f.accepts(e) || !f.says(e, proches) {
                continue;
            }
            let ouverture = f.opens(e, t);
            let trouve = Trouve {
                entree: e.clone(),
                distance: f.distance(e),
                ouverture,
            };
            match (&f.ouvert, ouverture) {
                (None, _) | (Some(_), Ouverture::Ouvert { .. }) => r.lieux.push(trouve),
                (Some(_), Ouverture::AConfirmer) => r.a_confirmer.push(trouve),
                _ => {}
            }
        }
        if f.autour.is_some() {
            r.lieux.sort_by(|a, b| {
                let d = |x: &Trouve| x.distance.unwrap_or(f64::INFINITY);
                d(a).total_cmp(&d(b))
            });
        }
        r
    };
    let r = passe(None);
    if !f.mots.is_empty() && r.lieux.is_empty() && r.a_confirmer.is_empty() {
        return passe(Some(&f.close_words(&tous.mots)));
    }
    r
}

/// Public pages; they share the index of the process.
pub(crate) fn routes(annuaire: &Arc<Annuaire>) -> Routes {
    let (a, b) = (annuaire.clone(), annuaire.clone());
    Routes::new()
        .get("/carte", Acces::Public, move |ctx, q| {
            pages::carte(ctx, q, a.clone())
        })
        .get("/carte.geojson", Acces::Public, move |ctx, q, h| {
            geojson::lieux(ctx, q, h, b.clone())
        })
        .get("/carte/fond.geojson", Acces::Public, geojson::fond)
        .get("/lieux/{id}", Acces::Public, fiche::lieu)
}
