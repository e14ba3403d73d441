//! From the second section of `territoires.bin` to [`Contours`].

use rstar::{
    RTree,
    primitives::{GeomWithData, Rectangle},
};

use super::{Contours, Noeud, Silhouette, Surface};
use crate::{
    codec::{Illisible, Lecture},
    geographie::Point,
};

pub(super) fn read(octets: &[u8]) -> Result<Contours, Illisible> {
    let mut l = Lecture::new(octets);
    let l = &mut l;
    let mut c = Contours {
        echelle: (real(l)?, real(l)?),
        origine: (real(l)?, real(l)?),
        ..Contours::default()
    };
    arcs(l, &mut c)?;
    surfaces(l, &mut c)?;
    for _ in 0..l.len()? {
        let departement = l.text()?.to_owned();
        let mut anneaux = Vec::new();
        for _ in 0..l.len()? {
            let mut p: Noeud = (0, 0);
            let mut points = Vec::new();
            for _ in 0..l.len()? {
                p = step(l, p)?;
                points.push(Point::new(f64::from(p.0) / 1e4, f64::from(p.1) / 1e4));
            }
            anneaux.push(points);
        }
        c.silhouettes.push(Silhouette {
            departement,
            anneaux,
        });
    }
    c.arbre = RTree::bulk_load(boxes(&c));
    Ok(c)
}

/// Each arc begins where the one before ended, or near it.
fn arcs(l: &mut Lecture<'_>, c: &mut Contours) -> Result<(), Illisible> {
    let n = l.len()?;
    c.fins.reserve(n);
    let mut p: Noeud = (0, 0);
    for _ in 0..n {
        for _ in 0..l.len()? {
            p = step(l, p)?;
            c.points.push(p);
        }
        c.fins
            .push(u32::try_from(c.points.len()).map_err(|_| Illisible)?);
    }
    Ok(())
}

fn surfaces(l: &mut Lecture<'_>, c: &mut Contours) -> Result<(), Illisible> {
    let n = l.len()?;
    c.surfaces.reserve(n);
    let (mut commune, mut arc) = (0_i64, 0_i64);
    for _ in 0..n {
        commune += l.integer()?;
        let premier = c.anneaux.len();
        for _ in 0..l.len()? {
            for _ in 0..l.len()? {
                // Twice the arc, plus one when it is walked backwards.
                arc = arc.wrapping_add(l.integer()?);
                let i = i32::try_from(arc >> 1).map_err(|_| Illisible)?;
                if i < 0 || i.cast_unsigned() as usize >= c.fins.len() {
                    return Err(Illisible);
                }
                c.cotes.push(if arc & 1 == 1 { !i } else { i });
            }
            c.anneaux
                .push(u32::try_from(c.cotes.len()).map_err(|_| Illisible)?);
        }
        c.surfaces.push(Surface {
            commune: u32::try_from(commune).map_err(|_| Illisible)?,
            premier: u32::try_from(premier).map_err(|_| Illisible)?,
            dernier: u32::try_from(c.anneaux.len()).map_err(|_| Illisible)?,
        });
    }
    Ok(())
}

fn boxes(c: &Contours) -> Vec<GeomWithData<Rectangle<[f64; 2]>, u32>> {
    (0_u32..)
        .zip(&c.surfaces)
        .map(|(i, s)| {
            let (mut bas, mut haut) = ((i32::MAX, i32::MAX), (i32::MIN, i32::MIN));
            for anneau in s.premier..s.dernier {
                for &cote in c.ring(anneau as usize) {
                    for p in c.arc(cote) {
                        bas = (bas.0.min(p.0), bas.1.min(p.1));
                        haut = (haut.0.max(p.0), haut.1.max(p.1));
                    }
                }
            }
            let (a, b) = (c.degrees(bas), c.degrees(haut));
            GeomWithData::new(Rectangle::from_corners([a.lon, a.lat], [b.lon, b.lat]), i)
        })
        .collect()
}

fn step(l: &mut Lecture<'_>, p: Noeud) -> Result<Noeud, Illisible> {
    let x = i32::try_from(l.integer()?).map_err(|_| Illisible)?;
    let y = i32::try_from(l.integer()?).map_err(|_| Illisible)?;
    Ok((p.0.wrapping_add(x), p.1.wrapping_add(y)))
}

fn real(l: &mut Lecture<'_>) -> Result<f64, Illisible> {
    l.text()?.parse().map_err(|_| Illisible)
}
