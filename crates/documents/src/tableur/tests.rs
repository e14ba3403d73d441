use jiff::civil::date;
use proptest::prelude::*;

use super::*;

fn feuille() -> Feuille {
    Feuille::new(
        "Postes : 2026/1",
        [
            Colonne::new("Structure", Genre::Texte),
            Colonne::new("Postes", Genre::Entier),
            Colonne::new("ETP", Genre::Decimal),
            Colonne::new("Subvention", Genre::Euros),
            Colonne::new("Signée le", Genre::Date),
            Colonne::new("Part", Genre::Pourcent),
        ],
    )
    .preambule("Périmètre : Creuse")
    .ligne([
        Cellule::texte("CCAS de « Guéret » & <fils>"),
        Cellule::Entier(2),
        Cellule::Decimal(1.5),
        Cellule::Euros(-5_000_050),
        Cellule::Date(date(2026, 3, 3)),
        Cellule::Pourcent(0.07),
    ])
    .ligne([
        Cellule::texte("=1+1"),
        Cellule::Vide,
        Cellule::Decimal(f64::NAN),
    ])
}

fn rows(octets: &[u8], nom: &str) -> Vec<Vec<String>> {
    lire(octets, nom).unwrap().swap_remove(0).lignes
}

#[test]
fn csv_is_what_french_spreadsheets_open() {
    let attendu = "\u{feff}Périmètre : Creuse\r\n\
        Structure;Postes;ETP;Subvention;Signée le;Part\r\n\
        CCAS de « Guéret » & <fils>;2;1,5;-50000,50;2026-03-03;7 %\r\n\
        '=1+1;;\r\n";
    assert_eq!(String::from_utf8(csv(&feuille())).unwrap(), attendu);
}

#[test]
fn formulas_are_disarmed_in_csv_and_numbers_are_not() {
    for (texte, attendu) in [
        ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("-1+cmd", "'-1+cmd"),
        ("\tx", "\"'\tx\""),
        ("+33 6 12 34 56 78", "+33 6 12 34 56 78"),
        ("-12", "-12"),
        ("-", "'-"),
    ] {
        let feuille =
            Feuille::new("f", [Colonne::new("A", Genre::Texte)]).ligne([Cellule::texte(texte)]);
        let sortie = String::from_utf8(csv(&feuille)).unwrap();
        assert_eq!(sortie, format!("\u{feff}A\r\n{attendu}\r\n"), "{texte}");
    }
}

#[test]
fn xlsx_and_ods_read_back_typed() {
    for (octets, nom) in [
        (xlsx(&[feuille()]).unwrap(), "f.xlsx"),
        (ods(&[feuille()]).unwrap(), "f.ods"),
    ] {
        let lues = lire(&octets, nom).unwrap();
        assert_eq!(lues[0].nom, "Postes   2026 1", "{nom}");
        assert_eq!(
            lues[0].lignes,
            [
                vec!["Périmètre : Creuse"],
                vec![
                    "Structure",
                    "Postes",
                    "ETP",
                    "Subvention",
                    "Signée le",
                    "Part"
                ],
                vec![
                    "CCAS de « Guéret » & <fils>",
                    "2",
                    "1.5",
                    "-50000.5",
                    "2026-03-03",
                    "0.07"
                ],
                vec!["=1+1"],
            ],
            "{nom}"
        );
    }
}

#[test]
fn another_reader_agrees_on_our_ods() {
    use calamine::{Data, Ods, Reader};
    let octets = ods(&[feuille()]).unwrap();
    let mut classeur = Ods::new(std::io::Cursor::new(octets)).unwrap();
    let cellules = classeur.worksheet_range("Postes   2026 1").unwrap();
    assert_eq!(cellules.get_value((2, 1)), Some(&Data::Float(2.0)));
    assert_eq!(cellules.get_value((2, 3)), Some(&Data::Float(-50_000.5)));
    assert_eq!(
        cellules.get_value((3, 0)),
        Some(&Data::String("=1+1".to_owned()))
    );
}

#[test]
fn texts_stay_texts_in_xlsx() {
    let octets = xlsx(&[feuille()]).unwrap();
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(octets)).unwrap();
    let mut feuille = String::new();
    let mut partie = archive.by_name("xl/worksheets/sheet1.xml").unwrap();
    std::io::Read::read_to_string(&mut partie, &mut feuille).unwrap();
    assert!(!feuille.contains("<f>"), "a formula was written");
    assert!(feuille.contains("t=\"s\""));
}

#[test]
fn same_sheets_same_bytes() {
    let feuilles = [feuille(), feuille()];
    assert_eq!(xlsx(&feuilles).unwrap(), xlsx(&feuilles).unwrap());
    assert_eq!(ods(&feuilles).unwrap(), ods(&feuilles).unwrap());
}

#[test]
fn tab_names_are_acceptable_and_unique() {
    let longue = "Structures porteuses de la région Provence";
    let noms = names::unique(["a/b", "A:B", "", "'x'", longue, longue].into_iter());
    assert_eq!(noms[..4], ["a b", "A B (2)", "Feuille", "x"]);
    assert_eq!(noms[4], "Structures porteuses de la régi");
    assert_eq!(noms[5], "Structures porteuses de la (2)");
    let feuilles: Vec<_> = ["a/b", "A:B", "", "'x'", longue, longue]
        .map(|nom| Feuille::new(nom, []))
        .into();
    assert!(xlsx(&feuilles).is_ok());
}

#[test]
fn texts_too_long_for_a_cell_say_so() {
    let feuille = Feuille::new("f", [Colonne::new("A", Genre::Texte)])
        .ligne([Cellule::texte("é".repeat(40_000))]);
    let lues = rows(&xlsx(&[feuille]).unwrap(), "f.xlsx");
    assert!(lues[1][0].ends_with("[suite coupée]"));
    assert_eq!(lues[1][0].chars().count(), 32_767);
}

#[test]
fn too_many_columns_are_refused() {
    let ligne = vec![Cellule::Entier(1); 16_385];
    let feuille = Feuille::new("f", []).ligne(ligne);
    assert!(matches!(
        xlsx(std::slice::from_ref(&feuille)),
        Err(Erreur::TropGrand)
    ));
    assert!(matches!(ods(&[feuille]), Err(Erreur::TropGrand)));
}

/// What the reader gives for rows written: no trailing empty cell, no trailing row.
fn trimmed(lignes: &[Vec<String>]) -> Vec<Vec<String>> {
    let mut lignes: Vec<Vec<String>> = lignes
        .iter()
        .map(|ligne| {
            let fin = ligne
                .iter()
                .rposition(|c| !c.is_empty())
                .map_or(0, |i| i + 1);
            ligne[..fin].to_vec()
        })
        .collect();
    while lignes.last().is_some_and(Vec::is_empty) {
        lignes.pop();
    }
    lignes
}

/// Any text but those the CSV guard changes and the controls no file carries.
fn texte() -> impl Strategy<Value = String> {
    "[^\\p{C}=+\\-@][^\\p{C}]{0,12}(\n[^\\p{C}]{1,4})?|"
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn what_is_written_is_read_back(
        corps in prop::collection::vec(prop::collection::vec(texte(), 3), 0..8)
    ) {
        let mut feuille = Feuille::new("f", ["Nom", "Commune", "Note"].map(|t| Colonne::new(t, Genre::Texte)));
        let mut attendu = vec![vec!["Nom".to_owned(), "Commune".to_owned(), "Note".to_owned()]];
        for ligne in corps {
            feuille = feuille.ligne(ligne.iter().cloned().map(Cellule::Texte));
            attendu.push(ligne);
        }
        let attendu = trimmed(&attendu);
        prop_assert_eq!(rows(&csv(&feuille), "f.csv"), attendu.clone());
        prop_assert_eq!(rows(&ods(std::slice::from_ref(&feuille)).unwrap(), "f.ods"), attendu.clone());
        prop_assert_eq!(rows(&xlsx(&[feuille]).unwrap(), "f.xlsx"), attendu);
    }
}
