//! Figures of posts, computed from the ledger, for pilotage and home pages.

use std::collections::BTreeMap;

use jiff::civil::Date;
use socle::{Perimetre, Resultat, Tx};
use uuid::Uuid;

use crate::poste::{self, Etat};

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
    let mut lignes: BTreeMap<(String, Uuid), ParTerritoire> = BTreeMap::new();
    for poste in poste::states_at(tx, p, le).await? {
        let l = lignes
            .entry((poste.departement.clone(), poste.structure))
            .or_insert_with(|| ParTerritoire {
                departement: poste.departement,
                structure: poste.structure,
                structure_nom: poste.structure_nom,
                attribues: 0,
                occupes: 0,
                reserves: 0,
                vacants: 0,
                geles: 0,
                rendus: 0,
            });
        l.attribues += i64::from(poste.etat.is_open());
        match poste.etat {
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
