//! Looking after the index: what it knows of a month, its sums, compaction.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use jiff::civil::Date;
use uuid::Uuid;

use super::{
    Index, Mois, MoisDe,
    dico::Dico,
    fait::{Anonymes, Code, CodeLien, Rang},
    fil::Fil,
    gens::Possession,
    jours,
    segment::{Curseur, Groupe, HORS_DE_A, JAMAIS_APRES, JAMAIS_AVANT, Segment, read},
    terrain::Terrain,
};

/// A link and when it was.
struct LienDate {
    jour: u16,
    rang: u8,
    auteur: u32,
    lien: usize,
    dans_a: bool,
}

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
    /// What the index says of the links of an author's month. A person who came
    /// twice that day is left out.
    #[must_use]
    pub fn flags(&self, mois: Mois, auteur: Uuid) -> HashMap<(Uuid, i32), Rang> {
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
                    let rang = Rang {
                        premier: p.premier,
                        rang: p.rang,
                        avant: s.avant[k],
                        apres: s.apres[k],
                    };
                    if dits.insert(cle, rang).is_some() {
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

    /// Everybody who took part in a month.
    #[must_use]
    pub fn people_of(&self, mois: Mois) -> BTreeSet<Uuid> {
        let lots = self.mois.get(&mois).into_iter().flat_map(|m| m.lots());
        lots.flat_map(|(s, lot)| &s.personne[s.links(lot)])
            .map(|p| *self.dicos.personnes.get(*p))
            .collect()
    }

    /// Says what comes before and after an activity of a person, where the
    /// index holds it.
    pub fn tie(&mut self, auteur: Uuid, personne: Uuid, date: Date, r: Rang) {
        let d = &self.dicos;
        let (Some(a), Some(p)) = (d.auteurs.find(&auteur), d.personnes.find(&personne)) else {
            return;
        };
        let Some(m) = self.mois.get_mut(&Mois::of(date)) else {
            return;
        };
        let s = m.segments_of(a);
        let trouve = s.lots_of(a).find_map(|lot| {
            let mut lien = s.links(lot).start;
            s.rows(lot).find_map(|i| {
                let siens = lien..lien + s.suivis.get(i) as usize;
                lien = siens.end;
                (i8::try_from(s.jour[i]) == Ok(date.day()))
                    .then_some(siens)?
                    .find(|k| s.personne[*k] == p && d.profils.get(s.profil.get(*k)).rang == r.rang)
            })
        });
        if let Some(k) = trouve
            && (s.avant[k], s.apres[k]) != (r.avant, r.apres)
        {
            let m = Arc::make_mut(m);
            let s = m.retouches.get_mut(&a).unwrap_or(&mut m.base);
            self.fil.link(Mois::of(date), s, k, -1);
            (s.avant[k], s.apres[k]) = (r.avant, r.apres);
            self.fil.link(Mois::of(date), s, k, 1);
        }
    }

    /// Ties everybody's activities in A again, from the rows alone: onwards for
    /// what comes before, backwards for what comes after. How many links said
    /// otherwise.
    pub fn tie_all(&mut self) -> usize {
        let habitants = self.dicos.known("habitants");
        let dans_a = self.dicos.natures.table(|n| Some(n.public) == habitants);
        let mois: Vec<Mois> = self.mois.keys().copied().collect();
        let mut derniers = vec![JAMAIS_AVANT; self.dicos.personnes.len()];
        let mut corriges = 0;
        for m in &mois {
            let liens = self.links_of(*m, &dans_a);
            corriges += self.tie_month(*m, liens.iter(), &mut derniers, false);
        }
        derniers.fill(JAMAIS_APRES);
        for m in mois.iter().rev() {
            let liens = self.links_of(*m, &dans_a);
            corriges += self.tie_month(*m, liens.iter().rev(), &mut derniers, true);
        }
        if corriges > 0 {
            self.fil = Fil::of(self);
        }
        corriges
    }

    /// The links of a month in the order of time.
    fn links_of(&self, mois: Mois, dans_a: &[bool]) -> Vec<LienDate> {
        let debut = mois.days().du;
        let mut v = Vec::new();
        for (s, lot) in self.mois.get(&mois).into_iter().flat_map(|m| m.lots()) {
            let mut lien = s.links(lot).start;
            for i in s.rows(lot) {
                let jour = debut + i32::from(s.jour[i]) - 1;
                for k in lien..lien + s.suivis.get(i) as usize {
                    v.push(LienDate {
                        jour: u16::try_from(jour.max(1)).unwrap_or(u16::MAX - 1),
                        rang: self.dicos.profils.get(s.profil.get(k)).rang,
                        auteur: s.lots[lot].auteur,
                        lien: k,
                        dans_a: dans_a[s.nature.get(i) as usize],
                    });
                }
                lien += s.suivis.get(i) as usize;
            }
        }
        v.sort_unstable_by_key(|l| (l.jour, l.rang));
        v
    }

    fn tie_month<'a>(
        &mut self,
        mois: Mois,
        liens: impl Iterator<Item = &'a LienDate>,
        derniers: &mut [u16],
        apres: bool,
    ) -> usize {
        let Some(m) = self.mois.get_mut(&mois) else {
            return 0;
        };
        let mut corriges = 0;
        for l in liens {
            let s = m.segments_of(l.auteur);
            let (dit, hors) = if apres {
                (s.apres[l.lien], HORS_DE_A)
            } else {
                (s.avant[l.lien], JAMAIS_AVANT)
            };
            let vrai = if l.dans_a {
                std::mem::replace(&mut derniers[s.personne[l.lien] as usize], l.jour)
            } else {
                hors
            };
            if dit != vrai {
                corriges += 1;
                let m = Arc::make_mut(m);
                let s = m.retouches.get_mut(&l.auteur).unwrap_or(&mut m.base);
                let colonne = if apres { &mut s.apres } else { &mut s.avant };
                colonne[l.lien] = vrai;
            }
        }
        corriges
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
                    c.go(s, i);
                    let anonymes = match c.group(s) {
                        Groupe::Personne => 0,
                        Groupe::Un(code) => self.dicos.anonymes.get(code).nombre,
                        Groupe::Plusieurs { nombre, .. } => nombre,
                    };
                    somme[0] += 1;
                    somme[1] += i64::from(s.suivis.get(i) + anonymes);
                    somme[2] += durees[s.duree.get(i) as usize];
                }
            }
            if somme[0] > 0 {
                v.insert(*mois, somme);
            }
        }
        v
    }

    /// Puts an index just made or just read in order, and makes what is derived
    /// from its rows.
    pub fn arrange(&mut self) {
        if !self.regroup() {
            for m in self.mois.values_mut() {
                let m = Arc::make_mut(m);
                m.base.mark();
                m.retouches.values_mut().for_each(Segment::mark);
            }
        }
        self.number_people();
        let mut terrain = Terrain::over(&self.dicos);
        for (s, lot) in self.mois.values().flat_map(|m| m.lots()) {
            terrain.note(&self.dicos, s, lot);
        }
        self.terrain = Arc::new(terrain);
        self.fil = Fil::of(self);
        let mois: Vec<Mois> = self.mois.keys().copied().collect();
        for m in mois {
            self.sum_up(m);
        }
    }

    /// Numbers persons again, those of an author together: a question then
    /// goes through them in order.
    fn number_people(&mut self) {
        const LIBRE: u32 = u32::MAX;
        let (partages, meneurs) = self.met_twice();
        let mut neufs = vec![LIBRE; self.dicos.personnes.len()];
        let mut ordre: Vec<Uuid> = Vec::with_capacity(neufs.len());
        let mut bornes = vec![0];
        let mut suivant = 0;
        // Those of one author alone, then the others, beside those of the author
        // they meet most.
        for partage in [false, true] {
            for auteur in (0..).take(self.dicos.auteurs.len()) {
                for m in self.mois.values() {
                    let s = m.segments_of(auteur);
                    let liens = s.lots_of(auteur).flat_map(|lot| s.links(lot));
                    for p in liens.map(|k| s.personne[k] as usize) {
                        let sien = !partage || meneurs[p] == auteur;
                        if sien && neufs[p] == LIBRE && partages[p] == partage {
                            neufs[p] = suivant;
                            suivant += 1;
                            ordre.push(self.dicos.personnes.valeurs()[p]);
                        }
                    }
                }
                if !partage {
                    bornes.push(suivant);
                }
            }
        }
        Arc::make_mut(&mut self.dicos).personnes = Dico::of(ordre);
        for m in self.mois.values_mut() {
            let m = Arc::make_mut(m);
            // What is hidden may name persons nobody meets any more.
            for s in std::iter::once(&mut m.base).chain(m.retouches.values_mut()) {
                for p in &mut s.personne {
                    *p = match neufs[*p as usize] {
                        LIBRE => 0,
                        neuf => neuf,
                    };
                }
            }
        }
        self.possession = Arc::new(Possession::of(self, bornes));
    }

    /// By person: whether several authors met them, or one for several
    /// employers; an author who met them, the one who did more often than all
    /// others together if there is one.
    fn met_twice(&self) -> (Vec<bool>, Vec<u32>) {
        let mut premiers = vec![(u32::MAX, 0); self.dicos.personnes.len()];
        let mut v = vec![false; premiers.len()];
        let mut meneurs = vec![0; premiers.len()];
        let mut avances = vec![0_u32; premiers.len()];
        for (s, lot) in self.mois.values().flat_map(|m| m.lots()) {
            let l = &s.lots[lot];
            let qui = (l.auteur, self.dicos.attaches.get(l.attache).employeur);
            for p in &s.personne[s.links(lot)] {
                let premier = &mut premiers[*p as usize];
                if premier.0 == u32::MAX {
                    *premier = qui;
                }
                v[*p as usize] |= *premier != qui;
                let (meneur, avance) = (&mut meneurs[*p as usize], &mut avances[*p as usize]);
                if *avance == 0 {
                    *meneur = l.auteur;
                }
                if *meneur == l.auteur {
                    *avance += 1;
                } else {
                    *avance -= 1;
                }
            }
        }
        (v, meneurs)
    }

    /// Rewrites months in one piece.
    pub fn compact(&mut self, mois: &[Mois]) {
        for mois in mois {
            if let Some(m) = self.mois.get(mois) {
                let codes = decode(m, &self.dicos.anonymes);
                let base = Segment::build(codes, Arc::make_mut(&mut self.dicos));
                self.set_base(*mois, base);
            }
        }
    }
}

/// The rows of a month, as they were coded.
pub(super) fn decode(m: &MoisDe, anonymes: &Dico<Anonymes>) -> Vec<Code> {
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
            c.go(s, i);
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
                    .map(|k| CodeLien {
                        personne: s.personne[k],
                        profil: s.profil.get(k),
                        domicile: s.domicile.get(k),
                        avant: s.avant[k],
                        apres: s.apres[k],
                    })
                    .collect(),
            });
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
