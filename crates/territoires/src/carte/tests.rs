use super::*;

#[test]
fn france_shows_every_territory_that_has_inhabitants() {
    let c = departements();
    let codes: std::collections::BTreeSet<&str> = c.formes.iter().map(|f| f.code).collect();
    assert_eq!(codes.len(), 107, "109 without the two that have none");
    assert_eq!(c.formes.len(), codes.len());
    assert_eq!(regions().formes.len(), 24);
    assert_eq!(c.cadres.len(), 11);
    for f in &c.formes {
        assert!(f.d.starts_with('M') && f.d.ends_with('z'), "{}", f.code);
        assert!(
            (0.0..=c.largeur).contains(&f.milieu.0) && (0.0..=c.hauteur).contains(&f.milieu.1),
            "{}",
            f.code
        );
    }
    let poids: usize = c.formes.iter().map(|f| f.d.len()).sum();
    assert!(poids < 70_000, "{poids} characters of paths");
    let poids: usize = regions().formes.iter().map(|f| f.d.len()).sum();
    assert!(poids < 40_000, "{poids} characters of paths");
}

#[test]
fn points_fall_in_their_frame() {
    let c = departements();
    let ou = |code: &str| {
        let commune = geographie().commune(code).unwrap();
        c.project(code, commune.point().unwrap()).unwrap()
    };
    let (lille, perpignan, brest, strasbourg) =
        (ou("59350"), ou("66136"), ou("29019"), ou("67482"));
    assert!(
        lille.1 < perpignan.1 && brest.0 < strasbourg.0,
        "north is up, east is right"
    );
    for d in ["971", "972", "973", "974", "976"] {
        let cadre = c.cadres.iter().find(|k| k.departement == d).unwrap();
        let commune = &geographie().communes_of_departement(d)[0];
        let (x, y) = ou(commune.code);
        assert!(
            (cadre.x..=cadre.x + cadre.largeur).contains(&x)
                && (cadre.y..=cadre.y + cadre.hauteur).contains(&y)
        );
    }
    let (noumea, cadre) = (
        c.locate(geographie().commune("98818").unwrap()).unwrap(),
        c.cadres.iter().find(|k| k.departement == "988").unwrap(),
    );
    assert!(
        (cadre.x..=cadre.x + cadre.largeur).contains(&noumea.0),
        "drawn without a point of its own"
    );
    assert_eq!(c.project("99999", Point::new(-40.0, 10.0)), None);
}

#[test]
fn a_departement_is_drawn_by_communes_and_by_epci() {
    let communes = departement("35", Niveau::Commune).unwrap();
    assert_eq!(communes.formes.len(), 332);
    assert!(
        communes
            .formes
            .iter()
            .any(|f| f.code == "35238" && f.nom == "Rennes")
    );
    let epci = departement("35", Niveau::Epci).unwrap();
    assert!(
        epci.formes.len() < 30 && epci.formes.len() > 10,
        "{}",
        epci.formes.len()
    );
    assert!(
        departement("988", Niveau::Commune).is_none(),
        "no contour of communes there"
    );
    assert!(departement("00", Niveau::Commune).is_none());
}
