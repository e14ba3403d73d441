//! Where rows are: which months, which authors, which lots; then rows one after
//! another, for those who look at each.

use std::ops::Range;

use super::{
    Index, Mois, MoisDe,
    fait::Dicos,
    plan::{A, Periode, Plan},
    segment::{BLOC, Curseur, Groupe, Segment},
};

/// Where rows are.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    pub mois: Mois,
    pub de: &'a MoisDe,
    pub segment: &'a Segment,
    /// The days of the month.
    pub jours: Periode,
}

impl Place<'_> {
    /// What an author did here has changed since.
    #[must_use]
    pub fn hides(&self, auteur: u32) -> bool {
        self.de.hides(self.segment, auteur)
    }
}

/// The months a question goes through, and their days.
#[must_use]
pub fn months<'a>(index: &'a Index, plan: &Plan) -> Vec<(Mois, &'a MoisDe, Periode)> {
    index
        .mois
        .iter()
        .map(|(m, de)| (*m, de.as_ref(), m.days()))
        .filter(|(_, _, j)| plan.periode.touches(*j) || plan.serie.touches(*j))
        .collect()
}

/// The authors a question goes through, in runs.
#[must_use]
pub fn blocks(index: &Index, plan: &Plan) -> Vec<Range<u32>> {
    let tous = u32::try_from(index.dicos.auteurs.len()).unwrap_or(u32::MAX);
    match own(plan) {
        Some(a) => a.iter().filter(|a| **a < tous).map(|a| *a..a + 1).collect(),
        None => index
            .terrain
            .runs(plan)
            .unwrap_or_else(|| all_blocks(index)),
    }
}

/// Every author.
#[must_use]
pub fn all_blocks(index: &Index) -> Vec<Range<u32>> {
    let tous = u32::try_from(index.dicos.auteurs.len()).unwrap_or(u32::MAX);
    (0..tous)
        .step_by(BLOC as usize)
        .map(|a| a..tous.min(a + BLOC))
        .collect()
}

/// The authors whose own lots are read; `None`: everybody's.
fn own(plan: &Plan) -> Option<&[u32]> {
    match (&plan.soi, &plan.auteurs) {
        (Some(p), Some(a)) if !a.contains(p) => Some(&[]),
        (Some(p), _) => Some(std::slice::from_ref(p)),
        (None, a) => a.as_deref(),
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

/// Calls `f` on each lot of others where somebody helped to run some rows.
pub fn run_with<'a>(
    index: &'a Index,
    personne: u32,
    plan: &Plan,
    mut f: impl FnMut(Place<'a>, usize, &[(u32, u32)]),
) {
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
                    f(lieu, lot, &avec[i..suite]);
                }
                i = suite;
            }
        }
    }
}

/// A row of A that the plan admits.
#[derive(Debug)]
pub struct Vue<'a> {
    pub mois: Mois,
    pub auteur: u32,
    /// Code + 1.
    pub employeur: u32,
    pub site: u32,
    pub nature: u32,
    pub participants: u32,
    /// Followed persons.
    pub personnes: &'a [u32],
}

/// Calls `f` on each row of A, one after another.
pub fn each(index: &Index, plan: &Plan, mut f: impl FnMut(&Vue)) {
    let d = &index.dicos;
    let mut masque = Vec::new();
    lots(index, plan, |lieu, lot| {
        visit(lieu, lot, None, (d, plan), &mut masque, &mut f);
    });
    if let Some(p) = plan.soi {
        run_with(index, p, plan, |lieu, lot, seules| {
            visit(lieu, lot, Some(seules), (d, plan), &mut masque, &mut f);
        });
    }
}

/// Shows the rows of a lot that the plan admits, or those of a list. `masque`
/// is room to work in.
fn visit<'a>(
    lieu: Place<'a>,
    lot: usize,
    seules: Option<&[(u32, u32)]>,
    (d, plan): (&Dicos, &Plan),
    masque: &mut Vec<u8>,
    f: &mut impl FnMut(&Vue<'a>),
) {
    let s = lieu.segment;
    let l = &s.lots[lot];
    if !plan.admits(l) || lieu.hides(l.auteur) {
        return;
    }
    let lignes = s.rows(lot);
    let jours = plan.days(lieu.jours);
    masque.clear();
    masque.extend(
        s.jour[lignes.clone()]
            .iter()
            .map(|j| jours[*j as usize & 31] & A),
    );
    for (colonne, table) in plan.tables(s) {
        colonne.keep(lignes.clone(), table, masque);
    }
    let sejours = plan.sejours.get(&l.auteur);
    let employeur = d.attaches.get(l.attache).employeur;
    let mut c = Curseur::at(l);
    for (i, bits) in lignes.zip(masque.iter()).filter(|(_, bits)| **bits != 0) {
        let jour = lieu.jours.du + i32::from(s.jour[i]) - 1;
        let nature = s.nature.get(i);
        let ici = bits & plan.natures[nature as usize] != 0
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
        let anonymes = match c.group(s) {
            Groupe::Personne => 0,
            Groupe::Un(code) => d.anonymes.get(code).nombre,
            Groupe::Plusieurs { nombre, .. } => nombre,
        };
        f(&Vue {
            mois: lieu.mois,
            auteur: l.auteur,
            employeur,
            site: s.site.get(i),
            nature,
            participants: suivis + anonymes,
            personnes,
        });
    }
}

/// Authors with a row in the plan's period, whatever its kind (ST49).
#[must_use]
pub fn active_authors(index: &Index, plan: &Plan) -> usize {
    let mut actifs = vec![false; index.dicos.auteurs.len()];
    let mut masque = Vec::new();
    let d = &index.dicos;
    lots(index, plan, |lieu, lot| {
        let l = &lieu.segment.lots[lot];
        let deja = actifs[l.auteur as usize];
        if deja || !plan.admits(l) || lieu.hides(l.auteur) {
            return;
        }
        if plan.sites.is_none() && plan.sejours.is_empty() {
            // Nothing but days.
            let jours = &lieu.segment.jour[lieu.segment.rows(lot)];
            actifs[l.auteur as usize] = jours
                .iter()
                .any(|j| plan.periode.contains(lieu.jours.du + i32::from(*j) - 1));
        } else {
            visit(lieu, lot, None, (d, plan), &mut masque, &mut |v| {
                actifs[v.auteur as usize] = true;
            });
        }
    });
    if let Some(p) = plan.soi {
        run_with(index, p, plan, |lieu, lot, seules| {
            visit(lieu, lot, Some(seules), (d, plan), &mut masque, &mut |v| {
                actifs[v.auteur as usize] = true;
            });
        });
    }
    actifs.into_iter().filter(|a| *a).count()
}
