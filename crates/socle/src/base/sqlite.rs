//! SQLite inside the process. A statement runs on the thread that asks for it:
//! most take some tens of microseconds, less than handing them to another
//! thread and being woken by it. The runtime has more threads than there are
//! connections here ([`CONNEXIONS`]), so that long statements never hold them all.

use std::{
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use rusqlite::{
    Connection, OpenFlags, Statement, ToSql,
    types::{Null, ToSqlOutput, ValueRef},
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::valeur::{Ligne, Valeur};
use crate::erreur::{Panne, Resultat};

/// SQLite has one writer; readers never wait for it.
const LECTEURS: u32 = 4;
/// Connections of one process.
pub const CONNEXIONS: usize = LECTEURS as usize + 1;
/// A request waits no longer for a connection.
const ATTENTE: Duration = Duration::from_secs(30);
/// Another process (a backup, a migration) may hold the file that long.
const OCCUPE: Duration = Duration::from_secs(10);
/// Prepared statements kept by each connection.
const PREPARES: usize = 400;
/// A statement beyond that is told in the log.
const LENT: Duration = Duration::from_secs(1);

/// Connections of one kind to one file.
#[derive(Debug)]
pub(super) struct Bassin {
    chemin: PathBuf,
    lecture: bool,
    combien: u32,
    libres: Mutex<Vec<Connection>>,
    places: Arc<Semaphore>,
}

impl Bassin {
    /// The one connection that writes; creates the file.
    pub fn writer(chemin: &str) -> Resultat<Arc<Self>> {
        Self::open(chemin, false, 1)
    }

    /// Those that only read, once the file exists.
    pub fn readers(chemin: &str) -> Resultat<Arc<Self>> {
        Self::open(chemin, true, LECTEURS)
    }

    fn open(chemin: &str, lecture: bool, combien: u32) -> Resultat<Arc<Self>> {
        let b = Self {
            chemin: chemin.into(),
            lecture,
            combien,
            libres: Mutex::default(),
            places: Arc::new(Semaphore::new(combien as usize)),
        };
        let premiere = b.connect()?;
        b.give(premiere);
        Ok(Arc::new(b))
    }

    fn connect(&self) -> rusqlite::Result<Connection> {
        let mut acces = OpenFlags::SQLITE_OPEN_NO_MUTEX;
        acces |= if self.lecture {
            OpenFlags::SQLITE_OPEN_READ_ONLY
        } else {
            OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE
        };
        let c = Connection::open_with_flags(&self.chemin, acces)?;
        c.busy_timeout(OCCUPE)?;
        if !self.lecture {
            c.execute_batch("PRAGMA journal_mode = WAL;")?;
        }
        // FULL: an acknowledged write survives a crash of the machine, not only of the process.
        c.execute_batch(
            "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA temp_store = memory;",
        )?;
        // Kibibytes each may keep; the system keeps the pages of the file anyway.
        c.pragma_update(None, "cache_size", if self.lecture { -4000 } else { -8000 })?;
        c.set_prepared_statement_cache_capacity(PREPARES);
        Ok(c)
    }

    fn give(&self, c: Connection) {
        let mut libres = self.libres.lock().unwrap_or_else(PoisonError::into_inner);
        libres.push(c);
    }

    /// Takes a connection, outside any transaction.
    pub async fn take(self: &Arc<Self>) -> Resultat<Prise> {
        let place = tokio::time::timeout(ATTENTE, self.places.clone().acquire_owned())
            .await
            .ok()
            .and_then(Result::ok)
            .ok_or(Panne::Attente)?;
        let libre = self
            .libres
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop();
        let c = match libre {
            Some(c) => c,
            None => self.connect()?,
        };
        Ok(Prise {
            connexion: Mutex::new(Some(c)),
            bassin: self.clone(),
            _place: place,
        })
    }

    /// Begins a transaction.
    pub async fn begin(self: &Arc<Self>) -> Resultat<Prise> {
        let mut p = self.take().await?;
        p.script(if self.lecture {
            "BEGIN"
        } else {
            "BEGIN IMMEDIATE"
        })?;
        Ok(p)
    }

    /// Waits for every connection to come back, and closes them.
    pub async fn close(&self) {
        let Ok(toutes) = self.places.acquire_many(self.combien).await else {
            return;
        };
        let libres = {
            let mut l = self.libres.lock().unwrap_or_else(PoisonError::into_inner);
            std::mem::take(&mut *l)
        };
        for c in libres {
            if !self.lecture
                && let Err(e) = c.execute_batch("PRAGMA optimize")
            {
                tracing::warn!("statistiques de la base : {e}");
            }
        }
        self.places.close();
        drop(toutes);
    }
}

/// A connection for the time of a transaction: without a commit, nothing lasts.
#[derive(Debug)]
pub(super) struct Prise {
    /// Never contended: the lock only lets references cross threads.
    connexion: Mutex<Option<Connection>>,
    bassin: Arc<Bassin>,
    _place: OwnedSemaphorePermit,
}

impl Prise {
    fn connexion(&mut self) -> Result<&Connection, Panne> {
        let c = self
            .connexion
            .get_mut()
            .unwrap_or_else(PoisonError::into_inner);
        c.as_ref().ok_or(Panne::Attente)
    }

    /// Runs a text of several statements.
    pub fn script(&mut self, texte: &str) -> Result<(), Panne> {
        Ok(self.connexion()?.execute_batch(texte)?)
    }

    /// Prepares a text without running it.
    pub fn prepare(&mut self, texte: &str) -> Result<(), Panne> {
        Ok(self.connexion()?.prepare(texte).map(|_| ())?)
    }

    /// Runs one statement to its end; gives the number of rows touched.
    pub fn execute(&mut self, texte: &str, params: &[Valeur]) -> Result<u64, Panne> {
        let debut = Instant::now();
        let c = self.connexion()?;
        let mut s = c.prepare_cached(texte)?;
        bind(&mut s, params)?;
        let mut lignes = s.raw_query();
        while lignes.next()?.is_some() {}
        note(texte, debut, 0);
        Ok(c.changes())
    }

    /// All rows of one statement.
    pub fn rows(&mut self, texte: &str, params: &[Valeur]) -> Result<Vec<Ligne>, Panne> {
        let debut = Instant::now();
        let mut s = self.connexion()?.prepare_cached(texte)?;
        bind(&mut s, params)?;
        let mut sortie = Vec::new();
        let mut colonnes: Arc<[String]> = Arc::from([]);
        let mut lignes = s.raw_query();
        while let Some(l) = lignes.next()? {
            if sortie.is_empty() {
                let noms = l.as_ref().column_names();
                colonnes = noms.into_iter().map(str::to_owned).collect();
            }
            let valeurs: Result<Vec<Valeur>, Panne> =
                (0..colonnes.len()).map(|i| read(l.get_ref(i)?)).collect();
            sortie.push(Ligne {
                colonnes: colonnes.clone(),
                valeurs: valeurs?,
            });
        }
        note(texte, debut, sortie.len());
        Ok(sortie)
    }
}

impl Drop for Prise {
    fn drop(&mut self) {
        let c = self
            .connexion
            .get_mut()
            .unwrap_or_else(PoisonError::into_inner);
        let Some(c) = c.take() else { return };
        if !c.is_autocommit()
            && let Err(e) = c.execute_batch("ROLLBACK")
        {
            tracing::warn!("retour en arrière : {e}");
        }
        // One that cannot leave its transaction is closed, which leaves it.
        if c.is_autocommit() {
            self.bassin.give(c);
        }
    }
}

/// Parameters are numbered `$1`, `$2`…: SQLite takes these for names.
fn bind(s: &mut Statement<'_>, params: &[Valeur]) -> Result<(), Panne> {
    for i in 1..=s.parameter_count() {
        let n = s
            .parameter_name(i)
            .and_then(|n| n.get(1..)?.parse::<usize>().ok())
            .unwrap_or(i);
        match params.get(n.wrapping_sub(1)) {
            Some(v) => s.raw_bind_parameter(i, v)?,
            None => s.raw_bind_parameter(i, Null)?,
        }
    }
    Ok(())
}

impl ToSql for Valeur {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Valeur::Texte(Some(t)) => ValueRef::Text(t.as_bytes()),
            Valeur::Entier(Some(n)) => ValueRef::Integer(*n),
            Valeur::Reel(Some(x)) => ValueRef::Real(*x),
            Valeur::Octets(Some(o)) => ValueRef::Blob(o),
            _ => ValueRef::Null,
        }))
    }
}

fn read(v: ValueRef<'_>) -> Result<Valeur, Panne> {
    Ok(match v {
        ValueRef::Null => Valeur::Texte(None),
        ValueRef::Integer(n) => Valeur::Entier(Some(n)),
        ValueRef::Real(x) => Valeur::Reel(Some(x)),
        ValueRef::Text(_) => Valeur::Texte(Some(v.as_str().map_err(rusqlite::Error::from)?.into())),
        ValueRef::Blob(o) => Valeur::Octets(Some(o.to_vec())),
    })
}

fn note(texte: &str, debut: Instant, lignes: usize) {
    let duree = debut.elapsed();
    let us = duree.as_micros();
    if duree >= LENT {
        tracing::warn!(target: "sql", us, lignes, texte, "lent");
    } else {
        tracing::debug!(target: "sql", us, lignes, texte);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::params;

    async fn table() -> (tempfile::TempDir, Arc<Bassin>, Arc<Bassin>) {
        let d = tempfile::tempdir().unwrap();
        let chemin = d.path().join("a.sqlite");
        let ecriture = Bassin::writer(chemin.to_str().unwrap()).unwrap();
        let mut p = ecriture.take().await.unwrap();
        p.script("CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT UNIQUE, r REAL, b BLOB) STRICT")
            .unwrap();
        drop(p);
        let lecture = Bassin::readers(chemin.to_str().unwrap()).unwrap();
        (d, ecriture, lecture)
    }

    fn insert(p: &mut Prise, valeurs: Vec<Valeur>) -> Result<u64, Panne> {
        p.execute(
            "INSERT INTO t (b, r, a, id) VALUES ($4, $3, $2, $1)",
            &valeurs,
        )
    }

    #[tokio::test]
    async fn parameters_go_by_their_number_and_values_come_back() {
        let (_d, ecriture, lecture) = table().await;
        let mut p = ecriture.begin().await.unwrap();
        let valeurs = params![1_i64, "é", 0.5, vec![0_u8, 255]];
        assert_eq!(insert(&mut p, valeurs.clone()).unwrap(), 1);
        // What is missing is NULL.
        assert_eq!(insert(&mut p, params![2_i64]).unwrap(), 1);
        p.script("COMMIT").unwrap();
        drop(p);
        let mut p = lecture.begin().await.unwrap();
        let l = p
            .rows("SELECT id, a, r, b FROM t ORDER BY id", &[])
            .unwrap();
        assert_eq!(l[0].valeurs(), valeurs);
        assert_eq!(l[0].colonnes(), ["id", "a", "r", "b"]);
        assert_eq!(l[1].get::<Option<String>>("a").unwrap(), None);
        assert!(p.execute("DELETE FROM t", &[]).is_err());
    }

    #[tokio::test]
    async fn nothing_lasts_of_a_transaction_left_and_its_connection_serves_again() {
        let (_d, ecriture, lecture) = table().await;
        let mut avant = lecture.begin().await.unwrap();
        assert!(avant.rows("SELECT id FROM t", &[]).unwrap().is_empty());
        for i in 0..3_i64 {
            let mut p = ecriture.begin().await.unwrap();
            insert(&mut p, params![i, "a"]).unwrap();
            let e: crate::Erreur = insert(&mut p, params![i + 10, "a"]).unwrap_err().into();
            assert!(e.is_unique_violation(), "{e}");
            if i == 2 {
                p.script("COMMIT").unwrap();
            }
        }
        // Readers keep what they saw; the next one sees the commit.
        assert!(avant.rows("SELECT id FROM t", &[]).unwrap().is_empty());
        let mut apres = lecture.begin().await.unwrap();
        assert_eq!(apres.rows("SELECT id FROM t", &[]).unwrap().len(), 1);
        drop((avant, apres));
        lecture.close().await;
        assert!(lecture.begin().await.is_err());
    }

    #[tokio::test]
    async fn there_is_one_writer_and_the_next_one_waits() {
        let (_d, ecriture, _) = table().await;
        let p = ecriture.begin().await.unwrap();
        let autre = tokio::spawn({
            let e = ecriture.clone();
            async move { e.begin().await.map(drop) }
        });
        tokio::task::yield_now().await;
        assert!(!autre.is_finished());
        drop(p);
        autre.await.unwrap().unwrap();
    }
}
