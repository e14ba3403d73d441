use super::{Base, Dialecte};
use crate::{erreur::Resultat, params, sql};

/// One column as the database itself describes it, types in SQLite's words.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Colonne {
    pub table: String,
    pub nom: String,
    pub genre: String,
    pub obligatoire: bool,
    /// Computed by the database from other columns.
    pub generee: bool,
    /// Part of the primary key.
    pub cle: bool,
}

impl Base {
    /// Every column of every table, sorted: the same on both databases.
    ///
    /// # Errors
    /// `Erreur::Base`.
    pub async fn schema(&self) -> Resultat<Vec<Colonne>> {
        let mut tx = self.read().await?;
        let lignes = match self.dialecte() {
            Dialecte::Sqlite => {
                tx.rows(
                    sql!(
                        r#"SELECT m.name AS t, c.name AS nom, c.type AS genre,
                                  CASE WHEN c."notnull" = 1 OR c.pk > 0 THEN 1 ELSE 0 END AS requis,
                                  CASE WHEN c.hidden > 1 THEN 1 ELSE 0 END AS generee,
                                  CASE WHEN c.pk > 0 THEN 1 ELSE 0 END AS cle
                           FROM sqlite_master m, pragma_table_xinfo(m.name) c
                           WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'"#
                    ),
                    params![],
                )
                .await?
            }
            Dialecte::Postgres => {
                tx.rows(
                    sql!(
                        "SELECT CAST(table_name AS text) AS t, CAST(column_name AS text) AS nom,
                                CAST(data_type AS text) AS genre,
                                CASE WHEN is_nullable = 'NO' THEN 1 ELSE 0 END AS requis,
                                CASE WHEN is_generated = 'ALWAYS' THEN 1 ELSE 0 END AS generee,
                                CASE WHEN EXISTS (
                                    SELECT 1 FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY(i.indkey)
                                    WHERE i.indrelid = CAST(quote_ident(table_name) AS regclass) AND i.indisprimary
                                      AND a.attname = column_name
                                ) THEN 1 ELSE 0 END AS cle
                         FROM information_schema.columns WHERE table_schema = current_schema()"
                    ),
                    params![],
                )
                .await?
            }
        };
        let mut colonnes = Vec::with_capacity(lignes.len());
        for l in lignes {
            let genre: String = l.get("genre")?;
            colonnes.push(Colonne {
                table: l.get("t")?,
                nom: l.get("nom")?,
                genre: match genre.as_str() {
                    "bigint" => "INTEGER".into(),
                    "double precision" => "REAL".into(),
                    "bytea" => "BLOB".into(),
                    g => g.to_uppercase(),
                },
                obligatoire: l.get("requis")?,
                generee: l.get("generee")?,
                cle: l.get("cle")?,
            });
        }
        colonnes.sort();
        Ok(colonnes)
    }
}
