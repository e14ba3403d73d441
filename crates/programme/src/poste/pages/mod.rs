//! Screens of posts.

mod dossier;
mod liste;

use socle::Role;
use web::{Acces, Routes};

use super::retour::{DEMANDER, GERER, LIRE};

pub(crate) fn routes() -> Routes {
    let lecteurs = Acces::Roles(LIRE.roles);
    Routes::new()
        .get("/postes", lecteurs, liste::show)
        .get("/postes/{id}", lecteurs, dossier::show)
        .post(
            "/postes/{id}/retour",
            Acces::Roles(DEMANDER.roles),
            dossier::ask,
        )
        .post(
            "/postes/{id}/gestion",
            Acces::Roles(GERER.roles),
            dossier::manage,
        )
        .menu(Role::GestionnaireStructure, "Postes", "/postes")
        .menu(Role::Prefecture, "Postes", "/postes")
        .menu(Role::Operateur, "Postes", "/postes")
        .menu(Role::Administrateur, "Postes", "/postes")
        .menu(Role::Secretariat, "Postes", "/postes")
        .a_faire(Role::Operateur, liste::todo)
        .chiffres(Role::GestionnaireStructure, liste::figures)
        .chiffres(Role::Prefecture, liste::figures)
        .chiffres(Role::Operateur, liste::figures)
        .chiffres(Role::Administrateur, liste::figures)
        .chiffres(Role::Secretariat, liste::figures)
}
