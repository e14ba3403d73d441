//! One commune: what it belongs to, its zonings, its days off.

use askama::Template;
use axum::extract::Path;
use socle::francais;
use web::{Ctx, Html, Reponse, composants};

use crate::{
    calendrier,
    geographie::geographie,
    zonage::{Appartenance, service},
};

#[derive(Template)]
#[template(path = "commune/fiche.html")]
struct Vue {
    fiche: Html,
    zonages: Vec<Appartenance>,
    jours: Vec<(String, &'static str)>,
    a_verifier: Html,
}

/// `GET /communes/{code}`.
///
/// # Errors
/// 404 for an unknown code; a former code leads to the commune of today.
pub async fn show(ctx: Ctx, Path(code): Path<String>) -> Reponse {
    let c = geographie()
        .commune_today(&code)
        .ok_or(socle::Erreur::Introuvable)?;
    if c.code != code {
        return ctx.redirect(&format!("/communes/{}", c.code), "");
    }
    let le = calendrier::aujourdhui(c.code, ctx.base().clock());
    let mut tx = ctx.read().await?;
    let zonages = service::zonages_de(&mut tx, c, le).await?;
    let jours = calendrier::jours_feries(le.year(), c.departement)
        .into_iter()
        .map(|j| (francais::date(j.le), j.libelle))
        .collect();
    let vue = Vue {
        fiche: composants::fiche(&super::appartenances(c)),
        zonages,
        jours,
        a_verifier: composants::a_verifier(),
    };
    ctx.page(c.nom).fil("Communes", "/communes").body(&vue)
}
