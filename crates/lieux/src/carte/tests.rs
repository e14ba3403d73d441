//! Y9, W35, R2: the public pages and the road to them.

use std::time::Instant;

use socle::{
    Acteur, Perimetre, Role,
    demo::{Alea, Taille},
    essai,
};
use uuid::Uuid;
use web::essai::TestApp;

use super::filtre::Filtre;
use crate::{MIGRATIONS, annuaire::Annuaire, demo, lieu, routes};

fn conseiller() -> Acteur {
    essai::acteur(Role::Conseiller, Perimetre::Soi(Uuid::from_u128(9)))
}

fn hub(d: &str) -> Acteur {
    essai::acteur(Role::Hub, Perimetre::Departements(vec![d.into()]))
}

const FORMULAIRE: &[(&str, &str)] = &[
    ("nom", "Médiathèque des Lilas"),
    ("typologie", "BIB"),
    ("commune", "Rennes (35000)"),
    ("adresse", "12 rue de la Paix"),
    ("services", "aide_demarches"),
    ("services", "maitrise_outils"),
    ("frais_a_charge", "gratuit"),
    ("telephone", "02 99 00 00 12"),
    ("h_mardi", "9h-12h, 14h-18h"),
    ("h_mercredi", "9h-12h"),
    ("feries", "ferme"),
];

fn avec<'a>(plus: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut v = FORMULAIRE.to_vec();
    v.retain(|(n, _)| !plus.iter().any(|(p, _)| p == n));
    v.extend(plus);
    v
}

/// Step 8 and 9 of the life of a post: declared, published, seen by everybody.
#[tokio::test]
async fn a_declared_place_reaches_the_public_map() {
    for base in essai::bases(&[socle::MIGRATIONS, MIGRATIONS]).await {
        let app = TestApp::new(base, &routes());
        let mut moi = app.as_acteur(&conseiller());
        moi.get("/lieux/nouveau")
            .await
            .expect(200)
            .shows("Nom du lieu");
        // Wrong input keeps everything, beside each field.
        let r = moi
            .post(
                "/lieux",
                &avec(&[
                    ("id_commande", "c0"),
                    ("nom", "12"),
                    ("h_mardi", "le matin"),
                    ("commune", "zzqqxx"),
                ]),
            )
            .await;
        r.expect(422)
            .shows("Indiquez le nom du lieu.")
            .shows("Écrivez par exemple 9h-12h, 14h-18h.")
            .shows("Choisissez la commune dans la liste.")
            .shows("value=\"12 rue de la Paix\"")
            .shows("value=\"le matin\"");
        let r = moi.post("/lieux", &avec(&[("id_commande", "c1")])).await;
        let lien = r.expect(303).lien();
        // Two clicks, one place.
        assert_eq!(
            moi.post(
                "/lieux",
                &avec(&[("id_commande", "c1"), ("confirmer", "oui")])
            )
            .await
            .lien(),
            lien
        );
        // A neighbour of the same name asks for a confirmation.
        moi.post("/lieux", &avec(&[("id_commande", "c2")]))
            .await
            .expect(422)
            .shows("existe peut-être déjà");
        moi.get(&lien)
            .await
            .expect(200)
            .shows("Pas encore publié")
            .shows("Ajouter ma permanence ici");
        moi.get("/mes-lieux")
            .await
            .expect(200)
            .shows("Publication demandée");
        let mut passant = app.visiteur();
        passant.get(&lien).await.expect(404);
        passant
            .get("/carte")
            .await
            .expect(200)
            .shows("Aucun lieu ne répond");
        // A hub elsewhere sees nothing; the conseiller cannot publish.
        let publier = [("evenement", "publier"), ("id_commande", "p1")];
        app.as_acteur(&hub("29"))
            .post(&format!("{lien}/etat"), &publier)
            .await
            .expect(404);
        moi.post(&format!("{lien}/etat"), &publier)
            .await
            .expect(403);
        let mut h = app.as_acteur(&hub("35"));
        h.get("/mes-lieux")
            .await
            .expect(200)
            .shows("Médiathèque des Lilas");
        h.post(&format!("{lien}/etat"), &publier).await.expect(303);
        h.post(
            &format!("{lien}/etat"),
            &[("evenement", "publier"), ("id_commande", "p2")],
        )
        .await
        .expect(409);
        passant
            .get(&lien)
            .await
            .expect(200)
            .shows("de 9\u{a0}h à 12\u{a0}h et de 14\u{a0}h à 18\u{a0}h")
            .shows("02\u{a0}99\u{a0}00\u{a0}00\u{a0}12")
            // Tuesday 3 March 2026, 10:00 in Paris.
            .shows("Ouvert jusqu’à 12\u{a0}h");
        passant
            .get("/carte?autour=Rennes&rayon=5")
            .await
            .expect(200)
            .shows("1\u{a0}lieu à moins de 5\u{a0}km de Rennes");
        let r = passant.get("/carte.geojson?").await;
        r.expect(200).shows("Médiathèque des Lilas");
        let marque = r.entetes["etag"].to_str().unwrap().to_owned();

        // A permanence, and the badge that comes with it.
        let saisie = [
            ("id_commande", "m1"),
            ("h_mardi", "9h-12h"),
            ("rythme", "2"),
            ("usage", "accueil"),
            ("acces", "libre"),
            ("assise", "assis"),
            ("espace", "dedie"),
            ("confidentiel", "oui"),
            ("du", "2026-03-02"),
        ];
        let fausse: Vec<_> = saisie
            .iter()
            .map(|(n, v)| (*n, if *n == "h_mardi" { "20h-21h" } else { v }))
            .collect();
        moi.get(&format!("{lien}/permanences/nouvelle"))
            .await
            .expect(200)
            .shows("Horaires du lieu");
        moi.post(&format!("{lien}/permanences"), &fausse)
            .await
            .expect(422)
            .shows("Le lieu n’est pas ouvert mardi")
            .shows("20h-21h");
        moi.post(&format!("{lien}/permanences"), &saisie)
            .await
            .expect(303);
        moi.get("/mes-lieux")
            .await
            .expect(200)
            .shows("une semaine sur deux")
            .shows("100,0\u{a0}%");
        passant
            .get(&lien)
            .await
            .expect(200)
            .shows("Conseiller numérique présent")
            .shows("mardi de 9\u{a0}h à 12\u{a0}h");
        passant
            .get("/carte?conseiller=oui")
            .await
            .expect(200)
            .shows("1\u{a0}lieu");
        assert_ne!(
            passant.get("/carte.geojson?").await.entetes["etag"],
            marque.as_str()
        );
        assert!(
            !passant
                .get(&lien)
                .await
                .texte()
                .contains("Essai Conseiller"),
            "no name of a person"
        );

        // Edited, then closed with a reason.
        moi.get(&format!("{lien}/modifier"))
            .await
            .expect(200)
            .shows("9h-12h, 14h-18h");
        let r = moi
            .post(
                &format!("{lien}/modifier"),
                &avec(&[
                    ("id_commande", "e1"),
                    ("version", "2"),
                    ("nom", "Médiathèque Lilas"),
                ]),
            )
            .await;
        r.expect(303);
        moi.post(
            &format!("{lien}/modifier"),
            &avec(&[("id_commande", "e2"), ("version", "2")]),
        )
        .await
        .expect(409);
        h.post(
            &format!("{lien}/etat"),
            &[("evenement", "fermer"), ("id_commande", "f1")],
        )
        .await
        .expect(422)
        .shows("Indiquez la raison.");
        h.post(
            &format!("{lien}/etat"),
            &[
                ("evenement", "fermer"),
                ("id_commande", "f2"),
                ("motif", "Travaux"),
                ("du", "2026-03-03"),
            ],
        )
        .await
        .expect(303);
        passant
            .get(&lien)
            .await
            .expect(200)
            .shows("Ce lieu a fermé");
        passant
            .get("/carte")
            .await
            .expect(200)
            .shows("Aucun lieu ne répond");
    }
}

/// W12: page and files of open data, with their cache.
#[tokio::test]
async fn open_data_is_public_and_cached() {
    let base = essai::sqlite(&[socle::MIGRATIONS, MIGRATIONS]).await;
    demo::seed(&base, &mut Alea::new(1), &Taille::petite(), &|_| ())
        .await
        .unwrap();
    let app = TestApp::new(base, &routes());
    let mut p = app.visiteur();
    p.get("/donnees-ouvertes")
        .await
        .expect(200)
        .shows("Licence Ouverte 2.0")
        .shows("5\u{a0}lieux");
    let r = p.get("/donnees-ouvertes/lieux.csv").await;
    r.expect(200);
    if let Some(schema) = crate::ouvertes::tests::schema() {
        assert_eq!(
            crate::ouvertes::tests::faults(&schema, &r.octets),
            Vec::<String>::new()
        );
    }
    for f in ["lieux.json", "lieux.geojson"] {
        let r = p.get(&format!("/donnees-ouvertes/{f}")).await;
        let v: serde_json::Value = serde_json::from_slice(&r.expect(200).octets).unwrap();
        let n = v.as_array().or(v["features"].as_array()).unwrap().len();
        assert_eq!(n, 5, "{f}");
    }
    let v: serde_json::Value =
        serde_json::from_slice(&p.get("/carte/fond.geojson").await.expect(200).octets).unwrap();
    assert!(v["features"].as_array().unwrap().len() > 100);
    println!(
        "fond.geojson : {} ko",
        p.get("/carte/fond.geojson").await.octets.len() / 1000
    );
    println!("/carte : {} ko", p.get("/carte").await.octets.len() / 1000);
}

/// Spec 30 §9.2 and §13, 18: unknown values match nothing and are said.
#[tokio::test]
async fn filters_are_in_the_address_and_never_dropped() {
    let base = essai::sqlite(&[socle::MIGRATIONS, MIGRATIONS]).await;
    let s = essai::acteur(Role::Administrateur, Perimetre::National);
    let mut tx = base.write().await.unwrap();
    let place = |nom: &str, commune: &str, cp: &str| lieu::Fiche {
        nom: nom.into(),
        commune_insee: commune.into(),
        code_postal: cp.into(),
        ..lieu::tests::fiche()
    };
    for f in [
        place("Médiathèque Alpha", "16015", "16000"),
        place("Mairie annexe", "35238", "35000"),
        lieu::Fiche {
            services: vec!["loisirs".into()],
            publics: vec!["seniors".into()],
            ..place("Espace Jeunes", "35238", "35000")
        },
    ] {
        lieu::declare(&mut tx, &s, f, None).await.unwrap();
    }
    tx.commit().await.unwrap();
    let app = TestApp::new(base, &routes());
    let mut p = app.visiteur();
    for (q, n) in [
        ("", 3),
        ("q=mediatheque+angouleme", 1),
        ("q=mediateque+angouleme", 1),
        ("q=mair", 1),
        ("q=zzz", 0),
        ("services=loisirs", 1),
        ("services=loisirs&services=aide_demarches", 3),
        ("services=loisirs&q=mairie", 0),
        ("publics=jeunes", 2),
        ("publics=jeunes&strict=1", 0),
        ("publics=seniors", 3),
        ("territoire=departement:35", 2),
        ("territoire=region:75", 1),
        ("territoire=commune:16015&territoire=commune:35238", 3),
        ("ouvert=maintenant", 3),
        ("ouvert=mardi-20:00", 0),
        ("ouvert=2026-03-04T10:00", 3),
        ("ouvert=week-end", 0),
        ("autour=Rennes&rayon=2", 2),
        ("autour=48.11,-1.68&rayon=5", 2),
        ("autour=35000", 2),
        ("utm_source=x", 3),
        ("conseiller=1", 0),
        ("typologie=BIB", 3),
        ("frais=gratos", 0),
        ("inconnu=1", 0),
        ("territoire=departement:99", 0),
        // 11 November is a public holiday with a PH rule: closed.
        ("ouvert=2026-11-11T10:00", 0),
    ] {
        let v: serde_json::Value = serde_json::from_slice(
            &p.get(&format!("/carte.geojson?{q}"))
                .await
                .expect(200)
                .octets,
        )
        .unwrap();
        assert_eq!(v["features"].as_array().unwrap().len(), n, "{q}");
        let page = p.get(&format!("/carte?{q}")).await;
        page.expect(200).shows(&super::lieux(n));
    }
    p.get("/carte?frais=gratos")
        .await
        .shows("Valeur inconnue : gratos");
    p.get("/carte?q=mediateque")
        .await
        .shows("Résultats proches");
}

/// Spec 30 §12, scale: search ≤ 20 ms over 20,000 places, measured and shown.
#[tokio::test]
async fn twenty_thousand_places_are_searched_quickly() {
    let base = essai::sqlite(&[socle::MIGRATIONS, MIGRATIONS]).await;
    let (n, limite) = if cfg!(debug_assertions) {
        (4_000, 2_000)
    } else {
        (20_000, 20)
    };
    let g = territoires::geographie();
    let mut tx = base.write().await.unwrap();
    for i in 0..n {
        let c = &g.communes[(i * 7919) % g.communes.len()];
        demo::insert_for(&mut tx, Uuid::from_u128(i as u128), "Structure", c)
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();
    let annuaire = Annuaire::default();
    let mut tx = base.read().await.unwrap();
    let t0 = Instant::now();
    let tous = annuaire.get(&mut tx).await.unwrap();
    println!("lecture de {n} lieux : {:?}", t0.elapsed());
    assert!(tous.lieux.len() > n * 9 / 10);
    for q in [
        "q=mediatheque",
        "q=mediateque+st",
        "ouvert=maintenant",
        "autour=Rennes&rayon=50",
        "services=securite&frais=gratuit",
    ] {
        let paires: Vec<(String, String)> = serde_html_form::from_str(q).unwrap();
        let f = Filtre::read(&paires);
        let _ = super::search(&tous, &f, tx.now());
        let t0 = Instant::now();
        let r = super::search(&tous, &f, tx.now());
        let d = t0.elapsed();
        println!("{q} : {} lieux, {d:?}", r.lieux.len());
        assert!(d.as_millis() < limite, "{q} {d:?}");
    }
}
