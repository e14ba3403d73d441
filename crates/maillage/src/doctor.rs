//! `maillage doctor`: looks at everything an instance needs and says how to
//! mend what is wrong.

use std::path::Path;

use activites::statistiques::suivi;
use socle::{Base, Config, francais, journal, params, sql};

use crate::{serve, site};

/// One thing looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Constat {
    pub quoi: &'static str,
    /// `Ok` with what was seen; `Err` with how to mend it.
    pub resultat: Result<String, String>,
}

/// Looks at everything.
pub async fn run(config: &Config) -> Vec<Constat> {
    let mut constats = vec![
        Constat {
            quoi: "Configuration",
            resultat: address(config),
        },
        Constat {
            quoi: "Clés de chiffrement",
            resultat: keys(config),
        },
        Constat {
            quoi: "Disque",
            resultat: disk(config),
        },
        Constat {
            quoi: "Courriel",
            resultat: mail(config).await,
        },
        Constat {
            quoi: "Habillage",
            resultat: assets(),
        },
    ];
    match site::open(config).await {
        Err(e) => constats.push(Constat {
            quoi: "Base de données",
            resultat: Err(format!("{e:#}. Vérifiez « base » dans la configuration.")),
        }),
        Ok(base) => constats.extend(database(&base, config).await),
    }
    constats
}

async fn database(base: &Base, config: &Config) -> Vec<Constat> {
    let a_jour = serve::up_to_date(base).await;
    let mut constats = vec![Constat {
        quoi: "Base de données",
        resultat: match a_jour {
            Ok(true) => Ok("ouverte et à jour".into()),
            Ok(false) => Err("des tables manquent. Lancez : maillage migrate".into()),
            Err(e) => Err(format!("{e:#}")),
        },
    }];
    if constats[0].resultat.is_err() {
        return constats;
    }
    constats.push(Constat {
        quoi: "Horloge",
        resultat: clock(base).await,
    });
    constats.push(Constat {
        quoi: "Journal d'audit",
        resultat: match journal::verify(base).await {
            Ok(None) => Ok("la chaîne est entière".into()),
            Ok(Some(n)) => Err(format!(
                "l'entrée {n} a été modifiée ou retirée. Comparez avec une sauvegarde."
            )),
            Err(e) => Err(e.to_string()),
        },
    });
    constats.push(Constat {
        quoi: "Statistiques",
        resultat: statistics(base, config).await,
    });
    constats.push(Constat {
        quoi: "Travaux",
        resultat: jobs(base).await,
    });
    constats
}

/// Counts each month again from the tables; what differs is mended in the
/// checkpoint.
async fn statistics(base: &Base, config: &Config) -> Result<String, String> {
    if let Some(f) = config.statistics_file() {
        suivi::keep_in(base, f).await;
    }
    let ecarts = suivi::verify(base).await.map_err(|e| e.to_string())?;
    if ecarts.is_empty() {
        return Ok("le compte de chaque mois est celui des tables".into());
    }
    suivi::save(base).await.map_err(|e| e.to_string())?;
    let mois: Vec<String> = ecarts
        .iter()
        .map(|e| {
            format!(
                "{} {} ({} au lieu de {})",
                francais::month(e.mois),
                e.mois.year(),
                e.index,
                e.tables
            )
        })
        .collect();
    Err(format!(
        "recompté : {}. Redémarrez le service pour qu'il reprenne ces comptes.",
        mois.join(", ")
    ))
}

fn address(config: &Config) -> Result<String, String> {
    if config.url.starts_with("https://")
        || config.url.contains("://localhost")
        || config.url.contains("://127.0.0.1")
    {
        Ok(config.url.clone())
    } else {
        Err(format!(
            "« url » vaut {} : hors de votre machine, il faut https://",
            config.url
        ))
    }
}

fn keys(config: &Config) -> Result<String, String> {
    let chemin = Path::new(&config.cles);
    socle::Coffre::read_file(chemin)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let droits = std::fs::metadata(chemin)
            .map_err(|e| e.to_string())?
            .permissions()
            .mode();
        if droits & 0o077 != 0 {
            return Err(format!(
                "d'autres comptes peuvent lire les clés. Lancez : chmod 600 {}",
                chemin.display()
            ));
        }
    }
    Ok("lisibles par leur seul propriétaire ; sauvegardez-les à part de la base".into())
}

fn disk(config: &Config) -> Result<String, String> {
    if config.base.starts_with("postgres") {
        return Ok("la base est sur un serveur PostgreSQL".into());
    }
    let dossier = Path::new(&config.base)
        .parent()
        .filter(|d| !d.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let essai = dossier.join(".maillage-ecriture");
    std::fs::create_dir_all(dossier)
        .and_then(|()| std::fs::write(&essai, b"essai"))
        .and_then(|()| std::fs::remove_file(&essai))
        .map(|()| format!("{} accepte l'écriture", dossier.display()))
        .map_err(|e| {
            format!(
                "{} refuse l'écriture : {e}. Changez le propriétaire du dossier.",
                dossier.display()
            )
        })
}

async fn mail(config: &Config) -> Result<String, String> {
    match &config.smtp {
        None => Ok(
            "sans serveur, les courriels restent dans la base (« smtp » dans la configuration)"
                .into(),
        ),
        Some(url) => socle::courrier::probe(url)
            .await
            .map(|()| "le serveur répond".into())
            .map_err(|e| format!("{e}. Vérifiez « smtp » dans la configuration.")),
    }
}

fn assets() -> Result<String, String> {
    if web::assets::present("vendor/maplibre-gl-csp.js") {
        Ok("complet".into())
    } else {
        Ok("sans carte interactive : la carte reste une liste et un dessin. Pour l'avoir : cargo xtask assets, puis recompilez".into())
    }
}

async fn clock(base: &Base) -> Result<String, String> {
    let ici = base.clock().now();
    let mut tx = base.read().await.map_err(|e| e.to_string())?;
    let la_bas = tx.database_now().await.map_err(|e| e.to_string())?;
    let ecart = (la_bas.as_second() - ici.as_second()).abs();
    if ecart <= 5 {
        Ok(format!("écart avec la base : {ecart} s"))
    } else {
        Err(format!(
            "l'horloge diffère de celle de la base de {ecart} s. Activez la synchronisation (NTP)."
        ))
    }
}

async fn jobs(base: &Base) -> Result<String, String> {
    let mut tx = base.read().await.map_err(|e| e.to_string())?;
    let echecs = tx
        .count(
            sql!("SELECT count(*) AS n FROM job WHERE etat = 'echec'"),
            params![],
        )
        .await
        .map_err(|e| e.to_string())?;
    if echecs == 0 {
        Ok("aucun en échec".into())
    } else {
        Err(format!(
            "{echecs} en échec. Un administrateur les voit dans Administration, Travaux."
        ))
    }
}
