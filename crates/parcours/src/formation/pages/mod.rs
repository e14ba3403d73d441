//! Screens of training.

mod dossier;
mod mon_parcours;
mod organismes;
mod sessions;
mod tests_positionnement;

use socle::Role;
use web::{Acces, Routes};

use crate::{
    droits::{FORMATEURS, FORMATION_LECTEURS},
    formation::organisme::GESTIONNAIRES,
};

const LIRE: Acces = Acces::Roles(FORMATION_LECTEURS);
const GERER: Acces = Acces::Roles(FORMATEURS);
const INSCRIRE: Acces = Acces::Roles(&[
    Role::GestionnaireStructure,
    Role::ReferentStructure,
    Role::Operateur,
]);
const ORGANISMES: Acces = Acces::Roles(GESTIONNAIRES);
const CONSEILLER: Acces = Acces::Roles(&[Role::Conseiller, Role::Coordinateur]);

pub(crate) fn routes() -> Routes {
    let mut r = Routes::new()
        .get("/formations", LIRE, sessions::list)
        .get("/formations/nouvelle", GERER, sessions::new)
        .post("/formations/nouvelle", GERER, sessions::create)
        .get(
            "/formations/positionnements",
            GERER,
            tests_positionnement::show,
        )
        .post(
            "/formations/positionnements",
            GERER,
            tests_positionnement::record,
        )
        .get("/formations/organismes", ORGANISMES, organismes::show)
        .post("/formations/organismes", ORGANISMES, organismes::add)
        .post(
            "/formations/organismes/acces",
            ORGANISMES,
            organismes::give_access,
        )
        .get("/formations/{id}", LIRE, dossier::show)
        .post("/formations/{id}/inscriptions", INSCRIRE, dossier::register)
        .get(
            "/formations/{id}/inscriptions/{place}",
            GERER,
            dossier::place,
        )
        .post(
            "/formations/{id}/inscriptions/{place}",
            GERER,
            dossier::follow,
        )
        .get("/mon-parcours", CONSEILLER, mon_parcours::show)
        .menu(Role::Conseiller, "Mon parcours", "/mon-parcours")
        .chiffres(Role::OrganismeFormation, sessions::figures)
        .chiffres(Role::AnimationNationale, sessions::figures);
    for role in FORMATION_LECTEURS {
        if *role != Role::Conseiller {
            r = r.menu(*role, "Formations", "/formations");
        }
    }
    for role in FORMATEURS {
        r = r
            .menu(*role, "Positionnements", "/formations/positionnements")
            .a_faire(*role, tests_positionnement::todo);
    }
    r.a_faire(Role::GestionnaireStructure, dossier::todo)
        .a_faire(Role::ReferentStructure, dossier::todo)
}
