//! Screens of the zonings: the list, a version, sending a file and its report.

pub mod api;
pub mod depot;
pub mod fiche;
pub mod liste;
pub mod nouveau;

use socle::Role;
use web::{Acces, Routes};

const CHARGEURS: Acces = Acces::Roles(&[Role::Administrateur, Role::Hub]);
pub(crate) const LISTE: &str = "/administration/zonages";

pub(crate) fn routes() -> Routes {
    Routes::new()
        .get("/api/v1/zonages", Acces::Public, api::list)
        .get(LISTE, CHARGEURS, liste::show)
        .get("/administration/zonages/nouveau", CHARGEURS, nouveau::show)
        .post("/administration/zonages/nouveau", CHARGEURS, nouveau::send)
        .get(
            "/administration/zonages/depots/{id}",
            CHARGEURS,
            depot::show,
        )
        .post(
            "/administration/zonages/depots/{id}/charger",
            CHARGEURS,
            depot::load,
        )
        .post(
            "/administration/zonages/depots/{id}/abandonner",
            CHARGEURS,
            depot::give_up,
        )
        .get(
            "/administration/zonages/versions/{id}",
            CHARGEURS,
            fiche::show,
        )
        .menu(Role::Administrateur, "Zonages", LISTE)
        .menu(Role::Hub, "Zonages", LISTE)
}
