//! Changes that start from an older version: merged, or kept aside until
//! their author decides, on a device as in the form (spec 20 §4.4).

use jiff::civil::Date;
use serde_json::{Value, json};
use socle::{Acteur, Erreur, Resultat, Saisies, Tx, journal};
use uuid::Uuid;
use web::Champs;

use super::{
    fusion::{self, Fusion},
    store::{self, Genre, Proposition},
    version,
};
use crate::activite::{self, Activite, Contenu, Etat, corps, saisie::Contexte, service};

/// What became of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Issue {
    Inchangee,
    /// `fusion`: another change was there, and both are kept.
    Modifiee {
        fusion: bool,
    },
    /// The other version stands; this one waits under that id.
    AArbitrer(Uuid),
}

/// Where a change comes from.
#[derive(Debug, Clone, Copy, Default)]
pub struct Venue {
    /// The version it started from.
    pub base: i64,
    /// The day it was typed, in the author's zone; `None`: today.
    pub saisi_le: Option<Date>,
    /// The device and the operation.
    pub appareil: Option<(Uuid, Uuid)>,
}

/// Changes an activity.
///
/// # Errors
/// `Erreur::Saisie`; `Erreur::Introuvable` for somebody else's.
pub async fn amend(
    tx: &mut Tx,
    acteur: &Acteur,
    id: Uuid,
    venue: &Venue,
    champs: &Champs,
) -> Resultat<Issue> {
    let droit = acteur.require(&service::ECRIRE)?;
    let a = activite::store::load(tx, &droit, id).await?;
    let t = a.contenu.type_activite;
    let (contenu, cx) =
        service::read_form(tx, a.auteur, venue.saisi_le, t, champs, &a.profils).await?;
    if a.etat == Etat::Supprimee {
        return propose(
            tx,
            acteur,
            &a,
            venue,
            Genre::Modification,
            corps::write(&contenu),
        )
        .await;
    }
    if contenu == a.contenu {
        return Ok(Issue::Inchangee);
    }
    if a.version == venue.base {
        service::write_change(tx, acteur, a, contenu, &cx).await?;
        return Ok(Issue::Modifiee { fusion: false });
    }
    let autre = corps::write(&contenu);
    let f = merge(tx, &a, venue.base, &autre).await?;
    if f.conflits.is_empty()
        && let Ok((contenu, cx)) = read_body(tx, &a, &f.corps, venue.saisi_le).await
    {
        service::write_change(tx, acteur, a, contenu, &cx).await?;
        return Ok(Issue::Modifiee { fusion: true });
    }
    propose(tx, acteur, &a, venue, Genre::Modification, autre).await
}

/// Deletes an activity, unless it changed since.
///
/// # Errors
/// `Erreur::Introuvable` for somebody else's.
pub async fn remove(tx: &mut Tx, acteur: &Acteur, id: Uuid, venue: &Venue) -> Resultat<Issue> {
    let droit = acteur.require(&service::ECRIRE)?;
    let a = activite::store::load(tx, &droit, id).await?;
    if a.etat == Etat::Supprimee {
        return Ok(Issue::Inchangee);
    }
    if a.version != venue.base {
        return propose(tx, acteur, &a, venue, Genre::Suppression, json!({})).await;
    }
    service::delete(tx, acteur, id).await?;
    Ok(Issue::Modifiee { fusion: false })
}

/// The present version and the other one, merged again as of now.
///
/// # Errors
/// `Erreur::Base`.
pub async fn merge(tx: &mut Tx, a: &Activite, base: i64, autre: &Value) -> Resultat<Fusion> {
    let serveur = corps::write(&a.contenu);
    let commun = if base > a.version {
        None
    } else {
        let garde = version::content(tx, version::ACTIVITE, a.id, base).await?;
        // No row since: nothing but its state changed.
        Some(garde.unwrap_or_else(|| serveur.clone()))
    };
    Ok(fusion::merge(commun.as_ref(), &serveur, autre))
}

/// A decision on a proposition: the groups where the other version wins.
/// A deletion, or a change of a deleted activity, is taken or left whole.
///
/// # Errors
/// `Erreur::Saisie` when the choices do not go together.
pub async fn decide(
    tx: &mut Tx,
    acteur: &Acteur,
    p: &Proposition,
    prendre: bool,
    choisis: &[String],
) -> Resultat<()> {
    let droit = acteur.require(&service::ECRIRE)?;
    if p.tranchee {
        return Ok(());
    }
    let mut a = activite::store::load(tx, &droit, p.objet).await?;
    match p.genre {
        Genre::Suppression if prendre => service::delete(tx, acteur, a.id).await?,
        Genre::Suppression => {}
        Genre::Modification => {
            let supprimee = a.etat == Etat::Supprimee;
            if supprimee && prendre {
                service::restore(tx, acteur, a.id).await?;
                a = activite::store::load(tx, &droit, p.objet).await?;
            }
            if !supprimee || prendre {
                let f = merge(tx, &a, p.base, &p.corps).await?;
                let corps = if supprimee {
                    p.corps.clone()
                } else {
                    fusion::choose(&f, &p.corps, choisis)
                };
                let (contenu, cx) = read_body(tx, &a, &corps, None).await?;
                if contenu != a.contenu {
                    service::write_change(tx, acteur, a, contenu, &cx).await?;
                }
            }
        }
    }
    store::settle(tx, p).await?;
    journal::record(
        tx,
        acteur,
        "activite.arbitrer",
        "activite",
        p.objet,
        json!({ "prendre": prendre, "champs": choisis }),
    );
    Ok(())
}

/// Reads a body both halves of which were accepted already: what had to be
/// confirmed was.
async fn read_body(
    tx: &mut Tx,
    a: &Activite,
    corps: &Value,
    saisi_le: Option<Date>,
) -> Resultat<(Contenu, Contexte)> {
    let mut corps = corps.clone();
    corps["confirmations"] = json!(["date", "emploi", "duree", "texte", "total"]);
    let (t, champs) = corps::read(&corps).map_err(|f| {
        let mut e = Saisies::new();
        for f in f {
            e.add(f.pointeur, f.message);
        }
        Erreur::Saisie(e)
    })?;
    service::read_form(tx, a.auteur, saisi_le, t, &champs, &a.profils).await
}

async fn propose(
    tx: &mut Tx,
    acteur: &Acteur,
    a: &Activite,
    venue: &Venue,
    genre: Genre,
    corps: Value,
) -> Resultat<Issue> {
    let p = Proposition {
        id: tx.new_id(),
        genre,
        objet: a.id,
        fiche: false,
        auteur: a.auteur,
        venue: venue.appareil,
        base: venue.base,
        corps,
        cree_le: tx.now(),
        tranchee: false,
    };
    let id = store::insert_proposition(tx, &p).await?;
    journal::record(
        tx,
        acteur,
        "activite.proposer",
        "activite",
        a.id,
        json!({ "genre": genre.cle() }),
    );
    Ok(Issue::AArbitrer(id))
}
