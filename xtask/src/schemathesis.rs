//! `cargo xtask schemathesis`: calls made up from the description of the API,
//! against a small demonstration, by its application with every scope. No
//! answer may be a failure of ours (5xx) or something the description does not
//! say. The same seed and the same versions make the same calls.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Instant,
};

use anyhow::{Context, Result};

use crate::{
    demo::target,
    steps::duration,
    tools::{capture, cargo, ensure, install, root, stream},
};

/// The tool and everything under it: another version makes up other calls.
const VERSIONS: &str = include_str!("../schemathesis.txt");
const PYTHON: [&str; 2] = ["python3", "python3-venv"];
/// What the description promises of any answer.
const PROMESSES: &str = "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,response_schema_conformance";
const GRAINE: &str = "1";
/// The application of the demonstration (`comptes::demo`).
const CLIENT: &str = "0dec0ded-0000-7000-8000-000000000001";
const SECRET: &str = "demonstration-maillage-2026";

/// Runs the calls; `args` go to schemathesis (`--max-examples 200`…).
///
/// # Errors
/// When the tool cannot be installed, the site does not start, or an answer
/// breaks a promise.
pub fn run(args: &[String]) -> Result<Vec<String>> {
    let st = tool()?;
    stream(&mut cargo(&["build", "--package", "maillage", "--locked"]))?;
    let dossier = root().join("target/schemathesis");
    std::fs::create_dir_all(&dossier)?;
    let site = Site::start(&dossier.join("demo.sqlite"))?;
    let jeton = site.token()?;
    let debut = Instant::now();
    let mut essai = Command::new(st);
    essai
        .current_dir(&dossier)
        .args(["run", &site.url("/api/v1/openapi.json")])
        .args(["--url", &site.url("/api/v1")])
        .args(["--header", &format!("Authorization: Bearer {jeton}")])
        .args(["--checks", PROMESSES])
        // Just under the limit of an application: it makes the length of the run.
        .args(["--rate-limit", "590/m", "--max-examples", "4"])
        .args(["--seed", GRAINE, "--generation-database", "none"])
        // A busy machine is slow: that is no fault of the calls.
        .args(["--suppress-health-check", "all", "--no-color"]);
    let vus = stream(essai.args(args))?;
    let appels = vus.iter().find_map(|l| l.split_once(" generated, "));
    let graine = args.windows(2).find(|a| a[0] == "--seed");
    let dit = format!(
        "schemathesis : {} appels, aucune panne ni réponse hors de la description, graine {}, {}",
        appels.map_or("?", |a| a.0),
        graine.map_or(GRAINE, |a| a[1].as_str()),
        duration(debut.elapsed()),
    );
    println!("{dit}");
    Ok(vec![dit])
}

/// The tool in a folder of its own, installed when it is not there, or another
/// version is.
fn tool() -> Result<PathBuf> {
    let dossier = root().join("target/outils/schemathesis");
    let (st, installees) = (dossier.join("bin/st"), dossier.join("versions.txt"));
    if st.is_file() && std::fs::read_to_string(&installees).is_ok_and(|v| v == VERSIONS) {
        return Ok(st);
    }
    stream(
        Command::new(python()?)
            .args(["-m", "venv", "--clear"])
            .arg(&dossier),
    )?;
    let mut pip = Command::new(dossier.join("bin/pip"));
    pip.args(["install", "--quiet", "--disable-pip-version-check"]);
    pip.arg("--requirement")
        .arg(root().join("xtask/schemathesis.txt"));
    stream(&mut pip).context("schemathesis ne s'installe pas : pip atteint-il un dépôt ?")?;
    std::fs::write(installees, VERSIONS)?;
    Ok(st)
}

/// Python, with what makes an environment that has pip.
fn python() -> Result<PathBuf> {
    let python = ensure("python3", &Vec::new, &PYTHON)?;
    if capture(Command::new(&python).args(["-c", "import ensurepip, venv"])).is_err() {
        install("pip", &PYTHON)?;
    }
    Ok(python)
}

/// A site on fictitious data, stopped when it is dropped.
struct Site {
    processus: Child,
    port: u16,
}

impl Site {
    fn start(base: &Path) -> Result<Self> {
        for fin in ["", "-wal", "-shm", ".statistiques"] {
            let _ = std::fs::remove_file(format!("{}{fin}", base.display()));
        }
        let mut processus = Command::new(target().join("debug/maillage"))
            .args(["demo", "--taille", "petite", "--port", "0", "--base"])
            .arg(base)
            .stdout(Stdio::piped())
            .spawn()
            .context("le site ne démarre pas")?;
        let sortie = processus.stdout.take().context("sortie du site")?;
        let mut lignes = BufReader::new(sortie).lines();
        let port = lignes
            .by_ref()
            .map_while(Result::ok)
            .find_map(|l| l.split("http://localhost:").nth(1)?.trim().parse().ok());
        // The rest is read too: a full pipe would stop the site.
        std::thread::spawn(move || lignes.for_each(drop));
        let mut site = Self { processus, port: 0 };
        site.port = port.context("le site ne s'est pas ouvert")?;
        Ok(site)
    }

    fn url(&self, chemin: &str) -> String {
        format!("http://127.0.0.1:{}{chemin}", self.port)
    }

    /// A token, asked for by hand: this crate has no HTTP client.
    fn token(&self) -> Result<String> {
        let corps =
            format!("grant_type=client_credentials&client_id={CLIENT}&client_secret={SECRET}");
        let mut flux = TcpStream::connect(("127.0.0.1", self.port))?;
        write!(
            flux,
            "POST /oauth/token HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nConnection: close\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{corps}",
            self.port,
            corps.len()
        )?;
        let mut texte = String::new();
        flux.read_to_string(&mut texte)?;
        texte
            .split("\"access_token\":\"")
            .nth(1)
            .and_then(|t| t.split('"').next())
            .map(ToOwned::to_owned)
            .with_context(|| format!("pas de jeton : {texte}"))
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        let _ = self.processus.kill();
        let _ = self.processus.wait();
    }
}
