//! Maps drawn on the server, as SVG: what a choropleth or a list of places
//! needs without JavaScript.
//!
//! France is drawn once, in a fixed view box: metropolitan France, then the
//! overseas départements and collectivities each in its own frame, not to the
//! same scale. A département is drawn alone, by communes or by EPCI.

mod projection;
mod trace;

use std::sync::LazyLock;

use projection::{Cadrage, Rectangle};
use trace::Seuils;

use crate::{
    contours::{Mosaique, contours},
    geographie::{Commune, Point, Zone, departement_of, geographie},
};

/// What one shape of the map stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Niveau {
    Region,
    Departement,
    Epci,
    Commune,
}

/// One territory, ready for `<path d="…">` (fill rule `evenodd`).
#[derive(Debug, Clone)]
pub struct Forme {
    pub code: &'static str,
    pub nom: &'static str,
    pub d: String,
    /// Middle of the largest part, for a label or a symbol.
    pub milieu: (f64, f64),
}

/// One frame of the map of France, with what it shows.
#[derive(Debug, Clone)]
pub struct Cadre {
    /// Département codes drawn inside; empty for metropolitan France.
    pub departement: &'static str,
    pub nom: &'static str,
    pub x: f64,
    pub y: f64,
    pub largeur: f64,
    pub hauteur: f64,
}

#[derive(Debug)]
pub struct Carte {
    pub largeur: f64,
    pub hauteur: f64,
    pub formes: Vec<Forme>,
    /// Frames to outline; none on the map of a département.
    pub cadres: Vec<Cadre>,
    cadrages: Vec<(&'static str, Cadrage)>,
}

impl Carte {
    /// Value of the `viewBox` attribute.
    #[must_use]
    pub fn view_box(&self) -> String {
        format!("0 0 {} {}", self.largeur, self.hauteur)
    }

    /// Where a point of a commune falls on the map; `None` outside of it.
    #[must_use]
    pub fn project(&self, code_commune: &str, p: Point) -> Option<(f64, f64)> {
        let departement = departement_of(code_commune);
        let cadrage = self
            .cadrages
            .iter()
            .find(|(d, _)| *d == departement)
            .or_else(|| self.cadrages.iter().find(|(d, _)| d.is_empty()))?;
        if cadrage.0.is_empty() && departement.len() == 3 {
            return None;
        }
        Some(cadrage.1.place(p))
            .filter(|(x, y)| (0.0..=self.largeur).contains(x) && (0.0..=self.hauteur).contains(y))
    }

    /// Where a commune is drawn; one without a point (overseas collectivities)
    /// is drawn in the middle of its collectivity.
    #[must_use]
    pub fn locate(&self, c: &Commune) -> Option<(f64, f64)> {
        let milieu = || {
            let f = self.formes.iter().find(|f| f.code == c.departement);
            f.or_else(|| self.formes.iter().find(|f| f.code == c.region))
                .map(|f| f.milieu)
        };
        c.point()
            .and_then(|p| self.project(c.code, p))
            .or_else(milieu)
    }
}

const LARGEUR: f64 = 1000.0;
const METROPOLE: f64 = 950.0;
/// Overseas frames: (code, column, line); six to a line.
const OUTRE_MER: [&str; 11] = [
    "971", "972", "973", "974", "976", "975", "977", "978", "986", "987", "988",
];
const COLONNES: usize = 6;
const MARGE: f64 = 10.0;
const CASE: (f64, f64) = (155.0, 140.0);

const FRANCE: Seuils = Seuils {
    ilot: 1.0,
    trou: 30.0,
};
const ARCHIPEL: Seuils = Seuils {
    ilot: 0.0,
    trou: 1.0,
};
const DEPARTEMENT: Seuils = Seuils {
    ilot: 1.0,
    trou: 1.0,
};

static REGIONS: LazyLock<Carte> = LazyLock::new(|| france(Niveau::Region));
static DEPARTEMENTS: LazyLock<Carte> = LazyLock::new(|| france(Niveau::Departement));

/// France by régions.
#[must_use]
pub fn regions() -> &'static Carte {
    &REGIONS
}

/// France by départements.
#[must_use]
pub fn departements() -> &'static Carte {
    &DEPARTEMENTS
}

fn france(niveau: Niveau) -> Carte {
    let mosaique = contours().dissolve(|c| cle(niveau, c));
    let mut carte = Carte {
        largeur: LARGEUR,
        hauteur: METROPOLE + 2.0 * (CASE.1 + MARGE) + MARGE,
        formes: Vec::new(),
        cadres: Vec::new(),
        cadrages: Vec::new(),
    };
    let metropole = |code: &str| match niveau {
        Niveau::Region => geographie()
            .region(code)
            .is_some_and(|r| r.zone == Zone::Metro),
        _ => geographie()
            .departement(code)
            .is_some_and(|d| d.zone == Zone::Metro),
    };
    let cadrage = Cadrage::lambert(
        trace::points(&mosaique, metropole).map(|n| contours().degrees(n)),
        Rectangle {
            x: MARGE,
            y: MARGE,
            largeur: LARGEUR - 2.0 * MARGE,
            hauteur: METROPOLE - 2.0 * MARGE,
        },
    );
    draw(&mut carte, niveau, &mosaique, &cadrage, FRANCE, metropole);
    carte.cadrages.push(("", cadrage));
    for (i, code) in OUTRE_MER.into_iter().enumerate() {
        let Some(d) = geographie().departement(code) else {
            continue;
        };
        let cadre = Cadre {
            departement: d.code,
            nom: d.nom,
            x: MARGE + (i % COLONNES) as f64 * (CASE.0 + MARGE),
            y: METROPOLE + (i / COLONNES) as f64 * (CASE.1 + MARGE),
            largeur: CASE.0,
            hauteur: CASE.1,
        };
        // The name of the territory is written at the bottom of its frame.
        let dedans = Rectangle {
            x: cadre.x + MARGE,
            y: cadre.y + MARGE,
            largeur: cadre.largeur - 2.0 * MARGE,
            hauteur: cadre.hauteur - 4.0 * MARGE,
        };
        let porte = if niveau == Niveau::Region {
            d.region
        } else {
            d.code
        };
        let ici = |code: &str| code == porte;
        let cadrage = if d.zone == Zone::Drom {
            let c = Cadrage::flat(
                trace::points(&mosaique, ici).map(|n| contours().degrees(n)),
                dedans,
            );
            draw(&mut carte, niveau, &mosaique, &c, FRANCE, ici);
            c
        } else {
            let anneaux = contours()
                .silhouettes
                .iter()
                .find(|s| s.departement == code)
                .map(|s| &s.anneaux[..]);
            let anneaux = anneaux.unwrap_or_default();
            let c = Cadrage::flat(anneaux.iter().flatten().map(|p| unroll(*p)), dedans);
            let anneaux: Vec<Vec<(f64, f64)>> = anneaux
                .iter()
                .map(|a| a.iter().map(|p| c.place(unroll(*p))).collect())
                .collect();
            carte
                .formes
                .extend(trace::form(porte, name(niveau, porte), anneaux, ARCHIPEL));
            c
        };
        carte.cadres.push(cadre);
        carte.cadrages.push((d.code, cadrage));
    }
    carte
}

/// One département alone, by communes or EPCI; `None` when it has no contour.
#[must_use]
pub fn departement(code: &str, niveau: Niveau) -> Option<Carte> {
    let d = geographie().departement(code)?;
    let mosaique = contours().dissolve(|c| {
        if c.departement == d.code {
            cle(niveau, c)
        } else {
            None
        }
    });
    let tous = |_: &str| true;
    let points = || trace::points(&mosaique, tous).map(|n| contours().degrees(n));
    points().next()?;
    let cadre = Rectangle {
        x: MARGE,
        y: MARGE,
        largeur: LARGEUR - 2.0 * MARGE,
        hauteur: LARGEUR - 2.0 * MARGE,
    };
    let cadrage = if d.zone == Zone::Metro {
        Cadrage::lambert(points(), cadre)
    } else {
        Cadrage::flat(points(), cadre)
    };
    let mut carte = Carte {
        largeur: LARGEUR,
        hauteur: LARGEUR,
        formes: Vec::new(),
        cadres: Vec::new(),
        cadrages: Vec::new(),
    };
    draw(&mut carte, niveau, &mosaique, &cadrage, DEPARTEMENT, tous);
    carte.cadrages.push((d.code, cadrage));
    Some(carte)
}

/// The outlines of départements in degrees, for maps drawn by a browser:
/// (code, rings). Coarse on purpose, holes included as rings of their own.
#[must_use]
pub fn outlines() -> Vec<(&'static str, Vec<Vec<Point>>)> {
    /// Simplification is made for view boxes: about 400 m at this scale.
    const ECHELLE: f64 = 300.0;
    let mosaique = contours().dissolve(|c| Some(c.departement));
    let placer = |n| {
        let p = contours().degrees(n);
        (p.lon * ECHELLE, p.lat * ECHELLE)
    };
    let degres = |(x, y): (f64, f64)| Point::new(x / ECHELLE, y / ECHELLE);
    let mut tous: Vec<_> = trace::paths(&mosaique, |_| true, placer)
        .into_iter()
        .map(|(code, anneaux)| {
            let anneaux: Vec<Vec<Point>> = anneaux
                .into_iter()
                .filter(|a| a.len() > 3)
                .map(|a| a.into_iter().map(degres).collect())
                .collect();
            (code, anneaux)
        })
        .collect();
    for s in &contours().silhouettes {
        if let Some(d) = geographie().departement(&s.departement) {
            tous.push((d.code, s.anneaux.clone()));
        }
    }
    tous
}

fn draw(
    carte: &mut Carte,
    niveau: Niveau,
    m: &Mosaique,
    c: &Cadrage,
    seuils: Seuils,
    garde: impl Fn(&str) -> bool,
) {
    let placer = |n| c.place(contours().degrees(n));
    let formes = trace::paths(m, garde, placer);
    carte.formes.extend(
        formes
            .into_iter()
            .filter_map(|(code, a)| trace::form(code, name(niveau, code), a, seuils)),
    );
}

fn cle(niveau: Niveau, c: &'static Commune) -> Option<&'static str> {
    match niveau {
        Niveau::Region => Some(c.region),
        Niveau::Departement => Some(c.departement),
        Niveau::Epci => c.epci,
        Niveau::Commune => Some(c.code),
    }
}

fn name(niveau: Niveau, code: &str) -> &'static str {
    let g = geographie();
    match niveau {
        Niveau::Region => g.region(code).map(|t| t.nom),
        Niveau::Departement => g.departement(code).map(|t| t.nom),
        Niveau::Epci => g.epci(code).map(|t| t.nom),
        Niveau::Commune => g.commune(code).map(|t| t.nom),
    }
    .unwrap_or_default()
}

/// Wallis lies beyond the date line of some sources: one continuous range.
fn unroll(p: Point) -> Point {
    if p.lon > 175.0 {
        Point::new(p.lon - 360.0, p.lat)
    } else {
        p
    }
}

#[cfg(test)]
mod tests;
