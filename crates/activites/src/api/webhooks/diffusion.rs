//! From the statistics journal to deliveries. The journal is the outbox: a
//! change is in it by the transaction that made it, in the order of commits,
//! so that nothing is told that did not happen and nothing is forgotten.

use serde_json::json;
use socle::{
    Base, Resultat, Tx,
    jobs::{self, When},
};
use uuid::Uuid;

use super::{Livraison, Webhook, livraison::LIVRER, store};
use crate::api::{activites::last_revision, coordinations};

pub const DIFFUSER: &str = "api.diffuser";

/// Changes looked at in one transaction.
const LOT: i64 = 500;

/// Asks for a distribution once the transaction that changes something is
/// committed, when somebody wants to know.
///
/// # Errors
/// `Erreur::Base`.
pub async fn announce(tx: &mut Tx) -> Resultat<()> {
    if store::any_open(tx).await? {
        let cle = format!("diffusion:{}", tx.now());
        jobs::enqueue(tx, DIFFUSER, &json!({}), When::Now, Some(&cle)).await?;
    }
    Ok(())
}

/// Hands out what changed since the last time. Several processes may try: one
/// at a time does.
///
/// # Errors
/// `Erreur::Base`.
pub async fn distribute(base: Base) -> Resultat<()> {
    loop {
        let mut tx = base.read().await?;
        let jusqua = (
            last_revision(&mut tx).await?,
            coordinations::last_revision(&mut tx).await?,
        );
        if store::behind(&mut tx, jusqua).await?.is_empty() {
            return Ok(());
        }
        drop(tx);
        let mut tx = base.write().await?;
        tx.lock("webhook").await?;
        for w in store::behind(&mut tx, jusqua).await? {
            let lot = (
                jusqua.0.min(w.revision + LOT),
                jusqua.1.min(w.revision_coordination + LOT),
            );
            share(&mut tx, &w, lot).await?;
        }
        tx.commit().await?;
    }
}

async fn share(tx: &mut Tx, w: &Webhook, jusqua: (i64, i64)) -> Resultat<()> {
    let client = comptes::client::get(tx, w.client).await?;
    if client.is_active(tx.today()) {
        let p = client.perimetre();
        let mut lot = store::changes(tx, &p, w.revision, jusqua.0).await?;
        let de = w.revision_coordination;
        lot.extend(store::coordination_changes(tx, &p, de, jusqua.1).await?);
        for (revision, objet, evenement, le) in lot {
            if !w.evenements.contains(&evenement) {
                continue;
            }
            let d = Livraison {
                id: tx.new_id(),
                webhook: w.id,
                evenement,
                objet,
                revision,
                le,
                essais: 0,
                premier_essai_le: None,
            };
            store::insert_delivery(tx, &d).await?;
            queue(tx, d.id, When::Now).await?;
        }
    }
    store::advance(tx, w.id, jusqua).await
}

/// Plans a delivery.
///
/// # Errors
/// `Erreur::Base`.
pub async fn queue(tx: &mut Tx, livraison: Uuid, quand: When) -> Resultat<()> {
    jobs::enqueue(tx, LIVRER, &json!({ "livraison": livraison }), quand, None).await
}
