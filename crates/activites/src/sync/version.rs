//! What an object said before each change, sealed, kept while a device may
//! still start from it.

use serde_json::Value;
use socle::{Resultat, Tx, params, sql};
use uuid::Uuid;

use crate::activite::{Activite, corps};

const TABLE: &str = "contenu_version";
pub const ACTIVITE: &str = "activite";
pub const BENEFICIAIRE: &str = "beneficiaire";

/// Keeps what an activity says, before it changes.
///
/// # Errors
/// `Erreur::Base`.
pub async fn keep_activity(tx: &mut Tx, a: &Activite) -> Resultat<()> {
    keep(tx, ACTIVITE, a.id, a.version, &corps::write(&a.contenu)).await
}

/// Keeps what an object says at a version.
///
/// # Errors
/// `Erreur::Base`.
pub async fn keep(
    tx: &mut Tx,
    genre: &str,
    objet: Uuid,
    version: i64,
    contenu: &Value,
) -> Resultat<()> {
    let ligne = format!("{genre}:{objet}:{version}");
    let scelle = tx.seal(TABLE, "contenu", ligne, &contenu.to_string());
    let le = tx.now();
    tx.execute(
        sql!(
            "INSERT INTO contenu_version (genre, objet, version, contenu, le) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT DO NOTHING"
        ),
        params![genre, objet, version, scelle, le],
    )
    .await?;
    Ok(())
}

/// What an object said at a version; `None`: nothing changed since, or it is
/// no longer known. A row holds until the version it carries.
///
/// # Errors
/// `Erreur::Base`.
pub async fn content(
    tx: &mut Tx,
    genre: &str,
    objet: Uuid,
    version: i64,
) -> Resultat<Option<Value>> {
    let l = tx
        .row(
            sql!(
                "SELECT version, contenu FROM contenu_version WHERE genre = $1 AND objet = $2 AND version >= $3
                 ORDER BY version LIMIT 1"
            ),
            params![genre, objet, version],
        )
        .await?;
    let Some(l) = l else { return Ok(None) };
    let ligne = format!("{genre}:{objet}:{}", l.get::<i64>("version")?);
    let clair = tx.unseal(TABLE, "contenu", ligne, &l.get::<Vec<u8>>("contenu")?)?;
    Ok(serde_json::from_str(&clair).ok())
}

/// Forgets what an object said: its notes or its people were erased.
///
/// # Errors
/// `Erreur::Base`.
pub async fn forget(tx: &mut Tx, genre: &str, objet: Uuid) -> Resultat<()> {
    tx.execute(
        sql!("DELETE FROM contenu_version WHERE genre = $1 AND objet = $2"),
        params![genre, objet],
    )
    .await?;
    tx.execute(
        sql!("DELETE FROM proposition WHERE activite = $1"),
        params![objet],
    )
    .await?;
    Ok(())
}

/// Forgets the oldest. Returns how many.
///
/// # Errors
/// `Erreur::Base`.
pub async fn purge(tx: &mut Tx, avant: jiff::Timestamp, notes: jiff::civil::Date) -> Resultat<u64> {
    let n = tx
        .execute(
            sql!("DELETE FROM contenu_version WHERE le < $1"),
            params![avant],
        )
        .await?;
    let m = tx
        .execute(
            sql!(
                "DELETE FROM contenu_version WHERE genre = 'activite'
                   AND objet IN (SELECT a.id FROM activite a WHERE a.date < $1)"
            ),
            params![notes],
        )
        .await?;
    Ok(n + m)
}
