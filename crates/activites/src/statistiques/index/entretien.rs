//! Looking after the index: what it knows of a month, its sums, compaction.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use uuid::Uuid;

use super::{
    Index, Mois, MoisDe,
    dico::Dico,
    fait::{Anonymes, Code},
    jours,
    segment::{Curseur, Groupe, Segment, read},
};

impl MoisDe {
    /// Every lot that counts, changed or not.
    pub fn lots(&self) -> impl Iterator<Item = (&Segment, usize)> {
        let base = (0..self.base.lots.len())
            .filter(|l| !self.retouches.contains_key(&self.base.lots[*l].auteur))
            .map(|l| (&self.base, l));
        let autres = self
            .retouches
            .values()
            .flat_map(|s| (0..s.lots.len()).map(move |l| (s, l)));
        base.chain(autres)
    }
}

impl Index {
    /// What the index says of the links of an author's month: first or not,
    /// order in the day. A person who came twice that day is left out.
    #[must_use]
    pub fn flags(&self, mois: Mois, auteur: Uuid) -> HashMap<(Uuid, i32), (bool, u8)> {
        let mut dits = HashMap::new();
        let mut doubles = Vec::new();
        let Some((m, auteur)) = self.mois.get(&mois).zip(self.dicos.auteurs.find(&auteur)) else {
            return dits;
        };
        let debut = jours(mois.debut());
        let s = m.segments_of(auteur);
        for lot in s.lots_of(auteur) {
            let mut lien = s.lots[lot].lien as usize;
            for i in s.rows(lot) {
                let jour = debut + i32::from(s.jour[i]) - 1;
                for k in lien..lien + s.suivis.get(i) as usize {
                    let p = self.dicos.profils.get(s.profil.get(k));
                    let cle = (*self.dicos.personnes.get(s.personne[k]), jour);
                    if dits.insert(cle, (p.premier, p.rang)).is_some() {
                        doubles.push(cle);
                    }
                }
                lien += s.suivis.get(i) as usize;
            }
        }
        for d in doubles {
            dits.remove(&d);
        }
        dits
    }

    /// By month: activities, people, minutes.
    #[must_use]
    pub fn sums(&self) -> BTreeMap<Mois, [i64; 3]> {
        let durees = self.dicos.durees.table(|d| i64::from(*d));
        let mut v = BTreeMap::new();
        for (mois, m) in &self.mois {
            let mut somme = [0; 3];
            for (s, lot) in m.lots() {
                let mut c = Curseur::at(&s.lots[lot]);
                for i in s.rows(lot) {
                    let anonymes = match c.group(s) {
                        Groupe::Personne => 0,
                        Groupe::Un(code) => self.dicos.anonymes.get(code).nombre,
                        Groupe::Plusieurs { nombre, .. } => nombre,
                    };
                    somme[0] += 1;
                    somme[1] += i64::from(s.suivis.get(i) + anonymes);
                    somme[2] += durees[s.duree.get(i) as usize];
                    c.skip(s);
                }
            }
            if somme[0] > 0 {
                v.insert(*mois, somme);
            }
        }
        v
    }

    /// Numbers persons again, those of an author together: a question then
    /// goes through them in order. For an index just made.
    pub fn renumber(&mut self) {
        const LIBRE: u32 = u32::MAX;
        let mut neufs = vec![LIBRE; self.dicos.personnes.len()];
        let mut ordre: Vec<Uuid> = Vec::with_capacity(neufs.len());
        let mut suivant = 0;
        for auteur in (0..).take(self.dicos.auteurs.len()) {
            for m in self.mois.values() {
                let s = m.segments_of(auteur);
                for lot in s.lots_of(auteur) {
                    for p in &s.personne[s.links(lot)] {
                        let neuf = &mut neufs[*p as usize];
                        if *neuf == LIBRE {
                            *neuf = suivant;
                            suivant += 1;
                            ordre.push(*self.dicos.personnes.get(*p));
                        }
                    }
                }
            }
        }
        Arc::make_mut(&mut self.dicos).personnes = Dico::of(ordre);
        for m in self.mois.values_mut() {
            let m = Arc::make_mut(m);
            for s in std::iter::once(&mut m.base).chain(m.retouches.values_mut()) {
                for p in &mut s.personne {
                    *p = neufs[*p as usize];
                }
            }
        }
    }

    /// Rewrites months in one piece.
    pub fn compact(&mut self, mois: &[Mois]) {
        for mois in mois {
            if let Some(m) = self.mois.remove(mois) {
                let codes = decode(&m, &self.dicos.anonymes);
                let base = Segment::build(codes, Arc::make_mut(&mut self.dicos));
                self.set_base(*mois, base);
            }
        }
    }
}

/// The rows of a month, as they were coded.
fn decode(m: &MoisDe, anonymes: &Dico<Anonymes>) -> Vec<Code> {
    let mut v = Vec::new();
    for (s, lot) in m.lots() {
        let l = s.lots[lot];
        let mut c = Curseur::at(&l);
        let mut avec: HashMap<u32, Vec<u32>> = HashMap::new();
        for (p, ligne) in &s.coanimation {
            if s.rows(lot).contains(&(*ligne as usize)) {
                avec.entry(*ligne).or_default().push(*p);
            }
        }
        for i in s.rows(lot) {
            let liens = c.lien..c.lien + s.suivis.get(i) as usize;
            v.push(Code {
                auteur: l.auteur,
                attache: l.attache,
                jour: s.jour[i],
                id: Uuid::nil(),
                site: s.site.get(i),
                nature: s.nature.get(i),
                venue: s.venue.get(i),
                duree: s.duree.get(i),
                themes: s.themes.get(i),
                moyens: s.moyens.get(i),
                reste: s.reste.get(i),
                anonymes: group(c.group(s), anonymes),
                residence: s.residence.get(i),
                coanimateurs: u32::try_from(i)
                    .ok()
                    .and_then(|i| avec.remove(&i))
                    .unwrap_or_default(),
                liens: liens
                    .map(|k| (s.personne[k], s.profil.get(k), s.domicile.get(k)))
                    .collect(),
            });
            c.skip(s);
        }
    }
    v
}

fn group(g: Groupe, anonymes: &Dico<Anonymes>) -> Option<Anonymes> {
    match g {
        Groupe::Personne => None,
        Groupe::Un(code) => Some(anonymes.get(code).clone()),
        Groupe::Plusieurs {
            nombre,
            deja,
            mut marges,
        } => {
            let mut v = Vec::new();
            while !marges.is_empty() {
                let valeur = read(&mut marges);
                v.push((valeur, read(&mut marges)));
            }
            Some(Anonymes {
                nombre,
                deja,
                marges: v.into(),
            })
        }
    }
}
