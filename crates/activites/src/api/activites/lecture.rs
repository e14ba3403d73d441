//! `GET /activites` (pages and deltas) and `GET /activites/{id}`.

use axum::response::Response;
use web::Id;

use super::{CHEMIN, Vue, store};
use crate::api::{
    appel::{Appel, Doc},
    filtres,
    page::{self, Page},
    refus::Refus,
};

pub async fn list(appel: Appel) -> Response {
    appel.answer(read(&appel).await)
}

async fn read(appel: &Appel) -> Result<Doc, Refus> {
    appel.only(|p| page::knows(p) || filtres::knows(p))?;
    let p = Page::read(appel)?;
    let mut tx = appel.ctx.read().await?;
    let f = filtres::read(&mut tx, appel).await?;
    // Read first: what is committed later waits for the next page.
    let jusqua = store::last_revision(&mut tx).await?;
    let vues = store::after(&mut tx, &appel.client.perimetre(), &p, jusqua, &f).await?;
    let coupe = p.cut(vues, jusqua, |v| v.revision);
    Ok(Doc::ok(coupe.document(
        appel,
        tx.now(),
        CHEMIN,
        |v: Vue| v.resource(),
    )))
}

pub async fn one(id: Result<Id, web::Erreur>, appel: Appel) -> Response {
    let r = match id {
        Ok(Id(id)) => show(&appel, id).await,
        Err(_) => Err(Refus::introuvable()),
    };
    appel.answer(r)
}

async fn show(appel: &Appel, id: uuid::Uuid) -> Result<Doc, Refus> {
    appel.only(|_| false)?;
    let mut tx = appel.ctx.read().await?;
    let vue = store::one(&mut tx, &appel.client.perimetre(), id).await?;
    Ok(Doc::ok(super::ecriture::document(&vue)))
}
