use askama::Template;
use axum::extract::Path;
use serde_json::json;
use socle::{
    Action, Role, francais,
    jobs::{self, Travail},
    journal,
};
use web::{Ctx, Reponse};

static RELANCER: Action = Action::new(
    "travail.relancer",
    &[Role::Administrateur, Role::Exploitant],
    "Seuls l'administrateur et l'exploitant relancent un travail.",
);

#[derive(Template)]
#[template(path = "administration/travaux.html")]
struct Page {
    comptes: Vec<(String, i64)>,
    groupes: Vec<(&'static str, Vec<Ligne>)>,
}

struct Ligne {
    travail: Travail,
    prevu: String,
    relancable: bool,
}

/// What each state is called on screen, the worrying one first.
const ETATS: [(&str, &str); 4] = [
    ("echec", "En échec"),
    ("en_cours", "En cours"),
    ("attente", "En attente"),
    ("fait", "Derniers faits"),
];

pub(super) async fn page(ctx: Ctx) -> Reponse {
    let mut tx = ctx.read().await?;
    let comptes = jobs::counts(&mut tx).await?;
    let mut groupes = Vec::new();
    for (etat, titre) in ETATS {
        let lignes = jobs::list(&mut tx, etat, 30).await?;
        let lignes: Vec<Ligne> = lignes
            .into_iter()
            .map(|travail| Ligne {
                prevu: francais::instant(travail.prevu_le, &socle::clock::paris()),
                relancable: etat == "echec",
                travail,
            })
            .collect();
        if !lignes.is_empty() {
            groupes.push((titre, lignes));
        }
    }
    let comptes = comptes
        .into_iter()
        .map(|(e, n)| {
            (
                ETATS
                    .iter()
                    .find(|(c, _)| *c == e)
                    .map_or(e.clone(), |(_, t)| (*t).to_owned()),
                n,
            )
        })
        .collect();
    ctx.page("Travaux").body(&Page { comptes, groupes })
}

pub(super) async fn retry(ctx: Ctx, Path(id): Path<String>) -> Reponse {
    ctx.acteur().require(&RELANCER)?;
    let mut tx = ctx.write().await?;
    jobs::retry(&mut tx, &id).await?;
    journal::record(
        &mut tx,
        ctx.acteur(),
        "travail.relancer",
        "job",
        &id,
        json!({}),
    );
    tx.commit().await?;
    ctx.redirect(
        "/administration/travaux",
        "Le travail va être refait dans un instant.",
    )
}
