//! Where an activity counts, at its date (spec 20 §3.5), and again when the
//! contracts of its author are corrected.

use jiff::SignedDuration;
use socle::{Acteur, Base, Resultat, Tx, historique};
use uuid::Uuid;

use super::{
    Activite, Contenu, Rattachement, image, image::Image, lecture, saisie::LieuConnu, store,
};
use crate::voisins::{self, Emploi, Emplois};

const CONSEILLER: &str = "conseiller_numerique";
const MEDIATEUR: &str = "mediateur";

/// Employer, role and territory at the date of the activity.
///
/// # Errors
/// `Erreur::Base`.
pub async fn resolve(
    tx: &mut Tx,
    auteur: Uuid,
    c: &Contenu,
    lieux: &[LieuConnu],
) -> Resultat<Rattachement> {
    let emploi = voisins::employment(tx, auteur, c.date).await?;
    let lieu = c.lieu.and_then(|id| lieux.iter().find(|l| l.id == id));
    let (commune, departement) = match (lieu, &c.commune) {
        (Some(l), _) => (Some(l.commune.clone()), Some(l.departement.clone())),
        (None, Some(code)) => (
            Some(code.clone()),
            territoires::geographie()
                .commune(code)
                .map(|c| c.departement.to_owned()),
        ),
        // At a distance: no commune, the département of the employer.
        (None, None) => (None, seat(tx, emploi).await?),
    };
    Ok(Rattachement {
        employeur: emploi.map(|e| e.structure),
        role: role(emploi).to_owned(),
        commune,
        departement,
    })
}

fn role(emploi: Option<Emploi>) -> &'static str {
    if emploi.is_some() {
        CONSEILLER
    } else {
        MEDIATEUR
    }
}

async fn seat(tx: &mut Tx, emploi: Option<Emploi>) -> Resultat<Option<String>> {
    Ok(match emploi {
        Some(e) => Some(voisins::seat(tx, e.structure).await?.1),
        None => None,
    })
}

/// Finds again the employer of every activity of an author, after a contract
/// was corrected. Returns how many moved; each leaves a step in its history.
///
/// # Errors
/// `Erreur::Base`.
pub async fn resolve_again(tx: &mut Tx, auteur: Uuid) -> Resultat<usize> {
    let emplois = Emplois::of(tx, auteur).await?;
    let mut deplacees = 0;
    for (id, date, employeur) in lecture::employers(tx, auteur).await? {
        let emploi = emplois.on(date);
        if emploi.map(|e| e.structure) == employeur {
            continue;
        }
        let mut a = store::fetch(tx, id).await?;
        let avant = Image::of(&a).map(|i| i.text());
        a.rattachement.employeur = emploi.map(|e| e.structure);
        role(emploi).clone_into(&mut a.rattachement.role);
        if a.rattachement.commune.is_none() {
            a.rattachement.departement = seat(tx, emploi).await?;
        }
        let pourquoi = "Le contrat à cette date a été corrigé.";
        move_to(tx, &a, avant, pourquoi).await?;
        deplacees += 1;
    }
    Ok(deplacees)
}

/// Moves the activities of a place to its commune, once its address is
/// corrected. Returns how many moved; each leaves a step in its history.
///
/// # Errors
/// `Erreur::Base`.
pub async fn follow_place(
    tx: &mut Tx,
    lieu: Uuid,
    commune: &str,
    departement: &str,
) -> Resultat<usize> {
    let ids = lecture::elsewhere(tx, lieu, commune).await?;
    for id in &ids {
        let mut a = store::fetch(tx, *id).await?;
        let avant = Image::of(&a).map(|i| i.text());
        a.rattachement.commune = Some(commune.to_owned());
        a.rattachement.departement = Some(departement.to_owned());
        let pourquoi = "L'adresse du lieu a été corrigée.";
        move_to(tx, &a, avant, pourquoi).await?;
    }
    Ok(ids.len())
}

/// Tells the statistics journal to read an activity again: something that hangs
/// on it changed, its image did not.
///
/// # Errors
/// `Erreur::Base`.
pub(crate) async fn touch(tx: &mut Tx, id: Uuid) -> Resultat<()> {
    let a = store::fetch(tx, id).await?;
    let Some(image) = Image::of(&a).map(|i| i.text()) else {
        return Ok(());
    };
    let revision = image::next_revision(tx).await?;
    store::set_attachment(tx, &a, revision).await?;
    image::append(tx, revision, id, Some(image.clone()), Some(image)).await
}

/// Writes where an activity now counts, with its image and its history.
async fn move_to(tx: &mut Tx, a: &Activite, avant: Option<String>, pourquoi: &str) -> Resultat<()> {
    let revision = image::next_revision(tx).await?;
    store::set_attachment(tx, a, revision).await?;
    let apres = Image::of(a).map(|i| i.text());
    image::append(tx, revision, a.id, avant, apres).await?;
    historique::append(
        tx,
        &Acteur::systeme(),
        "activite",
        a.id,
        Some(a.etat.cle()),
        "rattachee",
        Some(pourquoi),
    )
    .await
}

/// Days of contract changes a nightly run looks back at: one run may be missed.
pub(super) const RETOUR_JOURS: i64 = 3;

/// Looks again at the employers nobody knew yet, and at the activities of
/// people whose contracts changed in the last days. Returns how many moved.
/// One transaction for each person or place: whoever saves at night waits for
/// one of them, never for all.
///
/// # Errors
/// `Erreur::Base`.
pub async fn resolve_all(base: &Base) -> Resultat<usize> {
    let mut tx = base.read().await?;
    let depuis = tx.now() - SignedDuration::from_hours(24 * RETOUR_JOURS);
    let mut auteurs = voisins::contracts_changed_since(&mut tx, depuis).await?;
    auteurs.extend(lecture::unattached_authors(&mut tx).await?);
    auteurs.sort_unstable();
    auteurs.dedup();
    let lieux = voisins::places_changed_since(&mut tx, depuis).await?;
    drop(tx);
    let mut n = 0;
    for auteur in auteurs {
        let mut tx = base.write().await?;
        n += resolve_again(&mut tx, auteur).await?;
        tx.commit().await?;
    }
    for (lieu, commune, departement) in lieux {
        let mut tx = base.write().await?;
        n += follow_place(&mut tx, lieu, &commune, &departement).await?;
        tx.commit().await?;
    }
    Ok(n)
}
