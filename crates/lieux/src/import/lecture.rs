//! From bytes to rows of named texts.

use std::collections::BTreeMap;

use documents::tableur::{Limites, lire_dans};
use serde_json::Value;

use super::Profil;

/// Bytes and rows that are accepted.
const OCTETS: usize = 50 << 20;
const LIGNES: usize = 200_000;

/// A row: its line in the file, and its filled cells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ligne {
    pub numero: usize,
    pub champs: BTreeMap<String, String>,
}

impl Ligne {
    /// A cell, trimmed; empty when absent.
    #[must_use]
    pub fn get(&self, nom: &str) -> &str {
        self.champs.get(nom).map_or("", String::as_str)
    }
}

/// Reads a CSV, XLSX, ODS or JSON file and tells which standard it follows.
///
/// # Errors
/// What to do, in French.
pub fn read(octets: &[u8], nom: &str) -> Result<(Vec<Ligne>, Profil), String> {
    let debut = octets.strip_prefix(b"\xef\xbb\xbf").unwrap_or(octets);
    let json = debut.iter().find(|b| !b.is_ascii_whitespace());
    let lignes = if matches!(json, Some(b'[' | b'{')) {
        from_json(debut)?
    } else {
        from_table(octets, nom)?
    };
    if lignes.is_empty() {
        return Err("Le fichier ne contient aucune ligne.".into());
    }
    let has = |c: &str| lignes.iter().any(|l| l.champs.contains_key(c));
    if !has("nom") || !(has("commune") || has("code_postal") || has("code_insee")) {
        return Err(
            "Ce fichier n’a pas les colonnes du standard national (nom, commune, code_postal…). Vérifiez la première ligne."
                .into(),
        );
    }
    let v0 = [
        "publics_accueillis",
        "conditions_acces",
        "labels_nationaux",
        "courriel",
        "accessibilite",
    ];
    let profil = if v0.iter().any(|c| has(c)) {
        Profil::V0
    } else {
        Profil::V1
    };
    Ok((lignes, profil))
}

fn from_table(octets: &[u8], nom: &str) -> Result<Vec<Ligne>, String> {
    let limites = Limites {
        octets: OCTETS,
        lignes: LIGNES,
        ..Limites::default()
    };
    let feuilles = lire_dans(octets, nom, &limites).map_err(|e| e.to_string())?;
    let Some(f) = feuilles.into_iter().find(|f| !f.lignes.is_empty()) else {
        return Ok(Vec::new());
    };
    let mut lignes = f.lignes.into_iter().enumerate();
    let Some((_, entete)) = lignes.next() else {
        return Ok(Vec::new());
    };
    let entete: Vec<String> = entete.iter().map(|c| c.trim().to_lowercase()).collect();
    Ok(lignes
        .filter(|(_, l)| l.iter().any(|c| !c.trim().is_empty()))
        .map(|(i, l)| Ligne {
            numero: i + 1,
            champs: entete
                .iter()
                .zip(l)
                .filter(|(n, v)| !n.is_empty() && !v.trim().is_empty())
                .map(|(n, v)| (n.clone(), v.trim().to_owned()))
                .collect(),
        })
        .collect())
}

fn from_json(octets: &[u8]) -> Result<Vec<Ligne>, String> {
    const FAUX: &str = "Ce fichier JSON est illisible. Exportez-le à nouveau, puis recommencez.";
    if octets.len() > OCTETS {
        return Err(
            "Le fichier dépasse 50 Mo. Répartissez les lignes en plusieurs fichiers.".into(),
        );
    }
    let v: Value = serde_json::from_slice(octets).map_err(|_| FAUX.to_owned())?;
    let liste = match &v {
        Value::Array(a) => a,
        Value::Object(o) => ["features", "data", "lieux", "results"]
            .iter()
            .find_map(|c| o.get(*c)?.as_array())
            .ok_or_else(|| FAUX.to_owned())?,
        _ => return Err(FAUX.into()),
    };
    if liste.len() > LIGNES {
        return Err(format!("Le fichier compte plus de {LIGNES} lignes."));
    }
    liste
        .iter()
        .enumerate()
        .map(|(i, x)| {
            let o = x
                .get("properties")
                .unwrap_or(x)
                .as_object()
                .ok_or_else(|| FAUX.to_owned())?;
            let mut champs: BTreeMap<String, String> = o
                .iter()
                .map(|(n, v)| (n.trim().to_lowercase(), text(v)))
                .filter(|(_, v)| !v.is_empty())
                .collect();
            if let Some([lon, lat, ..]) = x["geometry"]["coordinates"].as_array().map(Vec::as_slice)
            {
                champs
                    .entry("longitude".into())
                    .or_insert_with(|| text(lon));
                champs.entry("latitude".into()).or_insert_with(|| text(lat));
            }
            Ok(Ligne {
                numero: i + 1,
                champs,
            })
        })
        .collect()
}

fn text(v: &Value) -> String {
    match v {
        Value::Null | Value::Object(_) => String::new(),
        Value::String(s) => s.trim().to_owned(),
        Value::Array(a) => a.iter().map(text).collect::<Vec<_>>().join("|"),
        v => v.to_string(),
    }
}
