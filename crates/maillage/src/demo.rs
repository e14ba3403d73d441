//! `maillage demo`: a fictitious national programme, seeded once, then served.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use clap::{Args, ValueEnum};
use indicatif::{ProgressBar, ProgressStyle};
use jiff::civil::Date;
use socle::{
    Base, Clock, Config,
    demo::{Alea, Taille},
    reference::{self, Nouvelle},
};

use crate::{serve, site};

/// Changing it changes everybody's names: screenshots and tests lean on it.
const GRAINE: u64 = 2026;

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Ampleur {
    /// 320 structures, 640 postes, 2 000 candidats, 500 conseillers, 50 000 activités.
    Nationale,
    /// De quoi essayer ou tester en quelques secondes.
    Petite,
}

#[derive(Debug, Args)]
pub struct Options {
    /// Base : un fichier SQLite, ou postgres://…
    #[arg(long, visible_alias = "database", default_value = "var/demo.sqlite")]
    pub base: String,
    /// Port d'écoute sur cette machine ; 0 pour un port libre.
    #[arg(long, default_value_t = 8080)]
    pub port: u16,
    #[arg(long, value_enum, default_value = "nationale")]
    pub taille: Ampleur,
    /// Sème sans ouvrir le site.
    #[arg(long)]
    pub semer: bool,
    /// Secondes d'avance de l'horloge : la démonstration à une autre date.
    #[arg(long, hide = true, default_value_t = 0, allow_negative_numbers = true)]
    pub avance: i64,
}

/// Seeds when needed, prints the logins, serves.
///
/// # Errors
/// When the database holds something else than a demonstration.
pub async fn run(o: &Options) -> Result<()> {
    let mut config = Config {
        base: o.base.clone(),
        cles: keys_beside(&o.base),
        demo: true,
        ..Config::default()
    };
    config.nom = "Maillage".into();
    let base = prepare(&config, o).await?;
    if o.semer {
        return Ok(());
    }
    let ecoute = serve::listen(&format!("127.0.0.1:{}", o.port)).await?;
    config.ecoute = ecoute.local_addr()?.to_string();
    config.url = format!("http://localhost:{}", ecoute.local_addr()?.port());
    print_logins(&base).await?;
    println!(
        "\nLe site est ouvert : {}\nPour l'arrêter : Ctrl+C",
        config.url
    );
    serve::serve(base, config, ecoute).await
}

/// The keys of a demonstration stay beside its file.
fn keys_beside(base: &str) -> String {
    if base.starts_with("postgres") {
        "var/demo.cles".into()
    } else {
        format!("{base}.cles")
    }
}

async fn prepare(config: &Config, o: &Options) -> Result<Base> {
    let (ampleur, clock) = (o.taille, Clock::ahead(o.avance));
    let base = site::open_at(config, clock.clone()).await?;
    if seeded(&base).await {
        site::migrate(&base).await?;
        return Ok(base);
    }
    if config.base.starts_with("postgres") {
        site::migrate(&base).await?;
        let presents: u64 = lines(&base).await?;
        if presents > 0 {
            bail!("Cette base PostgreSQL contient déjà des données : donnez une base vide.");
        }
        seed(&base, ampleur).await?;
        return Ok(base);
    }
    // A file left half seeded by an interruption is begun again.
    base.close().await;
    let fichier = PathBuf::from(&config.base);
    let partiel = fichier.with_extension("en-cours");
    for f in [&fichier, &partiel] {
        remove(f)?;
    }
    let partielle = Config {
        base: partiel.display().to_string(),
        ..config.clone()
    };
    let en_cours = site::open_at(&partielle, clock.clone()).await?;
    site::migrate(&en_cours).await?;
    seed(&en_cours, ampleur).await?;
    en_cours.close().await;
    std::fs::rename(&partiel, &fichier)?;
    site::open_at(config, clock).await
}

/// Rows that `migrate` itself does not write.
async fn lines(base: &Base) -> Result<u64> {
    let r = socle::base::copie::survey(base).await?;
    Ok(r.iter()
        .filter(|r| matches!(r.table.as_str(), "personne" | "structure" | "historique"))
        .map(|r| r.lignes)
        .sum())
}

async fn seeded(base: &Base) -> bool {
    let Ok(mut tx) = base.read().await else {
        return false;
    };
    let le = tx.today();
    matches!(
        reference::value(&mut tx, "demonstration", "semee", le).await,
        Ok(Some(_))
    )
}

async fn seed(base: &Base, ampleur: Ampleur) -> Result<()> {
    let taille = match ampleur {
        Ampleur::Nationale => Taille::nationale(),
        Ampleur::Petite => Taille::petite(),
    };
    let total = (taille.structures
        + taille.postes
        + taille.candidats
        + taille.conseillers
        + taille.activites) as u64;
    println!("Semis d'un programme national fictif ({total} dossiers environ)…");
    let barre = ProgressBar::new(total);
    if let Ok(style) = ProgressStyle::with_template("  {wide_bar} {pos}/{len} {elapsed}") {
        barre.set_style(style);
    }
    let avance = |n: u64| barre.inc(n);
    let mut alea = Alea::new(GRAINE);
    comptes::demo::seed(base, &mut alea, &taille, &avance).await?;
    programme::demo::seed(base, &mut alea, &taille, &avance).await?;
    parcours::demo::seed(base, &mut alea, &taille, &avance).await?;
    lieux::demo::seed(base, &mut alea, &taille, &avance).await?;
    activites::demo::seed(base, &mut alea, &taille, &avance).await?;
    mark(base).await?;
    barre.finish();
    println!("Semé en {:.1} s.", barre.elapsed().as_secs_f64());
    Ok(())
}

/// Says that a database holds a demonstration.
///
/// # Errors
/// `Erreur::Base`.
pub async fn mark(base: &Base) -> Result<()> {
    let mut tx = base.write().await?;
    let marque = Nouvelle {
        liste: "demonstration",
        cle: "semee",
        territoire: "",
        libelle: "Données fictives",
        valeur: Some("oui"),
        ordre: 1,
        valid_from: Date::constant(2000, 1, 1),
        valid_to: None,
        source: "maillage demo",
        fiabilite: "verifie",
    };
    reference::ensure(&mut tx, &marque).await?;
    tx.commit().await?;
    Ok(())
}

async fn print_logins(base: &Base) -> Result<()> {
    let mut tx = base.read().await?;
    println!(
        "\nConnexions de démonstration (mot de passe : {}) :",
        comptes::demo::MOT_DE_PASSE
    );
    for l in comptes::demo::logins(&mut tx).await? {
        println!("  {:<42} {}", l.courriel, l.role.libelle());
    }
    println!("Le code à six chiffres est montré sur la page de connexion.");
    Ok(())
}

fn remove(fichier: &Path) -> Result<()> {
    for suffixe in ["", "-wal", "-shm"] {
        let mut nom = fichier.as_os_str().to_owned();
        nom.push(suffixe);
        match std::fs::remove_file(&nom) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => return Err(e.into()),
            _ => {}
        }
    }
    Ok(())
}
