//! `GET /sync/v1/ping` and `POST /sync/v1/lots` (spec 20 §4.2).

use std::io::Read;

use axum::{
    body::Bytes,
    extract::Query,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use flate2::read::GzDecoder;
use serde::Deserialize;
use serde_json::{Value, json};
use socle::{Erreur as E, valeurs::without_nul};
use uuid::Uuid;
use web::{Ctx, Erreur, Reponse};

use super::super::{LOT_MAX, Lot, OCTETS_MAX, Operation, Resultat, schema, service, store};
use crate::appareil::{self, Etat};

/// Says that a device is being taken away: last sending, then it forgets.
const RETRAIT: HeaderName = HeaderName::from_static("maillage-appareil");

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Annonce {
    en_attente: String,
    appareil: String,
}

pub(super) async fn ping(ctx: Ctx, Query(q): Query<Annonce>) -> Reponse {
    let appareil = q.appareil.parse().ok();
    let etat = state(&ctx, appareil).await?;
    let mut r = StatusCode::NO_CONTENT.into_response();
    if let (Some(id), Some(etat)) = (appareil, etat) {
        let en_attente = q
            .en_attente
            .parse::<i64>()
            .ok()
            .map(|n| n.clamp(0, 100_000));
        let mut tx = ctx.write().await?;
        appareil::store::seen(&mut tx, id, en_attente).await?;
        tx.commit().await?;
        mark(&mut r, etat);
    }
    Ok(r)
}

/// The state of one's own device; 410 for a lost one, 401 without a session,
/// 403 for somebody else's.
async fn state(ctx: &Ctx, appareil: Option<Uuid>) -> Result<Option<Etat>, Erreur> {
    let mut tx = ctx.read().await?;
    let connu = match appareil {
        Some(id) => appareil::store::find(&mut tx, id).await?,
        None => None,
    };
    if connu.as_ref().is_some_and(|a| a.etat == Etat::Perdu) {
        return Err(Erreur::page(
            StatusCode::GONE,
            "Cet appareil a été signalé perdu ou volé : ses saisies sont effacées.",
        ));
    }
    if ctx.acteur().is_anonymous() {
        return Err(Erreur::page(
            StatusCode::UNAUTHORIZED,
            "Reconnectez-vous pour envoyer.",
        ));
    }
    match connu {
        Some(a) if Some(a.personne) != ctx.acteur().personne => Err(Erreur::page(
            StatusCode::FORBIDDEN,
            "Cette file d'attente est celle d'une autre personne.",
        )),
        connu => Ok(connu.map(|a| a.etat)),
    }
}

fn mark(r: &mut Response, etat: Etat) {
    if etat == Etat::Retrait {
        r.headers_mut()
            .insert(RETRAIT, HeaderValue::from_static("retrait"));
    }
}

fn malformed(message: &str) -> Erreur {
    Erreur::page(StatusCode::BAD_REQUEST, message)
}

pub(super) async fn receive(ctx: Ctx, entetes: HeaderMap, corps: Bytes) -> Reponse {
    let genre = entetes
        .get(header::CONTENT_TYPE)
        .and_then(|v| v.to_str().ok())
        .unwrap_or_default();
    let brut: Option<Value> = if genre.starts_with("application/json") {
        let octets = inflate(&entetes, &corps)?;
        let mut lot =
            serde_json::from_slice(&octets).map_err(|_| malformed("Ce lot n'est pas du JSON."))?;
        without_nul(&mut lot);
        Some(lot)
    } else {
        None
    };
    let appareil = brut
        .as_ref()
        .and_then(|v| v["appareil"].as_str())
        .and_then(|a| a.parse::<Uuid>().ok());
    let etat = state(&ctx, appareil).await?;
    let Some(brut) = brut else {
        return Err(Erreur::page(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "Un lot est envoyé en JSON.",
        ));
    };
    let lot: Lot = serde_json::from_value(brut).map_err(|_| malformed("Ce lot est incomplet."))?;
    let Some(etat) = etat else {
        return Err(Erreur::page(
            StatusCode::FORBIDDEN,
            "Cet appareil n'est pas enregistré. Activez la saisie hors connexion.",
        ));
    };
    let operations = read_operations(&lot)?;
    let mut tx = ctx.write().await?;
    let auteur = service::author(&mut tx, ctx.acteur()).await?;
    let jeton = tx.ids().token();
    if !appareil::store::claim(&mut tx, lot.appareil, &jeton).await? {
        return Err(Erreur::page(
            StatusCode::CONFLICT,
            "lot_en_cours : un autre envoi de cet appareil est en cours.",
        ));
    }
    for op in &lot.abandons {
        store::lift(&mut tx, lot.appareil, *op).await?;
    }
    tx.commit().await?;
    let fin = run(&ctx, &auteur, &lot, &operations, &jeton).await;
    let mut tx = ctx.write().await?;
    appareil::store::release(&mut tx, lot.appareil, &jeton).await?;
    let stat_version = store::stat_version(&mut tx).await?;
    tx.commit().await?;
    let resultats = fin?;
    let mut r = ctx.json(&json!({ "resultats": resultats, "stat_version": stat_version }))?;
    mark(&mut r, etat);
    Ok(r)
}

/// Applies in order. When the database stops answering, what was done is told;
/// the rest is not named, so that the device keeps it.
async fn run(
    ctx: &Ctx,
    auteur: &service::Auteur,
    lot: &Lot,
    operations: &[Operation],
    jeton: &str,
) -> Result<Vec<Resultat>, Erreur> {
    let mut faits: Vec<Resultat> = Vec::new();
    let mut renouvele = ctx.base().clock().now();
    for (o, brute) in operations.iter().zip(&lot.operations) {
        let le = ctx.base().clock().now();
        if le - renouvele > jiff::SignedDuration::from_secs(3) {
            let mut tx = ctx.write().await?;
            if !appareil::store::claim(&mut tx, lot.appareil, jeton).await? {
                break;
            }
            tx.commit().await?;
            renouvele = le;
        }
        match service::apply(ctx.base(), auteur, brute, o).await {
            Ok(r) => faits.push(r),
            Err(e) if faits.is_empty() => return Err(unavailable(e)),
            Err(e) => {
                tracing::warn!("lot interrompu : {e}");
                break;
            }
        }
    }
    Ok(faits)
}

fn unavailable(e: E) -> Erreur {
    tracing::warn!("lot refusé : {e}");
    Erreur::page(
        StatusCode::SERVICE_UNAVAILABLE,
        "Le service ne répond pas. Vos saisies restent sur l'appareil.",
    )
}

/// The body, at most one mebibyte once decompressed.
fn inflate(entetes: &HeaderMap, corps: &Bytes) -> Result<Vec<u8>, Erreur> {
    let trop = || Erreur::page(StatusCode::PAYLOAD_TOO_LARGE, "Ce lot est trop lourd.");
    let codage = entetes
        .get(header::CONTENT_ENCODING)
        .map(HeaderValue::as_bytes);
    let octets = match codage {
        None | Some(b"identity") => corps.to_vec(),
        Some(b"gzip") => {
            let mut v = Vec::new();
            GzDecoder::new(&corps[..])
                .take(OCTETS_MAX as u64 + 1)
                .read_to_end(&mut v)
                .map_err(|_| malformed("Ce lot est mal compressé."))?;
            v
        }
        Some(_) => {
            return Err(Erreur::page(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "Un lot est compressé en gzip, ou pas du tout.",
            ));
        }
    };
    if octets.len() > OCTETS_MAX {
        return Err(trop());
    }
    Ok(octets)
}

fn read_operations(lot: &Lot) -> Result<Vec<Operation>, Erreur> {
    if lot.operations.len() > LOT_MAX {
        return Err(Erreur::page(
            StatusCode::PAYLOAD_TOO_LARGE,
            "Un lot compte au plus 100 opérations.",
        ));
    }
    let mut v: Vec<Operation> = Vec::new();
    for brute in &lot.operations {
        let schema = brute["schema"].as_i64().unwrap_or(0);
        if !(schema::PLUS_ANCIEN..=schema::COURANT).contains(&schema) {
            return Err(Erreur::page(
                StatusCode::UPGRADE_REQUIRED,
                "Cette version de l'application n'est plus reçue : rechargez-la.",
            ));
        }
        let o: Operation = serde_json::from_value(brute.clone())
            .map_err(|_| malformed("Une opération de ce lot est incomplète."))?;
        if v.last()
            .is_some_and(|d| d.appareil == o.appareil && d.seq >= o.seq)
        {
            return Err(malformed("Les opérations d'un lot se suivent."));
        }
        v.push(o);
    }
    Ok(v)
}
