//! `cargo xtask schemathesis`: calls made up from the description of the API,
//! against a small demonstration, by its application with every scope. No
//! answer may be a failure of ours (5xx).

use std::{
    io::{Read, Write},
    net::TcpStream,
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};

use crate::{
    demo::target,
    tools::{cargo, find, root, stream},
};

const VERSION: &str = "schemathesis==4.32.5";
const ADRESSE: &str = "127.0.0.1:8791";
/// The application of the demonstration (`comptes::demo`).
const CLIENT: &str = "0dec0ded-0000-7000-8000-000000000001";
const SECRET: &str = "demonstration-maillage-2026";

/// Runs the calls; `args` go to schemathesis (`--max-examples 200`…).
///
/// # Errors
/// When the site does not start, or an answer is a 5xx.
pub fn run(args: &[String]) -> Result<Vec<String>> {
    let Some(st) = install() else {
        println!("schemathesis : ignoré, il ne s'installe pas ici (python3 et un accès à PyPI).");
        return Ok(Vec::new());
    };
    stream(&mut cargo(&["build", "--package", "maillage", "--locked"]))?;
    let base = std::env::temp_dir().join(format!(
        "maillage-schemathesis-{}.sqlite",
        std::process::id()
    ));
    let _site = Site::start(&base)?;
    let jeton = token()?;
    let mut essai = Command::new(st);
    essai.current_dir(std::env::temp_dir()).args([
        "run",
        &format!("http://{ADRESSE}/api/v1/openapi.json"),
        "--url",
        &format!("http://{ADRESSE}/api/v1"),
        "--header",
        &format!("Authorization: Bearer {jeton}"),
        "--checks",
        "not_a_server_error",
        "--rate-limit",
        "540/m",
        "--max-examples",
        "40",
        "--seed",
        "1",
    ]);
    stream(essai.args(args))
}

/// The tool in its own folder, installed when it is not there.
fn install() -> Option<PathBuf> {
    let dossier = root().join("target/outils/schemathesis");
    let st = dossier.join("bin/st");
    if st.is_file() {
        return Some(st);
    }
    let python = find("python3", &[])?;
    stream(Command::new(python).args(["-m", "venv"]).arg(&dossier)).ok()?;
    let pip = dossier.join("bin/pip");
    stream(Command::new(pip).args(["install", "--quiet", VERSION])).ok()?;
    st.is_file().then_some(st)
}

/// A site on fictitious data, stopped when it is dropped.
struct Site {
    processus: Child,
    base: PathBuf,
}

impl Site {
    fn start(base: &PathBuf) -> Result<Self> {
        let port = ADRESSE.rsplit(':').next().unwrap_or_default();
        let processus = Command::new(target().join("debug/maillage"))
            .args(["demo", "--taille", "petite", "--port", port, "--database"])
            .arg(base)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .context("le site ne démarre pas")?;
        let site = Self {
            processus,
            base: base.clone(),
        };
        let debut = Instant::now();
        while call("GET /pret HTTP/1.1", "").is_err() {
            if debut.elapsed() > Duration::from_secs(300) {
                bail!("le site ne répond pas sur {ADRESSE}");
            }
            std::thread::sleep(Duration::from_millis(500));
        }
        Ok(site)
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        let _ = self.processus.kill();
        let _ = self.processus.wait();
        for fin in ["", "-wal", "-shm"] {
            let _ = std::fs::remove_file(format!("{}{fin}", self.base.display()));
        }
    }
}

fn token() -> Result<String> {
    let corps = format!("grant_type=client_credentials&client_id={CLIENT}&client_secret={SECRET}");
    let texte = call("POST /oauth/token HTTP/1.1", &corps)?;
    texte
        .split("\"access_token\":\"")
        .nth(1)
        .and_then(|t| t.split('"').next())
        .map(ToOwned::to_owned)
        .with_context(|| format!("pas de jeton : {texte}"))
}

/// One call by hand: this crate has no HTTP client.
fn call(ligne: &str, corps: &str) -> Result<String> {
    let mut flux = TcpStream::connect(ADRESSE)?;
    write!(
        flux,
        "{ligne}\r\nHost: {ADRESSE}\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{corps}",
        corps.len()
    )?;
    let mut texte = String::new();
    flux.read_to_string(&mut texte)?;
    if !texte.starts_with("HTTP/1.1 200") {
        bail!(
            "réponse inattendue : {}",
            texte.lines().next().unwrap_or_default()
        );
    }
    Ok(texte)
}
