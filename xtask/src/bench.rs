//! `cargo xtask bench web`: mixed reads and writes on the demonstration.

use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};

use crate::{
    banc, demo,
    tools::{cargo, root, stream},
};

/// Kills the server whatever happens.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Runs one benchmark by name. Further arguments: requests per second, seconds.
///
/// # Errors
/// When the name is unknown, a step fails or an answer was wrong.
pub fn run(args: &[String]) -> Result<()> {
    match args.first().map(String::as_str) {
        Some("web") => web(&args[1..]),
        Some("stats") => banc::run(&args[1..]),
        _ => bail!(
            "Usage : cargo xtask bench web [requêtes par seconde] [secondes]\n        \
             cargo xtask bench stats [--activities N] [--sans-sql]"
        ),
    }
}

fn web(args: &[String]) -> Result<()> {
    demo::build()?;
    stream(&mut cargo(&[
        "build",
        "--release",
        "--locked",
        "--package",
        "maillage",
        "--example",
        "charge",
    ]))?;
    let dossier = demo::target().join("bench");
    std::fs::create_dir_all(&dossier)?;
    let base = dossier.join("web.sqlite");
    let base = base.to_str().context("dossier illisible")?;
    let start = |semer: bool| {
        let mut c = Command::new(demo::binary());
        c.current_dir(root())
            .args(["demo", "--port", "0", "--base", base]);
        if semer {
            c.arg("--semer");
        }
        c
    };
    if !start(true).status()?.success() {
        bail!("le semis a échoué");
    }
    let depart = Instant::now();
    let mut child = start(false).stdout(Stdio::piped()).spawn()?;
    let sortie = child.stdout.take().context("sortie du serveur")?;
    let mut server = Server(child);
    let mut port = None;
    for ligne in BufReader::new(sortie).lines() {
        let ligne = ligne?;
        if let Some(p) = ligne.split("http://localhost:").nth(1) {
            port = Some(p.trim().to_owned());
            break;
        }
    }
    let port = port.context("le serveur s'est arrêté avant d'écouter")?;
    first_page(&port)?;
    println!(
        "première page {:.0} ms après le lancement",
        depart.elapsed().as_secs_f64() * 1000.0
    );
    let pid = server.0.id().to_string();
    let charge = demo::target().join("release/examples/charge");
    stream(Command::new(charge).arg(&port).arg(pid).args(args))?;
    server.0.kill()?;
    Ok(())
}

/// Asks for the home page over a plain socket until it comes.
fn first_page(port: &str) -> Result<()> {
    use std::io::{Read, Write};
    let limite = Instant::now() + Duration::from_secs(10);
    while Instant::now() < limite {
        if let Ok(mut s) = std::net::TcpStream::connect(format!("127.0.0.1:{port}")) {
            s.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
            let mut texte = String::new();
            s.read_to_string(&mut texte)?;
            if texte.starts_with("HTTP/1.1 200") {
                return Ok(());
            }
            bail!(
                "la première page répond : {}",
                texte.lines().next().unwrap_or("")
            );
        }
    }
    bail!("pas de réponse en dix secondes")
}
