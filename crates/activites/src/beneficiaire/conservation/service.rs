//! The retention round: warn, dry run, visa, carry out. And the référent's
//! one prolongation.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde_json::json;
use socle::{
    Acteur, Action, Erreur, Resultat, Role, Saisies, Tx,
    courrier::{self, Message},
    francais, historique, journal,
    reference::{self, Nouvelle},
};
use uuid::Uuid;

use super::{AVERTIR_JOURS, Elimination, EtatElimination, Ligne, MAXIMUM, Reglage, Usage, store};
use crate::{
    beneficiaire::{
        Beneficiaire,
        anonymisation::{self, Cause},
        fusion,
        service::SUIVRE,
        store as registre,
    },
    texte_libre,
};

pub static CONSERVER: Action = Action::new(
    "beneficiaire.conserver",
    &[Role::Dpo, Role::Administrateur],
    "La conservation des fiches se suit par le délégué à la protection des données et l'ANCT.",
);

const LISTE: &str = "conservation_beneficiaire";
/// Files looked at in one round.
const LOT: usize = 5_000;

/// The settings of an empty base.
///
/// # Errors
/// `Erreur::Base`.
pub async fn reference(tx: &mut Tx) -> Resultat<()> {
    for (ordre, (cle, libelle, valeur)) in (0..).zip([
        (
            "delai_jours",
            "Conservation d'une fiche après sa dernière utilisation, en jours (de 90 à 730)",
            "365",
        ),
        (
            "visa_requis",
            "Visa des archives publiques avant élimination (oui ou non)",
            "non",
        ),
    ]) {
        reference::ensure(
            tx,
            &Nouvelle {
                liste: LISTE,
                cle,
                territoire: "",
                libelle,
                valeur: Some(valeur),
                ordre,
                valid_from: Date::constant(2020, 1, 1),
                valid_to: None,
                source: "Spécification des activités, §2.3",
                fiabilite: "a_verifier",
            },
        )
        .await?;
    }
    Ok(())
}

/// The settings that hold today.
///
/// # Errors
/// `Erreur::Base`.
pub async fn settings(tx: &mut Tx) -> Resultat<Reglage> {
    let le = tx.today();
    let delai = reference::value(tx, LISTE, "delai_jours", le).await?;
    let visa = reference::value(tx, LISTE, "visa_requis", le).await?;
    Ok(Reglage::of(delai.as_deref(), visa.as_deref()))
}

/// What the next round would do, without doing it.
#[derive(Debug, Clone)]
pub struct Rapport {
    pub reglage: Reglage,
    pub a_avertir: Vec<Usage>,
    pub a_echeance: Vec<Usage>,
    /// At their term, but kept by an open object (a mandate).
    pub gelees: usize,
}

/// The dry run, for who answers for retention.
///
/// # Errors
/// `Erreur::Interdit`.
pub async fn report(tx: &mut Tx, acteur: &Acteur) -> Resultat<Rapport> {
    acteur.require(&CONSERVER)?;
    examine(tx).await
}

async fn examine(tx: &mut Tx) -> Resultat<Rapport> {
    let reglage = settings(tx).await?;
    let aujourdhui = tx.today();
    let limite = francais::plus_days(aujourdhui, AVERTIR_JOURS - reglage.delai);
    let deja = store::waiting(tx).await?;
    let usages = store::unused_since(tx, limite, LOT).await?;
    let gelees = usages
        .iter()
        .filter(|u| u.gelee && u.echeance(reglage) <= aujourdhui)
        .count();
    let a_avertir = usages
        .iter()
        .filter(|u| u.is_to_warn(reglage, aujourdhui))
        .cloned()
        .collect();
    let a_echeance = usages
        .into_iter()
        .filter(|u| u.is_due(reglage, aujourdhui) && !deja.contains(&u.id))
        .collect();
    Ok(Rapport {
        reglage,
        a_avertir,
        a_echeance,
        gelees,
    })
}

/// Every night: tells the référents, then puts what is due in a batch, which
/// waits for a visa where one is asked for. Merges older than 30 days can no
/// longer be undone: what they kept goes away.
///
/// # Errors
/// `Erreur::Base`.
pub async fn prepare(tx: &mut Tx) -> Resultat<()> {
    let r = examine(tx).await?;
    warn(tx, &r).await?;
    if !r.a_echeance.is_empty() {
        let lignes: Vec<Ligne> = r
            .a_echeance
            .iter()
            .map(|u| Ligne {
                beneficiaire: u.id,
                structure: u.structure,
                ouverte_le: u.ouverte_le,
                dernier_le: u.dernier(),
                echeance: u.echeance(r.reglage),
                accompagnements: u.accompagnements,
                sort: "attente".into(),
            })
            .collect();
        let etat = if r.reglage.visa {
            EtatElimination::AViser
        } else {
            EtatElimination::Approuvee
        };
        let id = store::insert(tx, etat, &lignes).await?;
        journal::record(
            tx,
            &Acteur::systeme(),
            "beneficiaire.elimination",
            "elimination",
            id,
            json!({ "fiches": lignes.len(), "etat": etat.cle() }),
        );
    }
    let avant =
        tx.now() - jiff::SignedDuration::from_hours(24 * i64::from(fusion::ANNULATION_JOURS));
    for source in fusion::store::expired(tx, avant).await? {
        registre::blank_merged(tx, source).await?;
    }
    Ok(())
}

async fn warn(tx: &mut Tx, r: &Rapport) -> Resultat<()> {
    let aujourdhui = tx.today();
    let mut par_referent: BTreeMap<Uuid, Vec<&Usage>> = BTreeMap::new();
    for u in &r.a_avertir {
        par_referent.entry(u.referent).or_default().push(u);
    }
    for (referent, fiches) in par_referent {
        let n = i64::try_from(fiches.len()).unwrap_or(0);
        match comptes::personne::get(tx, referent).await {
            Ok(p) => {
                let premiere = fiches
                    .iter()
                    .map(|u| {
                        u.echeance(r.reglage)
                            .max(francais::plus_days(aujourdhui, AVERTIR_JOURS))
                    })
                    .min()
                    .unwrap_or(aujourdhui);
                let combien = if n > 1 {
                    format!(
                        "{n} fiches que vous suivez n'ont pas servi depuis longtemps et seront anonymisées"
                    )
                } else {
                    "1 fiche que vous suivez n'a pas servi depuis longtemps et sera anonymisée"
                        .to_owned()
                };
                let texte = format!(
                    "Bonjour,\n\n{combien} à partir du {}. Vos chiffres ne changeront pas.\n\nSi vous accompagnez encore ces personnes, il suffit d'enregistrer un compte rendu ou de mettre la fiche à jour ; vous pouvez aussi prolonger une fois sa conservation, en disant pourquoi, dans « Personnes suivies », « Fiches bientôt anonymisées ».\n",
                    francais::date(premiere)
                );
                courrier::send(
                    tx,
                    Message {
                        a: &p.courriel,
                        sujet: "Fiches bientôt anonymisées",
                        texte: &texte,
                        cle: &format!("conservation:{referent}:{aujourdhui}"),
                    },
                )
                .await?;
            }
            Err(Erreur::Introuvable) => {}
            Err(e) => return Err(e),
        }
        store::set_warned(tx, &fiches.iter().map(|u| u.id).collect()).await?;
    }
    Ok(())
}

/// Anonymises the next files of approved batches. A file used, prolonged or
/// held since is kept. Returns how many lines were dealt with.
///
/// # Errors
/// `Erreur::Base`.
pub async fn carry_out(tx: &mut Tx, combien: usize) -> Resultat<usize> {
    let reglage = settings(tx).await?;
    let aujourdhui = tx.today();
    let lignes = store::approved(tx, combien).await?;
    for (lot, id) in &lignes {
        let due = match store::usage(tx, *id).await {
            Ok(u) => u.is_due(reglage, aujourdhui),
            Err(Erreur::Introuvable) => false,
            Err(e) => return Err(e),
        };
        if due {
            let b = registre::fetch(tx, *id).await?;
            anonymisation::anonymise(tx, &Acteur::systeme(), &b, Cause::Conservation).await?;
        }
        store::set_fate(tx, *lot, *id, if due { "anonymisee" } else { "conservee" }).await?;
    }
    store::close_done(tx).await?;
    Ok(lignes.len())
}

/// Gives or refuses the visa of a batch.
///
/// # Errors
/// `Erreur::Introuvable`, `Erreur::Conflit` once decided, `Erreur::Saisie`
/// without a reference of the visa.
pub async fn decide(
    tx: &mut Tx,
    acteur: &Acteur,
    id: Uuid,
    accepte: bool,
    visa: &str,
) -> Resultat<Elimination> {
    acteur.require(&CONSERVER)?;
    let e = store::load(tx, id).await?;
    if e.etat != EtatElimination::AViser {
        return Err(Erreur::Conflit("Ce bordereau a déjà sa décision.".into()));
    }
    let visa = visa.trim();
    let mut s = Saisies::new();
    if !(3..=200).contains(&visa.chars().count()) {
        s.add(
            "visa",
            "Indiquez la référence du visa ou le motif du refus, de 3 à 200 caractères.",
        );
    }
    texte_libre::judge_reason(visa, "visa", &mut s);
    s.check()?;
    let etat = if accepte {
        EtatElimination::Approuvee
    } else {
        EtatElimination::Refusee
    };
    store::decide(tx, id, etat, Some(visa), acteur.personne).await?;
    journal::record(
        tx,
        acteur,
        "beneficiaire.viser_elimination",
        "elimination",
        id,
        json!({ "etat": etat.cle(), "fiches": e.fiches }),
    );
    Ok(e)
}

/// The files of mine that are near their term, with the day it falls.
///
/// # Errors
/// `Erreur::Interdit`.
pub async fn soon(tx: &mut Tx, acteur: &Acteur) -> Resultat<Vec<(Beneficiaire, Date, bool)>> {
    acteur.require(&SUIVRE)?;
    let moi = acteur.personne.ok_or(Erreur::Introuvable)?;
    let reglage = settings(tx).await?;
    let aujourdhui = tx.today();
    let bientot = francais::plus_days(aujourdhui, AVERTIR_JOURS);
    let mut v = Vec::new();
    for u in store::of_referent(tx, moi).await? {
        let echeance = u.echeance(reglage);
        if echeance <= bientot && !u.gelee {
            let prolongeable = is_extendable(&u, reglage);
            v.push((
                registre::fetch(tx, u.id).await?,
                echeance.max(aujourdhui),
                prolongeable,
            ));
        }
    }
    v.sort_by_key(|(b, le, _)| (*le, b.id));
    Ok(v)
}

/// One prolongation, and only while it gives some time.
fn is_extendable(u: &Usage, r: Reglage) -> bool {
    u.prolongee_au.is_none_or(|p| p <= u.dernier())
        && u.echeance(r) < francais::plus_days(u.dernier(), MAXIMUM)
}

/// Keeps a file longer, once, with a reason: as long again, never past 730
/// days after its last use.
///
/// # Errors
/// `Erreur::Introuvable`, `Erreur::Conflit`, `Erreur::Saisie`.
pub async fn prolong(tx: &mut Tx, acteur: &Acteur, id: Uuid, motif: &str) -> Resultat<Date> {
    let droit = acteur.require(&SUIVRE)?;
    let b = registre::open(tx, &droit, id).await?;
    if acteur.personne != Some(b.referent) {
        return Err(Erreur::Interdit(
            "Seul le référent de la personne prolonge la conservation de sa fiche.".into(),
        ));
    }
    let reglage = settings(tx).await?;
    let u = store::usage(tx, id).await?;
    if !is_extendable(&u, reglage) {
        return Err(Erreur::Conflit(
            "La conservation de cette fiche a déjà été prolongée : elle ne peut l'être qu'une fois, et jamais au-delà de 730 jours.".into(),
        ));
    }
    let motif = motif.trim();
    let mut e = Saisies::new();
    if !(10..=500).contains(&motif.chars().count()) {
        e.add("motif", "Écrivez le motif, de 10 à 500 caractères.");
    }
    texte_libre::judge_reason(motif, "motif", &mut e);
    e.check()?;
    let au = francais::plus_days(u.echeance(reglage), reglage.delai)
        .min(francais::plus_days(u.dernier(), MAXIMUM));
    store::prolong(tx, id, au, motif).await?;
    historique::append(tx, acteur, "beneficiaire", id, None, "prolongee", None).await?;
    journal::record(
        tx,
        acteur,
        "beneficiaire.prolonger",
        "beneficiaire",
        id,
        json!({ "au": au }),
    );
    Ok(au)
}
