//! Pages in the order of revisions: where one begins, how long it is, what
//! comes after.

use axum::http::StatusCode;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{
    appel::Appel,
    curseur::{Curseur, Refuse},
    refus::Refus,
};

const TAILLE: usize = 100;
const TAILLE_MAX: usize = 500;

/// True for the parameters of pages.
#[must_use]
pub fn knows(parametre: &str) -> bool {
    matches!(parametre, "page[size]" | "page[after]")
}

/// The page asked for.
#[derive(Debug, Clone, Copy)]
pub struct Page {
    /// After this revision.
    pub de: i64,
    pub taille: usize,
    pub maintenant: Timestamp,
}

impl Page {
    /// # Errors
    /// 400 for a wrong size or cursor, 410 for a cursor too old.
    pub fn read(appel: &Appel) -> Result<Self, Refus> {
        let maintenant = appel.ctx.base().clock().now();
        Ok(Self {
            de: start(appel, maintenant)?,
            taille: size(appel)?,
            maintenant,
        })
    }

    /// Cuts what was read (one more than the page, to know what follows).
    /// `jusqua` is the last revision looked at.
    #[must_use]
    pub fn cut<T>(&self, mut lus: Vec<T>, jusqua: i64, revision: fn(&T) -> i64) -> Coupe<T> {
        let suite = lus.len() > self.taille;
        lus.truncate(self.taille);
        let atteinte = match lus.last() {
            Some(v) if suite => revision(v),
            // Nothing of the perimeter is left up to there.
            _ => jusqua.max(self.de),
        };
        Coupe {
            lus,
            suite,
            atteinte,
        }
    }
}

/// A page and where it stops.
#[derive(Debug)]
pub struct Coupe<T> {
    lus: Vec<T>,
    suite: bool,
    atteinte: i64,
}

impl<T> Coupe<T> {
    /// The document: the resources, the next page, the cursor to come back
    /// with.
    #[must_use]
    pub fn document(
        self,
        appel: &Appel,
        maintenant: Timestamp,
        chemin: &str,
        resource: fn(T) -> Value,
    ) -> Value {
        let curseur =
            Curseur::after(self.atteinte, maintenant).write(appel.ctx.coffre(), appel.client.id);
        let suivant = self.suite.then(|| link(appel, chemin, &curseur));
        json!({
            "data": self.lus.into_iter().map(resource).collect::<Vec<Value>>(),
            "links": { "next": suivant },
            "meta": { "curseur": curseur, "revision": self.atteinte },
        })
    }
}

fn size(appel: &Appel) -> Result<usize, Refus> {
    let Some(texte) = appel.param("page[size]") else {
        return Ok(TAILLE);
    };
    texte
        .parse()
        .ok()
        .filter(|n| (1..=TAILLE_MAX).contains(n))
        .ok_or_else(|| {
            Refus::parametre(
                "page[size]",
                format!("La taille d'une page va de 1 à {TAILLE_MAX}."),
            )
        })
}

fn start(appel: &Appel, maintenant: Timestamp) -> Result<i64, Refus> {
    let Some(texte) = appel.param("page[after]") else {
        return Ok(0);
    };
    match Curseur::read(texte, appel.ctx.coffre(), appel.client.id, maintenant) {
        Ok(c) => Ok(c.revision),
        Err(Refuse::Illisible) => Err(Refus::parametre(
            "page[after]",
            "Ce curseur n'est pas l'un des nôtres. Reprenez celui de la dernière réponse.",
        )),
        Err(Refuse::Perime) => Err(Refus::new(
            StatusCode::GONE,
            "curseur_perime",
            "Ce curseur a plus de 400 jours : des suppressions sont oubliées. Relisez tout depuis le début.",
        )),
    }
}

/// The next page: same question, further.
fn link(appel: &Appel, chemin: &str, curseur: &str) -> String {
    let mut lien = format!("{chemin}?page%5Bafter%5D={curseur}");
    for (nom, valeurs) in &appel.requete {
        for v in valeurs.iter().filter(|_| nom != "page[after]") {
            lien.push('&');
            lien.push_str(&percent(nom));
            lien.push('=');
            lien.push_str(&percent(v));
        }
    }
    lien
}

fn percent(s: &str) -> String {
    s.bytes()
        .map(|b| {
            if b.is_ascii_alphanumeric() || b"-_.~".contains(&b) {
                char::from(b).to_string()
            } else {
                format!("%{b:02X}")
            }
        })
        .collect()
}
