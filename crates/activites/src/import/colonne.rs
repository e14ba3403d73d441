//! Columns are known by their heading, in any order.

use socle::francais;

/// A column a file may hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Colonne {
    pub cle: String,
    /// As the model file writes it.
    pub titre: String,
    /// Other headings people write.
    pub alias: Vec<String>,
    /// In the example line of the model file.
    pub exemple: String,
}

impl Colonne {
    #[must_use]
    pub fn new(cle: &str, titre: &str, alias: &[&str], exemple: &str) -> Self {
        Self {
            cle: cle.to_owned(),
            titre: titre.to_owned(),
            alias: alias.iter().map(|a| (*a).to_owned()).collect(),
            exemple: exemple.to_owned(),
        }
    }

    fn answers_to(&self, entete: &str) -> bool {
        normalise(&self.titre) == entete
            || normalise(&self.cle) == entete
            || self.alias.iter().any(|a| normalise(a) == entete)
    }
}

/// A heading without case, accents, signs nor extra spaces: « Année de
/// naissance * » is « annee de naissance ».
fn normalise(entete: &str) -> String {
    let signes: String = francais::fold(entete)
        .chars()
        .map(|c| if c.is_alphanumeric() { c } else { ' ' })
        .collect();
    signes.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The column of a heading.
#[must_use]
pub fn find<'a>(colonnes: &'a [Colonne], entete: &str) -> Option<&'a Colonne> {
    let entete = normalise(entete);
    if entete.is_empty() {
        return None;
    }
    colonnes.iter().find(|c| c.answers_to(&entete))
}

/// How a column is called on screen.
#[must_use]
pub fn title(colonnes: &[Colonne], cle: &str) -> String {
    colonnes
        .iter()
        .find(|c| c.cle == cle)
        .map_or_else(|| francais::libelle(cle), |c| c.titre.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_are_known_however_they_are_typed() {
        let c = [Colonne::new(
            "annee_naissance",
            "Année de naissance",
            &["né en"],
            "1956",
        )];
        for entete in [
            "Année de naissance",
            "  ANNEE DE NAISSANCE * ",
            "annee_naissance",
            "Né en :",
        ] {
            assert!(find(&c, entete).is_some(), "{entete}");
        }
        assert!(find(&c, "").is_none());
        assert!(find(&c, "année").is_none());
    }
}
