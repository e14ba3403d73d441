//! Screens of activities.

mod atelier;
pub(crate) mod choix;
mod equipe;
mod export;
mod fiche;
mod formulaire;
mod individuel;
mod liste;
mod periode;
mod remplissage;
mod semaine;

use socle::Role;
use web::{Acces, Routes};

const AUTEURS: Acces = Acces::Roles(crate::AUTEURS);
const LECTEURS: Acces = Acces::Roles(&[
    Role::Conseiller,
    Role::Mediateur,
    Role::GestionnaireStructure,
    Role::Coordinateur,
]);
const EQUIPE: Acces = Acces::Roles(&[Role::GestionnaireStructure, Role::Coordinateur]);

/// Pages, menus and home figures of this noun.
#[must_use]
pub fn routes() -> Routes {
    let mut r = Routes::new()
        .get("/activites", AUTEURS, liste::page)
        .get("/activites/export", LECTEURS, export::file)
        .get("/activites/individuel", AUTEURS, individuel::page)
        .post("/activites/individuel", AUTEURS, individuel::submit)
        .get("/activites/atelier", AUTEURS, atelier::page)
        .post("/activites/atelier", AUTEURS, atelier::submit)
        .get("/activites/semaine", AUTEURS, semaine::page)
        .post("/activites/semaine", AUTEURS, semaine::submit)
        .get("/activites/equipe", EQUIPE, equipe::page)
        .get("/activites/{id}", LECTEURS, fiche::page)
        .get("/activites/{id}/modifier", AUTEURS, fiche::edit)
        .post("/activites/{id}/modifier", AUTEURS, fiche::submit)
        .post("/activites/{id}/supprimer", AUTEURS, fiche::delete)
        .post("/activites/{id}/restaurer", AUTEURS, fiche::restore)
        .post(
            "/activites/brouillons/{id}/supprimer",
            AUTEURS,
            liste::discard,
        );
    for role in crate::AUTEURS {
        r = r
            .menu(*role, "Saisir un accompagnement", "/activites/individuel")
            .menu(*role, "Saisir un atelier", "/activites/atelier")
            .menu(*role, "Saisie de la semaine", "/activites/semaine")
            .menu(*role, "Mes activités", "/activites")
            .a_faire(*role, liste::todo)
            .chiffres(*role, liste::figures);
    }
    for role in [Role::GestionnaireStructure, Role::Coordinateur] {
        r = r
            .menu(role, "Activités de l'équipe", "/activites/equipe")
            .chiffres(role, equipe::figures);
    }
    r
}
