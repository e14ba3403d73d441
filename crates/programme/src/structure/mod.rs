//! Employers: who may hold posts (spec 10 §1).

pub mod pages;
mod store;

use std::str::FromStr;

use socle::{
    Erreur, Resultat, francais,
    valeurs::{Ridet, Siret},
};
use uuid::Uuid;

pub use store::{
    add_contact, contacts, find_by_identifiant, get, get_in, insert, list, names, set_state,
};

/// What a structure is in law, which decides its tariff.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Nature {
    Public,
    Prive,
    NonEligible,
}

impl Nature {
    #[must_use]
    pub fn cle(self) -> &'static str {
        match self {
            Nature::Public => "public",
            Nature::Prive => "prive",
            Nature::NonEligible => "non_eligible",
        }
    }

    #[must_use]
    pub fn libelle(self) -> &'static str {
        match self {
            Nature::Public => "Public",
            Nature::Prive => "Privé",
            Nature::NonEligible => "Non éligible",
        }
    }

    /// Reads the key kept in the database.
    ///
    /// # Errors
    /// `Erreur::Interne` for an unknown key.
    pub fn from_cle(cle: &str) -> Resultat<Self> {
        [Nature::Public, Nature::Prive, Nature::NonEligible]
            .into_iter()
            .find(|n| n.cle() == cle)
            .ok_or_else(|| Erreur::Interne(format!("nature inconnue : {cle}")))
    }
}

/// A number given by a register (spec 10 §1.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identifiant {
    /// `siret`, `ridet`, `rna` or `autre`.
    pub genre: &'static str,
    pub valeur: String,
    /// What distinguishes two structures of one number; often empty.
    pub antenne: String,
}

impl Identifiant {
    /// Reads a SIRET or, in Nouvelle-Calédonie, a RIDET.
    ///
    /// # Errors
    /// The message of spec 10 §1.2.
    pub fn parse(
        saisi: &str,
        antenne: &str,
        departement: Option<&str>,
    ) -> Result<Self, &'static str> {
        let caledonie = departement == Some("988");
        let chiffres = saisi.chars().filter(|c| !c.is_whitespace()).count();
        let (genre, valeur) = if matches!(chiffres, 7 | 10) {
            let ridet = Ridet::from_str(saisi)?;
            if !caledonie {
                return Err("Le RIDET (7 ou 10 chiffres) est réservé à la Nouvelle-Calédonie.");
            }
            ("ridet", ridet.to_string())
        } else {
            ("siret", Siret::from_str(saisi)?.to_string())
        };
        Ok(Self {
            genre,
            valeur,
            antenne: antenne.trim().to_owned(),
        })
    }

    /// How an antenne is compared: trimmed, without case or accents.
    #[must_use]
    pub fn folded(&self) -> String {
        francais::fold(&self.antenne)
    }
}

/// A structure as everybody inside the perimeter sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Structure {
    pub id: Uuid,
    pub nom: String,
    pub siret: Option<String>,
    pub ridet: Option<String>,
    pub antenne: String,
    pub type_structure: String,
    pub nature: Nature,
    pub adresse: String,
    pub commune_insee: String,
    pub departement: String,
    /// `active`, `a_verifier`, `fermee`, `fusionnee`.
    pub etat: String,
    pub version: i64,
}

/// What a new structure needs.
#[derive(Debug, Clone)]
pub struct NouvelleStructure {
    pub id: Uuid,
    pub nom: String,
    pub identifiant: Identifiant,
    pub type_structure: String,
    pub nature: Nature,
    pub adresse: String,
    pub commune_insee: String,
    pub departement: String,
    /// `active`, or `a_verifier` while no register confirmed it.
    pub etat: &'static str,
}

/// Someone who answers for a structure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    pub personne: Uuid,
    pub role: String,
    pub fonction: String,
}

/// Which structures a list shows; empty fields filter nothing.
#[derive(Debug, Clone, Default)]
pub struct Filtre {
    /// Part of the name.
    pub texte: String,
    pub departement: String,
}

/// The message of a number already taken.
pub const DEJA: &str = "Cette structure est déjà enregistrée. Demandez à la rejoindre.";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ridet_belongs_to_nouvelle_caledonie() {
        // Scenario 3.
        assert!(Identifiant::parse("1234567", "", Some("75")).is_err());
        assert_eq!(
            Identifiant::parse("1234567", "", Some("988"))
                .unwrap()
                .genre,
            "ridet"
        );
        assert_eq!(
            Identifiant::parse("732 829 320 00074", "", Some("35"))
                .unwrap()
                .valeur,
            "73282932000074"
        );
        assert_eq!(
            Identifiant::parse("73282932000075", "", None).unwrap_err(),
            "SIRET invalide : vérifiez les 14 chiffres."
        );
    }
}
