use askama::Template;
use web::{Acces, Ctx, Reponse, Routes};

#[derive(Template)]
#[template(path = "accueil/accessibilite.html")]
struct Accessibilite;

#[derive(Template)]
#[template(path = "accueil/mentions.html")]
struct Mentions {
    expediteur: String,
}

pub(super) fn routes() -> Routes {
    Routes::new()
        .get("/accessibilite", Acces::Public, accessibilite)
        .get("/mentions-legales", Acces::Public, mentions)
}

async fn accessibilite(ctx: Ctx) -> Reponse {
    ctx.page("Accessibilité").body(&Accessibilite)
}

async fn mentions(ctx: Ctx) -> Reponse {
    ctx.page("Mentions légales").body(&Mentions {
        expediteur: ctx.config().expediteur.clone(),
    })
}
