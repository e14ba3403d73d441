//! Links sent by e-mail: a secret of 256 bits whose hash alone is kept, good
//! once and for a time.

use jiff::SignedDuration;
use socle::{Erreur, Resultat, Tx, crypto::sha256_hex, params, sql};
use uuid::Uuid;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Genre {
    /// 7 days.
    Invitation,
    /// 1 hour.
    MotDePasse,
    /// Sent to a new address, that it replaces when used; 24 hours.
    Courriel,
}

impl Genre {
    fn cle(self) -> &'static str {
        match self {
            Genre::Invitation => "invitation",
            Genre::MotDePasse => "mot_de_passe",
            Genre::Courriel => "courriel",
        }
    }

    fn duree(self) -> SignedDuration {
        match self {
            Genre::Invitation => SignedDuration::from_hours(7 * 24),
            Genre::MotDePasse => SignedDuration::from_hours(1),
            Genre::Courriel => SignedDuration::from_hours(24),
        }
    }
}

/// A new link for an account; former ones of the same kind stop working.
///
/// # Errors
/// `Erreur::Base`.
pub async fn create(tx: &mut Tx, compte: Uuid, genre: Genre) -> Resultat<String> {
    create_with(tx, compte, genre, None).await
}

/// As [`create`], for the change to a new address.
///
/// # Errors
/// `Erreur::Base`.
pub async fn create_for_address(tx: &mut Tx, compte: Uuid, courriel: &str) -> Resultat<String> {
    let scelle = tx.seal("lien_compte", "donnees", compte, courriel);
    create_with(tx, compte, Genre::Courriel, Some(scelle)).await
}

async fn create_with(
    tx: &mut Tx,
    compte: Uuid,
    genre: Genre,
    donnees: Option<Vec<u8>>,
) -> Resultat<String> {
    let jeton = tx.ids().token();
    let (le, expire) = (tx.now(), tx.now() + genre.duree());
    tx.execute(
        sql!("UPDATE lien_compte SET utilise_le = $3 WHERE compte = $1 AND genre = $2 AND utilise_le IS NULL"),
        params![compte, genre.cle(), le],
    )
    .await?;
    tx.execute(
        sql!(
            "INSERT INTO lien_compte (empreinte, compte, genre, donnees, expire_le) VALUES ($1, $2, $3, $4, $5)"
        ),
        params![sha256_hex(jeton.as_bytes()), compte, genre.cle(), donnees, expire],
    )
    .await?;
    Ok(jeton)
}

/// Whose link this is, if it still opens something.
///
/// # Errors
/// `Erreur::Introuvable` when it is unknown, used or too old.
pub async fn read(tx: &mut Tx, jeton: &str, genre: Genre) -> Resultat<Uuid> {
    let le = tx.now();
    tx.row(
        sql!(
            "SELECT compte FROM lien_compte
             WHERE empreinte = $1 AND genre = $2 AND utilise_le IS NULL AND expire_le > $3"
        ),
        params![sha256_hex(jeton.as_bytes()), genre.cle(), le],
    )
    .await?
    .ok_or(Erreur::Introuvable)?
    .get("compte")
}

/// The new address a link of [`create_for_address`] carries.
///
/// # Errors
/// As [`read`].
pub async fn address(tx: &mut Tx, jeton: &str) -> Resultat<String> {
    let compte = read(tx, jeton, Genre::Courriel).await?;
    let l = tx
        .row(
            sql!("SELECT donnees FROM lien_compte WHERE empreinte = $1"),
            params![sha256_hex(jeton.as_bytes())],
        )
        .await?
        .ok_or(Erreur::Introuvable)?;
    let scelle = l
        .get::<Option<Vec<u8>>>("donnees")?
        .ok_or(Erreur::Introuvable)?;
    tx.unseal("lien_compte", "donnees", compte, &scelle)
}

/// Every link of an account stops working: what was sent to a former address
/// opens nothing any more.
///
/// # Errors
/// `Erreur::Base`.
pub async fn close_all(tx: &mut Tx, compte: Uuid) -> Resultat<()> {
    let le = tx.now();
    tx.execute(
        sql!("UPDATE lien_compte SET utilise_le = $2 WHERE compte = $1 AND utilise_le IS NULL"),
        params![compte, le],
    )
    .await?;
    Ok(())
}

/// Uses a link up; a second use finds nothing.
///
/// # Errors
/// As [`read`].
pub async fn consume(tx: &mut Tx, jeton: &str, genre: Genre) -> Resultat<Uuid> {
    let compte = read(tx, jeton, genre).await?;
    let le = tx.now();
    let n = tx
        .execute(
            sql!(
                "UPDATE lien_compte SET utilise_le = $2 WHERE empreinte = $1 AND utilise_le IS NULL"
            ),
            params![sha256_hex(jeton.as_bytes()), le],
        )
        .await?;
    if n == 1 {
        Ok(compte)
    } else {
        Err(Erreur::Introuvable)
    }
}
