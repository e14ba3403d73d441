//! Statistics (spec 20 §5): a question (scope, filters) and its answer.
//!
//! - [`Question`] and [`Reponse`] are the contract between the screens and
//!   whatever counts: the answer holds keys and counts, nothing shown.
//! - [`portee`], [`filtres`]: who and what is counted; [`catalogue`]: what each
//!   figure is called and how its parts are read.
//! - [`oracle`]: the definitions of §5.4 as plain SQL. It stays as the measure
//!   of every other way to count.

pub mod acces;
pub mod calcul;
pub mod catalogue;
pub mod coordination;
mod definitions;
pub mod demande;
pub mod etiquettes;
pub mod filtres;
pub mod index;
pub mod oracle;
pub mod pages;
pub mod partage;
pub mod portee;
pub mod presentation;
pub mod publiques;
pub mod serie;
pub mod suivi;
#[cfg(test)]
pub(crate) mod tests;

use std::collections::BTreeMap;

use jiff::civil::Date;
use socle::{Resultat, Tx};
use uuid::Uuid;

pub use catalogue::Bloc;
pub use demande::Demande;
pub use filtres::{Filtres, Nom};
pub use portee::Portee;
pub use serie::{Grain, Serie};

/// Dimensions of `activite_valeur` that only statistics read here; other
/// rooms write them.
pub mod dimension {
    /// Out of the programme's scope (W25): `oui`.
    pub const HORS_CHAMP: &str = "hors_champ";
    /// Made from a rendez-vous: `oui`.
    pub const RENDEZ_VOUS: &str = "rendez_vous";
    /// Under a mandat: `oui`.
    pub const MANDAT: &str = "mandat";
}

/// What is asked. Everything an engine needs is inside: it reads nothing else.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    pub portee: Portee,
    pub filtres: Filtres,
    /// Weight 1 instead of n in ST21–ST42.
    pub par_activite: bool,
    /// Buckets of ST47.
    pub serie: Serie,
    /// Civil date of the reader: ST49 counts the 30 days before it.
    pub aujourdhui: Date,
    /// Tags the reader may see (ST35).
    pub etiquettes: Vec<Uuid>,
    /// Places on wheels (ST55), sorted.
    pub itinerants: Vec<Uuid>,
    pub listes: Listes,
}

/// The long lists a reader shows: what nobody looks at is not made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Listes {
    /// ST41.
    pub auteurs: bool,
    /// ST42.
    pub structures: bool,
    /// Cells at most of each long block ([`Bloc::is_long`]); the smaller ones
    /// add up in [`catalogue::AUTRES`].
    pub lieux: usize,
}

impl Listes {
    pub const TOUTES: Self = Self {
        auteurs: true,
        structures: true,
        lieux: usize::MAX,
    };
    pub const AUCUNE: Self = Self {
        auteurs: false,
        structures: false,
        lieux: 0,
    };
}

/// The figures that are one number.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Totaux {
    /// ST02, ST03; ST01 is their sum.
    pub individuels: i64,
    pub ateliers: i64,
    /// ST05, ST06; ST04 is their sum.
    pub accompagnements_individuels: i64,
    pub participations_ateliers: i64,
    /// ST08.
    pub accompagnements_suivis: i64,
    /// ST10.
    pub beneficiaires_suivis: i64,
    /// ST09, and Σ d of them.
    pub anonymes: i64,
    pub deja_accompagnes: i64,
    /// #{p : premier(p) ∈ A}; ST13 adds Σ (N − d).
    pub premiers: i64,
    /// ST14.
    pub suivis_recurrents: i64,
    /// ST16, ST17, minutes.
    pub temps_activite: i64,
    pub temps_personnes: i64,
    /// ST48.
    pub lieux_actifs: i64,
    /// ST49: in the scope, whatever the filters and the public.
    pub professionnels_actifs_30j: i64,
    /// Σ n of ST50, ST51.
    pub avec_rdv: i64,
    pub avec_mandat: i64,
    /// ST52: same scope and filters but the public.
    pub accompagnements_agents: i64,
    /// Activities of ST53.
    pub demarches_seules: i64,
    /// Σ n of ST55.
    pub aller_vers: i64,
    /// Σ n of ST57.
    pub hors_champ: i64,
    /// ST58: individuals with both answers, Σ (après − avant).
    pub confiance_nombre: i64,
    pub confiance_somme: i64,
}

impl Totaux {
    /// ST01.
    #[must_use]
    pub fn activites(&self) -> i64 {
        self.individuels + self.ateliers
    }

    /// ST04.
    #[must_use]
    pub fn accompagnements(&self) -> i64 {
        self.accompagnements_individuels + self.participations_ateliers
    }

    /// ST11.
    #[must_use]
    pub fn beneficiaires_haut(&self) -> i64 {
        self.beneficiaires_suivis + self.anonymes
    }

    /// ST12.
    #[must_use]
    pub fn beneficiaires_bas(&self) -> i64 {
        self.beneficiaires_suivis + self.anonymes - self.deja_accompagnes
    }

    /// ST13.
    #[must_use]
    pub fn nouveaux(&self) -> i64 {
        self.premiers + self.anonymes - self.deja_accompagnes
    }
}

/// One line of ST41 and ST42: the distinct counts do not add up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Part {
    pub activites: i64,
    /// Σ n, whatever the weight.
    pub accompagnements: i64,
    /// ST10 of the line.
    pub suivis: i64,
}

/// One bucket of ST47, counted both ways.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Point {
    /// First day of the bucket.
    pub debut: Date,
    pub activites: i64,
    pub accompagnements: i64,
}

/// What was counted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reponse {
    /// Last number of the statistics journal that is counted.
    pub version: i64,
    pub totaux: Totaux,
    /// Cells of every block with something in it, zeros left out. The empty
    /// key is « Non précisé ».
    pub blocs: BTreeMap<Bloc, BTreeMap<String, i64>>,
    /// ST41.
    pub auteurs: BTreeMap<Uuid, Part>,
    /// ST42; `None`: « Employeur à préciser ».
    pub structures: BTreeMap<Option<Uuid>, Part>,
    /// ST47: every bucket in order, zeros included.
    pub serie: Vec<Point>,
}

impl Reponse {
    /// Adds to a cell of a block; zero adds nothing.
    pub fn add(&mut self, bloc: Bloc, cle: impl Into<String>, n: i64) {
        if n != 0 {
            *self
                .blocs
                .entry(bloc)
                .or_default()
                .entry(cle.into())
                .or_default() += n;
        }
    }

    /// Leaves out of a whole answer what some lists do not want.
    pub fn shorten(&mut self, l: Listes) {
        if !l.auteurs {
            self.auteurs.clear();
        }
        if !l.structures {
            self.structures.clear();
        }
        for bloc in Bloc::TOUS.iter().filter(|b| b.is_long()) {
            self.shorten_block(*bloc, l.lieux);
        }
    }

    /// Keeps the largest cells of a block; what was not said stays beside.
    fn shorten_block(&mut self, bloc: Bloc, garder: usize) {
        let Some(cellules) = self.blocs.get_mut(&bloc) else {
            return;
        };
        let dites = cellules.keys().filter(|c| !c.is_empty()).count();
        if dites <= garder || cellules.contains_key(catalogue::AUTRES) {
            return;
        }
        let (mut v, reste): (Vec<_>, Vec<_>) = std::mem::take(cellules)
            .into_iter()
            .partition(|(cle, _)| !cle.is_empty());
        v.sort_unstable_by(|(c, n), (d, m)| m.cmp(n).then_with(|| c.cmp(d)));
        let autres: i64 = v.split_off(garder).iter().map(|x| x.1).sum();
        cellules.extend(v.into_iter().chain(reste));
        self.add(bloc, catalogue::AUTRES, autres);
    }

    /// The cells of a block.
    #[must_use]
    pub fn cells(&self, bloc: Bloc) -> Option<&BTreeMap<String, i64>> {
        self.blocs.get(&bloc)
    }

    /// One cell.
    #[must_use]
    pub fn get(&self, bloc: Bloc, cle: &str) -> i64 {
        self.blocs
            .get(&bloc)
            .and_then(|c| c.get(cle))
            .copied()
            .unwrap_or(0)
    }
}

/// Answers a question, up to the last committed change.
///
/// # Errors
/// `Erreur::Base`.
pub async fn repondre(tx: &mut Tx, q: &Question) -> Resultat<Reponse> {
    let mut r = if tx.is_read_only() {
        suivi::repondre(tx, q).await?
    } else {
        // It sees what is not committed, which the index must not.
        oracle::repondre(tx, q).await?
    };
    catalogue::derive(&mut r);
    r.shorten(q.listes);
    Ok(r)
}
