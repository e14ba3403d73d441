//! What the opérateur, the préfecture and the structure do with a file.

use socle::{
    Acteur, Erreur, Resultat, Role, Saisies, Tx,
    courrier::{self, Message},
    francais,
};
use uuid::Uuid;

use super::{Candidature, Etat, Evenement, store};
use crate::{
    campagne,
    commun::{check_version, free_text, stale, step, write_to_role},
    structure,
};

/// One step of the file.
///
/// # Errors
/// `Erreur::Interdit` for another role, `Erreur::Introuvable` outside the
/// perimeter, `Erreur::Conflit` when the state does not allow it any more.
pub async fn act(
    tx: &mut Tx,
    acteur: &Acteur,
    id: Uuid,
    evenement: Evenement,
    version: &str,
    motif: &str,
    site: &str,
) -> Resultat<()> {
    let droit = acteur.require(evenement.action())?;
    let c = store::load(tx, &droit, id).await?;
    check_version(c.version, version)?;
    let vers = evenement
        .target(c.etat, c.etat_precedent)
        .ok_or_else(stale)?;
    let motif = reason(evenement, motif)?;
    if evenement == Evenement::DeclarerRecevable {
        eligible(tx, &c).await?;
    }
    let limite = deadline(tx, &c, evenement).await?;
    store::set_state(tx, &c, vers, limite).await?;
    let note = Some(motif.as_str()).filter(|m| !m.is_empty());
    step(
        tx,
        acteur,
        ("candidature", "candidature.etat"),
        id,
        Some(c.etat.cle()),
        vers.cle(),
        note,
    )
    .await?;
    if c.etat == Etat::Inscrite {
        crate::comite::remove_point(tx, id).await?;
    }
    if evenement == Evenement::DeclarerRecevable {
        notify_prefecture(tx, &c, limite, site).await?;
    }
    write_to(tx, &c, vers, &motif, limite, site).await
}

/// P02: a new file and its deadline.
async fn notify_prefecture(
    tx: &mut Tx,
    c: &Candidature,
    limite: Option<jiff::civil::Date>,
    site: &str,
) -> Resultat<()> {
    let texte = format!(
        "Bonjour,\n\nLa candidature {} de {} attend votre avis avant le {}.\n\nLe dossier : {site}/candidatures/{}\n",
        c.numero,
        c.structure_nom,
        limite.map(francais::date).unwrap_or_default(),
        c.id
    );
    let cle = format!("P02:{}", c.id);
    let sujet = "Une candidature attend votre avis";
    write_to_role(tx, Role::Prefecture, &c.departement, sujet, &texte, &cle).await
}

fn reason(evenement: Evenement, motif: &str) -> Resultat<String> {
    let min = evenement.min_motif();
    if min == 0 {
        return Ok(motif.trim().to_owned());
    }
    let mut e = Saisies::new();
    let m = free_text(&mut e, "motif", motif, min, 2000);
    e.check()?;
    Ok(m)
}

/// Eligible type; the register need not be reachable (spec 10 §1.2).
async fn eligible(tx: &mut Tx, c: &Candidature) -> Resultat<()> {
    let s = structure::get(tx, c.structure.ok_or(Erreur::Introuvable)?).await?;
    if s.nature == structure::Nature::NonEligible {
        return Err(Erreur::Conflit(
            "Ce type de structure ne peut pas porter un poste : déclarez la candidature irrecevable.".into(),
        ));
    }
    Ok(())
}

/// End of the prefect's delay: set when admissible, moved by the days a
/// complement took.
async fn deadline(
    tx: &mut Tx,
    c: &Candidature,
    evenement: Evenement,
) -> Resultat<Option<jiff::civil::Date>> {
    let jour = tx.today();
    Ok(match evenement {
        Evenement::DeclarerRecevable => {
            let delai = campagne::get(tx, c.campagne).await?.delai_avis_jours;
            Some(francais::plus_days(
                jour,
                i32::try_from(delai).unwrap_or(30),
            ))
        }
        Evenement::Completer => c.avis_limite.map(|l| {
            let pause = francais::days(c.etat_depuis, jour);
            francais::plus_days(l, i32::try_from(pause).unwrap_or(0))
        }),
        _ => c.avis_limite,
    })
}

/// E-mails of spec 15 §11 to the structure (P03, P04).
async fn write_to(
    tx: &mut Tx,
    c: &Candidature,
    vers: Etat,
    motif: &str,
    limite: Option<jiff::civil::Date>,
    site: &str,
) -> Resultat<()> {
    let (sujet, texte) = match vers {
        Etat::Irrecevable => (
            "Votre candidature est irrecevable",
            format!(
                "La candidature {} est déclarée irrecevable.\n\nMotif : {motif}\n\nVous pouvez en déposer une nouvelle à la prochaine campagne. Vous disposez de deux mois pour un recours gracieux ou contentieux.",
                c.numero
            ),
        ),
        Etat::Doublon => (
            "Votre candidature fait doublon",
            format!("La candidature {} fait doublon : {motif}", c.numero),
        ),
        Etat::Complement => (
            "Complétez votre candidature",
            format!(
                "Il manque des éléments à la candidature {} :\n\n{motif}",
                c.numero
            ),
        ),
        Etat::AvisAttendu => (
            "Votre candidature est recevable",
            format!(
                "La candidature {} est recevable. La préfecture rend son avis avant le {}.",
                c.numero,
                limite.map(francais::date).unwrap_or_default()
            ),
        ),
        _ => return Ok(()),
    };
    let contact = store::open_contact(tx, c.id).await?;
    let texte = format!(
        "Bonjour,\n\n{texte}\n\nVotre dossier : {site}/candidatures/{}\n",
        c.id
    );
    let m = Message {
        a: &contact.courriel,
        sujet,
        texte: &texte,
        cle: &format!("candidature:{}:{}", c.id, c.version),
    };
    courrier::send(tx, m).await
}
