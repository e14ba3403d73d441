use std::io::{Cursor, Write};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::*;
use crate::tableur::{Cellule, Colonne, Feuille, Genre, csv, ods, xlsx};

pub(super) fn archive(parties: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (nom, contenu) in parties {
        archive
            .start_file(*nom, SimpleFileOptions::default())
            .unwrap();
        archive.write_all(contenu).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

/// An ODS whose sheet holds `corps`.
pub(super) fn ods_of(corps: &str) -> Vec<u8> {
    let contenu = format!(
        "<office:document-content><office:body><office:spreadsheet>\
         <table:table table:name=\"Liste\">{corps}</table:table>\
         </office:spreadsheet></office:body></office:document-content>"
    );
    archive(&[
        ("mimetype", crate::tableur::ods::TYPE.as_bytes()),
        ("content.xml", contenu.as_bytes()),
    ])
}

fn lignes(octets: &[u8]) -> Vec<Vec<String>> {
    lire(octets, "liste.csv").unwrap().swap_remove(0).lignes
}

fn refus(octets: &[u8], nom: &str) -> Refus {
    lire(octets, nom).unwrap_err()
}

#[test]
fn separators_and_encodings_are_found_out() {
    let attendu = [vec!["nom", "prénom"], vec!["Œuvré, A", "Zoé; B"]];
    for texte in [
        "nom;prénom\r\nŒuvré, A;\"Zoé; B\"\r\n",
        "nom,prénom\n\"Œuvré, A\",Zoé; B",
        "nom\tprénom\rŒuvré, A\tZoé; B\r",
        "sep=;\nnom;prénom\nŒuvré, A;\"Zoé; B\"",
    ] {
        assert_eq!(lignes(texte.as_bytes()), attendu, "utf-8 {texte:?}");
        let bom = format!("\u{feff}{texte}");
        assert_eq!(lignes(bom.as_bytes()), attendu, "bom {texte:?}");
        let latin = encoding_rs::WINDOWS_1252.encode(texte).0;
        assert_eq!(lignes(&latin), attendu, "1252 {texte:?}");
        let utf16: Vec<u8> = bom.encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(lignes(&utf16), attendu, "utf-16 {texte:?}");
    }
}

#[test]
fn rows_keep_the_number_people_see() {
    let lues = lignes(b"titre\n\na;b;;\n;;\n\"x\ny\";z\n\n");
    assert_eq!(
        lues,
        [
            vec!["titre"],
            vec![],
            vec!["a", "b"],
            vec![],
            vec!["x\ny", "z"]
        ]
    );
}

#[test]
fn clumsy_quotes_lose_nothing() {
    assert_eq!(
        lignes(b"a;b\n\"x\" y;5\" z\n"),
        [["a", "b"], ["x y", "5\" z"]]
    );
    assert_eq!(
        refus(b"a;b\n1;\"jamais", "l.csv"),
        Refus::Guillemet { ligne: 2 }
    );
}

#[test]
fn what_is_no_table_is_named() {
    let format = |octets: &[u8]| match refus(octets, "liste.csv") {
        Refus::Format { trouve } => trouve,
        autre => panic!("{autre:?}"),
    };
    assert_eq!(format(b"%PDF-1.7"), "un document PDF");
    assert_eq!(format(b"\x89PNG\r\n"), "une image");
    assert_eq!(
        format(b"\xef\xbb\xbf \n<HTML><table>"),
        "une page web ou un fichier XML"
    );
    assert_eq!(
        format(&archive(&[("word/document.xml", b"<x/>")])),
        "un document texte"
    );
    assert_eq!(
        format(&archive(&[("photo.jpg", b"x")])),
        "une archive compressée"
    );
    assert_eq!(refus(b"", "l.csv"), Refus::Vide);
    assert_eq!(refus(b"a;b\0c", "l.csv"), Refus::Encodage);
    assert_eq!(refus(b"PK\x03\x04 tronque", "l.xlsx"), Refus::Illisible);
}

#[test]
fn macros_old_formats_and_passwords_are_refused() {
    let utf16 = |nom: &str| -> Vec<u8> {
        let mut octets = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec();
        octets.extend(nom.encode_utf16().flat_map(u16::to_le_bytes));
        octets
    };
    assert_eq!(refus(&utf16("EncryptedPackage"), "l.xlsx"), Refus::Chiffre);
    assert_eq!(refus(&utf16("Workbook"), "l.xls"), Refus::AncienFormat);
    assert_eq!(refus(&utf16("_VBA_PROJECT_CUR"), "l.xls"), Refus::Macros);
    let sain = xlsx(&[Feuille::new("f", [])]).unwrap();
    assert_eq!(refus(&sain, "l.XLSM"), Refus::Macros);
    let vba = archive(&[
        ("[Content_Types].xml", b"<Types/>"),
        ("xl/workbook.xml", b"<workbook/>"),
        ("xl/vbaProject.bin", b"x"),
    ]);
    assert_eq!(refus(&vba, "l.xlsx"), Refus::Macros);
    let basic = archive(&[
        ("mimetype", crate::tableur::ods::TYPE.as_bytes()),
        ("Basic/Standard/Module1.xml", b"<x/>"),
        ("content.xml", b"<x/>"),
    ]);
    assert_eq!(refus(&basic, "l.ods"), Refus::Macros);
    let chiffre = archive(&[
        ("mimetype", crate::tableur::ods::TYPE.as_bytes()),
        ("META-INF/manifest.xml", b"<manifest:encryption-data/>"),
        ("content.xml", b"x"),
    ]);
    assert_eq!(refus(&chiffre, "l.ods"), Refus::Chiffre);
}

#[test]
fn bombs_are_refused_before_parsing() {
    let zeros = vec![b' '; 30 << 20];
    let bombe = archive(&[
        ("mimetype", crate::tableur::ods::TYPE.as_bytes()),
        ("content.xml", &zeros),
    ]);
    assert!(bombe.len() < 100_000);
    assert_eq!(refus(&bombe, "l.ods"), Refus::Bombe);
    let nombreuses: Vec<String> = (0..1_001).map(|i| format!("p{i}")).collect();
    let parties: Vec<(&str, &[u8])> = nombreuses
        .iter()
        .map(|nom| (nom.as_str(), &b"x"[..]))
        .collect();
    assert_eq!(refus(&archive(&parties), "l.ods"), Refus::Bombe);
    // A declared size that lies: the central directory says 1 byte.
    let mut menteuse = bombe;
    let taille = u32::try_from(zeros.len()).unwrap().to_le_bytes();
    while let Some(i) = menteuse.windows(4).position(|f| f == taille) {
        menteuse[i..i + 4].copy_from_slice(&1u32.to_le_bytes());
    }
    assert!(lire(&menteuse, "l.ods").is_err());
}

#[test]
fn repeated_cells_are_unrolled_within_the_limits() {
    let lues = lire(
        &ods_of(
            "<table:table-row><table:table-cell table:number-columns-repeated=\"2\" \
             office:value-type=\"string\"><text:p>a<text:s text:c=\"2\"/>b &amp; &#233;</text:p>\
             <text:p>c</text:p></table:table-cell></table:table-row>\
             <table:table-row table:number-rows-repeated=\"2\"><table:table-cell \
             table:number-columns-repeated=\"16384\"/></table:table-row>\
             <table:table-row table:number-rows-repeated=\"2\"><table:table-cell/>\
             <table:table-cell office:value-type=\"float\" office:value=\"12345678901234\"/>\
             <table:table-cell office:value-type=\"time\" office:time-value=\"PT09H30M00S\"/>\
             <table:table-cell office:value-type=\"string\"><office:annotation><text:p>note</text:p>\
             </office:annotation><text:p>x</text:p></table:table-cell></table:table-row>\
             <table:table-row table:number-rows-repeated=\"1048000\"><table:table-cell \
             table:number-columns-repeated=\"16384\"/></table:table-row>",
        ),
        "l.ods",
    )
    .unwrap();
    assert_eq!(lues[0].nom, "Liste");
    let remplie = vec!["", "12345678901234", "09:30:00", "x"];
    assert_eq!(
        lues[0].lignes,
        [
            vec!["a  b & é\nc", "a  b & é\nc"],
            vec![],
            vec![],
            remplie.clone(),
            remplie
        ]
    );
    let bombe = ods_of(
        "<table:table-row table:number-rows-repeated=\"1000000000\"><table:table-cell \
         office:value-type=\"string\"><text:p>x</text:p></table:table-cell></table:table-row>",
    );
    assert_eq!(refus(&bombe, "l.ods"), Refus::TropDeLignes { max: 100_000 });
    let large = ods_of(
        "<table:table-row><table:table-cell table:number-columns-repeated=\"18446744073709551615\" \
         office:value-type=\"string\"><text:p>x</text:p></table:table-cell></table:table-row>",
    );
    assert_eq!(refus(&large, "l.ods"), Refus::TropDeColonnes { max: 300 });
    let texte = "x".repeat(100_000);
    let longue = ods_of(&format!(
        "<table:table-row table:number-rows-repeated=\"90000\"><table:table-cell \
         office:value-type=\"string\"><text:p>{texte}</text:p></table:table-cell></table:table-row>"
    ));
    assert_eq!(refus(&longue, "l.ods"), Refus::Bombe);
}

#[test]
fn limits_of_the_caller_are_kept_in_every_format() {
    let mut feuille = Feuille::new("f", [Colonne::new("A", Genre::Texte)]);
    for i in 0..20 {
        feuille = feuille.ligne([Cellule::Entier(i), Cellule::Entier(i)]);
    }
    let feuilles = [feuille.clone(), feuille.clone()];
    let une = std::slice::from_ref(&feuille);
    let trois = [csv(&feuille), ods(une).unwrap(), xlsx(une).unwrap()];
    let limites = Limites::default();
    for octets in &trois {
        let lire = |limites| lire_dans(octets, "f", &limites).map(|_| ());
        assert_eq!(
            lire(Limites {
                lignes: 21,
                ..limites
            }),
            Ok(())
        );
        assert_eq!(
            lire(Limites {
                lignes: 20,
                ..limites
            }),
            Err(Refus::TropDeLignes { max: 20 })
        );
        assert_eq!(
            lire(Limites {
                colonnes: 1,
                ..limites
            }),
            Err(Refus::TropDeColonnes { max: 1 })
        );
        assert_eq!(
            lire(Limites {
                cellules: 30,
                ..limites
            }),
            Err(Refus::TropDeCellules { max: 30 })
        );
        assert_eq!(
            lire(Limites {
                octets: 10,
                ..limites
            }),
            Err(Refus::TropGros { max: 10 })
        );
    }
    for octets in [ods(&feuilles).unwrap(), xlsx(&feuilles).unwrap()] {
        assert_eq!(
            lire_dans(
                &octets,
                "f",
                &Limites {
                    feuilles: 1,
                    ..limites
                }
            ),
            Err(Refus::TropDeFeuilles { max: 1 })
        );
    }
}

#[test]
fn formulas_are_read_as_their_values_and_dates_as_iso() {
    use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook};
    let mut classeur = Workbook::new();
    let onglet = classeur.add_worksheet();
    let format = |texte| Format::new().set_num_format(texte);
    let le = ExcelDateTime::from_ymd(2026, 3, 3).unwrap();
    onglet
        .write_formula(0, 0, Formula::new("=SUM(1,1)").set_result("2"))
        .unwrap();
    onglet
        .write_datetime_with_format(0, 1, &le, &format("dd/mm/yyyy"))
        .unwrap();
    let a = le.and_hms(14, 30, 0).unwrap();
    onglet
        .write_datetime_with_format(0, 2, &a, &format("dd/mm/yyyy hh:mm"))
        .unwrap();
    onglet
        .write_number_with_format(0, 3, 0.395_833_333_333, &format("hh:mm"))
        .unwrap();
    onglet.write_boolean(0, 4, true).unwrap();
    onglet.write_number(0, 5, 1e15).unwrap();
    let octets = classeur.save_to_buffer().unwrap();
    assert_eq!(
        lignes(&octets),
        [[
            "2",
            "2026-03-03",
            "2026-03-03T14:30:00",
            "09:30:00",
            "vrai",
            "1000000000000000"
        ]]
    );
}

#[test]
fn formulas_are_refused_where_they_are_not_expected() {
    use rust_xlsxwriter::{Formula, Workbook};
    let strict = Limites {
        formules: false,
        ..Limites::default()
    };
    let lire = |octets: &[u8]| lire_dans(octets, "liste.csv", &strict);
    let mut classeur = Workbook::new();
    let onglet = classeur.add_worksheet();
    onglet.write_string(0, 0, "nom").unwrap();
    onglet
        .write_formula(2, 1, Formula::new("=SUM(1,1)").set_result("2"))
        .unwrap();
    assert_eq!(
        lire(&classeur.save_to_buffer().unwrap()),
        Err(Refus::Formule { ligne: 3 })
    );
    let ods = ods_of(
        "<table:table-row><table:table-cell><text:p>nom</text:p></table:table-cell></table:table-row>\
         <table:table-row><table:table-cell table:formula=\"of:=1+1\" office:value-type=\"float\" office:value=\"2\"/></table:table-row>",
    );
    assert_eq!(lire(&ods), Err(Refus::Formule { ligne: 2 }));
    for injection in [
        "=1+1",
        "=HYPERLINK(\"http://exemple.fr\")",
        " =cmd|' /C calc'!A0",
        "-1+cmd|' /C calc'!A0",
        "+SUM(1)",
        "@SUM(A1)",
    ] {
        let csv = format!("nom;notes\nDiallo;\"{}\"\n", injection.replace('"', "\"\""));
        assert_eq!(
            lire(csv.as_bytes()),
            Err(Refus::Formule { ligne: 2 }),
            "{injection}"
        );
        assert!(super::lire(csv.as_bytes(), "f.csv").is_ok());
    }
    let ordinaire = "nom;notes\nDiallo;+33 (0)2 99 00 00 00\nNey;-12,5\nRoy;- vient le mardi (10 h)\n@awa;d'accord\n";
    assert!(lire(ordinaire.as_bytes()).is_ok());
}
