//! `GET /vocabulaires`: the lists an activity is described with, today.

use axum::response::Response;
use serde_json::{Value, json};

use super::{
    appel::{Appel, Doc},
    refus::Refus,
};
use crate::vocabulaire::{Vocabulaires, liste};

pub async fn list(appel: Appel) -> Response {
    appel.answer(read(&appel).await)
}

async fn read(appel: &Appel) -> Result<Doc, Refus> {
    appel.only(|p| p == "filter[le]")?;
    let mut tx = appel.ctx.read().await?;
    let le = match appel.param("filter[le]") {
        None => tx.today(),
        Some(d) => d
            .parse()
            .map_err(|_| Refus::parametre("filter[le]", "Une date AAAA-MM-JJ est attendue."))?,
    };
    let voc = Vocabulaires::on(&mut tx, le).await?;
    let data: Vec<Value> = liste::TOUTES
        .iter()
        .map(|l| {
            let valeurs: Vec<Value> = voc
                .entries(l)
                .iter()
                .map(|e| json!({ "cle": e.cle, "libelle": e.libelle, "parent": e.parent }))
                .collect();
            json!({ "type": "vocabulaires", "id": l, "attributes": { "valeurs": valeurs } })
        })
        .collect();
    Ok(Doc::ok(json!({ "data": data, "meta": { "le": le } })))
}
