//! One TOML file, then `MAILLAGE_*` variables on top.

use std::{collections::BTreeMap, path::Path};

use serde::Deserialize;

/// The settings of an instance. Unknown keys are refused: a typing mistake
/// must not be silently ignored.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Address to listen on.
    pub ecoute: String,
    /// Public address, without a trailing slash; links in e-mails start with it.
    pub url: String,
    /// `postgres://…` or the path of a SQLite file.
    pub base: String,
    /// File of the encryption keys, one `version:64 hexadecimal digits` per line.
    pub cles: String,
    /// `smtps://user:password@host` or `smtp://…?tls=required`. Without it,
    /// e-mails are kept in the database.
    pub smtp: Option<String>,
    pub expediteur: String,
    /// File where the statistics in memory are kept between two starts; beside
    /// a SQLite base by default.
    pub statistiques: Option<String>,
    /// Address where counters are served in the Prometheus format; none by
    /// default, never the public one.
    pub metriques: Option<String>,
    /// Name shown in the header.
    pub nom: String,
    /// Demonstration: fictitious data, codes shown on the sign-in page.
    pub demo: bool,
    /// Believes the client address that a reverse proxy forwards.
    pub derriere_un_proxy: bool,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            ecoute: "127.0.0.1:8080".into(),
            url: "http://localhost:8080".into(),
            base: "var/maillage.sqlite".into(),
            cles: "var/cles".into(),
            smtp: None,
            expediteur: "Maillage <ne-pas-repondre@localhost>".into(),
            statistiques: None,
            metriques: None,
            nom: "Maillage".into(),
            demo: false,
            derriere_un_proxy: false,
        }
    }
}

/// The commented file printed by `maillage config`.
pub const EXEMPLE: &str = r#"# Adresse d'écoute et adresse publique (les liens des courriels commencent par elle).
ecoute = "127.0.0.1:8080"
url = "https://maillage.example.fr"
# Base de données : un fichier SQLite, ou postgres://utilisateur:mot-de-passe@hote/base
base = "/var/lib/maillage/maillage.sqlite"
# Clés de chiffrement des données personnelles : à sauvegarder à part de la base.
cles = "/etc/maillage/cles"
# Serveur d'envoi des courriels. Sans lui, les courriels restent dans la base.
# smtp = "smtps://utilisateur:mot-de-passe@smtp.example.fr"
expediteur = "Maillage <ne-pas-repondre@example.fr>"
nom = "Maillage"
# Point de reprise des statistiques : un démarrage rapide. À côté d'une base SQLite s'il n'est pas dit ;
# à indiquer avec PostgreSQL. Il peut être effacé à tout moment.
# statistiques = "/var/lib/maillage/statistiques"
# Compteurs au format Prometheus, sur une adresse que le public n'atteint pas.
# metriques = "127.0.0.1:9464"
# true derrière un serveur mandataire qui donne l'adresse du client (X-Forwarded-For).
derriere_un_proxy = false
"#;

impl Config {
    /// Where the statistics in memory are kept between two starts.
    #[must_use]
    pub fn statistics_file(&self) -> Option<std::path::PathBuf> {
        match &self.statistiques {
            Some(f) => Some(f.into()),
            None if self.base.starts_with("postgres") => None,
            None => {
                let fichier = self.base.strip_prefix("sqlite://").unwrap_or(&self.base);
                Some(format!("{fichier}.statistiques").into())
            }
        }
    }

    /// Reads the file, then the variables.
    ///
    /// # Errors
    /// A sentence in French saying what to mend.
    pub fn load(chemin: Option<&Path>, env: &BTreeMap<String, String>) -> Result<Self, String> {
        let mut c = match chemin {
            None => Self::default(),
            Some(p) => {
                let texte = std::fs::read_to_string(p).map_err(|e| {
                    format!(
                        "Le fichier de configuration {} est illisible : {e}.",
                        p.display()
                    )
                })?;
                toml::from_str(&texte).map_err(|e| {
                    format!(
                        "Le fichier de configuration {} est à corriger : {e}",
                        p.display()
                    )
                })?
            }
        };
        for (cle, v) in env {
            let Some(nom) = cle.strip_prefix("MAILLAGE_") else {
                continue;
            };
            match nom {
                "ECOUTE" => c.ecoute.clone_from(v),
                "URL" => c.url.clone_from(v),
                "BASE" => c.base.clone_from(v),
                "CLES" => c.cles.clone_from(v),
                "SMTP" => c.smtp = Some(v.clone()),
                "EXPEDITEUR" => c.expediteur.clone_from(v),
                "STATISTIQUES" => c.statistiques = Some(v.clone()),
                "METRIQUES" => c.metriques = Some(v.clone()),
                "NOM" => c.nom.clone_from(v),
                _ => {}
            }
        }
        c.url = c.url.trim_end_matches('/').to_owned();
        Ok(c)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_is_valid_and_variables_win() {
        let dossier = tempfile::tempdir().unwrap();
        let f = dossier.path().join("maillage.toml");
        std::fs::write(&f, EXEMPLE).unwrap();
        let env = BTreeMap::from([("MAILLAGE_URL".to_owned(), "https://autre.fr/".to_owned())]);
        let c = Config::load(Some(&f), &env).unwrap();
        assert_eq!(c.url, "https://autre.fr");
        assert_eq!(c.base, "/var/lib/maillage/maillage.sqlite");
    }

    #[test]
    fn an_unknown_key_is_refused() {
        let dossier = tempfile::tempdir().unwrap();
        let f = dossier.path().join("maillage.toml");
        std::fs::write(&f, "bases = \"x\"").unwrap();
        assert!(
            Config::load(Some(&f), &BTreeMap::new())
                .unwrap_err()
                .contains("bases")
        );
    }
}
