//! What an administrator sees of the instance itself.

mod courriels;
mod references;
mod travaux;

use socle::Role;
use web::{Acces, Routes};

const ADMINISTRATEURS: Acces = Acces::Roles(&[Role::Administrateur]);
/// Jobs hold no personal content: the operator of the machine sees them too.
const TECHNIQUE: Acces = Acces::Roles(&[Role::Administrateur, Role::Exploitant]);

pub(super) fn routes() -> Routes {
    Routes::new()
        .get("/administration/travaux", TECHNIQUE, travaux::page)
        .post(
            "/administration/travaux/{id}/relancer",
            TECHNIQUE,
            travaux::retry,
        )
        .get(
            "/administration/references",
            ADMINISTRATEURS,
            references::lists,
        )
        .get(
            "/administration/references/{liste}",
            ADMINISTRATEURS,
            references::page,
        )
        .post(
            "/administration/references/{liste}",
            ADMINISTRATEURS,
            references::replace,
        )
        .get("/demo/courriels", Acces::Public, courriels::page)
        .menu(
            Role::Administrateur,
            "Données de référence",
            "/administration/references",
        )
        .menu(Role::Administrateur, "Travaux", "/administration/travaux")
        .menu(Role::Exploitant, "Travaux", "/administration/travaux")
}
