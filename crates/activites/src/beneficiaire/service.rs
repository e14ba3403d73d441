//! Use cases of the register.

use serde_json::json;
use socle::{Acteur, Action, Erreur, Resultat, Tx, commande, historique, journal};
use uuid::Uuid;
use web::Champs;

use super::{Beneficiaire, Correction, Etat, Fiche, corps, doublon, saisie, store};
use crate::{activite, sync::version, texte_libre, vocabulaire::Vocabulaires, voisins};

pub static SUIVRE: Action = Action::new(
    "beneficiaire.suivre",
    crate::AUTEURS,
    "Seule la personne qui accompagne un bénéficiaire ouvre sa fiche.",
);

/// Opens a file. The same form sent twice opens one.
///
/// # Errors
/// `Erreur::Saisie` with a message per field.
pub async fn create(
    tx: &mut Tx,
    acteur: &Acteur,
    id_commande: &str,
    champs: &Champs,
) -> Resultat<Uuid> {
    acteur.require(&SUIVRE)?;
    let referent = acteur.personne.ok_or(Erreur::Introuvable)?;
    let aujourdhui = voisins::today(tx, referent).await?;
    let voc = Vocabulaires::on(tx, aujourdhui).await?;
    let emploi = voisins::employment(tx, referent, aujourdhui).await?;
    let ou = workplace(tx, emploi.map(|e| e.structure)).await?;
    let fiche = saisie::read(champs, &voc, aujourdhui, ou.as_deref()).map_err(Erreur::Saisie)?;
    let empreinte = commande::empreinte(&fiche);
    if let Some(faite) =
        commande::claim(tx, acteur, id_commande, "beneficiaire.creer", &empreinte).await?
    {
        return faite.parse().map_err(|_| Erreur::Introuvable);
    }
    let structure = emploi.map(|e| e.structure);
    if champs.get("confirme_doublon") != "oui"
        && !doublon::service::lookalikes(tx, acteur, &fiche, structure)
            .await?
            .is_empty()
    {
        return Err(Erreur::field(
            "confirme_doublon",
            "Une fiche ressemble à celle-ci. Ouvrez-la, ou confirmez que c'est une autre personne.",
        ));
    }
    let b = Beneficiaire {
        id: tx.new_id(),
        structure,
        referent,
        fiche,
        version: 1,
        cree_le: tx.now(),
    };
    store::insert(tx, &b).await?;
    historique::append(tx, acteur, "beneficiaire", b.id, None, "active", None).await?;
    journal::record(
        tx,
        acteur,
        "beneficiaire.creer",
        "beneficiaire",
        b.id,
        json!({}),
    );
    commande::conclude(tx, acteur, id_commande, &b.id.to_string()).await?;
    Ok(b.id)
}

/// Opens a file whose id a device chose; the caller checked that it is new.
///
/// # Errors
/// `Erreur::Saisie` with a message per field.
pub async fn create_as(tx: &mut Tx, acteur: &Acteur, id: Uuid, champs: &Champs) -> Resultat<()> {
    acteur.require(&SUIVRE)?;
    let referent = acteur.personne.ok_or(Erreur::Introuvable)?;
    let aujourdhui = voisins::today(tx, referent).await?;
    let voc = Vocabulaires::on(tx, aujourdhui).await?;
    let structure = voisins::employment(tx, referent, aujourdhui)
        .await?
        .map(|e| e.structure);
    let ou = workplace(tx, structure).await?;
    let b = Beneficiaire {
        id,
        structure,
        referent,
        fiche: saisie::read(champs, &voc, aujourdhui, ou.as_deref()).map_err(Erreur::Saisie)?,
        version: 1,
        cree_le: tx.now(),
    };
    store::insert(tx, &b).await?;
    historique::append(tx, acteur, "beneficiaire", id, None, "active", None).await?;
    journal::record(
        tx,
        acteur,
        "beneficiaire.creer",
        "beneficiaire",
        id,
        json!({ "source": "hors_ligne" }),
    );
    Ok(())
}

/// Opens a file to read it, which is noted (§1).
///
/// # Errors
/// `Erreur::Introuvable` for somebody else's.
pub async fn open(tx: &mut Tx, acteur: &Acteur, id: Uuid) -> Resultat<Beneficiaire> {
    let droit = acteur.require(&SUIVRE)?;
    let b = store::open(tx, &droit, id).await?;
    journal::record(
        tx,
        acteur,
        "beneficiaire.lire",
        "beneficiaire",
        id,
        json!({}),
    );
    Ok(b)
}

/// The département of a structure, for short phone numbers.
async fn workplace(tx: &mut Tx, structure: Option<Uuid>) -> Resultat<Option<String>> {
    Ok(match structure {
        Some(s) => Some(voisins::seat(tx, s).await?.1),
        None => None,
    })
}

/// One's own file, locked.
///
/// # Errors
/// `Erreur::Introuvable` for somebody else's.
pub async fn load(tx: &mut Tx, acteur: &Acteur, id: Uuid) -> Resultat<Beneficiaire> {
    let droit = acteur.require(&SUIVRE)?;
    store::load(tx, &droit, id).await
}

/// A file as it is, and as a form says it should be.
///
/// # Errors
/// `Erreur::Saisie`, `Erreur::Introuvable`.
pub async fn read_change(
    tx: &mut Tx,
    acteur: &Acteur,
    id: Uuid,
    champs: &Champs,
) -> Resultat<(Beneficiaire, Fiche)> {
    let b = load(tx, acteur, id).await?;
    let aujourdhui = voisins::today(tx, b.referent).await?;
    let voc = Vocabulaires::on(tx, aujourdhui).await?;
    let ou = workplace(tx, b.structure).await?;
    let mut fiche =
        saisie::read(champs, &voc, aujourdhui, ou.as_deref()).map_err(Erreur::Saisie)?;
    fiche.informe_le = b.fiche.informe_le.or(fiche.informe_le);
    Ok((b, fiche))
}

/// Writes what a file becomes, and keeps what it was. What the form says of
/// each field that changed decides whether the past follows (`portee_*`:
/// `correction` or `changement`).
///
/// # Errors
/// `Erreur::Base`.
pub async fn write_change(
    tx: &mut Tx,
    acteur: &Acteur,
    mut b: Beneficiaire,
    fiche: Fiche,
    champs: &Champs,
) -> Resultat<()> {
    version::keep(
        tx,
        version::BENEFICIAIRE,
        b.id,
        b.version,
        &corps::write(&b.fiche),
    )
    .await?;
    let corrige = correction(&b.fiche, &fiche, champs);
    b.fiche = fiche;
    b.version += 1;
    if !corrige.is_empty() {
        activite::service::correct_person(tx, &b, corrige).await?;
    }
    store::update(tx, &b).await?;
    historique::append(
        tx,
        acteur,
        "beneficiaire",
        b.id,
        Some("active"),
        "active",
        None,
    )
    .await?;
    journal::record(
        tx,
        acteur,
        "beneficiaire.modifier",
        "beneficiaire",
        b.id,
        json!({ "version": b.version, "correction": !corrige.is_empty() }),
    );
    Ok(())
}

/// What the past follows, among the fields that changed (§2.1): by default
/// gender and year of birth are corrections, status and commune are changes of
/// situation. When somebody was first known is always a correction.
fn correction(avant: &Fiche, apres: &Fiche, champs: &Champs) -> Correction {
    let past = |portee: &str, defaut: bool| match champs.get(portee) {
        "correction" => true,
        "changement" => false,
        _ => defaut,
    };
    Correction {
        genre: avant.genre != apres.genre && past("portee_genre", true),
        annee: avant.annee_naissance != apres.annee_naissance && past("portee_annee", true),
        statut: avant.statut != apres.statut && past("portee_statut", false),
        commune: avant.commune_residence != apres.commune_residence
            && past("portee_commune", false),
        connu: avant.connu_depuis != apres.connu_depuis,
    }
}

/// The files that look like what is being typed, for the form to show.
///
/// # Errors
/// `Erreur::Base`.
pub async fn lookalikes(
    tx: &mut Tx,
    acteur: &Acteur,
    champs: &Champs,
) -> Resultat<Vec<(Beneficiaire, i64)>> {
    let referent = acteur.personne.ok_or(Erreur::Introuvable)?;
    let aujourdhui = voisins::today(tx, referent).await?;
    let voc = Vocabulaires::on(tx, aujourdhui).await?;
    let structure = voisins::employment(tx, referent, aujourdhui)
        .await?
        .map(|e| e.structure);
    let ou = workplace(tx, structure).await?;
    match saisie::read(champs, &voc, aujourdhui, ou.as_deref()) {
        Ok(fiche) => doublon::service::lookalikes(tx, acteur, &fiche, structure).await,
        Err(_) => Ok(Vec::new()),
    }
}

/// Limits a file (the person contests it, or objects): readable by its
/// référent, out of lists and exports, figures unchanged. For the référent, or
/// the dpo under a running access.
///
/// # Errors
/// `Erreur::Introuvable`, `Erreur::Interdit`, `Erreur::Saisie`.
pub async fn limit(tx: &mut Tx, acteur: &Acteur, id: Uuid, motif: &str) -> Resultat<()> {
    let b = to_decide(tx, acteur, id).await?;
    let motif = reason(motif)?;
    if store::life(tx, b.id).await?.etat == Etat::Limitee {
        return Ok(());
    }
    store::set_limit(tx, id, Some(&motif)).await?;
    note_state(tx, acteur, id, Etat::Active, Etat::Limitee).await
}

/// Lifts a limitation.
///
/// # Errors
/// As [`limit`].
pub async fn lift(tx: &mut Tx, acteur: &Acteur, id: Uuid, motif: &str) -> Resultat<()> {
    let b = to_decide(tx, acteur, id).await?;
    reason(motif)?;
    if store::life(tx, b.id).await?.etat == Etat::Active {
        return Ok(());
    }
    store::set_limit(tx, id, None).await?;
    note_state(tx, acteur, id, Etat::Limitee, Etat::Active).await
}

async fn note_state(tx: &mut Tx, acteur: &Acteur, id: Uuid, de: Etat, vers: Etat) -> Resultat<()> {
    historique::append(
        tx,
        acteur,
        "beneficiaire",
        id,
        Some(de.cle()),
        vers.cle(),
        None,
    )
    .await?;
    journal::record(
        tx,
        acteur,
        "beneficiaire.changer_etat",
        "beneficiaire",
        id,
        json!({ "etat": vers.cle() }),
    );
    Ok(())
}

/// A file whose fate one decides: its référent, or the dpo under an access.
async fn to_decide(tx: &mut Tx, acteur: &Acteur, id: Uuid) -> Resultat<Beneficiaire> {
    let droit = acteur.require(&super::anonymisation::EFFACER)?;
    if acteur.role == socle::Role::Dpo {
        return super::acces::read(tx, acteur, id).await;
    }
    let b = store::open(tx, &droit, id).await?;
    if acteur.personne == Some(b.referent) {
        Ok(b)
    } else {
        Err(Erreur::Interdit(
            "Seul le référent de la personne décide de sa fiche.".into(),
        ))
    }
}

/// A reason of 10 to 500 characters.
fn reason(motif: &str) -> Resultat<String> {
    let motif = motif.trim();
    let mut e = socle::Saisies::new();
    if !(10..=500).contains(&motif.chars().count()) {
        e.add("motif", "Écrivez le motif, de 10 à 500 caractères.");
    }
    texte_libre::judge_reason(motif, "motif", &mut e);
    e.check()?;
    Ok(motif.to_owned())
}
