mod chiffres;
mod export;
mod tableau;

use socle::Role;
use web::{Acces, Routes};

/// Roles that follow the programme over their own perimeter.
const SUIVI: Acces = Acces::Roles(&[
    Role::Administrateur,
    Role::Operateur,
    Role::Secretariat,
    Role::AnimationNationale,
    Role::Prefecture,
    Role::Collectivite,
    Role::Hub,
    Role::GestionnaireStructure,
]);

pub(crate) fn routes() -> Routes {
    let mut r = Routes::new()
        .get("/pilotage", SUIVI, tableau::page)
        .get("/pilotage/export.csv", SUIVI, export::csv)
        .get("/pilotage/export.xlsx", SUIVI, export::xlsx)
        .get("/chiffres", Acces::Public, chiffres::page)
        .get("/chiffres/export.csv", Acces::Public, chiffres::csv);
    if let Acces::Roles(roles) = SUIVI {
        for role in roles {
            r = r.menu(*role, "Pilotage", "/pilotage");
        }
    }
    r
}
