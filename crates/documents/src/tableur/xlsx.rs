//! XLSX: typed cells, French formats, frozen and filtered headings.

use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError,
};

use super::{Cellule, Erreur, Feuille, names};

struct Formats {
    entete: Format,
    entete_nombre: Format,
    preambule: Format,
    texte: Format,
    entier: Format,
    decimal: Format,
    euros: Format,
    date: Format,
    pourcent: Format,
}

impl Formats {
    fn new() -> Self {
        let entete = Format::new()
            .set_bold()
            .set_text_wrap()
            .set_align(FormatAlign::Top)
            .set_background_color("#EEF0F7")
            .set_border_bottom(FormatBorder::Thin)
            .set_border_bottom_color("#2743A6");
        let haut = || Format::new().set_align(FormatAlign::Top);
        Self {
            entete_nombre: entete.clone().set_align(FormatAlign::Right),
            entete,
            preambule: Format::new().set_italic().set_font_color("#555A6E"),
            texte: haut().set_text_wrap(),
            entier: haut().set_num_format("#,##0"),
            decimal: haut().set_num_format("#,##0.0#####"),
            euros: haut().set_num_format("#,##0.00\\ \"€\""),
            date: haut().set_num_format("dd/mm/yyyy"),
            pourcent: haut().set_num_format("0.0\\ %"),
        }
    }
}

/// Writes the sheets as one workbook. The bytes depend only on the sheets: the file
/// carries no time of creation.
///
/// # Errors
/// [`Erreur::TropGrand`] above 1,048,576 rows or 16,384 columns.
pub fn xlsx(feuilles: &[Feuille]) -> Result<Vec<u8>, Erreur> {
    let formats = Formats::new();
    let mut classeur = Workbook::new();
    let origine = ExcelDateTime::from_ymd(1980, 1, 1)?;
    classeur.set_properties(
        &DocProperties::new()
            .set_author("Maillage")
            .set_creation_datetime(&origine),
    );
    let noms = names::unique(feuilles.iter().map(|feuille| feuille.nom.as_str()));
    for (feuille, nom) in feuilles.iter().zip(noms) {
        let onglet = classeur.add_worksheet();
        onglet.set_name(nom)?;
        write_sheet(onglet, feuille, &formats)?;
    }
    Ok(classeur.save_to_buffer()?)
}

fn write_sheet(onglet: &mut Worksheet, feuille: &Feuille, formats: &Formats) -> Result<(), Erreur> {
    let mut rang = 0u32;
    for texte in &feuille.preambule {
        onglet.write_string_with_format(rang, 0, names::held(texte), &formats.preambule)?;
        rang += 1;
    }
    for (j, colonne) in feuille.colonnes.iter().enumerate() {
        let j = column(j)?;
        let format = if colonne.genre.is_number() {
            &formats.entete_nombre
        } else {
            &formats.entete
        };
        onglet.write_string_with_format(rang, j, names::held(&colonne.titre), format)?;
        onglet.set_column_width(j, width(feuille, usize::from(j)))?;
    }
    let entete = rang;
    for ligne in &feuille.lignes {
        rang = rang.checked_add(1).ok_or(Erreur::TropGrand)?;
        for (j, cellule) in ligne.iter().enumerate() {
            write_cell(onglet, rang, column(j)?, cellule, formats)?;
        }
    }
    if let Some(derniere) = feuille.colonnes.len().checked_sub(1) {
        onglet.set_freeze_panes(entete + 1, 0)?;
        onglet.autofilter(entete, 0, rang, column(derniere)?)?;
    }
    Ok(())
}

fn write_cell(
    onglet: &mut Worksheet,
    i: u32,
    j: u16,
    cellule: &Cellule,
    formats: &Formats,
) -> Result<(), Erreur> {
    match cellule {
        Cellule::Vide => {}
        Cellule::Texte(texte) if texte.is_empty() => {}
        Cellule::Texte(texte) => {
            onglet.write_string_with_format(i, j, names::held(texte), &formats.texte)?;
        }
        Cellule::Entier(nombre) => {
            onglet.write_number_with_format(i, j, *nombre as f64, &formats.entier)?;
        }
        Cellule::Decimal(nombre) if nombre.is_finite() => {
            onglet.write_number_with_format(i, j, *nombre, &formats.decimal)?;
        }
        Cellule::Euros(centimes) => {
            onglet.write_number_with_format(i, j, *centimes as f64 / 100.0, &formats.euros)?;
        }
        Cellule::Pourcent(part) if part.is_finite() => {
            onglet.write_number_with_format(i, j, *part, &formats.pourcent)?;
        }
        Cellule::Decimal(_) | Cellule::Pourcent(_) => {}
        Cellule::Date(date) => {
            let ymd = (
                u16::try_from(date.year()),
                u8::try_from(date.month()),
                u8::try_from(date.day()),
            );
            let excel = match ymd {
                (Ok(annee), Ok(mois), Ok(jour)) => ExcelDateTime::from_ymd(annee, mois, jour).ok(),
                _ => None,
            };
            match excel {
                Some(excel) => onglet.write_datetime_with_format(i, j, &excel, &formats.date)?,
                // Excel knows no day before 1900.
                None => onglet.write_string_with_format(i, j, date.to_string(), &formats.texte)?,
            };
        }
    }
    Ok(())
}

/// Width of a column, in characters: its longest line among the first rows, between
/// 9 and 60.
fn width(feuille: &Feuille, j: usize) -> f64 {
    let longueur = |texte: &str| {
        texte
            .lines()
            .map(|ligne| ligne.chars().count())
            .max()
            .unwrap_or(0)
    };
    let titre = feuille
        .colonnes
        .get(j)
        .map_or(0, |colonne| longueur(&colonne.titre) + 3);
    let corps = feuille
        .lignes
        .iter()
        .take(500)
        .filter_map(|ligne| ligne.get(j))
        .map(|cellule| match cellule {
            Cellule::Texte(texte) => longueur(texte),
            Cellule::Entier(_) | Cellule::Decimal(_) | Cellule::Pourcent(_) => 10,
            Cellule::Euros(_) => 14,
            Cellule::Date(_) => 11,
            Cellule::Vide => 0,
        })
        .max()
        .unwrap_or(0);
    let largeur = u32::try_from(titre.min(30).max(corps) + 2).unwrap_or(60);
    f64::from(largeur.clamp(9, 60))
}

fn column(j: usize) -> Result<u16, Erreur> {
    u16::try_from(j).map_err(|_| Erreur::TropGrand)
}

impl From<XlsxError> for Erreur {
    fn from(erreur: XlsxError) -> Self {
        match erreur {
            XlsxError::RowColumnLimitError => Self::TropGrand,
            autre => Self::Ecriture(autre.to_string()),
        }
    }
}
