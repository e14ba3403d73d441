//! Screens of matchings.

mod dossier;
mod recherche;

use socle::Role;
use web::{Acces, Routes, composants::Ton};

use super::Etat;
use crate::droits::STRUCTURE;

const RECRUTER: Acces = Acces::Roles(STRUCTURE);
const LIRE: Acces = Acces::Roles(&[
    Role::Candidat,
    Role::Conseiller,
    Role::GestionnaireStructure,
    Role::ReferentStructure,
    Role::Operateur,
    Role::Administrateur,
]);
const AGIR: Acces = Acces::Roles(&[
    Role::Candidat,
    Role::GestionnaireStructure,
    Role::ReferentStructure,
]);

pub(crate) fn routes() -> Routes {
    let mut r = Routes::new()
        .get("/recrutement", RECRUTER, recherche::show)
        .get(
            "/recrutement/candidats/{personne}",
            RECRUTER,
            recherche::profile,
        )
        .post(
            "/recrutement/candidats/{personne}",
            RECRUTER,
            recherche::preselect,
        )
        .get("/mises-en-relation", LIRE, dossier::list)
        .get("/mises-en-relation/{id}", LIRE, dossier::show)
        .post("/mises-en-relation/{id}", AGIR, dossier::act);
    for role in STRUCTURE {
        r = r
            .menu(*role, "Recruter", "/recrutement")
            .menu(*role, "Mes échanges", "/mises-en-relation")
            .a_faire(*role, dossier::todo);
    }
    r
}

/// The colour of a state.
pub(crate) fn tone(e: Etat) -> Ton {
    match e {
        Etat::InteretCandidat | Etat::Proposition => Ton::Attention,
        Etat::Preselectionnee | Etat::Entretien => Ton::Info,
        Etat::Acceptee | Etat::Recrutee => Ton::Succes,
        Etat::NonRetenue | Etat::Declinee | Etat::EnPause | Etat::Close => Ton::Neutre,
    }
}
