//! `/coordination`: a coordinateur's own reports, and what others may read.

mod fiche;
mod formulaire;
mod liste;

use socle::Role;
use web::{Acces, Routes};

const AUTEUR: Acces = Acces::Roles(&[Role::Coordinateur]);
const LECTEURS: Acces = Acces::Roles(&[
    Role::Coordinateur,
    Role::GestionnaireStructure,
    Role::Administrateur,
    Role::AnimationNationale,
]);

/// Pages and menus of coordination.
#[must_use]
pub fn routes() -> Routes {
    let mut r = Routes::new()
        .get("/coordination", LECTEURS, liste::page)
        .get("/coordination/export", LECTEURS, liste::export)
        .get("/coordination/animation", AUTEUR, formulaire::animation)
        .get("/coordination/evenement", AUTEUR, formulaire::event)
        .get("/coordination/partenariat", AUTEUR, formulaire::partnership)
        .post(
            "/coordination/animation",
            AUTEUR,
            formulaire::record_animation,
        )
        .post("/coordination/evenement", AUTEUR, formulaire::record_event)
        .post(
            "/coordination/partenariat",
            AUTEUR,
            formulaire::record_partnership,
        )
        .get("/coordination/{id}", LECTEURS, fiche::page)
        .get("/coordination/{id}/modifier", AUTEUR, formulaire::edit)
        .post("/coordination/{id}/modifier", AUTEUR, formulaire::change)
        .post("/coordination/{id}/supprimer", AUTEUR, fiche::delete)
        .post("/coordination/{id}/restaurer", AUTEUR, fiche::restore)
        .menu(Role::Coordinateur, "Ma coordination", "/coordination");
    for role in [
        Role::GestionnaireStructure,
        Role::Administrateur,
        Role::AnimationNationale,
    ] {
        r = r.menu(role, "Coordination", "/coordination");
    }
    r
}
