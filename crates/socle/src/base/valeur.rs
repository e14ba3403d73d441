//! Values that travel between Rust and either database.
//!
//! Both databases hold only four column types: text, 64-bit integer, double
//! and bytes. Dates are `YYYY-MM-DD`, instants are RFC 3339 UTC with
//! milliseconds, ids are hyphenated UUIDs, booleans are 0 or 1: text that
//! sorts the way it reads, the same in SQLite and in PostgreSQL.

use std::sync::Arc;

use jiff::{Timestamp, civil::Date};
use uuid::Uuid;

use crate::erreur::{Erreur, Resultat};

/// One bound parameter or one column of a row. `None` is SQL NULL, typed.
#[derive(Debug, Clone, PartialEq)]
pub enum Valeur {
    Texte(Option<String>),
    Entier(Option<i64>),
    Reel(Option<f64>),
    Octets(Option<Vec<u8>>),
}

/// Builds the parameter list of a statement: `params![id, &nom, 3_i64]`.
#[macro_export]
macro_rules! params {
    ($($v:expr),* $(,)?) => { vec![$($crate::base::Valeur::from($v)),*] };
}

macro_rules! texte {
    ($($t:ty => $f:expr),* $(,)?) => { $(
        impl From<$t> for Valeur { fn from(v: $t) -> Self { let f: fn($t) -> String = $f; Valeur::Texte(Some(f(v))) } }
        impl From<Option<$t>> for Valeur { fn from(v: Option<$t>) -> Self { let f: fn($t) -> String = $f; Valeur::Texte(v.map(f)) } }
    )* };
}

texte! {
    &str => str::to_owned,
    &String => Clone::clone,
    String => |s| s,
    Uuid => |u| u.to_string(),
    &Uuid => |u| u.to_string(),
    Date => |d| d.to_string(),
    &Date => |d| d.to_string(),
    Timestamp => instant,
    &Timestamp => |t| instant(*t),
    serde_json::Value => |j| j.to_string(),
    &serde_json::Value => |j| j.to_string(),
}

/// Lists travel as JSON and are read back by `liste($n)` in the statement.
impl From<&[String]> for Valeur {
    fn from(v: &[String]) -> Self {
        Valeur::Texte(Some(serde_json::json!(v).to_string()))
    }
}
impl From<&Vec<String>> for Valeur {
    fn from(v: &Vec<String>) -> Self {
        v.as_slice().into()
    }
}
impl From<&[Uuid]> for Valeur {
    fn from(v: &[Uuid]) -> Self {
        Valeur::Texte(Some(serde_json::json!(v).to_string()))
    }
}
impl From<&Vec<Uuid>> for Valeur {
    fn from(v: &Vec<Uuid>) -> Self {
        v.as_slice().into()
    }
}

impl From<&Option<String>> for Valeur {
    fn from(v: &Option<String>) -> Self {
        Valeur::Texte(v.clone())
    }
}

macro_rules! entier {
    ($($t:ty),*) => { $(
        impl From<$t> for Valeur { fn from(v: $t) -> Self { Valeur::Entier(Some(i64::from(v))) } }
        impl From<Option<$t>> for Valeur { fn from(v: Option<$t>) -> Self { Valeur::Entier(v.map(i64::from)) } }
    )* };
}
entier!(i64, i32, i16, i8, u32, u16, u8, bool);

impl From<usize> for Valeur {
    fn from(v: usize) -> Self {
        Valeur::Entier(i64::try_from(v).ok())
    }
}
impl From<f64> for Valeur {
    fn from(v: f64) -> Self {
        Valeur::Reel(Some(v))
    }
}
impl From<Option<f64>> for Valeur {
    fn from(v: Option<f64>) -> Self {
        Valeur::Reel(v)
    }
}
impl From<Vec<u8>> for Valeur {
    fn from(v: Vec<u8>) -> Self {
        Valeur::Octets(Some(v))
    }
}
impl From<Option<Vec<u8>>> for Valeur {
    fn from(v: Option<Vec<u8>>) -> Self {
        Valeur::Octets(v)
    }
}

/// RFC 3339, UTC, milliseconds: fixed width, so text order is time order.
#[must_use]
pub fn instant(t: Timestamp) -> String {
    t.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

/// One row, columns found by name.
#[derive(Debug, Clone)]
pub struct Ligne {
    pub(super) colonnes: Arc<[String]>,
    pub(super) valeurs: Vec<Valeur>,
}

impl Ligne {
    /// Reads a column.
    ///
    /// # Errors
    /// `Erreur::Interne` when the column is missing, NULL for a non-optional
    /// type, or not of that shape: a programming mistake, never user input.
    pub fn get<T: FromValeur>(&self, colonne: &str) -> Resultat<T> {
        let i = self
            .colonnes
            .iter()
            .position(|c| c == colonne)
            .ok_or_else(|| Erreur::Interne(format!("colonne absente : {colonne}")))?;
        T::from_valeur(&self.valeurs[i])
            .ok_or_else(|| Erreur::Interne(format!("colonne illisible : {colonne}")))
    }

    #[must_use]
    pub fn colonnes(&self) -> &[String] {
        &self.colonnes
    }

    #[must_use]
    pub fn valeurs(&self) -> &[Valeur] {
        &self.valeurs
    }
}

/// A Rust type that a column can be read into.
pub trait FromValeur: Sized {
    fn from_valeur(v: &Valeur) -> Option<Self>;
}

impl<T: FromValeur> FromValeur for Option<T> {
    fn from_valeur(v: &Valeur) -> Option<Self> {
        match v {
            Valeur::Texte(None)
            | Valeur::Entier(None)
            | Valeur::Reel(None)
            | Valeur::Octets(None) => Some(None),
            v => T::from_valeur(v).map(Some),
        }
    }
}

impl FromValeur for String {
    fn from_valeur(v: &Valeur) -> Option<Self> {
        match v {
            Valeur::Texte(t) => t.clone(),
            _ => None,
        }
    }
}

impl FromValeur for i64 {
    fn from_valeur(v: &Valeur) -> Option<Self> {
        match v {
            Valeur::Entier(n) => *n,
            _ => None,
        }
    }
}

macro_rules! depuis_entier {
    ($($t:ty),*) => { $( impl FromValeur for $t {
        fn from_valeur(v: &Valeur) -> Option<Self> { i64::from_valeur(v).and_then(|n| n.try_into().ok()) }
    } )* };
}
depuis_entier!(i32, u32, u16, u8, usize, u64);

impl FromValeur for bool {
    fn from_valeur(v: &Valeur) -> Option<Self> {
        i64::from_valeur(v).map(|n| n != 0)
    }
}

impl FromValeur for f64 {
    #[allow(clippy::cast_precision_loss)] // a count read as a real: below 2^53
    fn from_valeur(v: &Valeur) -> Option<Self> {
        match v {
            Valeur::Reel(x) => *x,
            Valeur::Entier(n) => n.map(|n| n as f64),
            _ => None,
        }
    }
}

impl FromValeur for Vec<u8> {
    fn from_valeur(v: &Valeur) -> Option<Self> {
        match v {
            Valeur::Octets(b) => b.clone(),
            _ => None,
        }
    }
}

macro_rules! depuis_texte {
    ($($t:ty),*) => { $( impl FromValeur for $t {
        fn from_valeur(v: &Valeur) -> Option<Self> { match v { Valeur::Texte(Some(t)) => t.parse().ok(), _ => None } }
    } )* };
}
depuis_texte!(Uuid, Date, Timestamp, serde_json::Value);
