//! SQL of calls and contingents.

use std::collections::BTreeMap;

use jiff::civil::Date;
use socle::{Acteur, Erreur, Ligne, Resultat, Tx, params, sql};
use uuid::Uuid;

use super::{Campagne, Etat, Genre, Solde};
use crate::{commun::one_row, poste::Nature};

fn read(l: &Ligne) -> Resultat<Campagne> {
    Ok(Campagne {
        id: l.get("id")?,
        nom: l.get("nom")?,
        genre: Genre::from_cle(&l.get::<String>("type")?)?,
        ouverture: l.get("ouverture")?,
        fermeture: l.get("fermeture")?,
        postes_min: l.get("postes_min")?,
        postes_max: l.get("postes_max")?,
        delai_avis_jours: l.get("delai_avis_jours")?,
        reattribution_rendus: l.get("reattribution_rendus")?,
        prorata_vacance: l.get("prorata_vacance")?,
        etat: Etat::from_cle(&l.get::<String>("etat")?)?,
        etat_depuis: l.get("etat_depuis")?,
        version: l.get("version")?,
    })
}

/// # Errors
/// `Erreur::Introuvable`.
pub async fn get(tx: &mut Tx, id: Uuid) -> Resultat<Campagne> {
    let l = tx
        .row(
            sql!(
                "SELECT id, nom, type, ouverture, fermeture, postes_min, postes_max, delai_avis_jours, reattribution_rendus,
                        prorata_vacance, etat, etat_depuis, version
                 FROM campagne WHERE id = $1"
            ),
            params![id],
        )
        .await?
        .ok_or(Erreur::Introuvable)?;
    read(&l)
}

/// Every call, the most recent first.
///
/// # Errors
/// `Erreur::Base`.
pub async fn list(tx: &mut Tx) -> Resultat<Vec<Campagne>> {
    tx.rows(
        sql!(
            "SELECT id, nom, type, ouverture, fermeture, postes_min, postes_max, delai_avis_jours, reattribution_rendus,
                    prorata_vacance, etat, etat_depuis, version
             FROM campagne ORDER BY ouverture DESC, nom"
        ),
        params![],
    )
    .await?
    .iter()
    .map(read)
    .collect()
}

/// The calls that take applications on a day.
///
/// # Errors
/// `Erreur::Base`.
pub async fn open_on(tx: &mut Tx, le: Date) -> Resultat<Vec<Campagne>> {
    Ok(list(tx)
        .await?
        .into_iter()
        .filter(|c| c.closed_on(le).is_none())
        .collect())
}

/// # Errors
/// `Erreur::Base`.
pub async fn insert(tx: &mut Tx, c: &Campagne) -> Resultat<()> {
    tx.execute(
        sql!(
            "INSERT INTO campagne (id, nom, type, ouverture, fermeture, postes_min, postes_max, delai_avis_jours,
                                   reattribution_rendus, prorata_vacance, etat, etat_depuis, version)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"
        ),
        params![
            c.id,
            &c.nom,
            c.genre.cle(),
            c.ouverture,
            c.fermeture,
            c.postes_min,
            c.postes_max,
            c.delai_avis_jours,
            c.reattribution_rendus,
            c.prorata_vacance,
            c.etat.cle(),
            c.etat_depuis,
            c.version
        ],
    )
    .await?;
    Ok(())
}

pub(super) async fn set_state(tx: &mut Tx, c: &Campagne, vers: Etat) -> Resultat<()> {
    let le = tx.today();
    let n = tx
        .execute(
            sql!("UPDATE campagne SET etat = $3, etat_depuis = $4, version = version + 1 WHERE id = $1 AND version = $2"),
            params![c.id, c.version, vers.cle(), le],
        )
        .await?;
    one_row(n)
}

/// A row of contingent.
#[derive(Debug, Clone, Copy)]
pub struct Contingent<'a> {
    pub departement: &'a str,
    pub nature: Nature,
    pub delta: i64,
    /// `notification_nationale`, `redistribution`, `correction`…
    pub origine: &'a str,
    pub motif: &'a str,
}

/// Adds a row of contingent.
///
/// # Errors
/// `Erreur::Base`.
pub async fn insert_contingent(
    tx: &mut Tx,
    acteur: &Acteur,
    campagne: Uuid,
    c: &Contingent<'_>,
) -> Resultat<()> {
    let (id, le) = (tx.new_id(), tx.now());
    tx.execute(
        sql!(
            "INSERT INTO contingent (id, campagne, departement, nature, delta, origine, motif, par, le)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
        ),
        params![id, campagne, c.departement, c.nature.cle(), c.delta, c.origine, c.motif, &acteur.nom, le],
    )
    .await?;
    Ok(())
}

/// Balance of every département of a call, in order of code.
///
/// # Errors
/// `Erreur::Base`.
pub async fn balances(tx: &mut Tx, c: &Campagne, nature: Nature) -> Resultat<Vec<Solde>> {
    let mut soldes: BTreeMap<String, Solde> = BTreeMap::new();
    let lignes = tx
        .rows(
            sql!(
                "SELECT departement, 'contingent' AS quoi, CAST(sum(delta) AS bigint) AS n
                 FROM contingent WHERE campagne = $1 AND nature = $2 GROUP BY departement
                 UNION ALL
                 SELECT m.departement, 'attribues', count(*)
                 FROM mouvement_poste m JOIN poste p ON p.id = m.poste
                 WHERE p.campagne = $1 AND m.nature = $2 AND m.genre = 'attribution'
                   AND NOT EXISTS (SELECT 1 FROM mouvement_poste a WHERE a.poste = m.poste AND a.genre = 'annulation')
                 GROUP BY m.departement
                 UNION ALL
                 SELECT m.departement, 'rendus', count(*)
                 FROM mouvement_poste m JOIN poste p ON p.id = m.poste
                 WHERE p.campagne = $1 AND m.nature = $2 AND m.genre IN ('rendu', 'retrait')
                 GROUP BY m.departement
                 UNION ALL
                 SELECT c.departement, 'proposes', CAST(sum(t.nombre_postes) AS bigint)
                 FROM comite_point t JOIN comite_session s ON s.id = t.session JOIN candidature c ON c.id = t.candidature
                 WHERE c.campagne = $1 AND c.nature = $2 AND t.nombre_postes IS NOT NULL
                   AND s.etat IN ('preparation', 'convoquee', 'en_seance', 'suspendue')
                 GROUP BY c.departement"
            ),
            params![c.id, nature.cle()],
        )
        .await?;
    for l in &lignes {
        let departement: String = l.get("departement")?;
        let s = soldes.entry(departement.clone()).or_insert_with(|| Solde {
            departement,
            reattribution: c.reattribution_rendus,
            ..Solde::default()
        });
        let n: i64 = l.get("n")?;
        match l.get::<String>("quoi")?.as_str() {
            "contingent" => s.contingent = n,
            "attribues" => s.attribues = n,
            "rendus" => s.rendus = n,
            _ => s.proposes = n,
        }
    }
    Ok(soldes.into_values().collect())
}

/// Balance of one département.
///
/// # Errors
/// `Erreur::Base`.
pub async fn balance(
    tx: &mut Tx,
    c: &Campagne,
    departement: &str,
    nature: Nature,
) -> Resultat<Solde> {
    Ok(balances(tx, c, nature)
        .await?
        .into_iter()
        .find(|s| s.departement == departement)
        .unwrap_or_else(|| Solde {
            departement: departement.to_owned(),
            reattribution: c.reattribution_rendus,
            ..Solde::default()
        }))
}
