//! Pilotage: what the programme does, by territory, from facts that the other
//! spaces keep. Nothing is stored here: every figure is derived when asked.
//!
//! - [`tableau`]: facts added up over France, a région, a département, a
//!   structure;
//! - pages: dashboards by perimeter, public figures, exports.

mod carte;
mod pages;
pub mod tableau;
#[cfg(test)]
mod tests;

use socle::Migration;
use web::Routes;

/// Figures are derived: this space has no table yet.
pub const MIGRATIONS: &[Migration] = &[];

#[must_use]
pub fn routes() -> Routes {
    pages::routes()
}
