//! Tags (spec 20 §3.8): words to find activities again, one's own or shared
//! with a team, a département or everybody. Nothing is hard-deleted: a tag is
//! archived, or merged into another one of an equal or wider scope.

pub mod pages;
pub mod service;
pub mod store;

use socle::francais;
use uuid::Uuid;

/// Whose tag it is, from the narrowest to the widest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Portee {
    Personnelle,
    Equipe,
    Departementale,
    Nationale,
}

impl Portee {
    pub const TOUTES: [Self; 4] = [
        Self::Personnelle,
        Self::Equipe,
        Self::Departementale,
        Self::Nationale,
    ];

    #[must_use]
    pub fn cle(self) -> &'static str {
        match self {
            Self::Personnelle => "personnelle",
            Self::Equipe => "equipe",
            Self::Departementale => "departementale",
            Self::Nationale => "nationale",
        }
    }

    #[must_use]
    pub fn libelle(self) -> &'static str {
        match self {
            Self::Personnelle => "Pour moi",
            Self::Equipe => "Pour mon équipe",
            Self::Departementale => "Pour le département",
            Self::Nationale => "Pour tout le monde",
        }
    }

    #[must_use]
    pub fn from_cle(cle: &str) -> Option<Self> {
        Self::TOUTES.into_iter().find(|p| p.cle() == cle)
    }
}

/// A scope and who owns it: a person, a coordinateur, a département; nobody
/// for the national ones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Domaine {
    pub portee: Portee,
    pub proprietaire: String,
}

impl Domaine {
    #[must_use]
    pub fn new(portee: Portee, proprietaire: impl ToString) -> Self {
        Self {
            portee,
            proprietaire: proprietaire.to_string(),
        }
    }

    #[must_use]
    pub fn nationale() -> Self {
        Self::new(Portee::Nationale, "")
    }

    /// As one text, for lists of a statement.
    #[must_use]
    pub fn cle(&self) -> String {
        format!("{}:{}", self.portee.cle(), self.proprietaire)
    }
}

/// A tag.
#[derive(Debug, Clone)]
pub struct Etiquette {
    pub id: Uuid,
    pub domaine: Domaine,
    pub nom: String,
    pub description: Option<String>,
    pub archivee: bool,
    /// Activities that carry it.
    pub usages: i64,
}

/// Two names are the same when they read the same.
#[must_use]
pub fn normalise(nom: &str) -> String {
    francais::fold(nom.trim())
}

/// A tag only merges into one that at least as many people see.
#[must_use]
pub fn may_merge(source: &Domaine, cible: &Domaine) -> bool {
    cible.portee > source.portee || cible == source
}

/// Days during which a merge can be undone.
pub const RETOUR_JOURS: i64 = 30;
/// Tags a form proposes.
pub const PROPOSEES: usize = 10;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_merges_toward_an_equal_or_wider_scope() {
        let moi = Domaine::new(Portee::Personnelle, "a");
        let lui = Domaine::new(Portee::Personnelle, "b");
        let equipe = Domaine::new(Portee::Equipe, "c");
        assert!(may_merge(&moi, &moi) && may_merge(&moi, &equipe));
        assert!(may_merge(&equipe, &Domaine::nationale()));
        assert!(!may_merge(&equipe, &moi) && !may_merge(&moi, &lui));
    }

    #[test]
    fn names_are_the_same_when_they_read_the_same() {
        assert_eq!(normalise(" Été  "), normalise("ete"));
    }
}
