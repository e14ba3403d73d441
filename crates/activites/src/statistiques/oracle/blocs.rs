//! Blocks of activities: ST18–ST40, ST56, ST57. One statement gives (block,
//! cell, count) lines.

use socle::{Resultat, Tx};

use super::{
    super::{Bloc, Question, Reponse, catalogue},
    base::{params, sur_a},
};

pub(super) async fn count(tx: &mut Tx, q: &Question, r: &mut Reponse) -> Resultat<()> {
    single(tx, q, r).await?;
    several(tx, q, r).await?;
    durations(tx, q, r).await?;
    tags(tx, q, r).await
}

/// One answer each; nothing said is a category of its own.
async fn single(tx: &mut Tx, q: &Question, r: &mut Reponse) -> Resultat<()> {
    let lignes = tx
        .rows(
            sur_a!(
                "SELECT x.bloc, x.cle, CAST(sum(x.p) AS bigint) AS n FROM (
                   SELECT 'type' AS bloc, a.type_activite AS cle, a.p FROM a
                   UNION ALL SELECT 'type_lieu', a.type_lieu, a.p FROM a
                   UNION ALL SELECT 'modalite', coalesce(a.modalite, ''), a.p FROM a
                   UNION ALL SELECT 'cadre', coalesce(a.cadre, ''), a.p FROM a
                   UNION ALL SELECT 'autonomie', coalesce(a.autonomie, ''), a.p FROM a WHERE a.type_activite = 'individuel'
                   UNION ALL SELECT 'niveau', coalesce(a.niveau, ''), a.p FROM a WHERE a.type_activite = 'collectif'
                   UNION ALL SELECT 'origine', coalesce(a.origine, ''), a.p FROM a
                   UNION ALL SELECT 'mode_intervention', coalesce(a.mode_aide, ''), a.p FROM a
                   UNION ALL SELECT 'lieux', coalesce(a.lieu, ''), a.p FROM a
                   UNION ALL SELECT 'communes', CASE WHEN a.type_lieu = 'a_distance' THEN 'a_distance'
                                                ELSE coalesce(a.commune, '') END, a.p FROM a
                   UNION ALL SELECT 'departements', coalesce(a.departement, ''), a.p FROM a
                   UNION ALL SELECT 'role', a.role, a.p FROM a
                   UNION ALL SELECT 'qpv', CASE WHEN EXISTS (SELECT 1 FROM activite_valeur v WHERE v.activite = a.id
                       AND v.dimension = 'zonage' AND v.valeur = 'qpv') THEN 'oui'
                       WHEN EXISTS (SELECT 1 FROM activite_valeur v WHERE v.activite = a.id
                       AND v.dimension = 'zonage' AND v.valeur = 'hors_qpv') THEN 'non' ELSE '' END, a.p FROM a
                   UNION ALL SELECT 'frr', CASE WHEN EXISTS (SELECT 1 FROM activite_valeur v WHERE v.activite = a.id
                       AND v.dimension = 'zonage' AND v.valeur = 'frr') THEN 'oui'
                       WHEN EXISTS (SELECT 1 FROM activite_valeur v WHERE v.activite = a.id
                       AND v.dimension = 'zonage' AND v.valeur = 'hors_frr') THEN 'non' ELSE '' END, a.p FROM a
                   UNION ALL SELECT 'pass_numerique', 'propose', a.n FROM a WHERE a.pass_propose = 1
                   UNION ALL SELECT 'pass_numerique', 'utilise', a.n FROM a WHERE a.pass_utilise = 1
                 ) x GROUP BY x.bloc, x.cle"
            ),
            params(q),
        )
        .await?;
    add(r, &lignes)
}

/// Several answers: values of the activity.
async fn several(tx: &mut Tx, q: &Question, r: &mut Reponse) -> Resultat<()> {
    let lignes = tx
        .rows(
            sur_a!(
                "SELECT x.bloc, x.cle, CAST(sum(x.p) AS bigint) AS n FROM (
                   SELECT CASE v.dimension WHEN 'thematique' THEN 'thematiques' WHEN 'sous_thematique' THEN 'sous_thematiques'
                            WHEN 'motif' THEN 'motifs' ELSE v.dimension END AS bloc, v.valeur AS cle, a.p
                     FROM a JOIN activite_valeur v ON v.activite = a.id
                     WHERE v.dimension IN ('thematique', 'sous_thematique', 'materiel', 'motif', 'publics')
                   UNION ALL SELECT 'irritants', v.valeur, a.n FROM a JOIN activite_valeur v ON v.activite = a.id
                     WHERE v.dimension = 'irritant'
                   UNION ALL SELECT 'suites', v.valeur, v.nombre FROM a JOIN activite_valeur v ON v.activite = a.id
                     WHERE v.dimension = 'suite'
                   UNION ALL SELECT 'destinations', coalesce(a.destination, ''), v.nombre
                     FROM a JOIN activite_valeur v ON v.activite = a.id
                     WHERE v.dimension = 'suite' AND v.valeur = 'orientation'
                   UNION ALL SELECT 'organismes', coalesce(a.organisme, ''), v.nombre
                     FROM a JOIN activite_valeur v ON v.activite = a.id
                     WHERE v.dimension = 'suite' AND v.valeur = 'orientation'
                 ) x GROUP BY x.bloc, x.cle"
            ),
            params(q),
        )
        .await?;
    add(r, &lignes)
}

async fn durations(tx: &mut Tx, q: &Question, r: &mut Reponse) -> Resultat<()> {
    let lignes = tx
        .rows(
            sur_a!("SELECT a.duree, CAST(sum(a.p) AS bigint) AS n FROM a GROUP BY a.duree"),
            params(q),
        )
        .await?;
    for l in lignes {
        let classe = catalogue::duree_classe(l.get("duree")?);
        r.add(Bloc::DureeClasse, classe, l.get("n")?);
    }
    Ok(())
}

/// ST35, of the tags the reader may see.
async fn tags(tx: &mut Tx, q: &Question, r: &mut Reponse) -> Resultat<()> {
    if q.etiquettes.is_empty() {
        return Ok(());
    }
    let mut p = params(q);
    p.push(
        (&q.etiquettes
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>())
            .into(),
    );
    let lignes = tx
        .rows(
            sur_a!(
                "SELECT 'etiquettes' AS bloc, x.etiquette AS cle, CAST(sum(a.p) AS bigint) AS n
                 FROM a JOIN activite_etiquette x ON x.activite = a.id
                 WHERE x.etiquette IN liste($38) GROUP BY x.etiquette"
            ),
            p,
        )
        .await?;
    add(r, &lignes)
}

pub(super) fn add(r: &mut Reponse, lignes: &[socle::Ligne]) -> Resultat<()> {
    for l in lignes {
        if let Some(bloc) = Bloc::from_cle(&l.get::<String>("bloc")?) {
            r.add(bloc, l.get::<String>("cle")?, l.get("n")?);
        }
    }
    Ok(())
}
