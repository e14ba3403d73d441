//! Screens of conventions.

mod dossier;
mod liste;
mod nouvelle;
mod versements;

use socle::Role;
use web::{Acces, Routes};

use super::{GERER, LIRE, RESILIER, SIGNER};

const LECTEURS: Acces = Acces::Roles(LIRE.roles);
const GESTION: Acces = Acces::Roles(GERER.roles);
const ACTEURS: Acces = Acces::Roles(RESILIER.roles);
const SIGNATAIRES: Acces = Acces::Roles(SIGNER.roles);

pub(crate) fn routes() -> Routes {
    Routes::new()
        .get("/conventions", LECTEURS, liste::show)
        .post("/conventions", GESTION, nouvelle::submit)
        .get("/conventions/nouvelle", GESTION, nouvelle::show)
        .get("/conventions/{id}", LECTEURS, dossier::show)
        .get("/conventions/{id}/convention.pdf", LECTEURS, dossier::paper)
        .post("/conventions/{id}/etat", ACTEURS, dossier::act)
        .post(
            "/conventions/{id}/renouvellement",
            SIGNATAIRES,
            dossier::answer,
        )
        .post("/conventions/{id}/renouveler", GESTION, dossier::renew)
        .post(
            "/conventions/{id}/versements/{versement}",
            GESTION,
            versements::act,
        )
        .menu(Role::GestionnaireStructure, "Conventions", "/conventions")
        .menu(Role::Operateur, "Conventions", "/conventions")
        .menu(Role::Prefecture, "Conventions", "/conventions")
        .menu(Role::Administrateur, "Conventions", "/conventions")
        .a_faire(Role::GestionnaireStructure, liste::todo_structure)
        .a_faire(Role::Operateur, liste::todo_operateur)
        .chiffres(Role::GestionnaireStructure, liste::figures)
}
