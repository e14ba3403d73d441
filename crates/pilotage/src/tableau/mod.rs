//! Facts by structure, added up along the tree of territories.

mod service;

pub use service::{Periode, Tableau, load};

use std::collections::BTreeMap;

use territoires::{carte, geographie};
use uuid::Uuid;

/// What one structure has and did over a period.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fait {
    /// Empty: not attached to a département.
    pub departement: String,
    /// `None`: an employer nobody could tell.
    pub structure: Option<Uuid>,
    pub attribues: i64,
    pub occupes: i64,
    pub vacants: i64,
    pub activites: i64,
    pub accompagnements: i64,
}

/// Where one looks from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Vue {
    France,
    Region(String),
    Departement(String),
}

impl Vue {
    /// Reads `france`, `region-53`, `departement-35`.
    #[must_use]
    pub fn parse(s: &str) -> Option<Self> {
        if s.is_empty() || s == "france" {
            return Some(Vue::France);
        }
        let (genre, code) = s.split_once('-')?;
        match genre {
            "region" => geographie()
                .region(code)
                .map(|r| Vue::Region(r.code.to_owned())),
            "departement" => geographie()
                .departement(code)
                .map(|d| Vue::Departement(d.code.to_owned())),
            _ => None,
        }
    }

    #[must_use]
    pub fn cle(&self) -> String {
        match self {
            Vue::France => "france".into(),
            Vue::Region(c) => format!("region-{c}"),
            Vue::Departement(c) => format!("departement-{c}"),
        }
    }

    #[must_use]
    pub fn nom(&self) -> &str {
        match self {
            Vue::France => "France",
            Vue::Region(c) => geographie().region(c).map_or("", |r| r.nom),
            Vue::Departement(c) => geographie().departement(c).map_or("", |d| d.nom),
        }
    }

    /// What a line of the table is called, seen from here.
    #[must_use]
    pub fn niveau(&self) -> &'static str {
        match self {
            Vue::France => "Région",
            Vue::Region(_) => "Département",
            Vue::Departement(_) => "Structure",
        }
    }

    /// True when a département is inside the view.
    #[must_use]
    pub fn holds(&self, departement: &str) -> bool {
        match self {
            Vue::France => true,
            Vue::Region(c) => region_of(departement) == c,
            Vue::Departement(c) => departement == c,
        }
    }

    /// Key of the line that a fact belongs to.
    fn line_of(&self, f: &Fait) -> String {
        match self {
            Vue::France => region_of(&f.departement).to_owned(),
            Vue::Region(_) => f.departement.clone(),
            Vue::Departement(_) => f.structure.map_or_else(String::new, |s| s.to_string()),
        }
    }

    /// The view one level down from a line, if there is one.
    #[must_use]
    pub fn down(&self, code: &str) -> Option<Vue> {
        match self {
            Vue::France => geographie()
                .region(code)
                .map(|r| Vue::Region(r.code.to_owned())),
            Vue::Region(_) => geographie()
                .departement(code)
                .map(|d| Vue::Departement(d.code.to_owned())),
            Vue::Departement(_) => None,
        }
    }

    /// From France down to here, for the breadcrumb.
    #[must_use]
    pub fn ancestors(&self) -> Vec<Vue> {
        match self {
            Vue::France => vec![],
            Vue::Region(_) => vec![Vue::France],
            Vue::Departement(c) => vec![Vue::France, Vue::Region(region_of(c).to_owned())],
        }
    }
}

fn region_of(departement: &str) -> &'static str {
    geographie()
        .departement(departement)
        .map_or("", |d| d.region)
}

/// One line of the table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ligne {
    pub code: String,
    pub nom: String,
    pub attribues: i64,
    pub occupes: i64,
    pub vacants: i64,
    pub activites: i64,
    pub accompagnements: i64,
}

impl Ligne {
    fn add(&mut self, f: &Fait) {
        self.attribues += f.attribues;
        self.occupes += f.occupes;
        self.vacants += f.vacants;
        self.activites += f.activites;
        self.accompagnements += f.accompagnements;
    }
}

/// Lines of a view, and their total. Territories without a fact are there with
/// zeros: an empty territory is the information.
#[must_use]
pub fn sum(vue: &Vue, faits: &[Fait]) -> (Vec<Ligne>, Ligne) {
    let mut lignes: BTreeMap<String, Ligne> = BTreeMap::new();
    let connus: Vec<(&str, &str)> = match vue {
        // Inhabited ones: those that the map of France draws.
        Vue::France => carte::regions()
            .formes
            .iter()
            .map(|f| (f.code, f.nom))
            .collect(),
        Vue::Region(c) => geographie()
            .departements_of_region(c)
            .map(|d| (d.code, d.nom))
            .collect(),
        Vue::Departement(_) => Vec::new(),
    };
    for (code, nom) in connus {
        let l = Ligne {
            code: code.to_owned(),
            nom: nom.to_owned(),
            ..Ligne::default()
        };
        lignes.insert(code.to_owned(), l);
    }
    let sans = |code: &str| {
        if code.is_empty() {
            "Non rattaché".to_owned()
        } else {
            String::new()
        }
    };
    let mut total = Ligne {
        nom: vue.nom().to_owned(),
        ..Ligne::default()
    };
    for f in faits.iter().filter(|f| vue.holds(&f.departement)) {
        let code = vue.line_of(f);
        let l = lignes.entry(code.clone()).or_insert_with(|| Ligne {
            nom: sans(&code),
            code,
            ..Ligne::default()
        });
        l.add(f);
        total.add(f);
    }
    (lignes.into_values().collect(), total)
}

/// What a map can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mesure {
    Attribues,
    Occupes,
    Vacants,
    Activites,
    Accompagnements,
}

impl Mesure {
    pub const TOUTES: [Mesure; 5] = [
        Mesure::Occupes,
        Mesure::Attribues,
        Mesure::Vacants,
        Mesure::Activites,
        Mesure::Accompagnements,
    ];

    #[must_use]
    pub fn cle(self) -> &'static str {
        match self {
            Mesure::Attribues => "attribues",
            Mesure::Occupes => "occupes",
            Mesure::Vacants => "vacants",
            Mesure::Activites => "activites",
            Mesure::Accompagnements => "accompagnements",
        }
    }

    #[must_use]
    pub fn libelle(self) -> &'static str {
        match self {
            Mesure::Attribues => "Postes attribués",
            Mesure::Occupes => "Postes occupés",
            Mesure::Vacants => "Postes vacants",
            Mesure::Activites => "Activités",
            Mesure::Accompagnements => "Accompagnements",
        }
    }

    #[must_use]
    pub fn parse(s: &str) -> Self {
        Self::TOUTES
            .into_iter()
            .find(|m| m.cle() == s)
            .unwrap_or(Mesure::Occupes)
    }

    #[must_use]
    pub fn of(self, l: &Ligne) -> i64 {
        match self {
            Mesure::Attribues => l.attribues,
            Mesure::Occupes => l.occupes,
            Mesure::Vacants => l.vacants,
            Mesure::Activites => l.activites,
            Mesure::Accompagnements => l.accompagnements,
        }
    }
}

/// Upper bounds of at most 7 classes holding about as many values each; equal
/// values share a class.
#[must_use]
pub fn classes(valeurs: &[i64]) -> Vec<i64> {
    let mut tries: Vec<i64> = valeurs.iter().copied().filter(|v| *v > 0).collect();
    tries.sort_unstable();
    let n = tries.len();
    let mut bornes: Vec<i64> = (1..=7)
        .filter(|_| n > 0)
        .map(|k| tries[(n * k).div_ceil(7).max(1) - 1])
        .collect();
    bornes.dedup();
    bornes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fait(departement: &str, structure: u128, occupes: i64, accompagnements: i64) -> Fait {
        Fait {
            departement: departement.into(),
            structure: Some(Uuid::from_u128(structure)),
            attribues: occupes + 1,
            occupes,
            vacants: 1,
            activites: accompagnements,
            accompagnements,
        }
    }

    #[test]
    fn each_level_adds_up_to_the_same_total() {
        let faits = [
            fait("35", 1, 2, 10),
            fait("35", 2, 1, 5),
            fait("29", 3, 4, 7),
            fait("974", 4, 1, 3),
        ];
        let (regions, france) = sum(&Vue::France, &faits);
        assert_eq!(
            (france.occupes, france.attribues, france.accompagnements),
            (8, 12, 25)
        );
        assert!(regions.len() >= 18, "an empty région is shown");
        let bretagne = regions.iter().find(|l| l.code == "53").unwrap();
        let (departements, total) = sum(&Vue::Region("53".into()), &faits);
        assert_eq!(
            (total.occupes, total.accompagnements),
            (bretagne.occupes, bretagne.accompagnements)
        );
        let ille = departements.iter().find(|l| l.code == "35").unwrap();
        let (structures, total) = sum(&Vue::Departement("35".into()), &faits);
        assert_eq!((structures.len(), total.occupes), (2, ille.occupes));
    }

    #[test]
    fn views_read_back_and_unknown_ones_do_not() {
        for v in ["france", "region-53", "departement-2A", "departement-974"] {
            assert_eq!(Vue::parse(v).unwrap().cle(), v);
        }
        for v in ["region-99", "departement-00", "commune-35238", "x"] {
            assert_eq!(Vue::parse(v), None, "{v}");
        }
    }

    #[test]
    fn classes_hold_equal_values_together() {
        assert_eq!(classes(&[]), Vec::<i64>::new());
        assert_eq!(classes(&[0, 0, 5, 5, 5]), [5]);
        let b = classes(&(1..=70).collect::<Vec<_>>());
        assert_eq!(b, [10, 20, 30, 40, 50, 60, 70]);
    }

    proptest::proptest! {
        #[test]
        fn classes_always_cover_the_largest_value(v in proptest::collection::vec(0_i64..1_000, 0..80)) {
            let b = classes(&v);
            let max = v.iter().copied().max().unwrap_or(0);
            proptest::prop_assert!(b.len() <= 7);
            proptest::prop_assert!(max == 0 || b.last() == Some(&max));
            proptest::prop_assert!(b.windows(2).all(|w| w[0] < w[1]));
        }
    }
}
