//! Lambert-93 (EPSG:2154) to degrees, with the constants IGN publishes for
//! RGF93 (ALG0004, NTG 71).

use crate::geographie::Point;

const N: f64 = 0.725_607_765_053_267_2;
const C: f64 = 11_754_255.426_096;
const XS: f64 = 700_000.0;
const YS: f64 = 12_655_612.049_876;
/// First eccentricity of GRS80.
const E: f64 = 0.081_819_191_042_815_8;

/// From metres east and north to a point; precise to the millimetre.
#[must_use]
pub fn to_wgs84(x: f64, y: f64) -> Point {
    let (dx, dy) = (x - XS, YS - y);
    let rayon = dx.hypot(dy);
    let lon = dx.atan2(dy) / N + 3.0_f64.to_radians();
    let isometrique = -((rayon / C).ln()) / N;
    let mut lat = 2.0 * isometrique.exp().atan() - std::f64::consts::FRAC_PI_2;
    for _ in 0..8 {
        let s = E * lat.sin();
        let k = ((1.0 + s) / (1.0 - s)).powf(E / 2.0);
        lat = 2.0 * (k * isometrique.exp()).atan() - std::f64::consts::FRAC_PI_2;
    }
    Point::new(lon.to_degrees(), lat.to_degrees())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Values of IGN's own conversion: the false origin, and the Tour Eiffel.
    #[test]
    fn known_points() {
        let p = to_wgs84(700_000.0, 6_600_000.0);
        assert!(
            (p.lon - 3.0).abs() < 1e-7 && (p.lat - 46.5).abs() < 1e-7,
            "{p:?}"
        );
        let p = to_wgs84(648_237.3, 6_862_271.7);
        assert!(
            (p.lon - 2.2945).abs() < 1e-4 && (p.lat - 48.8584).abs() < 1e-4,
            "{p:?}"
        );
    }
}
