//! Screens of the rhythm: one's own, one's team's, a territory's counts.

mod equipe;
mod mien;
mod territoire;

use web::{Acces, Routes};

use super::service::{ARRETER, LIRE_COMPTES, LIRE_EQUIPE};

const AUTEURS: Acces = Acces::Roles(crate::AUTEURS);

/// Pages, menus and « À faire » of this noun.
#[must_use]
pub fn routes() -> Routes {
    let mut r = Routes::new()
        .get("/activites/rythme", AUTEURS, mien::page)
        .get(
            "/activites/rythme/equipe",
            Acces::Roles(LIRE_EQUIPE.roles),
            equipe::page,
        )
        .get(
            "/activites/rythme/territoire",
            Acces::Roles(LIRE_COMPTES.roles),
            territoire::page,
        )
        .post(
            "/activites/rythme/{id}/arreter",
            Acces::Roles(ARRETER.roles),
            equipe::stop,
        );
    for role in crate::AUTEURS {
        r = r
            .menu(*role, "Mon rythme de saisie", "/activites/rythme")
            .a_faire(*role, mien::todo);
    }
    for role in LIRE_EQUIPE.roles {
        r = r.menu(*role, "Rythme des saisies", "/activites/rythme/equipe");
    }
    for role in LIRE_COMPTES.roles {
        r = r.menu(*role, "Rythme des saisies", "/activites/rythme/territoire");
    }
    r
}
