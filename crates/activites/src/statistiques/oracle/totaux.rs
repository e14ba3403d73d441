//! ST01–ST19, ST48–ST53, ST55, ST57, ST58.

use jiff::ToSpan;
use socle::{Resultat, Tx};

use super::{
    super::{Filtres, Question, Reponse},
    base::{params, sur_a, with},
};

pub(super) async fn count(tx: &mut Tx, q: &Question, r: &mut Reponse) -> Resultat<()> {
    let mut p = params(q);
    p.push(
        (&q.itinerants
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>())
            .into(),
    );
    let Some(l) = tx
        .row(
            sur_a!(
                "SELECT
                   CAST(coalesce(sum(CASE WHEN a.type_activite = 'individuel' THEN 1 ELSE 0 END), 0) AS bigint) AS individuels,
                   CAST(coalesce(sum(CASE WHEN a.type_activite = 'collectif' THEN 1 ELSE 0 END), 0) AS bigint) AS ateliers,
                   CAST(coalesce(sum(CASE WHEN a.type_activite = 'individuel' THEN a.n ELSE 0 END), 0) AS bigint) AS n_individuels,
                   CAST(coalesce(sum(CASE WHEN a.type_activite = 'collectif' THEN a.n ELSE 0 END), 0) AS bigint) AS n_ateliers,
                   CAST(coalesce(sum(a.suivis), 0) AS bigint) AS suivis,
                   CAST(coalesce(sum(a.anonymes), 0) AS bigint) AS anonymes,
                   CAST(coalesce(sum(a.deja_accompagnes), 0) AS bigint) AS deja,
                   CAST(coalesce(sum(a.duree), 0) AS bigint) AS temps,
                   CAST(coalesce(sum(a.duree * a.n), 0) AS bigint) AS temps_personnes,
                   count(DISTINCT a.lieu) AS lieux,
                   CAST(coalesce(sum(CASE WHEN EXISTS (SELECT 1 FROM activite_valeur v WHERE v.activite = a.id
                        AND v.dimension = 'rendez_vous') THEN a.n ELSE 0 END), 0) AS bigint) AS rdv,
                   CAST(coalesce(sum(CASE WHEN EXISTS (SELECT 1 FROM activite_valeur v WHERE v.activite = a.id
                        AND v.dimension = 'mandat') THEN a.n ELSE 0 END), 0) AS bigint) AS mandat,
                   CAST(coalesce(sum(CASE WHEN EXISTS (SELECT 1 FROM activite_valeur v WHERE v.activite = a.id
                        AND v.dimension = 'hors_champ') THEN a.n ELSE 0 END), 0) AS bigint) AS hors_champ,
                   CAST(coalesce(sum(CASE WHEN EXISTS (SELECT 1 FROM activite_valeur v WHERE v.activite = a.id
                          AND v.dimension = 'thematique')
                        AND NOT EXISTS (SELECT 1 FROM activite_valeur v WHERE v.activite = a.id
                          AND v.dimension = 'thematique' AND v.valeur <> 'aide_aux_demarches_administratives')
                        THEN 1 ELSE 0 END), 0) AS bigint) AS demarches,
                   CAST(coalesce(sum(CASE WHEN a.type_lieu = 'domicile' OR (a.cadre IS NOT NULL AND a.cadre <> 'autre')
                        OR a.lieu IN liste($38) THEN a.n ELSE 0 END), 0) AS bigint) AS aller_vers,
                   CAST(coalesce(sum(CASE WHEN a.type_activite = 'individuel' AND a.confiance_avant IS NOT NULL
                        AND a.confiance_apres IS NOT NULL THEN 1 ELSE 0 END), 0) AS bigint) AS confiance_n,
                   CAST(coalesce(sum(CASE WHEN a.type_activite = 'individuel'
                        THEN a.confiance_apres - a.confiance_avant ELSE 0 END), 0) AS bigint) AS confiance
                 FROM a"
            ),
            p,
        )
        .await?
    else {
        return Ok(());
    };
    let t = &mut r.totaux;
    t.individuels = l.get("individuels")?;
    t.ateliers = l.get("ateliers")?;
    t.accompagnements_individuels = l.get("n_individuels")?;
    t.participations_ateliers = l.get("n_ateliers")?;
    t.accompagnements_suivis = l.get("suivis")?;
    t.anonymes = l.get("anonymes")?;
    t.deja_accompagnes = l.get("deja")?;
    t.temps_activite = l.get("temps")?;
    t.temps_personnes = l.get("temps_personnes")?;
    t.lieux_actifs = l.get("lieux")?;
    t.avec_rdv = l.get("rdv")?;
    t.avec_mandat = l.get("mandat")?;
    t.hors_champ = l.get("hors_champ")?;
    t.demarches_seules = l.get("demarches")?;
    t.aller_vers = l.get("aller_vers")?;
    t.confiance_nombre = l.get("confiance_n")?;
    t.confiance_somme = l.get("confiance")?;
    // ST52 is outside A: the same question for the other public.
    let agents = with(q, &q.filtres, Some(vec!["agents_de_structure".into()]));
    t.accompagnements_agents = tx
        .count(
            sur_a!("SELECT CAST(coalesce(sum(a.n), 0) AS bigint) AS n FROM a"),
            agents,
        )
        .await?;
    // ST49 knows the scope and its own thirty days.
    let hier = q.aujourdhui.saturating_sub(1.day());
    let mois = Filtres::default().between(hier.saturating_sub(29.days()), hier);
    t.professionnels_actifs_30j = tx
        .count(
            sur_a!("SELECT count(DISTINCT a.auteur) AS n FROM a"),
            with(q, &mois, None),
        )
        .await?;
    Ok(())
}
