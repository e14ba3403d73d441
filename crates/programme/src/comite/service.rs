//! Preparing a session, voting, recording decisions.

use serde::{Deserialize, Serialize};
use socle::{
    Acteur, Erreur, Resultat as R, Role, Saisies, Tx, commande,
    courrier::{self, Message},
    francais,
};
use uuid::Uuid;

use super::{
    Decision, Etat, Evenement, LIRE, Membre, Point, Resultat, Session, TENIR, VOTER, Voix, Vote,
    pv, quorum, resultat, store,
};
use crate::{
    avis, campagne,
    candidature::{self, Etat as EtatDossier},
    commun::{check_version, choice, free_text, number, stale, step},
    poste::{self, Nature},
    reference,
};

/// For a member: only the sessions they sit in.
pub(super) fn seat(a: &Acteur) -> Option<Uuid> {
    (a.role == Role::Comite).then(|| a.personne.unwrap_or_default())
}

/// A session this person may read.
pub(super) async fn load(tx: &mut Tx, a: &Acteur, id: Uuid) -> R<Session> {
    a.require(&LIRE)?;
    store::get(tx, seat(a), id).await
}

/// Who may sit: everybody who holds the role today.
///
/// # Errors
/// `Erreur::Base`.
pub(super) async fn candidates(tx: &mut Tx) -> R<Vec<Uuid>> {
    let mut v: Vec<Uuid> = Vec::new();
    for a in comptes::attribution::list(tx, Some(Role::Comite), 200).await? {
        if !v.contains(&a.personne) {
            v.push(a.personne);
        }
    }
    v.sort();
    Ok(v)
}

/// The form of a new session.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct SaisieSession {
    pub id_commande: String,
    pub campagne: String,
    pub date_seance: String,
    pub lieu: String,
    /// Persons; one of them presides.
    pub membres: Vec<String>,
    pub president: String,
}

/// Creates a session with its members; gives its id.
///
/// # Errors
/// `Erreur::Saisie`.
pub async fn create(tx: &mut Tx, acteur: &Acteur, s: &SaisieSession) -> R<Uuid> {
    acteur.require(&TENIR)?;
    let empreinte = commande::empreinte(s);
    if let Some(deja) =
        commande::claim(tx, acteur, &s.id_commande, "comite.creer", &empreinte).await?
    {
        return deja.parse().map_err(|_| Erreur::Introuvable);
    }
    let mut e = Saisies::new();
    let campagne = match s.campagne.parse::<Uuid>() {
        Ok(id) => campagne::get(tx, id).await.ok(),
        Err(_) => None,
    };
    if campagne.is_none() {
        e.add("campagne", "Choisissez une campagne.");
    }
    let date = e.take("date_seance", francais::parse_date(&s.date_seance));
    let lieu = free_text(&mut e, "lieu", &s.lieu, 2, 200);
    let connus = candidates(tx).await?;
    let personnes: Vec<Uuid> = s
        .membres
        .iter()
        .filter_map(|m| m.parse().ok())
        .filter(|m| connus.contains(m))
        .collect();
    if personnes.is_empty() {
        e.add("membres", "Choisissez au moins un membre.");
    }
    let president = s.president.parse().ok().filter(|p| personnes.contains(p));
    if president.is_none() {
        e.add("president", "Choisissez la présidence parmi les membres.");
    }
    e.check()?;
    let (Some(campagne), Some(date_seance)) = (campagne, date) else {
        return Err(Erreur::Introuvable);
    };
    let n = poste::next_number(tx, &format!("comite:{}", date_seance.year())).await?;
    let session = Session {
        id: tx.new_id(),
        numero: format!("COSELEC-{}-{n:02}", date_seance.year()),
        campagne: campagne.id,
        date_seance,
        lieu,
        etat: Etat::Preparation,
        etat_depuis: tx.today(),
        pv_empreinte: None,
        version: 1,
    };
    store::insert(tx, &session).await?;
    for personne in personnes {
        let m = Membre {
            personne,
            president: Some(personne) == president,
            present: false,
        };
        store::insert_member(tx, session.id, &m).await?;
    }
    step(
        tx,
        acteur,
        ("comite", "comite.creer"),
        session.id,
        None,
        session.etat.cle(),
        None,
    )
    .await?;
    commande::conclude(tx, acteur, &s.id_commande, &session.id.to_string()).await?;
    Ok(session.id)
}

/// Puts files on the agenda. Files already there are left alone.
///
/// # Errors
/// `Erreur::Conflit` « Étape manquante : avis motivé de la préfecture. »
pub async fn inscribe(tx: &mut Tx, acteur: &Acteur, session: Uuid, dossiers: &[Uuid]) -> R<()> {
    let droit = acteur.require(&TENIR)?;
    let s = load(tx, acteur, session).await?;
    if !matches!(s.etat, Etat::Preparation) {
        return Err(Erreur::Conflit(
            "L'ordre du jour est fixé : préparez une autre séance.".into(),
        ));
    }
    tx.lock(&format!("comite:{session}")).await?;
    let mut ordre = i64::try_from(store::points(tx, session).await?.len()).unwrap_or(0);
    for id in dossiers {
        let c = candidature::load(tx, &droit, *id).await?;
        if c.etat == EtatDossier::Inscrite {
            continue;
        }
        if c.etat != EtatDossier::AvisRendu || avis::latest(tx, *id).await?.is_none() {
            return Err(Erreur::Conflit(
                "Étape manquante : avis motivé de la préfecture.".into(),
            ));
        }
        if c.campagne != s.campagne {
            return Err(Erreur::Conflit(
                "Ce dossier appartient à une autre campagne.".into(),
            ));
        }
        ordre += 1;
        let point = tx.new_id();
        store::insert_point(tx, point, session, *id, ordre).await?;
        candidature::set_state(tx, &c, EtatDossier::Inscrite, c.avis_limite).await?;
        let note = format!("Séance {}", s.numero);
        let (de, vers) = (Some(c.etat.cle()), EtatDossier::Inscrite.cle());
        step(
            tx,
            acteur,
            ("candidature", "comite.inscrire"),
            *id,
            de,
            vers,
            Some(&note),
        )
        .await?;
    }
    Ok(())
}

/// Convenes, suspends, signs, publishes, annuls.
///
/// # Errors
/// `Erreur::Conflit`, `Erreur::Saisie` for a missing reason.
pub async fn act(
    tx: &mut Tx,
    acteur: &Acteur,
    id: Uuid,
    ev: Evenement,
    version: &str,
    motif: &str,
    site: &str,
) -> R<()> {
    acteur.require(&TENIR)?;
    let s = load(tx, acteur, id).await?;
    check_version(s.version, version)?;
    let vers = ev.target(s.etat).ok_or_else(stale)?;
    let motif = motif.trim();
    if ev.asks_motif() && motif.chars().count() < 10 {
        return Err(Erreur::field(
            "motif",
            "Expliquez pourquoi (10 caractères au moins).",
        ));
    }
    let points = store::points(tx, id).await?;
    match ev {
        Evenement::Convoquer => {
            if points.is_empty() {
                return Err(Erreur::Conflit(
                    "Inscrivez au moins un dossier avant de convoquer.".into(),
                ));
            }
            if s.date_seance < francais::plus_days(tx.today(), 5) {
                return Err(Erreur::Conflit(
                    "La séance doit être convoquée au moins 5 jours avant sa date. Préparez une séance plus tardive.".into(),
                ));
            }
            convene(tx, &s, site).await?;
        }
        Evenement::SignerPv => pv::seal(tx, &s, &points).await?,
        Evenement::Publier => pv::publish(tx, &s, &points, site).await?,
        Evenement::Annuler => {
            for p in &points {
                back_to_pool(tx, acteur, p, "Séance annulée").await?;
            }
        }
        Evenement::Suspendre | Evenement::Reprendre => {}
    }
    store::set_state(tx, &s, vers).await?;
    let note = Some(motif).filter(|m| !m.is_empty());
    step(
        tx,
        acteur,
        ("comite", "comite.etat"),
        id,
        Some(s.etat.cle()),
        vers.cle(),
        note,
    )
    .await
}

/// P07: agenda and date to each member.
async fn convene(tx: &mut Tx, s: &Session, site: &str) -> R<()> {
    for m in store::members(tx, s.id).await? {
        let p = comptes::personne::get(tx, m.personne).await?;
        let texte = format!(
            "Bonjour,\n\nVous êtes convoqué à la séance {} du comité, le {}, {}.\n\nOrdre du jour et dossiers : {site}/comites/{}\n",
            s.numero,
            francais::date_longue(s.date_seance),
            s.lieu,
            s.id
        );
        let message = Message {
            a: &p.courriel,
            sujet: "Convocation du comité de sélection",
            texte: &texte,
            cle: &format!("P07:{}:{}", s.id, m.personne),
        };
        courrier::send(tx, message).await?;
    }
    Ok(())
}

pub(super) async fn back_to_pool(tx: &mut Tx, acteur: &Acteur, p: &Point, motif: &str) -> R<()> {
    let c = candidature::get(tx, &socle::Perimetre::National, p.candidature).await?;
    candidature::set_state(tx, &c, EtatDossier::AvisRendu, c.avis_limite).await?;
    let (de, vers) = (Some(c.etat.cle()), EtatDossier::AvisRendu.cle());
    step(
        tx,
        acteur,
        ("candidature", "comite.ajourner"),
        c.id,
        de,
        vers,
        Some(motif),
    )
    .await
}

/// Opens the session with those present.
///
/// # Errors
/// `Erreur::Saisie` when the quorum is not reached.
pub async fn open(
    tx: &mut Tx,
    acteur: &Acteur,
    id: Uuid,
    version: &str,
    presents: &[Uuid],
) -> R<()> {
    acteur.require(&TENIR)?;
    let s = load(tx, acteur, id).await?;
    check_version(s.version, version)?;
    if s.etat != Etat::Convoquee {
        return Err(stale());
    }
    let membres = store::members(tx, id).await?;
    let la: Vec<Uuid> = membres
        .iter()
        .map(|m| m.personne)
        .filter(|p| presents.contains(p))
        .collect();
    let requis = quorum(membres.len());
    if la.len() < requis {
        return Err(Erreur::field(
            "presents",
            format!(
                "Le quorum n'est pas atteint : {} sur {requis} nécessaires.",
                la.len()
            ),
        ));
    }
    for p in la {
        store::set_presence(tx, id, p).await?;
    }
    store::set_state(tx, &s, Etat::EnSeance).await?;
    step(
        tx,
        acteur,
        ("comite", "comite.ouvrir"),
        id,
        Some(s.etat.cle()),
        Etat::EnSeance.cle(),
        None,
    )
    .await
}

/// A member's vote on an item, replaced while no decision is recorded.
///
/// # Errors
/// `Erreur::Conflit` when the session is not open or the member absent.
pub async fn vote(tx: &mut Tx, acteur: &Acteur, session: Uuid, point: Uuid, voix: Voix) -> R<()> {
    acteur.require(&VOTER)?;
    let s = load(tx, acteur, session).await?;
    let p = store::point(tx, session, point).await?;
    let personne = acteur.personne.ok_or(Erreur::Introuvable)?;
    let present = store::members(tx, session)
        .await?
        .iter()
        .any(|m| m.personne == personne && m.present);
    if s.etat != Etat::EnSeance || !present {
        return Err(Erreur::Conflit(
            "Le vote n'est ouvert qu'aux membres présents, pendant la séance.".into(),
        ));
    }
    if p.decision.is_some() {
        return Err(Erreur::Conflit(
            "La décision de ce point est déjà enregistrée.".into(),
        ));
    }
    store::set_vote(tx, point, Vote { personne, voix }).await?;
    socle::journal::record(
        tx,
        acteur,
        "comite.voter",
        "comite_point",
        point,
        serde_json::json!({ "voix": voix.cle() }),
    );
    Ok(())
}

/// The form of a decision.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct SaisieDecision {
    pub version: String,
    pub decision: String,
    pub nombre_postes: String,
    pub motifs: Vec<String>,
    pub motif: String,
    pub voix_preponderante: String,
}

/// Records a decision; the contingent is checked under lock: what open
/// sessions propose counts already (spec 10 §3).
///
/// # Errors
/// `Erreur::Saisie` field by field; `Erreur::Conflit` « Contingent épuisé… ».
pub async fn decide(
    tx: &mut Tx,
    acteur: &Acteur,
    session: Uuid,
    point: Uuid,
    s: &SaisieDecision,
) -> R<()> {
    let droit = acteur.require(&TENIR)?;
    let seance = load(tx, acteur, session).await?;
    let mut p = store::point(tx, session, point).await?;
    let c = candidature::load(tx, &droit, p.candidature).await?;
    let mut e = Saisies::new();
    let decision = choice(&mut e, "decision", &s.decision, Decision::from_cle);
    let avis = avis::latest(tx, c.id).await?.ok_or(Erreur::Introuvable)?;
    p.nombre_postes = match decision {
        Some(Decision::Attribution) => number(&mut e, "nombre_postes", &s.nombre_postes, 1, 500),
        _ => None,
    };
    let plafond = c.nombre_postes.into_iter().chain(avis.nombre_postes).min();
    let au_dela = matches!((p.nombre_postes, plafond), (Some(n), Some(max)) if n > max);
    let min = match decision {
        Some(Decision::Refus) => 50,
        Some(Decision::ExamenComplementaire | Decision::Ajournement) => 20,
        Some(Decision::Attribution) if au_dela => 20,
        _ => 0,
    };
    p.motif = free_text(&mut e, "motif", &s.motif, min, 2000);
    p.motifs = Vec::new();
    if decision == Some(Decision::Refus) {
        let connus = reference::choices(tx, "motif_refus_comite").await?;
        p.motifs = s
            .motifs
            .iter()
            .filter(|m| connus.iter().any(|(k, _)| k == *m))
            .cloned()
            .collect();
        if p.motifs.is_empty() {
            e.add("motifs", "Choisissez au moins un motif.");
        }
    }
    e.check()?;
    check_version(p.version, &s.version)?;
    if seance.etat != Etat::EnSeance {
        return Err(Erreur::Conflit(
            "Les décisions s'enregistrent pendant la séance.".into(),
        ));
    }
    let vote = resultat(&store::votes(tx, point).await?);
    p.sans_vote = vote == Resultat::SansVote;
    check_vote(decision, vote, s.voix_preponderante == "oui")?;
    if let Some(n) = p.nombre_postes {
        check_contingent(tx, seance.campagne, &p, n, c.nature).await?;
    }
    p.avis = Some(avis.version);
    p.decision = decision;
    store::set_decision(tx, &p).await?;
    socle::journal::record(
        tx,
        acteur,
        "comite.decider",
        "comite_point",
        point,
        serde_json::json!({ "decision": p.decision.map(Decision::cle), "postes": p.nombre_postes, "avis": p.avis }),
    );
    Ok(())
}

/// The recorded decision says what the votes say; the president breaks ties.
fn check_vote(decision: Option<Decision>, vote: Resultat, preponderante: bool) -> R<()> {
    match (decision, vote) {
        (Some(Decision::Attribution), Resultat::Rejete) => Err(Erreur::field(
            "decision",
            "Le vote est défavorable : ce dossier ne peut pas recevoir de poste.",
        )),
        (Some(Decision::Refus), Resultat::Adopte) => Err(Erreur::field(
            "decision",
            "Le vote est favorable : ce dossier ne peut pas être refusé.",
        )),
        (Some(Decision::Attribution | Decision::Refus), Resultat::Partage) if !preponderante => {
            Err(Erreur::field(
                "voix_preponderante",
                "Les voix sont partagées : cochez si la présidence a tranché ainsi.",
            ))
        }
        _ => Ok(()),
    }
}

async fn check_contingent(tx: &mut Tx, campagne: Uuid, p: &Point, n: i64, nature: Nature) -> R<()> {
    campagne::lock(tx, campagne, &p.departement).await?;
    let c = campagne::get(tx, campagne).await?;
    // What this very item proposed before is about to be replaced.
    let deja = store::point(tx, p.session, p.id)
        .await?
        .nombre_postes
        .unwrap_or(0);
    let reste = campagne::balance(tx, &c, &p.departement, nature)
        .await?
        .projete()
        + deja;
    if n > reste {
        let nom = crate::commun::departement(&p.departement);
        return Err(Erreur::Conflit(format!(
            "Contingent épuisé : il reste {reste} poste(s) pour {nom}."
        )));
    }
    Ok(())
}
