//! Reference data: amounts, rates, vocabularies. Dated rows an administrator
//! edits, never constants in code; each says where it comes from.

use jiff::civil::Date;

use crate::{Ligne, Tx, erreur::Resultat, params, sql};

/// One entry of a list, as valid on a date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entree {
    pub cle: String,
    pub libelle: String,
    pub valeur: Option<String>,
    pub ordre: i64,
    pub source: String,
    /// `verifie` or `a_verifier` (shown as « à vérifier »).
    pub fiabilite: String,
}

impl Entree {
    fn read(l: &Ligne) -> Resultat<Self> {
        Ok(Self {
            cle: l.get("cle")?,
            libelle: l.get("libelle")?,
            valeur: l.get("valeur")?,
            ordre: l.get("ordre")?,
            source: l.get("source")?,
            fiabilite: l.get("fiabilite")?,
        })
    }

    #[must_use]
    pub fn a_verifier(&self) -> bool {
        self.fiabilite != "verifie"
    }
}

/// The entries of a national list valid on `le`, in order.
///
/// # Errors
/// `Erreur::Base`.
pub async fn list(tx: &mut Tx, liste: &str, le: Date) -> Resultat<Vec<Entree>> {
    tx.rows(
        sql!(
            "SELECT cle, libelle, valeur, ordre, source, fiabilite FROM reference
             WHERE liste = $1 AND territoire = '' AND valid_from <= $2 AND (valid_to IS NULL OR valid_to >= $2)
             ORDER BY ordre, libelle"
        ),
        params![liste, le],
    )
    .await?
    .iter()
    .map(Entree::read)
    .collect()
}

/// One entry valid on `le`; a territory's own row wins over the national one.
///
/// # Errors
/// `Erreur::Base`.
pub async fn entry(
    tx: &mut Tx,
    liste: &str,
    cle: &str,
    territoire: &str,
    le: Date,
) -> Resultat<Option<Entree>> {
    tx.row(
        sql!(
            "SELECT cle, libelle, valeur, ordre, source, fiabilite FROM reference
             WHERE liste = $1 AND cle = $2 AND territoire IN ('', $3)
               AND valid_from <= $4 AND (valid_to IS NULL OR valid_to >= $4)
             ORDER BY territoire DESC, valid_from DESC LIMIT 1"
        ),
        params![liste, cle, territoire, le],
    )
    .await?
    .as_ref()
    .map(Entree::read)
    .transpose()
}

/// The national value of one entry on `le`.
///
/// # Errors
/// `Erreur::Base`.
pub async fn value(tx: &mut Tx, liste: &str, cle: &str, le: Date) -> Resultat<Option<String>> {
    Ok(entry(tx, liste, cle, "", le).await?.and_then(|e| e.valeur))
}
