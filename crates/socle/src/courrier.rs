//! E-mails: written with the transaction, sent by a job, once.

use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message as Lettre, Tokio1Executor,
    message::header::ContentType,
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    Base, Config, Tx,
    erreur::{Erreur, Resultat},
    jobs::{self, When, Worker},
    params, sql,
};

/// A plain-text e-mail to one person.
#[derive(Debug, Clone, Copy)]
pub struct Message<'a> {
    pub a: &'a str,
    pub sujet: &'a str,
    pub texte: &'a str,
    /// The same key is written once; empty for no such rule.
    pub cle: &'a str,
}

/// Puts an e-mail in the outbox.
///
/// # Errors
/// `Erreur::Base`.
pub async fn send(tx: &mut Tx, m: Message<'_>) -> Resultat<()> {
    let (id, le) = (tx.new_id(), tx.now());
    let a = tx.seal("courrier", "destinataire", id, m.a);
    let texte = tx.seal("courrier", "texte", id, m.texte);
    let cle = (!m.cle.is_empty()).then(|| m.cle.to_owned());
    let ecrits = tx
        .execute(
            sql!(
                "INSERT INTO courrier (id, cle, destinataire, sujet, texte, etat, cree_le)
                 VALUES ($1, $2, $3, $4, $5, 'attente', $6) ON CONFLICT DO NOTHING"
            ),
            params![id, cle, a, m.sujet, texte, le],
        )
        .await?;
    if ecrits == 1 {
        jobs::enqueue(
            tx,
            "courrier.envoyer",
            &json!({ "id": id }),
            When::Now,
            None,
        )
        .await?;
    }
    Ok(())
}

/// An e-mail of the outbox, opened.
#[derive(Debug, Clone)]
pub struct Courrier {
    pub id: Uuid,
    pub a: String,
    pub sujet: String,
    pub texte: String,
    pub etat: String,
    pub cree_le: jiff::Timestamp,
}

/// The most recent e-mails, newest first: the demonstration's mailbox and tests.
///
/// # Errors
/// `Erreur::Base`.
pub async fn recent(tx: &mut Tx, combien: usize) -> Resultat<Vec<Courrier>> {
    let lignes = tx
        .rows(
            sql!(
                "SELECT id, destinataire, sujet, texte, etat, cree_le FROM courrier
                 ORDER BY cree_le DESC, id DESC LIMIT $1"
            ),
            params![combien],
        )
        .await?;
    lignes.iter().map(|l| read(tx, l)).collect()
}

fn read(tx: &Tx, l: &crate::Ligne) -> Resultat<Courrier> {
    let id: Uuid = l.get("id")?;
    Ok(Courrier {
        id,
        a: tx.unseal(
            "courrier",
            "destinataire",
            id,
            &l.get::<Vec<u8>>("destinataire")?,
        )?,
        sujet: l.get("sujet")?,
        texte: tx.unseal("courrier", "texte", id, &l.get::<Vec<u8>>("texte")?)?,
        etat: l.get("etat")?,
        cree_le: l.get("cree_le")?,
    })
}

/// The job that hands the outbox to the mail server. Without a server the
/// e-mails are kept, so that the demonstration can show them.
#[must_use]
pub fn worker(config: &Config) -> Worker {
    let (smtp, expediteur) = (config.smtp.clone(), config.expediteur.clone());
    Worker::new().on("courrier.envoyer", move |base, charge| {
        deliver(base, charge, smtp.clone(), expediteur.clone())
    })
}

/// Asks a mail server whether it answers.
///
/// # Errors
/// `Erreur::Interne` with what it said.
pub async fn probe(url: &str) -> Resultat<()> {
    let dit = |e: lettre::transport::smtp::Error| {
        Erreur::Interne(format!("le serveur de courriel ne répond pas : {e}"))
    };
    let serveur: AsyncSmtpTransport<Tokio1Executor> =
        AsyncSmtpTransport::<Tokio1Executor>::from_url(url)
            .map_err(dit)?
            .build();
    if serveur.test_connection().await.map_err(dit)? {
        Ok(())
    } else {
        Err(Erreur::Interne(
            "le serveur de courriel refuse la connexion".into(),
        ))
    }
}

async fn deliver(
    base: Base,
    charge: Value,
    smtp: Option<String>,
    expediteur: String,
) -> Resultat<()> {
    let id = charge["id"].as_str().unwrap_or_default().to_owned();
    let mut tx = base.read().await?;
    let ligne = tx
        .row(
            sql!("SELECT id, destinataire, sujet, texte, etat, cree_le FROM courrier WHERE id = $1 AND etat = 'attente'"),
            params![&id],
        )
        .await?;
    let Some(ligne) = ligne else { return Ok(()) };
    let c = read(&tx, &ligne)?;
    drop(tx);
    let etat = match smtp {
        None => "garde",
        Some(url) => {
            let interne = |e: &dyn std::fmt::Display| Erreur::Interne(format!("courriel : {e}"));
            let lettre = Lettre::builder()
                .from(
                    expediteur
                        .parse()
                        .map_err(|e: lettre::address::AddressError| interne(&e))?,
                )
                .to(c
                    .a
                    .parse()
                    .map_err(|e: lettre::address::AddressError| interne(&e))?)
                .subject(c.sujet)
                .message_id(Some(format!("<{id}@maillage>")))
                .header(ContentType::TEXT_PLAIN)
                .body(c.texte)
                .map_err(|e| interne(&e))?;
            AsyncSmtpTransport::<Tokio1Executor>::from_url(&url)
                .map_err(|e| interne(&e))?
                .build()
                .send(lettre)
                .await
                .map_err(|e| interne(&e))?;
            "envoye"
        }
    };
    let mut tx = base.write().await?;
    let le = tx.now();
    tx.execute(
        sql!("UPDATE courrier SET etat = $2, envoye_le = $3 WHERE id = $1"),
        params![&id, etat, le],
    )
    .await?;
    tx.commit().await
}
