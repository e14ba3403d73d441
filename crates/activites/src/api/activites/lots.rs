//! `POST /activites/lots`: up to 100 operations, each in its own transaction,
//! with the results of §4.2.

use axum::response::Response;
use serde_json::{Value, json};
use socle::valeurs::whole;
use uuid::Uuid;

use super::{
    ecriture::{self, Fait},
    store,
};
use crate::api::{
    appel::{Appel, Corps, Doc},
    document::{self, empreinte},
    refus::Refus,
};

const OPERATIONS: usize = 100;

pub async fn apply(appel: Appel, corps: Corps) -> Response {
    appel.answer(batch(&appel, corps).await)
}

async fn batch(appel: &Appel, corps: Corps) -> Result<Doc, Refus> {
    appel.only(|_| false)?;
    let corps = corps.0?;
    let Some(operations) = corps.get("operations").and_then(Value::as_array) else {
        return Err(Refus::pointeur(
            "/operations",
            "saisie",
            "Une liste d'opérations est attendue.",
        ));
    };
    if operations.len() > OPERATIONS {
        return Err(Refus::pointeur(
            "/operations",
            "saisie",
            "100 opérations au maximum par envoi.",
        ));
    }
    let mut resultats = Vec::with_capacity(operations.len());
    for (i, o) in operations.iter().enumerate() {
        resultats.push(result(o, operation(appel, i, o).await)?);
    }
    let mut tx = appel.ctx.read().await?;
    let version = store::last_revision(&mut tx).await?;
    Ok(Doc::ok(
        json!({ "resultats": resultats, "stat_version": version }),
    ))
}

/// What came of an operation: its status, the version and revision it left.
struct Issue {
    statut: &'static str,
    version: Option<i64>,
    revision: Option<i64>,
}

/// A refusal is a result; a failure of ours is not: the whole batch comes
/// again, and what was done is then found done.
fn result(o: &Value, r: Result<Issue, Refus>) -> Result<Value, Refus> {
    let (statut, version, revision, erreurs) = match r {
        Ok(i) => (i.statut, i.version, i.revision, Vec::new()),
        Err(e) if e.statut().is_server_error() => return Err(e),
        Err(e) if e.statut() == axum::http::StatusCode::PRECONDITION_FAILED => {
            ("conflit", None, None, e.errors().to_vec())
        }
        Err(e) => ("refusee", None, None, e.errors().to_vec()),
    };
    Ok(json!({
        "op": o.get("op"), "objet": o.get("objet"), "statut": statut,
        "version": version, "revision": revision, "erreurs": erreurs,
    }))
}

async fn operation(appel: &Appel, i: usize, o: &Value) -> Result<Issue, Refus> {
    let ou = format!("/operations/{i}");
    let lire =
        |cle: &str| document::uuid(o.get(cle).unwrap_or(&Value::Null), &format!("{ou}/{cle}"));
    let (op, objet) = (lire("op")?, lire("objet")?);
    let corps = o.get("corps").and_then(Value::as_object).cloned();
    match o.get("type").and_then(Value::as_str) {
        Some("activite.creer") => {
            let (auteur, corps) = super::body(corps.unwrap_or_default());
            let auteur = document::uuid(
                &auteur.unwrap_or(Value::Null),
                &format!("{ou}/corps/auteur"),
            )?;
            let mut tx = appel.ctx.write().await?;
            let racine = format!("{ou}/corps");
            let fait = ecriture::insert(&mut tx, appel, op, objet, auteur, &corps, &racine).await?;
            tx.commit().await?;
            let statut = match &fait {
                Fait::Nouveau(_) => "appliquee",
                Fait::Deja(_) => "deja_appliquee",
            };
            Ok(Issue {
                statut,
                version: Some(fait.vue().version),
                revision: Some(fait.vue().revision),
            })
        }
        Some("activite.modifier") => {
            let (_, partie) = super::body(corps.unwrap_or_default());
            change(appel, &ou, op, objet, o, Some(&partie)).await
        }
        Some("activite.supprimer") => change(appel, &ou, op, objet, o, None).await,
        _ => Err(Refus::pointeur(
            &format!("{ou}/type"),
            "saisie",
            "Type inconnu : activite.creer, activite.modifier ou activite.supprimer.",
        )),
    }
}

/// Modifies (`partie`) or deletes an activity read at version `base`.
async fn change(
    appel: &Appel,
    ou: &str,
    op: Uuid,
    objet: Uuid,
    o: &Value,
    partie: Option<&Value>,
) -> Result<Issue, Refus> {
    let mut tx = appel.ctx.write().await?;
    let trace = empreinte(o);
    if let Some((premiere, resultat)) = store::claim(&mut tx, appel.client.id, op, &trace).await? {
        if premiere != trace {
            return Err(Refus::pointeur(
                &format!("{ou}/op"),
                "op_reutilisee",
                "Cette opération a déjà été envoyée avec un contenu différent.",
            ));
        }
        let nombre = |n: usize| resultat.split(' ').nth(n).and_then(|t| t.parse().ok());
        return Ok(Issue {
            statut: "deja_appliquee",
            version: nombre(0),
            revision: nombre(1),
        });
    }
    let avant = ecriture::load(&mut tx, appel, objet).await?;
    if o.get("base").and_then(whole) != Some(avant.version) {
        return Err(Refus::new(
            axum::http::StatusCode::PRECONDITION_FAILED,
            "conflit",
            format!(
                "Cette activité en est à la version {}. Relisez-la puis recommencez.",
                avant.version
            ),
        )
        .at(&format!("{ou}/base")));
    }
    let (version, revision) = match partie {
        Some(p) => {
            let racine = format!("{ou}/corps");
            let v = ecriture::update(&mut tx, appel, &avant, p, &racine).await?;
            (Some(v.version), Some(v.revision))
        }
        None => {
            let acteur = appel.acting_for(avant.auteur);
            crate::activite::service::delete(&mut tx, &acteur, objet).await?;
            (
                Some(avant.version + 1),
                Some(store::last_revision(&mut tx).await?),
            )
        }
    };
    let n = |v: Option<i64>| v.map(|v| v.to_string()).unwrap_or_default();
    let garde = format!("{} {}", n(version), n(revision));
    store::conclude(&mut tx, appel.client.id, op, &garde).await?;
    tx.commit().await?;
    Ok(Issue {
        statut: "appliquee",
        version,
        revision,
    })
}
