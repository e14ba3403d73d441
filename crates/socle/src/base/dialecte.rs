//! The only place where SQLite and PostgreSQL differ.
//!
//! Statements are written once. Four marks are rewritten per database:
//! - `liste($n)`: the members of a JSON array parameter, for `IN liste($2)`;
//! - `perimetre(d, s, p)`: the acting person's perimeter over a département
//!   column, a structure column and a person column (`-` when the table has
//!   none); it reads `$1`;
//! - `verrou_ligne()` and `verrou_saut()`: row locks, which SQLite does not
//!   need because it has one writer.
//!
//! Migrations are written in SQLite's STRICT types and translated word by word.

use std::{
    collections::HashMap,
    sync::{Arc, LazyLock, RwLock},
};

use crate::acces::Perimetre;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Dialecte {
    Sqlite,
    Postgres,
}

/// A statement, known at compile time. Made by [`crate::sql!`].
#[derive(Debug, Clone, Copy)]
pub struct Sql(pub &'static str);

/// Marks a string literal as a statement; every `sql!` of the sources is
/// prepared on both databases by a test.
#[macro_export]
macro_rules! sql {
    ($t:literal) => {
        $crate::base::Sql($t)
    };
}

/// Which shape the perimeter takes in the text of a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Portee {
    Sans,
    National,
    Departements,
    Structures,
    Soi,
    Aucune,
}

impl Portee {
    pub const ALL: [Portee; 5] = [
        Portee::National,
        Portee::Departements,
        Portee::Structures,
        Portee::Soi,
        Portee::Aucune,
    ];

    #[must_use]
    pub fn of(p: &Perimetre) -> Self {
        match p {
            Perimetre::National => Portee::National,
            Perimetre::Departements(_) => Portee::Departements,
            Perimetre::Structures(_) => Portee::Structures,
            Perimetre::Soi(_) => Portee::Soi,
            Perimetre::Aucun => Portee::Aucune,
        }
    }
}

type Cle = (&'static str, Dialecte, Portee);
static RENDUS: LazyLock<RwLock<HashMap<Cle, Arc<str>>>> = LazyLock::new(RwLock::default);

/// The text to send, cached: rewriting happens once per statement and shape.
pub(crate) fn render(sql: Sql, d: Dialecte, p: Portee) -> Arc<str> {
    let cle = (sql.0, d, p);
    if let Ok(lus) = RENDUS.read()
        && let Some(t) = lus.get(&cle)
    {
        return t.clone();
    }
    let t: Arc<str> = rewrite(sql.0, d, p).into();
    if let Ok(mut ecrits) = RENDUS.write() {
        ecrits.insert(cle, t.clone());
    }
    t
}

/// True when the statement asks for a perimeter.
pub(crate) fn asks_perimetre(sql: Sql) -> bool {
    sql.0.contains("perimetre(")
}

/// Rewrites the marks of `texte` for one database and one perimeter shape.
#[must_use]
pub fn rewrite(texte: &str, d: Dialecte, p: Portee) -> String {
    let texte = replace_call(texte, "liste(", |arg| match d {
        Dialecte::Sqlite => format!("(SELECT value FROM json_each({arg}))"),
        Dialecte::Postgres => format!("(SELECT json_array_elements_text(CAST({arg} AS json)))"),
    });
    let texte = replace_call(&texte, "perimetre(", |args| clause(args, d, p));
    let (ligne, saut) = match d {
        Dialecte::Sqlite => ("", ""),
        Dialecte::Postgres => ("FOR UPDATE", "FOR UPDATE SKIP LOCKED"),
    };
    texte
        .replace("verrou_ligne()", ligne)
        .replace("verrou_saut()", saut)
}

fn clause(args: &str, d: Dialecte, p: Portee) -> String {
    let colonnes: Vec<&str> = args.split(',').map(str::trim).collect();
    let n = match p {
        Portee::National => return "(CAST($1 AS text) IS NOT NULL)".into(),
        Portee::Departements => 0,
        Portee::Structures => 1,
        Portee::Soi => 2,
        Portee::Sans | Portee::Aucune => return "(CAST($1 AS text) IS NULL)".into(),
    };
    match colonnes.get(n) {
        Some(&c) if c != "-" => rewrite(&format!("({c} IN liste($1))"), d, p),
        _ => "(CAST($1 AS text) IS NULL)".into(),
    }
}

fn replace_call(texte: &str, nom: &str, f: impl Fn(&str) -> String) -> String {
    let mut sortie = String::with_capacity(texte.len());
    let mut reste = texte;
    while let Some(i) = reste.find(nom) {
        let (avant, apres) = reste.split_at(i);
        sortie.push_str(avant);
        let apres = &apres[nom.len()..];
        let Some(fin) = apres.find(')') else {
            sortie.push_str(nom);
            reste = apres;
            continue;
        };
        sortie.push_str(&f(&apres[..fin]));
        reste = &apres[fin + 1..];
    }
    sortie.push_str(reste);
    sortie
}

/// Translates a migration written for SQLite (STRICT tables).
#[must_use]
pub fn migration(texte: &str, d: Dialecte) -> String {
    match d {
        Dialecte::Sqlite => texte.to_owned(),
        Dialecte::Postgres => deferrable(texte)
            .replace(" INTEGER", " BIGINT")
            .replace(" REAL", " DOUBLE PRECISION")
            .replace(" BLOB", " BYTEA")
            .replace(") STRICT, WITHOUT ROWID;", ");")
            .replace(") STRICT;", ");"),
    }
}

/// Foreign keys may wait for the commit, so that a copy fills tables in any order.
fn deferrable(texte: &str) -> String {
    let mut sortie = String::with_capacity(texte.len());
    let mut reste = texte;
    while let Some(i) = reste.find("REFERENCES ") {
        let Some(fin) = reste[i..].find(')') else {
            break;
        };
        let (cle, apres) = reste.split_at(i + fin + 1);
        sortie.push_str(cle);
        sortie.push_str(" DEFERRABLE");
        reste = apres;
    }
    sortie + reste
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_rewritten_for_each_database() {
        let t = "SELECT 1 FROM c WHERE c.a IN liste($2) AND perimetre(c.d, c.s, -) verrou_ligne()";
        assert_eq!(
            rewrite(t, Dialecte::Sqlite, Portee::Departements),
            "SELECT 1 FROM c WHERE c.a IN (SELECT value FROM json_each($2)) AND (c.d IN (SELECT value FROM json_each($1))) "
        );
        let pg = rewrite(t, Dialecte::Postgres, Portee::Structures);
        assert!(
            pg.contains("c.s IN (SELECT json_array_elements_text(CAST($1 AS json)))"),
            "{pg}"
        );
        assert!(pg.ends_with("FOR UPDATE"), "{pg}");
    }

    #[test]
    fn migrations_are_translated() {
        let t = "CREATE TABLE a (b TEXT REFERENCES c (id), n INTEGER NOT NULL, o BLOB) STRICT;";
        assert_eq!(
            migration(t, Dialecte::Postgres),
            "CREATE TABLE a (b TEXT REFERENCES c (id) DEFERRABLE, n BIGINT NOT NULL, o BYTEA);"
        );
        assert_eq!(migration(t, Dialecte::Sqlite), t);
    }

    #[test]
    fn a_perimeter_the_table_does_not_know_shows_nothing() {
        let t = rewrite("perimetre(c.d, c.s, -)", Dialecte::Sqlite, Portee::Soi);
        assert_eq!(t, "(CAST($1 AS text) IS NULL)");
    }
}
