//! Screens around the API: what it is, which applications have access, whom
//! one lets write.

mod delegations;
mod guide;
mod registre;

use socle::Role;
use web::{Acces, Routes};

pub(super) fn routes() -> Routes {
    const ADMIN: Acces = Acces::Roles(&[Role::Administrateur]);
    const AUTEURS: Acces = Acces::Roles(crate::AUTEURS);
    let mut r = Routes::new()
        .get("/api", Acces::Public, guide::page)
        .get("/administration/applications", ADMIN, registre::list)
        .post("/administration/applications", ADMIN, registre::create)
        .get("/administration/applications/{id}", ADMIN, registre::show)
        .post(
            "/administration/applications/{id}/secret",
            ADMIN,
            registre::rotate,
        )
        .post(
            "/administration/applications/{id}/revoquer",
            ADMIN,
            registre::revoke,
        )
        .menu(
            Role::Administrateur,
            "Applications",
            "/administration/applications",
        )
        .get("/applications", AUTEURS, delegations::page)
        .post("/applications/{id}/autoriser", AUTEURS, delegations::grant)
        .post("/applications/{id}/retirer", AUTEURS, delegations::withdraw);
    for role in crate::AUTEURS {
        r = r.menu(*role, "Applications", "/applications");
    }
    r
}
