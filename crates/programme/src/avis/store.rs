//! SQL of opinions.

use socle::{Erreur, Ligne, Resultat, Tx, params, sql};
use uuid::Uuid;

use super::{Avis, Sens};

fn read(tx: &Tx, candidature: Uuid, l: &Ligne) -> Resultat<Avis> {
    let criteres: String = l.get("criteres")?;
    let version: i64 = l.get("version")?;
    Ok(Avis {
        version,
        sens: Sens::from_cle(&l.get::<String>("sens")?)?,
        nombre_postes: l.get("nombre_postes")?,
        motivation: l.get("motivation")?,
        criteres: serde_json::from_str(&criteres)
            .map_err(|e| Erreur::Interne(format!("avis.criteres : {e}")))?,
        zone_qpv: l.get("zone_qpv")?,
        zone_frr: l.get("zone_frr")?,
        signataire: tx.unseal(
            "avis",
            "signataire",
            format!("{candidature}:{version}"),
            &l.get::<Vec<u8>>("signataire")?,
        )?,
        par: l.get("par")?,
        le: l.get("le")?,
    })
}

/// Every version, the one in force first.
///
/// # Errors
/// `Erreur::Base`.
pub async fn list(tx: &mut Tx, candidature: Uuid) -> Resultat<Vec<Avis>> {
    let lignes = tx
        .rows(
            sql!(
                "SELECT version, sens, nombre_postes, motivation, criteres, zone_qpv, zone_frr, signataire, par, le
                 FROM avis WHERE candidature = $1 ORDER BY version DESC"
            ),
            params![candidature],
        )
        .await?;
    lignes.iter().map(|l| read(tx, candidature, l)).collect()
}

/// The version in force.
///
/// # Errors
/// `Erreur::Base`.
pub async fn latest(tx: &mut Tx, candidature: Uuid) -> Resultat<Option<Avis>> {
    Ok(list(tx, candidature).await?.into_iter().next())
}

pub(crate) async fn insert(tx: &mut Tx, candidature: Uuid, a: &Avis) -> Resultat<()> {
    let signataire = tx.seal(
        "avis",
        "signataire",
        format!("{candidature}:{}", a.version),
        &a.signataire,
    );
    let criteres = serde_json::json!(a.criteres);
    tx.execute(
        sql!(
            "INSERT INTO avis (candidature, version, sens, nombre_postes, motivation, criteres, zone_qpv, zone_frr,
                               signataire, par, le)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
        ),
        params![
            candidature,
            a.version,
            a.sens.cle(),
            a.nombre_postes,
            &a.motivation,
            criteres,
            a.zone_qpv,
            a.zone_frr,
            signataire,
            &a.par,
            a.le
        ],
    )
    .await?;
    Ok(())
}
