//! Distinct people of a question, exactly: how many, how many came again, who
//! they were at their latest activity, and how many each author and employer
//! met.
//!
//! Most people met one professional working for one employer: persons are
//! numbered author after author ([`Possession`]), so that a block of authors
//! has its people in a small table of its own, read and emptied when the block
//! is over. The others go through [`Personnes`].

use std::{ops::Range, sync::Arc};

use super::{
    Index,
    fil::days_where,
    segment::{HORS_DE_A, Lot, Segment},
    somme::{Personnes, codes, unpack},
};

/// Which persons met one author for one employer only.
#[derive(Debug, Clone, Default)]
pub struct Possession {
    /// First person of each author, and one more.
    bornes: Vec<u32>,
    /// The employer (code + 1) for whom each author met them.
    employeurs: Vec<u32>,
    /// One bit per person: met otherwise too.
    partagees: Vec<u64>,
}

impl Possession {
    /// Reads who met whom. Persons must be numbered author after author; those
    /// out of their place are held for shared.
    #[must_use]
    pub fn of(index: &Index, bornes: Vec<u32>) -> Self {
        let derniere = bornes.last().copied().unwrap_or(0) as usize;
        let mut p = Self {
            employeurs: vec![u32::MAX; bornes.len()],
            bornes,
            partagees: vec![0; derniere.div_ceil(64)],
        };
        for m in index.mois.values() {
            for (s, lot) in m.lots() {
                p.note(index, s, lot);
            }
        }
        p
    }

    /// Persons an author alone may hold.
    #[must_use]
    pub fn range(&self, auteurs: &Range<u32>) -> Range<u32> {
        let borne = |a: u32| {
            let derniere = self.bornes.last().copied().unwrap_or(0);
            self.bornes.get(a as usize).copied().unwrap_or(derniere)
        };
        borne(auteurs.start)..borne(auteurs.end)
    }

    #[inline]
    #[must_use]
    pub fn is_shared(&self, personne: u32) -> bool {
        self.partagees
            .get(personne as usize / 64)
            .is_none_or(|b| b & (1 << (personne % 64)) != 0)
    }

    /// Marks the persons that a lot meets and that are not its author's alone.
    pub fn note(&mut self, index: &Index, s: &Segment, lot: usize) {
        let Lot {
            auteur, attache, ..
        } = s.lots[lot];
        let employeur = index.dicos.attaches.get(attache).employeur;
        let siens = self.range(&(auteur..auteur + 1));
        let mut sien = false;
        if let Some(e) = self.employeurs.get_mut(auteur as usize) {
            if *e == u32::MAX {
                *e = employeur;
            }
            sien = *e == employeur;
        }
        for p in &s.personne[s.links(lot)] {
            if !(sien && siens.contains(p))
                && let Some(b) = self.partagees.get_mut(*p as usize / 64)
            {
                *b |= 1 << (p % 64);
            }
        }
    }

    /// The first of the persons numbered last: those who met several authors.
    #[must_use]
    pub fn shared_from(&self) -> u32 {
        self.bornes.last().copied().unwrap_or(0)
    }

    /// Bytes held.
    #[must_use]
    pub fn octets(&self) -> usize {
        (self.bornes.capacity() + self.employeurs.capacity()) * 4 + self.partagees.capacity() * 8
    }
}

/// The people of a question.
#[derive(Debug, Clone)]
pub struct Gens {
    possession: Arc<Possession>,
    /// First person of the block, and its people: latest activity, and the
    /// lowest bit when they came again.
    premiere: u32,
    bloc: Vec<u64>,
    pub partagees: Personnes,
    /// ST10, ST14.
    pub distincts: u64,
    pub encore: u64,
    /// By code of profile and of residence at the latest activity.
    pub profils: Vec<u32>,
    pub domiciles: Vec<u32>,
    /// Distinct people of ST41 and ST42; employers are code + 1.
    pub par_auteur: Vec<u32>,
    pub par_employeur: Vec<u32>,
}

impl Gens {
    #[must_use]
    pub fn new(index: &Index) -> Self {
        let d = &index.dicos;
        Self {
            possession: index.possession.clone(),
            premiere: 0,
            bloc: Vec::new(),
            partagees: Personnes::new(index.possession.shared_from(), d.personnes.len()),
            distincts: 0,
            encore: 0,
            profils: vec![0; d.profils.len()],
            domiciles: vec![0; d.residences.len()],
            par_auteur: vec![0; d.auteurs.len()],
            par_employeur: vec![0; d.structures.len() + 1],
        }
    }

    /// Starts a block of authors.
    pub fn open(&mut self, auteurs: &Range<u32>) {
        let p = self.possession.range(auteurs);
        self.premiere = p.start;
        self.bloc.resize(codes(&p).len(), 0);
    }

    /// A person took part in an activity of the block.
    #[inline]
    pub fn see(&mut self, personne: u32, auteur: u32, employeur: u32, dernier: u64) {
        let rang = personne.wrapping_sub(self.premiere) as usize;
        match self.bloc.get_mut(rang) {
            Some(c) if !self.possession.is_shared(personne) => {
                *c = if *c == 0 {
                    dernier
                } else {
                    (*c).max(dernier) | 1
                };
            }
            _ => self.partagees.see(personne, auteur, employeur, dernier),
        }
    }

    /// Reads the people of the block and forgets them.
    pub fn close(&mut self, auteurs: &Range<u32>) {
        for a in auteurs.clone() {
            let siens = self.possession.range(&(a..a + 1));
            let mut n = 0;
            for p in siens {
                let c = std::mem::take(&mut self.bloc[(p - self.premiere) as usize]);
                if c != 0 {
                    n += 1;
                    self.encore += c & 1;
                    self.profile(c);
                }
            }
            if n > 0 {
                self.distincts += u64::from(n);
                self.met(a, n);
            }
        }
        self.bloc.clear();
    }

    /// An author alone met some people, for their usual employer.
    pub fn met(&mut self, auteur: u32, n: u32) {
        self.par_auteur[auteur as usize] += n;
        let employeur = self.possession.employeurs[auteur as usize];
        if let Some(e) = self.par_employeur.get_mut(employeur as usize) {
            *e += n;
        }
    }

    fn profile(&mut self, dernier: u64) {
        let (profil, residence) = unpack(dernier);
        self.profils[profil as usize] += 1;
        self.domiciles[residence as usize] += 1;
    }

    /// Counts along the chain the people whose last activity between two days
    /// is one of some links.
    pub fn follow(&mut self, s: &Segment, liens: Range<usize>, jours: &Range<u16>) {
        // Sixty-four at a time: most are nobody's last.
        for debut in liens.clone().step_by(64) {
            let paquet = &s.apres[debut..liens.end.min(debut + 64)];
            let mut derniers = days_where(paquet, |apres| apres > jours.end);
            self.distincts += u64::from(derniers.count_ones());
            while derniers != 0 {
                let i = debut + derniers.trailing_zeros() as usize;
                derniers &= derniers - 1;
                self.encore += u64::from(s.avant[i] >= jours.start);
                self.profils[s.profil.get(i) as usize] += 1;
                self.domiciles[s.domicile.get(i) as usize] += 1;
            }
        }
    }

    /// Adds people to be counted, or taken away, by code.
    pub fn change(&mut self, profils: &[i32], domiciles: &[i32]) {
        for (vers, de) in [
            (&mut self.profils, profils),
            (&mut self.domiciles, domiciles),
        ] {
            for (v, n) in vers.iter_mut().zip(de) {
                *v = v.wrapping_add_signed(*n);
            }
        }
    }

    /// Takes away people who are among some links, or adds them: those whose
    /// next activity is on some days.
    pub fn correct(
        &mut self,
        s: &Segment,
        liens: Range<usize>,
        suivante: &Range<u16>,
        ajoute: bool,
    ) {
        for debut in liens.clone().step_by(64) {
            let paquet = &s.apres[debut..liens.end.min(debut + 64)];
            let mut qui = days_where(paquet, |a| suivante.start <= a && a <= suivante.end);
            while qui != 0 {
                let i = debut + qui.trailing_zeros() as usize;
                qui &= qui - 1;
                for (v, code) in [
                    (&mut self.profils, s.profil.get(i)),
                    (&mut self.domiciles, s.domicile.get(i)),
                ] {
                    let v = &mut v[code as usize];
                    *v = if ajoute {
                        v.wrapping_add(1)
                    } else {
                        v.wrapping_sub(1)
                    };
                }
            }
        }
    }

    /// People who came only once in some days are no longer among those who
    /// came again: links of those days, neither before nor after which the
    /// person came on another of them.
    pub fn once(&mut self, s: &Segment, liens: Range<usize>, jours: &Range<u16>) {
        for debut in liens.clone().step_by(64) {
            let paquet = debut..liens.end.min(debut + 64);
            let seuls = days_where(&s.avant[paquet.clone()], |a| a < jours.start)
                & days_where(&s.apres[paquet], |a| a > jours.end);
            self.encore = self.encore.wrapping_sub(u64::from(seuls.count_ones()));
        }
    }

    /// Everybody counted by profile is one person, come again.
    pub fn total(&mut self, seuls: u64) {
        self.distincts = self.profils.iter().map(|n| u64::from(*n)).sum();
        self.encore = self.encore.wrapping_add(self.distincts).wrapping_sub(seuls);
    }

    /// The same for the lines of an author and an employer.
    pub fn follow_lines(
        &mut self,
        s: &Segment,
        liens: Range<usize>,
        jours: &Range<u16>,
        auteur: u32,
        employeur: u32,
    ) {
        let mut n = 0;
        for i in liens {
            if self.possession.is_shared(s.personne[i]) {
                if s.apres[i] != HORS_DE_A {
                    self.partagees.see(s.personne[i], auteur, employeur, 0);
                }
            } else {
                n += u32::from(s.apres[i] > jours.end);
            }
        }
        if n > 0 {
            self.met(auteur, n);
        }
    }

    /// Adds the people of another thread.
    pub fn merge(&mut self, autre: Self) {
        self.distincts += autre.distincts;
        self.encore = self.encore.wrapping_add(autre.encore);
        for (vers, de) in [
            (&mut self.profils, autre.profils),
            (&mut self.domiciles, autre.domiciles),
            (&mut self.par_auteur, autre.par_auteur),
            (&mut self.par_employeur, autre.par_employeur),
        ] {
            for (v, n) in vers.iter_mut().zip(de) {
                *v = v.wrapping_add(n);
            }
        }
        self.partagees.merge(autre.partagees);
    }

    /// Adds those who met several authors. `lignes`: to the lines of authors
    /// and employers only, everybody being counted already.
    pub fn finish(&mut self, lignes: bool) {
        let partagees = std::mem::take(&mut self.partagees);
        for (dernier, encore, auteur, employeur) in partagees.iter() {
            if !lignes {
                self.distincts += 1;
                self.encore += u64::from(encore);
                self.profile(dernier);
            }
            self.par_auteur[auteur as usize] += 1;
            self.par_employeur[employeur as usize] += 1;
        }
        for a in partagees.other_authors() {
            self.par_auteur[a as usize] += 1;
        }
        for e in partagees.other_employers() {
            self.par_employeur[e as usize] += 1;
        }
    }
}
