//! Figures of coordination (ST60): how many reports, how long, how many
//! people, per kind, type, échelon, mission and quarter. A set of its own.

use jiff::civil::Date;
use socle::{Perimetre, Resultat, Tx, params, sql};

/// One line of figures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compte {
    /// `genre`, `type`, `echelon`, `mission` or `trimestre`.
    pub par: String,
    /// The kind of report the line is about.
    pub genre: String,
    /// The key of the value; `2026-T1` for a quarter.
    pub valeur: String,
    pub nombre: i64,
    pub minutes: i64,
    pub participants: i64,
}

/// The figures of a perimeter between two days, both inclusive: préfectures
/// by département, employers by structure, oneself by `Perimetre::Soi`.
///
/// # Errors
/// `Erreur::Base`.
pub async fn compter(tx: &mut Tx, p: &Perimetre, du: Date, au: Date) -> Resultat<Vec<Compte>> {
    tx.rows_in(
        sql!(
            "WITH c AS (
                SELECT k.id, k.genre, k.echelon, k.mission, coalesce(k.duree, 0) AS duree, k.participants,
                    substr(k.date, 1, 4) || '-T' ||
                    CASE WHEN substr(k.date, 6, 2) <= '03' THEN '1' WHEN substr(k.date, 6, 2) <= '06' THEN '2'
                         WHEN substr(k.date, 6, 2) <= '09' THEN '3' ELSE '4' END AS trimestre
                FROM coordination k
                WHERE k.etat = 'enregistree' AND perimetre(k.departement, k.employeur, k.auteur)
                  AND k.date BETWEEN $2 AND $3),
             v AS (
                SELECT 'genre' AS par, genre, genre AS valeur, duree, participants FROM c
                UNION ALL SELECT 'echelon', genre, echelon, duree, participants FROM c WHERE echelon IS NOT NULL
                UNION ALL SELECT 'mission', genre, mission, duree, participants FROM c
                UNION ALL SELECT 'trimestre', genre, trimestre, duree, participants FROM c
                UNION ALL SELECT 'type', c.genre, t.valeur, c.duree, c.participants
                    FROM c JOIN coordination_valeur t ON t.coordination = c.id
                    WHERE t.dimension IN ('type_animation', 'type_evenement', 'nature'))
             SELECT par, genre, valeur, count(*) AS nombre, CAST(sum(duree) AS bigint) AS minutes,
                CAST(sum(participants) AS bigint) AS participants
             FROM v GROUP BY par, genre, valeur ORDER BY par, genre, valeur"
        ),
        p,
        params![du, au],
    )
    .await?
    .iter()
    .map(|l| {
        Ok(Compte {
            par: l.get("par")?,
            genre: l.get("genre")?,
            valeur: l.get("valeur")?,
            nombre: l.get("nombre")?,
            minutes: l.get("minutes")?,
            participants: l.get("participants")?,
        })
    })
    .collect()
}
