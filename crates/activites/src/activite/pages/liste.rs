//! `/activites`: one's own month.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::Query;
use jiff::civil::{Date, Weekday};
use socle::{Acteur, Perimetre, Resultat, francais};
use uuid::Uuid;
use web::{AFaire, Chiffre, Ctx, Form, Html, Id, Reponse, composants};

use super::{
    formulaire::author,
    periode::{self, Demande, types},
};
use crate::{
    activite::{TypeActivite, brouillon, lecture},
    beneficiaire,
    vocabulaire::{Vocabulaires, liste},
    voisins,
};

const PAR_PAGE: usize = 50;

#[derive(Template)]
#[template(path = "activite/liste.html")]
struct Liste {
    mois: String,
    precedent: String,
    suivant: Option<String>,
    chiffres: Vec<Html>,
    brouillons: Vec<(Uuid, &'static str, String, String)>,
    filtre: Form,
    types: Vec<(String, String)>,
    lieux: Vec<(String, String)>,
    themes: Vec<(String, String)>,
    total: i64,
    lignes: Vec<Ligne>,
    export: String,
    pagination: Html,
    vide: Html,
}

struct Ligne {
    lien: String,
    date: String,
    quoi: String,
    qui: String,
    duree: String,
    ou: String,
    themes: String,
}

pub(super) async fn page(ctx: Ctx, Query(d): Query<Demande>) -> Reponse {
    let auteur = author(&ctx)?;
    let moi = Perimetre::Soi(auteur);
    let mut tx = ctx.read().await?;
    let aujourdhui = voisins::today(&mut tx, auteur).await?;
    let mois = d.month(aujourdhui);
    let f = d.filter(aujourdhui);
    let voc = Vocabulaires::ever(&mut tx).await?;
    let totaux = lecture::totals(&mut tx, &moi, &f).await?;
    let page = d.page();
    let resumes = lecture::list(&mut tx, &moi, &f, PAR_PAGE, (page - 1) * PAR_PAGE).await?;
    let noms = names(&mut tx, auteur, &resumes).await?;
    let lieux = voisins::place_names(&mut tx, resumes.iter().filter_map(|r| r.lieu)).await?;
    let lignes = resumes
        .iter()
        .map(|r| Ligne {
            lien: format!("/activites/{}", r.id),
            date: francais::date_courte(r.date),
            quoi: r
                .titre
                .clone()
                .unwrap_or_else(|| r.type_activite.libelle().to_owned()),
            qui: who(r, noms.get(&r.id)),
            duree: francais::duree(r.duree),
            ou: where_it_was(r, &lieux, &voc),
            themes: r
                .thematiques
                .iter()
                .map(|t| voc.label(liste::THEMATIQUE, t))
                .collect::<Vec<_>>()
                .join(", "),
        })
        .collect();
    let brouillons = brouillon::list(&mut tx, auteur)
        .await?
        .into_iter()
        .map(|b| {
            let lien = format!("{}?brouillon={}", b.type_activite.chemin(), b.id);
            let quand = francais::instant(b.modifie_le, &socle::clock::paris());
            (b.id, b.type_activite.libelle(), quand, lien)
        })
        .collect();
    let vide = composants::vide(
        "Aucun compte rendu ce mois-ci avec ces filtres.",
        Some(("Saisir un accompagnement", "/activites/individuel")),
    );
    let corps = Liste {
        mois: periode::label(mois),
        precedent: d.query(francais::plus_months(mois, -1), 1),
        suivant: (mois < aujourdhui.first_of_month())
            .then(|| d.query(francais::plus_months(mois, 1), 1)),
        chiffres: figures_of(&totaux),
        brouillons,
        filtre: d.form(mois),
        types: types(),
        lieux: voc.options(liste::TYPE_LIEU),
        themes: voc.options(liste::THEMATIQUE),
        total: totaux.activites,
        lignes,
        export: d.query(mois, 1),
        pagination: composants::pagination(
            page,
            usize::try_from(totaux.activites).unwrap_or(0),
            PAR_PAGE,
            |n| d.query(mois, n),
        ),
        vide,
    };
    ctx.page("Mes activités").body(&corps)
}

/// The names of the followed persons of one's own list.
async fn names(
    tx: &mut socle::Tx,
    auteur: Uuid,
    resumes: &[lecture::Resume],
) -> Resultat<BTreeMap<Uuid, Vec<String>>> {
    let ids: Vec<Uuid> = resumes
        .iter()
        .filter(|r| r.suivis > 0)
        .map(|r| r.id)
        .collect();
    beneficiaire::store::names_by_activity(tx, auteur, &ids).await
}

/// « Awa Diallo », « Personne anonyme », « 8 personnes dont Awa Diallo ».
fn who(r: &lecture::Resume, noms: Option<&Vec<String>>) -> String {
    let noms = noms.map(|n| n.join(", ")).unwrap_or_default();
    match (r.type_activite, noms.is_empty()) {
        (TypeActivite::Individuel, true) if r.suivis > 0 => "Personne suivie".into(),
        (TypeActivite::Individuel, true) => "Personne anonyme".into(),
        (TypeActivite::Individuel, false) => noms,
        (TypeActivite::Collectif, true) => francais::pluriel(r.participants(), "personne"),
        (TypeActivite::Collectif, false) => {
            format!(
                "{} dont {noms}",
                francais::pluriel(r.participants(), "personne")
            )
        }
    }
}

/// The name of the place, or the kind of place and its commune.
pub(super) fn where_it_was(
    r: &lecture::Resume,
    lieux: &BTreeMap<Uuid, String>,
    voc: &Vocabulaires,
) -> String {
    if let Some(nom) = r.lieu.and_then(|l| lieux.get(&l)) {
        return nom.clone();
    }
    let genre = voc.label(liste::TYPE_LIEU, &r.type_lieu);
    match r
        .commune
        .as_deref()
        .and_then(|c| territoires::geographie().commune(c))
    {
        Some(c) => format!("{genre}, {}", c.nom),
        None => genre,
    }
}

/// The figures above a list.
pub(super) fn figures_of(t: &lecture::Totaux) -> Vec<Html> {
    let n = francais::entier;
    vec![
        composants::chiffre("Accompagnements", &n(t.accompagnements), ""),
        composants::chiffre(
            "Activités",
            &n(t.activites),
            &format!("dont {}", francais::pluriel(t.ateliers, "atelier")),
        ),
        composants::chiffre(
            "Personnes",
            &n(t.personnes),
            "au plus : une personne anonyme peut revenir",
        ),
    ]
}

pub(super) async fn discard(ctx: Ctx, Id(id): Id) -> Reponse {
    let auteur = author(&ctx)?;
    let mut tx = ctx.write().await?;
    brouillon::open(&mut tx, auteur, id).await?;
    brouillon::discard(&mut tx, auteur, id).await?;
    tx.commit().await?;
    ctx.redirect("/activites", "Le brouillon est supprimé.")
}

/// « À faire » of somebody who accompanies people.
pub(super) async fn todo(ctx: Ctx) -> Resultat<Vec<AFaire>> {
    let auteur = author(&ctx)?;
    let moi = Perimetre::Soi(auteur);
    let mut tx = ctx.read().await?;
    let aujourdhui = voisins::today(&mut tx, auteur).await?;
    let mut v = Vec::new();
    let jour = lecture::totals(
        &mut tx,
        &moi,
        &lecture::Filtre::period(aujourdhui, aujourdhui),
    )
    .await?;
    let ouvre = !matches!(aujourdhui.weekday(), Weekday::Saturday | Weekday::Sunday);
    if ouvre && jour.activites == 0 {
        v.push(AFaire {
            quoi: "Saisir votre journée".into(),
            pour: francais::date_longue(aujourdhui),
            avant: None,
            lien: "/activites/individuel".into(),
        });
    }
    let mut f = lecture::Filtre::period(Date::constant(2020, 1, 1), aujourdhui);
    f.sans_raison = true;
    let sans = lecture::totals(&mut tx, &moi, &f).await?.activites;
    if sans > 0 {
        v.push(AFaire {
            quoi: "Dire pourquoi vous avez fait à la place de la personne".into(),
            pour: francais::pluriel(sans, "compte rendu")
                .replace("compte rendus", "comptes rendus"),
            avant: None,
            lien: "/activites?raison=manquante".into(),
        });
    }
    let brouillons = brouillon::list(&mut tx, auteur).await?.len();
    if brouillons > 0 {
        v.push(AFaire {
            quoi: "Terminer vos brouillons".into(),
            pour: francais::pluriel(i64::try_from(brouillons).unwrap_or(0), "brouillon"),
            avant: None,
            lien: "/activites".into(),
        });
    }
    Ok(v)
}

/// This month, on the home page.
pub(super) async fn figures(ctx: Ctx) -> Resultat<Vec<Chiffre>> {
    let auteur = author(&ctx)?;
    let mut tx = ctx.read().await?;
    let aujourdhui = voisins::today(&mut tx, auteur).await?;
    month_figures(&mut tx, ctx.acteur(), aujourdhui, "/activites").await
}

/// Accompagnements, ateliers and people since the first of the month, beside
/// the month before.
pub(super) async fn month_figures(
    tx: &mut socle::Tx,
    acteur: &Acteur,
    aujourdhui: Date,
    lien: &str,
) -> Resultat<Vec<Chiffre>> {
    let debut = aujourdhui.first_of_month();
    let avant = francais::plus_months(debut, -1);
    let (p, f) = lecture::Filtre::period(debut, aujourdhui).within_reach(acteur);
    let ce = lecture::totals(tx, &p, &f).await?;
    let (p, f) = lecture::Filtre::period(avant, avant.last_of_month()).within_reach(acteur);
    let dernier = lecture::totals(tx, &p, &f).await?;
    let c = |libelle: &str, n: i64, avant: i64| Chiffre {
        libelle: libelle.to_owned(),
        valeur: francais::entier(n),
        detail: format!("{} le mois dernier", francais::entier(avant)),
        lien: lien.to_owned(),
    };
    Ok(vec![
        c(
            "Accompagnements ce mois-ci",
            ce.accompagnements,
            dernier.accompagnements,
        ),
        c("Ateliers ce mois-ci", ce.ateliers, dernier.ateliers),
        c("Personnes ce mois-ci", ce.personnes, dernier.personnes),
    ])
}
