//! Forms: what was typed, what is wrong, and how both are shown.

use std::borrow::Cow;

use axum::{
    body::Bytes,
    extract::{FromRequest, Request},
};
use serde::de::DeserializeOwned;
use socle::Saisies;

use crate::{App, Erreur};

/// Everything a person typed, in order, repeated names included.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Champs(Vec<(String, String)>);

impl Champs {
    /// The first value of a field; empty when absent.
    #[must_use]
    pub fn get(&self, nom: &str) -> &str {
        self.0.iter().find(|(n, _)| n == nom).map_or("", |(_, v)| v)
    }

    /// All values of a repeated field.
    #[must_use]
    pub fn all(&self, nom: &str) -> Vec<&str> {
        self.0
            .iter()
            .filter(|(n, _)| n == nom)
            .map(|(_, v)| v.as_str())
            .collect()
    }

    #[must_use]
    pub fn has(&self, nom: &str, valeur: &str) -> bool {
        self.0.iter().any(|(n, v)| n == nom && v == valeur)
    }

    /// Adds a value, for forms that open filled in.
    #[must_use]
    pub fn with(mut self, nom: &str, valeur: impl ToString) -> Self {
        self.0.push((nom.to_owned(), valeur.to_string()));
        self
    }
}

/// The body of a posted form. The target type is all text (`String`,
/// `Vec<String>`) with `#[serde(default)]`: what a person typed never fails
/// here, the service says what is wrong. `champs` keeps it for the 422.
#[derive(Debug)]
pub struct Formulaire<T> {
    pub saisie: T,
    pub champs: Champs,
}

impl<T: DeserializeOwned> FromRequest<App> for Formulaire<T> {
    type Rejection = Erreur;

    async fn from_request(req: Request, app: &App) -> Result<Self, Erreur> {
        let octets = Bytes::from_request(req, app).await.map_err(|e| {
            Erreur::page(
                e.status(),
                "Votre envoi est trop lourd ou n'est pas arrivé en entier.",
            )
        })?;
        let octets = without_nul(&octets);
        let incomplet = |_| {
            Erreur::page(
                axum::http::StatusCode::BAD_REQUEST,
                "Ce formulaire est incomplet. Rechargez la page puis recommencez.",
            )
        };
        let champs: Vec<(String, String)> =
            serde_html_form::from_bytes(&octets).map_err(incomplet)?;
        let saisie = serde_html_form::from_bytes(&octets).map_err(incomplet)?;
        Ok(Self {
            saisie,
            champs: Champs(champs),
        })
    }
}

/// An encoded form or query without its NUL characters: nobody types one, and
/// PostgreSQL keeps none.
pub(crate) fn without_nul(octets: &[u8]) -> Cow<'_, [u8]> {
    if !octets.contains(&0) && !octets.windows(3).any(|f| f == b"%00") {
        return octets.into();
    }
    let mut v = Vec::with_capacity(octets.len());
    let mut reste = octets;
    while let [un, suite @ ..] = reste {
        reste = match reste {
            [0, ..] => suite,
            [b'%', b'0', b'0', suite @ ..] => suite,
            _ => {
                v.push(*un);
                suite
            }
        };
    }
    // What is left side by side may make another.
    without_nul(&v).into_owned().into()
}

/// A form to show: values, errors, and the fields made from both (see
/// [`crate::composants::Champ`]).
#[derive(Debug, Clone, Default)]
pub struct Form {
    pub champs: Champs,
    pub erreurs: Saisies,
}

impl Form {
    /// An empty form.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A form that opens filled in.
    #[must_use]
    pub fn filled(champs: Champs) -> Self {
        Self {
            champs,
            erreurs: Saisies::new(),
        }
    }

    /// A refused form: everything typed, and what is wrong.
    #[must_use]
    pub fn refused(champs: Champs, erreurs: Saisies) -> Self {
        Self { champs, erreurs }
    }
}

#[cfg(test)]
mod tests {
    use super::without_nul;

    #[test]
    fn no_nul_is_left_and_the_rest_stays() {
        for (envoye, lu) in [
            ("nom=a%00b&x=%2500", "nom=ab&x=%2500"),
            ("nom=a\0b", "nom=ab"),
            ("%%00%0000", ""),
            ("nom=%C3%A9", "nom=%C3%A9"),
        ] {
            assert_eq!(without_nul(envoye.as_bytes()), lu.as_bytes(), "{envoye}");
        }
    }
}
