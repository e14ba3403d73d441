//! `GET`, `POST`, `DELETE /webhooks` and `POST /webhooks/{id}/rejouer`: each
//! application sees its own.

use axum::{http::header, response::Response};
use serde_json::{Value, json};
use socle::{Erreur, jobs::When, journal, valeurs::whole};
use uuid::Uuid;
use web::Id;

use super::{EVENEMENTS, Webhook, adresse, diffusion, store};
use crate::api::{
    activites::last_revision,
    appel::{Appel, Corps, Doc},
    coordinations, document,
    refus::Refus,
};

const GENRE: &str = "webhooks";
/// Webhooks of one application.
const NOMBRE: usize = 10;

pub async fn list(appel: Appel) -> Response {
    appel.answer(all(&appel).await)
}

async fn all(appel: &Appel) -> Result<Doc, Refus> {
    appel.only(|_| false)?;
    let mut tx = appel.ctx.read().await?;
    let tous = store::list(&mut tx, appel.client.id).await?;
    let data: Vec<Value> = tous.iter().map(Webhook::resource).collect();
    Ok(Doc::ok(json!({ "data": data })))
}

pub async fn create(appel: Appel, corps: Corps) -> Response {
    appel.answer(record(&appel, corps).await)
}

async fn record(appel: &Appel, corps: Corps) -> Result<Doc, Refus> {
    appel.only(|_| false)?;
    let envoi = document::resource(&corps.0?, GENRE)?;
    let url = envoi.attributs.get("url").and_then(Value::as_str);
    let url = url.unwrap_or_default();
    adresse::parse(url).map_err(|m| Refus::pointeur("/data/attributes/url", "saisie", m))?;
    let evenements = events(envoi.attributs.get("evenements"))?;
    if let Some(cle) = envoi
        .attributs
        .keys()
        .find(|k| !matches!(k.as_str(), "url" | "evenements"))
    {
        let m = format!("Champ inconnu : {cle}.");
        return Err(Refus::pointeur(
            &format!("/data/attributes/{cle}"),
            "saisie",
            &m,
        ));
    }
    let mut tx = appel.ctx.write().await?;
    tx.lock("webhook").await?;
    if store::list(&mut tx, appel.client.id).await?.len() >= NOMBRE {
        return Err(Erreur::Conflit(format!(
            "{NOMBRE} webhooks au maximum par application. Supprimez-en un."
        ))
        .into());
    }
    let w = Webhook {
        id: tx.new_id(),
        client: appel.client.id,
        url: url.to_owned(),
        evenements,
        actif: true,
        // What happened before is read with the deltas.
        revision: last_revision(&mut tx).await?,
        revision_coordination: coordinations::last_revision(&mut tx).await?,
        cree_le: tx.now(),
        desactive_le: None,
    };
    let secret = tx.ids().token();
    store::insert(&mut tx, &w, &secret).await?;
    let acteur = appel.client.acteur();
    journal::record(
        &mut tx,
        &acteur,
        "webhook.creer",
        "webhook",
        w.id,
        json!({}),
    );
    tx.commit().await?;
    let mut data = w.resource();
    data["attributes"]["secret"] = json!(secret);
    Ok(Doc::created(
        json!({ "data": data }),
        format!("/api/v1/webhooks/{}", w.id),
    ))
}

fn events(v: Option<&Value>) -> Result<Vec<String>, Refus> {
    let ou = "/data/attributes/evenements";
    let lus: Option<Vec<String>> = v.and_then(Value::as_array).and_then(|a| {
        a.iter()
            .map(|e| e.as_str().map(ToOwned::to_owned))
            .collect()
    });
    let mut lus = lus.unwrap_or_default();
    lus.sort();
    lus.dedup();
    if lus.is_empty() || !lus.iter().all(|e| EVENEMENTS.contains(&e.as_str())) {
        let m = format!("Choisissez parmi : {}.", EVENEMENTS.join(", "));
        return Err(Refus::pointeur(ou, "saisie", &m));
    }
    Ok(lus)
}

async fn own(tx: &mut socle::Tx, appel: &Appel, id: Uuid) -> Result<Webhook, Refus> {
    store::get(tx, id)
        .await?
        .filter(|w| w.client == appel.client.id)
        .ok_or_else(Refus::introuvable)
}

pub async fn delete(id: Result<Id, web::Erreur>, appel: Appel) -> Response {
    let r = match id {
        Ok(Id(id)) => remove(&appel, id).await,
        Err(_) => Err(Refus::introuvable()),
    };
    appel.answer(r)
}

async fn remove(appel: &Appel, id: Uuid) -> Result<Doc, Refus> {
    appel.only(|_| false)?;
    let mut tx = appel.ctx.write().await?;
    own(&mut tx, appel, id).await?;
    store::delete(&mut tx, id).await?;
    let acteur = appel.client.acteur();
    journal::record(
        &mut tx,
        &acteur,
        "webhook.supprimer",
        "webhook",
        id,
        json!({}),
    );
    tx.commit().await?;
    Ok(Doc::empty())
}

pub async fn replay(id: Result<Id, web::Erreur>, appel: Appel, corps: Corps) -> Response {
    let r = match id {
        Ok(Id(id)) => again(&appel, id, corps).await,
        Err(_) => Err(Refus::introuvable()),
    };
    appel.answer(r)
}

/// Sends again what was given up; with `{"depuis": revision}`, everything
/// since that revision.
async fn again(appel: &Appel, id: Uuid, corps: Corps) -> Result<Doc, Refus> {
    appel.only(|_| false)?;
    let depuis = if appel.entetes.contains_key(header::CONTENT_TYPE) {
        since(&corps.0?)?
    } else {
        None
    };
    let mut tx = appel.ctx.write().await?;
    own(&mut tx, appel, id).await?;
    for livraison in store::replay(&mut tx, id, depuis).await? {
        diffusion::queue(&mut tx, livraison, When::Now).await?;
    }
    // What happened while it was closed.
    diffusion::announce(&mut tx).await?;
    let acteur = appel.client.acteur();
    journal::record(
        &mut tx,
        &acteur,
        "webhook.rejouer",
        "webhook",
        id,
        json!({}),
    );
    tx.commit().await?;
    Ok(Doc::accepted())
}

fn since(corps: &Value) -> Result<Option<i64>, Refus> {
    match corps.get("depuis") {
        None | Some(Value::Null) => Ok(None),
        Some(v) => whole(v)
            .filter(|n| *n >= 0)
            .map(Some)
            .ok_or_else(|| Refus::pointeur("/depuis", "saisie", "Une révision est attendue.")),
    }
}
