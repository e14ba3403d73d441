//! Which known file a line looks like (§2.5). Only files sharing a phone, an
//! e-mail or the beginning of a name are compared; a pseudonym is known by its
//! words.

use std::collections::{BTreeSet, HashMap};

use socle::francais;

use crate::beneficiaire::{
    Beneficiaire, Fiche, Mode,
    doublon::{self, Comparee},
};

/// The files of a counsellor, by what they may share with a line.
pub(super) struct Connus<'a> {
    fiches: Vec<(&'a Beneficiaire, Option<Comparee>)>,
    par_cle: HashMap<String, Vec<usize>>,
}

impl<'a> Connus<'a> {
    pub(super) fn of(fiches: &'a [Beneficiaire]) -> Self {
        let fiches: Vec<_> = fiches.iter().map(|b| (b, Comparee::of(&b.fiche))).collect();
        let mut par_cle: HashMap<String, Vec<usize>> = HashMap::new();
        for (i, (b, c)) in fiches.iter().enumerate() {
            for cle in keys(&b.fiche, c.as_ref()) {
                par_cle.entry(cle).or_default().push(i);
            }
        }
        Self { fiches, par_cle }
    }

    /// The closest file, when it is close enough.
    pub(super) fn closest(&self, f: &Fiche) -> Option<(&'a Beneficiaire, u8)> {
        let lue = Comparee::of(f);
        let voisins: BTreeSet<usize> = keys(f, lue.as_ref())
            .iter()
            .filter_map(|c| self.par_cle.get(c))
            .flatten()
            .copied()
            .collect();
        voisins
            .into_iter()
            .filter_map(|i| self.fiches.get(i))
            .filter_map(|(b, c)| {
                let s = match (&lue, c) {
                    (Some(l), Some(c)) => doublon::score(l, c),
                    // The same words for both: the key said so.
                    (None, None) => 100,
                    _ => 0,
                };
                Some((*b, u8::try_from(s).ok()?))
            })
            .filter(|(_, s)| i64::from(*s) >= doublon::PROBABLE)
            .max_by_key(|(b, s)| (*s, b.id))
    }
}

fn keys(f: &Fiche, c: Option<&Comparee>) -> Vec<String> {
    match (c, f.mode) {
        (Some(c), _) => c.keys(),
        (None, Mode::Pseudonyme) => vec![format!("repère {}", francais::fold(&f.nom_affiche()))],
        (None, Mode::Identifie) => Vec::new(),
    }
}
