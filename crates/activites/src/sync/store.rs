//! SQL of operations and propositions.

use jiff::Timestamp;
use serde_json::Value;
use socle::{Erreur, Ligne, Resultat, Tx, params, sql};
use uuid::Uuid;

use super::{Operation, Statut};

const PROPOSITION: &str = "proposition";

/// What was answered to an operation.
#[derive(Debug)]
pub struct Recue {
    pub empreinte: String,
    pub resultat: Value,
    pub statut: String,
}

/// The answer given to an operation, when it came before.
///
/// # Errors
/// `Erreur::Base`.
pub async fn received(tx: &mut Tx, appareil: Uuid, op: Uuid) -> Resultat<Option<Recue>> {
    let l = tx
        .row(
            sql!(
                "SELECT empreinte, statut, resultat FROM operation WHERE appareil = $1 AND op = $2"
            ),
            params![appareil, op],
        )
        .await?;
    l.map(|l| {
        Ok(Recue {
            empreinte: l.get("empreinte")?,
            statut: l.get("statut")?,
            resultat: serde_json::from_str(&l.get::<String>("resultat")?)
                .map_err(|e| Erreur::Interne(format!("résultat illisible : {e}")))?,
        })
    })
    .transpose()
}

/// Keeps the answer to an operation, in the transaction that applied it.
///
/// # Errors
/// `Erreur::Base`; the unique key refuses a twin applied meanwhile.
pub async fn keep(
    tx: &mut Tx,
    o: &Operation,
    empreinte: &str,
    statut: Statut,
    resultat: &Value,
) -> Resultat<()> {
    let le = tx.now();
    let fuseau: String = o.fuseau.chars().take(60).collect();
    tx.execute(
        sql!(
            "INSERT INTO operation (appareil, op, seq, type_operation, objet, empreinte, statut, resultat, levee,
                saisi_le, fuseau, recue_le)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, $9, $10, $11)"
        ),
        params![
            o.appareil, o.op, o.seq, &o.type_operation, o.objet, empreinte, statut.cle(), resultat.to_string(),
            o.saisi_le, fuseau, le
        ],
    )
    .await?;
    Ok(())
}

/// The refused or conflicting operation that holds back what follows on these
/// objects.
///
/// # Errors
/// `Erreur::Base`.
pub async fn blocking(tx: &mut Tx, appareil: Uuid, objets: &[Uuid]) -> Resultat<Option<Uuid>> {
    for objet in objets {
        let l = tx
            .row(
                sql!(
                    "SELECT op, statut FROM operation WHERE objet = $1 AND appareil = $2 AND levee = 0
                     ORDER BY seq DESC LIMIT 1"
                ),
                params![objet, appareil],
            )
            .await?;
        if let Some(l) = l
            && l.get::<String>("statut")? != Statut::Appliquee.cle()
        {
            return Ok(Some(l.get("op")?));
        }
    }
    Ok(None)
}

/// An operation no longer holds anything back.
///
/// # Errors
/// `Erreur::Base`.
pub async fn lift(tx: &mut Tx, appareil: Uuid, op: Uuid) -> Resultat<()> {
    tx.execute(
        sql!("UPDATE operation SET levee = 1 WHERE appareil = $1 AND op = $2 AND statut <> 'appliquee'"),
        params![appareil, op],
    )
    .await?;
    Ok(())
}

/// Forgets old answers. Returns how many.
///
/// # Errors
/// `Erreur::Base`.
pub async fn purge(tx: &mut Tx, avant: Timestamp) -> Resultat<u64> {
    let n = tx
        .execute(
            sql!("DELETE FROM operation WHERE recue_le < $1"),
            params![avant],
        )
        .await?;
    let m = tx
        .execute(
            sql!("DELETE FROM proposition WHERE cree_le < $1"),
            params![avant],
        )
        .await?;
    Ok(n + m)
}

/// The last number of the statistics journal.
///
/// # Errors
/// `Erreur::Base`.
pub async fn stat_version(tx: &mut Tx) -> Resultat<i64> {
    tx.count(
        sql!("SELECT coalesce(max(numero), 0) AS n FROM activite_journal"),
        params![],
    )
    .await
}

/// Version and revision of an activity.
///
/// # Errors
/// `Erreur::Base`.
pub async fn version(tx: &mut Tx, id: Uuid) -> Resultat<Option<(i64, i64)>> {
    tx.row(
        sql!("SELECT version, revision FROM activite WHERE id = $1"),
        params![id],
    )
    .await?
    .map(|l| Ok((l.get("version")?, l.get("revision")?)))
    .transpose()
}

/// True when an id already names something.
///
/// # Errors
/// `Erreur::Base`.
pub async fn is_taken(tx: &mut Tx, id: Uuid) -> Resultat<bool> {
    let n = tx
        .count(
            sql!(
                "SELECT (SELECT count(*) FROM activite WHERE id = $1) + (SELECT count(*) FROM beneficiaire WHERE id = $1) AS n"
            ),
            params![id],
        )
        .await?;
    Ok(n > 0)
}

/// What two changes made apart wait for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Genre {
    Modification,
    Suppression,
}

impl Genre {
    #[must_use]
    pub fn cle(self) -> &'static str {
        match self {
            Self::Modification => "modification",
            Self::Suppression => "suppression",
        }
    }
}

/// A change kept aside until its author decides.
#[derive(Debug, Clone)]
pub struct Proposition {
    pub id: Uuid,
    pub genre: Genre,
    /// An activity, or a file.
    pub objet: Uuid,
    pub fiche: bool,
    pub auteur: Uuid,
    /// The device and the operation it came by.
    pub venue: Option<(Uuid, Uuid)>,
    pub base: i64,
    pub corps: Value,
    pub cree_le: Timestamp,
    pub tranchee: bool,
}

/// # Errors
/// `Erreur::Base`.
pub async fn insert_proposition(tx: &mut Tx, p: &Proposition) -> Resultat<Uuid> {
    let empreinte = crate::activite::corps::empreinte(&p.corps);
    // The same change sent twice waits once.
    let connue = tx
        .row(
            sql!(
                "SELECT id FROM proposition WHERE activite = $1 AND empreinte = $2 AND genre = $3 AND tranchee_le IS NULL"
            ),
            params![p.objet, &empreinte, p.genre.cle()],
        )
        .await?;
    if let Some(l) = connue {
        return l.get("id");
    }
    let scelle = tx.seal(PROPOSITION, "contenu", p.id, &p.corps.to_string());
    tx.execute(
        sql!(
            "INSERT INTO proposition (id, genre, activite, auteur, appareil, op, base, empreinte, contenu, cree_le)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
        ),
        params![
            p.id, p.genre.cle(), p.objet, p.auteur, p.venue.map(|v| v.0), p.venue.map(|v| v.1), p.base,
            empreinte, scelle, p.cree_le
        ],
    )
    .await?;
    Ok(p.id)
}

/// One's own proposition, locked.
///
/// # Errors
/// `Erreur::Introuvable` for somebody else's.
pub async fn load_proposition(tx: &mut Tx, auteur: Uuid, id: Uuid) -> Resultat<Proposition> {
    let l = tx
        .row(
            sql!(
                "SELECT id, genre, activite, auteur, appareil, op, base, contenu, cree_le, tranchee_le,
                    CASE WHEN EXISTS (SELECT 1 FROM beneficiaire b WHERE b.id = proposition.activite) THEN 1 ELSE 0 END AS fiche
                 FROM proposition
                 WHERE id = $1 AND auteur = $2 verrou_ligne()"
            ),
            params![id, auteur],
        )
        .await?
        .ok_or(Erreur::Introuvable)?;
    read_proposition(tx, &l)
}

/// One's own proposition, to read.
///
/// # Errors
/// `Erreur::Introuvable` for somebody else's.
pub async fn find_proposition(tx: &mut Tx, auteur: Uuid, id: Uuid) -> Resultat<Proposition> {
    let l = tx
        .row(
            sql!(
                "SELECT id, genre, activite, auteur, appareil, op, base, contenu, cree_le, tranchee_le,
                    CASE WHEN EXISTS (SELECT 1 FROM beneficiaire b WHERE b.id = proposition.activite) THEN 1 ELSE 0 END AS fiche
                 FROM proposition
                 WHERE id = $1 AND auteur = $2"
            ),
            params![id, auteur],
        )
        .await?
        .ok_or(Erreur::Introuvable)?;
    read_proposition(tx, &l)
}

/// What somebody has to decide, oldest first.
///
/// # Errors
/// `Erreur::Base`.
pub async fn open_propositions(tx: &mut Tx, auteur: Uuid) -> Resultat<Vec<Proposition>> {
    let lignes = tx
        .rows(
            sql!(
                "SELECT id, genre, activite, auteur, appareil, op, base, contenu, cree_le, tranchee_le,
                    CASE WHEN EXISTS (SELECT 1 FROM beneficiaire b WHERE b.id = proposition.activite) THEN 1 ELSE 0 END AS fiche
                 FROM proposition
                 WHERE auteur = $1 AND tranchee_le IS NULL ORDER BY cree_le, id LIMIT 200"
            ),
            params![auteur],
        )
        .await?;
    lignes.iter().map(|l| read_proposition(tx, l)).collect()
}

/// # Errors
/// `Erreur::Base`.
pub async fn settle(tx: &mut Tx, p: &Proposition) -> Resultat<()> {
    let le = tx.now();
    tx.execute(
        sql!("UPDATE proposition SET tranchee_le = $2 WHERE id = $1"),
        params![p.id, le],
    )
    .await?;
    match p.venue {
        Some((appareil, op)) => lift(tx, appareil, op).await,
        None => Ok(()),
    }
}

fn read_proposition(tx: &Tx, l: &Ligne) -> Resultat<Proposition> {
    let id: Uuid = l.get("id")?;
    let clair = tx.unseal(PROPOSITION, "contenu", id, &l.get::<Vec<u8>>("contenu")?)?;
    let appareil: Option<Uuid> = l.get("appareil")?;
    let op: Option<Uuid> = l.get("op")?;
    Ok(Proposition {
        id,
        genre: if l.get::<String>("genre")? == "suppression" {
            Genre::Suppression
        } else {
            Genre::Modification
        },
        objet: l.get("activite")?,
        fiche: l.get::<i64>("fiche")? == 1,
        auteur: l.get("auteur")?,
        venue: appareil.zip(op),
        base: l.get("base")?,
        corps: serde_json::from_str(&clair)
            .map_err(|e| Erreur::Interne(format!("proposition illisible : {e}")))?,
        cree_le: l.get("cree_le")?,
        tranchee: l.get::<Option<Timestamp>>("tranchee_le")?.is_some(),
    })
}
