use std::{str::FromStr, sync::Arc, time::Duration};

use sqlx::{
    Executor, PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};

use super::{Outils, attache::Attaches, dialecte::Dialecte, sqlite::Bassin, tx::Tx};
use crate::{clock::Clock, erreur::Resultat};

/// A database and what a use case may draw on: time, chance, secrecy.
#[derive(Debug, Clone)]
pub struct Base {
    pub(super) inner: Inner,
    outils: Arc<Outils>,
    attaches: Attaches,
}

#[derive(Debug, Clone)]
pub(super) enum Inner {
    /// SQLite has one writer: a pool of one for writing, several for reading.
    Sqlite {
        lecture: Arc<Bassin>,
        ecriture: Arc<Bassin>,
    },
    Postgres(PgPool),
}

impl Base {
    /// Opens `postgres://…`, `sqlite://path` or a bare file path.
    ///
    /// # Errors
    /// `Erreur::Base` when the database cannot be reached.
    pub async fn open(url: &str, outils: Outils) -> Resultat<Self> {
        let inner = if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            let options = PgConnectOptions::from_str(url)?;
            let pool = PgPoolOptions::new()
                .max_connections(16)
                .acquire_timeout(Duration::from_secs(10))
                .connect_with(options)
                .await?;
            Inner::Postgres(pool)
        } else {
            let chemin = url.strip_prefix("sqlite://").unwrap_or(url);
            let ecriture = Bassin::writer(chemin)?;
            let lecture = Bassin::readers(chemin)?;
            Inner::Sqlite { lecture, ecriture }
        };
        Ok(Self {
            inner,
            outils: Arc::new(outils),
            attaches: Attaches::default(),
        })
    }

    #[must_use]
    pub fn dialecte(&self) -> Dialecte {
        match self.inner {
            Inner::Sqlite { .. } => Dialecte::Sqlite,
            Inner::Postgres(_) => Dialecte::Postgres,
        }
    }

    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.outils.clock
    }

    #[must_use]
    pub fn outils(&self) -> &Outils {
        &self.outils
    }

    /// Begins a transaction that may write. Nothing lasts before [`Tx::commit`].
    ///
    /// # Errors
    /// `Erreur::Base` when no connection can be had.
    pub async fn write(&self) -> Resultat<Tx> {
        let (o, a) = (&self.outils, &self.attaches);
        Ok(match &self.inner {
            Inner::Sqlite { ecriture, .. } => Tx::new(ecriture.begin().await?, o, a, false),
            Inner::Postgres(pool) => Tx::new(pool.begin().await?, o, a, false),
        })
    }

    /// Begins a transaction that only reads: it never waits for a writer.
    ///
    /// # Errors
    /// `Erreur::Base` when no connection can be had.
    pub async fn read(&self) -> Resultat<Tx> {
        let (o, a) = (&self.outils, &self.attaches);
        Ok(match &self.inner {
            Inner::Sqlite { lecture, .. } => Tx::new(lecture.begin().await?, o, a, true),
            Inner::Postgres(pool) => {
                let lecture = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
                Tx::new(pool.begin_with(lecture).await?, o, a, true)
            }
        })
    }

    /// What a space keeps in memory beside this database (see [`Tx::attached`]).
    #[must_use]
    pub fn attached<T: Default + Send + Sync + 'static>(&self) -> Arc<T> {
        self.attaches.get()
    }

    /// Runs one statement outside any transaction (`CREATE DATABASE`, `VACUUM INTO`).
    ///
    /// # Errors
    /// `Erreur::Base`.
    pub async fn raw(&self, texte: &str) -> Resultat<()> {
        match &self.inner {
            Inner::Sqlite { ecriture, .. } => ecriture.take().await?.script(texte)?,
            Inner::Postgres(p) => {
                let q = sqlx::raw_sql(sqlx::AssertSqlSafe(texte.to_owned()));
                p.execute(q).await?;
            }
        }
        Ok(())
    }

    /// Closes every connection; used before a backup is swapped in and by tests.
    pub async fn close(&self) {
        match &self.inner {
            Inner::Sqlite { lecture, ecriture } => {
                lecture.close().await;
                ecriture.close().await;
            }
            Inner::Postgres(p) => p.close().await,
        }
    }
}
