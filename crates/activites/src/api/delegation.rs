//! Who lets an application record activities in their name. An application of
//! the author's employer needs no leave for the time of the employment.

use comptes::client::Client;
use jiff::{Timestamp, civil::Date};
use serde_json::json;
use socle::{Acteur, Action, Erreur, Perimetre, Resultat, Tx, journal, params, sql};
use uuid::Uuid;

use crate::voisins;

pub static DELEGUER: Action = Action::new(
    "delegation.accorder",
    crate::AUTEURS,
    "Seules les personnes qui enregistrent des activités autorisent une application.",
);

/// True when an application may write the activities of an author on a day.
///
/// # Errors
/// `Erreur::Base`.
pub async fn admits(tx: &mut Tx, client: &Client, auteur: Uuid, le: Date) -> Resultat<bool> {
    if since(tx, client.id, auteur).await?.is_some() {
        return Ok(true);
    }
    let Perimetre::Structures(structures) = client.perimetre() else {
        return Ok(false);
    };
    let emploi = voisins::employment(tx, auteur, le).await?;
    Ok(emploi.is_some_and(|e| structures.contains(&e.structure)))
}

/// Since when somebody lets an application write for them.
///
/// # Errors
/// `Erreur::Base`.
pub async fn since(tx: &mut Tx, client: Uuid, personne: Uuid) -> Resultat<Option<Timestamp>> {
    tx.row(
        sql!("SELECT accordee_le FROM delegation WHERE client = $1 AND personne = $2"),
        params![client, personne],
    )
    .await?
    .map(|l| l.get("accordee_le"))
    .transpose()
}

/// Lets an application write.
///
/// # Errors
/// `Erreur::Introuvable` for a closed application or one that cannot write.
pub async fn grant(tx: &mut Tx, acteur: &Acteur, client: Uuid) -> Resultat<()> {
    acteur.require(&DELEGUER)?;
    let personne = acteur.personne.ok_or(Erreur::Introuvable)?;
    let c = comptes::client::get(tx, client).await?;
    if !c.is_active(tx.today()) || !c.has("activites:ecrire") {
        return Err(Erreur::Introuvable);
    }
    let le = tx.now();
    let n = tx
        .execute(
            sql!("INSERT INTO delegation (client, personne, accordee_le) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING"),
            params![client, personne, le],
        )
        .await?;
    if n == 1 {
        journal::record(
            tx,
            acteur,
            "delegation.accorder",
            "client",
            client,
            json!({}),
        );
    }
    Ok(())
}

/// Stops letting it.
///
/// # Errors
/// `Erreur::Base`.
pub async fn withdraw(tx: &mut Tx, acteur: &Acteur, client: Uuid) -> Resultat<()> {
    acteur.require(&DELEGUER)?;
    let personne = acteur.personne.ok_or(Erreur::Introuvable)?;
    let n = tx
        .execute(
            sql!("DELETE FROM delegation WHERE client = $1 AND personne = $2"),
            params![client, personne],
        )
        .await?;
    if n == 1 {
        journal::record(
            tx,
            acteur,
            "delegation.retirer",
            "client",
            client,
            json!({}),
        );
    }
    Ok(())
}
