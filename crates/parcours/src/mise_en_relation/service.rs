//! Use cases of matchings. Each is one transaction of the caller: right, rule,
//! rows, history, audit, e-mails.

use serde::{Deserialize, Serialize};
use serde_json::json;
use socle::{
    Acteur, Erreur, Perimetre, Resultat, Saisies, Tx,
    commande::{claim, conclude, empreinte},
    francais, historique, journal, texte_libre,
};
use uuid::Uuid;

use super::{
    Etat, Evenement, MiseEnRelation, Raison, next,
    recherche::{self, Rayon, Recherche},
    store::{self, OBJET},
};
use crate::{
    candidat::{self, Depart, Partage},
    droits::{CANDIDAT, RECRUTER},
    message::{self, Avis},
    outdated,
};

/// A candidate answers a proposal within so many days; silence changes nothing.
const REPONSE_JOURS: i32 = 15;

/// The form that opens a matching.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Preselection {
    /// Why somebody out of zone is asked.
    pub motif: String,
    pub id_commande: String,
}

/// The form of an action on a matching.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Geste {
    pub evenement: String,
    pub entretien_le: String,
    pub raison: String,
    pub version: String,
    pub id_commande: String,
}

/// The structure an actor recruits for: the first of its perimeter.
///
/// # Errors
/// `Erreur::Introuvable` when there is none.
pub fn own_structure(acteur: &Acteur) -> Resultat<Uuid> {
    match &acteur.perimetre {
        Perimetre::Structures(s) => s.first().copied().ok_or(Erreur::Introuvable),
        _ => Err(Erreur::Introuvable),
    }
}

/// A structure keeps a candidate in view: opens the matching, or answers a
/// spontaneous application. Gives its id.
///
/// # Errors
/// `Erreur::Conflit` without a vacant post; `Erreur::Saisie` when out of zone
/// without a reason of 20 characters.
pub async fn preselect(
    tx: &mut Tx,
    acteur: &Acteur,
    url: &str,
    personne: Uuid,
    f: &Preselection,
) -> Resultat<Uuid> {
    acteur.require(&RECRUTER)?;
    let structure = own_structure(acteur)?;
    if let Some(id) = claim(
        tx,
        acteur,
        &f.id_commande,
        "relation.preselection",
        &empreinte(&(personne, f)),
    )
    .await?
    {
        return id.parse().map_err(|_| Erreur::Introuvable);
    }
    let le = tx.today();
    if programme::poste::available(tx, structure, None, le).await? < 1 {
        return Err(Erreur::Conflit("Aucun poste disponible.".into()));
    }
    let c = candidat::store::get(tx, personne).await?;
    let (departement, point) = recherche::origin(tx, structure).await?;
    let metres = recherche::metres(&c, point);
    let depart = Depart {
        departement: &departement,
        point,
    };
    let motif = f.motif.trim();
    let dehors = candidat::out_of_reach(&c, &depart, metres);
    check_out_of_zone(dehors.as_deref(), motif)?;
    let deja = store::find(tx, structure, personne).await?;
    if deja.is_none() && (!c.disponible || c.is_inactive(le) || employed(tx, personne).await?) {
        return Err(Erreur::Conflit(
            "Cette personne n'est plus disponible. Revenez à la recherche.".into(),
        ));
    }
    let r = Recherche {
        rayon: Rayon::France,
        mission_le: le,
        par_score: false,
        sans: Vec::new(),
        experience: false,
        certifie: false,
    };
    let certifie = candidat::store::is_certified(tx, personne).await?;
    let poids = recherche::weights(tx).await?;
    let score = recherche::rate(&c, certifie, metres, &r, &poids);
    let id = match deja {
        Some(m) if m.etat == Etat::Preselectionnee => m.id,
        Some(mut m) => {
            let de = m.etat;
            m.etat = next(de, Evenement::Preselectionner).ok_or_else(outdated)?;
            m.accord = c.partage == Partage::ALaPreselection || m.accord;
            store::update(tx, &m).await?;
            trace(tx, acteur, m.id, Some(de), m.etat).await?;
            m.id
        }
        None => {
            let m = MiseEnRelation {
                id: tx.new_id(),
                structure,
                departement,
                personne,
                etat: Etat::Preselectionnee,
                etat_avant: None,
                distance_km: super::calcul::round_km(metres),
                score: Some(score.total),
                hors_zone: if dehors.is_some() {
                    motif.to_owned()
                } else {
                    String::new()
                },
                raison: None,
                accord: c.partage == Partage::ALaPreselection,
                entretien_le: None,
                reponse_avant: None,
                maj_le: tx.now(),
                version: 1,
            };
            if !store::insert(tx, &m).await? {
                return Err(outdated());
            }
            trace(tx, acteur, m.id, None, m.etat).await?;
            m.id
        }
    };
    let nom = programme::structure::get(tx, structure).await?.nom;
    let texte = format!(
        "{nom} s'intéresse à votre profil et pourrait vous contacter.\nVoyez pourquoi, et répondez si vous le souhaitez :\n{url}/mises-en-relation/{id}"
    );
    let a = Avis {
        evenement: &format!("R04:preselection:{id}"),
        sujet: "Une structure s'intéresse à votre profil",
        texte: &texte,
    };
    message::to_personne(tx, personne, a).await?;
    conclude(tx, acteur, &f.id_commande, &id.to_string()).await?;
    Ok(id)
}

fn check_out_of_zone(dehors: Option<&str>, motif: &str) -> Resultat<()> {
    let mut s = Saisies::new();
    if let Some(raison) = dehors {
        if motif.chars().count() < 20 {
            s.add("motif", format!("{raison} Expliquez en 20 caractères au moins pourquoi vous la sollicitez : elle lira votre réponse."));
        }
        s.take("motif", texte_libre::check(motif));
    }
    s.check()
}

/// True when the person holds a contract now or later.
async fn employed(tx: &mut Tx, personne: Uuid) -> Resultat<bool> {
    let le = tx.today();
    Ok(crate::contrat::store::of_personne(tx, personne)
        .await?
        .iter()
        .any(|c| c.etat.is_signed() && c.derniere_date().is_none_or(|f| f >= le)))
}

/// A candidate offers to work for a structure that has a vacant post.
///
/// # Errors
/// `Erreur::Conflit` when there is none any more.
pub async fn apply(
    tx: &mut Tx,
    acteur: &Acteur,
    url: &str,
    structure: Uuid,
    id_commande: &str,
) -> Resultat<Uuid> {
    let droit = acteur.require(&CANDIDAT)?;
    let c = candidat::store::load(tx, &droit).await?;
    if let Some(id) = claim(
        tx,
        acteur,
        id_commande,
        "relation.postuler",
        &empreinte(&structure),
    )
    .await?
    {
        return id.parse().map_err(|_| Erreur::Introuvable);
    }
    let le = tx.today();
    if programme::poste::available(tx, structure, None, le).await? < 1 {
        return Err(Erreur::Conflit(
            "Le poste de cette structure vient d'être pourvu.".into(),
        ));
    }
    if let Some(m) = store::find(tx, structure, c.personne).await? {
        return Ok(m.id);
    }
    let (departement, point) = recherche::origin(tx, structure).await?;
    let m = MiseEnRelation {
        id: tx.new_id(),
        structure,
        departement,
        personne: c.personne,
        etat: Etat::InteretCandidat,
        etat_avant: None,
        distance_km: super::calcul::round_km(recherche::metres(&c, point)),
        score: None,
        hors_zone: String::new(),
        raison: None,
        accord: true,
        entretien_le: None,
        reponse_avant: None,
        maj_le: tx.now(),
        version: 1,
    };
    if !store::insert(tx, &m).await? {
        return Err(outdated());
    }
    trace(tx, acteur, m.id, None, m.etat).await?;
    let texte = format!(
        "Une personne propose sa candidature. Découvrez son profil :\n{url}/mises-en-relation/{}",
        m.id
    );
    let a = Avis {
        evenement: &format!("R05:interet:{}", m.id),
        sujet: "Une candidature spontanée",
        texte: &texte,
    };
    message::to_structure(tx, structure, a).await?;
    conclude(tx, acteur, id_commande, &m.id.to_string()).await?;
    Ok(m.id)
}

/// One step of a matching, by the structure or by the candidate.
///
/// # Errors
/// `Erreur::Interdit` for the other side's step, `Erreur::Conflit` when the
/// step is not possible from here, `Erreur::Saisie` for a missing answer.
pub async fn act(tx: &mut Tx, acteur: &Acteur, url: &str, id: Uuid, f: &Geste) -> Resultat<Etat> {
    let Some(e) = Evenement::find(&f.evenement) else {
        return Err(Erreur::field("evenement", "Choisissez une action."));
    };
    // Outside the perimeter nothing is confirmed, before any right is discussed.
    store::get(tx, &acteur.perimetre, id).await?;
    let droit = acteur.require(if e.is_candidate() {
        &CANDIDAT
    } else {
        &RECRUTER
    })?;
    let mut m = store::load(tx, &droit, id).await?;
    if claim(
        tx,
        acteur,
        &f.id_commande,
        "relation.geste",
        &empreinte(&(id, f)),
    )
    .await?
    .is_some()
    {
        return Ok(m.etat);
    }
    if f.version != m.version.to_string() {
        return Err(outdated());
    }
    let de = m.etat;
    m.etat = next(de, e).ok_or_else(|| {
        Erreur::Conflit(
            "Cette action n'est plus possible : la situation a changé. Rechargez la page.".into(),
        )
    })?;
    apply_step(tx, &mut m, e, f).await?;
    store::update(tx, &m).await?;
    trace(tx, acteur, m.id, Some(de), m.etat).await?;
    tell(tx, url, &m, e).await?;
    conclude(tx, acteur, &f.id_commande, m.etat.cle()).await?;
    Ok(m.etat)
}

async fn apply_step(tx: &mut Tx, m: &mut MiseEnRelation, e: Evenement, f: &Geste) -> Resultat<()> {
    let le = tx.today();
    match e {
        Evenement::PlanifierEntretien => {
            let d = francais::parse_date(&f.entretien_le)
                .map_err(|t| Erreur::field("entretien_le", t))?;
            if d < le {
                return Err(Erreur::field(
                    "entretien_le",
                    "Cette date est passée : choisissez une date à venir.",
                ));
            }
            m.entretien_le = Some(d);
        }
        Evenement::Proposer => {
            if programme::poste::available(tx, m.structure, None, le).await? < 1 {
                return Err(Erreur::Conflit("Aucun poste disponible.".into()));
            }
            m.reponse_avant = Some(francais::plus_days(le, REPONSE_JOURS));
        }
        Evenement::Ecarter => {
            m.raison = Some(
                Raison::find(&f.raison)
                    .ok_or_else(|| Erreur::field("raison", "Choisissez une raison."))?,
            );
        }
        Evenement::Accorder => m.accord = true,
        Evenement::Preselectionner | Evenement::Accepter | Evenement::Decliner => {}
    }
    Ok(())
}

async fn tell(tx: &mut Tx, url: &str, m: &MiseEnRelation, e: Evenement) -> Resultat<()> {
    let nom = programme::structure::get(tx, m.structure).await?.nom;
    let lien = format!("{url}/mises-en-relation/{}", m.id);
    let (sujet, texte) = match e {
        Evenement::Preselectionner => (
            "Une structure s'intéresse à votre profil",
            format!("{nom} a retenu votre candidature pour la suite.\n{lien}"),
        ),
        Evenement::PlanifierEntretien => (
            "Un entretien vous est proposé",
            format!(
                "{nom} vous propose un entretien le {}.\n{lien}",
                m.entretien_le
                    .map(francais::date_longue)
                    .unwrap_or_default()
            ),
        ),
        Evenement::Proposer => (
            "Une proposition de poste",
            format!(
                "{nom} vous propose un poste de conseiller numérique. Répondez avant le {} :\n{lien}",
                m.reponse_avant.map(francais::date).unwrap_or_default()
            ),
        ),
        Evenement::Ecarter => (
            "Réponse à votre candidature",
            format!(
                "{nom} ne donne pas suite pour ce poste. Votre profil reste visible des autres structures.\n{lien}"
            ),
        ),
        Evenement::Accepter => (
            "Votre proposition est acceptée",
            format!("La personne accepte votre proposition. Rédigez son contrat :\n{lien}"),
        ),
        Evenement::Decliner => (
            "Votre proposition est déclinée",
            format!("La personne ne donne pas suite.\n{lien}"),
        ),
        Evenement::Accorder => (
            "Coordonnées partagées",
            format!("La personne vous donne accès à ses coordonnées.\n{lien}"),
        ),
    };
    let a = Avis {
        evenement: &format!("R04:{}:{}:{}", e.cle(), m.id, m.version),
        sujet,
        texte: &texte,
    };
    if e.is_candidate() {
        message::to_structure(tx, m.structure, a).await
    } else {
        message::to_personne(tx, m.personne, a).await
    }
}

/// Puts all open matchings of a person on hold, but one; no refusal.
///
/// # Errors
/// `Erreur::Base`.
pub async fn pause_all(
    tx: &mut Tx,
    acteur: &Acteur,
    personne: Uuid,
    sauf: Option<Uuid>,
) -> Resultat<()> {
    for mut m in store::of_personne(tx, personne).await? {
        if m.etat.is_open() && m.etat != Etat::Acceptee && Some(m.id) != sauf {
            let de = m.etat;
            m.etat_avant = Some(de);
            m.etat = Etat::EnPause;
            store::update(tx, &m).await?;
            trace(tx, acteur, m.id, Some(de), m.etat).await?;
        }
    }
    Ok(())
}

/// Puts back what a pause had held, each in its former state (scenario 5).
///
/// # Errors
/// `Erreur::Base`.
pub async fn resume_all(tx: &mut Tx, acteur: &Acteur, personne: Uuid) -> Resultat<()> {
    for mut m in store::of_personne(tx, personne).await? {
        if let (Etat::EnPause, Some(avant)) = (m.etat, m.etat_avant) {
            m.etat = avant;
            m.etat_avant = None;
            store::update(tx, &m).await?;
            trace(tx, acteur, m.id, Some(Etat::EnPause), avant).await?;
        }
    }
    Ok(())
}

/// Closes what a structure had open once its last post is taken; the message
/// is neutral, nobody is refused.
///
/// # Errors
/// `Erreur::Base`.
pub async fn close_all(tx: &mut Tx, acteur: &Acteur, url: &str, structure: Uuid) -> Resultat<()> {
    let nom = programme::structure::get(tx, structure).await?.nom;
    for mut m in store::open_of_structure(tx, structure).await? {
        let de = m.etat;
        m.etat = Etat::Close;
        store::update(tx, &m).await?;
        trace(tx, acteur, m.id, Some(de), m.etat).await?;
        let texte = format!(
            "Le poste de {nom} est pourvu. Votre profil reste visible des autres structures.\n{url}/mises-en-relation/{}",
            m.id
        );
        let a = Avis {
            evenement: &format!("R04:close:{}:{}", m.id, m.version),
            sujet: "Un poste est pourvu",
            texte: &texte,
        };
        message::to_personne(tx, m.personne, a).await?;
    }
    Ok(())
}

/// Moves a matching because of its contract: hired, or back to preselection.
///
/// # Errors
/// `Erreur::Base`.
pub async fn follow_contract(tx: &mut Tx, acteur: &Acteur, id: Uuid, vers: Etat) -> Resultat<()> {
    let mut m = store::get(tx, &Perimetre::National, id).await?;
    let de = m.etat;
    if de == vers {
        return Ok(());
    }
    m.etat = vers;
    store::update(tx, &m).await?;
    trace(tx, acteur, id, Some(de), vers).await
}

async fn trace(
    tx: &mut Tx,
    acteur: &Acteur,
    id: Uuid,
    de: Option<Etat>,
    vers: Etat,
) -> Resultat<()> {
    historique::append(tx, acteur, OBJET, id, de.map(Etat::cle), vers.cle(), None).await?;
    journal::record(
        tx,
        acteur,
        "relation.etape",
        OBJET,
        id,
        json!({ "de": de.map(Etat::cle), "vers": vers.cle() }),
    );
    Ok(())
}
