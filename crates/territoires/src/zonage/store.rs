//! SQL of the zonings. They are public: reading takes no perimeter.

use std::collections::BTreeMap;

use jiff::civil::Date;
use socle::{Erreur, Ligne, Resultat, Tx, params, sql};
use uuid::Uuid;

use super::{Appartenance, Description, Genre, Position, Statut, Zonage, polygones};
use crate::geographie::Point;

fn read(l: &Ligne) -> Resultat<Zonage> {
    Ok(Zonage {
        id: l.get("id")?,
        cle: l.get("cle")?,
        libelle: l.get("libelle")?,
        genre: Genre::from_cle(&l.get::<String>("genre")?)
            .ok_or_else(|| Erreur::Interne("genre de zonage inconnu".into()))?,
        valid_from: l.get("valid_from")?,
        valid_to: l.get("valid_to")?,
        source: l.get("source")?,
        millesime: l.get("millesime")?,
        licence: l.get("licence")?,
        membres: l.get("membres")?,
    })
}

/// All versions, by key then from the latest.
///
/// # Errors
/// `Erreur::Base`.
pub async fn all(tx: &mut Tx) -> Resultat<Vec<Zonage>> {
    tx.rows(
        sql!(
            "SELECT id, cle, libelle, genre, valid_from, valid_to, source, millesime, licence, membres
             FROM zonage ORDER BY cle, valid_from DESC"
        ),
        params![],
    )
    .await?
    .iter()
    .map(read)
    .collect()
}

/// One version.
///
/// # Errors
/// `Erreur::Introuvable`, `Erreur::Base`.
pub async fn one(tx: &mut Tx, id: Uuid) -> Resultat<Zonage> {
    tx.row(
        sql!(
            "SELECT id, cle, libelle, genre, valid_from, valid_to, source, millesime, licence, membres
             FROM zonage WHERE id = $1"
        ),
        params![id],
    )
    .await?
    .as_ref()
    .map(read)
    .transpose()?
    .ok_or(Erreur::Introuvable)
}

/// The versions loaded since an instant.
///
/// # Errors
/// `Erreur::Base`.
pub async fn loaded_since(tx: &mut Tx, depuis: jiff::Timestamp) -> Resultat<Vec<Zonage>> {
    tx.rows(
        sql!(
            "SELECT id, cle, libelle, genre, valid_from, valid_to, source, millesime, licence, membres
             FROM zonage WHERE charge_le >= $1 ORDER BY cle, valid_from"
        ),
        params![depuis],
    )
    .await?
    .iter()
    .map(read)
    .collect()
}

/// The version of a key that holds on a day.
///
/// # Errors
/// `Erreur::Base`.
pub async fn at(tx: &mut Tx, cle: &str, le: Date) -> Resultat<Option<Zonage>> {
    tx.row(
        sql!(
            "SELECT id, cle, libelle, genre, valid_from, valid_to, source, millesime, licence, membres
             FROM zonage WHERE cle = $1 AND valid_from <= $2 AND (valid_to IS NULL OR valid_to >= $2)
             ORDER BY valid_from DESC LIMIT 1"
        ),
        params![cle, le],
    )
    .await?
    .as_ref()
    .map(read)
    .transpose()
}

/// Versions of a key whose days touch an interval, the earliest first.
///
/// # Errors
/// `Erreur::Base`.
pub async fn overlapping(
    tx: &mut Tx,
    cle: &str,
    de: Date,
    a: Option<Date>,
) -> Resultat<Vec<Zonage>> {
    tx.rows(
        sql!(
            "SELECT id, cle, libelle, genre, valid_from, valid_to, source, millesime, licence, membres
             FROM zonage WHERE cle = $1 AND (valid_to IS NULL OR valid_to >= $2)
               AND (CAST($3 AS text) IS NULL OR valid_from <= $3)
             ORDER BY valid_from verrou_ligne()"
        ),
        params![cle, de, a],
    )
    .await?
    .iter()
    .map(read)
    .collect()
}

pub(super) async fn end(tx: &mut Tx, id: Uuid, le: Date) -> Resultat<()> {
    tx.execute(
        sql!("UPDATE zonage SET valid_to = $2 WHERE id = $1"),
        params![id, le],
    )
    .await?;
    Ok(())
}

pub(super) async fn insert(
    tx: &mut Tx,
    id: Uuid,
    d: &Description,
    empreinte: &str,
    membres: usize,
) -> Resultat<()> {
    let le = tx.now();
    tx.execute(
        sql!(
            "INSERT INTO zonage (id, cle, libelle, genre, valid_from, valid_to, source, millesime, licence,
                                 empreinte, membres, charge_le)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"
        ),
        params![
            id,
            &d.cle,
            &d.libelle,
            &d.genre,
            d.valid_from,
            d.valid_to,
            &d.source,
            &d.millesime,
            &d.licence,
            empreinte,
            membres,
            le
        ],
    )
    .await?;
    Ok(())
}

/// All communes of one class in one statement: a national list has 35,000.
pub(super) async fn insert_communes(
    tx: &mut Tx,
    zonage: Uuid,
    classe: &str,
    statut: Statut,
    codes: &[String],
) -> Resultat<()> {
    tx.execute(
        sql!(
            "INSERT INTO zonage_commune (zonage, code, classe, statut)
             SELECT CAST($1 AS text), c.*, CAST($3 AS text), CAST($4 AS text) FROM liste($2) AS c"
        ),
        params![zonage, codes, classe, statut.cle()],
    )
    .await?;
    Ok(())
}

pub(super) async fn insert_polygone(
    tx: &mut Tx,
    zonage: Uuid,
    p: &polygones::Polygone,
) -> Resultat<()> {
    let (ouest, sud, est, nord) = p.cadre();
    tx.execute(
        sql!(
            "INSERT INTO zonage_polygone (zonage, code, nom, ouest, sud, est, nord, contour)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
        ),
        params![
            zonage,
            &p.code,
            &p.nom,
            ouest,
            sud,
            est,
            nord,
            serde_json::json!(p.anneaux)
        ],
    )
    .await?;
    Ok(())
}

/// Rows of all zonings that hold on a day, for any of these codes.
pub(super) async fn memberships(
    tx: &mut Tx,
    codes: &[String],
    le: Date,
) -> Resultat<Vec<Appartenance>> {
    tx.rows(
        sql!(
            "SELECT z.id, z.cle, z.libelle, z.genre, z.valid_from, z.valid_to, z.source, z.millesime, z.licence,
                    z.membres, m.classe, m.statut
             FROM zonage_commune m JOIN zonage z ON z.id = m.zonage
             WHERE m.code IN liste($1) AND z.valid_from <= $2 AND (z.valid_to IS NULL OR z.valid_to >= $2)
             ORDER BY z.cle, m.code"
        ),
        params![codes, le],
    )
    .await?
    .iter()
    .map(|l| {
        Ok(Appartenance {
            zonage: read(l)?,
            classe: l.get("classe")?,
            statut: Statut::from_cle(&l.get::<String>("statut")?).unwrap_or(Statut::Inconnu),
        })
    })
    .collect()
}

/// Number of communes of each (class, status) of a version.
///
/// # Errors
/// `Erreur::Base`.
pub async fn classes(tx: &mut Tx, zonage: Uuid) -> Resultat<Vec<(String, Statut, i64)>> {
    tx.rows(
        sql!(
            "SELECT classe, statut, count(*) AS n FROM zonage_commune WHERE zonage = $1
             GROUP BY classe, statut ORDER BY n DESC, classe"
        ),
        params![zonage],
    )
    .await?
    .iter()
    .map(|l| {
        let statut = Statut::from_cle(&l.get::<String>("statut")?).unwrap_or(Statut::Inconnu);
        Ok((l.get("classe")?, statut, l.get("n")?))
    })
    .collect()
}

/// Codes of a version with their status: for counts by territory.
///
/// # Errors
/// `Erreur::Base`.
pub async fn communes(tx: &mut Tx, zonage: Uuid) -> Resultat<BTreeMap<String, Statut>> {
    tx.rows(
        sql!("SELECT code, statut FROM zonage_commune WHERE zonage = $1"),
        params![zonage],
    )
    .await?
    .iter()
    .map(|l| {
        let statut = Statut::from_cle(&l.get::<String>("statut")?).unwrap_or(Statut::Inconnu);
        Ok((l.get("code")?, statut))
    })
    .collect()
}

pub(super) async fn position(tx: &mut Tx, zonage: Uuid, p: Point) -> Resultat<Position> {
    let lignes = tx
        .rows(
            sql!(
                "SELECT code, nom, contour FROM zonage_polygone
                 WHERE zonage = $1 AND ouest <= $2 AND est >= $2 AND sud <= $3 AND nord >= $3 ORDER BY code"
            ),
            params![zonage, p.lon, p.lat],
        )
        .await?;
    for l in &lignes {
        let anneaux: Vec<Vec<(f64, f64)>> = serde_json::from_str(&l.get::<String>("contour")?)
            .map_err(|e| Erreur::Interne(format!("contour illisible : {e}")))?;
        if polygones::contains(&anneaux, p) {
            return Ok(Position::Dans {
                code: l.get("code")?,
                nom: l.get("nom")?,
            });
        }
    }
    Ok(Position::Hors)
}

/// A file waiting to be loaded.
#[derive(Debug, Clone)]
pub struct Depot {
    pub id: Uuid,
    pub fichier: String,
    pub contenu: Vec<u8>,
    pub description: Description,
}

pub(super) async fn keep(tx: &mut Tx, d: &Depot, compte: Option<Uuid>) -> Resultat<()> {
    let le = tx.now();
    let description =
        serde_json::to_string(&d.description).map_err(|e| Erreur::Interne(e.to_string()))?;
    tx.execute(
        sql!(
            "INSERT INTO zonage_depot (id, fichier, contenu, description, compte, depose_le)
             VALUES ($1, $2, $3, $4, $5, $6)"
        ),
        params![
            d.id,
            &d.fichier,
            d.contenu.clone(),
            description,
            compte.map(|c| c.to_string()).unwrap_or_default(),
            le
        ],
    )
    .await?;
    Ok(())
}

/// Only its author finds a waiting file.
pub(super) async fn depot(tx: &mut Tx, id: Uuid, compte: Option<Uuid>) -> Resultat<Depot> {
    let l = tx
        .row(
            sql!(
                "SELECT fichier, contenu, description FROM zonage_depot WHERE id = $1 AND compte = $2"
            ),
            params![id, compte.map(|c| c.to_string()).unwrap_or_default()],
        )
        .await?
        .ok_or(Erreur::Introuvable)?;
    let description = serde_json::from_str(&l.get::<String>("description")?)
        .map_err(|e| Erreur::Interne(format!("dépôt illisible : {e}")))?;
    Ok(Depot {
        id,
        fichier: l.get("fichier")?,
        contenu: l.get("contenu")?,
        description,
    })
}

pub(super) async fn forget(tx: &mut Tx, id: Uuid) -> Resultat<()> {
    tx.execute(sql!("DELETE FROM zonage_depot WHERE id = $1"), params![id])
        .await?;
    Ok(())
}
