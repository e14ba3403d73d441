//! Conventions: the plan of a subsidy, its signature, its payments
//! (spec 10 §8).

pub mod calcul;
pub mod pages;
mod pdf;
mod renouvellement;
mod service;
mod store;
pub mod versement;

use jiff::civil::Date;
use socle::{Action, Role, valeurs::Montant};
use uuid::Uuid;
use web::composants::Ton;

use crate::commun::cles;

pub use renouvellement::{answer, renew};
pub(crate) use service::expire;
pub(crate) use service::{PHASE, plan, write_to_structure};
pub use service::{SaisieActe, SaisieConvention, act, prepare};
pub use store::{Filtre, get, list};
pub(crate) use store::{insert, of_post, renewed_by};

/// Prepares, sends, signs for the State, suspends, settles.
pub static GERER: Action = Action::new(
    "convention.gerer",
    &[Role::Operateur],
    "Seul l'opérateur prépare et gère les conventions.",
);
/// Signs for the structure, answers about renewal.
pub static SIGNER: Action = Action::new(
    "convention.signer",
    &[Role::GestionnaireStructure],
    "Seule la structure signe sa convention.",
);
/// Ends a convention: the structure with a month's notice, or the opérateur.
pub static RESILIER: Action = Action::new(
    "convention.resilier",
    &[Role::Operateur, Role::GestionnaireStructure],
    "Seuls l'opérateur et la structure résilient une convention.",
);
/// Reads conventions and amounts.
pub static LIRE: Action = Action::new(
    "convention.lire",
    &[
        Role::GestionnaireStructure,
        Role::Prefecture,
        Role::Operateur,
        Role::Administrateur,
    ],
    "Votre rôle ne donne pas accès aux conventions.",
);

cles! {
    Etat {
        Brouillon "brouillon" "Brouillon",
        Envoyee "envoyee" "À signer",
        SigneeStructure "signee_structure" "Signée par la structure",
        Active "active" "En vigueur",
        Suspendue "suspendue" "Suspendue",
        Resiliee "resiliee" "Résiliée",
        Echue "echue" "Échue",
        Soldee "soldee" "Soldée",
        Annulee "annulee" "Annulée",
    }
}

impl Etat {
    #[must_use]
    pub fn ton(self) -> Ton {
        match self {
            Etat::Active | Etat::Soldee => Ton::Succes,
            Etat::Envoyee | Etat::Suspendue => Ton::Attention,
            Etat::Resiliee => Ton::Danger,
            Etat::SigneeStructure => Ton::Info,
            _ => Ton::Neutre,
        }
    }

    #[must_use]
    pub fn who(self) -> &'static str {
        match self {
            Etat::Envoyee => "La structure, pour signer",
            Etat::Brouillon
            | Etat::SigneeStructure
            | Etat::Suspendue
            | Etat::Echue
            | Etat::Resiliee => "L’opérateur",
            Etat::Active => "Personne, jusqu’au prochain versement",
            Etat::Soldee | Etat::Annulee => "Personne : la convention est terminée",
        }
    }
}

cles! {
    Evenement {
        Envoyer "envoyer" "Envoyer à la structure pour signature",
        SignerStructure "signer_structure" "Signer la convention",
        SignerFinanceur "signer_financeur" "Signer pour l’État",
        Suspendre "suspendre" "Suspendre la convention",
        Lever "lever" "Lever la suspension",
        Resilier "resilier" "Résilier la convention",
        Solder "solder" "Solder la convention",
        Annuler "annuler" "Annuler la convention",
    }
}

impl Evenement {
    #[must_use]
    pub fn action(self) -> &'static Action {
        match self {
            Evenement::SignerStructure => &SIGNER,
            Evenement::Resilier => &RESILIER,
            _ => &GERER,
        }
    }

    /// The state it leads to, if it may happen in `de` (spec 10 §8.3).
    #[must_use]
    pub fn target(self, de: Etat) -> Option<Etat> {
        match (self, de) {
            (Evenement::Envoyer, Etat::Brouillon) => Some(Etat::Envoyee),
            (Evenement::SignerStructure, Etat::Envoyee) => Some(Etat::SigneeStructure),
            (Evenement::SignerFinanceur, Etat::SigneeStructure)
            | (Evenement::Lever, Etat::Suspendue) => Some(Etat::Active),
            (Evenement::Suspendre, Etat::Active) => Some(Etat::Suspendue),
            (Evenement::Resilier, Etat::Active | Etat::Suspendue) => Some(Etat::Resiliee),
            (Evenement::Solder, Etat::Echue | Etat::Resiliee) => Some(Etat::Soldee),
            (Evenement::Annuler, Etat::Brouillon | Etat::Envoyee) => Some(Etat::Annulee),
            _ => None,
        }
    }

    #[must_use]
    pub fn asks_motif(self) -> bool {
        matches!(
            self,
            Evenement::Suspendre | Evenement::Resilier | Evenement::Annuler | Evenement::Lever
        )
    }

    /// Something to attest before this step, in words; empty when nothing.
    #[must_use]
    pub fn attestation(self) -> &'static str {
        match self {
            Evenement::Envoyer => {
                "Toutes les pièces du dossier sont acceptées : délibération ou statuts, acte désignant le représentant légal, avis de situation SIRENE de moins de 3 mois, RIB, accords de mutualisation s’il y a lieu."
            }
            Evenement::SignerStructure => {
                "Je suis habilité à engager la structure et j’ai lu la convention."
            }
            Evenement::SignerFinanceur => "Je suis habilité à engager l’État.",
            Evenement::Solder => {
                "Toutes les dépenses sont justifiées et aucune réclamation n’est ouverte."
            }
            _ => "",
        }
    }
}

/// A convention.
#[derive(Debug, Clone)]
pub struct Convention {
    pub id: Uuid,
    /// `CONV-2026-00012`.
    pub numero: String,
    pub structure: Uuid,
    pub structure_nom: String,
    pub departement: String,
    pub candidature: Option<Uuid>,
    pub renouvelle: Option<Uuid>,
    /// `v1_initiale` or `v2_renouvellement`.
    pub phase: String,
    pub zone_bonus: bool,
    pub debut: Date,
    pub fin: Date,
    pub etat: Etat,
    pub etat_depuis: Date,
    pub version: i64,
}

/// One year of the plan (the whole period in the first phase), for one post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Annee {
    pub annee: i64,
    pub debut: Date,
    pub fin: Date,
    pub montant: Montant,
    /// Reference rows used: `cle@date`.
    pub baremes: String,
}

cles! {
    /// Answers about the renewal of a post (spec 10 §8.7).
    Reponse {
        Renouveler "renouveler" "Renouveler",
        Rendre "rendre" "Rendre",
        Indecis "indecis" "Je ne sais pas encore",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_written_transitions_exist() {
        let n: usize = Etat::TOUS
            .iter()
            .map(|e| {
                Evenement::TOUS
                    .iter()
                    .filter(|v| v.target(*e).is_some())
                    .count()
            })
            .sum();
        assert_eq!(n, 11);
        assert_eq!(
            Evenement::SignerFinanceur.target(Etat::Envoyee),
            None,
            "the structure signs first"
        );
        assert_eq!(Evenement::Annuler.target(Etat::Active), None);
    }
}
