//! `/beneficiaires`: the people one follows.

use askama::Template;
use jiff::civil::Date;
use socle::{Erreur, Perimetre, francais};
use web::{Ctx, Html, Reponse, composants};

use crate::beneficiaire::store;

#[derive(Template)]
#[template(path = "beneficiaire/liste.html")]
struct Liste {
    lignes: Vec<Ligne>,
    vide: Html,
}

struct Ligne {
    id: String,
    nom: String,
    commune: String,
    venues: String,
    derniere: String,
}

pub(super) async fn page(ctx: Ctx) -> Reponse {
    let referent = ctx.acteur().personne.ok_or(Erreur::Introuvable)?;
    let mut tx = ctx.read().await?;
    let fiches = store::list(&mut tx, &Perimetre::Soi(referent)).await?;
    let venues = store::visits(&mut tx, referent).await?;
    let mut lignes: Vec<Ligne> = fiches
        .iter()
        .map(|b| {
            let vues = venues.get(&b.id);
            Ligne {
                id: b.id.to_string(),
                nom: b.fiche.nom_affiche(),
                commune: b
                    .fiche
                    .commune_residence
                    .as_deref()
                    .and_then(|c| territoires::geographie().commune(c))
                    .map_or_else(String::new, |c| c.nom.to_owned()),
                venues: francais::entier(vues.map_or(0, |v| v.0)),
                derniere: vues
                    .and_then(|v| v.1.parse::<Date>().ok())
                    .map_or_else(|| "Jamais".to_owned(), francais::date_courte),
            }
        })
        .collect();
    lignes.sort_by_cached_key(|l| francais::fold(&l.nom));
    let corps = Liste {
        vide: composants::vide(
            "Vous ne suivez encore personne. Un compte rendu n'a pas besoin de nom : ouvrez une fiche quand une personne revient.",
            Some(("Ouvrir une fiche", "/beneficiaires/nouveau")),
        ),
        lignes,
    };
    ctx.page("Personnes suivies").body(&corps)
}
