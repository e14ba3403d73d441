//! Calls, and the posts each département may be given (spec 10 §2, §3).

pub mod pages;
mod service;
mod store;

use jiff::civil::Date;
use socle::{Action, Role};
use uuid::Uuid;

use crate::commun::cles;

pub(crate) use service::lock;
pub use service::{Saisie, SaisieContingent, act, add_contingent, create};
pub use store::{Contingent, balance, balances, get, insert, insert_contingent, list, open_on};

/// Opens, closes, sets contingents.
pub static PILOTER: Action = Action::new(
    "campagne.piloter",
    &[Role::Administrateur],
    "Seule l'ANCT ouvre les campagnes et fixe les contingents.",
);

cles! {
    /// Kinds of calls.
    Genre {
        AmiConseiller "ami_conseiller" "Appel à manifestation d’intérêt",
        AppelCoordinateur "appel_coordinateur" "Appel à candidatures coordinateur",
        AjoutPostes "ajout_postes" "Postes supplémentaires",
        Renouvellement "renouvellement" "Reconventionnement",
        Territorialisation "territorialisation" "Appel à projets de territorialisation",
    }
}

cles! {
    Etat {
        Brouillon "brouillon" "Brouillon",
        Publiee "publiee" "Publiée",
        Ouverte "ouverte" "Ouverte",
        Suspendue "suspendue" "Suspendue",
        Close "close" "Close",
        Archivee "archivee" "Archivée",
    }
}

cles! {
    Evenement {
        Publier "publier" "Publier la campagne",
        Ouvrir "ouvrir" "Ouvrir les candidatures",
        Suspendre "suspendre" "Suspendre la campagne",
        Reprendre "reprendre" "Reprendre la campagne",
        Clore "clore" "Clore la campagne",
        Archiver "archiver" "Archiver la campagne",
    }
}

impl Evenement {
    /// The state it leads to, if it may happen in `de`.
    #[must_use]
    pub fn target(self, de: Etat) -> Option<Etat> {
        match (de, self) {
            (Etat::Brouillon, Evenement::Publier) => Some(Etat::Publiee),
            (Etat::Publiee, Evenement::Ouvrir) | (Etat::Suspendue, Evenement::Reprendre) => {
                Some(Etat::Ouverte)
            }
            (Etat::Ouverte, Evenement::Suspendre) => Some(Etat::Suspendue),
            (Etat::Ouverte | Etat::Suspendue, Evenement::Clore) => Some(Etat::Close),
            (Etat::Close, Evenement::Archiver) => Some(Etat::Archivee),
            _ => None,
        }
    }

    /// True when a reason must be given.
    #[must_use]
    pub fn asks_motif(self) -> bool {
        matches!(self, Evenement::Suspendre)
    }
}

/// A call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Campagne {
    pub id: Uuid,
    pub nom: String,
    pub genre: Genre,
    pub ouverture: Date,
    /// Last day; empty: as applications come.
    pub fermeture: Option<Date>,
    pub postes_min: i64,
    pub postes_max: i64,
    pub delai_avis_jours: i64,
    /// Returned posts may be given again.
    pub reattribution_rendus: bool,
    pub prorata_vacance: bool,
    pub etat: Etat,
    pub etat_depuis: Date,
    pub version: i64,
}

impl Campagne {
    /// Why an application cannot be filed on a day; `None` when it can.
    #[must_use]
    pub fn closed_on(&self, le: Date) -> Option<String> {
        if let Some(f) = self.fermeture
            && (le > f || matches!(self.etat, Etat::Close | Etat::Archivee))
        {
            return Some(format!(
                "La campagne est close depuis le {}.",
                socle::francais::date(f)
            ));
        }
        match self.etat {
            Etat::Ouverte if le < self.ouverture => Some(format!(
                "La campagne ouvre le {}.",
                socle::francais::date(self.ouverture)
            )),
            Etat::Ouverte => None,
            Etat::Suspendue => Some("La campagne est suspendue : revenez plus tard.".into()),
            _ => Some("Cette campagne n'est pas ouverte.".into()),
        }
    }
}

/// Posts of a (campagne, département, nature) (spec 10 §3).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Solde {
    pub departement: String,
    pub contingent: i64,
    pub attribues: i64,
    pub rendus: i64,
    /// Proposed in sessions that are not closed yet.
    pub proposes: i64,
    reattribution: bool,
}

impl Solde {
    #[must_use]
    pub fn solde(&self) -> i64 {
        self.contingent - self.attribues + if self.reattribution { self.rendus } else { 0 }
    }

    /// What is left once the open sessions are counted.
    #[must_use]
    pub fn projete(&self) -> i64 {
        self.solde() - self.proposes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_balance_is_that_of_the_example() {
        // Spec 10 §3: APP 80; attributed 74; returned 3.
        let s = Solde {
            contingent: 80,
            attribues: 74,
            rendus: 3,
            ..Solde::default()
        };
        assert_eq!(s.solde(), 6);
        let s = Solde {
            reattribution: true,
            proposes: 4,
            ..s
        };
        assert_eq!((s.solde(), s.projete()), (9, 5));
    }

    #[test]
    fn only_the_written_transitions_exist() {
        let permis: usize = Etat::TOUS
            .iter()
            .map(|e| {
                Evenement::TOUS
                    .iter()
                    .filter(|v| v.target(*e).is_some())
                    .count()
            })
            .sum();
        assert_eq!(permis, 7);
        assert_eq!(Evenement::Ouvrir.target(Etat::Brouillon), None);
        assert_eq!(Evenement::Reprendre.target(Etat::Close), None);
    }
}
