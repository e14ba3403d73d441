//! `/candidatures/{id}/avis`: one page, one decision.

use askama::Template;
use socle::{Erreur, Role};
use uuid::Uuid;
use web::{Acces, Ctx, Form, Formulaire, Id, Reponse, Routes};

use super::{Avis, CRITERES, Niveau, RENDRE, Saisie, Sens, is_possible, service, store};
use crate::{
    candidature::{self, Candidature},
    commun::options,
};

const PREFETS: Acces = Acces::Roles(&[Role::Prefecture]);

pub(crate) fn routes() -> Routes {
    Routes::new()
        .get("/candidatures/{id}/avis", PREFETS, show)
        .post("/candidatures/{id}/avis", PREFETS, submit)
}

#[derive(Template)]
#[template(path = "avis/formulaire.html")]
struct Page {
    c: Candidature,
    precedent: Option<Avis>,
    form: Form,
    commande: String,
    sens: Vec<(String, String)>,
    niveaux: Vec<(String, String)>,
    resume: candidature::Resume,
}

async fn show(ctx: Ctx, Id(id): Id) -> Reponse {
    page(&ctx, id, Form::new()).await
}

async fn page(ctx: &Ctx, id: Uuid, form: Form) -> Reponse {
    let droit = ctx.acteur().require(&RENDRE)?;
    let mut tx = ctx.read().await?;
    let c = candidature::load(&mut tx, &droit, id).await?;
    if !is_possible(c.etat) {
        return ctx.redirect(
            &format!("/candidatures/{id}"),
            "Aucun avis n’est attendu sur ce dossier.",
        );
    }
    let refus = !form.erreurs.is_empty();
    let corps = Page {
        precedent: store::latest(&mut tx, id).await?,
        resume: candidature::pages::summary(&mut tx, &c).await?,
        form,
        commande: ctx.new_commande(),
        sens: options(Sens::TOUS, Sens::cle, Sens::libelle),
        niveaux: options(Niveau::TOUS, Niveau::cle, Niveau::libelle),
        c,
    };
    let p = ctx
        .page("Donner votre avis")
        .fil("Candidatures", "/candidatures")
        .fil(corps.c.numero.clone(), format!("/candidatures/{id}"));
    if refus {
        p.refused().body(&corps)
    } else {
        p.body(&corps)
    }
}

async fn submit(ctx: Ctx, Id(id): Id, f: Formulaire<Saisie>) -> Reponse {
    let mut tx = ctx.write().await?;
    let site = ctx.config().url.clone();
    match service::give(&mut tx, ctx.acteur(), id, &f.saisie, &site).await {
        Ok(()) => {}
        Err(Erreur::Saisie(e)) => {
            drop(tx);
            return page(&ctx, id, Form::refused(f.champs, e)).await;
        }
        Err(e) => return Err(e.into()),
    }
    tx.commit().await?;
    ctx.redirect(
        &format!("/candidatures/{id}"),
        "Votre avis est envoyé au secrétariat du comité.",
    )
}
