//! Rows chosen in a run of lots, then added column after column: each column is
//! read alone, and what a row counts in is one byte until it is chosen.

use std::ops::Range;

use super::{
    Index,
    dico::Codes,
    plan::{A, AGENTS, BESIDE, Plan, SERIE, TOUT},
    segment::{A_COTE, BLOC, Segment, marginals, read},
    somme::{self, DEJA, Facette, Hist, PREMIERS, Somme, pack},
    visite::Place,
};

/// A question, in a segment of a month.
#[derive(Debug, Clone, Copy)]
pub struct Lecture<'a> {
    index: &'a Index,
    plan: &'a Plan,
    lieu: Place<'a>,
    /// What each day counts in.
    jours: [u8; 32],
}

impl<'a> Lecture<'a> {
    #[must_use]
    pub fn of(index: &'a Index, plan: &'a Plan, lieu: Place<'a>) -> Self {
        Self {
            index,
            plan,
            lieu,
            jours: plan.days(lieu.jours).map(|j| j | j << BESIDE),
        }
    }

    /// The same in another segment of the month.
    fn at(&self, segment: &'a Segment) -> Self {
        Self {
            lieu: Place {
                segment,
                ..self.lieu
            },
            ..*self
        }
    }

    /// The same where the question leaves days out: those days.
    #[must_use]
    pub fn outside(mut self) -> Self {
        for j in &mut self.jours {
            *j = !*j & (A | AGENTS);
        }
        self
    }

    /// Calls `f` on runs of lots that hold rows of the question, or of all that
    /// nothing hides.
    fn runs(&self, lots: Range<usize>, tous: bool, mut f: impl FnMut(Range<usize>)) {
        let s = self.lieu.segment;
        let tous = tous || self.plan.admits_all();
        if tous && self.lieu.de.retouches.is_empty() {
            if !lots.is_empty() {
                f(lots);
            }
            return;
        }
        let voulu = |lot: usize| {
            let l = &s.lots[lot];
            !self.lieu.hides(l.auteur) && (tous || self.plan.admits(l))
        };
        let mut debut = lots.start;
        while debut < lots.end {
            let pas = (debut..lots.end).find(|l| !voulu(*l)).unwrap_or(lots.end);
            if pas > debut {
                f(debut..pas);
            }
            debut = pas + 1;
        }
    }

    /// Calls `f` on each lot and the places its rows have among those chosen.
    fn by_lot(&self, lots: &Range<usize>, lignes: &[u32], mut f: impl FnMut(usize, Range<usize>)) {
        let s = self.lieu.segment;
        let mut k = 0;
        for lot in lots.clone() {
            let (debut, fin) = (k, s.rows(lot).end);
            while lignes.get(k).is_some_and(|i| (*i as usize) < fin) {
                k += 1;
            }
            if k > debut {
                f(lot, debut..k);
            }
        }
    }
}

/// Room to work in.
#[derive(Debug, Default)]
pub struct Choix {
    /// What each row of the run counts in.
    masque: Vec<u8>,
    /// The rows chosen, their people, those followed.
    lignes: Vec<u32>,
    participants: Vec<u32>,
    suivis: Vec<u32>,
    /// Rows chosen whose anonymous participants are written beside, and where.
    cotes: Vec<(usize, usize)>,
    /// First link of each row of the run.
    liens: Vec<u32>,
    /// Of each link of the run: the day, where [`pack`] has it, and the lowest
    /// bit when its row was chosen.
    dates: Vec<u64>,
}

impl Choix {
    /// Adds the lots of some authors.
    pub fn authors(&mut self, l: &Lecture, auteurs: &Range<u32>, s: &mut Somme) {
        let lots = l.lieu.segment.lots_in(auteurs);
        l.runs(lots, false, |run| self.lots(l, run, None, s));
    }

    /// Adds a month, whoever the author.
    pub fn month(&mut self, l: &Lecture, s: &mut Somme) {
        let de = l.lieu.de;
        for segment in std::iter::once(&de.base).chain(de.retouches.values()) {
            let l = l.at(segment);
            for debut in (0..segment.lots.len()).step_by(BLOC as usize) {
                let lots = debut..segment.lots.len().min(debut + BLOC as usize);
                l.runs(lots, true, |run| self.lots(&l, run, None, s));
            }
        }
    }

    /// Adds a run of lots, or some of their rows.
    pub fn lots(
        &mut self,
        l: &Lecture,
        lots: Range<usize>,
        seules: Option<&[(u32, u32)]>,
        s: &mut Somme,
    ) {
        self.mask(l, &lots, seules);
        self.agents(l, &lots, s);
        self.series(l, &lots, s);
        self.select(l, &lots, A);
        if !self.lignes.is_empty() {
            self.weigh(l, &lots);
            self.columns(l, &lots, s);
            self.people(l, &lots, s);
        }
    }

    /// Adds the people of the rows a question admits, and takes away all other
    /// figures of those of A that it does not ([`Plan::beside`]).
    pub fn split(&mut self, l: &Lecture, auteurs: &Range<u32>, s: &mut Somme) {
        let lots = l.lieu.segment.lots_in(auteurs);
        l.runs(lots, true, |run| {
            self.admitted(l, &run);
            self.agents(l, &run, s);
            self.select(l, &run, A);
            if !self.lignes.is_empty() {
                self.followed(l.lieu.segment);
                self.people(l, &run, s);
            }
            self.invert();
            s.moins = true;
            self.series(l, &run, s);
            self.select(l, &run, A);
            if !self.lignes.is_empty() {
                self.weigh(l, &run);
                self.columns(l, &run, s);
            }
            s.moins = false;
        });
    }

    /// Of the rows of A: how many a question leaves out, how many it admits.
    pub fn share(&mut self, l: &Lecture, auteurs: &Range<u32>) -> [usize; 2] {
        let mut v = [0; 2];
        let lots = l.lieu.segment.lots_in(auteurs);
        l.runs(lots, true, |run| {
            self.admitted(l, &run);
            self.select(l, &run, A);
            v[1] += self.lignes.len();
            self.invert();
            self.select(l, &run, A);
            v[0] += self.lignes.len();
        });
        v
    }

    /// What the rows of some lots count in.
    fn mask(&mut self, l: &Lecture, lots: &Range<usize>, seules: Option<&[(u32, u32)]>) {
        let (s, plan) = (l.lieu.segment, l.plan);
        let lignes = rows(s, lots);
        self.whole(l, lignes.clone());
        s.nature
            .mask(lignes.clone(), &plan.natures, &mut self.masque);
        for (colonne, table) in plan.tables(s) {
            colonne.keep(lignes.clone(), table, &mut self.masque);
        }
        if !plan.sejours.is_empty() {
            for lot in lots.clone() {
                let Some(sejours) = plan.sejours.get(&s.lots[lot].auteur) else {
                    continue;
                };
                for i in s.rows(lot) {
                    let jour = l.lieu.jours.du + i32::from(s.jour[i]) - 1;
                    if !sejours.iter().any(|p| p.contains(jour)) {
                        self.masque[i - lignes.start] = 0;
                    }
                }
            }
        }
        if let Some(v) = seules {
            for (i, m) in lignes.clone().zip(&mut self.masque) {
                if !v.iter().any(|x| x.1 as usize == i) {
                    *m = 0;
                }
            }
        }
        if let Some(v) = &plan.personnes {
            let mut lien = s.links(lots.start).start;
            for (i, m) in lignes.zip(&mut self.masque) {
                let siens = lien..lien + s.suivis.get(i) as usize;
                lien = siens.end;
                if !s.personne[siens].iter().any(|p| v.contains(p)) {
                    *m = 0;
                }
            }
        }
    }

    /// The same, lots that the question does not admit among them.
    fn admitted(&mut self, l: &Lecture, lots: &Range<usize>) {
        self.mask(l, lots, None);
        if l.plan.admits_all() {
            return;
        }
        let s = l.lieu.segment;
        let debut = rows(s, lots).start;
        for lot in lots.clone().filter(|lot| !l.plan.admits(&s.lots[*lot])) {
            let lignes = s.rows(lot);
            for m in &mut self.masque[lignes.start - debut..lignes.end - debut] {
                *m &= TOUT << BESIDE;
            }
        }
    }

    /// Everything, but for days.
    fn whole(&mut self, l: &Lecture, lignes: Range<usize>) {
        let dernier = usize::try_from(l.lieu.jours.au - l.lieu.jours.du + 1).unwrap_or(31);
        let bits = l.jours[1];
        self.masque.clear();
        if l.jours[1..=dernier.clamp(1, 31)].iter().all(|b| *b == bits) {
            self.masque.resize(lignes.len(), bits);
        } else {
            let jours = l.lieu.segment.jour[lignes].iter();
            self.masque.extend(jours.map(|j| l.jours[*j as usize & 31]));
        }
    }

    /// Takes, instead of the rows admitted, the others of A.
    fn invert(&mut self) {
        for m in &mut self.masque {
            *m = (*m >> BESIDE) & !*m & (A | SERIE);
        }
    }

    /// Chooses the rows that count in something.
    fn select(&mut self, l: &Lecture, lots: &Range<usize>, quoi: u8) {
        let debut = rows(l.lieu.segment, lots).start;
        let debut = u32::try_from(debut).unwrap_or(u32::MAX);
        self.lignes.resize(self.masque.len(), 0);
        let mut n = 0;
        let lignes = self.lignes.as_mut_slice();
        for (i, m) in (debut..).zip(&self.masque) {
            lignes[n] = i;
            n += usize::from(m & quoi != 0);
        }
        self.lignes.truncate(n);
    }

    /// Counts the followed persons of the rows chosen.
    fn followed(&mut self, s: &Segment) {
        self.suivis.clear();
        s.suivis.each(&self.lignes, |n| self.suivis.push(n));
    }

    /// Counts the people of the rows chosen.
    fn weigh(&mut self, l: &Lecture, lots: &Range<usize>) {
        let s = l.lieu.segment;
        self.followed(s);
        self.participants.clear();
        self.cotes.clear();
        let mut cotes = 0;
        let mut suivis = self.suivis.iter();
        s.anonymes.each(&self.lignes, |a| {
            let n = suivis.next().copied().unwrap_or(0);
            self.participants.push(n + u32::from(a != 0));
            cotes += usize::from(a == A_COTE);
        });
        if cotes == 0 {
            return;
        }
        let mut marge = s.lots[lots.start].marge as usize;
        let mut ligne = rows(s, lots).start;
        for (k, i) in self.lignes.iter().map(|i| *i as usize).enumerate() {
            if s.anonymes.get(i) != A_COTE {
                continue;
            }
            for _ in 0..s.anonymes.sum(ligne..i, |c| u32::from(c == A_COTE)) {
                marge = marginals(s, marge).1;
            }
            ligne = i + 1;
            self.cotes.push((k, marge));
            let (mut siennes, suite) = marginals(s, marge);
            self.participants[k] = self.suivis[k] + read(&mut siennes);
            marge = suite;
        }
    }

    /// ST52.
    fn agents(&mut self, l: &Lecture, lots: &Range<usize>, s: &mut Somme) {
        if self.masque.iter().fold(0, |tous, m| tous | m) & AGENTS == 0 {
            return;
        }
        self.select(l, lots, AGENTS);
        self.weigh(l, lots);
        let n = self.participants.iter().sum();
        s.add(Facette::Divers, somme::AGENTS, 0, n);
    }

    /// ST47.
    fn series(&mut self, l: &Lecture, lots: &Range<usize>, s: &mut Somme) {
        if !l.plan.serie.touches(l.lieu.jours) {
            return;
        }
        self.select(l, lots, SERIE);
        self.weigh(l, lots);
        for (i, n) in self.lignes.iter().zip(&self.participants) {
            let jour = l.lieu.jours.du + i32::from(l.lieu.segment.jour[*i as usize]) - 1;
            let point = usize::try_from(jour - l.plan.serie.du).unwrap_or(0);
            s.day(point, 1, (*n).into());
        }
    }

    /// Everything of the rows chosen but people.
    fn columns(&mut self, l: &Lecture, lots: &Range<usize>, somme: &mut Somme) {
        let s = l.lieu.segment;
        l.by_lot(lots, &self.lignes, |lot, k| {
            let a = u32::try_from(k.len()).unwrap_or(u32::MAX);
            let n = self.participants[k].iter().sum();
            let lot = &s.lots[lot];
            somme.add(Facette::Auteur, lot.auteur, a, n);
            somme.add(Facette::Attache, lot.attache, a, n);
        });
        for (facette, colonne) in [
            (Facette::Site, &s.site),
            (Facette::Nature, &s.nature),
            (Facette::Venue, &s.venue),
            (Facette::Duree, &s.duree),
            (Facette::Themes, &s.themes),
            (Facette::Moyens, &s.moyens),
            (Facette::Reste, &s.reste),
        ] {
            let moins = somme.moins;
            let hist = &mut somme.facettes[facette as usize];
            match colonne {
                Codes::Un(c) => self.column(c, moins, hist),
                Codes::Deux(c) => self.column(c, moins, hist),
                Codes::Quatre(c) => self.column(c, moins, hist),
            }
        }
        let mut k = 0;
        s.nature.each(&self.lignes, |nature| {
            if self.suivis[k] > 0 {
                somme.add(Facette::Suivis, nature, 0, self.suivis[k]);
            }
            k += 1;
        });
        let mut k = 0;
        s.reste.each(&self.lignes, |reste| {
            let ligne = self.lignes[k] as usize;
            k += 1;
            if reste != 0 {
                let suites = l.index.dicos.reste.get(reste).iter();
                for (_, n) in suites.filter(|(v, _)| Some(*v) == l.plan.orientation) {
                    somme.add(Facette::Orientation, s.venue.get(ligne), 0, *n);
                }
            }
        });
        self.groups(s, somme);
    }

    fn column<T: Copy + Into<u32>>(&self, codes: &[T], moins: bool, hist: &mut Hist) {
        let choisies = self.lignes.iter().zip(&self.participants);
        let choisies = choisies.map(|(i, n)| (codes[*i as usize].into(), *n));
        match hist {
            Hist::Table(t) => {
                // Taken away: what is lacking to the largest number and one.
                let signe = if moins { u64::MAX } else { 1 };
                choisies.for_each(|(code, n)| {
                    let v = &mut t[code as usize];
                    *v = v.wrapping_add(((1 << 32) | u64::from(n)).wrapping_mul(signe));
                });
            }
            Hist::Liste(l) => l.extend(choisies.map(|(code, n)| (code, 1, n))),
        }
    }

    /// The anonymous participants of the rows chosen.
    fn groups(&self, s: &Segment, somme: &mut Somme) {
        s.anonymes.each(&self.lignes, |a| {
            if a > A_COTE {
                somme.add(Facette::Anonymes, a - A_COTE - 1, 1, 1);
            }
        });
        for (_, marge) in &self.cotes {
            let mut siennes = marginals(s, *marge).0;
            read(&mut siennes);
            let deja = read(&mut siennes);
            somme.add(Facette::Divers, DEJA, 0, deja);
            while !siennes.is_empty() {
                let valeur = read(&mut siennes);
                somme.add(Facette::Marge, valeur, 0, read(&mut siennes));
            }
        }
        let mut k = 0;
        s.residence.each(&self.lignes, |r| {
            let anonymes = self.participants[k] - self.suivis[k];
            if r != 0 && anonymes > 0 {
                somme.add(Facette::Residence, r, 0, anonymes);
            }
            k += 1;
        });
    }

    /// The followed persons of the rows chosen.
    fn people(&mut self, l: &Lecture, lots: &Range<usize>, somme: &mut Somme) {
        if self.suivis.iter().all(|n| *n == 0) {
            return;
        }
        if !l.plan.lignes && self.lignes.len() * 4 > self.masque.len() {
            self.dense_people(l, lots, somme);
            return;
        }
        let (s, plan) = (l.lieu.segment, l.plan);
        let lignes = rows(s, lots);
        let mut lien = s.lots[lots.start].lien;
        self.liens.clear();
        s.suivis.walk(lignes.clone(), |n| {
            self.liens.push(lien);
            lien += n;
        });
        let mut premiers = 0;
        l.by_lot(lots, &self.lignes, |lot, k| {
            let lot = &s.lots[lot];
            // Who met whom matters to lines alone.
            let (auteur, employeur) = if plan.lignes {
                let attache = l.index.dicos.attaches.get(lot.attache);
                (lot.auteur, attache.employeur)
            } else {
                (0, 0)
            };
            for k in k.filter(|k| self.suivis[*k] > 0) {
                let i = self.lignes[k] as usize;
                let jour = packed_day(l, s.jour[i]);
                let siens = self.liens[i - lignes.start] as usize;
                for j in siens..siens + self.suivis[k] as usize {
                    let profil = plan.profils[s.profil.get(j) as usize];
                    premiers += u32::from(profil & 1 == 1);
                    if plan.gens {
                        let dernier = jour | (profil & !1) | pack(0, 0, 0, s.domicile.get(j));
                        let gens = &mut somme.gens;
                        gens.see(s.personne[j], auteur, employeur, dernier);
                    }
                }
            }
        });
        if premiers > 0 {
            somme.add(Facette::Divers, PREMIERS, 0, premiers);
        }
    }

    /// The same when most rows were chosen: link after link.
    fn dense_people(&mut self, l: &Lecture, lots: &Range<usize>, somme: &mut Somme) {
        let (s, plan) = (l.lieu.segment, l.plan);
        let lignes = rows(s, lots);
        let mut jours = s.jour[lignes.clone()].iter().zip(&self.masque);
        self.dates.clear();
        s.suivis.walk(lignes, |n| {
            let Some((jour, m)) = jours.next() else {
                return;
            };
            if n > 0 {
                let choisie = u64::from(m & A != 0);
                let date = (packed_day(l, *jour) | 1) * choisie;
                for _ in 0..n {
                    self.dates.push(date);
                }
            }
        });
        let mut premiers = 0;
        let liens = s.lots[lots.start].lien as usize..;
        for (j, date) in liens.zip(&self.dates).filter(|(_, date)| **date != 0) {
            let profil = plan.profils[s.profil.get(j) as usize];
            premiers += u32::from(profil & 1 == 1);
            if plan.gens {
                let dernier = ((date | profil) & !1) | pack(0, 0, 0, s.domicile.get(j));
                somme.gens.see(s.personne[j], 0, 0, dernier);
            }
        }
        if premiers > 0 {
            somme.add(Facette::Divers, PREMIERS, 0, premiers);
        }
    }
}

/// The day of a row, where [`pack`] has it.
fn packed_day(l: &Lecture, jour: u8) -> u64 {
    pack(l.lieu.jours.du + i32::from(jour) - 1, 0, 0, 0)
}

/// Rows of a run of lots.
fn rows(s: &Segment, lots: &Range<usize>) -> Range<usize> {
    s.rows(lots.start).start..s.rows(lots.end - 1).end
}
