//! « Mes appareils », and what a device asks to be registered or unlocked.

use askama::Template;
use axum::{body::Bytes, http::StatusCode, response::IntoResponse};
use serde::Deserialize;
use serde_json::json;
use socle::{Erreur, Resultat, francais};
use uuid::Uuid;
use web::{Acces, Ctx, Formulaire, Id, Reponse, Routes};

use super::{Appareil, Etat, service, store};

#[derive(Template)]
#[template(path = "appareil/liste.html")]
struct Liste {
    lignes: Vec<Vue>,
}

struct Vue {
    a: Appareil,
    depuis: String,
    vu: String,
}

#[must_use]
pub fn routes() -> Routes {
    Routes::new()
        .get("/compte/appareils", Acces::Connecte, list)
        .post("/appareils/{id}/revoquer", Acces::Connecte, revoke)
        .post("/sync/v1/appareils", Acces::Roles(crate::AUTEURS), register)
        .post("/sync/v1/appareils/{id}/cle", Acces::Connecte, unlock)
}

async fn list(ctx: Ctx) -> Reponse {
    let personne = ctx.acteur().personne.ok_or(Erreur::Introuvable)?;
    let mut tx = ctx.read().await?;
    let zone = socle::clock::paris();
    let lignes = store::list(&mut tx, personne)
        .await?
        .into_iter()
        .map(|a| Vue {
            depuis: francais::instant(a.cree_le, &zone),
            vu: francais::instant(a.vu_le, &zone),
            a,
        })
        .collect();
    ctx.page("Mes appareils")
        .fil("Mon compte", "/compte")
        .body(&Liste { lignes })
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Revocation {
    motif: String,
}

async fn revoke(ctx: Ctx, Id(id): Id, f: Formulaire<Revocation>) -> Reponse {
    let etat = match f.saisie.motif.as_str() {
        "perdu" => Etat::Perdu,
        _ => Etat::Retrait,
    };
    let mut tx = ctx.write().await?;
    service::revoke(&mut tx, ctx.acteur(), id, etat).await?;
    tx.commit().await?;
    let message = match etat {
        Etat::Perdu => {
            "L'appareil s'effacera dès qu'il se connectera. Changez aussi votre mot de passe."
        }
        _ => "L'appareil enverra ce qu'il contient, puis l'effacera.",
    };
    ctx.redirect("/compte/appareils", message)
}

#[derive(Debug, Deserialize)]
struct Enregistrement {
    id: Uuid,
    libelle: String,
    /// The key that opens its queue, for a forgotten code.
    cle: String,
}

async fn register(ctx: Ctx, corps: Bytes) -> Reponse {
    let e: Enregistrement = serde_json::from_slice(&corps)
        .map_err(|_| web::Erreur::page(StatusCode::BAD_REQUEST, ""))?;
    let mut tx = ctx.write().await?;
    service::register(&mut tx, ctx.acteur(), e.id, &e.libelle, &e.cle).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

#[derive(Debug, Deserialize)]
struct Preuve {
    mot_de_passe: String,
}

/// A forgotten code: the password opens the queue again, without losing it.
async fn unlock(ctx: Ctx, Id(id): Id, corps: Bytes) -> Reponse {
    let mut tx = ctx.write().await?;
    service::own(&mut tx, ctx.acteur(), id).await?;
    let p: Preuve = serde_json::from_slice(&corps)
        .map_err(|_| web::Erreur::page(StatusCode::BAD_REQUEST, ""))?;
    let frein = [tx.blind("frein.appareil", &id.to_string())];
    comptes::compte::frein::attempt(&mut tx, &frein).await?;
    let phc = hash(&mut tx, &ctx).await?;
    tx.commit().await?;
    // Outside any transaction: hashing takes a while.
    if !comptes::compte::mot_de_passe::verify(&p.mot_de_passe, phc.as_deref()).await? {
        return Err(Erreur::field("mot_de_passe", "Mot de passe inexact.").into());
    }
    let mut tx = ctx.write().await?;
    comptes::compte::frein::succeeded(&mut tx, &frein).await?;
    let cle = service::escrow(&mut tx, ctx.acteur(), id).await?;
    tx.commit().await?;
    ctx.json(&json!({ "cle": cle }))
}

async fn hash(tx: &mut socle::Tx, ctx: &Ctx) -> Resultat<Option<String>> {
    match ctx.acteur().personne {
        Some(p) => Ok(comptes::compte::by_personne(tx, p)
            .await?
            .and_then(|c| c.mot_de_passe)),
        None => Ok(None),
    }
}
