//! Test bases: a fresh SQLite file and, when `MAILLAGE_TEST_POSTGRES` names a
//! server, a fresh PostgreSQL database. Test code only.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::{
    collections::BTreeMap,
    fmt::Debug,
    mem,
    sync::{Arc, Mutex},
};

use jiff::Timestamp;
use tracing::{
    Event, Metadata, Subscriber,
    field::{Field, Visit},
    span,
    subscriber::DefaultGuard,
};
use uuid::Uuid;

use crate::{
    Acteur, Base, Clock, Coffre, Ids, Migration, Outils, Perimetre, Role,
    base::dialecte::{self, Portee},
};

/// The clock of tests starts on Tuesday 3 March 2026, 10:00 in Paris.
pub const DEBUT: &str = "2026-03-03T09:00:00Z";

/// The encryption key of test databases.
pub const CLE: [u8; 32] = [7; 32];

/// A test database; its files, or its place on the server, go away with it.
#[derive(Debug)]
pub struct TestBase {
    base: Base,
    /// Its address, for another process.
    pub url: String,
    _dossier: Option<tempfile::TempDir>,
    _serveur: Option<Serveur>,
}

/// A database of this name on the test server, dropped with the value: hundreds
/// of tests left behind fill the disk.
#[derive(Debug)]
pub struct Serveur {
    serveur: String,
    nom: String,
}

impl Serveur {
    /// A new empty database whose name starts with `prefixe`; `None` when no
    /// server is given.
    pub async fn create(prefixe: &str) -> Option<Self> {
        let Ok(serveur) = std::env::var("MAILLAGE_TEST_POSTGRES") else {
            eprintln!("PostgreSQL : ignoré, MAILLAGE_TEST_POSTGRES n'est pas défini");
            return None;
        };
        let cree = Self {
            serveur: serveur.trim_end_matches('/').to_owned(),
            nom: format!(
                "{prefixe}_{}",
                Uuid::from_bytes(Ids::system().bytes()).simple()
            ),
        };
        cree.admin(&format!("CREATE DATABASE {}", cree.nom)).await;
        Some(cree)
    }

    /// Its address.
    #[must_use]
    pub fn url(&self) -> String {
        format!("{}/{}", self.serveur, self.nom)
    }

    async fn admin(&self, ordre: &str) {
        let admin = Base::open(&format!("{}/postgres", self.serveur), outils(1))
            .await
            .unwrap();
        admin.raw(ordre).await.unwrap();
        admin.close().await;
    }
}

impl Drop for Serveur {
    /// On a thread of its own: the test's runtime may be ending.
    fn drop(&mut self) {
        let ordre = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.nom);
        std::thread::scope(|s| {
            s.spawn(|| {
                tokio::runtime::Builder::new_current_thread()
                    .enable_all()
                    .build()
                    .unwrap()
                    .block_on(self.admin(&ordre));
            });
        });
    }
}

impl std::ops::Deref for TestBase {
    type Target = Base;
    fn deref(&self) -> &Base {
        &self.base
    }
}

/// Keys, ids and clock that repeat: `graine` chooses the ids.
#[must_use]
pub fn outils(graine: u64) -> Outils {
    Outils {
        clock: Clock::fixed(DEBUT.parse::<Timestamp>().unwrap()),
        ids: Ids::deterministic(graine),
        coffre: Coffre::new(1, BTreeMap::from([(1, CLE)])).unwrap(),
    }
}

/// A fresh SQLite database, migrated.
pub async fn sqlite(migrations: &[&[Migration]]) -> TestBase {
    let dossier = tempfile::tempdir().unwrap();
    let url = dossier.path().join("essai.sqlite");
    let url = url.to_str().unwrap().to_owned();
    let base = Base::open(&url, outils(1)).await.unwrap();
    base.migrate(migrations).await.unwrap();
    TestBase {
        base,
        url,
        _dossier: Some(dossier),
        _serveur: None,
    }
}

/// A fresh PostgreSQL database, migrated; `None` when no server is given.
pub async fn postgres(migrations: &[&[Migration]]) -> Option<TestBase> {
    let place = Serveur::create("essai").await?;
    let url = place.url();
    let base = Base::open(&url, outils(2)).await.unwrap();
    base.migrate(migrations).await.unwrap();
    Some(TestBase {
        base,
        url,
        _dossier: None,
        _serveur: Some(place),
    })
}

/// Both databases: every store test runs on each.
pub async fn bases(migrations: &[&[Migration]]) -> Vec<TestBase> {
    let mut toutes = vec![sqlite(migrations).await];
    toutes.extend(postgres(migrations).await);
    toutes
}

/// Somebody with this role and perimeter.
#[must_use]
pub fn acteur(role: Role, perimetre: Perimetre) -> Acteur {
    let personne = match &perimetre {
        Perimetre::Soi(p) => *p,
        _ => Uuid::from_u128(0x0a00 + role as u128),
    };
    Acteur {
        compte: Some(Uuid::from_u128(0x0c00 + role as u128)),
        personne: Some(personne),
        nom: format!("Essai {}", role.libelle()),
        role,
        perimetre,
    }
}

/// The statements sent by this thread while the value lives, as the log tells
/// them: what something costs, counted alike on both databases.
#[derive(Debug)]
pub struct Enonces {
    textes: Arc<Mutex<Vec<String>>>,
    _ecoute: DefaultGuard,
}

impl Enonces {
    /// Begins to listen.
    #[must_use]
    pub fn listen() -> Self {
        let textes = Arc::default();
        let ecoute = Ecoute(Arc::clone(&textes));
        Self {
            textes,
            _ecoute: tracing::subscriber::set_default(ecoute),
        }
    }

    /// Those since the last time.
    #[must_use]
    pub fn take(&self) -> Vec<String> {
        mem::take(&mut *self.textes.lock().unwrap())
    }
}

struct Ecoute(Arc<Mutex<Vec<String>>>);

impl Subscriber for Ecoute {
    fn enabled(&self, m: &Metadata<'_>) -> bool {
        matches!(m.target(), "sql" | "sqlx::query")
    }

    fn event(&self, e: &Event<'_>) {
        let mut t = Texte(String::new());
        e.record(&mut t);
        self.0.lock().unwrap().push(t.0);
    }

    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}
    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}
    fn enter(&self, _: &span::Id) {}
    fn exit(&self, _: &span::Id) {}
}

/// The statement among the fields: ours, or the longer of those of sqlx.
struct Texte(String);

impl Visit for Texte {
    fn record_debug(&mut self, champ: &Field, valeur: &dyn Debug) {
        let texte = format!("{valeur:?}");
        if matches!(champ.name(), "texte" | "summary" | "db.statement")
            && texte.len() > self.0.len()
        {
            self.0 = texte;
        }
    }
}

/// Prepares every `sql!` of a crate on a database, in each perimeter shape it
/// can take. Give `concat!(env!("CARGO_MANIFEST_DIR"), "/src")`. Returns how
/// many statements were found; panics with the text of the first wrong one.
pub async fn prepare_all(base: &Base, sources: &str) -> usize {
    let mut textes = Vec::new();
    statements(std::path::Path::new(sources), &mut textes);
    let mut tx = base.read().await.unwrap();
    for t in &textes {
        let portees: &[Portee] = if t.contains("perimetre(") {
            &Portee::ALL
        } else {
            &[Portee::Sans]
        };
        for p in portees {
            let texte = dialecte::rewrite(t, base.dialecte(), *p);
            if let Err(e) = tx.prepare(&texte).await {
                panic!("{:?} refuse :\n{texte}\n{e}", base.dialecte());
            }
        }
    }
    textes.len()
}

fn statements(chemin: &std::path::Path, textes: &mut Vec<String>) {
    // `base/` holds the forks between databases and its own tests.
    if chemin.ends_with("socle/src/base") {
        return;
    }
    if chemin.is_dir() {
        for e in std::fs::read_dir(chemin).unwrap() {
            statements(&e.unwrap().path(), textes);
        }
    } else if chemin.extension().is_some_and(|e| e == "rs") {
        let source = std::fs::read_to_string(chemin).unwrap();
        let mut reste = source.as_str();
        while let Some(i) = reste.find(concat!("sql", "!(")) {
            reste = reste[i + 5..].trim_start();
            if let Some(t) = literal(reste) {
                textes.push(t);
            }
        }
    }
}

/// The Rust string literal at the start of `s`, unescaped.
fn literal(s: &str) -> Option<String> {
    if let Some(r) = s.strip_prefix("r#\"") {
        return r.split_once("\"#").map(|(t, _)| t.to_owned());
    }
    let mut texte = String::new();
    let mut signes = s.strip_prefix('"')?.chars().peekable();
    while let Some(c) = signes.next() {
        match c {
            '"' => return Some(texte),
            '\\' => match signes.next()? {
                'n' => texte.push('\n'),
                '\n' => while signes.next_if(|c| c.is_whitespace()).is_some() {},
                c => texte.push(c),
            },
            c => texte.push(c),
        }
    }
    None
}
