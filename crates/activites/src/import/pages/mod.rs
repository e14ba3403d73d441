//! Screens of imports: send a file, look at it, import it.

mod envoi;
mod suivi;

use socle::Role;
use web::{Acces, Html, Routes, composants};

use super::{Etat, Genre, Import, service::IMPORTER_ACTIVITES};

const AUTEURS: Acces = Acces::Roles(crate::AUTEURS);
const TOUS: Acces = Acces::Roles(IMPORTER_ACTIVITES.roles);

/// Pages and menus of this noun.
#[must_use]
pub fn routes() -> Routes {
    let mut r = Routes::new()
        .get("/beneficiaires/importer", AUTEURS, envoi::people)
        .post("/beneficiaires/importer", AUTEURS, envoi::send_people)
        .get(
            "/beneficiaires/importer/modele.csv",
            AUTEURS,
            envoi::people_csv,
        )
        .get(
            "/beneficiaires/importer/modele.xlsx",
            AUTEURS,
            envoi::people_xlsx,
        )
        .get("/activites/importer", TOUS, envoi::activities)
        .post("/activites/importer", TOUS, envoi::send_activities)
        .get(
            "/activites/importer/modele.csv",
            TOUS,
            envoi::activities_csv,
        )
        .get(
            "/activites/importer/modele.xlsx",
            TOUS,
            envoi::activities_xlsx,
        )
        .get("/imports/{id}", TOUS, suivi::page)
        .post("/imports/{id}/corriger", TOUS, suivi::correct)
        .post("/imports/{id}/confirmer", TOUS, suivi::confirm)
        .post("/imports/{id}/annuler", TOUS, suivi::cancel)
        .post("/imports/{id}/abandonner", TOUS, suivi::discard)
        .get("/imports/{id}/rapport.csv", TOUS, suivi::csv)
        .get("/imports/{id}/rapport.xlsx", TOUS, suivi::xlsx);
    for role in crate::AUTEURS {
        r = r.menu(*role, "Importer", "/beneficiaires/importer");
    }
    for role in [Role::GestionnaireStructure, Role::Administrateur] {
        r = r.menu(role, "Importer des activités", "/activites/importer");
    }
    r
}

const ETAPES: [&str; 3] = ["Choisir un fichier", "Relire et corriger", "Importer"];

fn steps(courante: usize) -> Html {
    composants::etapes(&ETAPES, courante)
}

/// The state of an import, as a badge.
fn state(i: &Import) -> Html {
    use composants::Ton;
    match i.etat {
        Etat::Televerse | Etat::Analyse => composants::etat(Ton::Attention, "À relire"),
        Etat::Confirme if i.is_running() => composants::etat(Ton::Info, "En cours"),
        Etat::Confirme => composants::etat(Ton::Succes, "Importé"),
        Etat::Annule => composants::etat(Ton::Neutre, "Annulé"),
    }
}

/// What the lines of a kind of file are called.
fn noun(genre: Genre) -> &'static str {
    match genre {
        Genre::Beneficiaires => "fiche",
        Genre::Activites => "activité",
    }
}
