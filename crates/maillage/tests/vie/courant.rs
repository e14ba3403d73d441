//! The real binary behind the browsers of the journey: killed after every
//! write it acknowledged and begun again for the next request, at the time of
//! the journey.

use std::{
    io::{BufRead, BufReader},
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::Arc,
    time::Duration,
};

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::{Request, State},
    http::{Method, Response, StatusCode},
};

use socle::{
    Clock, Coffre,
    essai::{CLE, TestBase},
    jobs,
};
use tokio::sync::RwLock;

/// The journey moves its clock by hand; the binary's walks by itself. It
/// begins so many seconds behind, and must stay behind by less than a step of
/// the second factor, or a code of the journey would not be its own any more:
/// else it is killed and begins again.
const RETARD: i64 = 20;
const PAS: i64 = 30;

#[derive(Clone)]
pub struct Courant(Arc<Interne>);

struct Interne {
    base: String,
    clock: Clock,
    /// Where a PostgreSQL demonstration finds its key.
    dossier: tempfile::TempDir,
    http: reqwest::Client,
    /// Held for reading by each request, for writing by a failure.
    etat: RwLock<Etat>,
}

#[derive(Default)]
struct Etat {
    marche: Option<Marche>,
    coupures: usize,
}

struct Marche {
    child: Child,
    url: String,
    /// Seconds between the system's clock and the binary's.
    avance: i64,
}

impl Drop for Marche {
    fn drop(&mut self) {
        // SIGKILL: nothing is flushed, nothing is said.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Courant {
    pub fn new(base: &TestBase) -> Self {
        let dossier = tempfile::tempdir().unwrap();
        let cles = if base.url.starts_with("postgres") {
            std::fs::create_dir(dossier.path().join("var")).unwrap();
            dossier.path().join("var/demo.cles")
        } else {
            PathBuf::from(format!("{}.cles", base.url))
        };
        std::fs::write(cles, Coffre::key_line(1, &CLE)).unwrap();
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .pool_max_idle_per_host(0)
            .build()
            .unwrap();
        Self(Arc::new(Interne {
            base: base.url.clone(),
            clock: base.clock().clone(),
            dossier,
            http,
            etat: RwLock::default(),
        }))
    }

    /// What the browsers of the journey talk to.
    pub fn router(&self) -> Router {
        Router::new().fallback(carry).with_state(self.clone())
    }

    pub fn cuts(&self) -> usize {
        self.0.etat.try_read().unwrap().coupures
    }

    /// Waits until the binary has done every job that is due.
    pub async fn work(&self, base: &TestBase) {
        self.start().await;
        for _ in 0..600 {
            let mut tx = base.read().await.unwrap();
            let mut reste = jobs::list(&mut tx, "en_cours", 1).await.unwrap();
            let attente = jobs::list(&mut tx, "attente", 1_000).await.unwrap();
            let echus = attente.into_iter().filter(|t| t.prevu_le <= tx.now());
            reste.extend(echus);
            if reste.is_empty() {
                return;
            }
            drop(tx);
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("des travaux dus ne sont pas faits");
    }

    /// Begins again when the power failed or the clocks are apart.
    async fn start(&self) {
        {
            let etat = self.0.etat.read().await;
            if etat.marche.as_ref().is_some_and(|m| self.on_time(m)) {
                return;
            }
        }
        let mut etat = self.0.etat.write().await;
        if etat.marche.as_ref().is_some_and(|m| self.on_time(m)) {
            return;
        }
        if etat.marche.take().is_some() {
            etat.coupures += 1;
        }
        etat.marche = Some(self.launch());
    }

    fn on_time(&self, m: &Marche) -> bool {
        (0..PAS).contains(&(self.ahead() - m.avance))
    }

    /// Seconds between the system's clock and the journey's.
    fn ahead(&self) -> i64 {
        self.0.clock.now().as_second() - Clock::system().now().as_second()
    }

    fn launch(&self) -> Marche {
        let avance = self.ahead() - RETARD;
        let mut child = Command::new(env!("CARGO_BIN_EXE_maillage"))
            .args(["demo", "--port", "0", "--base", &self.0.base])
            .arg(format!("--avance={avance}"))
            .current_dir(self.0.dossier.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lignes = BufReader::new(child.stdout.take().unwrap()).lines();
        let url = lignes.by_ref().map_while(Result::ok).find_map(|l| {
            let (_, port) = l.split_once("http://localhost:")?;
            Some(format!("http://127.0.0.1:{}", port.trim()))
        });
        // The rest is read too: a full pipe would stop the server.
        std::thread::spawn(move || lignes.for_each(drop));
        Marche {
            child,
            url: url.expect("le site ne s’est pas ouvert"),
            avance,
        }
    }

    /// The power fails, once what is on its way was answered.
    async fn fail(&self) {
        let mut etat = self.0.etat.write().await;
        if etat.marche.take().is_some() {
            etat.coupures += 1;
        }
    }
}

/// Carries a request to the binary. An acknowledged write is the last thing
/// the process does.
async fn carry(State(c): State<Courant>, req: Request) -> Response<Body> {
    c.start().await;
    let (parts, corps) = req.into_parts();
    let ecrit = parts.method == Method::POST;
    let corps = to_bytes(corps, usize::MAX).await.unwrap();
    let etat = c.0.etat.read().await;
    let Some(marche) = &etat.marche else {
        drop(etat);
        return Box::pin(carry(
            State(c.clone()),
            Request::from_parts(parts, corps.into()),
        ))
        .await;
    };
    let r =
        c.0.http
            .request(parts.method, format!("{}{}", marche.url, parts.uri))
            .headers(parts.headers)
            .body(corps)
            .send()
            .await
            .unwrap();
    let mut rep = Response::builder().status(r.status());
    for (nom, valeur) in r.headers() {
        rep = rep.header(nom, valeur);
    }
    let acquis = ecrit && r.status() == StatusCode::SEE_OTHER;
    let octets = r.bytes().await.unwrap();
    drop(etat);
    if acquis {
        c.fail().await;
    }
    rep.body(octets.into()).unwrap()
}
