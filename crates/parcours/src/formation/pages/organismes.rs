//! `/formations/organismes`: training bodies and who acts for them.

use askama::Template;
use socle::{Erreur, Resultat, Role};
use territoires::geographie;
use web::{Ctx, Form, Formulaire, Reponse};

use crate::formation::organisme::{self, Acces, Saisie};

#[derive(Template)]
#[template(path = "formation/organismes.html")]
struct Vue {
    lignes: Vec<Ligne>,
    organismes: Vec<(String, String)>,
    regions: Vec<(String, String)>,
    form: Form,
}

struct Ligne {
    nom: String,
    contact: String,
    regions: String,
    acces: Vec<String>,
}

async fn page(ctx: &Ctx, form: Form, refuse: bool) -> Reponse {
    let mut tx = ctx.read().await?;
    let le = ctx.today();
    let tous = organisme::list(&mut tx).await?;
    let mut lignes = Vec::new();
    for o in &tous {
        let role = Role::OrganismeFormation;
        let mut acces = Vec::new();
        for p in comptes::attribution::personnes(&mut tx, role, Some(o.id), None, le).await? {
            acces.push(comptes::personne::get(&mut tx, p).await?.nom_complet());
        }
        let noms = o.regions.iter().filter_map(|r| geographie().region(r));
        let noms: Vec<&str> = noms.map(|r| r.nom).collect();
        lignes.push(Ligne {
            nom: o.nom.clone(),
            contact: o.contact.clone(),
            regions: match noms.as_slice() {
                [] => "Toute la France".to_owned(),
                noms => noms.join(", "),
            },
            acces,
        });
    }
    let mut regions: Vec<(String, String)> = geographie()
        .regions
        .iter()
        .map(|r| (r.code.to_owned(), r.nom.to_owned()))
        .collect();
    regions.sort_by_cached_key(|r| socle::francais::fold(&r.1));
    let vue = Vue {
        lignes,
        organismes: tous
            .into_iter()
            .map(|o| (o.id.to_string(), o.nom))
            .collect(),
        regions,
        form,
    };
    let p = ctx
        .page("Organismes de formation")
        .fil("Formations", "/formations");
    if refuse {
        p.refused().body(&vue)
    } else {
        p.body(&vue)
    }
}

pub async fn show(ctx: Ctx) -> Reponse {
    page(&ctx, Form::new(), false).await
}

pub async fn add(ctx: Ctx, f: Formulaire<Saisie>) -> Reponse {
    let mut tx = ctx.write().await?;
    let fait: Resultat<_> = organisme::add(&mut tx, ctx.acteur(), &f.saisie).await;
    match fait {
        Ok(_) => {
            tx.commit().await?;
            ctx.redirect("/formations/organismes", "L’organisme est ajouté.")
        }
        Err(Erreur::Saisie(e)) => {
            drop(tx);
            page(&ctx, Form::refused(f.champs, e), true).await
        }
        Err(e) => Err(e.into()),
    }
}

pub async fn give_access(ctx: Ctx, f: Formulaire<Acces>) -> Reponse {
    let mut tx = ctx.write().await?;
    match organisme::give_access(&mut tx, ctx.acteur(), &ctx.config().url, &f.saisie).await {
        Ok(()) => {
            tx.commit().await?;
            ctx.redirect(
                "/formations/organismes",
                "L’accès est ouvert. Si besoin, une invitation est partie.",
            )
        }
        Err(Erreur::Saisie(e)) => {
            drop(tx);
            page(&ctx, Form::refused(f.champs, e), true).await
        }
        Err(e) => Err(e.into()),
    }
}
