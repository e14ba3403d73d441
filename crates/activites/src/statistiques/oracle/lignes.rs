//! ST41, ST42 (distinct counts of each line) and ST47.

use std::collections::BTreeMap;

use jiff::civil::Date;
use socle::{Resultat, Tx};
use uuid::Uuid;

use super::{
    super::{Part, Point, Question, Reponse},
    base::{params, sur_a, with},
};

pub(super) async fn count(tx: &mut Tx, q: &Question, r: &mut Reponse) -> Resultat<()> {
    for l in tx
        .rows(
            sur_a!(
                "SELECT t.auteur, t.activites, t.n, coalesce(s.suivis, 0) AS suivis FROM
                   (SELECT a.auteur, count(*) AS activites, CAST(sum(a.n) AS bigint) AS n FROM a GROUP BY a.auteur) t
                 LEFT JOIN (SELECT a.auteur, count(DISTINCT k.personne) AS suivis
                   FROM a JOIN accompagnement k ON k.activite = a.id GROUP BY a.auteur) s ON s.auteur = t.auteur"
            ),
            params(q),
        )
        .await?
    {
        r.auteurs.insert(l.get("auteur")?, part(&l)?);
    }
    for l in tx
        .rows(
            sur_a!(
                "SELECT t.employeur, t.activites, t.n, coalesce(s.suivis, 0) AS suivis FROM
                   (SELECT coalesce(a.employeur, '') AS employeur, count(*) AS activites, CAST(sum(a.n) AS bigint) AS n
                    FROM a GROUP BY coalesce(a.employeur, '')) t
                 LEFT JOIN (SELECT coalesce(a.employeur, '') AS employeur, count(DISTINCT k.personne) AS suivis
                   FROM a JOIN accompagnement k ON k.activite = a.id
                   GROUP BY coalesce(a.employeur, '')) s ON s.employeur = t.employeur"
            ),
            params(q),
        )
        .await?
    {
        let employeur: Option<Uuid> = l.get::<String>("employeur")?.parse().ok();
        r.structures.insert(employeur, part(&l)?);
    }
    series(tx, q, r).await
}

fn part(l: &socle::Ligne) -> Resultat<Part> {
    Ok(Part {
        activites: l.get("activites")?,
        accompagnements: l.get("n")?,
        suivis: l.get("suivis")?,
    })
}

/// The same filters but the dates, by bucket of civil date.
async fn series(tx: &mut Tx, q: &Question, r: &mut Reponse) -> Resultat<()> {
    let f = q.filtres.clone().between(q.serie.du, q.serie.au);
    let mut points: BTreeMap<Date, Point> = q
        .serie
        .points()
        .into_iter()
        .map(|debut| {
            let p = Point {
                debut,
                activites: 0,
                accompagnements: 0,
            };
            (debut, p)
        })
        .collect();
    for l in tx
        .rows(
            sur_a!("SELECT a.date, count(*) AS activites, CAST(sum(a.n) AS bigint) AS n FROM a GROUP BY a.date"),
            with(q, &f, Some(f.publics())),
        )
        .await?
    {
        if let Some(p) = points.get_mut(&q.serie.grain.floor(l.get("date")?)) {
            p.activites += l.get::<i64>("activites")?;
            p.accompagnements += l.get::<i64>("n")?;
        }
    }
    r.serie = points.into_values().collect();
    Ok(())
}
