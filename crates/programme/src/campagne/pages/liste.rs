//! `/campagnes`.

use askama::Template;
use socle::{Role, francais};
use web::{
    Ctx, Html, Reponse,
    composants::{self},
};

use super::{super::store, ton};

struct Ligne {
    lien: String,
    nom: String,
    genre: &'static str,
    dates: String,
    etat: Html,
}

#[derive(Template)]
#[template(path = "campagne/liste.html")]
struct Liste {
    pilote: bool,
    campagnes: Vec<Ligne>,
    vide: Html,
}

pub(super) async fn show(ctx: Ctx) -> Reponse {
    let mut tx = ctx.read().await?;
    let pilote = ctx.acteur().role == Role::Administrateur;
    let campagnes: Vec<Ligne> = store::list(&mut tx)
        .await?
        .into_iter()
        .filter(|c| pilote || c.etat != super::Etat::Brouillon)
        .map(|c| Ligne {
            lien: format!("/campagnes/{}", c.id),
            dates: match c.fermeture {
                Some(f) => format!(
                    "du {} au {}",
                    francais::date(c.ouverture),
                    francais::date(f)
                ),
                None => format!("depuis le {}, au fil de l’eau", francais::date(c.ouverture)),
            },
            genre: c.genre.libelle(),
            etat: composants::etat(ton(c.etat), c.etat.libelle()),
            nom: c.nom,
        })
        .collect();
    let action = pilote.then_some(("Préparer une campagne", "/campagnes/nouvelle"));
    let vide = composants::vide("Aucune campagne pour l’instant.", action);
    ctx.page("Campagnes").body(&Liste {
        pilote,
        campagnes,
        vide,
    })
}
