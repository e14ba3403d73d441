//! What is added up while rows go by. Additions are by code; words come at the
//! end, in [`super::reponse`].

use std::{collections::BTreeMap, ops::Range};

use super::{Index, gens::Gens, plan::Periode};

/// What is counted, each by the codes of its own dictionary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Facette {
    Site,
    Nature,
    Venue,
    Duree,
    Themes,
    Moyens,
    Reste,
    Anonymes,
    Auteur,
    Attache,
    /// Followed persons by kind.
    Suivis,
    /// Orientations given, by venue.
    Orientation,
    /// Marginals of groups, by value.
    Marge,
    /// Residence of anonymous persons of individuels.
    Residence,
    /// Numbers alone: the constants below.
    Divers,
}

pub const FACETTES: usize = Facette::Divers as usize + 1;

/// « Déjà accompagnés » of groups.
pub const DEJA: u32 = 0;
/// People of ST52.
pub const AGENTS: u32 = 1;
/// Links that are the first of their person in the register.
pub const PREMIERS: u32 = 2;

/// Activities and people by code: a table when much goes in, else a list where
/// a code may come back.
#[derive(Debug, Clone)]
pub enum Hist {
    /// Activities above, people below: one addition for both.
    Table(Vec<u64>),
    Liste(Vec<(u32, u32, u32)>),
}

impl Hist {
    #[inline]
    pub fn add(&mut self, code: u32, activites: u32, n: u32) {
        match self {
            Self::Table(t) => {
                let v = &mut t[code as usize];
                *v = v.wrapping_add((u64::from(activites) << 32) | u64::from(n));
            }
            Self::Liste(l) => l.push((code, activites, n)),
        }
    }

    /// Takes away what months hold too much: from a table, which may go under
    /// zero until everything is added.
    fn take(&mut self, code: u32, activites: u32, n: u32) {
        if let Self::Table(t) = self {
            let v = &mut t[code as usize];
            *v = v.wrapping_sub((u64::from(activites) << 32) | u64::from(n));
        }
    }

    /// (code, activities, people) of what was counted.
    pub fn iter(&self) -> Box<dyn Iterator<Item = (u32, i64, i64)> + '_> {
        match self {
            Self::Table(t) => Box::new(
                (0..)
                    .zip(t)
                    .filter(|(_, c)| **c != 0)
                    .map(|(code, c)| (code, (c >> 32) as i64, (c & 0xFFFF_FFFF) as i64)),
            ),
            Self::Liste(l) => Box::new(
                l.iter()
                    .map(|(code, a, n)| (*code, i64::from(*a), i64::from(*n))),
            ),
        }
    }

    /// People of a code.
    #[must_use]
    pub fn people(&self, code: u32) -> i64 {
        self.iter().filter(|x| x.0 == code).map(|x| x.2).sum()
    }

    fn merge(&mut self, autre: &Self) {
        match (self, autre) {
            (Self::Table(v), Self::Table(de)) => {
                for (v, n) in v.iter_mut().zip(de) {
                    *v = v.wrapping_add(*n);
                }
            }
            (v, Self::Liste(de)) => de.iter().for_each(|(c, a, n)| v.add(*c, *a, *n)),
            (Self::Liste(_), Self::Table(_)) => {}
        }
    }
}

/// Everything a question adds up.
#[derive(Debug, Clone)]
pub struct Somme {
    pub facettes: [Hist; FACETTES],
    /// From the first day of the series: activities, people.
    pub jours: Vec<[u64; 2]>,
    pub gens: Gens,
    /// What comes is taken away, but for people.
    pub moins: bool,
}

impl Somme {
    /// `beaucoup`: many rows will come.
    #[must_use]
    pub fn new(index: &Index, serie: Periode, beaucoup: bool) -> Self {
        let points = usize::try_from(i64::from(serie.au) - i64::from(serie.du) + 1).unwrap_or(0);
        let tailles = index.dicos.sizes();
        Self {
            facettes: tailles.map(|n| {
                if beaucoup {
                    Hist::Table(vec![0; n])
                } else {
                    Hist::Liste(Vec::new())
                }
            }),
            jours: vec![[0; 2]; points.min(200_000)],
            gens: Gens::new(index),
            moins: false,
        }
    }

    #[inline]
    pub fn add(&mut self, f: Facette, code: u32, activites: u32, n: u32) {
        let hist = &mut self.facettes[f as usize];
        if self.moins {
            hist.take(code, activites, n);
        } else {
            hist.add(code, activites, n);
        }
    }

    /// Adds an activity of some people to a day of the series.
    pub fn day(&mut self, rang: usize, activites: u64, n: u64) {
        if let Some(p) = self.jours.get_mut(rang) {
            for (p, n) in p.iter_mut().zip([activites, n]) {
                *p = if self.moins {
                    p.wrapping_sub(n)
                } else {
                    p.wrapping_add(n)
                };
            }
        }
    }

    #[must_use]
    pub fn of(&self, f: Facette) -> &Hist {
        &self.facettes[f as usize]
    }

    /// One of the numbers alone.
    #[must_use]
    pub fn number(&self, code: u32) -> i64 {
        self.of(Facette::Divers).people(code)
    }

    /// Adds what another thread counted.
    pub fn merge(&mut self, autre: Self) {
        for (v, de) in self.facettes.iter_mut().zip(&autre.facettes) {
            v.merge(de);
        }
        for (v, n) in self.jours.iter_mut().zip(&autre.jours) {
            v[0] = v[0].wrapping_add(n[0]);
            v[1] = v[1].wrapping_add(n[1]);
        }
        self.gens.merge(autre.gens);
    }
}

/// Each person once, in cells told by an author and an employer: for those the
/// fast way of [`super::gens`] leaves out.
#[derive(Debug, Clone, Default)]
pub struct Personnes {
    /// Persons that have a place in the table: from one on, so many.
    debut: u32,
    taille: usize,
    /// Made at the first of them.
    fiches: Vec<Fiche>,
    /// Those before: a few.
    rares: BTreeMap<u32, Fiche>,
    vues: Vec<u32>,
    /// (person, author, employer) other than the first seen.
    autres: Vec<(u32, u32, u32)>,
}

/// What is known of one person during a question: the latest activity (day,
/// rank in the day, profile, residence), then who was seen first: author + 1
/// above, whose employer (code + 1) below. Two numbers rather than fields: a
/// large table of zeros costs nothing until it is touched.
type Fiche = [u64; 2];

/// Top bit of the second number: seen again.
const ENCORE: u64 = 1 << 63;

fn who(auteur: u32, employeur: u32) -> u64 {
    ((u64::from(auteur) + 1) << 32) | u64::from(employeur)
}

fn author(f: &Fiche) -> u32 {
    u32::try_from((f[1] & !ENCORE) >> 32).unwrap_or(1) - 1
}

fn employer(f: &Fiche) -> u32 {
    u32::try_from(f[1] & u64::from(u32::MAX)).unwrap_or(0)
}

impl Personnes {
    #[must_use]
    pub fn new(debut: u32, personnes: usize) -> Self {
        Self {
            debut,
            taille: personnes.saturating_sub(debut as usize),
            ..Self::default()
        }
    }

    #[inline]
    pub fn see(&mut self, personne: u32, auteur: u32, employeur: u32, dernier: u64) {
        let f = self.at(personne);
        let qui = who(auteur, employeur);
        if f[1] == 0 {
            *f = [dernier, qui];
            self.vues.push(personne);
            return;
        }
        f[0] = f[0].max(dernier);
        let ailleurs = f[1] & !ENCORE != qui;
        f[1] |= ENCORE;
        if ailleurs {
            let autre = (personne, auteur, employeur);
            if self.autres.last() != Some(&autre) {
                self.autres.push(autre);
            }
        }
    }

    #[inline]
    fn at(&mut self, personne: u32) -> &mut Fiche {
        let Some(rang) = personne.checked_sub(self.debut) else {
            return self.rares.entry(personne).or_default();
        };
        if self.fiches.is_empty() {
            self.fiches = vec![[0; 2]; self.taille];
        }
        &mut self.fiches[rang as usize]
    }

    #[inline]
    fn of(&self, personne: u32) -> Fiche {
        match personne.checked_sub(self.debut) {
            Some(rang) => self.fiches[rang as usize],
            None => self.rares.get(&personne).copied().unwrap_or_default(),
        }
    }

    pub fn merge(&mut self, autre: Self) {
        for p in autre.vues.iter().copied() {
            let g = autre.of(p);
            self.see(p, author(&g), employer(&g), g[0]);
            self.at(p)[1] |= g[1] & ENCORE;
        }
        self.autres.extend(autre.autres);
    }

    /// (latest, seen again, author, employer) of each person.
    pub fn iter(&self) -> impl Iterator<Item = (u64, bool, u32, u32)> + '_ {
        self.vues.iter().map(|p| {
            let f = self.of(*p);
            (f[0], f[1] & ENCORE != 0, author(&f), employer(&f))
        })
    }

    /// Authors that somebody met besides the first, once per person.
    #[must_use]
    pub fn other_authors(&self) -> Vec<u32> {
        self.others(|a| a.1, author)
    }

    /// The same with employers.
    #[must_use]
    pub fn other_employers(&self) -> Vec<u32> {
        self.others(|a| a.2, employer)
    }

    fn others(
        &self,
        quoi: impl Fn(&(u32, u32, u32)) -> u32,
        premier: impl Fn(&Fiche) -> u32,
    ) -> Vec<u32> {
        let mut v: Vec<(u32, u32)> = self
            .autres
            .iter()
            .map(|a| (a.0, quoi(a)))
            .filter(|(p, x)| premier(&self.of(*p)) != *x)
            .collect();
        v.sort_unstable();
        v.dedup();
        v.into_iter().map(|(_, x)| x).collect()
    }
}

/// Packs what the latest activity of a person says; its lowest bit is free.
#[inline]
#[must_use]
pub fn pack(jour: i32, rang: u8, profil: u32, residence: u32) -> u64 {
    (u64::from(jour.clamp(0, 65_535).unsigned_abs()) << 48)
        | (u64::from(rang) << 40)
        | (u64::from(profil) << 21)
        | (u64::from(residence) << 1)
}

/// Profile and residence of a packed latest activity.
#[must_use]
pub fn unpack(dernier: u64) -> (u32, u32) {
    let bas = |n: u64, masque: u64| u32::try_from(n & masque).unwrap_or(0);
    (bas(dernier >> 21, 0x7_FFFF), bas(dernier >> 1, 0xF_FFFF))
}

/// Codes of a range, for loops.
#[must_use]
pub fn codes(r: &Range<u32>) -> Range<usize> {
    r.start as usize..r.end as usize
}
