//! One delivery: sent until a 2xx answers, less and less often, for three
//! days; then the webhook is closed and who answers for it is told.

use jiff::SignedDuration;
use serde_json::{Value, json};
use socle::{
    Acteur, Base, Erreur, Resultat, Tx,
    courrier::{self, Message},
    francais, historique,
    jobs::When,
    journal,
};
use uuid::Uuid;

use super::{
    Livraison, Webhook, diffusion,
    envoi::{Envoi, Envoyer},
    signature, store,
};

pub const LIVRER: &str = "api.livrer";

/// Minutes before the next attempts; then a day each.
const ATTENTES: [i64; 5] = [1, 5, 30, 120, 360];
/// After the first attempt, no longer than that.
const LIMITE: SignedDuration = SignedDuration::from_hours(72);

/// Makes one attempt.
///
/// # Errors
/// `Erreur::Base`.
pub async fn deliver(base: Base, charge: Value, envoyer: Envoyer) -> Resultat<()> {
    let id: Uuid = charge["livraison"]
        .as_str()
        .and_then(|t| t.parse().ok())
        .ok_or_else(|| Erreur::Interne("livraison sans identifiant".into()))?;
    let mut tx = base.read().await?;
    let Some((d, envoi)) = prepare(&mut tx, id).await? else {
        return Ok(());
    };
    drop(tx);
    let recu = match envoyer(envoi).await {
        Ok(200..=299) => Ok(()),
        Ok(statut) => Err(format!("réponse {statut}")),
        Err(e) => Err(e),
    };
    let mut tx = base.write().await?;
    // Given up or taken away meanwhile.
    let Some(w) = open_webhook(&mut tx, d.webhook).await? else {
        return Ok(());
    };
    match recu {
        Ok(()) => store::delivered(&mut tx, d.id).await?,
        Err(e) => fail(&mut tx, &w, &d, &e).await?,
    }
    tx.commit().await
}

async fn open_webhook(tx: &mut Tx, id: Uuid) -> Resultat<Option<Webhook>> {
    Ok(store::get(tx, id).await?.filter(|w| w.actif))
}

async fn prepare(tx: &mut Tx, id: Uuid) -> Resultat<Option<(Livraison, Envoi)>> {
    let Some(d) = store::waiting(tx, id).await? else {
        return Ok(None);
    };
    let Some(w) = open_webhook(tx, d.webhook).await? else {
        return Ok(None);
    };
    let Some(secret) = store::secret(tx, w.id).await? else {
        return Ok(None);
    };
    let corps = d.body();
    let envoi = Envoi {
        url: w.url,
        evenement: d.id.to_string(),
        signature: signature(&secret, tx.now(), &corps),
        corps,
    };
    Ok(Some((d, envoi)))
}

async fn fail(tx: &mut Tx, w: &Webhook, d: &Livraison, erreur: &str) -> Resultat<()> {
    let premier = d.premier_essai_le.unwrap_or(tx.now());
    store::failed(tx, d.id, premier, erreur).await?;
    let prochain = tx.now() + delay(d.essais);
    if prochain.duration_since(premier) <= LIMITE {
        return diffusion::queue(tx, d.id, When::After(prochain)).await;
    }
    close(tx, w, erreur).await
}

/// How long to wait after so many earlier failures.
fn delay(essais: i64) -> SignedDuration {
    usize::try_from(essais)
        .ok()
        .and_then(|n| ATTENTES.get(n))
        .map_or(SignedDuration::from_hours(24), |m| {
            SignedDuration::from_mins(*m)
        })
}

async fn close(tx: &mut Tx, w: &Webhook, erreur: &str) -> Resultat<()> {
    store::disable(tx, w.id).await?;
    let c = comptes::client::get(tx, w.client).await?;
    let texte = format!(
        "Bonjour,\n\nDepuis trois jours, votre adresse {} n'a pas répondu comme attendu à nos avis (dernière réponse : {erreur}). \
         Nous ne l'appelons plus depuis le {}.\n\nUne fois votre adresse réparée, appelez POST /api/v1/webhooks/{}/rejouer : \
         les avis en attente repartiront, et rien ne sera perdu.\n",
        w.url,
        francais::date_longue(tx.today()),
        w.id
    );
    let cle = format!("webhook:{}:{}", w.id, tx.today());
    courrier::send(
        tx,
        Message {
            a: &c.contact,
            sujet: "Votre webhook est désactivé",
            texte: &texte,
            cle: &cle,
        },
    )
    .await?;
    let systeme = Acteur::systeme();
    historique::append(
        tx,
        &systeme,
        "webhook",
        w.id,
        Some("actif"),
        "desactive",
        None,
    )
    .await?;
    journal::record(
        tx,
        &systeme,
        "webhook.desactiver",
        "webhook",
        w.id,
        json!({}),
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// §8: 1 min, 5 min, 30 min, 2 h, 6 h, then 24 h.
    #[test]
    fn attempts_become_rarer() {
        let minutes: Vec<i64> = (0..7).map(|n| delay(n).as_mins()).collect();
        assert_eq!(minutes, [1, 5, 30, 120, 360, 1_440, 1_440]);
    }
}
