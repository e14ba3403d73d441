//! `/equipe`: a coordinateur's team, who is in it and who was.

use std::collections::BTreeSet;

use askama::Template;
use socle::{Erreur, Resultat, Role, francais};
use uuid::Uuid;
use web::{Acces, Champs, Ctx, Form, Formulaire, Html, Id, Reponse, Routes, composants};

use super::{service, store};
use crate::voisins;

const COORDINATEUR: Acces = Acces::Roles(&[Role::Coordinateur]);

type Saisie = Formulaire<Vec<(String, String)>>;

#[derive(Template)]
#[template(path = "equipe/equipe.html")]
struct Page {
    presents: Vec<Present>,
    partis: Vec<Parti>,
    form: Form,
    possibles: Vec<(String, String)>,
    commande: String,
    vide: Html,
}

struct Present {
    id: Uuid,
    nom: String,
    entree: String,
}

struct Parti {
    nom: String,
    entree: String,
    sortie: String,
}

#[derive(Template)]
#[template(path = "equipe/sortie.html")]
struct Sortie {
    form: Form,
    nom: String,
    entree: String,
}

/// Pages and menu of a team.
#[must_use]
pub fn routes() -> Routes {
    Routes::new()
        .get("/equipe", COORDINATEUR, page)
        .post("/equipe", COORDINATEUR, add)
        .get("/equipe/{id}/sortie", COORDINATEUR, leave)
        .post("/equipe/{id}/sortie", COORDINATEUR, remove)
        .menu(Role::Coordinateur, "Mon équipe", "/equipe")
}

fn me(ctx: &Ctx) -> Resultat<Uuid> {
    ctx.acteur().personne.ok_or(Erreur::Introuvable)
}

async fn page(ctx: Ctx) -> Reponse {
    let champs = Champs::default().with("entree", ctx.today());
    show(&ctx, Form::filled(champs), false).await
}

async fn show(ctx: &Ctx, form: Form, refuse: bool) -> Reponse {
    ctx.acteur().require(&service::GERER)?;
    let moi = me(ctx)?;
    let mut tx = ctx.read().await?;
    let sejours = store::list(&mut tx, moi).await?;
    let dedans: BTreeSet<Uuid> = sejours
        .iter()
        .filter(|i| i.sortie.is_none())
        .map(|i| i.membre)
        .collect();
    let candidats: Vec<Uuid> = service::candidates(&mut tx, ctx.acteur())
        .await?
        .into_iter()
        .filter(|c| !dedans.contains(c))
        .collect();
    let noms = voisins::names(
        &mut tx,
        sejours
            .iter()
            .map(|i| i.membre)
            .chain(candidats.iter().copied()),
    )
    .await?;
    let nom = |id: &Uuid| noms.get(id).cloned().unwrap_or_default();
    let mut presents: Vec<Present> = Vec::new();
    let mut partis: Vec<Parti> = Vec::new();
    for i in &sejours {
        let entree = francais::date(i.entree);
        match i.sortie {
            None => presents.push(Present {
                id: i.id,
                nom: nom(&i.membre),
                entree,
            }),
            Some(s) => partis.push(Parti {
                nom: nom(&i.membre),
                entree,
                sortie: francais::date(s),
            }),
        }
    }
    presents.sort_by_cached_key(|p| francais::fold(&p.nom));
    partis.sort_by_cached_key(|p| francais::fold(&p.nom));
    let mut possibles: Vec<(String, String)> = candidats
        .iter()
        .map(|c| (c.to_string(), nom(c)))
        .filter(|c| !c.1.is_empty())
        .collect();
    possibles.sort_by_cached_key(|p| francais::fold(&p.1));
    let commande = match form.champs.get("id_commande") {
        "" => ctx.new_commande(),
        c => c.to_owned(),
    };
    let corps = Page {
        presents,
        partis,
        form,
        possibles,
        commande,
        vide: composants::vide("Personne dans votre équipe pour l'instant.", None),
    };
    let p = ctx.page("Mon équipe");
    if refuse {
        p.refused().body(&corps)
    } else {
        p.body(&corps)
    }
}

async fn add(ctx: Ctx, f: Saisie) -> Reponse {
    let membres: Vec<Uuid> = f
        .champs
        .all("membres")
        .into_iter()
        .filter_map(|m| m.parse().ok())
        .collect();
    let mut tx = ctx.write().await?;
    match service::add(&mut tx, ctx.acteur(), &membres, f.champs.get("entree")).await {
        Ok(_) => {
            tx.commit().await?;
            ctx.redirect("/equipe", "Votre équipe est à jour.")
        }
        Err(Erreur::Saisie(e)) => {
            drop(tx);
            show(&ctx, Form::refused(f.champs, e), true).await
        }
        Err(e) => Err(e.into()),
    }
}

async fn leave(ctx: Ctx, Id(id): Id) -> Reponse {
    let champs = Champs::default().with("sortie", ctx.today());
    ask(&ctx, id, Form::filled(champs), false).await
}

async fn ask(ctx: &Ctx, id: Uuid, form: Form, refuse: bool) -> Reponse {
    ctx.acteur().require(&service::GERER)?;
    let moi = me(ctx)?;
    let mut tx = ctx.read().await?;
    let i = store::list(&mut tx, moi)
        .await?
        .into_iter()
        .find(|i| i.id == id)
        .ok_or(Erreur::Introuvable)?;
    let noms = voisins::names(&mut tx, [i.membre].into_iter()).await?;
    let corps = Sortie {
        form,
        nom: noms.get(&i.membre).cloned().unwrap_or_default(),
        entree: francais::date(i.entree),
    };
    let p = ctx.page("Retirer de l'équipe").fil("Mon équipe", "/equipe");
    if refuse {
        p.refused().body(&corps)
    } else {
        p.body(&corps)
    }
}

async fn remove(ctx: Ctx, Id(id): Id, f: Saisie) -> Reponse {
    let mut tx = ctx.write().await?;
    match service::remove(&mut tx, ctx.acteur(), id, f.champs.get("sortie")).await {
        Ok(()) => {
            tx.commit().await?;
            ctx.redirect("/equipe", "Votre équipe est à jour.")
        }
        Err(Erreur::Saisie(e)) => {
            drop(tx);
            ask(&ctx, id, Form::refused(f.champs, e), true).await
        }
        Err(e) => Err(e.into()),
    }
}
