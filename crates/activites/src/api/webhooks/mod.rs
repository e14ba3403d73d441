//! Webhooks: an application is told, at an address of its own, that something
//! changed (spec 20 §8). What is sent is identifiers, a revision and an
//! instant; the application reads the rest with its token.
//!
//! - [`adresse`]: which addresses may be called;
//! - [`diffusion`]: from the statistics journal to deliveries;
//! - [`livraison`]: one delivery, its retries, its end;
//! - [`envoi`]: the call itself;
//! - [`http`]: the routes.

pub(crate) mod adresse;
pub(crate) mod diffusion;
pub(crate) mod envoi;
pub(crate) mod http;
pub(crate) mod livraison;
mod store;

pub(crate) use store::forget;

use std::fmt::Write;

use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use serde_json::{Value, json};
use sha2::Sha256;
use uuid::Uuid;

/// What may be told.
pub const EVENEMENTS: [&str; 8] = [
    "activite.enregistree",
    "activite.modifiee",
    "activite.supprimee",
    "activite.restauree",
    "coordination.enregistree",
    "coordination.modifiee",
    "coordination.supprimee",
    "coordination.restauree",
];

#[derive(Debug, Clone)]
pub struct Webhook {
    pub id: Uuid,
    pub client: Uuid,
    pub url: String,
    pub evenements: Vec<String>,
    pub actif: bool,
    /// The last changes handed out, of activities and of coordination.
    pub revision: i64,
    pub revision_coordination: i64,
    pub cree_le: Timestamp,
    pub desactive_le: Option<Timestamp>,
}

impl Webhook {
    /// The resource. The secret is given once, at the creation.
    #[must_use]
    pub fn resource(&self) -> Value {
        json!({
            "type": "webhooks",
            "id": self.id,
            "attributes": {
                "url": self.url,
                "evenements": self.evenements,
                "etat": if self.actif { "actif" } else { "desactive" },
                "revision": self.revision,
                "cree_le": self.cree_le,
                "desactive_le": self.desactive_le,
            },
        })
    }
}

/// One notice to one webhook.
#[derive(Debug, Clone)]
pub struct Livraison {
    /// Sent as `Maillage-Evenement`: the same notice sent twice has one.
    pub id: Uuid,
    pub webhook: Uuid,
    pub evenement: String,
    pub objet: Uuid,
    pub revision: i64,
    pub le: Timestamp,
    pub essais: i64,
    pub premier_essai_le: Option<Timestamp>,
}

impl Livraison {
    /// What is sent.
    #[must_use]
    pub fn body(&self) -> String {
        let genre = match self.evenement.split_once('.') {
            Some(("coordination", _)) => "coordinations",
            _ => "activites",
        };
        json!({
            "evenement": self.evenement, "type": genre, "id": self.objet,
            "revision": self.revision, "le": self.le,
        })
        .to_string()
    }
}

/// `Maillage-Signature`: the receiver makes it again from the body and the
/// secret, and refuses an instant more than 5 minutes away.
#[must_use]
pub fn signature(secret: &str, t: Timestamp, corps: &str) -> String {
    let t = t.as_second();
    let mut v1 = String::with_capacity(64);
    // Any length of key is one.
    if let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) {
        mac.update(format!("{t}.{corps}").as_bytes());
        for o in mac.finalize().into_bytes() {
            let _ = write!(v1, "{o:02x}");
        }
    }
    format!("t={t},v1={v1}")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `printf '1700000000.{}' | openssl dgst -sha256 -hmac secret`.
    #[test]
    fn the_signature_is_that_of_any_other_tool() {
        let t = Timestamp::from_second(1_700_000_000).unwrap();
        assert_eq!(
            signature("secret", t, "{}"),
            "t=1700000000,v1=b8569b78799ff9e3cbff0fc2d63a33a2b57f3282abd07c37ae5e8e7d79a5f163"
        );
    }
}
