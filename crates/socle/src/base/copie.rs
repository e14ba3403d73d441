//! Copying a whole database into another, of either kind, and proving that
//! both hold the same rows. Backups, restores and moves to PostgreSQL are this.

use std::fmt::Write;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{Base, Colonne, Dialecte, Ligne, Tx, Valeur};
use crate::erreur::{Erreur, Resultat};

/// Rows read and written at a time.
const PAGE: i64 = 2_000;

/// What one table holds: how many rows, and a sum of their hashes that does
/// not depend on their order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Releve {
    pub table: String,
    pub lignes: u64,
    pub empreinte: u64,
}

impl Releve {
    fn new(table: &str) -> Self {
        Self {
            table: table.to_owned(),
            lignes: 0,
            empreinte: 0,
        }
    }

    fn add(&mut self, l: &Ligne) {
        let mut h = Sha256::new();
        for v in l.valeurs() {
            match v {
                Valeur::Texte(None)
                | Valeur::Entier(None)
                | Valeur::Reel(None)
                | Valeur::Octets(None) => {
                    h.update([0]);
                }
                Valeur::Texte(Some(t)) => {
                    h.update([1]);
                    h.update(t.len().to_le_bytes());
                    h.update(t);
                }
                Valeur::Entier(Some(n)) => {
                    h.update([2]);
                    h.update(n.to_le_bytes());
                }
                Valeur::Reel(Some(x)) => {
                    h.update([3]);
                    h.update(x.to_le_bytes());
                }
                Valeur::Octets(Some(o)) => {
                    h.update([4]);
                    h.update(o.len().to_le_bytes());
                    h.update(o);
                }
            }
        }
        let d: [u8; 32] = h.finalize().into();
        let tete: [u8; 8] = std::array::from_fn(|i| d[i]);
        self.lignes += 1;
        self.empreinte = self.empreinte.wrapping_add(u64::from_le_bytes(tete));
    }
}

/// A table as the copy needs it.
struct Table {
    nom: String,
    colonnes: Vec<String>,
    /// Types in SQLite's words, in the order of `colonnes`.
    genres: Vec<String>,
    cles: Vec<String>,
}

impl Table {
    /// The values of a row, NULL typed as its column: PostgreSQL refuses a
    /// text NULL in a column of bytes.
    fn typed(&self, l: &Ligne) -> Vec<Valeur> {
        let typed = |(v, genre): (&Valeur, &String)| match (v, genre.as_str()) {
            (Valeur::Texte(None), "INTEGER") => Valeur::Entier(None),
            (Valeur::Texte(None), "REAL") => Valeur::Reel(None),
            (Valeur::Texte(None), "BLOB") => Valeur::Octets(None),
            (v, _) => v.clone(),
        };
        l.valeurs().iter().zip(&self.genres).map(typed).collect()
    }
}

/// Copies every row into `vers`, whose schema must be the same and whose
/// tables are emptied first. One snapshot is read, one transaction written:
/// all or nothing. `progres(table, rows so far in all)`.
///
/// # Errors
/// `Erreur::Interne` when the schemas differ; `Erreur::Base`.
pub async fn copy(
    de: &Base,
    vers: &Base,
    progres: &(dyn Fn(&str, u64) + Sync),
) -> Resultat<Vec<Releve>> {
    let tables = tables(de).await?;
    if de.schema().await? != vers.schema().await? {
        return Err(Erreur::Interne(
            "les deux bases n'ont pas le même schéma : migrez-les d'abord".into(),
        ));
    }
    let (mut lit, mut ecrit) = (de.read().await?, vers.write().await?);
    ecrit.defer_constraints().await?;
    for t in &tables {
        ecrit
            .dynamic(&format!("DELETE FROM {}", t.nom), Vec::new())
            .await?;
    }
    let (mut releves, mut total) = (Vec::new(), 0);
    for t in &tables {
        let marques: Vec<String> = (1..=t.colonnes.len()).map(|i| format!("${i}")).collect();
        let insertion = format!(
            "INSERT INTO {} ({}) VALUES ({})",
            t.nom,
            t.colonnes.join(", "),
            marques.join(", ")
        );
        let mut releve = Releve::new(&t.nom);
        let mut dernier = None;
        loop {
            let page = page(&mut lit, t, dernier.as_ref()).await?;
            for l in &page {
                releve.add(l);
                ecrit.dynamic(&insertion, t.typed(l)).await?;
            }
            total += page.len() as u64;
            progres(&t.nom, total);
            match page.into_iter().next_back() {
                Some(l) => dernier = Some(l),
                None => break,
            }
        }
        releves.push(releve);
    }
    ecrit.commit().await?;
    Ok(releves)
}

/// Counts and hashes every row of a database.
///
/// # Errors
/// `Erreur::Base`.
pub async fn survey(base: &Base) -> Resultat<Vec<Releve>> {
    let tables = tables(base).await?;
    let mut tx = base.read().await?;
    let mut releves = Vec::new();
    for t in &tables {
        let mut releve = Releve::new(&t.nom);
        let mut dernier = None;
        loop {
            let page = page(&mut tx, t, dernier.as_ref()).await?;
            page.iter().for_each(|l| releve.add(l));
            match page.into_iter().next_back() {
                Some(l) => dernier = Some(l),
                None => break,
            }
        }
        releves.push(releve);
    }
    Ok(releves)
}

/// The rows after `dernier` in the order of the primary key.
async fn page(tx: &mut Tx, t: &Table, dernier: Option<&Ligne>) -> Resultat<Vec<Ligne>> {
    let cles = t.cles.join(", ");
    let mut texte = format!("SELECT {} FROM {}", t.colonnes.join(", "), t.nom);
    let mut valeurs = Vec::new();
    if let Some(l) = dernier {
        let marques: Vec<String> = (1..=t.cles.len()).map(|i| format!("${i}")).collect();
        let _ = write!(texte, " WHERE ({cles}) > ({})", marques.join(", "));
        for c in &t.cles {
            let i = l.colonnes().iter().position(|n| n == c);
            valeurs.push(i.map_or(Valeur::Texte(None), |i| l.valeurs()[i].clone()));
        }
    }
    let _ = write!(texte, " ORDER BY {cles} LIMIT {PAGE}");
    tx.dynamic_rows(&texte, valeurs).await
}

async fn tables(base: &Base) -> Resultat<Vec<Table>> {
    let mut tables: Vec<Table> = Vec::new();
    for Colonne {
        table,
        nom,
        genre,
        generee,
        cle,
        ..
    } in base.schema().await?
    {
        if table == "migration" {
            continue;
        }
        if tables.last().is_none_or(|t| t.nom != table) {
            tables.push(Table {
                nom: table,
                colonnes: Vec::new(),
                genres: Vec::new(),
                cles: Vec::new(),
            });
        }
        if let Some(t) = tables.last_mut() {
            if cle {
                t.cles.push(nom.clone());
            }
            if !generee {
                t.colonnes.push(nom);
                t.genres.push(genre);
            }
        }
    }
    match tables.iter().find(|t| t.cles.is_empty()) {
        Some(t) => Err(Erreur::Interne(format!(
            "la table {} n'a pas de clé primaire",
            t.nom
        ))),
        None => Ok(tables),
    }
}

impl Tx {
    /// Foreign keys are checked at the commit: tables are copied in any order.
    async fn defer_constraints(&mut self) -> Resultat<()> {
        let texte = match self.dialecte() {
            Dialecte::Sqlite => "PRAGMA defer_foreign_keys = ON",
            Dialecte::Postgres => "SET CONSTRAINTS ALL DEFERRED",
        };
        self.script(texte).await
    }
}
