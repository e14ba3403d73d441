//! What a person reads of a body, and what a body says of a file.

use std::collections::BTreeMap;

use serde_json::Value;
use socle::francais;
use web::Champs;

use super::fusion;
use crate::{
    activite::corps::Faute,
    vocabulaire::{Vocabulaires, liste},
};

/// Groups of keys: name on screen, and the list their keys are named by.
const NOMS: [(&str, &str); 33] = [
    ("date", "Date"),
    ("duree", "Durée"),
    ("lieu", "Où"),
    ("thematiques", "Thèmes"),
    ("sous_thematiques", "Démarches"),
    ("materiel", "Matériel"),
    ("public", "Public"),
    ("modalite", "Modalité"),
    ("origine", "Comment elle vous a connu"),
    ("motifs", "Pourquoi la personne est venue"),
    ("publics", "Publics visés"),
    ("irritants", "Sites qui ont posé problème"),
    ("intervention", "Votre manière d'aider"),
    ("aide_urgence", "Aide dans l'urgence"),
    ("suites", "Et après"),
    ("pass_numerique", "Pass numérique"),
    ("etiquettes", "Étiquettes"),
    ("notes", "Notes"),
    ("titre", "Titre"),
    ("niveau", "Niveau"),
    ("autonomie", "Autonomie"),
    ("confiance", "Confiance, avant et après"),
    ("suivis", "Personnes suivies"),
    ("anonymes", "Participants anonymes"),
    ("personne", "Personne accompagnée"),
    ("identite", "Nom"),
    ("joindre", "Téléphone"),
    ("courriel", "E-mail"),
    ("annee_naissance", "Année de naissance"),
    ("commune_residence", "Commune de résidence"),
    ("genre", "Genre"),
    ("statut", "Statut"),
    ("connu_depuis", "Suivi depuis"),
];

/// The list that names the values of a key.
const LISTES: [(&str, &str); 21] = [
    ("type_lieu", liste::TYPE_LIEU),
    ("cadre", liste::CADRE),
    ("thematiques", liste::THEMATIQUE),
    ("sous_thematiques", liste::SOUS_THEMATIQUE),
    ("materiel", liste::MATERIEL),
    ("public", liste::PUBLIC),
    ("modalite", liste::MODALITE),
    ("origine", liste::ORIGINE),
    ("motifs", liste::MOTIF),
    ("publics", liste::PUBLICS),
    ("operateur", liste::OPERATEUR),
    ("nature", liste::IRRITANT),
    ("mode_intervention", liste::MODE_AIDE),
    ("raison", liste::RAISON),
    ("suites", liste::SUITE),
    ("destination", liste::DESTINATION),
    ("organisme", liste::ORGANISME),
    ("niveau", liste::NIVEAU),
    ("autonomie", liste::AUTONOMIE),
    ("genre", liste::GENRE),
    ("statut", liste::STATUT),
];

/// The name of a group on screen.
#[must_use]
pub fn name(groupe: &str) -> String {
    NOMS.iter()
        .find(|n| n.0 == groupe)
        .map_or_else(|| francais::libelle(groupe), |n| n.1.to_owned())
}

/// What a body says of a group, in words. `noms` names places and people.
#[must_use]
pub fn describe(
    corps: &Value,
    groupe: &str,
    voc: &Vocabulaires,
    noms: &BTreeMap<String, String>,
) -> String {
    let parts: Vec<String> = fusion::keys(groupe, corps)
        .into_iter()
        .filter_map(|cle| corps.get(cle).map(|v| words(cle, v, voc, noms)))
        .filter(|t| !t.is_empty())
        .collect();
    if parts.is_empty() {
        "Rien".into()
    } else {
        parts.join(", ")
    }
}

fn words(cle: &str, v: &Value, voc: &Vocabulaires, noms: &BTreeMap<String, String>) -> String {
    let mot = |t: &str| {
        if let Some(n) = noms.get(t) {
            return n.clone();
        }
        if let Some((_, l)) = LISTES.iter().find(|l| l.0 == cle) {
            return voc.label(l, t);
        }
        match cle {
            "tranche" => voc.label(liste::TRANCHE, t),
            "commune" | "commune_residence" => territoires::geographie()
                .commune(t)
                .map_or_else(|| t.to_owned(), territoires::Commune::libelle),
            "mode" => match t {
                "pseudonyme" => "avec un repère".to_owned(),
                _ => "avec son nom".to_owned(),
            },
            "date" | "connu_depuis" => t
                .parse()
                .map_or_else(|_| t.to_owned(), francais::date_longue),
            _ => t.to_owned(),
        }
    };
    match v {
        Value::String(t) => mot(t),
        Value::Number(n) if cle == "duree" => n.as_i64().map(francais::duree).unwrap_or_default(),
        Value::Number(n) => n.to_string(),
        Value::Bool(vrai) => {
            if *vrai && cle != "informe" {
                francais::libelle(cle)
            } else {
                String::new()
            }
        }
        Value::Array(a) => a
            .iter()
            .map(|e| words(cle, e, voc, noms))
            .collect::<Vec<_>>()
            .join(", "),
        Value::Object(o) => o
            .iter()
            .map(|(k, e)| match e {
                Value::Number(n) if k == "total" => format!("{n} au total"),
                Value::Number(n) if k == "deja_accompagnes" => format!("{n} déjà accompagnés"),
                Value::Number(n) => format!("{} : {n}", mot(k)),
                e => words(k, e, voc, noms),
            })
            .collect::<Vec<_>>()
            .join(", "),
        Value::Null => String::new(),
    }
}

/// Faults kept with a result.
#[must_use]
pub fn faults(v: &Value) -> Vec<Faute> {
    v.as_array()
        .into_iter()
        .flatten()
        .map(|f| Faute {
            confirmation: f["confirmation"].as_str().map(ToOwned::to_owned),
            ..Faute::new(
                f["pointeur"].as_str().unwrap_or_default(),
                f["message"].as_str().unwrap_or_default(),
            )
        })
        .collect()
}

/// Keys of a file that are texts, named alike in its form.
const FICHE: [&str; 10] = [
    "mode",
    "prenom",
    "nom",
    "alias",
    "telephone",
    "courriel",
    "genre",
    "statut",
    "connu_depuis",
    "notes",
];

/// From the body of a file (spec 20 §2.1) to the fields of its form.
///
/// # Errors
/// Every fault at once.
pub fn beneficiary(corps: &Value) -> Result<Champs, Vec<Faute>> {
    let Value::Object(o) = corps else {
        return Err(vec![Faute::new("", "Un objet est attendu.")]);
    };
    let mut champs = Champs::default();
    let mut fautes = Vec::new();
    for (cle, v) in o.iter().filter(|(_, v)| !v.is_null()) {
        let lu = match (cle.as_str(), v) {
            (c, Value::String(t)) if FICHE.contains(&c) => Some((c, t.clone())),
            ("commune_residence", Value::String(t)) => territoires::geographie()
                .commune(t)
                .map(|c| ("commune_residence", c.libelle())),
            ("annee_naissance", Value::Number(n)) => Some(("annee_naissance", n.to_string())),
            ("informe", Value::Bool(vrai)) => Some(("informe", tick(*vrai))),
            ("sans_telephone", Value::Bool(vrai)) => Some(("sans_telephone", tick(*vrai))),
            ("confirme_texte", Value::Bool(vrai)) => Some(("confirme_texte", tick(*vrai))),
            _ => None,
        };
        match lu {
            Some((champ, valeur)) => champs = champs.with(champ, valeur),
            None => fautes.push(Faute::new(
                format!("/{cle}"),
                format!("Champ inconnu ou valeur inattendue : {cle}."),
            )),
        }
    }
    if fautes.is_empty() {
        Ok(champs)
    } else {
        Err(fautes)
    }
}

fn tick(vrai: bool) -> String {
    if vrai { "oui".into() } else { String::new() }
}
