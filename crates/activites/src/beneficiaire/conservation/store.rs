//! SQL of terms and eliminations.

use jiff::{Timestamp, civil::Date};
use socle::{Erreur, Ligne as Rang, Resultat, Tx, params, sql};
use uuid::Uuid;

use super::{Elimination, EtatElimination, Ligne, Usage};

/// The files not used since a day, the oldest first: those whose term is near.
///
/// # Errors
/// `Erreur::Base`.
pub async fn unused_since(tx: &mut Tx, le: Date, combien: usize) -> Resultat<Vec<Usage>> {
    let aujourdhui = tx.today();
    // An instant sorts after its day: everything of `le` is included.
    let fin = format!("{le}T99");
    tx.rows(
        sql!(
            "SELECT b.id, b.structure, b.referent, b.cree_le, b.modifie_le, b.prolongee_au, b.avertie_le,
                max(a.date) AS dernier, count(a.id) AS accompagnements,
                (SELECT count(*) FROM beneficiaire_gel g
                 WHERE g.beneficiaire = b.id AND (g.jusqua IS NULL OR g.jusqua >= $2)) AS gels
             FROM beneficiaire b
             LEFT JOIN accompagnement k ON k.personne = b.id
             LEFT JOIN activite a ON a.id = k.activite AND a.etat = 'enregistree'
             WHERE b.etat IN ('active', 'limitee') AND b.modifie_le <= $1
             GROUP BY b.id, b.structure, b.referent, b.cree_le, b.modifie_le, b.prolongee_au, b.avertie_le
             HAVING max(a.date) IS NULL OR max(a.date) <= $3
             ORDER BY b.modifie_le, b.id LIMIT $4"
        ),
        params![fin, aujourdhui, le, combien],
    )
    .await?
    .iter()
    .map(read_usage)
    .collect()
}

/// The files of a référent.
///
/// # Errors
/// `Erreur::Base`.
pub async fn of_referent(tx: &mut Tx, referent: Uuid) -> Resultat<Vec<Usage>> {
    let aujourdhui = tx.today();
    tx.rows(
        sql!(
            "SELECT b.id, b.structure, b.referent, b.cree_le, b.modifie_le, b.prolongee_au, b.avertie_le,
                max(a.date) AS dernier, count(a.id) AS accompagnements,
                (SELECT count(*) FROM beneficiaire_gel g
                 WHERE g.beneficiaire = b.id AND (g.jusqua IS NULL OR g.jusqua >= $2)) AS gels
             FROM beneficiaire b
             LEFT JOIN accompagnement k ON k.personne = b.id
             LEFT JOIN activite a ON a.id = k.activite AND a.etat = 'enregistree'
             WHERE b.etat IN ('active', 'limitee') AND b.referent = $1 AND b.attente_depuis IS NULL
             GROUP BY b.id, b.structure, b.referent, b.cree_le, b.modifie_le, b.prolongee_au, b.avertie_le
             ORDER BY b.id"
        ),
        params![referent, aujourdhui],
    )
    .await?
    .iter()
    .map(read_usage)
    .collect()
}

/// One file.
///
/// # Errors
/// `Erreur::Introuvable`.
pub async fn usage(tx: &mut Tx, id: Uuid) -> Resultat<Usage> {
    let aujourdhui = tx.today();
    let l = tx
        .row(
            sql!(
                "SELECT b.id, b.structure, b.referent, b.cree_le, b.modifie_le, b.prolongee_au, b.avertie_le,
                    (SELECT max(a.date) FROM accompagnement k
                     JOIN activite a ON a.id = k.activite AND a.etat = 'enregistree'
                     WHERE k.personne = b.id) AS dernier,
                    (SELECT count(*) FROM accompagnement k WHERE k.personne = b.id) AS accompagnements,
                    (SELECT count(*) FROM beneficiaire_gel g
                     WHERE g.beneficiaire = b.id AND (g.jusqua IS NULL OR g.jusqua >= $2)) AS gels
                 FROM beneficiaire b WHERE b.id = $1"
            ),
            params![id, aujourdhui],
        )
        .await?
        .ok_or(Erreur::Introuvable)?;
    read_usage(&l)
}

fn read_usage(l: &Rang) -> Resultat<Usage> {
    let day = |t: Timestamp| t.to_zoned_datetime(socle::clock::paris()).date();
    Ok(Usage {
        id: l.get("id")?,
        structure: l.get("structure")?,
        referent: l.get("referent")?,
        ouverte_le: day(l.get("cree_le")?),
        modifiee_le: day(l.get("modifie_le")?),
        dernier_accompagnement: l.get("dernier")?,
        accompagnements: l.get("accompagnements")?,
        prolongee_au: l.get("prolongee_au")?,
        avertie_le: l.get("avertie_le")?,
        gelee: l.get::<i64>("gels")? > 0,
    })
}

/// Notes that the référent was told.
///
/// # Errors
/// `Erreur::Base`.
pub async fn set_warned(tx: &mut Tx, ids: &Vec<Uuid>) -> Resultat<()> {
    let le = tx.today();
    tx.execute(
        sql!("UPDATE beneficiaire SET avertie_le = $2 WHERE id IN liste($1)"),
        params![ids, le],
    )
    .await?;
    Ok(())
}

/// The one prolongation of a file.
///
/// # Errors
/// `Erreur::Base`.
pub async fn prolong(tx: &mut Tx, id: Uuid, au: Date, motif: &str) -> Resultat<()> {
    let scelle = tx.seal("beneficiaire", "prolongation_motif", id, motif);
    tx.execute(
        sql!("UPDATE beneficiaire SET prolongee_au = $2, prolongation_motif = $3, avertie_le = NULL WHERE id = $1"),
        params![id, au, scelle],
    )
    .await?;
    Ok(())
}

/// Keeps a file from anonymisation while something is open (a mandate), until
/// a day when it is known. For the space that owns the object.
///
/// # Errors
/// `Erreur::Base`.
pub async fn hold(
    tx: &mut Tx,
    beneficiaire: Uuid,
    genre: &str,
    objet: Uuid,
    jusqua: Option<Date>,
) -> Resultat<()> {
    tx.execute(
        sql!(
            "INSERT INTO beneficiaire_gel (beneficiaire, genre, objet, jusqua) VALUES ($1, $2, $3, $4)
             ON CONFLICT (beneficiaire, genre, objet) DO UPDATE SET jusqua = excluded.jusqua"
        ),
        params![beneficiaire, genre, objet, jusqua],
    )
    .await?;
    Ok(())
}

/// Lifts a [`hold`].
///
/// # Errors
/// `Erreur::Base`.
pub async fn release(tx: &mut Tx, beneficiaire: Uuid, genre: &str, objet: Uuid) -> Resultat<()> {
    tx.execute(
        sql!("DELETE FROM beneficiaire_gel WHERE beneficiaire = $1 AND genre = $2 AND objet = $3"),
        params![beneficiaire, genre, objet],
    )
    .await?;
    Ok(())
}

/// Opens a batch with its lines.
///
/// # Errors
/// `Erreur::Base`.
pub async fn insert(tx: &mut Tx, etat: EtatElimination, lignes: &[Ligne]) -> Resultat<Uuid> {
    tx.lock("elimination").await?;
    let numero = tx
        .count(
            sql!("SELECT coalesce(max(numero), 0) + 1 AS n FROM elimination"),
            params![],
        )
        .await?;
    let (id, le) = (tx.new_id(), tx.now());
    tx.execute(
        sql!("INSERT INTO elimination (id, numero, etat, cree_le) VALUES ($1, $2, $3, $4)"),
        params![id, numero, etat.cle(), le],
    )
    .await?;
    for l in lignes {
        tx.execute(
            sql!(
                "INSERT INTO elimination_fiche (elimination, beneficiaire, structure, ouverte_le, dernier_le, echeance,
                    accompagnements, sort)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
            ),
            params![id, l.beneficiaire, l.structure, l.ouverte_le, l.dernier_le, l.echeance, l.accompagnements, &l.sort],
        )
        .await?;
    }
    Ok(id)
}

/// Batches, the latest first.
///
/// # Errors
/// `Erreur::Base`.
pub async fn list(tx: &mut Tx) -> Resultat<Vec<Elimination>> {
    tx.rows(
        sql!(
            "SELECT e.id, e.numero, e.etat, e.cree_le, e.visa, e.close_le,
                (SELECT count(*) FROM elimination_fiche f WHERE f.elimination = e.id) AS fiches
             FROM elimination e ORDER BY e.numero DESC LIMIT 100"
        ),
        params![],
    )
    .await?
    .iter()
    .map(read)
    .collect()
}

/// One batch.
///
/// # Errors
/// `Erreur::Introuvable`.
pub async fn get(tx: &mut Tx, id: Uuid) -> Resultat<Elimination> {
    let l = tx
        .row(
            sql!(
                "SELECT e.id, e.numero, e.etat, e.cree_le, e.visa, e.close_le,
                    (SELECT count(*) FROM elimination_fiche f WHERE f.elimination = e.id) AS fiches
                 FROM elimination e WHERE e.id = $1"
            ),
            params![id],
        )
        .await?
        .ok_or(Erreur::Introuvable)?;
    read(&l)
}

/// One batch, locked.
///
/// # Errors
/// `Erreur::Introuvable`.
pub async fn load(tx: &mut Tx, id: Uuid) -> Resultat<Elimination> {
    let l = tx
        .row(
            sql!(
                "SELECT e.id, e.numero, e.etat, e.cree_le, e.visa, e.close_le,
                    (SELECT count(*) FROM elimination_fiche f WHERE f.elimination = e.id) AS fiches
                 FROM elimination e WHERE e.id = $1 verrou_ligne()"
            ),
            params![id],
        )
        .await?
        .ok_or(Erreur::Introuvable)?;
    read(&l)
}

fn read(l: &Rang) -> Resultat<Elimination> {
    Ok(Elimination {
        id: l.get("id")?,
        numero: l.get("numero")?,
        etat: EtatElimination::from_cle(&l.get::<String>("etat")?),
        cree_le: l.get("cree_le")?,
        visa: l.get("visa")?,
        close_le: l.get("close_le")?,
        fiches: l.get("fiches")?,
    })
}

/// The lines of a batch.
///
/// # Errors
/// `Erreur::Base`.
pub async fn lines(tx: &mut Tx, id: Uuid) -> Resultat<Vec<Ligne>> {
    tx.rows(
        sql!(
            "SELECT beneficiaire, structure, ouverte_le, dernier_le, echeance, accompagnements, sort
             FROM elimination_fiche WHERE elimination = $1 ORDER BY structure, ouverte_le, beneficiaire"
        ),
        params![id],
    )
    .await?
    .iter()
    .map(|l| {
        Ok(Ligne {
            beneficiaire: l.get("beneficiaire")?,
            structure: l.get("structure")?,
            ouverte_le: l.get("ouverte_le")?,
            dernier_le: l.get("dernier_le")?,
            echeance: l.get("echeance")?,
            accompagnements: l.get("accompagnements")?,
            sort: l.get("sort")?,
        })
    })
    .collect()
}

/// The files that already wait in an open batch.
///
/// # Errors
/// `Erreur::Base`.
pub async fn waiting(tx: &mut Tx) -> Resultat<Vec<Uuid>> {
    tx.rows(
        sql!("SELECT beneficiaire FROM elimination_fiche WHERE sort = 'attente' ORDER BY beneficiaire"),
        params![],
    )
    .await?
    .iter()
    .map(|l| l.get("beneficiaire"))
    .collect()
}

/// The next lines to carry out of approved batches.
///
/// # Errors
/// `Erreur::Base`.
pub async fn approved(tx: &mut Tx, combien: usize) -> Resultat<Vec<(Uuid, Uuid)>> {
    tx.rows(
        sql!(
            "SELECT f.elimination, f.beneficiaire FROM elimination_fiche f
             JOIN elimination e ON e.id = f.elimination AND e.etat = 'approuvee'
             WHERE f.sort = 'attente' ORDER BY e.numero, f.beneficiaire LIMIT $1"
        ),
        params![combien],
    )
    .await?
    .iter()
    .map(|l| Ok((l.get("elimination")?, l.get("beneficiaire")?)))
    .collect()
}

/// What became of one line.
///
/// # Errors
/// `Erreur::Base`.
pub async fn set_fate(tx: &mut Tx, id: Uuid, beneficiaire: Uuid, sort: &str) -> Resultat<()> {
    tx.execute(
        sql!("UPDATE elimination_fiche SET sort = $3 WHERE elimination = $1 AND beneficiaire = $2"),
        params![id, beneficiaire, sort],
    )
    .await?;
    Ok(())
}

/// Decides of a batch.
///
/// # Errors
/// `Erreur::Base`.
pub async fn decide(
    tx: &mut Tx,
    id: Uuid,
    etat: EtatElimination,
    visa: Option<&str>,
    par: Option<Uuid>,
) -> Resultat<()> {
    let le = tx.now();
    tx.execute(
        sql!(
            "UPDATE elimination SET etat = $2, visa = coalesce(CAST($3 AS text), visa), close_par = coalesce(CAST($4 AS text), close_par),
                close_le = $5
             WHERE id = $1"
        ),
        params![id, etat.cle(), visa.map(str::to_owned), par, le],
    )
    .await?;
    if etat == EtatElimination::Refusee {
        tx.execute(
            sql!("UPDATE elimination_fiche SET sort = 'conservee' WHERE elimination = $1 AND sort = 'attente'"),
            params![id],
        )
        .await?;
    }
    Ok(())
}

/// Closes the approved batches without a line left to carry out.
///
/// # Errors
/// `Erreur::Base`.
pub async fn close_done(tx: &mut Tx) -> Resultat<()> {
    let le = tx.now();
    tx.execute(
        sql!(
            "UPDATE elimination SET etat = 'executee', close_le = $1 WHERE etat = 'approuvee'
             AND NOT EXISTS (SELECT 1 FROM elimination_fiche f WHERE f.elimination = elimination.id AND f.sort = 'attente')"
        ),
        params![le],
    )
    .await?;
    Ok(())
}
