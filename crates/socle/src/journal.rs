//! The audit journal: append-only, pseudonymous, each entry sealed to the
//! one before it by its hash, so that a removed or edited row shows.

use serde_json::Value;

use crate::{Acteur, Base, Tx, base::instant, crypto::sha256_hex, erreur::Resultat, params, sql};

/// An entry waiting for the commit of its transaction.
#[derive(Debug)]
pub(crate) struct Entree {
    acteur: String,
    role: &'static str,
    action: &'static str,
    objet: &'static str,
    objet_id: String,
    donnees: Value,
}

/// Notes who did what to which object. `donnees` holds keys, states and
/// figures, never names nor free text.
pub fn record(
    tx: &mut Tx,
    acteur: &Acteur,
    action: &'static str,
    objet: &'static str,
    objet_id: impl ToString,
    donnees: Value,
) {
    tx.audit.push(Entree {
        acteur: acteur.compte.map(|c| c.to_string()).unwrap_or_default(),
        role: acteur.role.cle(),
        action,
        objet,
        objet_id: objet_id.to_string(),
        donnees,
    });
}

pub(crate) async fn append(tx: &mut Tx) -> Resultat<()> {
    if tx.audit.is_empty() {
        return Ok(());
    }
    tx.lock("journal").await?;
    let derniere = tx
        .row(
            sql!("SELECT numero, empreinte FROM journal ORDER BY numero DESC LIMIT 1"),
            params![],
        )
        .await?;
    let (mut numero, mut precedent) = match derniere {
        Some(l) => (l.get::<i64>("numero")?, l.get::<String>("empreinte")?),
        None => (0, String::new()),
    };
    let le = instant(tx.now());
    for e in std::mem::take(&mut tx.audit) {
        numero += 1;
        let donnees = e.donnees.to_string();
        let empreinte = seal(
            &precedent,
            numero,
            &le,
            [&e.acteur, e.role, e.action, e.objet, &e.objet_id, &donnees],
        );
        tx.execute(
            sql!(
                "INSERT INTO journal (numero, le, acteur, role, action, objet, objet_id, donnees, empreinte)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
            ),
            params![numero, &le, e.acteur, e.role, e.action, e.objet, e.objet_id, donnees, &empreinte],
        )
        .await?;
        precedent = empreinte;
    }
    Ok(())
}

fn seal(precedent: &str, numero: i64, le: &str, parts: [&str; 6]) -> String {
    // JSON keeps the borders between parts: no two entries share a text.
    sha256_hex(
        serde_json::json!([precedent, numero, le, parts])
            .to_string()
            .as_bytes(),
    )
}

/// Walks the whole chain. `Some(n)` is the first entry that does not follow.
///
/// # Errors
/// `Erreur::Base`.
pub async fn verify(base: &Base) -> Resultat<Option<i64>> {
    let mut tx = base.read().await?;
    let (mut precedent, mut attendu) = (String::new(), 1_i64);
    loop {
        let lot = tx
            .rows(
                sql!(
                    "SELECT numero, le, acteur, role, action, objet, objet_id, donnees, empreinte
                     FROM journal WHERE numero >= $1 ORDER BY numero LIMIT 1000"
                ),
                params![attendu],
            )
            .await?;
        if lot.is_empty() {
            return Ok(None);
        }
        for l in lot {
            let t = |c: &str| l.get::<String>(c);
            let refaite = seal(
                &precedent,
                attendu,
                &t("le")?,
                [
                    &t("acteur")?,
                    &t("role")?,
                    &t("action")?,
                    &t("objet")?,
                    &t("objet_id")?,
                    &t("donnees")?,
                ],
            );
            let lue = t("empreinte")?;
            if l.get::<i64>("numero")? != attendu || refaite != lue {
                return Ok(Some(attendu));
            }
            precedent = lue;
            attendu += 1;
        }
    }
}
