//! `cargo xtask navigateur`: the journeys of `e2e/` in headless Chromium, on a
//! small fictitious programme seeded for the occasion.

use crate::assets;
use crate::tools::{cargo, ensure, program, root, stream};
use anyhow::Result;
use std::path::PathBuf;

/// The browser and a font that has the characters of French.
const CHROMIUM: [&str; 2] = ["chromium", "fonts-dejavu-core"];

/// Checks the types, builds the site, runs the journeys. `only` names files of
/// `e2e/` (all when empty).
///
/// # Errors
/// When a tool is missing and could not be installed, or a test fails.
pub fn run(only: &[String]) -> Result<Vec<String>> {
    let chromium = chromium()?;
    assets::run()?;
    assets::install("e2e")?;
    stream(&mut program("npx", "e2e", &["--no-install", "tsc"]))?;
    stream(&mut cargo(&["build", "--package", "maillage", "--locked"]))?;
    let mut node = program("node", "e2e", &["--test", "--test-concurrency=1"]);
    node.args(only)
        .env("CHROMIUM", chromium)
        .env("MAILLAGE_BINAIRE", target().join("debug/maillage"));
    stream(&mut node)
}

/// The browser, installed when it is missing.
///
/// # Errors
/// When it cannot be.
pub fn chromium() -> Result<PathBuf> {
    ensure("chromium", &Vec::new, &CHROMIUM)
}

/// Where builds go.
pub fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}
