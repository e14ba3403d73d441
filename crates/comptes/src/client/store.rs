//! SQL of clients and their tokens.

use jiff::Timestamp;
use socle::{Base, Erreur, Ligne, Resultat, Tx, crypto::sha256_hex, params, sql};
use uuid::Uuid;

use super::{Client, JETON};
use crate::attribution::PerimetreDe;

fn read(tx: &Tx, l: &Ligne) -> Resultat<Client> {
    let id: Uuid = l.get("id")?;
    Ok(Client {
        id,
        nom: l.get("nom")?,
        contact: tx.unseal("client_api", "contact", id, &l.get::<Vec<u8>>("contact")?)?,
        portees: words(&l.get::<String>("portees")?),
        perimetre: PerimetreDe::read(&l.get::<String>("genre")?, &l.get::<String>("valeurs")?)?,
        libelle: l.get("libelle")?,
        valid_from: l.get("valid_from")?,
        valid_to: l.get("valid_to")?,
        secret_le: l.get("secret_le")?,
        ancien_jusqua: l.get("ancien_jusqua")?,
        revoque_le: l.get("revoque_le")?,
        demo: l.get("demo")?,
    })
}

fn words(texte: &str) -> Vec<String> {
    texte.split_whitespace().map(ToOwned::to_owned).collect()
}

/// Every client, the latest first.
///
/// # Errors
/// `Erreur::Base`.
pub async fn list(tx: &mut Tx) -> Resultat<Vec<Client>> {
    let lignes = tx
        .rows(
            sql!(
                "SELECT id, nom, contact, portees, genre, valeurs, libelle, valid_from, valid_to, secret_le,
                    ancien_jusqua, revoque_le, demo
                 FROM client_api ORDER BY cree_le DESC, id DESC LIMIT 500"
            ),
            params![],
        )
        .await?;
    lignes.iter().map(|l| read(tx, l)).collect()
}

/// # Errors
/// `Erreur::Introuvable`.
pub async fn get(tx: &mut Tx, id: Uuid) -> Resultat<Client> {
    let l = tx
        .row(
            sql!(
                "SELECT id, nom, contact, portees, genre, valeurs, libelle, valid_from, valid_to, secret_le,
                    ancien_jusqua, revoque_le, demo
                 FROM client_api WHERE id = $1"
            ),
            params![id],
        )
        .await?
        .ok_or(Erreur::Introuvable)?;
    read(tx, &l)
}

pub(super) async fn insert(tx: &mut Tx, c: &Client, secret: &str) -> Resultat<()> {
    let contact = tx.seal("client_api", "contact", c.id, &c.contact);
    tx.execute(
        sql!(
            "INSERT INTO client_api (id, nom, contact, portees, genre, valeurs, libelle, valid_from, valid_to, secret,
                secret_le, demo, cree_le)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $11)"
        ),
        params![
            c.id, &c.nom, contact, c.portees.join(" "), c.perimetre.genre(), c.perimetre.valeurs(), &c.libelle,
            c.valid_from, c.valid_to, sha256_hex(secret.as_bytes()), c.secret_le, c.demo
        ],
    )
    .await?;
    Ok(())
}

/// Replaces the secret; the former one opens until `jusqua`.
pub(super) async fn rotate(tx: &mut Tx, id: Uuid, secret: &str, jusqua: Timestamp) -> Resultat<()> {
    let le = tx.now();
    tx.execute(
        sql!(
            "UPDATE client_api SET ancien_secret = secret, ancien_jusqua = $3, secret = $2, secret_le = $4 WHERE id = $1"
        ),
        params![id, sha256_hex(secret.as_bytes()), jusqua, le],
    )
    .await?;
    Ok(())
}

pub(super) async fn revoke(tx: &mut Tx, id: Uuid) -> Resultat<u64> {
    let le = tx.now();
    tx.execute(
        sql!("DELETE FROM client_jeton WHERE client = $1"),
        params![id],
    )
    .await?;
    tx.execute(
        sql!("UPDATE client_api SET revoque_le = $2 WHERE id = $1 AND revoque_le IS NULL"),
        params![id, le],
    )
    .await
}

/// True when the secret is that of the client, now.
pub(super) async fn opens(tx: &mut Tx, id: Uuid, secret: &str) -> Resultat<bool> {
    let le = tx.now();
    let n = tx
        .count(
            sql!(
                "SELECT count(*) AS n FROM client_api
                 WHERE id = $1 AND (secret = $2 OR (ancien_secret = $2 AND ancien_jusqua > $3))"
            ),
            params![id, sha256_hex(secret.as_bytes()), le],
        )
        .await?;
    Ok(n == 1)
}

/// Gives a token to a client.
pub(super) async fn give_token(tx: &mut Tx, id: Uuid, portees: &[String]) -> Resultat<String> {
    let jeton = tx.ids().token();
    let fin = tx.now() + JETON;
    tx.execute(
        sql!("INSERT INTO client_jeton (empreinte, client, portees, expire_le) VALUES ($1, $2, $3, $4)"),
        params![sha256_hex(jeton.as_bytes()), id, portees.join(" "), fin],
    )
    .await?;
    Ok(jeton)
}

/// The client behind a bearer token, with the scopes of the token; `None` when
/// the token is unknown or over, or when the client may no longer act.
///
/// # Errors
/// `Erreur::Base`.
pub async fn authenticate(tx: &mut Tx, jeton: &str) -> Resultat<Option<Client>> {
    let le = tx.now();
    let Some(l) = tx
        .row(
            sql!(
                "SELECT client, portees FROM client_jeton WHERE empreinte = $1 AND expire_le > $2"
            ),
            params![sha256_hex(jeton.as_bytes()), le],
        )
        .await?
    else {
        return Ok(None);
    };
    let mut c = get(tx, l.get("client")?).await?;
    if !c.is_active(tx.today()) {
        return Ok(None);
    }
    // A scope taken back from the client is taken back from its tokens.
    let donnees = words(&l.get::<String>("portees")?);
    c.portees.retain(|p| donnees.contains(p));
    Ok(Some(c))
}

/// Removes the tokens that no longer open anything.
pub(crate) async fn purge(base: Base) -> Resultat<()> {
    let mut tx = base.write().await?;
    let le = tx.now();
    tx.execute(
        sql!("DELETE FROM client_jeton WHERE expire_le <= $1"),
        params![le],
    )
    .await?;
    tx.commit().await
}
