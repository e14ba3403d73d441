//! `/candidater`: the public form.

use askama::Template;
use axum::extract::Path;
use socle::{Erreur, Role};
use web::{Champs, Ctx, Form, Formulaire, Html, Reponse, composants};

use super::super::{Antecedent, ENGAGEMENTS, Portage, Saisie, brouillon, depot};
use crate::{campagne, commun::options, reference, structure};

#[derive(Template)]
#[template(path = "candidature/depot.html")]
struct Depot {
    form: Form,
    commande: String,
    campagnes: Vec<(String, String)>,
    connue: bool,
    structures: Vec<(String, String)>,
    types: Vec<(String, String)>,
    portages: Vec<(String, String)>,
    antecedents: Vec<(String, String)>,
    projets: Vec<(String, String)>,
    oui_non: Vec<(String, String)>,
    engagements: Vec<(String, String)>,
    vide: Html,
}

fn pairs(l: &[(&str, &str)]) -> Vec<(String, String)> {
    l.iter()
        .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
        .collect()
}

pub(super) async fn show(ctx: Ctx) -> Reponse {
    let mut champs = Champs::default().with("part_1", 100);
    let mut tx = ctx.read().await?;
    let ouvertes = campagne::open_on(&mut tx, ctx.today()).await?;
    if let [seule] = ouvertes.as_slice() {
        champs = champs.with("campagne", seule.id);
    }
    if ctx.acteur().role == Role::GestionnaireStructure
        && let Some(p) = ctx.acteur().personne
    {
        let p = comptes::personne::get(&mut tx, p).await?;
        champs = champs
            .with("prenom", p.prenom)
            .with("nom_contact", p.nom)
            .with("courriel", p.courriel)
            .with("telephone", p.telephone.unwrap_or_default());
    }
    drop(tx);
    page(&ctx, Form::filled(champs)).await
}

async fn page(ctx: &Ctx, form: Form) -> Reponse {
    let mut tx = ctx.read().await?;
    let campagnes = campagne::open_on(&mut tx, ctx.today()).await?;
    let connue = ctx.acteur().role == Role::GestionnaireStructure;
    let structures = if connue {
        structure::names(&mut tx, &ctx.acteur().perimetre).await?
    } else {
        Vec::new()
    };
    let refus = !form.erreurs.is_empty();
    let corps = Depot {
        form,
        commande: ctx.new_commande(),
        campagnes: campagnes
            .into_iter()
            .map(|c| (c.id.to_string(), c.nom))
            .collect(),
        connue,
        structures: structures
            .into_iter()
            .map(|(id, nom)| (id.to_string(), nom))
            .collect(),
        types: reference::choices(&mut tx, "type_structure").await?,
        portages: options(Portage::TOUS, Portage::cle, Portage::libelle),
        antecedents: options(Antecedent::TOUS, Antecedent::cle, Antecedent::libelle),
        projets: pairs(&[
            ("nouveau", "Un nouveau service"),
            ("renforcement", "Le renforcement d’un service existant"),
        ]),
        oui_non: pairs(&[("oui", "Oui"), ("non", "Non")]),
        engagements: pairs(ENGAGEMENTS),
        vide: composants::vide(
            "Aucune campagne n’est ouverte. Revenez lors du prochain appel, ou regardez où sont les conseillers.",
            Some(("Voir la carte", "/carte")),
        ),
    };
    let p = ctx.page("Accueillir un conseiller numérique");
    if refus {
        p.refused().body(&corps)
    } else {
        p.body(&corps)
    }
}

pub(super) async fn submit(ctx: Ctx, f: Formulaire<Saisie>) -> Reponse {
    let mut tx = ctx.write().await?;
    let site = ctx.config().url.clone();
    match depot::file(&mut tx, ctx.acteur(), &f.saisie, &site).await {
        Ok(_) => brouillon::discard(&mut tx, &f.saisie.brouillon).await?,
        Err(Erreur::Saisie(e)) => {
            drop(tx);
            return page(&ctx, Form::refused(f.champs, e)).await;
        }
        Err(e) => return Err(e.into()),
    }
    tx.commit().await?;
    ctx.redirect("/candidater/merci", "")
}

/// Sets the form aside as it is, wrong answers included.
pub(super) async fn set_aside(ctx: Ctx, f: Formulaire<Saisie>) -> Reponse {
    let mut tx = ctx.write().await?;
    let site = ctx.config().url.clone();
    match brouillon::keep(&mut tx, &f.saisie, &site).await {
        Ok(jeton) => {
            tx.commit().await?;
            ctx.redirect(
                &format!("/candidater/reprendre/{jeton}"),
                "Votre candidature est gardée, elle n’est pas encore envoyée. Le lien pour la reprendre est dans vos messages.",
            )
        }
        Err(Erreur::Saisie(e)) => {
            drop(tx);
            page(&ctx, Form::refused(f.champs, e)).await
        }
        Err(e) => Err(e.into()),
    }
}

pub(super) async fn resume(ctx: Ctx, Path(jeton): Path<String>) -> Reponse {
    let mut tx = ctx.read().await?;
    let champs = match brouillon::resume(&mut tx, &jeton).await {
        Err(Erreur::Introuvable) => {
            return ctx.redirect(
                "/candidater",
                "Ce lien n’est plus valable : la candidature est envoyée, ou elle est restée 60 jours sans être modifiée.",
            );
        }
        autre => autre?,
    };
    drop(tx);
    let champs = champs
        .iter()
        .fold(Champs::default(), |c, (nom, v)| c.with(nom, v));
    page(&ctx, Form::filled(champs)).await
}

#[derive(Template)]
#[template(path = "candidature/merci.html")]
struct Merci;

pub(super) async fn thanks(ctx: Ctx) -> Reponse {
    ctx.page("Vérifiez votre boîte de courriel").body(&Merci)
}
