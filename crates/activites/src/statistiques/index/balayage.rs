//! Going through rows: which lots, then which rows, then the additions.
//!
//! A block of authors is read over all its months before the next one: their
//! people and places stay at hand. Blocks are shared between the processors.

use std::{
    ops::Range,
    sync::atomic::{AtomicUsize, Ordering},
};

use super::{
    Index, Mois, MoisDe,
    dico::Codes,
    fait::Dicos,
    plan::{Periode, Plan, Public},
    segment::{BLOC, Curseur, Groupe, Segment, read},
    somme::{AGENTS, DEJA, Facette, Hist, PREMIERS, Somme, pack},
};

/// Rows under which one processor is enough.
const PEU: usize = 60_000;
/// Rows under which lists are shorter than tables.
const LISTE: usize = 4_000;

/// Where rows are.
#[derive(Clone, Copy)]
pub struct Place<'a> {
    mois: Mois,
    de: &'a MoisDe,
    segment: &'a Segment,
    /// The days of the month.
    jours: Periode,
}

/// Adds up everything a plan admits.
#[must_use]
pub fn add_up(index: &Index, plan: &Plan) -> Somme {
    let mois = months(index, plan);
    let blocs = blocks(index, plan);
    let lignes: usize = match own(plan) {
        None => mois.iter().map(|m| m.1.base.len()).sum(),
        Some(_) => rows(&mois, &blocs),
    };
    let mut somme = share(blocs.len(), lignes, |prendre| {
        let mut s = Somme::new(index, plan.serie, lignes > LISTE);
        let mut choix = Choix::default();
        while let Some(b) = prendre() {
            s.gens.open(&blocs[b]);
            for (mois, de, jours) in &mois {
                let lieu = |segment| Place {
                    mois: *mois,
                    de,
                    segment,
                    jours: *jours,
                };
                choix.add(index, plan, lieu(&de.base), &blocs[b], &mut s);
                for (_, r) in de.retouches.range(blocs[b].clone()) {
                    choix.add(index, plan, lieu(r), &blocs[b], &mut s);
                }
            }
            s.gens.close(&blocs[b]);
        }
        s
    });
    if let Some(p) = plan.soi {
        let mut choix = Choix::default();
        visit_run_with(index, p, plan, &mut |v| {
            choix.see(index, plan, v, &mut somme)
        });
    }
    somme.gens.finish(false);
    somme
}

/// One answer made by several processors: `part` is given what takes the
/// number of the next piece.
pub fn share(
    morceaux: usize,
    lignes: usize,
    part: impl Fn(&dyn Fn() -> Option<usize>) -> Somme + Sync,
) -> Somme {
    let fils = std::thread::available_parallelism()
        .map_or(1, usize::from)
        .min(lignes / PEU + 1)
        .min(8);
    let suivant = AtomicUsize::new(0);
    let prendre = || Some(suivant.fetch_add(1, Ordering::Relaxed)).filter(|n| *n < morceaux);
    std::thread::scope(|portee| {
        let autres: Vec<_> = (1..fils).map(|_| portee.spawn(|| part(&prendre))).collect();
        let mut s = part(&prendre);
        for a in autres {
            if let Ok(a) = a.join() {
                s.merge(a);
            }
        }
        s
    })
}

/// Everything in some lots of one author's month, people left out, over a
/// plan of that month.
#[must_use]
pub fn small_sum(index: &Index, plan: &Plan, mois: Mois, segment: &Segment, auteur: u32) -> Somme {
    let de = MoisDe::default();
    let lieu = Place {
        mois,
        de: &de,
        segment,
        jours: mois.days(),
    };
    let mut s = Somme::new(index, plan.serie, segment.len() > LISTE);
    Choix::default().add(index, plan, lieu, &(auteur..auteur + 1), &mut s);
    s
}

/// The same over the whole of a month's first segment.
#[must_use]
pub fn base_sum(index: &Index, plan: &Plan, mois: Mois, de: &MoisDe) -> Somme {
    let mut s = Somme::new(index, plan.serie, true);
    Choix::default().month(index, plan, mois, de, &mut s);
    s
}

/// The months a question goes through, and their days.
fn months<'a>(index: &'a Index, plan: &Plan) -> Vec<(Mois, &'a MoisDe, Periode)> {
    index
        .mois
        .iter()
        .map(|(m, de)| (*m, de.as_ref(), m.days()))
        .filter(|(_, _, j)| plan.periode.touches(*j) || plan.serie.touches(*j))
        .collect()
}

fn blocks(index: &Index, plan: &Plan) -> Vec<Range<u32>> {
    let tous = u32::try_from(index.dicos.auteurs.len()).unwrap_or(u32::MAX);
    match own(plan) {
        Some(a) => a.iter().filter(|a| **a < tous).map(|a| *a..a + 1).collect(),
        None => (0..tous)
            .step_by(BLOC as usize)
            .map(|a| a..tous.min(a + BLOC))
            .collect(),
    }
}

fn rows(mois: &[(Mois, &MoisDe, Periode)], blocs: &[Range<u32>]) -> usize {
    mois.iter()
        .flat_map(|(_, de, _)| blocs.iter().map(|b| de.segments_of(b.start).count(b)))
        .sum()
}

/// The authors whose own lots are read; `None`: everybody's.
fn own(plan: &Plan) -> Option<&[u32]> {
    match (&plan.soi, &plan.auteurs) {
        (Some(p), Some(a)) if !a.contains(p) => Some(&[]),
        (Some(p), _) => Some(std::slice::from_ref(p)),
        (None, a) => a.as_deref(),
    }
}

/// Activities of others that somebody helped to run.
fn visit_run_with<'a>(
    index: &'a Index,
    personne: u32,
    plan: &'a Plan,
    f: &mut impl FnMut(&Vue<'a>),
) {
    let mut masque = Vec::new();
    for (mois, de, jours) in months(index, plan) {
        for segment in std::iter::once(&de.base).chain(de.retouches.values()) {
            let avec = segment.run_with(personne);
            let lieu = Place {
                mois,
                de,
                segment,
                jours,
            };
            let mut i = 0;
            while i < avec.len() {
                let ligne = avec[i].1;
                let lot = segment.lots.partition_point(|l| l.debut <= ligne) - 1;
                let fin = segment.rows(lot).end;
                let suite = avec.partition_point(|c| (c.1 as usize) < fin);
                let auteur = segment.lots[lot].auteur;
                let voulus = &plan.auteurs;
                if auteur != personne && voulus.as_ref().is_none_or(|a| a.contains(&auteur)) {
                    visit(
                        lieu,
                        lot,
                        Some(&avec[i..suite]),
                        (&index.dicos, plan),
                        &mut masque,
                        f,
                    );
                }
                i = suite;
            }
        }
    }
}

/// A row the plan admits.
#[derive(Debug)]
pub struct Vue<'a> {
    pub mois: Mois,
    /// Days since 1970.
    jour: i32,
    pub auteur: u32,
    attache: u32,
    /// Code + 1.
    pub employeur: u32,
    pub site: u32,
    pub nature: u32,
    pub participants: u32,
    /// Followed persons.
    pub personnes: &'a [u32],
    segment: &'a Segment,
    ligne: usize,
    lien: usize,
    groupe: Groupe<'a>,
    /// In A; in the series; of the public of ST52.
    dedans: bool,
    serie: bool,
    agents: bool,
}

/// Calls `f` on each row of A, one after another.
pub fn each(index: &Index, plan: &Plan, mut f: impl FnMut(&Vue)) {
    let mut garde = |v: &Vue| {
        if v.dedans {
            f(v);
        }
    };
    let mut masque = Vec::new();
    lots(index, plan, |lieu, lot| {
        visit(
            lieu,
            lot,
            None,
            (&index.dicos, plan),
            &mut masque,
            &mut garde,
        );
    });
    if let Some(p) = plan.soi {
        visit_run_with(index, p, plan, &mut garde);
    }
}

/// Calls `f` on each lot a question goes through.
fn lots<'a>(index: &'a Index, plan: &Plan, mut f: impl FnMut(Place<'a>, usize)) {
    let blocs = blocks(index, plan);
    for (mois, de, jours) in months(index, plan) {
        for b in &blocs {
            let retouches = de.retouches.range(b.clone()).map(|(_, s)| s);
            for segment in std::iter::once(&de.base).chain(retouches) {
                for lot in segment.lots_in(b) {
                    let lieu = Place {
                        mois,
                        de,
                        segment,
                        jours,
                    };
                    f(lieu, lot);
                }
            }
        }
    }
}

/// Shows the rows of a lot that the plan admits, or those of a list. `masque`
/// is room to work in.
#[inline]
fn visit<'a>(
    lieu: Place<'a>,
    lot: usize,
    seules: Option<&[(u32, u32)]>,
    (d, plan): (&Dicos, &Plan),
    masque: &mut Vec<bool>,
    f: &mut impl FnMut(&Vue<'a>),
) {
    let s = lieu.segment;
    let l = &s.lots[lot];
    if !plan.admits(l) || lieu.de.hides(s, l.auteur) {
        return;
    }
    let lignes = s.rows(lot);
    masque.clear();
    masque.resize(lignes.len(), true);
    for (colonne, table) in plan.tables(s) {
        colonne.keep(lignes.clone(), table, masque);
    }
    let sejours = plan.sejours.get(&l.auteur);
    let employeur = d.attaches.get(l.attache).employeur;
    let entier = plan.periode.covers(lieu.jours);
    let en_serie = plan.serie.covers(lieu.jours);
    let mut c = Curseur::at(l);
    for (i, _) in lignes.zip(masque.iter()).filter(|(_, garde)| **garde) {
        let jour = lieu.jours.du + i32::from(s.jour[i]) - 1;
        let dans_periode = entier || plan.periode.contains(jour);
        let serie = en_serie || plan.serie.contains(jour);
        let ici = (dans_periode || serie)
            && sejours.is_none_or(|p| p.iter().any(|p| p.contains(jour)))
            && seules.is_none_or(|v| v.iter().any(|x| x.1 as usize == i));
        if !ici {
            continue;
        }
        c.go(s, i);
        let suivis = s.suivis.get(i);
        let personnes = &s.personne[c.lien..c.lien + suivis as usize];
        if let Some(v) = &plan.personnes
            && !personnes.iter().any(|p| v.contains(p))
        {
            continue;
        }
        let groupe = c.group(s);
        let anonymes = match groupe {
            Groupe::Personne => 0,
            Groupe::Un(code) => d.anonymes.get(code).nombre,
            Groupe::Plusieurs { nombre, .. } => nombre,
        };
        let nature = s.nature.get(i);
        let public = plan.natures[nature as usize];
        f(&Vue {
            mois: lieu.mois,
            jour,
            auteur: l.auteur,
            attache: l.attache,
            employeur,
            site: s.site.get(i),
            nature,
            participants: suivis + anonymes,
            personnes,
            segment: s,
            ligne: i,
            lien: c.lien,
            groupe,
            dedans: dans_periode && public != Public::Agents,
            serie: serie && public != Public::Agents,
            agents: dans_periode && matches!(public, Public::Agents | Public::Deux),
        });
    }
}

/// Rows that were chosen: they are added column after column.
#[derive(Debug, Default)]
pub struct Choix {
    lignes: Vec<u32>,
    participants: Vec<u32>,
    masque: Vec<bool>,
}

impl Choix {
    /// Adds the lots of some authors.
    fn add(
        &mut self,
        index: &Index,
        plan: &Plan,
        lieu: Place,
        auteurs: &Range<u32>,
        s: &mut Somme,
    ) {
        for lot in lieu.segment.lots_in(auteurs) {
            if plan.admits(&lieu.segment.lots[lot]) {
                self.lot(index, plan, lieu, lot, s);
            }
        }
        self.columns(index, plan, lieu.segment, s);
    }

    /// Adds a month, whoever the author.
    pub fn month(&mut self, index: &Index, plan: &Plan, mois: Mois, de: &MoisDe, s: &mut Somme) {
        for segment in std::iter::once(&de.base).chain(de.retouches.values()) {
            let lieu = Place {
                mois,
                de,
                segment,
                jours: mois.days(),
            };
            for lot in 0..segment.lots.len() {
                self.lot(index, plan, lieu, lot, s);
            }
            self.columns(index, plan, segment, s);
        }
    }

    fn lot(&mut self, index: &Index, plan: &Plan, lieu: Place, lot: usize, s: &mut Somme) {
        let debut = self.lignes.len();
        let mut masque = std::mem::take(&mut self.masque);
        visit(
            lieu,
            lot,
            None,
            (&index.dicos, plan),
            &mut masque,
            &mut |v| {
                self.row(index, plan, v, s);
            },
        );
        self.masque = masque;
        let a = u32::try_from(self.lignes.len() - debut).unwrap_or(u32::MAX);
        if a > 0 {
            let n = self.participants[debut..].iter().sum();
            let l = &lieu.segment.lots[lot];
            s.add(Facette::Auteur, l.auteur, a, n);
            s.add(Facette::Attache, l.attache, a, n);
        }
    }

    /// Adds one row alone.
    fn see(&mut self, index: &Index, plan: &Plan, v: &Vue, s: &mut Somme) {
        self.row(index, plan, v, s);
        if v.dedans {
            s.add(Facette::Auteur, v.auteur, 1, v.participants);
            s.add(Facette::Attache, v.attache, 1, v.participants);
        }
        self.columns(index, plan, v.segment, s);
    }

    /// What is not a column: the day, people, groups.
    #[inline]
    fn row(&mut self, index: &Index, plan: &Plan, v: &Vue, somme: &mut Somme) {
        let n = v.participants;
        if v.agents {
            somme.add(Facette::Divers, AGENTS, 0, n);
        }
        if v.serie {
            let point = usize::try_from(v.jour - plan.serie.du).unwrap_or(0);
            if let Some(p) = somme.jours.get_mut(point) {
                p[0] += 1;
                p[1] += u64::from(n);
            }
        }
        if !v.dedans {
            return;
        }
        let (s, i) = (v.segment, v.ligne);
        self.lignes.push(u32::try_from(i).unwrap_or(u32::MAX));
        self.participants.push(n);
        if !v.personnes.is_empty() {
            let suivis = u32::try_from(v.personnes.len()).unwrap_or(u32::MAX);
            somme.add(Facette::Suivis, v.nature, 0, suivis);
        }
        add_group(v.groupe, s.residence.get(i), somme);
        let mut premiers = 0;
        for (k, personne) in (v.lien..).zip(v.personnes) {
            let code = s.profil.get(k);
            let profil = index.dicos.profils.get(code);
            premiers += u32::from(profil.premier);
            if plan.gens {
                let dernier = pack(v.jour, profil.rang, code, s.domicile.get(k));
                somme.gens.see(*personne, v.auteur, v.employeur, dernier);
            }
        }
        if premiers > 0 {
            somme.add(Facette::Divers, PREMIERS, 0, premiers);
        }
    }

    /// Adds the rows chosen in a segment, column after column.
    fn columns(&mut self, index: &Index, plan: &Plan, s: &Segment, somme: &mut Somme) {
        for (facette, colonne) in [
            (Facette::Site, &s.site),
            (Facette::Nature, &s.nature),
            (Facette::Venue, &s.venue),
            (Facette::Duree, &s.duree),
            (Facette::Themes, &s.themes),
            (Facette::Moyens, &s.moyens),
            (Facette::Reste, &s.reste),
        ] {
            let hist = &mut somme.facettes[facette as usize];
            match colonne {
                Codes::Un(c) => self.column(c, hist),
                Codes::Deux(c) => self.column(c, hist),
                Codes::Quatre(c) => self.column(c, hist),
            }
        }
        for i in &self.lignes {
            let reste = s.reste.get(*i as usize);
            if reste == 0 {
                continue;
            }
            let suites = index.dicos.reste.get(reste).iter();
            for (_, n) in suites.filter(|(v, _)| Some(*v) == plan.orientation) {
                somme.add(Facette::Orientation, s.venue.get(*i as usize), 0, *n);
            }
        }
        self.lignes.clear();
        self.participants.clear();
    }

    fn column<T: Copy + Into<u32>>(&self, colonne: &[T], hist: &mut Hist) {
        let choisies = self.lignes.iter().zip(&self.participants);
        let choisies = choisies.map(|(i, n)| (colonne[*i as usize].into(), *n));
        match hist {
            Hist::Table(t) => {
                choisies.for_each(|(code, n)| t[code as usize] += (1 << 32) | u64::from(n));
            }
            Hist::Liste(l) => l.extend(choisies.map(|(code, n)| (code, 1, n))),
        }
    }
}

#[inline]
fn add_group(groupe: Groupe, residence: u32, somme: &mut Somme) {
    let nombre = match groupe {
        Groupe::Personne => return,
        Groupe::Un(code) => {
            somme.add(Facette::Anonymes, code, 1, 1);
            1
        }
        Groupe::Plusieurs {
            nombre,
            deja,
            mut marges,
        } => {
            somme.add(Facette::Divers, DEJA, 0, deja);
            while !marges.is_empty() {
                let valeur = read(&mut marges);
                somme.add(Facette::Marge, valeur, 0, read(&mut marges));
            }
            nombre
        }
    };
    if residence != 0 {
        somme.add(Facette::Residence, residence, 0, nombre);
    }
}

/// Authors with a row in the plan's period, whatever its kind (ST49).
#[must_use]
pub fn active_authors(index: &Index, plan: &Plan) -> usize {
    let mut actifs = vec![false; index.dicos.auteurs.len()];
    let mut masque = Vec::new();
    lots(index, plan, |lieu, lot| {
        let l = &lieu.segment.lots[lot];
        let deja = actifs[l.auteur as usize];
        if deja || !plan.admits(l) || lieu.de.hides(lieu.segment, l.auteur) {
            return;
        }
        if plan.sites.is_none() && plan.sejours.is_empty() {
            // Nothing but days.
            let jours = &lieu.segment.jour[lieu.segment.rows(lot)];
            actifs[l.auteur as usize] = jours
                .iter()
                .any(|j| plan.periode.contains(lieu.jours.du + i32::from(*j) - 1));
        } else {
            visit(
                lieu,
                lot,
                None,
                (&index.dicos, plan),
                &mut masque,
                &mut |v| {
                    actifs[v.auteur as usize] |= v.dedans;
                },
            );
        }
    });
    if let Some(p) = plan.soi {
        visit_run_with(index, p, plan, &mut |v| {
            actifs[v.auteur as usize] |= v.dedans;
        });
    }
    actifs.into_iter().filter(|a| *a).count()
}

/// The days of a question, where the chain of people has days.
#[must_use]
pub fn chain_days(p: Periode) -> Range<u16> {
    let jour = |j: i32, autre| u16::try_from(j.max(1)).unwrap_or(autre);
    let apres = u16::MAX - 1;
    jour(p.du, apres)..jour(p.au, apres).min(apres)
}
