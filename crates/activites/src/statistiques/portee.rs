//! Whose activities are counted (§5.2). A scope is resolved once, when the
//! question is asked: engines read lists, never rights.

use std::collections::BTreeSet;

use jiff::civil::Date;
use uuid::Uuid;

/// One stay of a professional in a team, both days inclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Intervalle {
    pub membre: Uuid,
    pub entree: Date,
    pub sortie: Option<Date>,
}

impl Intervalle {
    #[must_use]
    pub fn contains(&self, membre: Uuid, le: Date) -> bool {
        self.membre == membre && self.entree <= le && self.sortie.is_none_or(|s| le <= s)
    }
}

/// How wide a territory is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Niveau {
    Commune,
    Epci,
    Departement,
    Region,
}

impl Niveau {
    pub const TOUS: [Self; 4] = [Self::Commune, Self::Epci, Self::Departement, Self::Region];

    #[must_use]
    pub fn cle(self) -> &'static str {
        match self {
            Self::Commune => "commune",
            Self::Epci => "epci",
            Self::Departement => "departement",
            Self::Region => "region",
        }
    }
}

/// What makes an activity belong to a territory, as lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Zone {
    /// commune(a) is one of them (commune, EPCI).
    Communes(Vec<String>),
    /// département(a) is one of them (départements, régions).
    Departements(Vec<String>),
    /// `lecture=employeur`: employeur(a) has its seat there.
    Employeurs(Vec<Uuid>),
}

/// A scope of §5.2.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Portee {
    /// Author or co-animator.
    Soi(Uuid),
    Equipe {
        /// Whose own activities count too; `None` with `sans_moi`.
        coordinateur: Option<Uuid>,
        membres: Vec<Intervalle>,
    },
    /// employeur(a) is the structure.
    Structure(Uuid),
    /// `lecture=accueil`: lieu(a) is managed by the structure.
    Accueil {
        structure: Uuid,
        lieux: Vec<Uuid>,
    },
    Territoire {
        niveau: Niveau,
        /// The codes asked for (one, but for the départements of a perimeter).
        codes: Vec<String>,
        zone: Zone,
    },
    National,
}

impl Portee {
    /// A territory by the place of activities.
    #[must_use]
    pub fn territoire(niveau: Niveau, codes: Vec<String>) -> Self {
        let g = territoires::geographie();
        let zone = match niveau {
            Niveau::Commune => Zone::Communes(codes.clone()),
            Niveau::Epci => Zone::Communes(communes_of_epci(&codes)),
            Niveau::Departement => Zone::Departements(codes.clone()),
            Niveau::Region => Zone::Departements(
                g.departements
                    .iter()
                    .filter(|d| codes.iter().any(|c| c == d.region))
                    .map(|d| d.code.to_owned())
                    .collect(),
            ),
        };
        Self::Territoire {
            niveau,
            codes,
            zone,
        }
    }

    /// Whether an activity is in scope, from the columns it is stored with.
    #[must_use]
    pub fn contains(&self, a: &Situation<'_>) -> bool {
        match self {
            Self::Soi(p) => a.auteur == *p || a.coanimateurs.contains(p),
            Self::Equipe {
                coordinateur,
                membres,
            } => {
                *coordinateur == Some(a.auteur)
                    || membres.iter().any(|i| i.contains(a.auteur, a.date))
            }
            Self::Structure(s) => a.employeur == Some(*s),
            Self::Accueil { lieux, .. } => a.lieu.is_some_and(|l| lieux.contains(&l)),
            Self::Territoire { zone, .. } => match zone {
                Zone::Communes(c) => a.commune.is_some_and(|x| c.iter().any(|c| c == x)),
                Zone::Departements(d) => a.departement.is_some_and(|x| d.iter().any(|d| d == x)),
                Zone::Employeurs(e) => a.employeur.is_some_and(|x| e.contains(&x)),
            },
            Self::National => true,
        }
    }

    /// Scopes whose small cells are hidden (§5.7), whoever reads.
    #[must_use]
    pub fn is_territorial(&self) -> bool {
        matches!(self, Self::Territoire { .. } | Self::National)
    }
}

/// What a scope looks at in an activity.
#[derive(Debug, Clone, Copy)]
pub struct Situation<'a> {
    pub auteur: Uuid,
    pub coanimateurs: &'a [Uuid],
    pub date: Date,
    pub employeur: Option<Uuid>,
    pub lieu: Option<Uuid>,
    pub commune: Option<&'a str>,
    pub departement: Option<&'a str>,
}

/// Communes of today's geography in one of these EPCI.
#[must_use]
pub fn communes_of_epci(codes: &[String]) -> Vec<String> {
    let voulus: BTreeSet<&str> = codes.iter().map(String::as_str).collect();
    territoires::geographie()
        .communes
        .iter()
        .filter(|c| c.epci.is_some_and(|e| voulus.contains(e)))
        .map(|c| c.code.to_owned())
        .collect()
}
