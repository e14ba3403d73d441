//! A person with a file in the register of their counsellor (spec 20 §2).
//! Never a NIR, an address, a nationality, a family, health or income.

pub mod acces;
pub mod anonymisation;
pub mod conservation;
pub mod corps;
pub mod doublon;
pub mod fusion;
pub mod lectures;
pub mod pages;
pub mod partage;
pub mod passation;
pub mod portrait;
pub mod saisie;
pub mod service;
pub mod store;
pub mod telephone;
#[cfg(test)]
pub(crate) mod tests;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// How a person is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    Identifie,
    Pseudonyme,
}

impl Mode {
    #[must_use]
    pub fn cle(self) -> &'static str {
        match self {
            Self::Identifie => "identifie",
            Self::Pseudonyme => "pseudonyme",
        }
    }
}

/// What a counsellor writes of a person, checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fiche {
    pub mode: Mode,
    pub prenom: Option<String>,
    pub nom: Option<String>,
    pub alias: Option<String>,
    pub informe_le: Option<Date>,
    pub annee_naissance: Option<i64>,
    /// E.164.
    pub telephone: Option<String>,
    pub sans_telephone: bool,
    pub courriel: Option<String>,
    /// INSEE code.
    pub commune_residence: Option<String>,
    pub genre: String,
    pub statut: String,
    /// Accompanied before the register.
    pub connu_depuis: Option<Date>,
    pub notes: Option<String>,
}

impl Fiche {
    /// « Awa Diallo », or the alias.
    #[must_use]
    pub fn nom_affiche(&self) -> String {
        match self.mode {
            Mode::Identifie => [&self.prenom, &self.nom]
                .into_iter()
                .flatten()
                .cloned()
                .collect::<Vec<_>>()
                .join(" "),
            Mode::Pseudonyme => self.alias.clone().unwrap_or_default(),
        }
    }

    /// How this person counts in an activity of that day.
    #[must_use]
    pub fn profil(&self, id: Uuid, date: Date) -> Profil {
        Profil {
            personne: id,
            annee_naissance: self.annee_naissance,
            tranche: crate::activite::tranche(self.annee_naissance, date).to_owned(),
            genre: self.genre.clone(),
            statut: self.statut.clone(),
            commune_residence: self.commune_residence.clone(),
            connu_depuis: self.connu_depuis,
            premier: None,
            departement_residence: None,
        }
    }
}

/// A file of the register.
#[derive(Debug, Clone)]
pub struct Beneficiaire {
    pub id: Uuid,
    pub structure: Option<Uuid>,
    pub referent: Uuid,
    pub fiche: Fiche,
    pub version: i64,
    pub cree_le: jiff::Timestamp,
}

/// States of §2.3.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Etat {
    Active,
    Limitee,
    Fusionnee,
    Anonymisee,
}

impl Etat {
    #[must_use]
    pub fn cle(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Limitee => "limitee",
            Self::Fusionnee => "fusionnee",
            Self::Anonymisee => "anonymisee",
        }
    }

    #[must_use]
    pub fn from_cle(cle: &str) -> Self {
        match cle {
            "limitee" => Self::Limitee,
            "fusionnee" => Self::Fusionnee,
            "anonymisee" => Self::Anonymisee,
            _ => Self::Active,
        }
    }
}

/// Where a file stands.
#[derive(Debug, Clone)]
pub struct Vie {
    pub etat: Etat,
    pub modifiee_le: jiff::Timestamp,
    pub fusionnee_dans: Option<Uuid>,
    pub limite_motif: Option<String>,
    pub prolongee_au: Option<Date>,
    pub avertie_le: Option<Date>,
    /// Nobody of the structure follows the person since that day.
    pub attente_depuis: Option<Date>,
}

/// A followed person as they were on the day of an activity (§2.1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profil {
    /// The file, or the yearly token that replaced it at anonymisation.
    pub personne: Uuid,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub annee_naissance: Option<i64>,
    pub tranche: String,
    pub genre: String,
    pub statut: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commune_residence: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connu_depuis: Option<Date>,
    /// The first activity of the person: derived while there is a file, frozen
    /// at anonymisation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub premier: Option<bool>,
    /// Kept at anonymisation, when the commune goes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub departement_residence: Option<String>,
}

impl Profil {
    /// True when a yearly token stands for somebody whose file is gone.
    #[must_use]
    pub fn is_anonymised(&self) -> bool {
        self.premier.is_some()
    }
}

/// Which fields correct the past too, the others counting from today (§2.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Correction {
    pub genre: bool,
    pub annee: bool,
    pub statut: bool,
    pub commune: bool,
    pub connu: bool,
}

impl Correction {
    #[must_use]
    pub fn is_empty(self) -> bool {
        self == Self::default()
    }

    /// Rewrites how the person counts on a past day.
    pub fn apply(self, p: &mut Profil, f: &Fiche, date: Date) {
        if self.genre {
            f.genre.clone_into(&mut p.genre);
        }
        if self.annee {
            p.annee_naissance = f.annee_naissance;
            p.tranche = crate::activite::tranche(f.annee_naissance, date).to_owned();
        }
        if self.statut {
            f.statut.clone_into(&mut p.statut);
        }
        if self.commune {
            p.commune_residence.clone_from(&f.commune_residence);
        }
        if self.connu {
            p.connu_depuis = f.connu_depuis;
        }
    }
}

const CONSERVATION: &str = "beneficiaire.conservation";
const PASSATION: &str = "beneficiaire.passation";
/// Files anonymised in one transaction.
const PAR_LOT: usize = 100;

/// Every night: who left, what is at its term, what was to be erased.
#[must_use]
pub fn worker() -> socle::jobs::Worker {
    socle::jobs::Worker::new()
        .on(CONSERVATION, |base, _| async move {
            let mut tx = base.write().await?;
            anonymisation::replay(&mut tx, &[]).await?;
            conservation::service::prepare(&mut tx).await?;
            tx.commit().await?;
            loop {
                let mut tx = base.write().await?;
                let faites = conservation::service::carry_out(&mut tx, PAR_LOT).await?;
                tx.commit().await?;
                if faites < PAR_LOT {
                    return Ok(());
                }
            }
        })
        .on(PASSATION, |base, _| async move {
            let mut tx = base.write().await?;
            passation::service::mark_waiting(&mut tx).await?;
            passation::service::remind(&mut tx).await?;
            tx.commit().await
        })
        .daily(PASSATION, 4)
        .daily(CONSERVATION, 5)
}
