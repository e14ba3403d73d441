//! From chains of points to the text of SVG paths.

use std::fmt::Write;

use super::Forme;
use crate::contours::{Mosaique, Noeud};

/// Units of the view box under which a detail is left out.
const FINESSE: f64 = 1.2;
/// What is too small to be drawn, in square units of the view box.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seuils {
    /// Islands, unless that is all there is.
    pub ilot: f64,
    /// Holes: most are gaps between the simplified contours of communes.
    pub trou: f64,
}

type Ligne = Vec<(f64, f64)>;

/// All points of the territories that are kept.
pub(super) fn points(m: &Mosaique, garde: impl Fn(&str) -> bool) -> impl Iterator<Item = Noeud> {
    let chaines = m
        .territoires
        .iter()
        .filter(move |t| garde(t.0))
        .flat_map(|t| t.1.iter().flatten());
    chaines
        .filter_map(|c| m.chaines.get(rank(*c)))
        .flatten()
        .copied()
}

/// The rings of each kept territory, simplified chain by chain so that
/// neighbours keep a common border.
pub(super) fn paths(
    m: &Mosaique,
    garde: impl Fn(&str) -> bool,
    placer: impl Fn(Noeud) -> (f64, f64),
) -> Vec<(&'static str, Vec<Ligne>)> {
    let mut lignes: Vec<Option<Ligne>> = vec![None; m.chaines.len()];
    let mut sortie = Vec::new();
    for (code, anneaux) in m.territoires.iter().filter(|t| garde(t.0)) {
        let mut traces = Vec::new();
        for anneau in anneaux {
            let mut points: Ligne = Vec::new();
            for &c in anneau {
                let (Some(brute), Some(case)) = (m.chaines.get(rank(c)), lignes.get_mut(rank(c)))
                else {
                    continue;
                };
                let ligne = case.get_or_insert_with(|| {
                    let placee: Ligne = brute.iter().map(|n| placer(*n)).collect();
                    simplify(&placee)
                });
                if c < 0 {
                    points.extend(ligne.iter().rev())
                } else {
                    points.extend(ligne.iter())
                }
            }
            traces.push(points);
        }
        sortie.push((*code, traces));
    }
    sortie
}

fn rank(cote: i32) -> usize {
    (if cote < 0 { !cote } else { cote }).cast_unsigned() as usize
}

/// One shape from its rings; `None` when it has no point.
pub(super) fn form(
    code: &'static str,
    nom: &'static str,
    anneaux: Vec<Ligne>,
    seuils: Seuils,
) -> Option<Forme> {
    let grand = anneaux
        .iter()
        .max_by(|a, b| area(a).abs().total_cmp(&area(b).abs()))?
        .clone();
    let sens = area(&grand).signum();
    let mut d = String::new();
    for a in &anneaux {
        let aire = area(a) * sens;
        if aire >= seuils.ilot || aire <= -seuils.trou || *a == grand {
            write_ring(&mut d, a);
        }
    }
    Some(Forme {
        code,
        nom,
        d,
        milieu: middle(&grand),
    })
}

/// Relative moves in tenths, with no more separators than SVG asks for: the
/// map is part of the page, its weight is the page's.
fn write_ring(d: &mut String, points: &[(f64, f64)]) {
    let mut dernier = None;
    let mut nombre = 0;
    for p in points {
        let ici = ((p.0 * 10.0).round() as i64, (p.1 * 10.0).round() as i64);
        match dernier {
            None => d.push('M'),
            Some(d) if d == ici => continue,
            Some(_) if nombre == 1 => d.push('l'),
            Some(_) => {}
        }
        let (x, y) = dernier.map_or(ici, |(x, y)| (ici.0 - x, ici.1 - y));
        write_number(d, x);
        write_number(d, y);
        dernier = Some(ici);
        nombre += 1;
    }
    d.push('z');
}

/// A number of tenths; a space only where two numbers would touch.
fn write_number(d: &mut String, n: i64) {
    if n >= 0 && d.ends_with(|c: char| c.is_ascii_digit()) {
        d.push(' ');
    }
    if n < 0 {
        d.push('-');
    }
    let _ = match (n.abs() / 10, n.abs() % 10) {
        (e, 0) => write!(d, "{e}"),
        (0, f) => write!(d, ".{f}"),
        (e, f) => write!(d, "{e}.{f}"),
    };
}

/// Douglas–Peucker; a closed chain is first cut at its farthest point.
fn simplify(ligne: &[(f64, f64)]) -> Ligne {
    let (Some(premier), Some(dernier)) = (ligne.first(), ligne.last()) else {
        return Vec::new();
    };
    let mut garde = vec![false; ligne.len()];
    garde[0] = true;
    garde[ligne.len() - 1] = true;
    let mut pile = vec![(0, ligne.len() - 1)];
    if premier == dernier
        && let Some((i, _)) = ligne
            .iter()
            .enumerate()
            .max_by(|a, b| gap(*a.1, *premier, *premier).total_cmp(&gap(*b.1, *premier, *premier)))
    {
        garde[i] = true;
        pile = vec![(0, i), (i, ligne.len() - 1)];
    }
    while let Some((a, b)) = pile.pop() {
        let plus_loin = (a + 1..b)
            .map(|i| (i, gap(ligne[i], ligne[a], ligne[b])))
            .max_by(|x, y| x.1.total_cmp(&y.1));
        if let Some((i, ecart)) = plus_loin
            && ecart > FINESSE
        {
            garde[i] = true;
            pile.push((a, i));
            pile.push((i, b));
        }
    }
    ligne
        .iter()
        .zip(garde)
        .filter(|(_, g)| *g)
        .map(|(p, _)| *p)
        .collect()
}

/// Distance from `p` to the segment `a`–`b`.
fn gap(p: (f64, f64), a: (f64, f64), b: (f64, f64)) -> f64 {
    let (dx, dy) = (b.0 - a.0, b.1 - a.1);
    let carre = dx * dx + dy * dy;
    let t = if carre > 0.0 {
        (((p.0 - a.0) * dx + (p.1 - a.1) * dy) / carre).clamp(0.0, 1.0)
    } else {
        0.0
    };
    (p.0 - a.0 - t * dx).hypot(p.1 - a.1 - t * dy)
}

fn pairs(anneau: &[(f64, f64)]) -> impl Iterator<Item = ((f64, f64), (f64, f64))> {
    anneau
        .iter()
        .copied()
        .zip(anneau.iter().copied().cycle().skip(1))
}

fn area(anneau: &[(f64, f64)]) -> f64 {
    pairs(anneau)
        .map(|(a, b)| a.0 * b.1 - b.0 * a.1)
        .sum::<f64>()
        / 2.0
}

/// Centre of gravity, or the mean point of a shape too thin to have one.
fn middle(anneau: &[(f64, f64)]) -> (f64, f64) {
    let aire = area(anneau);
    if aire.abs() < 1e-6 {
        let n = anneau.len().max(1) as f64;
        let (x, y) = anneau
            .iter()
            .fold((0.0, 0.0), |s, p| (s.0 + p.0, s.1 + p.1));
        return (x / n, y / n);
    }
    let (x, y) = pairs(anneau).fold((0.0, 0.0), |s, (a, b)| {
        let k = a.0 * b.1 - b.0 * a.1;
        (s.0 + (a.0 + b.0) * k, s.1 + (a.1 + b.1) * k)
    });
    (x / (6.0 * aire), y / (6.0 * aire))
}
