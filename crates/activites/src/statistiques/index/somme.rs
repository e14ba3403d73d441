//! What is added up while rows go by. Additions are by code; words come at the
//! end, in [`super::reponse`].

use super::{Index, plan::Periode};

/// Activities and people by code.
#[derive(Debug, Clone, Default)]
pub struct Hist {
    cases: Vec<[u32; 2]>,
    touches: Vec<u32>,
}

impl Hist {
    fn new(codes: usize) -> Self {
        Self {
            cases: vec![[0; 2]; codes],
            touches: Vec::new(),
        }
    }

    #[inline]
    pub fn add(&mut self, code: u32, activites: u32, n: u32) {
        let c = &mut self.cases[code as usize];
        if c[0] == 0 {
            self.touches.push(code);
        }
        c[0] += activites;
        c[1] += n;
    }

    /// (code, activities, people) of what was counted.
    pub fn iter(&self) -> impl Iterator<Item = (u32, i64, i64)> + '_ {
        self.touches.iter().map(|c| {
            let [a, n] = self.cases[*c as usize];
            (*c, i64::from(a), i64::from(n))
        })
    }

    fn merge(&mut self, autre: &Self) {
        for c in &autre.touches {
            let [a, n] = autre.cases[*c as usize];
            self.add(*c, a, n);
        }
    }
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

/// Each person once.
#[derive(Debug, Clone, Default)]
pub struct Personnes {
    fiches: Vec<Fiche>,
    vues: Vec<u32>,
    /// (person, author, employer) other than the first seen.
    autres: Vec<(u32, u32, u32)>,
}

impl Personnes {
    #[must_use]
    pub fn new(personnes: usize) -> Self {
        Self {
            fiches: vec![[0; 2]; personnes],
            ..Self::default()
        }
    }

    #[inline]
    pub fn see(&mut self, personne: u32, auteur: u32, employeur: u32, dernier: u64) {
        let f = &mut self.fiches[personne as usize];
        let qui = who(auteur, employeur);
        if f[1] == 0 {
            *f = [dernier, qui];
            self.vues.push(personne);
            return;
        }
        f[0] = f[0].max(dernier);
        if f[1] & !ENCORE != qui {
            let autre = (personne, auteur, employeur);
            if self.autres.last() != Some(&autre) {
                self.autres.push(autre);
            }
        }
        f[1] |= ENCORE;
    }

    fn merge(&mut self, autre: Self) {
        for p in autre.vues {
            let g = autre.fiches[p as usize];
            if self.fiches[p as usize][1] == 0 {
                self.fiches[p as usize] = g;
                self.vues.push(p);
            } else {
                self.see(p, author(&g), employer(&g), g[0]);
            }
        }
        self.autres.extend(autre.autres);
    }

    /// ST10.
    #[must_use]
    pub fn len(&self) -> usize {
        self.vues.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.vues.is_empty()
    }

    /// (latest, seen again, author, employer) of each person.
    pub fn iter(&self) -> impl Iterator<Item = (u64, bool, u32, u32)> + '_ {
        self.vues.iter().map(|p| {
            let f = &self.fiches[*p as usize];
            (f[0], f[1] & ENCORE != 0, author(f), employer(f))
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
            .filter(|(p, x)| premier(&self.fiches[*p as usize]) != *x)
            .collect();
        v.sort_unstable();
        v.dedup();
        v.into_iter().map(|(_, x)| x).collect()
    }
}

/// Packs what the latest activity of a person says.
#[inline]
#[must_use]
pub fn pack(jour: i32, cle_profil: u64, residence: u32) -> u64 {
    (u64::from(jour.clamp(0, 65_535).unsigned_abs()) << 48) | cle_profil | u64::from(residence)
}

/// Rank and code of a profile, where [`pack`] wants them.
#[must_use]
pub fn profile_key(rang: u8, profil: u32) -> u64 {
    (u64::from(rang) << 40) | (u64::from(profil) << 20)
}

/// Profile and residence of a packed latest activity.
#[must_use]
pub fn unpack(dernier: u64) -> (u32, u32) {
    let bas = |n: u64| u32::try_from(n & 0xF_FFFF).unwrap_or(0);
    (bas(dernier >> 20), bas(dernier))
}

/// Everything a question adds up.
#[derive(Debug, Clone)]
pub struct Somme {
    pub sites: Hist,
    pub natures: Hist,
    /// Followed persons by kind.
    pub suivis: Vec<u64>,
    pub venues: Hist,
    /// Orientations given, by venue.
    pub orientations: Vec<u64>,
    pub themes: Hist,
    pub moyens: Hist,
    pub reste: Hist,
    pub durees: Hist,
    pub anonymes: Hist,
    /// Marginals of groups, by value.
    pub marges: Vec<u64>,
    /// « Déjà accompagnés » of groups.
    pub deja: u64,
    /// Residence of anonymous persons of individuels.
    pub residences: Vec<u64>,
    /// From the first day of the series.
    pub jours: Vec<[u64; 2]>,
    pub auteurs: Hist,
    pub attaches: Hist,
    pub agents: u64,
    pub premiers: u64,
    pub personnes: Personnes,
}

impl Somme {
    #[must_use]
    pub fn new(index: &Index, serie: Periode) -> Self {
        let d = &index.dicos;
        let points = usize::try_from(i64::from(serie.au) - i64::from(serie.du) + 1).unwrap_or(0);
        Self {
            sites: Hist::new(d.sites.len()),
            natures: Hist::new(d.natures.len()),
            suivis: vec![0; d.natures.len()],
            venues: Hist::new(d.venues.len()),
            orientations: vec![0; d.venues.len()],
            themes: Hist::new(d.themes.len()),
            moyens: Hist::new(d.moyens.len()),
            reste: Hist::new(d.reste.len()),
            durees: Hist::new(d.durees.len()),
            anonymes: Hist::new(d.anonymes.len()),
            marges: vec![0; d.valeurs.len()],
            deja: 0,
            residences: vec![0; d.residences.len()],
            jours: vec![[0; 2]; points.min(200_000)],
            auteurs: Hist::new(d.auteurs.len()),
            attaches: Hist::new(d.attaches.len()),
            agents: 0,
            premiers: 0,
            personnes: Personnes::new(d.personnes.len()),
        }
    }

    /// Adds what another thread counted.
    pub fn merge(&mut self, autre: Self) {
        self.sites.merge(&autre.sites);
        self.natures.merge(&autre.natures);
        self.venues.merge(&autre.venues);
        self.themes.merge(&autre.themes);
        self.moyens.merge(&autre.moyens);
        self.reste.merge(&autre.reste);
        self.durees.merge(&autre.durees);
        self.anonymes.merge(&autre.anonymes);
        self.auteurs.merge(&autre.auteurs);
        self.attaches.merge(&autre.attaches);
        for (vers, de) in [
            (&mut self.suivis, &autre.suivis),
            (&mut self.orientations, &autre.orientations),
            (&mut self.marges, &autre.marges),
            (&mut self.residences, &autre.residences),
        ] {
            for (v, n) in vers.iter_mut().zip(de) {
                *v += n;
            }
        }
        for (v, n) in self.jours.iter_mut().zip(&autre.jours) {
            v[0] += n[0];
            v[1] += n[1];
        }
        self.deja += autre.deja;
        self.agents += autre.agents;
        self.premiers += autre.premiers;
        self.personnes.merge(autre.personnes);
    }
}
