//! `cargo xtask torture offline`: random days without network in a real
//! browser, against a real server that is killed, and one question at the end:
//! does it hold each entry exactly once?

use anyhow::{Result, bail};

use crate::{
    assets, navigateur,
    tools::{cargo, program, stream},
};

/// # Errors
/// When a tool is missing, or an entry was lost or doubled.
pub fn run(args: &[String]) -> Result<()> {
    match args.first().map(String::as_str) {
        Some("offline") => offline(&args[1..]).map(|_| ()),
        _ => bail!("Usage : cargo xtask torture offline [--runs 1000] [--graine N]"),
    }
}

/// # Errors
/// As [`run`].
fn offline(args: &[String]) -> Result<Vec<String>> {
    let chromium = navigateur::chromium()?;
    assets::install("e2e")?;
    stream(&mut cargo(&["build", "--package", "maillage", "--locked"]))?;
    let mut node = program("node", "e2e", &["torture/horsligne.mjs"]);
    node.args(args).env("CHROMIUM", chromium).env(
        "MAILLAGE_BINAIRE",
        navigateur::target().join("debug/maillage"),
    );
    stream(&mut node)
}
