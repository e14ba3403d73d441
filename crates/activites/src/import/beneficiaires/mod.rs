//! Lines that become files of people followed (spec 20 §2.6).

mod analyse;
mod doublons;
mod ecriture;

pub use analyse::{Bonne, Contexte, analyse, context};
pub use ecriture::{apply, undo};

use super::Colonne;

/// The columns of the file, in the order of the model.
#[must_use]
pub fn columns() -> Vec<Colonne> {
    let c = Colonne::new;
    vec![
        c("nom", "Nom", &["nom de famille", "nom d'usage"], "Diallo"),
        c("prenom", "Prénom", &[], "Awa"),
        c("alias", "Repère", &["alias", "pseudonyme", "surnom"], ""),
        c(
            "annee_naissance",
            "Année de naissance",
            &["naissance", "né en", "née en", "né(e) en", "annee"],
            "1956",
        ),
        c(
            "code_insee",
            "Code INSEE",
            &["insee", "code commune", "code insee commune"],
            "35238",
        ),
        c("code_postal", "Code postal", &["cp"], "35000"),
        c(
            "commune",
            "Commune",
            &["ville", "commune de résidence", "commune residence"],
            "Rennes",
        ),
        c(
            "telephone",
            "Téléphone",
            &["tel", "tél", "portable", "mobile", "numéro de téléphone"],
            "06 00 00 00 00",
        ),
        c(
            "courriel",
            "E-mail",
            &[
                "mail",
                "adresse e-mail",
                "adresse mail",
                "adresse électronique",
                "courriel",
            ],
            "awa.diallo@exemple.fr",
        ),
        c("genre", "Genre", &["sexe"], "Féminin"),
        c(
            "statut",
            "Statut",
            &["situation", "activité professionnelle"],
            "Retraité",
        ),
        c(
            "connu_depuis",
            "Connu depuis",
            &[
                "connue depuis",
                "accompagné depuis",
                "accompagnée depuis",
                "suivi depuis",
            ],
            "15/09/2024",
        ),
        c(
            "informe_le",
            "Information le",
            &[
                "informé le",
                "informée le",
                "date d'information",
                "information",
            ],
            "03/03/2026",
        ),
        c(
            "notes",
            "Notes",
            &["note", "commentaire", "commentaires", "remarques"],
            "",
        ),
    ]
}
