//! The index as bytes, little-endian, one after another.

use std::{
    collections::BTreeMap,
    hash::Hash,
    io::{self, Read, Write},
    sync::Arc,
};

use uuid::Uuid;

use super::{
    Index, Mois, MoisDe,
    dico::{Codes, Dico},
    fait::{Anonymes, Attache, Dicos, Dimension, Ensemble, Nature, Profil, Site, Venue},
    segment::{Lot, Segment},
};

/// Tells a damaged file; no secret is at stake.
fn mix(hache: u64, octets: &[u8]) -> u64 {
    let mut h = hache ^ (octets.len() as u64);
    let mut mots = octets.chunks_exact(8);
    for m in &mut mots {
        let mut n = [0; 8];
        n.copy_from_slice(m);
        h = (h ^ u64::from_le_bytes(n))
            .wrapping_mul(0x9E37_79B9_7F4A_7C15)
            .rotate_left(29);
    }
    for o in mots.remainder() {
        h = (h ^ u64::from(*o))
            .wrapping_mul(0x9E37_79B9_7F4A_7C15)
            .rotate_left(29);
    }
    h
}

/// Writes and hashes.
#[derive(Debug)]
pub struct Ecrit<W> {
    vers: W,
    hache: u64,
}

impl<W: Write> Ecrit<W> {
    pub fn new(vers: W) -> Self {
        Self { vers, hache: 0 }
    }

    /// # Errors
    /// What the disk says.
    pub fn bytes(&mut self, octets: &[u8]) -> io::Result<()> {
        self.hache = mix(self.hache, octets);
        self.vers.write_all(octets)
    }

    pub fn finish(self) -> (u64, W) {
        (self.hache, self.vers)
    }
}

/// Reads and hashes, never more than the file holds.
#[derive(Debug)]
pub struct Lu<R> {
    de: R,
    reste: u64,
    hache: u64,
}

impl<R: Read> Lu<R> {
    pub fn new(de: R, taille: u64) -> Self {
        Self {
            de,
            reste: taille,
            hache: 0,
        }
    }

    /// # Errors
    /// What the disk says, or the end of the file.
    pub fn bytes(&mut self, vers: &mut [u8]) -> io::Result<()> {
        self.de.read_exact(vers)?;
        self.hache = mix(self.hache, vers);
        self.reste = self.reste.saturating_sub(vers.len() as u64);
        Ok(())
    }

    fn many(&mut self, n: usize) -> io::Result<Vec<u8>> {
        if n as u64 > self.reste {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let mut v = vec![0; n];
        self.bytes(&mut v)?;
        Ok(v)
    }

    pub fn finish(self) -> (u64, R) {
        (self.hache, self.de)
    }
}

/// What has a form in bytes.
pub trait Brut: Sized {
    /// # Errors
    /// What the disk says.
    fn write<W: Write>(&self, e: &mut Ecrit<W>) -> io::Result<()>;
    /// # Errors
    /// What the disk says, or a form that is not one.
    fn read<R: Read>(l: &mut Lu<R>) -> io::Result<Self>;
}

fn bad() -> io::Error {
    io::ErrorKind::InvalidData.into()
}

macro_rules! nombres {
    ($($t:ty),*) => { $(
        impl Brut for $t {
            fn write<W: Write>(&self, e: &mut Ecrit<W>) -> io::Result<()> {
                e.bytes(&self.to_le_bytes())
            }
            fn read<R: Read>(l: &mut Lu<R>) -> io::Result<Self> {
                let mut o = [0; size_of::<$t>()];
                l.bytes(&mut o)?;
                Ok(Self::from_le_bytes(o))
            }
        }
    )* };
}
nombres!(u8, i8, u32, i32, i64, u64, u128);

impl Brut for bool {
    fn write<W: Write>(&self, e: &mut Ecrit<W>) -> io::Result<()> {
        u8::from(*self).write(e)
    }
    fn read<R: Read>(l: &mut Lu<R>) -> io::Result<Self> {
        Ok(u8::read(l)? == 1)
    }
}

impl<A: Brut, B: Brut> Brut for (A, B) {
    fn write<W: Write>(&self, e: &mut Ecrit<W>) -> io::Result<()> {
        self.0.write(e)?;
        self.1.write(e)
    }
    fn read<R: Read>(l: &mut Lu<R>) -> io::Result<Self> {
        Ok((A::read(l)?, B::read(l)?))
    }
}

impl<T: Brut> Brut for Option<T> {
    fn write<W: Write>(&self, e: &mut Ecrit<W>) -> io::Result<()> {
        self.is_some().write(e)?;
        self.as_ref().map_or(Ok(()), |v| v.write(e))
    }
    fn read<R: Read>(l: &mut Lu<R>) -> io::Result<Self> {
        bool::read(l)?.then(|| T::read(l)).transpose()
    }
}

impl<T: Brut> Brut for Arc<T> {
    fn write<W: Write>(&self, e: &mut Ecrit<W>) -> io::Result<()> {
        self.as_ref().write(e)
    }
    fn read<R: Read>(l: &mut Lu<R>) -> io::Result<Self> {
        T::read(l).map(Self::new)
    }
}

impl Brut for Uuid {
    fn write<W: Write>(&self, e: &mut Ecrit<W>) -> io::Result<()> {
        self.as_u128().write(e)
    }
    fn read<R: Read>(l: &mut Lu<R>) -> io::Result<Self> {
        u128::read(l).map(Self::from_u128)
    }
}

fn length<W: Write>(n: usize, e: &mut Ecrit<W>) -> io::Result<()> {
    (n as u64).write(e)
}

fn count<R: Read>(l: &mut Lu<R>) -> io::Result<usize> {
    let n = u64::read(l)?;
    if n > l.reste {
        return Err(bad());
    }
    usize::try_from(n).map_err(|_| bad())
}

impl Brut for Box<str> {
    fn write<W: Write>(&self, e: &mut Ecrit<W>) -> io::Result<()> {
        length(self.len(), e)?;
        e.bytes(self.as_bytes())
    }
    fn read<R: Read>(l: &mut Lu<R>) -> io::Result<Self> {
        let n = count(l)?;
        let octets = l.many(n)?;
        Ok(String::from_utf8(octets).map_err(|_| bad())?.into())
    }
}

impl<T: Brut> Brut for Vec<T> {
    fn write<W: Write>(&self, e: &mut Ecrit<W>) -> io::Result<()> {
        length(self.len(), e)?;
        self.iter().try_for_each(|v| v.write(e))
    }
    fn read<R: Read>(l: &mut Lu<R>) -> io::Result<Self> {
        let n = count(l)?;
        let mut v = Self::with_capacity(n);
        for _ in 0..n {
            v.push(T::read(l)?);
        }
        Ok(v)
    }
}

impl Brut for Ensemble {
    fn write<W: Write>(&self, e: &mut Ecrit<W>) -> io::Result<()> {
        self.to_vec().write(e)
    }
    fn read<R: Read>(l: &mut Lu<R>) -> io::Result<Self> {
        Ok(Vec::read(l)?.into())
    }
}

impl<T: Brut + Hash + Eq> Brut for Dico<T> {
    fn write<W: Write>(&self, e: &mut Ecrit<W>) -> io::Result<()> {
        length(self.len(), e)?;
        self.valeurs().iter().try_for_each(|v| v.write(e))
    }
    fn read<R: Read>(l: &mut Lu<R>) -> io::Result<Self> {
        Vec::read(l).map(Self::of)
    }
}

/// Columns go in one piece.
fn column<W: Write>(octets: &[u8], e: &mut Ecrit<W>) -> io::Result<()> {
    length(octets.len(), e)?;
    e.bytes(octets)
}

fn bytes<R: Read>(l: &mut Lu<R>) -> io::Result<Vec<u8>> {
    let n = count(l)?;
    l.many(n)
}

fn fours(v: &[u32]) -> Vec<u8> {
    v.iter().flat_map(|n| n.to_le_bytes()).collect()
}

fn twos(v: &[u16]) -> Vec<u8> {
    v.iter().flat_map(|n| n.to_le_bytes()).collect()
}

fn of_twos(octets: &[u8]) -> Vec<u16> {
    octets
        .chunks_exact(2)
        .map(|o| u16::from_le_bytes([o[0], o[1]]))
        .collect()
}

fn of_fours(octets: &[u8]) -> Vec<u32> {
    octets
        .chunks_exact(4)
        .map(|o| u32::from_le_bytes([o[0], o[1], o[2], o[3]]))
        .collect()
}

impl Brut for Codes {
    fn write<W: Write>(&self, e: &mut Ecrit<W>) -> io::Result<()> {
        match self {
            Self::Un(v) => {
                1_u8.write(e)?;
                column(v, e)
            }
            Self::Deux(v) => {
                2_u8.write(e)?;
                column(&twos(v), e)
            }
            Self::Quatre(v) => {
                4_u8.write(e)?;
                column(&fours(v), e)
            }
        }
    }
    fn read<R: Read>(l: &mut Lu<R>) -> io::Result<Self> {
        let largeur = u8::read(l)?;
        let octets = bytes(l)?;
        match largeur {
            1 => Ok(Self::Un(octets)),
            2 => Ok(Self::Deux(of_twos(&octets))),
            4 => Ok(Self::Quatre(of_fours(&octets))),
            _ => Err(bad()),
        }
    }
}

/// One field after another.
macro_rules! champs {
    ($($t:ident { $($c:ident),* $(,)? })*) => { $(
        impl Brut for $t {
            fn write<W: Write>(&self, e: &mut Ecrit<W>) -> io::Result<()> {
                $(self.$c.write(e)?;)*
                Ok(())
            }
            fn read<R: Read>(l: &mut Lu<R>) -> io::Result<Self> {
                Ok(Self { $($c: Brut::read(l)?),* })
            }
        }
    )* };
}

champs! {
    Site { type_lieu, cadre, lieu, commune, departement, zonage }
    Nature { collectif, public, source, modalite, autonomie, niveau, pass, confiance }
    Venue { origine, mode_aide, destination, organisme }
    Attache { employeur, role }
    Profil { genre, tranche, statut, premier, rang }
    Anonymes { nombre, deja, marges }
    Lot { auteur, attache, departement, debut, lien, marge }
    Dicos {
        mots, residences, personnes, auteurs, structures, lieux, sites, natures, venues, attaches, durees, profils,
        valeurs, themes, moyens, reste, anonymes,
    }
}

/// What is derived is made again by [`Index::arrange`], once the file is known
/// to be whole.
impl Brut for MoisDe {
    fn write<W: Write>(&self, e: &mut Ecrit<W>) -> io::Result<()> {
        self.base.write(e)?;
        self.retouches.write(e)
    }
    fn read<R: Read>(l: &mut Lu<R>) -> io::Result<Self> {
        Ok(Self {
            base: Brut::read(l)?,
            retouches: Brut::read(l)?,
            ..Self::default()
        })
    }
}

impl Brut for Index {
    fn write<W: Write>(&self, e: &mut Ecrit<W>) -> io::Result<()> {
        self.dicos.write(e)?;
        self.mois.write(e)?;
        self.version.write(e)
    }
    fn read<R: Read>(l: &mut Lu<R>) -> io::Result<Self> {
        Ok(Self {
            dicos: Brut::read(l)?,
            mois: Brut::read(l)?,
            version: Brut::read(l)?,
            ..Self::default()
        })
    }
}

impl Brut for Dimension {
    fn write<W: Write>(&self, e: &mut Ecrit<W>) -> io::Result<()> {
        (*self as u8).write(e)
    }
    fn read<R: Read>(l: &mut Lu<R>) -> io::Result<Self> {
        let rang = u8::read(l)?;
        Self::TOUTES
            .get(usize::from(rang))
            .map(|d| d.0)
            .ok_or_else(bad)
    }
}

impl Brut for Mois {
    fn write<W: Write>(&self, e: &mut Ecrit<W>) -> io::Result<()> {
        self.0.write(e)
    }
    fn read<R: Read>(l: &mut Lu<R>) -> io::Result<Self> {
        i32::read(l).map(Self)
    }
}

impl<K: Brut + Ord, V: Brut> Brut for BTreeMap<K, V> {
    fn write<W: Write>(&self, e: &mut Ecrit<W>) -> io::Result<()> {
        length(self.len(), e)?;
        self.iter().try_for_each(|(k, v)| {
            k.write(e)?;
            v.write(e)
        })
    }
    fn read<R: Read>(l: &mut Lu<R>) -> io::Result<Self> {
        (0..count(l)?)
            .map(|_| Ok((K::read(l)?, V::read(l)?)))
            .collect()
    }
}

impl Brut for Segment {
    fn write<W: Write>(&self, e: &mut Ecrit<W>) -> io::Result<()> {
        self.lots.write(e)?;
        column(&self.jour, e)?;
        for c in self.codes() {
            c.write(e)?;
        }
        column(&fours(&self.personne), e)?;
        column(&twos(&self.avant), e)?;
        column(&twos(&self.apres), e)?;
        column(&self.marges, e)?;
        self.coanimation.write(e)
    }
    fn read<R: Read>(l: &mut Lu<R>) -> io::Result<Self> {
        let mut s = Self {
            lots: Brut::read(l)?,
            jour: bytes(l)?,
            ..Self::default()
        };
        for c in s.codes_mut() {
            *c = Brut::read(l)?;
        }
        s.personne = of_fours(&bytes(l)?);
        s.avant = of_twos(&bytes(l)?);
        s.apres = of_twos(&bytes(l)?);
        s.marges = bytes(l)?;
        s.coanimation = Brut::read(l)?;
        Ok(s)
    }
}
