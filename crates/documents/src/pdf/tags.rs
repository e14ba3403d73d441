//! The logical structure, built during layout and given to the exporter once the
//! pages are painted: a leaf is a number until the painted content has an identifier.

use krilla::tagging::{Identifier, TagGroup, TagKind, TagTree};

/// Number of a piece of content in reading order.
pub(super) type Feuille = usize;

#[derive(Debug)]
pub(super) struct Noeud {
    tag: TagKind,
    enfants: Vec<Enfant>,
}

#[derive(Debug)]
enum Enfant {
    Noeud(Noeud),
    Feuille(Feuille),
}

impl Noeud {
    pub fn new(tag: impl Into<TagKind>) -> Self {
        Self {
            tag: tag.into(),
            enfants: Vec::new(),
        }
    }

    pub fn push(&mut self, noeud: Self) {
        self.enfants.push(Enfant::Noeud(noeud));
    }

    pub fn leaf(&mut self, feuille: Feuille) {
        self.enfants.push(Enfant::Feuille(feuille));
    }

    pub fn with(mut self, feuilles: impl IntoIterator<Item = Feuille>) -> Self {
        self.enfants
            .extend(feuilles.into_iter().map(Enfant::Feuille));
        self
    }

    fn group(self, identifiants: &[Option<Identifier>]) -> TagGroup {
        let mut groupe = TagGroup::new(self.tag);
        for enfant in self.enfants {
            match enfant {
                Enfant::Noeud(noeud) => groupe.push(noeud.group(identifiants)),
                Enfant::Feuille(feuille) => {
                    if let Some(identifiant) = identifiants.get(feuille).copied().flatten() {
                        groupe.push(identifiant);
                    }
                }
            }
        }
        groupe
    }
}

/// The tree the exporter wants, in French unless told otherwise.
pub(super) fn tree(racine: Noeud, identifiants: &[Option<Identifier>]) -> TagTree {
    let mut arbre = TagTree::new().with_lang(Some("fr-FR".to_owned()));
    arbre.push(racine.group(identifiants));
    arbre
}
