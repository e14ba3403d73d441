//! Personal fields at rest: XChaCha20-Poly1305 per cell, bound to the place of
//! the cell, with versioned keys; HMAC-SHA-256 blind indexes for equality.

use std::{collections::BTreeMap, fmt::Write, path::Path};

use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use hmac::{Hmac, Mac};
use secrecy::{ExposeSecret, SecretBox};
use sha2::{Digest, Sha256};

/// Length of the nonce drawn for each cell.
pub const NONCE: usize = 24;

/// SHA-256 in hexadecimal.
#[must_use]
pub fn sha256_hex(octets: &[u8]) -> String {
    hex(&Sha256::digest(octets))
}

pub(crate) fn hex(octets: &[u8]) -> String {
    octets
        .iter()
        .fold(String::with_capacity(octets.len() * 2), |mut s, o| {
            let _ = write!(s, "{o:02x}");
            s
        })
}

/// The keys of an instance. The newest seals, all of them open; the oldest
/// makes the blind indexes, which must not change when keys turn.
pub struct Coffre {
    courante: u8,
    cles: BTreeMap<u8, SecretBox<[u8; 32]>>,
}

impl std::fmt::Debug for Coffre {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Coffre(v{})", self.courante)
    }
}

impl Clone for Coffre {
    fn clone(&self) -> Self {
        Self {
            courante: self.courante,
            cles: self
                .cles
                .iter()
                .map(|(v, c)| (*v, SecretBox::new(Box::new(*c.expose_secret()))))
                .collect(),
        }
    }
}

/// The cell cannot be opened: moved, altered, or sealed with a missing key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Illisible;

impl Coffre {
    /// # Errors
    /// A sentence in French when `courante` is not among the keys.
    pub fn new(courante: u8, cles: BTreeMap<u8, [u8; 32]>) -> Result<Self, String> {
        if !cles.contains_key(&courante) {
            return Err(format!("La clé de chiffrement version {courante} manque."));
        }
        let cles = cles
            .into_iter()
            .map(|(v, c)| (v, SecretBox::new(Box::new(c))))
            .collect();
        Ok(Self { courante, cles })
    }

    /// Reads the key file: one `version:64 hexadecimal digits` per line.
    ///
    /// # Errors
    /// A sentence in French saying what to mend.
    pub fn read_file(chemin: &Path) -> Result<Self, String> {
        let ici = chemin.display();
        let texte = std::fs::read_to_string(chemin)
            .map_err(|e| format!("Le fichier des clés {ici} est illisible : {e}."))?;
        let mut cles = BTreeMap::new();
        for (n, ligne) in texte
            .lines()
            .enumerate()
            .filter(|(_, l)| !l.trim().is_empty())
        {
            let lue = ligne
                .trim()
                .split_once(':')
                .and_then(|(v, h)| Some((v.parse::<u8>().ok()?, from_hex(h)?)));
            let Some((version, cle)) = lue else {
                return Err(format!(
                    "Le fichier des clés {ici}, ligne {} : attendu « version:64 chiffres hexadécimaux ».",
                    n + 1
                ));
            };
            cles.insert(version, cle);
        }
        let courante = cles.keys().next_back().copied();
        courante
            .ok_or_else(|| format!("Le fichier des clés {ici} est vide."))
            .and_then(|v| Self::new(v, cles))
    }

    /// The line to write in a new key file.
    #[must_use]
    pub fn key_line(version: u8, cle: &[u8; 32]) -> String {
        format!("{version}:{}\n", hex(cle))
    }

    /// Seals a text for one cell. Layout: version (1), nonce (24), ciphertext.
    #[must_use]
    pub fn seal(
        &self,
        table: &str,
        colonne: &str,
        ligne: &str,
        clair: &str,
        nonce: [u8; NONCE],
    ) -> Vec<u8> {
        let aad = place(table, colonne, ligne);
        let mut sortie = vec![self.courante];
        sortie.extend(nonce);
        if let Some(c) = self.cipher(self.courante)
            && let Ok(chiffre) = c.encrypt(
                &XNonce::from(nonce),
                Payload {
                    msg: clair.as_bytes(),
                    aad: aad.as_bytes(),
                },
            )
        {
            sortie.extend(chiffre);
        }
        sortie
    }

    /// Opens a cell.
    ///
    /// # Errors
    /// [`Illisible`].
    pub fn unseal(
        &self,
        table: &str,
        colonne: &str,
        ligne: &str,
        octets: &[u8],
    ) -> Result<String, Illisible> {
        let (version, reste) = octets.split_first().ok_or(Illisible)?;
        let (nonce, chiffre) = reste.split_at_checked(NONCE).ok_or(Illisible)?;
        let nonce: [u8; NONCE] = nonce.try_into().map_err(|_| Illisible)?;
        let aad = place(table, colonne, ligne);
        let clair = self
            .cipher(*version)
            .ok_or(Illisible)?
            .decrypt(
                &XNonce::from(nonce),
                Payload {
                    msg: chiffre,
                    aad: aad.as_bytes(),
                },
            )
            .map_err(|_| Illisible)?;
        String::from_utf8(clair).map_err(|_| Illisible)
    }

    /// Equality without reading (see `Tx::blind`).
    #[must_use]
    pub fn blind(&self, domaine: &str, valeur: &str) -> String {
        let cle = self
            .cles
            .first_key_value()
            .map(|(_, c)| *c.expose_secret())
            .unwrap_or_default();
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&cle) else {
            return String::new();
        };
        mac.update(domaine.as_bytes());
        mac.update(&[0]);
        mac.update(valeur.as_bytes());
        hex(&mac.finalize().into_bytes())
    }

    fn cipher(&self, version: u8) -> Option<XChaCha20Poly1305> {
        let cle = self.cles.get(&version)?;
        Some(XChaCha20Poly1305::new(&(*cle.expose_secret()).into()))
    }
}

/// A sealed text copied to another cell does not open there.
fn place(table: &str, colonne: &str, ligne: &str) -> String {
    format!("{table}\u{0}{colonne}\u{0}{ligne}")
}

fn from_hex(texte: &str) -> Option<[u8; 32]> {
    if texte.len() != 64 || !texte.is_ascii() {
        return None;
    }
    let mut cle = [0; 32];
    for (i, o) in cle.iter_mut().enumerate() {
        *o = u8::from_str_radix(texte.get(2 * i..2 * i + 2)?, 16).ok()?;
    }
    Some(cle)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn coffre(courante: u8, versions: &[u8]) -> Coffre {
        Coffre::new(courante, versions.iter().map(|v| (*v, [*v; 32])).collect()).unwrap()
    }

    #[test]
    fn a_cell_opens_only_in_its_place() {
        let c = coffre(1, &[1]);
        let scelle = c.seal("personne", "nom", "a", "Awa Diallo", [3; NONCE]);
        assert_eq!(
            c.unseal("personne", "nom", "a", &scelle).unwrap(),
            "Awa Diallo"
        );
        assert_eq!(c.unseal("personne", "nom", "b", &scelle), Err(Illisible));
        assert_eq!(c.unseal("personne", "prenom", "a", &scelle), Err(Illisible));
        let mut altere = scelle.clone();
        *altere.last_mut().unwrap() ^= 1;
        assert_eq!(c.unseal("personne", "nom", "a", &altere), Err(Illisible));
        assert!(!scelle.windows(3).any(|f| f == b"Awa"));
    }

    #[test]
    fn old_cells_open_after_a_key_turn_and_indexes_stay() {
        let avant = coffre(1, &[1]);
        let scelle = avant.seal("t", "c", "l", "x", [0; NONCE]);
        let apres = coffre(2, &[1, 2]);
        assert_eq!(apres.unseal("t", "c", "l", &scelle).unwrap(), "x");
        assert_eq!(
            avant.blind("courriel", "a@b.fr"),
            apres.blind("courriel", "a@b.fr")
        );
        assert_ne!(
            avant.blind("courriel", "a@b.fr"),
            avant.blind("telephone", "a@b.fr")
        );
    }

    #[test]
    fn a_key_file_reads_back_and_a_bad_line_is_named() {
        let dossier = tempfile::tempdir().unwrap();
        let f = dossier.path().join("cles");
        std::fs::write(&f, Coffre::key_line(1, &[9; 32])).unwrap();
        assert_eq!(Coffre::read_file(&f).unwrap().courante, 1);
        std::fs::write(&f, "1:zz\n").unwrap();
        assert!(Coffre::read_file(&f).unwrap_err().contains("ligne 1"));
    }
}
