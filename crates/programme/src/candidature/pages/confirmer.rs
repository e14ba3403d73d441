//! `/candidatures/confirmer/{jeton}`: a page with a button; opening a link
//! changes nothing.

use askama::Template;
use axum::extract::Path;
use web::{Ctx, Reponse};

use super::super::{Etat, confirmation};

#[derive(Template)]
#[template(path = "candidature/confirmer.html")]
struct Confirmer {
    numero: String,
    structure: String,
    faite: bool,
    jeton: String,
}

pub(super) async fn show(ctx: Ctx, Path(jeton): Path<String>) -> Reponse {
    let mut tx = ctx.read().await?;
    let c = confirmation::peek(&mut tx, &jeton).await?;
    let corps = Confirmer {
        numero: c.numero,
        structure: c.structure_nom,
        faite: c.etat != Etat::Deposee,
        jeton,
    };
    ctx.page("Confirmer votre candidature").body(&corps)
}

pub(super) async fn submit(ctx: Ctx, Path(jeton): Path<String>) -> Reponse {
    let mut tx = ctx.write().await?;
    let site = ctx.config().url.clone();
    confirmation::confirm(&mut tx, &jeton, &site).await?;
    tx.commit().await?;
    ctx.redirect(
        &format!("/candidatures/confirmer/{jeton}"),
        "Votre candidature est confirmée. Un courriel vous permet d’ouvrir votre espace.",
    )
}
