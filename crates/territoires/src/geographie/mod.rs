//! The reference geography (spec 30 §1.1): every level of the Code officiel
//! géographique, read once from the file in the binary and never changed.
//!
//! Everything is `'static`: codes and names are slices of one buffer.

mod decode;
mod point;
#[cfg(test)]
mod tests;

use std::sync::LazyLock;

pub use decode::{VERSION, read};
pub use point::{BOITES, Boite, Point};

use crate::codec::Illisible;

/// The committed file. Two parts: the geography, then the contours, which
/// are unpacked only when something asks for them.
static FICHIER: &[u8] = include_bytes!("../../../../data/territoires/territoires.bin");

static GEOGRAPHIE: LazyLock<Result<Geographie, Illisible>> =
    LazyLock::new(|| decode::read(FICHIER));
static VIDE: LazyLock<Geographie> = LazyLock::new(Geographie::default);

/// The geography of this binary.
///
/// Never fails: a broken file gives an empty one, and [`verify`] says so
/// before anything is served.
#[must_use]
pub fn geographie() -> &'static Geographie {
    GEOGRAPHIE.as_ref().unwrap_or_else(|_| &VIDE)
}

/// Whether the embedded file was read whole.
///
/// # Errors
/// [`Illisible`] when it is broken.
pub fn verify() -> Result<&'static Geographie, Illisible> {
    GEOGRAPHIE.as_ref().map_err(|e| *e)
}

/// The bytes of the embedded file, for its checksum and its contours.
#[must_use]
pub fn fichier() -> &'static [u8] {
    FICHIER
}

pub(crate) fn contours_section() -> Result<Vec<u8>, Illisible> {
    decode::section(FICHIER, 1)
}

/// Part of the Republic a territory belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Zone {
    Metro,
    Drom,
    Com,
}

/// How a name takes « de »: INSEE's « type de nom en clair ».
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Liaison(pub u8);

impl Liaison {
    /// « du Calvados », « de l'Ain », « d'Ille-et-Vilaine », « de Paris ».
    #[must_use]
    pub fn de(self, nom: &str) -> String {
        let prefixe = match self.0 {
            1 => "d'",
            2 => "du ",
            3 => "de la ",
            4 | 6 => "des ",
            5 => "de l'",
            _ => "de ",
        };
        format!("{prefixe}{nom}")
    }
}

#[derive(Debug, Clone, Copy)]
pub struct Region {
    pub code: &'static str,
    pub nom: &'static str,
    pub liaison: Liaison,
    pub zone: Zone,
    pub chef_lieu: &'static str,
}

#[derive(Debug, Clone, Copy)]
pub struct Departement {
    pub code: &'static str,
    pub nom: &'static str,
    pub liaison: Liaison,
    pub zone: Zone,
    pub region: &'static str,
    pub chef_lieu: &'static str,
    /// Where its communes stand in the list of all.
    pub(crate) premiere: usize,
    pub(crate) nombre: usize,
}

impl Departement {
    /// « de l'Ain », « d'Ille-et-Vilaine ».
    #[must_use]
    pub fn de(&self) -> String {
        self.liaison.de(self.nom)
    }
}

#[derive(Debug, Clone, Copy)]
pub struct Arrondissement {
    pub code: &'static str,
    pub nom: &'static str,
    pub departement: &'static str,
    pub chef_lieu: &'static str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum GenreEpci {
    CommunauteDeCommunes,
    CommunauteDAgglomeration,
    CommunauteUrbaine,
    Metropole,
}

impl GenreEpci {
    pub const TOUS: [GenreEpci; 4] = [
        GenreEpci::CommunauteDeCommunes,
        GenreEpci::CommunauteDAgglomeration,
        GenreEpci::CommunauteUrbaine,
        GenreEpci::Metropole,
    ];

    #[must_use]
    pub fn cle(self) -> &'static str {
        match self {
            GenreEpci::CommunauteDeCommunes => "CC",
            GenreEpci::CommunauteDAgglomeration => "CA",
            GenreEpci::CommunauteUrbaine => "CU",
            GenreEpci::Metropole => "ME",
        }
    }
}

/// An intercommunality; its code is its SIREN.
#[derive(Debug, Clone, Copy)]
pub struct Epci {
    pub code: &'static str,
    pub nom: &'static str,
    pub genre: GenreEpci,
}

/// An établissement public territorial of Grand Paris.
#[derive(Debug, Clone, Copy)]
pub struct Ept {
    pub code: &'static str,
    pub nom: &'static str,
}

/// Populations are dated series and never added together (spec 30 §1.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Serie {
    /// The default; vintage « à vérifier ».
    Cog,
    Banatic,
    DataFrance,
}

/// A commune of today.
#[derive(Debug, Clone, Copy)]
pub struct Commune {
    pub code: &'static str,
    pub nom: &'static str,
    pub liaison: Liaison,
    pub zone: Zone,
    pub departement: &'static str,
    pub region: &'static str,
    pub arrondissement: Option<&'static str>,
    pub epci: Option<&'static str>,
    pub ept: Option<&'static str>,
    pub siren: Option<u32>,
    pub(crate) postes: &'static str,
    pub(crate) populations: [Option<u32>; 3],
    /// A point inside the commune.
    pub centre: Option<Point>,
    pub mairie: Option<Point>,
}

impl Commune {
    /// Its postcodes, the main one first.
    pub fn codes_postaux(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.postes.split(' ').filter(|c| !c.is_empty())
    }

    #[must_use]
    pub fn has_code_postal(&self, cp: &str) -> bool {
        self.codes_postaux().any(|c| c == cp)
    }

    /// Inhabitants of one series; `None` is « sans objet » or missing, never 0.
    #[must_use]
    pub fn population_of(&self, serie: Serie) -> Option<u32> {
        self.populations[serie as usize]
    }

    /// Inhabitants of the default series.
    #[must_use]
    pub fn population(&self) -> Option<u32> {
        self.population_of(Serie::Cog)
    }

    /// Where it is drawn and measured from: its centre, else its town hall.
    #[must_use]
    pub fn point(&self) -> Option<Point> {
        self.centre.or(self.mairie)
    }

    /// « de Rennes », « du Havre », « des Mées », « d'Ambronay ».
    #[must_use]
    pub fn de(&self) -> String {
        let apres = |article: &str| self.nom.strip_prefix(article);
        match (apres("Le "), apres("Les ")) {
            (Some(nom), _) => format!("du {nom}"),
            (_, Some(nom)) => format!("des {nom}"),
            _ if self.liaison.0 == 1 => format!("d'{}", self.nom),
            _ => format!("de {}", self.nom),
        }
    }

    /// What a picker shows and reads back: « Rennes (35000) ».
    #[must_use]
    pub fn libelle(&self) -> String {
        let code = self.codes_postaux().next().unwrap_or(self.code);
        format!("{} ({code})", self.nom)
    }
}

/// What a code of a part of a commune, or of a former one, stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum GenrePartie {
    ArrondissementMunicipal,
    CommuneDeleguee,
    CommuneAssociee,
}

impl GenrePartie {
    pub const TOUS: [GenrePartie; 3] = [
        GenrePartie::ArrondissementMunicipal,
        GenrePartie::CommuneDeleguee,
        GenrePartie::CommuneAssociee,
    ];
}

/// A part of a commune that kept its name: municipal arrondissement, commune
/// déléguée or associée. 584 share the code of the commune they are in.
#[derive(Debug, Clone, Copy)]
pub struct Partie {
    pub code: &'static str,
    pub nom: &'static str,
    pub genre: GenrePartie,
    /// Code of the commune it is in.
    pub commune: &'static str,
    pub(crate) postes: &'static str,
    pub centre: Option<Point>,
}

impl Partie {
    pub fn codes_postaux(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.postes.split(' ').filter(|c| !c.is_empty())
    }
}

/// One commune whose EPCI the two sources do not agree on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ecart {
    pub commune: &'static str,
    pub retenu: &'static str,
    pub autre: &'static str,
}

/// One dated layer of the geography.
#[derive(Debug, Default)]
pub struct Geographie {
    pub millesime: u16,
    /// First day of this layer, ISO 8601.
    pub valid_from: &'static str,
    pub regions: Vec<Region>,
    pub departements: Vec<Departement>,
    pub arrondissements: Vec<Arrondissement>,
    pub epci: Vec<Epci>,
    pub ept: Vec<Ept>,
    /// Sorted by code.
    pub communes: Vec<Commune>,
    /// Sorted by code.
    pub parties: Vec<Partie>,
    pub ecarts: Vec<Ecart>,
    /// (former code, place of its commune), sorted.
    pub(crate) anciens: Vec<(&'static str, u32)>,
    /// (postcode, place of a commune), sorted.
    pub(crate) par_poste: Vec<(&'static str, u32)>,
}

impl Geographie {
    /// How many territories of each level (spec 30 §1.1).
    #[must_use]
    pub fn effectifs(&self) -> Vec<(&'static str, usize)> {
        let parties = |g| self.parties.iter().filter(|p| p.genre == g).count();
        vec![
            ("region", self.regions.len()),
            ("departement", self.departements.len()),
            ("arrondissement", self.arrondissements.len()),
            ("epci", self.epci.len()),
            ("ept", self.ept.len()),
            ("commune", self.communes.len()),
            (
                "arrondissement_municipal",
                parties(GenrePartie::ArrondissementMunicipal),
            ),
            ("commune_deleguee", parties(GenrePartie::CommuneDeleguee)),
            ("commune_associee", parties(GenrePartie::CommuneAssociee)),
            ("ancien_code", self.anciens.len()),
        ]
    }

    /// A commune of today by its code.
    #[must_use]
    pub fn commune(&self, code: &str) -> Option<&Commune> {
        find(&self.communes, code, |c| c.code)
    }

    /// The commune of today that a current, former or partial code leads to
    /// (passage table, parts of communes).
    #[must_use]
    pub fn commune_today(&self, code: &str) -> Option<&Commune> {
        self.commune(code)
            .or_else(|| {
                let i = self.anciens.binary_search_by_key(&code, |a| a.0).ok()?;
                self.communes.get(self.anciens[i].1 as usize)
            })
            .or_else(|| self.commune(self.parties_with_code(code).first()?.commune))
    }

    #[must_use]
    pub fn departement(&self, code: &str) -> Option<&Departement> {
        find(&self.departements, code, |d| d.code)
    }

    #[must_use]
    pub fn region(&self, code: &str) -> Option<&Region> {
        find(&self.regions, code, |r| r.code)
    }

    #[must_use]
    pub fn arrondissement(&self, code: &str) -> Option<&Arrondissement> {
        find(&self.arrondissements, code, |a| a.code)
    }

    #[must_use]
    pub fn epci(&self, code: &str) -> Option<&Epci> {
        find(&self.epci, code, |e| e.code)
    }

    #[must_use]
    pub fn ept(&self, code: &str) -> Option<&Ept> {
        find(&self.ept, code, |e| e.code)
    }

    /// The parts that bear this code (a chef-lieu déléguée and its commune share one).
    #[must_use]
    pub fn parties_with_code(&self, code: &str) -> &[Partie] {
        let debut = self.parties.partition_point(|p| p.code < code);
        let n = self.parties[debut..]
            .iter()
            .take_while(|p| p.code == code)
            .count();
        &self.parties[debut..debut + n]
    }

    #[must_use]
    pub fn communes_of_departement(&self, code: &str) -> &[Commune] {
        self.departement(code)
            .and_then(|d| self.communes.get(d.premiere..d.premiere + d.nombre))
            .unwrap_or_default()
    }

    pub fn communes_of_epci<'a>(&'a self, code: &'a str) -> impl Iterator<Item = &'a Commune> {
        self.communes.iter().filter(move |c| c.epci == Some(code))
    }

    pub fn departements_of_region<'a>(
        &'a self,
        code: &'a str,
    ) -> impl Iterator<Item = &'a Departement> {
        self.departements.iter().filter(move |d| d.region == code)
    }

    /// The communes a postcode serves, by code.
    pub fn communes_of_code_postal<'a>(
        &'a self,
        cp: &str,
    ) -> impl Iterator<Item = &'a Commune> + use<'a> {
        let debut = self.par_poste.partition_point(|p| p.0 < cp);
        let n = self.par_poste[debut..]
            .iter()
            .take_while(|p| p.0 == cp)
            .count();
        self.par_poste[debut..debut + n]
            .iter()
            .filter_map(|p| self.communes.get(p.1 as usize))
    }

    /// Former codes, each with the commune of today it became.
    pub fn anciens_codes(&self) -> impl Iterator<Item = (&'static str, &Commune)> {
        self.anciens
            .iter()
            .filter_map(|(code, i)| Some((*code, self.communes.get(*i as usize)?)))
    }
}

fn find<'a, T>(liste: &'a [T], code: &str, cle: impl Fn(&T) -> &'static str) -> Option<&'a T> {
    liste
        .binary_search_by(|t| cle(t).cmp(code))
        .ok()
        .map(|i| &liste[i])
}

/// Département code of a commune code: two characters, three overseas.
#[must_use]
pub fn departement_of(code: &str) -> &str {
    let n = if code.starts_with("97") || code.starts_with("98") {
        3
    } else {
        2
    };
    code.get(..n).unwrap_or(code)
}
