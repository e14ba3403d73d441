//! The counts of spec 30 §1.1, checked on the embedded file.

use std::collections::HashSet;

use super::*;

fn count<T>(liste: &[T], f: impl Fn(&T) -> bool) -> usize {
    liste.iter().filter(|x| f(x)).count()
}

#[test]
fn every_level_has_its_count() {
    let g = verify().expect("the embedded file is readable");
    let zones = |z: &[Zone]| {
        [Zone::Metro, Zone::Drom, Zone::Com].map(|x| z.iter().filter(|y| **y == x).count())
    };
    assert_eq!(
        zones(&g.regions.iter().map(|r| r.zone).collect::<Vec<_>>()),
        [13, 5, 8]
    );
    assert_eq!(
        zones(&g.departements.iter().map(|d| d.zone).collect::<Vec<_>>()),
        [96, 5, 8]
    );
    assert_eq!(
        zones(&g.communes.iter().map(|c| c.zone).collect::<Vec<_>>()),
        [34_746, 129, 94]
    );
    assert_eq!(g.arrondissements.len(), 333);
    assert_eq!(
        GenreEpci::TOUS.map(|x| count(&g.epci, |e| e.genre == x)),
        [987, 230, 14, 22]
    );
    assert_eq!(g.ept.len(), 11);
    assert_eq!(
        GenrePartie::TOUS.map(|x| count(&g.parties, |p| p.genre == x)),
        [45, 2105, 471]
    );
    assert_eq!(count(&g.parties, |p| p.code == p.commune), 584);
    assert_eq!(g.anciens_codes().count(), 4240);
}

#[test]
fn every_link_leads_somewhere() {
    let g = geographie();
    for c in &g.communes {
        assert!(
            g.departement(c.departement)
                .is_some_and(|d| d.region == c.region),
            "{}",
            c.code
        );
        assert!(g.region(c.region).is_some(), "{}", c.code);
        assert_eq!(
            c.arrondissement.is_some(),
            c.zone != Zone::Com && c.departement != "976",
            "{}",
            c.code
        );
        assert_eq!(g.commune(c.code).map(|x| x.nom), Some(c.nom));
    }
    let sommes: usize = g
        .departements
        .iter()
        .map(|d| g.communes_of_departement(d.code).len())
        .sum();
    assert_eq!(sommes, g.communes.len());
    assert_eq!(g.communes_of_departement("35").len(), 332);
    assert!(
        g.communes_of_departement("2").is_empty(),
        "codes are compared whole"
    );
    assert_eq!(count(&g.communes, |c| c.ept.is_some()), 129);
    let meres: HashSet<&str> = g
        .parties
        .iter()
        .filter(|p| p.genre == GenrePartie::ArrondissementMunicipal)
        .map(|p| p.commune)
        .collect();
    assert_eq!(meres, HashSet::from(["13055", "69123", "75056"]));
}

#[test]
fn postcodes_and_points_have_their_counts() {
    let g = geographie();
    let postes: HashSet<&str> = g.par_poste.iter().map(|p| p.0).collect();
    assert_eq!((g.par_poste.len(), postes.len()), (35_493, 6310));
    assert_eq!(
        postes
            .iter()
            .map(|p| g.communes_of_code_postal(p).count())
            .max(),
        Some(46)
    );
    assert_eq!(
        count(&g.communes, |c| c.zone != Zone::Com && c.mairie.is_none()),
        50
    );
    assert_eq!(
        count(&g.communes, |c| c.zone != Zone::Com && c.centre.is_none()),
        8
    );
    assert_eq!(crate::contours::contours().len(), 34_867);
}

#[test]
fn the_two_sources_disagree_on_forty_five_communes() {
    let g = geographie();
    assert_eq!(g.ecarts.len(), 45);
    assert_eq!(count(&g.ecarts, |e| e.retenu == "994579670"), 19, "Lévézou");
    assert_eq!(
        count(&g.ecarts, |e| e.retenu == "992367730"),
        23,
        "Thionville Fensch"
    );
    assert_eq!(count(&g.communes, |c| c.epci.is_some()), 34_871);
    let sans: Vec<&str> = g
        .communes
        .iter()
        .filter(|c| c.zone != Zone::Com && c.epci.is_none())
        .map(|c| c.code)
        .collect();
    assert_eq!(sans, ["22016", "29083", "29155", "85113"]);
}

#[test]
fn populations_are_three_series_and_nothing_is_never_zero() {
    let g = geographie();
    let somme = |s| {
        g.communes
            .iter()
            .filter_map(|c| c.population_of(s))
            .map(u64::from)
            .sum::<u64>()
    };
    assert_eq!(somme(Serie::Cog), 68_952_941);
    assert_eq!(somme(Serie::Banatic), 68_010_643);
    assert_eq!(somme(Serie::DataFrance), 66_526_267);
    let nulles = count(&g.communes, |c| {
        c.population() == Some(0) && c.departement == "55"
    });
    assert_eq!(
        (nulles, count(&g.communes, |c| c.population() == Some(0))),
        (6, 6)
    );
    let sans_objet: Vec<&str> = g
        .communes
        .iter()
        .filter(|c| c.population().is_none())
        .map(|c| c.departement)
        .collect();
    assert_eq!(sans_objet, ["984", "984", "984", "984", "984", "989"]);
    let manquantes = count(&g.communes, |c| {
        c.zone != Zone::Com && c.population_of(Serie::DataFrance).is_none()
    });
    assert_eq!(manquantes, 18);
}

#[test]
fn names_take_their_article() {
    let g = geographie();
    let d = |c: &str| g.departement(c).map(Departement::de).unwrap_or_default();
    assert_eq!(
        [d("01"), d("35"), d("14"), d("29"), d("08"), d("75")],
        [
            "de l'Ain",
            "d'Ille-et-Vilaine",
            "du Calvados",
            "du Finistère",
            "des Ardennes",
            "de Paris"
        ]
    );
    let c = |c: &str| g.commune(c).map(Commune::de).unwrap_or_default();
    assert_eq!(
        [c("35238"), c("76351"), c("17300")],
        ["de Rennes", "du Havre", "de La Rochelle"]
    );
    assert_eq!(
        g.commune("35238").map(Commune::libelle).as_deref(),
        Some("Rennes (35000)")
    );
}
