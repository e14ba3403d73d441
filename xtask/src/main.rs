//! The commands of the workshop: `cargo xtask <commande>`.
//!
//! Everything a contributor or CI runs on the repository starts here, so that
//! both run the same thing. Only the standard library and `anyhow`: the first
//! build of this crate is the first thing a newcomer waits for.

mod assets;
mod banc;
mod bench;
mod demo;
mod lints;
mod navigateur;
mod postgres;
mod schemathesis;
mod steps;
mod suite;
mod territoires;
mod tools;
mod torture;

use std::process::ExitCode;

const HELP: &str = "\
Usage : cargo xtask <commande>

  demo        construit, sème un programme national fictif, ouvre le site
  test        tout ce que l'intégration continue vérifie (comme « ci »)
  ci          la même suite, sur une machine nue
  assets      prépare les fichiers du navigateur que le binaire embarque
  navigateur  parcours dans un vrai navigateur, accessibilité et poids des pages
  torture offline  jours sans réseau tirés au hasard : rien de perdu, rien en double
  bench web   lectures et écritures mêlées sur la démonstration
  bench stats l'index des statistiques, PostgreSQL et DuckDB sur le même registre
  schemathesis appels inventés à partir de la description de l'API : aucune panne,
              aucune réponse qu'elle ne dit pas
  lints       taille des fichiers, étages, chemins de machine
  territoires reconstruit la géographie de référence à partir d'un dossier de sources

« test » accepte des noms de parties : fmt, lints, deny, clippy, tests,
navigateur, schemathesis, torture.
";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let command = args.first().map_or("", String::as_str);
    let outcome = match command {
        "test" | "ci" => suite::run(&args[1..]),
        "demo" => demo::run(&args[1..]),
        "bench" => bench::run(&args[1..]),
        "assets" => assets::run().map(|_| ()),
        "navigateur" => navigateur::run(&args[1..]).map(|_| ()),
        "lints" => lints::run(),
        "torture" => torture::run(&args[1..]),
        "schemathesis" => schemathesis::run(&args[1..]).map(|_| ()),
        "territoires" => territoires::run(&args[1..]),
        "" | "help" | "--help" | "-h" => {
            println!("{HELP}");
            Ok(())
        }
        other => Err(anyhow::anyhow!(
            "Commande inconnue : « {other} ».\n\n{HELP}"
        )),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("\n{error:#}");
            ExitCode::FAILURE
        }
    }
}
