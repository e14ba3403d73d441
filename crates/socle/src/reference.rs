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

/// A row of a list, past and future ones included, as an administrator sees it.
#[derive(Debug, Clone)]
pub struct Version {
    pub entree: Entree,
    pub territoire: String,
    pub valid_from: Date,
    pub valid_to: Option<Date>,
}

/// The names of all lists, with how many rows each has and how many of them
/// nobody has confirmed.
///
/// # Errors
/// `Erreur::Base`.
pub async fn lists(tx: &mut Tx) -> Resultat<Vec<(String, i64, i64)>> {
    tx.rows(
        sql!(
            "SELECT liste, count(*) AS n,
                    CAST(sum(CASE WHEN fiabilite = 'a_verifier' THEN 1 ELSE 0 END) AS bigint) AS v
             FROM reference GROUP BY liste ORDER BY liste"
        ),
        params![],
    )
    .await?
    .iter()
    .map(|l| Ok((l.get("liste")?, l.get("n")?, l.get("v")?)))
    .collect()
}

/// Every row of a list.
///
/// # Errors
/// `Erreur::Base`.
pub async fn history(tx: &mut Tx, liste: &str) -> Resultat<Vec<Version>> {
    tx.rows(
        sql!(
            "SELECT cle, libelle, valeur, ordre, source, fiabilite, territoire, valid_from, valid_to
             FROM reference WHERE liste = $1 ORDER BY ordre, cle, territoire, valid_from"
        ),
        params![liste],
    )
    .await?
    .iter()
    .map(|l| {
        Ok(Version {
            entree: Entree::read(l)?,
            territoire: l.get("territoire")?,
            valid_from: l.get("valid_from")?,
            valid_to: l.get("valid_to")?,
        })
    })
    .collect()
}

/// Replaces the value of an entry from a day on: the row in force is closed
/// the day before, never edited (spec 10 §0). A row that begins on that very
/// day is corrected, since nothing was computed with it before.
///
/// # Errors
/// `Erreur::Introuvable` when there is no such entry.
pub async fn replace(
    tx: &mut Tx,
    liste: &str,
    cle: &str,
    territoire: &str,
    valeur: &str,
    source: &str,
    le: Date,
) -> Resultat<()> {
    let courante = tx
        .row(
            sql!(
                "SELECT libelle, ordre, valid_from, valid_to FROM reference
                 WHERE liste = $1 AND cle = $2 AND territoire = $3 AND valid_from <= $4
                 ORDER BY valid_from DESC LIMIT 1"
            ),
            params![liste, cle, territoire, le],
        )
        .await?
        .ok_or(crate::Erreur::Introuvable)?;
    let veille = crate::francais::plus_days(le, -1);
    tx.execute(
        sql!(
            "UPDATE reference SET valid_to = $5 WHERE liste = $1 AND cle = $2 AND territoire = $3 AND valid_from = $4
             AND valid_from < $6"
        ),
        params![liste, cle, territoire, courante.get::<Date>("valid_from")?, veille, le],
    )
    .await?;
    tx.execute(
        sql!(
            "INSERT INTO reference (liste, cle, territoire, libelle, valeur, ordre, valid_from, valid_to, source, fiabilite)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'verifie')
             ON CONFLICT (liste, cle, territoire, valid_from)
             DO UPDATE SET valeur = excluded.valeur, source = excluded.source, fiabilite = 'verifie'"
        ),
        params![
            liste,
            cle,
            territoire,
            courante.get::<String>("libelle")?,
            valeur,
            courante.get::<i64>("ordre")?,
            le,
            courante.get::<Option<Date>>("valid_to")?,
            source
        ],
    )
    .await?;
    Ok(())
}
