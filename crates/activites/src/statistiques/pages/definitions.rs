//! `/chiffres/definitions`: the catalogue, for everybody.

use askama::Template;
use web::{Ctx, Reponse};

use super::super::{catalogue::VERSION, definitions::DEFINITIONS};

#[derive(Template)]
#[template(path = "statistiques/definitions.html")]
struct Page {
    version: u32,
    definitions: &'static [(&'static str, &'static str, &'static str)],
}

pub(super) async fn page(ctx: Ctx) -> Reponse {
    ctx.page("Ce que chaque chiffre compte")
        .fil("Chiffres", "/chiffres")
        .body(&Page {
            version: VERSION,
            definitions: DEFINITIONS,
        })
}
