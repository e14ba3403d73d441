//! The JSON body of an activity (spec 20 §3), as devices, the API and imports
//! write it: stable keys, INSEE codes, counts as objects. It becomes the very
//! fields of the form, so that one set of rules reads both.
//!
//! ```json
//! { "type": "individuel", "date": "2026-11-21", "duree": 45,
//!   "type_lieu": "lieu_activite", "lieu_id": "…", "thematiques": ["email"],
//!   "anonyme": { "genre": "feminin" }, "confirmations": ["date"] }
//! ```

mod ecriture;
mod lecture;
#[cfg(test)]
mod tests;

use serde::Serialize;
use serde_json::Value;
use socle::Saisies;

pub use ecriture::write;
pub use lecture::read;

/// What is wrong in a body, and where (RFC 6901 pointer).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Faute {
    pub pointeur: String,
    pub message: String,
    /// The word to add to `confirmations` when the author is sure.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confirmation: Option<String>,
}

impl Faute {
    #[must_use]
    pub fn new(pointeur: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            pointeur: pointeur.into(),
            message: message.into(),
            confirmation: None,
        }
    }
}

/// What can be confirmed: the word, and the part of the body it is about.
const CONFIRMATIONS: [(&str, &str); 5] = [
    ("date", "/date"),
    ("emploi", "/date"),
    ("duree", "/duree"),
    ("texte", "/notes"),
    ("total", "/anonymes/total"),
];

/// Keys of one choice or one text: (in the body, in the form).
const SIMPLES: [(&str, &str); 13] = [
    ("date", "date"),
    ("cadre", "cadre"),
    ("public", "public"),
    ("modalite", "modalite"),
    ("origine", "origine"),
    ("mode_intervention", "mode_aide"),
    ("raison", "raison_aide"),
    ("autonomie", "autonomie"),
    ("niveau", "niveau"),
    ("destination", "destination"),
    ("organisme", "organisme"),
    ("titre", "titre"),
    ("notes", "notes"),
];

/// Keys of several choices, named alike in the form.
const LISTES: [&str; 6] = [
    "thematiques",
    "sous_thematiques",
    "materiel",
    "motifs",
    "publics",
    "coanimateurs",
];

/// What a body may say of one anonymous person.
const PROFIL: [&str; 3] = ["genre", "tranche", "statut"];

/// The messages of a form, back where the body says it.
#[must_use]
pub fn faults(corps: &Value, erreurs: &Saisies) -> Vec<Faute> {
    erreurs
        .iter()
        .map(|(champ, message)| {
            let (pointeur, confirmation) = pointer(corps, champ);
            Faute {
                pointeur,
                message: message.to_owned(),
                confirmation,
            }
        })
        .collect()
}

fn pointer(corps: &Value, champ: &str) -> (String, Option<String>) {
    if let Some(mot) = champ.strip_prefix("confirme_") {
        let ou = CONFIRMATIONS
            .iter()
            .find(|c| c.0 == mot)
            .map_or("", |c| c.1);
        return (ou.to_owned(), Some(mot.to_owned()));
    }
    let rang = |n: &str| n.parse::<usize>().unwrap_or(1).saturating_sub(1);
    let simple = SIMPLES.iter().find(|(_, form)| *form == champ);
    let p = match champ {
        "lieu" if corps["type_lieu"] == "lieu_activite" => "/lieu_id".into(),
        "lieu" => "/type_lieu".into(),
        "duree_autre" => "/duree".into(),
        "beneficiaire" => "/suivis".into(),
        "total" => "/anonymes/total".into(),
        "deja" => "/anonymes/deja_accompagnes".into(),
        "suite" => "/suites".into(),
        "pass_propose" => "/pass_numerique/propose".into(),
        "pass_utilise" => "/pass_numerique/utilise".into(),
        "commune_residence" | "deja_accompagne" => format!("/anonyme/{champ}"),
        _ if PROFIL.contains(&champ) => format!("/anonyme/{champ}"),
        _ => match (simple, champ.split_once('_')) {
            (Some((cle, _)), _) => format!("/{cle}"),
            (None, Some(("suite", v))) => format!("/suites/{v}"),
            (None, Some(("operateur", n))) => format!("/irritants/{}/operateur", rang(n)),
            (None, Some(("nature", n))) => format!("/irritants/{}/nature", rang(n)),
            (None, Some((d, v))) if PROFIL.contains(&d) => format!("/anonymes/{d}/{v}"),
            _ => format!("/{champ}"),
        },
    };
    (p, None)
}

/// JSON in one writing: sorted keys, no space (RFC 8785 for what we exchange:
/// texts, integers, booleans, lists and objects).
#[must_use]
pub fn canonical(v: &Value) -> String {
    let mut s = String::new();
    write_canonical(v, &mut s);
    s
}

fn write_canonical(v: &Value, s: &mut String) {
    match v {
        Value::Object(m) => {
            let mut cles: Vec<&String> = m.keys().collect();
            // UTF-16 order, as RFC 8785 and JavaScript sort.
            cles.sort_by(|a, b| a.encode_utf16().cmp(b.encode_utf16()));
            s.push('{');
            for (i, k) in cles.into_iter().enumerate() {
                if i > 0 {
                    s.push(',');
                }
                s.push_str(&Value::String(k.clone()).to_string());
                s.push(':');
                write_canonical(&m[k], s);
            }
            s.push('}');
        }
        Value::Array(a) => {
            s.push('[');
            for (i, e) in a.iter().enumerate() {
                if i > 0 {
                    s.push(',');
                }
                write_canonical(e, s);
            }
            s.push(']');
        }
        autre => s.push_str(&autre.to_string()),
    }
}

/// SHA-256 of the canonical writing, in hexadecimal.
#[must_use]
pub fn empreinte(v: &Value) -> String {
    socle::crypto::sha256_hex(canonical(v).as_bytes())
}
