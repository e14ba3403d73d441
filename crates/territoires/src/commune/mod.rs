//! Choosing a commune: what forms and the API need.

pub mod pages;
#[cfg(test)]
mod tests;

use web::{Acces, Routes};

use crate::{
    geographie::{Commune, geographie},
    recherche::ResultatCommune,
};

/// Nothing was typed, or nothing looks like it.
pub const INTROUVABLE: &str =
    "Commune introuvable : écrivez son nom, son code postal ou son code INSEE.";

impl ResultatCommune {
    /// The commune, or what to write beside the field.
    ///
    /// # Errors
    /// A message in French, which names the first choices when there are several.
    pub fn into_commune(self) -> Result<&'static Commune, String> {
        match self {
            ResultatCommune::Trouvee(c) => Ok(c),
            ResultatCommune::Aucune => Err(INTROUVABLE.into()),
            ResultatCommune::Plusieurs(v) => {
                let noms: Vec<String> = v.iter().take(5).map(|c| c.libelle()).collect();
                let suite = if v.len() > 5 { "…" } else { "" };
                Err(format!(
                    "Plusieurs communes correspondent : {}{suite} Recopiez celle que vous voulez.",
                    noms.join(", ")
                ))
            }
        }
    }

    /// The choices of a radio list: (INSEE code, label with its département).
    #[must_use]
    pub fn choix(&self) -> Vec<(String, String)> {
        match self {
            ResultatCommune::Trouvee(c) => vec![choice(c)],
            ResultatCommune::Plusieurs(v) => v.iter().map(|c| choice(c)).collect(),
            ResultatCommune::Aucune => Vec::new(),
        }
    }
}

fn choice(c: &Commune) -> (String, String) {
    let departement = geographie()
        .departement(c.departement)
        .map_or("", |d| d.nom);
    (c.code.to_owned(), format!("{}, {departement}", c.libelle()))
}

pub(crate) fn routes() -> Routes {
    Routes::new()
        .get("/api/communes", Acces::Public, pages::api::search)
        .get("/api/v1/communes/{code}", Acces::Public, pages::api::one)
        .get("/communes", Acces::Public, pages::liste::show)
        .get("/communes/{code}", Acces::Public, pages::fiche::show)
}
