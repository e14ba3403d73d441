//! SQL of merges. The image before is sealed.

use socle::{Erreur, Ligne, Resultat, Tx, params, sql};
use uuid::Uuid;

use super::{Choix, Etat, Fusion, Image};

const TABLE: &str = "fusion";

/// # Errors
/// `Erreur::Base`.
pub async fn insert(tx: &mut Tx, f: &Fusion) -> Resultat<()> {
    let (le, choix) = (tx.now(), serde_json::json!(f.choix));
    tx.execute(
        sql!(
            "INSERT INTO fusion (id, destination, source, etat, choix, par, proposee_le)
             VALUES ($1, $2, $3, $4, $5, $6, $7)"
        ),
        params![
            f.id,
            f.destination,
            f.source,
            f.etat.cle(),
            choix,
            f.par,
            le
        ],
    )
    .await?;
    Ok(())
}

/// One merge, locked.
///
/// # Errors
/// `Erreur::Introuvable`.
pub async fn load(tx: &mut Tx, id: Uuid) -> Resultat<Fusion> {
    let l = tx
        .row(
            sql!(
                "SELECT id, destination, source, etat, choix, par, faite_le FROM fusion WHERE id = $1 verrou_ligne()"
            ),
            params![id],
        )
        .await?
        .ok_or(Erreur::Introuvable)?;
    read_row(&l)
}

fn read_row(l: &Ligne) -> Resultat<Fusion> {
    Ok(Fusion {
        id: l.get("id")?,
        destination: l.get("destination")?,
        source: l.get("source")?,
        etat: Etat::from_cle(&l.get::<String>("etat")?),
        choix: serde_json::from_str::<Choix>(&l.get::<String>("choix")?).unwrap_or_default(),
        par: l.get("par")?,
        faite_le: l.get("faite_le")?,
    })
}

/// Notes that a merge is done, with the image before.
///
/// # Errors
/// `Erreur::Base`.
pub async fn set_done(tx: &mut Tx, id: Uuid, acceptee_par: Uuid, image: &Image) -> Resultat<()> {
    let le = tx.now();
    let texte = serde_json::to_string(image)
        .map_err(|e| Erreur::Interne(format!("image de fusion : {e}")))?;
    let scelle = tx.seal(TABLE, "image", id, &texte);
    tx.execute(
        sql!("UPDATE fusion SET etat = 'faite', acceptee_par = $2, image = $3, faite_le = $4 WHERE id = $1"),
        params![id, acceptee_par, scelle, le],
    )
    .await?;
    Ok(())
}

/// Closes a merge refused or undone; its image goes away.
///
/// # Errors
/// `Erreur::Base`.
pub async fn close(tx: &mut Tx, id: Uuid, etat: Etat, choix: &Choix) -> Resultat<()> {
    let le = tx.now();
    tx.execute(
        sql!("UPDATE fusion SET etat = $2, choix = $3, image = NULL, close_le = $4 WHERE id = $1"),
        params![id, etat.cle(), serde_json::json!(choix), le],
    )
    .await?;
    Ok(())
}

/// What the files were, while it is kept.
///
/// # Errors
/// `Erreur::Base`.
pub async fn image(tx: &mut Tx, id: Uuid) -> Resultat<Option<Image>> {
    let l = tx
        .row(sql!("SELECT image FROM fusion WHERE id = $1"), params![id])
        .await?
        .ok_or(Erreur::Introuvable)?;
    let Some(octets) = l.get::<Option<Vec<u8>>>("image")? else {
        return Ok(None);
    };
    let texte = tx.unseal(TABLE, "image", id, &octets)?;
    serde_json::from_str(&texte)
        .map(Some)
        .map_err(|e| Erreur::Interne(format!("image de fusion : {e}")))
}

/// The merge done last that touched a file.
///
/// # Errors
/// `Erreur::Base`.
pub async fn last_done(tx: &mut Tx, fiche: Uuid) -> Resultat<Option<Uuid>> {
    tx.row(
        sql!(
            "SELECT id FROM fusion WHERE etat = 'faite' AND (destination = $1 OR source = $1)
             ORDER BY faite_le DESC, id DESC LIMIT 1"
        ),
        params![fiche],
    )
    .await?
    .map(|l| l.get("id"))
    .transpose()
}

/// Merges of a file that can still be undone, or wait for an answer.
///
/// # Errors
/// `Erreur::Base`.
pub async fn of_file(tx: &mut Tx, fiche: Uuid) -> Resultat<Vec<Fusion>> {
    tx.rows(
        sql!(
            "SELECT id, destination, source, etat, choix, par, faite_le FROM fusion
             WHERE (destination = $1 OR source = $1) AND ((etat = 'faite' AND image IS NOT NULL) OR etat = 'proposee')
             ORDER BY proposee_le DESC, id DESC"
        ),
        params![fiche],
    )
    .await?
    .iter()
    .map(read_row)
    .collect()
}

/// Proposals somebody is asked to answer, as référent of one of the files.
///
/// # Errors
/// `Erreur::Base`.
pub async fn waiting(tx: &mut Tx, referent: Uuid) -> Resultat<Vec<Fusion>> {
    tx.rows(
        sql!(
            "SELECT f.id, f.destination, f.source, f.etat, f.choix, f.par, f.faite_le FROM fusion f
             JOIN beneficiaire d ON d.id = f.destination AND d.etat = 'active'
             JOIN beneficiaire s ON s.id = f.source AND s.etat = 'active'
             WHERE f.etat = 'proposee' AND f.par <> $1 AND (d.referent = $1 OR s.referent = $1)
             ORDER BY f.proposee_le, f.id"
        ),
        params![referent],
    )
    .await?
    .iter()
    .map(read_row)
    .collect()
}

/// Purges the images of merges done before an instant, and the identity of
/// the files they could have brought back. Returns those files.
///
/// # Errors
/// `Erreur::Base`.
pub async fn expired(tx: &mut Tx, avant: jiff::Timestamp) -> Resultat<Vec<Uuid>> {
    let sources = tx
        .rows(
            sql!(
                "SELECT source FROM fusion WHERE etat = 'faite' AND image IS NOT NULL AND faite_le < $1 ORDER BY source"
            ),
            params![avant],
        )
        .await?
        .iter()
        .map(|l| l.get("source"))
        .collect::<Resultat<Vec<Uuid>>>()?;
    tx.execute(
        sql!("UPDATE fusion SET image = NULL WHERE etat = 'faite' AND faite_le < $1"),
        params![avant],
    )
    .await?;
    Ok(sources)
}

/// Purges every image that holds a file, and closes what was proposed.
///
/// # Errors
/// `Erreur::Base`.
pub async fn forget(tx: &mut Tx, fiche: Uuid) -> Resultat<()> {
    let le = tx.now();
    tx.execute(
        sql!("UPDATE fusion SET image = NULL WHERE destination = $1 OR source = $1"),
        params![fiche],
    )
    .await?;
    tx.execute(
        sql!(
            "UPDATE fusion SET etat = 'refusee', close_le = $2 WHERE etat = 'proposee' AND (destination = $1 OR source = $1)"
        ),
        params![fiche, le],
    )
    .await?;
    Ok(())
}

/// The files merged into one, directly or one through another.
///
/// # Errors
/// `Erreur::Base`.
pub async fn sources(tx: &mut Tx, destination: Uuid) -> Resultat<Vec<Uuid>> {
    let mut v: Vec<Uuid> = Vec::new();
    let mut a_voir = vec![destination];
    while let Some(id) = a_voir.pop() {
        for l in tx
            .rows(
                sql!("SELECT id FROM beneficiaire WHERE fusionnee_dans = $1 ORDER BY id"),
                params![id],
            )
            .await?
        {
            let source: Uuid = l.get("id")?;
            if !v.contains(&source) {
                v.push(source);
                a_voir.push(source);
            }
        }
    }
    Ok(v)
}
