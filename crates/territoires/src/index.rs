//! Every name a commune answers to, ready to compare. Built on first use.

use std::{collections::HashMap, sync::LazyLock};

use crate::{
    geographie::{Commune, GenrePartie, geographie},
    nom,
};

/// One name: of a commune, or of a part of one.
#[derive(Debug)]
pub(crate) struct Nom {
    /// Normalised, whole.
    pub entier: String,
    /// Without article nor spaces.
    pub cle: String,
    /// Which letters are in `cle`: two names far apart here are far apart.
    pub lettres: u32,
    /// Bytes of its leading article, 0 without.
    pub article: usize,
    pub commune: &'static Commune,
    pub est_partie: bool,
}

#[derive(Debug)]
pub(crate) struct Index {
    /// Communes in their order, then parts.
    pub noms: Vec<Nom>,
    /// Places in `noms`, by `entier`.
    pub tries: Vec<u32>,
    /// Places in `noms`, by `cle`.
    par_cle: Vec<u32>,
    parties: HashMap<&'static str, Vec<u32>>,
}

static INDEX: LazyLock<Index> = LazyLock::new(Index::build);

impl Index {
    pub fn get() -> &'static Index {
        &INDEX
    }

    fn build() -> Self {
        let g = geographie();
        let nom = |texte: &str, commune, est_partie| {
            let entier = nom::normalise_whole(texte);
            let cle = nom::cle(&entier);
            Nom {
                lettres: letters(&cle),
                article: entier.len() - nom::without_article(&entier).len(),
                entier,
                cle,
                commune,
                est_partie,
            }
        };
        let mut noms: Vec<Nom> = g.communes.iter().map(|c| nom(c.nom, c, false)).collect();
        let mut parties: HashMap<&'static str, Vec<u32>> = HashMap::new();
        for p in &g.parties {
            if let Some(c) = g.commune(p.commune) {
                // « Paris 3e Arrondissement » is Paris for whoever compares names.
                if p.genre != GenrePartie::ArrondissementMunicipal {
                    parties.entry(c.code).or_default().push(place(noms.len()));
                }
                noms.push(nom(p.nom, c, true));
            }
        }
        let mut tries: Vec<u32> = (0..place(noms.len())).collect();
        tries.sort_unstable_by(|a, b| noms[*a as usize].entier.cmp(&noms[*b as usize].entier));
        let mut par_cle: Vec<u32> = (0..place(noms.len())).collect();
        par_cle.sort_unstable_by(|a, b| noms[*a as usize].cle.cmp(&noms[*b as usize].cle));
        Index {
            noms,
            tries,
            par_cle,
            parties,
        }
    }

    /// All names with this key.
    pub fn with_cle<'a>(&'a self, cle: &'a str) -> impl Iterator<Item = &'a Nom> {
        let i = self
            .par_cle
            .partition_point(|n| self.noms[*n as usize].cle.as_str() < cle);
        self.par_cle[i..]
            .iter()
            .map(|n| &self.noms[*n as usize])
            .take_while(move |n| n.cle == cle)
    }

    /// All names of one commune: its own, then those of its parts.
    pub fn of(&self, c: &Commune) -> impl Iterator<Item = &Nom> {
        let propre = geographie()
            .communes
            .binary_search_by(|x| x.code.cmp(c.code))
            .ok();
        let parties = self
            .parties
            .get(c.code)
            .into_iter()
            .flatten()
            .map(|i| *i as usize);
        propre
            .into_iter()
            .chain(parties)
            .filter_map(|i| self.noms.get(i))
    }

    /// The names that begin with `debut`, in order.
    pub fn with_prefix<'a>(&'a self, debut: &'a str) -> impl Iterator<Item = &'a Nom> {
        let i = self
            .tries
            .partition_point(|n| self.noms[*n as usize].entier.as_str() < debut);
        self.tries[i..]
            .iter()
            .map(|n| &self.noms[*n as usize])
            .take_while(move |n| n.entier.starts_with(debut))
    }
}

fn place(i: usize) -> u32 {
    u32::try_from(i).unwrap_or(u32::MAX)
}

/// One bit per letter, one for all digits.
pub(crate) fn letters(cle: &str) -> u32 {
    cle.bytes().fold(0, |m, o| {
        m | match o {
            b'a'..=b'z' => 1 << (o - b'a'),
            b'0'..=b'9' => 1 << 26,
            _ => 1 << 27,
        }
    })
}
