//! Contours of the communes, as a topology: each border is one arc, shared by
//! the communes on its two sides. Unpacked on first use.

mod decode;
mod mosaique;
#[cfg(test)]
mod tests;

use std::sync::LazyLock;

use rstar::{
    AABB, RTree,
    primitives::{GeomWithData, Rectangle},
};

pub use mosaique::Mosaique;

use crate::geographie::{Commune, Point, geographie};

static CONTOURS: LazyLock<Contours> = LazyLock::new(|| {
    crate::geographie::contours_section()
        .ok()
        .and_then(|o| decode::read(&o).ok())
        .unwrap_or_default()
});

/// The contours of this binary; empty when the file is broken.
#[must_use]
pub fn contours() -> &'static Contours {
    &CONTOURS
}

/// A point of the grid the contours are drawn on.
pub(crate) type Noeud = (i32, i32);

/// Kilometres in one degree of latitude.
const KM_PAR_DEGRE: f64 = 111.195;

#[derive(Debug, Default)]
pub struct Contours {
    echelle: (f64, f64),
    origine: (f64, f64),
    points: Vec<Noeud>,
    /// Arc `i` is `points[fins[i - 1]..fins[i]]`.
    fins: Vec<u32>,
    /// Ring `i` is `cotes[anneaux[i - 1]..anneaux[i]]`: arcs, `!n` backwards.
    cotes: Vec<i32>,
    anneaux: Vec<u32>,
    /// Sorted by commune.
    surfaces: Vec<Surface>,
    arbre: RTree<GeomWithData<Rectangle<[f64; 2]>, u32>>,
    /// Outlines of collectivities that have no contour of communes.
    pub(crate) silhouettes: Vec<Silhouette>,
}

/// The rings of one commune; inside is an odd number of crossings.
#[derive(Debug, Clone, Copy)]
struct Surface {
    commune: u32,
    premier: u32,
    dernier: u32,
}

/// A collectivity drawn from Natural Earth.
#[derive(Debug, Clone)]
pub struct Silhouette {
    pub departement: String,
    pub anneaux: Vec<Vec<Point>>,
}

impl Contours {
    /// Number of communes that have a contour.
    #[must_use]
    pub fn len(&self) -> usize {
        self.surfaces.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.surfaces.is_empty()
    }

    /// The commune that holds the point (spec 30 §1.2, method `point`).
    #[must_use]
    pub fn commune_at(&self, p: Point) -> Option<&'static Commune> {
        self.arbre
            .locate_all_at_point([p.lon, p.lat])
            .filter_map(|r| self.surfaces.get(r.data as usize))
            .find(|s| self.contains(s, p))
            .and_then(|s| geographie().communes.get(s.commune as usize))
    }

    /// The commune whose contour is nearest, within `km` (method `point_proche`).
    #[must_use]
    pub fn nearest(&self, p: Point, km: f64) -> Option<(&'static Commune, f64)> {
        let (dx, dy) = (
            km / (KM_PAR_DEGRE * p.lat.to_radians().cos().max(0.05)),
            km / KM_PAR_DEGRE,
        );
        let cadre = AABB::from_corners([p.lon - dx, p.lat - dy], [p.lon + dx, p.lat + dy]);
        self.arbre
            .locate_in_envelope_intersecting(cadre)
            .filter_map(|r| self.surfaces.get(r.data as usize))
            .map(|s| (s, self.distance(s, p)))
            .filter(|(_, d)| *d <= km)
            .min_by(|a, b| a.1.total_cmp(&b.1))
            .and_then(|(s, d)| Some((geographie().communes.get(s.commune as usize)?, d)))
    }

    /// Kilometres from the point to the commune, 0 inside; `None` without contour.
    #[must_use]
    pub fn distance_km(&self, code: &str, p: Point) -> Option<f64> {
        let i = geographie()
            .communes
            .binary_search_by(|c| c.code.cmp(code))
            .ok()?;
        let s = self
            .surfaces
            .binary_search_by_key(&i, |s| s.commune as usize)
            .ok()?;
        Some(self.distance(&self.surfaces[s], p))
    }

    fn distance(&self, s: &Surface, p: Point) -> f64 {
        if self.contains(s, p) {
            return 0.0;
        }
        let kx = KM_PAR_DEGRE * p.lat.to_radians().cos();
        let plat = |q: Point| ((q.lon - p.lon) * kx, (q.lat - p.lat) * KM_PAR_DEGRE);
        let mut minimum = f64::INFINITY;
        self.segments(s, |a, b| {
            minimum = minimum.min(to_segment(plat(a), plat(b)))
        });
        minimum
    }

    fn contains(&self, s: &Surface, p: Point) -> bool {
        let mut dedans = false;
        self.segments(s, |a, b| {
            if (a.lat > p.lat) != (b.lat > p.lat)
                && p.lon < (b.lon - a.lon) * (p.lat - a.lat) / (b.lat - a.lat) + a.lon
            {
                dedans = !dedans;
            }
        });
        dedans
    }

    fn segments(&self, s: &Surface, mut f: impl FnMut(Point, Point)) {
        for anneau in s.premier..s.dernier {
            for &cote in self.ring(anneau as usize) {
                let arc = self.arc(cote);
                for paire in arc.windows(2) {
                    f(self.degrees(paire[0]), self.degrees(paire[1]));
                }
            }
        }
    }

    /// The points of an arc, in the order they are stored: the direction does
    /// not matter to crossings nor to distances.
    fn arc(&self, cote: i32) -> &[Noeud] {
        let i = arc_index(cote);
        let debut = i
            .checked_sub(1)
            .and_then(|p| self.fins.get(p))
            .map_or(0, |f| *f as usize);
        self.fins
            .get(i)
            .and_then(|f| self.points.get(debut..*f as usize))
            .unwrap_or_default()
    }

    fn ring(&self, i: usize) -> &[i32] {
        let debut = i
            .checked_sub(1)
            .and_then(|p| self.anneaux.get(p))
            .map_or(0, |f| *f as usize);
        self.anneaux
            .get(i)
            .and_then(|f| self.cotes.get(debut..*f as usize))
            .unwrap_or_default()
    }

    pub(crate) fn degrees(&self, n: Noeud) -> Point {
        Point::new(
            self.origine.0 + f64::from(n.0) * self.echelle.0,
            self.origine.1 + f64::from(n.1) * self.echelle.1,
        )
    }
}

fn arc_index(cote: i32) -> usize {
    (if cote < 0 { !cote } else { cote }).cast_unsigned() as usize
}

/// Distance from the origin to a segment.
fn to_segment(a: (f64, f64), b: (f64, f64)) -> f64 {
    let (dx, dy) = (b.0 - a.0, b.1 - a.1);
    let carre = dx * dx + dy * dy;
    let t = if carre > 0.0 {
        (-(a.0 * dx + a.1 * dy) / carre).clamp(0.0, 1.0)
    } else {
        0.0
    };
    (a.0 + t * dx).hypot(a.1 + t * dy)
}
