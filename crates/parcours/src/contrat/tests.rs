use super::*;

fn termes() -> Termes {
    Termes {
        genre: Genre::Cdi,
        date_debut: Date::constant(2026, 1, 15),
        date_fin: None,
        quotite: 100,
        quotite_motif: None,
        salaire: Montant(200_000),
        categorie: None,
        code_rome: "K2111".into(),
        coordination: "aucune".into(),
        duree_motif: String::new(),
    }
}

fn cadre() -> Cadre {
    Cadre {
        smic: Some(Montant(182_303)),
        ..Cadre::default()
    }
}

#[test]
fn scenario_7_the_floor_follows_the_part_of_full_time() {
    let mut t = termes();
    t.salaire = Montant(182_200);
    assert_eq!(
        check(&t, &cadre()).get("salaire"),
        Some("Le salaire est inférieur au SMIC (1\u{202f}823,03\u{a0}€ pour 100\u{a0}%).")
    );
    assert_eq!(floor(Montant(182_303), 80), Montant(145_842));
    t.quotite = 80;
    t.salaire = Montant(145_842);
    assert_eq!(
        check(&t, &cadre()).get("quotite"),
        Some("Le poste est à temps plein, sauf motif prévu.")
    );
    t.quotite_motif = Some(MotifQuotite::CongeParental);
    assert!(check(&t, &cadre()).is_empty());
    t.salaire = Montant(145_841);
    assert!(check(&t, &cadre()).get("salaire").is_some());
    t.quotite = 79;
    assert!(check(&t, &cadre()).get("quotite").is_some());
}

#[test]
fn scenario_9_a_grade_goes_with_public_law_only() {
    let mut t = termes();
    t.categorie = Some("B".into());
    assert_eq!(
        check(&t, &cadre()).get("categorie"),
        Some("La catégorie A, B ou C est réservée aux contrats de droit public.")
    );
    let public = Cadre {
        public: true,
        ..cadre()
    };
    let mut p = termes();
    p.genre = Genre::ContratDeProjet;
    p.date_fin = Some(end_after(p.date_debut, 24));
    assert!(check(&p, &public).get("categorie").is_some());
    p.categorie = Some("C".into());
    assert!(check(&p, &public).is_empty());
    assert!(check(&p, &cadre()).get("genre").is_some());
}

#[test]
fn dates_follow_the_type() {
    let mut t = termes();
    t.genre = Genre::Cdd;
    assert!(check(&t, &cadre()).get("date_fin").is_some());
    t.date_fin = Some(t.date_debut);
    assert_eq!(
        check(&t, &cadre()).get("date_fin"),
        Some("La date de fin doit suivre la date de début.")
    );
    t.date_fin = Some(Date::constant(2027, 7, 14));
    assert_eq!(end_after(t.date_debut, 18), Date::constant(2027, 7, 14));
    assert!(check(&t, &cadre()).is_empty());
    t.date_fin = Some(Date::constant(2026, 12, 31));
    assert!(check(&t, &cadre()).get("duree_motif").is_some());
    t.duree_motif = "Remplacement d'une personne jusqu'à son retour".into();
    assert!(check(&t, &cadre()).is_empty());
    let avant = Cadre {
        fin_precedente: Some(t.date_debut),
        deja_cdi: true,
        ..cadre()
    };
    assert!(check(&t, &avant).get("date_debut").is_some());
    assert_eq!(
        check(&t, &avant).get("genre"),
        Some("Cette personne est déjà en CDI : utilisez un avenant.")
    );
}

#[test]
fn all_unmet_guards_are_listed_at_once() {
    let g = Gardes {
        chevauche: Some("CT-2026-00001".into()),
        ..Gardes::default()
    };
    assert_eq!(g.unmet().len(), 6);
}

#[test]
fn intervals_are_closed() {
    let d = |j| Date::constant(2026, 3, j);
    assert!(overlaps((d(1), Some(d(5))), (d(5), None)));
    assert!(!overlaps((d(1), Some(d(5))), (d(6), None)));
    assert!(overlaps((d(1), None), (d(20), Some(d(21)))));
}
