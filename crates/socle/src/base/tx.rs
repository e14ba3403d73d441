use std::{collections::BTreeSet, sync::Arc};

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use sqlx::{
    AssertSqlSafe, Column, Executor, Postgres, Row, Transaction, TypeInfo,
    postgres::{PgArguments, PgRow},
    query::Query,
};
use uuid::Uuid;

use super::{
    Outils,
    attache::Attaches,
    dialecte::{self, Dialecte, Portee, Sql},
    sqlite::Prise,
    valeur::{Ligne, Valeur},
};
use crate::{
    acces::Perimetre,
    erreur::{Erreur, Resultat},
    ids::Ids,
    journal::{self, Entree},
};

/// A transaction, the instant it began and the ids it may give.
///
/// The instant is read once: all rows of one use case carry the same time.
/// Audit entries are kept until [`Tx::commit`] and chained there, so that the
/// lock of the chain is taken last and held for one insert.
#[derive(Debug)]
pub struct Tx {
    inner: Inner,
    instant: Timestamp,
    outils: Arc<Outils>,
    attaches: Attaches,
    lecture: bool,
    pub(crate) audit: Vec<Entree>,
    /// Names announced, numbered at the commit.
    pub(super) annonces: BTreeSet<&'static str>,
}

#[derive(Debug)]
pub(super) enum Inner {
    Sqlite(Prise),
    Postgres(Transaction<'static, Postgres>),
}

impl From<Prise> for Inner {
    fn from(p: Prise) -> Self {
        Self::Sqlite(p)
    }
}

impl From<Transaction<'static, Postgres>> for Inner {
    fn from(t: Transaction<'static, Postgres>) -> Self {
        Self::Postgres(t)
    }
}

impl Tx {
    /// Of one of the two databases, writing or only reading.
    pub(super) fn new(
        t: impl Into<Inner>,
        outils: &Arc<Outils>,
        attaches: &Attaches,
        lecture: bool,
    ) -> Self {
        Self {
            inner: t.into(),
            instant: outils.clock.now(),
            outils: outils.clone(),
            attaches: attaches.clone(),
            lecture,
            audit: Vec::new(),
            annonces: BTreeSet::new(),
        }
    }

    /// True when nothing can be written here: what is read is committed.
    #[must_use]
    pub fn is_read_only(&self) -> bool {
        self.lecture
    }

    /// What a space keeps in memory beside this database: one value of each
    /// type, made the first time, shared by every transaction.
    #[must_use]
    pub fn attached<T: Default + Send + Sync + 'static>(&self) -> Arc<T> {
        self.attaches.get()
    }

    #[must_use]
    pub fn dialecte(&self) -> Dialecte {
        match self.inner {
            Inner::Sqlite(_) => Dialecte::Sqlite,
            Inner::Postgres(_) => Dialecte::Postgres,
        }
    }

    /// The instant at which this transaction began.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.instant
    }

    /// The civil date of [`Tx::now`] in a time zone.
    #[must_use]
    pub fn today_in(&self, zone: &TimeZone) -> Date {
        self.instant.to_zoned_datetime(zone.clone()).date()
    }

    /// The civil date of [`Tx::now`] in Paris, for national acts.
    #[must_use]
    pub fn today(&self) -> Date {
        self.today_in(&crate::clock::paris())
    }

    /// A new UUID v7, ordered by time.
    #[must_use]
    pub fn new_id(&self) -> Uuid {
        self.outils.ids.uuid(self.instant)
    }

    #[must_use]
    pub fn ids(&self) -> &Ids {
        &self.outils.ids
    }

    /// The database's own clock, to compare with this machine's.
    ///
    /// # Errors
    /// `Erreur::Base`.
    pub async fn database_now(&mut self) -> Resultat<Timestamp> {
        let texte = match self.dialecte() {
            Dialecte::Sqlite => "SELECT unixepoch() AS n",
            Dialecte::Postgres => {
                "SELECT CAST(extract(epoch FROM clock_timestamp()) AS bigint) AS n"
            }
        };
        let lignes = self.query(texte.into(), Vec::new()).await?;
        let secondes: i64 = lignes.first().ok_or(Erreur::Introuvable)?.get("n")?;
        Timestamp::from_second(secondes).map_err(|e| Erreur::Interne(e.to_string()))
    }

    /// Encrypts a personal field for one cell of the database.
    #[must_use]
    pub fn seal(&self, table: &str, colonne: &str, ligne: impl ToString, clair: &str) -> Vec<u8> {
        let nonce = self.outils.ids.bytes();
        self.outils
            .coffre
            .seal(table, colonne, &ligne.to_string(), clair, nonce)
    }

    /// Opens a cell sealed by [`Tx::seal`].
    ///
    /// # Errors
    /// `Erreur::Interne` when the cell was moved, altered or its key is missing.
    pub fn unseal(
        &self,
        table: &str,
        colonne: &str,
        ligne: impl ToString,
        octets: &[u8],
    ) -> Resultat<String> {
        self.outils
            .coffre
            .unseal(table, colonne, &ligne.to_string(), octets)
            .map_err(|_| Erreur::Interne(format!("{table}.{colonne} illisible")))
    }

    /// Equality without reading: the same value in the same domain gives the
    /// same index, which tells nothing without the keys.
    #[must_use]
    pub fn blind(&self, domaine: &str, valeur: &str) -> String {
        self.outils.coffre.blind(domaine, valeur)
    }

    /// Runs a statement that returns no row; gives the number of rows touched.
    ///
    /// # Errors
    /// `Erreur::Base`, with unique violations recognisable by [`Erreur::unique`].
    pub async fn execute(&mut self, sql: Sql, params: Vec<Valeur>) -> Resultat<u64> {
        self.run(sql, Portee::Sans, params).await
    }

    /// Like [`Tx::execute`], inside a perimeter bound as `$1`.
    ///
    /// # Errors
    /// As [`Tx::execute`].
    pub async fn execute_in(
        &mut self,
        sql: Sql,
        p: &Perimetre,
        params: Vec<Valeur>,
    ) -> Resultat<u64> {
        self.run(sql, Portee::of(p), with_perimetre(p, params))
            .await
    }

    /// All rows of a statement.
    ///
    /// # Errors
    /// `Erreur::Base`.
    pub async fn rows(&mut self, sql: Sql, params: Vec<Valeur>) -> Resultat<Vec<Ligne>> {
        self.fetch(sql, Portee::Sans, params).await
    }

    /// All rows inside a perimeter, which is bound as `$1`: other parameters
    /// begin at `$2`.
    ///
    /// # Errors
    /// `Erreur::Base`.
    pub async fn rows_in(
        &mut self,
        sql: Sql,
        p: &Perimetre,
        params: Vec<Valeur>,
    ) -> Resultat<Vec<Ligne>> {
        self.fetch(sql, Portee::of(p), with_perimetre(p, params))
            .await
    }

    /// The first row, if any.
    ///
    /// # Errors
    /// `Erreur::Base`.
    pub async fn row(&mut self, sql: Sql, params: Vec<Valeur>) -> Resultat<Option<Ligne>> {
        Ok(self.rows(sql, params).await?.into_iter().next())
    }

    /// The first row inside a perimeter (`$1`), if any.
    ///
    /// # Errors
    /// `Erreur::Base`.
    pub async fn row_in(
        &mut self,
        sql: Sql,
        p: &Perimetre,
        params: Vec<Valeur>,
    ) -> Resultat<Option<Ligne>> {
        Ok(self.rows_in(sql, p, params).await?.into_iter().next())
    }

    /// One integer, for counts. The column must be called `n`.
    ///
    /// # Errors
    /// `Erreur::Base`; `Erreur::Interne` when there is no row.
    pub async fn count(&mut self, sql: Sql, params: Vec<Valeur>) -> Resultat<i64> {
        self.row(sql, params)
            .await?
            .ok_or_else(|| Erreur::Interne("compte sans ligne".into()))?
            .get("n")
    }

    /// Serialises use cases on a name (a contingent, a post) until the end of
    /// the transaction. SQLite has one writer and needs nothing.
    ///
    /// # Errors
    /// `Erreur::Base`.
    pub async fn lock(&mut self, nom: &str) -> Resultat<()> {
        if let Inner::Postgres(t) = &mut self.inner {
            let q = sqlx::query("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))")
                .bind(nom.to_owned());
            t.execute(q).await?;
        }
        Ok(())
    }

    /// Makes everything last, audit entries included.
    ///
    /// # Errors
    /// `Erreur::Base`; nothing lasts then.
    pub async fn commit(mut self) -> Resultat<()> {
        journal::append(&mut self).await?;
        self.number_announcements().await?;
        match self.inner {
            Inner::Sqlite(mut p) => p.script("COMMIT")?,
            Inner::Postgres(t) => t.commit().await?,
        }
        Ok(())
    }

    /// Runs a script of several statements (migrations only).
    pub(crate) async fn script(&mut self, texte: &str) -> Resultat<()> {
        match &mut self.inner {
            Inner::Sqlite(p) => p.script(texte)?,
            Inner::Postgres(t) => {
                t.execute(sqlx::raw_sql(AssertSqlSafe(texte.to_owned())))
                    .await?;
            }
        }
        Ok(())
    }

    /// Asks the database to prepare a text without running it (tests, doctor).
    ///
    /// # Errors
    /// `Erreur::Base` with what the database says.
    pub async fn prepare(&mut self, texte: &str) -> Resultat<()> {
        match &mut self.inner {
            Inner::Sqlite(p) => p.prepare(texte)?,
            Inner::Postgres(t) => {
                let q = AssertSqlSafe(texte.to_owned());
                t.prepare(sqlx::SqlSafeStr::into_sql_str(q)).await?;
            }
        }
        Ok(())
    }

    /// Runs a text made by the copy of tables, whose names come from the schema.
    pub(super) async fn dynamic(&mut self, texte: &str, valeurs: Vec<Valeur>) -> Resultat<u64> {
        self.touch(texte.into(), valeurs).await
    }

    /// Rows of such a text.
    pub(super) async fn dynamic_rows(
        &mut self,
        texte: &str,
        valeurs: Vec<Valeur>,
    ) -> Resultat<Vec<Ligne>> {
        self.query(texte.into(), valeurs).await
    }

    async fn run(&mut self, sql: Sql, p: Portee, params: Vec<Valeur>) -> Resultat<u64> {
        check(sql, p)?;
        let texte = dialecte::render(sql, self.dialecte(), p);
        self.touch(texte, params).await
    }

    async fn touch(&mut self, texte: Arc<str>, params: Vec<Valeur>) -> Resultat<u64> {
        Ok(match &mut self.inner {
            Inner::Sqlite(p) => p.execute(&texte, &params)?,
            Inner::Postgres(t) => t.execute(bind_pg(texte, params)).await?.rows_affected(),
        })
    }

    async fn fetch(&mut self, sql: Sql, p: Portee, params: Vec<Valeur>) -> Resultat<Vec<Ligne>> {
        check(sql, p)?;
        let texte = dialecte::render(sql, self.dialecte(), p);
        self.query(texte, params).await
    }

    async fn query(&mut self, texte: Arc<str>, params: Vec<Valeur>) -> Resultat<Vec<Ligne>> {
        match &mut self.inner {
            Inner::Sqlite(p) => Ok(p.rows(&texte, &params)?),
            Inner::Postgres(t) => {
                let lignes = t.fetch_all(bind_pg(texte, params)).await?;
                let noms = names(lignes.first());
                lignes.iter().map(|l| read_pg(l, &noms)).collect()
            }
        }
    }
}

fn check(sql: Sql, p: Portee) -> Resultat<()> {
    if dialecte::asks_perimetre(sql) == (p == Portee::Sans) {
        return Err(Erreur::Interne(format!(
            "périmètre oublié ou inutile : {}",
            sql.0
        )));
    }
    Ok(())
}

fn with_perimetre(p: &Perimetre, params: Vec<Valeur>) -> Vec<Valeur> {
    let mut tous = Vec::with_capacity(params.len() + 1);
    tous.push(Valeur::Texte(Some(p.to_json())));
    tous.extend(params);
    tous
}

fn bind_pg(texte: Arc<str>, params: Vec<Valeur>) -> Query<'static, Postgres, PgArguments> {
    let mut q = sqlx::query(AssertSqlSafe(texte));
    for v in params {
        q = match v {
            Valeur::Texte(t) => q.bind(t),
            Valeur::Entier(n) => q.bind(n),
            Valeur::Reel(x) => q.bind(x),
            Valeur::Octets(b) => q.bind(b),
        };
    }
    q
}

fn names(ligne: Option<&PgRow>) -> Arc<[String]> {
    ligne.map_or_else(
        || Arc::from([]),
        |l| l.columns().iter().map(|c| c.name().to_owned()).collect(),
    )
}

fn read_pg(l: &PgRow, noms: &Arc<[String]>) -> Resultat<Ligne> {
    let mut valeurs = Vec::with_capacity(noms.len());
    for i in 0..noms.len() {
        let genre = l.columns()[i].type_info();
        valeurs.push(match genre.name() {
            "INT8" => Valeur::Entier(l.try_get(i)?),
            "INT4" => Valeur::Entier(l.try_get::<Option<i32>, _>(i)?.map(i64::from)),
            "BOOL" => Valeur::Entier(l.try_get::<Option<bool>, _>(i)?.map(i64::from)),
            "FLOAT8" => Valeur::Reel(l.try_get(i)?),
            "BYTEA" => Valeur::Octets(l.try_get(i)?),
            _ => Valeur::Texte(l.try_get(i)?),
        });
    }
    Ok(Ligne {
        colonnes: noms.clone(),
        valeurs,
    })
}
