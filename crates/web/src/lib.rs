//! The HTTP edge and the look: page shell, components, forms, errors as
//! pages, access gate, security headers, health and metrics. Knows no space.
//!
//! A space gives [`Routes`]; a handler takes a [`Ctx`] and answers a
//! [`Reponse`]; templates are bodies, the shell is added by `ctx.page(…)`.

pub mod assets;
pub mod composants;
#[cfg(test)]
mod contraste;
mod ctx;
mod edge;
mod erreur;
#[cfg(any(test, feature = "essai"))]
pub mod essai;
pub mod formulaire;
pub mod guide;
mod html;
mod id;
pub mod metriques;
mod page;
mod routes;
#[cfg(test)]
mod tests;

pub use ctx::{AFaire, App, Chiffre, Ctx, Session, Sessions};
pub use edge::{Mesure, router, session_cookie};
pub use erreur::Erreur;
pub use formulaire::{Champs, Form, Formulaire};
pub use html::{Html, esc};
pub use id::Id;
pub use page::{Page, message_cookie};
pub use routes::{Acces, EntreeDeMenu, PorteeApi, Route, Routes};

/// What a handler answers.
pub type Reponse = Result<axum::response::Response, Erreur>;
