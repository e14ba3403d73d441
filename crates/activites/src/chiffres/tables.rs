//! The same figures from the tables: inside a transaction that writes, which
//! sees what the index must not know yet, and as the measure of the index.

use jiff::civil::Date;
use socle::{Ligne, Perimetre, Resultat, Tx, params, sql};

use super::{ParMois, ParTerritoire, Total};

/// By département and employer, both dates included.
///
/// # Errors
/// `Erreur::Base`.
pub async fn par_departement(
    tx: &mut Tx,
    p: &Perimetre,
    debut: Date,
    fin: Date,
) -> Resultat<Vec<ParTerritoire>> {
    tx.rows_in(
        sql!(
            "SELECT t.departement, t.employeur, t.activites, t.accompagnements, t.anonymes, coalesce(s.n, 0) AS suivis
             FROM (SELECT coalesce(a.departement, '') AS departement, coalesce(a.employeur, '') AS employeur,
                      count(*) AS activites, CAST(sum(a.suivis + a.anonymes) AS bigint) AS accompagnements,
                      CAST(sum(a.anonymes) AS bigint) AS anonymes
                   FROM activite a
                   WHERE a.etat = 'enregistree' AND a.public = 'habitants' AND a.date BETWEEN $2 AND $3
                     AND perimetre(a.departement, a.employeur, a.auteur)
                   GROUP BY coalesce(a.departement, ''), coalesce(a.employeur, '')) t
             LEFT JOIN (SELECT coalesce(a.departement, '') AS departement, coalesce(a.employeur, '') AS employeur,
                      count(DISTINCT k.personne) AS n
                   FROM accompagnement k JOIN activite a ON a.id = k.activite
                   WHERE a.etat = 'enregistree' AND a.public = 'habitants' AND a.date BETWEEN $2 AND $3
                     AND perimetre(a.departement, a.employeur, a.auteur)
                   GROUP BY coalesce(a.departement, ''), coalesce(a.employeur, '')) s
               ON s.departement = t.departement AND s.employeur = t.employeur
             ORDER BY t.departement, t.employeur"
        ),
        p,
        params![debut, fin],
    )
    .await?
    .iter()
    .map(|l| {
        Ok(ParTerritoire {
            departement: l.get("departement")?,
            structure: l.get::<String>("employeur")?.parse().ok(),
            activites: l.get("activites")?,
            accompagnements: l.get("accompagnements")?,
            personnes: l.get::<i64>("suivis")? + l.get::<i64>("anonymes")?,
        })
    })
    .collect()
}

/// By civil month, empty months included (ST47).
///
/// # Errors
/// `Erreur::Base`.
pub async fn par_mois(
    tx: &mut Tx,
    p: &Perimetre,
    debut: Date,
    fin: Date,
) -> Resultat<Vec<ParMois>> {
    let lignes = tx
        .rows_in(
            sql!(
                "SELECT t.mois, t.activites, t.ateliers, t.accompagnements, t.anonymes, coalesce(s.n, 0) AS suivis
                 FROM (SELECT substr(a.date, 1, 7) AS mois, count(*) AS activites,
                          CAST(sum(CASE WHEN a.type_activite = 'collectif' THEN 1 ELSE 0 END) AS bigint) AS ateliers,
                          CAST(sum(a.suivis + a.anonymes) AS bigint) AS accompagnements,
                          CAST(sum(a.anonymes) AS bigint) AS anonymes
                       FROM activite a
                       WHERE a.etat = 'enregistree' AND a.public = 'habitants' AND a.date BETWEEN $2 AND $3
                         AND perimetre(a.departement, a.employeur, a.auteur)
                       GROUP BY substr(a.date, 1, 7)) t
                 LEFT JOIN (SELECT substr(a.date, 1, 7) AS mois, count(DISTINCT k.personne) AS n
                       FROM accompagnement k JOIN activite a ON a.id = k.activite
                       WHERE a.etat = 'enregistree' AND a.public = 'habitants' AND a.date BETWEEN $2 AND $3
                         AND perimetre(a.departement, a.employeur, a.auteur)
                       GROUP BY substr(a.date, 1, 7)) s ON s.mois = t.mois
                 ORDER BY t.mois"
            ),
            p,
            params![debut, fin],
        )
        .await?;
    let mut v = Vec::new();
    let mut mois = debut.first_of_month();
    let mut lues = lignes.iter().peekable();
    while mois <= fin {
        let cle = mois.strftime("%Y-%m").to_string();
        let l = match lues.peek() {
            Some(l) if l.get::<String>("mois")? == cle => lues.next(),
            _ => None,
        };
        v.push(month(mois, l)?);
        mois = socle::francais::plus_months(mois, 1);
    }
    Ok(v)
}

fn month(mois: Date, l: Option<&Ligne>) -> Resultat<ParMois> {
    let n = |c: &str| l.map_or(Ok(0), |l| l.get::<i64>(c));
    Ok(ParMois {
        mois,
        activites: n("activites")?,
        ateliers: n("ateliers")?,
        accompagnements: n("accompagnements")?,
        personnes: n("suivis")? + n("anonymes")?,
    })
}

/// A period as a whole, each followed person once.
///
/// # Errors
/// `Erreur::Base`.
pub async fn total(tx: &mut Tx, p: &Perimetre, debut: Date, fin: Date) -> Resultat<Total> {
    let Some(l) = tx
        .row_in(
            sql!(
                "SELECT count(*) AS activites,
                    CAST(coalesce(sum(CASE WHEN a.type_activite = 'collectif' THEN 1 ELSE 0 END), 0) AS bigint) AS ateliers,
                    CAST(coalesce(sum(a.suivis + a.anonymes), 0) AS bigint) AS accompagnements,
                    CAST(coalesce(sum(a.anonymes), 0) AS bigint) AS anonymes,
                    CAST(coalesce(sum(a.deja_accompagnes), 0) AS bigint) AS deja,
                    CAST(coalesce(sum(a.duree), 0) AS bigint) AS temps
                 FROM activite a
                 WHERE a.etat = 'enregistree' AND a.public = 'habitants' AND a.date BETWEEN $2 AND $3
                   AND perimetre(a.departement, a.employeur, a.auteur)"
            ),
            p,
            params![debut, fin],
        )
        .await?
    else {
        return Ok(Total::default());
    };
    let suivis = tx
        .row_in(
            sql!(
                "SELECT count(DISTINCT k.personne) AS n FROM accompagnement k JOIN activite a ON a.id = k.activite
                 WHERE a.etat = 'enregistree' AND a.public = 'habitants' AND a.date BETWEEN $2 AND $3
                   AND perimetre(a.departement, a.employeur, a.auteur)"
            ),
            p,
            params![debut, fin],
        )
        .await?
        .map_or(Ok(0), |l| l.get("n"))?;
    Ok(Total {
        activites: l.get("activites")?,
        ateliers: l.get("ateliers")?,
        accompagnements: l.get("accompagnements")?,
        suivis,
        anonymes: l.get("anonymes")?,
        deja_accompagnes: l.get("deja")?,
        temps: l.get("temps")?,
    })
}

/// Accompagnements per theme (ST28), the most frequent first: (key, n). The
/// sum may exceed the number of accompagnements.
///
/// # Errors
/// `Erreur::Base`.
pub async fn par_thematique(
    tx: &mut Tx,
    p: &Perimetre,
    debut: Date,
    fin: Date,
) -> Resultat<Vec<(String, i64)>> {
    tx.rows_in(
        sql!(
            "SELECT v.valeur, CAST(sum(a.suivis + a.anonymes) AS bigint) AS n
             FROM activite a JOIN activite_valeur v ON v.activite = a.id AND v.dimension = 'thematique'
             WHERE a.etat = 'enregistree' AND a.public = 'habitants' AND a.date BETWEEN $2 AND $3
               AND perimetre(a.departement, a.employeur, a.auteur)
             GROUP BY v.valeur ORDER BY n DESC, v.valeur"
        ),
        p,
        params![debut, fin],
    )
    .await?
    .iter()
    .map(|l| Ok((l.get("valeur")?, l.get("n")?)))
    .collect()
}
