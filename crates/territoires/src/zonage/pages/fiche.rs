//! One version of a zoning: where it comes from and what it counts.

use askama::Template;
use axum::extract::Path;
use socle::francais;
use uuid::Uuid;
use web::{Ctx, Html, Reponse, composants};

use super::{LISTE, liste};
use crate::zonage::{Statut, store};

#[derive(Template)]
#[template(path = "zonage/fiche.html")]
struct Vue {
    fiche: Html,
    classes: Vec<(String, Statut, String)>,
}

/// `GET /administration/zonages/versions/{id}`.
///
/// # Errors
/// 404 for an unknown version.
pub async fn show(ctx: Ctx, Path(id): Path<String>) -> Reponse {
    let id: Uuid = id.parse().map_err(|_| socle::Erreur::Introuvable)?;
    let mut tx = ctx.read().await?;
    let z = store::one(&mut tx, id).await?;
    let classes = store::classes(&mut tx, id).await?;
    let classes = classes
        .into_iter()
        .map(|(c, s, n)| (c, s, francais::entier(n)))
        .collect();
    let fiche = composants::fiche(&[
        ("Clé", z.cle.clone()),
        ("Validité", liste::dates(&z)),
        ("Millésime", z.millesime.clone()),
        ("Source", z.source.clone()),
        ("Licence", z.licence.clone()),
        ("Membres", francais::entier(z.membres)),
    ]);
    ctx.page(&z.libelle)
        .fil("Zonages", LISTE)
        .body(&Vue { fiche, classes })
}
