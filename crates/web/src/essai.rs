//! `TestApp`: the whole edge in a test, with typed answers. Test code only.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::{
    collections::HashMap,
    future::Future,
    pin::Pin,
    sync::{Arc, Mutex},
};

use axum::{
    Router,
    body::Body,
    http::{Request, StatusCode, header},
};
use http_body_util::BodyExt;
use socle::{Acteur, Base, Config, Resultat, essai::TestBase};
use tower::ServiceExt;

use crate::{App, Routes, Session, Sessions, router};

/// Test double of `comptes`' sessions: a token names an actor given beforehand.
#[derive(Default)]
struct SessionsDouble(Mutex<HashMap<String, Acteur>>);

impl Sessions for SessionsDouble {
    fn find<'a>(
        &'a self,
        _: &'a Base,
        jeton: &'a str,
    ) -> Pin<Box<dyn Future<Output = Resultat<Option<Session>>> + Send + 'a>> {
        let acteur = self.0.lock().unwrap().get(jeton).cloned();
        Box::pin(async move {
            Ok(acteur.map(|acteur| Session {
                id: jeton.to_owned(),
                perimetre: String::new(),
                autres_roles: false,
                acteur,
            }))
        })
    }
}

/// A site on a test database.
pub struct TestApp {
    pub base: TestBase,
    routeur: Router,
    sessions: Arc<SessionsDouble>,
}

impl TestApp {
    #[must_use]
    pub fn new(base: TestBase, routes: &Routes) -> Self {
        let sessions = Arc::new(SessionsDouble::default());
        let app = App::new((*base).clone(), Config::default(), routes, sessions.clone());
        Self {
            routeur: router(app, routes),
            base,
            sessions,
        }
    }

    /// A browser without an account.
    #[must_use]
    pub fn visiteur(&self) -> Client {
        Client {
            routeur: self.routeur.clone(),
            cookies: HashMap::new(),
        }
    }

    /// A browser signed in as somebody.
    #[must_use]
    pub fn as_acteur(&self, acteur: &Acteur) -> Client {
        let mut sessions = self.sessions.0.lock().unwrap();
        let jeton = format!("j{}", sessions.len());
        sessions.insert(jeton.clone(), acteur.clone());
        let mut c = self.visiteur();
        c.cookies.insert("session".into(), jeton);
        c
    }
}

/// A browser: keeps cookies, does not follow redirections.
#[derive(Debug, Clone)]
pub struct Client {
    routeur: Router,
    pub cookies: HashMap<String, String>,
}

/// What came back.
#[derive(Debug, Clone)]
pub struct Rep {
    pub statut: StatusCode,
    pub entetes: axum::http::HeaderMap,
    pub octets: Vec<u8>,
}

impl Rep {
    #[must_use]
    pub fn texte(&self) -> String {
        String::from_utf8_lossy(&self.octets).into_owned()
    }

    /// Address of a redirection.
    #[must_use]
    pub fn lien(&self) -> String {
        self.entetes
            .get(header::LOCATION)
            .map(|v| v.to_str().unwrap().to_owned())
            .unwrap_or_default()
    }

    /// Fails with the page when the status is another.
    #[track_caller]
    pub fn expect(&self, statut: u16) -> &Self {
        assert_eq!(
            self.statut.as_u16(),
            statut,
            "{}\n{}",
            self.lien(),
            self.texte()
        );
        self
    }

    /// Fails with the page when the text is not in it.
    #[track_caller]
    pub fn shows(&self, texte: &str) -> &Self {
        assert!(
            self.texte().contains(texte),
            "« {texte} » absent de :\n{}",
            self.texte()
        );
        self
    }
}

impl Client {
    /// A client of any router, for tests of the whole binary.
    #[must_use]
    pub fn of(routeur: Router) -> Self {
        Self {
            routeur,
            cookies: HashMap::new(),
        }
    }

    pub async fn get(&mut self, chemin: &str) -> Rep {
        self.send(Request::get(chemin), Body::empty()).await
    }

    pub async fn post(&mut self, chemin: &str, champs: &[(&str, &str)]) -> Rep {
        let corps = serde_html_form::to_string(champs).unwrap();
        let req =
            Request::post(chemin).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(req, Body::from(corps)).await
    }

    /// A post whose body is sent as it is.
    pub async fn post_raw(&mut self, chemin: &str, genre: &str, corps: Vec<u8>) -> Rep {
        self.send(
            Request::post(chemin).header(header::CONTENT_TYPE, genre),
            Body::from(corps),
        )
        .await
    }

    /// A call of the API: any method, headers and body.
    pub async fn call(
        &mut self,
        methode: &str,
        chemin: &str,
        entetes: &[(&str, &str)],
        corps: impl Into<Body>,
    ) -> Rep {
        let mut req = Request::builder().method(methode).uri(chemin);
        for (nom, valeur) in entetes {
            req = req.header(*nom, *valeur);
        }
        self.send(req, corps.into()).await
    }

    /// A post whose body is sent as it is, already compressed.
    pub async fn post_encoded(
        &mut self,
        chemin: &str,
        genre: &str,
        codage: &str,
        corps: Vec<u8>,
    ) -> Rep {
        let req = Request::post(chemin)
            .header(header::CONTENT_TYPE, genre)
            .header(header::CONTENT_ENCODING, codage);
        self.send(req, Body::from(corps)).await
    }

    async fn send(&mut self, mut req: axum::http::request::Builder, corps: Body) -> Rep {
        let cookies: Vec<String> = self
            .cookies
            .iter()
            .map(|(n, v)| format!("{n}={v}"))
            .collect();
        if !cookies.is_empty() {
            req = req.header(header::COOKIE, cookies.join("; "));
        }
        let r = self
            .routeur
            .clone()
            .oneshot(req.body(corps).unwrap())
            .await
            .unwrap();
        let (parts, corps) = r.into_parts();
        for c in parts.headers.get_all(header::SET_COOKIE) {
            let c = c.to_str().unwrap();
            let (nom, valeur) = c.split(';').next().unwrap().split_once('=').unwrap();
            if c.contains("Max-Age=0") {
                self.cookies.remove(nom);
            } else {
                self.cookies.insert(nom.to_owned(), valeur.to_owned());
            }
        }
        let octets = corps.collect().await.unwrap().to_bytes().to_vec();
        Rep {
            statut: parts.status,
            entetes: parts.headers,
            octets,
        }
    }
}
