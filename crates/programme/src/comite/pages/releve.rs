//! PDF of a session, and of the decision on one application.

use socle::Erreur;
use web::{Ctx, Id, Reponse};

use super::super::{pv, service, store};
use crate::candidature;

pub(super) async fn session(ctx: Ctx, Id(id): Id) -> Reponse {
    let mut tx = ctx.read().await?;
    let s = service::load(&mut tx, ctx.acteur(), id).await?;
    let points = store::points(&mut tx, id).await?;
    let octets = pv::record(&mut tx, &s, &points).await?;
    ctx.download(
        &format!("releve-{}.pdf", s.numero),
        "application/pdf",
        octets,
    )
}

/// Only once published.
pub(super) async fn structure(ctx: Ctx, Id(id): Id) -> Reponse {
    let mut tx = ctx.read().await?;
    let c = candidature::get(&mut tx, &ctx.acteur().perimetre, id).await?;
    let (session, point) = store::published(&mut tx, c.id)
        .await?
        .ok_or(Erreur::Introuvable)?;
    let s = store::get(&mut tx, None, session).await?;
    let p = store::point(&mut tx, session, point).await?;
    let octets = pv::letter(&mut tx, &s, &p).await?;
    ctx.download(
        &format!("decision-{}.pdf", c.numero),
        "application/pdf",
        octets,
    )
}
