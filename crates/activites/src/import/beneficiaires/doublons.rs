//! Which known file a line looks like. Only files sharing a phone, an e-mail
//! or a name are compared.

use std::collections::{BTreeSet, HashMap};

use socle::francais;

use crate::beneficiaire::{Beneficiaire, Fiche, Mode};

/// Below, two files are two persons.
const SEUIL: u8 = 60;

/// The files of a counsellor, by what they may share with a line.
pub(super) struct Connus<'a> {
    fiches: &'a [Beneficiaire],
    par_cle: HashMap<String, Vec<usize>>,
}

impl<'a> Connus<'a> {
    pub(super) fn of(fiches: &'a [Beneficiaire]) -> Self {
        let mut par_cle: HashMap<String, Vec<usize>> = HashMap::new();
        for (i, b) in fiches.iter().enumerate() {
            for c in keys(&b.fiche) {
                par_cle.entry(c).or_default().push(i);
            }
        }
        Self { fiches, par_cle }
    }

    /// The closest file, when it is close enough.
    pub(super) fn closest(&self, f: &Fiche) -> Option<(&'a Beneficiaire, u8)> {
        let voisins: BTreeSet<usize> = keys(f)
            .iter()
            .filter_map(|c| self.par_cle.get(c))
            .flatten()
            .copied()
            .collect();
        voisins
            .into_iter()
            .filter_map(|i| self.fiches.get(i))
            .map(|b| (b, score(f, &b.fiche)))
            .filter(|(_, s)| *s >= SEUIL)
            .max_by_key(|(b, s)| (*s, b.id))
    }
}

fn keys(f: &Fiche) -> Vec<String> {
    let mut v = Vec::new();
    if let Some(t) = &f.telephone {
        v.push(format!("t{t}"));
    }
    if let Some(c) = &f.courriel {
        v.push(format!("c{c}"));
    }
    match f.mode {
        Mode::Identifie => v.push(format!("n{}", name(f))),
        Mode::Pseudonyme => v.push(format!("a{}", name(f))),
    }
    v
}

fn name(f: &Fiche) -> String {
    let mut mots: Vec<String> = francais::fold(&f.nom_affiche())
        .split(' ')
        .map(ToOwned::to_owned)
        .collect();
    mots.sort();
    mots.join(" ")
}

fn score(a: &Fiche, b: &Fiche) -> u8 {
    let egal = |x: &Option<String>, y: &Option<String>| x.is_some() && x == y;
    let mut n: i32 = 0;
    if name(a) == name(b) {
        n += 60;
    }
    match (a.annee_naissance, b.annee_naissance) {
        (Some(x), Some(y)) if x == y => n += 20,
        (Some(x), Some(y)) if (x - y).abs() >= 2 => n -= 30,
        _ => {}
    }
    if egal(&a.telephone, &b.telephone) {
        n += 25;
    }
    if egal(&a.courriel, &b.courriel) {
        n += 25;
    }
    if egal(&a.commune_residence, &b.commune_residence) {
        n += 5;
    }
    u8::try_from(n.clamp(0, 100)).unwrap_or(0)
}
