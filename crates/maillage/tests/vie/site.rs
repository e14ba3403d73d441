//! The whole site on a test database, its mail and its jobs.

use axum::Router;
use comptes::demo::MOT_DE_PASSE;
use socle::{Config, courrier, essai::TestBase};
use web::essai::Client;

use super::{courant::Courant, personne::Personne};

/// The site on one database, within this process or beside it.
pub struct Site {
    pub base: TestBase,
    routeur: Router,
    courant: Option<Courant>,
}

impl Site {
    pub fn new(base: TestBase) -> Self {
        let config = Config {
            demo: true,
            ..Config::default()
        };
        let routeur = maillage::site::app((*base).clone(), config);
        Self {
            base,
            routeur,
            courant: None,
        }
    }

    /// The real binary on this database; the power fails after every write.
    pub fn real(base: TestBase) -> Self {
        let courant = Courant::new(&base);
        Self {
            routeur: courant.router(),
            base,
            courant: Some(courant),
        }
    }

    /// How many times the power failed.
    pub fn power_cuts(&self) -> usize {
        self.courant.as_ref().map_or(0, Courant::cuts)
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
        if let Some(c) = &self.courant {
            return c.work(&self.base).await;
        }
        let travaux = maillage::site::worker(&Config::default());
        travaux.schedule(&self.base).await.unwrap();
        travaux.run_all(&self.base).await.unwrap();
    }
}
