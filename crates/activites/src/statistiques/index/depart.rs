//! The people of a long period: at the last of their activities, found along
//! their chain; or, when fewer rows say it, as they were when the last whole
//! month ended ([`super::fil`]), but for those whom nobody met since the period
//! began and those whom its last days changed.

use std::ops::Range;

use super::{
    Index, Mois, MoisDe,
    gens::Gens,
    plan::{Periode, Plan},
    segment::{JAMAIS_APRES, Segment},
};

/// Months of which every day has its number in chains.
const DEBUT: Mois = Mois(1970 * 12);
const FIN: Mois = Mois(2149 * 12);

/// Where the count of people starts from.
pub struct Depart {
    /// The last whole month that does not end after the period.
    fin: Mois,
    /// The days after that month; those of them that are in the period.
    suite: Range<u16>,
    coupe: Option<Range<u16>>,
    /// The period.
    jours: Range<u16>,
    /// The period holds everything: only those who came once are known.
    entier: bool,
}

impl Depart {
    /// How to count the people of a period; nothing when its own rows say it
    /// sooner.
    #[must_use]
    pub fn of(plan: &Plan, mois: &[(Mois, &MoisDe, Periode)]) -> Option<Self> {
        let p = plan.periode;
        let ((premier, ..), (dernier, ..)) = (mois.first()?, mois.last()?);
        // Days that chains tell apart.
        let datees = DEBUT < *premier && *dernier < FIN && p.du <= p.au;
        if plan.lignes || !datees {
            return None;
        }
        let liens = |choisi: &dyn Fn(Periode) -> bool| -> usize {
            let choisis = mois.iter().filter(|(_, _, j)| choisi(*j));
            choisis.map(|(_, de, _)| de.base.personne.len()).sum()
        };
        let (fin, _, jours_fin) = mois.iter().rfind(|(_, _, j)| j.au <= p.au)?;
        let coupe = mois.iter().any(|(_, _, j)| j.du <= p.au && p.au < j.au);
        // Its own rows name everybody; these, only those who change.
        let dans = liens(&|j| p.touches(j));
        if liens(&|j| j.du < p.du) > dans {
            return None;
        }
        let jours = chain_days(p);
        let lendemain = chain_days(Periode {
            du: jours_fin.au + 1,
            au: i32::MAX,
        });
        Some(Self {
            fin: *fin,
            coupe: coupe.then_some(lendemain.start..jours.end),
            suite: lendemain.start..JAMAIS_APRES,
            entier: mois.iter().all(|(_, _, j)| p.covers(*j)),
            jours,
        })
    }

    /// Corrects the count by the links of a month.
    pub fn people(&self, plan: &Plan, (m, de, jours): (Mois, &MoisDe, Periode), gens: &mut Gens) {
        if self.entier {
            return;
        }
        let p = plan.periode;
        if p.covers(jours) {
            for (s, liens) in visible(de) {
                self.inside(m, s, liens, gens);
            }
            return;
        }
        if jours.au < p.du {
            for (s, liens) in visible(de) {
                gens.correct(s, liens, &self.suite, false);
            }
            return;
        }
        if jours.du > p.au {
            return;
        }
        for (s, lot) in de.lots() {
            let dedans = links_between(s, lot, jours, p);
            if m <= self.fin {
                let avant = s.links(lot).start..dedans.start;
                gens.correct(s, avant, &self.suite, false);
            }
            self.inside(m, s, dedans, gens);
        }
    }

    /// Links of the period.
    fn inside(&self, m: Mois, s: &Segment, liens: Range<usize>, gens: &mut Gens) {
        gens.once(s, liens.clone(), &self.jours);
        if m > self.fin {
            // The last of somebody in the days that are cut.
            let apres = self.jours.end.saturating_add(1)..JAMAIS_APRES;
            gens.correct(s, liens, &apres, true);
        } else if let Some(c) = &self.coupe {
            // No longer the last.
            gens.correct(s, liens, c, false);
        }
    }

    /// Counts everybody, once all links are seen.
    pub fn finish(self, index: &Index, gens: &mut Gens) {
        index.fil.add_to(self.fin, gens);
        gens.total(if self.entier { index.fil.once() } else { 0 });
    }
}

/// The days of a question, where the chain of people has days.
fn chain_days(p: Periode) -> Range<u16> {
    let jour = |j: i32, autre| u16::try_from(j.max(1)).unwrap_or(autre);
    let apres = u16::MAX - 1;
    jour(p.du, apres)..jour(p.au, apres).min(apres)
}

/// The people whose last activity of the period is in a month.
pub fn people(index: &Index, plan: &Plan, mois: Mois, de: &MoisDe, gens: &mut Gens) {
    let jours = mois.days();
    let entier = plan.periode.covers(jours);
    let bornes = chain_days(plan.periode);
    if entier && !plan.lignes {
        for (s, liens) in visible(de) {
            gens.follow(s, liens, &bornes);
        }
        return;
    }
    for (s, lot) in de.lots() {
        let liens = if entier {
            s.links(lot)
        } else {
            links_between(s, lot, jours, plan.periode)
        };
        gens.follow(s, liens.clone(), &bornes);
        if plan.lignes {
            let l = &s.lots[lot];
            let attache = index.dicos.attaches.get(l.attache);
            gens.follow_lines(s, liens, &bornes, l.auteur, attache.employeur);
        }
    }
}

/// Links of a month that nothing hides, in long runs.
fn visible(de: &MoisDe) -> Vec<(&Segment, Range<usize>)> {
    let s = &de.base;
    let mut v = Vec::new();
    let mut debut = 0;
    for a in de.retouches.keys() {
        let lots = s.lots_of(*a);
        if !lots.is_empty() {
            v.push((s, debut..s.links(lots.start).start));
            debut = s.links(lots.end - 1).end;
        }
    }
    v.push((s, debut..s.personne.len()));
    v.extend(de.retouches.values().map(|s| (s, 0..s.personne.len())));
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
