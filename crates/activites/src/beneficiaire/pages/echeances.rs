//! `/beneficiaires/echeances`: « Fiches bientôt anonymisées ».

use askama::Template;
use socle::{Resultat, francais};
use uuid::Uuid;
use web::{AFaire, Ctx, Html, Reponse, composants};

use crate::beneficiaire::conservation::service;

#[derive(Template)]
#[template(path = "beneficiaire/echeances.html")]
struct Page {
    lignes: Vec<Ligne>,
    vide: Html,
    delai: i32,
}

struct Ligne {
    id: Uuid,
    nom: String,
    le: Html,
    prolongeable: bool,
}

pub(super) async fn page(ctx: Ctx) -> Reponse {
    let mut tx = ctx.read().await?;
    let delai = service::settings(&mut tx).await?.delai;
    let lignes = service::soon(&mut tx, ctx.acteur())
        .await?
        .into_iter()
        .map(|(b, le, prolongeable)| Ligne {
            id: b.id,
            nom: b.fiche.nom_affiche(),
            le: composants::echeance(ctx.today(), le),
            prolongeable,
        })
        .collect();
    let corps = Page {
        lignes,
        delai,
        vide: composants::vide(
            "Aucune fiche n'arrive à son terme dans les 30 jours.",
            Some(("Revenir aux personnes suivies", "/beneficiaires")),
        ),
    };
    ctx.page("Fiches bientôt anonymisées")
        .fil("Personnes suivies", "/beneficiaires")
        .body(&corps)
}

pub(super) async fn todo(ctx: Ctx) -> Resultat<Vec<AFaire>> {
    let mut tx = ctx.read().await?;
    let bientot = service::soon(&mut tx, ctx.acteur()).await?;
    let Some((_, premiere, _)) = bientot.first() else {
        return Ok(Vec::new());
    };
    let n = i64::try_from(bientot.len()).unwrap_or(0);
    Ok(vec![AFaire {
        quoi: "Garder ou laisser partir des fiches".into(),
        pour: francais::pluriel(n, "fiche"),
        avant: Some(*premiere),
        lien: "/beneficiaires/echeances".into(),
    }])
}
