//! What a document brings, before any rule reads it.

use axum::http::StatusCode;
use serde_json::{Map, Value};
use socle::crypto::sha256_hex;
use uuid::Uuid;

use super::refus::Refus;

/// A resource as an application sends it.
#[derive(Debug, Clone)]
pub struct Envoi {
    pub id: Option<Uuid>,
    pub attributs: Map<String, Value>,
}

/// Reads `{"data": {"type": …, "id": …, "attributes": {…}}}`.
///
/// # Errors
/// 409 for another type, 422 with a pointer for the rest.
pub fn resource(corps: &Value, genre: &str) -> Result<Envoi, Refus> {
    let Some(data) = corps.get("data").and_then(Value::as_object) else {
        return Err(Refus::pointeur("/data", "saisie", "Un objet est attendu."));
    };
    match data.get("type").and_then(Value::as_str) {
        Some(t) if t == genre => {}
        Some(_) => {
            return Err(Refus::new(
                StatusCode::CONFLICT,
                "type",
                format!("Le type de cette ressource est « {genre} »."),
            ));
        }
        None => {
            return Err(Refus::pointeur(
                "/data/type",
                "saisie",
                "Le type de la ressource est attendu.",
            ));
        }
    }
    let id = match data.get("id") {
        None => None,
        Some(v) => Some(uuid(v, "/data/id")?),
    };
    let Some(attributs) = data.get("attributes").and_then(Value::as_object) else {
        return Err(Refus::pointeur(
            "/data/attributes",
            "saisie",
            "Un objet est attendu.",
        ));
    };
    Ok(Envoi {
        id,
        attributs: attributs.clone(),
    })
}

/// An identifier somewhere in a body.
///
/// # Errors
/// 422 with the pointer.
pub fn uuid(v: &Value, pointeur: &str) -> Result<Uuid, Refus> {
    v.as_str()
        .and_then(|t| t.parse().ok())
        .ok_or_else(|| Refus::pointeur(pointeur, "saisie", "Un identifiant UUID est attendu."))
}

/// An identifier chosen by the application: its first bits are a date, so
/// that rows stay in the order of their creation.
///
/// # Errors
/// 422 with the pointer.
pub fn new_uuid(id: Uuid, pointeur: &str) -> Result<Uuid, Refus> {
    if id.get_version_num() == 7 {
        return Ok(id);
    }
    Err(Refus::pointeur(
        pointeur,
        "saisie",
        "L'identifiant d'un nouvel objet est un UUID version 7.",
    ))
}

/// The hash of a body, whatever the order of its keys.
#[must_use]
pub fn empreinte(v: &Value) -> String {
    let mut s = String::new();
    canonical(v, &mut s);
    sha256_hex(s.as_bytes())
}

fn canonical(v: &Value, s: &mut String) {
    match v {
        Value::Object(m) => {
            let mut cles: Vec<&String> = m.keys().collect();
            cles.sort();
            s.push('{');
            for c in cles {
                s.push_str(&Value::from(c.as_str()).to_string());
                s.push(':');
                canonical(&m[c], s);
                s.push(',');
            }
            s.push('}');
        }
        Value::Array(a) => {
            s.push('[');
            for e in a {
                canonical(e, s);
                s.push(',');
            }
            s.push(']');
        }
        v => s.push_str(&v.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn two_orders_of_keys_are_one_body() {
        let a: Value = serde_json::from_str(r#"{"a":1,"b":{"c":[1,2],"d":null}}"#).unwrap();
        let b: Value = serde_json::from_str(r#"{"b":{"d":null,"c":[1,2]},"a":1}"#).unwrap();
        assert_eq!(empreinte(&a), empreinte(&b));
        assert_ne!(empreinte(&a), empreinte(&json!({ "a": 1 })));
        assert_ne!(empreinte(&json!([1, 2])), empreinte(&json!([2, 1])));
    }
}
