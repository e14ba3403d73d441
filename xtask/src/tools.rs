//! Running other programs, and finding or installing the ones that are missing.

use anyhow::{Context, Result, bail};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// The root of the workspace, wherever the command was started from.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}

/// Runs a command with its output passed through, standard error included, so
/// that one log holds everything in order. Returns the lines that look like the
/// closing line of a test runner.
///
/// # Errors
/// When the program cannot be started or ends with a failure.
pub fn stream(command: &mut Command) -> Result<Vec<String>> {
    let shown = describe(command);
    println!("$ {shown}");
    let (reader, writer) = std::io::pipe()?;
    command
        .stdin(Stdio::null())
        .stdout(writer.try_clone()?)
        .stderr(writer);
    let mut child = command
        .spawn()
        .with_context(|| format!("« {shown} » ne démarre pas"))?;
    // The command keeps the writing ends: without this the pipe never closes.
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let closing = relay(BufReader::new(reader))?;
    let status = child.wait()?;
    if !status.success() {
        bail!("« {shown} » a échoué ({status})");
    }
    Ok(closing)
}

fn relay(mut reader: impl BufRead) -> Result<Vec<String>> {
    let mut closing = Vec::new();
    let mut line = Vec::new();
    let mut out = std::io::stdout();
    while reader.read_until(b'\n', &mut line)? > 0 {
        out.write_all(&line)?;
        out.flush()?;
        let text = String::from_utf8_lossy(&line);
        if is_closing_line(&text) {
            closing.push(text.trim().to_owned());
        }
        line.clear();
    }
    Ok(closing)
}

/// The lines by which nextest, libtest, node, the torture and schemathesis say
/// what they saw.
fn is_closing_line(line: &str) -> bool {
    let line = line.trim();
    line.starts_with("Summary [")
        || line.starts_with("test result:")
        || line.contains(" generated, ")
        || ["ℹ tests ", "ℹ pass ", "ℹ fail ", "perdues = "]
            .iter()
            .any(|start| line.starts_with(start))
}

/// Runs a command silently and returns what it wrote on standard output.
///
/// # Errors
/// When the program cannot be started or ends with a failure; the message then
/// carries what it wrote on standard error.
pub fn capture(command: &mut Command) -> Result<String> {
    let shown = describe(command);
    let output = command
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("« {shown} » ne démarre pas"))?;
    if !output.status.success() {
        let why = String::from_utf8_lossy(&output.stderr);
        bail!("« {shown} » a échoué : {}", why.trim());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

fn describe(command: &Command) -> String {
    let mut words = vec![command.get_program().to_string_lossy().into_owned()];
    words.extend(
        command
            .get_args()
            .map(|arg| arg.to_string_lossy().into_owned()),
    );
    words.join(" ")
}

/// `cargo`, started from the workspace root.
pub fn cargo(args: &[&str]) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root()).args(args);
    command
}

/// Any program, started from a folder of the workspace.
pub fn program(name: &str, folder: &str, args: &[&str]) -> Command {
    let mut command = Command::new(name);
    command.current_dir(root().join(folder)).args(args);
    command
}

/// Where a program is, on the `PATH` or in one of the other folders given.
pub fn find(name: &str, elsewhere: &[PathBuf]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .chain(elsewhere.iter().cloned())
        .map(|folder| folder.join(name))
        .find(|candidate| candidate.is_file())
}

/// Whether this process may install system packages.
pub fn is_root() -> bool {
    capture(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}

/// Makes sure a system program is there: installs its Debian packages as root,
/// else says exactly what to install.
///
/// # Errors
/// When the program is missing and could not be installed.
pub fn ensure(
    name: &str,
    elsewhere: &dyn Fn() -> Vec<PathBuf>,
    packages: &[&str],
) -> Result<PathBuf> {
    if let Some(found) = find(name, &elsewhere()) {
        return Ok(found);
    }
    install(name, packages)?;
    find(name, &elsewhere()).with_context(|| {
        format!(
            "« {name} » reste introuvable après l'installation de {}",
            packages.join(" ")
        )
    })
}

/// Installs Debian packages as root, else says exactly what to install.
///
/// # Errors
/// When it may not, or it fails.
pub fn install(missing: &str, packages: &[&str]) -> Result<()> {
    if !is_root() || find("apt-get", &[]).is_none() {
        let wanted = packages.join(" ");
        bail!("« {missing} » manque. Installez-le : sudo apt-get install {wanted}");
    }
    let apt = |args: &[&str]| {
        let mut command = Command::new("apt-get");
        command.env("DEBIAN_FRONTEND", "noninteractive").args(args);
        stream(&mut command)
    };
    apt(&["update", "-qq"])?;
    let mut install = vec!["install", "-y", "-qq", "--no-install-recommends"];
    install.extend_from_slice(packages);
    apt(&install).map(|_| ())
}

/// A cargo subcommand being built in the background while other steps run.
pub struct Installation {
    name: &'static str,
    folder: PathBuf,
    child: Option<Child>,
}

/// Starts building a cargo tool when it is absent, at low priority, its output
/// in a file beside it.
///
/// # Errors
/// When the log file or the process cannot be made.
pub fn install_cargo_tool(name: &'static str) -> Result<Installation> {
    let folder = root().join("target/outils");
    let present = find(name, &[folder.join("bin")]).is_some();
    let child = if present {
        None
    } else {
        std::fs::create_dir_all(&folder)?;
        let log = std::fs::File::create(folder.join(format!("{name}.log")))?;
        let mut command = Command::new("nice");
        command
            .args(["-n", "10", "cargo", "install", name, "--locked", "--root"])
            .arg(&folder)
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log);
        Some(
            command
                .spawn()
                .with_context(|| format!("l'installation de {name} ne démarre pas"))?,
        )
    };
    Ok(Installation {
        name,
        folder,
        child,
    })
}

impl Installation {
    /// Waits for the build to end and returns where the tool is.
    ///
    /// # Errors
    /// When the build failed; the end of its log is in the message.
    pub fn wait(mut self) -> Result<PathBuf> {
        if let Some(mut child) = self.child.take() {
            let status = child.wait()?;
            if !status.success() {
                let log = std::fs::read_to_string(self.folder.join(format!("{}.log", self.name)))
                    .unwrap_or_default();
                let end: Vec<&str> = log.lines().rev().take(15).collect();
                let end: Vec<&str> = end.into_iter().rev().collect();
                bail!(
                    "« cargo install {} » a échoué :\n{}",
                    self.name,
                    end.join("\n")
                );
            }
        }
        find(self.name, &[self.folder.join("bin")])
            .with_context(|| format!("« {} » reste introuvable", self.name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closing_lines_of_each_runner_are_recognised() {
        assert!(is_closing_line(
            "     Summary [   0.003s] 12 tests run: 12 passed, 0 skipped\n"
        ));
        assert!(is_closing_line("test result: ok. 3 passed; 0 failed;"));
        assert!(is_closing_line("ℹ tests 11"));
        assert!(is_closing_line("  1134 generated, 1134 passed"));
        assert!(!is_closing_line(
            "        PASS [   0.003s] xtask tools::tests"
        ));
    }

    #[test]
    fn a_failing_program_is_an_error_and_its_output_is_relayed() {
        let mut command = Command::new("sh");
        command.args(["-c", "echo 'test result: FAILED'; exit 3"]);
        assert!(stream(&mut command).is_err());
        let mut command = Command::new("sh");
        command.args(["-c", "echo 'test result: ok' >&2"]);
        assert_eq!(stream(&mut command).unwrap(), ["test result: ok"]);
    }
}
