//! SQL of the activities applications read. The columns of names, titles and
//! notes appear nowhere here.

use std::collections::BTreeMap;

use socle::{Erreur, Ligne, Perimetre, Resultat, Tx, params, sql};
use uuid::Uuid;

use super::Vue;
use crate::activite::{Contenu, Valeur, lecture, store};
use crate::api::{curseur, filtres, page::Page};
use crate::statistiques::Filtres;

/// The last revision: everything up to it is committed, since revisions are
/// given in the order of commits.
///
/// # Errors
/// `Erreur::Base`.
pub async fn last_revision(tx: &mut Tx) -> Resultat<i64> {
    tx.count(
        sql!("SELECT coalesce(max(numero), 0) AS n FROM activite_journal"),
        params![],
    )
    .await
}

/// Some activities after a revision, oldest change first: the living ones that
/// pass the filters, and those deleted as long as it is remembered; one more
/// than the page holds, to know what follows.
///
/// # Errors
/// `Erreur::Base`.
pub async fn after(
    tx: &mut Tx,
    p: &Perimetre,
    page: &Page,
    jusqua: i64,
    f: &Filtres,
) -> Resultat<Vec<Vue>> {
    let mut params = params![
        page.de,
        jusqua,
        curseur::oldest(page.maintenant),
        page.taille + 1
    ];
    params.extend(filtres::bound(f));
    let lignes = tx
        .rows_in(
            sql!(
                "SELECT a.id, a.type_activite, a.auteur, a.date, a.duree, a.type_lieu, a.lieu, a.cadre, a.public,
                    a.modalite, a.origine, a.mode_aide, a.raison_aide, a.aide_urgence, a.autonomie, a.niveau,
                    a.confiance_avant, a.confiance_apres, a.destination, a.organisme, a.pass_propose, a.pass_utilise,
                    a.suivis, a.anonymes, a.deja_accompagnes, a.employeur, a.role, a.commune, a.departement, a.source,
                    a.version, a.revision, a.enregistree_le, a.modifiee_le, a.supprimee_le
                 FROM activite a
                 WHERE a.revision > $2 AND a.revision <= $3 AND perimetre(a.departement, a.employeur, a.auteur)
                   AND ((a.etat = 'supprimee' AND a.supprimee_le >= $4) OR (a.etat = 'enregistree' AND
                       a.date BETWEEN $6 AND $7
                   AND (CAST($8 AS text) = '[]' OR a.type_activite IN liste($8))
                   AND (CAST($9 AS text) = '[]' OR a.type_lieu IN liste($9))
                   AND (CAST($10 AS text) = '[]' OR a.cadre IN liste($10))
                   AND (CAST($11 AS text) = '[]' OR a.lieu IN liste($11))
                   AND (CAST($12 AS text) = '[]' OR a.commune IN liste($12))
                   AND (CAST($13 AS text) = '[]' OR a.commune IN liste($13))
                   AND (CAST($14 AS text) = '[]' OR a.departement IN liste($14))
                   AND (CAST($15 AS text) = '[]' OR a.departement IN liste($15))
                   AND (CAST($16 AS text) = '[]' OR a.employeur IN liste($16))
                   AND (CAST($17 AS text) = '[]' OR a.auteur IN liste($17))
                   AND (CAST($18 AS text) = '[]' OR a.role IN liste($18))
                   AND (CAST($19 AS text) = '[]' OR a.public IN liste($19))
                   AND (CAST($20 AS text) = '[]' OR a.modalite IN liste($20))
                   AND (CAST($21 AS text) = '[]' OR a.origine IN liste($21))
                   AND (CAST($22 AS text) = '[]' OR a.autonomie IN liste($22))
                   AND (CAST($23 AS text) = '[]' OR a.niveau IN liste($23))
                   AND (CAST($24 AS text) = '[]' OR a.source IN liste($24))
                   AND (CAST($25 AS text) = '[]' OR EXISTS (SELECT 1 FROM activite_valeur v
                        WHERE v.activite = a.id AND v.dimension = 'thematique' AND v.valeur IN liste($25)))
                   AND (CAST($26 AS text) = '[]' OR EXISTS (SELECT 1 FROM activite_valeur v
                        WHERE v.activite = a.id AND v.dimension = 'materiel' AND v.valeur IN liste($26)))
                   AND (CAST($27 AS text) = '[]' OR EXISTS (SELECT 1 FROM activite_valeur v
                        WHERE v.activite = a.id AND v.dimension = 'motif' AND v.valeur IN liste($27)))
                   AND (CAST($28 AS text) = '[]' OR EXISTS (SELECT 1 FROM activite_valeur v
                        WHERE v.activite = a.id AND v.dimension = 'publics' AND v.valeur IN liste($28)))
                   AND (CAST($29 AS text) = '[]' OR EXISTS (SELECT 1 FROM activite_valeur v
                        WHERE v.activite = a.id AND v.dimension = 'suite' AND v.valeur IN liste($29)))
                   AND (CAST($30 AS text) = '' OR $30 = CASE WHEN EXISTS (SELECT 1 FROM activite_valeur v
                        WHERE v.activite = a.id AND v.dimension = 'thematique'
                          AND v.valeur = 'aide_aux_demarches_administratives') THEN 'oui' ELSE 'non' END)
                   AND (CAST($31 AS text) = '' OR $31 = CASE WHEN EXISTS (SELECT 1 FROM activite_valeur v
                        WHERE v.activite = a.id AND v.dimension = 'hors_champ') THEN 'oui' ELSE 'non' END)
                   AND (CAST($32 AS text) = '' OR $32 = CASE WHEN EXISTS (SELECT 1 FROM activite_valeur v
                        WHERE v.activite = a.id AND v.dimension = 'rendez_vous') THEN 'oui' ELSE 'non' END)
                   AND (CAST($33 AS text) = '' OR $33 = CASE WHEN EXISTS (SELECT 1 FROM activite_valeur v
                        WHERE v.activite = a.id AND v.dimension = 'mandat') THEN 'oui' ELSE 'non' END)
                   AND (CAST($34 AS text) = '' OR $34 = CASE WHEN EXISTS (SELECT 1 FROM activite_valeur v
                        WHERE v.activite = a.id AND v.dimension = 'zonage' AND v.valeur = 'qpv') THEN 'oui'
                        WHEN EXISTS (SELECT 1 FROM activite_valeur v WHERE v.activite = a.id
                          AND v.dimension = 'zonage' AND v.valeur = 'hors_qpv') THEN 'non' ELSE '' END)
                   AND (CAST($35 AS text) = '' OR $35 = CASE WHEN EXISTS (SELECT 1 FROM activite_valeur v
                        WHERE v.activite = a.id AND v.dimension = 'zonage' AND v.valeur = 'frr') THEN 'oui'
                        WHEN EXISTS (SELECT 1 FROM activite_valeur v WHERE v.activite = a.id
                          AND v.dimension = 'zonage' AND v.valeur = 'hors_frr') THEN 'non' ELSE '' END)
                   AND (CAST($36 AS text) = '[]' OR (SELECT count(*) FROM activite_etiquette x
                        WHERE x.activite = a.id AND x.etiquette IN liste($36)) >= CAST($37 AS bigint))))
                 ORDER BY a.revision LIMIT $5"
            ),
            p,
            params,
        )
        .await?;
    views(tx, &lignes).await
}

/// One living activity of a perimeter.
///
/// # Errors
/// `Erreur::Introuvable`.
pub async fn one(tx: &mut Tx, p: &Perimetre, id: Uuid) -> Resultat<Vue> {
    let lignes = tx
        .rows_in(
            sql!(
                "SELECT a.id, a.type_activite, a.auteur, a.date, a.duree, a.type_lieu, a.lieu, a.cadre, a.public,
                    a.modalite, a.origine, a.mode_aide, a.raison_aide, a.aide_urgence, a.autonomie, a.niveau,
                    a.confiance_avant, a.confiance_apres, a.destination, a.organisme, a.pass_propose, a.pass_utilise,
                    a.suivis, a.anonymes, a.deja_accompagnes, a.employeur, a.role, a.commune, a.departement, a.source,
                    a.version, a.revision, a.enregistree_le, a.modifiee_le, a.supprimee_le
                 FROM activite a
                 WHERE a.id = $2 AND a.etat = 'enregistree' AND perimetre(a.departement, a.employeur, a.auteur)"
            ),
            p,
            params![id],
        )
        .await?;
    views(tx, &lignes).await?.pop().ok_or(Erreur::Introuvable)
}

/// True when the id is taken, by anybody.
///
/// # Errors
/// `Erreur::Base`.
pub async fn exists(tx: &mut Tx, id: Uuid) -> Resultat<bool> {
    let n = tx
        .count(
            sql!("SELECT count(*) AS n FROM activite WHERE id = $1"),
            params![id],
        )
        .await?;
    Ok(n > 0)
}

/// Takes an operation of an application, or gives the hash of the body it came
/// with the first time.
///
/// # Errors
/// `Erreur::Base`.
pub async fn claim(
    tx: &mut Tx,
    client: Uuid,
    op: Uuid,
    empreinte: &str,
) -> Resultat<Option<(String, String)>> {
    let le = tx.now();
    let prise = tx
        .execute(
            sql!(
                "INSERT INTO api_operation (client, op, empreinte, resultat, le) VALUES ($1, $2, $3, '', $4)
                 ON CONFLICT DO NOTHING"
            ),
            params![client, op, empreinte, le],
        )
        .await?;
    if prise == 1 {
        return Ok(None);
    }
    let l = tx
        .row(
            sql!("SELECT empreinte, resultat FROM api_operation WHERE client = $1 AND op = $2"),
            params![client, op],
        )
        .await?
        .ok_or(Erreur::Introuvable)?;
    Ok(Some((l.get("empreinte")?, l.get("resultat")?)))
}

/// Keeps the result of an operation for a later repeat.
///
/// # Errors
/// `Erreur::Base`.
pub async fn conclude(tx: &mut Tx, client: Uuid, op: Uuid, resultat: &str) -> Resultat<()> {
    tx.execute(
        sql!("UPDATE api_operation SET resultat = $3 WHERE client = $1 AND op = $2"),
        params![client, op, resultat],
    )
    .await?;
    Ok(())
}

/// Forgets the operations older than `avant`.
///
/// # Errors
/// `Erreur::Base`.
pub async fn forget(tx: &mut Tx, avant: jiff::civil::Date) -> Resultat<u64> {
    tx.execute(
        sql!("DELETE FROM api_operation WHERE le < $1"),
        params![avant],
    )
    .await
}

async fn views(tx: &mut Tx, lignes: &[Ligne]) -> Resultat<Vec<Vue>> {
    let ids: Vec<Uuid> = lignes
        .iter()
        .map(|l| l.get("id"))
        .collect::<Resultat<_>>()?;
    let mut valeurs: BTreeMap<Uuid, Vec<Valeur>> = lecture::all_values(tx, &ids).await?;
    lignes
        .iter()
        .zip(ids)
        .map(|(l, id)| {
            Ok(Vue {
                id,
                contenu: Contenu {
                    valeurs: valeurs.remove(&id).unwrap_or_default(),
                    ..store::plain(l)?
                }
                .ordered(),
                suivis: l.get("suivis")?,
                auteur: l.get("auteur")?,
                rattachement: store::attachment(l)?,
                source: l.get("source")?,
                version: l.get("version")?,
                revision: l.get("revision")?,
                enregistree_le: l.get("enregistree_le")?,
                modifiee_le: l.get("modifiee_le")?,
                supprimee_le: l.get("supprimee_le")?,
            })
        })
        .collect()
}
