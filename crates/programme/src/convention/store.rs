//! SQL of conventions.

use jiff::civil::Date;
use socle::{Erreur, Ligne, Perimetre, Resultat, Tx, params, sql, valeurs::Montant};
use uuid::Uuid;

use super::{Annee, Convention, Etat, Reponse};
use crate::commun::one_row;

/// Which conventions a list shows.
#[derive(Debug, Clone, Copy, Default)]
pub struct Filtre {
    pub etat: Option<Etat>,
    pub structure: Option<Uuid>,
}

fn read(l: &Ligne) -> Resultat<Convention> {
    Ok(Convention {
        id: l.get("id")?,
        numero: l.get("numero")?,
        structure: l.get("structure")?,
        structure_nom: l.get("nom")?,
        departement: l.get("departement")?,
        candidature: l.get("candidature")?,
        renouvelle: l.get("renouvelle")?,
        phase: l.get("phase")?,
        zone_bonus: l.get("zone_bonus")?,
        debut: l.get("debut")?,
        fin: l.get("fin")?,
        etat: Etat::from_cle(&l.get::<String>("etat")?)?,
        etat_depuis: l.get("etat_depuis")?,
        version: l.get("version")?,
    })
}

/// One convention of a perimeter.
///
/// # Errors
/// `Erreur::Introuvable` outside it.
pub async fn get(tx: &mut Tx, p: &Perimetre, id: Uuid) -> Resultat<Convention> {
    let l = tx
        .row_in(
            sql!(
                "SELECT c.id, c.numero, c.structure, s.nom, c.departement, c.candidature, c.renouvelle, c.phase, c.zone_bonus,
                        c.debut, c.fin, c.etat, c.etat_depuis, c.version
                 FROM convention c JOIN structure s ON s.id = c.structure
                 WHERE c.id = $2 AND perimetre(c.departement, c.structure, -)"
            ),
            p,
            params![id],
        )
        .await?
        .ok_or(Erreur::Introuvable)?;
    read(&l)
}

/// Conventions of a perimeter, those that end first.
///
/// # Errors
/// `Erreur::Base`.
pub async fn list(tx: &mut Tx, p: &Perimetre, f: Filtre) -> Resultat<Vec<Convention>> {
    tx.rows_in(
        sql!(
            "SELECT c.id, c.numero, c.structure, s.nom, c.departement, c.candidature, c.renouvelle, c.phase, c.zone_bonus,
                    c.debut, c.fin, c.etat, c.etat_depuis, c.version
             FROM convention c JOIN structure s ON s.id = c.structure
             WHERE perimetre(c.departement, c.structure, -)
               AND (CAST($2 AS text) IS NULL OR c.etat = $2) AND (CAST($3 AS text) IS NULL OR c.structure = $3)
             ORDER BY c.fin, c.numero LIMIT 2000"
        ),
        p,
        params![f.etat.map(Etat::cle), f.structure],
    )
    .await?
    .iter()
    .map(read)
    .collect()
}

pub(crate) async fn insert(
    tx: &mut Tx,
    c: &Convention,
    postes: &[Uuid],
    annees: &[Annee],
) -> Resultat<()> {
    tx.execute(
        sql!(
            "INSERT INTO convention (id, numero, structure, departement, candidature, renouvelle, phase, zone_bonus, debut, fin,
                                     etat, etat_depuis, version)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"
        ),
        params![
            c.id,
            &c.numero,
            c.structure,
            &c.departement,
            c.candidature,
            c.renouvelle,
            &c.phase,
            c.zone_bonus,
            c.debut,
            c.fin,
            c.etat.cle(),
            c.etat_depuis,
            c.version
        ],
    )
    .await?;
    for p in postes {
        tx.execute(
            sql!("INSERT INTO convention_poste (convention, poste) VALUES ($1, $2)"),
            params![c.id, *p],
        )
        .await?;
    }
    for a in annees {
        tx.execute(
            sql!(
                "INSERT INTO convention_annee (convention, annee, debut, fin, montant, baremes) VALUES ($1, $2, $3, $4, $5, $6)"
            ),
            params![c.id, a.annee, a.debut, a.fin, a.montant.0, &a.baremes],
        )
        .await?;
    }
    Ok(())
}

/// The plan for one post.
///
/// # Errors
/// `Erreur::Base`.
pub(crate) async fn years(tx: &mut Tx, id: Uuid) -> Resultat<Vec<Annee>> {
    tx.rows(
        sql!("SELECT annee, debut, fin, montant, baremes FROM convention_annee WHERE convention = $1 ORDER BY annee"),
        params![id],
    )
    .await?
    .iter()
    .map(|l| {
        Ok(Annee {
            annee: l.get("annee")?,
            debut: l.get("debut")?,
            fin: l.get("fin")?,
            montant: Montant(l.get("montant")?),
            baremes: l.get("baremes")?,
        })
    })
    .collect()
}

/// Posts of a convention with the answer about their renewal.
///
/// # Errors
/// `Erreur::Base`.
pub(crate) async fn posts(tx: &mut Tx, id: Uuid) -> Resultat<Vec<(Uuid, Option<Reponse>)>> {
    tx.rows(
        sql!(
            "SELECT c.poste, c.reponse FROM convention_poste c JOIN poste p ON p.id = c.poste
             WHERE c.convention = $1 ORDER BY p.numero"
        ),
        params![id],
    )
    .await?
    .iter()
    .map(|l| {
        let r: Option<String> = l.get("reponse")?;
        Ok((
            l.get("poste")?,
            r.map(|r| Reponse::from_cle(&r)).transpose()?,
        ))
    })
    .collect()
}

/// The posts that a committee gave for an application.
pub(super) async fn posts_of_application(tx: &mut Tx, candidature: Uuid) -> Resultat<Vec<Uuid>> {
    tx.rows(
        sql!(
            "SELECT p.id FROM poste p JOIN comite_point t ON t.id = p.point WHERE t.candidature = $1 ORDER BY p.numero"
        ),
        params![candidature],
    )
    .await?
    .iter()
    .map(|l| l.get("id"))
    .collect()
}

/// The convention in force that a post belongs to on a day.
///
/// # Errors
/// `Erreur::Base`.
pub(crate) async fn of_post(tx: &mut Tx, poste: Uuid, le: Date) -> Resultat<Option<Uuid>> {
    tx.row(
        sql!(
            "SELECT c.id FROM convention c JOIN convention_poste p ON p.convention = c.id
             WHERE p.poste = $1 AND c.etat <> 'annulee' ORDER BY CASE WHEN c.debut <= $2 THEN 0 ELSE 1 END, c.debut DESC LIMIT 1"
        ),
        params![poste, le],
    )
    .await?
    .map(|l| l.get("id"))
    .transpose()
}

pub(super) async fn set_state(tx: &mut Tx, c: &Convention, vers: Etat) -> Resultat<()> {
    let le = tx.today();
    let n = tx
        .execute(
            sql!("UPDATE convention SET etat = $3, etat_depuis = $4, version = version + 1 WHERE id = $1 AND version = $2"),
            params![c.id, c.version, vers.cle(), le],
        )
        .await?;
    one_row(n)
}

pub(super) async fn set_answer(
    tx: &mut Tx,
    convention: Uuid,
    poste: Uuid,
    r: Reponse,
) -> Resultat<()> {
    tx.execute(
        sql!("UPDATE convention_poste SET reponse = $3 WHERE convention = $1 AND poste = $2"),
        params![convention, poste, r.cle()],
    )
    .await?;
    Ok(())
}

/// Conventions in force whose last day has passed.
pub(super) async fn ended_before(tx: &mut Tx, le: Date) -> Resultat<Vec<Uuid>> {
    tx.rows(
        sql!("SELECT id FROM convention WHERE etat = 'active' AND fin < $1 ORDER BY fin LIMIT 500"),
        params![le],
    )
    .await?
    .iter()
    .map(|l| l.get("id"))
    .collect()
}

/// True when a renewal of this convention exists.
pub(crate) async fn renewed_by(tx: &mut Tx, id: Uuid) -> Resultat<Option<Uuid>> {
    tx.row(
        sql!("SELECT id FROM convention WHERE renouvelle = $1 AND etat <> 'annulee'"),
        params![id],
    )
    .await?
    .map(|l| l.get("id"))
    .transpose()
}
