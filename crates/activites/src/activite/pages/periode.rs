//! The month a list shows, and the links to its neighbours.

use jiff::civil::Date;
use serde::Deserialize;
use socle::francais;
use web::{Champs, Form};

use crate::activite::{TypeActivite, lecture::Filtre};

/// The filters of a list, as the address holds them.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub(super) struct Demande {
    pub mois: String,
    #[serde(rename = "type")]
    pub genre: String,
    pub lieu: String,
    pub theme: String,
    pub auteur: String,
    pub raison: String,
    pub page: String,
    pub format: String,
}

impl Demande {
    /// First day of the month asked for; the current one by default.
    pub fn month(&self, aujourdhui: Date) -> Date {
        format!("{}-01", self.mois.trim())
            .parse::<Date>()
            .ok()
            .filter(|d| (2020..=2100).contains(&d.year()))
            .unwrap_or(aujourdhui)
            .first_of_month()
    }

    pub fn filter(&self, aujourdhui: Date) -> Filtre {
        let mois = self.month(aujourdhui);
        Filtre {
            type_activite: self.genre.clone(),
            type_lieu: self.lieu.clone(),
            thematique: self.theme.clone(),
            auteur: self.auteur.clone(),
            sans_raison: self.raison == "manquante",
            ..if self.raison == "manquante" {
                Filtre::period(Date::constant(2020, 1, 1), aujourdhui)
            } else {
                Filtre::period(mois, mois.last_of_month())
            }
        }
    }

    /// Page number, from 1.
    pub fn page(&self) -> usize {
        self.page.parse().ok().filter(|p| *p > 0).unwrap_or(1)
    }

    /// The filters as a form shows them.
    pub fn form(&self, mois: Date) -> Form {
        Form::filled(
            Champs::default()
                .with("mois", mois.strftime("%Y-%m"))
                .with("type", &self.genre)
                .with("lieu", &self.lieu)
                .with("theme", &self.theme)
                .with("auteur", &self.auteur),
        )
    }

    /// The query of another month or page with the same filters.
    pub fn query(&self, mois: Date, page: usize) -> String {
        let mut q = format!("?mois={}", mois.strftime("%Y-%m"));
        for (nom, v) in [
            ("type", &self.genre),
            ("lieu", &self.lieu),
            ("theme", &self.theme),
            ("auteur", &self.auteur),
            ("raison", &self.raison),
        ] {
            // Keys and ids only: anything else is dropped rather than escaped.
            if !v.is_empty()
                && v.bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b"_-".contains(&b))
            {
                q.push_str(&format!("&{nom}={v}"));
            }
        }
        if page > 1 {
            q.push_str(&format!("&page={page}"));
        }
        q
    }
}

/// The kinds of activities, for a filter.
pub(super) fn types() -> Vec<(String, String)> {
    TypeActivite::TOUS
        .map(|t| (t.cle().to_owned(), t.libelle().to_owned()))
        .into()
}

/// « mars 2026 ».
pub(super) fn label(mois: Date) -> String {
    format!("{} {}", francais::month(mois), mois.year())
}
