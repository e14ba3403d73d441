//! Drafts: what was typed and not yet recorded, sealed, never counted
//! (spec 20 §3.6). At most 50 each; gone 30 days after their last edit.

use jiff::Timestamp;
use socle::{Acteur, Erreur, Resultat, Saisies, Tx, params, sql, texte_libre::Trouve};
use uuid::Uuid;
use web::Champs;

use super::{TypeActivite, service::ECRIRE};
use crate::texte_libre;

const TABLE: &str = "activite_brouillon";
/// Free texts of the forms.
const TEXTES: [&str; 3] = ["notes", "titre", "etiquettes"];
const MAXIMUM: i64 = 50;
const JOURS: i64 = 30;

/// A draft in a list.
#[derive(Debug, Clone)]
pub struct Brouillon {
    pub id: Uuid,
    pub type_activite: TypeActivite,
    pub modifie_le: Timestamp,
}

/// Keeps what was typed, over the draft it comes from if any.
///
/// # Errors
/// `Erreur::Conflit` beyond 50 drafts; `Erreur::Saisie` for a text that holds
/// a number of a person or of a bank.
pub async fn keep(
    tx: &mut Tx,
    acteur: &Acteur,
    t: TypeActivite,
    saisie: &[(String, String)],
) -> Resultat<Uuid> {
    acteur.require(&ECRIRE)?;
    let auteur = acteur.personne.ok_or(Erreur::Introuvable)?;
    // Nothing refused is kept, even unfinished.
    let mut e = Saisies::new();
    for (nom, v) in saisie.iter().filter(|(n, _)| TEXTES.contains(&n.as_str())) {
        if socle::texte_libre::scan(v).is_some_and(Trouve::refused) {
            texte_libre::judge_reason(v, nom, &mut e);
        }
    }
    e.check()?;
    let connu = saisie
        .iter()
        .find(|(n, _)| n == "brouillon")
        .and_then(|(_, v)| v.parse::<Uuid>().ok());
    let gardes: Vec<&(String, String)> = saisie
        .iter()
        .filter(|(n, v)| {
            !v.is_empty() && !matches!(n.as_str(), "id_commande" | "brouillon" | "faire")
        })
        .collect();
    let texte = serde_json::to_string(&gardes).unwrap_or_default();
    let le = tx.now();
    if let Some(id) = connu {
        let scelle = tx.seal(TABLE, "champs", id, &texte);
        let n = tx
            .execute(
                sql!("UPDATE activite_brouillon SET champs = $3, modifie_le = $4 WHERE id = $1 AND auteur = $2"),
                params![id, auteur, scelle, le],
            )
            .await?;
        if n == 1 {
            return Ok(id);
        }
    }
    let deja = tx
        .count(
            sql!("SELECT count(*) AS n FROM activite_brouillon WHERE auteur = $1"),
            params![auteur],
        )
        .await?;
    if deja >= MAXIMUM {
        return Err(Erreur::Conflit(
            "Vous avez déjà 50 brouillons. Enregistrez ou supprimez-en un.".into(),
        ));
    }
    let id = tx.new_id();
    let scelle = tx.seal(TABLE, "champs", id, &texte);
    tx.execute(
        sql!(
            "INSERT INTO activite_brouillon (id, auteur, type_activite, champs, modifie_le) VALUES ($1, $2, $3, $4, $5)"
        ),
        params![id, auteur, t.cle(), scelle, le],
    )
    .await?;
    Ok(id)
}

/// What was typed in one's own draft.
///
/// # Errors
/// `Erreur::Introuvable` for somebody else's.
pub async fn open(tx: &mut Tx, auteur: Uuid, id: Uuid) -> Resultat<Champs> {
    let l = tx
        .row(
            sql!("SELECT champs FROM activite_brouillon WHERE id = $1 AND auteur = $2"),
            params![id, auteur],
        )
        .await?
        .ok_or(Erreur::Introuvable)?;
    let texte = tx.unseal(TABLE, "champs", id, &l.get::<Vec<u8>>("champs")?)?;
    let saisie: Vec<(String, String)> =
        serde_json::from_str(&texte).map_err(|e| Erreur::Interne(e.to_string()))?;
    Ok(saisie
        .into_iter()
        .fold(Champs::default(), |c, (n, v)| c.with(&n, v)))
}

/// One's own drafts, the latest first.
///
/// # Errors
/// `Erreur::Base`.
pub async fn list(tx: &mut Tx, auteur: Uuid) -> Resultat<Vec<Brouillon>> {
    tx.rows(
        sql!(
            "SELECT id, type_activite, modifie_le FROM activite_brouillon WHERE auteur = $1 ORDER BY modifie_le DESC, id"
        ),
        params![auteur],
    )
    .await?
    .iter()
    .map(|l| {
        Ok(Brouillon {
            id: l.get("id")?,
            type_activite: TypeActivite::from_cle(&l.get::<String>("type_activite")?)
                .unwrap_or(TypeActivite::Individuel),
            modifie_le: l.get("modifie_le")?,
        })
    })
    .collect()
}

/// Throws one's own draft away.
///
/// # Errors
/// `Erreur::Base`.
pub async fn discard(tx: &mut Tx, auteur: Uuid, id: Uuid) -> Resultat<()> {
    tx.execute(
        sql!("DELETE FROM activite_brouillon WHERE id = $1 AND auteur = $2"),
        params![id, auteur],
    )
    .await?;
    Ok(())
}

/// Throws away drafts nobody touched for 30 days. Returns how many.
///
/// # Errors
/// `Erreur::Base`.
pub async fn purge(tx: &mut Tx) -> Resultat<u64> {
    let limite = tx.now() - jiff::SignedDuration::from_hours(24 * JOURS);
    tx.execute(
        sql!("DELETE FROM activite_brouillon WHERE modifie_le < $1"),
        params![limite],
    )
    .await
}
