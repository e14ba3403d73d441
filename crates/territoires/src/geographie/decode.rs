//! From the bytes of `territoires.bin` to [`Geographie`]. Columns, in the
//! order of `construction/encode.rs`.

use std::io::Read;

use flate2::read::GzDecoder;

use super::{
    Arrondissement, Commune, Departement, Ecart, Epci, Ept, GenreEpci, GenrePartie, Geographie,
    Liaison, Partie, Point, Region, Zone, departement_of,
};
use crate::codec::{Illisible, Lecture};

/// Marks the file and its version.
pub const VERSION: &[u8; 8] = b"MAILTER1";

type Lu<T> = Result<T, Illisible>;

/// Unpacks one section: 0 is the geography, 1 the contours.
pub(super) fn section(fichier: &[u8], n: usize) -> Lu<Vec<u8>> {
    let mut l = Lecture::new(fichier);
    if l.bytes(VERSION.len())? != VERSION {
        return Err(Illisible);
    }
    let mut brut: &[u8] = &[];
    for _ in 0..=n {
        let taille = l.len()?;
        brut = l.bytes(taille)?;
    }
    let mut octets = Vec::new();
    GzDecoder::new(brut)
        .read_to_end(&mut octets)
        .map_err(|_| Illisible)?;
    Ok(octets)
}

/// Reads a whole file. Its names live as long as the process: once per file.
///
/// # Errors
/// [`Illisible`] when it is not such a file.
pub fn read(fichier: &[u8]) -> Lu<Geographie> {
    // One buffer for the life of the process: names and codes point into it.
    let octets: &'static [u8] = Vec::leak(section(fichier, 0)?);
    let mut l = Lecture::new(octets);
    let l = &mut l;
    let millesime = u16::try_from(l.natural()?).map_err(|_| Illisible)?;
    let valid_from = l.text()?;
    let regions = list(l, |l| {
        Ok(Region {
            code: l.text()?,
            nom: l.text()?,
            liaison: liaison(l)?,
            zone: zone(l)?,
            chef_lieu: l.text()?,
        })
    })?;
    let mut departements = list(l, |l| {
        Ok(Departement {
            code: l.text()?,
            nom: l.text()?,
            liaison: liaison(l)?,
            zone: zone(l)?,
            region: l.text()?,
            chef_lieu: l.text()?,
            premiere: 0,
            nombre: 0,
        })
    })?;
    let arrondissements = list(l, |l| {
        Ok(Arrondissement {
            code: l.text()?,
            nom: l.text()?,
            departement: l.text()?,
            chef_lieu: l.text()?,
        })
    })?;
    let epci = list(l, |l| {
        let (code, nom) = (l.text()?, l.text()?);
        let genre = pick(&GenreEpci::TOUS, l)?;
        Ok(Epci { code, nom, genre })
    })?;
    let ept = list(l, |l| {
        Ok(Ept {
            code: l.text()?,
            nom: l.text()?,
        })
    })?;
    let communes = communes(l, &departements, &arrondissements, &epci, &ept)?;
    for d in &mut departements {
        d.premiere = communes.partition_point(|c| departement_of(c.code) < d.code);
        d.nombre = communes[d.premiere..]
            .iter()
            .take_while(|c| c.departement == d.code)
            .count();
    }
    let parties = parties(l, &communes)?;
    let anciens = list(l, |l| Ok((l.text()?, place(l, communes.len())?)))?;
    let ecarts = list(l, |l| {
        let c = communes
            .get(place(l, communes.len())? as usize)
            .ok_or(Illisible)?;
        Ok(Ecart {
            commune: c.code,
            retenu: c.epci.unwrap_or_default(),
            autre: l.text()?,
        })
    })?;
    let mut par_poste: Vec<(&'static str, u32)> = (0_u32..)
        .zip(&communes)
        .flat_map(|(i, c)| c.codes_postaux().map(move |cp| (cp, i)))
        .collect();
    par_poste.sort_unstable();
    Ok(Geographie {
        millesime,
        valid_from,
        regions,
        departements,
        arrondissements,
        epci,
        ept,
        communes,
        parties,
        ecarts,
        anciens,
        par_poste,
    })
}

fn communes(
    l: &mut Lecture<'static>,
    departements: &[Departement],
    arrondissements: &[Arrondissement],
    epci: &[Epci],
    ept: &[Ept],
) -> Lu<Vec<Commune>> {
    let n = l.len()?;
    let codes = column(l, n, text5)?;
    let noms = column(l, n, Lecture::text)?;
    let liaisons = column(l, n, liaison)?;
    let arr = column(l, n, |l| optional(l, arrondissements))?;
    let epcis = column(l, n, |l| optional(l, epci))?;
    let epts = column(l, n, |l| optional(l, ept))?;
    let postes = column(l, n, Lecture::text)?;
    let sirens = running(l, n)?;
    let mut populations = Vec::with_capacity(3);
    for _ in 0..3 {
        populations.push(column(l, n, |l| {
            let p = l.natural()?;
            Ok(p.checked_sub(1).and_then(|p| u32::try_from(p).ok()))
        })?);
    }
    let centres = points(l, n, None)?;
    let mairies = points(l, n, Some(&centres))?;
    (0..n)
        .map(|i| {
            let code = codes[i];
            let d = super::find(departements, departement_of(code), |d| d.code).ok_or(Illisible)?;
            Ok(Commune {
                code,
                nom: noms[i],
                liaison: liaisons[i],
                zone: d.zone,
                departement: d.code,
                region: d.region,
                arrondissement: arr[i].map(|a| a.code),
                epci: epcis[i].map(|e| e.code),
                ept: epts[i].map(|e| e.code),
                siren: u32::try_from(sirens[i]).ok().filter(|s| *s > 0),
                postes: postes[i],
                populations: [populations[0][i], populations[1][i], populations[2][i]],
                centre: centres[i],
                mairie: mairies[i],
            })
        })
        .collect()
}

fn parties(l: &mut Lecture<'static>, communes: &[Commune]) -> Lu<Vec<Partie>> {
    let n = l.len()?;
    let codes = column(l, n, text5)?;
    let noms = column(l, n, Lecture::text)?;
    let genres = column(l, n, |l| pick(&GenrePartie::TOUS, l))?;
    let parents = column(l, n, |l| place(l, communes.len()))?;
    let postes = column(l, n, Lecture::text)?;
    let centres = points(l, n, None)?;
    (0..n)
        .map(|i| {
            Ok(Partie {
                code: codes[i],
                nom: noms[i],
                genre: genres[i],
                commune: communes.get(parents[i] as usize).ok_or(Illisible)?.code,
                postes: postes[i],
                centre: centres[i],
            })
        })
        .collect()
}

fn column<T>(
    l: &mut Lecture<'static>,
    n: usize,
    f: impl Fn(&mut Lecture<'static>) -> Lu<T>,
) -> Lu<Vec<T>> {
    (0..n).map(|_| f(l)).collect()
}

fn list<T>(l: &mut Lecture<'static>, f: impl Fn(&mut Lecture<'static>) -> Lu<T>) -> Lu<Vec<T>> {
    let n = l.len()?;
    column(l, n, f)
}

/// Numbers written as differences with the one before.
fn running(l: &mut Lecture<'static>, n: usize) -> Lu<Vec<i64>> {
    let mut dernier = 0_i64;
    column(l, n, |l| l.integer()).map(|ecarts| {
        ecarts
            .into_iter()
            .map(|e| {
                dernier = dernier.wrapping_add(e);
                dernier
            })
            .collect()
    })
}

/// Points in hundred-thousandths of a degree. A presence mask, then each
/// coordinate as a difference with the base point, or with the point before.
fn points(
    l: &mut Lecture<'static>,
    n: usize,
    bases: Option<&[Option<Point>]>,
) -> Lu<Vec<Option<Point>>> {
    let masque = l.bytes(n.div_ceil(8))?;
    let mut dernier = (0_i64, 0_i64);
    (0..n)
        .map(|i| {
            if masque[i / 8] >> (i % 8) & 1 == 0 {
                return Ok(None);
            }
            if let Some(p) = bases.and_then(|b| b[i]) {
                dernier = ((p.lon * 1e5).round() as i64, (p.lat * 1e5).round() as i64);
            }
            dernier.0 = dernier.0.wrapping_add(l.integer()?);
            dernier.1 = dernier.1.wrapping_add(l.integer()?);
            Ok(Some(Point::new(
                dernier.0 as f64 / 1e5,
                dernier.1 as f64 / 1e5,
            )))
        })
        .collect()
}

fn text5(l: &mut Lecture<'static>) -> Lu<&'static str> {
    std::str::from_utf8(l.bytes(5)?).map_err(|_| Illisible)
}

fn liaison(l: &mut Lecture<'static>) -> Lu<Liaison> {
    Ok(Liaison(u8::try_from(l.natural()?).map_err(|_| Illisible)?))
}

fn zone(l: &mut Lecture<'static>) -> Lu<Zone> {
    pick(&[Zone::Metro, Zone::Drom, Zone::Com], l)
}

fn pick<T: Copy>(choix: &[T], l: &mut Lecture<'static>) -> Lu<T> {
    choix
        .get(usize::try_from(l.natural()?).map_err(|_| Illisible)?)
        .copied()
        .ok_or(Illisible)
}

fn place(l: &mut Lecture<'static>, n: usize) -> Lu<u32> {
    u32::try_from(l.natural()?)
        .ok()
        .filter(|i| (*i as usize) < n)
        .ok_or(Illisible)
}

fn optional<T: Copy>(l: &mut Lecture<'static>, liste: &[T]) -> Lu<Option<T>> {
    match l.natural()? {
        0 => Ok(None),
        n => liste
            .get(usize::try_from(n - 1).map_err(|_| Illisible)?)
            .copied()
            .map(Some)
            .ok_or(Illisible),
    }
}
