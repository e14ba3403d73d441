//! The living style guide: every component in each of its states.

use askama::Template;
use jiff::{civil::Date, tz::TimeZone};
use socle::{Saisies, historique::Etape};

use crate::{
    Acces, Ctx, Reponse, Routes,
    composants::{self, Ton},
    formulaire::{Champs, Form},
    html::Html,
};

#[derive(Template)]
#[template(path = "guide.html")]
struct Guide {
    vierge: Form,
    refuse: Form,
    puces: Form,
    themes: Vec<(String, String)>,
    options: Vec<(String, String)>,
    etats: Vec<Html>,
    alertes: Vec<Html>,
    chronologie: Html,
    etapes: Html,
    pagination: Html,
    barres: Html,
    chiffres: Vec<Html>,
    sparkline: Html,
    vide: Html,
    fiche: Html,
    dossier: Html,
    choroplethe: Html,
    echeances: Vec<Html>,
}

/// `/guide-de-style`.
#[must_use]
pub fn routes() -> Routes {
    Routes::new().get("/guide-de-style", Acces::Public, page)
}

async fn page(ctx: Ctx) -> Reponse {
    let champs = Champs::default()
        .with("texte", "Mairie de Rennes")
        .with("date", "2026-02-31")
        .with("montant", "douze")
        .with("choix", "b");
    let mut e = Saisies::new();
    e.add(
        "texte",
        "Ce nom est déjà pris. Ajoutez le nom de la commune.",
    );
    e.add("date", "Date invalide : écrivez par exemple 03/03/2026.");
    e.add(
        "montant",
        "Montant invalide : écrivez par exemple 17 500,00.",
    );
    e.add("choix", "Choisissez une réponse.");
    let jour = Date::constant(2026, 3, 3);
    let etape = |numero, vers: &str, par: &str, motif: Option<&str>| Etape {
        numero,
        de: None,
        vers: vers.into(),
        par: par.into(),
        role: "prefecture".into(),
        motif: motif.map(Into::into),
        le: jiff::Timestamp::constant(1_772_528_400 + 86_400 * numero, 0),
    };
    let corps = Guide {
        vierge: Form::new(),
        refuse: Form::refused(champs, e),
        puces: Form::filled(Champs::default().with("g-puces", "Courriels")),
        themes: [
            "Démarches en ligne",
            "Courriels",
            "Prise en main d’un téléphone",
            "Sécurité",
        ]
        .map(|t| (t.to_owned(), t.to_owned()))
        .into(),
        options: vec![
            ("a".into(), "Première réponse".into()),
            ("b".into(), "Deuxième réponse".into()),
        ],
        etats: [
            (Ton::Neutre, "Brouillon"),
            (Ton::Info, "Avis attendu"),
            (Ton::Succes, "Acceptée"),
            (Ton::Attention, "Complément demandé"),
            (Ton::Danger, "Refusée"),
        ]
        .map(|(t, l)| composants::etat(t, l))
        .into(),
        alertes: [
            (Ton::Info, "Pour information"),
            (Ton::Succes, "C’est enregistré"),
            (Ton::Attention, "À surveiller"),
            (Ton::Danger, "À corriger"),
        ]
        .map(|(t, l)| {
            composants::alerte(
                t,
                l,
                "Une phrase dit ce qui se passe et ce qu’il faut faire.",
            )
        })
        .into(),
        chronologie: composants::chronologie(
            &[
                etape(1, "Déposée", "Mairie de Rennes", None),
                etape(
                    2,
                    "Avis rendu",
                    "Préfecture d’Ille-et-Vilaine",
                    Some("Le besoin est démontré."),
                ),
            ],
            &TimeZone::UTC,
            ToOwned::to_owned,
        ),
        etapes: composants::etapes(&["Structure", "Projet", "Engagements", "Envoi"], 2),
        pagination: composants::pagination(2, 240, 50, |n| format!("?page={n}")),
        barres: composants::barres(
            "Thèmes des accompagnements",
            ["Thème", "Part"],
            &[
                ("Démarches en ligne".into(), 220, "22,0 %".into()),
                ("Prendre en main un équipement".into(), 210, "21,0 %".into()),
            ],
        ),
        chiffres: vec![
            composants::chiffre("Postes occupés", "412", "sur 600 attribués"),
            composants::chiffre("Postes vacants", "31", "dont 4 depuis plus de 3 mois"),
        ],
        sparkline: composants::sparkline(
            &[3, 5, 4, 8, 9, 12],
            "De 3 à 12 accompagnements en six mois",
        ),
        vide: composants::vide(
            "Aucun lieu pour l’instant.",
            Some(("Déclarer un lieu", "#")),
        ),
        dossier: composants::dossier(
            "CAND-2026-0042",
            &composants::etat(Ton::Info, "Avis attendu"),
            "Préfecture d’Ille-et-Vilaine",
            &[
                ("Depuis", "2 mars 2026".into()),
                ("Avant le", "17 mars 2026 (dans 14 jours)".into()),
            ],
        ),
        choroplethe: nuancier(),
        fiche: composants::fiche(&[("Numéro", "CAND-0042".into()), ("Téléphone", String::new())]),
        echeances: vec![
            composants::echeance(jour, Date::constant(2026, 3, 8)),
            composants::echeance(jour, Date::constant(2026, 3, 1)),
        ],
    };
    ctx.page("Guide de style").body(&corps)
}

/// The eight classes of a map, from none to the highest.
fn nuancier() -> Html {
    let classes = (0..8).map(|n| {
        let x = n * 40;
        format!("<rect class=\"c{n}\" x=\"{x}\" y=\"0\" width=\"38\" height=\"30\"/>")
    });
    let legende = (0..8).map(|n| {
        let dit = if n == 0 {
            "0".to_owned()
        } else {
            format!("classe {n}")
        };
        format!("<li><span class=\"c{n}\"></span>{dit}</li>")
    });
    Html(format!(
        "<figure class=\"choroplethe\"><svg viewBox=\"0 0 320 30\" role=\"img\" aria-label=\"Les sept classes d’une carte\">{}</svg>\
         <ul class=\"legende\">{}</ul></figure>",
        classes.collect::<String>(),
        legende.collect::<String>()
    ))
}
