//! Filing: in public or from the space of a structure, then confirmed by the
//! link mailed to the contact (spec 10 §4.3).

use jiff::SignedDuration;
use socle::{
    Acteur, Erreur, Resultat, Role, Tx, commande,
    courrier::{self, Message},
    crypto::sha256_hex,
    francais,
};
use uuid::Uuid;

use super::{Candidature, Etat, Saisie, competent, store};
use crate::{
    campagne,
    commun::{own_structures, step},
    poste,
    structure::{self, Structure},
};

/// How long the confirmation link lasts.
const LIEN: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Files an application and mails the link; gives its number.
///
/// # Errors
/// `Erreur::Saisie` field by field; `Erreur::Conflit` for a form already sent
/// with other answers.
pub async fn file(tx: &mut Tx, acteur: &Acteur, s: &Saisie, site: &str) -> Resultat<String> {
    if !s.site_web.is_empty() {
        // A robot filled in the field people do not see: it learns nothing.
        return Err(Erreur::Introuvable);
    }
    let empreinte = commande::empreinte(s);
    if let Some(deja) = commande::claim(
        tx,
        acteur,
        &s.id_commande,
        "candidature.deposer",
        &empreinte,
    )
    .await?
    {
        return Ok(deja);
    }
    let id_campagne: Uuid = s
        .campagne
        .parse()
        .map_err(|_| Erreur::field("campagne", "Choisissez une campagne."))?;
    let c = match campagne::get(tx, id_campagne).await {
        Err(Erreur::Introuvable) => {
            return Err(Erreur::field("campagne", "Choisissez une campagne."));
        }
        autre => autre?,
    };
    let jour = tx.today();
    if let Some(pourquoi) = c.closed_on(jour) {
        return Err(Erreur::field("campagne", pourquoi));
    }
    let connue = own(tx, acteur, &s.structure).await?;
    let lue = s.read(tx, &c, connue.as_ref()).await?;
    let id = tx.new_id();
    let n = poste::next_number(tx, &format!("candidature:{}", jour.year())).await?;
    let jeton = tx.ids().token();
    let (depose_le, expire) = (tx.now(), tx.now() + LIEN);
    let candidature = Candidature {
        id,
        numero: format!("CAND-{}-{n:05}", jour.year()),
        campagne: c.id,
        structure: connue.as_ref().map(|s| s.id),
        structure_nom: lue.nom,
        departement: competent(&lue.parts, lue.siege.departement),
        commune_insee: lue.siege.code.to_owned(),
        nature: if c.genre == campagne::Genre::AppelCoordinateur {
            poste::Nature::Coordinateur
        } else {
            poste::Nature::Conseiller
        },
        nombre_postes: lue.nombre_postes,
        etat: Etat::Deposee,
        etat_precedent: None,
        etat_depuis: jour,
        avis_limite: None,
        dossier: lue.dossier,
        version: 1,
        depose_le,
    };
    let i = store::Insertion {
        c: &candidature,
        contact: &lue.contact,
        parts: &lue.parts,
        jeton: Some((sha256_hex(jeton.as_bytes()), expire)),
    };
    store::insert(tx, &i).await?;
    step(
        tx,
        acteur,
        ("candidature", "candidature.deposer"),
        id,
        None,
        Etat::Deposee.cle(),
        None,
    )
    .await?;
    // P01.
    let texte = format!(
        "Bonjour,\n\nVous avez déposé la candidature {} pour {}.\n\nConfirmez-la avant le {} en ouvrant ce lien :\n{site}/candidatures/confirmer/{jeton}\n\nSans confirmation, elle ne sera pas étudiée. Si vous n'êtes pas à l'origine de cette demande, ignorez ce message.\n",
        candidature.numero,
        candidature.structure_nom,
        francais::date(expire.to_zoned_datetime(socle::clock::paris()).date()),
    );
    let m = Message {
        a: &lue.contact.courriel,
        sujet: "Confirmez votre candidature",
        texte: &texte,
        cle: &format!("P01:{id}"),
    };
    courrier::send(tx, m).await?;
    commande::conclude(tx, acteur, &s.id_commande, &candidature.numero).await?;
    Ok(candidature.numero)
}

/// The structure somebody signed in applies for.
async fn own(tx: &mut Tx, acteur: &Acteur, choisie: &str) -> Resultat<Option<Structure>> {
    if acteur.role != Role::GestionnaireStructure {
        return Ok(None);
    }
    let miennes = own_structures(&acteur.perimetre);
    let id = match (miennes, choisie.parse::<Uuid>()) {
        ([seule], _) => *seule,
        (_, Ok(id)) if miennes.contains(&id) => id,
        _ => {
            return Err(Erreur::field(
                "structure",
                "Choisissez la structure qui candidate.",
            ));
        }
    };
    Ok(Some(structure::get_in(tx, &acteur.perimetre, id).await?))
}
