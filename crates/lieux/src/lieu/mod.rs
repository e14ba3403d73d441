//! The place: states, what it takes to be published, when it is open.

mod fiche;
pub mod pages;
pub mod service;
pub mod store;

use jiff::{Timestamp, civil::Date};
use uuid::Uuid;

pub use fiche::{Fiche, Precision, nominatif_courriel, nominatif_telephone};
pub use service::declare;
pub use store::{get, itinerant, list_of_personne, list_of_structure};

macro_rules! etats {
    ($($v:ident $cle:literal $libelle:literal),* $(,)?) => {
        /// States of a place (spec 30 §2.1).
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Etat { $($v),* }

        impl Etat {
            pub const TOUS: &'static [Etat] = &[$(Etat::$v),*];

            #[must_use]
            pub fn cle(self) -> &'static str {
                match self { $(Etat::$v => $cle),* }
            }

            #[must_use]
            pub fn libelle(self) -> &'static str {
                match self { $(Etat::$v => $libelle),* }
            }

            #[must_use]
            pub fn from_cle(cle: &str) -> Option<Self> {
                match cle { $($cle => Some(Etat::$v),)* _ => None }
            }
        }
    };
}

etats! {
    Brouillon "brouillon" "Pas encore publié",
    Publie "publie" "Publié",
    Masque "masque" "Masqué",
    FermeTemporaire "ferme_temporaire" "Fermé provisoirement",
    Ferme "ferme" "Fermé",
    Abandonne "abandonne" "Abandonné",
}

/// What may happen to a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Evenement {
    Publier,
    Masquer,
    FermerProvisoirement,
    Fermer,
    Rouvrir,
    Abandonner,
}

impl Etat {
    /// The state after an event; `None` when it cannot happen.
    #[must_use]
    pub fn after(self, e: Evenement) -> Option<Etat> {
        match (self, e) {
            (Etat::Brouillon | Etat::Masque, Evenement::Publier)
            | (Etat::Ferme | Etat::FermeTemporaire, Evenement::Rouvrir) => Some(Etat::Publie),
            (Etat::Publie, Evenement::Masquer) => Some(Etat::Masque),
            (Etat::Publie, Evenement::FermerProvisoirement) => Some(Etat::FermeTemporaire),
            (Etat::Publie | Etat::Masque | Etat::FermeTemporaire, Evenement::Fermer) => {
                Some(Etat::Ferme)
            }
            (Etat::Brouillon, Evenement::Abandonner) => Some(Etat::Abandonne),
            _ => None,
        }
    }

    /// Shown to the public, closed ones with their notice.
    #[must_use]
    pub fn is_public(self) -> bool {
        matches!(self, Etat::Publie | Etat::FermeTemporaire)
    }
}

/// A place.
#[derive(Debug, Clone)]
pub struct Lieu {
    pub id: Uuid,
    pub etat: Etat,
    pub nom: String,
    pub departement: String,
    pub commune_insee: String,
    /// Who runs it.
    pub structure: Option<Uuid>,
    /// The person who declared it.
    pub auteur: Option<Uuid>,
    pub propose_le: Option<Date>,
    pub ferme_du: Option<Date>,
    pub ferme_au: Option<Date>,
    pub fiche: Fiche,
    pub version: i64,
    pub cree_le: Timestamp,
    pub modifie_le: Timestamp,
}

impl Lieu {
    /// Whether something may take place there on that day (spec 30 §2.1).
    #[must_use]
    pub fn is_open_on(&self, le: Date) -> bool {
        match self.etat {
            Etat::Brouillon | Etat::Publie | Etat::Masque => true,
            Etat::FermeTemporaire => {
                let du = self.ferme_du.is_none_or(|d| le >= d);
                let au = self.ferme_au.is_none_or(|d| le <= d);
                !(du && au)
            }
            Etat::Ferme => self.ferme_du.is_some_and(|d| le < d),
            Etat::Abandonne => false,
        }
    }

    /// State of a place on a day: a temporary closing ends alone.
    #[must_use]
    pub fn etat_on(&self, le: Date) -> Etat {
        if self.etat == Etat::FermeTemporaire && self.is_open_on(le) {
            Etat::Publie
        } else {
            self.etat
        }
    }

    /// What is missing before it can be published; empty when it can be.
    #[must_use]
    pub fn missing(&self) -> Vec<&'static str> {
        self.fiche.missing()
    }

    /// On the map and in open data.
    #[must_use]
    pub fn is_public(&self) -> bool {
        self.etat.is_public() && !self.fiche.refuses_public()
    }

    /// « Médiathèque de Rennes, Rennes ».
    #[must_use]
    pub fn libelle(&self) -> String {
        let commune = territoires::geographie()
            .commune_today(&self.commune_insee)
            .map_or("", |c| c.nom);
        if commune.is_empty() || self.nom.contains(commune) {
            self.nom.clone()
        } else {
            format!("{}, {commune}", self.nom)
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
