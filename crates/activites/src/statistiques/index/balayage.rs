//! Going through rows: which lots, then which rows, then the additions. Large
//! questions are shared between the processors by ranges of lots.

use std::{
    ops::Range,
    sync::atomic::{AtomicUsize, Ordering},
};

use super::{
    Index, Mois, MoisDe,
    fait::Dicos,
    jours,
    plan::{Periode, Plan, Public, Table},
    segment::{Curseur, Groupe, Segment, read},
    somme::{Somme, pack, profile_key},
};

/// Rows one thread takes at a time; fewer than this in all stay on one.
const PART: usize = 60_000;

/// Some lots of a month.
struct Travail<'a> {
    mois: Mois,
    de: &'a MoisDe,
    segment: &'a Segment,
    /// The days of the month.
    jours: Periode,
    lots: Range<usize>,
}

/// What is looked up by code, once for all rows.
struct Tables<'a> {
    plan: &'a Plan,
    employeur: Vec<u32>,
    /// Rank and code of each profile, where they are packed.
    profil: Vec<u64>,
    premier: Vec<bool>,
    /// Number and « déjà » of the anonymous groups of the dictionary.
    anonymes: Vec<u32>,
    /// Orientations of a set of the rest.
    orientation: Vec<u32>,
}

impl<'a> Tables<'a> {
    fn new(d: &Dicos, plan: &'a Plan) -> Self {
        let orientation = d
            .known("orientation")
            .and_then(|m| d.valeurs.find(&(super::fait::Dimension::Suite, m)))
            .unwrap_or(u32::MAX);
        Self {
            plan,
            employeur: d.attaches.table(|a| a.employeur),
            profil: (0..)
                .zip(d.profils.valeurs())
                .map(|(i, p)| profile_key(p.rang, i))
                .collect(),
            premier: d.profils.table(|p| p.premier),
            anonymes: d.anonymes.table(|a| a.nombre),
            orientation: d.reste.table(|e| {
                e.iter()
                    .find(|(v, _)| *v == orientation)
                    .map_or(0, |(_, n)| *n)
            }),
        }
    }
}

/// Adds up everything a plan admits.
#[must_use]
pub fn add_up(index: &Index, plan: &Plan) -> Somme {
    let travaux = works(index, plan);
    let tables = Tables::new(&index.dicos, plan);
    let lignes: usize = travaux.iter().map(size).sum();
    let fils = if lignes < PART {
        1
    } else {
        std::thread::available_parallelism()
            .map_or(1, usize::from)
            .min(lignes / PART + 1)
            .min(8)
    };
    let suivant = AtomicUsize::new(0);
    let share = || {
        let mut s = Somme::new(index, plan.serie);
        while let Some(t) = travaux.get(suivant.fetch_add(1, Ordering::Relaxed)) {
            for lot in t.lots.clone() {
                if plan.admits(&t.segment.lots[lot]) {
                    visit(t, lot, None, &tables, &mut |v| add(v, &tables, &mut s));
                }
            }
        }
        s
    };
    let mut somme = std::thread::scope(|portee| {
        let autres: Vec<_> = (1..fils).map(|_| portee.spawn(share)).collect();
        let mut s = share();
        for a in autres {
            if let Ok(a) = a.join() {
                s.merge(a);
            }
        }
        s
    });
    if let Some(p) = plan.soi {
        visit_run_with(index, p, &tables, &mut |v| add(v, &tables, &mut somme));
    }
    somme
}

fn size(t: &Travail) -> usize {
    let fin = t
        .segment
        .lots
        .get(t.lots.end)
        .map_or(t.segment.len(), |l| l.debut as usize);
    t.segment
        .lots
        .get(t.lots.start)
        .map_or(0, |l| fin - l.debut as usize)
}

/// The lots a question goes through.
fn works<'a>(index: &'a Index, plan: &Plan) -> Vec<Travail<'a>> {
    let mut v = Vec::new();
    for (mois, de) in &index.mois {
        let Some(jours) = span(*mois, plan) else {
            continue;
        };
        let mut take = |segment: &'a Segment, lots: Range<usize>| {
            if !lots.is_empty() {
                v.push(Travail {
                    mois: *mois,
                    de,
                    segment,
                    jours,
                    lots,
                });
            }
        };
        match own(plan) {
            Some(auteurs) => {
                for a in auteurs {
                    let s = de.segments_of(*a);
                    take(s, s.lots_of(*a));
                }
            }
            None => {
                let s = &de.base;
                let mut de_lot = 0;
                while de_lot < s.lots.len() {
                    let fin = s.lots[de_lot].debut as usize + PART;
                    let a_lot = s.lots.partition_point(|l| (l.debut as usize) < fin);
                    take(s, de_lot..a_lot);
                    de_lot = a_lot;
                }
                for s in de.retouches.values() {
                    take(s, 0..s.lots.len());
                }
            }
        }
    }
    v
}

/// The authors whose own lots are read; `None`: everybody's.
fn own(plan: &Plan) -> Option<&[u32]> {
    match (&plan.soi, &plan.auteurs) {
        (Some(p), Some(a)) if !a.contains(p) => Some(&[]),
        (Some(p), _) => Some(std::slice::from_ref(p)),
        (None, a) => a.as_deref(),
    }
}

/// The days of a month the question touches.
fn span(mois: Mois, plan: &Plan) -> Option<Periode> {
    let p = Periode {
        du: jours(mois.debut()),
        au: jours(mois.fin()),
    };
    (plan.periode.touches(p) || plan.serie.touches(p)).then_some(p)
}

/// Activities of others that somebody helped to run.
fn visit_run_with<'a>(
    index: &'a Index,
    personne: u32,
    tables: &Tables,
    f: &mut impl FnMut(&Vue<'a>),
) {
    for (mois, de) in &index.mois {
        let Some(jours) = span(*mois, tables.plan) else {
            continue;
        };
        for segment in std::iter::once(&de.base).chain(de.retouches.values()) {
            let avec = segment.run_with(personne);
            let t = Travail {
                mois: *mois,
                de,
                segment,
                jours,
                lots: 0..0,
            };
            let mut i = 0;
            while i < avec.len() {
                let ligne = avec[i].1;
                let lot = segment.lots.partition_point(|l| l.debut <= ligne) - 1;
                let fin = segment.rows(lot).end;
                let suite = avec.partition_point(|c| (c.1 as usize) < fin);
                let auteur = segment.lots[lot].auteur;
                let voulus = &tables.plan.auteurs;
                if auteur != personne && voulus.as_ref().is_none_or(|a| a.contains(&auteur)) {
                    visit(&t, lot, Some(&avec[i..suite]), tables, f);
                }
                i = suite;
            }
        }
    }
}

fn yes(table: &Table, code: u32) -> bool {
    table.as_ref().is_none_or(|t| t[code as usize])
}

/// A row the plan admits.
#[derive(Debug)]
pub struct Vue<'a> {
    pub mois: Mois,
    /// Days since 1970.
    jour: i32,
    auteur: u32,
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
    let tables = Tables::new(&index.dicos, plan);
    let mut garde = |v: &Vue| {
        if v.dedans {
            f(v);
        }
    };
    for t in works(index, plan) {
        for lot in t.lots.clone() {
            visit(&t, lot, None, &tables, &mut garde);
        }
    }
    if let Some(p) = plan.soi {
        visit_run_with(index, p, &tables, &mut garde);
    }
}

/// Shows the rows of a lot that the plan admits, or those of a list.
#[inline]
fn visit<'a>(
    t: &Travail<'a>,
    lot: usize,
    seules: Option<&[(u32, u32)]>,
    tables: &Tables,
    f: &mut impl FnMut(&Vue<'a>),
) {
    let (s, plan) = (t.segment, tables.plan);
    let l = &s.lots[lot];
    if !plan.admits(l) {
        return;
    }
    // What changed since hides what was.
    if !t.de.retouches.is_empty()
        && std::ptr::eq(s, &t.de.base)
        && t.de.retouches.contains_key(&l.auteur)
    {
        return;
    }
    let sejours = plan.sejours.get(&l.auteur);
    let employeur = tables.employeur[l.attache as usize];
    let entier = plan.periode.covers(t.jours);
    let en_serie = plan.serie.covers(t.jours);
    let mut c = Curseur::at(l);
    let fin = s.rows(lot).end;
    while c.ligne < fin {
        let i = c.ligne;
        let jour = t.jours.du + i32::from(s.jour[i]) - 1;
        let dans_periode = entier || plan.periode.contains(jour);
        let serie = en_serie || plan.serie.contains(jour);
        let nature = s.nature.get(i);
        let public = plan.natures[nature as usize];
        let site = s.site.get(i);
        let garde = (dans_periode || serie)
            && public != Public::Non
            && yes(&plan.sites, site)
            && yes(&plan.themes, s.themes.get(i))
            && yes(&plan.moyens, s.moyens.get(i))
            && yes(&plan.venues, s.venue.get(i))
            && yes(&plan.reste, s.reste.get(i))
            && sejours.is_none_or(|p| p.iter().any(|p| p.contains(jour)))
            && seules.is_none_or(|v| v.iter().any(|x| x.1 as usize == i));
        if garde {
            let suivis = s.suivis.get(i);
            let personnes = &s.personne[c.lien..c.lien + suivis as usize];
            let voulu = plan
                .personnes
                .as_ref()
                .is_none_or(|v| personnes.iter().any(|p| v.contains(p)));
            if voulu {
                let groupe = c.group(s);
                let anonymes = match groupe {
                    Groupe::Personne => 0,
                    Groupe::Un(code) => tables.anonymes[code as usize],
                    Groupe::Plusieurs { nombre, .. } => nombre,
                };
                f(&Vue {
                    mois: t.mois,
                    jour,
                    auteur: l.auteur,
                    attache: l.attache,
                    employeur,
                    site,
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
        c.skip(s);
    }
}

/// Adds a row to everything.
#[inline]
fn add(v: &Vue, tables: &Tables, somme: &mut Somme) {
    let n = v.participants;
    if v.agents {
        somme.agents += u64::from(n);
    }
    if v.serie {
        let point = usize::try_from(v.jour - tables.plan.serie.du).unwrap_or(0);
        if let Some(p) = somme.jours.get_mut(point) {
            p[0] += 1;
            p[1] += u64::from(n);
        }
    }
    if !v.dedans {
        return;
    }
    let (s, i) = (v.segment, v.ligne);
    somme.auteurs.add(v.auteur, 1, n);
    somme.attaches.add(v.attache, 1, n);
    somme.natures.add(v.nature, 1, n);
    somme.suivis[v.nature as usize] += v.personnes.len() as u64;
    somme.sites.add(v.site, 1, n);
    let venue = s.venue.get(i);
    somme.venues.add(venue, 1, n);
    somme.durees.add(s.duree.get(i), 1, n);
    somme.themes.add(s.themes.get(i), 1, n);
    somme.moyens.add(s.moyens.get(i), 1, n);
    let reste = s.reste.get(i);
    if reste != 0 {
        somme.reste.add(reste, 1, n);
        somme.orientations[venue as usize] += u64::from(tables.orientation[reste as usize]);
    }
    add_group(v.groupe, s.residence.get(i), somme);
    for (k, personne) in (v.lien..).zip(v.personnes) {
        let profil = s.profil.get(k) as usize;
        somme.premiers += u64::from(tables.premier[profil]);
        let dernier = pack(v.jour, tables.profil[profil], s.domicile.get(k));
        somme
            .personnes
            .see(*personne, v.auteur, v.employeur, dernier);
    }
}

fn add_group(groupe: Groupe, residence: u32, somme: &mut Somme) {
    let nombre = match groupe {
        Groupe::Personne => return,
        Groupe::Un(code) => {
            somme.anonymes.add(code, 1, 1);
            1
        }
        Groupe::Plusieurs {
            nombre,
            deja,
            mut marges,
        } => {
            somme.deja += u64::from(deja);
            while !marges.is_empty() {
                let valeur = read(&mut marges);
                somme.marges[valeur as usize] += u64::from(read(&mut marges));
            }
            nombre
        }
    };
    if residence != 0 {
        somme.residences[residence as usize] += u64::from(nombre);
    }
}

/// Authors with a row in the plan's period, whatever its kind (ST49).
#[must_use]
pub fn active_authors(index: &Index, plan: &Plan) -> usize {
    let mut auteurs = vec![false; index.dicos.auteurs.len()];
    each(index, plan, |v| auteurs[v.auteur as usize] = true);
    auteurs.into_iter().filter(|a| *a).count()
}
