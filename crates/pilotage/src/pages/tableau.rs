//! Dashboard of those who follow the programme: one view, one measure, its
//! map and its table; each line opens the level below.

use activites::petites_cellules;
use askama::Template;
use axum::extract::Query;
use serde::Deserialize;
use socle::{Erreur, Perimetre, francais};
use web::{Ctx, Html, Reponse, composants};

use crate::{
    carte,
    tableau::{Ligne, Mesure, Periode, Tableau, Vue, load},
};

/// What the address says; everything has a default.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Requete {
    pub vue: String,
    pub mesure: String,
    pub du: String,
    pub au: String,
}

impl Requete {
    /// The view asked for; where one begins when none is.
    pub(super) fn vue(&self, p: &Perimetre) -> Result<Vue, Erreur> {
        let Perimetre::Departements(siens) = p else {
            return Vue::parse(&self.vue).ok_or(Erreur::Introuvable);
        };
        let vue = match (self.vue.as_str(), siens.as_slice()) {
            ("", [seul]) => Vue::parse(&format!("departement-{seul}")),
            (v, _) => Vue::parse(v),
        };
        // A territory of somebody else is not there (spec 01, arbitration 1).
        vue.filter(|v| siens.iter().any(|d| v.holds(d)))
            .ok_or(Erreur::Introuvable)
    }

    /// The address of another view with the same measure and days.
    pub(super) fn lien(&self, base: &str, vue: &Vue) -> String {
        let mut s = format!("{base}?vue={}", vue.cle());
        for (nom, v) in [("mesure", &self.mesure), ("du", &self.du), ("au", &self.au)] {
            if !v.is_empty()
                && v.chars()
                    .all(|c| c.is_ascii_alphanumeric() || "-_/".contains(c))
            {
                s.push_str(&format!("&{nom}={v}"));
            }
        }
        s
    }
}

/// One line as it is shown.
pub(super) struct Rang {
    pub nom: String,
    pub lien: Option<String>,
    pub cellules: [(&'static str, String); 5],
}

#[derive(Template)]
#[template(path = "pilotage/tableau.html")]
pub(super) struct Corps {
    pub vue: String,
    pub niveau: &'static str,
    pub mesures: Vec<(&'static str, &'static str, bool)>,
    pub periode: (String, String),
    pub dite: String,
    pub chiffres: Vec<Html>,
    pub carte: Html,
    pub lignes: Vec<Rang>,
    pub total: Rang,
    pub exports: Vec<(&'static str, String)>,
    pub action: &'static str,
    pub ancetres: Vec<(String, String)>,
    pub publique: bool,
    /// Figures of activity, for the public page.
    pub activite: Html,
}

pub(super) async fn page(ctx: Ctx, Query(q): Query<Requete>) -> Reponse {
    let p = ctx.acteur().perimetre.clone();
    let vue = q.vue(&p)?;
    let periode = Periode::parse(&q.du, &q.au, ctx.today());
    let mut tx = ctx.read().await?;
    let t = load(&mut tx, &p, &vue, periode).await?;
    let exports = vec![
        ("Télécharger en CSV", q.lien("/pilotage/export.csv", &vue)),
        ("Télécharger en XLSX", q.lien("/pilotage/export.xlsx", &vue)),
    ];
    let mut corps = body(&q, &vue, periode, t, "/pilotage", false);
    corps.exports = exports;
    ctx.page(format!("Pilotage : {}", vue.nom())).body(&corps)
}

/// The page of a view. A public one hides small counts and opens no
/// département, whose lines would be structures.
pub(super) fn body(
    q: &Requete,
    vue: &Vue,
    periode: Periode,
    t: Tableau,
    action: &'static str,
    publique: bool,
) -> Corps {
    let mesure = Mesure::parse(&q.mesure);
    let lien = |code: &str| match vue.down(code) {
        Some(Vue::Departement(_)) if publique => None,
        v => v.map(|v| q.lien(action, &v)),
    };
    let activite = hidden(&t, publique, |l| l.activites);
    let accompagnement = hidden(&t, publique, |l| l.accompagnements);
    let Tableau {
        lignes,
        total,
        personnes,
    } = t;
    let part = francais::pourcent(total.occupes, total.attribues)
        .unwrap_or_else(|| "Non renseigné".into());
    let dit = |n: i64| {
        if publique {
            shown(petites_cellules::shown(n))
        } else {
            francais::entier(n)
        }
    };
    let mut chiffres = vec![
        composants::chiffre("Postes attribués", &francais::entier(total.attribues), ""),
        composants::chiffre(
            "Postes occupés",
            &francais::entier(total.occupes),
            &format!("{part} des postes attribués"),
        ),
        composants::chiffre("Postes vacants", &francais::entier(total.vacants), ""),
        composants::chiffre("Activités", &dit(total.activites), "sur la période"),
        composants::chiffre(
            "Accompagnements",
            &dit(total.accompagnements),
            "une personne aidée deux fois compte deux",
        ),
    ];
    if let Some(p) = personnes {
        chiffres.push(composants::chiffre(
            "Personnes",
            &dit(p),
            "une personne suivie compte une fois",
        ));
    }
    // A map of hidden counts would tell them by its classes.
    let cachee = publique && matches!(mesure, Mesure::Activites | Mesure::Accompagnements);
    let carte = if cachee && activite.iter().chain(&accompagnement).any(|c| c == "n.d.") {
        Html::default()
    } else {
        carte::choropleth(vue, &lignes, mesure, lien)
    };
    Corps {
        vue: vue.cle(),
        niveau: vue.niveau(),
        mesures: Mesure::TOUTES
            .map(|m| (m.cle(), m.libelle(), m == mesure))
            .into(),
        periode: (periode.debut.to_string(), periode.fin.to_string()),
        dite: format!(
            "du {} au {}",
            francais::date(periode.debut),
            francais::date(periode.fin)
        ),
        chiffres,
        carte,
        lignes: lignes
            .iter()
            .zip(activite.into_iter().zip(accompagnement))
            .map(|(l, (a, k))| rang(l, lien(&l.code), a, k))
            .collect(),
        total: rang(
            &total,
            None,
            dit(total.activites),
            dit(total.accompagnements),
        ),
        exports: Vec::new(),
        action,
        ancetres: vue
            .ancestors()
            .iter()
            .map(|v| (v.nom().to_owned(), q.lien(action, v)))
            .collect(),
        publique,
        activite: Html::default(),
    }
}

fn rang(l: &Ligne, lien: Option<String>, activites: String, accompagnements: String) -> Rang {
    Rang {
        nom: l.nom.clone(),
        lien,
        cellules: [
            (Mesure::Attribues.libelle(), francais::entier(l.attribues)),
            (Mesure::Occupes.libelle(), francais::entier(l.occupes)),
            (Mesure::Vacants.libelle(), francais::entier(l.vacants)),
            (Mesure::Activites.libelle(), activites),
            (Mesure::Accompagnements.libelle(), accompagnements),
        ],
    }
}

/// A column of counts in words, small ones hidden together with what would
/// give them away (spec 20 §5.7) on a public page.
pub(super) fn hidden(t: &Tableau, publique: bool, de: impl Fn(&Ligne) -> i64) -> Vec<String> {
    let valeurs: Vec<i64> = t.lignes.iter().map(de).collect();
    if publique {
        petites_cellules::partition(&valeurs)
            .0
            .into_iter()
            .map(shown)
            .collect()
    } else {
        valeurs.into_iter().map(francais::entier).collect()
    }
}

fn shown(v: petites_cellules::Vue) -> String {
    v.map_or_else(|| "n.d.".to_owned(), francais::entier)
}
