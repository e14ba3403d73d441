//! A structure and a candidate getting to know each other (spec 15 §2).
//! Pure: states and who may change them.

pub mod calcul;
pub mod pages;
pub mod recherche;
pub mod service;
pub mod store;

use jiff::{Timestamp, civil::Date};
use uuid::Uuid;

use crate::cles::cles;

cles! {
    /// Where a pair stands (spec 15 §2.3).
    Etat {
        InteretCandidat "interet_candidat" "Candidature spontanée",
        Preselectionnee "preselectionnee" "Présélection",
        Entretien "entretien" "Entretien",
        Proposition "proposition" "Proposition faite",
        Acceptee "acceptee" "Acceptée",
        NonRetenue "non_retenue" "Non retenue",
        Declinee "declinee" "Déclinée",
        EnPause "en_pause" "En pause",
        Close "close" "Close",
        Recrutee "recrutee" "Recrutement fait",
    }
}

impl Etat {
    /// True while one of the two may still act.
    #[must_use]
    pub fn is_open(self) -> bool {
        matches!(
            self,
            Etat::InteretCandidat
                | Etat::Preselectionnee
                | Etat::Entretien
                | Etat::Proposition
                | Etat::Acceptee
        )
    }

    /// True once the structure may read name and contact, with the
    /// candidate's consent mode.
    #[must_use]
    pub fn is_level_2(self) -> bool {
        matches!(
            self,
            Etat::Preselectionnee
                | Etat::Entretien
                | Etat::Proposition
                | Etat::Acceptee
                | Etat::Recrutee
        )
    }
}

cles! {
    /// What somebody does with a pair.
    Evenement {
        Preselectionner "preselectionner" "Présélectionner",
        PlanifierEntretien "entretien" "Planifier un entretien",
        Proposer "proposer" "Faire une proposition",
        Ecarter "ecarter" "Ne pas retenir",
        Accepter "accepter" "Accepter la proposition",
        Decliner "decliner" "Décliner",
        Accorder "accorder" "Partager mes coordonnées",
    }
}

impl Evenement {
    /// True when it is the candidate who acts.
    #[must_use]
    pub fn is_candidate(self) -> bool {
        matches!(
            self,
            Evenement::Accepter | Evenement::Decliner | Evenement::Accorder
        )
    }
}

/// The state an event leads to; `None`: not possible from here.
#[must_use]
pub fn next(etat: Etat, e: Evenement) -> Option<Etat> {
    use Etat as E;
    use Evenement as V;
    let avant_reponse = matches!(
        etat,
        E::InteretCandidat | E::Preselectionnee | E::Entretien | E::Proposition
    );
    match (e, etat) {
        (V::Preselectionner, E::InteretCandidat | E::NonRetenue | E::Close) => {
            Some(E::Preselectionnee)
        }
        (V::PlanifierEntretien, E::Preselectionnee | E::Entretien) => Some(E::Entretien),
        (V::Proposer, E::Preselectionnee | E::Entretien) => Some(E::Proposition),
        (V::Ecarter, _) if avant_reponse => Some(E::NonRetenue),
        (V::Accepter, E::Proposition) => Some(E::Acceptee),
        (V::Decliner, _) if avant_reponse => Some(E::Declinee),
        (V::Accorder, e) if e.is_level_2() => Some(e),
        _ => None,
    }
}

cles! {
    /// Why a structure goes no further (spec 15 §2.3).
    Raison {
        Experience "experience" "Expérience",
        Disponibilite "disponibilite" "Disponibilité",
        Mobilite "mobilite" "Mobilité",
        Salaire "salaire" "Salaire",
        AutreCandidat "autre_candidat" "Autre candidature retenue",
        PasDeReponse "pas_de_reponse" "Sans réponse",
        Autre "autre" "Autre",
    }
}

/// One pair, from the first human act on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MiseEnRelation {
    pub id: Uuid,
    pub structure: Uuid,
    pub departement: String,
    pub personne: Uuid,
    pub etat: Etat,
    pub etat_avant: Option<Etat>,
    pub distance_km: i64,
    pub score: Option<i64>,
    /// Why the structure asks somebody out of zone; the candidate reads it.
    pub hors_zone: String,
    pub raison: Option<Raison>,
    pub accord: bool,
    pub entretien_le: Option<Date>,
    pub reponse_avant: Option<Date>,
    pub maj_le: Timestamp,
    pub version: i64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_way_and_the_forbidden_ones() {
        use Etat as E;
        use Evenement as V;
        assert_eq!(
            next(E::InteretCandidat, V::Preselectionner),
            Some(E::Preselectionnee)
        );
        assert_eq!(
            next(E::Preselectionnee, V::PlanifierEntretien),
            Some(E::Entretien)
        );
        assert_eq!(next(E::Entretien, V::Proposer), Some(E::Proposition));
        assert_eq!(next(E::Proposition, V::Accepter), Some(E::Acceptee));
        // A structure never accepts in the candidate's place, nor twice.
        for e in E::TOUS {
            if *e != E::Proposition {
                assert_eq!(next(*e, V::Accepter), None, "{e:?}");
            }
        }
        for e in [E::Acceptee, E::Recrutee, E::Declinee, E::EnPause, E::Close] {
            assert_eq!(next(e, V::Ecarter), None, "{e:?}");
            assert_eq!(next(e, V::Decliner), None, "{e:?}");
        }
    }
}
