//! Screens of the register.

mod fiche;
mod formulaire;
mod liste;

use web::{Acces, Routes};

const AUTEURS: Acces = Acces::Roles(crate::AUTEURS);

/// Pages and menu of this noun.
#[must_use]
pub fn routes() -> Routes {
    let mut r = Routes::new()
        .get("/beneficiaires", AUTEURS, liste::page)
        .get("/beneficiaires/nouveau", AUTEURS, formulaire::page)
        .post("/beneficiaires/nouveau", AUTEURS, formulaire::submit)
        .get("/beneficiaires/{id}", AUTEURS, fiche::page)
        .get("/beneficiaires/{id}/modifier", AUTEURS, formulaire::edit)
        .post("/beneficiaires/{id}/modifier", AUTEURS, formulaire::change);
    for role in crate::AUTEURS {
        r = r.menu(*role, "Personnes suivies", "/beneficiaires");
    }
    r
}
