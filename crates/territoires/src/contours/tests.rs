use super::*;

#[test]
fn every_commune_holds_its_centre() {
    let g = geographie();
    let (mut dedans, mut tous) = (0, 0);
    for c in g.communes.iter().step_by(7) {
        if let (Some(p), Some(_)) = (
            c.centre,
            contours().distance_km(c.code, Point::new(0.0, 0.0)),
        ) {
            tous += 1;
            dedans += usize::from(contours().commune_at(p).is_some_and(|x| x.code == c.code));
        }
    }
    // Simplified borders move by a hundred metres: a few tiny communes lose their centre.
    assert!(
        tous > 4_900 && dedans * 1000 >= tous * 995,
        "{dedans} / {tous}"
    );
}

#[test]
fn distances_to_a_commune_are_those_of_its_border() {
    let rennes = geographie().commune("35238").unwrap();
    assert_eq!(
        contours().distance_km("35238", rennes.centre.unwrap()),
        Some(0.0)
    );
    let paris = contours()
        .distance_km("75056", rennes.centre.unwrap())
        .unwrap();
    assert!((290.0..320.0).contains(&paris), "{paris}");
    assert_eq!(
        contours().distance_km("98818", Point::new(166.4, -22.3)),
        None,
        "no contour overseas"
    );
}

#[test]
fn dissolved_borders_close_and_meet() {
    let m = contours().dissolve(|c| Some(c.departement));
    assert_eq!(m.territoires.len(), 101);
    for (code, anneaux) in &m.territoires {
        assert!(!anneaux.is_empty());
        for anneau in anneaux {
            let bout = |c: i32, fin: bool| {
                let chaine = &m.chaines[arc_index(c)];
                *(if fin == (c >= 0) {
                    chaine.last()
                } else {
                    chaine.first()
                })
                .unwrap()
            };
            for (a, b) in anneau.iter().zip(anneau.iter().cycle().skip(1)) {
                assert_eq!(bout(*a, true), bout(*b, false), "{code}");
            }
        }
    }
    // Ille-et-Vilaine is one piece, with its islets.
    let ille = &m.territoires.iter().find(|t| t.0 == "35").unwrap().1;
    assert!(ille.len() < 20, "{}", ille.len());
}
