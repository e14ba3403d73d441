//! Months summed up once: a question about everybody adds whole months and
//! reads the rows of the months it cuts only. People do not add up: they are
//! counted along their chain, each at the last of their activities.

use super::{
    Index,
    balayage::share,
    choix::{Choix, Lecture},
    depart::{Depart, people},
    dico::Codes,
    plan::{Periode, Plan},
    somme::{AGENTS, FACETTES, Facette, Hist, PREMIERS, Somme},
    visite::Place,
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
    pub fn days(&self, jours: Periode, serie: Periode, s: &mut Somme) {
        for (jour, rang) in (jours.du..=jours.au).zip(0..) {
            if let Ok(point) = usize::try_from(i64::from(jour) - i64::from(serie.du)) {
                let [a, n] = &self.jours;
                s.day(point, a.or_zero(rang).into(), n.or_zero(rang).into());
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
pub struct Cumul([[Vec<u32>; 2]; FACETTES]);

impl Cumul {
    #[must_use]
    pub fn new(index: &Index) -> Self {
        Self(index.dicos.sizes().map(|n| [vec![0; n], vec![0; n]]))
    }

    pub fn add(&mut self, r: &Resume) {
        for (vers, de) in self.0.iter_mut().flatten().zip(r.facettes.iter().flatten()) {
            de.add_to(vers);
        }
    }

    /// Leaves out what is counted with people, row by row.
    pub fn forget_people(&mut self) {
        for c in &mut self.0[Facette::Divers as usize] {
            for code in [AGENTS, PREMIERS] {
                c[code as usize] = 0;
            }
        }
    }

    pub fn into(self, s: &mut Somme) {
        for (hist, [a, n]) in s.facettes.iter_mut().zip(self.0) {
            if let Hist::Table(t) = hist {
                for ((c, a), n) in t.iter_mut().zip(a).zip(n) {
                    *c = c.wrapping_add((u64::from(a) << 32) | u64::from(n));
                }
            }
        }
    }
}

/// Adds up a period of everybody's activities.
#[must_use]
pub fn add_up(index: &Index, plan: &Plan) -> Somme {
    let tous = index.mois.iter().map(|(m, de)| (*m, de.as_ref(), m.days()));
    let mut mois: Vec<_> = tous.collect();
    let lignes = mois.iter().map(|(_, de, _)| de.base.len()).sum();
    let depart = Depart::of(plan, &mois);
    // Months that are cut take longest.
    mois.sort_by_key(|(_, _, j)| plan.periode.covers(*j));
    let bords = plan.edges();
    let part = |prendre: &dyn Fn() -> Option<usize>| {
        let mut s = Somme::new(index, plan.serie, true);
        let mut cumul = Cumul::new(index);
        let mut choix = Choix::default();
        while let Some(i) = prendre() {
            let (m, de, jours) = mois[i];
            de.resume.days(jours, plan.serie, &mut s);
            let dehors = jours.au - jours.du + 1 - plan.periode.days_of(jours);
            // All of it but days left out, when these are fewer.
            let moins = dehors * 2 <= jours.au - jours.du;
            if moins {
                cumul.add(&de.resume);
            }
            if dehors > 0 && plan.periode.touches(jours) {
                let lieu = Place {
                    mois: m,
                    de,
                    segment: &de.base,
                    jours,
                };
                let l = Lecture::of(index, &bords, lieu);
                s.moins = moins;
                choix.month(&if moins { l.outside() } else { l }, &mut s);
                s.moins = false;
            }
            match &depart {
                Some(d) => d.people(plan, (m, de, jours), &mut s.gens),
                None if plan.periode.touches(jours) => people(index, plan, m, de, &mut s.gens),
                None => {}
            }
        }
        cumul.into(&mut s);
        s
    };
    let mut s = share(mois.len(), lignes, part, Somme::merge);
    if let Some(d) = depart {
        d.finish(index, &mut s.gens);
    }
    s.gens.finish(true);
    s
}
