//! Screens of the committee.

mod liste;
mod nouvelle;
mod point;
mod releve;
mod seance;

use socle::Role;
use web::{Acces, Routes};

use super::{CLORE, LIRE, TENIR, VOTER};

const LECTEURS: Acces = Acces::Roles(LIRE.roles);
const TENANTS: Acces = Acces::Roles(TENIR.roles);
const CLOTURE: Acces = Acces::Roles(CLORE.roles);
const VOTANTS: Acces = Acces::Roles(VOTER.roles);

pub(crate) fn routes() -> Routes {
    Routes::new()
        .get("/comites", LECTEURS, liste::show)
        .post("/comites", TENANTS, nouvelle::submit)
        .get("/comites/nouvelle", TENANTS, nouvelle::show)
        .get("/comites/{id}", LECTEURS, seance::show)
        .post("/comites/{id}/inscrire", TENANTS, seance::inscribe)
        .post("/comites/{id}/etat", TENANTS, seance::act)
        .post("/comites/{id}/ouvrir", TENANTS, seance::open)
        .post("/comites/{id}/clore", CLOTURE, seance::close)
        .get("/comites/{id}/releve.pdf", LECTEURS, releve::session)
        .get("/comites/{id}/points/{point}", LECTEURS, point::show)
        .post("/comites/{id}/points/{point}/vote", VOTANTS, point::vote)
        .post(
            "/comites/{id}/points/{point}/decision",
            TENANTS,
            point::decide,
        )
        .get(
            "/candidatures/{id}/releve.pdf",
            Acces::Roles(crate::candidature::LIRE.roles),
            releve::structure,
        )
        .menu(Role::Secretariat, "Comité", "/comites")
        .menu(Role::Comite, "Séances", "/comites")
        .menu(Role::Administrateur, "Comité", "/comites")
        .a_faire(Role::Secretariat, liste::todo)
        .a_faire(Role::Comite, liste::todo)
}
