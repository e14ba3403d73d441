//! Work that leaves with the transaction that asks for it, and is done later,
//! once, by any process: claimed with a lease, retried with growing delays,
//! visible to an administrator.

use std::{
    collections::{BTreeSet, HashMap},
    future::Future,
    pin::Pin,
    sync::Arc,
    time::Duration,
};

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use serde_json::Value;

use crate::{Base, Tx, erreur::Resultat, params, sql};

/// After so many failures the job waits for an administrator.
const MAX_ATTEMPTS: i64 = 8;
/// A process that holds a job longer is taken for dead.
const LEASE: SignedDuration = SignedDuration::from_mins(10);

/// When a job may start.
#[derive(Debug, Clone, Copy)]
pub enum When {
    Now,
    After(Timestamp),
}

/// Queues a job. With a `cle`, a job of the same kind and key that is not
/// finished yet makes this one useless: it is not added.
///
/// # Errors
/// `Erreur::Base`.
pub async fn enqueue(
    tx: &mut Tx,
    genre: &'static str,
    charge: &impl Serialize,
    quand: When,
    cle: Option<&str>,
) -> Resultat<()> {
    let charge = serde_json::to_string(charge).unwrap_or_default();
    let (id, le) = (tx.new_id(), tx.now());
    let prevu = match quand {
        When::Now => le,
        When::After(t) => t,
    };
    tx.execute(
        sql!(
            "INSERT INTO job (id, genre, charge, cle, etat, prevu_le, essais, cree_le)
             VALUES ($1, $2, $3, $4, 'attente', $5, 0, $6) ON CONFLICT DO NOTHING"
        ),
        params![id, genre, charge, cle.map(str::to_owned), prevu, le],
    )
    .await?;
    Ok(())
}

/// One job, as an administrator sees it.
#[derive(Debug, Clone)]
pub struct Travail {
    pub id: String,
    pub genre: String,
    pub etat: String,
    pub essais: i64,
    pub prevu_le: Timestamp,
    pub erreur: Option<String>,
}

/// The most recent jobs in a state (`attente`, `en_cours`, `fait`, `echec`).
///
/// # Errors
/// `Erreur::Base`.
pub async fn list(tx: &mut Tx, etat: &str, combien: usize) -> Resultat<Vec<Travail>> {
    tx.rows(
        sql!(
            "SELECT id, genre, etat, essais, prevu_le, erreur FROM job WHERE etat = $1
             ORDER BY prevu_le DESC, id DESC LIMIT $2"
        ),
        params![etat, combien],
    )
    .await?
    .iter()
    .map(|l| {
        Ok(Travail {
            id: l.get("id")?,
            genre: l.get("genre")?,
            etat: l.get("etat")?,
            essais: l.get("essais")?,
            prevu_le: l.get("prevu_le")?,
            erreur: l.get("erreur")?,
        })
    })
    .collect()
}

/// How many jobs are in each state.
///
/// # Errors
/// `Erreur::Base`.
pub async fn counts(tx: &mut Tx) -> Resultat<Vec<(String, i64)>> {
    tx.rows(
        sql!("SELECT etat, count(*) AS n FROM job GROUP BY etat ORDER BY etat"),
        params![],
    )
    .await?
    .iter()
    .map(|l| Ok((l.get("etat")?, l.get("n")?)))
    .collect()
}

/// Gives a failed job a new chance, now.
///
/// # Errors
/// `Erreur::Introuvable` when it is not a failed job.
pub async fn retry(tx: &mut Tx, id: &str) -> Resultat<()> {
    let le = tx.now();
    let n = tx
        .execute(
            sql!("UPDATE job SET etat = 'attente', essais = 0, prevu_le = $2 WHERE id = $1 AND etat = 'echec'"),
            params![id, le],
        )
        .await?;
    if n == 1 {
        Ok(())
    } else {
        Err(crate::Erreur::Introuvable)
    }
}

type Task = Pin<Box<dyn Future<Output = Resultat<()>> + Send>>;
type Handler = Arc<dyn Fn(Base, Value) -> Task + Send + Sync>;

/// The kinds of jobs a process knows how to do, and when the daily ones start.
#[derive(Clone, Default)]
pub struct Worker {
    genres: HashMap<&'static str, Handler>,
    daily: Vec<(&'static str, i8)>,
}

impl std::fmt::Debug for Worker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.genres.keys()).finish()
    }
}

impl Worker {
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Says how to do one kind of job. Doing it twice must be harmless: a
    /// process may die between the work and its record.
    #[must_use]
    pub fn on<F, R>(mut self, genre: &'static str, f: F) -> Self
    where
        F: Fn(Base, Value) -> R + Send + Sync + 'static,
        R: Future<Output = Resultat<()>> + Send + 'static,
    {
        self.genres
            .insert(genre, Arc::new(move |b, v| Box::pin(f(b, v))));
        self
    }

    /// Runs a kind every day from `heure` (Paris) on.
    #[must_use]
    pub fn daily(mut self, genre: &'static str, heure: i8) -> Self {
        self.daily.push((genre, heure));
        self
    }

    /// Adds the kinds of another space.
    #[must_use]
    pub fn with(mut self, autre: Worker) -> Self {
        self.genres.extend(autre.genres);
        self.daily.extend(autre.daily);
        self
    }

    /// Queues today's daily jobs once, whatever the number of processes.
    ///
    /// # Errors
    /// `Erreur::Base`.
    pub async fn schedule(&self, base: &Base) -> Resultat<()> {
        if self.missing(&mut base.read().await?).await?.is_empty() {
            return Ok(());
        }
        let mut tx = base.write().await?;
        tx.lock("jobs.jour").await?;
        let cle = today(&tx);
        for genre in self.missing(&mut tx).await? {
            enqueue(&mut tx, genre, &Value::Null, When::Now, Some(&cle)).await?;
        }
        tx.commit().await
    }

    /// Today's daily jobs whose hour has come, and which nobody queued yet.
    async fn missing(&self, tx: &mut Tx) -> Resultat<Vec<&'static str>> {
        let heure = tx.now().to_zoned_datetime(crate::clock::paris()).hour();
        let dus = self.daily.iter().filter(|d| d.1 <= heure).map(|d| d.0);
        let mut dus: BTreeSet<&'static str> = dus.collect();
        if !dus.is_empty() {
            let noms: Vec<String> = dus.iter().map(ToString::to_string).collect();
            let deja = sql!("SELECT genre FROM job WHERE genre IN liste($1) AND cle = $2");
            for l in tx.rows(deja, params![&noms, today(tx)]).await? {
                dus.remove(l.get::<String>("genre")?.as_str());
            }
        }
        Ok(dus.into_iter().collect())
    }

    /// Does one job that is due. `false` when there is none.
    ///
    /// # Errors
    /// `Erreur::Base` when the queue itself cannot be read.
    pub async fn run_one(&self, base: &Base) -> Resultat<bool> {
        let Some((id, genre, charge, essais)) = self.claim(base).await? else {
            return Ok(false);
        };
        let fini = match self.genres.get(genre.as_str()) {
            Some(f) => f(base.clone(), charge).await,
            None => Err(crate::Erreur::Interne(format!("travail inconnu : {genre}"))),
        };
        let mut tx = base.write().await?;
        let le = tx.now();
        match fini {
            Ok(()) => {
                tx.execute(
                    sql!("UPDATE job SET etat = 'fait', fini_le = $2, erreur = NULL WHERE id = $1"),
                    params![id, le],
                )
                .await?;
            }
            Err(e) => {
                tracing::warn!(job = %id, genre, essais, "travail en échec : {e}");
                let etat = if essais >= MAX_ATTEMPTS {
                    "echec"
                } else {
                    "attente"
                };
                // 1, 4, 9… minutes: patient with a mail server that restarts.
                let suite = le + SignedDuration::from_mins(essais * essais);
                tx.execute(
                    sql!("UPDATE job SET etat = $2, prevu_le = $3, erreur = $4 WHERE id = $1"),
                    params![id, etat, suite, e.to_string()],
                )
                .await?;
            }
        }
        tx.commit().await?;
        Ok(true)
    }

    async fn claim(&self, base: &Base) -> Resultat<Option<(String, String, Value, i64)>> {
        let mut tx = base.write().await?;
        let le = tx.now();
        let Some(l) = tx
            .row(
                sql!(
                    "SELECT id, genre, charge, essais FROM job
                     WHERE (etat = 'attente' AND prevu_le <= $1) OR (etat = 'en_cours' AND verrou_jusqua < $1)
                     ORDER BY prevu_le, id LIMIT 1 verrou_saut()"
                ),
                params![le],
            )
            .await?
        else {
            return Ok(None);
        };
        let (id, essais) = (l.get::<String>("id")?, l.get::<i64>("essais")? + 1);
        tx.execute(
            sql!("UPDATE job SET etat = 'en_cours', essais = $2, verrou_jusqua = $3 WHERE id = $1"),
            params![&id, essais, le + LEASE],
        )
        .await?;
        tx.commit().await?;
        Ok(Some((id, l.get("genre")?, l.get("charge")?, essais)))
    }

    /// Does everything that is due; for tests and the command line.
    ///
    /// # Errors
    /// As [`Worker::run_one`].
    pub async fn run_all(&self, base: &Base) -> Resultat<usize> {
        let mut n = 0;
        while self.run_one(base).await? {
            n += 1;
        }
        Ok(n)
    }

    /// Works until the process ends.
    pub async fn run_forever(self, base: Base) {
        let mut minute = 0;
        loop {
            match self.turn(&base, &mut minute).await {
                Ok(true) => {}
                Ok(false) => tokio::time::sleep(Duration::from_secs(1)).await,
                Err(e) => {
                    tracing::error!("file de travaux illisible : {e}");
                    tokio::time::sleep(Duration::from_secs(5)).await;
                }
            }
        }
    }

    /// One job if there is one; the daily ones are looked at when the minute
    /// changes: they start on an hour.
    pub(crate) async fn turn(&self, base: &Base, minute: &mut i64) -> Resultat<bool> {
        let maintenant = base.clock().now().as_second() / 60;
        if *minute != maintenant {
            self.schedule(base).await?;
            *minute = maintenant;
        }
        self.run_one(base).await
    }
}

/// The key of what is done once today.
fn today(tx: &Tx) -> String {
    format!("jour:{}", tx.today())
}
