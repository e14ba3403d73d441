//! ODS: the cells of `content.xml`. Repetitions (a row or a cell written once for
//! many) are unrolled under the limits, empty ones cost nothing.

use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event};

use super::Refus;
use super::grid::Grille;

/// Where the reader is in a sheet.
#[derive(Default)]
struct Etat {
    i: usize,
    j: usize,
    lignes_repetees: usize,
    cellules_repetees: usize,
    /// Filled cells of the row: column and text.
    ligne: Vec<(usize, String)>,
    /// Value given by attributes, else the paragraphs of the cell.
    valeur: Option<String>,
    texte: String,
    dans_cellule: bool,
    paragraphes: usize,
    dans_paragraphe: bool,
    /// Depth inside an annotation, whose text is not the cell's.
    annotation: usize,
}

pub(super) fn read(contenu: &str, grille: &mut Grille<'_>) -> Result<(), Refus> {
    let mut lecteur = Reader::from_str(contenu);
    let mut etat = Etat::default();
    loop {
        match lecteur.read_event().map_err(|_| Refus::Illisible)? {
            Event::Start(balise) => etat.open(&balise, grille)?,
            Event::Empty(balise) => {
                etat.open(&balise, grille)?;
                etat.close(balise.name().as_ref(), grille)?;
            }
            Event::End(balise) => etat.close(balise.name().as_ref(), grille)?,
            Event::Text(texte) => etat.push(&texte.xml10_content()),
            Event::CData(texte) => etat.push(&texte.xml10_content()),
            Event::GeneralRef(reference) => {
                let caractere = reference
                    .resolve_char_ref()
                    .map_err(|_| Refus::Illisible)?
                    .map(String::from);
                let nom = reference.xml10_content();
                let texte =
                    caractere.or_else(|| resolve_predefined_entity(&nom).map(str::to_owned));
                etat.push(&texte.ok_or(Refus::Illisible)?);
            }
            Event::Eof => return Ok(()),
            _ => {}
        }
    }
}

impl Etat {
    fn open(&mut self, balise: &BytesStart<'_>, grille: &mut Grille<'_>) -> Result<(), Refus> {
        match balise.name().as_ref() {
            "table:table" => {
                grille.sheet(&attribute(balise, "table:name")?.unwrap_or_default())?;
                *self = Self::default();
            }
            "table:table-row" => {
                self.lignes_repetees = repeated(balise, "table:number-rows-repeated")?;
                self.j = 0;
                self.ligne.clear();
            }
            "table:table-cell" | "table:covered-table-cell" => {
                self.cellules_repetees = repeated(balise, "table:number-columns-repeated")?;
                if attribute(balise, "table:formula")?.is_some() {
                    grille.formula(self.i)?;
                }
                self.valeur = value(balise)?;
                self.texte.clear();
                self.paragraphes = 0;
                self.dans_cellule = true;
            }
            "office:annotation" => self.annotation += 1,
            "text:p" if self.dans_cellule && self.annotation == 0 => {
                if self.paragraphes > 0 {
                    self.texte.push('\n');
                }
                self.paragraphes += 1;
                self.dans_paragraphe = true;
            }
            "text:s" => {
                let nombre = match attribute(balise, "text:c")? {
                    Some(nombre) => nombre.parse().map_err(|_| Refus::Illisible)?,
                    None => 1usize,
                };
                self.push(&" ".repeat(nombre.min(100)));
            }
            "text:tab" => self.push("\t"),
            "text:line-break" => self.push("\n"),
            _ => {}
        }
        Ok(())
    }

    fn push(&mut self, texte: &str) {
        if self.dans_paragraphe && self.annotation == 0 {
            self.texte.push_str(texte);
        }
    }

    fn close(&mut self, nom: &str, grille: &mut Grille<'_>) -> Result<(), Refus> {
        match nom {
            "text:p" if self.annotation == 0 => self.dans_paragraphe = false,
            "office:annotation" => self.annotation = self.annotation.saturating_sub(1),
            "table:table-cell" | "table:covered-table-cell" => {
                let texte = self.valeur.take().unwrap_or_else(|| self.texte.clone());
                self.dans_cellule = false;
                self.dans_paragraphe = false;
                if !texte.is_empty() {
                    for k in 0..self.cellules_repetees {
                        let j = self.j.saturating_add(k);
                        grille.set(self.i, j, texte.clone())?;
                        self.ligne.push((j, texte.clone()));
                    }
                }
                self.j = self.j.saturating_add(self.cellules_repetees);
            }
            "table:table-row" => {
                if !self.ligne.is_empty() {
                    for k in 1..self.lignes_repetees {
                        for (j, texte) in &self.ligne {
                            grille.set(self.i.saturating_add(k), *j, texte.clone())?;
                        }
                    }
                }
                self.i = self.i.saturating_add(self.lignes_repetees);
                self.ligne.clear();
            }
            _ => {}
        }
        Ok(())
    }
}

/// The typed value of a cell; none for text, whose value is its paragraphs.
fn value(balise: &BytesStart<'_>) -> Result<Option<String>, Refus> {
    Ok(match attribute(balise, "office:value-type")?.as_deref() {
        Some("float" | "currency" | "percentage") => {
            let brut = attribute(balise, "office:value")?;
            // Through a number, so that 1.0E3 and 1000 read alike.
            brut.map(|brut| match brut.parse::<f64>() {
                Ok(nombre) if nombre.is_finite() => nombre.to_string(),
                _ => brut,
            })
        }
        Some("date") => attribute(balise, "office:date-value")?.map(|date| {
            match date.strip_suffix("T00:00:00") {
                Some(jour) => jour.to_owned(),
                None => date,
            }
        }),
        Some("time") => attribute(balise, "office:time-value")?.map(|duree| clock(&duree)),
        Some("boolean") => attribute(balise, "office:boolean-value")?
            .map(|oui| if oui == "true" { "vrai" } else { "faux" }.to_owned()),
        Some("string") => attribute(balise, "office:string-value")?,
        _ => None,
    })
}

/// `PT09H30M00S` as `09:30:00`; anything else as it is.
fn clock(duree: &str) -> String {
    let parties = || {
        let (heures, reste) = duree.strip_prefix("PT")?.split_once('H')?;
        let (minutes, reste) = reste.split_once('M')?;
        let secondes = reste.strip_suffix('S')?;
        let secondes = secondes.split(['.', ',']).next()?;
        let nombre = |texte: &str| texte.parse::<u32>().ok();
        let (h, m, s) = (nombre(heures)?, nombre(minutes)?, nombre(secondes)?);
        Some(format!("{h:02}:{m:02}:{s:02}"))
    };
    parties().unwrap_or_else(|| duree.to_owned())
}

fn attribute(balise: &BytesStart<'_>, nom: &str) -> Result<Option<String>, Refus> {
    let Some(attribut) = balise
        .try_get_attribute(nom)
        .map_err(|_| Refus::Illisible)?
    else {
        return Ok(None);
    };
    let valeur = attribut
        .normalized_value(quick_xml::XmlVersion::Implicit1_0)
        .map_err(|_| Refus::Illisible)?;
    Ok(Some(valeur.into_owned()))
}

fn repeated(balise: &BytesStart<'_>, nom: &str) -> Result<usize, Refus> {
    match attribute(balise, nom)? {
        Some(nombre) => nombre.parse().map_err(|_| Refus::Illisible),
        None => Ok(1),
    }
}
