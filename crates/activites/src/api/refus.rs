//! Refusals of the API, as JSON:API errors with a French title.

use axum::{
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

use crate::activite::corps::Faute;

pub const GENRE: &str = "application/vnd.api+json";

/// One or more errors of one status.
#[derive(Debug, Clone)]
pub struct Refus {
    statut: StatusCode,
    erreurs: Vec<Value>,
    entetes: Vec<(HeaderName, String)>,
}

impl Refus {
    #[must_use]
    pub fn new(statut: StatusCode, code: &str, titre: impl Into<String>) -> Self {
        Self {
            statut,
            erreurs: vec![error(statut, code, titre.into())],
            entetes: Vec::new(),
        }
    }

    /// 400: a parameter of the address.
    #[must_use]
    pub fn parametre(nom: &str, titre: impl Into<String>) -> Self {
        let mut r = Self::new(StatusCode::BAD_REQUEST, "parametre_inconnu", titre);
        for e in &mut r.erreurs {
            e["source"] = json!({ "parameter": nom });
        }
        r
    }

    /// 422: faults of a body, each with its pointer under `racine`.
    #[must_use]
    pub fn fautes(racine: &str, fautes: &[Faute]) -> Self {
        let statut = StatusCode::UNPROCESSABLE_ENTITY;
        let erreurs = fautes.iter().map(|f| {
            let mut e = error(statut, "saisie", f.message.clone());
            // JSON:API keeps the word `type` for itself.
            let ou = match f.pointeur.as_str() {
                "/type" => "/type_activite",
                p => p,
            };
            e["source"] = json!({ "pointer": format!("{racine}{ou}") });
            if let Some(c) = &f.confirmation {
                e["meta"] = json!({ "confirmation": c });
            }
            e
        });
        Self {
            statut,
            erreurs: erreurs.collect(),
            entetes: Vec::new(),
        }
    }

    /// 422 on one part of the body.
    #[must_use]
    pub fn pointeur(pointeur: &str, code: &str, titre: &str) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, code, titre).at(pointeur)
    }

    /// 404: does not exist, or not for this application.
    #[must_use]
    pub fn introuvable() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "introuvable",
            "Cet objet n'existe pas, ou il n'est pas dans le périmètre de votre application.",
        )
    }

    /// Points at a part of the body.
    #[must_use]
    pub fn at(mut self, pointeur: &str) -> Self {
        for e in &mut self.erreurs {
            e["source"] = json!({ "pointer": pointeur });
        }
        self
    }

    #[must_use]
    pub fn with(mut self, nom: HeaderName, valeur: impl Into<String>) -> Self {
        self.entetes.push((nom, valeur.into()));
        self
    }

    #[must_use]
    pub fn statut(&self) -> StatusCode {
        self.statut
    }

    /// The errors, for the results of a batch.
    #[must_use]
    pub fn errors(&self) -> &[Value] {
        &self.erreurs
    }
}

fn error(statut: StatusCode, code: &str, titre: String) -> Value {
    json!({ "status": statut.as_str(), "code": code, "title": titre })
}

impl From<socle::Erreur> for Refus {
    fn from(e: socle::Erreur) -> Self {
        use socle::Erreur as E;
        match e {
            E::Introuvable => Self::introuvable(),
            E::Interdit(m) => Self::new(StatusCode::FORBIDDEN, "interdit", m),
            E::Conflit(m) => Self::new(StatusCode::CONFLICT, "conflit", m),
            E::Saisie(s) => {
                let fautes: Vec<Faute> = s
                    .iter()
                    .map(|(champ, m)| Faute::new(format!("/{champ}"), m))
                    .collect();
                Self::fautes("/data/attributes", &fautes)
            }
            E::Base(e) => {
                tracing::error!("base de données : {e}");
                Self::panne()
            }
            E::Interne(m) => {
                tracing::error!("{m}");
                Self::panne()
            }
        }
    }
}

impl Refus {
    fn panne() -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "panne",
            "Une erreur est survenue de notre côté. Recommencez dans un instant.",
        )
    }
}

impl IntoResponse for Refus {
    fn into_response(self) -> Response {
        let corps = json!({ "errors": self.erreurs }).to_string();
        let mut r = (self.statut, [(header::CONTENT_TYPE, GENRE)], corps).into_response();
        for (nom, valeur) in self.entetes {
            if let Ok(v) = HeaderValue::from_str(&valeur) {
                r.headers_mut().insert(nom, v);
            }
        }
        r
    }
}
