//! The catalogue, version 1 (§5.4): what each block is called, which list names
//! its cells, how its parts are read.

use std::collections::BTreeMap;

use super::{Reponse, filtres};
use crate::vocabulaire::{NON_COMMUNIQUE, Vocabulaires, liste};

/// Version of these definitions, said by every export.
pub const VERSION: u32 = 1;

/// How a block is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lecture {
    /// One category each: parts of their sum, « Non précisé » included.
    Simple,
    /// Several answers possible: parts of ST04, and of the answers.
    Multiple,
    /// People, each once (ST43–ST46): their sum is ST11.
    Personnes,
}

macro_rules! blocs {
    ($($v:ident $id:literal $cle:literal $libelle:literal $lecture:ident $poids:literal $liste:expr),* $(,)?) => {
        /// A block of counts by category. Their order is that of the pages.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Bloc { $($v),* }

        impl Bloc {
            pub const TOUS: &'static [Bloc] = &[$(Bloc::$v),*];

            /// « ST28 ».
            #[must_use]
            pub fn id(self) -> &'static str {
                match self { $(Bloc::$v => $id),* }
            }

            #[must_use]
            pub fn cle(self) -> &'static str {
                match self { $(Bloc::$v => $cle),* }
            }

            #[must_use]
            pub fn libelle(self) -> &'static str {
                match self { $(Bloc::$v => $libelle),* }
            }

            #[must_use]
            pub fn lecture(self) -> Lecture {
                match self { $(Bloc::$v => Lecture::$lecture),* }
            }

            /// Whether « par activité » replaces the weight n by 1 (ST21–ST42).
            #[must_use]
            pub fn is_weighted(self) -> bool {
                match self { $(Bloc::$v => $poids),* }
            }

            /// The vocabulary that names its cells; empty: somebody else does.
            #[must_use]
            pub fn liste(self) -> &'static str {
                match self { $(Bloc::$v => $liste),* }
            }
        }
    };
}

blocs! {
    Type "ST21" "type" "Types d'activité" Simple true "",
    Thematiques "ST28" "thematiques" "Thématiques de médiation" Multiple true liste::THEMATIQUE,
    SousThematiques "ST29" "sous_thematiques" "Démarches administratives" Multiple true liste::SOUS_THEMATIQUE,
    Missions "ST54" "missions" "Missions" Simple true liste::MISSION,
    Materiel "ST30" "materiel" "Matériel" Multiple true liste::MATERIEL,
    TypeLieu "ST22" "type_lieu" "Types de lieu" Simple true liste::TYPE_LIEU,
    Cadre "ST25" "cadre" "Cadres" Simple true liste::CADRE,
    DureeClasse "ST23" "duree_classe" "Durées" Simple true "",
    Modalite "ST24" "modalite" "Modalités" Simple true liste::MODALITE,
    Autonomie "ST26" "autonomie" "Autonomie, en individuel" Simple true liste::AUTONOMIE,
    Niveau "ST27" "niveau" "Niveau, en atelier" Simple true liste::NIVEAU,
    Motifs "ST31" "motifs" "Motifs" Multiple true liste::MOTIF,
    Publics "ST32" "publics" "Publics" Multiple true liste::PUBLICS,
    Origine "ST33" "origine" "Origines" Simple true liste::ORIGINE,
    ModeIntervention "ST34" "mode_intervention" "Modes d'intervention" Simple true liste::MODE_AIDE,
    Genre "ST43" "genre" "Genre" Personnes false liste::GENRE,
    Tranche "ST44" "tranche" "Tranches d'âge" Personnes false liste::TRANCHE,
    Statut "ST45" "statut" "Statuts" Personnes false liste::STATUT,
    Residence "ST46" "commune_residence" "Communes de résidence" Personnes false "",
    Suites "ST18" "suites" "Suites données" Simple false liste::SUITE,
    Destinations "ST20" "destinations" "Orientations par destination" Simple false liste::DESTINATION,
    Organismes "ST20" "organismes" "Orientations par organisme" Simple false liste::ORGANISME,
    Lieux "ST36" "lieux" "Lieux d'activité" Simple true "",
    Communes "ST37" "communes" "Communes d'activité" Simple true "",
    Epci "ST38" "epci" "Intercommunalités" Simple true "",
    Departements "ST38" "departements" "Départements" Simple true "",
    Regions "ST38" "regions" "Régions" Simple true "",
    Qpv "ST39" "qpv" "Quartiers prioritaires" Simple true "",
    Frr "ST39" "frr" "France ruralités revitalisation" Simple true "",
    Role "ST40" "role" "Rôles à la date" Simple true "",
    Etiquettes "ST35" "etiquettes" "Étiquettes" Multiple true "",
    Irritants "ST56" "irritants" "Irritants" Multiple false "",
    PassNumerique "ST57" "pass_numerique" "Pass numérique" Multiple false "",
}

/// Cell of activities at a distance, in [`Bloc::Communes`].
pub const A_DISTANCE: &str = "a_distance";
/// A jeton's residence: `departement:35`.
pub const AUTRE_COMMUNE: &str = "departement:";

/// The smaller cells of a long list that was asked for short.
pub const AUTRES: &str = "autres";

/// Duration classes of ST23, in minutes.
#[must_use]
pub fn duree_classe(minutes: i64) -> &'static str {
    match minutes {
        ..30 => "moins_30",
        30..60 => "30_59",
        60..120 => "60_119",
        120.. => "120_plus",
    }
}

impl Bloc {
    #[must_use]
    pub fn from_cle(cle: &str) -> Option<Self> {
        Self::TOUS.iter().copied().find(|b| b.cle() == cle)
    }

    /// Thousands of cells in a country.
    #[must_use]
    pub fn is_long(self) -> bool {
        matches!(
            self,
            Self::Lieux | Self::Communes | Self::Epci | Self::Residence
        )
    }

    /// One answer each: the cells are a partition.
    #[must_use]
    pub fn is_partition(self) -> bool {
        self.lecture() != Lecture::Multiple
    }

    /// Nothing said: its own category, never spread (F9).
    #[must_use]
    pub fn sans(self) -> &'static str {
        match self {
            Self::Genre | Self::Tranche | Self::Statut | Self::Residence => "Non communiqué",
            Self::Lieux => "Hors lieu d'activité",
            Self::Epci | Self::Departements | Self::Regions => "Non rattaché",
            _ => "Non précisé",
        }
    }

    /// The label of a cell; `noms` names places and tags.
    #[must_use]
    pub fn label(self, cle: &str, voc: &Vocabulaires, noms: &BTreeMap<String, String>) -> String {
        if cle.is_empty() {
            return self.sans().to_owned();
        }
        if self.is_long() && cle == AUTRES {
            return "Tous les autres".to_owned();
        }
        if let Some(nom) = noms.get(cle) {
            return nom.clone();
        }
        let g = territoires::geographie();
        let trouve = match self {
            Self::Type if cle == "individuel" => Some("Individuels"),
            Self::Type => Some("Ateliers"),
            Self::DureeClasse => Some(match cle {
                "moins_30" => "Moins de 30 min",
                "30_59" => "30 à 59 min",
                "60_119" => "1 h à 1 h 59",
                _ => "2 h et plus",
            }),
            Self::Communes if cle == A_DISTANCE => Some("À distance"),
            Self::Residence if cle.starts_with(AUTRE_COMMUNE) => {
                let code = &cle[AUTRE_COMMUNE.len()..];
                let de = g.departement(code).map(|d| format!(" ({})", d.nom));
                return format!("Autre commune du département{}", de.unwrap_or_default());
            }
            Self::Communes | Self::Residence => {
                return g
                    .commune_today(cle)
                    .map_or_else(|| cle.to_owned(), |c| c.libelle());
            }
            Self::Epci => g.epci.iter().find(|e| e.code == cle).map(|e| e.nom),
            Self::Departements => g.departement(cle).map(|d| d.nom),
            Self::Regions => g.region(cle).map(|r| r.nom),
            Self::Qpv | Self::Frr => filtres::OUI_NON
                .iter()
                .find(|(c, _)| *c == cle)
                .map(|(_, l)| *l),
            Self::Role => filtres::ROLES
                .iter()
                .find(|(c, _)| *c == cle)
                .map(|(_, l)| *l),
            Self::PassNumerique if cle == "propose" => Some("Proposé"),
            Self::PassNumerique => Some("Utilisé"),
            Self::Irritants => {
                let (operateur, nature) = cle.split_once(':').unwrap_or((cle, ""));
                return format!(
                    "{} : {}",
                    voc.label(liste::OPERATEUR, operateur),
                    voc.label(liste::IRRITANT, nature)
                );
            }
            Self::Lieux | Self::Etiquettes => Some("Nom inconnu"),
            _ => None,
        };
        match trouve {
            Some(t) => t.to_owned(),
            None if self.liste().is_empty() => socle::francais::libelle(cle),
            None => voc.label(self.liste(), cle),
        }
    }

    /// The order of cells: that of the list, else the largest first; what was
    /// not said comes last.
    #[must_use]
    pub fn order(self, cellules: &BTreeMap<String, i64>, voc: &Vocabulaires) -> Vec<(String, i64)> {
        let mut v: Vec<(String, i64)> = cellules.iter().map(|(c, n)| (c.clone(), *n)).collect();
        let rangs: BTreeMap<&str, usize> = match self {
            Self::DureeClasse => ["moins_30", "30_59", "60_119", "120_plus"]
                .into_iter()
                .enumerate()
                .map(|(i, c)| (c, i))
                .collect(),
            Self::Tranche | Self::Autonomie | Self::Niveau => voc
                .entries(self.liste())
                .iter()
                .enumerate()
                .map(|(i, e)| (e.cle.as_str(), i))
                .collect(),
            _ => BTreeMap::new(),
        };
        v.sort_by_key(|(cle, n)| {
            let dernier =
                cle.is_empty() || cle == NON_COMMUNIQUE || (self.is_long() && cle == AUTRES);
            (
                dernier,
                rangs.get(cle.as_str()).copied().unwrap_or(usize::MAX),
                -n,
                cle.clone(),
            )
        });
        v
    }
}

/// Adds the blocks that follow from others: EPCI and régions from communes and
/// départements, by today's passage table. A block already there is left.
pub fn derive(r: &mut Reponse) {
    let g = territoires::geographie();
    for (de, vers) in [
        (Bloc::Communes, Bloc::Epci),
        (Bloc::Departements, Bloc::Regions),
    ] {
        if r.blocs.contains_key(&vers) {
            continue;
        }
        for (cle, n) in r.blocs.get(&de).cloned().unwrap_or_default() {
            let code = match vers {
                Bloc::Epci => g.commune_today(&cle).and_then(|c| c.epci),
                _ => g.departement(&cle).map(|d| d.region),
            };
            r.add(vers, code.unwrap_or_default(), n);
        }
    }
}

/// ST54: the answers of ST28 by mission of the theme; what has none is left
/// out.
pub fn derive_missions(r: &mut Reponse, voc: &Vocabulaires) {
    for (cle, n) in r.blocs.get(&Bloc::Thematiques).cloned().unwrap_or_default() {
        if let Some(m) = voc
            .get(liste::THEMATIQUE, &cle)
            .and_then(|e| e.parent.clone())
        {
            r.add(Bloc::Missions, m, n);
        }
    }
}
