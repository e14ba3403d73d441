//! Components: each a small function or struct that prints accessible HTML.
//! The living style guide (`/guide-de-style`) shows every one in each state.

mod champ;
mod graphique;

pub use champ::Champ;
pub use graphique::{barres, sparkline};

use jiff::{civil::Date, tz::TimeZone};
use socle::{francais, historique::Etape};

use crate::html::{Html, esc};

/// What a colour means; a word and a sign always go with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ton {
    Neutre,
    Info,
    Succes,
    Attention,
    Danger,
}

impl Ton {
    fn classe(self) -> &'static str {
        match self {
            Ton::Neutre => "neutre",
            Ton::Info => "info",
            Ton::Succes => "succes",
            Ton::Attention => "attention",
            Ton::Danger => "danger",
        }
    }

    fn signe(self) -> &'static str {
        match self {
            Ton::Neutre => "○",
            Ton::Info => "●",
            Ton::Succes => "✔",
            Ton::Attention => "▲",
            Ton::Danger => "✖",
        }
    }
}

/// A state in words, with its colour and sign.
#[must_use]
pub fn etat(ton: Ton, libelle: &str) -> Html {
    Html(format!(
        "<span class=\"etat etat-{}\"><span aria-hidden=\"true\">{} </span>{}</span>",
        ton.classe(),
        ton.signe(),
        esc(libelle)
    ))
}

/// A message in the page: title (may be empty) and text.
#[must_use]
pub fn alerte(ton: Ton, titre: &str, texte: &str) -> Html {
    let titre = if titre.is_empty() {
        String::new()
    } else {
        format!("<p class=\"alerte-titre\">{}</p>", esc(titre))
    };
    Html(format!(
        "<div class=\"alerte alerte-{}\">{titre}<p>{}</p></div>",
        ton.classe(),
        esc(texte)
    ))
}

/// One figure: label, value, and what it is compared with (may be empty).
#[must_use]
pub fn chiffre(libelle: &str, valeur: &str, detail: &str) -> Html {
    chiffre_suivi(libelle, valeur, detail, &Html(String::new()))
}

/// A figure with its trend below.
#[must_use]
pub fn chiffre_suivi(libelle: &str, valeur: &str, detail: &str, tendance: &Html) -> Html {
    let detail = if detail.is_empty() {
        String::new()
    } else {
        format!("<p class=\"chiffre-detail\">{}</p>", esc(detail))
    };
    Html(format!(
        "<div class=\"chiffre\"><p class=\"chiffre-libelle\">{}</p><p class=\"chiffre-valeur\">{}</p>{detail}{}</div>",
        esc(libelle),
        esc(valeur),
        tendance.0
    ))
}

/// Label and value pairs; empty values read « Non renseigné ».
#[must_use]
pub fn fiche(lignes: &[(&str, String)]) -> Html {
    let corps: String = lignes
        .iter()
        .map(|(l, v)| {
            let v = if v.is_empty() {
                "<span class=\"discret\">Non renseigné</span>".to_owned()
            } else {
                esc(v)
            };
            format!("<div><dt>{}</dt><dd>{v}</dd></div>", esc(l))
        })
        .collect();
    Html(format!("<dl class=\"fiche\">{corps}</dl>"))
}

/// Header of a file page: number, state, who must act, then what else frames
/// it (« Depuis », « Avant le »…); empty values are left out.
#[must_use]
pub fn dossier(numero: &str, etat: &Html, attend: &str, suite: &[(&str, String)]) -> Html {
    let mut lignes = vec![("Numéro", esc(numero)), ("État", etat.0.clone())];
    lignes.push(("À qui d’agir", esc(attend)));
    lignes.extend(suite.iter().map(|(l, v)| (*l, esc(v))));
    let corps: String = lignes
        .iter()
        .filter(|(_, v)| !v.is_empty())
        .map(|(l, v)| format!("<div><dt>{}</dt><dd>{v}</dd></div>", esc(l)))
        .collect();
    Html(format!("<dl class=\"dossier\">{corps}</dl>"))
}

/// What happened to a file, oldest first. `libelle` names a state key.
#[must_use]
pub fn chronologie(etapes: &[Etape], zone: &TimeZone, libelle: impl Fn(&str) -> String) -> Html {
    let corps: String = etapes
        .iter()
        .map(|e| {
            let motif = e.motif.as_deref().map_or_else(String::new, |m| {
                format!("<p class=\"chrono-motif\">« {} »</p>", esc(m))
            });
            format!(
                "<li><p class=\"chrono-etat\">{}</p><p class=\"chrono-qui\">{}, {}</p>{motif}</li>",
                esc(&libelle(&e.vers)),
                esc(&e.par),
                francais::instant(e.le, zone)
            )
        })
        .collect();
    Html(format!("<ol class=\"chronologie\">{corps}</ol>"))
}

/// Where one is in a suite of steps (1 is the first).
#[must_use]
pub fn etapes(noms: &[&str], courante: usize) -> Html {
    let corps: String = noms
        .iter()
        .enumerate()
        .map(|(i, n)| {
            let (classe, dit) = match (i + 1).cmp(&courante) {
                std::cmp::Ordering::Less => ("faite", " (faite)"),
                std::cmp::Ordering::Equal => ("courante", " (en cours)"),
                std::cmp::Ordering::Greater => ("a-venir", ""),
            };
            let ici = if i + 1 == courante {
                " aria-current=\"step\""
            } else {
                ""
            };
            format!(
                "<li class=\"{classe}\"{ici}>{}<span class=\"sr\">{dit}</span></li>",
                esc(n)
            )
        })
        .collect();
    Html(format!(
        "<ol class=\"etapes\" aria-label=\"Étapes\">{corps}</ol>"
    ))
}

/// Links to the pages of a list. `lien` gives the address of a page number
/// (1 is the first). Empty when one page holds all.
#[must_use]
pub fn pagination(
    page: usize,
    total: usize,
    par_page: usize,
    lien: impl Fn(usize) -> String,
) -> Html {
    let derniere = total.div_ceil(par_page.max(1)).max(1);
    if derniere == 1 {
        return Html::default();
    }
    let a = |n: usize, texte: &str| format!("<a href=\"{}\">{texte}</a>", esc(&lien(n)));
    let avant = if page > 1 {
        a(page - 1, "← Page précédente")
    } else {
        String::new()
    };
    let apres = if page < derniere {
        a(page + 1, "Page suivante →")
    } else {
        String::new()
    };
    Html(format!(
        "<nav class=\"pagination\" aria-label=\"Pages\">{avant}<span>Page {page} sur {derniere}</span>{apres}</nav>"
    ))
}

/// An empty list that teaches the first step.
#[must_use]
pub fn vide(texte: &str, action: Option<(&str, &str)>) -> Html {
    let bouton = action.map_or_else(String::new, |(t, l)| {
        format!(
            "<p><a class=\"bouton\" href=\"{}\">{}</a></p>",
            esc(l),
            esc(t)
        )
    });
    Html(format!(
        "<div class=\"vide\"><p>{}</p>{bouton}</div>",
        esc(texte)
    ))
}

/// « dans 5 jours (8 mars 2026) », red words when late.
#[must_use]
pub fn echeance(aujourdhui: Date, le: Date) -> Html {
    let (classe, delai) = match francais::days(aujourdhui, le) {
        n if n < 0 => (
            "echeance en-retard",
            format!("en retard de {}", francais::pluriel(-n, "jour")),
        ),
        _ => ("echeance", francais::delai(aujourdhui, le)),
    };
    Html(format!(
        "<span class=\"{classe}\">{delai} ({})</span>",
        francais::date(le)
    ))
}

/// « à vérifier », beside a value no administrator has confirmed.
#[must_use]
pub fn a_verifier() -> Html {
    etat(Ton::Attention, "à vérifier")
}
