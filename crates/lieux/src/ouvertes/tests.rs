use std::collections::HashMap;

use proptest::prelude::*;
use serde_json::Value;
use socle::essai;

use super::*;
use crate::lieu::{self, Etat, Fiche};

/// A place as it would be read from the database.
fn lieu(fiche: Fiche) -> Lieu {
    Lieu {
        id: uuid::Uuid::from_u128(7),
        etat: Etat::Publie,
        nom: fiche.nom.clone(),
        departement: "35".into(),
        commune_insee: fiche.commune_insee.clone(),
        structure: None,
        auteur: None,
        propose_le: None,
        ferme_du: None,
        ferme_au: None,
        fiche,
        version: 1,
        cree_le: essai::DEBUT.parse().unwrap(),
        modifie_le: essai::DEBUT.parse().unwrap(),
    }
}

/// The national Table Schema, when the shared data is beside the project.
pub(crate) fn schema() -> Option<Value> {
    let chemin = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../shared/data/references/schema-lieux-mediation-numerique-v1.0.2.json"
    );
    match std::fs::read_to_string(chemin) {
        Ok(t) => Some(serde_json::from_str(&t).unwrap()),
        Err(_) => {
            eprintln!("schéma national : ignoré, les données partagées sont absentes");
            None
        }
    }
}

/// Checks a file against a Table Schema: header, required, unique, patterns,
/// lengths, types. Returns every fault.
pub(crate) fn faults(schema: &Value, fichier: &[u8]) -> Vec<String> {
    let mut r = csv::Reader::from_reader(fichier);
    let entete: Vec<String> = r.headers().unwrap().iter().map(str::to_owned).collect();
    let champs = schema["fields"].as_array().unwrap();
    let noms: Vec<&str> = champs.iter().map(|f| f["name"].as_str().unwrap()).collect();
    let mut fautes = Vec::new();
    if entete != noms {
        fautes.push(format!("en-tête : {entete:?}"));
    }
    let mut vus: HashMap<(usize, String), usize> = HashMap::new();
    for (n, ligne) in r.records().enumerate() {
        let ligne = ligne.unwrap();
        for (i, f) in champs.iter().enumerate() {
            let (valeur, c) = (&ligne[i], &f["constraints"]);
            let mut faute =
                |quoi: &str| fautes.push(format!("ligne {} {} {quoi} : {valeur}", n + 2, noms[i]));
            if valeur.is_empty() {
                if c["required"] == true {
                    faute("absent");
                }
                continue;
            }
            if c["unique"] == true && vus.insert((i, valeur.to_owned()), n).is_some() {
                faute("répété");
            }
            if let Some(p) = c["pattern"].as_str()
                && !matches(p, valeur)
            {
                faute("motif");
            }
            if c["maxLength"]
                .as_u64()
                .is_some_and(|m| valeur.chars().count() as u64 > m)
            {
                faute("trop long");
            }
            match f["type"].as_str() {
                Some("number") if valeur.parse::<f64>().is_err() => faute("nombre"),
                Some("date") if valeur.parse::<jiff::civil::Date>().is_err() => faute("date"),
                _ => {}
            }
        }
    }
    fautes
}

/// The few shapes of patterns that schema has, without a regular-expression
/// engine: lists of literals joined by `|`, and four fixed codes.
fn matches(motif: &str, valeur: &str) -> bool {
    if let Some(corps) = motif
        .strip_prefix("(?:(?:^|\\|)(")
        .and_then(|m| m.strip_suffix("))+$"))
    {
        let litteraux: Vec<String> = alternatives(corps);
        return valeur.split('|').all(|v| litteraux.iter().any(|l| l == v));
    }
    let chiffres = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    match motif {
        "^[a-zA-Z0-9]{9,14}$" => {
            (9..=14).contains(&valeur.len()) && valeur.bytes().all(|b| b.is_ascii_alphanumeric())
        }
        "^\\d{5}$" => valeur.len() == 5 && chiffres(valeur),
        m if m.contains("2[AB1-9]") => valeur.parse::<socle::valeurs::CodeInsee>().is_ok(),
        m if m.contains("\\+33") => crate::telephone::is_e164(valeur),
        m => panic!("motif inconnu : {m}"),
    }
}

/// Splits on `|` outside escapes, and removes them.
fn alternatives(corps: &str) -> Vec<String> {
    let (mut sortie, mut courant) = (Vec::new(), String::new());
    let mut signes = corps.chars();
    while let Some(c) = signes.next() {
        match c {
            '\\' => courant.extend(signes.next()),
            '|' => sortie.push(std::mem::take(&mut courant)),
            c => courant.push(c),
        }
    }
    sortie.push(courant);
    sortie
}

/// Everything filled, every list whole.
fn complete() -> Fiche {
    let mut f = Fiche {
        pivot: "43493312300029".into(),
        complement_adresse: "2e étage".into(),
        latitude: Some(48.111_419_9),
        longitude: Some(-1.680_2),
        courriels: vec!["accueil@exemple.fr".into(), "contact@exemple.fr".into()],
        sites_web: vec!["https://exemple.fr/".into()],
        presentation_resume: "é".repeat(280),
        presentation_detail: "Ligne 1\nLigne 2, \"guillemets\"".into(),
        itinerance: vec!["fixe".into()],
        date_maj: Some(jiff::civil::date(2026, 3, 1)),
        typologies: vec!["BIB".into(), "ECOLE".into(), "MARCHE".into()],
        autres_labels: vec!["Label et la bête".into()],
        fiche_acces_libre: "https://acceslibre.beta.gouv.fr/app/35/".into(),
        prise_rdv: "https://exemple.fr/rdv".into(),
        ..lieu::tests::fiche()
    };
    for voc in v::TOUS {
        if voc.champ != "modalites_acces" {
            *f.choix_mut(voc).unwrap() = voc.valeurs.iter().map(|(c, _)| (*c).to_owned()).collect();
        }
    }
    f
}

/// W12, spec 30 §13, 19: the file passes the Table Schema, with an unknown
/// pivot, a RIDET, « Étapes numériques(La Poste) » and a 280-character résumé.
#[test]
fn the_file_is_valid_against_the_national_schema() {
    let Some(schema) = schema() else { return };
    let mut toutes = vec![complete(), lieu::tests::fiche()];
    toutes.push(Fiche {
        pivot: "0123456789".into(),
        commune_insee: "98818".into(),
        code_postal: "98800".into(),
        telephones: vec!["+687123456".into()],
        nom: "=Médiathèque".into(),
        ..lieu::tests::fiche()
    });
    let lieux: Vec<Lieu> = toutes
        .into_iter()
        .enumerate()
        .map(|(i, f)| Lieu {
            id: uuid::Uuid::from_u128(i as u128 + 1),
            ..lieu(f)
        })
        .collect();
    let fichier = csv(lieux.iter(), "Maillage").unwrap();
    assert_eq!(faults(&schema, &fichier), Vec::<String>::new());
    let texte = String::from_utf8(fichier).unwrap();
    assert!(texte.contains("\"00000000000000\"") && texte.contains("Étapes numériques(La Poste)"));
    assert!(texte.contains("\"'=Médiathèque\"") && texte.contains("\"BIB|Autre\""));
    // The validator itself sees faults.
    let faux = texte
        .replace("\"35000\"", "\"3500\"")
        .replace("Fixe", "Mobile");
    assert_eq!(
        faults(&schema, faux.as_bytes()).len(),
        3,
        "{:?}",
        faults(&schema, faux.as_bytes())
    );
}

/// The validator accepts the official sample.
#[test]
fn the_official_sample_is_accepted_by_the_validator() {
    let Some(schema) = schema() else { return };
    let chemin = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../shared/data/references/exemple-valide.csv"
    );
    assert_eq!(
        faults(&schema, &std::fs::read(chemin).unwrap()),
        Vec::<String>::new()
    );
}

proptest! {
    /// Any text comes back whole from the CSV (a guard apostrophe apart).
    #[test]
    fn texts_survive_the_csv(nom in "\\PC{3,60}", detail in "(?s).{0,80}") {
        let f = Fiche { nom: nom.clone(), presentation_detail: detail.clone(), ..lieu::tests::fiche() };
        let fichier = csv([lieu(f)].iter(), "Maillage").unwrap();
        let mut r = csv::Reader::from_reader(fichier.as_slice());
        let ligne = r.records().next().unwrap().unwrap();
        prop_assert_eq!(ligne[2].strip_prefix('\'').filter(|s| **s == nom).unwrap_or(&ligne[2]), nom);
        prop_assert_eq!(ligne[16].strip_prefix('\'').filter(|s| **s == detail).unwrap_or(&ligne[16]), detail);
    }
}
