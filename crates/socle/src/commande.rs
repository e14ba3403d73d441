//! The same command sent twice (two clicks, a lost reply) has one effect and
//! the same answer (spec 10 §0).

use serde::Serialize;

use crate::{
    Acteur, Tx,
    crypto::sha256_hex,
    erreur::{Erreur, Resultat},
    params, sql,
};

/// What a command says, in short: two bodies with the same value are equal.
#[must_use]
pub fn empreinte(corps: &impl Serialize) -> String {
    sha256_hex(serde_json::to_string(corps).unwrap_or_default().as_bytes())
}

/// Takes the command for this transaction, or gives the result it already had.
///
/// # Errors
/// `Erreur::Conflit` when this id was used for something else.
pub async fn claim(
    tx: &mut Tx,
    acteur: &Acteur,
    id: &str,
    genre: &'static str,
    empreinte: &str,
) -> Resultat<Option<String>> {
    if id.is_empty() || id.len() > 64 {
        return Err(Erreur::Conflit(
            "Ce formulaire est incomplet. Rechargez la page puis recommencez.".into(),
        ));
    }
    // The id is scoped by its author: nobody can guess or block another's command.
    let cle = format!(
        "{}:{id}",
        acteur.compte.map(|c| c.to_string()).unwrap_or_default()
    );
    let le = tx.now();
    let prise = tx
        .execute(
            sql!(
                "INSERT INTO commande (id, genre, empreinte, resultat, le) VALUES ($1, $2, $3, '', $4)
                 ON CONFLICT DO NOTHING"
            ),
            params![&cle, genre, empreinte, le],
        )
        .await?;
    if prise == 1 {
        return Ok(None);
    }
    let l = tx
        .row(
            sql!("SELECT genre, empreinte, resultat FROM commande WHERE id = $1"),
            params![&cle],
        )
        .await?
        .ok_or(Erreur::Introuvable)?;
    if l.get::<String>("genre")? != genre || l.get::<String>("empreinte")? != empreinte {
        return Err(Erreur::Conflit(
            "Ce formulaire a déjà été envoyé avec d'autres réponses. Rechargez la page pour voir ce qui est enregistré."
                .into(),
        ));
    }
    Ok(Some(l.get("resultat")?))
}

/// Keeps the answer for a later repeat.
///
/// # Errors
/// `Erreur::Base`.
pub async fn conclude(tx: &mut Tx, acteur: &Acteur, id: &str, resultat: &str) -> Resultat<()> {
    let cle = format!(
        "{}:{id}",
        acteur.compte.map(|c| c.to_string()).unwrap_or_default()
    );
    tx.execute(
        sql!("UPDATE commande SET resultat = $2 WHERE id = $1"),
        params![cle, resultat],
    )
    .await?;
    Ok(())
}
