//! `/api`: what the API is, in one screen.

use askama::Template;
use comptes::client::PORTEES;
use web::{Ctx, Reponse};

#[derive(Template)]
#[template(path = "api/guide.html")]
struct Guide<'a> {
    url: &'a str,
    portees: [(&'a str, &'a str); 6],
    demo: bool,
    identifiant: String,
    secret: &'a str,
}

pub(super) async fn page(ctx: Ctx) -> Reponse {
    ctx.page("API").body(&Guide {
        url: &ctx.config().url,
        portees: PORTEES,
        demo: ctx.config().demo,
        identifiant: comptes::demo::CLIENT.to_string(),
        secret: comptes::demo::SECRET_CLIENT,
    })
}
