//! A file is anonymised (spec 20 §2.3): identity, contact, notes, year and
//! commune go; a random token per civil year takes the person's place in each
//! accompagnement, so that no figure inside a civil year changes. No mapping
//! from a file to its tokens is kept.

use std::collections::BTreeMap;

use serde_json::json;
use socle::{Acteur, Action, Erreur, Resultat, Role, Tx, historique, journal, params, sql};
use uuid::Uuid;

use super::{Beneficiaire, Etat, Profil, acces, doublon, fusion, partage, passation, store};
use crate::{
    activite::{TypeActivite, image, service::rewrite_people},
    sync::version,
};

pub static EFFACER: Action = Action::new(
    "beneficiaire.effacer",
    &[Role::Conseiller, Role::Mediateur, Role::Dpo],
    "Une fiche s'efface par la personne qui suit le bénéficiaire ou par le délégué à la protection des données.",
);

/// Why a file is anonymised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// Its term has come.
    Conservation,
    /// The person asked for it: kept in the erasure ledger.
    Demande,
}

impl Cause {
    fn cle(self) -> &'static str {
        match self {
            Self::Conservation => "conservation",
            Self::Demande => "demande",
        }
    }
}

/// Erases a file on the person's request, by its référent or by the dpo under
/// a running access.
///
/// # Errors
/// `Erreur::Introuvable`, `Erreur::Interdit`; `Erreur::Saisie` without the
/// confirmation.
pub async fn erase(tx: &mut Tx, acteur: &Acteur, id: Uuid, confirme: bool) -> Resultat<()> {
    let droit = acteur.require(&EFFACER)?;
    let b = if acteur.role == Role::Dpo {
        acces::read(tx, acteur, id).await?
    } else {
        let b = store::open(tx, &droit, id).await?;
        if acteur.personne != Some(b.referent) {
            return Err(Erreur::Interdit(
                "Seul le référent de la personne efface sa fiche.".into(),
            ));
        }
        b
    };
    if !confirme {
        return Err(Erreur::field(
            "confirme",
            "Confirmez : l'effacement est définitif.",
        ));
    }
    anonymise(tx, acteur, &b, Cause::Demande).await
}

/// Anonymises a file and those merged into it.
///
/// # Errors
/// `Erreur::Base`.
pub async fn anonymise(
    tx: &mut Tx,
    acteur: &Acteur,
    b: &Beneficiaire,
    cause: Cause,
) -> Resultat<()> {
    let etat = store::life(tx, b.id).await?.etat;
    if etat == Etat::Anonymisee {
        return Ok(());
    }
    let premier = first_activity(tx, b).await?;
    let mut jetons: BTreeMap<i16, Uuid> = BTreeMap::new();
    let activites = store::dated_activities(tx, b.id).await?;
    for (id, date) in &activites {
        // Not the usual ids: those carry the instant, which would link the years.
        let jeton = *jetons
            .entry(date.year())
            .or_insert_with(|| uuid::Builder::from_random_bytes(tx.ids().bytes()).into_uuid());
        rewrite_people(tx, *id, |a| {
            for p in a.profils.iter_mut().filter(|p| p.personne == b.id) {
                *p = blur(p, jeton, premier == Some(*id));
            }
            if a.contenu.type_activite == TypeActivite::Individuel {
                a.contenu.titre = None;
                a.contenu.notes = None;
            }
        })
        .await?;
        image::replace_person(tx, *id, b.id, jeton).await?;
        version::forget(tx, version::ACTIVITE, *id).await?;
    }
    let ids = fusion::store::sources(tx, b.id).await?;
    for id in ids.into_iter().chain([b.id]) {
        blank(tx, id).await?;
        if cause == Cause::Demande {
            remember(tx, id).await?;
        }
    }
    historique::append(
        tx,
        acteur,
        "beneficiaire",
        b.id,
        Some(etat.cle()),
        Etat::Anonymisee.cle(),
        None,
    )
    .await?;
    journal::record(
        tx,
        acteur,
        "beneficiaire.anonymiser",
        "beneficiaire",
        b.id,
        json!({ "cause": cause.cle(), "accompagnements": activites.len() }),
    );
    Ok(())
}

/// The first activity of the person in the whole register, unless they were
/// known before (§5.1).
async fn first_activity(tx: &mut Tx, b: &Beneficiaire) -> Resultat<Option<Uuid>> {
    let Some(l) = tx
        .row(
            sql!(
                "SELECT a.id, a.date FROM accompagnement k
                 JOIN activite a ON a.id = k.activite AND a.etat = 'enregistree'
                 WHERE k.personne = $1 ORDER BY a.date, a.id LIMIT 1"
            ),
            params![b.id],
        )
        .await?
    else {
        return Ok(None);
    };
    let date: jiff::civil::Date = l.get("date")?;
    if b.fiche.connu_depuis.is_some_and(|c| c < date) {
        return Ok(None);
    }
    l.get("id").map(Some)
}

/// How a person counts once nobody can tell who they were.
fn blur(p: &Profil, jeton: Uuid, premier: bool) -> Profil {
    let departement = p
        .commune_residence
        .as_deref()
        .and_then(|c| territoires::geographie().commune(c))
        .map(|c| c.departement.to_owned());
    Profil {
        personne: jeton,
        annee_naissance: None,
        tranche: p.tranche.clone(),
        genre: p.genre.clone(),
        statut: p.statut.clone(),
        commune_residence: None,
        connu_depuis: None,
        premier: Some(premier),
        departement_residence: departement.or_else(|| p.departement_residence.clone()),
    }
}

/// Empties a file and everything that spoke of it.
async fn blank(tx: &mut Tx, id: Uuid) -> Resultat<()> {
    store::erase(tx, id).await?;
    partage::forget(tx, id).await?;
    passation::store::forget(tx, id).await?;
    doublon::store::forget(tx, id).await?;
    fusion::store::forget(tx, id).await?;
    acces::forget(tx, id).await?;
    version::forget(tx, version::BENEFICIAIRE, id).await?;
    tx.execute(
        sql!("DELETE FROM beneficiaire_gel WHERE beneficiaire = $1"),
        params![id],
    )
    .await?;
    Ok(())
}

/// The erasure ledger: an id and a day.
async fn remember(tx: &mut Tx, id: Uuid) -> Resultat<()> {
    let le = tx.today();
    tx.execute(
        sql!("INSERT INTO effacement (beneficiaire, le) VALUES ($1, $2) ON CONFLICT DO NOTHING"),
        params![id, le],
    )
    .await?;
    Ok(())
}

/// The ledger, to be kept beside the backups.
///
/// # Errors
/// `Erreur::Base`.
pub async fn ledger(tx: &mut Tx) -> Resultat<Vec<Uuid>> {
    tx.rows(
        sql!("SELECT beneficiaire FROM effacement ORDER BY le, beneficiaire"),
        params![],
    )
    .await?
    .iter()
    .map(|l| l.get("beneficiaire"))
    .collect()
}

/// After a restore: erases again what the ledger says. `autres` are entries
/// younger than the backup. Returns how many files were erased again.
///
/// # Errors
/// `Erreur::Base`.
pub async fn replay(tx: &mut Tx, autres: &[Uuid]) -> Resultat<usize> {
    for id in autres {
        remember(tx, *id).await?;
    }
    let a_refaire = tx
        .rows(
            sql!(
                "SELECT b.id FROM effacement e JOIN beneficiaire b ON b.id = e.beneficiaire
                 WHERE b.etat <> 'anonymisee' ORDER BY b.id"
            ),
            params![],
        )
        .await?
        .iter()
        .map(|l| l.get("id"))
        .collect::<Resultat<Vec<Uuid>>>()?;
    for id in &a_refaire {
        let b = store::fetch(tx, *id).await?;
        anonymise(tx, &Acteur::systeme(), &b, Cause::Demande).await?;
    }
    Ok(a_refaire.len())
}
