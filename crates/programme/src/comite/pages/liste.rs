//! `/comites`, and what sessions put on home pages.

use askama::Template;
use socle::{Resultat, Role, francais};
use web::{AFaire, Ctx, Html, Reponse, composants};

use super::super::{Etat, LIRE, service, store};

struct Ligne {
    lien: String,
    numero: String,
    date: String,
    lieu: String,
    etat: Html,
}

#[derive(Template)]
#[template(path = "comite/liste.html")]
struct Liste {
    prepare: bool,
    lignes: Vec<Ligne>,
    vide: Html,
}

pub(super) async fn show(ctx: Ctx) -> Reponse {
    ctx.acteur().require(&LIRE)?;
    let mut tx = ctx.read().await?;
    let prepare = ctx.acteur().role == Role::Secretariat;
    let lignes: Vec<Ligne> = store::list(&mut tx, service::seat(ctx.acteur()))
        .await?
        .into_iter()
        .map(|s| Ligne {
            lien: format!("/comites/{}", s.id),
            date: francais::date_longue(s.date_seance),
            etat: composants::etat(s.etat.ton(), s.etat.libelle()),
            numero: s.numero,
            lieu: s.lieu,
        })
        .collect();
    let action = prepare.then_some(("Préparer une séance", "/comites/nouvelle"));
    let vide = composants::vide("Aucune séance pour l’instant.", action);
    ctx.page("Séances du comité").body(&Liste {
        prepare,
        lignes,
        vide,
    })
}

pub(super) async fn todo(ctx: Ctx) -> Resultat<Vec<AFaire>> {
    let mut tx = ctx.read().await?;
    let secretariat = ctx.acteur().role == Role::Secretariat;
    let mut v = Vec::new();
    for s in store::list(&mut tx, service::seat(ctx.acteur())).await? {
        let quoi = match (s.etat, secretariat) {
            (Etat::Preparation, true) => "Compléter l’ordre du jour et convoquer",
            (Etat::Convoquee, true) => "Ouvrir la séance",
            (Etat::Convoquee, false) => "Lire les dossiers de la séance",
            (Etat::EnSeance, true) => "Enregistrer les décisions",
            (Etat::EnSeance, false) => "Voter",
            (Etat::Close, true) => "Signer le procès-verbal",
            (Etat::Signee, true) => "Publier le relevé de décisions",
            _ => continue,
        };
        v.push(AFaire {
            quoi: quoi.into(),
            pour: s.numero,
            avant: matches!(s.etat, Etat::Preparation | Etat::Convoquee).then_some(s.date_seance),
            lien: format!("/comites/{}", s.id),
        });
    }
    Ok(v)
}
