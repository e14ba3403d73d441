//! Where things are: the reference geography of France, its contours, its
//! calendars and its zonings (spec 30 §1).

pub mod calendrier;
pub mod carte;
pub mod codec;
#[cfg(feature = "construction")]
pub mod construction;
pub mod contours;
pub mod geographie;
mod index;
pub mod nom;
mod recherche;
pub mod resolution;

pub use geographie::{Commune, Departement, Epci, Geographie, Point, Region, geographie};
pub use recherche::{ResultatCommune, recherche, resolve_saisie};
