//! `/conventions/nouvelle?candidature=…`: start and zone, then the plan.

use askama::Template;
use axum::extract::Query;
use serde::Deserialize;
use socle::Erreur;
use uuid::Uuid;
use web::{Champs, Ctx, Form, Formulaire, Reponse};

use super::super::{GERER, SaisieConvention, service};
use crate::candidature::{self, Candidature};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Requete {
    candidature: String,
}

#[derive(Template)]
#[template(path = "convention/nouvelle.html")]
struct Nouvelle {
    c: Candidature,
    form: Form,
    commande: String,
}

pub(super) async fn show(ctx: Ctx, Query(r): Query<Requete>) -> Reponse {
    page(&ctx, &r.candidature, None).await
}

async fn page(ctx: &Ctx, candidature: &str, form: Option<Form>) -> Reponse {
    let droit = ctx.acteur().require(&GERER)?;
    let id: Uuid = candidature.parse().map_err(|_| Erreur::Introuvable)?;
    let mut tx = ctx.read().await?;
    let c = candidature::load(&mut tx, &droit, id).await?;
    let refus = form.is_some();
    let form = match form {
        Some(f) => f,
        None => {
            let mut champs = Champs::default().with("debut", ctx.today());
            if service::likely_bonus(&mut tx, &c).await? {
                champs = champs.with("zone_bonus", "oui");
            }
            Form::filled(champs)
        }
    };
    let corps = Nouvelle {
        c,
        form,
        commande: ctx.new_commande(),
    };
    let p = ctx
        .page("Préparer la convention")
        .fil("Conventions", "/conventions");
    if refus {
        p.refused().body(&corps)
    } else {
        p.body(&corps)
    }
}

pub(super) async fn submit(ctx: Ctx, f: Formulaire<SaisieConvention>) -> Reponse {
    let mut tx = ctx.write().await?;
    let id = match service::prepare(&mut tx, ctx.acteur(), &f.saisie).await {
        Ok(id) => id,
        Err(Erreur::Saisie(e)) => {
            drop(tx);
            return page(
                &ctx,
                &f.saisie.candidature,
                Some(Form::refused(f.champs, e)),
            )
            .await;
        }
        Err(e) => return Err(e.into()),
    };
    tx.commit().await?;
    ctx.redirect(
        &format!("/conventions/{id}"),
        "La convention est prête. Vérifiez le plan, puis envoyez-la.",
    )
}
