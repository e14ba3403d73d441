//! SQL of series and their séances.

use socle::{Erreur, Ligne, Resultat, Tx, params, sql};
use uuid::Uuid;

use super::{Etat, Frequence, Seance, Serie};

/// # Errors
/// `Erreur::Base`.
pub async fn insert(tx: &mut Tx, s: &Serie, jours: &[jiff::civil::Date]) -> Resultat<()> {
    let texte = serde_json::to_string(&s.champs).unwrap_or_default();
    let champs = tx.seal("serie_atelier", "champs", s.id, &texte);
    let le = tx.now();
    tx.execute(
        sql!(
            "INSERT INTO serie_atelier (id, auteur, frequence, debut, heure, duree, nombre, sans_feries, champs, cree_le)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
        ),
        params![
            s.id, s.auteur, s.frequence.cle(), s.debut, s.heure, s.duree, s.nombre, s.sans_feries, champs, le
        ],
    )
    .await?;
    for jour in jours {
        let id = tx.new_id();
        tx.execute(
            sql!(
                "INSERT INTO seance_atelier (id, serie, auteur, date, etat, modifiee_le) VALUES ($1, $2, $3, $4, 'prevue', $5)"
            ),
            params![id, s.id, s.auteur, *jour, le],
        )
        .await?;
    }
    Ok(())
}

/// One's own series, the latest first.
///
/// # Errors
/// `Erreur::Base`.
pub async fn list(tx: &mut Tx, auteur: Uuid) -> Resultat<Vec<Serie>> {
    tx.rows(
        sql!(
            "SELECT id, auteur, frequence, debut, heure, duree, nombre, sans_feries, champs FROM serie_atelier
             WHERE auteur = $1 ORDER BY cree_le DESC, id LIMIT 200"
        ),
        params![auteur],
    )
    .await?
    .iter()
    .map(|l| serie(tx, l))
    .collect()
}

/// One's own series.
///
/// # Errors
/// `Erreur::Introuvable` for somebody else's.
pub async fn get(tx: &mut Tx, auteur: Uuid, id: Uuid) -> Resultat<Serie> {
    let l = tx
        .row(
            sql!(
                "SELECT id, auteur, frequence, debut, heure, duree, nombre, sans_feries, champs FROM serie_atelier
                 WHERE id = $1 AND auteur = $2"
            ),
            params![id, auteur],
        )
        .await?
        .ok_or(Erreur::Introuvable)?;
    serie(tx, &l)
}

/// The séances of one's own series, in order.
///
/// # Errors
/// `Erreur::Base`.
pub async fn seances(tx: &mut Tx, auteur: Uuid, serie: Uuid) -> Resultat<Vec<Seance>> {
    tx.rows(
        sql!(
            "SELECT s.id, s.serie, s.auteur, s.date, s.etat, s.activite, s.motif, k.heure, k.duree,
                CASE WHEN a.etat = 'supprimee' THEN 1 ELSE 0 END AS supprimee
             FROM seance_atelier s JOIN serie_atelier k ON k.id = s.serie LEFT JOIN activite a ON a.id = s.activite
             WHERE s.serie = $1 AND s.auteur = $2 ORDER BY s.date"
        ),
        params![serie, auteur],
    )
    .await?
    .iter()
    .map(|l| seance(tx, l))
    .collect()
}

/// One's own planned séances up to a day.
///
/// # Errors
/// `Erreur::Base`.
pub async fn planned(
    tx: &mut Tx,
    auteur: Uuid,
    jusque: jiff::civil::Date,
) -> Resultat<Vec<Seance>> {
    tx.rows(
        sql!(
            "SELECT s.id, s.serie, s.auteur, s.date, s.etat, s.activite, s.motif, k.heure, k.duree,
                CASE WHEN a.etat = 'supprimee' THEN 1 ELSE 0 END AS supprimee
             FROM seance_atelier s JOIN serie_atelier k ON k.id = s.serie LEFT JOIN activite a ON a.id = s.activite
             WHERE s.auteur = $1 AND (s.etat = 'prevue' OR (s.etat = 'realisee' AND a.etat = 'supprimee'))
               AND s.date <= $2 ORDER BY s.date, s.id LIMIT 500"
        ),
        params![auteur, jusque],
    )
    .await?
    .iter()
    .map(|l| seance(tx, l))
    .collect()
}

/// One's own séance, locked for a change.
///
/// # Errors
/// `Erreur::Introuvable` for somebody else's.
pub async fn load(tx: &mut Tx, auteur: Uuid, id: Uuid) -> Resultat<Seance> {
    tx.row(
        sql!("SELECT id FROM seance_atelier WHERE id = $1 AND auteur = $2 verrou_ligne()"),
        params![id, auteur],
    )
    .await?
    .ok_or(Erreur::Introuvable)?;
    get_seance(tx, auteur, id).await
}

/// One's own séance, to show it.
///
/// # Errors
/// `Erreur::Introuvable` for somebody else's.
pub async fn get_seance(tx: &mut Tx, auteur: Uuid, id: Uuid) -> Resultat<Seance> {
    let l = tx
        .row(
            sql!(
                "SELECT s.id, s.serie, s.auteur, s.date, s.etat, s.activite, s.motif, k.heure, k.duree,
                    CASE WHEN a.etat = 'supprimee' THEN 1 ELSE 0 END AS supprimee
                 FROM seance_atelier s JOIN serie_atelier k ON k.id = s.serie LEFT JOIN activite a ON a.id = s.activite
                 WHERE s.id = $1 AND s.auteur = $2"
            ),
            params![id, auteur],
        )
        .await?
        .ok_or(Erreur::Introuvable)?;
    seance(tx, &l)
}

/// # Errors
/// `Erreur::Base`.
pub async fn set(tx: &mut Tx, s: &Seance) -> Resultat<()> {
    let motif = s
        .motif
        .as_deref()
        .map(|m| tx.seal("seance_atelier", "motif", s.id, m));
    let le = tx.now();
    tx.execute(
        sql!("UPDATE seance_atelier SET etat = $2, activite = $3, motif = $4, modifiee_le = $5 WHERE id = $1"),
        params![s.id, s.etat.cle(), s.activite, motif, le],
    )
    .await?;
    Ok(())
}

fn serie(tx: &Tx, l: &Ligne) -> Resultat<Serie> {
    let id: Uuid = l.get("id")?;
    let texte = tx.unseal("serie_atelier", "champs", id, &l.get::<Vec<u8>>("champs")?)?;
    let frequence: String = l.get("frequence")?;
    Ok(Serie {
        id,
        auteur: l.get("auteur")?,
        frequence: Frequence::from_cle(&frequence)
            .ok_or_else(|| Erreur::Interne(format!("fréquence inconnue : {frequence}")))?,
        debut: l.get("debut")?,
        heure: l.get("heure")?,
        duree: l.get("duree")?,
        nombre: l.get("nombre")?,
        sans_feries: l.get("sans_feries")?,
        champs: serde_json::from_str(&texte).map_err(|e| Erreur::Interne(e.to_string()))?,
    })
}

/// A séance whose atelier was deleted waits again.
fn seance(tx: &Tx, l: &Ligne) -> Resultat<Seance> {
    let id: Uuid = l.get("id")?;
    let etat: String = l.get("etat")?;
    let supprimee = l.get::<i64>("supprimee")? == 1;
    let heure: Option<i64> = l.get("heure")?;
    Ok(Seance {
        id,
        serie: l.get("serie")?,
        auteur: l.get("auteur")?,
        date: l.get("date")?,
        etat: if supprimee {
            Etat::Prevue
        } else {
            Etat::from_cle(&etat)
                .ok_or_else(|| Erreur::Interne(format!("état inconnu : {etat}")))?
        },
        activite: if supprimee { None } else { l.get("activite")? },
        motif: l
            .get::<Option<Vec<u8>>>("motif")?
            .map(|o| tx.unseal("seance_atelier", "motif", id, &o))
            .transpose()?,
        fin: heure.map_or(0, |h| h + l.get::<i64>("duree").unwrap_or(0)),
    })
}
