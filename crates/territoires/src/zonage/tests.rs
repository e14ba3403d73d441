//! Zonings on both databases, with real lists when they are at hand.

use std::{collections::BTreeMap, path::PathBuf};

use jiff::civil::date;
use socle::{
    Acteur, Erreur, Perimetre, Role,
    essai::{TestBase, acteur, bases, prepare_all, sqlite},
    journal,
};
use web::essai::TestApp;

use super::*;
use crate::geographie::{Point, geographie};

const MIGRATIONS: &[&[socle::Migration]] = &[socle::MIGRATIONS, crate::MIGRATIONS];

fn admin() -> Acteur {
    acteur(Role::Administrateur, Perimetre::National)
}

fn description(cle: &str, genre: Genre, debut: Date) -> Description {
    Description {
        cle: cle.into(),
        libelle: format!("Zonage {cle}"),
        genre: genre.cle().into(),
        valid_from: debut,
        valid_to: None,
        source: "Essai".into(),
        millesime: format!("liste de {}", debut.year()),
        licence: "Licence Ouverte 2.0".into(),
        colonne_code: String::new(),
        colonne_classe: String::new(),
    }
}

async fn load(
    base: &TestBase,
    qui: &Acteur,
    d: Description,
    octets: &[u8],
) -> Result<Uuid, Erreur> {
    let mut tx = base.write().await?;
    let id = service::deposit(&mut tx, qui, d, "liste.csv", octets.to_vec()).await?;
    let id = service::load(&mut tx, qui, id, &BTreeMap::new()).await?;
    tx.commit().await?;
    Ok(id)
}

fn field(r: Result<Uuid, Erreur>, champ: &str) -> String {
    match r {
        Err(Erreur::Saisie(s)) => s.get(champ).unwrap_or_default().to_owned(),
        autre => panic!("{champ} : {autre:?}"),
    }
}

#[tokio::test]
async fn every_statement_is_understood_by_both_databases() {
    for base in bases(MIGRATIONS).await {
        assert!(prepare_all(&base, concat!(env!("CARGO_MANIFEST_DIR"), "/src")).await > 10);
    }
}

/// Y21: at a past date, the list valid that day is used, and is named.
#[tokio::test]
async fn each_date_has_its_version() {
    let g = geographie();
    let (rennes, brest) = (g.commune("35238").unwrap(), g.commune("29019").unwrap());
    for base in bases(MIGRATIONS).await {
        let zrr = b"code;classe\n35238;Class\xc3\xa9e\n29019;Non class\xc3\xa9e\n";
        load(
            &base,
            &admin(),
            description("zrr", Genre::Communes, date(2015, 1, 1)),
            zrr,
        )
        .await
        .unwrap();
        let suite = b"code;classe\n29019;Class\xe9e en totalit\xe9\n";
        load(
            &base,
            &admin(),
            description("zrr", Genre::Communes, date(2018, 7, 1)),
            suite,
        )
        .await
        .unwrap();
        let mut tx = base.read().await.unwrap();
        let s = service::statut(&mut tx, "zrr", rennes, date(2018, 6, 30))
            .await
            .unwrap();
        assert_eq!(
            (s.0, s.1.map(|z| z.version())),
            (Statut::Oui, Some("Zonage zrr, liste de 2015".into()))
        );
        assert_eq!(
            service::statut(&mut tx, "zrr", brest, date(2018, 6, 30))
                .await
                .unwrap()
                .0,
            Statut::Non
        );
        assert_eq!(
            service::statut(&mut tx, "zrr", brest, date(2018, 7, 1))
                .await
                .unwrap()
                .0,
            Statut::Oui
        );
        assert_eq!(
            service::statut(&mut tx, "zrr", rennes, date(2018, 7, 1))
                .await
                .unwrap()
                .0,
            Statut::Non
        );
        assert_eq!(
            service::statut(&mut tx, "zrr", rennes, date(2014, 1, 1))
                .await
                .unwrap()
                .0,
            Statut::Inconnu
        );
        let tous = service::zonages_de(&mut tx, brest, date(2026, 1, 1))
            .await
            .unwrap();
        assert_eq!(
            tous.iter().map(|a| a.classe.as_str()).collect::<Vec<_>>(),
            ["Classée en totalité"],
            "old encoding"
        );
        drop(tx);
        let r = load(
            &base,
            &admin(),
            description("zrr", Genre::Communes, date(2016, 1, 1)),
            zrr,
        )
        .await;
        assert!(matches!(r, Err(Erreur::Conflit(m)) if m.contains("couvre déjà")));
        assert_eq!(journal::verify(&base).await.unwrap(), None);
    }
}

#[tokio::test]
async fn nothing_is_written_when_a_line_is_wrong() {
    for base in bases(MIGRATIONS).await {
        let d = || description("local", Genre::Communes, date(2026, 1, 1));
        let m = field(
            load(&base, &admin(), d(), b"code,classe\n1001,oui\n99999,oui\n").await,
            "fichier",
        );
        assert!(
            m.contains("Ligne 3 : Code commune inconnu au COG 2026 : 99999"),
            "{m}"
        );
        let m = field(
            load(&base, &admin(), d(), b"code;classe\n01001;oui\n1001;non\n").await,
            "fichier",
        );
        assert!(m.contains("Même commune que la ligne 2"), "{m}");
        let m = field(load(&base, &admin(), d(), b"a;b\n1;2\n").await, "fichier");
        assert!(m.contains("Colonnes introuvables"), "{m}");
        assert!(
            store::all(&mut base.read().await.unwrap())
                .await
                .unwrap()
                .is_empty()
        );
    }
}

/// Spec 30 §1.5: a hub loads local keys of its territory, nobody else does.
#[tokio::test]
async fn rights_follow_the_key_and_the_territory() {
    let base = sqlite(MIGRATIONS).await;
    let hub = acteur(Role::Hub, Perimetre::Departements(vec!["35".into()]));
    let d = |cle: &str| description(cle, Genre::Communes, date(2026, 1, 1));
    let (ici, ailleurs) = (b"code;classe\n35238;oui\n", b"code;classe\n29019;oui\n");
    assert!(field(load(&base, &hub, d("frr"), ici).await, "cle").contains("national"));
    assert!(
        field(load(&base, &hub, d("breizh"), ailleurs).await, "fichier").contains("territoire")
    );
    load(&base, &hub, d("breizh"), ici).await.unwrap();
    let autre = acteur(Role::Hub, Perimetre::Departements(vec!["29".into()]));
    let plus_tard = description("breizh", Genre::Communes, date(2027, 1, 1));
    assert!(matches!(
        load(&base, &autre, plus_tard, ailleurs).await,
        Err(Erreur::Conflit(_))
    ));
    let prefet = acteur(Role::Prefecture, Perimetre::Departements(vec!["35".into()]));
    assert!(matches!(
        load(&base, &prefet, d("x_35"), ici).await,
        Err(Erreur::Interdit(_))
    ));
}

#[tokio::test]
async fn the_same_click_twice_loads_once() {
    for base in bases(MIGRATIONS).await {
        let d = description("local", Genre::Communes, date(2026, 1, 1));
        let mut tx = base.write().await.unwrap();
        let id = service::deposit(
            &mut tx,
            &admin(),
            d,
            "l.csv",
            b"code;classe\n35238;oui\n".to_vec(),
        )
        .await
        .unwrap();
        tx.commit().await.unwrap();
        for _ in 0..2 {
            let mut tx = base.write().await.unwrap();
            assert_eq!(
                service::load(&mut tx, &admin(), id, &BTreeMap::new())
                    .await
                    .unwrap(),
                id
            );
            tx.commit().await.unwrap();
        }
        assert_eq!(
            store::all(&mut base.read().await.unwrap())
                .await
                .unwrap()
                .len(),
            1
        );
    }
}

/// Spec 30 §1.4, on the real list of July 2025.
#[tokio::test]
async fn the_frr_list_of_july_2025_has_its_counts() {
    let chemin = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared/data/references/frr-communes-juillet2025.csv");
    let Ok(octets) = std::fs::read(&chemin) else {
        eprintln!("FRR : ignoré, la liste de juillet 2025 n'est pas à côté du dépôt");
        return;
    };
    for base in bases(MIGRATIONS).await {
        let id = load(
            &base,
            &admin(),
            description("frr", Genre::Communes, date(2025, 7, 1)),
            &octets,
        )
        .await
        .unwrap();
        let mut tx = base.read().await.unwrap();
        assert_eq!(store::one(&mut tx, id).await.unwrap().membres, 34_875);
        let classes = store::classes(&mut tx, id).await.unwrap();
        let n = |c: &str| classes.iter().find(|x| x.0 == c).map_or(0, |x| x.2);
        assert_eq!(
            (
                n("FRR socle"),
                n("FRR+"),
                n("FRR bénéficiaire"),
                n("Non classée")
            ),
            (13_313, 4456, 2134, 14_941)
        );
        let total = |s: Statut| {
            classes
                .iter()
                .filter(|x| x.1 == s)
                .map(|x| x.2)
                .sum::<i64>()
        };
        assert_eq!(
            (
                total(Statut::Oui),
                total(Statut::Partiel),
                total(Statut::Non)
            ),
            (19_903, 31, 14_941)
        );
        let statuts = service::statuts(&mut tx, "frr", date(2026, 3, 3))
            .await
            .unwrap();
        assert_eq!(
            statuts.values().filter(|s| **s == Statut::Oui).count(),
            19_903
        );
    }
}

#[tokio::test]
async fn a_point_is_in_a_polygon_out_of_all_or_unknown() {
    let carre = |code: &str, x: f64, y: f64, d: f64| {
        serde_json::json!({
            "type": "Feature", "properties": { "code": code, "nom": format!("Quartier {code}") },
            "geometry": { "type": "Polygon", "coordinates": [[[x, y], [x + d, y], [x + d, y + d], [x, y + d], [x, y]]] }
        })
    };
    let wgs84 = serde_json::json!({ "type": "FeatureCollection", "features": [carre("QN03501M", -1.70, 48.10, 0.02)] });
    let lambert = serde_json::json!({
        "type": "FeatureCollection",
        "crs": { "type": "name", "properties": { "name": "urn:ogc:def:crs:EPSG::2154" } },
        "features": [carre("QP075001", 648_000.0, 6_862_000.0, 500.0)]
    });
    let (rennes, eiffel) = (Point::new(-1.69, 48.11), Point::new(2.2945, 48.8584));
    for base in bases(MIGRATIONS).await {
        let d = |cle: &str| description(cle, Genre::Polygones, date(2024, 1, 1));
        load(&base, &admin(), d("qpv_2024"), wgs84.to_string().as_bytes())
            .await
            .unwrap();
        load(
            &base,
            &admin(),
            d("qpv_2015"),
            lambert.to_string().as_bytes(),
        )
        .await
        .unwrap();
        let mut tx = base.read().await.unwrap();
        let le = date(2026, 1, 1);
        let dans = |code: &str| Position::Dans {
            code: code.into(),
            nom: format!("Quartier {code}"),
        };
        assert_eq!(
            service::position(&mut tx, "qpv_2024", Some(rennes), le)
                .await
                .unwrap(),
            dans("QN03501M")
        );
        assert_eq!(
            service::position(&mut tx, "qpv_2015", Some(eiffel), le)
                .await
                .unwrap(),
            dans("QP075001")
        );
        assert_eq!(
            service::position(&mut tx, "qpv_2024", Some(eiffel), le)
                .await
                .unwrap(),
            Position::Hors
        );
        assert_eq!(
            service::position(&mut tx, "qpv_2024", None, le)
                .await
                .unwrap(),
            Position::Inconnu,
            "not precise"
        );
        assert_eq!(
            service::position(&mut tx, "qpv_2024", Some(rennes), date(2023, 1, 1))
                .await
                .unwrap(),
            Position::Inconnu,
            "no list that day"
        );
    }
    let mer = serde_json::json!({ "type": "FeatureCollection", "features": [carre("X", -30.0, 10.0, 1.0)] });
    let l = polygones::read(mer.to_string().as_bytes(), "", "");
    assert!(
        l.anomalies[0].message.contains("hors de France"),
        "{:?}",
        l.anomalies
    );
}

#[tokio::test]
async fn the_geography_is_noted_once() {
    for base in bases(MIGRATIONS).await {
        assert!(crate::couche::load(&base).await.unwrap());
        assert!(!crate::couche::load(&base).await.unwrap());
    }
}

fn multipart(champs: &[(&str, &str)], fichier: &str) -> (String, Vec<u8>) {
    let mut corps = String::new();
    for (n, v) in champs {
        corps += &format!("--lim\r\nContent-Disposition: form-data; name=\"{n}\"\r\n\r\n{v}\r\n");
    }
    corps += &format!(
        "--lim\r\nContent-Disposition: form-data; name=\"fichier\"; filename=\"l.csv\"\r\nContent-Type: text/csv\r\n\r\n{fichier}\r\n--lim--\r\n"
    );
    (
        "multipart/form-data; boundary=lim".into(),
        corps.into_bytes(),
    )
}

#[tokio::test]
async fn the_screens_lead_from_a_file_to_a_version() {
    for base in bases(MIGRATIONS).await {
        let app = TestApp::new(base, &crate::routes());
        app.visiteur()
            .get("/administration/zonages")
            .await
            .expect(303);
        let mut c = app.as_acteur(&admin());
        c.get("/administration/zonages")
            .await
            .expect(200)
            .shows("Aucun zonage");
        c.get("/administration/zonages/nouveau")
            .await
            .expect(200)
            .shows("Vérifier le fichier");
        let mut champs = vec![
            ("cle", "frr"),
            ("libelle", "FRR"),
            ("genre", "communes"),
            ("millesime", ""),
            ("valid_from", "2025-07-01"),
            ("source", "DGCL"),
            ("licence", "Licence Ouverte 2.0"),
        ];
        let csv = "code;classe\n35238;FRR socle\n29019;Non classée\n";
        let (genre, corps) = multipart(&champs, csv);
        c.post_raw("/administration/zonages/nouveau", &genre, corps)
            .await
            .expect(422)
            .shows("Indiquez le millésime")
            .shows("value=\"DGCL\"");
        champs[3].1 = "juillet 2025";
        let (genre, corps) = multipart(&champs, csv);
        let depot = c
            .post_raw("/administration/zonages/nouveau", &genre, corps)
            .await
            .expect(303)
            .lien();
        c.get(&depot)
            .await
            .expect(200)
            .shows("peut être chargé")
            .shows("FRR socle");
        app.as_acteur(&acteur(
            Role::Hub,
            Perimetre::Departements(vec!["35".into()]),
        ))
        .get(&depot)
        .await
        .expect(404);
        let charger = format!("{depot}/charger");
        c.post(&charger, &[("classe_0", "oui")])
            .await
            .expect(422)
            .shows("Choisissez ce que cette classe");
        let reponses = [("classe_0", "oui"), ("classe_1", "non")];
        let version = c.post(&charger, &reponses).await.expect(303).lien();
        assert_eq!(
            c.post(&charger, &reponses).await.expect(303).lien(),
            version,
            "two clicks, one version"
        );
        c.get(&version).await.expect(200).shows("FRR socle");
        c.get("/administration/zonages")
            .await
            .expect(200)
            .shows("juillet 2025");
        let mut v = app.visiteur();
        v.get("/api/v1/zonages")
            .await
            .expect(200)
            .shows("\"cle\":\"frr\"");
        v.get("/api/v1/communes/35238")
            .await
            .expect(200)
            .shows("\"statut\":\"oui\"")
            .shows("FRR, juillet 2025");
        v.get("/communes/35238")
            .await
            .expect(200)
            .shows("Ille-et-Vilaine")
            .shows("FRR socle");
    }
}

#[tokio::test]
async fn a_file_given_up_is_forgotten() {
    let app = TestApp::new(sqlite(MIGRATIONS).await, &crate::routes());
    let mut c = app.as_acteur(&admin());
    let champs = [
        ("cle", "local"),
        ("libelle", "L"),
        ("genre", "communes"),
        ("millesime", "2026"),
        ("valid_from", "01/01/2026"),
        ("source", "S"),
        ("licence", "L"),
    ];
    let (genre, corps) = multipart(&champs, "code;classe\n99999;x\n");
    let depot = c
        .post_raw("/administration/zonages/nouveau", &genre, corps)
        .await
        .expect(303)
        .lien();
    c.get(&depot)
        .await
        .expect(200)
        .shows("ne peut pas être chargé")
        .shows("inconnu au COG 2026");
    c.post(&format!("{depot}/charger"), &[("classe_0", "oui")])
        .await
        .expect(422);
    c.post(&format!("{depot}/abandonner"), &[])
        .await
        .expect(303);
    c.get(&depot).await.expect(404);
}
