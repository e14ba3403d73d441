use std::{future::Future, pin::Pin, sync::Arc};

use axum::{extract::FromRequestParts, http::request::Parts, response::IntoResponse};
use jiff::civil::Date;
use socle::{Acteur, Base, Coffre, Config, Resultat, Role, Tx};

use crate::{
    Reponse,
    edge::{Debit, Mesure},
    metriques::Metriques,
    page::{self, Page},
    routes::{EntreeDeMenu, FigureList, Routes, TodoList},
};

/// Who is behind a session cookie.
#[derive(Debug, Clone)]
pub struct Session {
    pub id: String,
    pub acteur: Acteur,
    /// Shown beside the role: « Ille-et-Vilaine », « Mairie de Rennes ».
    pub perimetre: String,
    /// True when the person has other (role, perimeter) pairs to act in.
    pub autres_roles: bool,
}

/// Finds the session of a cookie. `comptes` implements it; tests have a double.
pub trait Sessions: Send + Sync {
    fn find<'a>(
        &'a self,
        base: &'a Base,
        jeton: &'a str,
    ) -> Pin<Box<dyn Future<Output = Resultat<Option<Session>>> + Send + 'a>>;
}

/// One line of « À faire » on a home page.
#[derive(Debug, Clone)]
pub struct AFaire {
    pub quoi: String,
    /// For whom or about what.
    pub pour: String,
    pub avant: Option<Date>,
    pub lien: String,
}

/// One figure a role answers for, on its home page.
#[derive(Debug, Clone)]
pub struct Chiffre {
    pub libelle: String,
    pub valeur: String,
    /// What it is compared with; may be empty.
    pub detail: String,
    pub lien: String,
}

/// What every request of a process shares.
#[derive(Clone)]
pub struct App(pub(crate) Arc<Etat>);

pub(crate) struct Etat {
    pub base: Base,
    pub config: Config,
    pub menus: Vec<EntreeDeMenu>,
    pub a_faire: Vec<(Role, TodoList)>,
    pub chiffres: Vec<(Role, FigureList)>,
    pub sessions: Arc<dyn Sessions>,
    pub metriques: Metriques,
    pub debit: Debit,
}

impl App {
    /// Counters of this process, as text.
    #[must_use]
    pub fn metrics_text(&self) -> String {
        self.0.metriques.text()
    }

    #[must_use]
    pub fn new(base: Base, config: Config, routes: &Routes, sessions: Arc<dyn Sessions>) -> Self {
        Self(Arc::new(Etat {
            base,
            config,
            menus: routes.menus.clone(),
            a_faire: routes.a_faire.clone(),
            chiffres: routes.chiffres.clone(),
            sessions,
            metriques: Metriques::new(),
            debit: Debit::default(),
        }))
    }
}

/// One request: who acts, on what, and how to answer.
#[derive(Clone)]
pub struct Ctx {
    pub(crate) app: App,
    pub(crate) session: Option<Arc<Session>>,
    pub(crate) acteur: Arc<Acteur>,
    pub(crate) chemin: Arc<str>,
    pub(crate) requete: Arc<str>,
    pub(crate) nonce: Arc<str>,
    pub(crate) message: Option<Arc<str>>,
    pub(crate) ip: Arc<str>,
}

impl std::fmt::Debug for Ctx {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ctx")
            .field("requete", &self.requete)
            .field("chemin", &self.chemin)
            .finish()
    }
}

impl Ctx {
    #[must_use]
    pub fn acteur(&self) -> &Acteur {
        &self.acteur
    }

    #[must_use]
    pub fn session(&self) -> Option<&Session> {
        self.session.as_deref()
    }

    #[must_use]
    pub fn base(&self) -> &Base {
        &self.app.0.base
    }

    #[must_use]
    pub fn config(&self) -> &Config {
        &self.app.0.config
    }

    #[must_use]
    pub fn coffre(&self) -> &Coffre {
        &self.base().outils().coffre
    }

    /// Today in Paris.
    #[must_use]
    pub fn today(&self) -> Date {
        self.base()
            .clock()
            .now()
            .to_zoned_datetime(socle::clock::paris())
            .date()
    }

    /// Address of the client, to slow down attempts. Never stored in clear.
    #[must_use]
    pub fn ip(&self) -> &str {
        &self.ip
    }

    /// Counts one call of `qui` in the current minute of this process, and
    /// says whether it is still under `par_minute`.
    #[must_use]
    pub fn throttle(&self, qui: &str, par_minute: u32) -> Mesure {
        let le = self.base().clock().now();
        self.app.0.debit.measure(qui, par_minute, le)
    }

    /// Path of the request, without its query.
    #[must_use]
    pub fn chemin(&self) -> &str {
        &self.chemin
    }

    /// A transaction that reads.
    ///
    /// # Errors
    /// `Erreur::Base`.
    pub async fn read(&self) -> Resultat<Tx> {
        self.base().read().await
    }

    /// A transaction that writes; the handler commits it.
    ///
    /// # Errors
    /// `Erreur::Base`.
    pub async fn write(&self) -> Resultat<Tx> {
        self.base().write().await
    }

    /// Value of the hidden field `id_commande` of a form.
    #[must_use]
    pub fn new_commande(&self) -> String {
        let o = self.base().outils();
        o.ids.uuid(o.clock.now()).to_string()
    }

    /// What awaits the acting role, from every space.
    ///
    /// # Errors
    /// `Erreur::Base`.
    pub async fn a_faire(&self) -> Resultat<Vec<AFaire>> {
        let mut tous = Vec::new();
        for (role, f) in &self.app.0.a_faire {
            if *role == self.acteur.role {
                tous.extend(f(self.clone()).await?);
            }
        }
        tous.sort_by(|a, b| match (a.avant, b.avant) {
            (Some(x), Some(y)) => x.cmp(&y),
            (Some(_), None) => std::cmp::Ordering::Less,
            (None, Some(_)) => std::cmp::Ordering::Greater,
            (None, None) => std::cmp::Ordering::Equal,
        });
        Ok(tous)
    }

    /// The figures the acting role answers for, from every space.
    ///
    /// # Errors
    /// `Erreur::Base`.
    pub async fn chiffres(&self) -> Resultat<Vec<Chiffre>> {
        let mut tous = Vec::new();
        for (role, f) in &self.app.0.chiffres {
            if *role == self.acteur.role {
                tous.extend(f(self.clone()).await?);
            }
        }
        Ok(tous)
    }

    /// The menu of the acting role.
    #[must_use]
    pub fn menu(&self) -> Vec<EntreeDeMenu> {
        self.app
            .0
            .menus
            .iter()
            .filter(|m| m.role == self.acteur.role)
            .copied()
            .collect()
    }

    /// Begins a page.
    #[must_use]
    pub fn page(&self, titre: impl Into<String>) -> Page<'_> {
        Page::new(self, titre.into())
    }

    /// Sends the browser to another page, with a message shown there once.
    ///
    /// # Errors
    /// None in practice; the type is a handler's.
    #[allow(clippy::unnecessary_wraps)]
    pub fn redirect(&self, lien: &str, message: &str) -> Reponse {
        Ok(page::redirect(lien, message))
    }

    /// A file to save.
    ///
    /// # Errors
    /// None in practice; the type is a handler's.
    #[allow(clippy::unnecessary_wraps)]
    pub fn download(&self, nom: &str, genre: &str, octets: Vec<u8>) -> Reponse {
        Ok(page::download(nom, genre, octets))
    }

    /// A JSON answer of the API.
    ///
    /// # Errors
    /// `Erreur` when the value cannot be written.
    pub fn json(&self, valeur: &impl serde::Serialize) -> Reponse {
        let corps = serde_json::to_string(valeur)
            .map_err(|e| socle::Erreur::Interne(format!("json : {e}")))?;
        Ok((
            [(axum::http::header::CONTENT_TYPE, "application/json")],
            corps,
        )
            .into_response())
    }
}

impl FromRequestParts<App> for Ctx {
    type Rejection = crate::Erreur;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Self::Rejection> {
        parts
            .extensions
            .get::<Ctx>()
            .cloned()
            .ok_or_else(|| socle::Erreur::Interne("requête sans contexte".into()).into())
    }
}
