//! The whole site on a test database, its mail and its jobs.

use axum::Router;
use comptes::demo::MOT_DE_PASSE;
use socle::{Config, courrier, essai::TestBase};
use web::essai::Client;

use super::personne::Personne;

/// The site on one database.
pub struct Site {
    pub base: TestBase,
    routeur: Router,
}

impl Site {
    pub fn new(base: TestBase) -> Self {
        let config = Config {
            demo: true,
            ..Config::default()
        };
        let routeur = maillage::site::app((*base).clone(), config);
        Self { base, routeur }
    }

    pub fn visiteur(&self) -> Personne<'_> {
        Personne::new(self, Client::of(self.routeur.clone()))
    }

    /// A demonstration account, by the beginning of its address.
    pub async fn demo(&self, debut: &str) -> Personne<'_> {
        let mut p = self.visiteur();
        p.entre(&format!("{debut}@demo.maillage.example")).await;
        p
    }

    /// Somebody who received an invitation: a password, then a first sign-in.
    pub async fn invited(&self, adresse: &str) -> Personne<'_> {
        let mut p = self.visiteur();
        p.va(&self.letter(adresse, "/invitation/").await).await;
        p.refuse(
            "Créer mon accès",
            &[("mot_de_passe", "court"), ("confirmation", "court")],
            "mot_de_passe",
        )
        .await;
        p.presse(
            "Créer mon accès",
            &[
                ("mot_de_passe", MOT_DE_PASSE),
                ("confirmation", MOT_DE_PASSE),
            ],
        )
        .await;
        p.connecte(adresse).await;
        p
    }

    /// The path of the latest link of a kind sent to somebody.
    pub async fn letter(&self, adresse: &str, lien: &str) -> String {
        let mut tx = self.base.read().await.unwrap();
        courrier::recent(&mut tx, 200)
            .await
            .unwrap()
            .into_iter()
            .filter(|c| c.a == adresse)
            .find_map(|c| {
                let (_, jeton) = c.texte.split_once(lien)?;
                Some(format!("{lien}{}", jeton.split_whitespace().next()?))
            })
            .unwrap_or_else(|| panic!("aucun courriel à {adresse} avec un lien {lien}"))
    }

    /// Every job that is due, as the server would have run it by now.
    pub async fn run_jobs(&self) {
        maillage::site::worker(&Config::default())
            .run_all(&self.base)
            .await
            .unwrap();
    }
}
