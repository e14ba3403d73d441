//! Applications of structures (spec 10 §4).

mod brouillon;
mod confirmation;
mod depot;
pub mod pages;
mod saisie;
mod service;
mod store;

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use socle::{Action, Role};
use uuid::Uuid;
use web::composants::Ton;

use crate::{commun::cles, poste, structure};

pub(crate) use brouillon::forget_drafts;
pub use confirmation::confirm;
pub(crate) use confirmation::lapse;
pub use depot::file;
pub(crate) use pages::Resume;
pub use saisie::Saisie;
pub use service::act;
pub use store::{Filtre, get};
pub(crate) use store::{Insertion, insert, list, load, open_contact, set_state};

/// Files, answers and withdraws.
pub static PORTER: Action = Action::new(
    "candidature.porter",
    &[Role::GestionnaireStructure],
    "Seule la structure qui porte la candidature peut faire cela.",
);
/// Checks, declares admissible or not, annuls.
pub static INSTRUIRE: Action = Action::new(
    "candidature.instruire",
    &[Role::Operateur],
    "Seul l'opérateur instruit les candidatures.",
);
/// Asks the structure for a complement.
pub static COMPLETER: Action = Action::new(
    "candidature.demander_complement",
    &[Role::Operateur, Role::Prefecture],
    "Seuls l'opérateur et la préfecture demandent un complément.",
);
/// Reads files.
pub static LIRE: Action = Action::new(
    "candidature.lire",
    &[
        Role::GestionnaireStructure,
        Role::Prefecture,
        Role::Operateur,
        Role::Secretariat,
        Role::Comite,
        Role::Administrateur,
    ],
    "Votre rôle ne donne pas accès aux candidatures.",
);

cles! {
    Etat {
        Deposee "deposee" "À confirmer par courriel",
        Recevabilite "recevabilite" "Recevabilité à vérifier",
        Complement "complement" "Complément demandé",
        Irrecevable "irrecevable" "Irrecevable",
        AvisAttendu "avis_attendu" "Avis attendu",
        AvisRendu "avis_rendu" "Avis rendu",
        Inscrite "inscrite" "Inscrite au comité",
        ExamenComplementaire "examen_complementaire" "Examen complémentaire",
        Acceptee "acceptee" "Acceptée",
        Refusee "refusee" "Refusée",
        Retiree "retiree" "Retirée",
        Annulee "annulee" "Annulée",
        Doublon "doublon" "Doublon",
        Caduque "caduque" "Caduque",
    }
}

impl Etat {
    /// Before acceptance, refusal or a closing state.
    #[must_use]
    pub fn is_open(self) -> bool {
        matches!(
            self,
            Etat::Deposee
                | Etat::Recevabilite
                | Etat::Complement
                | Etat::AvisAttendu
                | Etat::AvisRendu
                | Etat::Inscrite
                | Etat::ExamenComplementaire
        )
    }

    /// True once the committee has decided: the structure sees the opinion.
    #[must_use]
    pub fn is_decided(self) -> bool {
        matches!(self, Etat::Acceptee | Etat::Refusee)
    }

    #[must_use]
    pub fn ton(self) -> Ton {
        match self {
            Etat::Acceptee => Ton::Succes,
            Etat::Refusee | Etat::Irrecevable => Ton::Danger,
            Etat::Complement | Etat::Deposee | Etat::ExamenComplementaire => Ton::Attention,
            Etat::Retiree | Etat::Annulee | Etat::Doublon | Etat::Caduque => Ton::Neutre,
            _ => Ton::Info,
        }
    }

    /// Who has to act, in words.
    #[must_use]
    pub fn who(self) -> &'static str {
        match self {
            Etat::Deposee | Etat::Complement => "La structure",
            Etat::Recevabilite => "L’opérateur",
            Etat::AvisAttendu | Etat::ExamenComplementaire => "La préfecture",
            Etat::AvisRendu => "Le secrétariat du comité",
            Etat::Inscrite => "Le comité",
            Etat::Acceptee => "L’opérateur, pour la convention",
            _ => "Personne : le dossier est terminé",
        }
    }
}

cles! {
    /// What people do with a file, besides the opinion and the committee.
    Evenement {
        DeclarerRecevable "declarer_recevable" "Déclarer la candidature recevable",
        DeclarerIrrecevable "declarer_irrecevable" "Déclarer la candidature irrecevable",
        DemanderComplement "demander_complement" "Demander un complément",
        Completer "completer" "Envoyer le complément",
        Retirer "retirer" "Retirer la candidature",
        Annuler "annuler" "Annuler la candidature",
        MarquerDoublon "marquer_doublon" "Marquer comme doublon",
    }
}

impl Evenement {
    #[must_use]
    pub fn action(self) -> &'static Action {
        match self {
            Evenement::DemanderComplement => &COMPLETER,
            Evenement::Completer | Evenement::Retirer => &PORTER,
            _ => &INSTRUIRE,
        }
    }

    /// The state it leads to, if it may happen in `de`. `precedent` is where a
    /// complement goes back to.
    #[must_use]
    pub fn target(self, de: Etat, precedent: Option<Etat>) -> Option<Etat> {
        match (self, de) {
            (Evenement::DeclarerRecevable, Etat::Recevabilite) => Some(Etat::AvisAttendu),
            (Evenement::DeclarerIrrecevable, Etat::Recevabilite) => Some(Etat::Irrecevable),
            (Evenement::DemanderComplement, Etat::Recevabilite | Etat::AvisAttendu) => {
                Some(Etat::Complement)
            }
            (Evenement::Completer, Etat::Complement) => precedent,
            // Withdrawn before the committee decides (spec 10 §4.3).
            (Evenement::Retirer, e) if e.is_open() => Some(Etat::Retiree),
            (Evenement::Annuler, e) if e.is_open() => Some(Etat::Annulee),
            (Evenement::MarquerDoublon, e) if e.is_open() => Some(Etat::Doublon),
            _ => None,
        }
    }

    /// Shortest reason, in characters; 0 when none is asked for.
    #[must_use]
    pub fn min_motif(self) -> usize {
        match self {
            Evenement::DeclarerRecevable => 0,
            Evenement::DeclarerIrrecevable => 50,
            Evenement::Retirer => 5,
            _ => 20,
        }
    }

    /// Label of the reason's field.
    #[must_use]
    pub fn question(self) -> &'static str {
        match self {
            Evenement::DemanderComplement => "Ce qui manque",
            Evenement::Completer => "Votre réponse",
            Evenement::MarquerDoublon => "Numéro de la candidature conservée, et pourquoi",
            _ => "Motif",
        }
    }
}

cles! {
    Portage {
        Direct "direct" "Recrutement direct",
        MiseADisposition "mise_a_disposition" "Portage et mise à disposition",
        CofinanceEpci "cofinance_epci" "Cofinancement avec des EPCI",
        Mutualise "mutualise" "Mutualisation entre communes",
        DelegationCoordination "delegation_coordination" "Coordination déléguée",
    }
}

cles! {
    Antecedent {
        Creation "creation" "Création de poste",
        ConversionBenevole "conversion_benevole" "Fonction auparavant bénévole",
        ConversionPosteFinance "conversion_poste_finance" "Poste existant déjà financé",
    }
}

/// What the structure promises (spec 10 §4.1).
pub const ENGAGEMENTS: &[(&str, &str)] = &[
    (
        "temps_plein",
        "Le conseiller travaille à temps plein sur sa mission.",
    ),
    ("formation", "Le conseiller part en formation."),
    (
        "equipement",
        "Le conseiller dispose du matériel nécessaire.",
    ),
    (
        "comptes_rendus",
        "L’activité est rapportée dans l’outil du programme.",
    ),
    ("gratuite", "Les services sont gratuits pour le public."),
];

/// What was declared and checked: identity and project.
#[derive(Debug, Clone, Default, Serialize, Deserialize, PartialEq, Eq)]
#[serde(default)]
pub struct Dossier {
    pub identifiant_genre: String,
    pub identifiant: String,
    pub antenne: String,
    pub type_structure: String,
    pub adresse: String,
    pub date_debut: String,
    pub portage: String,
    pub antecedent: String,
    pub besoins_territoire: String,
    pub besoins_services: String,
    pub besoins_publics: String,
    pub objectif: String,
    pub renforcement: bool,
    pub strategie_locale: String,
    pub france_services: bool,
    pub candidat_identifie: bool,
    pub motivation: String,
}

/// The person to write to, sealed in the database until the link is followed.
#[derive(Debug, Clone, Default, Serialize, Deserialize, PartialEq, Eq)]
pub struct Contact {
    pub prenom: String,
    pub nom: String,
    pub fonction: String,
    pub courriel: String,
    pub telephone: String,
}

/// An application.
#[derive(Debug, Clone)]
pub struct Candidature {
    pub id: Uuid,
    /// `CAND-2026-00042`.
    pub numero: String,
    pub campagne: Uuid,
    pub structure: Option<Uuid>,
    pub structure_nom: String,
    pub departement: String,
    pub commune_insee: String,
    pub nature: poste::Nature,
    /// `None`: « Je ne sais pas encore ».
    pub nombre_postes: Option<i64>,
    pub etat: Etat,
    pub etat_precedent: Option<Etat>,
    pub etat_depuis: Date,
    /// Last day of the prefect's delay.
    pub avis_limite: Option<Date>,
    pub dossier: Dossier,
    pub version: i64,
    pub depose_le: Timestamp,
}

impl Candidature {
    /// « 3 postes », « nombre à proposer par la préfecture ».
    #[must_use]
    pub fn demande(&self) -> String {
        self.nombre_postes.map_or_else(
            || "Nombre à proposer par la préfecture".to_owned(),
            |n| socle::francais::pluriel(n, "poste"),
        )
    }
}

/// A share of the request, in hundredths of a percent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    pub commune_insee: String,
    pub departement: String,
    pub part: i64,
}

/// Département with the largest share; the head office's when equal
/// (spec 10 §4.1).
#[must_use]
pub fn competent(parts: &[Part], siege: &str) -> String {
    let mut sommes: Vec<(i64, bool, &str)> = Vec::new();
    for p in parts {
        match sommes.iter_mut().find(|s| s.2 == p.departement) {
            Some(s) => s.0 += p.part,
            None => sommes.push((p.part, p.departement == siege, &p.departement)),
        }
    }
    sommes.sort_by(|a, b| (b.0, b.1).cmp(&(a.0, a.1)).then(a.2.cmp(b.2)));
    sommes.first().map_or(siege, |s| s.2).to_owned()
}

/// The identity of a structure that is not in the register yet.
pub(crate) fn identifiant(d: &Dossier) -> structure::Identifiant {
    structure::Identifiant {
        genre: if d.identifiant_genre == "ridet" {
            "ridet"
        } else {
            "siret"
        },
        valeur: d.identifiant.clone(),
        antenne: d.antenne.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_transition_that_is_not_written_is_forbidden() {
        let mut permis = Vec::new();
        for e in Etat::TOUS {
            for v in Evenement::TOUS {
                if let Some(vers) = v.target(*e, Some(Etat::AvisAttendu)) {
                    permis.push((e.cle(), v.cle(), vers.cle()));
                }
            }
        }
        // 5 steps of the file, and three ways out of each of the 7 open states.
        assert_eq!(permis.len(), 5 + 3 * 7, "{permis:?}");
        assert_eq!(
            Evenement::Completer.target(Etat::AvisAttendu, Some(Etat::Recevabilite)),
            None
        );
        assert_eq!(Evenement::Retirer.target(Etat::Acceptee, None), None);
        assert_eq!(
            Evenement::DeclarerRecevable.target(Etat::Deposee, None),
            None
        );
        assert_eq!(Evenement::Completer.target(Etat::Complement, None), None);
    }

    #[test]
    fn the_largest_share_chooses_the_prefecture_and_the_head_office_breaks_ties() {
        let part = |d: &str, part| Part {
            commune_insee: format!("{d}001"),
            departement: d.into(),
            part,
        };
        assert_eq!(
            competent(
                &[part("35", 4000), part("22", 3500), part("22", 2500)],
                "35"
            ),
            "22"
        );
        assert_eq!(competent(&[part("35", 5000), part("22", 5000)], "35"), "35");
        assert_eq!(competent(&[], "2A"), "2A");
    }
}
