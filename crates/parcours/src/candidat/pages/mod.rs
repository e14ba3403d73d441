//! Screens of candidates.

mod espace;
mod inscription;

use socle::Role;
use web::{Acces, Routes};

use super::{DISTANCES, Experience, Partage, Situation};

const CANDIDAT: Acces = Acces::Roles(&[Role::Candidat]);

pub(crate) fn routes() -> Routes {
    Routes::new()
        .get("/devenir-conseiller", Acces::Public, inscription::show)
        .post("/devenir-conseiller", Acces::Public, inscription::send)
        .get("/devenir-conseiller/recu", Acces::Public, inscription::sent)
        .get(
            "/devenir-conseiller/confirmer/{jeton}",
            Acces::Jeton,
            inscription::link,
        )
        .post(
            "/devenir-conseiller/confirmer/{jeton}",
            Acces::Jeton,
            inscription::confirm,
        )
        .get("/candidat", CANDIDAT, espace::show)
        .post("/candidat/disponibilite", CANDIDAT, espace::availability)
        .get("/candidat/profil", CANDIDAT, espace::profile)
        .post("/candidat/profil", CANDIDAT, espace::save)
        .get("/candidat/offres", CANDIDAT, espace::offers)
        .post("/candidat/offres", CANDIDAT, espace::apply)
        .get("/candidat/supprimer", CANDIDAT, espace::leaving)
        .post("/candidat/supprimer", CANDIDAT, espace::leave)
        .menu(Role::Candidat, "Mon espace candidat", "/candidat")
        .menu(Role::Candidat, "Les offres", "/candidat/offres")
        .a_faire(Role::Candidat, espace::todo)
        .chiffres(Role::Candidat, espace::figures)
}

/// Choices of the form of a profile.
pub(super) struct Listes {
    pub situations: Vec<(String, String)>,
    pub experiences: Vec<(String, String)>,
    pub distances: Vec<(String, String)>,
    pub partages: Vec<(String, String)>,
}

pub(super) fn lists() -> Listes {
    Listes {
        situations: Situation::options(),
        experiences: Experience::options(),
        distances: DISTANCES
            .iter()
            .map(|k| (k.to_string(), format!("{k}\u{a0}km")))
            .chain([("national".to_owned(), "Toute la France".to_owned())])
            .collect(),
        partages: Partage::options(),
    }
}
