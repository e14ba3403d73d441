//! All versions of all zonings.

use askama::Template;
use socle::francais;
use web::{Ctx, Html, Reponse, composants};

use crate::zonage::{Zonage, store};

#[derive(Template)]
#[template(path = "zonage/liste.html")]
struct Vue {
    /// With its dates and its number of members, in French.
    zonages: Vec<(Zonage, String, String)>,
    vide: Html,
}

/// « du 1er juillet 2024 au 9 juillet 2025 ».
pub(super) fn dates(z: &Zonage) -> String {
    match z.valid_to {
        Some(fin) => format!(
            "du {} au {}",
            francais::date(z.valid_from),
            francais::date(fin)
        ),
        None => format!("depuis le {}", francais::date(z.valid_from)),
    }
}

/// `GET /administration/zonages`.
///
/// # Errors
/// `Erreur::Base`.
pub async fn show(ctx: Ctx) -> Reponse {
    let mut tx = ctx.read().await?;
    let zonages = store::all(&mut tx).await?;
    let zonages = zonages
        .into_iter()
        .map(|z| (z.clone(), dates(&z), francais::entier(z.membres)))
        .collect();
    let vide = composants::vide(
        "Aucun zonage n'est chargé. Tant qu'il n'y en a pas, l'appartenance des lieux est « Inconnu ».",
        None,
    );
    ctx.page("Zonages").body(&Vue { zonages, vide })
}
