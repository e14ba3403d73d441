//! The order of authors: those of a département stand together, and in it those
//! of an employer, so that the rows of a territory do too.

use std::{collections::HashMap, sync::Arc};

use super::{
    Index, MoisDe,
    dico::Dico,
    entretien::decode,
    fait::{Attache, Mot},
    segment::{PLUSIEURS, Segment},
};

/// Main département, main employer (code + 1).
type Place = (Mot, u32);

impl Index {
    /// Numbers authors again when too many are out of their place: new ones are
    /// numbered last, others move. Whether it was done.
    pub(super) fn regroup(&mut self) -> bool {
        let places = self.places();
        let ecarts = places.windows(2).filter(|p| p[0] > p[1]).count();
        if ecarts * 20 <= places.len() {
            return false;
        }
        let mut ordre: Vec<u32> = (0..).take(places.len()).collect();
        ordre.sort_by_key(|a| places[*a as usize]);
        let mut neufs = vec![0; ordre.len()];
        for (neuf, ancien) in (0..).zip(&ordre) {
            neufs[*ancien as usize] = neuf;
        }
        let d = Arc::make_mut(&mut self.dicos);
        d.auteurs = Dico::of(ordre.iter().map(|a| *d.auteurs.get(*a)).collect());
        for m in self.mois.values_mut() {
            let mut codes = decode(m, &d.anonymes);
            for c in &mut codes {
                c.auteur = neufs[c.auteur as usize];
                for p in &mut c.coanimateurs {
                    *p = neufs[*p as usize];
                }
            }
            *m = Arc::new(MoisDe {
                base: Segment::build(codes, d),
                ..MoisDe::default()
            });
        }
        true
    }

    /// Where each author works most, by code.
    fn places(&self) -> Vec<Place> {
        let mut vues: Vec<[HashMap<u32, usize>; 2]> = Vec::new();
        vues.resize_with(self.dicos.auteurs.len(), Default::default);
        for (s, lot) in self.mois.values().flat_map(|m| m.lots()) {
            let l = &s.lots[lot];
            let [ou, pour] = &mut vues[l.auteur as usize];
            let Attache { employeur, .. } = self.dicos.attaches.get(l.attache);
            *pour.entry(*employeur).or_default() += s.rows(lot).len();
            if l.departement != PLUSIEURS {
                *ou.entry(l.departement).or_default() += s.rows(lot).len();
                continue;
            }
            for i in s.rows(lot) {
                let site = self.dicos.sites.get(s.site.get(i));
                *ou.entry(site.departement).or_default() += 1;
            }
        }
        vues.iter()
            .map(|[ou, pour]| (most(ou), most(pour)))
            .collect()
    }
}

/// What comes most often; the smallest of those that tie.
fn most(vues: &HashMap<u32, usize>) -> u32 {
    vues.iter()
        .max_by_key(|(code, n)| (**n, std::cmp::Reverse(**code)))
        .map_or(0, |(code, _)| *code)
}
