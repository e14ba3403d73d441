//! `/activites/atelier`: several people, counted.

use askama::Template;
use axum::extract::Query;
use web::{Ctx, Reponse};

use super::formulaire::{self, Ouverture, Saisie, Vue};
use crate::{activite::TypeActivite, vocabulaire::liste};

#[derive(Template)]
#[template(path = "activite/atelier.html")]
pub(super) struct Atelier {
    v: Vue,
    modeles: Vec<(String, String)>,
}

impl Atelier {
    pub(super) fn new(v: Vue) -> Self {
        Self {
            modeles: v.choix.voc.options(liste::MODELE),
            v,
        }
    }
}

pub(super) async fn page(ctx: Ctx, Query(o): Query<Ouverture>) -> Reponse {
    formulaire::open(&ctx, TypeActivite::Collectif, &o, Atelier::new).await
}

pub(super) async fn submit(ctx: Ctx, f: Saisie) -> Reponse {
    formulaire::submit(&ctx, TypeActivite::Collectif, f, Atelier::new).await
}
