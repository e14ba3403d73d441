//! Use cases of coordination.

use jiff::civil::Date;
use serde_json::json;
use socle::{Acteur, Action, Erreur, Perimetre, Resultat, Role, Tx, commande, historique, journal};
use uuid::Uuid;
use web::Champs;

use super::{Contenu, Coordination, Genre, saisie, store};
use crate::{vocabulaire::Vocabulaires, voisins};

pub static ECRIRE: Action = Action::new(
    "coordination.ecrire",
    &[Role::Coordinateur],
    "Seul un coordinateur enregistre son activité de coordination.",
);
pub static LIRE: Action = Action::new(
    "coordination.lire",
    &[
        Role::Coordinateur,
        Role::GestionnaireStructure,
        Role::Administrateur,
        Role::AnimationNationale,
    ],
    "L'activité de coordination se lit par son auteur, son employeur et l'ANCT.",
);

/// What somebody may read: a coordinateur, their own reports.
#[must_use]
pub fn reach(acteur: &Acteur) -> Perimetre {
    match (acteur.role, acteur.personne) {
        (Role::Coordinateur, Some(moi)) => Perimetre::Soi(moi),
        (Role::Coordinateur, None) => Perimetre::Aucun,
        _ => acteur.perimetre.clone(),
    }
}

/// # Errors
/// `Erreur::Introuvable` outside what the person may read.
pub async fn read(tx: &mut Tx, acteur: &Acteur, id: Uuid) -> Resultat<Coordination> {
    acteur.require(&LIRE)?;
    let c = store::read(tx, &reach(acteur), id).await?;
    if c.supprimee && acteur.personne != Some(c.auteur) {
        return Err(Erreur::Introuvable);
    }
    Ok(c)
}

async fn own(tx: &mut Tx, acteur: &Acteur, id: Uuid) -> Resultat<Coordination> {
    acteur.require(&ECRIRE)?;
    tx.lock("coordination").await?;
    store::read(tx, &reach(acteur), id).await
}

async fn check(tx: &mut Tx, auteur: Uuid, genre: Genre, champs: &Champs) -> Resultat<Contenu> {
    let aujourdhui = voisins::today(tx, auteur).await?;
    let date = crate::activite::saisie::date(champs, aujourdhui).unwrap_or(aujourdhui);
    let voc = Vocabulaires::on(tx, date).await?;
    saisie::read(genre, champs, &voc, aujourdhui).map_err(Erreur::Saisie)
}

/// The employer at the date and the département a report counts in.
async fn attach(
    tx: &mut Tx,
    acteur: &Acteur,
    auteur: Uuid,
    date: Date,
) -> Resultat<(Option<Uuid>, Option<String>)> {
    if let Some(e) = voisins::employment(tx, auteur, date).await? {
        let departement = voisins::seat(tx, e.structure).await?.1;
        return Ok((Some(e.structure), Some(departement)));
    }
    Ok((
        None,
        match &acteur.perimetre {
            Perimetre::Departements(d) => d.first().cloned(),
            _ => None,
        },
    ))
}

/// Records a report; the same form twice records one.
///
/// # Errors
/// `Erreur::Saisie` with a message per field.
pub async fn record(tx: &mut Tx, acteur: &Acteur, genre: Genre, champs: &Champs) -> Resultat<Uuid> {
    acteur.require(&ECRIRE)?;
    let auteur = acteur.personne.ok_or(Erreur::Introuvable)?;
    let contenu = check(tx, auteur, genre, champs).await?;
    let cle = champs.get("id_commande");
    let empreinte = commande::empreinte(&contenu);
    if let Some(faite) =
        commande::claim(tx, acteur, cle, "coordination.enregistrer", &empreinte).await?
    {
        return faite.parse().map_err(|_| Erreur::Introuvable);
    }
    let (employeur, departement) = attach(tx, acteur, auteur, contenu.date).await?;
    let c = Coordination {
        id: tx.new_id(),
        auteur,
        contenu,
        employeur,
        departement,
        supprimee: false,
        version: 1,
    };
    store::insert(tx, &c).await?;
    step(
        tx,
        acteur,
        c.id,
        None,
        "enregistree",
        "coordination.enregistrer",
    )
    .await?;
    commande::conclude(tx, acteur, cle, &c.id.to_string()).await?;
    Ok(c.id)
}

/// Changes one's own report.
///
/// # Errors
/// `Erreur::Saisie`; `Erreur::Conflit` when it changed meanwhile.
pub async fn modify(tx: &mut Tx, acteur: &Acteur, id: Uuid, champs: &Champs) -> Resultat<()> {
    let mut c = own(tx, acteur, id).await?;
    if c.supprimee {
        return Err(Erreur::Conflit(
            "Cette activité est supprimée. Restaurez-la avant de la modifier.".into(),
        ));
    }
    let contenu = check(tx, c.auteur, c.contenu.genre, champs).await?;
    if contenu == c.contenu {
        return Ok(());
    }
    if champs.get("version").parse::<i64>().ok() != Some(c.version) {
        return Err(Erreur::Conflit(
            "Cette activité a été modifiée entre-temps. Rechargez la page pour voir la version enregistrée.".into(),
        ));
    }
    (c.employeur, c.departement) = attach(tx, acteur, c.auteur, contenu.date).await?;
    c.contenu = contenu;
    c.version += 1;
    store::update(tx, &c).await?;
    step(
        tx,
        acteur,
        id,
        Some("enregistree"),
        "modifiee",
        "coordination.modifier",
    )
    .await
}

/// Takes one's own report out of every figure, or brings it back.
///
/// # Errors
/// `Erreur::Introuvable` for somebody else's.
pub async fn set_deleted(tx: &mut Tx, acteur: &Acteur, id: Uuid, supprimee: bool) -> Resultat<()> {
    let c = own(tx, acteur, id).await?;
    if c.supprimee == supprimee {
        return Ok(());
    }
    store::set_deleted(tx, id, supprimee).await?;
    let (de, vers, action) = if supprimee {
        ("enregistree", "supprimee", "coordination.supprimer")
    } else {
        ("supprimee", "enregistree", "coordination.restaurer")
    };
    step(tx, acteur, id, Some(de), vers, action).await
}

async fn step(
    tx: &mut Tx,
    acteur: &Acteur,
    id: Uuid,
    de: Option<&str>,
    vers: &str,
    action: &'static str,
) -> Resultat<()> {
    historique::append(tx, acteur, "coordination", id, de, vers, None).await?;
    journal::record(tx, acteur, action, "coordination", id, json!({}));
    Ok(())
}
