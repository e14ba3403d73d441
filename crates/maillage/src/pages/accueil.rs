//! Home: what awaits me, then the figures I answer for. Visitors find the
//! doors they come for.

use askama::Template;
use web::{AFaire, Acces, Chiffre, Ctx, Html, Reponse, Routes, composants};

#[derive(Template)]
#[template(path = "accueil/visiteur.html")]
struct Visiteur;

#[derive(Template)]
#[template(path = "accueil/role.html")]
struct Role {
    a_faire: Vec<(AFaire, Option<Html>)>,
    chiffres: Vec<Chiffre>,
}

pub(super) fn routes() -> Routes {
    Routes::new().get("/", Acces::Public, page)
}

async fn page(ctx: Ctx) -> Reponse {
    if ctx.acteur().is_anonymous() {
        return ctx.page("Le numérique, près de chez vous").body(&Visiteur);
    }
    let jour = ctx.today();
    let a_faire = ctx.a_faire().await?.into_iter().map(|a| {
        let echeance = a.avant.map(|d| composants::echeance(jour, d));
        (a, echeance)
    });
    let corps = Role {
        a_faire: a_faire.collect(),
        chiffres: ctx.chiffres().await?,
    };
    ctx.page("À faire").body(&corps)
}
