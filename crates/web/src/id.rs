use axum::{
    extract::{FromRequestParts, Path},
    http::request::Parts,
};
use uuid::Uuid;

use crate::{App, Erreur};

/// The id in the address of an object. Anything that is not one names nothing:
/// 404, exactly as for an unknown id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Id(pub Uuid);

impl FromRequestParts<App> for Id {
    type Rejection = Erreur;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Erreur> {
        Path::<String>::from_request_parts(parts, app)
            .await
            .ok()
            .and_then(|Path(id)| id.parse().ok())
            .map(Id)
            .ok_or_else(|| socle::Erreur::Introuvable.into())
    }
}
