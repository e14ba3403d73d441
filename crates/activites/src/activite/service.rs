//! Use cases of activities: right, rule, store, history, journals, together.

use serde_json::json;
use socle::{Acteur, Action, Erreur, Resultat, Role, Tx, commande, historique, journal};
use uuid::Uuid;
use web::Champs;

use super::{
    Activite, Contenu, Etat, RESTAURATION_JOURS, TypeActivite, brouillon, image,
    image::Image,
    lecture, rattachement,
    saisie::{self, Contexte},
    store,
    zonage::{self, Zonages},
};
use crate::{
    beneficiaire::{self, Beneficiaire, Correction, Profil},
    serie,
    sync::version,
    vocabulaire::Vocabulaires,
    voisins::{self, Ici},
};

pub static ECRIRE: Action = Action::new(
    "activite.ecrire",
    crate::AUTEURS,
    "Seules les personnes qui accompagnent du public enregistrent des comptes rendus.",
);
pub static LIRE: Action = Action::new(
    "activite.lire",
    &[
        Role::Conseiller,
        Role::Mediateur,
        Role::GestionnaireStructure,
        Role::Coordinateur,
    ],
    "Les comptes rendus se lisent par leur auteur, son employeur et son coordinateur.",
);

/// An activity somebody may read (§1): the author's own or helped to run, the
/// employer's, or of a team member while in the team.
///
/// # Errors
/// `Erreur::Introuvable` otherwise.
pub async fn read(tx: &mut Tx, acteur: &Acteur, id: Uuid) -> Resultat<Activite> {
    match (acteur.role, acteur.personne) {
        (Role::Coordinateur, Some(moi)) => store::read_in_team(tx, moi, id).await,
        (Role::Coordinateur, None) => Err(Erreur::Introuvable),
        _ => store::read(tx, &acteur.perimetre, acteur.personne, id).await,
    }
}

/// Keeps that a coordinateur asked for an activity outside the team
/// (scenario 20).
pub fn record_refusal(tx: &mut Tx, acteur: &Acteur, id: Uuid) {
    journal::record(
        tx,
        acteur,
        "activite.lecture_refusee",
        "activite",
        id,
        json!({}),
    );
}

/// What the rules need to know of an author on a date.
///
/// # Errors
/// `Erreur::Base`.
pub async fn context(
    tx: &mut Tx,
    auteur: Uuid,
    ici: &Ici,
    date: jiff::civil::Date,
) -> Resultat<Contexte> {
    let employeur = ici.employer_on(tx, auteur, date).await?;
    let structure = employeur.as_ref().map(|e| e.structure);
    let departement = employeur.map_or_else(String::new, |e| e.departement);
    Ok(Contexte {
        aujourdhui: ici.jour,
        voc: Vocabulaires::on_in(tx, date, &departement).await?,
        lieux: voisins::places(tx, auteur, structure, date).await?,
        beneficiaires: beneficiaire::store::residences(tx, auteur).await?,
        collegues: match structure {
            Some(s) => voisins::colleagues(tx, auteur, s)
                .await?
                .into_iter()
                .map(|c| c.0)
                .collect(),
            None => Vec::new(),
        },
        employe: structure.is_some(),
        reprise: false,
    })
}

/// Where a new activity comes from, when it is not a form of this site.
#[derive(Debug, Clone)]
pub struct Depot {
    /// Chosen by the client (UUIDv7), so that sending twice records once.
    pub id: Uuid,
    /// `saisie`, `hors_ligne`, `import` or `api`: kept with the activity.
    pub source: &'static str,
    /// The day it was typed, in the author's zone; `None`: today.
    pub saisi_le: Option<jiff::civil::Date>,
}

pub(crate) async fn read_form(
    tx: &mut Tx,
    auteur: Uuid,
    saisi_le: Option<jiff::civil::Date>,
    t: TypeActivite,
    champs: &Champs,
    connus: &[Profil],
) -> Resultat<(Contenu, Contexte)> {
    let ici = voisins::here(tx, auteur).await?;
    let aujourdhui = saisi_le.unwrap_or(ici.jour);
    // A wrong date is told with the other mistakes, judged as of today.
    let date = saisie::date(champs, aujourdhui).unwrap_or(aujourdhui);
    let mut cx = context(tx, auteur, &ici, date).await?;
    cx.aujourdhui = aujourdhui;
    // Who took part stays, even when their file is somebody else's now or gone.
    for p in connus {
        let commune = p.commune_residence.clone();
        cx.beneficiaires.entry(p.personne).or_insert(commune);
    }
    let contenu = saisie::read(t, champs, &cx).map_err(Erreur::Saisie)?;
    Ok((contenu, cx))
}

/// Records an activity. The same form sent twice records one; a draft it
/// comes from goes away.
///
/// # Errors
/// `Erreur::Saisie` with a message per field.
pub async fn record(
    tx: &mut Tx,
    acteur: &Acteur,
    t: TypeActivite,
    champs: &Champs,
) -> Resultat<Uuid> {
    acteur.require(&ECRIRE)?;
    let auteur = acteur.personne.ok_or(Erreur::Introuvable)?;
    let seance = serie::service::completed_by(tx, auteur, champs).await?;
    if let Some((_, Some(faite))) = seance {
        return Ok(faite);
    }
    let (contenu, cx) = read_form(tx, auteur, None, t, champs, &[]).await?;
    let id_commande = champs.get("id_commande");
    let empreinte = commande::empreinte(&contenu);
    if let Some(faite) =
        commande::claim(tx, acteur, id_commande, "activite.enregistrer", &empreinte).await?
    {
        return faite.parse().map_err(|_| Erreur::Introuvable);
    }
    let depot = Depot {
        id: tx.new_id(),
        source: "saisie",
        saisi_le: None,
    };
    let a = keep(tx, acteur, auteur, &depot, contenu, &cx).await?;
    if let Ok(b) = champs.get("brouillon").parse() {
        brouillon::discard(tx, auteur, b).await?;
    }
    if let Some((s, None)) = seance {
        serie::service::complete(tx, acteur, s, a.id).await?;
    }
    commande::conclude(tx, acteur, id_commande, &a.id.to_string()).await?;
    Ok(a.id)
}

/// Records an activity of `auteur` that came by another way than the form: a
/// device, an import, the API. The caller has checked that `acteur` may write
/// for `auteur` and that `depot.id` is new.
///
/// # Errors
/// `Erreur::Saisie` with a message per field.
pub async fn record_for(
    tx: &mut Tx,
    acteur: &Acteur,
    auteur: Uuid,
    depot: &Depot,
    t: TypeActivite,
    champs: &Champs,
) -> Resultat<Activite> {
    let (contenu, cx) = read_form(tx, auteur, depot.saisi_le, t, champs, &[]).await?;
    keep(tx, acteur, auteur, depot, contenu, &cx).await
}

/// Keeps a checked activity, with its history and its image.
pub(super) async fn keep(
    tx: &mut Tx,
    acteur: &Acteur,
    auteur: Uuid,
    depot: &Depot,
    contenu: Contenu,
    cx: &Contexte,
) -> Resultat<Activite> {
    let le = tx.now();
    let a = Activite {
        id: depot.id,
        etat: Etat::Enregistree,
        auteur,
        profils: profiles(tx, acteur, &contenu, &[]).await?,
        rattachement: rattachement::resolve(tx, auteur, &contenu, &cx.lieux).await?,
        contenu,
        source: depot.source.to_owned(),
        version: 1,
        enregistree_le: le,
        modifiee_le: le,
        supprimee_le: None,
    };
    let zones = Zonages::load(tx).await?.of_activity(tx, &a).await?;
    let revision = image::next_revision(tx).await?;
    store::insert(tx, &a, revision).await?;
    zonage::write(tx, a.id, &zones).await?;
    historique::append(tx, acteur, "activite", a.id, None, a.etat.cle(), None).await?;
    journal::record(
        tx,
        acteur,
        "activite.enregistrer",
        "activite",
        a.id,
        json!({ "type": a.contenu.type_activite.cle(), "participants": a.contenu.participants() }),
    );
    Ok(a)
}

/// Changes an activity.
///
/// # Errors
/// `Erreur::Saisie`; `Erreur::Introuvable` for somebody else's;
/// `Erreur::Conflit` when it changed meanwhile.
pub async fn modify(
    tx: &mut Tx,
    acteur: &Acteur,
    id: Uuid,
    version: i64,
    champs: &Champs,
) -> Resultat<()> {
    let droit = acteur.require(&ECRIRE)?;
    let a = store::load(tx, &droit, id).await?;
    if a.etat == Etat::Supprimee {
        return Err(Erreur::Conflit(
            "Ce compte rendu est supprimé. Restaurez-le avant de le modifier.".into(),
        ));
    }
    let (mut contenu, cx) = read_form(
        tx,
        a.auteur,
        None,
        a.contenu.type_activite,
        champs,
        &a.profils,
    )
    .await?;
    // Ages of the former tool have no field: they stay (§3.7).
    let anciennes = a.contenu.values(crate::import::activites::AGE_ANCIENNE);
    contenu.valeurs.extend(anciennes.cloned());
    let contenu = contenu.ordered();
    // The same click twice: the second one finds its own work.
    if contenu == a.contenu {
        return Ok(());
    }
    if a.version != version {
        return Err(Erreur::Conflit(
            "Ce compte rendu a été modifié entre-temps. Rechargez la page pour voir la version enregistrée."
                .into(),
        ));
    }
    write_change(tx, acteur, a, contenu, &cx).await?;
    Ok(())
}

/// Writes what an activity now says, with everything that follows from it.
pub(crate) async fn write_change(
    tx: &mut Tx,
    acteur: &Acteur,
    mut a: Activite,
    contenu: Contenu,
    cx: &Contexte,
) -> Resultat<Activite> {
    version::keep_activity(tx, &a).await?;
    let avant = Image::of(&a).map(|i| i.text());
    a.profils = profiles(tx, acteur, &contenu, &a.profils).await?;
    a.rattachement = rattachement::resolve(tx, a.auteur, &contenu, &cx.lieux).await?;
    a.contenu = contenu;
    a.version += 1;
    a.modifiee_le = tx.now();
    let zones = Zonages::load(tx).await?.of_activity(tx, &a).await?;
    let revision = image::next_revision(tx).await?;
    store::update(tx, &a, revision).await?;
    zonage::write(tx, a.id, &zones).await?;
    image::append(tx, revision, a.id, avant, Image::of(&a).map(|i| i.text())).await?;
    let etat = a.etat.cle();
    historique::append(tx, acteur, "activite", a.id, Some(etat), "modifiee", None).await?;
    journal::record(
        tx,
        acteur,
        "activite.modifier",
        "activite",
        a.id,
        json!({ "version": a.version }),
    );
    Ok(a)
}

/// Takes an activity out of every figure; it can come back for 30 days.
///
/// # Errors
/// `Erreur::Introuvable` for somebody else's.
pub async fn delete(tx: &mut Tx, acteur: &Acteur, id: Uuid) -> Resultat<()> {
    let droit = acteur.require(&ECRIRE)?;
    let mut a = store::load(tx, &droit, id).await?;
    if a.etat == Etat::Supprimee {
        return Ok(());
    }
    let avant = Image::of(&a).map(|i| i.text());
    a.etat = Etat::Supprimee;
    a.supprimee_le = Some(tx.now());
    change_state(tx, acteur, a, "activite.supprimer", avant).await
}

/// Brings a deleted activity back.
///
/// # Errors
/// `Erreur::Conflit` after 30 days.
pub async fn restore(tx: &mut Tx, acteur: &Acteur, id: Uuid) -> Resultat<()> {
    let droit = acteur.require(&ECRIRE)?;
    let mut a = store::load(tx, &droit, id).await?;
    let Some(supprimee) = a.supprimee_le else {
        return Ok(());
    };
    if tx.now().duration_since(supprimee).as_hours() > RESTAURATION_JOURS * 24 {
        return Err(Erreur::Conflit(
            "Ce compte rendu est supprimé depuis plus de 30 jours : il ne peut plus être restauré."
                .into(),
        ));
    }
    a.etat = Etat::Enregistree;
    a.supprimee_le = None;
    change_state(tx, acteur, a, "activite.restaurer", None).await
}

pub(crate) async fn change_state(
    tx: &mut Tx,
    acteur: &Acteur,
    mut a: Activite,
    action: &'static str,
    avant: Option<String>,
) -> Resultat<()> {
    let de = if a.etat == Etat::Supprimee {
        Etat::Enregistree
    } else {
        Etat::Supprimee
    };
    a.version += 1;
    a.modifiee_le = tx.now();
    let revision = image::next_revision(tx).await?;
    store::set_state(tx, &a, revision).await?;
    image::append(tx, revision, a.id, avant, Image::of(&a).map(|i| i.text())).await?;
    historique::append(
        tx,
        acteur,
        "activite",
        a.id,
        Some(de.cle()),
        a.etat.cle(),
        None,
    )
    .await?;
    journal::record(
        tx,
        acteur,
        action,
        "activite",
        a.id,
        json!({ "version": a.version }),
    );
    Ok(())
}

/// Rewrites how a person counts in past activities after a correction.
///
/// # Errors
/// `Erreur::Base`.
pub async fn correct_person(tx: &mut Tx, b: &Beneficiaire, quoi: Correction) -> Resultat<()> {
    for id in beneficiaire::store::activities(tx, b.id).await? {
        rewrite_people(tx, id, |a| {
            let date = a.contenu.date;
            for p in a.profils.iter_mut().filter(|p| p.personne == b.id) {
                quoi.apply(p, &b.fiche, date);
            }
        })
        .await?;
    }
    Ok(())
}

/// Changes who the followed persons of an activity are, or how they count,
/// with the image of the change.
///
/// # Errors
/// `Erreur::Base`.
pub async fn rewrite_people(tx: &mut Tx, id: Uuid, f: impl FnOnce(&mut Activite)) -> Resultat<()> {
    let mut a = store::fetch(tx, id).await?;
    let (avant, profils) = (Image::of(&a).map(|i| i.text()), a.profils.clone());
    let textes = (a.contenu.titre.is_some(), a.contenu.notes.is_some());
    f(&mut a);
    a.profils.sort_by_key(|p| p.personne);
    if a.profils == profils && textes == (a.contenu.titre.is_some(), a.contenu.notes.is_some()) {
        return Ok(());
    }
    let revision = image::next_revision(tx).await?;
    store::set_people(tx, &a, revision).await?;
    image::append(tx, revision, id, avant, Image::of(&a).map(|i| i.text())).await
}

/// The followed persons: as they were for those already there, as they are
/// now for the others. The age bracket follows the date.
async fn profiles(
    tx: &mut Tx,
    acteur: &Acteur,
    c: &Contenu,
    connus: &[Profil],
) -> Resultat<Vec<Profil>> {
    let mut v = Vec::new();
    if c.suivis.is_empty() {
        return Ok(v);
    }
    let droit = acteur.require(&beneficiaire::service::SUIVRE)?;
    for id in &c.suivis {
        let profil = match connus.iter().find(|p| p.personne == *id) {
            Some(p) if p.is_anonymised() => p.clone(),
            Some(p) => Profil {
                tranche: super::tranche(p.annee_naissance, c.date).to_owned(),
                ..p.clone()
            },
            None => beneficiaire::store::load(tx, &droit, *id)
                .await?
                .fiche
                .profil(*id, c.date),
        };
        v.push(profil);
    }
    Ok(v)
}

/// Help in an emergency that comes back calls for a follow-up (R3): from the
/// third time in 90 days for one followed person.
///
/// # Errors
/// `Erreur::Base`.
pub async fn suggests_follow_up(tx: &mut Tx, acteur: &Acteur, id: Uuid) -> Resultat<bool> {
    let a = store::read(tx, &acteur.perimetre, None, id).await?;
    let [personne] = a.contenu.suivis[..] else {
        return Ok(false);
    };
    if !a.contenu.aide_urgence {
        return Ok(false);
    }
    let depuis = socle::francais::plus_days(tx.today(), -90);
    Ok(lecture::emergencies(tx, personne, depuis).await? >= 3)
}

/// Days after which the notes of an activity are erased (§2.3).
const NOTES_JOURS: i32 = 365;

/// Daily retention: old notes and forgotten drafts go away, with a count in
/// the audit journal.
///
/// # Errors
/// `Erreur::Base`.
pub async fn apply_retention(tx: &mut Tx) -> Resultat<()> {
    let limite = socle::francais::plus_days(tx.today(), -NOTES_JOURS);
    let notes = store::erase_notes(tx, limite).await?;
    let brouillons = brouillon::purge(tx).await?;
    if notes + brouillons > 0 {
        journal::record(
            tx,
            &Acteur::systeme(),
            "activite.conservation",
            "activite",
            tx.today(),
            json!({ "notes": notes, "brouillons": brouillons }),
        );
    }
    Ok(())
}
