//! How recording goes, and kind reminders (spec 20 §9): never a ranking,
//! never a sanction, shown to the person first. Pure rules.

pub mod pages;
pub mod service;
pub mod store;
#[cfg(test)]
mod tests;

use jiff::civil::{Date, Weekday};
use socle::francais;
use uuid::Uuid;

/// The first row that matches (§9).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Groupe {
    Nouveau,
    Jamais,
    Arret,
    Faible,
    Regulier,
}

impl Groupe {
    pub const TOUS: [Self; 5] = [
        Self::Nouveau,
        Self::Jamais,
        Self::Arret,
        Self::Faible,
        Self::Regulier,
    ];

    #[must_use]
    pub fn cle(self) -> &'static str {
        match self {
            Self::Nouveau => "nouveau",
            Self::Jamais => "jamais",
            Self::Arret => "arret",
            Self::Faible => "faible",
            Self::Regulier => "regulier",
        }
    }

    #[must_use]
    pub fn from_cle(cle: &str) -> Option<Self> {
        Self::TOUS.into_iter().find(|g| g.cle() == cle)
    }

    /// As colleagues read it.
    #[must_use]
    pub fn libelle(self) -> &'static str {
        match self {
            Self::Nouveau => "Vient d'arriver",
            Self::Jamais => "N'a pas encore commencé à saisir",
            Self::Arret => "N'a rien saisi depuis un mois",
            Self::Faible => "Saisit de temps en temps",
            Self::Regulier => "Saisit régulièrement",
        }
    }

    /// As the person reads it.
    #[must_use]
    pub fn dit(self) -> &'static str {
        match self {
            Self::Nouveau => "Vous venez d'arriver : prenez le temps de vous installer.",
            Self::Jamais => "Vous n'avez pas encore enregistré de compte rendu.",
            Self::Arret => "Vous n'avez rien enregistré depuis un mois.",
            Self::Faible => {
                "Vous enregistrez de temps en temps, moins de deux comptes rendus par semaine."
            }
            Self::Regulier => "Vous enregistrez régulièrement. Merci !",
        }
    }

    /// Reminders are due in this group.
    #[must_use]
    pub fn is_silent(self) -> bool {
        matches!(self, Self::Jamais | Self::Arret)
    }
}

/// A reminder of an episode.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Etape {
    UnMois,
    QuaranteCinqJours,
}

impl Etape {
    #[must_use]
    pub fn cle(self) -> &'static str {
        match self {
            Self::UnMois => "un_mois",
            Self::QuaranteCinqJours => "quarante_cinq_jours",
        }
    }

    #[must_use]
    pub fn from_cle(cle: &str) -> Option<Self> {
        [Self::UnMois, Self::QuaranteCinqJours]
            .into_iter()
            .find(|e| e.cle() == cle)
    }

    #[must_use]
    pub fn libelle(self) -> &'static str {
        match self {
            Self::UnMois => "Rappel à 1 mois",
            Self::QuaranteCinqJours => "Rappel à 45 jours",
        }
    }
}

const UN_MOIS: i64 = 30;
const QUARANTE_CINQ: i64 = 45;
/// Full weeks looked at, and activities a week that make a habit.
const SEMAINES: i32 = 8;
const PAR_SEMAINE: i64 = 2;

/// What is known of a professional today.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Faits {
    pub aujourdhui: Date,
    pub debut_contrat: Date,
    /// Local day of the last recording of any activity.
    pub derniere: Option<Date>,
    /// End of the last training that is over.
    pub fin_formation: Option<Date>,
    /// Activities of the last eight full weeks.
    pub recentes: i64,
}

impl Faits {
    /// What t is counted from; it names the episode.
    #[must_use]
    pub fn reference(&self) -> Date {
        [Some(self.debut_contrat), self.derniere, self.fin_formation]
            .into_iter()
            .flatten()
            .max()
            .unwrap_or(self.debut_contrat)
    }

    /// t, in days.
    #[must_use]
    pub fn silence(&self) -> i64 {
        francais::days(self.reference(), self.aujourdhui)
    }

    #[must_use]
    pub fn group(&self) -> Groupe {
        let t = self.silence();
        match (self.derniere, t >= UN_MOIS) {
            (None, false) => Groupe::Nouveau,
            (None, true) => Groupe::Jamais,
            (Some(_), true) => Groupe::Arret,
            (Some(_), false) => {
                let (debut, _) = full_weeks(self.aujourdhui);
                let rare = self.recentes < PAR_SEMAINE * i64::from(SEMAINES);
                if rare && self.debut_contrat <= debut {
                    Groupe::Faible
                } else {
                    Groupe::Regulier
                }
            }
        }
    }

    /// The steps due today, the earliest first.
    #[must_use]
    pub fn steps(&self) -> &'static [Etape] {
        if !self.group().is_silent() {
            return &[];
        }
        match self.silence() {
            QUARANTE_CINQ.. => &[Etape::UnMois, Etape::QuaranteCinqJours],
            UN_MOIS.. => &[Etape::UnMois],
            _ => &[],
        }
    }
}

/// First and last day of the eight full weeks before this one.
#[must_use]
pub fn full_weeks(aujourdhui: Date) -> (Date, Date) {
    let lundi = francais::plus_days(
        aujourdhui,
        -i32::from(aujourdhui.weekday().since(Weekday::Monday)),
    );
    (
        francais::plus_days(lundi, -7 * SEMAINES),
        francais::plus_days(lundi, -1),
    )
}

/// How the recording of a professional goes today.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rythme {
    pub personne: Uuid,
    pub structure: Uuid,
    pub departement: String,
    pub groupe: Groupe,
    /// First day in this group.
    pub depuis: Date,
    pub reference: Date,
    pub derniere: Option<Date>,
    pub calcule_le: jiff::Timestamp,
}

/// A step that was sent, or left aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rappel {
    pub etape: Etape,
    pub destinataire: Uuid,
    pub envoye: bool,
    pub le: jiff::Timestamp,
}

/// The daily run.
#[must_use]
pub fn worker() -> socle::jobs::Worker {
    socle::jobs::Worker::new()
        .on("rappel.quotidien", |base, _| async move {
            let mut tx = base.write().await?;
            service::run(&mut tx).await?;
            tx.commit().await
        })
        .daily("rappel.quotidien", 5)
}
