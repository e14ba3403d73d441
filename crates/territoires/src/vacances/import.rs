//! Reading the ministry's calendar: CSV with a description, a zone, two dates.

use std::collections::BTreeSet;

use jiff::{Timestamp, ToSpan, civil::Date};

use super::Conge;
use crate::{
    nom,
    zonage::{
        Anomalie,
        communes::{column, decode, delimiter},
    },
};

/// What a file holds, before anything is written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Calendrier {
    pub conges: Vec<Conge>,
    pub anomalies: Vec<Anomalie>,
}

/// Reads the file. The ministry gives one line per académie: equal lines are
/// one. Lines for teachers only are left out.
#[must_use]
pub fn read(octets: &[u8]) -> Calendrier {
    let mut sortie = Calendrier::default();
    let texte = decode(octets);
    let mut lecteur = csv::ReaderBuilder::new()
        .delimiter(delimiter(&texte))
        .flexible(true)
        .from_reader(texte.as_bytes());
    let entetes: Vec<String> = lecteur
        .headers()
        .map(|e| e.iter().map(str::to_owned).collect())
        .unwrap_or_default();
    let colonne =
        |debuts: &[&str]| column(&entetes, "", |n| debuts.iter().any(|d| n.starts_with(d)));
    let (Some(description), Some(zone), Some(debut), Some(fin)) = (
        colonne(&["description", "libelle"]),
        colonne(&["zone"]),
        colonne(&["date de debut", "start date", "debut"]),
        colonne(&["date de fin", "end date", "fin"]),
    ) else {
        sortie.anomalies.push(Anomalie {
            ligne: 1,
            message: "Colonnes attendues : description, zones, date de début, date de fin.".into(),
        });
        return sortie;
    };
    let (population, annee) = (colonne(&["population"]), colonne(&["annee"]));
    let mut vus = BTreeSet::new();
    for (ligne, r) in (2..).zip(lecteur.records().map_while(Result::ok)) {
        let cellule = |i: usize| r.get(i).unwrap_or_default().trim();
        if population.is_some_and(|i| nom::normalise(cellule(i)) == "enseignants") {
            continue;
        }
        match (day(cellule(debut)), last_day(cellule(fin))) {
            (Some(debut), Some(fin)) if fin >= debut && !cellule(zone).is_empty() => {
                vus.insert(Conge {
                    zone: cellule(zone).to_owned(),
                    debut,
                    fin,
                    libelle: cellule(description).to_owned(),
                    annee: annee.map(cellule).unwrap_or_default().to_owned(),
                });
            }
            // « Début des vacances d'été » has no end in some files.
            (Some(_), None) if cellule(fin).is_empty() => {}
            _ => sortie.anomalies.push(Anomalie {
                ligne,
                message: "Zone ou dates illisibles.".into(),
            }),
        }
    }
    sortie.conges = vus.into_iter().collect();
    // Two lines that begin the same day in the same zone: the first one stays.
    sortie
        .conges
        .dedup_by(|b, a| (&a.zone, a.debut) == (&b.zone, b.debut));
    if sortie.conges.is_empty() && sortie.anomalies.is_empty() {
        sortie.anomalies.push(Anomalie {
            ligne: 1,
            message: "Le fichier ne contient aucune période.".into(),
        });
    }
    sortie
}

/// A civil date, or an instant read in Paris as the ministry writes them.
fn day(texte: &str) -> Option<Date> {
    if let Ok(t) = texte.parse::<Timestamp>() {
        return Some(t.to_zoned_datetime(socle::clock::paris()).date());
    }
    socle::francais::parse_date(texte).ok()
}

/// Instants give the day classes begin again; civil dates the last day off.
fn last_day(texte: &str) -> Option<Date> {
    let d = day(texte)?;
    if texte.parse::<Timestamp>().is_ok() {
        return d.checked_sub(1.day()).ok();
    }
    Some(d)
}
