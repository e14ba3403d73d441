//! Handing files over, one or many, and the files nobody follows any more.

use jiff::civil::Date;
use serde_json::json;
use socle::{
    Acteur, Action, Erreur, Perimetre, Resultat, Role, Tx,
    courrier::{self, Message},
    francais, historique, journal,
};
use uuid::Uuid;

use super::{EnAttente, Etat, Passation, store};
use crate::{
    beneficiaire::{partage, store as registre},
    voisins,
};

pub static PASSER: Action = Action::new(
    "beneficiaire.passer",
    &[
        Role::Conseiller,
        Role::Mediateur,
        Role::GestionnaireStructure,
    ],
    "Une fiche se passe par la personne qui la suit, ou par le responsable de la structure quand plus personne ne la suit.",
);
pub static DESIGNER: Action = Action::new(
    "beneficiaire.designer_successeur",
    &[Role::GestionnaireStructure],
    "Le responsable de la structure désigne un successeur.",
);

/// From here on, a reminder goes to the responsable every week.
const RAPPEL_JOURS: i32 = 60;
/// Files handed over at once.
const LOT_MAX: usize = 500;

/// Proposes files to a colleague of the same structure, who accepts or not.
///
/// # Errors
/// `Erreur::Introuvable` for a file one may not hand over; `Erreur::Saisie`
/// for somebody who is no colleague.
pub async fn propose(tx: &mut Tx, acteur: &Acteur, fiches: &[Uuid], vers: &str) -> Resultat<Uuid> {
    let droit = acteur.require(&PASSER)?;
    let par = acteur.personne.ok_or(Erreur::Introuvable)?;
    let vers: Option<Uuid> = vers.parse().ok();
    if fiches.is_empty() {
        return Err(Erreur::field("fiches", "Choisissez au moins une fiche."));
    }
    let (lot, le) = (tx.new_id(), tx.now());
    for id in fiches.iter().take(LOT_MAX) {
        let (structure, de) = if acteur.role == Role::GestionnaireStructure {
            store::load_waiting(tx, &droit, *id).await?
        } else {
            let b = registre::load(tx, &droit, *id).await?;
            if b.referent != par {
                return Err(Erreur::Introuvable);
            }
            (b.structure, b.referent)
        };
        let Some(vers) = colleague(tx, structure, de, vers).await? else {
            return Err(Erreur::field(
                "vers",
                "Choisissez un collègue de la structure.",
            ));
        };
        store::cancel_of(tx, *id).await?;
        let p = Passation {
            id: tx.new_id(),
            lot,
            beneficiaire: *id,
            de,
            vers,
            par,
            le,
            nom: String::new(),
        };
        store::insert(tx, &p, structure).await?;
        journal::record(
            tx,
            acteur,
            "beneficiaire.proposer_passation",
            "beneficiaire",
            *id,
            json!({ "vers": vers }),
        );
    }
    Ok(lot)
}

async fn colleague(
    tx: &mut Tx,
    structure: Option<Uuid>,
    de: Uuid,
    vers: Option<Uuid>,
) -> Resultat<Option<Uuid>> {
    let Some(s) = structure else { return Ok(None) };
    let equipe = voisins::colleagues(tx, de, s).await?;
    Ok(vers.filter(|v| equipe.iter().any(|(c, _)| c == v)))
}

/// What waits for an answer of mine, and what I asked for.
///
/// # Errors
/// `Erreur::Base`.
pub async fn open(tx: &mut Tx, acteur: &Acteur) -> Resultat<(Vec<Passation>, Vec<Passation>)> {
    acteur.require(&PASSER)?;
    let moi = acteur.personne.ok_or(Erreur::Introuvable)?;
    Ok(store::open_of(tx, moi)
        .await?
        .into_iter()
        .partition(|p| p.vers == moi))
}

/// Answers proposals made to me (`accepte`, else refuses), all of a lot or the
/// ones named. Returns how many.
///
/// # Errors
/// `Erreur::Introuvable` when none of them is mine to answer.
pub async fn answer(tx: &mut Tx, acteur: &Acteur, ids: &[Uuid], accepte: bool) -> Resultat<usize> {
    let (recues, _) = open(tx, acteur).await?;
    let moi = acteur.personne.ok_or(Erreur::Introuvable)?;
    let miennes: Vec<&Passation> = recues.iter().filter(|p| ids.contains(&p.id)).collect();
    if miennes.is_empty() {
        return Err(Erreur::Introuvable);
    }
    for p in &miennes {
        let etat = if accepte {
            Etat::Acceptee
        } else {
            Etat::Refusee
        };
        store::set_state(tx, p.id, etat).await?;
        if accepte {
            registre::set_referent(tx, p.beneficiaire, moi).await?;
            // Sharing was the former référent's decision.
            partage::forget(tx, p.beneficiaire).await?;
            historique::append(
                tx,
                acteur,
                "beneficiaire",
                p.beneficiaire,
                None,
                "passee",
                None,
            )
            .await?;
        }
        journal::record(
            tx,
            acteur,
            "beneficiaire.repondre_passation",
            "beneficiaire",
            p.beneficiaire,
            json!({ "etat": etat.cle(), "de": p.de }),
        );
    }
    Ok(miennes.len())
}

/// Takes back proposals I made.
///
/// # Errors
/// `Erreur::Introuvable` when none of them is mine.
pub async fn cancel(tx: &mut Tx, acteur: &Acteur, ids: &[Uuid]) -> Resultat<usize> {
    let moi = acteur.personne.ok_or(Erreur::Introuvable)?;
    acteur.require(&PASSER)?;
    let miennes: Vec<Passation> = store::open_of(tx, moi)
        .await?
        .into_iter()
        .filter(|p| p.par == moi && ids.contains(&p.id))
        .collect();
    if miennes.is_empty() {
        return Err(Erreur::Introuvable);
    }
    for p in &miennes {
        store::set_state(tx, p.id, Etat::Annulee).await?;
        journal::record(
            tx,
            acteur,
            "beneficiaire.annuler_passation",
            "beneficiaire",
            p.beneficiaire,
            json!({}),
        );
    }
    Ok(miennes.len())
}

/// The files nobody follows in one's structures, with who could.
///
/// # Errors
/// `Erreur::Interdit`.
pub async fn waiting(tx: &mut Tx, acteur: &Acteur) -> Resultat<Vec<EnAttente>> {
    acteur.require(&DESIGNER)?;
    store::waiting(tx, &acteur.perimetre).await
}

/// Who could follow the waiting files of one's structures.
///
/// # Errors
/// `Erreur::Base`.
pub async fn successors(tx: &mut Tx, p: &Perimetre) -> Resultat<Vec<(Uuid, String)>> {
    voisins::team(tx, p, 200).await
}

/// Every night: files whose référent has no employment left in the structure
/// wait for a successor; those whose référent is back wait no more.
///
/// # Errors
/// `Erreur::Base`.
pub async fn mark_waiting(tx: &mut Tx) -> Resultat<u64> {
    let aujourdhui = tx.today();
    let mut n = 0;
    for (referent, structure) in store::referents(tx).await? {
        let en_poste = voisins::works_for(tx, referent, structure, aujourdhui).await?;
        let depuis = (!en_poste).then_some(aujourdhui);
        let change = store::set_waiting(tx, referent, structure, depuis).await?;
        if change > 0 && depuis.is_some() {
            tell(
                tx,
                structure,
                i64::try_from(change).unwrap_or(0),
                aujourdhui,
                false,
            )
            .await?;
        }
        n += change;
    }
    if n > 0 {
        journal::record(
            tx,
            &Acteur::systeme(),
            "beneficiaire.attente_passation",
            "beneficiaire",
            aujourdhui,
            json!({ "fiches": n }),
        );
    }
    Ok(n)
}

/// After 60 days, a reminder each week, on Mondays.
///
/// # Errors
/// `Erreur::Base`.
pub async fn remind(tx: &mut Tx) -> Resultat<()> {
    let aujourdhui = tx.today();
    let lundi = francais::plus_days(
        aujourdhui,
        -i32::from(aujourdhui.weekday().to_monday_zero_offset()),
    );
    for (structure, n) in store::late(tx, francais::plus_days(aujourdhui, -RAPPEL_JOURS)).await? {
        tell(tx, structure, n, lundi, true).await?;
    }
    Ok(())
}

async fn tell(tx: &mut Tx, structure: Uuid, n: i64, le: Date, rappel: bool) -> Resultat<()> {
    let aujourdhui = tx.today();
    let a_qui = comptes::attribution::personnes(
        tx,
        Role::GestionnaireStructure,
        Some(structure),
        None,
        aujourdhui,
    )
    .await?;
    let fiches = if n > 1 {
        format!("{n} fiches n'ont plus de référent")
    } else {
        "1 fiche n'a plus de référent".to_owned()
    };
    let depuis = if rappel {
        " depuis plus de 60 jours"
    } else {
        ""
    };
    for p in a_qui {
        let qui = comptes::personne::get(tx, p).await?;
        let texte = format!(
            "Bonjour,\n\nDans votre structure, {fiches}{depuis}. Désignez un successeur dans « Fiches en attente » : sans suivi, elles seront anonymisées à leur échéance.\n"
        );
        let genre = if rappel { "rappel" } else { "depart" };
        courrier::send(
            tx,
            Message {
                a: &qui.courriel,
                sujet: "Des personnes suivies attendent un nouveau référent",
                texte: &texte,
                cle: &format!("passation:{genre}:{structure}:{p}:{le}"),
            },
        )
        .await?;
    }
    Ok(())
}
