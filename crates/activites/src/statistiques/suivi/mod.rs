//! Keeps the index of statistics in step with the database (spec 20 §6).
//!
//! The journal says what changed: every reader first applies what its own
//! transaction sees of it, so that a write acknowledged anywhere is counted by
//! every later read, in every process. What changed is read again from the
//! tables, a whole month of its author at a time: nothing is patched, so
//! nothing drifts.

mod lecture;
mod queue;
pub mod sauvegarde;

use std::{
    collections::{BTreeSet, HashMap},
    path::PathBuf,
    sync::{Arc, PoisonError, RwLock},
};

use socle::{Base, Erreur, Resultat, Tx, params, sql};
use uuid::Uuid;

use super::{
    Question, Reponse,
    index::{Fait, Index, Mois, Rang, jours},
};
use lecture::{Histoires, Pas};

/// More changes than this are quicker to read whole.
const BEAUCOUP: i64 = 20_000;

/// Between two checkpoints.
const QUART_D_HEURE: std::time::Duration = std::time::Duration::from_mins(15);

/// The index of one database, and who may move it.
#[derive(Debug, Default)]
pub struct Suivi {
    index: RwLock<Index>,
    /// One reader at a time brings the index forward.
    tour: tokio::sync::Mutex<Etat>,
}

#[derive(Debug, Default)]
struct Etat {
    /// Where the checkpoint is, once said.
    fichier: Option<PathBuf>,
    /// The checkpoint was looked for.
    ouvert: bool,
    /// Version of the last checkpoint.
    ecrite: i64,
    /// Links of people that the nightly check had to mend.
    mendes: usize,
}

impl Suivi {
    /// The index of a database.
    #[must_use]
    pub fn of(tx: &Tx) -> Arc<Self> {
        tx.attached()
    }

    fn read<T>(&self, f: impl FnOnce(&Index) -> T) -> T {
        f(&self.index.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn change<T>(&self, f: impl FnOnce(&mut Index) -> T) -> T {
        f(&mut self.index.write().unwrap_or_else(PoisonError::into_inner))
    }

    /// Reads something of the index on a thread that may be kept busy.
    ///
    /// # Errors
    /// `Erreur::Interne` when that thread failed.
    pub async fn compute<T: Send + 'static>(
        self: Arc<Self>,
        f: impl FnOnce(&Index) -> T + Send + 'static,
    ) -> Resultat<T> {
        tokio::task::spawn_blocking(move || self.read(f))
            .await
            .map_err(|e| Erreur::Interne(e.to_string()))
    }

    /// The thread of people as it was kept, and as the rows say it.
    #[cfg(test)]
    pub(crate) fn threads(&self) -> [std::collections::BTreeMap<(i32, u8, usize), i32>; 2] {
        self.read(|i| [i.fil.plain(), super::index::fil::Fil::of(i).plain()])
    }

    #[cfg(test)]
    pub(crate) fn compact_all(&self) {
        self.change(|i| {
            let mois: Vec<Mois> = i.mois.keys().copied().collect();
            i.compact(&mois);
        });
    }

    /// Applies every change this transaction sees.
    ///
    /// # Errors
    /// `Erreur::Base`.
    pub async fn catch_up(&self, tx: &mut Tx) -> Resultat<()> {
        let mut etat = self.tour.lock().await;
        self.advance(tx, &mut etat).await
    }

    /// The same, in one's turn.
    async fn advance(&self, tx: &mut Tx, etat: &mut Etat) -> Resultat<()> {
        if !etat.ouvert {
            self.open(tx, etat.fichier.clone()).await?;
            etat.ouvert = true;
            etat.ecrite = self.read(|i| i.version);
        }
        let version = self.read(|i| i.version);
        let tete = head(tx).await?;
        if tete <= version {
            return Ok(());
        }
        if version == 0 || tete - version > BEAUCOUP {
            let neuf = rebuild(tx, tete).await?;
            self.change(|i| *i = neuf);
            return Ok(());
        }
        let queue = queue::read(tx, version, tete).await?;
        let (mois, histoires) = self.changed(tx, queue).await?;
        self.change(|i| {
            for (mois, auteur, faits) in &mois {
                i.set_author(*mois, *auteur, faits);
            }
            tie(i, &histoires);
            i.compact(&i.worn());
            i.version = tete;
        });
        Ok(())
    }

    /// Takes up the checkpoint, when there is one and it is of this database.
    async fn open(&self, tx: &mut Tx, fichier: Option<PathBuf>) -> Resultat<()> {
        let Some(f) = fichier else { return Ok(()) };
        let lu = tokio::task::spawn_blocking(move || sauvegarde::read(&f))
            .await
            .map_err(|e| Erreur::Interne(e.to_string()))?;
        if let Some((index, temoin)) = lu
            && witness(tx, index.version).await? == Some(temoin)
        {
            self.change(|i| *i = index);
        }
        Ok(())
    }

    /// The months of authors that a part of the journal changed, read again.
    async fn changed(
        &self,
        tx: &mut Tx,
        mut queue: queue::Queue,
    ) -> Resultat<(Vec<(Mois, Uuid, Vec<Fait>)>, Histoires)> {
        let mut histoires = lecture::histories(tx, &queue.personnes).await?;
        for pas in histoires.values() {
            queue.extend(pas);
        }
        let mut v = Vec::new();
        for (mois, auteur) in queue.mois {
            let mut faits = lecture::author(tx, mois, auteur).await?;
            let garde = self.read(|i| i.flags(mois, auteur));
            // A person the index does not know as told: asked for too.
            let inconnus: BTreeSet<Uuid> = faits
                .iter()
                .flat_map(|f| f.liens.iter().map(move |l| (f, l)))
                .filter(|(f, l)| {
                    !histoires.contains_key(&l.personne)
                        && !garde.contains_key(&(l.personne, jours(f.date)))
                })
                .map(|(_, l)| l.personne)
                .collect();
            histoires.extend(lecture::histories(tx, &inconnus).await?);
            flag(&mut faits, &histoires, &garde);
            v.push((mois, auteur, faits));
        }
        Ok((v, histoires))
    }
}

/// Says of each link what it is to its person: from the person's history, else
/// as the index had it.
fn flag(faits: &mut [Fait], histoires: &Histoires, garde: &HashMap<(Uuid, i32), Rang>) {
    for f in faits {
        for l in &mut f.liens {
            let dit = match histoires.get(&l.personne) {
                Some(pas) => pas.iter().find(|p| p.activite == f.id).map(Pas::rang),
                None => garde.get(&(l.personne, jours(f.date))).copied(),
            };
            if let Some(r) = dit {
                (l.premier, l.rang) = (r.premier, r.rang);
                (l.avant, l.apres) = (r.avant, r.apres);
            }
        }
    }
}

/// Tells the other activities of some persons what comes before and after.
fn tie(index: &mut Index, histoires: &Histoires) {
    for (personne, pas) in histoires {
        for p in pas {
            index.tie(p.auteur, *personne, p.date, p.rang());
        }
    }
}

/// Last number of the journal a transaction sees.
async fn head(tx: &mut Tx) -> Resultat<i64> {
    tx.count(
        sql!("SELECT coalesce(max(numero), 0) AS n FROM activite_journal"),
        params![],
    )
    .await
}

/// What ties a checkpoint to its database: the row of the journal it ends at.
async fn witness(tx: &mut Tx, numero: i64) -> Resultat<Option<String>> {
    tx.row(
        sql!("SELECT activite, le FROM activite_journal WHERE numero = $1"),
        params![numero],
    )
    .await?
    .map(|l| {
        Ok(format!(
            "{} {}",
            l.get::<String>("activite")?,
            l.get::<String>("le")?
        ))
    })
    .transpose()
}

/// The whole index from the tables, month by month.
async fn rebuild(tx: &mut Tx, version: i64) -> Resultat<Index> {
    let mut index = Index::default();
    for mois in lecture::sums(tx).await?.into_keys() {
        let (faits, _) = read_month(tx, mois, BTreeSet::new()).await?;
        index.set_month(mois, &faits);
    }
    index.arrange();
    index.shrink();
    index.version = version;
    Ok(index)
}

/// A month with what it is to each person, those told included.
async fn read_month(
    tx: &mut Tx,
    mois: Mois,
    mut personnes: BTreeSet<Uuid>,
) -> Resultat<(Vec<Fait>, Histoires)> {
    let mut faits = lecture::month(tx, mois).await?;
    let presents = faits
        .iter()
        .flat_map(|f| f.liens.iter().map(|l| l.personne));
    personnes.extend(presents);
    let histoires = lecture::histories(tx, &personnes).await?;
    flag(&mut faits, &histoires, &HashMap::new());
    Ok((faits, histoires))
}

/// Answers from the index, brought up to what this transaction sees.
///
/// # Errors
/// `Erreur::Base`.
pub async fn repondre(tx: &mut Tx, q: &Question) -> Resultat<Reponse> {
    let suivi = Suivi::of(tx);
    suivi.catch_up(tx).await?;
    let q = q.clone();
    suivi.compute(move |i| i.answer(&q)).await
}

/// Puts an index made elsewhere in place of that of a database.
pub fn install(base: &Base, index: Index) {
    base.attached::<Suivi>().change(|i| *i = index);
}

/// Says where the checkpoint of a database is kept, before the first question.
pub async fn keep_in(base: &Base, fichier: PathBuf) {
    base.attached::<Suivi>().tour.lock().await.fichier = Some(fichier);
}

/// Brings the index up to now, and writes its checkpoint when it has a place
/// and something moved since the last one.
///
/// # Errors
/// `Erreur::Base`; `Erreur::Interne` when the file cannot be written.
pub async fn save(base: &Base) -> Resultat<()> {
    let suivi = base.attached::<Suivi>();
    let mut tx = base.read().await?;
    suivi.catch_up(&mut tx).await?;
    let (fichier, derniere) = {
        let etat = suivi.tour.lock().await;
        (etat.fichier.clone(), etat.ecrite)
    };
    // Shares everything with the index, which goes on without waiting.
    let index = suivi.read(Index::clone);
    let (Some(fichier), true) = (fichier, index.version > derniere) else {
        return Ok(());
    };
    let mut tx = base.read().await?;
    let version = index.version;
    let Some(temoin) = witness(&mut tx, version).await? else {
        return Ok(());
    };
    tokio::task::spawn_blocking(move || sauvegarde::write(&index, &temoin, &fichier))
        .await
        .map_err(|e| Erreur::Interne(e.to_string()))?
        .map_err(|e| Erreur::Interne(format!("point de reprise des statistiques : {e}")))?;
    suivi.tour.lock().await.ecrite = version;
    Ok(())
}

/// Keeps the index warm and its checkpoint fresh for as long as the process
/// lives.
pub async fn tend(base: Base, fichier: Option<PathBuf>) {
    if let Some(f) = fichier {
        keep_in(&base, f).await;
    }
    loop {
        if let Err(e) = save(&base).await {
            tracing::warn!(erreur = %e, "statistiques");
        }
        tokio::time::sleep(QUART_D_HEURE).await;
    }
}

/// Links of people that [`verify`] had to mend since the start: none, unless
/// somebody went round the journal.
pub async fn mended(base: &Base) -> usize {
    base.attached::<Suivi>().tour.lock().await.mendes
}

/// A month the index counted wrongly.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ecart {
    /// First day.
    pub mois: jiff::civil::Date,
    pub index: i64,
    pub tables: i64,
}

/// Compares each month with the tables (activities, people, minutes), and
/// reads again those that differ.
///
/// # Errors
/// `Erreur::Base`.
pub async fn verify(base: &Base) -> Resultat<Vec<Ecart>> {
    let suivi = base.attached::<Suivi>();
    let mut tx = base.read().await?;
    // Nobody moves the index meanwhile.
    let mut etat = suivi.tour.lock().await;
    suivi.advance(&mut tx, &mut etat).await?;
    if suivi.read(|i| i.version) != head(&mut tx).await? {
        return Ok(Vec::new());
    }
    let tables = lecture::sums(&mut tx).await?;
    let index = suivi.read(Index::sums);
    let mut ecarts = Vec::new();
    let mois: BTreeSet<Mois> = tables.keys().chain(index.keys()).copied().collect();
    for m in mois {
        let (dit, vrai) = (
            index.get(&m).copied().unwrap_or_default(),
            tables.get(&m).copied().unwrap_or_default(),
        );
        if dit != vrai {
            ecarts.push(Ecart {
                mois: m.debut(),
                index: dit[0],
                tables: vrai[0],
            });
            let avant = suivi.read(|i| i.people_of(m));
            let (faits, histoires) = read_month(&mut tx, m, avant).await?;
            suivi.change(|i| {
                i.set_month(m, &faits);
                tie(i, &histoires);
            });
            // The next checkpoint says so too.
            etat.ecrite = 0;
        }
    }
    // Shares everything with the index but what is mended.
    let mut copie = suivi.read(Index::clone);
    let (copie, mendes) = tokio::task::spawn_blocking(move || {
        let n = copie.tie_all();
        (copie, n)
    })
    .await
    .map_err(|e| Erreur::Interne(e.to_string()))?;
    etat.mendes += mendes;
    if mendes > 0 {
        tracing::warn!(liens = mendes, "statistiques : personnes liées à nouveau");
        suivi.change(|i| *i = copie);
        etat.ecrite = 0;
    }
    Ok(ecarts)
}
