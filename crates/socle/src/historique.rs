//! What happened to a file, step by step: append-only, shown as a timeline.

use jiff::Timestamp;

use crate::{Acteur, Tx, erreur::Resultat, params, sql};

/// One transition of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Etape {
    pub numero: i64,
    pub de: Option<String>,
    pub vers: String,
    /// Display name of who acted, as it was then.
    pub par: String,
    pub role: String,
    pub motif: Option<String>,
    pub le: Timestamp,
}

/// Adds a step after the last one of this object.
///
/// # Errors
/// `Erreur::Base`; a unique violation when two transactions add the same step.
pub async fn append(
    tx: &mut Tx,
    acteur: &Acteur,
    objet: &'static str,
    id: impl ToString,
    de: Option<&str>,
    vers: &str,
    motif: Option<&str>,
) -> Resultat<()> {
    let id = id.to_string();
    let numero = tx
        .count(
            sql!("SELECT count(*) AS n FROM historique WHERE objet = $1 AND objet_id = $2"),
            params![objet, &id],
        )
        .await?
        + 1;
    let le = tx.now();
    tx.execute(
        sql!(
            "INSERT INTO historique (objet, objet_id, numero, de, vers, par, role, motif, le)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
        ),
        params![
            objet,
            id,
            numero,
            de.map(str::to_owned),
            vers,
            &acteur.nom,
            acteur.role.cle(),
            motif.map(str::to_owned),
            le
        ],
    )
    .await?;
    Ok(())
}

/// All steps of an object, oldest first.
///
/// # Errors
/// `Erreur::Base`.
pub async fn read(tx: &mut Tx, objet: &'static str, id: impl ToString) -> Resultat<Vec<Etape>> {
    let lignes = tx
        .rows(
            sql!(
                "SELECT numero, de, vers, par, role, motif, le FROM historique
                 WHERE objet = $1 AND objet_id = $2 ORDER BY numero"
            ),
            params![objet, id.to_string()],
        )
        .await?;
    lignes
        .iter()
        .map(|l| {
            Ok(Etape {
                numero: l.get("numero")?,
                de: l.get("de")?,
                vers: l.get("vers")?,
                par: l.get("par")?,
                role: l.get("role")?,
                motif: l.get("motif")?,
                le: l.get("le")?,
            })
        })
        .collect()
}
