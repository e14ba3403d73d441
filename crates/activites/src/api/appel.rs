//! One call of an application: who, with which scope, how often; and how it
//! is answered.

use std::collections::BTreeMap;

use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Query, Request},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use comptes::client::{self, Client};
use serde_json::Value;
use socle::{Acteur, Role, crypto::sha256_hex, valeurs::without_nul};
use uuid::Uuid;
use web::{App, Ctx, Mesure, PorteeApi};

use super::refus::{GENRE, Refus};

/// Calls of one application per minute.
const PAR_MINUTE: u32 = 600;

/// A call with a valid token that has the scope of its route.
#[derive(Debug, Clone)]
pub struct Appel {
    pub ctx: Ctx,
    pub client: Client,
    pub entetes: HeaderMap,
    pub requete: BTreeMap<String, Vec<String>>,
    methode: Method,
    mesure: Mesure,
}

impl FromRequestParts<App> for Appel {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let ctx = Ctx::from_request_parts(parts, app)
            .await
            .map_err(IntoResponse::into_response)?;
        let client = identify(&ctx, &parts.headers)
            .await
            .map_err(IntoResponse::into_response)?;
        let mesure = ctx.throttle(&format!("api:{}", client.id), PAR_MINUTE);
        let appel = Self {
            requete: query(parts),
            entetes: parts.headers.clone(),
            methode: parts.method.clone(),
            ctx,
            client,
            mesure,
        };
        let portee = parts.extensions.get::<PorteeApi>().map_or("", |p| p.0);
        match appel.admit(portee) {
            Ok(()) => Ok(appel),
            Err(r) => Err(appel.answer(Err(r))),
        }
    }
}

async fn identify(ctx: &Ctx, h: &HeaderMap) -> Result<Client, Refus> {
    let sans_jeton = |defi: &str| {
        Refus::new(
            StatusCode::UNAUTHORIZED,
            "jeton_invalide",
            "Jeton absent, inconnu ou échu. Demandez-en un à /oauth/token.",
        )
        .with(header::WWW_AUTHENTICATE, defi)
    };
    let jeton = h
        .get(header::AUTHORIZATION)
        .and_then(|v| v.to_str().ok())
        .and_then(|v| v.split_once(' '))
        .filter(|(genre, _)| genre.eq_ignore_ascii_case("bearer"))
        .map(|(_, jeton)| jeton.trim());
    let Some(jeton) = jeton else {
        return Err(sans_jeton("Bearer realm=\"maillage\""));
    };
    let mut tx = ctx.read().await?;
    client::authenticate(&mut tx, jeton)
        .await?
        .ok_or_else(|| sans_jeton("Bearer realm=\"maillage\", error=\"invalid_token\""))
}

/// The parameters of the address, by name.
fn query(parts: &Parts) -> BTreeMap<String, Vec<String>> {
    let mut m: BTreeMap<String, Vec<String>> = BTreeMap::new();
    if let Ok(Query(paires)) = Query::<Vec<(String, String)>>::try_from_uri(&parts.uri) {
        for (nom, valeur) in paires {
            m.entry(nom).or_default().push(valeur);
        }
    }
    m
}

impl Appel {
    fn admit(&self, portee: &str) -> Result<(), Refus> {
        self.under(self.mesure)?;
        if portee.is_empty() || portee.split(' ').any(|p| self.client.has(p)) {
            return Ok(());
        }
        Err(Refus::new(
            StatusCode::FORBIDDEN,
            "portee_insuffisante",
            format!("Votre jeton n'a pas le droit nécessaire : {portee}."),
        )
        .with(
            header::WWW_AUTHENTICATE,
            format!("Bearer realm=\"maillage\", error=\"insufficient_scope\", scope=\"{portee}\""),
        ))
    }

    fn under(&self, m: Mesure) -> Result<(), Refus> {
        if m.admis {
            return Ok(());
        }
        Err(Refus::new(
            StatusCode::TOO_MANY_REQUESTS,
            "trop_de_demandes",
            format!(
                "Plus de {} demandes en une minute. Attendez un peu.",
                m.limite
            ),
        )
        .with(header::RETRY_AFTER, m.secondes.to_string()))
    }

    /// Counts a call of something dearer than the rest.
    ///
    /// # Errors
    /// 429 over the limit.
    pub fn throttle(&mut self, quoi: &str, par_minute: u32) -> Result<(), Refus> {
        let cle = format!("api:{quoi}:{}", self.client.id);
        self.mesure = self.ctx.throttle(&cle, par_minute);
        self.under(self.mesure)
    }

    /// Refuses a parameter the route does not know.
    ///
    /// # Errors
    /// 400 with its name.
    pub fn only(&self, connus: impl Fn(&str) -> bool) -> Result<(), Refus> {
        match self.requete.keys().find(|n| !connus(n)) {
            Some(n) => Err(Refus::parametre(n, format!("Paramètre inconnu : {n}."))),
            None => Ok(()),
        }
    }

    /// The last value of a parameter.
    #[must_use]
    pub fn param(&self, nom: &str) -> Option<&str> {
        self.requete.get(nom)?.last().map(String::as_str)
    }

    /// Who acts when the application writes for somebody who lets it.
    #[must_use]
    pub fn acting_for(&self, auteur: Uuid) -> Acteur {
        Acteur {
            personne: Some(auteur),
            role: Role::Conseiller,
            perimetre: socle::Perimetre::Soi(auteur),
            ..self.client.acteur()
        }
    }

    /// Answers a document or a refusal, with the state of the limit; a reader
    /// that holds the same document already is told so.
    #[must_use]
    pub fn answer(&self, r: Result<Doc, Refus>) -> Response {
        let mut reponse = match r {
            Err(refus) => refus.into_response(),
            Ok(doc) => self.document(doc),
        };
        let m = self.mesure;
        for (nom, valeur) in [
            (
                "ratelimit-policy",
                format!("\"client\";q={};w=60", m.limite),
            ),
            (
                "ratelimit",
                format!("\"client\";r={};t={}", m.reste, m.secondes),
            ),
        ] {
            if let Ok(v) = HeaderValue::from_str(&valeur) {
                reponse
                    .headers_mut()
                    .insert(HeaderName::from_static(nom), v);
            }
        }
        reponse
    }

    fn document(&self, doc: Doc) -> Response {
        let Some(corps) = doc.corps.map(|c| c.to_string()) else {
            return doc.statut.into_response();
        };
        let marque = doc.marque.unwrap_or_else(|| mark(&corps));
        let connue = self.methode == Method::GET && self.holds(header::IF_NONE_MATCH, &marque);
        let mut r = if connue {
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            (doc.statut, [(header::CONTENT_TYPE, GENRE)], corps).into_response()
        };
        let h = r.headers_mut();
        h.insert(
            header::CACHE_CONTROL,
            HeaderValue::from_static("private, no-cache"),
        );
        for (nom, v) in [(header::ETAG, Some(marque)), (header::LOCATION, doc.lien)] {
            if let Some(v) = v.and_then(|v| HeaderValue::from_str(&v).ok()) {
                h.insert(nom, v);
            }
        }
        r
    }

    /// True when a conditional header names this mark, or any.
    #[must_use]
    pub fn holds(&self, nom: HeaderName, marque: &str) -> bool {
        self.entetes
            .get_all(nom)
            .iter()
            .filter_map(|v| v.to_str().ok())
            .flat_map(|v| v.split(','))
            .any(|v| v.trim() == marque || v.trim() == "*")
    }

    /// A change needs the mark of what it changes.
    ///
    /// # Errors
    /// 428 without `If-Match`, 412 when the object has changed since.
    pub fn check_match(&self, marque: &str) -> Result<(), Refus> {
        if !self.entetes.contains_key(header::IF_MATCH) {
            return Err(Refus::new(
                StatusCode::PRECONDITION_REQUIRED,
                "condition_requise",
                "Envoyez l'en-tête If-Match avec l'ETag de l'objet que vous avez lu.",
            ));
        }
        if self.holds(header::IF_MATCH, marque) {
            return Ok(());
        }
        Err(Refus::new(
            StatusCode::PRECONDITION_FAILED,
            "objet_modifie",
            "Cet objet a changé depuis votre lecture. Relisez-le puis recommencez.",
        ))
    }
}

/// A strong mark of a document: its own hash.
#[must_use]
pub fn mark(corps: &str) -> String {
    let h = sha256_hex(corps.as_bytes());
    format!("\"{}\"", h.get(..32).unwrap_or(&h))
}

/// What is answered.
#[derive(Debug, Clone)]
pub struct Doc {
    statut: StatusCode,
    corps: Option<Value>,
    lien: Option<String>,
    marque: Option<String>,
}

impl Doc {
    #[must_use]
    pub fn ok(corps: Value) -> Self {
        Self {
            statut: StatusCode::OK,
            corps: Some(corps),
            lien: None,
            marque: None,
        }
    }

    /// 201, and where it is.
    #[must_use]
    pub fn created(corps: Value, lien: String) -> Self {
        Self {
            statut: StatusCode::CREATED,
            lien: Some(lien),
            ..Self::ok(corps)
        }
    }

    /// 202, nothing to say.
    #[must_use]
    pub fn accepted() -> Self {
        Self {
            statut: StatusCode::ACCEPTED,
            ..Self::empty()
        }
    }

    /// 204.
    #[must_use]
    pub fn empty() -> Self {
        Self {
            statut: StatusCode::NO_CONTENT,
            corps: None,
            lien: None,
            marque: None,
        }
    }

    /// Under a mark made elsewhere.
    #[must_use]
    pub fn marked(mut self, marque: String) -> Self {
        self.marque = Some(marque);
        self
    }
}

/// A JSON body.
#[derive(Debug)]
pub struct Corps(pub Result<Value, Refus>);

impl FromRequest<App> for Corps {
    type Rejection = std::convert::Infallible;

    async fn from_request(req: Request, app: &App) -> Result<Self, Self::Rejection> {
        Ok(Self(read_body(req, app).await))
    }
}

async fn read_body(req: Request, app: &App) -> Result<Value, Refus> {
    let genre = req
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|v| v.to_str().ok())
        .and_then(|v| v.split(';').next())
        .map(|v| v.trim().to_ascii_lowercase())
        .unwrap_or_default();
    if genre != GENRE && genre != "application/json" {
        return Err(Refus::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "type_de_contenu",
            format!("Envoyez un corps de type {GENRE}."),
        ));
    }
    let octets = Bytes::from_request(req, app).await.map_err(|e| {
        Refus::new(
            e.status(),
            "corps_illisible",
            "Le corps de la demande est trop lourd ou n'est pas arrivé en entier.",
        )
    })?;
    if octets.len() > CORPS_MAX {
        return Err(Refus::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "corps_trop_lourd",
            "Le corps de la demande dépasse 1 Mio. Envoyez moins d'activités à la fois.",
        ));
    }
    let mut corps: Value = serde_json::from_slice(&octets).map_err(|e| {
        Refus::new(
            StatusCode::BAD_REQUEST,
            "json_illisible",
            format!(
                "Le corps n'est pas du JSON : ligne {}, colonne {}.",
                e.line(),
                e.column()
            ),
        )
    })?;
    without_nul(&mut corps);
    Ok(corps)
}

/// As for a batch of a device (§4.2).
const CORPS_MAX: usize = 1024 * 1024;
