//! Screens of applications.

mod accueil;
mod confirmer;
mod depot;
mod dossier;
mod liste;

use socle::Role;
use web::{Acces, Routes};

use super::LIRE;

pub(crate) use dossier::{Resume, summary};

const LECTEURS: Acces = Acces::Roles(LIRE.roles);
const ACTEURS: Acces = Acces::Roles(&[
    Role::GestionnaireStructure,
    Role::Operateur,
    Role::Prefecture,
]);

pub(crate) fn routes() -> Routes {
    Routes::new()
        .get("/candidater", Acces::Public, depot::show)
        .post("/candidater", Acces::Public, depot::submit)
        .post("/candidater/brouillon", Acces::Public, depot::set_aside)
        .get("/candidater/reprendre/{jeton}", Acces::Jeton, depot::resume)
        .get("/candidater/merci", Acces::Public, depot::thanks)
        .get(
            "/candidatures/confirmer/{jeton}",
            Acces::Jeton,
            confirmer::show,
        )
        .post(
            "/candidatures/confirmer/{jeton}",
            Acces::Jeton,
            confirmer::submit,
        )
        .get("/candidatures", LECTEURS, liste::show)
        .get("/candidatures/{id}", LECTEURS, dossier::show)
        .post("/candidatures/{id}/etat", ACTEURS, dossier::act)
        .menu(Role::GestionnaireStructure, "Candidatures", "/candidatures")
        .menu(Role::Prefecture, "Candidatures", "/candidatures")
        .menu(Role::Operateur, "Candidatures", "/candidatures")
        .menu(Role::Secretariat, "Candidatures", "/candidatures")
        .menu(Role::Administrateur, "Candidatures", "/candidatures")
        .a_faire(Role::Operateur, accueil::operateur)
        .a_faire(Role::Prefecture, accueil::prefecture)
        .a_faire(Role::GestionnaireStructure, accueil::structure)
        .a_faire(Role::Secretariat, accueil::secretariat)
        .chiffres(Role::Operateur, accueil::figures)
        .chiffres(Role::Prefecture, accueil::figures)
        .chiffres(Role::Administrateur, accueil::figures)
        .chiffres(Role::Secretariat, accueil::figures)
}
