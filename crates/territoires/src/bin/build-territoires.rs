//! `build-territoires <territoires> <references> <sortie> [--remplacer]`:
//! builds the committed file of the reference geography; `cargo xtask
//! territoires` calls it.

use std::{fs, path::Path, process::ExitCode};

use territoires::{construction, geographie};

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match run(&args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(e) => {
            println!("{e}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: &[String]) -> Result<(), Box<dyn std::error::Error>> {
    let [territoires, references, sortie, reste @ ..] = args else {
        return Err(
            "Usage : build-territoires <territoires> <references> <sortie> [--remplacer]".into(),
        );
    };
    let sortie = Path::new(sortie);
    let octets = construction::build(Path::new(territoires), Path::new(references))?;
    let apres = geographie::read(&octets)?;
    let ancien = fs::read(sortie).ok();
    if ancien.as_deref() == Some(octets.as_slice()) {
        println!("Rien ne change : {} octets.", octets.len());
        return Ok(());
    }
    let avant = ancien.as_deref().and_then(|o| geographie::read(o).ok());
    println!("{}", construction::differences(avant.as_ref(), &apres));
    for e in &apres.ecarts {
        let nom = apres.commune(e.commune).map_or("", |c| c.nom);
        println!(
            "EPCI contesté : {} {nom} : {} retenu, autre source {}",
            e.commune, e.retenu, e.autre
        );
    }
    if avant.is_some() && !reste.iter().any(|a| a == "--remplacer") {
        println!("Rien n'est écrit. Relancez avec --remplacer pour remplacer le fichier.");
        return Ok(());
    }
    fs::write(sortie, &octets)?;
    println!("{} écrit : {} octets.", sortie.display(), octets.len());
    Ok(())
}
