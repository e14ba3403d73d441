//! A part of the journal: which months of which authors it changes.

use std::collections::BTreeSet;

use jiff::civil::Date;
use serde::Deserialize;
use socle::{Resultat, Tx, params, sql};
use uuid::Uuid;

use super::{super::index::Mois, lecture::Pas};

/// What an image says that matters here.
#[derive(Debug, Deserialize)]
struct Trace {
    auteur: Uuid,
    date: Date,
    #[serde(default)]
    suivis: Vec<Personne>,
}

#[derive(Debug, Deserialize)]
struct Personne {
    personne: Uuid,
}

/// What changed.
#[derive(Debug, Default)]
pub struct Queue {
    activites: BTreeSet<Uuid>,
    /// Months of authors to read again.
    pub mois: BTreeSet<(Mois, Uuid)>,
    /// Who took part before or takes part now.
    pub personnes: BTreeSet<Uuid>,
}

/// Reads the journal after a number, up to another.
///
/// # Errors
/// `Erreur::Base`.
pub async fn read(tx: &mut Tx, apres: i64, jusqua: i64) -> Resultat<Queue> {
    let mut q = Queue::default();
    let lignes = tx
        .rows(
            sql!(
                "SELECT activite, avant, apres FROM activite_journal
                 WHERE numero > $1 AND numero <= $2 ORDER BY numero"
            ),
            params![apres, jusqua],
        )
        .await?;
    for l in lignes {
        q.activites.insert(l.get("activite")?);
        for image in ["avant", "apres"] {
            let Some(texte) = l.get::<Option<String>>(image)? else {
                continue;
            };
            if let Ok(t) = serde_json::from_str::<Trace>(&texte) {
                q.mois.insert((Mois::of(t.date), t.auteur));
                q.personnes.extend(t.suivis.iter().map(|p| p.personne));
            }
        }
    }
    Ok(q)
}

impl Queue {
    /// What a change does to a person's other activities: the first of all may
    /// be another, and those of one day are counted in order.
    pub fn extend(&mut self, pas: &[Pas]) {
        let mut add = |p: &Pas| {
            self.mois.insert((Mois::of(p.date), p.auteur));
        };
        if let Some(premier) = pas.first() {
            add(premier);
        }
        // Who was first before this part of the journal.
        if let Some(ancien) = pas.iter().find(|p| !self.activites.contains(&p.activite)) {
            add(ancien);
        }
        for jour in pas.chunk_by(|a, b| a.date == b.date) {
            if jour.len() > 1 && jour.iter().any(|p| self.activites.contains(&p.activite)) {
                jour.iter().for_each(&mut add);
            }
        }
    }
}
