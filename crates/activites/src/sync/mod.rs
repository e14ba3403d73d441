//! What devices recorded without network, and how it comes in exactly once
//! (spec 20 §4).
//!
//! - A batch is a list of operations; each is applied in its own transaction,
//!   which also keeps `(appareil, op)` and its result: sent again, it finds it.
//! - [`fusion`] merges two changes made apart; what it cannot merge becomes a
//!   proposition that its author decides on ([`arbitrage`]).
//! - [`schema`] reads what older pages wrote.

pub mod arbitrage;
pub mod fiche;
pub mod fusion;
pub mod lecture;
pub mod pages;
pub mod schema;
pub mod service;
pub mod store;
#[cfg(test)]
mod tests;
pub mod version;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use crate::activite::corps::Faute;

/// Operations of one batch.
pub const LOT_MAX: usize = 100;
/// Bytes of one batch, decompressed.
pub const OCTETS_MAX: usize = 1024 * 1024;
/// Days a result is kept.
pub const CONSERVATION_JOURS: i32 = 400;
/// Days after the end of an employment during which its queue is accepted.
pub const APRES_EMPLOI_JOURS: i32 = 30;

/// One thing done on a device, as it was written there.
#[derive(Debug, Clone, Deserialize)]
pub struct Operation {
    pub op: Uuid,
    pub seq: i64,
    pub appareil: Uuid,
    #[serde(rename = "type")]
    pub type_operation: String,
    pub schema: i64,
    pub objet: Uuid,
    /// The version the change started from.
    #[serde(default)]
    pub base: Option<i64>,
    pub saisi_le: jiff::Timestamp,
    #[serde(default)]
    pub fuseau: String,
    #[serde(default)]
    pub corps: Value,
    /// A refused operation that this one takes the place of.
    #[serde(default)]
    pub corrige: Option<Uuid>,
}

/// What a device sends.
#[derive(Debug, Deserialize)]
pub struct Lot {
    /// The device that sends, which may carry the queue of another one of the
    /// same person (re-imported export).
    pub appareil: Uuid,
    pub operations: Vec<Value>,
    /// Refused operations their author gave up: what depended on them goes on.
    #[serde(default)]
    pub abandons: Vec<Uuid>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Statut {
    Appliquee,
    DejaAppliquee,
    Conflit,
    Refusee,
    Reportee,
}

impl Statut {
    #[must_use]
    pub fn cle(self) -> &'static str {
        match self {
            Self::Appliquee => "appliquee",
            Self::DejaAppliquee => "deja_appliquee",
            Self::Conflit => "conflit",
            Self::Refusee => "refusee",
            Self::Reportee => "reportee",
        }
    }
}

/// The answer to one operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Resultat {
    pub op: Uuid,
    pub statut: Statut,
    pub objet: Uuid,
    pub version: Option<i64>,
    pub revision: Option<i64>,
    /// Both changes were kept (§4.4).
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub fusion: bool,
    /// Where the author decides.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proposition: Option<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bloquee_par: Option<Uuid>,
    /// A word for the client: `op_reutilisee`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub motif: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub erreurs: Vec<Faute>,
}

/// Daily: answers, versions and propositions nobody may ask for any more go
/// away, and with them the notes of old activities.
///
/// # Errors
/// `Erreur::Base`.
pub async fn retention(tx: &mut socle::Tx) -> socle::Resultat<()> {
    let jours = |n: i32| jiff::SignedDuration::from_hours(24 * i64::from(n));
    let avant = tx.now() - jours(CONSERVATION_JOURS);
    let notes = socle::francais::plus_days(tx.today(), -NOTES_JOURS);
    store::purge(tx, avant).await?;
    version::purge(tx, avant, notes).await?;
    Ok(())
}

/// Days after which the notes of an activity are erased (§2.3).
const NOTES_JOURS: i32 = 365;
