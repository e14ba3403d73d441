//! `/devenir-conseiller`: registration, then the link of the e-mail.

use askama::Template;
use axum::extract::Path;
use socle::Erreur;
use web::{Champs, Ctx, Form, Formulaire, Reponse};

use super::{Listes, lists};
use crate::candidat::service::{self, Inscription};

const TITRE: &str = "Devenir conseiller numérique";

#[derive(Template)]
#[template(path = "candidat/inscription.html")]
struct Vue {
    form: Form,
    l: Listes,
    commande: String,
}

#[derive(Template)]
#[template(path = "candidat/recu.html")]
struct Recu;

#[derive(Template)]
#[template(path = "candidat/confirmer.html")]
struct Lien {
    jeton: String,
}

pub async fn show(ctx: Ctx) -> Reponse {
    let form = Form::filled(Champs::default().with("partage", "a_la_preselection"));
    let vue = Vue {
        form,
        l: lists(),
        commande: ctx.new_commande(),
    };
    ctx.page(TITRE).body(&vue)
}

pub async fn send(ctx: Ctx, f: Formulaire<Inscription>) -> Reponse {
    let mut tx = ctx.write().await?;
    match service::register(&mut tx, &ctx.config().url, &f.saisie).await {
        Ok(()) => {
            tx.commit().await?;
            ctx.redirect("/devenir-conseiller/recu", "")
        }
        Err(Erreur::Saisie(e)) => {
            let vue = Vue {
                form: Form::refused(f.champs, e),
                l: lists(),
                commande: ctx.new_commande(),
            };
            ctx.page(TITRE).refused().body(&vue)
        }
        Err(e) => Err(e.into()),
    }
}

pub async fn sent(ctx: Ctx) -> Reponse {
    ctx.page("Un message vient de vous être envoyé").body(&Recu)
}

/// A page with a button: mail scanners that follow links confirm nothing.
pub async fn link(ctx: Ctx, Path(jeton): Path<String>) -> Reponse {
    let mut tx = ctx.write().await?;
    crate::candidat::store::waiting(&mut tx, &jeton).await?;
    ctx.page("Confirmer votre inscription")
        .body(&Lien { jeton })
}

pub async fn confirm(ctx: Ctx, Path(jeton): Path<String>) -> Reponse {
    let mut tx = ctx.write().await?;
    service::confirm(&mut tx, &ctx.config().url, &jeton).await?;
    tx.commit().await?;
    ctx.redirect(
        "/connexion",
        "Votre adresse est confirmée. Un second message vous permet de choisir votre mot de passe.",
    )
}
