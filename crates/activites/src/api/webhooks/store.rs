//! SQL of webhooks and their deliveries.

use jiff::Timestamp;
use socle::{Ligne, Perimetre, Resultat, Tx, params, sql};
use uuid::Uuid;

use super::{Livraison, Webhook};

fn read(l: &Ligne) -> Resultat<Webhook> {
    Ok(Webhook {
        id: l.get("id")?,
        client: l.get("client")?,
        url: l.get("url")?,
        evenements: l
            .get::<String>("evenements")?
            .split(' ')
            .map(ToOwned::to_owned)
            .collect(),
        actif: l.get::<String>("etat")? == "actif",
        revision: l.get("revision")?,
        revision_coordination: l.get("revision_coordination")?,
        cree_le: l.get("cree_le")?,
        desactive_le: l.get("desactive_le")?,
    })
}

/// The webhooks of an application.
///
/// # Errors
/// `Erreur::Base`.
pub async fn list(tx: &mut Tx, client: Uuid) -> Resultat<Vec<Webhook>> {
    tx.rows(
        sql!(
            "SELECT id, client, url, evenements, etat, revision, revision_coordination, cree_le, desactive_le FROM webhook
             WHERE client = $1 ORDER BY cree_le, id"
        ),
        params![client],
    )
    .await?
    .iter()
    .map(read)
    .collect()
}

/// # Errors
/// `Erreur::Base`.
pub async fn get(tx: &mut Tx, id: Uuid) -> Resultat<Option<Webhook>> {
    tx.row(
        sql!("SELECT id, client, url, evenements, etat, revision, revision_coordination, cree_le, desactive_le FROM webhook WHERE id = $1"),
        params![id],
    )
    .await?
    .as_ref()
    .map(read)
    .transpose()
}

/// # Errors
/// `Erreur::Base`.
pub async fn insert(tx: &mut Tx, w: &Webhook, secret: &str) -> Resultat<()> {
    let scelle = tx.seal("webhook", "secret", w.id, secret);
    tx.execute(
        sql!(
            "INSERT INTO webhook (id, client, url, evenements, secret, etat, revision, revision_coordination, cree_le)
             VALUES ($1, $2, $3, $4, $5, 'actif', $6, $7, $8)"
        ),
        params![
            w.id,
            w.client,
            &w.url,
            w.evenements.join(" "),
            scelle,
            w.revision,
            w.revision_coordination,
            w.cree_le
        ],
    )
    .await?;
    Ok(())
}

/// The secret that signs what is sent there.
///
/// # Errors
/// `Erreur::Base`.
pub async fn secret(tx: &mut Tx, id: Uuid) -> Resultat<Option<String>> {
    let l = tx
        .row(
            sql!("SELECT secret FROM webhook WHERE id = $1"),
            params![id],
        )
        .await?;
    l.map(|l| tx.unseal("webhook", "secret", id, &l.get::<Vec<u8>>("secret")?))
        .transpose()
}

/// # Errors
/// `Erreur::Base`.
pub async fn delete(tx: &mut Tx, id: Uuid) -> Resultat<()> {
    tx.execute(
        sql!("DELETE FROM webhook_livraison WHERE webhook = $1"),
        params![id],
    )
    .await?;
    tx.execute(sql!("DELETE FROM webhook WHERE id = $1"), params![id])
        .await?;
    Ok(())
}

/// Closes a webhook: what waited for it is given up.
///
/// # Errors
/// `Erreur::Base`.
pub async fn disable(tx: &mut Tx, id: Uuid) -> Resultat<()> {
    let le = tx.now();
    tx.execute(
        sql!("UPDATE webhook SET etat = 'desactive', desactive_le = $2 WHERE id = $1"),
        params![id, le],
    )
    .await?;
    tx.execute(
        sql!("UPDATE webhook_livraison SET etat = 'abandonnee' WHERE webhook = $1 AND etat = 'attente'"),
        params![id],
    )
    .await?;
    Ok(())
}

/// Opens a webhook again, from an earlier revision when one is given. Gives
/// the deliveries that were given up and wait again.
///
/// # Errors
/// `Erreur::Base`.
pub async fn replay(tx: &mut Tx, id: Uuid, depuis: Option<i64>) -> Resultat<Vec<Uuid>> {
    tx.execute(
        sql!(
            "UPDATE webhook SET etat = 'actif', desactive_le = NULL,
                revision = coalesce(CAST($2 AS bigint), revision) WHERE id = $1"
        ),
        params![id, depuis],
    )
    .await?;
    let ids: Vec<Uuid> = tx
        .rows(
            sql!("SELECT id FROM webhook_livraison WHERE webhook = $1 AND etat = 'abandonnee' ORDER BY id"),
            params![id],
        )
        .await?
        .iter()
        .map(|l| l.get("id"))
        .collect::<Resultat<_>>()?;
    tx.execute(
        sql!(
            "UPDATE webhook_livraison SET etat = 'attente', essais = 0, premier_essai_le = NULL, erreur = NULL
             WHERE webhook = $1 AND etat = 'abandonnee'"
        ),
        params![id],
    )
    .await?;
    Ok(ids)
}

/// True when an open webhook is there.
///
/// # Errors
/// `Erreur::Base`.
pub async fn any_open(tx: &mut Tx) -> Resultat<bool> {
    let l = tx
        .row(
            sql!("SELECT id FROM webhook WHERE etat = 'actif' LIMIT 1"),
            params![],
        )
        .await?;
    Ok(l.is_some())
}

/// The open webhooks that have not been told everything up to two revisions.
///
/// # Errors
/// `Erreur::Base`.
pub async fn behind(tx: &mut Tx, jusqua: (i64, i64)) -> Resultat<Vec<Webhook>> {
    tx.rows(
        sql!(
            "SELECT id, client, url, evenements, etat, revision, revision_coordination, cree_le, desactive_le FROM webhook
             WHERE etat = 'actif' AND (revision < $1 OR revision_coordination < $2) ORDER BY id"
        ),
        params![jusqua.0, jusqua.1],
    )
    .await?
    .iter()
    .map(read)
    .collect()
}

/// One change: its revision, the object, what happened, when.
pub type Changement = (i64, Uuid, String, Timestamp);

fn change(l: &Ligne) -> Resultat<Changement> {
    Ok((
        l.get("revision")?,
        l.get("objet")?,
        l.get("evenement")?,
        l.get("le")?,
    ))
}

/// The changes of a perimeter after a revision, up to another.
///
/// # Errors
/// `Erreur::Base`.
pub async fn changes(
    tx: &mut Tx,
    p: &Perimetre,
    de: i64,
    jusqua: i64,
) -> Resultat<Vec<Changement>> {
    tx.rows_in(
        sql!(
            "SELECT j.numero AS revision, j.activite AS objet, j.le,
                CASE WHEN j.apres IS NULL THEN 'activite.supprimee'
                     WHEN j.avant IS NOT NULL THEN 'activite.modifiee'
                     WHEN a.enregistree_le = j.le THEN 'activite.enregistree'
                     ELSE 'activite.restauree' END AS evenement
             FROM activite_journal j JOIN activite a ON a.id = j.activite
             WHERE j.numero > $2 AND j.numero <= $3 AND perimetre(a.departement, a.employeur, a.auteur)
             ORDER BY j.numero"
        ),
        p,
        params![de, jusqua],
    )
    .await?
    .iter()
    .map(change)
    .collect()
}

/// The reports of a perimeter that changed after a revision, up to another:
/// their last change only.
///
/// # Errors
/// `Erreur::Base`.
pub async fn coordination_changes(
    tx: &mut Tx,
    p: &Perimetre,
    de: i64,
    jusqua: i64,
) -> Resultat<Vec<Changement>> {
    tx.rows_in(
        sql!(
            "SELECT c.revision, c.id AS objet, c.modifiee_le AS le,
                CASE WHEN c.etat = 'supprimee' THEN 'coordination.supprimee'
                     WHEN c.version = 1 THEN 'coordination.enregistree'
                     WHEN EXISTS (SELECT 1 FROM historique h
                        WHERE h.objet = 'coordination' AND h.objet_id = c.id AND h.de = 'supprimee'
                          AND h.numero = (SELECT max(m.numero) FROM historique m
                                          WHERE m.objet = 'coordination' AND m.objet_id = c.id))
                     THEN 'coordination.restauree'
                     ELSE 'coordination.modifiee' END AS evenement
             FROM coordination c
             WHERE c.revision > $2 AND c.revision <= $3 AND perimetre(c.departement, c.employeur, c.auteur)
             ORDER BY c.revision"
        ),
        p,
        params![de, jusqua],
    )
    .await?
    .iter()
    .map(change)
    .collect()
}

/// Everything up to there was handed out.
///
/// # Errors
/// `Erreur::Base`.
pub async fn advance(tx: &mut Tx, id: Uuid, jusqua: (i64, i64)) -> Resultat<()> {
    tx.execute(
        sql!("UPDATE webhook SET revision = $2, revision_coordination = $3 WHERE id = $1"),
        params![id, jusqua.0, jusqua.1],
    )
    .await?;
    Ok(())
}

/// # Errors
/// `Erreur::Base`.
pub async fn insert_delivery(tx: &mut Tx, d: &Livraison) -> Resultat<()> {
    tx.execute(
        sql!(
            "INSERT INTO webhook_livraison (id, webhook, evenement, objet, revision, le, etat, essais)
             VALUES ($1, $2, $3, $4, $5, $6, 'attente', 0)"
        ),
        params![d.id, d.webhook, &d.evenement, d.objet, d.revision, d.le],
    )
    .await?;
    Ok(())
}

/// A delivery that waits.
///
/// # Errors
/// `Erreur::Base`.
pub async fn waiting(tx: &mut Tx, id: Uuid) -> Resultat<Option<Livraison>> {
    tx.row(
        sql!(
            "SELECT id, webhook, evenement, objet, revision, le, essais, premier_essai_le
             FROM webhook_livraison WHERE id = $1 AND etat = 'attente' "
        ),
        params![id],
    )
    .await?
    .map(|l| {
        Ok(Livraison {
            id: l.get("id")?,
            webhook: l.get("webhook")?,
            evenement: l.get("evenement")?,
            objet: l.get("objet")?,
            revision: l.get("revision")?,
            le: l.get("le")?,
            essais: l.get("essais")?,
            premier_essai_le: l.get("premier_essai_le")?,
        })
    })
    .transpose()
}

/// # Errors
/// `Erreur::Base`.
pub async fn delivered(tx: &mut Tx, id: Uuid) -> Resultat<()> {
    tx.execute(
        sql!("UPDATE webhook_livraison SET etat = 'livree', essais = essais + 1, erreur = NULL WHERE id = $1"),
        params![id],
    )
    .await?;
    Ok(())
}

/// One failure more.
///
/// # Errors
/// `Erreur::Base`.
pub async fn failed(tx: &mut Tx, id: Uuid, premier: Timestamp, erreur: &str) -> Resultat<()> {
    tx.execute(
        sql!("UPDATE webhook_livraison SET essais = essais + 1, premier_essai_le = $2, erreur = $3 WHERE id = $1"),
        params![id, premier, erreur],
    )
    .await?;
    Ok(())
}

/// Forgets the deliveries that are over and older than an instant.
///
/// # Errors
/// `Erreur::Base`.
pub async fn forget(tx: &mut Tx, avant: jiff::civil::Date) -> Resultat<u64> {
    tx.execute(
        sql!("DELETE FROM webhook_livraison WHERE etat <> 'attente' AND le < $1"),
        params![avant],
    )
    .await
}
