//! `POST /oauth/token`: a secret against a token (RFC 6749 §4.4).

use axum::{
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use serde_json::{Value, json};
use socle::Resultat;
use web::{Ctx, Formulaire, Reponse};

use super::{JETON, store};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Demande {
    grant_type: String,
    scope: String,
    client_id: String,
    client_secret: String,
}

/// A refusal of RFC 6749 §5.2.
struct Refus(StatusCode, &'static str, &'static str);

const IDENTITE: Refus = Refus(
    StatusCode::UNAUTHORIZED,
    "invalid_client",
    "Identifiant ou secret inconnu, ou application fermée.",
);

pub(crate) async fn give(ctx: Ctx, entetes: HeaderMap, f: Formulaire<Demande>) -> Reponse {
    Ok(match exchange(&ctx, &entetes, &f.saisie).await? {
        Ok(corps) => answer(StatusCode::OK, &corps),
        Err(Refus(statut, code, dit)) => {
            let mut r = answer(statut, &json!({ "error": code, "error_description": dit }));
            if statut == StatusCode::UNAUTHORIZED {
                r.headers_mut().insert(
                    header::WWW_AUTHENTICATE,
                    header::HeaderValue::from_static("Basic realm=\"maillage\""),
                );
            }
            r
        }
    })
}

fn answer(statut: StatusCode, corps: &Value) -> Response {
    (
        statut,
        [
            (header::CONTENT_TYPE, "application/json"),
            (header::CACHE_CONTROL, "no-store"),
        ],
        corps.to_string(),
    )
        .into_response()
}

async fn exchange(ctx: &Ctx, h: &HeaderMap, d: &Demande) -> Resultat<Result<Value, Refus>> {
    if d.grant_type != "client_credentials" {
        return Ok(Err(Refus(
            StatusCode::BAD_REQUEST,
            if d.grant_type.is_empty() {
                "invalid_request"
            } else {
                "unsupported_grant_type"
            },
            "Envoyez grant_type=client_credentials.",
        )));
    }
    let (id, secret) = match h.get(header::AUTHORIZATION) {
        Some(v) => match v.to_str().ok().and_then(basic) {
            Some(paire) => paire,
            None => return Ok(Err(IDENTITE)),
        },
        None => (d.client_id.clone(), d.client_secret.clone()),
    };
    let Ok(id) = id.parse() else {
        return Ok(Err(IDENTITE));
    };
    let mut tx = ctx.write().await?;
    if !store::opens(&mut tx, id, &secret).await? {
        return Ok(Err(IDENTITE));
    }
    let c = store::get(&mut tx, id).await?;
    if !c.is_active(tx.today()) || (c.demo && !ctx.config().demo) {
        return Ok(Err(IDENTITE));
    }
    let demandees: Vec<String> = d.scope.split_whitespace().map(ToOwned::to_owned).collect();
    if demandees.iter().any(|p| !c.has(p)) {
        return Ok(Err(Refus(
            StatusCode::BAD_REQUEST,
            "invalid_scope",
            "Cette application n'a pas tous les droits demandés.",
        )));
    }
    let portees = if demandees.is_empty() {
        c.portees
    } else {
        demandees
    };
    let jeton = store::give_token(&mut tx, id, &portees).await?;
    tx.commit().await?;
    Ok(Ok(json!({
        "access_token": jeton,
        "token_type": "Bearer",
        "expires_in": JETON.as_secs(),
        "scope": portees.join(" "),
    })))
}

/// Name and password of an `Authorization: Basic` header.
fn basic(entete: &str) -> Option<(String, String)> {
    let (genre, code) = entete.split_once(' ')?;
    if !genre.eq_ignore_ascii_case("basic") {
        return None;
    }
    let texte = String::from_utf8(base64(code.trim())?).ok()?;
    let (id, secret) = texte.split_once(':')?;
    Some((id.to_owned(), secret.to_owned()))
}

/// Reads base64, which only this header needs.
fn base64(texte: &str) -> Option<Vec<u8>> {
    let mut octets = Vec::with_capacity(texte.len() * 3 / 4);
    let (mut tampon, mut bits) = (0_u32, 0_u32);
    for c in texte.trim_end_matches('=').bytes() {
        let v = match c {
            b'A'..=b'Z' => c - b'A',
            b'a'..=b'z' => c - b'a' + 26,
            b'0'..=b'9' => c - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        tampon = (tampon << 6) | u32::from(v);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            octets.push(u8::try_from((tampon >> bits) & 0xff).ok()?);
        }
    }
    Some(octets)
}

#[cfg(test)]
mod tests {
    use super::basic;

    /// The example of RFC 7617.
    #[test]
    fn a_basic_header_is_read() {
        let lu = basic("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
        assert_eq!(lu, Some(("Aladdin".into(), "open sesame".into())));
        assert_eq!(basic("Basic %%%"), None);
        assert_eq!(basic("Bearer abc"), None);
    }
}
