//! `/postes`, and what posts put on home pages.

use askama::Template;
use axum::extract::Query;
use serde::Deserialize;
use socle::{Resultat, francais};
use web::{AFaire, Champs, Chiffre, Ctx, Form, Html, Reponse, composants};

use super::super::{Etat, Filtre, retour, store};
use crate::{
    chiffres,
    commun::{departement, departements, options},
};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Requete {
    etat: String,
    departement: String,
    page: String,
}

struct Ligne {
    lien: String,
    numero: String,
    structure: String,
    departement: String,
    nature: &'static str,
    etat: Html,
    depuis: String,
}

#[derive(Template)]
#[template(path = "poste/liste.html")]
struct Liste {
    form: Form,
    etats: Vec<(String, String)>,
    departements: Vec<(String, String)>,
    national: bool,
    total: usize,
    lignes: Vec<Ligne>,
    pagination: Html,
    vide: Html,
}

const PAR_PAGE: usize = 50;

pub(super) async fn show(ctx: Ctx, Query(r): Query<Requete>) -> Reponse {
    ctx.acteur().require(&retour::LIRE)?;
    let mut tx = ctx.read().await?;
    let f = Filtre {
        etat: Etat::from_cle(&r.etat).ok(),
        departement: r.departement.clone(),
        ..Filtre::default()
    };
    let tous = store::list(&mut tx, &ctx.acteur().perimetre, &f).await?;
    let page = r.page.parse::<usize>().unwrap_or(1).max(1);
    let total = tous.len();
    let lignes = tous
        .into_iter()
        .skip((page - 1) * PAR_PAGE)
        .take(PAR_PAGE)
        .map(|p| Ligne {
            lien: format!("/postes/{}", p.id),
            departement: departement(&p.departement),
            nature: p.nature.libelle(),
            etat: composants::etat(p.etat.ton(), p.etat.libelle()),
            depuis: francais::date_courte(p.depuis),
            numero: p.numero,
            structure: p.structure_nom,
        })
        .collect();
    let (etat, dep) = (r.etat.clone(), r.departement.clone());
    let corps = Liste {
        form: Form::filled(
            Champs::default()
                .with("etat", &r.etat)
                .with("departement", &r.departement),
        ),
        etats: options(Etat::TOUS, Etat::cle, Etat::libelle),
        departements: departements(),
        national: ctx.acteur().perimetre == socle::Perimetre::National,
        total,
        lignes,
        pagination: composants::pagination(page, total, PAR_PAGE, |n| {
            format!("/postes?etat={etat}&departement={dep}&page={n}")
        }),
        vide: composants::vide(
            "Aucun poste ici. Les postes sont attribués par le comité.",
            None,
        ),
    };
    ctx.page("Postes").body(&corps)
}

pub(super) async fn todo(ctx: Ctx) -> Resultat<Vec<AFaire>> {
    let mut tx = ctx.read().await?;
    Ok(retour::all_pending(&mut tx)
        .await?
        .into_iter()
        .map(|(id, numero, effet)| AFaire {
            quoi: "Répondre au retour d’un poste".into(),
            pour: numero,
            avant: Some(effet),
            lien: format!("/postes/{id}"),
        })
        .collect())
}

pub(super) async fn figures(ctx: Ctx) -> Resultat<Vec<Chiffre>> {
    let mut tx = ctx.read().await?;
    let (mut attribues, mut occupes, mut vacants) = (0, 0, 0);
    for l in chiffres::postes(&mut tx, &ctx.acteur().perimetre).await? {
        attribues += l.attribues;
        occupes += l.occupes;
        vacants += l.vacants;
    }
    let chiffre = |libelle: &str, n: i64, detail: String, etat: &str| Chiffre {
        libelle: libelle.into(),
        valeur: francais::entier(n),
        detail,
        lien: format!("/postes?etat={etat}"),
    };
    Ok(vec![
        chiffre(
            "Postes occupés",
            occupes,
            format!("sur {} attribués", francais::entier(attribues)),
            "occupe",
        ),
        chiffre("Postes vacants", vacants, String::new(), "vacant"),
    ])
}
