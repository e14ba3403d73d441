//! Candidates: what they tell, whether a structure may find them (spec 15 §1).
//! Pure.

pub mod pages;
pub mod service;
pub mod store;

use jiff::{Timestamp, civil::Date};
use socle::francais;
use territoires::{Commune, Point};
use uuid::Uuid;

use crate::cles::cles;

cles! {
    /// What a candidate does today (spec 15 §1.2).
    Situation {
        DemandeurEmploi "demandeur_emploi" "En recherche d'emploi",
        EnEmploi "en_emploi" "En emploi",
        EnFormation "en_formation" "En formation, études ou service civique",
        DiplomeMednum "diplome_mednum" "Diplôme de la médiation numérique",
        ExperienceMednum "experience_mednum" "Expérience de médiation numérique",
    }
}

cles! {
    /// Fields of experience (spec 15 §1.2).
    Experience {
        AccueilPublic "accueil_public" "Accueil du public",
        AccompagnementNumerique "accompagnement_numerique" "Accompagnement numérique",
        Animation "animation" "Animation",
        Social "social" "Social",
        Commerce "commerce" "Commerce",
        Enseignement "enseignement" "Enseignement",
        Technique "technique" "Technique",
        Autre "autre" "Autre",
    }
}

cles! {
    /// When a structure may read name and contact.
    Partage {
        ALaPreselection "a_la_preselection" "Dès la présélection",
        SurAccord "sur_accord" "À chaque demande",
    }
}

cles! {
    /// Where a candidate stands; derived, never stored (spec 15 §1.3).
    Etat {
        Disponible "disponible" "Disponible",
        Indisponible "indisponible" "Indisponible",
        EnPoste "en_poste" "En poste",
        Ancien "ancien" "Ancien conseiller",
        Inactif "inactif" "Inactif",
        Supprime "supprime" "Supprimé",
    }
}

/// Distances a candidate may choose, in kilometres; beyond is `national`.
pub const DISTANCES: [i64; 6] = [5, 10, 15, 20, 40, 100];
/// Without a sign for so long, a profile is no longer shown (spec 15 §1.3).
const INACTIF_MOIS: i32 = 12;

/// A candidate's own words and choices.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidat {
    pub personne: Uuid,
    pub disponible: bool,
    pub date_disponibilite: Date,
    pub commune_insee: String,
    pub departement: String,
    /// Reference point of the commune.
    pub point: Point,
    /// Kilometres; `None`: the whole country.
    pub distance_max: Option<i64>,
    pub mobilite_outre_mer: bool,
    pub departements_exclus: Vec<String>,
    pub situations: Vec<Situation>,
    pub experiences: Vec<Experience>,
    pub diplome: String,
    pub motivation: String,
    pub partage: Partage,
    pub pix_palier: Option<i64>,
    /// Shows Pix and certifications to structures.
    pub pix_partage: bool,
    pub inscrit_le: Timestamp,
    /// Last sign that the profile is still true.
    pub confirme_le: Date,
    pub supprime: bool,
    pub version: i64,
}

impl Candidat {
    /// `en_poste`: works under a contract on that day; `ancien`: did before.
    #[must_use]
    pub fn etat(&self, en_poste: bool, ancien: bool, le: Date) -> Etat {
        if self.supprime {
            Etat::Supprime
        } else if en_poste {
            Etat::EnPoste
        } else if self.is_inactive(le) {
            Etat::Inactif
        } else if self.disponible {
            Etat::Disponible
        } else if ancien {
            Etat::Ancien
        } else {
            Etat::Indisponible
        }
    }

    #[must_use]
    pub fn is_inactive(&self, le: Date) -> bool {
        francais::plus_months(self.confirme_le, INACTIF_MOIS) <= le
    }

    #[must_use]
    pub fn has_experience(&self) -> bool {
        self.situations.contains(&Situation::ExperienceMednum)
            || self
                .experiences
                .contains(&Experience::AccompagnementNumerique)
    }
}

/// « 40 km », « Toute la France ».
#[must_use]
pub fn distance_label(km: Option<i64>) -> String {
    km.map_or_else(|| "Toute la France".to_owned(), |k| format!("{k}\u{a0}km"))
}

/// The continuous territory of a département: one can drive inside it.
#[must_use]
pub fn continent(departement: &str) -> &str {
    match departement {
        "2A" | "2B" => "corse",
        d if d.starts_with("97") || d.starts_with("98") => d,
        _ => "metropole",
    }
}

/// Main towns of the overseas collectivities, whose communes have no point of
/// their own in the reference geography: (code, longitude, latitude).
const CHEFS_LIEUX: [(&str, f64, f64); 6] = [
    ("975", -56.17, 46.78),
    ("977", -62.85, 17.90),
    ("978", -63.08, 18.07),
    ("986", -176.17, -13.28),
    ("987", -149.57, -17.54),
    ("988", 166.45, -22.27),
];

/// Where a commune is measured from: its reference point, else the main town
/// of its département or collectivity.
#[must_use]
pub fn point_of(c: &Commune) -> Option<Point> {
    let g = territoires::geographie();
    let chef_lieu = || g.commune(g.departement(c.departement)?.chef_lieu)?.point();
    let outre_mer = || {
        CHEFS_LIEUX
            .iter()
            .find(|(code, ..)| *code == c.departement)
            .map(|(_, lon, lat)| Point::new(*lon, *lat))
    };
    c.point().or_else(chef_lieu).or_else(outre_mer)
}

/// Where a structure looks from, and how far.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Depart<'a> {
    pub departement: &'a str,
    pub point: Point,
}

/// Why a candidate is out of the zone of a search, in words for both sides.
/// `None`: inside (spec 15 §2.1). The radius of the search is judged apart.
#[must_use]
pub fn out_of_reach(c: &Candidat, d: &Depart<'_>, metres: i64) -> Option<String> {
    if continent(&c.departement) != continent(d.departement) && !c.mobilite_outre_mer {
        return Some("La personne ne cherche pas sur ce territoire.".into());
    }
    if c.departements_exclus.iter().any(|x| x == d.departement) {
        return Some("La personne a exclu ce département.".into());
    }
    match c.distance_max {
        Some(km) if metres > km * 1000 => Some(format!(
            "La personne cherche à {km}\u{a0}km au plus de sa commune."
        )),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(crate) fn candidat() -> Candidat {
        Candidat {
            personne: Uuid::from_u128(1),
            disponible: true,
            date_disponibilite: Date::constant(2026, 3, 1),
            commune_insee: "97801".into(),
            departement: "978".into(),
            point: Point::new(-63.08, 18.07),
            distance_max: None,
            mobilite_outre_mer: false,
            departements_exclus: Vec::new(),
            situations: vec![Situation::DemandeurEmploi],
            experiences: Vec::new(),
            diplome: String::new(),
            motivation: "Je veux aider les gens.".into(),
            partage: Partage::ALaPreselection,
            pix_palier: None,
            pix_partage: false,
            inscrit_le: Timestamp::UNIX_EPOCH,
            confirme_le: Date::constant(2026, 3, 1),
            supprime: false,
            version: 1,
        }
    }

    #[test]
    fn scenario_4_an_island_is_not_reached_by_a_radius() {
        let mut c = candidat();
        let guadeloupe = Depart {
            departement: "971",
            point: Point::new(-61.5, 16.2),
        };
        assert!(out_of_reach(&c, &guadeloupe, 250_000).is_some());
        c.mobilite_outre_mer = true;
        assert_eq!(out_of_reach(&c, &guadeloupe, 250_000), None);
        c.departements_exclus.push("971".into());
        assert!(out_of_reach(&c, &guadeloupe, 250_000).is_some());
    }

    #[test]
    fn the_radius_of_the_candidate_counts() {
        let mut c = candidat();
        c.departement = "35".into();
        c.distance_max = Some(20);
        let rennes = Depart {
            departement: "35",
            point: Point::new(-1.68, 48.11),
        };
        assert_eq!(out_of_reach(&c, &rennes, 20_000), None);
        assert!(out_of_reach(&c, &rennes, 20_001).is_some());
    }

    #[test]
    fn every_commune_has_somewhere_to_be_measured_from() {
        for c in &territoires::geographie().communes {
            // Nobody lives in the Terres australes (984) nor on Clipperton (989).
            let desert = ["984", "989"].contains(&c.departement);
            assert_eq!(point_of(c).is_none(), desert, "{}", c.code);
        }
    }

    #[test]
    fn states_are_derived() {
        let mut c = candidat();
        let le = Date::constant(2026, 3, 3);
        assert_eq!(c.etat(false, false, le), Etat::Disponible);
        assert_eq!(c.etat(true, true, le), Etat::EnPoste);
        assert_eq!(
            c.etat(false, false, Date::constant(2027, 3, 1)),
            Etat::Inactif
        );
        c.disponible = false;
        assert_eq!(c.etat(false, true, le), Etat::Ancien);
        c.supprime = true;
        assert_eq!(c.etat(true, true, le), Etat::Supprime);
    }
}
