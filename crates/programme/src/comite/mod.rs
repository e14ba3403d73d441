//! The national committee (spec 10 §6): sessions, agenda, votes, decisions.

mod cloture;
pub mod pages;
mod pv;
mod service;
mod store;

use jiff::civil::Date;
use socle::{Action, Role};
use uuid::Uuid;
use web::composants::Ton;

use crate::commun::cles;

pub use cloture::close;
pub use service::{SaisieDecision, SaisieSession, act, create, decide, inscribe, open, vote};
pub(crate) use store::{insert, insert_member, insert_point, remove_point, set_decision};

/// Prepares sessions, records decisions, publishes.
pub static TENIR: Action = Action::new(
    "comite.tenir",
    &[Role::Secretariat],
    "Seul le secrétariat du comité prépare et conduit les séances.",
);
/// Closes a session: the secretariat, or its president.
pub static CLORE: Action = Action::new(
    "comite.clore",
    &[Role::Secretariat, Role::Comite],
    "Seuls le secrétariat et la présidence de la séance peuvent faire cela.",
);
/// Votes.
pub static VOTER: Action = Action::new(
    "comite.voter",
    &[Role::Comite],
    "Seuls les membres du comité votent.",
);
/// Reads sessions.
pub static LIRE: Action = Action::new(
    "comite.lire",
    &[
        Role::Secretariat,
        Role::Comite,
        Role::Administrateur,
        Role::Operateur,
    ],
    "Votre rôle ne donne pas accès aux séances du comité.",
);

cles! {
    Etat {
        Preparation "preparation" "En préparation",
        Convoquee "convoquee" "Convoquée",
        EnSeance "en_seance" "En séance",
        Suspendue "suspendue" "Suspendue",
        Close "close" "Close",
        Signee "signee" "PV signé",
        Publiee "publiee" "Relevé publié",
        Annulee "annulee" "Annulée",
    }
}

impl Etat {
    #[must_use]
    pub fn ton(self) -> Ton {
        match self {
            Etat::Preparation | Etat::Annulee => Ton::Neutre,
            Etat::Suspendue => Ton::Attention,
            Etat::Close | Etat::Signee | Etat::Publiee => Ton::Succes,
            _ => Ton::Info,
        }
    }

    #[must_use]
    pub fn who(self) -> &'static str {
        match self {
            Etat::Annulee | Etat::Publiee => "Personne : la séance est terminée",
            Etat::EnSeance => "Le comité",
            _ => "Le secrétariat du comité",
        }
    }

    /// Decisions are finished: nothing changes in the agenda any more.
    #[must_use]
    pub fn is_closed(self) -> bool {
        matches!(
            self,
            Etat::Close | Etat::Signee | Etat::Publiee | Etat::Annulee
        )
    }
}

cles! {
    /// What the secretariat does with a session; opening and closing have
    /// their own rules.
    Evenement {
        Convoquer "convoquer" "Convoquer les membres",
        Suspendre "suspendre" "Suspendre la séance",
        Reprendre "reprendre" "Reprendre la séance",
        SignerPv "signer_pv" "Signer le procès-verbal",
        Publier "publier" "Publier le relevé de décisions",
        Annuler "annuler" "Annuler la séance",
    }
}

impl Evenement {
    #[must_use]
    pub fn target(self, de: Etat) -> Option<Etat> {
        match (self, de) {
            (Evenement::Convoquer, Etat::Preparation) => Some(Etat::Convoquee),
            (Evenement::Suspendre, Etat::EnSeance) => Some(Etat::Suspendue),
            (Evenement::Reprendre, Etat::Suspendue) => Some(Etat::EnSeance),
            (Evenement::SignerPv, Etat::Close) => Some(Etat::Signee),
            (Evenement::Publier, Etat::Signee) => Some(Etat::Publiee),
            (Evenement::Annuler, Etat::Preparation | Etat::Convoquee) => Some(Etat::Annulee),
            _ => None,
        }
    }

    #[must_use]
    pub fn asks_motif(self) -> bool {
        matches!(self, Evenement::Suspendre | Evenement::Annuler)
    }
}

cles! {
    Decision {
        Attribution "attribution" "Attribution de postes",
        Refus "refus" "Refus",
        ExamenComplementaire "examen_complementaire" "Examen complémentaire",
        Ajournement "ajournement" "Ajournement",
    }
}

cles! {
    Voix {
        Pour "pour" "Pour",
        Contre "contre" "Contre",
        Abstention "abstention" "Abstention",
        Deport "deport" "Déport",
    }
}

/// What the votes say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resultat {
    SansVote,
    Adopte,
    Rejete,
    /// The president decides.
    Partage,
}

/// Simple majority of pour and contre (spec 10 §6.2); a deport is not counted.
#[must_use]
pub fn resultat(votes: &[Vote]) -> Resultat {
    let n = |v: Voix| votes.iter().filter(|x| x.voix == v).count();
    let (pour, contre) = (n(Voix::Pour), n(Voix::Contre));
    if votes.iter().all(|v| v.voix == Voix::Deport) {
        return Resultat::SansVote;
    }
    match pour.cmp(&contre) {
        std::cmp::Ordering::Greater => Resultat::Adopte,
        std::cmp::Ordering::Less => Resultat::Rejete,
        std::cmp::Ordering::Equal => Resultat::Partage,
    }
}

/// A session.
#[derive(Debug, Clone)]
pub struct Session {
    pub id: Uuid,
    /// `COSELEC-2026-03`.
    pub numero: String,
    pub campagne: Uuid,
    pub date_seance: Date,
    pub lieu: String,
    pub etat: Etat,
    pub etat_depuis: Date,
    pub pv_empreinte: Option<String>,
    pub version: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Membre {
    pub personne: Uuid,
    pub president: bool,
    pub present: bool,
}

/// Half of the members, rounded up.
#[must_use]
pub fn quorum(membres: usize) -> usize {
    membres.div_ceil(2)
}

/// An agenda item with its file.
#[derive(Debug, Clone)]
pub struct Point {
    pub id: Uuid,
    pub session: Uuid,
    pub candidature: Uuid,
    pub candidature_numero: String,
    pub structure: Option<Uuid>,
    pub structure_nom: String,
    pub departement: String,
    pub commune_insee: String,
    pub demande: Option<i64>,
    pub ordre: i64,
    /// Version of the opinion that the decision cites.
    pub avis: Option<i64>,
    pub decision: Option<Decision>,
    pub nombre_postes: Option<i64>,
    pub motifs: Vec<String>,
    pub motif: String,
    pub sans_vote: bool,
    pub version: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Vote {
    pub personne: Uuid,
    pub voix: Voix,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deport_is_not_counted_and_a_tie_is_for_the_president() {
        // Scenario 8: 5 members, 1 deport, 2 pour, 2 contre.
        let v = |voix| Vote {
            personne: Uuid::nil(),
            voix,
        };
        let mut votes = vec![
            v(Voix::Deport),
            v(Voix::Pour),
            v(Voix::Pour),
            v(Voix::Contre),
            v(Voix::Contre),
        ];
        assert_eq!(resultat(&votes), Resultat::Partage);
        votes.pop();
        assert_eq!(resultat(&votes), Resultat::Adopte);
        assert_eq!(resultat(&[]), Resultat::SansVote);
        assert_eq!((quorum(5), quorum(4)), (3, 2));
    }

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
        assert_eq!(n, 7);
        assert_eq!(
            Evenement::SignerPv.target(Etat::Signee),
            None,
            "a signed PV is never signed again"
        );
    }
}
