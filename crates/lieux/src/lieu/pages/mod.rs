//! Screens of places for professionals: declare, change, my places.

mod etat;
mod formulaire;
mod mes_lieux;

use socle::Role;
use web::{AFaire, Acces, Ctx, Routes};

use super::{service, store};

pub(crate) fn routes() -> Routes {
    let creer = Acces::Roles(service::CREER.roles);
    let modifier = Acces::Roles(service::MODIFIER.roles);
    let mut r = Routes::new()
        .get("/lieux/nouveau", creer, formulaire::new)
        .post("/lieux", creer, formulaire::create)
        .get("/lieux/{id}/modifier", modifier, formulaire::edit)
        .post("/lieux/{id}/modifier", modifier, formulaire::update)
        .post("/lieux/{id}/etat", modifier, etat::change)
        .get("/mes-lieux", modifier, mes_lieux::page);
    for role in service::MODIFIER.roles {
        let libelle = match role {
            Role::Conseiller | Role::Mediateur => "Mes lieux",
            _ => "Lieux",
        };
        r = r.menu(*role, libelle, "/mes-lieux");
    }
    for role in service::PUBLIER.roles {
        r = r.a_faire(*role, waiting);
    }
    r
}

/// Places proposed, and permanences waiting for an agreement.
async fn waiting(ctx: Ctx) -> socle::Resultat<Vec<AFaire>> {
    let mut tx = ctx.read().await?;
    let p = &ctx.acteur().perimetre;
    let mut lignes: Vec<AFaire> = store::list_proposed(&mut tx, p)
        .await?
        .into_iter()
        .map(|l| AFaire {
            quoi: "Publier un lieu proposé".into(),
            pour: l.libelle(),
            avant: None,
            lien: format!("/lieux/{}", l.id),
        })
        .collect();
    if ctx
        .acteur()
        .require(&crate::permanence::service::ACCEPTER)
        .is_ok()
    {
        let proposees = crate::permanence::store::list_proposed(&mut tx, p).await?;
        lignes.extend(proposees.into_iter().map(|(p, nom)| AFaire {
            quoi: "Répondre à une permanence proposée".into(),
            pour: format!("{nom}, {}", p.recurrence.words()),
            avant: None,
            lien: format!("/lieux/{}", p.lieu),
        }));
    }
    Ok(lignes)
}
