//! Renewal: the structure answers post by post, the opérateur prepares the
//! convention that follows (spec 10 §8.7).

use socle::{Acteur, Erreur, Perimetre, Resultat, Tx, francais, journal};
use uuid::Uuid;

use super::{Convention, Etat, GERER, Reponse, SIGNER, service, store};
use crate::{poste, structure};

/// Months before the end when the window opens.
const FENETRE: i32 = 12;

/// True when the structure may answer.
pub(super) fn is_open(c: &Convention, le: jiff::civil::Date) -> bool {
    matches!(c.etat, Etat::Active | Etat::Echue) && le >= francais::plus_months(c.fin, -FENETRE)
}

/// Records the answers; « je ne sais pas encore » changes nothing.
///
/// # Errors
/// `Erreur::Conflit` outside the window, or once renewed.
pub async fn answer(
    tx: &mut Tx,
    acteur: &Acteur,
    id: Uuid,
    reponses: &[(Uuid, Reponse)],
) -> Resultat<()> {
    let droit = acteur.require(&SIGNER)?;
    let c = store::get(tx, droit.perimetre(), id).await?;
    let jour = tx.today();
    if !is_open(&c, jour) || store::renewed_by(tx, id).await?.is_some() {
        return Err(Erreur::Conflit(
            "Le renouvellement n'est pas ouvert : il s'ouvre 12 mois avant la fin de la convention.".into(),
        ));
    }
    let siens = store::posts(tx, id).await?;
    for (p, r) in reponses {
        if siens.iter().any(|(x, _)| x == p) {
            store::set_answer(tx, id, *p, *r).await?;
        }
    }
    journal::record(
        tx,
        acteur,
        "convention.repondre_renouvellement",
        "convention",
        id,
        serde_json::json!({ "postes": reponses.len() }),
    );
    Ok(())
}

/// Prepares the convention of the renewed posts, from the day after the end.
///
/// # Errors
/// `Erreur::Conflit` when nothing is to renew or it is done already.
pub async fn renew(tx: &mut Tx, acteur: &Acteur, id: Uuid) -> Resultat<Uuid> {
    let droit = acteur.require(&GERER)?;
    let c = store::get(tx, droit.perimetre(), id).await?;
    // Two operators at once prepare one convention.
    tx.lock(&format!("convention:{id}")).await?;
    if let Some(suite) = store::renewed_by(tx, id).await? {
        return Ok(suite);
    }
    let mut postes = Vec::new();
    for (p, r) in store::posts(tx, id).await? {
        if r == Some(Reponse::Renouveler)
            && poste::get(tx, &Perimetre::National, p)
                .await?
                .etat
                .is_open()
        {
            postes.push(p);
        }
    }
    let Some(premier) = postes.first() else {
        return Err(Erreur::Conflit(
            "La structure n'a demandé le renouvellement d'aucun poste.".into(),
        ));
    };
    let nature = poste::get(tx, &Perimetre::National, *premier).await?.nature;
    let s = structure::get(tx, c.structure).await?;
    let n = service::Nouvelle {
        structure: &s,
        nature,
        candidature: None,
        renouvelle: Some(id),
        bonus: c.zone_bonus,
        debut: francais::plus_days(c.fin, 1),
        postes: &postes,
    };
    service::create(tx, acteur, &n).await
}
