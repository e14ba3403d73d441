//! SQL of handovers.

use jiff::civil::Date;
use socle::{Droit, Erreur, Ligne, Perimetre, Resultat, Tx, params, sql};
use uuid::Uuid;

use super::{EnAttente, Etat, Passation, short_name};

/// # Errors
/// `Erreur::Base`.
pub async fn insert(tx: &mut Tx, p: &Passation, structure: Option<Uuid>) -> Resultat<()> {
    tx.execute(
        sql!(
            "INSERT INTO passation (id, lot, beneficiaire, structure, de, vers, par, etat, le)
             VALUES ($1, $2, $3, $4, $5, $6, $7, 'proposee', $8)"
        ),
        params![
            p.id,
            p.lot,
            p.beneficiaire,
            structure,
            p.de,
            p.vers,
            p.par,
            p.le
        ],
    )
    .await?;
    Ok(())
}

/// Cancels what was proposed for a file: one proposal at a time.
///
/// # Errors
/// `Erreur::Base`.
pub async fn cancel_of(tx: &mut Tx, beneficiaire: Uuid) -> Resultat<()> {
    let le = tx.now();
    tx.execute(
        sql!("UPDATE passation SET etat = 'annulee', close_le = $2 WHERE beneficiaire = $1 AND etat = 'proposee'"),
        params![beneficiaire, le],
    )
    .await?;
    Ok(())
}

/// # Errors
/// `Erreur::Base`.
pub async fn set_state(tx: &mut Tx, id: Uuid, etat: Etat) -> Resultat<()> {
    let le = tx.now();
    tx.execute(
        sql!("UPDATE passation SET etat = $2, close_le = $3 WHERE id = $1"),
        params![id, etat.cle(), le],
    )
    .await?;
    Ok(())
}

/// The open proposals made to somebody, or by somebody.
///
/// # Errors
/// `Erreur::Base`.
pub async fn open_of(tx: &mut Tx, personne: Uuid) -> Resultat<Vec<Passation>> {
    let lignes = tx
        .rows(
            sql!(
                "SELECT p.id, p.lot, p.beneficiaire, p.de, p.vers, p.par, p.le, b.prenom, b.nom, b.alias
                 FROM passation p JOIN beneficiaire b ON b.id = p.beneficiaire AND b.etat IN ('active', 'limitee')
                 WHERE p.etat = 'proposee' AND (p.vers = $1 OR p.par = $1) ORDER BY p.le, p.id"
            ),
            params![personne],
        )
        .await?;
    lignes
        .iter()
        .map(|l| {
            let id: Uuid = l.get("beneficiaire")?;
            Ok(Passation {
                id: l.get("id")?,
                lot: l.get("lot")?,
                beneficiaire: id,
                de: l.get("de")?,
                vers: l.get("vers")?,
                par: l.get("par")?,
                le: l.get("le")?,
                nom: name(tx, l, id)?,
            })
        })
        .collect()
}

fn name(tx: &Tx, l: &Ligne, id: Uuid) -> Resultat<String> {
    let open = |colonne: &str| -> Resultat<Option<String>> {
        l.get::<Option<Vec<u8>>>(colonne)?
            .map(|o| tx.unseal("beneficiaire", colonne, id, &o))
            .transpose()
    };
    let (prenom, nom, alias) = (open("prenom")?, open("nom")?, open("alias")?);
    Ok(short_name(
        prenom.as_deref(),
        nom.as_deref(),
        alias.as_deref(),
    ))
}

/// The files nobody follows in some structures, the oldest first.
///
/// # Errors
/// `Erreur::Base`.
pub async fn waiting(tx: &mut Tx, p: &Perimetre) -> Resultat<Vec<EnAttente>> {
    let lignes = tx
        .rows_in(
            sql!(
                "SELECT b.id, b.prenom, b.nom, b.alias, b.structure, b.referent, b.attente_depuis,
                    (SELECT count(*) FROM passation x WHERE x.beneficiaire = b.id AND x.etat = 'proposee') AS proposee
                 FROM beneficiaire b
                 WHERE b.etat IN ('active', 'limitee') AND b.attente_depuis IS NOT NULL AND perimetre(-, b.structure, -)
                 ORDER BY b.attente_depuis, b.id LIMIT 1000"
            ),
            p,
            params![],
        )
        .await?;
    lignes
        .iter()
        .map(|l| {
            let id: Uuid = l.get("id")?;
            Ok(EnAttente {
                id,
                nom: name(tx, l, id)?,
                structure: l.get("structure")?,
                referent: l.get("referent")?,
                depuis: l.get("attente_depuis")?,
                proposee: l.get::<i64>("proposee")? > 0,
            })
        })
        .collect()
}

/// How many files are followed in each structure of a perimeter, and how many
/// wait for somebody.
///
/// # Errors
/// `Erreur::Base`.
pub async fn counts(tx: &mut Tx, p: &Perimetre) -> Resultat<(i64, i64)> {
    let l = tx
        .row_in(
            sql!(
                "SELECT count(*) AS fiches, count(b.attente_depuis) AS attente FROM beneficiaire b
                 WHERE b.etat IN ('active', 'limitee') AND perimetre(-, b.structure, -)"
            ),
            p,
            params![],
        )
        .await?
        .ok_or(Erreur::Introuvable)?;
    Ok((l.get("fiches")?, l.get("attente")?))
}

/// A waiting file of one's structures, locked: (structure, former référent).
///
/// # Errors
/// `Erreur::Introuvable`.
pub async fn load_waiting(tx: &mut Tx, droit: &Droit, id: Uuid) -> Resultat<(Option<Uuid>, Uuid)> {
    let l = tx
        .row_in(
            sql!(
                "SELECT b.structure, b.referent FROM beneficiaire b
                 WHERE b.id = $2 AND b.etat IN ('active', 'limitee') AND b.attente_depuis IS NOT NULL
                   AND perimetre(-, b.structure, -) verrou_ligne()"
            ),
            droit.perimetre(),
            params![id],
        )
        .await?
        .ok_or(Erreur::Introuvable)?;
    Ok((l.get("structure")?, l.get("referent")?))
}

/// Référents of structures that have files, with the structure: what the
/// nightly round compares with employments.
///
/// # Errors
/// `Erreur::Base`.
pub async fn referents(tx: &mut Tx) -> Resultat<Vec<(Uuid, Uuid)>> {
    tx.rows(
        sql!(
            "SELECT DISTINCT referent, structure FROM beneficiaire
             WHERE etat IN ('active', 'limitee') AND structure IS NOT NULL ORDER BY referent, structure"
        ),
        params![],
    )
    .await?
    .iter()
    .map(|l| Ok((l.get("referent")?, l.get("structure")?)))
    .collect()
}

/// Marks the files of a référent in a structure as waiting, or not any more.
/// Returns how many changed.
///
/// # Errors
/// `Erreur::Base`.
pub async fn set_waiting(
    tx: &mut Tx,
    referent: Uuid,
    structure: Uuid,
    depuis: Option<Date>,
) -> Resultat<u64> {
    tx.execute(
        sql!(
            "UPDATE beneficiaire SET attente_depuis = $3
             WHERE referent = $1 AND structure = $2 AND etat IN ('active', 'limitee')
               AND (attente_depuis IS NULL) = (CAST($3 AS text) IS NOT NULL)"
        ),
        params![referent, structure, depuis],
    )
    .await
}

/// Structures with files waiting since before a day: (structure, how many).
///
/// # Errors
/// `Erreur::Base`.
pub async fn late(tx: &mut Tx, avant: Date) -> Resultat<Vec<(Uuid, i64)>> {
    tx.rows(
        sql!(
            "SELECT structure, count(*) AS n FROM beneficiaire
             WHERE etat IN ('active', 'limitee') AND attente_depuis < $1 AND structure IS NOT NULL
             GROUP BY structure ORDER BY structure"
        ),
        params![avant],
    )
    .await?
    .iter()
    .map(|l| Ok((l.get("structure")?, l.get("n")?)))
    .collect()
}

/// Forgets the handovers of a file.
///
/// # Errors
/// `Erreur::Base`.
pub async fn forget(tx: &mut Tx, id: Uuid) -> Resultat<()> {
    tx.execute(
        sql!("DELETE FROM passation WHERE beneficiaire = $1"),
        params![id],
    )
    .await?;
    Ok(())
}
