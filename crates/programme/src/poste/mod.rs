//! Posts and their ledger (spec 10 §7): a post is what its movements say.
//!
//! `parcours` reserves, occupies and vacates; the comité attributes; the
//! opérateur records returns. Each movement is one row, never edited.

mod ledger;
mod memoire;
pub mod pages;
pub mod retour;
mod store;

use jiff::{Timestamp, civil::Date};
use socle::{Erreur, Resultat};
use uuid::Uuid;
use web::composants::Ton;

use crate::commun::cles;

pub(crate) use ledger::open;
pub use ledger::{
    Attribution, attribute, available, close, freeze, occupy, release, reserve, reserve_at,
    unfreeze, vacate,
};
pub use memoire::states;
pub(crate) use store::next_number;
pub use store::{Filtre, get, list, movements};

cles! {
    /// State of a post at a date, derived from the ledger (spec 10 §7.2).
    Etat {
        Vacant "vacant" "Vacant",
        Reserve "reserve" "Recrutement en cours",
        Occupe "occupe" "Occupé",
        Gele "gele" "Gelé",
        Rendu "rendu" "Rendu",
        Retire "retire" "Retiré",
        Annule "annule" "Annulé",
    }
}

impl Etat {
    #[must_use]
    pub fn ton(self) -> Ton {
        match self {
            Etat::Occupe => Ton::Succes,
            Etat::Vacant => Ton::Attention,
            Etat::Reserve => Ton::Info,
            Etat::Gele => Ton::Danger,
            _ => Ton::Neutre,
        }
    }

    /// True while the post belongs to its structure.
    #[must_use]
    pub fn is_open(self) -> bool {
        matches!(
            self,
            Etat::Vacant | Etat::Reserve | Etat::Occupe | Etat::Gele
        )
    }
}

cles! {
    /// What a post is for.
    Nature {
        Conseiller "conseiller" "Conseiller numérique",
        Coordinateur "coordinateur" "Coordinateur",
    }
}

cles! {
    /// Kinds of movements of the ledger (spec 10 §7.1).
    Genre {
        Attribution "attribution" "Attribué",
        Reservation "reservation" "Réservé pour un contrat",
        Liberation "liberation" "Réservation levée",
        Occupation "occupation" "Occupé",
        FinOccupation "fin_occupation" "Fin d’occupation",
        Gel "gel" "Gelé",
        Degel "degel" "Dégelé",
        Transfert "transfert" "Transféré",
        Fusion "fusion" "Rattaché après fusion",
        Conversion "conversion" "Converti en coordinateur",
        Reconversion "reconversion" "Reconverti en conseiller",
        Rendu "rendu" "Rendu",
        Retrait "retrait" "Retiré",
        Annulation "annulation" "Annulé",
    }
}

/// A post with its state on a date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Poste {
    pub id: Uuid,
    /// `CN-35-00042`, for ever.
    pub numero: String,
    pub campagne: Option<Uuid>,
    pub structure: Uuid,
    pub structure_nom: String,
    pub departement: String,
    pub nature: Nature,
    pub etat: Etat,
    /// The occupant on that date.
    pub personne: Option<Uuid>,
    /// The contract that occupies or reserves it.
    pub contrat: Option<Uuid>,
    /// First day of the occupation, or of the vacancy.
    pub depuis: Date,
    /// Last day of the occupation, when known.
    pub fin: Option<Date>,
}

/// One row of the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mouvement {
    pub numero: i64,
    pub genre: Genre,
    pub structure: Uuid,
    pub departement: String,
    pub nature: Nature,
    pub contrat: Option<Uuid>,
    pub personne: Option<Uuid>,
    pub effet: Date,
    pub fin: Option<Date>,
    pub motif: Option<String>,
    pub par: String,
    pub role: String,
    pub le: Timestamp,
}

/// An occupation read from the ledger; days are inclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Occupation {
    pub contrat: Uuid,
    pub personne: Option<Uuid>,
    pub debut: Date,
    pub fin: Option<Date>,
}

/// What the movements of one post say together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Situation {
    pub ouverture: Date,
    pub occupations: Vec<Occupation>,
    pub reservation: Option<(Uuid, Date)>,
    gels: Vec<(Date, bool)>,
    cloture: Option<(Date, Etat)>,
}

impl Situation {
    /// Reads the ledger of one post, oldest row first.
    ///
    /// # Errors
    /// `Erreur::Interne` when there is no row: a post is born attributed.
    pub fn of(mouvements: &[Mouvement]) -> Resultat<Self> {
        let premier = mouvements
            .first()
            .ok_or_else(|| Erreur::Interne("poste sans mouvement".into()))?;
        let mut s = Self {
            ouverture: premier.effet,
            occupations: Vec::new(),
            reservation: None,
            gels: Vec::new(),
            cloture: None,
        };
        for m in mouvements {
            s.apply(m);
        }
        Ok(s)
    }

    fn apply(&mut self, m: &Mouvement) {
        let fin = |etat| Some((m.effet, etat));
        match (m.genre, m.contrat) {
            (Genre::Reservation, Some(c)) => self.reservation = Some((c, m.effet)),
            (Genre::Liberation, _) => self.reservation = None,
            (Genre::Occupation, Some(c)) => {
                if self.reservation.is_some_and(|r| r.0 == c) {
                    self.reservation = None;
                }
                self.occupations.push(Occupation {
                    contrat: c,
                    personne: m.personne,
                    debut: m.effet,
                    fin: m.fin,
                });
            }
            (Genre::FinOccupation, Some(c)) => {
                if let Some(o) = self.occupations.iter_mut().rev().find(|o| o.contrat == c) {
                    o.fin = Some(socle::francais::plus_days(m.effet, -1));
                }
            }
            (Genre::Gel, _) => self.gels.push((m.effet, true)),
            (Genre::Degel, _) => self.gels.push((m.effet, false)),
            (Genre::Rendu, _) => self.cloture = fin(Etat::Rendu),
            (Genre::Retrait, _) => self.cloture = fin(Etat::Retire),
            (Genre::Annulation, _) => self.cloture = fin(Etat::Annule),
            _ => {}
        }
    }

    /// The occupation that covers a day.
    #[must_use]
    pub fn occupation_at(&self, le: Date) -> Option<&Occupation> {
        self.occupations
            .iter()
            .find(|o| o.debut <= le && o.fin.is_none_or(|f| f >= le))
    }

    /// `clos > gele > occupe > reserve > vacant` (spec 10 §7.2).
    #[must_use]
    pub fn etat(&self, le: Date) -> Etat {
        if let Some((depuis, etat)) = self.cloture
            && depuis <= le
        {
            return etat;
        }
        if self.is_frozen(le) {
            Etat::Gele
        } else if self.occupation_at(le).is_some() {
            Etat::Occupe
        } else if self.reservation.is_some() {
            Etat::Reserve
        } else {
            Etat::Vacant
        }
    }

    #[must_use]
    pub fn is_frozen(&self, le: Date) -> bool {
        self.gels
            .iter()
            .rev()
            .find(|g| g.0 <= le)
            .is_some_and(|g| g.1)
    }

    /// True when nothing holds the post on `debut` nor later: it may be
    /// reserved or occupied from then on without overlap.
    #[must_use]
    pub fn is_free_from(&self, debut: Date) -> bool {
        self.cloture.is_none()
            && !self.is_frozen(debut)
            && self.ouverture <= debut
            && self.reservation.is_none()
            && self
                .occupations
                .iter()
                .all(|o| o.fin.is_some_and(|f| f < debut))
    }

    /// True when a contract holds it on that day or later.
    #[must_use]
    pub fn is_held_on(&self, le: Date) -> bool {
        self.reservation.is_some()
            || self
                .occupations
                .iter()
                .any(|o| o.fin.is_none_or(|f| f >= le))
    }

    /// First day of the running vacancy, occupation or reservation.
    #[must_use]
    pub fn since(&self, le: Date) -> Date {
        match self.cloture {
            Some((d, _)) if d <= le => d,
            _ => match self.occupation_at(le) {
                Some(o) => o.debut,
                None => self
                    .occupations
                    .iter()
                    .filter_map(|o| o.fin)
                    .filter(|f| *f < le)
                    .max()
                    .map_or(self.ouverture, |f| socle::francais::plus_days(f, 1)),
            },
        }
    }
}
