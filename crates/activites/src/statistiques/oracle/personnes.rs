//! People: ST10, ST13, ST14, ST43–ST46.

use socle::{Resultat, Tx};

use super::{
    super::{Bloc, Question, Reponse},
    base::{params, sur_a},
    blocs,
};
use crate::vocabulaire::NON_COMMUNIQUE;

pub(super) async fn count(tx: &mut Tx, q: &Question, r: &mut Reponse) -> Resultat<()> {
    if let Some(l) = tx
        .row(
            sur_a!(
                "SELECT count(*) AS personnes, CAST(coalesce(sum(CASE WHEN x.fois >= 2 THEN 1 ELSE 0 END), 0) AS bigint) AS recurrents
                 FROM (SELECT k.personne, count(*) AS fois FROM a JOIN accompagnement k ON k.activite = a.id
                       GROUP BY k.personne) x"
            ),
            params(q),
        )
        .await?
    {
        r.totaux.beneficiaires_suivis = l.get("personnes")?;
        r.totaux.suivis_recurrents = l.get("recurrents")?;
    }
    // The first activity of a person in the whole register, when it is in A.
    r.totaux.premiers = tx
        .count(
            sur_a!(
                "SELECT count(*) AS n FROM a JOIN accompagnement k ON k.activite = a.id
                 WHERE k.premier = 1 OR (k.premier IS NULL AND (k.connu_depuis IS NULL OR k.connu_depuis >= a.date)
                   AND NOT EXISTS (SELECT 1 FROM accompagnement l JOIN activite b ON b.id = l.activite
                     WHERE l.personne = k.personne AND b.etat = 'enregistree'
                       AND (b.date < a.date OR (b.date = a.date AND b.id < a.id))))"
            ),
            params(q),
        )
        .await?;
    followed(tx, q, r).await?;
    anonymous(tx, q, r).await
}

/// Each followed person once, as they were in their latest activity of A.
async fn followed(tx: &mut Tx, q: &Question, r: &mut Reponse) -> Resultat<()> {
    let lignes = tx
        .rows(
            sur_a!(
                ", dernier AS (
                   SELECT k.genre, k.tranche, k.statut,
                          CASE WHEN k.commune_residence IS NOT NULL THEN k.commune_residence
                               WHEN k.departement_residence IS NOT NULL THEN 'departement:' || k.departement_residence
                               ELSE '' END AS residence,
                          row_number() OVER (PARTITION BY k.personne ORDER BY a.date DESC, a.id DESC) AS rang
                   FROM a JOIN accompagnement k ON k.activite = a.id)
                 SELECT x.bloc, x.cle, count(*) AS n FROM (
                   SELECT 'genre' AS bloc, genre AS cle FROM dernier WHERE rang = 1
                   UNION ALL SELECT 'tranche', tranche FROM dernier WHERE rang = 1
                   UNION ALL SELECT 'statut', statut FROM dernier WHERE rang = 1
                   UNION ALL SELECT 'commune_residence', residence FROM dernier WHERE rang = 1
                 ) x GROUP BY x.bloc, x.cle"
            ),
            params(q),
        )
        .await?;
    blocs::add(r, &lignes)
}

/// Marginals of the anonymous participants, and what they leave unsaid.
async fn anonymous(tx: &mut Tx, q: &Question, r: &mut Reponse) -> Resultat<()> {
    let lignes = tx
        .rows(
            sur_a!(
                "SELECT v.dimension AS bloc, v.valeur AS cle, CAST(sum(v.nombre) AS bigint) AS n
                 FROM a JOIN activite_valeur v ON v.activite = a.id
                 WHERE v.dimension IN ('genre', 'tranche', 'statut') GROUP BY v.dimension, v.valeur
                 UNION ALL
                 SELECT 'commune_residence', a.commune_residence, CAST(sum(a.anonymes) AS bigint) FROM a
                 WHERE a.type_activite = 'individuel' AND a.commune_residence IS NOT NULL AND a.anonymes > 0
                 GROUP BY a.commune_residence"
            ),
            params(q),
        )
        .await?;
    blocs::add(r, &lignes)?;
    let tous = r.totaux.beneficiaires_haut();
    for (bloc, reste) in [
        (Bloc::Genre, NON_COMMUNIQUE),
        (Bloc::Tranche, NON_COMMUNIQUE),
        (Bloc::Statut, NON_COMMUNIQUE),
        (Bloc::Residence, ""),
    ] {
        let dits: i64 = r.cells(bloc).map_or(0, |c| c.values().sum());
        r.add(bloc, reste, tous - dits);
    }
    Ok(())
}
