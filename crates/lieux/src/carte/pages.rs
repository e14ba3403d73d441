//! The map with its list.

use std::sync::Arc;

use askama::Template;
use axum::extract::RawQuery;
use socle::francais;
use uuid::Uuid;
use web::{Ctx, Form, Html, Reponse, composants as c, composants::Ton};

use super::{
    Resultats, Trouve, dessin,
    filtre::{Filtre, LISTES, Territoire},
    search,
};
use crate::{annuaire::Annuaire, horaires::Ouverture, lieu, telephone, vocabulaire as v};

/// Places on one page of the list.
const PAR_PAGE: usize = 24;

/// The pairs of an address, in order.
pub(super) fn pairs(q: Option<&str>) -> Vec<(String, String)> {
    let mut v: Vec<(String, String)> =
        serde_html_form::from_str(q.unwrap_or_default()).unwrap_or_default();
    v.retain(|(_, x)| !x.trim().is_empty());
    v
}

/// The address of the same search with one value replaced.
fn with(paires: &[(String, String)], nom: &str, valeur: &str) -> String {
    let mut p: Vec<(&str, &str)> = paires
        .iter()
        .filter(|(n, _)| n != nom && n != "page")
        .map(|(n, v)| (n.as_str(), v.as_str()))
        .collect();
    if !valeur.is_empty() {
        p.push((nom, valeur));
    }
    serde_html_form::to_string(&p).unwrap_or_default()
}

pub(super) fn ton(o: Ouverture) -> Ton {
    match o {
        Ouverture::Ouvert { .. } => Ton::Succes,
        Ouverture::AConfirmer => Ton::Attention,
        Ouverture::SurRendezVous => Ton::Info,
        _ => Ton::Neutre,
    }
}

/// One line of the list.
struct Vue {
    id: Uuid,
    nom: String,
    adresse: String,
    genre: String,
    distance: String,
    approximatif: bool,
    ouverture: Html,
    telephone: String,
    services: String,
    conseiller: bool,
    france_services: bool,
}

impl Vue {
    fn new(t: &Trouve) -> Self {
        let e = &t.entree;
        let f = &e.lieu.fiche;
        let loin = t.distance.filter(|d| d.is_finite());
        Self {
            id: e.lieu.id,
            nom: e.lieu.nom.clone(),
            adresse: e.adresse(),
            genre: v::TYPOLOGIES.libelles(&f.typologies).join(", "),
            distance: loin.map_or_else(String::new, distance),
            approximatif: f.precision == lieu::Precision::Commune,
            ouverture: if e.horaires.is_some() || t.ouverture != Ouverture::Inconnu {
                c::etat(ton(t.ouverture), &t.ouverture.libelle())
            } else {
                Html::default()
            },
            telephone: f
                .telephones
                .first()
                .map_or_else(String::new, |t| telephone::shown(t)),
            services: v::SERVICES.libelles(&f.services).join(", "),
            conseiller: e.presents > 0,
            france_services: f.is_france_services(),
        }
    }
}

/// « à 800 m », « à 12 km ».
fn distance(km: f64) -> String {
    if km < 1.0 {
        format!("à {:.0}\u{a0}m", (km * 10.0).ceil() * 100.0)
    } else {
        format!("à {km:.0}\u{a0}km")
    }
}

pub(crate) fn lieux(n: usize) -> String {
    let n64 = i64::try_from(n).unwrap_or(i64::MAX);
    format!(
        "{}\u{a0}{}",
        francais::entier(n64),
        if n > 1 { "lieux" } else { "lieu" }
    )
}

#[derive(Template)]
#[template(path = "carte/carte.html")]
struct CartePage<'a> {
    form: Form,
    services: Vec<(String, String)>,
    frais: Vec<(String, String)>,
    accompagnement: Vec<(String, String)>,
    rayons: Vec<(String, String)>,
    moments: Vec<(String, String)>,
    territoires: &'a [(String, String)],
    plus: bool,
    titre: String,
    avertissements: Vec<Html>,
    communes: Vec<(String, String)>,
    vues: Vec<Vue>,
    confirmer: Vec<Vue>,
    vide: Html,
    pages: Html,
    dessin: Html,
    requete: String,
    retour: bool,
}

pub(super) async fn carte(ctx: Ctx, RawQuery(q): RawQuery, annuaire: Arc<Annuaire>) -> Reponse {
    let paires = pairs(q.as_deref());
    let f = Filtre::read(&paires);
    let mut tx = ctx.read().await?;
    let tous = annuaire.get(&mut tx).await?;
    let r = search(&tous, &f, tx.now());
    drop(tx);
    let page = paires
        .iter()
        .find(|(n, _)| n == "page")
        .and_then(|(_, p)| p.parse::<usize>().ok())
        .unwrap_or(1)
        .max(1);
    let debut = (page - 1).saturating_mul(PAR_PAGE).min(r.lieux.len());
    let fin = (debut + PAR_PAGE).min(r.lieux.len());
    let departement = match f.territoires.as_slice() {
        [Territoire::Departement(d)] => Some(d.clone()),
        [Territoire::Commune(code)] => territoires::geographie()
            .commune(code)
            .map(|x| x.departement.to_owned()),
        _ => f
            .autour
            .as_ref()
            .and_then(|_| r.lieux.first())
            .map(|x| x.entree.lieu.departement.clone()),
    };
    let dessin = departement
        .as_deref()
        .and_then(|d| dessin::places(d, &r.lieux))
        .unwrap_or_else(|| {
            dessin::france(&r.lieux, |code| {
                format!(
                    "/carte?{}",
                    with(&paires, "territoire", &format!("departement:{code}"))
                )
            })
        });
    let option = |(a, b): (&str, &str)| (a.to_owned(), b.to_owned());
    let territoires: Vec<(String, String)> = territoires::geographie()
        .departements
        .iter()
        .map(|d| {
            (
                format!("departement:{}", d.code),
                format!("{} – {}", d.code, d.nom),
            )
        })
        .collect();
    let vide = if r.lieux.is_empty() && r.a_confirmer.is_empty() {
        c::vide(
            "Aucun lieu ne répond à cette recherche. Enlevez un critère, ou cherchez plus loin.",
            Some(("Voir tous les lieux", "/carte")),
        )
    } else {
        Html::default()
    };
    let corps = CartePage {
        form: Form::filled(Filtre::champs(&paires)),
        services: v::SERVICES.options(),
        frais: v::FRAIS.options(),
        accompagnement: v::MODALITES_ACCOMPAGNEMENT.options(),
        rayons: super::filtre::RAYONS
            .iter()
            .map(|k| ((*k).to_owned(), format!("{k} km")))
            .collect(),
        moments: [
            ("maintenant", "Maintenant"),
            ("soir", "En semaine après 18 h"),
            ("week-end", "Le week-end"),
        ]
        .map(option)
        .into(),
        territoires: &territoires,
        plus: paires.iter().any(|(n, _)| {
            LISTES.iter().any(|(x, _)| x == n)
                || matches!(
                    n.as_str(),
                    "ouvert" | "territoire" | "conseiller" | "france_services"
                )
        }),
        titre: headline(&r, &f),
        avertissements: notices(&r, &f),
        communes: f
            .communes
            .iter()
            .skip(1)
            .take(5)
            .map(|x| {
                (
                    x.libelle(),
                    format!("/carte?{}", with(&paires, "autour", &x.libelle())),
                )
            })
            .collect(),
        vues: r.lieux[debut..fin].iter().map(Vue::new).collect(),
        confirmer: r.a_confirmer.iter().take(PAR_PAGE).map(Vue::new).collect(),
        vide,
        pages: c::pagination(page, r.lieux.len(), PAR_PAGE, |n| {
            format!(
                "/carte?{}",
                with(&paires, "page", &n.to_string()).replace("page=1&", "")
            )
        }),
        dessin,
        requete: with(&paires, "page", ""),
        retour: departement.is_some(),
    };
    ctx.page("Trouver un lieu d’aide au numérique")
        .style("carte.css")
        .module("carte.js")
        .body(&corps)
}

fn headline(r: &Resultats, f: &Filtre) -> String {
    let mut t = lieux(r.lieux.len());
    if let Some((ou, _)) = &f.autour {
        t = format!("{t} à moins de {}\u{a0}km de {ou}", f.rayon);
    } else if let [x] = f.territoires.as_slice() {
        t = format!("{t} : {}", x.nom());
    }
    t
}

fn notices(r: &Resultats, f: &Filtre) -> Vec<Html> {
    let mut n: Vec<Html> = f
        .inconnues
        .iter()
        .map(|x| {
            c::alerte(
                Ton::Attention,
                &format!("Valeur inconnue : {x}"),
                "Aucun lieu n’y répond. Modifiez la recherche.",
            )
        })
        .collect();
    if r.proches && !r.lieux.is_empty() {
        n.push(c::alerte(
            Ton::Info,
            "Résultats proches",
            "Aucun lieu ne porte exactement ces mots : voici les plus proches.",
        ));
    }
    n
}
