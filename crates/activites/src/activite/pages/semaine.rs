//! `/activites/semaine`: the week as a table, for those who note on paper.

use askama::Template;
use axum::extract::Query;
use jiff::civil::Date;
use serde::Deserialize;
use socle::{Erreur, francais};
use web::{Champs, Ctx, Form, Html, Reponse, esc};

use super::{
    choix::Choix,
    formulaire::{Saisie, author},
};
use crate::activite::{TypeActivite, habitude, semaine};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Demande {
    lundi: String,
}

/// Cells of one line under one question.
type Groupe = (&'static str, Vec<Html>);

#[derive(Template)]
#[template(path = "activite/semaine.html")]
struct Page {
    form: Form,
    titre: String,
    precedente: String,
    suivante: Option<String>,
    commande: String,
    lundi: String,
    nombre: usize,
    plus: bool,
    confirmations: Vec<(&'static str, &'static str)>,
    lignes: Vec<(usize, Vec<Groupe>)>,
}

/// Columns, with what each one asks.
const GROUPES: [(&str, &[(&str, &str)]); 4] = [
    (
        "Quand et où",
        &[("jour", "Jour"), ("lieu", "Où"), ("duree", "Durée")],
    ),
    ("Thèmes", &[("theme", "Thème"), ("second", "Second thème")]),
    (
        "Profil",
        &[("genre", "Genre"), ("tranche", "Âge"), ("statut", "Statut")],
    ),
    ("Fois", &[("fois", "Fois")]),
];
const OUI: [(&str, &str); 2] = [
    ("confirme_date", "Oui, ces dates sont justes"),
    (
        "confirme_emploi",
        "Oui, ces dates sont justes, l'employeur est à préciser",
    ),
];

pub(super) async fn page(ctx: Ctx, Query(d): Query<Demande>) -> Reponse {
    show(
        &ctx,
        Form::filled(Champs::default().with("lundi", &d.lundi)),
        true,
        false,
    )
    .await
}

/// Shows the table; a new one opens with the usual place and duration.
async fn show(ctx: &Ctx, form: Form, neuve: bool, refuse: bool) -> Reponse {
    let auteur = author(ctx)?;
    let mut tx = ctx.read().await?;
    let choix = Choix::load(&mut tx, auteur, TypeActivite::Individuel, None).await?;
    let aujourdhui = choix.aujourdhui;
    let lundi = form
        .champs
        .get("lundi")
        .parse()
        .ok()
        .filter(|l| *l <= aujourdhui)
        .map_or_else(|| semaine::monday(aujourdhui), semaine::monday);
    let nombre = semaine::lines(&form.champs);
    // Today in this week; the Monday of a week before.
    let jour = if semaine::monday(aujourdhui) == lundi {
        aujourdhui
    } else {
        lundi
    };
    let form = if neuve {
        opened(&choix, jour, nombre)
    } else {
        form
    };
    let jours: Vec<(String, String)> = (0..7)
        .map(|i| francais::plus_days(lundi, i))
        .filter(|j| *j <= aujourdhui)
        .map(|j| (j.to_string(), francais::date_courte(j)))
        .collect();
    // A visit asks for its commune: the full form does.
    let lieux: Vec<(String, String)> = choix
        .lieux
        .iter()
        .filter(|l| l.0.starts_with("lieu_activite:") || l.0 == "a_distance")
        .cloned()
        .collect();
    let options = |colonne: &str| -> &[(String, String)] {
        match colonne {
            "jour" => &jours,
            "lieu" => &lieux,
            "duree" => &choix.durees,
            "theme" | "second" => &choix.thematiques,
            "genre" => &choix.genres,
            "tranche" => &choix.tranches,
            "statut" => &choix.statuts,
            _ => &[],
        }
    };
    let lignes = (1..=nombre)
        .map(|n| {
            let cellules = GROUPES
                .iter()
                .map(|(groupe, champs)| {
                    let champs = champs
                        .iter()
                        .map(|(c, titre)| cell(&form, c, titre, n, options(c)))
                        .collect();
                    (*groupe, champs)
                })
                .collect();
            (n, cellules)
        })
        .collect();
    let suivant = francais::plus_days(lundi, 7);
    let commande = match form.champs.get("id_commande") {
        "" => ctx.new_commande(),
        c => c.to_owned(),
    };
    let corps = Page {
        titre: format!("Semaine du {}", francais::date(lundi)),
        precedente: format!("?lundi={}", francais::plus_days(lundi, -7)),
        suivante: (suivant <= aujourdhui).then(|| format!("?lundi={suivant}")),
        commande,
        lundi: lundi.to_string(),
        nombre,
        plus: nombre < semaine::LIGNES_MAX,
        confirmations: OUI
            .into_iter()
            .filter(|(nom, _)| form.erreurs.get(nom).is_some() || form.champs.has(nom, "oui"))
            .collect(),
        lignes,
        form,
    };
    let p = ctx
        .page("Saisie de la semaine")
        .fil("Mes activités", "/activites");
    if refuse {
        p.refused().body(&corps)
    } else {
        p.body(&corps)
    }
}

/// Today, the usual place and the usual duration on every line.
fn opened(c: &Choix, jour: Date, nombre: usize) -> Form {
    let duree = habitude::duration(TypeActivite::Individuel, &c.passees);
    let lieu = c.usual_place();
    let mut f = Champs::default();
    for n in 1..=nombre {
        f = f
            .with(&format!("jour_{n}"), jour)
            .with(&format!("duree_{n}"), duree);
        if let Some(l) = &lieu {
            f = f.with(&format!("lieu_{n}"), l);
        }
    }
    Form::filled(f)
}

/// One cell: its name is said to those who do not see the table.
fn cell(form: &Form, colonne: &str, titre: &str, n: usize, options: &[(String, String)]) -> Html {
    let nom = format!("{colonne}_{n}");
    let valeur = form.champs.get(&nom);
    let erreur = form.erreurs.get(&nom);
    let decrit = if erreur.is_some() {
        format!(" aria-invalid=\"true\" aria-describedby=\"c-{nom}-erreur\"")
    } else {
        String::new()
    };
    let mut s = format!("<label class=\"sr\" for=\"c-{nom}\">{titre}, ligne {n}</label>");
    if options.is_empty() && colonne == "fois" {
        s.push_str(&format!(
            "<input class=\"court\" type=\"text\" inputmode=\"numeric\" id=\"c-{nom}\" name=\"{nom}\" value=\"{}\" placeholder=\"1\"{decrit}>",
            esc(valeur)
        ));
    } else {
        s.push_str(&format!(
            "<select id=\"c-{nom}\" name=\"{nom}\"{decrit}><option value=\"\">{titre}</option>"
        ));
        for (cle, libelle) in options {
            let choisi = if cle == valeur { " selected" } else { "" };
            s.push_str(&format!(
                "<option value=\"{}\"{choisi}>{}</option>",
                esc(cle),
                esc(libelle)
            ));
        }
        s.push_str("</select>");
    }
    if let Some(m) = erreur {
        s.push_str(&format!(
            "<p class=\"erreur\" id=\"c-{nom}-erreur\"><span aria-hidden=\"true\">⚠ </span>{}</p>",
            esc(m)
        ));
    }
    Html(s)
}

pub(super) async fn submit(ctx: Ctx, f: Saisie) -> Reponse {
    if f.champs.get("faire") == "lignes" {
        let nombre = (semaine::lines(&f.champs) + 5).min(semaine::LIGNES_MAX);
        let champs = f
            .saisie
            .into_iter()
            .filter(|(n, _)| n != "lignes" && n != "faire")
            .fold(Champs::default(), |c, (n, v)| c.with(&n, v))
            .with("lignes", nombre);
        return show(&ctx, Form::filled(champs), false, false).await;
    }
    let mut tx = ctx.write().await?;
    match semaine::record(&mut tx, ctx.acteur(), &f.champs).await {
        Ok(n) => {
            tx.commit().await?;
            let dit = if n > 1 {
                format!("{n} accompagnements sont enregistrés.")
            } else {
                "L'accompagnement est enregistré.".to_owned()
            };
            ctx.redirect("/activites", &dit)
        }
        Err(Erreur::Saisie(e)) => {
            drop(tx);
            show(&ctx, Form::refused(f.champs, e), false, true).await
        }
        Err(e) => Err(e.into()),
    }
}
