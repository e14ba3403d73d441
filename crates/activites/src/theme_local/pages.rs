//! `/themes-locaux`: the themes a coordinateur adds for a département.

use askama::Template;
use axum::extract::Path;
use socle::{Erreur, Role, francais};
use web::{Acces, Ctx, Form, Formulaire, Html, Reponse, Routes, composants};

use crate::vocabulaire::{Vocabulaires, liste};

const COORDINATEUR: Acces = Acces::Roles(&[Role::Coordinateur]);

type Saisie = Formulaire<Vec<(String, String)>>;

#[derive(Template)]
#[template(path = "theme_local/liste.html")]
struct Liste {
    form: Form,
    parents: Vec<(String, String)>,
    departements: Vec<(String, String)>,
    lignes: Vec<Ligne>,
    vide: Html,
}

struct Ligne {
    cle: String,
    nom: String,
    parent: String,
    departement: String,
    depuis: String,
    jusque: Option<String>,
}

/// Pages and menu of local themes.
#[must_use]
pub fn routes() -> Routes {
    Routes::new()
        .get("/themes-locaux", COORDINATEUR, list)
        .post("/themes-locaux", COORDINATEUR, add)
        .post("/themes-locaux/{cle}/clore", COORDINATEUR, close)
        .menu(
            Role::Coordinateur,
            "Thèmes du département",
            "/themes-locaux",
        )
}

async fn list(ctx: Ctx) -> Reponse {
    page(&ctx, Form::new(), false).await
}

async fn page(ctx: &Ctx, form: Form, refuse: bool) -> Reponse {
    ctx.acteur().require(&super::GERER)?;
    let departements = super::departments(ctx.acteur());
    let mut tx = ctx.read().await?;
    let voc = Vocabulaires::on(&mut tx, ctx.today()).await?;
    let lignes = super::list(&mut tx, &departements)
        .await?
        .into_iter()
        .map(|t| Ligne {
            parent: voc.label(liste::THEMATIQUE, &t.parent),
            depuis: francais::date(t.depuis),
            jusque: t.jusque.map(francais::date),
            cle: t.cle,
            nom: t.libelle,
            departement: t.departement,
        })
        .collect();
    let corps = Liste {
        form,
        parents: voc.options_where(liste::THEMATIQUE, |e| e.cle != "non_precise"),
        departements: if departements.len() > 1 {
            departements.into_iter().map(|d| (d.clone(), d)).collect()
        } else {
            Vec::new()
        },
        lignes,
        vide: composants::vide("Aucun thème propre au département.", None),
    };
    let p = ctx.page("Thèmes du département");
    if refuse {
        p.refused().body(&corps)
    } else {
        p.body(&corps)
    }
}

async fn add(ctx: Ctx, f: Saisie) -> Reponse {
    let mut tx = ctx.write().await?;
    match super::add(&mut tx, ctx.acteur(), &f.champs).await {
        Ok(()) => {
            tx.commit().await?;
            ctx.redirect("/themes-locaux", "Le thème est proposé dès aujourd'hui.")
        }
        Err(Erreur::Saisie(e)) => {
            drop(tx);
            page(&ctx, Form::refused(f.champs, e), true).await
        }
        Err(e) => Err(e.into()),
    }
}

async fn close(ctx: Ctx, Path(cle): Path<String>) -> Reponse {
    let mut tx = ctx.write().await?;
    super::close(&mut tx, ctx.acteur(), &cle).await?;
    tx.commit().await?;
    ctx.redirect(
        "/themes-locaux",
        "Le thème ne sera plus proposé. Il reste sur les comptes rendus passés.",
    )
}
