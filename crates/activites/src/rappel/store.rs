//! SQL of reminders.

use std::collections::HashMap;

use jiff::{Timestamp, civil::Date};
use socle::{Erreur, Ligne, Perimetre, Resultat, Tx, params, sql};
use uuid::Uuid;

use super::{Etape, Groupe, Rappel, Rythme};

fn read(l: &Ligne) -> Resultat<Rythme> {
    Ok(Rythme {
        personne: l.get("personne")?,
        structure: l.get("structure")?,
        departement: l.get("departement")?,
        groupe: Groupe::from_cle(&l.get::<String>("groupe")?)
            .ok_or_else(|| Erreur::Interne("groupe d'un rythme".into()))?,
        depuis: l.get("depuis")?,
        reference: l.get("reference")?,
        derniere: l.get("derniere")?,
        calcule_le: l.get("calcule_le")?,
    })
}

/// Everybody's, by person.
///
/// # Errors
/// `Erreur::Base`.
pub async fn all(tx: &mut Tx) -> Resultat<HashMap<Uuid, Rythme>> {
    tx.rows(sql!("SELECT * FROM rythme"), params![])
        .await?
        .iter()
        .map(|l| read(l).map(|r| (r.personne, r)))
        .collect()
}

/// Those of a perimeter.
///
/// # Errors
/// `Erreur::Base`.
pub async fn list(tx: &mut Tx, p: &Perimetre) -> Resultat<Vec<Rythme>> {
    tx.rows_in(
        sql!(
            "SELECT r.* FROM rythme r WHERE perimetre(r.departement, r.structure, r.personne) ORDER BY r.personne"
        ),
        p,
        params![],
    )
    .await?
    .iter()
    .map(read)
    .collect()
}

/// How many professionals of each group, by département.
///
/// # Errors
/// `Erreur::Base`.
pub async fn counts(tx: &mut Tx, p: &Perimetre) -> Resultat<Vec<(String, Groupe, i64)>> {
    tx.rows_in(
        sql!(
            "SELECT r.departement, r.groupe, count(*) AS n FROM rythme r
             WHERE perimetre(r.departement, r.structure, r.personne) GROUP BY r.departement, r.groupe
             ORDER BY r.departement, r.groupe"
        ),
        p,
        params![],
    )
    .await?
    .iter()
    .map(|l| {
        let g = Groupe::from_cle(&l.get::<String>("groupe")?)
            .ok_or_else(|| Erreur::Interne("groupe d'un rythme".into()))?;
        Ok((l.get("departement")?, g, l.get("n")?))
    })
    .collect()
}

/// Keeps where somebody is today.
///
/// # Errors
/// `Erreur::Base`.
pub async fn save(tx: &mut Tx, r: &Rythme) -> Resultat<()> {
    tx.execute(
        sql!(
            "INSERT INTO rythme (personne, structure, departement, groupe, depuis, reference, derniere, calcule_le)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
             ON CONFLICT (personne) DO UPDATE SET structure = excluded.structure, departement = excluded.departement,
                groupe = excluded.groupe, depuis = excluded.depuis, reference = excluded.reference,
                derniere = excluded.derniere, calcule_le = excluded.calcule_le"
        ),
        params![
            r.personne, r.structure, &r.departement, r.groupe.cle(), r.depuis, r.reference, r.derniere, r.calcule_le
        ],
    )
    .await?;
    Ok(())
}

/// Notes that somebody changes group.
///
/// # Errors
/// `Erreur::Base`.
pub async fn append_group(tx: &mut Tx, personne: Uuid, groupe: Groupe, le: Date) -> Resultat<()> {
    let id = tx.new_id();
    tx.execute(
        sql!("INSERT INTO rythme_groupe (id, personne, groupe, le) VALUES ($1, $2, $3, $4)"),
        params![id, personne, groupe.cle(), le],
    )
    .await?;
    Ok(())
}

/// The groups somebody went through, the latest first.
///
/// # Errors
/// `Erreur::Base`.
pub async fn groups(tx: &mut Tx, personne: Uuid) -> Resultat<Vec<(Groupe, Date)>> {
    tx.rows(
        sql!("SELECT groupe, le FROM rythme_groupe WHERE personne = $1 ORDER BY le DESC, id DESC"),
        params![personne],
    )
    .await?
    .iter()
    .filter_map(|l| {
        let g = l.get::<String>("groupe").map(|g| Groupe::from_cle(&g));
        match g {
            Ok(Some(g)) => Some(l.get("le").map(|le| (g, le))),
            Ok(None) => None,
            Err(e) => Some(Err(e)),
        }
    })
    .collect()
}

/// Those who left the programme are no longer counted.
///
/// # Errors
/// `Erreur::Base`.
pub async fn forget_before(tx: &mut Tx, calcul: Timestamp) -> Resultat<u64> {
    tx.execute(
        sql!("DELETE FROM rythme WHERE calcule_le < $1"),
        params![calcul],
    )
    .await
}

/// The last recording of every author, coordination included.
///
/// # Errors
/// `Erreur::Base`.
pub async fn last_recordings(tx: &mut Tx) -> Resultat<HashMap<Uuid, Timestamp>> {
    tx.rows(
        sql!(
            "SELECT auteur, max(le) AS le FROM (
                SELECT auteur, max(enregistree_le) AS le FROM activite WHERE etat = 'enregistree' GROUP BY auteur
                UNION ALL
                SELECT auteur, max(enregistree_le) AS le FROM coordination WHERE etat = 'enregistree' GROUP BY auteur
             ) t GROUP BY auteur"
        ),
        params![],
    )
    .await?
    .iter()
    .map(|l| Ok((l.get("auteur")?, l.get("le")?)))
    .collect()
}

/// How many activities each author dates between two days.
///
/// # Errors
/// `Erreur::Base`.
pub async fn activities_between(tx: &mut Tx, du: Date, au: Date) -> Resultat<HashMap<Uuid, i64>> {
    tx.rows(
        sql!(
            "SELECT auteur, count(*) AS n FROM (
                SELECT auteur FROM activite WHERE etat = 'enregistree' AND date >= $1 AND date <= $2
                UNION ALL
                SELECT auteur FROM coordination WHERE etat = 'enregistree' AND date >= $1 AND date <= $2
             ) t GROUP BY auteur"
        ),
        params![du, au],
    )
    .await?
    .iter()
    .map(|l| Ok((l.get("auteur")?, l.get("n")?)))
    .collect()
}

/// Something was recorded after an instant.
///
/// # Errors
/// `Erreur::Base`.
pub async fn recorded_since(tx: &mut Tx, auteur: Uuid, t: Timestamp) -> Resultat<bool> {
    let n = tx
        .count(
            sql!(
                "SELECT count(*) AS n FROM activite WHERE auteur = $1 AND etat = 'enregistree' AND enregistree_le > $2"
            ),
            params![auteur, t],
        )
        .await?;
    Ok(n > 0)
}

/// Notes a step for a recipient: true the first time.
///
/// # Errors
/// `Erreur::Base`.
pub async fn mark(
    tx: &mut Tx,
    personne: Uuid,
    reference: Date,
    etape: Etape,
    destinataire: Uuid,
    envoye: bool,
) -> Resultat<bool> {
    let (id, le) = (tx.new_id(), tx.now());
    let n = tx
        .execute(
            sql!(
                "INSERT INTO rappel (id, personne, reference, etape, destinataire, envoye, le)
                 VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING"
            ),
            params![
                id,
                personne,
                reference,
                etape.cle(),
                destinataire,
                envoye,
                le
            ],
        )
        .await?;
    Ok(n == 1)
}

/// The steps of an episode, in order.
///
/// # Errors
/// `Erreur::Base`.
pub async fn steps(tx: &mut Tx, personne: Uuid, reference: Date) -> Resultat<Vec<Rappel>> {
    tx.rows(
        sql!(
            "SELECT etape, destinataire, envoye, le FROM rappel WHERE personne = $1 AND reference = $2
             ORDER BY le, etape DESC, destinataire"
        ),
        params![personne, reference],
    )
    .await?
    .iter()
    .map(|l| {
        Ok(Rappel {
            etape: Etape::from_cle(&l.get::<String>("etape")?)
                .ok_or_else(|| Erreur::Interne("étape d'un rappel".into()))?,
            destinataire: l.get("destinataire")?,
            envoye: l.get("envoye")?,
            le: l.get("le")?,
        })
    })
    .collect()
}

/// Stops the reminders of an episode; false when they were already.
///
/// # Errors
/// `Erreur::Base`.
pub async fn stop(
    tx: &mut Tx,
    personne: Uuid,
    reference: Date,
    motif: &str,
    par: &str,
) -> Resultat<bool> {
    let le = tx.now();
    let scelle = tx.seal("rappel_arret", "motif", personne, motif);
    let n = tx
        .execute(
            sql!(
                "INSERT INTO rappel_arret (personne, reference, motif, par, le) VALUES ($1, $2, $3, $4, $5)
                 ON CONFLICT DO NOTHING"
            ),
            params![personne, reference, scelle, par, le],
        )
        .await?;
    Ok(n == 1)
}

/// Why, and by whom, the reminders of an episode were stopped.
///
/// # Errors
/// `Erreur::Base`.
pub async fn stopped(
    tx: &mut Tx,
    personne: Uuid,
    reference: Date,
) -> Resultat<Option<(String, String)>> {
    let Some(l) = tx
        .row(
            sql!("SELECT motif, par FROM rappel_arret WHERE personne = $1 AND reference = $2"),
            params![personne, reference],
        )
        .await?
    else {
        return Ok(None);
    };
    let motif = tx.unseal(
        "rappel_arret",
        "motif",
        personne,
        &l.get::<Vec<u8>>("motif")?,
    )?;
    Ok(Some((motif, l.get("par")?)))
}
