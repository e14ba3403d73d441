//! Small tables other spaces read: people counted exactly in each cell.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::{
    Index, Mois,
    plan::Plan,
    somme::Personnes,
    visite::{self, Vue},
};
use crate::statistiques::Question;

/// Figures of a cell.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Cellule {
    pub activites: i64,
    pub ateliers: i64,
    pub accompagnements: i64,
    /// Followed persons, each once in the cell.
    pub suivis: i64,
    pub anonymes: i64,
}

impl Index {
    /// By (département, employer) of each activity.
    #[must_use]
    pub fn by_territory(&self, q: &Question) -> BTreeMap<(String, Option<Uuid>), Cellule> {
        let d = &self.dicos;
        let cellules = self.cells(q, |v| (d.sites.get(v.site).departement, v.employeur));
        cellules
            .into_iter()
            .map(|((departement, employeur), c)| {
                let structure = employeur.checked_sub(1).map(|e| *d.structures.get(e));
                ((d.text(departement).to_owned(), structure), c)
            })
            .collect()
    }

    /// By civil month.
    #[must_use]
    pub fn by_month(&self, q: &Question) -> BTreeMap<Mois, Cellule> {
        self.cells(q, |v| v.mois)
    }

    fn cells<C: Ord + Copy>(
        &self,
        q: &Question,
        cellule: impl Fn(&Vue) -> C,
    ) -> BTreeMap<C, Cellule> {
        let plan = Plan::of(self, q);
        let mut rangs: BTreeMap<C, u32> = BTreeMap::new();
        let mut comptes: Vec<Cellule> = Vec::new();
        let mut personnes = Personnes::new(0, self.dicos.personnes.len());
        // Rows of one cell often follow one another.
        let mut derniere: Option<(C, u32)> = None;
        visite::each(self, &plan, |v| {
            let ici = cellule(v);
            let rang = match derniere {
                Some((c, rang)) if c == ici => rang,
                _ => {
                    let suivant = u32::try_from(comptes.len()).unwrap_or(u32::MAX);
                    let rang = *rangs.entry(ici).or_insert(suivant);
                    if rang == suivant {
                        comptes.push(Cellule::default());
                    }
                    rang
                }
            };
            derniere = Some((ici, rang));
            let c = &mut comptes[rang as usize];
            c.activites += 1;
            c.ateliers += i64::from(self.dicos.natures.get(v.nature).collectif);
            c.accompagnements += i64::from(v.participants);
            c.anonymes += i64::from(v.participants) - v.personnes.len() as i64;
            for p in v.personnes {
                personnes.see(*p, rang, 0, 0);
            }
        });
        for (_, _, rang, _) in personnes.iter() {
            comptes[rang as usize].suivis += 1;
        }
        for rang in personnes.other_authors() {
            comptes[rang as usize].suivis += 1;
        }
        rangs
            .into_iter()
            .map(|(c, rang)| (c, comptes[rang as usize]))
            .collect()
    }
}
