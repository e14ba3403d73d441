//! `cargo xtask test` and `cargo xtask ci`: everything that must be green.

use crate::lints;
use crate::navigateur;
use crate::postgres::Cluster;
use crate::schemathesis;
use crate::steps::Steps;
use crate::tools::{Installation, cargo, install_cargo_tool, root, stream};
use crate::torture;
use anyhow::{Result, bail};
use std::process::Command;

/// The parts of the suite, in the order they run.
const PARTS: [&str; 8] = [
    "fmt",
    "lints",
    "deny",
    "clippy",
    "tests",
    "navigateur",
    "schemathesis",
    "torture",
];

/// Runs every part, or only those named, then prints the table.
///
/// # Errors
/// When a name is unknown or at least one step failed.
pub fn run(only: &[String]) -> Result<()> {
    if let Some(unknown) = only.iter().find(|name| !PARTS.contains(&name.as_str())) {
        bail!(
            "Partie inconnue : « {unknown} ». Parties : {}",
            PARTS.join(", ")
        );
    }
    let wanted = |part: &str| only.is_empty() || only.iter().any(|name| name == part);
    let mut steps = Steps::default();
    if wanted("fmt") {
        steps.run("Mise en forme", || {
            stream(&mut cargo(&["fmt", "--all", "--check"]))
        });
    }
    if wanted("lints") {
        steps.run("Règles de la maison", || lints::run().map(|()| Vec::new()));
    }
    // Built while the rest compiles: it takes minutes on a bare machine.
    let deny = if wanted("deny") {
        Some(install_cargo_tool("cargo-deny"))
    } else {
        None
    };
    if wanted("clippy") {
        steps.run("Clippy", clippy);
    }
    if wanted("tests") {
        let mut postgres = None;
        steps.run("PostgreSQL privé", || {
            let cluster = Cluster::start()?;
            println!("{}", cluster.url());
            postgres = Some(cluster);
            Ok(Vec::new())
        });
        steps.run("Tests sur SQLite et PostgreSQL", || {
            tests(postgres.as_ref())
        });
    }
    if wanted("navigateur") {
        steps.run("Parcours dans un navigateur", || navigateur::run(&[]));
    }
    if wanted("schemathesis") {
        steps.run("Appels inventés de l'API", || schemathesis::run(&[]));
    }
    if wanted("torture") {
        steps.run("Torture de la saisie hors connexion", torture::hundred);
    }
    if let Some(outil) = deny {
        steps.run("Dépendances", || dependencies(outil?));
    }
    steps.finish()
}

fn dependencies(outil: Installation) -> Result<Vec<String>> {
    let deny = outil.wait()?;
    let mut command = Command::new(deny);
    command.current_dir(root());
    command.args(["--locked", "check", "bans", "licenses", "sources"]);
    stream(&mut command)
}

fn clippy() -> Result<Vec<String>> {
    let args = [
        "clippy",
        "--workspace",
        "--all-targets",
        "--locked",
        "--quiet",
    ];
    stream(cargo(&args).args(["--", "-D", "warnings"]))
}

fn tests(postgres: Option<&Cluster>) -> Result<Vec<String>> {
    let nextest = install_cargo_tool("cargo-nextest")?.wait()?;
    let mut command = Command::new(nextest);
    command.current_dir(root());
    command.args([
        "nextest",
        "run",
        "--workspace",
        "--locked",
        "--no-fail-fast",
    ]);
    if let Some(cluster) = postgres {
        command.env("MAILLAGE_TEST_POSTGRES", cluster.url());
    }
    stream(&mut command)
}
