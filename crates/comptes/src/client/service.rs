//! Use cases of clients: create, renew the secret, revoke.

use jiff::civil::Date;
use serde_json::json;
use socle::{
    Acteur, Action, Erreur, Resultat, Role, Saisies, Tx, historique, journal, valeurs::Courriel,
};
use uuid::Uuid;

use super::{Client, PORTEES, RECOUVREMENT, store};
use crate::attribution::PerimetreDe;

pub static GERER: Action = Action::new(
    "client.gerer",
    &[Role::Administrateur],
    "Seul un administrateur donne accès à une application.",
);

/// What is said of a new client.
#[derive(Debug, Clone)]
pub struct Nouveau {
    pub nom: String,
    pub contact: String,
    pub portees: Vec<String>,
    pub perimetre: PerimetreDe,
    pub libelle: String,
    pub valid_from: Date,
    pub valid_to: Option<Date>,
}

/// Creates a client. Gives its id and its secret, which is never shown again.
///
/// # Errors
/// `Erreur::Saisie`; `Erreur::Interdit`.
pub async fn create(tx: &mut Tx, acteur: &Acteur, n: Nouveau) -> Resultat<(Uuid, String)> {
    acteur.require(&GERER)?;
    check(&n)?;
    let (id, secret) = (tx.new_id(), tx.ids().token());
    insert(tx, id, &secret, n, false).await?;
    historique::append(tx, acteur, "client", id, None, "active", None).await?;
    journal::record(tx, acteur, "client.creer", "client", id, json!({}));
    Ok((id, secret))
}

fn check(n: &Nouveau) -> Resultat<()> {
    let mut e = Saisies::new();
    if !(3..=80).contains(&n.nom.trim().chars().count()) {
        e.add("nom", "Donnez un nom de 3 à 80 caractères.");
    }
    e.take("contact", n.contact.parse::<Courriel>());
    let connue = |p: &String| PORTEES.iter().any(|(cle, _)| cle == p);
    if n.portees.is_empty() || !n.portees.iter().all(connue) {
        e.add("portees", "Choisissez au moins un droit dans la liste.");
    }
    if n.valid_to.is_some_and(|fin| fin < n.valid_from) {
        e.add("valid_to", "La fin doit suivre le début.");
    }
    e.check()
}

async fn insert(tx: &mut Tx, id: Uuid, secret: &str, n: Nouveau, demo: bool) -> Resultat<()> {
    let c = Client {
        id,
        nom: n.nom.trim().to_owned(),
        contact: n.contact.trim().to_owned(),
        portees: n.portees,
        perimetre: n.perimetre,
        libelle: n.libelle,
        valid_from: n.valid_from,
        valid_to: n.valid_to,
        secret_le: tx.now(),
        ancien_jusqua: None,
        revoque_le: None,
        demo,
    };
    store::insert(tx, &c, secret).await
}

/// A client of the demonstration, whose secret is known: it opens nothing
/// elsewhere.
///
/// # Errors
/// `Erreur::Base`.
pub async fn create_demo(tx: &mut Tx, id: Uuid, secret: &str, n: Nouveau) -> Resultat<()> {
    insert(tx, id, secret, n, true).await
}

/// Gives a new secret; the former one still opens for 24 hours, the time to
/// install the new one.
///
/// # Errors
/// `Erreur::Introuvable`; `Erreur::Conflit` for a revoked client.
pub async fn rotate(tx: &mut Tx, acteur: &Acteur, id: Uuid) -> Resultat<String> {
    acteur.require(&GERER)?;
    let c = store::get(tx, id).await?;
    if c.revoque_le.is_some() {
        return Err(Erreur::Conflit(
            "Cette application est révoquée. Créez-en une autre.".into(),
        ));
    }
    let secret = tx.ids().token();
    let jusqua = tx.now() + RECOUVREMENT;
    store::rotate(tx, id, &secret, jusqua).await?;
    historique::append(
        tx,
        acteur,
        "client",
        id,
        Some("active"),
        "secret_renouvele",
        None,
    )
    .await?;
    journal::record(tx, acteur, "client.renouveler", "client", id, json!({}));
    Ok(secret)
}

/// Closes a client for good; its tokens stop at once.
///
/// # Errors
/// `Erreur::Introuvable`.
pub async fn revoke(tx: &mut Tx, acteur: &Acteur, id: Uuid) -> Resultat<()> {
    acteur.require(&GERER)?;
    store::get(tx, id).await?;
    if store::revoke(tx, id).await? == 1 {
        historique::append(tx, acteur, "client", id, Some("active"), "revoquee", None).await?;
        journal::record(tx, acteur, "client.revoquer", "client", id, json!({}));
    }
    Ok(())
}
