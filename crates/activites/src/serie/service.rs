//! Use cases of series.

use jiff::civil::Date;
use serde_json::json;
use socle::{Acteur, Erreur, Resultat, Saisies, Tx, commande, francais, historique, journal};
use uuid::Uuid;
use web::Champs;

use super::{Etat, Frequence, MAXIMUM, Seance, Serie, dates, store};
use crate::{
    activite::{
        TypeActivite, saisie,
        service::{self, ECRIRE},
    },
    voisins,
};

/// Fields of an atelier a series may fix.
const GARDES: [&str; 9] = [
    "titre",
    "duree",
    "duree_autre",
    "lieu",
    "thematiques",
    "sous_thematiques",
    "materiel",
    "public",
    "niveau",
];
const MOTIF_MAX: usize = 200;
/// A first séance is planned at most this far ahead.
const HORIZON_JOURS: i64 = 366;

fn author(acteur: &Acteur) -> Resultat<Uuid> {
    acteur.require(&ECRIRE)?;
    acteur.personne.ok_or(Erreur::Introuvable)
}

/// Reads « 14:30 » as minutes.
fn hour(texte: &str) -> Result<Option<i64>, &'static str> {
    let t = texte.trim();
    if t.is_empty() {
        return Ok(None);
    }
    let lue = t
        .split_once([':', 'h'])
        .and_then(|(h, m)| {
            Some((
                h.parse::<i64>().ok()?,
                if m.is_empty() { 0 } else { m.parse().ok()? },
            ))
        })
        .filter(|(h, m)| (0..24).contains(h) && (0..60).contains(m));
    lue.map(|(h, m)| Some(h * 60 + m))
        .ok_or("Écrivez l'heure ainsi : 14:30.")
}

/// Plans a series; the same form twice plans one.
///
/// # Errors
/// `Erreur::Saisie` beside each field.
pub async fn plan(tx: &mut Tx, acteur: &Acteur, champs: &Champs) -> Resultat<Uuid> {
    let auteur = author(acteur)?;
    let ici = voisins::here(tx, auteur).await?;
    let aujourdhui = ici.jour;
    let mut gardes: Vec<(String, String)> = Vec::new();
    for nom in GARDES {
        for v in champs.all(nom).into_iter().filter(|v| !v.trim().is_empty()) {
            gardes.push((nom.to_owned(), v.to_owned()));
        }
    }
    // What every séance will start from passes the rules of an atelier today.
    let essai = as_form(&gardes)
        .with("date", aujourdhui)
        .with("total", "1")
        .with("confirme_emploi", "oui");
    let cx = service::context(tx, auteur, &ici, aujourdhui).await?;
    let (duree, mut e) = match saisie::read(TypeActivite::Collectif, &essai, &cx) {
        Ok(c) => (c.duree, Saisies::new()),
        Err(e) => (0, e),
    };
    let debut = e.take("date", francais::parse_date(champs.get("date")));
    if debut.is_some_and(|d| d < aujourdhui || francais::days(aujourdhui, d) > HORIZON_JOURS) {
        e.add(
            "date",
            "Le premier atelier se tient entre aujourd'hui et dans un an.",
        );
    }
    let heure = e.take("heure", hour(champs.get("heure"))).flatten();
    let frequence = Frequence::from_cle(champs.get("frequence"));
    if frequence.is_none() {
        e.add("frequence", "Choisissez à quel rythme.");
    }
    let nombre = champs
        .get("nombre")
        .trim()
        .parse::<usize>()
        .ok()
        .filter(|n| (1..=MAXIMUM).contains(n));
    if nombre.is_none() {
        e.add("nombre", format!("De 1 à {MAXIMUM} séances."));
    }
    e.check()?;
    let (Some(debut), Some(frequence), Some(nombre)) = (debut, frequence, nombre) else {
        return Err(Erreur::Introuvable);
    };
    let sans_feries = champs.has("sans_feries", "oui");
    let cle = champs.get("id_commande");
    let empreinte =
        commande::empreinte(&(&gardes, debut, heure, frequence.cle(), nombre, sans_feries));
    if let Some(faite) = commande::claim(tx, acteur, cle, "serie.programmer", &empreinte).await? {
        return faite.parse().map_err(|_| Erreur::Introuvable);
    }
    let employeur = ici.employer_on(tx, auteur, aujourdhui).await?;
    let departement = employeur.map_or_else(String::new, |e| e.departement);
    let jours = dates(debut, frequence, nombre, |d| {
        sans_feries && territoires::calendrier::ferie(d, &departement).is_some()
    });
    let s = Serie {
        id: tx.new_id(),
        auteur,
        frequence,
        debut,
        heure,
        duree,
        nombre,
        sans_feries,
        champs: gardes,
    };
    store::insert(tx, &s, &jours).await?;
    historique::append(tx, acteur, "serie", s.id, None, "programmee", None).await?;
    journal::record(
        tx,
        acteur,
        "serie.programmer",
        "serie",
        s.id,
        json!({ "seances": jours.len() }),
    );
    commande::conclude(tx, acteur, cle, &s.id.to_string()).await?;
    Ok(s.id)
}

fn as_form(champs: &[(String, String)]) -> Champs {
    champs
        .iter()
        .fold(Champs::default(), |f, (n, v)| f.with(n, v))
}

/// The form of an atelier as its séance fills it.
///
/// # Errors
/// `Erreur::Introuvable` for somebody else's; `Erreur::Conflit` when there is
/// nothing left to complete.
pub async fn opened(tx: &mut Tx, auteur: Uuid, seance: Uuid) -> Resultat<Champs> {
    let s = store::get_seance(tx, auteur, seance).await?;
    if s.etat != Etat::Prevue {
        return Err(Erreur::Conflit("Cette séance est déjà complétée.".into()));
    }
    let serie = store::get(tx, auteur, s.serie).await?;
    Ok(as_form(&serie.champs)
        .with("date", s.date)
        .with("seance", seance))
}

/// The séance an atelier completes, as its form names it. The atelier it
/// already made is given back, so that completing twice makes one.
///
/// # Errors
/// `Erreur::Conflit` when it was cancelled meanwhile.
pub async fn completed_by(
    tx: &mut Tx,
    auteur: Uuid,
    champs: &Champs,
) -> Resultat<Option<(Seance, Option<Uuid>)>> {
    let Ok(id) = champs.get("seance").parse() else {
        return Ok(None);
    };
    let s = store::load(tx, auteur, id).await?;
    match (s.etat, s.activite) {
        (Etat::Prevue, _) => Ok(Some((s, None))),
        (Etat::Realisee, Some(a)) => Ok(Some((s, Some(a)))),
        _ => Err(Erreur::Conflit(
            "Cette séance est annulée. Rouvrez-la pour la compléter.".into(),
        )),
    }
}

/// Marks a séance as having made an atelier.
///
/// # Errors
/// `Erreur::Base`.
pub async fn complete(tx: &mut Tx, acteur: &Acteur, s: Seance, activite: Uuid) -> Resultat<()> {
    turn(tx, acteur, s, Etat::Realisee, Some(activite), None).await
}

/// « Séance annulée », with the reason.
///
/// # Errors
/// `Erreur::Saisie` without a reason.
pub async fn cancel(tx: &mut Tx, acteur: &Acteur, id: Uuid, motif: &str) -> Resultat<()> {
    let s = store::load(tx, author(acteur)?, id).await?;
    let motif = motif.trim();
    if motif.is_empty() || motif.chars().count() > MOTIF_MAX {
        return Err(Erreur::field(
            "motif",
            format!("Dites pourquoi, en {MOTIF_MAX} caractères au plus."),
        ));
    }
    let mut e = Saisies::new();
    crate::texte_libre::judge_reason(motif, "motif", &mut e);
    e.check()?;
    close(tx, acteur, s, Etat::Annulee, Some(motif.to_owned())).await
}

/// Nobody came.
///
/// # Errors
/// `Erreur::Introuvable` for somebody else's.
pub async fn nobody_came(tx: &mut Tx, acteur: &Acteur, id: Uuid) -> Resultat<()> {
    let s = store::load(tx, author(acteur)?, id).await?;
    let aujourdhui = voisins::today(tx, s.auteur).await?;
    if s.date > aujourdhui {
        return Err(Erreur::Conflit(
            "Cette séance n'a pas encore eu lieu. Vous pouvez l'annuler.".into(),
        ));
    }
    close(tx, acteur, s, Etat::SansParticipant, None).await
}

/// Plans again a séance said cancelled or empty.
///
/// # Errors
/// `Erreur::Introuvable` for somebody else's.
pub async fn reopen(tx: &mut Tx, acteur: &Acteur, id: Uuid) -> Resultat<()> {
    let s = store::load(tx, author(acteur)?, id).await?;
    match s.etat {
        Etat::Annulee | Etat::SansParticipant => {
            turn(tx, acteur, s, Etat::Prevue, None, None).await
        }
        Etat::Prevue | Etat::Realisee => Ok(()),
    }
}

async fn close(
    tx: &mut Tx,
    acteur: &Acteur,
    s: Seance,
    vers: Etat,
    motif: Option<String>,
) -> Resultat<()> {
    if s.etat == vers {
        return Ok(());
    }
    if s.etat != Etat::Prevue {
        return Err(Erreur::Conflit("Cette séance est déjà complétée.".into()));
    }
    turn(tx, acteur, s, vers, None, motif).await
}

async fn turn(
    tx: &mut Tx,
    acteur: &Acteur,
    mut s: Seance,
    vers: Etat,
    activite: Option<Uuid>,
    motif: Option<String>,
) -> Resultat<()> {
    let de = s.etat;
    s.etat = vers;
    s.activite = activite;
    s.motif = motif;
    store::set(tx, &s).await?;
    let (de, vers) = (de.cle(), vers.cle());
    historique::append(tx, acteur, "seance", s.id, Some(de), vers, None).await?;
    journal::record(
        tx,
        acteur,
        "seance.changer",
        "seance",
        s.id,
        json!({ "etat": vers }),
    );
    Ok(())
}

/// One's own séances that are over and wait to be completed.
///
/// # Errors
/// `Erreur::Base`.
pub async fn waiting(tx: &mut Tx, auteur: Uuid) -> Resultat<Vec<Seance>> {
    let voisins::Ici { jour, minute, .. } = voisins::here(tx, auteur).await?;
    let mut v = store::planned(tx, auteur, jour).await?;
    v.retain(|s| s.is_waiting(jour, minute));
    Ok(v)
}

/// A day and an hour, in words.
#[must_use]
pub fn when(date: Date, heure: Option<i64>) -> String {
    match heure {
        Some(h) => format!(
            "{} à {} h {:02}",
            francais::date_longue(date),
            h / 60,
            h % 60
        ),
        None => francais::date_longue(date),
    }
}
