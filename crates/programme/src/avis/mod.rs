//! Opinions of the préfecture (spec 10 §5): versions, the last is in force.

pub mod page;
mod service;
mod store;

use std::collections::BTreeMap;

use jiff::Timestamp;
use socle::{Action, Role, clock, francais};
use web::{Html, composants};

use crate::{candidature, commun::cles};

pub use service::{Saisie, give};
pub(crate) use store::insert;
pub use store::{latest, list};

/// Gives an opinion.
pub static RENDRE: Action = Action::new(
    "avis.rendre",
    &[Role::Prefecture],
    "Seule la préfecture du département rend un avis.",
);

cles! {
    Sens {
        Favorable "favorable" "Favorable",
        Defavorable "defavorable" "Défavorable",
        ExamenComplementaire "examen_complementaire" "Examen complémentaire",
    }
}

cles! {
    Niveau {
        Forte "forte" "Forte",
        Moyenne "moyenne" "Moyenne",
        Faible "faible" "Faible",
        SansObjet "sans_objet" "Sans objet",
    }
}

/// (key, label, required).
pub const CRITERES: &[(&str, &str, bool)] = &[
    (
        "coherence_strategies_locales",
        "Cohérence avec les stratégies locales",
        true,
    ),
    ("concertation", "Concertation des collectivités", true),
    (
        "coordination_departementale",
        "Coordination départementale",
        true,
    ),
    (
        "coordination_intercommunale",
        "Coordination intercommunale",
        true,
    ),
    ("mutualisation", "Mutualisation", true),
    ("aller_vers", "Aller-vers", true),
    (
        "complementarite_existant",
        "Complémentarité avec l’existant",
        false,
    ),
    ("capacite_accueil", "Capacité d’accueil", false),
    ("equilibre_territorial", "Équilibre territorial", false),
];

/// An opinion.
#[derive(Debug, Clone)]
pub struct Avis {
    pub version: i64,
    pub sens: Sens,
    pub nombre_postes: Option<i64>,
    pub motivation: String,
    pub criteres: BTreeMap<String, String>,
    pub zone_qpv: bool,
    pub zone_frr: bool,
    /// Name and quality of who signs.
    pub signataire: String,
    pub par: String,
    pub le: Timestamp,
}

impl Avis {
    /// Shown on the file and to the comité.
    #[must_use]
    pub fn fiche(&self) -> Html {
        let zones: Vec<&str> = [(self.zone_qpv, "QPV"), (self.zone_frr, "ZRR ou FRR")]
            .into_iter()
            .filter_map(|(b, n)| b.then_some(n))
            .collect();
        let mut lignes = vec![
            ("Sens", self.sens.libelle().to_owned()),
            (
                "Version",
                format!(
                    "{}, le {}",
                    self.version,
                    francais::instant(self.le, &clock::paris())
                ),
            ),
            (
                "Postes proposés",
                self.nombre_postes.map(francais::entier).unwrap_or_default(),
            ),
            ("Motivation", self.motivation.clone()),
            (
                "Zones",
                if zones.is_empty() {
                    "Aucune".into()
                } else {
                    zones.join(", ")
                },
            ),
            ("Signataire", self.signataire.clone()),
        ];
        for (cle, libelle, _) in CRITERES {
            if let Some(n) = self
                .criteres
                .get(*cle)
                .and_then(|n| Niveau::from_cle(n).ok())
            {
                lignes.push((libelle, n.libelle().to_owned()));
            }
        }
        composants::fiche(&lignes)
    }
}

/// An opinion is asked for, or may still be replaced.
#[must_use]
pub fn is_possible(e: candidature::Etat) -> bool {
    use candidature::Etat;
    matches!(
        e,
        Etat::AvisAttendu | Etat::AvisRendu | Etat::ExamenComplementaire
    )
}
