//! Zonings: dated lists of communes or of polygons that a territory is in or
//! out of (spec 30 §1.4). QPV, ZRR, FRR, and local ones.

pub mod communes;
pub mod lambert93;
pub mod pages;
pub mod polygones;
pub mod service;
pub mod store;
#[cfg(test)]
mod tests;

use jiff::civil::Date;
use socle::Saisies;
use uuid::Uuid;

/// The zonings everyone knows; other keys are local.
pub const NATIONAUX: &[(&str, &str)] = &[
    (
        "qpv_2024",
        "Quartiers prioritaires de la politique de la ville (2024)",
    ),
    (
        "qpv_2015",
        "Quartiers prioritaires de la politique de la ville (2015)",
    ),
    ("frr", "France ruralités revitalisation"),
    ("zrr", "Zones de revitalisation rurale"),
];

#[must_use]
pub fn is_national(cle: &str) -> bool {
    NATIONAUX.iter().any(|n| n.0 == cle)
}

/// Whether a territory is in a zoning. « Inconnu » never counts as « non ».
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Statut {
    Oui,
    Partiel,
    Non,
    /// No version of the zoning is loaded for that date.
    Inconnu,
}

impl Statut {
    /// What a class of a file may stand for.
    pub const CHOIX: [Statut; 3] = [Statut::Oui, Statut::Partiel, Statut::Non];

    #[must_use]
    pub fn cle(self) -> &'static str {
        match self {
            Statut::Oui => "oui",
            Statut::Partiel => "partiel",
            Statut::Non => "non",
            Statut::Inconnu => "inconnu",
        }
    }

    #[must_use]
    pub fn libelle(self) -> &'static str {
        match self {
            Statut::Oui => "Oui",
            Statut::Partiel => "En partie",
            Statut::Non => "Non",
            Statut::Inconnu => "Inconnu",
        }
    }

    #[must_use]
    pub fn from_cle(cle: &str) -> Option<Self> {
        Self::CHOIX.into_iter().find(|s| s.cle() == cle)
    }

    /// What a class of a file most likely means, to be confirmed.
    #[must_use]
    pub fn guess(classe: &str) -> Self {
        let c = crate::nom::normalise_whole(classe);
        if c.contains("partiel") {
            Statut::Partiel
        } else if c.is_empty()
            || matches!(c.as_str(), "0" | "false" | "faux" | "n")
            || c.split(' ').any(|m| matches!(m, "non" | "hors" | "aucun"))
        {
            Statut::Non
        } else {
            Statut::Oui
        }
    }

    /// Of a commune made of several listed ones: partly in when they differ.
    #[must_use]
    pub fn united(statuts: &[Statut]) -> Statut {
        match statuts {
            [] => Statut::Non,
            [s, reste @ ..] if reste.iter().all(|r| r == s) => *s,
            _ => Statut::Partiel,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Genre {
    Communes,
    Polygones,
}

impl Genre {
    #[must_use]
    pub fn cle(self) -> &'static str {
        match self {
            Genre::Communes => "communes",
            Genre::Polygones => "polygones",
        }
    }

    #[must_use]
    pub fn from_cle(cle: &str) -> Option<Self> {
        [Genre::Communes, Genre::Polygones]
            .into_iter()
            .find(|g| g.cle() == cle)
    }
}

/// One version of a zoning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Zonage {
    pub id: Uuid,
    pub cle: String,
    pub libelle: String,
    pub genre: Genre,
    pub valid_from: Date,
    /// Last day, included.
    pub valid_to: Option<Date>,
    pub source: String,
    pub millesime: String,
    pub licence: String,
    pub membres: i64,
}

impl Zonage {
    /// « FRR, liste de juillet 2025 »: reports name the version they used.
    #[must_use]
    pub fn version(&self) -> String {
        format!("{}, {}", self.libelle, self.millesime)
    }
}

/// What a commune is in one zoning at a date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appartenance {
    pub zonage: Zonage,
    /// The word of the file: « FRR+ ».
    pub classe: String,
    pub statut: Statut,
}

/// Where a point stands in a zoning of polygons.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Position {
    Dans { code: String, nom: String },
    Hors,
    Inconnu,
}

/// What somebody says of the file they load.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Description {
    pub cle: String,
    pub libelle: String,
    pub genre: String,
    pub valid_from: Date,
    pub valid_to: Option<Date>,
    pub source: String,
    pub millesime: String,
    pub licence: String,
    /// Column (or property) of the code; empty: found by its name.
    pub colonne_code: String,
    /// Column of the class, or property of the name; empty: found by its name.
    pub colonne_classe: String,
}

impl Description {
    /// What is wrong, beside each field.
    #[must_use]
    pub fn check(&self) -> Saisies {
        let mut s = Saisies::new();
        let juste = (2..=40).contains(&self.cle.len())
            && self
                .cle
                .bytes()
                .all(|o| o.is_ascii_lowercase() || o.is_ascii_digit() || o == b'_');
        if !juste {
            s.add(
                "cle",
                "Écrivez une clé de 2 à 40 lettres minuscules, chiffres ou tirets bas.",
            );
        }
        if Genre::from_cle(&self.genre).is_none() {
            s.add("genre", "Choisissez la sorte de fichier.");
        }
        if self.valid_to.is_some_and(|f| f < self.valid_from) {
            s.add("valid_to", "La fin doit suivre le début.");
        }
        let textes = [
            ("libelle", &self.libelle, "Nommez le zonage."),
            ("source", &self.source, "Indiquez qui publie cette liste."),
            (
                "millesime",
                &self.millesime,
                "Indiquez le millésime, par exemple « juillet 2025 ».",
            ),
            (
                "licence",
                &self.licence,
                "Indiquez la licence, par exemple « Licence Ouverte 2.0 ».",
            ),
        ];
        for (champ, valeur, message) in textes {
            if valeur.trim().is_empty() || valeur.chars().count() > 200 {
                s.add(champ, message);
            }
        }
        s
    }
}

/// One thing wrong in a file, with its line (1 is the header).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Anomalie {
    pub ligne: usize,
    pub message: String,
}
