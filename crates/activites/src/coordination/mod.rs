//! What a coordinateur does for the network: animations, events, partnerships
//! (spec 20 §3.3). Its own list and figures, never in accompagnements.

pub mod chiffres;
pub mod pages;
pub mod saisie;
pub mod service;
pub mod store;

use jiff::civil::Date;
use serde::Serialize;
use uuid::Uuid;

/// The three kinds of reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Genre {
    Animation,
    Evenement,
    Partenariat,
}

impl Genre {
    pub const TOUS: [Self; 3] = [Self::Animation, Self::Evenement, Self::Partenariat];

    #[must_use]
    pub fn cle(self) -> &'static str {
        match self {
            Self::Animation => "animation",
            Self::Evenement => "evenement",
            Self::Partenariat => "partenariat",
        }
    }

    #[must_use]
    pub fn libelle(self) -> &'static str {
        match self {
            Self::Animation => "Animation",
            Self::Evenement => "Évènement",
            Self::Partenariat => "Partenariat",
        }
    }

    #[must_use]
    pub fn from_cle(cle: &str) -> Option<Self> {
        Self::TOUS.into_iter().find(|g| g.cle() == cle)
    }
}

/// Dimensions of `coordination_valeur`.
pub mod dimension {
    pub const TYPE_ANIMATION: &str = "type_animation";
    pub const THEME: &str = "theme_animation";
    pub const TYPE_EVENEMENT: &str = "type_evenement";
    pub const ORGANISATEUR: &str = "organisateur";
    pub const NATURE: &str = "nature";
}

/// What goes with « autre ».
pub const AUTRE: &str = "autre";

/// One choice; `precision` says what « autre » is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Choix {
    pub dimension: &'static str,
    pub valeur: String,
    pub precision: Option<String>,
}

/// Who a partnership is with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Partenaire {
    pub nom: String,
    pub type_organisateur: String,
    pub precision: Option<String>,
}

/// What an author says, checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Contenu {
    pub genre: Genre,
    pub date: Date,
    /// Minutes; always for an animation.
    pub duree: Option<i64>,
    pub nom: Option<String>,
    pub mediateurs: i64,
    pub structures: i64,
    pub autres: i64,
    /// Everybody there.
    pub participants: i64,
    pub initiative: Option<String>,
    pub echelon: Option<String>,
    pub mission: String,
    pub choix: Vec<Choix>,
    pub partenaires: Vec<Partenaire>,
    pub notes: Option<String>,
}

impl Contenu {
    /// The choices of one dimension.
    pub fn values<'a>(&'a self, dimension: &'a str) -> impl Iterator<Item = &'a Choix> {
        self.choix.iter().filter(move |c| c.dimension == dimension)
    }
}

/// A recorded report.
#[derive(Debug, Clone)]
pub struct Coordination {
    pub id: Uuid,
    pub auteur: Uuid,
    pub contenu: Contenu,
    pub employeur: Option<Uuid>,
    pub departement: Option<String>,
    pub supprimee: bool,
    pub version: i64,
}

/// The mission a report most likely serves (spec 60 §2.5); its author may
/// choose another.
#[must_use]
pub fn mission(genre: Genre, themes: &[String]) -> &'static str {
    let a = |t: &str| themes.iter().any(|x| x == t);
    match genre {
        Genre::Evenement => "maillage",
        Genre::Partenariat => "collaborations",
        Genre::Animation if a("reseau") => "maillage",
        Genre::Animation if a("soutien") || a("rh") => "relais",
        Genre::Animation if a("partage") || a("professionnel") => "collaborations",
        Genre::Animation => "maillage",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mission_follows_the_report() {
        let m = |t: &str| mission(Genre::Animation, &[t.to_owned()]);
        assert_eq!(m("reseau"), "maillage");
        assert_eq!((m("soutien"), m("rh")), ("relais", "relais"));
        assert_eq!(
            (m("partage"), m("professionnel")),
            ("collaborations", "collaborations")
        );
        assert_eq!(mission(Genre::Evenement, &[]), "maillage");
        assert_eq!(mission(Genre::Partenariat, &[]), "collaborations");
    }
}
