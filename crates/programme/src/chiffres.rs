//! Figures of posts, computed from the ledger, for pilotage and home pages.

use std::collections::{BTreeMap, HashMap};

use jiff::civil::Date;
use socle::{Perimetre, Resultat, Tx};
use uuid::Uuid;

use crate::{
    poste::{self, Etat},
    structure,
};

/// Posts of one structure in one département. `attribues` counts the open
/// ones: occupied + reserved + vacant + frozen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParTerritoire {
    pub departement: String,
    pub structure: Uuid,
    pub structure_nom: String,
    pub attribues: i64,
    pub occupes: i64,
    pub reserves: i64,
    pub vacants: i64,
    pub geles: i64,
    /// Returned or withdrawn, no longer counted in `attribues`.
    pub rendus: i64,
}

/// Posts per structure today.
///
/// # Errors
/// `Erreur::Base`.
pub async fn postes(tx: &mut Tx, p: &Perimetre) -> Resultat<Vec<ParTerritoire>> {
    let le = tx.today();
    postes_at(tx, p, le).await
}

/// Posts per structure as they were on a day.
///
/// # Errors
/// `Erreur::Base`.
pub async fn postes_at(tx: &mut Tx, p: &Perimetre, le: Date) -> Resultat<Vec<ParTerritoire>> {
    let etats = poste::states(tx, p, le).await?;
    // A post may be held outside the département of its structure's seat.
    let noms: HashMap<Uuid, String> = structure::names(tx, &Perimetre::National)
        .await?
        .into_iter()
        .collect();
    let mut lignes: BTreeMap<(String, Uuid), ParTerritoire> = BTreeMap::new();
    for (structure, departement, etat) in etats {
        let l = lignes
            .entry((departement.clone(), structure))
            .or_insert_with(|| ParTerritoire {
                departement,
                structure,
                structure_nom: noms.get(&structure).cloned().unwrap_or_default(),
                attribues: 0,
                occupes: 0,
                reserves: 0,
                vacants: 0,
                geles: 0,
                rendus: 0,
            });
        l.attribues += i64::from(etat.is_open());
        match etat {
            Etat::Occupe => l.occupes += 1,
            Etat::Reserve => l.reserves += 1,
            Etat::Vacant => l.vacants += 1,
            Etat::Gele => l.geles += 1,
            Etat::Rendu | Etat::Retire => l.rendus += 1,
            Etat::Annule => {}
        }
    }
    Ok(lignes.into_values().collect())
}
