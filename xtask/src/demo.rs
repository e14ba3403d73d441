//! `cargo xtask demo`: from a bare clone to an open site.

use std::process::Command;

use anyhow::{Result, bail};

use crate::{
    assets,
    tools::{cargo, root},
};

/// Makes the assets, builds the release, seeds when needed and serves. Other
/// arguments go to `maillage demo` (`--port`, `--database`, `--taille`).
///
/// # Errors
/// When the build or the server fails.
pub fn run(args: &[String]) -> Result<()> {
    if let Err(e) = assets::run() {
        println!("La carte interactive sera absente : {e:#}\nLe reste du site fonctionne.");
    }
    build()?;
    // Not `stream`: the progress bar and Ctrl+C belong to the terminal.
    let statut = Command::new(binary())
        .current_dir(root())
        .arg("demo")
        .args(args)
        .status()?;
    if !statut.success() {
        bail!("maillage demo s'est arrêté ({statut})");
    }
    Ok(())
}

/// Builds the release binary.
///
/// # Errors
/// When the compiler refuses.
pub fn build() -> Result<()> {
    let statut = cargo(&["build", "--release", "--locked", "--package", "maillage"]).status()?;
    if !statut.success() {
        bail!("la construction a échoué");
    }
    Ok(())
}

/// Where the release binary is.
pub fn binary() -> std::path::PathBuf {
    target().join("release/maillage")
}

/// Where cargo builds.
pub fn target() -> std::path::PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), Into::into)
}
