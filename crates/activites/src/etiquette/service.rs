//! Use cases of tags.

use jiff::civil::Date;
use serde_json::json;
use socle::{Acteur, Action, Erreur, Perimetre, Resultat, Role, Saisies, Tx, historique, journal};
use uuid::Uuid;
use web::Champs;

use super::{Domaine, Etiquette, Portee, RETOUR_JOURS, may_merge, store};
use crate::{activite::rattachement, equipe, texte_libre, voisins};

pub static GERER: Action = Action::new(
    "etiquette.gerer",
    &[
        Role::Conseiller,
        Role::Mediateur,
        Role::Coordinateur,
        Role::Prefecture,
        Role::Administrateur,
    ],
    "Les étiquettes se gèrent par ceux qui les partagent.",
);

/// The scopes somebody may write in (§3.8).
#[must_use]
pub fn owned(acteur: &Acteur) -> Vec<Domaine> {
    let mut v = Vec::new();
    let moi = acteur.personne;
    match acteur.role {
        Role::Conseiller | Role::Mediateur => {
            v.extend(moi.map(|m| Domaine::new(Portee::Personnelle, m)));
        }
        Role::Coordinateur => {
            v.extend(moi.map(|m| Domaine::new(Portee::Equipe, m)));
            v.extend(departments(acteur));
        }
        Role::Prefecture => v.extend(departments(acteur)),
        Role::Administrateur => v.push(Domaine::nationale()),
        _ => {}
    }
    v
}

fn departments(acteur: &Acteur) -> Vec<Domaine> {
    match &acteur.perimetre {
        Perimetre::Departements(d) => d
            .iter()
            .map(|d| Domaine::new(Portee::Departementale, d))
            .collect(),
        _ => Vec::new(),
    }
}

/// The scopes an author picks in on a day, the narrowest first: their own,
/// their teams', their département's, everybody's.
///
/// # Errors
/// `Erreur::Base`.
pub async fn visible(tx: &mut Tx, auteur: Uuid, le: Date) -> Resultat<Vec<Domaine>> {
    let employeur = voisins::employer(tx, auteur, le).await?;
    let departement = employeur.map_or_else(String::new, |e| e.departement);
    visible_in(tx, auteur, le, &departement).await
}

/// The same, for an author whose employer sits in a département; empty
/// without an employer.
///
/// # Errors
/// `Erreur::Base`.
pub async fn visible_in(
    tx: &mut Tx,
    auteur: Uuid,
    le: Date,
    departement: &str,
) -> Resultat<Vec<Domaine>> {
    let mut v = vec![Domaine::new(Portee::Personnelle, auteur)];
    for c in equipe::store::coordinateurs(tx, auteur, le).await? {
        v.push(Domaine::new(Portee::Equipe, c));
    }
    if !departement.is_empty() {
        v.push(Domaine::new(Portee::Departementale, departement));
    }
    v.push(Domaine::nationale());
    Ok(v)
}

/// The tag an author means by a name: the narrowest that reads the same, else
/// a new one of their own.
///
/// # Errors
/// `Erreur::Base`.
pub async fn named(tx: &mut Tx, auteur: Uuid, le: Date, nom: &str) -> Resultat<Uuid> {
    for d in visible(tx, auteur, le).await? {
        if let Some(id) = store::find(tx, &d, nom).await? {
            return Ok(id);
        }
    }
    store::insert(tx, &Domaine::new(Portee::Personnelle, auteur), nom, None).await
}

/// What was typed, checked.
fn check(champs: &Champs) -> Result<(String, Option<String>), Saisies> {
    let mut e = Saisies::new();
    let nom = champs.get("nom").trim().to_owned();
    if !(3..=80).contains(&nom.chars().count()) {
        e.add("nom", "Une étiquette compte de 3 à 80 caractères.");
    }
    if nom.contains([',', ';']) {
        e.add(
            "nom",
            "Pas de virgule ni de point-virgule dans une étiquette.",
        );
    }
    let description = champs.get("description").trim().to_owned();
    if description.chars().count() > 280 {
        e.add("description", "280 caractères au maximum.");
    }
    texte_libre::judge_reason(&nom, "nom", &mut e);
    texte_libre::judge_reason(&description, "description", &mut e);
    if e.is_empty() {
        Ok((nom, Some(description).filter(|d| !d.is_empty())))
    } else {
        Err(e)
    }
}

fn taken() -> Erreur {
    Erreur::field("nom", "Une étiquette porte déjà ce nom.")
}

/// Makes a tag in one of one's own scopes. The same one twice is one.
///
/// # Errors
/// `Erreur::Saisie` beside the field.
pub async fn create(tx: &mut Tx, acteur: &Acteur, champs: &Champs) -> Resultat<Uuid> {
    acteur.require(&GERER)?;
    let possibles = owned(acteur);
    let choisi = champs.get("domaine");
    let domaine = match possibles.as_slice() {
        [seul] if choisi.is_empty() => Some(seul.clone()),
        _ => possibles.into_iter().find(|d| d.cle() == choisi),
    };
    let (nom, description) = match (check(champs), &domaine) {
        (Err(mut e), None) => {
            e.add("domaine", "Choisissez pour qui est cette étiquette.");
            return Err(Erreur::Saisie(e));
        }
        (Err(e), Some(_)) => return Err(Erreur::Saisie(e)),
        (Ok(v), _) => v,
    };
    let Some(domaine) = domaine else {
        return Err(Erreur::field(
            "domaine",
            "Choisissez pour qui est cette étiquette.",
        ));
    };
    tx.lock("etiquette").await?;
    if store::find(tx, &domaine, &nom).await?.is_some() {
        return Err(taken());
    }
    let id = store::insert(tx, &domaine, &nom, description.as_deref()).await?;
    step(tx, acteur, id, "creee", "etiquette.creer").await?;
    Ok(id)
}

/// One of the tags somebody may change.
///
/// # Errors
/// `Erreur::Introuvable` outside one's own scopes.
pub async fn own(tx: &mut Tx, acteur: &Acteur, id: Uuid) -> Resultat<Etiquette> {
    acteur.require(&GERER)?;
    let e = store::get(tx, id).await?;
    if owned(acteur).contains(&e.domaine) {
        Ok(e)
    } else {
        Err(Erreur::Introuvable)
    }
}

/// # Errors
/// `Erreur::Saisie` when the name is taken.
pub async fn rename(tx: &mut Tx, acteur: &Acteur, id: Uuid, champs: &Champs) -> Resultat<()> {
    let e = own(tx, acteur, id).await?;
    let (nom, description) = check(champs).map_err(Erreur::Saisie)?;
    tx.lock("etiquette").await?;
    if store::find(tx, &e.domaine, &nom)
        .await?
        .is_some_and(|autre| autre != id)
    {
        return Err(taken());
    }
    if nom == e.nom && description == e.description {
        return Ok(());
    }
    store::rename(tx, id, &nom, description.as_deref()).await?;
    step(tx, acteur, id, "renommee", "etiquette.renommer").await
}

/// Takes a tag out of the forms, or puts it back. Past activities keep it.
///
/// # Errors
/// `Erreur::Introuvable` outside one's own scopes.
pub async fn set_archived(tx: &mut Tx, acteur: &Acteur, id: Uuid, archivee: bool) -> Resultat<()> {
    let e = own(tx, acteur, id).await?;
    if e.archivee == archivee {
        return Ok(());
    }
    store::set_archived(tx, id, archivee).await?;
    let (vers, action) = if archivee {
        ("archivee", "etiquette.archiver")
    } else {
        ("reprise", "etiquette.reprendre")
    };
    step(tx, acteur, id, vers, action).await
}

/// The tags one of one's own may be merged into.
///
/// # Errors
/// `Erreur::Base`.
pub async fn targets(tx: &mut Tx, acteur: &Acteur, e: &Etiquette) -> Resultat<Vec<Etiquette>> {
    let mut domaines = owned(acteur);
    if let Some(moi) = acteur.personne {
        let le = tx.today();
        for d in visible(tx, moi, le).await? {
            if !domaines.contains(&d) {
                domaines.push(d);
            }
        }
    }
    domaines.retain(|d| may_merge(&e.domaine, d));
    let mut v = store::list(tx, &domaines).await?;
    v.retain(|c| c.id != e.id && !c.archivee);
    Ok(v)
}

/// Merges a tag of one's own into another one; the source is archived.
///
/// # Errors
/// `Erreur::Saisie` beside the target.
pub async fn merge(tx: &mut Tx, acteur: &Acteur, id: Uuid, cible: &str) -> Resultat<()> {
    let e = own(tx, acteur, id).await?;
    let par = acteur.personne.ok_or(Erreur::Introuvable)?;
    tx.lock("etiquette").await?;
    if store::last_merge(tx, id).await?.is_some() && e.archivee {
        return Ok(());
    }
    let possibles = targets(tx, acteur, &e).await?;
    let Some(c) = cible
        .parse::<Uuid>()
        .ok()
        .and_then(|c| possibles.into_iter().find(|p| p.id == c))
    else {
        return Err(Erreur::field(
            "cible",
            "Choisissez une étiquette de portée égale ou plus large.",
        ));
    };
    let fusion = store::merge(tx, id, c.id, par).await?;
    recount(tx, fusion).await?;
    store::set_archived(tx, id, true).await?;
    step(tx, acteur, id, "fusionnee", "etiquette.fusionner").await
}

/// Undoes a merge of less than 30 days.
///
/// # Errors
/// `Erreur::Conflit` later.
pub async fn undo_merge(tx: &mut Tx, acteur: &Acteur, id: Uuid) -> Resultat<()> {
    own(tx, acteur, id).await?;
    tx.lock("etiquette").await?;
    let Some(f) = store::last_merge(tx, id).await? else {
        return Ok(());
    };
    if tx.now().duration_since(f.le).as_hours() > RETOUR_JOURS * 24 {
        return Err(Erreur::Conflit(
            "Cette fusion date de plus de 30 jours : elle ne peut plus être défaite.".into(),
        ));
    }
    store::undo_merge(tx, &f).await?;
    recount(tx, f.id).await?;
    store::set_archived(tx, id, false).await?;
    step(tx, acteur, id, "defusionnee", "etiquette.defusionner").await
}

/// The figures by tag follow a merge, and its undoing.
async fn recount(tx: &mut Tx, fusion: Uuid) -> Resultat<()> {
    for a in store::moved(tx, fusion).await? {
        rattachement::touch(tx, a).await?;
    }
    Ok(())
}

async fn step(
    tx: &mut Tx,
    acteur: &Acteur,
    id: Uuid,
    vers: &str,
    action: &'static str,
) -> Resultat<()> {
    historique::append(tx, acteur, "etiquette", id, None, vers, None).await?;
    journal::record(tx, acteur, action, "etiquette", id, json!({}));
    Ok(())
}
