//! A real process of the binary, and browsers signed in through its pages.
#![allow(dead_code)] // each test uses its part

use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
};

use anyhow::{Context, Result, bail};
use comptes::demo::MOT_DE_PASSE;
use reqwest::{Client, StatusCode, redirect::Policy};

/// A running site; killed without mercy when dropped.
pub struct Site {
    child: Child,
    pub url: String,
}

impl Site {
    /// Starts the demonstration on a database, seeding it when it is empty.
    pub fn demo(base: &str) -> Result<Self> {
        let mut c = Command::new(option_env!("CARGO_BIN_EXE_maillage").context("binaire")?);
        c.args(["demo", "--port", "0", "--taille", "petite", "--base", base]);
        Self::spawn(&mut c)
    }

    fn spawn(c: &mut Command) -> Result<Self> {
        let mut child = c.stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn()?;
        let sortie = child.stdout.take().context("sortie")?;
        let mut lignes = BufReader::new(sortie).lines();
        let url = lignes.by_ref().map_while(Result::ok).find_map(|l| {
            l.split("http://localhost:")
                .nth(1)
                .map(|p| format!("http://127.0.0.1:{}", p.trim()))
        });
        // The rest is read too: a full pipe would stop the server.
        std::thread::spawn(move || lignes.for_each(drop));
        let Some(url) = url else {
            let _ = child.wait();
            bail!("le site ne s'est pas ouvert");
        };
        Ok(Self { child, url })
    }

    /// The power fails.
    pub fn kill(mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A browser that keeps cookies and does not follow redirections.
pub fn client() -> Result<Client> {
    Ok(Client::builder()
        .cookie_store(true)
        .redirect(Policy::none())
        .build()?)
}

/// Signs in through the real pages; the demonstration shows the code.
pub async fn sign_in(site: &str, role: &str) -> Result<Client> {
    let c = client()?;
    let courriel = format!("{role}@demo.maillage.example");
    let champs = [
        ("courriel", courriel.as_str()),
        ("mot_de_passe", MOT_DE_PASSE),
    ];
    let r = c
        .post(format!("{site}/connexion"))
        .form(&champs)
        .send()
        .await?;
    if r.status() != StatusCode::SEE_OTHER {
        bail!("{} : {}", r.status(), r.text().await?);
    }
    let page = c.get(format!("{site}/connexion/code")).send().await?;
    if page.status() == StatusCode::OK {
        let html = page.text().await?;
        let code = html
            .split("data-code=\"")
            .nth(1)
            .and_then(|s| s.split('"').next())
            .context("code affiché")?;
        let r = c
            .post(format!("{site}/connexion/code"))
            .form(&[("code", code)])
            .send()
            .await?;
        if r.status() != StatusCode::SEE_OTHER {
            bail!("code : {}", r.status());
        }
    }
    Ok(c)
}

/// The fields of a form as the page gives them, and the first choice of the
/// groups named where none is made.
pub async fn form_of(
    site: &str,
    c: &Client,
    page: &str,
    groupes: &[&str],
) -> Result<Vec<(String, String)>> {
    let html = c.get(format!("{site}{page}")).send().await?.text().await?;
    let formulaire = html
        .split(&format!("action=\"{page}\""))
        .nth(1)
        .context("formulaire")?;
    let formulaire = formulaire.split("</form>").next().unwrap_or_default();
    let (mut champs, mut choix) = (Vec::new(), Vec::new());
    for balise in formulaire.split('<').filter(|b| b.starts_with("input")) {
        let attribut = |n: &str| {
            balise
                .split(&format!(" {n}=\""))
                .nth(1)
                .and_then(|s| s.split('"').next())
        };
        let (Some(nom), valeur) = (attribut("name"), attribut("value").unwrap_or_default()) else {
            continue;
        };
        let paire = (nom.to_owned(), valeur.to_owned());
        match attribut("type") {
            Some("radio" | "checkbox") if !balise.contains(" checked") => choix.push(paire),
            _ if valeur.is_empty() => {}
            _ => champs.push(paire),
        }
    }
    for groupe in groupes {
        if !champs.iter().any(|(n, _)| n == groupe) {
            let premier = choix.iter().find(|(n, _)| n == groupe);
            champs.push(
                premier
                    .with_context(|| format!("aucun choix pour {groupe}"))?
                    .clone(),
            );
        }
    }
    Ok(champs)
}

/// What an ordinary report needs besides the defaults of the page.
pub const COMPTE_RENDU: (&str, &[&str]) =
    ("/activites/individuel", &["duree", "lieu", "thematiques"]);
