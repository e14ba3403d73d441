//! Use cases of devices.

use serde_json::json;
use socle::{Acteur, Action, Erreur, Resultat, Tx, journal};
use uuid::Uuid;

use super::{Appareil, Etat, store};

pub static ENREGISTRER: Action = Action::new(
    "appareil.enregistrer",
    crate::AUTEURS,
    "Seules les personnes qui accompagnent du public saisissent hors connexion.",
);

/// Registers a device and keeps its key for a forgotten code. The same device
/// again is registered once.
///
/// # Errors
/// `Erreur::Saisie`; `Erreur::Conflit` when the id is somebody else's.
pub async fn register(
    tx: &mut Tx,
    acteur: &Acteur,
    id: Uuid,
    libelle: &str,
    cle: &str,
) -> Resultat<()> {
    acteur.require(&ENREGISTRER)?;
    let personne = acteur.personne.ok_or(Erreur::Introuvable)?;
    let libelle = libelle.trim();
    if !(1..=60).contains(&libelle.chars().count()) {
        return Err(Erreur::field(
            "libelle",
            "Donnez un nom à cet appareil, de 60 caractères au plus.",
        ));
    }
    if !(40..=60).contains(&cle.len()) {
        return Err(Erreur::field("cle", "La clé de l'appareil est illisible."));
    }
    if let Some(connu) = store::find(tx, id).await? {
        return if connu.personne == personne && connu.etat == Etat::Actif {
            Ok(())
        } else {
            Err(Erreur::Conflit(
                "Cet appareil est déjà enregistré autrement.".into(),
            ))
        };
    }
    let a = Appareil {
        id,
        personne,
        libelle: libelle.to_owned(),
        etat: Etat::Actif,
        cree_le: tx.now(),
        vu_le: tx.now(),
        en_attente: 0,
    };
    store::insert(tx, &a, cle).await?;
    journal::record(
        tx,
        acteur,
        "appareil.enregistrer",
        "appareil",
        id,
        json!({}),
    );
    Ok(())
}

/// One's own device.
///
/// # Errors
/// `Erreur::Introuvable` for somebody else's.
pub async fn own(tx: &mut Tx, acteur: &Acteur, id: Uuid) -> Resultat<Appareil> {
    let personne = acteur.personne.ok_or(Erreur::Introuvable)?;
    store::find(tx, id)
        .await?
        .filter(|a| a.personne == personne)
        .ok_or(Erreur::Introuvable)
}

/// An operation may come from any device of its author, revoked since or not:
/// a re-imported export carries the device it was written on.
///
/// # Errors
/// `Erreur::Interdit` otherwise.
pub async fn check_owner(tx: &mut Tx, personne: Uuid, appareil: Uuid) -> Resultat<()> {
    match store::find(tx, appareil).await? {
        Some(a) if a.personne == personne => Ok(()),
        _ => Err(Erreur::Interdit(
            "Cette file d'attente est celle d'une autre personne.".into(),
        )),
    }
}

/// Takes a device away: `retrait` sends a last time, `perdu` does not.
///
/// # Errors
/// `Erreur::Introuvable` for somebody else's.
pub async fn revoke(tx: &mut Tx, acteur: &Acteur, id: Uuid, etat: Etat) -> Resultat<()> {
    let a = own(tx, acteur, id).await?;
    // What is lost stays lost.
    if a.etat == etat || a.etat == Etat::Perdu || etat == Etat::Actif {
        return Ok(());
    }
    store::revoke(tx, id, etat).await?;
    journal::record(
        tx,
        acteur,
        "appareil.revoquer",
        "appareil",
        id,
        json!({ "etat": etat.cle() }),
    );
    Ok(())
}

/// The key of one's own active device, after its owner proved who they are.
///
/// # Errors
/// `Erreur::Introuvable` for somebody else's, or once lost.
pub async fn escrow(tx: &mut Tx, acteur: &Acteur, id: Uuid) -> Resultat<String> {
    let a = own(tx, acteur, id).await?;
    if a.etat == Etat::Perdu {
        return Err(Erreur::Introuvable);
    }
    let cle = store::escrow(tx, id).await?.ok_or(Erreur::Introuvable)?;
    journal::record(
        tx,
        acteur,
        "appareil.deverrouiller",
        "appareil",
        id,
        json!({}),
    );
    Ok(cle)
}
