use std::{path::PathBuf, process::ExitCode};

use anyhow::Result;
use clap::{Parser, Subcommand};
use maillage::{admin, demo, doctor, sauvegarde, serve, site};
use tracing_subscriber::EnvFilter;

/// Maillage : la plateforme des conseillers numériques.
///
/// Premiers pas : « maillage demo » montre tout avec des données fictives ;
/// « maillage config exemple » écrit une configuration commentée ; « maillage
/// migrate » prépare la base ; « maillage serve » ouvre le site.
#[derive(Parser)]
#[command(name = "maillage", version)]
struct Cli {
    /// Fichier de configuration (sinon maillage.toml s'il existe, puis les variables MAILLAGE_*).
    #[arg(long, global = true)]
    config: Option<PathBuf>,
    #[command(subcommand)]
    commande: Commande,
}

#[derive(Subcommand)]
enum Commande {
    /// Ouvre le site.
    Serve,
    /// Prépare ou met à jour la base (sans réseau).
    Migrate,
    /// Sème un programme national fictif et ouvre le site sur cette machine.
    Demo(demo::Options),
    /// Vérifie l'installation et dit comment réparer.
    Doctor,
    /// Écrit une copie vérifiée de la base, même en service.
    Backup {
        /// Fichier à écrire.
        fichier: PathBuf,
    },
    /// Remet une sauvegarde dans une base vide et vérifie que tout y est.
    Restore {
        /// Fichier écrit par « maillage backup ».
        fichier: PathBuf,
        /// Registre des effacements gardé à part (page « Conservation des fiches ») :
        /// ce qu'il nomme est effacé de nouveau.
        #[arg(long)]
        effacements: Option<PathBuf>,
    },
    /// Gestes d'administration sans compte.
    #[command(subcommand)]
    Admin(Admin),
    /// Configuration.
    #[command(subcommand)]
    Config(ConfigCommande),
}

#[derive(Subcommand)]
enum Admin {
    /// Crée un compte national et donne son lien d'invitation.
    CreateUser {
        #[arg(long)]
        courriel: String,
        #[arg(long)]
        prenom: String,
        #[arg(long)]
        nom: String,
        /// Clé du rôle, par exemple administrateur.
        #[arg(long)]
        role: String,
    },
}

#[derive(Subcommand)]
enum ConfigCommande {
    /// Écrit une configuration commentée.
    #[command(alias = "example")]
    Exemple,
}

fn main() -> ExitCode {
    let filtre =
        EnvFilter::try_from_env("MAILLAGE_JOURNAL").unwrap_or_else(|_| EnvFilter::new("warn"));
    tracing_subscriber::fmt()
        .json()
        .with_env_filter(filtre)
        .with_writer(std::io::stderr)
        .init();
    // SQLite answers on the thread that asks: beyond one for each connection,
    // there is a thread for each core.
    let coeurs = std::thread::available_parallelism().map_or(1, usize::from);
    let execution = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(coeurs + socle::base::CONNEXIONS)
        .enable_all()
        .build();
    let fin = match execution {
        Ok(e) => e.block_on(run(Cli::parse())),
        Err(e) => Err(e.into()),
    };
    match fin {
        Ok(code) => code,
        Err(e) => {
            eprintln!("{e:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(cli: Cli) -> Result<ExitCode> {
    let chemin = cli.config.as_deref();
    match cli.commande {
        Commande::Serve => serve::run(site::config(chemin)?).await?,
        Commande::Demo(o) => demo::run(&o).await?,
        Commande::Migrate => {
            let base = site::open(&site::config(chemin)?).await?;
            match site::migrate(&base).await?.as_slice() {
                [] => println!("La base est déjà à jour."),
                faites => println!("Étapes appliquées : {}.", faites.join(", ")),
            }
        }
        Commande::Doctor => {
            let constats = doctor::run(&site::config(chemin)?).await;
            for c in &constats {
                match &c.resultat {
                    Ok(vu) => println!("  ✔ {} : {vu}", c.quoi),
                    Err(remede) => println!("  ✖ {} : {remede}", c.quoi),
                }
            }
            if constats.iter().any(|c| c.resultat.is_err()) {
                return Ok(ExitCode::FAILURE);
            }
        }
        Commande::Backup { fichier } => {
            let base = site::open(&site::config(chemin)?).await?;
            let r = sauvegarde::backup(&base, &fichier, &|_, _| ()).await?;
            println!(
                "{} : {} tables, {} lignes, relues et vérifiées.",
                fichier.display(),
                r.len(),
                lines(&r)
            );
        }
        Commande::Restore {
            fichier,
            effacements,
        } => {
            let base = site::open(&site::config(chemin)?).await?;
            let r = sauvegarde::restore(&fichier, &base, &|_, _| ()).await?;
            println!(
                "Base rétablie : {} tables, {} lignes, vérifiées.",
                r.len(),
                lines(&r)
            );
            let n = sauvegarde::erase_again(&base, effacements.as_deref()).await?;
            if n > 0 {
                println!("{n} fiches effacées de nouveau, comme demandé par les personnes.");
            }
        }
        Commande::Admin(Admin::CreateUser {
            courriel,
            prenom,
            nom,
            role,
        }) => {
            let config = site::config(chemin)?;
            let base = site::open(&config).await?;
            println!(
                "{}",
                admin::create_user(&base, &config.url, &courriel, &prenom, &nom, &role).await?
            );
        }
        Commande::Config(ConfigCommande::Exemple) => print!("{}", socle::config::EXEMPLE),
    }
    Ok(ExitCode::SUCCESS)
}

fn lines(releves: &[socle::base::copie::Releve]) -> u64 {
    releves.iter().map(|r| r.lignes).sum()
}
