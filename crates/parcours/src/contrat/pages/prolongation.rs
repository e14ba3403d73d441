//! `/contrats/{id}/prolonger`: asking for a later end, and deciding.

use askama::Template;
use socle::{Erreur, Resultat, francais};
use uuid::Uuid;
use web::{Champs, Ctx, Form, Formulaire, Id, Reponse};

use crate::contrat::{
    prolongation::{self, Demande, Reponse as Decision},
    store,
};

#[derive(Template)]
#[template(path = "contrat/prolonger.html")]
struct Vue {
    id: Uuid,
    form: Form,
    fin: String,
}

async fn page(ctx: &Ctx, id: Uuid, refus: Option<Form>) -> Reponse {
    let refuse = refus.is_some();
    let (numero, vue) = view(ctx, id, refus).await?;
    let page = ctx
        .page("Prolonger le contrat")
        .fil("Contrats", "/contrats")
        .fil(numero, format!("/contrats/{id}"));
    let page = if refuse { page.refused() } else { page };
    page.body(&vue)
}

async fn view(ctx: &Ctx, id: Uuid, refus: Option<Form>) -> Resultat<(String, Vue)> {
    let mut tx = ctx.read().await?;
    let c = store::get(&mut tx, &ctx.acteur().perimetre, id).await?;
    let form = refus.unwrap_or_else(|| {
        Form::filled(
            Champs::default()
                .with(
                    "salaire",
                    format!("{},{:02}", c.salaire.0 / 100, c.salaire.0 % 100),
                )
                .with("id_commande", ctx.new_commande()),
        )
    });
    let fin = c
        .date_fin
        .map_or_else(|| "sans terme".to_owned(), francais::date);
    Ok((c.numero, Vue { id, form, fin }))
}

pub async fn show(ctx: Ctx, Id(id): Id) -> Reponse {
    page(&ctx, id, None).await
}

pub async fn ask(ctx: Ctx, Id(id): Id, f: Formulaire<Demande>) -> Reponse {
    let mut tx = ctx.write().await?;
    match prolongation::ask(&mut tx, ctx.acteur(), id, &f.saisie).await {
        Ok(()) => {
            tx.commit().await?;
            ctx.redirect(
                &format!("/contrats/{id}"),
                "La prolongation est demandée à l'opérateur.",
            )
        }
        Err(Erreur::Saisie(e)) => {
            drop(tx);
            page(&ctx, id, Some(Form::refused(f.champs, e))).await
        }
        Err(e) => Err(e.into()),
    }
}

pub async fn decide(ctx: Ctx, Id(id): Id, f: Formulaire<Decision>) -> Reponse {
    let mut tx = ctx.write().await?;
    prolongation::decide(&mut tx, ctx.acteur(), &ctx.config().url, id, &f.saisie).await?;
    tx.commit().await?;
    ctx.redirect(
        &format!("/contrats/{id}"),
        "Votre décision est enregistrée. La structure et la personne sont prévenues.",
    )
}
