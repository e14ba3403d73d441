//! `/coordination`: a year of reports, their figures, and the spreadsheet.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::Query;
use documents::tableur::{self, Cellule, Colonne, Feuille, Genre as Sorte};
use jiff::civil::Date;
use serde::Deserialize;
use socle::{Erreur, Resultat, Role, francais};
use uuid::Uuid;
use web::{Champs, Ctx, Form, Html, Reponse, composants};

use crate::{
    coordination::{Coordination, Genre, chiffres, dimension, service, store},
    vocabulaire::{Vocabulaires, liste},
    voisins,
};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Demande {
    annee: String,
    genre: String,
    format: String,
}

impl Demande {
    fn year(&self, aujourdhui: Date) -> i16 {
        self.annee
            .parse()
            .ok()
            .filter(|a| (2020..=2100).contains(a))
            .unwrap_or(aujourdhui.year())
    }

    fn kind(&self) -> &'static str {
        Genre::from_cle(&self.genre).map_or("", Genre::cle)
    }
}

#[derive(Template)]
#[template(path = "coordination/liste.html")]
struct Page {
    auteur: bool,
    annee: i16,
    suivante: bool,
    chiffres: Vec<Html>,
    barres: Vec<Html>,
    filtre: Form,
    genres: Vec<(String, String)>,
    lignes: Vec<Ligne>,
    genre: &'static str,
    vide: Html,
}

struct Ligne {
    lien: String,
    date: String,
    genre: &'static str,
    nom: String,
    par: String,
    duree: String,
    participants: String,
}

fn year(annee: i16) -> (Date, Date) {
    let debut = Date::new(annee, 1, 1).unwrap_or(Date::constant(2020, 1, 1));
    (debut, debut.last_of_year())
}

/// What a report is about, in a list: its name, else its type.
fn about(c: &Coordination, voc: &Vocabulaires) -> String {
    c.contenu.nom.clone().unwrap_or_else(|| {
        c.contenu
            .values(dimension::TYPE_ANIMATION)
            .next()
            .map_or_else(String::new, |t| voc.label(liste::TYPE_ANIMATION, &t.valeur))
    })
}

pub(super) async fn page(ctx: Ctx, Query(d): Query<Demande>) -> Reponse {
    let acteur = ctx.acteur();
    acteur.require(&service::LIRE)?;
    let annee = d.year(ctx.today());
    let (du, au) = year(annee);
    let p = service::reach(acteur);
    let mut tx = ctx.read().await?;
    let voc = Vocabulaires::ever(&mut tx).await?;
    let toutes = store::list(&mut tx, &p, du, au, d.kind()).await?;
    let noms = voisins::names(&mut tx, toutes.iter().map(|c| c.auteur)).await?;
    let comptes = chiffres::compter(&mut tx, &p, du, au).await?;
    let lignes = toutes
        .iter()
        .map(|c| Ligne {
            lien: format!("/coordination/{}", c.id),
            date: francais::date_courte(c.contenu.date),
            genre: c.contenu.genre.libelle(),
            nom: about(c, &voc),
            par: noms.get(&c.auteur).cloned().unwrap_or_default(),
            duree: c.contenu.duree.map_or_else(String::new, francais::duree),
            participants: francais::entier(c.contenu.participants),
        })
        .collect();
    let corps = Page {
        auteur: acteur.role == Role::Coordinateur,
        annee,
        suivante: annee < ctx.today().year(),
        chiffres: figures(&comptes),
        barres: bars(&comptes, &voc),
        filtre: Form::filled(
            Champs::default()
                .with("annee", annee)
                .with("genre", d.kind()),
        ),
        genres: Genre::TOUS
            .map(|g| (g.cle().to_owned(), g.libelle().to_owned()))
            .into(),
        lignes,
        genre: d.kind(),
        vide: composants::vide("Aucune activité de coordination cette année.", None),
    };
    ctx.page("Coordination").body(&corps)
}

fn figures(comptes: &[chiffres::Compte]) -> Vec<Html> {
    Genre::TOUS
        .iter()
        .map(|g| {
            let c = comptes
                .iter()
                .find(|c| c.par == "genre" && c.genre == g.cle());
            let (n, minutes, personnes) =
                c.map_or((0, 0, 0), |c| (c.nombre, c.minutes, c.participants));
            let detail = match g {
                Genre::Partenariat => francais::duree(minutes),
                _ => format!(
                    "{}, {}",
                    francais::pluriel(personnes, "participant"),
                    francais::duree(minutes)
                ),
            };
            composants::chiffre(&format!("{}s", g.libelle()), &francais::entier(n), &detail)
        })
        .collect()
}

/// One drawing per question: mission, échelon, quarter.
fn bars(comptes: &[chiffres::Compte], voc: &Vocabulaires) -> Vec<Html> {
    [
        ("mission", liste::MISSION_COORDINATION, "Mission"),
        ("echelon", liste::ECHELON, "Échelon"),
        ("trimestre", "", "Trimestre"),
    ]
    .into_iter()
    .filter_map(|(par, l, titre)| {
        let mut sommes: BTreeMap<&str, i64> = BTreeMap::new();
        for c in comptes.iter().filter(|c| c.par == par) {
            *sommes.entry(&c.valeur).or_default() += c.nombre;
        }
        let lignes: Vec<(String, i64, String)> = sommes
            .into_iter()
            .map(|(v, n)| {
                let nom = if l.is_empty() {
                    v.to_owned()
                } else {
                    voc.label(l, v)
                };
                (nom, n, francais::entier(n))
            })
            .collect();
        (!lignes.is_empty()).then(|| composants::barres(titre, [titre, "Activités"], &lignes))
    })
    .collect()
}

const COLONNES: [(&str, Sorte); 14] = [
    ("id", Sorte::Texte),
    ("date", Sorte::Date),
    ("genre", Sorte::Texte),
    ("nom", Sorte::Texte),
    ("auteur", Sorte::Texte),
    ("employeur", Sorte::Texte),
    ("département", Sorte::Texte),
    ("durée", Sorte::Entier),
    ("participants", Sorte::Entier),
    ("type ou nature", Sorte::Texte),
    ("thèmes", Sorte::Texte),
    ("organisateurs", Sorte::Texte),
    ("échelon", Sorte::Texte),
    ("mission", Sorte::Texte),
];

pub(super) async fn export(ctx: Ctx, Query(d): Query<Demande>) -> Reponse {
    let acteur = ctx.acteur();
    acteur.require(&service::LIRE)?;
    let annee = d.year(ctx.today());
    let (du, au) = year(annee);
    let mut tx = ctx.read().await?;
    let voc = Vocabulaires::ever(&mut tx).await?;
    let toutes = store::list(&mut tx, &service::reach(acteur), du, au, d.kind()).await?;
    let noms = voisins::names(&mut tx, toutes.iter().map(|c| c.auteur)).await?;
    let structures =
        voisins::structures(&mut tx, toutes.iter().filter_map(|c| c.employeur)).await?;
    let feuille = sheet(&toutes, &noms, &structures, &voc);
    let nom = format!("coordination-{annee}");
    send(&ctx, &nom, &d.format, feuille)
}

fn sheet(
    toutes: &[Coordination],
    noms: &BTreeMap<Uuid, String>,
    structures: &BTreeMap<Uuid, String>,
    voc: &Vocabulaires,
) -> Feuille {
    let mut f = Feuille::new(
        "Coordination",
        COLONNES.map(|(titre, genre)| Colonne::new(titre, genre)),
    );
    for c in toutes {
        let k = &c.contenu;
        let labels = |ds: &[(&str, &str)]| {
            let v: Vec<String> = ds
                .iter()
                .flat_map(|(d, l)| k.values(d).map(|x| voc.label(l, &x.valeur)))
                .collect();
            Cellule::Texte(v.join(", "))
        };
        let texte = |t: Option<&String>| t.map_or(Cellule::Vide, Cellule::texte);
        f = f.ligne([
            Cellule::texte(c.id.to_string()),
            Cellule::Date(k.date),
            Cellule::texte(k.genre.libelle()),
            texte(k.nom.as_ref()),
            texte(noms.get(&c.auteur)),
            texte(c.employeur.as_ref().and_then(|e| structures.get(e))),
            texte(c.departement.as_ref()),
            k.duree.map_or(Cellule::Vide, Cellule::Entier),
            Cellule::Entier(k.participants),
            labels(&[
                (dimension::TYPE_ANIMATION, liste::TYPE_ANIMATION),
                (dimension::TYPE_EVENEMENT, liste::TYPE_EVENEMENT),
                (dimension::NATURE, liste::NATURE_PARTENARIAT),
            ]),
            labels(&[(dimension::THEME, liste::THEME_ANIMATION)]),
            labels(&[(dimension::ORGANISATEUR, liste::ORGANISATEUR)]),
            k.echelon.as_deref().map_or(Cellule::Vide, |e| {
                Cellule::Texte(voc.label(liste::ECHELON, e))
            }),
            Cellule::Texte(voc.label(liste::MISSION_COORDINATION, &k.mission)),
        ]);
    }
    f
}

fn send(ctx: &Ctx, nom: &str, format: &str, feuille: Feuille) -> Reponse {
    let panne = |e: tableur::Erreur| Erreur::Interne(e.to_string());
    let fait: Resultat<Vec<u8>> = match format {
        "csv" => Ok(tableur::csv(&feuille)),
        "ods" => tableur::ods(&[feuille]).map_err(panne),
        _ => tableur::xlsx(&[feuille]).map_err(panne),
    };
    let (suffixe, genre) = match format {
        "csv" => ("csv", "text/csv; charset=utf-8"),
        "ods" => ("ods", "application/vnd.oasis.opendocument.spreadsheet"),
        _ => (
            "xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ),
    };
    ctx.download(&format!("{nom}.{suffixe}"), genre, fait?)
}
