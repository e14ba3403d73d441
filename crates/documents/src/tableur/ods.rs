//! ODS (OpenDocument 1.3): the few parts a spreadsheet needs, written by hand.

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::{Cellule, Erreur, Feuille, names};

pub(super) const TYPE: &str = "application/vnd.oasis.opendocument.spreadsheet";

const MANIFESTE: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3">
<manifest:file-entry manifest:full-path="/" manifest:version="1.3" manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/>
<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>
</manifest:manifest>"#;

const TETE: &str = r##"<?xml version="1.0" encoding="UTF-8"?>
<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0" xmlns:number="urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0" office:version="1.3">
<office:automatic-styles>
<number:number-style style:name="N1"><number:number number:min-integer-digits="1" number:decimal-places="0" number:grouping="true"/></number:number-style>
<number:number-style style:name="N2"><number:number number:min-integer-digits="1" number:decimal-places="6" number:min-decimal-places="1" number:grouping="true"/></number:number-style>
<number:currency-style style:name="N3"><number:number number:min-integer-digits="1" number:decimal-places="2" number:min-decimal-places="2" number:grouping="true"/><number:text> </number:text><number:currency-symbol number:language="fr" number:country="FR">€</number:currency-symbol></number:currency-style>
<number:date-style style:name="N4"><number:day number:style="long"/><number:text>/</number:text><number:month number:style="long"/><number:text>/</number:text><number:year number:style="long"/></number:date-style>
<number:percentage-style style:name="N5"><number:number number:min-integer-digits="1" number:decimal-places="1" number:min-decimal-places="1"/><number:text> %</number:text></number:percentage-style>
<style:style style:name="co" style:family="table-column"><style:table-column-properties style:use-optimal-column-width="true" style:column-width="4cm"/></style:style>
<style:style style:name="entete" style:family="table-cell"><style:table-cell-properties fo:background-color="#eef0f7" fo:wrap-option="wrap"/><style:text-properties fo:font-weight="bold"/></style:style>
<style:style style:name="note" style:family="table-cell"><style:text-properties fo:font-style="italic"/></style:style>
<style:style style:name="entier" style:family="table-cell" style:data-style-name="N1"/>
<style:style style:name="decimal" style:family="table-cell" style:data-style-name="N2"/>
<style:style style:name="euros" style:family="table-cell" style:data-style-name="N3"/>
<style:style style:name="date" style:family="table-cell" style:data-style-name="N4"/>
<style:style style:name="pourcent" style:family="table-cell" style:data-style-name="N5"/>
</office:automatic-styles>
<office:body><office:spreadsheet>
"##;
const QUEUE: &str = "</office:spreadsheet></office:body></office:document-content>";

/// Writes the sheets as one OpenDocument spreadsheet; same bytes for same sheets.
///
/// # Errors
/// [`Erreur::TropGrand`] above 1,048,576 rows or 16,384 columns.
pub fn ods(feuilles: &[Feuille]) -> Result<Vec<u8>, Erreur> {
    let noms = names::unique(feuilles.iter().map(|feuille| feuille.nom.as_str()));
    let mut contenu = String::from(TETE);
    for (feuille, nom) in feuilles.iter().zip(noms) {
        let lignes = feuille.preambule.len() + 1 + feuille.lignes.len();
        let colonnes = feuille.lignes.iter().map(Vec::len).max().unwrap_or(0);
        if lignes > 1_048_576 || colonnes.max(feuille.colonnes.len()) > 16_384 {
            return Err(Erreur::TropGrand);
        }
        push_sheet(&mut contenu, feuille, &nom);
    }
    contenu.push_str(QUEUE);
    pack(&contenu).map_err(|erreur| Erreur::Ecriture(erreur.to_string()))
}

fn pack(contenu: &str) -> Result<Vec<u8>, zip::result::ZipError> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    // The type comes first and uncompressed, so that the file is recognised.
    let brut = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let reduit = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    archive.start_file("mimetype", brut)?;
    archive.write_all(TYPE.as_bytes())?;
    archive.start_file("META-INF/manifest.xml", reduit)?;
    archive.write_all(MANIFESTE.as_bytes())?;
    archive.start_file("content.xml", reduit)?;
    archive.write_all(contenu.as_bytes())?;
    Ok(archive.finish()?.into_inner())
}

fn push_sheet(sortie: &mut String, feuille: &Feuille, nom: &str) {
    sortie.push_str("<table:table table:name=\"");
    push_escaped(sortie, nom);
    sortie.push_str("\">");
    let nombre = feuille.colonnes.len().max(1);
    let _ = write!(
        sortie,
        "<table:table-column table:style-name=\"co\" table:number-columns-repeated=\"{nombre}\"/>"
    );
    for texte in &feuille.preambule {
        push_row(sortie, |sortie| push_text(sortie, texte, Some("note")));
    }
    sortie.push_str("<table:table-header-rows>");
    push_row(sortie, |sortie| {
        for colonne in &feuille.colonnes {
            push_text(sortie, &colonne.titre, Some("entete"));
        }
    });
    sortie.push_str("</table:table-header-rows>");
    for ligne in &feuille.lignes {
        push_row(sortie, |sortie| {
            for cellule in ligne {
                push_cell(sortie, cellule);
            }
        });
    }
    sortie.push_str("</table:table>\n");
}

fn push_row(sortie: &mut String, cellules: impl FnOnce(&mut String)) {
    sortie.push_str("<table:table-row>");
    let debut = sortie.len();
    cellules(sortie);
    if sortie.len() == debut {
        sortie.push_str("<table:table-cell/>");
    }
    sortie.push_str("</table:table-row>\n");
}

fn push_cell(sortie: &mut String, cellule: &Cellule) {
    let (style, genre, valeur) = match cellule {
        Cellule::Texte(texte) if !texte.is_empty() => return push_text(sortie, texte, None),
        Cellule::Entier(nombre) => ("entier", "float", nombre.to_string()),
        Cellule::Decimal(nombre) if nombre.is_finite() => ("decimal", "float", nombre.to_string()),
        Cellule::Euros(centimes) => {
            let signe = if *centimes < 0 { "-" } else { "" };
            let centimes = centimes.unsigned_abs();
            let valeur = format!("{signe}{}.{:02}", centimes / 100, centimes % 100);
            ("euros", "currency", valeur)
        }
        Cellule::Pourcent(part) if part.is_finite() => ("pourcent", "percentage", part.to_string()),
        Cellule::Date(date) => {
            let _ = write!(
                sortie,
                "<table:table-cell table:style-name=\"date\" office:value-type=\"date\" \
                 office:date-value=\"{date}\"><text:p>{date}</text:p></table:table-cell>"
            );
            return;
        }
        Cellule::Vide | Cellule::Texte(_) | Cellule::Decimal(_) | Cellule::Pourcent(_) => {
            sortie.push_str("<table:table-cell/>");
            return;
        }
    };
    let devise = if genre == "currency" {
        " office:currency=\"EUR\""
    } else {
        ""
    };
    let _ = write!(
        sortie,
        "<table:table-cell table:style-name=\"{style}\" office:value-type=\"{genre}\"{devise} \
         office:value=\"{valeur}\"><text:p>{valeur}</text:p></table:table-cell>"
    );
}

fn push_text(sortie: &mut String, texte: &str, style: Option<&str>) {
    sortie.push_str("<table:table-cell office:value-type=\"string\"");
    if let Some(style) = style {
        let _ = write!(sortie, " table:style-name=\"{style}\"");
    }
    sortie.push('>');
    for paragraphe in names::held(texte).replace('\r', "").split('\n') {
        sortie.push_str("<text:p>");
        push_paragraph(sortie, paragraphe);
        sortie.push_str("</text:p>");
    }
    sortie.push_str("</table:table-cell>");
}

/// OpenDocument collapses spaces as HTML does: runs, ends and tabs have elements.
fn push_paragraph(sortie: &mut String, texte: &str) {
    let mut espaces = 0;
    let mut debut = true;
    let flush = |sortie: &mut String, espaces: &mut usize, bord: bool| {
        if *espaces == 1 && !bord {
            sortie.push(' ');
        } else if *espaces > 0 {
            let _ = write!(sortie, "<text:s text:c=\"{espaces}\"/>");
        }
        *espaces = 0;
    };
    for c in texte.chars() {
        if c == ' ' {
            espaces += 1;
            continue;
        }
        flush(sortie, &mut espaces, debut);
        debut = false;
        if c == '\t' {
            sortie.push_str("<text:tab/>");
        } else {
            push_escaped(sortie, c.encode_utf8(&mut [0; 4]));
        }
    }
    flush(sortie, &mut espaces, true);
}

fn push_escaped(sortie: &mut String, texte: &str) {
    for c in texte.chars() {
        match c {
            '&' => sortie.push_str("&amp;"),
            '<' => sortie.push_str("&lt;"),
            '>' => sortie.push_str("&gt;"),
            '"' => sortie.push_str("&quot;"),
            c => sortie.push(c),
        }
    }
}
