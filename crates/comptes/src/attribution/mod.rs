//! The (role, perimeter) pairs a person may act in, dated (spec 01).

mod store;

pub use store::{grant, grant_named, list, personnes, revoke, revoke_by_id, revoke_on};
pub(crate) use store::{load, of_personne, valid};

use jiff::{Timestamp, civil::Date};
use socle::{Perimetre, Resultat, Role};
use uuid::Uuid;

/// How far a role reaches, as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PerimetreDe {
    Aucun,
    National,
    Departements(Vec<String>),
    Structure(Uuid),
    Soi,
}

impl PerimetreDe {
    pub(crate) fn genre(&self) -> &'static str {
        match self {
            PerimetreDe::Aucun => "aucun",
            PerimetreDe::National => "national",
            PerimetreDe::Departements(_) => "departements",
            PerimetreDe::Structure(_) => "structure",
            PerimetreDe::Soi => "soi",
        }
    }

    pub(crate) fn valeurs(&self) -> String {
        match self {
            // One text per perimeter: equal perimeters compare equal.
            PerimetreDe::Departements(d) => {
                let mut d = d.clone();
                d.sort_unstable();
                d.dedup();
                d.join(" ")
            }
            PerimetreDe::Structure(s) => s.to_string(),
            _ => String::new(),
        }
    }

    pub(crate) fn read(genre: &str, valeurs: &str) -> Resultat<Self> {
        Ok(match genre {
            "national" => PerimetreDe::National,
            "departements" => {
                PerimetreDe::Departements(valeurs.split(' ').map(ToOwned::to_owned).collect())
            }
            "structure" => PerimetreDe::Structure(
                valeurs
                    .parse()
                    .map_err(|_| socle::Erreur::Interne("périmètre illisible".into()))?,
            ),
            "soi" => PerimetreDe::Soi,
            _ => PerimetreDe::Aucun,
        })
    }

    /// What lists turn into SQL.
    #[must_use]
    pub fn perimetre(&self, personne: Uuid) -> Perimetre {
        match self {
            PerimetreDe::Aucun => Perimetre::Aucun,
            PerimetreDe::National => Perimetre::National,
            PerimetreDe::Departements(d) => Perimetre::Departements(d.clone()),
            PerimetreDe::Structure(s) => Perimetre::Structures(vec![*s]),
            PerimetreDe::Soi => Perimetre::Soi(personne),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribution {
    pub id: Uuid,
    pub personne: Uuid,
    pub role: Role,
    pub perimetre: PerimetreDe,
    /// Shown beside the role: « Ille-et-Vilaine », « Mairie de Rennes ».
    pub libelle: String,
    pub du: Date,
    /// When it ends, if that is known.
    pub fin_le: Option<Timestamp>,
}

impl Attribution {
    /// « Préfecture, Ille-et-Vilaine ».
    #[must_use]
    pub fn dite(&self) -> String {
        if self.libelle.is_empty() {
            self.role.libelle().to_owned()
        } else {
            format!("{}, {}", self.role.libelle(), self.libelle)
        }
    }
}
