use jiff::Timestamp;
use socle::{Base, Erreur, Resultat, Tx, crypto::sha256_hex, params, sql};
use uuid::Uuid;

use super::{ABSOLUE, ATTENTE_CODE, INACTIVITE};

pub(super) struct Ouverte {
    pub id: String,
    pub compte: Uuid,
    pub personne: Uuid,
    pub attribution: Option<Uuid>,
    pub second_facteur: bool,
    pub vu_le: Timestamp,
}

/// How far sign-in has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Etape {
    /// The password was right, a code is owed: nothing is open.
    Code,
    /// Open by the password alone: only roles that see nobody else.
    Ouverte,
    /// Open by the password and a code.
    OuverteParCode,
}

impl Etape {
    fn cle(self) -> &'static str {
        match self {
            Etape::Code => "code",
            Etape::Ouverte | Etape::OuverteParCode => "ouverte",
        }
    }
}

/// What follows the choice of a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Suite {
    Agir,
    /// The role asks for a code this session was opened without: it is closed,
    /// and the next one, with a code, begins in that role.
    SeReconnecter,
}

/// One session of an account, as its owner sees it.
#[derive(Debug, Clone)]
pub struct SessionListee {
    pub id: String,
    pub appareil: String,
    pub cree_le: Timestamp,
    pub vu_le: Timestamp,
}

/// Opens a session after the password: at once, or until a code is given.
/// Returns the token for the cookie.
///
/// # Errors
/// `Erreur::Base`.
pub async fn open(tx: &mut Tx, compte: Uuid, appareil: &str, etape: Etape) -> Resultat<String> {
    let jeton = tx.ids().token();
    let (id, le) = (tx.new_id(), tx.now());
    let appareil: String = appareil.chars().take(80).collect();
    tx.execute(
        sql!(
            "INSERT INTO session (empreinte, id, compte, attribution, etape, second_facteur, appareil, cree_le, vu_le)
             SELECT $1, $2, c.id, c.attribution, $4, $5, $6, $7, $7 FROM compte c WHERE c.id = $3"
        ),
        params![
            sha256_hex(jeton.as_bytes()),
            id,
            compte,
            etape.cle(),
            etape == Etape::OuverteParCode,
            appareil,
            le
        ],
    )
    .await?;
    Ok(jeton)
}

/// The account that gave its password and owes a code.
///
/// # Errors
/// `Erreur::Base`.
pub async fn pending(tx: &mut Tx, jeton: &str) -> Resultat<Option<Uuid>> {
    let depuis = tx.now() - ATTENTE_CODE;
    tx.row(
        sql!("SELECT compte FROM session WHERE empreinte = $1 AND etape = 'code' AND cree_le > $2"),
        params![sha256_hex(jeton.as_bytes()), depuis],
    )
    .await?
    .map(|l| l.get("compte"))
    .transpose()
}

/// The code was right: the waiting session gives way to a new one, with a new
/// token (no fixation).
///
/// # Errors
/// `Erreur::Introuvable` when nothing was waiting.
pub async fn open_after_code(tx: &mut Tx, attente: &str, appareil: &str) -> Resultat<String> {
    let compte = pending(tx, attente).await?.ok_or(Erreur::Introuvable)?;
    tx.execute(
        sql!("DELETE FROM session WHERE empreinte = $1"),
        params![sha256_hex(attente.as_bytes())],
    )
    .await?;
    open(tx, compte, appareil, Etape::OuverteParCode).await
}

pub(super) async fn load(tx: &mut Tx, jeton: &str) -> Resultat<Option<Ouverte>> {
    let (debut, vu) = (tx.now() - ABSOLUE, tx.now() - INACTIVITE);
    let l = tx
        .row(
            sql!(
                "SELECT s.id, s.compte, s.attribution, s.second_facteur, s.vu_le, c.personne
                 FROM session s JOIN compte c ON c.id = s.compte
                 WHERE s.empreinte = $1 AND s.etape = 'ouverte' AND s.cree_le > $2 AND s.vu_le > $3"
            ),
            params![sha256_hex(jeton.as_bytes()), debut, vu],
        )
        .await?;
    l.map(|l| {
        Ok(Ouverte {
            id: l.get("id")?,
            compte: l.get("compte")?,
            personne: l.get("personne")?,
            attribution: l.get("attribution")?,
            second_facteur: l.get("second_facteur")?,
            vu_le: l.get("vu_le")?,
        })
    })
    .transpose()
}

pub(super) async fn touch(tx: &mut Tx, jeton: &str) -> Resultat<()> {
    let le = tx.now();
    tx.execute(
        sql!("UPDATE session SET vu_le = $2 WHERE empreinte = $1"),
        params![sha256_hex(jeton.as_bytes()), le],
    )
    .await?;
    Ok(())
}

/// Acts in another pair of the same person.
///
/// # Errors
/// `Erreur::Introuvable` when the pair is not theirs.
pub async fn switch(
    tx: &mut Tx,
    session: &str,
    personne: Uuid,
    attribution: Uuid,
) -> Resultat<Suite> {
    let siennes = crate::attribution::valid(tx, personne).await?;
    let a = siennes
        .iter()
        .find(|a| a.id == attribution)
        .ok_or(Erreur::Introuvable)?;
    let par_code = tx
        .count(
            sql!("SELECT count(*) AS n FROM session WHERE id = $1 AND second_facteur = 1"),
            params![session],
        )
        .await?;
    tx.execute(
        sql!("UPDATE compte SET attribution = $2 WHERE personne = $1"),
        params![personne, attribution],
    )
    .await?;
    if a.role.second_facteur() && par_code == 0 {
        tx.execute(sql!("DELETE FROM session WHERE id = $1"), params![session])
            .await?;
        return Ok(Suite::SeReconnecter);
    }
    tx.execute(
        sql!("UPDATE session SET attribution = $2 WHERE id = $1"),
        params![session, attribution],
    )
    .await?;
    Ok(Suite::Agir)
}

/// The open sessions of an account, most recent first.
///
/// # Errors
/// `Erreur::Base`.
pub async fn list(tx: &mut Tx, compte: Uuid) -> Resultat<Vec<SessionListee>> {
    let (debut, vu) = (tx.now() - ABSOLUE, tx.now() - INACTIVITE);
    tx.rows(
        sql!(
            "SELECT id, appareil, cree_le, vu_le FROM session
             WHERE compte = $1 AND etape = 'ouverte' AND cree_le > $2 AND vu_le > $3 ORDER BY vu_le DESC"
        ),
        params![compte, debut, vu],
    )
    .await?
    .iter()
    .map(|l| {
        Ok(SessionListee {
            id: l.get("id")?,
            appareil: l.get("appareil")?,
            cree_le: l.get("cree_le")?,
            vu_le: l.get("vu_le")?,
        })
    })
    .collect()
}

/// Closes one session of an account.
///
/// # Errors
/// `Erreur::Introuvable` when it is not one of theirs.
pub async fn close(tx: &mut Tx, compte: Uuid, id: &str) -> Resultat<()> {
    let n = tx
        .execute(
            sql!("DELETE FROM session WHERE compte = $1 AND id = $2"),
            params![compte, id],
        )
        .await?;
    if n == 1 {
        Ok(())
    } else {
        Err(Erreur::Introuvable)
    }
}

/// Closes every session of an account but one (empty: every one).
///
/// # Errors
/// `Erreur::Base`.
pub async fn close_all(tx: &mut Tx, compte: Uuid, sauf: &str) -> Resultat<()> {
    tx.execute(
        sql!("DELETE FROM session WHERE compte = $1 AND id <> $2"),
        params![compte, sauf],
    )
    .await?;
    Ok(())
}

/// Removes what no longer opens anything.
///
/// # Errors
/// `Erreur::Base`.
pub async fn purge(base: Base) -> Resultat<()> {
    let mut tx = base.write().await?;
    let (debut, vu, le) = (tx.now() - ABSOLUE, tx.now() - INACTIVITE, tx.now());
    tx.execute(
        sql!("DELETE FROM session WHERE cree_le <= $1 OR vu_le <= $2"),
        params![debut, vu],
    )
    .await?;
    tx.execute(
        sql!("DELETE FROM lien_compte WHERE expire_le <= $1"),
        params![le],
    )
    .await?;
    tx.execute(
        sql!("DELETE FROM echec_connexion WHERE jusqua <= $1"),
        params![debut],
    )
    .await?;
    tx.commit().await
}
