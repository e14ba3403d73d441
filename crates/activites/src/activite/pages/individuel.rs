//! `/activites/individuel`: one person, recorded in a few taps.

use askama::Template;
use axum::extract::Query;
use web::{Ctx, Reponse};

use super::formulaire::{self, Ouverture, Saisie, Vue};
use crate::activite::TypeActivite;

#[derive(Template)]
#[template(path = "activite/individuel.html")]
pub(super) struct Individuel {
    v: Vue,
}

impl Individuel {
    pub(super) fn new(v: Vue) -> Self {
        Self { v }
    }
}

pub(super) async fn page(ctx: Ctx, Query(o): Query<Ouverture>) -> Reponse {
    formulaire::open(&ctx, TypeActivite::Individuel, &o, Individuel::new).await
}

pub(super) async fn submit(ctx: Ctx, f: Saisie) -> Reponse {
    formulaire::submit(&ctx, TypeActivite::Individuel, f, Individuel::new).await
}
