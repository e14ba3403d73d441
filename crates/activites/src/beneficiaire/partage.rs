//! A file followed by two (spec 20 §2.4): a colleague of the same structure or
//! a co-animator, with the person's agreement. Another structure only receives
//! a copy of the identity.

use jiff::civil::Date;
use serde_json::json;
use socle::{Acteur, Erreur, Resultat, Tx, historique, journal, params, sql};
use uuid::Uuid;

use super::{Beneficiaire, Fiche, service::SUIVRE, store};
use crate::voisins;

/// Who a file is shared with.
#[derive(Debug, Clone)]
pub struct Partage {
    pub personne: Uuid,
    pub le: jiff::Timestamp,
}

/// Those a file is shared with.
///
/// # Errors
/// `Erreur::Base`.
pub async fn list(tx: &mut Tx, id: Uuid) -> Resultat<Vec<Partage>> {
    tx.rows(
        sql!("SELECT personne, le FROM beneficiaire_partage WHERE beneficiaire = $1 ORDER BY le, personne"),
        params![id],
    )
    .await?
    .iter()
    .map(|l| Ok(Partage { personne: l.get("personne")?, le: l.get("le")? }))
    .collect()
}

/// Colleagues of the structure, and those who animated with the référent.
///
/// # Errors
/// `Erreur::Base`.
pub async fn candidates(tx: &mut Tx, b: &Beneficiaire) -> Resultat<Vec<(Uuid, String)>> {
    let mut v = match b.structure {
        Some(s) => voisins::colleagues(tx, b.referent, s).await?,
        None => Vec::new(),
    };
    let coanimateurs = tx
        .rows(
            sql!(
                "SELECT DISTINCT c.personne FROM coanimation c
                 JOIN activite a ON a.id = c.activite AND a.etat = 'enregistree'
                 JOIN accompagnement k ON k.activite = a.id AND k.personne = $1
                 WHERE a.auteur = $2 ORDER BY c.personne"
            ),
            params![b.id, b.referent],
        )
        .await?
        .iter()
        .map(|l| l.get("personne"))
        .collect::<Resultat<Vec<Uuid>>>()?;
    let nouveaux: Vec<Uuid> = coanimateurs
        .into_iter()
        .filter(|p| *p != b.referent && v.iter().all(|(c, _)| c != p))
        .collect();
    v.extend(voisins::names(tx, nouveaux.into_iter()).await?);
    Ok(v)
}

/// Shares a file. Sharing twice changes nothing.
///
/// # Errors
/// `Erreur::Introuvable`, `Erreur::Interdit` for who is not the référent,
/// `Erreur::Saisie` without the agreement or for somebody who cannot receive it.
pub async fn share(
    tx: &mut Tx,
    acteur: &Acteur,
    id: Uuid,
    avec: &str,
    accord: bool,
) -> Resultat<()> {
    let b = own(tx, acteur, id).await?;
    let candidats = candidates(tx, &b).await?;
    let Some(personne) = avec
        .parse::<Uuid>()
        .ok()
        .filter(|p| candidats.iter().any(|(c, _)| c == p))
    else {
        return Err(Erreur::field(
            "avec",
            "Choisissez un collègue dans la liste.",
        ));
    };
    if !accord {
        return Err(Erreur::field(
            "accord",
            "Confirmez que la personne est d'accord pour ce partage.",
        ));
    }
    let le = tx.now();
    let n = tx
        .execute(
            sql!(
                "INSERT INTO beneficiaire_partage (beneficiaire, personne, par, le) VALUES ($1, $2, $3, $4)
                 ON CONFLICT DO NOTHING"
            ),
            params![id, personne, b.referent, le],
        )
        .await?;
    if n == 1 {
        historique::append(
            tx,
            acteur,
            "beneficiaire",
            id,
            Some("active"),
            "partagee",
            None,
        )
        .await?;
        journal::record(
            tx,
            acteur,
            "beneficiaire.partager",
            "beneficiaire",
            id,
            json!({ "avec": personne }),
        );
    }
    Ok(())
}

/// Ends a sharing.
///
/// # Errors
/// `Erreur::Introuvable`; `Erreur::Interdit` for who is not the référent.
pub async fn revoke(tx: &mut Tx, acteur: &Acteur, id: Uuid, avec: Uuid) -> Resultat<()> {
    own(tx, acteur, id).await?;
    let n = tx
        .execute(
            sql!("DELETE FROM beneficiaire_partage WHERE beneficiaire = $1 AND personne = $2"),
            params![id, avec],
        )
        .await?;
    if n == 1 {
        historique::append(
            tx,
            acteur,
            "beneficiaire",
            id,
            Some("active"),
            "departagee",
            None,
        )
        .await?;
        journal::record(
            tx,
            acteur,
            "beneficiaire.retirer_partage",
            "beneficiaire",
            id,
            json!({ "avec": avec }),
        );
    }
    Ok(())
}

/// Gives another professional, of any structure, a copy of the identity, found
/// by their address: no notes, no past.
///
/// # Errors
/// `Erreur::Introuvable`, `Erreur::Interdit`, `Erreur::Saisie`.
pub async fn copy_to(
    tx: &mut Tx,
    acteur: &Acteur,
    id: Uuid,
    courriel: &str,
    accord: bool,
) -> Resultat<Uuid> {
    let b = own(tx, acteur, id).await?;
    if !accord {
        return Err(Erreur::field(
            "accord_copie",
            "Confirmez que la personne est d'accord pour cette transmission.",
        ));
    }
    let aujourdhui = tx.today();
    let inconnu = || {
        Erreur::field(
            "courriel_copie",
            "Aucun conseiller en poste dans une autre structure ne porte cette adresse.",
        )
    };
    let personne = comptes::personne::find_by_courriel(tx, courriel.trim())
        .await?
        .ok_or_else(inconnu)?;
    let emploi = voisins::employment(tx, personne, aujourdhui)
        .await?
        .filter(|e| Some(e.structure) != b.structure)
        .ok_or_else(inconnu)?;
    let copie = Beneficiaire {
        id: tx.new_id(),
        structure: Some(emploi.structure),
        referent: personne,
        fiche: Fiche {
            notes: None,
            informe_le: b.fiche.informe_le.map(|_: Date| aujourdhui),
            ..b.fiche.clone()
        },
        version: 1,
        cree_le: tx.now(),
    };
    store::insert(tx, &copie).await?;
    historique::append(tx, acteur, "beneficiaire", copie.id, None, "active", None).await?;
    journal::record(
        tx,
        acteur,
        "beneficiaire.transmettre",
        "beneficiaire",
        id,
        json!({ "copie": copie.id, "a": personne }),
    );
    Ok(copie.id)
}

/// The file of its référent; a colleague it is shared with may not decide.
async fn own(tx: &mut Tx, acteur: &Acteur, id: Uuid) -> Resultat<Beneficiaire> {
    let droit = acteur.require(&SUIVRE)?;
    let b = store::load(tx, &droit, id).await?;
    if acteur.personne == Some(b.referent) {
        Ok(b)
    } else {
        Err(Erreur::Interdit(
            "Seul le référent de la personne décide avec qui sa fiche est partagée.".into(),
        ))
    }
}

/// Forgets every sharing of a file.
///
/// # Errors
/// `Erreur::Base`.
pub async fn forget(tx: &mut Tx, id: Uuid) -> Resultat<()> {
    tx.execute(
        sql!("DELETE FROM beneficiaire_partage WHERE beneficiaire = $1"),
        params![id],
    )
    .await?;
    Ok(())
}
