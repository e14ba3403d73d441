//! The daily run, and stopping it for somebody.

use std::collections::HashMap;

use jiff::civil::Date;
use serde_json::json;
use socle::{
    Acteur, Action, Erreur, Perimetre, Resultat, Role, Tx,
    courrier::{self, Message},
    francais, journal,
};
use uuid::Uuid;

use super::{Etape, Faits, Groupe, Rythme, full_weeks, store};
use crate::{appareil, equipe, voisins};

pub static LIRE_EQUIPE: Action = Action::new(
    "rythme.lire",
    &[Role::Coordinateur, Role::GestionnaireStructure],
    "Le rythme des saisies se lit par la personne, son coordinateur et son employeur.",
);
pub static LIRE_COMPTES: Action = Action::new(
    "rythme.compter",
    &[
        Role::Prefecture,
        Role::Collectivite,
        Role::Hub,
        Role::Administrateur,
    ],
    "Les territoires lisent des nombres, jamais des personnes.",
);
pub static ARRETER: Action = Action::new(
    "rappel.arreter",
    &[
        Role::Conseiller,
        Role::Mediateur,
        Role::Coordinateur,
        Role::GestionnaireStructure,
    ],
    "Les rappels s'arrêtent par la personne, son coordinateur ou son employeur.",
);

/// Looks at everybody of the programme: groups, then the reminders due.
/// Returns how many e-mails were written.
///
/// # Errors
/// `Erreur::Base`.
pub async fn run(tx: &mut Tx) -> Resultat<usize> {
    let calcul = tx.now();
    let population = voisins::professionals(tx).await?;
    let dernieres = store::last_recordings(tx).await?;
    let (du, au) = full_weeks(tx.today());
    let recentes = store::activities_between(tx, du, au).await?;
    let avant = store::all(tx).await?;
    let mut zones = HashMap::new();
    let mut ecrits = 0;
    for p in population {
        let zone = match zones.get(&p.structure) {
            Some(z) => z,
            None => {
                let (commune, _) = voisins::seat(tx, p.structure).await?;
                zones
                    .entry(p.structure)
                    .or_insert_with(|| territoires::calendrier::zone(&commune))
            }
        };
        let faits = Faits {
            aujourdhui: tx.today_in(zone),
            debut_contrat: p.debut,
            derniere: dernieres
                .get(&p.personne)
                .map(|t| t.to_zoned_datetime(zone.clone()).date()),
            fin_formation: p.fin_formation,
            recentes: recentes.get(&p.personne).copied().unwrap_or(0),
        };
        let groupe = faits.group();
        let connu = avant.get(&p.personne);
        let change = connu.is_none_or(|r| r.groupe != groupe);
        let r = Rythme {
            personne: p.personne,
            structure: p.structure,
            departement: p.departement,
            groupe,
            depuis: match connu {
                Some(r) if !change => r.depuis,
                _ => faits.aujourdhui,
            },
            reference: faits.reference(),
            derniere: faits.derniere,
            calcule_le: calcul,
        };
        if change {
            store::append_group(tx, p.personne, groupe, faits.aujourdhui).await?;
        }
        store::save(tx, &r).await?;
        ecrits += remind(tx, &r, &faits).await?;
    }
    store::forget_before(tx, calcul).await?;
    if ecrits > 0 {
        journal::record(
            tx,
            &Acteur::systeme(),
            "rappel.envoyer",
            "rappel",
            tx.today(),
            json!({ "courriels": ecrits }),
        );
    }
    Ok(ecrits)
}

/// Writes the steps due that were not yet. When a missed run makes two steps
/// due at once, the person receives the last one only.
async fn remind(tx: &mut Tx, r: &Rythme, faits: &Faits) -> Resultat<usize> {
    let etapes = faits.steps();
    let Some(derniere) = etapes.last() else {
        return Ok(0);
    };
    if store::stopped(tx, r.personne, r.reference).await?.is_some() {
        return Ok(0);
    }
    let mut ecrits = 0;
    for etape in etapes {
        let envoyer = etape == derniere;
        if store::mark(tx, r.personne, r.reference, *etape, r.personne, envoyer).await? && envoyer {
            tell_person(tx, r, *etape, faits).await?;
            ecrits += 1;
        }
        if *etape == Etape::QuaranteCinqJours {
            for d in colleagues(tx, r, faits.aujourdhui).await? {
                if store::mark(tx, r.personne, r.reference, *etape, d, true).await? {
                    tell_colleague(tx, r, d, faits).await?;
                    ecrits += 1;
                }
            }
        }
    }
    Ok(ecrits)
}

/// Who answers for the structure, and who coordinates the person.
async fn colleagues(tx: &mut Tx, r: &Rythme, le: Date) -> Resultat<Vec<Uuid>> {
    let mut v: Vec<Uuid> = programme::structure::contacts(tx, r.structure)
        .await?
        .into_iter()
        .map(|c| c.personne)
        .collect();
    v.extend(equipe::store::coordinateurs(tx, r.personne, le).await?);
    v.retain(|p| *p != r.personne);
    v.sort_unstable();
    v.dedup();
    Ok(v)
}

/// Days during which what a device announced is believed.
const ANNONCE_JOURS: i64 = 7;

/// A device of the person said lately that entries wait on it.
///
/// # Errors
/// `Erreur::Base`.
pub async fn waits_on_device(tx: &mut Tx, personne: Uuid) -> Resultat<bool> {
    let depuis = tx.now() - jiff::SignedDuration::from_hours(24 * ANNONCE_JOURS);
    appareil::store::announces(tx, personne, depuis).await
}

/// « depuis le 3 mars 2026 », or since the contract.
fn since(r: &Rythme) -> String {
    match r.groupe {
        Groupe::Jamais => format!("depuis votre arrivée, le {}", francais::date(r.reference)),
        _ => format!("depuis le {}", francais::date(r.reference)),
    }
}

async fn tell_person(tx: &mut Tx, r: &Rythme, etape: Etape, f: &Faits) -> Resultat<()> {
    let p = comptes::personne::get(tx, r.personne).await?;
    let (sujet, corps) = if waits_on_device(tx, r.personne).await? {
        (
            "Des saisies attendent sur votre appareil",
            "Des saisies attendent sur votre appareil : elles ne sont pas perdues. Ouvrez Maillage sur cet appareil quand vous avez du réseau, elles partiront toutes seules.".to_owned(),
        )
    } else {
        (
            match etape {
                Etape::UnMois => "Un mois sans compte rendu : tout va bien ?",
                Etape::QuaranteCinqJours => {
                    "45 jours sans compte rendu : besoin d'un coup de main ?"
                }
            },
            format!(
                "Aucun compte rendu n'est enregistré {}, soit {} jours.\n\nSi vous étiez absent ou occupé à autre chose, c'est normal : vous pouvez arrêter ces rappels en un mot, dans « Mon rythme de saisie ».\n\nSi vous avez accompagné du public, une saisie prend une minute, et un tableur se reprend d'un coup avec « Importer ».",
                since(r),
                f.silence()
            ),
        )
    };
    let fin = match etape {
        Etape::UnMois => {
            "Ce message n'est adressé qu'à vous. Au bout de 45 jours, le référent de votre structure et votre coordinateur sont prévenus, pour vous aider."
        }
        Etape::QuaranteCinqJours => {
            "Le référent de votre structure et votre coordinateur reçoivent aussi un message, pour vous aider. Ces rappels ne servent à aucun classement."
        }
    };
    let texte = format!("Bonjour {},\n\n{corps}\n\n{fin}\n", p.prenom);
    write(tx, r, etape, r.personne, &p.courriel, sujet, &texte).await
}

async fn tell_colleague(tx: &mut Tx, r: &Rythme, a: Uuid, f: &Faits) -> Resultat<()> {
    let p = comptes::personne::get(tx, r.personne).await?;
    let d = comptes::personne::get(tx, a).await?;
    let texte = format!(
        "Bonjour {},\n\n{} n'a pas enregistré de compte rendu depuis {} jours.\n\nC'est peut-être une absence, un souci d'outil ou un manque de temps : un appel suffit souvent. Vous pouvez arrêter ces rappels, en disant pourquoi, dans « Rythme des saisies ».\n\nCe message ne sert à aucun classement ni aucune sanction.\n",
        d.prenom,
        p.nom_complet(),
        f.silence()
    );
    let sujet = "Un collègue a peut-être besoin d'un coup de main";
    write(
        tx,
        r,
        Etape::QuaranteCinqJours,
        a,
        &d.courriel,
        sujet,
        &texte,
    )
    .await
}

async fn write(
    tx: &mut Tx,
    r: &Rythme,
    etape: Etape,
    destinataire: Uuid,
    a: &str,
    sujet: &str,
    texte: &str,
) -> Resultat<()> {
    let cle = format!(
        "rappel:{}:{}:{}:{destinataire}",
        r.personne,
        r.reference,
        etape.cle()
    );
    let m = Message {
        a,
        sujet,
        texte,
        cle: &cle,
    };
    courrier::send(tx, m).await
}

/// Those somebody may look at by name: their team, or their structure's people.
///
/// # Errors
/// `Erreur::Interdit` for any other role.
pub async fn team(tx: &mut Tx, acteur: &Acteur) -> Resultat<Vec<Rythme>> {
    acteur.require(&LIRE_EQUIPE)?;
    if acteur.role == Role::Coordinateur {
        let moi = acteur.personne.ok_or(Erreur::Introuvable)?;
        let le = tx.today();
        let membres: Vec<Uuid> = equipe::store::list(tx, moi)
            .await?
            .into_iter()
            .filter(|i| i.covers(le))
            .map(|i| i.membre)
            .collect();
        let mut v: Vec<Rythme> = store::all(tx).await?.into_values().collect();
        v.retain(|r| membres.contains(&r.personne));
        return Ok(v);
    }
    store::list(tx, &acteur.perimetre).await
}

/// One's own.
///
/// # Errors
/// `Erreur::Base`.
pub async fn mine(tx: &mut Tx, personne: Uuid) -> Resultat<Option<Rythme>> {
    Ok(store::list(tx, &Perimetre::Soi(personne)).await?.pop())
}

/// Stops the reminders of the present episode; the next activity opens them
/// again.
///
/// # Errors
/// `Erreur::Introuvable` outside one's team; `Erreur::Saisie` without a reason.
pub async fn stop(tx: &mut Tx, acteur: &Acteur, personne: Uuid, motif: &str) -> Resultat<()> {
    acteur.require(&ARRETER)?;
    let r = if crate::AUTEURS.contains(&acteur.role) {
        match acteur.personne {
            Some(p) if p == personne => mine(tx, p).await?,
            _ => None,
        }
    } else {
        team(tx, acteur)
            .await?
            .into_iter()
            .find(|r| r.personne == personne)
    };
    let r = r.ok_or(Erreur::Introuvable)?;
    let motif = motif.trim();
    if !(3..=200).contains(&motif.chars().count()) {
        return Err(Erreur::field(
            "motif",
            "Dites pourquoi, en quelques mots : congé, formation, autre mission…",
        ));
    }
    if let Some(t) = socle::texte_libre::scan(motif)
        && t.refused()
    {
        return Err(Erreur::field("motif", socle::texte_libre::MESSAGE));
    }
    if store::stop(tx, personne, r.reference, motif, &acteur.nom).await? {
        journal::record(tx, acteur, "rappel.arreter", "rappel", personne, json!({}));
    }
    Ok(())
}
