//! SQL of devices.

use jiff::{SignedDuration, Timestamp};
use socle::{Ligne, Resultat, Tx, params, sql};
use uuid::Uuid;

use super::{Appareil, Etat};

const TABLE: &str = "appareil";
/// A batch whose server died gives way after so long.
const LOT_DUREE: SignedDuration = SignedDuration::from_secs(10);

/// # Errors
/// `Erreur::Base`.
pub async fn insert(tx: &mut Tx, a: &Appareil, sequestre: &str) -> Resultat<()> {
    let libelle = tx.seal(TABLE, "libelle", a.id, &a.libelle);
    let cle = tx.seal(TABLE, "sequestre", a.id, sequestre);
    tx.execute(
        sql!(
            "INSERT INTO appareil (id, personne, libelle, etat, cree_le, vu_le, en_attente, sequestre)
             VALUES ($1, $2, $3, $4, $5, $5, 0, $6)"
        ),
        params![a.id, a.personne, libelle, a.etat.cle(), a.cree_le, cle],
    )
    .await?;
    Ok(())
}

/// # Errors
/// `Erreur::Base`.
pub async fn find(tx: &mut Tx, id: Uuid) -> Resultat<Option<Appareil>> {
    let l = tx
        .row(
            sql!(
                "SELECT id, personne, libelle, etat, cree_le, vu_le, en_attente FROM appareil WHERE id = $1"
            ),
            params![id],
        )
        .await?;
    l.map(|l| read(tx, &l)).transpose()
}

/// The devices of somebody, the last seen first.
///
/// # Errors
/// `Erreur::Base`.
pub async fn list(tx: &mut Tx, personne: Uuid) -> Resultat<Vec<Appareil>> {
    let lignes = tx
        .rows(
            sql!(
                "SELECT id, personne, libelle, etat, cree_le, vu_le, en_attente FROM appareil
                 WHERE personne = $1 ORDER BY vu_le DESC, id"
            ),
            params![personne],
        )
        .await?;
    lignes.iter().map(|l| read(tx, l)).collect()
}

/// The device was here, with so many entries waiting.
///
/// # Errors
/// `Erreur::Base`.
pub async fn seen(tx: &mut Tx, id: Uuid, en_attente: Option<i64>) -> Resultat<()> {
    let le = tx.now();
    tx.execute(
        sql!(
            "UPDATE appareil SET vu_le = $2, en_attente = coalesce(CAST($3 AS bigint), en_attente),
                en_attente_le = CASE WHEN CAST($3 AS bigint) IS NULL THEN en_attente_le ELSE $2 END
             WHERE id = $1"
        ),
        params![id, le, en_attente],
    )
    .await?;
    Ok(())
}

/// True when a device of this person announced waiting entries since an instant.
///
/// # Errors
/// `Erreur::Base`.
pub async fn announces(tx: &mut Tx, personne: Uuid, depuis: Timestamp) -> Resultat<bool> {
    let n = tx
        .count(
            sql!(
                "SELECT count(*) AS n FROM appareil
                 WHERE personne = $1 AND etat = 'actif' AND en_attente > 0 AND en_attente_le > $2"
            ),
            params![personne, depuis],
        )
        .await?;
    Ok(n > 0)
}

/// # Errors
/// `Erreur::Base`.
pub async fn revoke(tx: &mut Tx, id: Uuid, etat: Etat) -> Resultat<()> {
    let le = tx.now();
    tx.execute(
        sql!("UPDATE appareil SET etat = $2, revoque_le = $3 WHERE id = $1"),
        params![id, etat.cle(), le],
    )
    .await?;
    Ok(())
}

/// The key kept for a forgotten code.
///
/// # Errors
/// `Erreur::Base`.
pub async fn escrow(tx: &mut Tx, id: Uuid) -> Resultat<Option<String>> {
    let l = tx
        .row(
            sql!("SELECT sequestre FROM appareil WHERE id = $1"),
            params![id],
        )
        .await?;
    let Some(octets) = l.and_then(|l| l.get::<Option<Vec<u8>>>("sequestre").ok().flatten()) else {
        return Ok(None);
    };
    tx.unseal(TABLE, "sequestre", id, &octets).map(Some)
}

/// Takes the right to send a batch: one at a time per device. `lot` renews it.
///
/// # Errors
/// `Erreur::Base`.
pub async fn claim(tx: &mut Tx, id: Uuid, lot: &str) -> Resultat<bool> {
    let (le, vieux) = (tx.now(), tx.now() - LOT_DUREE);
    let n = tx
        .execute(
            sql!(
                "UPDATE appareil SET lot = $2, lot_le = $3, vu_le = $3
                 WHERE id = $1 AND (lot IS NULL OR lot = $2 OR lot_le < $4)"
            ),
            params![id, lot, le, vieux],
        )
        .await?;
    Ok(n == 1)
}

/// The batch is over.
///
/// # Errors
/// `Erreur::Base`.
pub async fn release(tx: &mut Tx, id: Uuid, lot: &str) -> Resultat<()> {
    tx.execute(
        sql!("UPDATE appareil SET lot = NULL, lot_le = NULL WHERE id = $1 AND lot = $2"),
        params![id, lot],
    )
    .await?;
    Ok(())
}

fn read(tx: &Tx, l: &Ligne) -> Resultat<Appareil> {
    let id: Uuid = l.get("id")?;
    Ok(Appareil {
        id,
        personne: l.get("personne")?,
        libelle: tx.unseal(TABLE, "libelle", id, &l.get::<Vec<u8>>("libelle")?)?,
        etat: Etat::from_cle(&l.get::<String>("etat")?),
        cree_le: l.get("cree_le")?,
        vu_le: l.get("vu_le")?,
        en_attente: l.get("en_attente")?,
    })
}
