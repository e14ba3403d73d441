//! `/statistiques`: three figures first, then blocks, each with its table.

use askama::Template;
use axum::extract::Query;
use jiff::{ToSpan, civil::Date};
use socle::francais;
use web::{Champs, Ctx, Form, Html, Reponse, composants};

use super::{
    super::{
        Demande, Grain, Nom, Portee, acces,
        coordination::Groupe,
        presentation::{Chiffre, Qui, Rapport, Tableau, signature},
    },
    Lue, read,
};
use crate::petites_cellules as pc;

/// Lines of a block shown as bars; the table holds the others.
const BARRES: usize = 12;
/// Lines of a table on a page; exports hold the others.
const LIGNES: usize = 100;

#[derive(Template)]
#[template(path = "statistiques/page.html")]
struct Page {
    nom: String,
    portees: Vec<(String, String, bool)>,
    lectures: Vec<(String, String, bool)>,
    periodes: Vec<(String, String, bool)>,
    dite: String,
    filtre: Form,
    caches: Vec<(&'static str, String)>,
    choix: Vec<Choix>,
    auteurs: Vec<(String, String)>,
    puces: Vec<(String, String)>,
    corps: Corps,
    poids: (String, &'static str),
    exports: Vec<(&'static str, String)>,
    lien: Option<String>,
    a_jour: String,
    masque: bool,
}

/// A filter with the values it proposes.
struct Choix {
    cle: &'static str,
    libelle: &'static str,
    options: Vec<(String, String)>,
}

/// What a shared link shows too.
#[derive(Template)]
#[template(path = "statistiques/corps.html")]
pub(super) struct Corps {
    principaux: Vec<Html>,
    autres: Vec<Chiffre>,
    serie: Html,
    grains: Vec<(&'static str, String, bool)>,
    sections: Vec<Section>,
    auteurs: Vec<Qui>,
    structures: Vec<Qui>,
    structures_de_plus: usize,
    /// Too many lines for a screen.
    structures_ailleurs: bool,
    coordination: Vec<Groupe>,
    vide: bool,
    signature: String,
}

struct Section {
    id: &'static str,
    cle: &'static str,
    titre: &'static str,
    barres: Html,
    tableau: Tableau,
    multiple: bool,
    de_plus: usize,
    image: Option<String>,
}

pub(super) async fn page(ctx: Ctx, Query(paires): Query<Vec<(String, String)>>) -> Reponse {
    let mut tx = ctx.read().await?;
    let lue = read(&ctx, &mut tx, &paires, LIGNES - 1).await?;
    let portees = acces::choices(&mut tx, ctx.acteur()).await?;
    let a_jour = francais::instant(tx.now(), &socle::clock::paris());
    let d = &lue.demande;
    let lien = |d: &Demande| format!("/statistiques{}", d.query());
    let corps = body(&lue, |d| Some(lien(d)));
    let poids = lien(&Demande {
        par_activite: !d.par_activite,
        ..d.clone()
    });
    let page = Page {
        nom: lue.acquise.nom.clone(),
        portees: scopes(d, &portees),
        lectures: readings(&lue),
        periodes: periods(d, ctx.today()),
        dite: period_words(d),
        filtre: form(d),
        caches: kept(d),
        choix: offered(&lue),
        auteurs: if lue.acquise.par_auteur {
            let mut v: Vec<(String, String)> = lue
                .noms
                .auteurs
                .iter()
                .map(|(id, nom)| (id.to_string(), nom.clone()))
                .collect();
            v.sort_by_cached_key(|a| francais::fold(&a.1));
            v
        } else {
            Vec::new()
        },
        puces: d
            .filtres
            .words(&lue.noms.voc, &lue.noms.autres)
            .into_iter()
            .map(|(nom, dit)| (dit, lien(&d.without(nom))))
            .collect(),
        poids: (
            poids,
            if d.par_activite {
                "Compter par personne accompagnée"
            } else {
                "Compter par activité"
            },
        ),
        exports: [
            ("Excel", "xlsx"),
            ("ODS", "ods"),
            ("CSV", "csv"),
            ("PDF", "pdf"),
        ]
        .map(|(nom, format)| (nom, with(d, "/statistiques/export", "format", format)))
        .into(),
        lien: partageable(&lue, ctx.acteur().role)
            .then(|| format!("/statistiques/liens{}", d.query())),
        corps,
        a_jour,
        masque: lue.acquise.masque,
    };
    ctx.page("Statistiques").body(&page)
}

/// A link may be made of these figures.
fn partageable(lue: &Lue, role: socle::Role) -> bool {
    super::liens::AUTEURS.admits(role)
        && matches!(lue.acquise.portee, Portee::Soi(_) | Portee::Equipe { .. })
        && super::super::partage::admits(&lue.demande).is_ok()
}

/// The address of a file about the same question.
pub(super) fn with(d: &Demande, chemin: &str, nom: &str, valeur: &str) -> String {
    let q = d.query();
    let lien = if q.is_empty() { "?" } else { "&" };
    format!("{chemin}{q}{lien}{nom}={valeur}")
}

/// The figures and blocks of an answer. `lien` gives the address of the same
/// page read otherwise; none where the question is fixed.
pub(super) fn body(lue: &Lue, lien: impl Fn(&Demande) -> Option<String>) -> Corps {
    let r = &lue.rapport;
    let d = &lue.demande;
    let fixe = lien(d).is_none();
    let sections = r
        .tableaux
        .iter()
        .map(|t| section(t, (!fixe).then_some(d)))
        .collect();
    let structures_de_plus = r.structures.len().saturating_sub(LIGNES);
    Corps {
        principaux: main_figures(lue),
        autres: r.chiffres.iter().skip(3).cloned().collect(),
        serie: series(r, lue),
        grains: Grain::TOUS
            .into_iter()
            .filter(|g| !lue.acquise.masque || *g >= Grain::Mois)
            .filter_map(|g| {
                let autre = Demande {
                    grain: Some(g),
                    ..d.clone()
                };
                Some((g.libelle(), lien(&autre)?, g == lue.question.serie.grain))
            })
            .collect(),
        sections,
        auteurs: r.auteurs.clone(),
        structures: r.structures.iter().take(LIGNES).cloned().collect(),
        structures_de_plus,
        structures_ailleurs: lue.acquise.portee == Portee::National
            && !lue.question.listes.structures
            && !r.vide,
        coordination: lue.coordination.clone(),
        vide: r.vide,
        signature: signature(r),
    }
}

fn main_figures(lue: &Lue) -> Vec<Html> {
    let points = &lue.reponse.serie;
    let sans_secret = lue.rapport.serie.iter().all(|p| p.1.is_some());
    lue.rapport
        .chiffres
        .iter()
        .take(3)
        .map(|c| {
            let valeurs: Vec<i64> = match c.cle {
                "accompagnements" => points.iter().map(|p| p.accompagnements).collect(),
                "activites" => points.iter().map(|p| p.activites).collect(),
                _ => Vec::new(),
            };
            let tendance = if valeurs.len() > 1 && sans_secret && !lue.rapport.vide {
                composants::sparkline(&valeurs, &trend(lue, c.libelle, &valeurs))
            } else {
                Html(String::new())
            };
            composants::chiffre_suivi(c.libelle, &c.valeur, &c.detail, &tendance)
        })
        .collect()
}

/// « Accompagnements de décembre 2025 à novembre 2026 : de 12 à 40. »
fn trend(lue: &Lue, libelle: &str, valeurs: &[i64]) -> String {
    let serie = &lue.rapport.serie;
    match (serie.first(), serie.last(), valeurs.first(), valeurs.last()) {
        (Some(a), Some(b), Some(x), Some(y)) => format!(
            "{libelle}, de {} ({}) à {} ({})",
            a.0,
            francais::entier(*x),
            b.0,
            francais::entier(*y)
        ),
        _ => libelle.to_owned(),
    }
}

fn series(r: &Rapport, lue: &Lue) -> Html {
    let lignes: Vec<(String, i64, String)> = r
        .serie
        .iter()
        .map(|(nom, v)| (nom.clone(), v.unwrap_or(0), pc::dit(*v)))
        .collect();
    let quoi = unit(lue.demande.par_activite);
    let grain = lue.question.serie.grain.libelle().to_lowercase();
    composants::barres(&format!("{quoi} {grain}"), ["Période", quoi], &lignes)
}

fn unit(par_activite: bool) -> &'static str {
    if par_activite {
        "Activités"
    } else {
        "Accompagnements"
    }
}

fn section(t: &Tableau, d: Option<&Demande>) -> Section {
    let barres: Vec<(String, i64, String)> = t
        .lignes
        .iter()
        .take(BARRES)
        .map(|l| {
            let dit = match l.nombre {
                None => pc::dit(None),
                Some(n) => format!("{} ({})", francais::entier(n), l.part),
            };
            (l.libelle.clone(), l.nombre.unwrap_or(0), dit)
        })
        .collect();
    let multiple = !t.bloc.is_partition();
    let mut tableau = t.clone();
    tableau.lignes.truncate(LIGNES);
    Section {
        id: t.bloc.id(),
        cle: t.bloc.cle(),
        titre: t.bloc.libelle(),
        barres: composants::barres(t.bloc.libelle(), ["Réponse", "Nombre"], &barres),
        multiple,
        de_plus: t.lignes.len().saturating_sub(LIGNES),
        tableau,
        image: d.map(|d| with(d, "/statistiques/graphique", "bloc", t.bloc.cle())),
    }
}

fn scopes(d: &Demande, choix: &[(String, String)]) -> Vec<(String, String, bool)> {
    if choix.len() < 2 {
        return Vec::new();
    }
    choix
        .iter()
        .enumerate()
        .map(|(i, (cle, nom))| {
            let autre = Demande {
                portee: cle.clone(),
                lecture: String::new(),
                ..d.clone()
            };
            let courante = d.portee == *cle || (d.portee.is_empty() && i == 0);
            (
                nom.clone(),
                format!("/statistiques{}", autre.query()),
                courante,
            )
        })
        .collect()
}

/// The other ways of reading a scope.
fn readings(lue: &Lue) -> Vec<(String, String, bool)> {
    let d = &lue.demande;
    let mut v = Vec::new();
    let mut put = |nom: &str, autre: Demande, courante: bool| {
        v.push((
            nom.to_owned(),
            format!("/statistiques{}", autre.query()),
            courante,
        ));
    };
    let lu = |lecture: &str| Demande {
        lecture: lecture.to_owned(),
        ..d.clone()
    };
    match &lue.acquise.portee {
        Portee::Structure(_) | Portee::Accueil { .. } => {
            let accueil = d.lecture == "accueil";
            put("Par ses professionnels", lu(""), !accueil);
            put("Dans ses lieux", lu("accueil"), accueil);
        }
        Portee::Territoire { .. } => {
            let employeur = d.lecture == "employeur";
            put("Là où l'activité a lieu", lu(""), !employeur);
            put("Là où l'employeur a son siège", lu("employeur"), employeur);
        }
        Portee::Equipe { .. } => {
            let sans = |sans_moi| Demande {
                sans_moi,
                ..d.clone()
            };
            put("Avec mes activités", sans(false), !d.sans_moi);
            put("Sans mes activités", sans(true), d.sans_moi);
        }
        Portee::Soi(_) | Portee::National => {}
    }
    v
}

fn periods(d: &Demande, aujourdhui: Date) -> Vec<(String, String, bool)> {
    let an = aujourdhui.first_of_year();
    let avant = an.saturating_sub(1.year());
    let mois = aujourdhui.first_of_month();
    let choix = [
        ("Depuis le début", None, None),
        (
            "12 derniers mois",
            Some(mois.saturating_sub(11.months())),
            Some(aujourdhui),
        ),
        (
            "30 derniers jours",
            Some(aujourdhui.saturating_sub(29.days())),
            Some(aujourdhui),
        ),
        ("Ce mois-ci", Some(mois), Some(mois.last_of_month())),
        ("Cette année", Some(an), Some(an.last_of_year())),
        ("L'an dernier", Some(avant), Some(avant.last_of_year())),
    ];
    choix
        .into_iter()
        .map(|(nom, du, au)| {
            let mut autre = d.clone();
            autre.filtres.du = du;
            autre.filtres.au = au;
            autre.grain = None;
            let courante = d.filtres.du == du && d.filtres.au == au;
            (
                nom.to_owned(),
                format!("/statistiques{}", autre.query()),
                courante,
            )
        })
        .collect()
}

/// « du 1 janvier 2026 au 31 mars 2026 ».
pub(super) fn period_words(d: &Demande) -> String {
    match (d.filtres.du, d.filtres.au) {
        (None, None) => "depuis le début".into(),
        (Some(du), None) => format!("depuis le {}", francais::date(du)),
        (None, Some(au)) => format!("jusqu'au {}", francais::date(au)),
        (Some(du), Some(au)) => {
            format!("du {} au {}", francais::date(du), francais::date(au))
        }
    }
}

/// Filters a form shows; the others travel hidden.
const PROPOSES: [Nom; 18] = [
    Nom::Type,
    Nom::TypeLieu,
    Nom::Thematique,
    Nom::Demarche,
    Nom::Materiel,
    Nom::Modalite,
    Nom::Cadre,
    Nom::Public,
    Nom::Publics,
    Nom::Motif,
    Nom::Origine,
    Nom::Autonomie,
    Nom::Niveau,
    Nom::Suite,
    Nom::Role,
    Nom::Source,
    Nom::Rdv,
    Nom::HorsChamp,
];

fn offered(lue: &Lue) -> Vec<Choix> {
    PROPOSES
        .into_iter()
        .map(|n| Choix {
            cle: n.cle(),
            libelle: n.libelle(),
            options: n.options(&lue.noms.voc),
        })
        .collect()
}

fn form(d: &Demande) -> Form {
    Form::filled(
        d.pairs()
            .into_iter()
            .fold(Champs::default(), |c, (n, v)| match n {
                // A code says nothing to anybody: the name is read back.
                "commune" => c.with(n, commune(&v)),
                _ => c.with(n, v),
            }),
    )
}

fn commune(code: &str) -> String {
    territoires::geographie()
        .commune_today(code)
        .map_or_else(|| code.to_owned(), territoires::Commune::libelle)
}

fn kept(d: &Demande) -> Vec<(&'static str, String)> {
    d.pairs()
        .into_iter()
        .filter(|(n, _)| {
            !matches!(*n, "du" | "au" | "auteur" | "commune")
                && !PROPOSES.iter().any(|p| p.cle() == *n)
        })
        .collect()
}
