//! Activities, as applications see them: what the author says of them but
//! names, title, notes, personal tags and who was followed; where they count;
//! their revision.

pub mod ecriture;
pub mod lecture;
pub mod lots;
mod store;

pub use store::{forget, last_revision};

use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::activite::{Contenu, Rattachement, corps};

pub const GENRE: &str = "activites";
/// Where an activity is.
pub const CHEMIN: &str = "/api/v1/activites";

/// One activity, without what is nobody's business here: `contenu` is made
/// without these columns, they are not even read.
#[derive(Debug, Clone)]
pub struct Vue {
    pub id: Uuid,
    pub contenu: Contenu,
    /// Followed persons: how many, not who.
    pub suivis: i64,
    pub auteur: Uuid,
    pub rattachement: Rattachement,
    pub source: String,
    pub version: i64,
    pub revision: i64,
    pub enregistree_le: String,
    pub modifiee_le: String,
    pub supprimee_le: Option<String>,
}

impl Vue {
    /// The resource; only a tombstone once deleted.
    #[must_use]
    pub fn resource(&self) -> Value {
        if let Some(le) = &self.supprimee_le {
            return json!({
                "type": GENRE, "id": self.id,
                "meta": { "supprimee_le": le, "revision": self.revision },
            });
        }
        json!({
            "type": GENRE,
            "id": self.id,
            "attributes": self.attributes(),
            "links": { "self": format!("{CHEMIN}/{}", self.id) },
        })
    }

    fn attributes(&self) -> Map<String, Value> {
        let mut m = match corps::write(&self.contenu) {
            Value::Object(m) => m,
            _ => Map::new(),
        };
        // JSON:API keeps the word `type` for itself.
        if let Some(t) = m.remove("type") {
            m.insert("type_activite".into(), t);
        }
        let r = &self.rattachement;
        let reste = [
            ("nombre_suivis", json!(self.suivis)),
            ("nombre_anonymes", json!(self.contenu.anonymes)),
            ("auteur", json!(self.auteur)),
            ("source", json!(self.source)),
            ("version", json!(self.version)),
            ("revision", json!(self.revision)),
            ("enregistree_le", json!(self.enregistree_le)),
            ("modifiee_le", json!(self.modifiee_le)),
            (
                "rattachement",
                json!({
                    "employeur": r.employeur, "role": r.role,
                    "commune": r.commune, "departement": r.departement,
                }),
            ),
        ];
        m.extend(reste.map(|(k, v)| (k.to_owned(), v)));
        m
    }
}

/// The body of an activity among the attributes an application sends, and who
/// its author is.
#[must_use]
pub fn body(mut attributs: Map<String, Value>) -> (Option<Value>, Value) {
    let auteur = attributs.remove("auteur");
    if let Some(t) = attributs.remove("type_activite") {
        attributs.insert("type".into(), t);
    }
    (auteur, Value::Object(attributs))
}
