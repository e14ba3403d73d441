//! Dissolving communes into larger territories.
//!
//! A border between two territories becomes one chain, whatever the number of
//! communes along it, so that simplifying a chain keeps neighbours together.

use std::collections::HashMap;

use super::{Contours, Noeud, arc_index};
use crate::geographie::{Commune, geographie};

/// Territories side by side, drawn by chains they share.
#[derive(Debug, Default)]
pub struct Mosaique {
    pub(crate) chaines: Vec<Vec<Noeud>>,
    /// Rings of each territory: chains, `!n` backwards. Sorted by key.
    pub(crate) territoires: Vec<(&'static str, Vec<Vec<i32>>)>,
}

/// What lies on the two sides of an arc.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Cotes(Option<&'static str>, Option<&'static str>);

impl Contours {
    /// Unites the communes to which `cle` gives the same key; those without
    /// a key are left out.
    #[must_use]
    pub fn dissolve(&self, cle: impl Fn(&'static Commune) -> Option<&'static str>) -> Mosaique {
        let mut cotes = vec![Cotes::default(); self.fins.len()];
        for s in &self.surfaces {
            let Some(k) = geographie().communes.get(s.commune as usize).and_then(&cle) else {
                continue;
            };
            for anneau in s.premier..s.dernier {
                for &c in self.ring(anneau as usize) {
                    let place = &mut cotes[arc_index(c)];
                    if c >= 0 {
                        place.0 = Some(k)
                    } else {
                        place.1 = Some(k)
                    }
                }
            }
        }
        let bords: Vec<usize> = (0..cotes.len())
            .filter(|i| cotes[*i].0 != cotes[*i].1)
            .collect();
        let (chaines, voisins) = self.chains(&bords, &cotes);
        let mut par_cle: HashMap<&'static str, Vec<i32>> = HashMap::new();
        for (i, v) in (0_i32..).zip(&voisins) {
            if let Some(k) = v.0 {
                par_cle.entry(k).or_default().push(i);
            }
            if let Some(k) = v.1 {
                par_cle.entry(k).or_default().push(!i);
            }
        }
        let mut territoires: Vec<_> = par_cle
            .into_iter()
            .map(|(k, cotes)| (k, stitch(&chaines, &cotes)))
            .collect();
        territoires.sort_unstable_by_key(|t| t.0);
        Mosaique {
            chaines,
            territoires,
        }
    }

    /// Joins border arcs through the points where nothing else meets.
    fn chains(&self, bords: &[usize], cotes: &[Cotes]) -> (Vec<Vec<Noeud>>, Vec<Cotes>) {
        let mut bouts: HashMap<Noeud, Vec<usize>> = HashMap::new();
        for &a in bords {
            let arc = self.arc_at(a);
            if let (Some(p), Some(q)) = (arc.first(), arc.last()) {
                bouts.entry(*p).or_default().push(a);
                bouts.entry(*q).or_default().push(a);
            }
        }
        let mut pris = vec![false; cotes.len()];
        let (mut chaines, mut voisins) = (Vec::new(), Vec::new());
        // Chains between true junctions first; what remains is closed loops.
        for boucles in [false, true] {
            for &a in bords {
                let arc = self.arc_at(a);
                let (Some(&p), Some(&q)) = (arc.first(), arc.last()) else {
                    continue;
                };
                let carrefour = |n: &Noeud| bouts.get(n).map_or(0, Vec::len) != 2;
                if pris[a] || !(boucles || carrefour(&p) || carrefour(&q)) {
                    continue;
                }
                let retour = !boucles && !carrefour(&p);
                let mut chaine = Vec::new();
                self.follow(a, retour, &bouts, &mut pris, &mut chaine);
                chaines.push(chaine);
                let v = cotes[a];
                voisins.push(if retour { Cotes(v.1, v.0) } else { v });
            }
        }
        (chaines, voisins)
    }

    fn follow(
        &self,
        mut arc: usize,
        mut retour: bool,
        bouts: &HashMap<Noeud, Vec<usize>>,
        pris: &mut [bool],
        chaine: &mut Vec<Noeud>,
    ) {
        loop {
            pris[arc] = true;
            let points = self.arc_at(arc);
            let debut = usize::from(!chaine.is_empty());
            if retour {
                chaine.extend(points.iter().rev().skip(debut));
            } else {
                chaine.extend(points.iter().skip(debut));
            }
            let Some(fin) = chaine.last() else { return };
            let suite = match bouts.get(fin).map(Vec::as_slice) {
                Some([a, b]) => [*a, *b].into_iter().find(|x| !pris[*x]),
                _ => None,
            };
            let Some(s) = suite else { return };
            retour = self.arc_at(s).first() != Some(fin);
            arc = s;
        }
    }

    fn arc_at(&self, i: usize) -> &[Noeud] {
        i32::try_from(i).map_or(&[], |i| self.arc(i))
    }
}

/// Puts the sides of one territory end to end, as closed rings.
fn stitch(chaines: &[Vec<Noeud>], cotes: &[i32]) -> Vec<Vec<i32>> {
    let bout = |c: i32, fin: bool| {
        let chaine = &chaines[arc_index(c)];
        if fin == (c >= 0) {
            chaine.last()
        } else {
            chaine.first()
        }
    };
    let mut departs: HashMap<Noeud, Vec<i32>> = HashMap::new();
    for &c in cotes.iter().rev() {
        if let Some(p) = bout(c, false) {
            departs.entry(*p).or_default().push(c);
        }
    }
    let mut anneaux = Vec::new();
    for &premier in cotes {
        let Some(origine) = bout(premier, false) else {
            continue;
        };
        if !take(&mut departs, *origine, |c| c == premier) {
            continue;
        }
        let mut anneau = vec![premier];
        let mut fin = bout(premier, true).copied();
        while let Some(p) = fin
            && p != *origine
            && let Some(c) = departs.get_mut(&p).and_then(Vec::pop)
        {
            anneau.push(c);
            fin = bout(c, true).copied();
        }
        anneaux.push(anneau);
    }
    anneaux
}

fn take(departs: &mut HashMap<Noeud, Vec<i32>>, p: Noeud, est: impl Fn(i32) -> bool) -> bool {
    let Some(liste) = departs.get_mut(&p) else {
        return false;
    };
    let Some(i) = liste.iter().position(|c| est(*c)) else {
        return false;
    };
    liste.remove(i);
    true
}
