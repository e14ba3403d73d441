mod administration;
mod adresse;
mod connexion;
mod espace;
mod fiche;
mod mots_de_passe;

use socle::Role;
use web::{Acces, Routes};

pub(crate) fn routes() -> Routes {
    const ADMIN: Acces = Acces::Roles(&[Role::Administrateur]);
    Routes::new()
        .get("/connexion", Acces::Public, connexion::page)
        .post("/connexion", Acces::Public, connexion::password)
        .get("/connexion/code", Acces::Public, connexion::code_page)
        .post("/connexion/code", Acces::Public, connexion::code)
        .post("/deconnexion", Acces::Public, connexion::sign_out)
        .get(
            "/invitation/{jeton}",
            Acces::Jeton,
            mots_de_passe::invitation_page,
        )
        .post(
            "/invitation/{jeton}",
            Acces::Jeton,
            mots_de_passe::invitation,
        )
        .get(
            "/mot-de-passe-oublie",
            Acces::Public,
            mots_de_passe::forgotten_page,
        )
        .post(
            "/mot-de-passe-oublie",
            Acces::Public,
            mots_de_passe::forgotten,
        )
        .get(
            "/mot-de-passe/{jeton}",
            Acces::Jeton,
            mots_de_passe::reset_page,
        )
        .post("/mot-de-passe/{jeton}", Acces::Jeton, mots_de_passe::reset)
        .get("/compte", Acces::Connecte, espace::page)
        .post("/compte/role", Acces::Connecte, espace::switch)
        .post("/compte/sessions", Acces::Connecte, espace::close)
        .post("/compte/mot-de-passe", Acces::Connecte, espace::password)
        .post("/compte/courriel", Acces::Connecte, adresse::ask)
        .get("/changer-adresse/{jeton}", Acces::Jeton, adresse::page)
        .post("/changer-adresse/{jeton}", Acces::Jeton, adresse::confirm)
        .get("/administration/personnes/{id}", ADMIN, fiche::page)
        .post(
            "/administration/personnes/{id}/invitation",
            ADMIN,
            fiche::invite,
        )
        .post(
            "/administration/personnes/{id}/deconnexion",
            ADMIN,
            fiche::sign_out,
        )
        .post(
            "/administration/personnes/{id}/second-facteur",
            ADMIN,
            fiche::reset,
        )
        .get("/administration/comptes", ADMIN, administration::page)
        .post("/administration/comptes", ADMIN, administration::invite)
        .post(
            "/administration/comptes/retirer",
            ADMIN,
            administration::revoke,
        )
        .menu(
            Role::Administrateur,
            "Comptes et rôles",
            "/administration/comptes",
        )
}
