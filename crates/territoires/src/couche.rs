//! Loading the geography at `migrate` (spec 30 §1.1): the file is in the
//! binary; what the base keeps is which file it was, and what it held.

use socle::{Acteur, Base, Erreur, Resultat, crypto, journal, params, sql};

use crate::geographie;

/// Notes the geography of this binary in the base; true when it is new there.
/// Without network, and with no effect when it is already known.
///
/// # Errors
/// `Erreur::Interne` when the embedded file is broken, `Erreur::Base`.
pub async fn load(base: &Base) -> Resultat<bool> {
    let g = geographie::verify().map_err(|e| Erreur::Interne(e.to_string()))?;
    let empreinte = crypto::sha256_hex(geographie::fichier());
    let effectifs: serde_json::Map<String, serde_json::Value> = g
        .effectifs()
        .into_iter()
        .map(|(n, x)| (n.to_owned(), x.into()))
        .collect();
    let ecarts: Vec<[&str; 3]> = g
        .ecarts
        .iter()
        .map(|e| [e.commune, e.retenu, e.autre])
        .collect();
    let mut tx = base.write().await?;
    let le = tx.now();
    let nouvelle = tx
        .execute(
            sql!(
                "INSERT INTO geographie_couche (empreinte, millesime, valid_from, effectifs, ecarts, chargee_le)
                 VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING"
            ),
            params![
                &empreinte,
                g.millesime,
                g.valid_from,
                serde_json::json!(effectifs),
                serde_json::json!(ecarts),
                le
            ],
        )
        .await?
        == 1;
    if nouvelle {
        let donnees = serde_json::json!({ "empreinte": empreinte, "effectifs": effectifs });
        journal::record(
            &mut tx,
            &Acteur::systeme(),
            "geographie.charger",
            "geographie",
            g.millesime,
            donnees,
        );
    }
    tx.commit().await?;
    Ok(nouvelle)
}
