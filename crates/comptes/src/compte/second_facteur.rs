//! Time-based codes (RFC 6238): SHA-1, 6 digits, 30 seconds, one step of
//! tolerance, each code good once; and ten recovery codes.

use jiff::Timestamp;
use qrcodegen::{QrCode, QrCodeEcc};
use socle::{Erreur, Resultat, Tx, params, sql};
use totp_rs::{Builder, Secret, Totp};
use uuid::Uuid;
use web::Html;

use super::store;

const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// A new secret of 160 bits, base32.
#[must_use]
pub fn new_secret(octets: [u8; 32]) -> String {
    octets
        .iter()
        .map(|o| char::from(ALPHABET[usize::from(o & 31)]))
        .collect()
}

fn totp(secret: &str) -> Resultat<Totp> {
    let interne = |e: &dyn std::fmt::Debug| Erreur::Interne(format!("second facteur : {e:?}"));
    let secret = Secret::try_from_base32(secret).map_err(|e| interne(&e))?;
    Builder::new()
        .with_secret(secret)
        .build()
        .map_err(|e| interne(&e))
}

fn seconds(t: Timestamp) -> u64 {
    u64::try_from(t.as_second()).unwrap_or(0)
}

/// The code of an instant, for the demonstration and tests.
///
/// # Errors
/// `Erreur::Interne` when the secret is unreadable.
pub fn code(secret: &str, le: Timestamp) -> Resultat<String> {
    Ok(totp(secret)?.generate(seconds(le)).to_string())
}

/// A code that will be accepted now, whatever was used before: what the
/// demonstration shows, so that two people can sign in within 30 seconds.
///
/// # Errors
/// `Erreur::Interne` when the secret is unreadable.
pub fn usable(secret: &str, le: Timestamp, dernier: i64) -> Resultat<String> {
    let ici = le.as_second().div_euclid(30);
    let pas = (dernier + 1).clamp(ici - 1, ici + 1);
    let secondes = u64::try_from(pas * 30).unwrap_or(0);
    Ok(totp(secret)?.generate(secondes).to_string())
}

/// The step a code belongs to, if it is right now, give or take one.
///
/// # Errors
/// `Erreur::Interne`.
pub fn step(secret: &str, code: &str, le: Timestamp) -> Resultat<Option<u64>> {
    Ok(totp(secret)?.check(code, seconds(le)))
}

/// Address that authenticator applications read.
#[must_use]
pub fn otpauth(secret: &str, courriel: &str) -> String {
    let compte: String = courriel
        .bytes()
        .map(|b| {
            if b.is_ascii_alphanumeric() || b"-_.".contains(&b) {
                char::from(b).to_string()
            } else {
                format!("%{b:02X}")
            }
        })
        .collect();
    format!("otpauth://totp/Maillage:{compte}?secret={secret}&issuer=Maillage")
}

/// The picture an application reads: dark squares on white in both schemes, or
/// nothing when the text is too long for one.
#[must_use]
pub fn picture(texte: &str) -> Html {
    use std::fmt::Write;
    const MARGE: i32 = 4;
    let Ok(q) = QrCode::encode_text(texte, QrCodeEcc::Medium) else {
        return Html(String::new());
    };
    let cote = q.size() + 2 * MARGE;
    let mut trace = String::new();
    for y in 0..q.size() {
        let mut x = 0;
        while x < q.size() {
            let debut = x;
            while x < q.size() && q.get_module(x, y) {
                x += 1;
            }
            if x > debut {
                let (l, gauche, haut) = (x - debut, debut + MARGE, y + MARGE);
                let _ = write!(trace, "M{gauche} {haut}h{l}v1h-{l}z");
            }
            x += 1;
        }
    }
    Html(format!(
        "<svg class=\"qr\" role=\"img\" aria-label=\"Code QR de ce compte, pour l’application d’authentification\" \
         width=\"220\" height=\"220\" viewBox=\"0 0 {cote} {cote}\" shape-rendering=\"crispEdges\">\
         <path fill=\"#fff\" d=\"M0 0h{cote}v{cote}H0z\"/><path fill=\"#000\" d=\"{trace}\"/></svg>"
    ))
}

/// The secret in groups of four, easier to copy by hand.
#[must_use]
pub fn grouped(secret: &str) -> String {
    secret
        .as_bytes()
        .chunks(4)
        .map(|c| String::from_utf8_lossy(c).into_owned())
        .collect::<Vec<_>>()
        .join(" ")
}

/// Accepts a code of the application, or a recovery code, once.
///
/// # Errors
/// `Erreur::Base`.
pub async fn accept(tx: &mut Tx, compte: Uuid, secret: &str, saisi: &str) -> Resultat<bool> {
    let net: String = saisi
        .chars()
        .filter(|c| c.is_ascii_alphanumeric())
        .collect::<String>()
        .to_uppercase();
    if net.len() == 6
        && let Some(pas) = step(secret, &net, tx.now())?
    {
        return store::accept_step(tx, compte, pas).await;
    }
    let empreinte = tx.blind("code_secours", &format!("{compte}{net}"));
    let le = tx.now();
    let n = tx
        .execute(
            sql!(
                "UPDATE code_secours SET utilise_le = $3
                 WHERE compte = $1 AND empreinte = $2 AND utilise_le IS NULL"
            ),
            params![compte, empreinte, le],
        )
        .await?;
    Ok(n == 1)
}

/// Ten new recovery codes, in place of the former ones. Shown once.
///
/// # Errors
/// `Erreur::Base`.
pub async fn recovery_codes(tx: &mut Tx, compte: Uuid) -> Resultat<Vec<String>> {
    tx.execute(
        sql!("DELETE FROM code_secours WHERE compte = $1"),
        params![compte],
    )
    .await?;
    let mut codes = Vec::new();
    for _ in 0..10 {
        let code: String = new_secret(tx.ids().bytes()).chars().take(10).collect();
        let empreinte = tx.blind("code_secours", &format!("{compte}{code}"));
        tx.execute(
            sql!("INSERT INTO code_secours (compte, empreinte) VALUES ($1, $2)"),
            params![compte, empreinte],
        )
        .await?;
        codes.push(format!("{}-{}", &code[..5], &code[5..]));
    }
    Ok(codes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_those_of_the_standard() {
        // RFC 6238, appendix B, SHA-1: the last six digits at 59 s.
        let secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
        let t = Timestamp::from_second(59).unwrap();
        assert_eq!(code(secret, t).unwrap(), "287082");
        assert_eq!(step(secret, "287082", t).unwrap(), Some(1));
        assert_eq!(
            step(secret, "287082", Timestamp::from_second(200).unwrap()).unwrap(),
            None
        );
        assert_eq!(new_secret([255; 32]).len(), 32);
    }
}
