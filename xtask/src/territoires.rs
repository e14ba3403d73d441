//! `cargo xtask territoires`: builds `data/territoires/territoires.bin` from
//! a folder of sources. The work is done by the crate that reads the file.

use anyhow::{Result, bail};
use std::path::Path;
use std::process::Command;

const SORTIE: &str = "data/territoires/territoires.bin";

/// `territoires <dossier> [--remplacer]`: the folder holds `territoires/` and
/// `references/`, as data/territoires/README.md says.
pub fn run(args: &[String]) -> Result<()> {
    let (options, dossiers): (Vec<&String>, Vec<&String>) =
        args.iter().partition(|a| a.starts_with("--"));
    let dossier = Path::new(dossiers.first().map_or("../shared/data", |d| d.as_str()));
    let (territoires, references) = (dossier.join("territoires"), dossier.join("references"));
    if !territoires.is_dir() || !references.is_dir() {
        bail!(
            "Sources introuvables dans « {} ». Indiquez le dossier qui contient territoires/ et references/ : \
             cargo xtask territoires <dossier>",
            dossier.display()
        );
    }
    let statut = Command::new(env!("CARGO"))
        .args(["run", "--quiet", "--release", "-p", "territoires"])
        .args([
            "--features",
            "construction",
            "--bin",
            "build-territoires",
            "--",
        ])
        .args([&territoires, &references])
        .arg(SORTIE)
        .args(options)
        .current_dir(racine())
        .status()?;
    if statut.success() {
        Ok(())
    } else {
        bail!("Le fichier des territoires n'a pas été construit.")
    }
}

fn racine() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap_or(Path::new("."))
}
