//! A private PostgreSQL for the tests: its own folder, its own free port, no
//! durability, gone when the suite ends. It never touches an installed cluster.

use crate::tools::{capture, ensure, is_root};
use anyhow::{Context, Result, bail};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A running server, stopped and erased when dropped.
pub struct Cluster {
    folder: PathBuf,
    port: u16,
    server: Child,
}

impl Cluster {
    /// Creates and starts a server. Installs PostgreSQL when it may.
    ///
    /// # Errors
    /// When the programs are missing or the server does not answer within 30 s.
    pub fn start() -> Result<Self> {
        let initdb = ensure("initdb", &debian_folders, &["postgresql"])?;
        // /usr/local/bin may hold links: the real folder has all the programs.
        let initdb = initdb.canonicalize()?;
        let programs = initdb
            .parent()
            .context("initdb sans dossier")?
            .to_path_buf();
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?
            .local_addr()?
            .port();
        let folder =
            std::env::temp_dir().join(format!("maillage-postgres-{}-{port}", std::process::id()));
        std::fs::create_dir_all(&folder)?;
        let user = account(&folder)?;
        let data = folder.join("data");

        let mut init = as_user(user.as_deref(), &initdb);
        init.current_dir(&folder).arg("-D").arg(&data);
        init.args([
            "-U",
            "postgres",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
        ]);
        capture(&mut init)?;

        let log = std::fs::File::create(folder.join("postgres.log"))?;
        let mut serve = as_user(user.as_deref(), &programs.join("postgres"));
        serve
            .current_dir(&folder)
            .arg("-D")
            .arg(&data)
            .arg("-k")
            .arg(&folder);
        serve.args(["-p", &port.to_string(), "-h", "127.0.0.1"]);
        for setting in [
            "fsync=off",
            "synchronous_commit=off",
            "full_page_writes=off",
            "max_connections=400",
            "max_wal_size=128MB",
            "min_wal_size=32MB",
        ] {
            serve.args(["-c", setting]);
        }
        let server = serve
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()?;
        let mut cluster = Self {
            folder,
            port,
            server,
        };
        cluster.wait_until_ready(&programs)?;
        Ok(cluster)
    }

    /// The address to give to the tests, without a database name.
    pub fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}", self.port)
    }

    fn wait_until_ready(&mut self, programs: &Path) -> Result<()> {
        let port = self.port.to_string();
        let deadline = Instant::now() + Duration::from_secs(30);
        while Instant::now() < deadline {
            let asks = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).is_ok()
                && capture(Command::new(programs.join("pg_isready")).args([
                    "-h",
                    "127.0.0.1",
                    "-p",
                    &port,
                ]))
                .is_ok();
            if asks {
                return Ok(());
            }
            if self.server.try_wait()?.is_some() {
                break;
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        let log = std::fs::read_to_string(self.folder.join("postgres.log")).unwrap_or_default();
        bail!("PostgreSQL ne répond pas :\n{log}")
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // SIGQUIT is PostgreSQL's immediate shutdown: nothing here is worth keeping.
        let pid = self.server.id().to_string();
        let _ = Command::new("kill").args(["-QUIT", &pid]).status();
        let _ = self.server.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn debian_folders() -> Vec<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten();
    let mut folders: Vec<PathBuf> = versions.map(|version| version.path().join("bin")).collect();
    folders.sort();
    folders.reverse();
    folders
}

/// PostgreSQL refuses to run as root: the account it runs under then, which
/// becomes the owner of the folder.
fn account(folder: &Path) -> Result<Option<String>> {
    if !is_root() {
        return Ok(None);
    }
    for name in ["postgres", "nobody"] {
        if capture(Command::new("chown").arg(name).arg(folder)).is_ok() {
            return Ok(Some(name.to_owned()));
        }
    }
    bail!("ni « postgres » ni « nobody » n'existe sur cette machine")
}

/// The program under another account. It dies with this process, even when this
/// process is killed.
fn as_user(user: Option<&str>, program: &Path) -> Command {
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "QUIT"]);
    if let Some(user) = user {
        command.args(["--reuid", user, "--clear-groups"]);
    }
    command.arg("--").arg(program);
    command
}
