//! `/statistiques/liens`: the links one shared, and a new one.

use askama::Template;
use axum::extract::Query;
use serde::Deserialize;
use socle::francais;
use web::{Acces, Champs, Ctx, Form, Formulaire, Id, Reponse};

use super::{
    super::{Demande, acces, partage},
    page::period_words,
    unknown,
};
use crate::vocabulaire::Vocabulaires;

pub(super) const AUTEURS: Acces = Acces::Roles(partage::AUTEURS);

#[derive(Template)]
#[template(path = "statistiques/liens.html")]
struct Page {
    nom: String,
    periode: String,
    filtres: Vec<String>,
    requete: String,
    commande: String,
    form: Form,
    liens: Vec<Ligne>,
}

struct Ligne {
    id: uuid::Uuid,
    adresse: String,
    quoi: String,
    jusqua: String,
    ouvert: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Saisie {
    id_commande: String,
    requete: String,
    expire: String,
}

pub(super) async fn page(ctx: Ctx, Query(paires): Query<Vec<(String, String)>>) -> Reponse {
    let expire = socle::francais::plus_months(ctx.today(), 6);
    let form = Form::filled(Champs::default().with("expire", expire));
    show(&ctx, &paires, form, false).await
}

async fn show(ctx: &Ctx, paires: &[(String, String)], form: Form, refuse: bool) -> Reponse {
    let acteur = ctx.acteur();
    let moi = acces::personne(acteur)?;
    let mut tx = ctx.read().await?;
    let voc = Vocabulaires::ever(&mut tx).await?;
    let demande = Demande::parse(paires, &voc).map_err(|i| unknown(&i))?;
    partage::admits(&demande).map_err(|i| unknown(&i))?;
    let acquise = acces::resolve(&mut tx, acteur, &demande).await?;
    let aujourdhui = tx.today();
    let liens = partage::list(&mut tx, moi)
        .await?
        .into_iter()
        .map(|l| {
            let quoi = match Demande::parse(&l.pairs(), &voc) {
                Ok(d) => format!(
                    "{}, {}",
                    if l.portee == "equipe" {
                        "Mon équipe"
                    } else {
                        "Mes activités"
                    },
                    period_words(&d)
                ),
                Err(_) => "Mes activités".into(),
            };
            let jusqua = match l.desactive_le {
                Some(le) => format!(
                    "désactivé le {}",
                    francais::instant(le, &socle::clock::paris())
                ),
                None if l.is_open(aujourdhui) => {
                    format!("jusqu'au {}", francais::date(l.expire_le))
                }
                None => format!("terminé le {}", francais::date(l.expire_le)),
            };
            Ligne {
                id: l.id,
                adresse: format!("/partage/statistiques/{}", l.jeton),
                quoi,
                jusqua,
                ouvert: l.is_open(aujourdhui),
            }
        })
        .collect();
    let p = Page {
        nom: acquise.nom,
        periode: period_words(&demande),
        filtres: demande
            .filtres
            .words(&voc, &std::collections::BTreeMap::new())
            .into_iter()
            .map(|f| f.1)
            .collect(),
        requete: demande.query(),
        commande: ctx.new_commande(),
        form,
        liens,
    };
    let page = ctx
        .page("Partager des chiffres")
        .fil("Statistiques", "/statistiques");
    let page = if refuse { page.refused() } else { page };
    page.body(&p)
}

/// The question of a posted form, as pairs.
fn pairs(requete: &str) -> Vec<(String, String)> {
    requete
        .trim_start_matches('?')
        .split('&')
        .filter_map(|p| p.split_once('='))
        .map(|(n, v)| (n.to_owned(), v.to_owned()))
        .collect()
}

pub(super) async fn create(ctx: Ctx, f: Formulaire<Saisie>) -> Reponse {
    let paires = pairs(&f.saisie.requete);
    match record(&ctx, &paires, &f.saisie).await {
        Ok(()) => ctx.redirect(
            "/statistiques/liens",
            "Le lien est prêt : ouvrez-le ou copiez son adresse ci-dessous.",
        ),
        Err(e) if !e.saisies.is_empty() => {
            show(&ctx, &paires, Form::refused(f.champs, e.saisies), true).await
        }
        Err(e) => Err(e),
    }
}

async fn record(ctx: &Ctx, paires: &[(String, String)], s: &Saisie) -> Result<(), web::Erreur> {
    let acteur = ctx.acteur();
    let mut tx = ctx.write().await?;
    let voc = Vocabulaires::ever(&mut tx).await?;
    let demande = Demande::parse(paires, &voc).map_err(|i| unknown(&i))?;
    partage::admits(&demande).map_err(|i| unknown(&i))?;
    let empreinte = socle::crypto::sha256_hex(format!("{} {}", s.requete, s.expire).as_bytes());
    let deja = socle::commande::claim(
        &mut tx,
        acteur,
        &s.id_commande,
        "statistiques.partager",
        &empreinte,
    )
    .await?;
    if deja.is_none() {
        let lien = partage::create(&mut tx, acteur, &demande, &s.expire).await?;
        socle::commande::conclude(&mut tx, acteur, &s.id_commande, &lien.id.to_string()).await?;
    }
    tx.commit().await?;
    Ok(())
}

pub(super) async fn disable(ctx: Ctx, Id(id): Id) -> Reponse {
    let mut tx = ctx.write().await?;
    partage::disable(&mut tx, ctx.acteur(), id).await?;
    tx.commit().await?;
    ctx.redirect(
        "/statistiques/liens",
        "Le lien est désactivé, pour toujours.",
    )
}
