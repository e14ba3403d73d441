//! Use cases of training: tests, sessions, places, attendance, results.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::json;
use socle::{
    Acteur, Erreur, Perimetre, Resultat, Saisies, Tx,
    commande::{claim, conclude, empreinte},
    francais, historique, journal, reference, texte_libre,
};
use territoires::{ResultatCommune, resolve_saisie};
use uuid::Uuid;

use super::{
    Certification, Etat, Inscription, Positionnement, Resultat as Issue, Session, Titre, holds,
    organisme::{self, calendar},
    store::{self, OBJET},
};
use crate::{
    contrat,
    droits::{FORMATION_GERER, FORMATION_INSCRIRE},
    message::{self, Avis},
};

/// A positioning test is good for so many months (spec 15 §10.3).
pub const TEST_MOIS: i32 = 12;

/// The form of a session.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct NouvelleSession {
    pub organisme: String,
    pub parcours: String,
    pub commune: String,
    pub debut: String,
    pub fin: String,
    pub a_distance: String,
    pub capacite: String,
    pub demi_journees: String,
    pub id_commande: String,
}

/// The form of a positioning test.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Test {
    pub contrat: String,
    pub le: String,
    pub experience: String,
    pub posture: String,
    pub technique: String,
    pub parcours: String,
    pub commentaire: String,
    pub id_commande: String,
}

/// The form of a registration.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Demande {
    pub contrat: String,
    pub amenagement: String,
    pub id_commande: String,
}

/// The form of what happened to one place: attendance, result, end.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Suivi {
    pub presents: String,
    pub justifiees: String,
    pub injustifiees: String,
    /// `confirmee`, `suivie`, `abandonnee` or `annulee`.
    pub etat: String,
    /// Empty when there was no exam.
    pub titre: String,
    pub resultat: String,
    pub resultat_le: String,
    pub id_commande: String,
}

fn number(s: &mut Saisies, champ: &'static str, texte: &str, min: i64, max: i64) -> i64 {
    match texte.trim().parse::<i64>() {
        Ok(n) if (min..=max).contains(&n) => n,
        _ => {
            s.add(champ, format!("Indiquez un nombre de {min} à {max}."));
            min
        }
    }
}

/// Parcours offered on a day: (key, label with hours).
///
/// # Errors
/// `Erreur::Base`.
pub async fn parcours(tx: &mut Tx, le: Date) -> Resultat<Vec<(String, String)>> {
    Ok(reference::list(tx, "parcours_formation", le)
        .await?
        .into_iter()
        .map(|e| {
            let heures = e.valeur.unwrap_or_default();
            (e.cle, format!("{} ({heures} h)", e.libelle))
        })
        .collect())
}

/// Label of a parcours, of any market.
///
/// # Errors
/// `Erreur::Base`.
pub async fn parcours_label(tx: &mut Tx, cle: &str, le: Date) -> Resultat<String> {
    Ok(reference::entry(tx, "parcours_formation", cle, "", le)
        .await?
        .map_or_else(|| francais::libelle(cle), |e| e.libelle))
}

/// Opens a session; gives its id.
///
/// # Errors
/// `Erreur::Saisie`.
pub async fn open(tx: &mut Tx, acteur: &Acteur, f: &NouvelleSession) -> Resultat<Uuid> {
    acteur.require(&FORMATION_GERER)?;
    if let Some(id) = claim(tx, acteur, &f.id_commande, "session.ouvrir", &empreinte(f)).await? {
        return id.parse().map_err(|_| Erreur::Introuvable);
    }
    let mut s = Saisies::new();
    let organismes = store::organismes(tx).await?;
    let organisme = organismes
        .iter()
        .find(|(id, _)| id.to_string() == f.organisme);
    let permis = match (calendar(acteur), organisme) {
        (Perimetre::Structures(v), Some((id, _))) => v.contains(id),
        (p, o) => p == Perimetre::National && o.is_some(),
    };
    if !permis {
        s.add("organisme", "Choisissez l'organisme dans la liste.");
    }
    let ResultatCommune::Trouvee(commune) = resolve_saisie(&f.commune) else {
        s.add("commune", "Choisissez la commune dans la liste.");
        return Err(Erreur::Saisie(s));
    };
    let debut = s.take("debut", francais::parse_date(&f.debut));
    let fin = s.take("fin", francais::parse_date(&f.fin));
    if let (Some(d), Some(x)) = (debut, fin)
        && x < d
    {
        s.add("fin", "La fin doit suivre le début.");
    }
    if debut.is_some_and(|d| d < tx.today()) {
        s.add(
            "debut",
            "Cette date est passée : choisissez une date à venir.",
        );
    }
    let capacite = number(&mut s, "capacite", &f.capacite, 1, 100);
    let demi_journees = number(&mut s, "demi_journees", &f.demi_journees, 1, 200);
    let entree = match debut {
        Some(d) => reference::entry(tx, "parcours_formation", &f.parcours, "", d).await?,
        None => None,
    };
    let heures = entree
        .and_then(|e| e.valeur)
        .and_then(|v| v.parse::<i64>().ok());
    if heures.is_none() {
        s.add(
            "parcours",
            "Choisissez un parcours du marché en cours à cette date.",
        );
    }
    s.check()?;
    let (Some(debut), Some(fin), Some(heures), Some((organisme, nom))) =
        (debut, fin, heures, organisme)
    else {
        return Err(Erreur::Interne("session incomplète".into()));
    };
    let x = Session {
        id: tx.new_id(),
        numero: store::next_numero(tx, debut.year()).await?,
        organisme: *organisme,
        organisme_nom: nom.clone(),
        departement: commune.departement.to_owned(),
        commune_insee: commune.code.to_owned(),
        parcours: f.parcours.clone(),
        heures,
        debut,
        fin,
        a_distance: f.a_distance == "oui",
        capacite,
        demi_journees,
        annulee: false,
        confirmees: 0,
        en_attente: 0,
    };
    store::insert_session(tx, &x).await?;
    trace(tx, acteur, x.id, "ouverte").await?;
    conclude(tx, acteur, &f.id_commande, &x.id.to_string()).await?;
    Ok(x.id)
}

/// Records the result of a positioning test.
///
/// # Errors
/// `Erreur::Saisie`; `Erreur::Introuvable` for a contract out of perimeter.
pub async fn test(tx: &mut Tx, acteur: &Acteur, url: &str, f: &Test) -> Resultat<()> {
    acteur.require(&FORMATION_GERER)?;
    let mut s = Saisies::new();
    let Ok(id) = f.contrat.parse::<Uuid>() else {
        s.add("contrat", "Choisissez la personne dans la liste.");
        return s.check();
    };
    let p = organisme::served(tx, acteur).await?;
    let c = contrat::store::get(tx, &p, id).await?;
    if claim(tx, acteur, &f.id_commande, "formation.test", &empreinte(f))
        .await?
        .is_some()
    {
        return Ok(());
    }
    let le = s.take("le", francais::parse_date(&f.le));
    if le.is_some_and(|d| d > tx.today()) {
        s.add("le", "Cette date est à venir.");
    }
    let experience = number(&mut s, "experience", &f.experience, 0, 100);
    let posture = number(&mut s, "posture", &f.posture, 0, 100);
    let technique = number(&mut s, "technique", &f.technique, 0, 100);
    let aujourdhui = tx.today();
    if !parcours(tx, aujourdhui)
        .await?
        .iter()
        .any(|(k, _)| *k == f.parcours)
    {
        s.add("parcours", "Choisissez le parcours recommandé.");
    }
    s.take("commentaire", texte_libre::check(&f.commentaire));
    s.check()?;
    let Some(le) = le else { return Ok(()) };
    let p = Positionnement {
        id: tx.new_id(),
        personne: c.personne,
        le,
        experience,
        posture,
        technique,
        parcours: f.parcours.clone(),
        commentaire: f.commentaire.trim().to_owned(),
    };
    store::insert_test(tx, &p, c.structure, &c.departement).await?;
    let libelle = parcours_label(tx, &p.parcours, le).await?;
    let texte = format!(
        "Résultat du test de positionnement : {libelle}.\nChoisissez maintenant une session :\n{url}/formations"
    );
    let a = Avis {
        evenement: &format!("R14:test:{}", p.id),
        sujet: "Résultat du test de positionnement",
        texte: &texte,
    };
    message::to_personne(tx, c.personne, a).await?;
    message::to_structure(tx, c.structure, a).await?;
    journal::record(
        tx,
        acteur,
        "formation.test",
        "positionnement",
        p.id,
        json!({ "parcours": p.parcours }),
    );
    conclude(tx, acteur, &f.id_commande, "").await
}

/// The employer registers a person: a place, or a rank on the waiting list.
///
/// # Errors
/// `Erreur::Saisie` with the reason of refusal (spec 15 §10.4).
pub async fn register(
    tx: &mut Tx,
    acteur: &Acteur,
    url: &str,
    session: Uuid,
    f: &Demande,
) -> Resultat<Etat> {
    let droit = acteur.require(&FORMATION_INSCRIRE)?;
    tx.lock(&format!("session:{session}")).await?;
    let s = store::session(tx, &calendar(acteur), session).await?;
    let Ok(id) = f.contrat.parse::<Uuid>() else {
        return Err(Erreur::field(
            "contrat",
            "Choisissez la personne à inscrire.",
        ));
    };
    let c = contrat::store::load(tx, &droit, id).await?;
    if let Some(e) = claim(
        tx,
        acteur,
        &f.id_commande,
        "formation.inscrire",
        &empreinte(&(session, f)),
    )
    .await?
    {
        return Etat::from_cle(&e);
    }
    let le = tx.today();
    if let Some(m) = refusal(tx, &s, &c, le).await? {
        return Err(Erreur::field("contrat", m));
    }
    let etat = if s.places_left() > 0 {
        Etat::Confirmee
    } else {
        Etat::ListeAttente
    };
    let i = Inscription {
        id: tx.new_id(),
        session,
        contrat: c.id,
        personne: c.personne,
        structure: c.structure,
        etat,
        embauche: c.date_debut,
        amenagement: f.amenagement == "oui",
        presents: 0,
        justifiees: 0,
        injustifiees: 0,
    };
    if !store::insert_place(tx, &i, &c.departement).await? {
        return Err(Erreur::field(
            "contrat",
            "Cette personne est déjà inscrite à cette session.",
        ));
    }
    tell(tx, url, &s, &i).await?;
    trace(tx, acteur, session, etat.cle()).await?;
    conclude(tx, acteur, &f.id_commande, etat.cle()).await?;
    Ok(etat)
}

/// Why a registration is refused, in words.
async fn refusal(
    tx: &mut Tx,
    s: &Session,
    c: &contrat::Contrat,
    le: Date,
) -> Resultat<Option<String>> {
    if !s.takes_registrations(le) {
        return Ok(Some(
            "Cette session a commencé ou est annulée : choisissez-en une autre.".into(),
        ));
    }
    if c.etat != contrat::Etat::Valide || c.derniere_date().is_some_and(|f| f < le) {
        return Ok(Some("Cette personne n'est pas en poste.".into()));
    }
    let certifications = store::certifications(tx, c.personne).await?;
    if holds(&certifications, Titre::Ccp1) {
        return Ok(Some(
            "Cette personne a déjà le CCP1 : elle est dispensée de la formation initiale.".into(),
        ));
    }
    let deja = store::places_of(tx, c.personne).await?;
    if deja
        .iter()
        .any(|i| i.session != s.id && matches!(i.etat, Etat::Confirmee | Etat::Suivie))
    {
        return Ok(Some(
            "Formation déjà financée : une personne suit une seule formation initiale.".into(),
        ));
    }
    let Some(t) = store::last_test(tx, c.personne)
        .await?
        .filter(|t| francais::plus_months(t.le, TEST_MOIS) > le)
    else {
        return Ok(Some(
            "Dossier incomplet : le test de positionnement n'est pas encore passé.".into(),
        ));
    };
    if t.parcours != s.parcours {
        let libelle = parcours_label(tx, &t.parcours, t.le).await?;
        return Ok(Some(format!(
            "Le test de positionnement oriente vers un autre parcours : {libelle}."
        )));
    }
    Ok(None)
}

/// Records attendance, a result, or the end of a place. A place that is freed
/// goes to the first of the waiting list.
///
/// # Errors
/// `Erreur::Saisie`; `Erreur::Introuvable` for another body's session.
pub async fn follow(
    tx: &mut Tx,
    acteur: &Acteur,
    url: &str,
    session: Uuid,
    place: Uuid,
    f: &Suivi,
) -> Resultat<()> {
    let s = store::load(tx, acteur, session).await?;
    let mut i = store::place(tx, session, place).await?;
    if claim(
        tx,
        acteur,
        &f.id_commande,
        "formation.suivi",
        &empreinte(&(place, f)),
    )
    .await?
    .is_some()
    {
        return Ok(());
    }
    let mut e = Saisies::new();
    let etat = Etat::find(&f.etat).filter(|x| {
        matches!(
            x,
            Etat::Confirmee | Etat::Suivie | Etat::Abandonnee | Etat::Annulee
        )
    });
    if etat.is_none() || !matches!(i.etat, Etat::Confirmee | Etat::Suivie | Etat::ListeAttente) {
        e.add("etat", "Choisissez l'état de la formation.");
    }
    i.presents = number(&mut e, "presents", &f.presents, 0, s.demi_journees);
    i.justifiees = number(&mut e, "justifiees", &f.justifiees, 0, s.demi_journees);
    i.injustifiees = number(&mut e, "injustifiees", &f.injustifiees, 0, s.demi_journees);
    if i.presents + i.justifiees + i.injustifiees > s.demi_journees {
        e.add(
            "presents",
            format!("La session compte {} demi-journées.", s.demi_journees),
        );
    }
    let certification = read_result(&mut e, f, tx.today());
    if let Some(c) = &certification
        && matches!(c.titre, Titre::Ccp2 | Titre::Ccp3)
        && !holds(&store::certifications(tx, i.personne).await?, Titre::Ccp1)
    {
        e.add("titre", "Le CCP1 est requis avant le CCP2 et le CCP3.");
    }
    e.check()?;
    let avant = i.etat;
    i.etat = etat.unwrap_or(avant);
    store::update_place(tx, &i).await?;
    let c = contrat::store::get(tx, &Perimetre::National, i.contrat).await?;
    if let Some(x) = &certification {
        let id = tx.new_id();
        store::insert_certification(tx, id, &i, &c.departement, x).await?;
        let texte = format!(
            "{} : {}.\n{url}/mon-parcours",
            x.titre.libelle(),
            x.resultat.libelle()
        );
        let a = Avis {
            evenement: &format!("R18:{id}"),
            sujet: "Résultat de votre certification",
            texte: &texte,
        };
        message::to_personne(tx, i.personne, a).await?;
    }
    if avant == Etat::Confirmee && i.etat == Etat::Annulee {
        promote(tx, acteur, url, &s).await?;
    }
    trace(tx, acteur, session, i.etat.cle()).await?;
    conclude(tx, acteur, &f.id_commande, "").await
}

fn read_result(e: &mut Saisies, f: &Suivi, le: Date) -> Option<Certification> {
    if f.titre.is_empty() {
        return None;
    }
    let titre = e.take(
        "titre",
        Titre::find(&f.titre).ok_or("Choisissez la certification."),
    );
    let resultat = e.take(
        "resultat",
        Issue::find(&f.resultat).ok_or("Choisissez le résultat."),
    );
    let date = e.take("resultat_le", francais::parse_date(&f.resultat_le));
    if date.is_some_and(|d| d > le) {
        e.add("resultat_le", "Cette date est à venir.");
    }
    Some(Certification {
        titre: titre?,
        resultat: resultat?,
        le: date?,
    })
}

async fn promote(tx: &mut Tx, acteur: &Acteur, url: &str, s: &Session) -> Resultat<()> {
    if let Some(mut i) = store::first_waiting(tx, s.id).await? {
        i.etat = Etat::Confirmee;
        store::update_place(tx, &i).await?;
        trace(tx, acteur, s.id, i.etat.cle()).await?;
        tell(tx, url, s, &i).await?;
    }
    Ok(())
}

/// R14: to the person and the employer.
async fn tell(tx: &mut Tx, url: &str, s: &Session, i: &Inscription) -> Resultat<()> {
    let quoi = match i.etat {
        Etat::Confirmee => "La place est confirmée",
        _ => "La session est complète : la personne est sur la liste d'attente",
    };
    let texte = format!(
        "Session {} du {} au {}. {quoi}.\n{url}/formations/{}",
        s.numero,
        francais::date(s.debut),
        francais::date(s.fin),
        s.id
    );
    let a = Avis {
        evenement: &format!("R14:place:{}:{}", i.id, i.etat.cle()),
        sujet: "Votre formation",
        texte: &texte,
    };
    message::to_personne(tx, i.personne, a).await?;
    message::to_structure(tx, i.structure, a).await
}

async fn trace(tx: &mut Tx, acteur: &Acteur, session: Uuid, vers: &str) -> Resultat<()> {
    historique::append(tx, acteur, OBJET, session, None, vers, None).await?;
    journal::record(
        tx,
        acteur,
        "formation.etape",
        OBJET,
        session,
        json!({ "vers": vers }),
    );
    Ok(())
}
