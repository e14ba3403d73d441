//! Which applications may record activities in one's name.

use askama::Template;
use comptes::client::{self, Client};
use socle::{Perimetre, Resultat, Tx, francais};
use uuid::Uuid;
use web::{Ctx, Id, Reponse};

use crate::{
    api::delegation::{self, DELEGUER},
    voisins,
};

/// How an application stands towards the person.
enum Lien {
    /// Of the employer: nothing to let.
    Employeur,
    Accordee(String),
    Possible,
}

#[derive(Template)]
#[template(path = "api/delegations.html")]
struct Page {
    lignes: Vec<(Client, Lien)>,
}

pub(super) async fn page(ctx: Ctx) -> Reponse {
    ctx.acteur().require(&DELEGUER)?;
    let mut tx = ctx.read().await?;
    let lignes = match ctx.acteur().personne {
        Some(p) => lines(&mut tx, p).await?,
        None => Vec::new(),
    };
    ctx.page("Applications").body(&Page { lignes })
}

/// The applications that may write where the person works.
async fn lines(tx: &mut Tx, personne: Uuid) -> Resultat<Vec<(Client, Lien)>> {
    let aujourdhui = tx.today();
    let structure = voisins::employment(tx, personne, aujourdhui)
        .await?
        .map(|e| e.structure);
    let departement = match structure {
        Some(s) => Some(voisins::seat(tx, s).await?.1),
        None => None,
    };
    let mut v = Vec::new();
    for c in client::list(tx).await? {
        if !c.is_active(aujourdhui) || !c.has("activites:ecrire") {
            continue;
        }
        let accordee = delegation::since(tx, c.id, personne).await?;
        let ici = match c.perimetre() {
            Perimetre::National => true,
            Perimetre::Departements(d) => departement.as_ref().is_some_and(|x| d.contains(x)),
            Perimetre::Structures(s) => structure.is_some_and(|x| s.contains(&x)),
            Perimetre::Aucun | Perimetre::Soi(_) => false,
        };
        let employeur = ici && matches!(c.perimetre(), Perimetre::Structures(_));
        match accordee {
            Some(t) => {
                let le = francais::date(t.to_zoned_datetime(socle::clock::paris()).date());
                v.push((c, Lien::Accordee(le)));
            }
            None if employeur => v.push((c, Lien::Employeur)),
            None if ici => v.push((c, Lien::Possible)),
            None => {}
        }
    }
    Ok(v)
}

pub(super) async fn grant(ctx: Ctx, Id(id): Id) -> Reponse {
    let mut tx = ctx.write().await?;
    delegation::grant(&mut tx, ctx.acteur(), id).await?;
    tx.commit().await?;
    ctx.redirect(
        "/applications",
        "Cette application peut enregistrer des activités en votre nom.",
    )
}

pub(super) async fn withdraw(ctx: Ctx, Id(id): Id) -> Reponse {
    let mut tx = ctx.write().await?;
    delegation::withdraw(&mut tx, ctx.acteur(), id).await?;
    tx.commit().await?;
    ctx.redirect(
        "/applications",
        "Cette application ne peut plus rien enregistrer en votre nom. Ce qu’elle a enregistré reste.",
    )
}
