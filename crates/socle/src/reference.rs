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

/// A row to have in a list.
#[derive(Debug, Clone, Copy)]
pub struct Nouvelle<'a> {
    pub liste: &'a str,
    pub cle: &'a str,
    /// Empty for the whole country, else a département code.
    pub territoire: &'a str,
    pub libelle: &'a str,
    pub valeur: Option<&'a str>,
    pub ordre: i64,
    pub valid_from: Date,
    pub valid_to: Option<Date>,
    pub source: &'a str,
    /// `verifie` or `a_verifier`.
    pub fiabilite: &'a str,
}

/// Adds a row unless one with the same list, key, territory and first day is
/// there: what an administrator changed is never overwritten.
///
/// # Errors
/// `Erreur::Base`.
pub async fn ensure(tx: &mut Tx, n: &Nouvelle<'_>) -> Resultat<()> {
    tx.execute(
        sql!(
            "INSERT INTO reference (liste, cle, territoire, libelle, valeur, ordre, valid_from, valid_to, source, fiabilite)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING"
        ),
        params![
            n.liste, n.cle, n.territoire, n.libelle, n.valeur.map(str::to_owned), n.ordre, n.valid_from, n.valid_to,
            n.source, n.fiabilite
        ],
    )
    .await?;
    Ok(())
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
