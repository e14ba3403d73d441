//! Pages that belong to no space: home, information, administration of the
//! instance.

mod accueil;
mod administration;
mod aide;
mod informations;

use web::Routes;

/// Home, information pages and administration.
#[must_use]
pub fn routes() -> Routes {
    Routes::new()
        .with(accueil::routes())
        .with(aide::routes())
        .with(informations::routes())
        .with(administration::routes())
}
