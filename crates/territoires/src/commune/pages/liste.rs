//! Finding a commune, without JavaScript.

use askama::Template;
use axum::extract::Query;
use serde::Deserialize;
use web::{Champs, Ctx, Form, Html, Reponse, composants};

use crate::recherche::{ResultatCommune, resolve_saisie};

#[derive(Debug, Deserialize, Default)]
#[serde(default)]
pub struct Demande {
    q: String,
}

#[derive(Template)]
#[template(path = "commune/liste.html")]
struct Vue {
    form: Form,
    choix: Vec<(String, String)>,
    vide: Html,
}

/// `GET /communes?q=`: one match leads to its page, several are listed.
///
/// # Errors
/// When the page cannot be rendered.
pub async fn show(ctx: Ctx, Query(d): Query<Demande>) -> Reponse {
    let trouve = resolve_saisie(&d.q);
    if let ResultatCommune::Trouvee(c) = &trouve {
        return ctx.redirect(&format!("/communes/{}", c.code), "");
    }
    let choix = trouve.choix();
    let vide = if choix.is_empty() && !d.q.trim().is_empty() {
        composants::vide(super::super::INTROUVABLE, None)
    } else {
        Html::default()
    };
    let form = Form::filled(Champs::default().with("q", &d.q));
    ctx.page("Trouver une commune")
        .body(&Vue { form, choix, vide })
}
