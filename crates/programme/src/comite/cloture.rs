//! Closing a session: decisions, posts and states, in one transaction.

use socle::{Acteur, Erreur, Perimetre, Resultat, Role, Tx, commande};
use uuid::Uuid;

use super::{CLORE, Decision, Etat, Point, Session, service, store};
use crate::{
    candidature::{self, Etat as EtatDossier},
    commun::{check_version, stale, step},
    poste::{self, Attribution},
};

/// Closes the session. The same command again changes nothing; another one
/// finds it closed.
///
/// # Errors
/// `Erreur::Conflit` when an item has no decision or the session is not open.
pub async fn close(
    tx: &mut Tx,
    acteur: &Acteur,
    id: Uuid,
    version: &str,
    id_commande: &str,
) -> Resultat<()> {
    acteur.require(&CLORE)?;
    let s = service::load(tx, acteur, id).await?;
    if acteur.role == Role::Comite {
        let preside = store::members(tx, id)
            .await?
            .iter()
            .any(|m| m.president && Some(m.personne) == acteur.personne);
        if !preside {
            return Err(Erreur::Interdit(
                "Seule la présidence de la séance peut la clore.".into(),
            ));
        }
    }
    let empreinte = commande::empreinte(&id);
    if commande::claim(tx, acteur, id_commande, "comite.clore", &empreinte)
        .await?
        .is_some()
    {
        return Ok(());
    }
    check_version(s.version, version)?;
    if s.etat != Etat::EnSeance {
        return Err(stale());
    }
    let points = store::points(tx, id).await?;
    if let Some(p) = points.iter().find(|p| p.decision.is_none()) {
        return Err(Erreur::Conflit(format!(
            "Il manque la décision sur {} : décidez ou ajournez ce point.",
            p.structure_nom
        )));
    }
    store::set_state(tx, &s, Etat::Close).await?;
    for p in &points {
        apply(tx, acteur, &s, p).await?;
    }
    step(
        tx,
        acteur,
        ("comite", "comite.clore"),
        id,
        Some(s.etat.cle()),
        Etat::Close.cle(),
        None,
    )
    .await
}

async fn apply(tx: &mut Tx, acteur: &Acteur, s: &Session, p: &Point) -> Resultat<()> {
    let c = candidature::get(tx, &Perimetre::National, p.candidature).await?;
    let (vers, note) = match p.decision {
        Some(Decision::Attribution) => {
            let nombre = p.nombre_postes.unwrap_or(0);
            let a = Attribution {
                campagne: Some(s.campagne),
                point: Some(p.id),
                structure: c.structure.ok_or(Erreur::Introuvable)?,
                departement: &c.departement,
                nature: c.nature,
                nombre,
                le: tx.today(),
            };
            poste::attribute(tx, acteur, &a).await?;
            (
                EtatDossier::Acceptee,
                socle::francais::pluriel(nombre, "poste"),
            )
        }
        Some(Decision::Refus) => (EtatDossier::Refusee, p.motif.clone()),
        Some(Decision::ExamenComplementaire) => {
            (EtatDossier::ExamenComplementaire, p.motif.clone())
        }
        _ => return service::back_to_pool(tx, acteur, p, &p.motif).await,
    };
    candidature::set_state(tx, &c, vers, c.avis_limite).await?;
    step(
        tx,
        acteur,
        ("candidature", "comite.decider"),
        c.id,
        Some(c.etat.cle()),
        vers.cle(),
        Some(&format!("Séance {} : {note}", s.numero)),
    )
    .await
}
