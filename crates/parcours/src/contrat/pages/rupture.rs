//! `/contrats/{id}/rupture`: declaring and following the end of a contract.

use askama::Template;
use socle::{Erreur, Resultat};
use uuid::Uuid;
use web::{Ctx, Form, Formulaire, Id, Reponse};

use super::dossier::answer;
use crate::contrat::{
    rupture::{self, Declaration, Suite},
    store,
};

#[derive(Template)]
#[template(path = "contrat/rupture.html")]
struct Vue {
    id: Uuid,
    form: Form,
    motifs: Vec<(String, String)>,
    sous_motifs: Vec<(String, String)>,
    renouvellement: bool,
    commande: String,
}

async fn view(ctx: &Ctx, id: Uuid, form: Form) -> Resultat<(String, Vue)> {
    let mut tx = ctx.read().await?;
    let c = store::get(&mut tx, &ctx.acteur().perimetre, id).await?;
    let vue = Vue {
        id,
        form,
        motifs: rupture::reasons(&mut tx, "rupture_motif").await?,
        sous_motifs: rupture::reasons(&mut tx, "rupture_sous_motif").await?,
        renouvellement: store::successor(&mut tx, id).await?.is_some(),
        commande: ctx.new_commande(),
    };
    Ok((c.numero, vue))
}

pub async fn form(ctx: Ctx, Id(id): Id) -> Reponse {
    let (numero, vue) = view(&ctx, id, Form::new()).await?;
    ctx.page("Déclarer une rupture")
        .fil("Contrats", "/contrats")
        .fil(numero, format!("/contrats/{id}"))
        .body(&vue)
}

pub async fn declare(ctx: Ctx, Id(id): Id, f: Formulaire<Declaration>) -> Reponse {
    let mut tx = ctx.write().await?;
    match rupture::declare(&mut tx, ctx.acteur(), &ctx.config().url, id, &f.saisie).await {
        Ok(()) => {
            tx.commit().await?;
            ctx.redirect(
                &format!("/contrats/{id}"),
                "La rupture est déclarée. L'opérateur la validera à sa date.",
            )
        }
        Err(Erreur::Saisie(e)) => {
            drop(tx);
            let (numero, vue) = view(&ctx, id, Form::refused(f.champs, e)).await?;
            ctx.page("Déclarer une rupture")
                .fil("Contrats", "/contrats")
                .fil(numero, format!("/contrats/{id}"))
                .refused()
                .body(&vue)
        }
        Err(e) => Err(e.into()),
    }
}

pub async fn follow(ctx: Ctx, Id(id): Id, f: Formulaire<Suite>) -> Reponse {
    let mut tx = ctx.write().await?;
    match rupture::follow(&mut tx, ctx.acteur(), &ctx.config().url, id, &f.saisie).await {
        Ok(()) => {
            tx.commit().await?;
            ctx.redirect(
                &format!("/contrats/{id}"),
                "C'est enregistré. La structure et la personne sont prévenues.",
            )
        }
        Err(Erreur::Saisie(e)) => {
            drop(tx);
            answer(&ctx, id, Some(Form::refused(f.champs, e))).await
        }
        Err(e) => Err(e.into()),
    }
}
