//! Use cases of the school holidays.

use jiff::civil::Date;
use socle::{Acteur, Action, Erreur, Resultat, Role, Tx, crypto, journal};

use super::{Conge, Vacances, read, store, zone};

/// Loading the calendar (spec 30 §1.5).
pub static CHARGER: Action = Action::new(
    "vacances.charger",
    &[Role::Administrateur],
    "Seule l'ANCT charge le calendrier scolaire.",
);

/// Days between two holidays of one school year, at most: beyond, the
/// calendar has a hole and the answer is « À confirmer ».
const TROU: i64 = 100;

/// Loads a calendar; periods already known are replaced. Gives their number.
///
/// # Errors
/// `Erreur::Interdit`, `Erreur::Saisie` with the first wrong line, `Erreur::Base`.
pub async fn load(tx: &mut Tx, acteur: &Acteur, contenu: &[u8]) -> Resultat<usize> {
    acteur.require(&CHARGER)?;
    if contenu.is_empty() {
        return Err(Erreur::field("fichier", "Choisissez un fichier."));
    }
    let calendrier = read(contenu);
    if let Some(a) = calendrier.anomalies.first() {
        return Err(Erreur::field(
            "fichier",
            format!("Ligne {} : {}", a.ligne, a.message),
        ));
    }
    for c in &calendrier.conges {
        store::put(tx, c).await?;
    }
    let empreinte = crypto::sha256_hex(contenu);
    let donnees =
        serde_json::json!({ "empreinte": empreinte, "periodes": calendrier.conges.len() });
    journal::record(
        tx,
        acteur,
        "vacances.charger",
        "vacances",
        &empreinte,
        donnees,
    );
    Ok(calendrier.conges.len())
}

/// Whether a day is in the school holidays of a département.
///
/// # Errors
/// `Erreur::Base`.
pub async fn vacances(tx: &mut Tx, departement: &str, le: Date) -> Resultat<Vacances> {
    let Some(zone) = zone(departement) else {
        return Ok(Vacances::AConfirmer);
    };
    Ok(match store::around(tx, zone, le).await? {
        (Some(c), _) if c.fin >= le => Vacances::Oui(c),
        // Between two holidays of a calendar without a hole.
        (Some(a), Some(b)) if socle::francais::days(a.fin, b.debut) <= TROU => Vacances::Non,
        _ => Vacances::AConfirmer,
    })
}

/// All periods, the latest first.
///
/// # Errors
/// `Erreur::Base`.
pub async fn all(tx: &mut Tx) -> Resultat<Vec<Conge>> {
    store::all(tx).await
}
