//! Whatever is sent, the reader answers: it never panics.

use std::io::Cursor;

use proptest::prelude::*;

use super::lire;
use super::tests::{archive, ods_of};
use crate::tableur::{Cellule, Colonne, Feuille, Genre, ods, xlsx};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn no_bytes_make_the_reader_panic(octets in prop::collection::vec(any::<u8>(), 0..400), debut in 0usize..5) {
        let tetes: [&[u8]; 5] = [b"", b"PK\x03\x04", b"\xef\xbb\xbf", b"\xff\xfe", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"];
        let _ = lire(&[tetes[debut], &octets].concat(), "f");
    }

    #[test]
    fn no_text_makes_the_reader_panic(texte in "[;,\t\"\n\ra\u{e9} ]{0,60}") {
        let _ = lire(texte.as_bytes(), "f.csv");
    }

    #[test]
    fn no_damage_makes_the_reader_panic(i in any::<prop::sample::Index>(), octet in any::<u8>(), excel in any::<bool>()) {
        let feuille = Feuille::new("f", [Colonne::new("A", Genre::Texte)]).ligne([Cellule::texte("x")]);
        let mut octets = if excel { xlsx(&[feuille]) } else { ods(&[feuille]) }.unwrap();
        let i = i.index(octets.len());
        octets[i] = octet;
        let _ = lire(&octets, "f");
    }

    #[test]
    fn no_xml_makes_the_reader_panic(corps in "(<table:table-row>|</table:table-row>|<table:table-cell>|</table:table-cell>|<text:p>|</text:p>|<text:s/>|&amp;|&#x0;|&x;|a|<office:annotation>|</office:annotation>){0,20}") {
        let _ = lire(&ods_of(&corps), "f.ods");
    }

    /// Damage under the archive, where checksums do not see it.
    #[test]
    fn no_damaged_part_makes_the_reader_panic(
        partie in any::<prop::sample::Index>(), place in any::<prop::sample::Index>(), texte in "[<>\"&;0-9a-zA-Z/ ]{0,6}"
    ) {
        let sain = xlsx(&[Feuille::new("f", [Colonne::new("A", Genre::Texte)]).ligne([Cellule::Entier(1)])]).unwrap();
        let mut lecteur = zip::ZipArchive::new(Cursor::new(sain)).unwrap();
        let mut parties = Vec::new();
        for i in 0..lecteur.len() {
            let mut fichier = lecteur.by_index(i).unwrap();
            let mut contenu = Vec::new();
            std::io::Read::read_to_end(&mut fichier, &mut contenu).unwrap();
            parties.push((fichier.name().unwrap().into_owned(), contenu));
        }
        let nombre = parties.len();
        let (_, contenu) = &mut parties[partie.index(nombre)];
        let debut = place.index(contenu.len());
        let fin = (debut + texte.len()).min(contenu.len());
        contenu.splice(debut..fin, texte.bytes());
        let parties: Vec<(&str, &[u8])> = parties.iter().map(|(nom, contenu)| (nom.as_str(), contenu.as_slice())).collect();
        let _ = lire(&archive(&parties), "f.xlsx");
    }
}
