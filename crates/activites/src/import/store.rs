//! SQL of imports. What was read of a file is sealed.

use std::collections::HashSet;

use jiff::{SignedDuration, Timestamp};
use serde::{Serialize, de::DeserializeOwned};
use socle::{Erreur, Ligne, Resultat, Role, Tx, params, sql};
use uuid::Uuid;

use super::{
    ABANDON_JOURS, ANNULATION_JOURS, Analyse, Etat, Genre, Import, SOURCE_HEURES, Tableau,
};

const TABLE: &str = "import";

fn read(tx: &Tx, l: &Ligne) -> Resultat<Import> {
    let id: Uuid = l.get("id")?;
    let inconnu = |quoi: &str| Erreur::Interne(format!("{quoi} d'un import"));
    Ok(Import {
        id,
        genre: Genre::from_cle(&l.get::<String>("genre")?).ok_or_else(|| inconnu("genre"))?,
        etat: Etat::from_cle(&l.get::<String>("etat")?).ok_or_else(|| inconnu("état"))?,
        compte: l.get("compte")?,
        personne: l.get("personne")?,
        role: Role::from_cle(&l.get::<String>("role")?).ok_or_else(|| inconnu("rôle"))?,
        perimetre: l.get("perimetre")?,
        source: l.get("source")?,
        fichier: l
            .get::<Option<Vec<u8>>>("fichier")?
            .map(|o| tx.unseal(TABLE, "fichier", id, &o))
            .transpose()?,
        empreinte: l.get("empreinte")?,
        lignes: l.get("lignes")?,
        valides: l.get("valides")?,
        erreurs: l.get("erreurs")?,
        doublons: l.get("doublons")?,
        ecrites: l.get("ecrites")?,
        version: l.get("version")?,
        cree_le: l.get("cree_le")?,
        confirme_le: l.get("confirme_le")?,
        applique_le: l.get("applique_le")?,
        annule_le: l.get("annule_le")?,
        efface_le: l.get("efface_le")?,
    })
}

fn text(v: &impl Serialize) -> Resultat<String> {
    serde_json::to_string(v).map_err(|e| Erreur::Interne(format!("import : {e}")))
}

/// # Errors
/// `Erreur::Base`.
pub async fn insert(tx: &mut Tx, i: &Import, t: &Tableau, a: &Analyse) -> Resultat<()> {
    let fichier = i
        .fichier
        .as_deref()
        .map(|f| tx.seal(TABLE, "fichier", i.id, f));
    let tableau = tx.seal(TABLE, "tableau", i.id, &text(t)?);
    let analyse = tx.seal(TABLE, "examen", i.id, &text(a)?);
    tx.execute(
        sql!(
            "INSERT INTO import (id, genre, etat, compte, personne, role, perimetre, source, fichier, empreinte, tableau,
                examen, lignes, valides, erreurs, doublons, ecrites, version, cree_le)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, 0, 1, $17)"
        ),
        params![
            i.id, i.genre.cle(), i.etat.cle(), i.compte, i.personne, i.role.cle(), &i.perimetre, &i.source, fichier,
            &i.empreinte, tableau, analyse, i.lignes, i.valides, i.erreurs, i.doublons, i.cree_le
        ],
    )
    .await?;
    Ok(())
}

/// One's own import.
///
/// # Errors
/// `Erreur::Introuvable` for somebody else's, or one sent under another role.
pub async fn get(tx: &mut Tx, compte: Uuid, role: Role, id: Uuid) -> Resultat<Import> {
    let l = tx
        .row(
            sql!("SELECT * FROM import WHERE id = $1 AND compte = $2 AND role = $3"),
            params![id, compte, role.cle()],
        )
        .await?
        .ok_or(Erreur::Introuvable)?;
    read(tx, &l)
}

/// Any import, for the job that applies it.
///
/// # Errors
/// `Erreur::Introuvable`.
pub async fn fetch(tx: &mut Tx, id: Uuid) -> Resultat<Import> {
    let l = tx
        .row(
            sql!("SELECT * FROM import WHERE id = $1 verrou_ligne()"),
            params![id],
        )
        .await?
        .ok_or(Erreur::Introuvable)?;
    read(tx, &l)
}

/// One's last imports of a kind.
///
/// # Errors
/// `Erreur::Base`.
pub async fn list(tx: &mut Tx, compte: Uuid, role: Role, genre: Genre) -> Resultat<Vec<Import>> {
    let lignes = tx
        .rows(
            sql!(
                "SELECT * FROM import WHERE compte = $1 AND role = $2 AND genre = $3 ORDER BY cree_le DESC, id DESC LIMIT 20"
            ),
            params![compte, role.cle(), genre.cle()],
        )
        .await?;
    lignes.iter().map(|l| read(tx, l)).collect()
}

/// When this same file was confirmed last by the same account.
///
/// # Errors
/// `Erreur::Base`.
pub async fn confirmed_before(
    tx: &mut Tx,
    compte: Uuid,
    genre: Genre,
    empreinte: &str,
) -> Resultat<Option<Timestamp>> {
    tx.row(
        sql!(
            "SELECT max(confirme_le) AS le FROM import
             WHERE compte = $1 AND genre = $2 AND empreinte = $3 AND etat = 'confirme'"
        ),
        params![compte, genre.cle(), empreinte],
    )
    .await?
    .map_or(Ok(None), |l| l.get("le"))
}

/// What was read and what is wrong in it; nothing once it is erased.
///
/// # Errors
/// `Erreur::Base`.
pub async fn content(tx: &mut Tx, id: Uuid) -> Resultat<Option<(Tableau, Analyse)>> {
    let Some(l) = tx
        .row(
            sql!("SELECT tableau, examen FROM import WHERE id = $1"),
            params![id],
        )
        .await?
    else {
        return Ok(None);
    };
    let (Some(t), Some(a)) = (
        l.get::<Option<Vec<u8>>>("tableau")?,
        l.get::<Option<Vec<u8>>>("examen")?,
    ) else {
        return Ok(None);
    };
    Ok(Some((
        open(tx, id, "tableau", &t)?,
        open(tx, id, "examen", &a)?,
    )))
}

fn open<T: DeserializeOwned>(tx: &Tx, id: Uuid, colonne: &str, octets: &[u8]) -> Resultat<T> {
    let clair = tx.unseal(TABLE, colonne, id, octets)?;
    serde_json::from_str(&clair).map_err(|e| Erreur::Interne(format!("import : {e}")))
}

/// Keeps corrections, if nobody else corrected meanwhile.
///
/// # Errors
/// `Erreur::Conflit`.
pub async fn correct(tx: &mut Tx, i: &Import, t: &Tableau, a: &Analyse) -> Resultat<()> {
    let tableau = tx.seal(TABLE, "tableau", i.id, &text(t)?);
    let analyse = tx.seal(TABLE, "examen", i.id, &text(a)?);
    let n = tx
        .execute(
            sql!(
                "UPDATE import SET tableau = $3, examen = $4, valides = $5, erreurs = $6, doublons = $7, version = version + 1
                 WHERE id = $1 AND version = $2 AND etat = 'analyse'"
            ),
            params![i.id, i.version, tableau, analyse, a.valides, a.fausses(), a.doublons.len()],
        )
        .await?;
    changed(n)
}

fn changed(n: u64) -> Resultat<()> {
    if n == 1 {
        Ok(())
    } else {
        Err(Erreur::Conflit(
            "Cet import a changé entre-temps. Rechargez la page pour voir où il en est.".into(),
        ))
    }
}

/// Takes an import to write it: true for the one click that does.
///
/// # Errors
/// `Erreur::Base`.
pub async fn claim(tx: &mut Tx, id: Uuid) -> Resultat<bool> {
    let le = tx.now();
    let n = tx
        .execute(
            sql!("UPDATE import SET etat = 'confirme', confirme_le = $2 WHERE id = $1 AND etat = 'analyse'"),
            params![id, le],
        )
        .await?;
    Ok(n == 1)
}

/// Everything is written.
///
/// # Errors
/// `Erreur::Base`.
pub async fn finish(tx: &mut Tx, id: Uuid, ecrites: usize, a: &Analyse) -> Resultat<()> {
    let le = tx.now();
    let analyse = tx.seal(TABLE, "examen", id, &text(a)?);
    tx.execute(
        sql!(
            "UPDATE import SET applique_le = $2, ecrites = $3, examen = $4, valides = $5, erreurs = $6, doublons = $7
             WHERE id = $1"
        ),
        params![id, le, ecrites, analyse, a.valides, a.fausses(), a.doublons.len()],
    )
    .await?;
    Ok(())
}

/// Undone; what could not be stays written.
///
/// # Errors
/// `Erreur::Conflit` when it was already.
pub async fn undo(tx: &mut Tx, id: Uuid, restent: usize) -> Resultat<()> {
    let le = tx.now();
    let n = tx
        .execute(
            sql!(
                "UPDATE import SET etat = 'annule', annule_le = $2, ecrites = $3, tableau = NULL, examen = NULL, fichier = NULL,
                    efface_le = $2
                 WHERE id = $1 AND etat = 'confirme' AND applique_le IS NOT NULL"
            ),
            params![id, le, restent],
        )
        .await?;
    changed(n)
}

/// Forgets a file nobody confirmed.
///
/// # Errors
/// `Erreur::Conflit` once it is confirmed.
pub async fn discard(tx: &mut Tx, id: Uuid) -> Resultat<()> {
    let n = tx
        .execute(
            sql!("DELETE FROM import WHERE id = $1 AND etat IN ('televerse', 'analyse')"),
            params![id],
        )
        .await?;
    changed(n)
}

/// Something an import wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Objet {
    pub objet: Uuid,
    pub ligne: usize,
    pub complete: bool,
    pub version: i64,
    pub champs: String,
}

/// # Errors
/// `Erreur::Base`.
pub async fn insert_object(tx: &mut Tx, import: Uuid, o: &Objet) -> Resultat<()> {
    let action = if o.complete { "complete" } else { "cree" };
    tx.execute(
        sql!(
            "INSERT INTO import_objet (import, objet, ligne, action, version, champs) VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT DO NOTHING"
        ),
        params![import, o.objet, o.ligne, action, o.version, &o.champs],
    )
    .await?;
    Ok(())
}

/// # Errors
/// `Erreur::Base`.
pub async fn objects(tx: &mut Tx, import: Uuid) -> Resultat<Vec<Objet>> {
    tx.rows(
        sql!(
            "SELECT objet, ligne, action, version, champs FROM import_objet WHERE import = $1 ORDER BY ligne, objet"
        ),
        params![import],
    )
    .await?
    .iter()
    .map(|l| {
        Ok(Objet {
            objet: l.get("objet")?,
            ligne: usize::try_from(l.get::<i64>("ligne")?).unwrap_or(0),
            complete: l.get::<String>("action")? == "complete",
            version: l.get("version")?,
            champs: l.get("champs")?,
        })
    })
    .collect()
}

/// Which of these lines of other tools were imported already.
///
/// # Errors
/// `Erreur::Base`.
pub async fn known_lines(tx: &mut Tx, cles: &Vec<String>) -> Resultat<HashSet<String>> {
    tx.rows(
        sql!("SELECT cle FROM activite_externe WHERE cle IN liste($1)"),
        params![cles],
    )
    .await?
    .iter()
    .map(|l| l.get("cle"))
    .collect()
}

/// Notes which activity a line became.
///
/// # Errors
/// `Erreur::Base`; a unique violation when another import wrote it meanwhile.
pub async fn insert_line(tx: &mut Tx, cle: &str, activite: Uuid, import: Uuid) -> Resultat<()> {
    tx.execute(
        sql!("INSERT INTO activite_externe (cle, activite, import) VALUES ($1, $2, $3)"),
        params![cle, activite, import],
    )
    .await?;
    Ok(())
}

/// A line whose activity was undone can be imported again.
///
/// # Errors
/// `Erreur::Base`.
pub async fn forget_line(tx: &mut Tx, activite: Uuid, import: Uuid) -> Resultat<()> {
    tx.execute(
        sql!("DELETE FROM activite_externe WHERE import = $2 AND activite = $1"),
        params![activite, import],
    )
    .await?;
    Ok(())
}

/// Daily: what was read goes away 24 h after it was written, an abandoned file
/// after 7 days, the list of what was written once it cannot be undone.
///
/// # Errors
/// `Erreur::Base`.
pub async fn purge(tx: &mut Tx) -> Resultat<u64> {
    let le = tx.now();
    let avant = |h: i64| le - SignedDuration::from_hours(h);
    let effaces = tx
        .execute(
            sql!(
                "UPDATE import SET tableau = NULL, examen = NULL, fichier = NULL, efface_le = $1
                 WHERE efface_le IS NULL AND etat = 'confirme' AND applique_le <= $2"
            ),
            params![le, avant(SOURCE_HEURES)],
        )
        .await?;
    let abandonnes = tx
        .execute(
            sql!("DELETE FROM import WHERE etat IN ('televerse', 'analyse') AND cree_le <= $1"),
            params![avant(24 * ABANDON_JOURS)],
        )
        .await?;
    tx.execute(
        sql!(
            "DELETE FROM import_objet WHERE import IN (SELECT id FROM import WHERE applique_le <= $1)"
        ),
        params![avant(24 * (ANNULATION_JOURS + 1))],
    )
    .await?;
    Ok(effaces + abandonnes)
}
