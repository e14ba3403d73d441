//! From degrees to the plane, then into a rectangle of the page.

use crate::geographie::Point;

#[derive(Debug, Clone, Copy)]
pub(super) struct Rectangle {
    pub x: f64,
    pub y: f64,
    pub largeur: f64,
    pub hauteur: f64,
}

#[derive(Debug, Clone, Copy)]
enum Plan {
    /// Conformal conic on the parallels of Lambert-93, on a sphere: enough
    /// for a drawing.
    Lambert,
    /// Degrees, longitudes shortened at this latitude.
    Plat(f64),
}

impl Plan {
    fn apply(self, p: Point) -> (f64, f64) {
        match self {
            Plan::Plat(latitude) => (p.lon * latitude.to_radians().cos(), p.lat),
            Plan::Lambert => {
                let (p1, p2) = (44.0_f64.to_radians(), 49.0_f64.to_radians());
                let t = |lat: f64| (std::f64::consts::FRAC_PI_4 + lat / 2.0).tan();
                let n = (p1.cos() / p2.cos()).ln() / (t(p2) / t(p1)).ln();
                let f = p1.cos() * t(p1).powf(n) / n;
                let (rho, theta) = (
                    f / t(p.lat.to_radians()).powf(n),
                    n * (p.lon - 3.0).to_radians(),
                );
                (rho * theta.sin(), -rho * theta.cos())
            }
        }
    }
}

/// How a territory is set into its rectangle: same scale on both axes, centred.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cadrage {
    plan: Plan,
    echelle: f64,
    decalage: (f64, f64),
}

impl Cadrage {
    pub fn lambert(points: impl Iterator<Item = Point>, r: Rectangle) -> Self {
        Self::fit(Plan::Lambert, &points.collect::<Vec<_>>(), r)
    }

    pub fn flat(points: impl Iterator<Item = Point>, r: Rectangle) -> Self {
        let points: Vec<Point> = points.collect();
        let (bas, haut) = points.iter().fold((90.0_f64, -90.0_f64), |(b, h), p| {
            (b.min(p.lat), h.max(p.lat))
        });
        Self::fit(Plan::Plat(f64::midpoint(bas, haut)), &points, r)
    }

    fn fit(plan: Plan, points: &[Point], r: Rectangle) -> Self {
        let (mut bas, mut haut) = (
            (f64::INFINITY, f64::INFINITY),
            (f64::NEG_INFINITY, f64::NEG_INFINITY),
        );
        for p in points {
            let (x, y) = plan.apply(*p);
            bas = (bas.0.min(x), bas.1.min(y));
            haut = (haut.0.max(x), haut.1.max(y));
        }
        let taille = ((haut.0 - bas.0).max(1e-9), (haut.1 - bas.1).max(1e-9));
        let echelle = if points.is_empty() {
            1.0
        } else {
            (r.largeur / taille.0).min(r.hauteur / taille.1)
        };
        let (cx, cy) = (f64::midpoint(bas.0, haut.0), f64::midpoint(bas.1, haut.1));
        let milieu = (r.x + r.largeur / 2.0, r.y + r.hauteur / 2.0);
        Self {
            plan,
            echelle,
            decalage: (milieu.0 - cx * echelle, milieu.1 + cy * echelle),
        }
    }

    /// Where a point falls on the page; north is up.
    pub fn place(&self, p: Point) -> (f64, f64) {
        let (x, y) = self.plan.apply(p);
        (
            x * self.echelle + self.decalage.0,
            self.decalage.1 - y * self.echelle,
        )
    }
}
