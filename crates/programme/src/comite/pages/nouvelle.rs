//! `/comites/nouvelle`.

use askama::Template;
use socle::{Erreur, francais};
use web::{Champs, Ctx, Form, Formulaire, Reponse};

use super::super::{SaisieSession, TENIR, service};
use crate::campagne;

#[derive(Template)]
#[template(path = "comite/nouvelle.html")]
struct Nouvelle {
    form: Form,
    commande: String,
    campagnes: Vec<(String, String)>,
    membres: Vec<(String, String)>,
}

pub(super) async fn show(ctx: Ctx) -> Reponse {
    let champs = Champs::default().with("date_seance", francais::plus_days(ctx.today(), 7));
    page(&ctx, Form::filled(champs)).await
}

async fn page(ctx: &Ctx, form: Form) -> Reponse {
    ctx.acteur().require(&TENIR)?;
    let mut tx = ctx.read().await?;
    let campagnes = campagne::list(&mut tx)
        .await?
        .into_iter()
        .filter(|c| !matches!(c.etat, campagne::Etat::Brouillon | campagne::Etat::Archivee))
        .map(|c| (c.id.to_string(), c.nom))
        .collect();
    let mut membres = Vec::new();
    for p in service::candidates(&mut tx).await? {
        let nom = comptes::personne::get(&mut tx, p).await?.nom_complet();
        membres.push((p.to_string(), nom));
    }
    let refus = !form.erreurs.is_empty();
    let corps = Nouvelle {
        form,
        commande: ctx.new_commande(),
        campagnes,
        membres,
    };
    let p = ctx
        .page("Préparer une séance")
        .fil("Séances du comité", "/comites");
    if refus {
        p.refused().body(&corps)
    } else {
        p.body(&corps)
    }
}

pub(super) async fn submit(ctx: Ctx, f: Formulaire<SaisieSession>) -> Reponse {
    let mut tx = ctx.write().await?;
    let id = match service::create(&mut tx, ctx.acteur(), &f.saisie).await {
        Ok(id) => id,
        Err(Erreur::Saisie(e)) => {
            drop(tx);
            return page(&ctx, Form::refused(f.champs, e)).await;
        }
        Err(e) => return Err(e.into()),
    };
    tx.commit().await?;
    ctx.redirect(
        &format!("/comites/{id}"),
        "La séance est créée. Inscrivez les dossiers.",
    )
}
