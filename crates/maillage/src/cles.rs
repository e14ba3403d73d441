//! The key file of an instance.

use std::{io::Write, path::Path};

use anyhow::{Context, Result, anyhow};
use socle::{Coffre, Ids};

/// Reads the key file, and makes a new one when there is none.
///
/// # Errors
/// When the file is unreadable or cannot be made.
pub fn read(chemin: &Path) -> Result<Coffre> {
    if !chemin.exists() {
        create(chemin, &Ids::system())?;
    }
    Coffre::read_file(chemin).map_err(|e| anyhow!(e))
}

/// Makes a key file that only its owner reads.
///
/// # Errors
/// When the file exists or cannot be written.
pub fn create(chemin: &Path, ids: &Ids) -> Result<()> {
    if let Some(dossier) = chemin.parent() {
        std::fs::create_dir_all(dossier)
            .with_context(|| format!("Dossier {}", dossier.display()))?;
    }
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut f = options
        .open(chemin)
        .with_context(|| format!("Le fichier {} ne peut être créé", chemin.display()))?;
    f.write_all(Coffre::key_line(1, &ids.bytes()).as_bytes())?;
    f.sync_all()?;
    Ok(())
}
