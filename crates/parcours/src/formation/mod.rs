//! Training: positioning test, sessions, places, attendance, certifications
//! (spec 15 §10). Pure.

pub mod organisme;
pub mod pages;
pub mod service;
pub mod store;

use jiff::civil::Date;
use uuid::Uuid;

use crate::cles::cles;

cles! {
    /// Where a registration stands (spec 15 §10.4).
    Etat {
        Confirmee "confirmee" "Confirmée",
        ListeAttente "liste_attente" "Liste d'attente",
        Refusee "refusee" "Refusée",
        Annulee "annulee" "Annulée",
        Suivie "suivie" "Suivie",
        Abandonnee "abandonnee" "Abandonnée",
    }
}

cles! {
    /// Certifications (spec 15 §10.7). REMN is derived from the three CCP.
    Titre {
        Pix "pix" "Pix",
        Ccp1 "ccp1" "CCP1, accompagner vers l'autonomie numérique",
        Ccp2 "ccp2" "CCP2, développer un espace de médiation numérique",
        Ccp3 "ccp3" "CCP3, gérer et animer un espace de médiation numérique",
    }
}

cles! {
    /// Result of an attempt.
    Resultat {
        Obtenu "obtenu" "Obtenue",
        Echoue "echoue" "Échouée",
        AbsentJustifie "absent_justifie" "Absence justifiée",
        Absent "absent" "Absence",
        Dispense "dispense" "Dispense",
    }
}

/// A session as its file shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    pub id: Uuid,
    /// `SF-2026-0042`.
    pub numero: String,
    pub organisme: Uuid,
    pub organisme_nom: String,
    pub departement: String,
    pub commune_insee: String,
    pub parcours: String,
    /// Hours of that parcours on the day the session was opened.
    pub heures: i64,
    pub debut: Date,
    pub fin: Date,
    pub a_distance: bool,
    pub capacite: i64,
    pub demi_journees: i64,
    pub annulee: bool,
    /// Places taken.
    pub confirmees: i64,
    pub en_attente: i64,
}

impl Session {
    #[must_use]
    pub fn places_left(&self) -> i64 {
        (self.capacite - self.confirmees).max(0)
    }

    /// Its state in words (spec 15 §10.4), derived.
    #[must_use]
    pub fn etat(&self, le: Date) -> &'static str {
        if self.annulee {
            "Annulée"
        } else if le > self.fin {
            "Terminée"
        } else if le >= self.debut {
            "En cours"
        } else if self.places_left() == 0 {
            "Complète"
        } else {
            "Ouverte"
        }
    }

    #[must_use]
    pub fn takes_registrations(&self, le: Date) -> bool {
        !self.annulee && le <= self.debut
    }
}

/// A place in a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inscription {
    pub id: Uuid,
    pub session: Uuid,
    pub contrat: Uuid,
    pub personne: Uuid,
    pub structure: Uuid,
    pub etat: Etat,
    /// First day of the contract: the order of the waiting list.
    pub embauche: Date,
    pub amenagement: bool,
    pub presents: i64,
    pub justifiees: i64,
    pub injustifiees: i64,
}

impl Inscription {
    /// Attended ÷ planned half-days, justified ones removed from both, in
    /// tenths of a percent (spec 15 §10.5). `None` before anything is recorded.
    #[must_use]
    pub fn attendance(&self) -> Option<String> {
        socle::francais::pourcent(self.presents, self.presents + self.injustifiees)
    }
}

/// A positioning test; its result binds for 12 months.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Positionnement {
    pub id: Uuid,
    pub personne: Uuid,
    pub le: Date,
    pub experience: i64,
    pub posture: i64,
    pub technique: i64,
    pub parcours: String,
    pub commentaire: String,
}

/// An attempt at a certification.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certification {
    pub titre: Titre,
    pub resultat: Resultat,
    pub le: Date,
}

/// How many of the three CCP of the title are held: « 1/3 » (spec 15 §10.7).
#[must_use]
pub fn title_progress(certifications: &[Certification]) -> usize {
    [Titre::Ccp1, Titre::Ccp2, Titre::Ccp3]
        .iter()
        .filter(|t| holds(certifications, **t))
        .count()
}

/// True when an attempt at that certification succeeded.
#[must_use]
pub fn holds(certifications: &[Certification], t: Titre) -> bool {
    certifications
        .iter()
        .any(|c| c.titre == t && matches!(c.resultat, Resultat::Obtenu | Resultat::Dispense))
}

/// How long after the signature a session begins, as a word (spec 15 §10.4).
#[must_use]
pub fn gap(jours: i64) -> &'static str {
    match jours {
        ..=15 => "à temps",
        16..=45 => "tardive",
        _ => "en retard",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn une(titre: Titre, resultat: Resultat) -> Certification {
        Certification {
            titre,
            resultat,
            le: Date::constant(2026, 3, 3),
        }
    }

    #[test]
    fn the_title_is_derived_from_three_certificates() {
        let mut c = vec![
            une(Titre::Ccp1, Resultat::Echoue),
            une(Titre::Pix, Resultat::Obtenu),
        ];
        assert_eq!(title_progress(&c), 0);
        c.push(une(Titre::Ccp1, Resultat::Obtenu));
        assert_eq!(title_progress(&c), 1);
        c.push(une(Titre::Ccp2, Resultat::Obtenu));
        c.push(une(Titre::Ccp3, Resultat::Dispense));
        assert_eq!(title_progress(&c), 3);
    }

    #[test]
    fn attendance_leaves_justified_absences_out() {
        let i = Inscription {
            id: Uuid::nil(),
            session: Uuid::nil(),
            contrat: Uuid::nil(),
            personne: Uuid::nil(),
            structure: Uuid::nil(),
            etat: Etat::Confirmee,
            embauche: Date::constant(2026, 3, 3),
            amenagement: false,
            presents: 27,
            justifiees: 2,
            injustifiees: 1,
        };
        // Spec 15 §10.5: 27/28.
        assert_eq!(i.attendance().as_deref(), Some("96,4\u{a0}%"));
    }

    #[test]
    fn the_gap_has_three_colours() {
        assert_eq!(
            [0, 15, 16, 45, 46].map(gap),
            ["à temps", "à temps", "tardive", "tardive", "en retard"]
        );
    }
}
