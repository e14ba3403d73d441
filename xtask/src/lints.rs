//! The rules of the house that no compiler checks: small files, floors without
//! a circle, pictures that exist, nothing of one machine in the repository.

use crate::tools::{capture, program, root};
use anyhow::{Result, bail};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Above this number of lines a file must be split.
const CEILING: usize = 600;

/// Files people write and read; locks and data are not.
const SOURCES: [&str; 8] = ["rs", "html", "css", "js", "mjs", "sql", "sh", "py"];

/// The floor of each crate, as drawn in ARCHITECTURE.md.
const FLOORS: [(&str, u8); 18] = [
    ("socle", 0),
    ("documents", 0),
    ("web", 1),
    ("comptes", 2),
    ("territoires", 2),
    ("lieux", 3),
    ("programme", 4),
    ("parcours", 4),
    ("activites", 4),
    ("mandats", 4),
    ("rendezvous", 4),
    ("orientation", 4),
    ("ressources", 4),
    ("animation", 4),
    ("enquetes", 4),
    ("repartition", 4),
    ("pilotage", 5),
    ("maillage", 6),
];

/// The uses allowed within one floor. Read downwards they make no circle.
const WITHIN_A_FLOOR: [(&str, &str); 9] = [
    ("territoires", "comptes"),
    ("parcours", "programme"),
    ("activites", "parcours"),
    ("activites", "programme"),
    ("rendezvous", "activites"),
    ("mandats", "activites"),
    ("orientation", "activites"),
    ("repartition", "programme"),
    ("animation", "programme"),
];

/// Checks every rule and prints each breach.
///
/// # Errors
/// When at least one rule is broken.
pub fn run() -> Result<()> {
    let files = capture(&mut program(
        "git",
        ".",
        &["-c", "safe.directory=*", "ls-files"],
    ))?;
    let mut breaches = Vec::new();
    let mut seen = 0;
    for file in files.lines() {
        // A file being removed is still listed; a binary one is not read.
        let Ok(text) = std::fs::read_to_string(root().join(file)) else {
            continue;
        };
        seen += 1;
        breaches.extend(file_breaches(file, &text, &machine_paths()));
    }
    let graph = crate_graph()?;
    breaches.extend(floor_breaches(&graph));
    println!("{seen} fichiers et {} crates relus", graph.len());
    for breach in &breaches {
        println!("  {breach}");
    }
    if breaches.is_empty() {
        Ok(())
    } else {
        bail!("{} règle(s) enfreinte(s)", breaches.len())
    }
}

/// What must appear in no file: the folders of one machine. Built at run time,
/// so that this file does not accuse itself.
fn machine_paths() -> Vec<String> {
    let mut paths: Vec<String> = ["root", "work", "Users"]
        .iter()
        .map(|folder| format!("/{folder}/"))
        .collect();
    paths.push(format!("{}tmp/brief", '/'));
    if let Some(home) = std::env::var_os("HOME") {
        paths.push(format!("{}/", home.to_string_lossy().trim_end_matches('/')));
    }
    paths.retain(|path| path.len() > 2);
    paths
}

fn file_breaches(file: &str, text: &str, machine_paths: &[String]) -> Vec<String> {
    let extension = Path::new(file)
        .extension()
        .and_then(|e| e.to_str())
        .unwrap_or("");
    let mut breaches = Vec::new();
    let lines = text.lines().count();
    if SOURCES.contains(&extension) && lines > CEILING {
        breaches.push(format!("{file} : {lines} lignes, le plafond est {CEILING}"));
    }
    for (number, line) in text.lines().enumerate() {
        let at = number + 1;
        if let Some(path) = machine_paths.iter().find(|path| names_path(line, path)) {
            breaches.push(format!("{file}:{at} : chemin d'une machine ({path})"));
        }
        if extension == "rs" && line.contains(concat!("TO", "DO")) && !line.contains('#') {
            breaches.push(format!("{file}:{at} : tâche sans numéro d'issue"));
        }
        if file.ends_with("package-lock.json") && line.contains("\"resolved\": \"http") {
            breaches.push(format!("{file}:{at} : l'adresse d'un registre"));
        }
        if extension == "md" {
            breaches
                .extend(missing_pictures(file, line).map(|p| format!("{file}:{at} : {p} manque")));
        }
    }
    breaches
}

/// The pictures a line of Markdown shows that are not in the repository.
fn missing_pictures<'a>(file: &'a str, line: &'a str) -> impl Iterator<Item = &'a str> {
    let folder = root()
        .join(file)
        .parent()
        .map(Path::to_path_buf)
        .unwrap_or_default();
    line.split("![")
        .skip(1)
        .filter_map(|rest| rest.split_once("](")?.1.split_once(')'))
        .map(|(target, _)| target)
        .filter(move |target| !target.contains("://") && !folder.join(target).is_file())
}

/// Whether the line holds the path as the beginning of an absolute path, and
/// not in the middle of an address or of a relative one.
fn names_path(line: &str, path: &str) -> bool {
    line.match_indices(path).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        !before.is_some_and(|c| c.is_alphanumeric() || "._-/}*".contains(c))
    })
}

/// The workspace crates each workspace crate depends on (development
/// dependencies apart: a test may look from above).
fn crate_graph() -> Result<BTreeMap<String, BTreeSet<String>>> {
    let mut manifests = BTreeMap::new();
    for entry in std::fs::read_dir(root().join("crates"))? {
        let folder = entry?.path();
        if let Ok(text) = std::fs::read_to_string(folder.join("Cargo.toml")) {
            let name = folder
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            manifests.insert(name, text);
        }
    }
    let graph = manifests.iter().map(|(name, text)| {
        let uses = dependencies(text)
            .into_iter()
            .filter(|used| manifests.contains_key(used))
            .collect();
        (name.clone(), uses)
    });
    Ok(graph.collect())
}

fn dependencies(manifest: &str) -> Vec<String> {
    let mut inside = false;
    let mut names = Vec::new();
    for line in manifest.lines() {
        if line.starts_with('[') {
            inside = line.trim() == "[dependencies]";
        } else if inside {
            let end = line.find([' ', '.', '=']).unwrap_or(line.len());
            names.push(line[..end].to_owned());
        }
    }
    names
}

fn floor_breaches(graph: &BTreeMap<String, BTreeSet<String>>) -> Vec<String> {
    let floors: BTreeMap<&str, u8> = FLOORS.into_iter().collect();
    let mut breaches = Vec::new();
    for (name, uses) in graph {
        let Some(floor) = floors.get(name.as_str()) else {
            breaches.push(format!(
                "crates/{name} : aucun étage déclaré dans xtask/src/lints.rs"
            ));
            continue;
        };
        for used in uses {
            let below = floors.get(used.as_str()).is_some_and(|other| other < floor);
            if !below && !WITHIN_A_FLOOR.contains(&(name, used)) {
                breaches.push(format!(
                    "crates/{name} : n'a pas le droit de dépendre de {used}"
                ));
            }
        }
    }
    breaches
}

#[cfg(test)]
mod tests {
    use super::*;

    fn graph(edges: &[(&str, &str)]) -> BTreeMap<String, BTreeSet<String>> {
        let mut graph: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (from, to) in edges {
            graph
                .entry((*from).to_owned())
                .or_default()
                .insert((*to).to_owned());
        }
        graph
    }

    #[test]
    fn a_crate_depends_only_on_lower_floors_and_declared_neighbours() {
        assert!(floor_breaches(&graph(&[("parcours", "programme"), ("web", "socle")])).is_empty());
        assert_eq!(
            floor_breaches(&graph(&[("programme", "parcours")])).len(),
            1
        );
        assert_eq!(floor_breaches(&graph(&[("socle", "web")])).len(), 1);
        assert_eq!(floor_breaches(&graph(&[("inconnu", "web")])).len(), 1);
    }

    #[test]
    fn a_picture_that_is_not_there_is_named() {
        let missing = |line| missing_pictures("README.md", line).collect::<Vec<_>>();
        assert!(missing("![Carte](docs/captures/carte.png)").is_empty());
        assert!(missing("[Guide](docs/absent.md) ![x](https://exemple.fr/x.png)").is_empty());
        assert_eq!(missing("![a](docs/absent.png) | ![b](b.png)").len(), 2);
    }

    #[test]
    fn the_declared_uses_within_a_floor_make_no_circle() {
        for (first, _) in WITHIN_A_FLOOR {
            let mut reached = vec![first];
            for step in 0..WITHIN_A_FLOOR.len() {
                let Some(at) = reached.get(step).copied() else {
                    break;
                };
                for (_, next) in WITHIN_A_FLOOR.iter().filter(|(from, _)| *from == at) {
                    assert_ne!(*next, first, "circle through {first}");
                    if !reached.contains(next) {
                        reached.push(next);
                    }
                }
            }
        }
    }

    #[test]
    fn development_dependencies_may_look_from_above() {
        let manifest = "[dependencies]\nsocle.workspace = true\nweb = { path = \"\" }\n[dev-dependencies]\nmaillage = \"1\"\n";
        assert_eq!(dependencies(manifest), ["socle", "web"]);
    }

    #[test]
    fn long_files_and_machine_paths_are_found() {
        let forbidden = [format!("/{}/", "racine")];
        let long = "x\n".repeat(CEILING + 1);
        assert_eq!(file_breaches("a.rs", &long, &forbidden).len(), 1);
        assert!(file_breaches("donnees.csv", &long, &forbidden).is_empty());
        assert_eq!(file_breaches("a.md", "cd /racine/x", &forbidden).len(), 1);
        assert!(file_breaches("a.md", "https://exemple.fr/racine/x", &forbidden).is_empty());
        assert_eq!(
            file_breaches("package-lock.json", "\"resolved\": \"https://x\"", &[]).len(),
            1
        );
    }
}
