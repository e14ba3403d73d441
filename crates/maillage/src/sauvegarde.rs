//! `maillage backup` and `maillage restore`: a backup is a SQLite file with
//! the same tables, whatever the database; it is verified as it is written
//! and as it is read. Personal fields stay sealed: keep the keys elsewhere.

use std::path::Path;

use anyhow::{Context, Result, bail};
use socle::{
    Base,
    base::copie::{self, Releve},
};

use crate::site;

/// The proof beside a backup, `<file>.releve.json`.
fn proof(fichier: &Path) -> std::path::PathBuf {
    let mut nom = fichier.as_os_str().to_owned();
    nom.push(".releve.json");
    nom.into()
}

/// Writes a consistent copy of a live database, then reads it back.
///
/// # Errors
/// When the file exists, or what was read back differs.
pub async fn backup(
    base: &Base,
    fichier: &Path,
    progres: &(dyn Fn(&str, u64) + Sync),
) -> Result<Vec<Releve>> {
    if fichier.exists() {
        bail!(
            "{} existe déjà : choisissez un autre nom.",
            fichier.display()
        );
    }
    let partiel = fichier.with_extension("en-cours");
    remove(&partiel)?;
    let copie = file_base(&partiel, base).await?;
    copie.migrate(&site::migrations()).await?;
    let releves = copie::copy(base, &copie, progres).await?;
    let relus = copie::survey(&copie).await?;
    copie.close().await;
    if releves != relus {
        bail!("La copie relue diffère de la base : la sauvegarde est abandonnée.");
    }
    std::fs::write(proof(fichier), serde_json::to_vec_pretty(&releves)?)?;
    std::fs::rename(&partiel, fichier)
        .with_context(|| format!("{} ne peut être écrit", fichier.display()))?;
    Ok(releves)
}

/// Puts a backup into an empty database and proves that it is all there.
///
/// # Errors
/// When the database is not empty, the file was altered, or rows are missing.
pub async fn restore(
    fichier: &Path,
    vers: &Base,
    progres: &(dyn Fn(&str, u64) + Sync),
) -> Result<Vec<Releve>> {
    let attendus: Vec<Releve> = serde_json::from_slice(
        &std::fs::read(proof(fichier))
            .with_context(|| format!("{} manque", proof(fichier).display()))?,
    )?;
    vers.migrate(&site::migrations()).await?;
    let presents: u64 = copie::survey(vers).await?.iter().map(|r| r.lignes).sum();
    if presents > 0 {
        bail!("La base de destination contient déjà {presents} lignes : donnez une base vide.");
    }
    let source = file_base(fichier, vers).await?;
    let releves = copie::copy(&source, vers, progres).await?;
    source.close().await;
    if releves != attendus {
        bail!(
            "Le fichier {} ne correspond pas à son relevé : il a été modifié.",
            fichier.display()
        );
    }
    if copie::survey(vers).await? != attendus {
        bail!("La base relue diffère de la sauvegarde.");
    }
    Ok(releves)
}

/// Erases again what persons asked to erase since the backup: its own ledger
/// and a younger one kept apart (one id a line). Returns how many files.
///
/// # Errors
/// When the ledger cannot be read.
pub async fn erase_again(base: &Base, registre: Option<&Path>) -> Result<usize> {
    let mut plus_jeunes: Vec<uuid::Uuid> = Vec::new();
    if let Some(f) = registre {
        let texte = std::fs::read_to_string(f)
            .with_context(|| format!("{} ne peut être lu", f.display()))?;
        for l in texte.lines().map(str::trim).filter(|l| !l.is_empty()) {
            let id = l
                .parse::<uuid::Uuid>()
                .with_context(|| format!("{} : « {l} » n'est pas un identifiant", f.display()))?;
            plus_jeunes.push(id);
        }
    }
    let mut tx = base.write().await?;
    let n = activites::beneficiaire::anonymisation::replay(&mut tx, &plus_jeunes).await?;
    tx.commit().await?;
    Ok(n)
}

async fn file_base(fichier: &Path, comme: &Base) -> Result<Base> {
    let chemin = fichier.to_str().context("nom de fichier illisible")?;
    Ok(Base::open(&format!("sqlite://{chemin}"), comme.outils().clone()).await?)
}

fn remove(fichier: &Path) -> Result<()> {
    for suffixe in ["", "-wal", "-shm"] {
        let mut nom = fichier.as_os_str().to_owned();
        nom.push(suffixe);
        match std::fs::remove_file(&nom) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => return Err(e.into()),
            _ => {}
        }
    }
    Ok(())
}
