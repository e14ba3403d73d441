//! Giving a post back: the structure asks, the opérateur records (spec 10 §7.4).

use jiff::civil::Date;
use serde::Deserialize;
use socle::{Acteur, Action, Erreur, Resultat, Role, Saisies, Tx, francais, journal, params, sql};
use uuid::Uuid;

use super::{Etat, ledger, store};
use crate::{commun::free_text, reference};

/// Asks to give back.
pub static DEMANDER: Action = Action::new(
    "poste.demander_retour",
    &[Role::GestionnaireStructure],
    "Seule la structure peut rendre un poste.",
);
/// Records returns, freezes and unfreezes.
pub static GERER: Action = Action::new(
    "poste.gerer",
    &[Role::Operateur],
    "Seul l'opérateur enregistre les retours et les gels.",
);
/// Reads posts.
pub static LIRE: Action = Action::new(
    "poste.lire",
    &[
        Role::GestionnaireStructure,
        Role::Prefecture,
        Role::Operateur,
        Role::Secretariat,
        Role::Comite,
        Role::Administrateur,
    ],
    "Votre rôle ne donne pas accès aux postes.",
);

/// A request to give a post back.
#[derive(Debug, Clone)]
pub struct Demande {
    pub id: Uuid,
    pub effet: Date,
    pub motif: String,
}

/// The open request on a post, if any.
///
/// # Errors
/// `Erreur::Base`.
pub async fn pending(tx: &mut Tx, poste: Uuid) -> Resultat<Option<Demande>> {
    tx.row(
        sql!("SELECT id, effet, motif FROM demande_retour WHERE poste = $1 AND etat = 'demandee'"),
        params![poste],
    )
    .await?
    .map(|l| {
        Ok(Demande {
            id: l.get("id")?,
            effet: l.get("effet")?,
            motif: l.get("motif")?,
        })
    })
    .transpose()
}

/// Posts with an open request.
///
/// # Errors
/// `Erreur::Base`.
pub(super) async fn all_pending(tx: &mut Tx) -> Resultat<Vec<(Uuid, String, Date)>> {
    tx.rows(
        sql!(
            "SELECT p.id, p.numero, d.effet FROM demande_retour d JOIN poste p ON p.id = d.poste
             WHERE d.etat = 'demandee' ORDER BY d.effet LIMIT 50"
        ),
        params![],
    )
    .await?
    .iter()
    .map(|l| Ok((l.get("id")?, l.get("numero")?, l.get("effet")?)))
    .collect()
}

/// The form of a request, and of the opérateur's acts.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Saisie {
    pub acte: String,
    pub effet: String,
    pub motif: String,
    pub explication: String,
}

/// Asks to give a post back on a day when nobody is on it.
///
/// # Errors
/// `Erreur::Saisie`; `Erreur::Conflit` when asked already.
pub async fn ask(tx: &mut Tx, acteur: &Acteur, poste: Uuid, s: &Saisie) -> Resultat<()> {
    let droit = acteur.require(&DEMANDER)?;
    let p = store::get(tx, droit.perimetre(), poste).await?;
    let mut e = Saisies::new();
    let effet = e.take("effet", francais::parse_date(&s.effet));
    let motifs = reference::choices(tx, "motif_retour_poste").await?;
    if !motifs.iter().any(|(k, _)| *k == s.motif) {
        e.add("motif", "Choisissez un motif.");
    }
    if let Some(effet) = effet
        && let Some(refus) = ledger::held_on(tx, poste, effet).await?
    {
        e.add("effet", refus);
    }
    e.check()?;
    let effet = effet.ok_or(Erreur::Introuvable)?;
    let (id, le) = (tx.new_id(), tx.now());
    let fait = tx
        .execute(
            sql!(
                "INSERT INTO demande_retour (id, poste, effet, motif, etat, le) VALUES ($1, $2, $3, $4, 'demandee', $5)"
            ),
            params![id, p.id, effet, &s.motif, le],
        )
        .await;
    match fait {
        Err(e) if e.is_unique_violation() => Err(Erreur::Conflit(
            "Le retour de ce poste est déjà demandé.".into(),
        )),
        Err(e) => Err(e),
        Ok(_) => {
            journal::record(
                tx,
                acteur,
                "poste.demander_retour",
                "poste",
                poste,
                serde_json::json!({ "motif": s.motif }),
            );
            Ok(())
        }
    }
}

/// The opérateur's acts: accept or refuse a return, freeze, unfreeze.
///
/// # Errors
/// `Erreur::Conflit` when the ledger does not allow it.
pub async fn manage(tx: &mut Tx, acteur: &Acteur, poste: Uuid, s: &Saisie) -> Resultat<()> {
    let droit = acteur.require(&GERER)?;
    store::get(tx, droit.perimetre(), poste).await?;
    let jour = tx.today();
    let mut e = Saisies::new();
    match s.acte.as_str() {
        "accepter" | "refuser" => {
            let d = pending(tx, poste).await?.ok_or_else(crate::commun::stale)?;
            let accepte = s.acte == "accepter";
            if accepte {
                ledger::close(tx, acteur, poste, Etat::Rendu, d.effet, &d.motif).await?;
            }
            tx.execute(
                sql!("UPDATE demande_retour SET etat = $2 WHERE id = $1"),
                params![d.id, if accepte { "acceptee" } else { "refusee" }],
            )
            .await?;
            journal::record(
                tx,
                acteur,
                "poste.repondre_retour",
                "poste",
                poste,
                serde_json::json!({ "accepte": accepte }),
            );
            Ok(())
        }
        "geler" | "degeler" => {
            let motif = free_text(&mut e, "explication", &s.explication, 10, 500);
            e.check()?;
            if s.acte == "geler" {
                ledger::freeze(tx, acteur, poste, jour, &motif).await
            } else {
                ledger::unfreeze(tx, acteur, poste, jour, &motif).await
            }
        }
        _ => Err(Erreur::Introuvable),
    }
}
