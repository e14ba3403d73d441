//! SQL of imports.

use std::collections::HashMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use socle::{Erreur, Ligne, Resultat, Tx, params, sql};
use uuid::Uuid;

use super::{Compris, Constat};

/// Where a run is (thin line of spec 30 §6.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Etat {
    EnRevue,
    Applique,
    Rejete,
}

impl Etat {
    #[must_use]
    pub fn cle(self) -> &'static str {
        match self {
            Etat::EnRevue => "en_revue",
            Etat::Applique => "applique",
            Etat::Rejete => "rejete",
        }
    }

    fn from_cle(c: &str) -> Option<Self> {
        [Etat::EnRevue, Etat::Applique, Etat::Rejete]
            .into_iter()
            .find(|e| e.cle() == c)
    }

    #[must_use]
    pub fn libelle(self) -> &'static str {
        match self {
            Etat::EnRevue => "À relire",
            Etat::Applique => "Appliqué",
            Etat::Rejete => "Rejeté",
        }
    }
}

/// How many rows of each fate.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Comptes {
    pub lus: i64,
    pub crees: i64,
    pub modifies: i64,
    pub inchanges: i64,
    pub rejetes: i64,
}

/// One file.
#[derive(Debug, Clone)]
pub struct Import {
    pub id: Uuid,
    pub source: String,
    pub etat: Etat,
    pub fichier: String,
    pub comptes: Comptes,
    pub par: Option<Uuid>,
    pub cree_le: Timestamp,
}

/// Rows and report: sealed, they may hold contacts of people.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Contenu {
    pub lignes: Vec<Compris>,
    pub constats: Vec<Constat>,
}

/// The place a source's row became, and both states when last written.
#[derive(Debug, Clone)]
pub struct Lien {
    pub lieu: Uuid,
    pub empreinte: String,
    /// A person changed the place since.
    pub touche: bool,
}

fn read(l: &Ligne) -> Resultat<Import> {
    Ok(Import {
        id: l.get("id")?,
        source: l.get("source")?,
        etat: Etat::from_cle(&l.get::<String>("etat")?)
            .ok_or_else(|| Erreur::Interne("état d'un import".into()))?,
        fichier: l.get("fichier")?,
        comptes: Comptes {
            lus: l.get("lus")?,
            crees: l.get("crees")?,
            modifies: l.get("modifies")?,
            inchanges: l.get("inchanges")?,
            rejetes: l.get("rejetes")?,
        },
        par: l.get("par")?,
        cree_le: l.get("cree_le")?,
    })
}

/// The last files: everyone's for the whole country, one's own otherwise.
///
/// # Errors
/// `Erreur::Base`.
pub async fn list(tx: &mut Tx, par: Option<Uuid>) -> Resultat<Vec<Import>> {
    tx.rows(
        sql!(
            "SELECT id, source, etat, fichier, lus, crees, modifies, inchanges, rejetes, par, cree_le
             FROM lieu_import WHERE CAST($1 AS text) IS NULL OR par = $1 ORDER BY cree_le DESC, id DESC LIMIT 50"
        ),
        params![par],
    )
    .await?
    .iter()
    .map(read)
    .collect()
}

/// One file with its rows and report.
///
/// # Errors
/// `Erreur::Introuvable`.
pub async fn get(tx: &mut Tx, id: Uuid) -> Resultat<(Import, Contenu)> {
    let l = tx
        .row(sql!("SELECT * FROM lieu_import WHERE id = $1"), params![id])
        .await?
        .ok_or(Erreur::Introuvable)?;
    let clair = tx.unseal("lieu_import", "lignes", id, &l.get::<Vec<u8>>("lignes")?)?;
    let contenu =
        serde_json::from_str(&clair).map_err(|e| Erreur::Interne(format!("import : {e}")))?;
    Ok((read(&l)?, contenu))
}

/// Writes a file just read.
///
/// # Errors
/// `Erreur::Base`.
pub async fn insert(tx: &mut Tx, i: &Import, empreinte: &str, c: &Contenu) -> Resultat<()> {
    let clair = serde_json::to_string(c).map_err(|e| Erreur::Interne(format!("import : {e}")))?;
    let scelle = tx.seal("lieu_import", "lignes", i.id, &clair);
    tx.execute(
        sql!(
            "INSERT INTO lieu_import (id, source, etat, fichier, empreinte, lignes, lus, crees, modifies, inchanges,
                rejetes, par, cree_le, applique_le)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, NULL)"
        ),
        params![
            i.id,
            &i.source,
            i.etat.cle(),
            &i.fichier,
            empreinte,
            scelle,
            i.comptes.lus,
            i.comptes.crees,
            i.comptes.modifies,
            i.comptes.inchanges,
            i.comptes.rejetes,
            i.par,
            i.cree_le
        ],
    )
    .await?;
    Ok(())
}

/// Ends a run, once.
///
/// # Errors
/// `Erreur::Conflit` when it was already decided.
pub async fn finish(tx: &mut Tx, id: Uuid, vers: Etat, c: Comptes) -> Resultat<()> {
    let le = tx.now();
    let n = tx
        .execute(
            sql!(
                "UPDATE lieu_import SET etat = $2, applique_le = $3, crees = $4, modifies = $5, inchanges = $6
                 WHERE id = $1 AND etat = 'en_revue'"
            ),
            params![id, vers.cle(), le, c.crees, c.modifies, c.inchanges],
        )
        .await?;
    if n == 1 {
        Ok(())
    } else {
        Err(Erreur::Conflit(
            "Ce fichier a déjà une réponse. Rechargez la page.".into(),
        ))
    }
}

/// Everything a source is linked to.
///
/// # Errors
/// `Erreur::Base`.
pub async fn links(tx: &mut Tx, source: &str) -> Resultat<HashMap<String, Lien>> {
    tx.rows(
        sql!(
            "SELECT s.id_source, s.lieu, s.empreinte, CASE WHEN s.version <> l.version THEN 1 ELSE 0 END AS touche
             FROM lieu_source s JOIN lieu l ON l.id = s.lieu WHERE s.source = $1"
        ),
        params![source],
    )
    .await?
    .iter()
    .map(|l| {
        let lien = Lien {
            lieu: l.get("lieu")?,
            empreinte: l.get("empreinte")?,
            touche: l.get("touche")?,
        };
        Ok((l.get("id_source")?, lien))
    })
    .collect()
}

/// Links a row to its place, or notes what it now says.
///
/// # Errors
/// `Erreur::Base`.
pub async fn link(
    tx: &mut Tx,
    source: &str,
    id_source: &str,
    lieu: Uuid,
    empreinte: &str,
) -> Resultat<()> {
    let le = tx.now();
    tx.execute(
        sql!(
            "INSERT INTO lieu_source (source, id_source, lieu, empreinte, version, premier_le, vu_le)
             VALUES ($1, $2, $3, $4, (SELECT version FROM lieu WHERE id = $3), $5, $5)
             ON CONFLICT (source, id_source) DO UPDATE SET empreinte = excluded.empreinte,
                version = excluded.version, vu_le = excluded.vu_le"
        ),
        params![source, id_source, lieu, empreinte, le],
    )
    .await?;
    Ok(())
}
