//! Screens of calls.

mod dossier;
mod liste;
mod nouvelle;

use socle::Role;
use web::{Acces, Routes, composants::Ton};

use super::Etat;

const LECTEURS: Acces = Acces::Roles(&[
    Role::Administrateur,
    Role::Operateur,
    Role::Secretariat,
    Role::Comite,
    Role::Prefecture,
    Role::GestionnaireStructure,
]);
const PILOTES: Acces = Acces::Roles(&[Role::Administrateur]);

pub(crate) fn routes() -> Routes {
    Routes::new()
        .get("/campagnes", LECTEURS, liste::show)
        .post("/campagnes", PILOTES, nouvelle::submit)
        .get("/campagnes/nouvelle", PILOTES, nouvelle::show)
        .get("/campagnes/{id}", LECTEURS, dossier::show)
        .post("/campagnes/{id}/etat", PILOTES, dossier::act)
        .post("/campagnes/{id}/contingent", PILOTES, dossier::contingent)
        .menu(Role::Administrateur, "Campagnes", "/campagnes")
        .menu(Role::Secretariat, "Campagnes", "/campagnes")
}

fn ton(e: Etat) -> Ton {
    match e {
        Etat::Brouillon | Etat::Archivee => Ton::Neutre,
        Etat::Publiee => Ton::Info,
        Etat::Ouverte => Ton::Succes,
        Etat::Suspendue => Ton::Attention,
        Etat::Close => Ton::Danger,
    }
}
