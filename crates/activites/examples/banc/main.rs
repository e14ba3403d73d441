//! `cargo xtask bench stats` runs this: the index of statistics on a fictitious
//! national register. Prints `name<tab>value` lines that xtask puts in a table.
//!
//! Arguments: number of activities, folder, and `sql` to write the same rows
//! there for other engines.

mod donnees;
mod ecriture;
mod lignes;

use std::{
    path::Path,
    time::{Duration, Instant},
};

use activites::statistiques::{
    Filtres, Listes, Nom, Portee, Question, Serie, index::Index, pages, portee::Niveau, repondre,
    suivi,
};
use activites::vocabulaire::Vocabulaires;
use jiff::{Timestamp, civil::Date};
use socle::{Base, Clock, Coffre, Ids, Outils};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let activites: u64 = args.first().map_or(Ok(1_000_000), |n| n.parse())?;
    let dossier = args.get(1).map_or(".", String::as_str);
    let sql = args.get(2).is_some_and(|s| s == "sql");
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?
        .block_on(run(activites, Path::new(dossier), sql))
}

async fn run(activites: u64, dossier: &Path, sql: bool) -> Result<(), Box<dyn std::error::Error>> {
    let point = dossier.join(format!("index-{activites}.statistiques"));
    if !point.exists() || sql {
        let depart = Instant::now();
        let index = generate(activites, dossier, sql)?;
        say(
            "construction de l'index (s)",
            depart.elapsed().as_secs_f64(),
        );
        let depart = Instant::now();
        suivi::sauvegarde::write(&index, "banc", &point)?;
        say("point de reprise écrit (s)", depart.elapsed().as_secs_f64());
    }
    // From here on as after a restart.
    let avant = memory();
    let depart = Instant::now();
    let (index, _) = suivi::sauvegarde::read(&point).ok_or("point de reprise illisible")?;
    say("redémarrage (s)", depart.elapsed().as_secs_f64());
    say(
        "fichier (Mo)",
        std::fs::metadata(&point)?.len() as f64 / 1e6,
    );
    say("activités", index.len() as f64);
    say("index en mémoire (Mo)", index.octets() as f64 / 1e6);
    say("mémoire du processus pour l'index (Mo)", memory() - avant);

    let dossier = dossier.join("banc.sqlite");
    let _ = std::fs::remove_file(&dossier);
    let base = Base::open(dossier.to_str().ok_or("dossier")?, tools()?).await?;
    base.migrate(&[socle::MIGRATIONS, activites::MIGRATIONS])
        .await?;
    let questions = questions();
    for (nom, q) in &questions {
        let ms = median(|| {
            std::hint::black_box(index.answer(q));
        });
        say(&format!("index|{nom}"), ms);
        // Processor time says the work, whatever else the machine does.
        let fois = (400.0 / ms.max(0.5)).ceil();
        let debut = processor();
        for _ in 0..fois as u32 {
            std::hint::black_box(index.answer(q));
        }
        say(&format!("travail|{nom}"), (processor() - debut) / fois);
    }
    let r = index.answer(&questions[3].1);
    say("accompagnements", r.totaux.accompagnements() as f64);
    say("bénéficiaires suivis", r.totaux.beneficiaires_suivis as f64);
    through_pages(&base, index, &questions).await?;
    base.close().await;
    let base = Base::open(dossier.to_str().ok_or("dossier")?, tools()?).await?;
    ecriture::measure(&base, say).await?;
    base.close().await;
    for reste in ["banc.sqlite", "banc.sqlite-wal", "banc.sqlite-shm"] {
        let _ = std::fs::remove_file(dossier.with_file_name(reste));
    }
    Ok(())
}

fn generate(
    activites: u64,
    dossier: &Path,
    sql: bool,
) -> Result<Index, Box<dyn std::error::Error>> {
    let parts = donnees::weights(activites);
    let mut vues = vec![false; donnees::files()];
    let mut index = Index::default();
    let mut vers = sql.then(|| lignes::Fichiers::create(dossier)).transpose()?;
    for rang in 0..donnees::MOIS {
        let (mois, faits) = donnees::month(rang, &parts, &mut vues);
        if let Some(v) = &mut vers {
            v.write(&faits)?;
        }
        index.set_month(mois, &faits);
    }
    if let Some(v) = &mut vers {
        v.finish(dossier)?;
    }
    index.tie_all();
    index.arrange();
    index.shrink();
    Ok(index)
}

fn questions() -> Vec<(&'static str, Question)> {
    let aujourdhui = Date::constant(2027, 1, 1);
    let q = |portee, filtres: Filtres| Question {
        serie: Serie::of(None, filtres.du, filtres.au, aujourdhui),
        portee,
        filtres,
        par_activite: false,
        aujourdhui,
        etiquettes: Vec::new(),
        itinerants: Vec::new(),
        listes: Listes {
            auteurs: false,
            structures: false,
            lieux: 99,
        },
    };
    let an =
        || Filtres::default().between(Date::constant(2026, 1, 1), Date::constant(2026, 12, 31));
    let periode =
        || Filtres::default().between(Date::constant(2023, 3, 10), Date::constant(2025, 9, 17));
    let mut libre = Filtres::default();
    libre.insert(Nom::Thematique, "email");
    libre.insert(Nom::Materiel, "telephone");
    libre.insert(Nom::Type, "individuel");
    let mut large = Filtres::default();
    large.insert(Nom::Type, "individuel");
    vec![
        (
            "un professionnel",
            q(Portee::Soi(donnees::id(4, 137)), Filtres::default()),
        ),
        (
            "un département",
            q(
                Portee::territoire(Niveau::Departement, vec!["35".into()]),
                Filtres::default(),
            ),
        ),
        ("France, un an", q(Portee::National, an())),
        ("France, tout", q(Portee::National, Filtres::default())),
        ("France, période quelconque", q(Portee::National, periode())),
        ("filtres libres", q(Portee::National, libre)),
        ("filtre large", q(Portee::National, large)),
    ]
}

/// The same questions as pages, and what a write costs the index.
async fn through_pages(
    base: &Base,
    index: Index,
    questions: &[(&'static str, Question)],
) -> Result<(), Box<dyn std::error::Error>> {
    let auteur = donnees::id(4, 137);
    let mois = index.mois.keys().last().copied().ok_or("index vide")?;
    let mut vues = vec![true; donnees::files()];
    let (_, faits) = donnees::month(
        donnees::MOIS - 1,
        &donnees::weights(index.len() as u64),
        &mut vues,
    );
    let siens: Vec<_> = faits.into_iter().filter(|f| f.auteur == auteur).collect();
    let mut index = index;
    let ms = median(|| index.set_author(mois, auteur, &siens));
    say("écriture : application à l'index (ms)", ms);
    suivi::install(base, index);
    for (nom, q) in questions {
        let mut temps = Vec::new();
        for _ in 0..9 {
            let depart = Instant::now();
            let mut tx = base.read().await?;
            let r = repondre(&mut tx, q).await?;
            std::hint::black_box(pages::figures(q, r, Vocabulaires::default())?);
            temps.push(depart.elapsed());
        }
        say(&format!("page|{nom}"), middle(temps));
    }
    Ok(())
}

fn tools() -> Result<Outils, Box<dyn std::error::Error>> {
    Ok(Outils {
        clock: Clock::fixed("2027-01-01T09:00:00Z".parse::<Timestamp>()?),
        ids: Ids::deterministic(1),
        coffre: Coffre::new(1, std::collections::BTreeMap::from([(1, [7; 32])]))?,
    })
}

fn median(mut f: impl FnMut()) -> f64 {
    let temps = (0..9)
        .map(|_| {
            let depart = Instant::now();
            f();
            depart.elapsed()
        })
        .collect();
    middle(temps)
}

fn middle(mut temps: Vec<Duration>) -> f64 {
    temps.sort_unstable();
    temps[temps.len() / 2].as_secs_f64() * 1_000.0
}

/// Processor time of the process so far, in ms.
fn processor() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let champs = stat.rsplit(')').next().unwrap_or_default();
    let tics = champs.split_whitespace().skip(11).take(2);
    tics.filter_map(|t| t.parse::<f64>().ok()).sum::<f64>() * 10.0
}

/// Resident memory, in MB.
fn memory() -> f64 {
    let statut = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    statut
        .lines()
        .find_map(|l| l.strip_prefix("VmRSS:"))
        .and_then(|l| l.trim().trim_end_matches("kB").trim().parse::<f64>().ok())
        .map_or(0.0, |k| k / 1_000.0)
}

fn say(nom: &str, valeur: f64) {
    println!("{nom}\t{valeur:.3}");
}
