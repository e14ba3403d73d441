//! A place on Earth, WGS84.

/// Degrees; longitude east, latitude north.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    pub lon: f64,
    pub lat: f64,
}

/// Mean radius of the Earth, in kilometres.
const RAYON_KM: f64 = 6371.0088;

impl Point {
    #[must_use]
    pub fn new(lon: f64, lat: f64) -> Self {
        Self { lon, lat }
    }

    /// Great-circle distance in kilometres.
    #[must_use]
    pub fn distance_km(self, autre: Point) -> f64 {
        let (a, b) = (self.lat.to_radians(), autre.lat.to_radians());
        let (da, dl) = (b - a, (autre.lon - self.lon).to_radians());
        let h = (da / 2.0).sin().powi(2) + a.cos() * b.cos() * (dl / 2.0).sin().powi(2);
        2.0 * RAYON_KM * h.sqrt().clamp(0.0, 1.0).asin()
    }

    /// Two finite numbers, not (0, 0), inside a box where France is (spec 30 §2.6).
    #[must_use]
    pub fn is_in_france(self) -> bool {
        self.lon.is_finite() && self.lat.is_finite() && BOITES.iter().any(|(_, b)| b.contains(self))
    }
}

/// A rectangle of degrees.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Boite {
    pub sud: f64,
    pub nord: f64,
    pub ouest: f64,
    pub est: f64,
}

impl Boite {
    #[must_use]
    pub fn contains(&self, p: Point) -> bool {
        (self.sud..=self.nord).contains(&p.lat) && (self.ouest..=self.est).contains(&p.lon)
    }
}

const fn boite(sud: f64, nord: f64, ouest: f64, est: f64) -> Boite {
    Boite {
        sud,
        nord,
        ouest,
        est,
    }
}

/// Where French coordinates may lie; `""` is metropolitan France.
pub const BOITES: &[(&str, Boite)] = &[
    ("", boite(41.2, 51.2, -5.3, 9.7)),
    ("971", boite(15.8, 16.6, -61.9, -60.9)),
    ("972", boite(14.3, 15.0, -61.3, -60.7)),
    ("973", boite(2.0, 5.9, -54.7, -51.5)),
    ("974", boite(-21.5, -20.8, 55.1, 55.9)),
    ("975", boite(46.7, 47.2, -56.5, -56.0)),
    ("976", boite(-13.1, -12.5, 44.9, 45.4)),
    ("977", boite(17.8, 18.0, -62.96, -62.75)),
    ("978", boite(18.0, 18.15, -63.2, -62.95)),
    ("986", boite(-14.5, -13.1, -178.3, -176.0)),
    ("987", boite(-28.0, -7.5, -155.0, -134.0)),
    ("988", boite(-23.2, -17.8, 158.0, 169.0)),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_are_those_of_the_earth() {
        let (rennes, paris) = (Point::new(-1.6778, 48.1173), Point::new(2.3522, 48.8566));
        let d = rennes.distance_km(paris);
        assert!((d - 308.0).abs() < 3.0, "{d}");
        assert!(rennes.distance_km(rennes).abs() < 1e-9);
    }

    #[test]
    fn unusable_points_are_recognised() {
        assert!(Point::new(166.45, -22.27).is_in_france());
        for (lon, lat) in [
            (0.0, 0.0),
            (48.1, -1.7),
            (f64::NAN, 48.0),
            (2.35, f64::INFINITY),
        ] {
            assert!(!Point::new(lon, lat).is_in_france(), "{lon} {lat}");
        }
    }
}
