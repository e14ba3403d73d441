//! The device's door (`/sync/v1`), the shell it records in (`/saisie/`) and
//! the page where two changes are decided on.

mod arbitrage;
mod coquille;
mod lots;
mod references;

use web::{Acces, Routes};

const AUTEURS: Acces = Acces::Roles(crate::AUTEURS);

#[must_use]
pub fn routes() -> Routes {
    let mut r = Routes::new()
        // The device is named in the request: a lost one is told so even
        // without a session.
        .get("/sync/v1/ping", Acces::Jeton, lots::ping)
        .post("/sync/v1/lots", Acces::Jeton, lots::receive)
        // Nothing personal: kept by the browser to open without network.
        .get("/saisie/", Acces::Public, coquille::page)
        .get(
            "/saisie/code/{version}/{nom}",
            Acces::Public,
            coquille::module,
        )
        .get("/saisie/service.js", Acces::Public, coquille::worker)
        .get(
            "/saisie/manifeste.webmanifest",
            Acces::Public,
            coquille::manifest,
        )
        .get("/saisie/references", AUTEURS, references::file)
        .get("/activites/a-arbitrer", AUTEURS, arbitrage::list)
        .get("/activites/a-arbitrer/{id}", AUTEURS, arbitrage::page)
        .post("/activites/a-arbitrer/{id}", AUTEURS, arbitrage::decide);
    for role in crate::AUTEURS {
        r = r
            .menu(*role, "Saisir hors connexion", "/saisie/")
            .a_faire(*role, arbitrage::todo);
    }
    r
}
