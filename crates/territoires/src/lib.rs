//! Where things are: the reference geography of France, its contours, its
//! calendars and its zonings (spec 30 §1).
//!
//! - [`geographie`], [`resolution`], [`recherche`]: every level of the COG in
//!   memory, what a row or a typed text means;
//! - [`contours`], [`carte`]: where a point is, and maps as SVG;
//! - [`calendrier`], [`vacances`]: time zones, public holidays, school holidays;
//! - [`zonage`]: dated lists, their importer and who is in them;
//! - [`commune`]: the picker, its page and its API.

pub mod calendrier;
pub mod carte;
pub mod codec;
pub mod commune;
#[cfg(feature = "construction")]
pub mod construction;
pub mod contours;
pub mod couche;
pub mod geographie;
mod index;
pub mod nom;
mod recherche;
pub mod resolution;
pub mod vacances;
pub mod zonage;

pub use geographie::{Commune, Departement, Epci, Geographie, Point, Region, geographie};
pub use recherche::{ResultatCommune, recherche, resolve_saisie};

use socle::Migration;
use web::Routes;

/// Tables of the zonings; the geography itself is in the binary.
pub const MIGRATIONS: &[Migration] = &[
    Migration {
        nom: "0020_territoires",
        sql: include_str!("../migrations/0020_territoires.sql"),
    },
    Migration {
        nom: "0021_vacances",
        sql: include_str!("../migrations/0021_vacances.sql"),
    },
];

/// Pages and API of this space.
#[must_use]
pub fn routes() -> Routes {
    commune::routes()
        .with(zonage::pages::routes())
        .with(vacances::pages::routes())
}
