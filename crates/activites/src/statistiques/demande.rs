//! What the address of a page asks: scope, filters, ways of reading.

use super::{Filtres, Grain, Nom, filtres::Inconnu};
use crate::vocabulaire::Vocabulaires;

fn commune(saisie: &str) -> &str {
    match territoires::resolve_saisie(saisie) {
        territoires::ResultatCommune::Trouvee(c) => c.code,
        _ => saisie,
    }
}

/// The query of `/statistiques`, read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Demande {
    /// `soi`, `equipe`, `structure:…`, `departement:35`…; empty: the usual one.
    pub portee: String,
    /// `lecture=accueil` or `lecture=employeur`.
    pub lecture: String,
    /// A coordinateur leaves their own activities out.
    pub sans_moi: bool,
    pub par_activite: bool,
    pub grain: Option<Grain>,
    pub filtres: Filtres,
}

impl Demande {
    /// Reads (name, value) pairs.
    ///
    /// # Errors
    /// The first unknown name or value.
    pub fn parse(paires: &[(String, String)], voc: &Vocabulaires) -> Result<Self, Inconnu> {
        let mut d = Self::default();
        let mut reste = Vec::new();
        for (nom, valeur) in paires {
            let inconnu = || Inconnu(nom.clone());
            match (nom.as_str(), valeur.trim()) {
                ("portee" | "lecture" | "sans_moi" | "par" | "serie", "") => {}
                ("portee", v) => v.clone_into(&mut d.portee),
                ("lecture", v @ ("accueil" | "employeur" | "lieu")) => v.clone_into(&mut d.lecture),
                ("sans_moi", "oui") => d.sans_moi = true,
                ("par", "activite") => d.par_activite = true,
                ("par", "personne") => {}
                ("serie", v) => d.grain = Some(Grain::from_cle(v).ok_or_else(inconnu)?),
                ("lecture" | "sans_moi" | "par", _) => return Err(inconnu()),
                // A commune is typed by name too.
                ("commune", v) => reste.push(("commune", commune(v))),
                (n, v) => reste.push((n, v)),
            }
        }
        d.filtres = Filtres::parse(reste, voc)?;
        Ok(d)
    }

    /// Back to (name, value) pairs.
    #[must_use]
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let mut v = Vec::new();
        let mut put = |nom, valeur: &str| {
            if !valeur.is_empty() {
                v.push((nom, valeur.to_owned()));
            }
        };
        put("portee", &self.portee);
        put("lecture", &self.lecture);
        put("sans_moi", if self.sans_moi { "oui" } else { "" });
        put("par", if self.par_activite { "activite" } else { "" });
        put("serie", self.grain.map_or("", Grain::cle));
        v.extend(self.filtres.pairs());
        v
    }

    /// As a query, with its question mark; empty when it says nothing. What is
    /// not a plain key was refused when read or is left out here.
    #[must_use]
    pub fn query(&self) -> String {
        let q: Vec<String> = self
            .pairs()
            .into_iter()
            .filter(|(_, v)| {
                v.bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b"_-:".contains(&b))
            })
            .map(|(n, v)| format!("{n}={v}"))
            .collect();
        if q.is_empty() {
            String::new()
        } else {
            format!("?{}", q.join("&"))
        }
    }

    /// The same without one filter.
    #[must_use]
    pub fn without(&self, nom: Nom) -> Self {
        let mut d = self.clone();
        d.filtres.remove(nom);
        d
    }
}
