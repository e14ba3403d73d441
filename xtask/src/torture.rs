//! `cargo xtask torture offline`: random days without network in a real
//! browser, against a real server that is killed, and one question at the end:
//! does it hold each entry exactly once?

use anyhow::{Result, bail};

use crate::{
    assets, navigateur,
    tools::{cargo, ensure, program, stream},
};

/// # Errors
/// When a tool is missing, or an entry was lost or doubled.
pub fn run(args: &[String]) -> Result<()> {
    match args.first().map(String::as_str) {
        Some("offline") => offline(&args[1..]).map(|_| ()),
        _ => bail!(
            "Usage : cargo xtask torture offline [--runs 100] [--seed N]\n        \
             --seed rejoue les mêmes journées ; --runs en donne le nombre."
        ),
    }
}

/// The part `torture` of the suite: a hundred days, another seed each time.
///
/// # Errors
/// As [`run`].
pub fn hundred() -> Result<Vec<String>> {
    offline(&["--runs".to_owned(), "100".to_owned()])
}

fn offline(args: &[String]) -> Result<Vec<String>> {
    let chromium = navigateur::chromium()?;
    // The rows are read beside the server, not through it.
    ensure("sqlite3", &Vec::new, &["sqlite3"])?;
    assets::install("e2e")?;
    stream(&mut cargo(&["build", "--package", "maillage", "--locked"]))?;
    let mut node = program("node", "e2e", &["torture/horsligne.mjs"]);
    node.args(args).env("CHROMIUM", chromium).env(
        "MAILLAGE_BINAIRE",
        navigateur::target().join("debug/maillage"),
    );
    stream(&mut node)
}
