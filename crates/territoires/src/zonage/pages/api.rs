//! The versions loaded, for machines.

use serde::Serialize;
use web::{Ctx, Reponse};

use crate::zonage::store;

#[derive(Serialize)]
struct Version {
    cle: String,
    libelle: String,
    genre: &'static str,
    valid_from: String,
    valid_to: Option<String>,
    source: String,
    millesime: String,
    licence: String,
    membres: i64,
}

/// `GET /api/v1/zonages`.
///
/// # Errors
/// `Erreur::Base`.
pub async fn list(ctx: Ctx) -> Reponse {
    let mut tx = ctx.read().await?;
    let versions: Vec<Version> = store::all(&mut tx)
        .await?
        .into_iter()
        .map(|z| Version {
            cle: z.cle,
            libelle: z.libelle,
            genre: z.genre.cle(),
            valid_from: z.valid_from.to_string(),
            valid_to: z.valid_to.map(|d| d.to_string()),
            source: z.source,
            millesime: z.millesime,
            licence: z.licence,
            membres: z.membres,
        })
        .collect();
    ctx.json(&versions)
}
