//! Screens of contracts.

mod dossier;
mod liste;
mod prolongation;
mod redaction;
mod rupture;

use socle::Role;
use web::{Acces, Routes, composants::Ton};

use super::Etat;
use crate::droits::{CONTRAT_LECTEURS, STRUCTURE};

const LIRE: Acces = Acces::Roles(CONTRAT_LECTEURS);
const REDIGER: Acces = Acces::Roles(STRUCTURE);
const DECIDER: Acces = Acces::Roles(&[Role::Operateur, Role::Administrateur]);
const DECLARER: Acces = Acces::Roles(&[
    Role::GestionnaireStructure,
    Role::ReferentStructure,
    Role::Operateur,
]);

pub(crate) fn routes() -> Routes {
    let mut r = Routes::new()
        .get("/contrats", LIRE, liste::show)
        .get("/contrats/nouveau/{relation}", REDIGER, redaction::new)
        .post("/contrats/nouveau/{relation}", REDIGER, redaction::create)
        .get("/contrats/{id}", LIRE, dossier::show)
        .get("/contrats/{id}/modifier", REDIGER, redaction::edit)
        .post("/contrats/{id}/modifier", REDIGER, redaction::save)
        .get("/contrats/{id}/renouveler", REDIGER, redaction::renewal)
        .post("/contrats/{id}/renouveler", REDIGER, redaction::renew)
        .get("/contrats/{id}/prolonger", REDIGER, prolongation::show)
        .post("/contrats/{id}/prolonger", REDIGER, prolongation::ask)
        .post("/contrats/{id}/prolongation", DECIDER, prolongation::decide)
        .post("/contrats/{id}/soumettre", REDIGER, dossier::submit)
        .post("/contrats/{id}/annuler", REDIGER, dossier::annul)
        .post("/contrats/{id}/decision", DECIDER, dossier::decide)
        .get("/contrats/{id}/rupture", DECLARER, rupture::form)
        .post("/contrats/{id}/rupture", DECLARER, rupture::declare)
        .post("/contrats/{id}/rupture/suite", DECLARER, rupture::follow);
    for role in CONTRAT_LECTEURS {
        if !matches!(role, Role::Candidat | Role::Conseiller) {
            r = r.menu(*role, "Contrats", "/contrats");
        }
    }
    for role in STRUCTURE.iter().chain(&[Role::Operateur]) {
        r = r
            .a_faire(*role, liste::todo)
            .chiffres(*role, liste::figures);
    }
    r.chiffres(Role::Administrateur, liste::figures)
        .chiffres(Role::Prefecture, liste::figures)
}

/// The colour of a state.
pub(crate) fn tone(e: Etat) -> Ton {
    match e {
        Etat::Brouillon | Etat::Annule | Etat::Termine | Etat::Remplace => Ton::Neutre,
        Etat::Soumis => Ton::Info,
        Etat::ACompleter => Ton::Attention,
        Etat::Valide => Ton::Succes,
        Etat::Refuse | Etat::Rompu => Ton::Danger,
    }
}
