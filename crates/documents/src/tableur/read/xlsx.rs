//! XLSX, streamed cell by cell: a sheet whose last cell is at the far corner costs
//! nothing until the limits refuse it.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{DataRef, ExcelDateTime, Reader, Xlsx};

use super::Refus;
use super::grid::Grille;

pub(super) fn read(octets: &[u8], grille: &mut Grille<'_>) -> Result<(), Refus> {
    // The parser is not ours and the file is anybody's: a panic in it is a file that
    // cannot be read, not a request that fails. The grid is dropped with the error.
    catch_unwind(AssertUnwindSafe(|| read_sheets(octets, grille))).unwrap_or(Err(Refus::Illisible))
}

fn read_sheets(octets: &[u8], grille: &mut Grille<'_>) -> Result<(), Refus> {
    let mut classeur = Xlsx::new(Cursor::new(octets)).map_err(|_| Refus::Illisible)?;
    for nom in classeur.sheet_names() {
        grille.sheet(&nom)?;
        if !grille.accepts_formulas() {
            refuse_formulas(&mut classeur, &nom, grille)?;
        }
        // A chart sheet has no cells and stays empty.
        let mut cellules = match classeur.worksheet_cells_reader(&nom) {
            Ok(cellules) => cellules,
            Err(calamine::XlsxError::NotAWorksheet(_)) => continue,
            Err(_) => return Err(Refus::Illisible),
        };
        while let Some(cellule) = cellules.next_cell().map_err(|_| Refus::Illisible)? {
            let (i, j) = cellule.get_position();
            grille.set(i as usize, j as usize, shown(cellule.get_value()))?;
        }
    }
    Ok(())
}

fn refuse_formulas(
    classeur: &mut Xlsx<Cursor<&[u8]>>,
    nom: &str,
    grille: &Grille<'_>,
) -> Result<(), Refus> {
    let Ok(mut cellules) = classeur.worksheet_cells_reader(nom) else {
        return Ok(());
    };
    while let Some(cellule) = cellules.next_formula().map_err(|_| Refus::Illisible)? {
        if !cellule.get_value().is_empty() {
            grille.formula(cellule.get_position().0 as usize)?;
        }
    }
    Ok(())
}

fn shown(valeur: &DataRef<'_>) -> String {
    match valeur {
        DataRef::Empty => String::new(),
        DataRef::String(texte) | DataRef::DateTimeIso(texte) | DataRef::DurationIso(texte) => {
            texte.clone()
        }
        DataRef::SharedString(texte) => (*texte).to_owned(),
        DataRef::Int(nombre) => nombre.to_string(),
        DataRef::Float(nombre) => nombre.to_string(),
        DataRef::Bool(oui) => if *oui { "vrai" } else { "faux" }.to_owned(),
        DataRef::DateTime(date) => moment(*date),
        DataRef::Error(erreur) => erreur.to_string(),
    }
}

/// A date, a date and time, or a time alone when Excel counts less than one day.
fn moment(date: ExcelDateTime) -> String {
    let (annee, mois, jour, heures, minutes, secondes, _) = date.to_ymd_hms_milli();
    let heure = format!("{heures:02}:{minutes:02}:{secondes:02}");
    let valeur = date.as_f64();
    if date.is_duration() {
        let secondes = (valeur * 86_400.0).round() as i64;
        let (h, m, s) = (secondes / 3600, secondes / 60 % 60, secondes % 60);
        format!("{h:02}:{m:02}:{s:02}")
    } else if (0.0..1.0).contains(&valeur) {
        heure
    } else if heure == "00:00:00" {
        format!("{annee:04}-{mois:02}-{jour:02}")
    } else {
        format!("{annee:04}-{mois:02}-{jour:02}T{heure}")
    }
}
