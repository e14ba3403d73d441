//! An activity: one recorded event, individual or collective, called a compte
//! rendu on screen (spec 20 §3). Types and pure rules.

pub mod anonyme;
pub mod brouillon;
pub mod corps;
pub mod habitude;
pub mod image;
pub mod lecture;
pub mod pages;
pub mod rattachement;
pub mod saisie;
pub mod semaine;
pub mod service;
pub mod store;
pub mod zonage;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use socle::francais;
use uuid::Uuid;

use crate::beneficiaire::Profil;

/// What kind of compte rendu.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TypeActivite {
    Individuel,
    Collectif,
}

impl TypeActivite {
    pub const TOUS: [Self; 2] = [Self::Individuel, Self::Collectif];

    #[must_use]
    pub fn cle(self) -> &'static str {
        match self {
            Self::Individuel => "individuel",
            Self::Collectif => "collectif",
        }
    }

    #[must_use]
    pub fn libelle(self) -> &'static str {
        match self {
            Self::Individuel => "Accompagnement individuel",
            Self::Collectif => "Atelier",
        }
    }

    #[must_use]
    pub fn from_cle(cle: &str) -> Option<Self> {
        Self::TOUS.into_iter().find(|t| t.cle() == cle)
    }

    /// Longest duration, in minutes (§3.1).
    #[must_use]
    pub fn duree_max(self) -> i64 {
        match self {
            Self::Individuel => 600,
            Self::Collectif => 1_440,
        }
    }

    /// Duration proposed to somebody who has not recorded any yet, in minutes (§3.7).
    #[must_use]
    pub fn duree_usuelle(self) -> i64 {
        match self {
            Self::Individuel => 60,
            Self::Collectif => 120,
        }
    }

    /// Path of the entry form.
    #[must_use]
    pub fn chemin(self) -> &'static str {
        match self {
            Self::Individuel => "/activites/individuel",
            Self::Collectif => "/activites/atelier",
        }
    }
}

/// States of §3.6 that have a row; a draft is only what was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Etat {
    Enregistree,
    Supprimee,
}

impl Etat {
    #[must_use]
    pub fn cle(self) -> &'static str {
        match self {
            Self::Enregistree => "enregistree",
            Self::Supprimee => "supprimee",
        }
    }

    #[must_use]
    pub fn from_cle(cle: &str) -> Self {
        if cle == "supprimee" {
            Self::Supprimee
        } else {
            Self::Enregistree
        }
    }
}

/// Dimensions of `activite_valeur`.
pub mod dimension {
    pub const THEMATIQUE: &str = "thematique";
    pub const SOUS_THEMATIQUE: &str = "sous_thematique";
    /// What a département adds under a national theme.
    pub const THEME_LOCAL: &str = "theme_local";
    pub const MATERIEL: &str = "materiel";
    pub const MOTIF: &str = "motif";
    pub const PUBLICS: &str = "publics";
    /// `operateur:nature`.
    pub const IRRITANT: &str = "irritant";
    pub const SUITE: &str = "suite";
    pub const GENRE: &str = "genre";
    pub const TRANCHE: &str = "tranche";
    pub const STATUT: &str = "statut";
    /// `qpv`, `hors_qpv`, `frr`, `hors_frr`: derived from the place and the date,
    /// never part of what an author says.
    pub const ZONAGE: &str = "zonage";
}

/// One value of one dimension, and how many times.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Valeur {
    pub dimension: String,
    pub valeur: String,
    pub nombre: i64,
}

impl Valeur {
    #[must_use]
    pub fn new(dimension: &str, valeur: &str, nombre: i64) -> Self {
        Self {
            dimension: dimension.to_owned(),
            valeur: valeur.to_owned(),
            nombre,
        }
    }
}

/// What an author says of an activity, checked.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Contenu {
    pub type_activite: TypeActivite,
    pub date: Date,
    /// Minutes.
    pub duree: i64,
    pub type_lieu: String,
    pub lieu: Option<Uuid>,
    /// INSEE code, for `domicile` and `autre`. Never an address.
    pub commune: Option<String>,
    pub cadre: Option<String>,
    pub public: String,
    pub modalite: Option<String>,
    pub origine: Option<String>,
    pub mode_aide: Option<String>,
    pub raison_aide: Option<String>,
    pub aide_urgence: bool,
    pub autonomie: Option<String>,
    pub niveau: Option<String>,
    pub confiance_avant: Option<i64>,
    pub confiance_apres: Option<i64>,
    pub destination: Option<String>,
    pub organisme: Option<String>,
    pub pass_propose: bool,
    pub pass_utilise: bool,
    pub titre: Option<String>,
    pub notes: Option<String>,
    /// Files of the followed persons, distinct.
    pub suivis: Vec<Uuid>,
    pub anonymes: i64,
    pub deja_accompagnes: i64,
    /// Residence of the anonymous person of an individuel.
    pub commune_residence: Option<String>,
    pub valeurs: Vec<Valeur>,
    pub coanimateurs: Vec<Uuid>,
    pub etiquettes: Vec<String>,
}

impl Contenu {
    /// n(a) of §5.1: followed and anonymous persons.
    #[must_use]
    pub fn participants(&self) -> i64 {
        i64::try_from(self.suivis.len()).unwrap_or(0) + self.anonymes
    }

    /// Puts what has no order in one order, so that two equal contents are
    /// equal whoever wrote or read them.
    #[must_use]
    pub fn ordered(mut self) -> Self {
        self.valeurs.sort();
        self.suivis.sort_unstable();
        self.coanimateurs.sort_unstable();
        self.etiquettes.sort_by_cached_key(|e| francais::fold(e));
        self
    }

    /// The values of a dimension.
    pub fn values<'a>(&'a self, dimension: &'a str) -> impl Iterator<Item = &'a Valeur> {
        self.valeurs
            .iter()
            .filter(move |v| v.dimension == dimension)
    }

    /// Something done in the person's place, whose reason nobody gave yet: it
    /// is recorded as it happened and asked for again (spec 01, arbitration 2).
    #[must_use]
    pub fn reason_is_missing(&self) -> bool {
        self.mode_aide.as_deref() == Some(FAIRE_A_LA_PLACE) && self.raison_aide.is_none()
    }
}

/// An activity of which nothing is said yet but its kind: what generators and
/// imports start from.
#[must_use]
pub fn empty(t: TypeActivite) -> Contenu {
    Contenu {
        type_activite: t,
        date: Date::constant(2020, 1, 1),
        duree: t.duree_usuelle(),
        type_lieu: "a_distance".into(),
        lieu: None,
        commune: None,
        cadre: None,
        public: "habitants".into(),
        modalite: None,
        origine: None,
        mode_aide: None,
        raison_aide: None,
        aide_urgence: false,
        autonomie: None,
        niveau: None,
        confiance_avant: None,
        confiance_apres: None,
        destination: None,
        organisme: None,
        pass_propose: false,
        pass_utilise: false,
        titre: None,
        notes: None,
        suivis: Vec::new(),
        anonymes: 0,
        deja_accompagnes: 0,
        commune_residence: None,
        valeurs: Vec::new(),
        coanimateurs: Vec::new(),
        etiquettes: Vec::new(),
    }
}

pub const FAIRE_A_LA_PLACE: &str = "faire_a_la_place";

/// Where an activity counts, resolved at its date (§3.5).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rattachement {
    /// `None`: « Employeur à préciser ».
    pub employeur: Option<Uuid>,
    /// `conseiller_numerique` or `mediateur`.
    pub role: String,
    /// INSEE code; none at a distance.
    pub commune: Option<String>,
    pub departement: Option<String>,
}

/// A recorded activity.
#[derive(Debug, Clone)]
pub struct Activite {
    pub id: Uuid,
    pub etat: Etat,
    pub auteur: Uuid,
    pub contenu: Contenu,
    /// The followed persons as they were on that day.
    pub profils: Vec<Profil>,
    pub rattachement: Rattachement,
    /// How it came: `saisie`, `hors_ligne`, `import`, `api`.
    pub source: String,
    pub version: i64,
    pub enregistree_le: jiff::Timestamp,
    pub modifiee_le: jiff::Timestamp,
    pub supprimee_le: Option<jiff::Timestamp>,
}

/// Days during which a deleted activity can be restored (§3.6).
pub const RESTAURATION_JOURS: i64 = 30;

/// The age bracket of somebody born in `annee`, at `date`: age is the
/// difference of years (§2.2).
#[must_use]
pub fn tranche(annee: Option<i64>, date: Date) -> &'static str {
    let Some(annee) = annee else {
        return crate::vocabulaire::NON_COMMUNIQUE;
    };
    match i64::from(date.year()) - annee {
        ..12 => "moins_de_douze",
        12..18 => "douze_dix_huit",
        18..25 => "dix_huit_vingt_quatre",
        25..40 => "vingt_cinq_trente_neuf",
        40..60 => "quarante_cinquante_neuf",
        60..70 => "soixante_soixante_neuf",
        70.. => "soixante_dix_plus",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The oracle of §5.5: P1, born in 1956, is 69 in 2025 and 70 in 2026.
    #[test]
    fn age_brackets_change_with_the_civil_year() {
        let en = |a| Date::constant(a, 1, 20);
        assert_eq!(tranche(Some(1956), en(2025)), "soixante_soixante_neuf");
        assert_eq!(tranche(Some(1956), en(2026)), "soixante_dix_plus");
        assert_eq!(tranche(Some(2014), en(2026)), "douze_dix_huit");
        assert_eq!(tranche(Some(2015), en(2026)), "moins_de_douze");
        assert_eq!(tranche(Some(2008), en(2026)), "dix_huit_vingt_quatre");
        assert_eq!(tranche(None, en(2026)), "non_communique");
    }
}
