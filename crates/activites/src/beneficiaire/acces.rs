//! Opening a file one does not follow (spec 20 §1): a reason of 20 characters
//! at least, one hour, journalled, told to the référent. For the responsable
//! of the structure, and for the dpo who answers a person's request.

use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use socle::{
    Acteur, Action, Erreur, Resultat, Role, Saisies, Tx,
    courrier::{self, Message},
    francais, historique, journal, params, sql,
};
use uuid::Uuid;

use super::{Beneficiaire, store};
use crate::texte_libre;

pub static OUVRIR: Action = Action::new(
    "beneficiaire.acces_exceptionnel",
    &[Role::GestionnaireStructure, Role::Dpo],
    "Une fiche s'ouvre par la personne qui suit le bénéficiaire ; à titre exceptionnel, par le responsable de la structure ou le délégué à la protection des données.",
);

const DUREE: SignedDuration = SignedDuration::from_hours(1);
const MOTIF_MIN: usize = 20;

/// The end of the access somebody has now to a file, if any. Also proves that
/// the file is in their perimeter.
///
/// # Errors
/// `Erreur::Introuvable` for a file of another structure.
pub async fn current(
    tx: &mut Tx,
    acteur: &Acteur,
    id: Uuid,
) -> Resultat<(Beneficiaire, Option<Timestamp>)> {
    let droit = acteur.require(&OUVRIR)?;
    let b = store::load_in_structure(tx, &droit, id).await?;
    let moi = acteur.personne.ok_or(Erreur::Introuvable)?;
    let maintenant = tx.now();
    let jusqua = tx
        .row(
            sql!(
                "SELECT max(jusqua) AS jusqua FROM beneficiaire_acces
                 WHERE beneficiaire = $1 AND personne = $2 AND jusqua > $3"
            ),
            params![id, moi, maintenant],
        )
        .await?
        .and_then(|l| l.get::<Option<Timestamp>>("jusqua").transpose())
        .transpose()?;
    Ok((b, jusqua))
}

/// Opens a file for one hour and tells its référent.
///
/// # Errors
/// `Erreur::Introuvable`; `Erreur::Saisie` for a reason too short.
pub async fn open(tx: &mut Tx, acteur: &Acteur, id: Uuid, motif: &str, url: &str) -> Resultat<()> {
    let (b, deja) = current(tx, acteur, id).await?;
    if deja.is_some() {
        return Ok(());
    }
    let motif = motif.trim();
    let mut e = Saisies::new();
    if !(MOTIF_MIN..=500).contains(&motif.chars().count()) {
        e.add("motif", "Écrivez le motif, de 20 à 500 caractères.");
    }
    texte_libre::judge_reason(motif, "motif", &mut e);
    e.check()?;
    let moi = acteur.personne.ok_or(Erreur::Introuvable)?;
    let (acces, le) = (tx.new_id(), tx.now());
    let scelle = tx.seal("beneficiaire_acces", "motif", acces, motif);
    tx.execute(
        sql!(
            "INSERT INTO beneficiaire_acces (id, beneficiaire, personne, motif, le, jusqua)
             VALUES ($1, $2, $3, $4, $5, $6)"
        ),
        params![acces, id, moi, scelle, le, le + DUREE],
    )
    .await?;
    historique::append(
        tx,
        acteur,
        "beneficiaire",
        id,
        None,
        "acces_exceptionnel",
        None,
    )
    .await?;
    journal::record(
        tx,
        acteur,
        "beneficiaire.acces_exceptionnel",
        "beneficiaire",
        id,
        json!({ "acces": acces }),
    );
    tell(tx, acteur, &b, motif, url).await
}

async fn tell(
    tx: &mut Tx,
    acteur: &Acteur,
    b: &Beneficiaire,
    motif: &str,
    url: &str,
) -> Resultat<()> {
    let referent = match comptes::personne::get(tx, b.referent).await {
        Ok(p) => p,
        Err(Erreur::Introuvable) => return Ok(()),
        Err(e) => return Err(e),
    };
    let le = francais::instant(tx.now(), &socle::clock::paris());
    let texte = format!(
        "Bonjour,\n\nUne fiche que vous suivez a été ouverte à titre exceptionnel le {le}, pour une heure, par {} ({}).\n\nMotif : {motif}\n\nLa fiche : {url}/beneficiaires/{}\n\nChaque lecture est inscrite au journal. Si ce motif vous surprend, écrivez au délégué à la protection des données.",
        acteur.nom,
        acteur.role.libelle(),
        b.id,
    );
    courrier::send(
        tx,
        Message {
            a: &referent.courriel,
            sujet: "Une fiche que vous suivez a été ouverte",
            texte: &texte,
            cle: "",
        },
    )
    .await
}

/// Reads a file under an access that runs, which is noted.
///
/// # Errors
/// `Erreur::Interdit` without a running access.
pub async fn read(tx: &mut Tx, acteur: &Acteur, id: Uuid) -> Resultat<Beneficiaire> {
    let (b, jusqua) = current(tx, acteur, id).await?;
    if jusqua.is_none() {
        return Err(Erreur::Interdit(
            "Donnez d'abord le motif de cette ouverture exceptionnelle.".into(),
        ));
    }
    journal::record(
        tx,
        acteur,
        "beneficiaire.lire",
        "beneficiaire",
        id,
        json!({ "exceptionnel": true }),
    );
    Ok(b)
}

/// Accesses to a file, the latest first: who, when.
///
/// # Errors
/// `Erreur::Base`.
pub async fn list(tx: &mut Tx, id: Uuid) -> Resultat<Vec<(Uuid, Timestamp)>> {
    tx.rows(
        sql!("SELECT personne, le FROM beneficiaire_acces WHERE beneficiaire = $1 ORDER BY le DESC LIMIT 50"),
        params![id],
    )
    .await?
    .iter()
    .map(|l| Ok((l.get("personne")?, l.get("le")?)))
    .collect()
}

/// Reasons may speak of the person: they go with the file.
///
/// # Errors
/// `Erreur::Base`.
pub async fn forget(tx: &mut Tx, id: Uuid) -> Resultat<()> {
    tx.execute(
        sql!("DELETE FROM beneficiaire_acces WHERE beneficiaire = $1"),
        params![id],
    )
    .await?;
    Ok(())
}

/// How a file is looked for by somebody who does not follow the person: its
/// exact phone or address.
///
/// # Errors
/// `Erreur::Base`.
pub async fn find(tx: &mut Tx, acteur: &Acteur, texte: &str) -> Resultat<Vec<Uuid>> {
    let droit = acteur.require(&OUVRIR)?;
    let mail = texte.trim().to_lowercase();
    let courriel = tx.blind("beneficiaire.courriel", &mail);
    let numero = super::telephone::read(texte, None).unwrap_or_default();
    let telephone = tx.blind("beneficiaire.telephone", &numero);
    tx.rows_in(
        sql!(
            "SELECT b.id FROM beneficiaire b
             WHERE (b.courriel_index = $2 OR b.telephone_index = $3) AND (b.etat = 'active' OR b.etat = 'limitee')
               AND perimetre(-, b.structure, -) ORDER BY b.id LIMIT 20"
        ),
        droit.perimetre(),
        params![courriel, telephone],
    )
    .await?
    .iter()
    .map(|l| l.get("id"))
    .collect()
}
