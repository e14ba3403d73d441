//! Which commune a row of a file means (spec 30 §1.2): one function, used by
//! every import. The first method that answers wins.

use crate::{
    contours::contours,
    geographie::{Commune, Point, departement_of, geographie},
    index::Index,
    nom,
};

/// What a row says about its commune.
#[derive(Debug, Clone, Copy, Default)]
pub struct Indices<'a> {
    pub insee: Option<&'a str>,
    pub code_postal: Option<&'a str>,
    pub nom: Option<&'a str>,
    pub point: Option<Point>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Methode {
    Insee,
    CpNom,
    DepNom,
    DepApproche,
    Point,
    PointProche,
    /// Contradicted and nothing better: to review.
    InseeConteste,
}

impl Methode {
    #[must_use]
    pub fn cle(self) -> &'static str {
        match self {
            Methode::Insee => "insee",
            Methode::CpNom => "cp_nom",
            Methode::DepNom => "dep_nom",
            Methode::DepApproche => "dep_approche",
            Methode::Point => "point",
            Methode::PointProche => "point_proche",
            Methode::InseeConteste => "insee_conteste",
        }
    }

    /// 0 to 100: how sure the method is; `dep_approche` gives its similarity.
    fn confiance(self) -> u8 {
        match self {
            Methode::Insee => 100,
            Methode::CpNom => 95,
            Methode::DepNom => 90,
            Methode::DepApproche => 88,
            Methode::Point => 80,
            Methode::PointProche => 70,
            Methode::InseeConteste => 30,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Resolution {
    pub commune: &'static Commune,
    pub methode: Methode,
    pub confiance: u8,
}

impl Resolution {
    fn by(methode: Methode, commune: &'static Commune) -> Self {
        Self {
            commune,
            methode,
            confiance: methode.confiance(),
        }
    }

    /// An editor has to look at it.
    #[must_use]
    pub fn a_revoir(&self) -> bool {
        self.methode == Methode::InseeConteste
    }
}

/// Kilometres within which a point confirms an INSEE code.
const CONFIRME_KM: f64 = 5.0;
/// Kilometres within which a point outside every contour has a commune.
const PROCHE_KM: f64 = 2.0;
const RESSEMBLANCE: f64 = 88.0;
const ECART: f64 = 5.0;

/// The commune of a row; `None` is `non_resolue`.
#[must_use]
pub fn resolve(i: &Indices<'_>) -> Option<Resolution> {
    let g = geographie();
    let cp = i.code_postal.and_then(nom::code_postal);
    let nom = i.nom.map(nom::normalise).filter(|n| !n.is_empty());
    let point = i.point.filter(|p| p.is_in_france());
    let annoncee = i
        .insee
        .and_then(nom::code_insee)
        .and_then(|c| g.commune_today(&c));
    if let Some(c) = annoncee
        && cp
            .as_deref()
            .is_none_or(|cp| agrees(c, cp) || point.is_some_and(|p| confirms(c, p)))
    {
        return Some(Resolution::by(Methode::Insee, c));
    }
    if let (Some(cp), Some(nom)) = (&cp, &nom) {
        let du_cp: Vec<&'static Commune> = g.communes_of_code_postal(cp).collect();
        if let Some(c) = named(du_cp.iter().copied(), nom) {
            return Some(Resolution::by(Methode::CpNom, c));
        }
        let du_departement = || {
            departements(cp)
                .into_iter()
                .flat_map(|d| g.communes_of_departement(d))
        };
        if let Some(c) = named(du_departement(), nom) {
            return Some(Resolution::by(Methode::DepNom, c));
        }
        if let Some((c, score)) = alike(du_departement(), nom) {
            let mut r = Resolution::by(Methode::DepApproche, c);
            r.confiance = score.floor() as u8;
            return Some(r);
        }
    }
    if let Some(p) = point {
        if let Some(c) = contours().commune_at(p) {
            return Some(Resolution::by(Methode::Point, c));
        }
        if let Some((c, _)) = contours().nearest(p, PROCHE_KM) {
            return Some(Resolution::by(Methode::PointProche, c));
        }
    }
    annoncee.map(|c| Resolution::by(Methode::InseeConteste, c))
}

/// The postcode belongs to the commune or to its département (20xxx ↔ 2A, 2B).
fn agrees(c: &Commune, cp: &str) -> bool {
    c.has_code_postal(cp) || departements(cp).contains(&c.departement)
}

fn confirms(c: &Commune, p: Point) -> bool {
    let centre = || c.point().map(|q| q.distance_km(p));
    contours()
        .distance_km(c.code, p)
        .or_else(centre)
        .is_some_and(|km| km <= CONFIRME_KM)
}

/// The départements of a postcode: that of its digits, and those it is known
/// to serve (some postcodes cross a border).
fn departements(cp: &str) -> Vec<&'static str> {
    let g = geographie();
    let mut v: Vec<&'static str> = Vec::new();
    let chiffres = departement_of(cp);
    let propres: &[&str] = if chiffres == "20" {
        &["2A", "2B"]
    } else {
        &[chiffres]
    };
    let connus = g.communes_of_code_postal(cp).map(|c| c.departement);
    for d in propres
        .iter()
        .filter_map(|d| g.departement(d))
        .map(|d| d.code)
        .chain(connus)
    {
        if !v.contains(&d) {
            v.push(d);
        }
    }
    v
}

/// The only commune with this name; one that has the very article wins over
/// one that only looks alike, and a commune over a part of another.
fn named(communes: impl Iterator<Item = &'static Commune>, nom: &str) -> Option<&'static Commune> {
    let cle = nom::cle(nom);
    let (mut entiers, mut propres, mut tous) = (Vec::new(), Vec::new(), Vec::new());
    for c in communes {
        for n in Index::get().of(c).filter(|n| n.cle == cle) {
            tous.push(c);
            if !n.est_partie {
                propres.push(c);
                if n.entier == nom {
                    entiers.push(c);
                }
            }
        }
    }
    [entiers, propres, tous].into_iter().find_map(|mut v| {
        v.dedup_by_key(|c| c.code);
        if let [c] = v.as_slice() {
            Some(*c)
        } else {
            None
        }
    })
}

/// The commune that looks most like it, far enough ahead of the second.
fn alike(
    communes: impl Iterator<Item = &'static Commune>,
    nom: &str,
) -> Option<(&'static Commune, f64)> {
    let sans = nom::without_article(nom);
    let mut notes: Vec<(f64, &'static Commune)> = communes
        .map(|c| {
            let note = Index::get()
                .of(c)
                .map(|n| nom::similarity(sans, nom::without_article(&n.entier)))
                .fold(0.0, f64::max);
            (note, c)
        })
        .collect();
    notes.sort_by(|a, b| b.0.total_cmp(&a.0));
    let (premier, c) = *notes.first()?;
    let second = notes.get(1).map_or(0.0, |n| n.0);
    (premier >= RESSEMBLANCE && premier - second >= ECART).then_some((c, premier))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn par(
        insee: &str,
        cp: &str,
        nom: &str,
        point: Option<(f64, f64)>,
    ) -> Option<(&'static str, &'static str)> {
        let garni = |t: &'static str| Some(t).filter(|t| !t.is_empty());
        let (insee, cp, nom) = (
            insee.to_owned().leak(),
            cp.to_owned().leak(),
            nom.to_owned().leak(),
        );
        resolve(&Indices {
            insee: garni(insee),
            code_postal: garni(cp),
            nom: garni(nom),
            point: point.map(|(lon, lat)| Point::new(lon, lat)),
        })
        .map(|r| (r.commune.code, r.methode.cle()))
    }

    /// The examples of spec 30 §1.2.
    #[test]
    fn examples_of_the_specification() {
        assert_eq!(
            par("63236", "98800", "Mont-Dore", None),
            Some(("98817", "dep_nom"))
        );
        assert_eq!(
            par("16392", "16460", "Valence", Some((5.45, 43.53))),
            Some(("16392", "insee"))
        );
    }

    #[test]
    fn each_method_in_its_turn() {
        assert_eq!(
            par("1001", "", "", None),
            Some(("01001", "insee")),
            "a lost zero"
        );
        assert_eq!(par("35238", "35000", "", None), Some(("35238", "insee")));
        assert_eq!(
            par("2A004", "20167", "", None),
            Some(("2A004", "insee")),
            "20xxx is Corse"
        );
        assert_eq!(
            par("75103", "75003", "", None),
            Some(("75056", "insee")),
            "a part leads to its commune"
        );
        assert_eq!(
            par("", "35 000", "RENNES CEDEX", None),
            Some(("35238", "cp_nom"))
        );
        assert_eq!(
            par("", "01300", "Arbignieu", None),
            Some(("01015", "cp_nom")),
            "a commune déléguée"
        );
        assert_eq!(
            par("", "13003", "Marseille 3e arrondissement", None),
            Some(("13055", "cp_nom"))
        );
        assert_eq!(
            par("", "35069", "Rennes", None),
            Some(("35238", "dep_nom")),
            "a CEDEX code"
        );
        assert_eq!(
            par("", "67000", "Strassbourg", None),
            Some(("67482", "dep_approche"))
        );
        assert_eq!(
            par("", "", "", Some((-1.6778, 48.1113))),
            Some(("35238", "point"))
        );
        assert_eq!(
            par("63236", "98800", "???", None),
            Some(("63236", "insee_conteste"))
        );
        assert_eq!(par("", "99999", "Nulle part", None), None);
        assert_eq!(par("", "", "", Some((0.0, 0.0))), None);
    }

    #[test]
    fn a_point_confirms_a_contradicted_code() {
        assert_eq!(
            par("63236", "98800", "", Some((2.81, 45.57))),
            Some(("63236", "insee"))
        );
    }

    #[test]
    fn a_point_at_sea_belongs_to_the_nearest_shore() {
        // One kilometre west of the Île de Sein.
        let r = resolve(&Indices {
            point: Some(Point::new(-4.885, 48.04)),
            ..Indices::default()
        });
        assert_eq!(
            r.map(|r| (r.commune.code, r.methode)),
            Some(("29083", Methode::PointProche))
        );
    }

    #[test]
    fn former_codes_still_resolve() {
        let g = geographie();
        for (ancien, c) in g.anciens_codes() {
            assert_eq!(
                resolve(&Indices {
                    insee: Some(ancien),
                    ..Indices::default()
                })
                .map(|r| r.commune),
                Some(c)
            );
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn any_row_is_answered(insee: String, cp in "[0-9]{0,6}", nom in "\\PC{0,30}", lon in -180.0..180.0_f64, lat in -90.0..90.0_f64) {
            let _ = resolve(&Indices { insee: Some(&insee), code_postal: Some(&cp), nom: Some(&nom), point: Some(Point::new(lon, lat)) });
        }
    }
}
