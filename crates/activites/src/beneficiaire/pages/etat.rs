//! Limiting, lifting, prolonging, erasing a file.

use serde::Deserialize;
use socle::{Resultat, Role, francais};
use uuid::Uuid;
use web::{Ctx, Form, Formulaire, Html, Id, Reponse};

use super::geste::{Geste, motif};
use crate::beneficiaire::{acces, anonymisation, conservation, service};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Motif {
    motif: String,
    confirme: String,
}

/// Where one came from: the file, or the dpo's access to it.
fn back(ctx: &Ctx, id: Uuid) -> String {
    if ctx.acteur().role == Role::Dpo {
        format!("/beneficiaires/{id}/consultation")
    } else {
        format!("/beneficiaires/{id}")
    }
}

/// A form about a file opens only for who may read it.
async fn check(ctx: &Ctx, id: Uuid) -> Resultat<()> {
    let mut tx = ctx.write().await?;
    if ctx.acteur().role == Role::Dpo {
        acces::read(&mut tx, ctx.acteur(), id).await?;
    } else {
        service::open(&mut tx, ctx.acteur(), id).await?;
    }
    tx.commit().await
}

fn limiting(ctx: &Ctx, id: Uuid) -> Geste {
    Geste {
        titre: "Limiter l’usage de la fiche",
        chapeau: "À la demande de la personne, quand elle conteste ou s’oppose. La fiche reste lisible par son référent, sort des listes et des exports, et ne se modifie plus. Les chiffres ne changent pas.",
        action: format!("/beneficiaires/{id}/limiter"),
        bouton: "Limiter l’usage de la fiche",
        danger: false,
        retour: back(ctx, id),
        champs: motif,
    }
}

pub(super) async fn limit_form(ctx: Ctx, Id(id): Id) -> Reponse {
    check(&ctx, id).await?;
    limiting(&ctx, id).ask(&ctx)
}

pub(super) async fn limit(ctx: Ctx, Id(id): Id, f: Formulaire<Motif>) -> Reponse {
    let mut tx = ctx.write().await?;
    let mut fait = service::limit(&mut tx, ctx.acteur(), id, &f.saisie.motif).await;
    if fait.is_ok() {
        fait = tx.commit().await;
    }
    let g = limiting(&ctx, id);
    g.after(
        &ctx,
        fait,
        f.champs,
        &back(&ctx, id),
        "L'usage de la fiche est limité.",
    )
}

fn lifting(ctx: &Ctx, id: Uuid) -> Geste {
    Geste {
        titre: "Lever la limitation",
        chapeau: "La fiche revient dans vos listes et se modifie de nouveau.",
        action: format!("/beneficiaires/{id}/lever"),
        bouton: "Lever la limitation",
        danger: false,
        retour: back(ctx, id),
        champs: motif,
    }
}

pub(super) async fn lift_form(ctx: Ctx, Id(id): Id) -> Reponse {
    check(&ctx, id).await?;
    lifting(&ctx, id).ask(&ctx)
}

pub(super) async fn lift(ctx: Ctx, Id(id): Id, f: Formulaire<Motif>) -> Reponse {
    let mut tx = ctx.write().await?;
    let mut fait = service::lift(&mut tx, ctx.acteur(), id, &f.saisie.motif).await;
    if fait.is_ok() {
        fait = tx.commit().await;
    }
    let g = lifting(&ctx, id);
    g.after(
        &ctx,
        fait,
        f.champs,
        &back(&ctx, id),
        "La limitation est levée.",
    )
}

fn prolonging(id: Uuid) -> Geste {
    Geste {
        titre: "Prolonger la conservation",
        chapeau: "Une seule fois, et jamais plus de 730 jours après la dernière utilisation de la fiche.",
        action: format!("/beneficiaires/{id}/prolonger"),
        bouton: "Prolonger la conservation",
        danger: false,
        retour: "/beneficiaires/echeances".into(),
        champs: motif,
    }
}

pub(super) async fn prolong_form(ctx: Ctx, Id(id): Id) -> Reponse {
    check(&ctx, id).await?;
    prolonging(id).ask(&ctx)
}

pub(super) async fn prolong(ctx: Ctx, Id(id): Id, f: Formulaire<Motif>) -> Reponse {
    let mut tx = ctx.write().await?;
    let fait = conservation::service::prolong(&mut tx, ctx.acteur(), id, &f.saisie.motif).await;
    let message = match &fait {
        Ok(au) => format!("La fiche est conservée jusqu'au {}.", francais::date(*au)),
        Err(_) => String::new(),
    };
    if fait.is_ok() {
        tx.commit().await?;
    }
    prolonging(id).after(&ctx, fait, f.champs, "/beneficiaires/echeances", &message)
}

fn erasing(ctx: &Ctx, id: Uuid) -> Geste {
    Geste {
        titre: "Effacer la fiche",
        chapeau: "À la demande de la personne. Identité, coordonnées, notes, année de naissance et commune sont effacées, ainsi que les notes de ses accompagnements individuels. Les chiffres d’une même année ne changent pas ; sur plusieurs années, la personne compte une fois par an, et sa commune de résidence devient « Autre commune du département ». C’est définitif.",
        action: format!("/beneficiaires/{id}/effacer"),
        bouton: "Effacer définitivement",
        danger: true,
        retour: back(ctx, id),
        champs: |form: &Form| {
            vec![Html(
                form.case(
                    "confirme",
                    "Je confirme l’effacement définitif de cette fiche",
                )
                .to_string(),
            )]
        },
    }
}

pub(super) async fn erase_form(ctx: Ctx, Id(id): Id) -> Reponse {
    check(&ctx, id).await?;
    erasing(&ctx, id).ask(&ctx)
}

pub(super) async fn erase(ctx: Ctx, Id(id): Id, f: Formulaire<Motif>) -> Reponse {
    let mut tx = ctx.write().await?;
    let confirme = f.saisie.confirme == "oui";
    let mut fait = anonymisation::erase(&mut tx, ctx.acteur(), id, confirme).await;
    if fait.is_ok() {
        fait = tx.commit().await;
    }
    let suite = if ctx.acteur().role == Role::Dpo {
        "/droits-des-personnes"
    } else {
        "/beneficiaires"
    };
    let g = erasing(&ctx, id);
    g.after(
        &ctx,
        fait,
        f.champs,
        suite,
        "La fiche est effacée. Ses chiffres restent, sans nom.",
    )
}
