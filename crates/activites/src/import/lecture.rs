//! From the bytes of a file to lines by key of column.

use std::collections::BTreeMap;

use documents::tableur::{self, Limites, Refus};
use socle::francais;

use super::{
    Genre, Ligne, Tableau,
    colonne::{self, Colonne},
    kept,
};

const OCTETS: usize = 5 << 20;

/// Reads a file.
///
/// # Errors
/// « Fichier refusé : … », with what to do.
pub fn read(
    genre: Genre,
    nom: &str,
    octets: &[u8],
    colonnes: &[Colonne],
) -> Result<Tableau, String> {
    let max = genre.lignes_max();
    let limites = Limites {
        octets: OCTETS,
        decompresse: 100 << 20,
        rapport: 100,
        feuilles: 5,
        lignes: max + 1,
        colonnes: 300,
        cellules: (max + 1) * 150,
        formules: false,
        ..Limites::default()
    };
    let feuilles = tableur::lire_dans(octets, nom, &limites).map_err(|r| match r {
        Refus::TropDeLignes { .. } => too_long(max),
        autre => refused(&autre.to_string()),
    })?;
    let feuille = feuilles
        .into_iter()
        .find(|f| f.lignes.iter().any(|l| !is_blank(l)))
        .ok_or_else(|| refused(&Refus::Vide.to_string()))?;
    let mut lignes = feuille.lignes.into_iter().enumerate();
    let entetes = lignes
        .by_ref()
        .find(|(_, l)| !is_blank(l))
        .map(|(_, l)| l)
        .unwrap_or_default();
    let mut t = Tableau::default();
    let mut places: Vec<Option<String>> = Vec::new();
    for entete in &entetes {
        let lue = colonne::find(colonnes, entete)
            .filter(|c| t.colonnes.iter().all(|(cle, _)| *cle != c.cle));
        places.push(lue.map(|c| c.cle.clone()));
        match lue {
            Some(c) => t.colonnes.push((c.cle.clone(), entete.trim().to_owned())),
            None if entete.trim().is_empty() => {}
            None => t.ignorees.push(entete.trim().to_owned()),
        }
    }
    if t.colonnes.is_empty() {
        return Err(refused(
            "aucune colonne n'est reconnue. La première ligne doit porter les noms des colonnes : partez du modèle à télécharger.",
        ));
    }
    for (i, cellules) in lignes {
        if is_blank(&cellules) {
            continue;
        }
        let valeurs: BTreeMap<String, String> = places
            .iter()
            .zip(cellules)
            .filter_map(|(cle, v)| {
                let cle = cle.clone()?;
                let v = kept(&cle, day(v.trim()));
                (!v.is_empty()).then_some((cle, v))
            })
            .collect();
        t.lignes.push(Ligne {
            numero: i + 1,
            valeurs,
        });
    }
    match t.lignes.len() {
        0 => Err(refused(
            "il n'y a aucune ligne sous les noms des colonnes. Vérifiez que vous avez choisi le bon fichier.",
        )),
        n if n > max => Err(too_long(max)),
        _ => Ok(t),
    }
}

/// Of a date with its hour, as spreadsheets keep some, the date.
fn day(v: &str) -> &str {
    match v.split_once('T') {
        Some((jour, heure)) if heure.contains(':') && jour.parse::<jiff::civil::Date>().is_ok() => {
            jour
        }
        _ => v,
    }
}

fn is_blank(cellules: &[String]) -> bool {
    cellules.iter().all(|c| c.trim().is_empty())
}

fn too_long(max: usize) -> String {
    refused(&format!(
        "il compte plus de {} lignes. Répartissez-les en plusieurs fichiers.",
        francais::grouped(max as u64)
    ))
}

/// « Fichier refusé : le fichier est vide. … »
fn refused(motif: &str) -> String {
    let mut signes = motif.chars();
    let debut: String = signes
        .next()
        .into_iter()
        .flat_map(char::to_lowercase)
        .collect();
    format!("Fichier refusé : {debut}{}", signes.as_str())
}
