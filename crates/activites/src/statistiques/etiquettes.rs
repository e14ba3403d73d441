//! Tags a reader may count by (ST35), and their names.

use std::collections::BTreeMap;

use socle::{Acteur, Perimetre, Resultat, Tx, params, sql};
use uuid::Uuid;

/// Own tags, national ones, and those of the départements and teams one acts
/// in.
///
/// # Errors
/// `Erreur::Base`.
pub async fn visible(tx: &mut Tx, acteur: &Acteur) -> Resultat<Vec<Uuid>> {
    let mut proprietaires: Vec<String> = acteur.personne.iter().map(Uuid::to_string).collect();
    if let Perimetre::Departements(d) = &acteur.perimetre {
        proprietaires.extend(d.iter().cloned());
    }
    tx.rows(
        sql!("SELECT id FROM etiquette WHERE portee = 'nationale' OR proprietaire IN liste($1) ORDER BY id"),
        params![&proprietaires],
    )
    .await?
    .iter()
    .map(|l| l.get("id"))
    .collect()
}

/// Their names, by identifier.
///
/// # Errors
/// `Erreur::Base`.
pub async fn names(tx: &mut Tx, ids: &[Uuid]) -> Resultat<BTreeMap<String, String>> {
    let ids: Vec<String> = ids.iter().map(Uuid::to_string).collect();
    let lignes = tx
        .rows(
            sql!("SELECT id, nom FROM etiquette WHERE id IN liste($1)"),
            params![&ids],
        )
        .await?;
    let mut noms = BTreeMap::new();
    for l in lignes {
        let id: Uuid = l.get("id")?;
        let nom = tx.unseal("etiquette", "nom", id, &l.get::<Vec<u8>>("nom")?)?;
        noms.insert(id.to_string(), nom);
    }
    Ok(noms)
}
