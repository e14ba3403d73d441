//! `cargo xtask assets`: what the binary embeds besides our own sources, taken
//! from npm packages at the exact versions of `frontend/package-lock.json`.

use crate::tools::{ensure, program, root, stream};
use anyhow::Result;

/// Packages of Debian that bring `node` and `npm`.
const NODE: [&str; 2] = ["nodejs", "npm"];

/// Installs the packages and fills `crates/web/assets/vendor`; files already
/// right are left alone, so that a second run costs nothing.
///
/// # Errors
/// When npm is missing and could not be installed, or a copy failed.
pub fn run() -> Result<Vec<String>> {
    install("frontend")?;
    stream(&mut program("node", "frontend", &["assets.mjs"]))
}

/// `npm ci` in a folder, when its lock changed since the last time. No script
/// of a package is ever run.
///
/// # Errors
/// When npm is missing and could not be installed, or fails.
pub fn install(folder: &str) -> Result<()> {
    ensure("node", &Vec::new, &NODE)?;
    ensure("npm", &Vec::new, &NODE)?;
    let here = root().join(folder);
    let lock = std::fs::read(here.join("package-lock.json"))?;
    let done = here.join("node_modules/.lock-installed");
    if std::fs::read(&done).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    stream(&mut program(
        "npm",
        folder,
        &["ci", "--ignore-scripts", "--no-audit", "--no-fund"],
    ))?;
    std::fs::write(done, lock)?;
    Ok(())
}
