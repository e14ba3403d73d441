//! The checkpoint: the index as a file, so that a restart reads it instead of
//! the tables. It may be thrown away at any time: damaged, of another version
//! or of another database, it is ignored.

use std::{
    fs::File,
    io::{self, BufReader, BufWriter, Read, Write},
    path::Path,
};

use super::super::index::{
    Index,
    brut::{Brut, Ecrit, Lu},
};

/// Changes whenever what follows would be read differently.
const ENTETE: &[u8; 16] = b"maillage-stat-02";

/// Writes the index beside its place, then puts it there in one move.
///
/// # Errors
/// What the disk says.
pub fn write(index: &Index, temoin: &str, fichier: &Path) -> io::Result<()> {
    // Two processes may write at once: each its own, the last one stays.
    let provisoire = fichier.with_extension(format!("{}.provisoire", std::process::id()));
    let mut e = Ecrit::new(BufWriter::with_capacity(
        1 << 20,
        File::create(&provisoire)?,
    ));
    e.bytes(ENTETE)?;
    Box::<str>::from(temoin).write(&mut e)?;
    index.write(&mut e)?;
    let (hache, mut vers) = e.finish();
    vers.write_all(&hache.to_le_bytes())?;
    vers.flush()?;
    vers.get_ref().sync_all()?;
    std::fs::rename(&provisoire, fichier)
}

/// The index of a file and what ties it to its database; nothing when the file
/// is not whole.
#[must_use]
pub fn read(fichier: &Path) -> Option<(Index, String)> {
    let f = File::open(fichier).ok()?;
    let taille = f.metadata().ok()?.len();
    let mut l = Lu::new(BufReader::with_capacity(1 << 20, f), taille);
    let mut entete = [0; 16];
    l.bytes(&mut entete).ok()?;
    if &entete != ENTETE {
        return None;
    }
    let temoin = Box::<str>::read(&mut l).ok()?;
    let mut index = Index::read(&mut l).ok()?;
    let (hache, mut de) = l.finish();
    let mut ecrit = [0; 8];
    de.read_exact(&mut ecrit).ok()?;
    if u64::from_le_bytes(ecrit) != hache {
        return None;
    }
    index.arrange();
    Some((index, temoin.into()))
}
