//! What a zip file is, and whether it is safe to open: nothing is parsed before every
//! part has been measured by actually decompressing it (declared sizes may lie).

use std::io::{Cursor, Read, Seek};

use zip::ZipArchive;

use super::{Limites, Refus};

/// Parts under this size are not judged on their ratio: a small part of zeros is no bomb.
const PETITE: u64 = 1 << 20;

pub(super) enum Genre {
    Xlsx,
    /// With its `content.xml`.
    Ods(String),
}

pub(super) fn inspect(octets: &[u8], limites: &Limites) -> Result<Genre, Refus> {
    let mut archive = ZipArchive::new(Cursor::new(octets)).map_err(|_| Refus::Illisible)?;
    if archive.len() > limites.entrees {
        return Err(Refus::Bombe);
    }
    let noms = measure(&mut archive, limites)?;
    let has = |nom: &str| noms.iter().any(|n| n == nom);
    let any = |motif: &str| noms.iter().any(|n| n.contains(motif));
    if any("vbaproject") || any("xl/macrosheets/") {
        return Err(Refus::Macros);
    }
    if has("xl/workbook.xml") {
        let types = part(&mut archive, "[Content_Types].xml")?;
        return if types.to_lowercase().contains("macroenabled") {
            Err(Refus::Macros)
        } else {
            Ok(Genre::Xlsx)
        };
    }
    if has("xl/workbook.bin") {
        return Err(Refus::AncienFormat);
    }
    let trouve = |trouve| Err(Refus::Format { trouve });
    if any("word/") {
        return trouve("un document texte");
    }
    if any("ppt/") {
        return trouve("un diaporama");
    }
    if !has("mimetype") {
        return trouve("une archive compressée");
    }
    let genre = part(&mut archive, "mimetype")?;
    if !matches!(
        genre.trim(),
        crate::tableur::ods::TYPE | "application/vnd.oasis.opendocument.spreadsheet-template"
    ) {
        return trouve("un document d'un autre genre");
    }
    if has("meta-inf/manifest.xml")
        && part(&mut archive, "META-INF/manifest.xml")?.contains("encryption-data")
    {
        return Err(Refus::Chiffre);
    }
    // LibreOffice keeps an empty library index in some files: only modules are macros.
    if noms.iter().any(|n| {
        (n.starts_with("basic/") || n.starts_with("scripts/"))
            && !n.ends_with('/')
            && !n.ends_with("script-lc.xml")
            && !n.ends_with("script-lb.xml")
    }) {
        return Err(Refus::Macros);
    }
    Ok(Genre::Ods(part(&mut archive, "content.xml")?))
}

/// Decompresses every part to nowhere, and returns their names in lower case.
fn measure<R: Read + Seek>(
    archive: &mut ZipArchive<R>,
    limites: &Limites,
) -> Result<Vec<String>, Refus> {
    let mut noms = Vec::with_capacity(archive.len());
    let mut total = 0u64;
    for i in 0..archive.len() {
        // Read raw first: an encrypted part cannot be opened without a password.
        let brute = archive.by_index_raw(i).map_err(|_| Refus::Illisible)?;
        if brute.encrypted() {
            return Err(Refus::Chiffre);
        }
        drop(brute);
        let fichier = archive.by_index(i).map_err(|_| Refus::Illisible)?;
        let nom = fichier.name().map_err(|_| Refus::Illisible)?;
        noms.push(nom.to_lowercase());
        let compresse = fichier.compressed_size().max(1);
        let reste = limites.decompresse.saturating_sub(total);
        let taille = std::io::copy(
            &mut fichier.take(reste.saturating_add(1)),
            &mut std::io::sink(),
        )
        .map_err(|_| Refus::Illisible)?;
        total += taille;
        if total > limites.decompresse || (taille > PETITE && taille / compresse > limites.rapport)
        {
            return Err(Refus::Bombe);
        }
    }
    Ok(noms)
}

/// A part as text; its size has been measured.
fn part<R: Read + Seek>(archive: &mut ZipArchive<R>, nom: &str) -> Result<String, Refus> {
    let mut texte = String::new();
    archive
        .by_name(nom)
        .map_err(|_| Refus::Illisible)?
        .read_to_string(&mut texte)
        .map_err(|_| Refus::Illisible)?;
    Ok(texte)
}
