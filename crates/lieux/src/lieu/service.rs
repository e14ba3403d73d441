//! Use cases of places (spec 30 §2.1, §11).

use jiff::civil::Date;
use serde_json::json;
use socle::{
    Acteur, Action, Droit, Erreur, Perimetre, Resultat, Role, Saisies, Tx, historique, journal,
};
use territoires::geographie::departement_of;
use uuid::Uuid;

use super::store::Contacts;
use super::{Etat, Evenement, Fiche, Lieu, nominatif_courriel, nominatif_telephone, store};

pub static CREER: Action = Action::new(
    "lieu.creer",
    &[
        Role::Conseiller,
        Role::Mediateur,
        Role::GestionnaireStructure,
        Role::Coordinateur,
        Role::Hub,
        Role::Collectivite,
        Role::Administrateur,
    ],
    "Les conseillers, les structures, les coordinateurs et les hubs déclarent les lieux.",
);

pub static MODIFIER: Action = Action::new(
    "lieu.modifier",
    &[
        Role::Conseiller,
        Role::Mediateur,
        Role::GestionnaireStructure,
        Role::Coordinateur,
        Role::Hub,
        Role::Administrateur,
    ],
    "Modifient un lieu : la structure qui le gère, les conseillers qui y sont présents, le coordinateur et le hub.",
);

pub static PUBLIER: Action = Action::new(
    "lieu.publier",
    &[
        Role::GestionnaireStructure,
        Role::Coordinateur,
        Role::Hub,
        Role::Administrateur,
    ],
    "Proposez la publication : la structure qui gère le lieu, le coordinateur ou le hub publie.",
);

pub static FERMER: Action = Action::new(
    "lieu.fermer",
    &[Role::GestionnaireStructure, Role::Hub, Role::Administrateur],
    "La structure qui gère le lieu ou le hub le masque, le ferme ou le rouvre.",
);

/// Creates a place and, when its author may, publishes it at once; otherwise
/// it is proposed to those who may (spec 30 §11).
///
/// `structure` runs the place; a structure's manager only declares its own.
///
/// # Errors
/// `Erreur::Saisie`, `Erreur::Interdit`, `Erreur::Introuvable` outside the
/// actor's perimeter.
pub async fn declare(
    tx: &mut Tx,
    acteur: &Acteur,
    fiche: Fiche,
    structure: Option<Uuid>,
) -> Resultat<Uuid> {
    let droit = acteur.require(&CREER)?;
    let (mut fiche, contacts) = split_contacts(fiche);
    prepare(tx, &mut fiche)?;
    let departement = departement_of(&fiche.commune_insee).to_owned();
    let structure = scope(&droit, structure, &departement)?;
    let publie = acteur.require(&PUBLIER).is_ok() && fiche.missing().is_empty();
    let etat = if publie {
        Etat::Publie
    } else {
        Etat::Brouillon
    };
    let l = Lieu {
        id: tx.new_id(),
        etat,
        nom: fiche.nom.clone(),
        departement,
        commune_insee: fiche.commune_insee.clone(),
        structure,
        auteur: acteur.personne,
        propose_le: (!publie && fiche.missing().is_empty()).then(|| tx.today()),
        ferme_du: None,
        ferme_au: None,
        fiche,
        version: 1,
        cree_le: tx.now(),
        modifie_le: tx.now(),
    };
    store::insert(tx, &l, &contacts).await?;
    historique::append(tx, acteur, "lieu", l.id, None, etat.cle(), None).await?;
    journal::record(
        tx,
        acteur,
        "lieu.creer",
        "lieu",
        l.id,
        json!({"etat": etat.cle()}),
    );
    Ok(l.id)
}

/// Who runs the place, inside the perimeter of who declares it.
fn scope(droit: &Droit, structure: Option<Uuid>, departement: &str) -> Resultat<Option<Uuid>> {
    match droit.perimetre() {
        Perimetre::Structures(s) => match structure {
            Some(x) if s.contains(&x) => Ok(Some(x)),
            Some(_) => Err(Erreur::Introuvable),
            None if s.len() == 1 => Ok(s.first().copied()),
            None => Err(Erreur::field(
                "structure",
                "Choisissez la structure qui gère ce lieu.",
            )),
        },
        Perimetre::Departements(d) if !d.iter().any(|x| x == departement) => Err(Erreur::field(
            "commune",
            "Cette commune n’est pas dans votre territoire.",
        )),
        _ => Ok(structure),
    }
}

/// What every human entry goes through before it is written.
fn prepare(tx: &Tx, fiche: &mut Fiche) -> Resultat<()> {
    if fiche.code_postal.is_empty() {
        fiche.code_postal = territoires::geographie()
            .commune(&fiche.commune_insee)
            .and_then(|c| c.codes_postaux().next())
            .unwrap_or_default()
            .to_owned();
    }
    fiche.place_at_commune();
    fiche.date_maj = Some(tx.today());
    fiche.check()
}

/// Contacts that name a person leave the public part.
#[must_use]
pub fn split_contacts(mut fiche: Fiche) -> (Fiche, Contacts) {
    let mut c = Contacts::default();
    fiche.courriels.retain(|m| {
        let nominatif = nominatif_courriel(m);
        if nominatif {
            c.courriels.push(m.clone());
        }
        !nominatif
    });
    fiche.telephones.retain(|t| {
        let nominatif = nominatif_telephone(t);
        if nominatif {
            c.telephones.push(t.clone());
        }
        !nominatif
    });
    (fiche, c)
}

/// Changes what is known of a place.
///
/// # Errors
/// `Erreur::Saisie`, `Erreur::Conflit` when it changed since `version`.
pub async fn modify(
    tx: &mut Tx,
    acteur: &Acteur,
    id: Uuid,
    version: i64,
    fiche: Fiche,
) -> Resultat<()> {
    let droit = acteur.require(&MODIFIER)?;
    let mut l = store::get_for_change(tx, &droit, id, Some(version)).await?;
    if matches!(l.etat, Etat::Ferme | Etat::Abandonne) {
        return Err(Erreur::Conflit(
            "Ce lieu est fermé. Rouvrez-le avant de le modifier.".into(),
        ));
    }
    let (mut fiche, contacts) = split_contacts(fiche);
    if fiche.commune_insee != l.commune_insee && fiche.precision == super::Precision::Commune {
        fiche.latitude = None;
        fiche.longitude = None;
    }
    prepare(tx, &mut fiche)?;
    let departement = departement_of(&fiche.commune_insee).to_owned();
    if let Perimetre::Departements(d) = droit.perimetre()
        && !d.contains(&departement)
    {
        return Err(Erreur::field(
            "commune",
            "Cette commune n’est pas dans votre territoire.",
        ));
    }
    l.nom.clone_from(&fiche.nom);
    l.commune_insee.clone_from(&fiche.commune_insee);
    l.departement = departement;
    l.fiche = fiche;
    if l.etat.is_public() && !l.missing().is_empty() {
        return Err(Erreur::field(
            "services",
            format!("Pour rester publié, il manque {}.", l.missing().join(", ")),
        ));
    }
    if l.etat == Etat::Brouillon && l.propose_le.is_none() && l.missing().is_empty() {
        l.propose_le = Some(tx.today());
    }
    store::update(tx, &l).await?;
    let mut connus = store::contacts(tx, id).await?;
    connus.courriels.extend(contacts.courriels);
    connus.telephones.extend(contacts.telephones);
    connus.courriels.dedup();
    connus.telephones.dedup();
    store::set_contacts(tx, id, &connus).await?;
    historique::append(tx, acteur, "lieu", id, Some(l.etat.cle()), "modifie", None).await?;
    journal::record(
        tx,
        acteur,
        "lieu.modifier",
        "lieu",
        id,
        json!({"version": l.version + 1}),
    );
    Ok(())
}

/// Dates and reason of a change of state.
#[derive(Debug, Clone, Default)]
pub struct Changement {
    pub du: Option<Date>,
    pub au: Option<Date>,
    pub motif: String,
}

/// Publishes, hides, closes, reopens or gives up a place.
///
/// # Errors
/// `Erreur::Conflit` when the state forbids it, `Erreur::Saisie` without the
/// reason or the dates it needs.
pub async fn change(
    tx: &mut Tx,
    acteur: &Acteur,
    id: Uuid,
    e: Evenement,
    c: &Changement,
) -> Resultat<()> {
    let droit = match e {
        Evenement::Publier => acteur.require(&PUBLIER)?,
        Evenement::FermerProvisoirement => acteur.require(&PUBLIER)?,
        Evenement::Abandonner => acteur.require(&MODIFIER)?,
        _ => acteur.require(&FERMER)?,
    };
    let mut l = store::get_for_change(tx, &droit, id, None).await?;
    let de = l.etat;
    let Some(vers) = de.after(e) else {
        return Err(Erreur::Conflit(format!(
            "Ce lieu est déjà dans l’état « {} ». Rechargez la page.",
            de.libelle()
        )));
    };
    let mut s = Saisies::new();
    if e == Evenement::Publier && !l.missing().is_empty() {
        s.add(
            "publier",
            format!("Avant de publier, ajoutez {}.", l.missing().join(", ")),
        );
    }
    if matches!(
        e,
        Evenement::Masquer | Evenement::Fermer | Evenement::Rouvrir
    ) && c.motif.trim().chars().count() < 3
    {
        s.add("motif", "Indiquez la raison.");
    }
    s.take("motif", socle::texte_libre::check(&c.motif));
    match e {
        Evenement::FermerProvisoirement => match (c.du, c.au) {
            (Some(du), Some(au)) if du <= au => {
                l.ferme_du = Some(du);
                l.ferme_au = Some(au);
            }
            (None, _) => s.add("du", "Indiquez le premier jour de fermeture."),
            _ => s.add("au", "Indiquez le dernier jour, après le premier."),
        },
        Evenement::Fermer => match c.du {
            Some(du) => l.ferme_du = Some(du),
            None => s.add("du", "Indiquez la date de fermeture."),
        },
        Evenement::Rouvrir | Evenement::Publier => {
            l.ferme_du = None;
            l.ferme_au = None;
        }
        _ => {}
    }
    s.check()?;
    if e == Evenement::Abandonner && crate::permanence::store::count_of_lieu(tx, id).await? > 0 {
        return Err(Erreur::Conflit(
            "Ce lieu a des permanences : terminez-les avant de l’abandonner.".into(),
        ));
    }
    l.etat = vers;
    l.propose_le = None;
    store::update(tx, &l).await?;
    if let (Evenement::Fermer, Some(du)) = (e, l.ferme_du) {
        crate::permanence::store::end_all_of_lieu(tx, id, du).await?;
    }
    let motif = Some(c.motif.trim()).filter(|m| !m.is_empty());
    historique::append(tx, acteur, "lieu", id, Some(de.cle()), vers.cle(), motif).await?;
    journal::record(
        tx,
        acteur,
        "lieu.etat",
        "lieu",
        id,
        json!({"de": de.cle(), "vers": vers.cle()}),
    );
    Ok(())
}
