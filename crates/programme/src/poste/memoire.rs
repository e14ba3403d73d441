//! The ledger in memory. Figures ask for every post at each view; the ledger
//! is append-only, so its number of rows says whether it changed.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
};

use jiff::civil::Date;
use socle::{Perimetre, Resultat, Tx, params, sql};
use uuid::Uuid;

use super::{Etat, Mouvement, Situation, store};

/// What figures need of one post.
#[derive(Debug)]
struct Ligne {
    structure: Uuid,
    departement: String,
    situation: Situation,
}

/// Every post, as of a number of movements.
#[derive(Debug)]
struct Registre {
    mouvements: i64,
    lignes: Vec<Ligne>,
}

#[derive(Debug, Default)]
struct Memoire(RwLock<Option<Arc<Registre>>>);

/// Structure, département and state on a day of every post of a perimeter,
/// closed ones too.
///
/// # Errors
/// `Erreur::Base`.
pub async fn states(tx: &mut Tx, p: &Perimetre, le: Date) -> Resultat<Vec<(Uuid, String, Etat)>> {
    let registre = read(tx).await?;
    Ok(registre
        .lignes
        .iter()
        .filter(|l| match p {
            Perimetre::National => true,
            Perimetre::Departements(d) => d.contains(&l.departement),
            Perimetre::Structures(s) => s.contains(&l.structure),
            Perimetre::Aucun | Perimetre::Soi(_) => false,
        })
        .map(|l| (l.structure, l.departement.clone(), l.situation.etat(le)))
        .collect())
}

/// The ledger as this transaction sees it.
async fn read(tx: &mut Tx) -> Resultat<Arc<Registre>> {
    let mouvements = tx
        .count(sql!("SELECT count(*) AS n FROM mouvement_poste"), params![])
        .await?;
    let memoire = tx.attached::<Memoire>();
    let connu = memoire
        .0
        .read()
        .unwrap_or_else(PoisonError::into_inner)
        .clone();
    if let Some(r) = connu.filter(|r| r.mouvements == mouvements) {
        return Ok(r);
    }
    let r = Arc::new(Registre {
        mouvements,
        lignes: lines(tx).await?,
    });
    // What a writing transaction sees may never be committed.
    if tx.is_read_only() {
        *memoire.0.write().unwrap_or_else(PoisonError::into_inner) = Some(r.clone());
    }
    Ok(r)
}

async fn lines(tx: &mut Tx) -> Resultat<Vec<Ligne>> {
    let mut par_poste: HashMap<Uuid, Vec<Mouvement>> = HashMap::new();
    for (poste, m) in store::all_movements(tx).await? {
        par_poste.entry(poste).or_default().push(m);
    }
    tx.rows(
        sql!("SELECT id, structure, departement FROM poste ORDER BY numero"),
        params![],
    )
    .await?
    .iter()
    .map(|l| {
        let mouvements = par_poste.get(&l.get("id")?).map_or(&[][..], Vec::as_slice);
        Ok(Ligne {
            structure: l.get("structure")?,
            departement: l.get("departement")?,
            situation: Situation::of(mouvements)?,
        })
    })
    .collect()
}
