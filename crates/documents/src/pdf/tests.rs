use jiff::civil::date;
use proptest::prelude::*;

use super::font::{Fontes, Style};
use super::layout::{Composition, Element, Nature, compose};
use super::text::Police;
use super::*;

const CORPS: Police = Police::new(Style::Normal, 11.0);

fn document() -> Document {
    Document::new("Relevé de décision", date(2026, 3, 1)).emetteur("Préfecture de la Creuse")
}

fn contains(octets: &[u8], motif: &str) -> bool {
    octets
        .windows(motif.len())
        .any(|fenetre| fenetre == motif.as_bytes())
}

fn composed(document: &Document) -> Composition {
    compose(document, Fontes::load().unwrap()).unwrap()
}

/// (page, baseline, text, nature) of every line placed.
fn placed(composition: &Composition) -> Vec<(usize, f32, String, Nature)> {
    let mut lignes = Vec::new();
    for (page, elements) in composition.pages.iter().enumerate() {
        for element in elements {
            if let Element::Texte {
                nature, y, ligne, ..
            } = element
            {
                lignes.push((page, *y, shown(ligne), *nature));
            }
        }
    }
    lignes
}

fn shown(ligne: &super::text::Ligne) -> String {
    match (ligne.glyphes.first(), ligne.glyphes.last()) {
        (Some(premier), Some(dernier)) => ligne.texte[premier.debut..dernier.fin].to_owned(),
        _ => String::new(),
    }
}

fn lines(texte: &str, largeur: f32) -> Vec<String> {
    let fontes = Fontes::load().unwrap();
    fontes
        .lines(texte, CORPS, largeur)
        .iter()
        .map(|ligne| shown(ligne).trim_end_matches(' ').to_owned())
        .collect()
}

#[test]
fn export_claims_pdf_a_and_pdf_ua_and_carries_structure() {
    let document = document()
        .sous_titre("Séance du 3 mars")
        .bloc(Bloc::titre(1, "Décisions"))
        .bloc(Bloc::paragraphe("Le comité a examiné 2 dossiers."))
        .bloc(Bloc::liste(["un", "deux"]))
        .bloc(Tableau::new(["Structure", "Postes"], [["CCAS", "2"]]).legende("Postes accordés"))
        .bloc(Bloc::fiche([("Quorum", "5 sur 7")]));
    let octets = pdf(&document).unwrap();
    for motif in [
        "%PDF-1.7",
        "pdfuaid:part",
        "pdfaid:part",
        "/MarkInfo",
        "/Lang(fr-FR)",
        "/H1",
        "/H2",
        "/THead",
        "/Caption",
        "/LBody",
        "/Scope/Column",
        "/DisplayDocTitle true",
        "/Outlines",
    ] {
        assert!(contains(&octets, motif), "{motif} missing");
    }
}

#[test]
fn same_document_same_bytes() {
    let document = document().bloc(Bloc::paragraphe("Texte"));
    assert_eq!(pdf(&document).unwrap(), pdf(&document).unwrap());
    let demain = Document {
        date: date(2026, 3, 2),
        ..document.clone()
    };
    assert_ne!(pdf(&document).unwrap(), pdf(&demain).unwrap());
}

#[test]
fn bundled_typefaces_are_the_ones_expected() {
    let fontes = Fontes::load().unwrap();
    assert_eq!(
        fontes.names(),
        [
            "LibertinusSerif-Regular",
            "LibertinusSerif-Bold",
            "LibertinusSerif-Italic",
            "DejaVuSansMono"
        ]
    );
}

#[test]
fn lines_fit_and_lose_nothing() {
    let texte = "Le conseiller numérique accompagne les habitants dans leurs démarches.";
    let fontes = Fontes::load().unwrap();
    let lignes = fontes.lines(texte, CORPS, 120.0);
    assert!(lignes.len() > 2);
    assert!(lignes.iter().all(|ligne| ligne.largeur <= 120.0));
    let recolle: String = lignes.iter().map(shown).collect();
    assert_eq!(recolle, texte);
}

#[test]
fn french_spaces_are_never_cut() {
    // Every width: whatever the cut, these pairs stay on one line.
    let texte = "Faut-il « tout » savoir ? Non : 12 500 € suffisent ; vite ! 20 % oui, 3\u{a0}mars";
    for largeur in 60..260 {
        let largeur = f32::from(u16::try_from(largeur).unwrap());
        let lignes = lines(texte, largeur);
        for interdit in ["?", ":", ";", "!", "€", "%", "»", "500", "mars"] {
            assert!(
                !lignes.iter().any(|ligne| ligne.starts_with(interdit)),
                "{interdit} starts a line: {lignes:?}"
            );
        }
        assert!(!lignes.iter().any(|ligne| ligne.ends_with('«')));
    }
}

#[test]
fn words_wider_than_the_measure_are_cut_rather_than_overflow() {
    let fontes = Fontes::load().unwrap();
    let lignes = fontes.lines(&"x".repeat(400), CORPS, 100.0);
    assert!(lignes.len() > 10);
    assert!(lignes.iter().all(|ligne| ligne.largeur <= 100.02));
}

#[test]
fn what_no_typeface_has_is_replaced() {
    let fontes = Fontes::load().unwrap();
    let texte = "a\u{0}b\tc\u{200b}d 🙂 \u{e000} Київ";
    assert_eq!(fontes.clean(texte, Style::Normal), "ab cd □ □ Київ");
    assert!(pdf(&document().bloc(Bloc::paragraphe(texte))).is_ok());
}

#[test]
fn long_table_repeats_its_headings_and_never_cuts_a_row() {
    let lignes = (0..150).map(|i| [format!("ligne {i}"), format!("{}\nsuite {i}", i * 2)]);
    let tableau = Tableau::new(["Repère", "Valeur"], lignes);
    let composition = composed(&document().bloc(tableau));
    assert!(composition.pages.len() > 3);
    let places = placed(&composition);
    for page in 1..composition.pages.len() {
        let repetes: Vec<_> = places
            .iter()
            .filter(|(p, _, _, nature)| *p == page && matches!(nature, Nature::Repetition))
            .map(|(_, _, texte, _)| texte.as_str())
            .collect();
        assert_eq!(repetes, ["Repère", "Valeur"], "page {page}");
    }
    let page_of = |texte: &str| {
        places
            .iter()
            .find(|(_, _, t, _)| t.trim_end() == texte)
            .map(|(page, ..)| *page)
            .unwrap()
    };
    for i in 0..150 {
        assert_eq!(
            page_of(&format!("ligne {i}")),
            page_of(&format!("suite {i}"))
        );
    }
    let pied = |(_, y, _, nature): &&(usize, f32, String, Nature)| {
        matches!(nature, Nature::Contenu(_)) && *y > 841.89 - 60.0
    };
    assert_eq!(
        places.iter().filter(pied).count(),
        0,
        "text under the margin"
    );
}

#[test]
fn row_taller_than_a_page_goes_on_over_pages() {
    let haut = (0..200)
        .map(|i| format!("alinéa {i}\n"))
        .collect::<String>();
    let tableau = Tableau::new(["Motif"], [[haut]]);
    let document = document().bloc(tableau);
    let places = placed(&composed(&document));
    assert_eq!(
        places
            .iter()
            .filter(|(_, _, texte, _)| texte.starts_with("alinéa"))
            .count(),
        200
    );
    assert!(pdf(&document).is_ok());
}

#[test]
fn pages_are_numbered_out_of_their_total() {
    let document = document().bloc(Bloc::SautDePage).bloc(Bloc::SautDePage);
    let pieds: Vec<_> = placed(&composed(&document))
        .into_iter()
        .filter(|(_, _, texte, nature)| matches!(nature, Nature::Pied) && texte.starts_with("page"))
        .map(|(_, _, texte, _)| texte)
        .collect();
    assert_eq!(pieds, ["page 1/3", "page 2/3", "page 3/3"]);
}

#[test]
fn heading_levels_are_never_skipped() {
    let document = document()
        .bloc(Bloc::titre(4, "Trop profond"))
        .bloc(Bloc::titre(2, "Suite"));
    let niveaux: Vec<_> = composed(&document)
        .signets
        .iter()
        .map(|signet| signet.niveau)
        .collect();
    assert_eq!(niveaux, [1, 2, 3]);
}

#[test]
fn signature_boxes_stay_with_their_heading() {
    for avant in 25..50 {
        let signature = Bloc::Signature {
            fait: "Fait à Guéret".to_owned(),
            signataires: vec![Signataire {
                qualite: "Le maire".to_owned(),
                nom: "M. Exemple".to_owned(),
            }],
        };
        let mut document = document();
        for i in 0..avant {
            document = document.bloc(Bloc::paragraphe(format!("alinéa {i}")));
        }
        let places = placed(&composed(&document.bloc(signature)));
        let page_of = |debut: &str| {
            places
                .iter()
                .find(|(_, _, texte, _)| texte.starts_with(debut))
                .map(|(page, ..)| *page)
        };
        assert_eq!(page_of("Fait à"), page_of("M. Exemple"), "{avant}");
    }
}

#[test]
fn wrong_models_are_refused() {
    for document in [
        document().bloc(Tableau::new(["A"], [["1", "2"]])),
        document().bloc(Tableau::new([] as [&str; 0], [] as [[&str; 0]; 0])),
        document().bloc(Bloc::titre(1, " ")),
        Document::new("", date(2026, 3, 1)),
    ] {
        assert!(matches!(pdf(&document), Err(Erreur::Modele(_))));
    }
}

#[test]
fn dates_are_written_out() {
    assert_eq!(date_longue(date(2026, 3, 1)), "1er\u{a0}mars\u{a0}2026");
    assert_eq!(
        date_longue(date(2026, 12, 31)),
        "31\u{a0}décembre\u{a0}2026"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_text_makes_a_conforming_file(titre in "\\PC{1,40}", texte in any::<String>(), cellule in any::<String>()) {
        prop_assume!(!titre.trim().is_empty());
        let document = Document::new(titre, date(2026, 3, 1))
            .sous_titre(texte.clone())
            .emetteur(cellule.clone())
            .bloc(Bloc::paragraphe(texte))
            .bloc(Tableau::new(["A", "B"], [[cellule.clone(), String::new()]]).legende(cellule));
        prop_assert!(pdf(&document).is_ok(), "{:?}", pdf(&document).err());
    }
}
