//! Months summed up once: a question about everybody adds whole months and
//! reads the rows of the months it cuts only. People do not add up: they are
//! counted along their chain, each at the last of their activities.

use std::ops::Range;

use super::{
    Index, Mois, MoisDe,
    balayage::{Choix, chain_days, share},
    dico::Codes,
    gens::Gens,
    plan::{Periode, Plan},
    segment::Segment,
    somme::{FACETTES, Hist, Somme},
};

/// A month: activities and people by code of each facet, then by day.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Resume {
    facettes: [[Codes; 2]; FACETTES],
    jours: [Codes; 2],
}

impl Resume {
    #[must_use]
    pub fn of(s: &Somme) -> Self {
        let mut r = Self::default();
        r.change(s, 1);
        for c in r.facettes.iter_mut().flatten() {
            c.shrink();
        }
        r
    }

    /// Adds a sum, or takes it away with −1.
    pub fn change(&mut self, s: &Somme, sens: i64) {
        let change = |colonnes: &mut [Codes; 2], rang, valeurs: [i64; 2]| {
            for (c, n) in colonnes.iter_mut().zip(valeurs) {
                if n != 0 {
                    c.change(rang, n * sens);
                }
            }
        };
        for (colonnes, hist) in self.facettes.iter_mut().zip(&s.facettes) {
            for (code, a, n) in hist.iter() {
                change(colonnes, code as usize, [a, n]);
            }
        }
        for (rang, [a, n]) in s.jours.iter().enumerate() {
            let entier = |n: &u64| i64::try_from(*n).unwrap_or(0);
            change(&mut self.jours, rang, [entier(a), entier(n)]);
        }
    }

    /// Adds the days of the series that are of this month.
    fn days(&self, jours: Periode, serie: Periode, s: &mut Somme) {
        for (jour, rang) in (jours.du..=jours.au).zip(0..) {
            let point = usize::try_from(i64::from(jour) - i64::from(serie.du));
            if let Some(p) = point.ok().and_then(|p| s.jours.get_mut(p)) {
                for (p, c) in p.iter_mut().zip(&self.jours) {
                    *p += u64::from(c.or_zero(rang));
                }
            }
        }
    }

    /// Bytes held.
    #[must_use]
    pub fn octets(&self) -> usize {
        self.facettes.iter().flatten().map(Codes::octets).sum()
    }
}

/// Whole months added together, by code.
struct Cumul([[Vec<u32>; 2]; FACETTES]);

impl Cumul {
    fn new(index: &Index) -> Self {
        Self(index.dicos.sizes().map(|n| [vec![0; n], vec![0; n]]))
    }

    fn add(&mut self, r: &Resume) {
        for (vers, de) in self.0.iter_mut().flatten().zip(r.facettes.iter().flatten()) {
            de.add_to(vers);
        }
    }

    fn into(self, s: &mut Somme) {
        for (hist, [a, n]) in s.facettes.iter_mut().zip(self.0) {
            if let Hist::Table(t) = hist {
                for ((c, a), n) in t.iter_mut().zip(a).zip(n) {
                    *c += (u64::from(a) << 32) | u64::from(n);
                }
            }
        }
    }
}

/// Adds up a period of everybody's activities.
#[must_use]
pub fn add_up(index: &Index, plan: &Plan) -> Somme {
    let mois: Vec<_> = index.mois.iter().collect();
    let bords = plan.edges();
    let touches = |m: Mois| plan.periode.touches(m.days());
    let lignes = mois
        .iter()
        .filter(|(m, _)| touches(**m))
        .map(|(_, de)| de.base.len())
        .sum();
    let mut somme = share(mois.len(), lignes, |prendre| {
        let mut s = Somme::new(index, plan.serie, true);
        let mut cumul = Cumul::new(index);
        let mut choix = Choix::default();
        while let Some(i) = prendre() {
            let (m, de) = (*mois[i].0, mois[i].1.as_ref());
            de.resume.days(m.days(), plan.serie, &mut s);
            if plan.periode.covers(m.days()) {
                cumul.add(&de.resume);
            } else if touches(m) {
                choix.month(index, &bords, m, de, &mut s);
            }
            if touches(m) {
                people(index, plan, m, de, &mut s.gens);
            }
        }
        cumul.into(&mut s);
        s
    });
    somme.gens.finish(true);
    somme
}

/// The people whose last activity of the period is in a month.
fn people(index: &Index, plan: &Plan, mois: Mois, de: &MoisDe, gens: &mut Gens) {
    let jours = mois.days();
    let entier = plan.periode.covers(jours);
    let bornes = chain_days(plan.periode);
    for s in std::iter::once(&de.base).chain(de.retouches.values()) {
        if entier && !plan.lignes {
            for liens in visible(de, s) {
                gens.follow(s, liens, &bornes);
            }
            continue;
        }
        for lot in 0..s.lots.len() {
            let auteur = s.lots[lot].auteur;
            if de.hides(s, auteur) {
                continue;
            }
            let liens = if entier {
                s.links(lot)
            } else {
                links_between(s, lot, jours, plan.periode)
            };
            gens.follow(s, liens.clone(), &bornes);
            if plan.lignes {
                let attache = index.dicos.attaches.get(s.lots[lot].attache);
                gens.follow_lines(s, liens, &bornes, auteur, attache.employeur);
            }
        }
    }
}

/// Links of a segment that nothing hides, in long runs.
fn visible(de: &MoisDe, s: &Segment) -> Vec<Range<usize>> {
    let mut v = Vec::new();
    let mut debut = 0;
    if std::ptr::eq(s, &de.base) {
        for a in de.retouches.keys() {
            let lots = s.lots_of(*a);
            if !lots.is_empty() {
                v.push(debut..s.links(lots.start).start);
                debut = s.links(lots.end - 1).end;
            }
        }
    }
    v.push(debut..s.personne.len());
    v
}

/// Links of the rows of a lot that are in a period: rows are in the order of
/// days.
fn links_between(s: &Segment, lot: usize, mois: Periode, p: Periode) -> Range<usize> {
    let mut lien = s.links(lot).start;
    let mut v = lien..lien;
    for i in s.rows(lot) {
        let jour = mois.du + i32::from(s.jour[i]) - 1;
        let suite = lien + s.suivis.get(i) as usize;
        if jour < p.du {
            v.start = suite;
        }
        if jour <= p.au {
            v.end = suite;
        }
        lien = suite;
    }
    v.start..v.end.max(v.start)
}
