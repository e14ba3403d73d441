//! One month: columns sorted by author. A *lot* is what one author did for one
//! employer; its people and its ateliers' marginals follow in the same order.

use std::ops::Range;

use super::{
    dico::Codes,
    fait::{Anonymes, Code, Dicos, Mot},
};

/// Authors of a block: questions go through one after another.
pub const BLOC: u32 = 256;

/// `departement` of a lot whose activities lie in several.
pub const PLUSIEURS: Mot = u32::MAX;

/// No activity of the person comes before, none after.
pub const JAMAIS_AVANT: u16 = 0;
pub const JAMAIS_APRES: u16 = u16::MAX;
/// What `apres` says of a link out of A: it is nobody's last activity.
pub const HORS_DE_A: u16 = 0;

/// Column value of the anonymous participants that are written beside.
pub const A_COTE: u32 = 1;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lot {
    pub auteur: u32,
    pub attache: u32,
    /// The one département of its activities, or [`PLUSIEURS`].
    pub departement: Mot,
    /// First row, first link, first byte of marginals.
    pub debut: u32,
    pub lien: u32,
    pub marge: u32,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Segment {
    pub lots: Vec<Lot>,
    /// First lot of each block of authors.
    pub reperes: Vec<u32>,
    pub jour: Vec<u8>,
    pub site: Codes,
    pub nature: Codes,
    pub venue: Codes,
    pub duree: Codes,
    pub themes: Codes,
    pub moyens: Codes,
    pub reste: Codes,
    /// 0: nobody; 1: beside; else the code + 2.
    pub anonymes: Codes,
    pub residence: Codes,
    /// Links of each row.
    pub suivis: Codes,
    pub personne: Vec<u32>,
    pub profil: Codes,
    pub domicile: Codes,
    /// Days of the same person's activities before and after this one, among
    /// those of A in the whole register: [`JAMAIS_AVANT`] and
    /// [`JAMAIS_APRES`] when there is none, [`HORS_DE_A`] out of A.
    pub avant: Vec<u16>,
    pub apres: Vec<u16>,
    pub marges: Vec<u8>,
    /// (co-animator, row), sorted.
    pub coanimation: Vec<(u32, u32)>,
}

impl Segment {
    /// Puts coded activities of one month in their order.
    #[must_use]
    pub fn build(mut codes: Vec<Code>, dicos: &mut Dicos) -> Self {
        codes.sort_by_key(|c| (c.auteur, c.attache, c.jour, c.id));
        let mut s = Self::default();
        for c in &codes {
            s.push(c, dicos);
        }
        s.coanimation.sort_unstable();
        s.shrink();
        s.mark();
        s
    }

    fn push(&mut self, c: &Code, dicos: &mut Dicos) {
        let departement = dicos.sites.get(c.site).departement;
        match self.lots.last_mut() {
            Some(l) if (l.auteur, l.attache) == (c.auteur, c.attache) => {
                if l.departement != departement {
                    l.departement = PLUSIEURS;
                }
            }
            _ => self.lots.push(Lot {
                auteur: c.auteur,
                attache: c.attache,
                departement,
                debut: small(self.jour.len()),
                lien: small(self.personne.len()),
                marge: small(self.marges.len()),
            }),
        }
        let ligne = small(self.jour.len());
        self.coanimation
            .extend(c.coanimateurs.iter().map(|p| (*p, ligne)));
        self.jour.push(c.jour);
        self.site.push(c.site);
        self.nature.push(c.nature);
        self.venue.push(c.venue);
        self.duree.push(c.duree);
        self.themes.push(c.themes);
        self.moyens.push(c.moyens);
        self.reste.push(c.reste);
        self.residence.push(c.residence);
        self.suivis.push(small(c.liens.len()));
        for l in &c.liens {
            self.personne.push(l.personne);
            self.profil.push(l.profil);
            self.domicile.push(l.domicile);
            self.avant.push(l.avant);
            self.apres.push(l.apres);
        }
        match &c.anonymes {
            None => self.anonymes.push(0),
            Some(a) if a.nombre == 1 => self.anonymes.push(dicos.anonymes.code(a.clone()) + 2),
            Some(a) => {
                self.anonymes.push(A_COTE);
                write_beside(&mut self.marges, a);
            }
        }
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.jour.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.jour.is_empty()
    }

    /// Rows of a lot.
    #[inline]
    #[must_use]
    pub fn rows(&self, lot: usize) -> Range<usize> {
        let fin = self
            .lots
            .get(lot + 1)
            .map_or(self.jour.len(), |l| l.debut as usize);
        self.lots[lot].debut as usize..fin
    }

    /// Links of a lot.
    #[must_use]
    pub fn links(&self, lot: usize) -> Range<usize> {
        let fin = self
            .lots
            .get(lot + 1)
            .map_or(self.personne.len(), |l| l.lien as usize);
        self.lots[lot].lien as usize..fin
    }

    /// Lots of an author.
    #[must_use]
    pub fn lots_of(&self, auteur: u32) -> Range<usize> {
        self.lots_in(&(auteur..auteur + 1))
    }

    /// Lots of some authors.
    #[must_use]
    pub fn lots_in(&self, auteurs: &Range<u32>) -> Range<usize> {
        self.first_lot(auteurs.start)..self.first_lot(auteurs.end)
    }

    /// The first lot of an author, or of those that follow.
    fn first_lot(&self, auteur: u32) -> usize {
        let repere = |b: u32| {
            let r = self.reperes.get(b as usize);
            r.map_or(self.lots.len(), |r| *r as usize)
        };
        let debut = repere(auteur / BLOC);
        if auteur.is_multiple_of(BLOC) {
            return debut;
        }
        let fin = repere(auteur / BLOC + 1);
        debut + self.lots[debut..fin].partition_point(|l| l.auteur < auteur)
    }

    /// Notes where blocks of authors start.
    pub fn mark(&mut self) {
        let derniere = self.lots.last().map_or(0, |l| l.auteur / BLOC + 1);
        self.reperes = (0..derniere)
            .map(|b| small(self.lots.partition_point(|l| l.auteur < b * BLOC)))
            .collect();
    }

    /// How many rows some authors have.
    #[must_use]
    pub fn count(&self, auteurs: &Range<u32>) -> usize {
        self.lots_in(auteurs).map(|l| self.rows(l).len()).sum()
    }

    /// Rows somebody helped to run.
    #[must_use]
    pub fn run_with(&self, personne: u32) -> &[(u32, u32)] {
        let debut = self.coanimation.partition_point(|c| c.0 < personne);
        let fin = self.coanimation.partition_point(|c| c.0 <= personne);
        &self.coanimation[debut..fin]
    }

    /// Every column of codes.
    #[must_use]
    pub fn codes(&self) -> [&Codes; 12] {
        [
            &self.site,
            &self.nature,
            &self.venue,
            &self.duree,
            &self.themes,
            &self.moyens,
            &self.reste,
            &self.anonymes,
            &self.residence,
            &self.suivis,
            &self.profil,
            &self.domicile,
        ]
    }

    pub fn codes_mut(&mut self) -> [&mut Codes; 12] {
        [
            &mut self.site,
            &mut self.nature,
            &mut self.venue,
            &mut self.duree,
            &mut self.themes,
            &mut self.moyens,
            &mut self.reste,
            &mut self.anonymes,
            &mut self.residence,
            &mut self.suivis,
            &mut self.profil,
            &mut self.domicile,
        ]
    }

    /// Bytes held.
    #[must_use]
    pub fn octets(&self) -> usize {
        self.lots.capacity() * size_of::<Lot>()
            + self.jour.capacity()
            + self.codes().iter().map(|c| c.octets()).sum::<usize>()
            + self.personne.capacity() * 4
            + (self.avant.capacity() + self.apres.capacity()) * 2
            + self.marges.capacity()
            + self.coanimation.capacity() * 8
    }

    fn shrink(&mut self) {
        self.lots.shrink_to_fit();
        self.jour.shrink_to_fit();
        self.codes_mut().into_iter().for_each(Codes::shrink);
        self.personne.shrink_to_fit();
        self.avant.shrink_to_fit();
        self.apres.shrink_to_fit();
        self.marges.shrink_to_fit();
        self.coanimation.shrink_to_fit();
    }
}

/// Where a reader is in a lot: rows, links and marginals go together.
#[derive(Debug, Clone, Copy)]
pub struct Curseur {
    pub ligne: usize,
    pub lien: usize,
    marge: usize,
}

/// The anonymous participants of a row.
#[derive(Debug, Clone, Copy)]
pub enum Groupe<'a> {
    Personne,
    /// Code in the dictionary.
    Un(u32),
    /// Number, already accompanied, (value, number) written one after another.
    Plusieurs {
        nombre: u32,
        deja: u32,
        marges: &'a [u8],
    },
}

impl Curseur {
    #[must_use]
    pub fn at(lot: &Lot) -> Self {
        Self {
            ligne: lot.debut as usize,
            lien: lot.lien as usize,
            marge: lot.marge as usize,
        }
    }

    /// Passes rows without looking at them, up to one.
    #[inline]
    pub fn go(&mut self, s: &Segment, ligne: usize) {
        let passees = self.ligne..ligne;
        self.lien += s.suivis.sum(passees.clone(), |n| n);
        for _ in 0..s.anonymes.sum(passees, |c| u32::from(c == A_COTE)) {
            self.marge = marginals(s, self.marge).1;
        }
        self.ligne = ligne;
    }

    /// The anonymous participants of the row the cursor is at.
    #[must_use]
    pub fn group<'a>(&self, s: &'a Segment) -> Groupe<'a> {
        match s.anonymes.get(self.ligne) {
            0 => Groupe::Personne,
            A_COTE => {
                let mut reste = marginals(s, self.marge).0;
                let nombre = read(&mut reste);
                let deja = read(&mut reste);
                Groupe::Plusieurs {
                    nombre,
                    deja,
                    marges: reste,
                }
            }
            c => Groupe::Un(c - 2),
        }
    }
}

fn write_beside(vers: &mut Vec<u8>, a: &Anonymes) {
    let debut = vers.len();
    vers.extend([0, 0]);
    write(vers, a.nombre);
    write(vers, a.deja);
    for (valeur, n) in &a.marges {
        write(vers, *valeur);
        write(vers, *n);
    }
    let taille = u16::try_from(vers.len() - debut - 2).unwrap_or(u16::MAX);
    vers[debut..debut + 2].copy_from_slice(&taille.to_le_bytes());
}

fn write(vers: &mut Vec<u8>, mut n: u32) {
    while n > 127 {
        vers.push((n & 127) as u8 | 128);
        n >>= 7;
    }
    vers.push(n as u8);
}

/// What is written beside at a place, and the place of what follows.
#[inline]
#[must_use]
pub fn marginals(s: &Segment, ou: usize) -> (&[u8], usize) {
    let debut = ou + 2;
    let fin = debut + usize::from(s.marges[ou]) + 256 * usize::from(s.marges[ou + 1]);
    (&s.marges[debut..fin], fin)
}

/// Reads a number of seven bits a byte.
#[inline]
pub fn read(de: &mut &[u8]) -> u32 {
    let mut n = 0;
    let mut rang = 0;
    while let Some((o, suite)) = de.split_first() {
        *de = suite;
        n |= u32::from(o & 127) << rang;
        if o & 128 == 0 {
            break;
        }
        rang += 7;
    }
    n
}

fn small(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
