//! One person, one identity (spec 15 §1.1).

mod store;

pub use store::{create, find_by_courriel, get, names, search, set_courriel};

use socle::francais;
use uuid::Uuid;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Personne {
    pub id: Uuid,
    pub prenom: String,
    pub nom: String,
    pub courriel: String,
    pub telephone: Option<String>,
}

impl Personne {
    #[must_use]
    pub fn nom_complet(&self) -> String {
        format!("{} {}", self.prenom, self.nom)
    }
}

/// Somebody not yet known. Values are already checked.
#[derive(Debug, Clone)]
pub struct NouvellePersonne {
    pub prenom: String,
    pub nom: String,
    pub courriel: String,
    pub telephone: Option<String>,
}

/// The words people are found by: no accents, no capitals, no lone letter.
pub(crate) fn words(texte: &str) -> Vec<String> {
    let plat = francais::fold(texte);
    let mut mots: Vec<String> = plat
        .split(|c: char| !c.is_alphanumeric())
        .filter(|m| m.chars().count() > 1)
        .map(str::to_owned)
        .collect();
    mots.sort_unstable();
    mots.dedup();
    mots
}

#[cfg(test)]
mod tests {
    #[test]
    fn names_are_split_into_plain_words() {
        assert_eq!(
            super::words("Élodie Le Gall-Né"),
            ["elodie", "gall", "le", "ne"]
        );
        assert!(super::words("é").is_empty());
    }
}
