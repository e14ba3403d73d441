//! Who read a file: the audit journal, seen from the file (spec 20 §1).

use socle::{Acteur, Resultat, Role, Tx, francais, params, sql};
use uuid::Uuid;

/// The last readings: when, and who (oneself, or in what quality).
///
/// # Errors
/// `Erreur::Base`.
pub async fn list(tx: &mut Tx, id: Uuid, acteur: &Acteur) -> Resultat<Vec<(String, String)>> {
    let moi = acteur.compte.map(|c| c.to_string());
    tx.rows(
        sql!(
            "SELECT le, acteur, role FROM journal
             WHERE objet = 'beneficiaire' AND objet_id = $1 AND action = 'beneficiaire.lire'
             ORDER BY numero DESC LIMIT 20"
        ),
        params![id],
    )
    .await?
    .iter()
    .map(|l| {
        let qui: String = l.get("acteur")?;
        let role: String = l.get("role")?;
        let nom = if moi.as_deref() == Some(qui.as_str()) {
            "vous".to_owned()
        } else {
            Role::from_cle(&role).map_or(role, |r| r.libelle().to_lowercase())
        };
        Ok((francais::instant(l.get("le")?, &socle::clock::paris()), nom))
    })
    .collect()
}
