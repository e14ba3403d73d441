//! The calendar and the form that replaces it.

use askama::Template;
use axum::extract::Multipart;
use socle::{Erreur, Role, Saisies, francais};
use web::{Acces, Champs, Ctx, Form, Html, Reponse, Routes, composants};

use super::{Conge, service};

const LISTE: &str = "/administration/vacances";
const ADMINISTRATEURS: Acces = Acces::Roles(&[Role::Administrateur]);

pub(crate) fn routes() -> Routes {
    Routes::new()
        .get(LISTE, ADMINISTRATEURS, show)
        .post(LISTE, ADMINISTRATEURS, send)
        .menu(Role::Administrateur, "Vacances scolaires", LISTE)
}

#[derive(Template)]
#[template(path = "vacances/liste.html")]
struct Vue {
    form: Form,
    /// With its dates, in French.
    conges: Vec<(Conge, String)>,
    vide: Html,
}

async fn page(ctx: &Ctx, saisies: Saisies) -> Reponse {
    let mut tx = ctx.read().await?;
    let conges = service::all(&mut tx)
        .await?
        .into_iter()
        .map(|c| {
            let dates = format!(
                "du {} au {}",
                francais::date(c.debut),
                francais::date(c.fin)
            );
            (c, dates)
        })
        .collect();
    let p = ctx.page("Vacances scolaires");
    let p = if saisies.is_empty() { p } else { p.refused() };
    p.body(&Vue {
        form: Form::refused(Champs::default(), saisies),
        conges,
        vide: composants::vide(
            "Aucun calendrier n'est chargé : les vacances scolaires sont « À confirmer ».",
            None,
        ),
    })
}

/// `GET /administration/vacances`.
///
/// # Errors
/// `Erreur::Base`.
pub async fn show(ctx: Ctx) -> Reponse {
    page(&ctx, Saisies::new()).await
}

/// `POST /administration/vacances`: loads the ministry's calendar.
///
/// # Errors
/// 422 with the first wrong line.
pub async fn send(ctx: Ctx, mut envoi: Multipart) -> Reponse {
    let mut contenu = Vec::new();
    let trop = |e: axum::extract::multipart::MultipartError| {
        web::Erreur::page(
            e.status(),
            "Votre fichier est trop lourd ou n'est pas arrivé en entier.",
        )
    };
    while let Some(partie) = envoi.next_field().await.map_err(trop)? {
        if partie.name() == Some("fichier") {
            contenu = partie.bytes().await.map_err(trop)?.to_vec();
        }
    }
    let mut tx = ctx.write().await?;
    match service::load(&mut tx, ctx.acteur(), &contenu).await {
        Ok(n) => {
            tx.commit().await?;
            let n = i64::try_from(n).unwrap_or(i64::MAX);
            ctx.redirect(
                LISTE,
                &format!("{} chargées.", francais::pluriel(n, "période")),
            )
        }
        Err(Erreur::Saisie(s)) => {
            drop(tx);
            page(&ctx, s).await
        }
        Err(e) => Err(e.into()),
    }
}
