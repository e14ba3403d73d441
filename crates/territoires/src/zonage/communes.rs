//! Reading a list of communes: CSV `code;classe` (spec 30 §1.4).

use std::collections::{BTreeMap, HashMap};

use super::{Anomalie, Statut};
use crate::{geographie::geographie, nom};

/// What a file of communes holds, before anything is written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListeCommunes {
    /// (code, class), in the order of the file.
    pub lignes: Vec<(String, String)>,
    /// Number of communes of each class.
    pub classes: BTreeMap<String, usize>,
    /// Codes that had lost their zero.
    pub completes: usize,
    /// Nothing is loaded while there is one.
    pub anomalies: Vec<Anomalie>,
}

impl ListeCommunes {
    /// What each class is proposed to mean.
    pub fn propositions(&self) -> impl Iterator<Item = (&str, usize, Statut)> {
        self.classes
            .iter()
            .map(|(c, n)| (c.as_str(), *n, Statut::guess(c)))
    }
}

/// Reads the file; `code` and `classe` name columns, or are empty to let them
/// be recognised.
#[must_use]
pub fn read(octets: &[u8], code: &str, classe: &str) -> ListeCommunes {
    let mut liste = ListeCommunes::default();
    let texte = decode(octets);
    let mut lecteur = csv::ReaderBuilder::new()
        .delimiter(delimiter(&texte))
        .flexible(true)
        .from_reader(texte.as_bytes());
    let entetes: Vec<String> = lecteur
        .headers()
        .map(|e| e.iter().map(|c| c.trim().to_owned()).collect())
        .unwrap_or_default();
    let (Some(i_code), Some(i_classe)) = (
        column(&entetes, code, |n| {
            n.contains("insee") || n.split(' ').any(|m| m == "code" || m == "codgeo")
        }),
        column(&entetes, classe, |n| {
            n.contains("class") || n.contains("statut") || n.contains("zonage")
        }),
    ) else {
        let noms = entetes.join(" », « ");
        liste.anomalies.push(Anomalie {
            ligne: 1,
            message: format!(
                "Colonnes introuvables : indiquez celle du code et celle de la classe, parmi « {noms} »."
            ),
        });
        return liste;
    };
    let g = geographie();
    let mut vus: HashMap<String, usize> = HashMap::new();
    for (ligne, r) in (2..).zip(lecteur.records()) {
        let Ok(r) = r else {
            liste.anomalies.push(Anomalie {
                ligne,
                message: "Ligne illisible.".into(),
            });
            continue;
        };
        let brut = r.get(i_code).unwrap_or_default().trim();
        if brut.is_empty() && r.iter().all(|c| c.trim().is_empty()) {
            continue;
        }
        let lu = nom::code_insee(brut).filter(|c| g.commune_today(c).is_some());
        let Some(code) = lu else {
            let message = format!("Code commune inconnu au COG {} : {brut}", g.millesime);
            liste.anomalies.push(Anomalie { ligne, message });
            continue;
        };
        if let Some(premiere) = vus.insert(code.clone(), ligne) {
            let message = format!("Même commune que la ligne {premiere} : {code}");
            liste.anomalies.push(Anomalie { ligne, message });
            continue;
        }
        liste.completes += usize::from(code.len() != brut.len());
        let classe = r.get(i_classe).unwrap_or_default().trim().to_owned();
        *liste.classes.entry(classe.clone()).or_default() += 1;
        liste.lignes.push((code, classe));
    }
    if liste.lignes.is_empty() && liste.anomalies.is_empty() {
        liste.anomalies.push(Anomalie {
            ligne: 1,
            message: "Le fichier ne contient aucune commune.".into(),
        });
    }
    liste
}

/// UTF-8, with or without its mark, else the encoding of old spreadsheets.
pub(crate) fn decode(octets: &[u8]) -> String {
    let sans_marque = octets.strip_prefix(b"\xef\xbb\xbf").unwrap_or(octets);
    match std::str::from_utf8(sans_marque) {
        Ok(t) => t.to_owned(),
        Err(_) => encoding_rs::WINDOWS_1252.decode(sans_marque).0.into_owned(),
    }
}

pub(crate) fn delimiter(texte: &str) -> u8 {
    let entete = texte.lines().next().unwrap_or_default();
    *b";,\t"
        .iter()
        .max_by_key(|d| (entete.bytes().filter(|o| o == *d).count(), **d == b';'))
        .unwrap_or(&b';')
}

pub(crate) fn column(
    entetes: &[String],
    demande: &str,
    ressemble: impl Fn(&str) -> bool,
) -> Option<usize> {
    let demande = nom::normalise_whole(demande);
    let noms = || entetes.iter().map(|e| nom::normalise_whole(e));
    if demande.is_empty() {
        return noms().position(|n| ressemble(&n));
    }
    noms().position(|n| n == demande)
}
