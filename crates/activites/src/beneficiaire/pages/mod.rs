//! Screens of the register.

mod conservation;
mod consultation;
mod dossier;
mod doublons;
mod echeances;
mod etat;
mod fiche;
mod formulaire;
mod geste;
mod liste;
mod partage;
mod passation;

use socle::Role;
use web::{Acces, Routes};

const AUTEURS: Acces = Acces::Roles(crate::AUTEURS);
/// Who answers a person's request.
const DROITS: Acces = Acces::Roles(&[Role::Conseiller, Role::Mediateur, Role::Dpo]);
const EXCEPTION: Acces = Acces::Roles(&[Role::GestionnaireStructure, Role::Dpo]);
const RESPONSABLE: Acces = Acces::Roles(&[Role::GestionnaireStructure]);
const DPO: Acces = Acces::Roles(&[Role::Dpo]);
const CONSERVATION: Acces = Acces::Roles(&[Role::Dpo, Role::Administrateur]);

/// Pages and menu of this noun.
#[must_use]
pub fn routes() -> Routes {
    let mut r = Routes::new()
        .get("/beneficiaires", AUTEURS, liste::page)
        .get("/beneficiaires/nouveau", AUTEURS, formulaire::page)
        .post("/beneficiaires/nouveau", AUTEURS, formulaire::submit)
        .with(doubles())
        .with(hands())
        .with(one())
        .with(rights());
    for role in crate::AUTEURS {
        r = r
            .menu(*role, "Personnes suivies", "/beneficiaires")
            .a_faire(*role, passation::todo)
            .a_faire(*role, echeances::todo);
    }
    r.menu(
        Role::GestionnaireStructure,
        "Fiches en attente",
        "/fiches-en-attente",
    )
    .a_faire(Role::GestionnaireStructure, passation::todo_waiting)
    .menu(Role::Dpo, "Droits des personnes", "/droits-des-personnes")
    .menu(Role::Dpo, "Conservation", "/conservation")
    .menu(
        Role::Administrateur,
        "Conservation des fiches",
        "/conservation",
    )
}

fn doubles() -> Routes {
    Routes::new()
        .get("/beneficiaires/doublons", AUTEURS, doublons::page)
        .post(
            "/beneficiaires/doublons/ecarter",
            AUTEURS,
            doublons::set_aside,
        )
        .get("/beneficiaires/fusions/{id}", AUTEURS, doublons::show)
        .post(
            "/beneficiaires/fusions/{id}/reponse",
            AUTEURS,
            doublons::answer,
        )
        .post(
            "/beneficiaires/fusions/{id}/annuler",
            AUTEURS,
            doublons::undo,
        )
        .get("/beneficiaires/{id}/fusion", AUTEURS, doublons::compare)
        .post("/beneficiaires/{id}/fusion", AUTEURS, doublons::merge)
}

fn hands() -> Routes {
    Routes::new()
        .get("/beneficiaires/passation", AUTEURS, passation::page)
        .post("/beneficiaires/passation", AUTEURS, passation::propose)
        .post(
            "/beneficiaires/passation/reponse",
            AUTEURS,
            passation::answer,
        )
        .post(
            "/beneficiaires/passation/annulation",
            AUTEURS,
            passation::cancel,
        )
        .get("/fiches-en-attente", RESPONSABLE, passation::waiting)
        .post("/fiches-en-attente", RESPONSABLE, passation::name_successor)
        .get("/beneficiaires/{id}/partage", AUTEURS, partage::page)
        .post("/beneficiaires/{id}/partage", AUTEURS, partage::share)
        .post("/beneficiaires/{id}/partage/fin", AUTEURS, partage::revoke)
        .post("/beneficiaires/{id}/copie", AUTEURS, partage::copy)
}

fn one() -> Routes {
    Routes::new()
        .get("/beneficiaires/{id}", AUTEURS, fiche::page)
        .get("/beneficiaires/{id}/modifier", AUTEURS, formulaire::edit)
        .post("/beneficiaires/{id}/modifier", AUTEURS, formulaire::change)
        .get("/beneficiaires/{id}/limiter", DROITS, etat::limit_form)
        .post("/beneficiaires/{id}/limiter", DROITS, etat::limit)
        .get("/beneficiaires/{id}/lever", DROITS, etat::lift_form)
        .post("/beneficiaires/{id}/lever", DROITS, etat::lift)
        .get("/beneficiaires/{id}/effacer", DROITS, etat::erase_form)
        .post("/beneficiaires/{id}/effacer", DROITS, etat::erase)
        .get("/beneficiaires/{id}/dossier", DROITS, dossier::page)
        .get("/beneficiaires/{id}/dossier.json", DROITS, dossier::json)
        .get("/beneficiaires/{id}/prolonger", AUTEURS, etat::prolong_form)
        .post("/beneficiaires/{id}/prolonger", AUTEURS, etat::prolong)
}

fn rights() -> Routes {
    Routes::new()
        .get("/beneficiaires/echeances", AUTEURS, echeances::page)
        .get(
            "/beneficiaires/{id}/consultation",
            EXCEPTION,
            consultation::page,
        )
        .post(
            "/beneficiaires/{id}/consultation",
            EXCEPTION,
            consultation::open,
        )
        .get("/droits-des-personnes", DPO, consultation::search)
        .get("/conservation", CONSERVATION, conservation::page)
        .get(
            "/conservation/effacements.txt",
            CONSERVATION,
            conservation::ledger,
        )
        .get("/conservation/{id}", CONSERVATION, conservation::show)
        .post("/conservation/{id}", CONSERVATION, conservation::decide)
        .get(
            "/conservation/{id}/bordereau.csv",
            CONSERVATION,
            conservation::csv,
        )
        .get(
            "/conservation/{id}/bordereau.pdf",
            CONSERVATION,
            conservation::pdf,
        )
}
