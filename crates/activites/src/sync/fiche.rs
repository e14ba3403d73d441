//! Changes of a file that start from an older version: the same rule as an
//! activity's, on a device as in the form (spec 20 §4.4).

use serde_json::{Value, json};
use socle::{Acteur, Erreur, Resultat, Saisies, Tx, journal};
use uuid::Uuid;
use web::Champs;

use super::{
    arbitrage::{Issue, Venue},
    fusion::{self, Fusion},
    lecture,
    store::{self, Genre, Proposition},
    version,
};
use crate::beneficiaire::{Beneficiaire, Fiche, corps, service};

/// Which past each change rewrites: asked by the form, not part of the file.
const PORTEES: [&str; 4] = [
    "portee_genre",
    "portee_annee",
    "portee_statut",
    "portee_commune",
];

/// Changes a file.
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
    let (b, fiche) = service::read_change(tx, acteur, id, champs).await?;
    if fiche == b.fiche {
        return Ok(Issue::Inchangee);
    }
    if b.version == venue.base {
        service::write_change(tx, acteur, b, fiche, champs).await?;
        return Ok(Issue::Modifiee { fusion: false });
    }
    let autre = corps::write(&fiche);
    let f = merge(tx, &b, venue.base, &autre).await?;
    if f.conflits.is_empty()
        && let Ok((champs, fiche)) = read_body(tx, acteur, id, &f.corps, champs).await
    {
        if fiche == b.fiche {
            return Ok(Issue::Inchangee);
        }
        service::write_change(tx, acteur, b, fiche, &champs).await?;
        return Ok(Issue::Modifiee { fusion: true });
    }
    let p = Proposition {
        id: tx.new_id(),
        genre: Genre::Modification,
        objet: id,
        fiche: true,
        auteur: acteur.personne.ok_or(Erreur::Introuvable)?,
        venue: venue.appareil,
        base: venue.base,
        corps: autre,
        cree_le: tx.now(),
        tranchee: false,
    };
    let proposition = store::insert_proposition(tx, &p).await?;
    journal::record(
        tx,
        acteur,
        "beneficiaire.proposer",
        "beneficiaire",
        id,
        json!({}),
    );
    Ok(Issue::AArbitrer(proposition))
}

/// The present file and the other version, merged as of now.
///
/// # Errors
/// `Erreur::Base`.
pub async fn merge(tx: &mut Tx, b: &Beneficiaire, base: i64, autre: &Value) -> Resultat<Fusion> {
    let serveur = corps::write(&b.fiche);
    // Every change keeps what it replaces; a base older than that is unknown.
    let commun = if base == b.version {
        Some(serveur.clone())
    } else {
        version::content(tx, version::BENEFICIAIRE, b.id, base).await?
    };
    Ok(fusion::merge(commun.as_ref(), &serveur, autre))
}

/// A decision on a proposition: the groups where the other version wins.
///
/// # Errors
/// `Erreur::Saisie` when the choices do not go together.
pub async fn decide(
    tx: &mut Tx,
    acteur: &Acteur,
    p: &Proposition,
    choisis: &[String],
) -> Resultat<()> {
    if p.tranchee {
        return Ok(());
    }
    let b = service::load(tx, acteur, p.objet).await?;
    let f = merge(tx, &b, p.base, &p.corps).await?;
    let corps = fusion::choose(&f, &p.corps, choisis);
    let (champs, fiche) = read_body(tx, acteur, p.objet, &corps, &Champs::default()).await?;
    if fiche != b.fiche {
        service::write_change(tx, acteur, b, fiche, &champs).await?;
    }
    store::settle(tx, p).await?;
    journal::record(
        tx,
        acteur,
        "beneficiaire.arbitrer",
        "beneficiaire",
        p.objet,
        json!({ "champs": choisis }),
    );
    Ok(())
}

/// Reads a body both halves of which were accepted already.
async fn read_body(
    tx: &mut Tx,
    acteur: &Acteur,
    id: Uuid,
    corps: &Value,
    typed: &Champs,
) -> Resultat<(Champs, Fiche)> {
    let mut corps = corps.clone();
    corps["confirme_texte"] = json!(true);
    let mut champs = lecture::beneficiary(&corps).map_err(|fautes| {
        let mut e = Saisies::new();
        for f in fautes {
            e.add(f.pointeur, f.message);
        }
        Erreur::Saisie(e)
    })?;
    for portee in PORTEES {
        if !typed.get(portee).is_empty() {
            champs = champs.with(portee, typed.get(portee));
        }
    }
    let (_, fiche) = service::read_change(tx, acteur, id, &champs).await?;
    Ok((champs, fiche))
}
