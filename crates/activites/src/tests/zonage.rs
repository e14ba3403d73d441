//! QPV and FRR of an activity, by the layers valid at its date (spec 20 §3.5,
//! spec 30 §1.4: « inconnu » never counts as « hors »).

use std::collections::BTreeMap;

use jiff::civil::Date;
use lieux::lieu::Precision;
use serde_json::json;
use socle::{Base, Perimetre, Role, essai, params, sql};
use territoires::zonage::{Description, Genre, service};
use uuid::Uuid;

use super::{Monde, bases, place};
use crate::activite::{TypeActivite, service as activites, zonage};

/// From a day on, until another if it is given.
type Jours = (Date, Option<Date>);

const fn from(annee: i16, mois: i8, jour: i8) -> Jours {
    (Date::constant(annee, mois, jour), None)
}

async fn load(b: &Base, cle: &str, (du, au): Jours, octets: Vec<u8>) {
    let (genre, fichier) = if cle.starts_with("qpv") {
        (Genre::Polygones, "quartiers.geojson")
    } else {
        (Genre::Communes, "communes.csv")
    };
    let qui = essai::acteur(Role::Administrateur, Perimetre::National);
    let d = Description {
        cle: cle.into(),
        libelle: format!("Zonage {cle}"),
        genre: genre.cle().into(),
        valid_from: du,
        valid_to: au,
        source: "Essai".into(),
        millesime: format!("liste du {du}"),
        licence: "Licence Ouverte 2.0".into(),
        colonne_code: String::new(),
        colonne_classe: String::new(),
    };
    let mut tx = b.write().await.unwrap();
    let id = service::deposit(&mut tx, &qui, d, fichier, octets)
        .await
        .unwrap();
    service::load(&mut tx, &qui, id, &BTreeMap::new())
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

/// A square around the place of the world.
async fn neighbourhood(b: &Base, m: &Monde) -> Vec<u8> {
    let mut tx = b.read().await.unwrap();
    let p = lieux::lieu::get(&mut tx, m.lieu)
        .await
        .unwrap()
        .fiche
        .point()
        .unwrap();
    let (o, e, s, n) = (p.lon - 0.01, p.lon + 0.01, p.lat - 0.01, p.lat + 0.01);
    json!({ "type": "FeatureCollection", "features": [{
        "type": "Feature",
        "properties": { "code": "QN03501M", "nom": "Centre" },
        "geometry": { "type": "Polygon", "coordinates": [[[o, s], [e, s], [e, n], [o, n], [o, s]]] },
    }]})
    .to_string()
    .into_bytes()
}

async fn zones(b: &Base, id: Uuid) -> Vec<String> {
    let mut tx = b.read().await.unwrap();
    tx.rows(
        sql!("SELECT valeur FROM activite_valeur WHERE activite = $1 AND dimension = 'zonage' ORDER BY valeur"),
        params![id],
    )
    .await
    .unwrap()
    .iter()
    .map(|l| l.get("valeur").unwrap())
    .collect()
}

async fn is_precise(b: &Base, m: &Monde) {
    let mut tx = b.read().await.unwrap();
    let fiche = lieux::lieu::get(&mut tx, m.lieu).await.unwrap().fiche;
    assert!(
        fiche.precise_point().is_some(),
        "the place of the world is precise"
    );
    drop(tx);
}

#[tokio::test]
async fn st39_zonings_are_those_of_the_place_at_the_date() {
    for (b, m) in bases().await {
        is_precise(&b, &m).await;
        let avant = super::api::by_form(&b, &m, &m.moi, "c1").await;
        assert!(zones(&b, avant).await.is_empty(), "no layer: nobody knows");
        let frr = b"code;classe\n35238;Non class\xc3\xa9e\n35360;FRR socle\n".to_vec();
        load(&b, "frr", from(2025, 1, 1), frr).await;
        let qpv = neighbourhood(&b, &m).await;
        load(&b, "qpv_2024", from(2024, 1, 1), qpv).await;
        let apres = super::api::by_form(&b, &m, &m.moi, "c2").await;
        assert_eq!(zones(&b, apres).await, ["hors_frr", "qpv"]);
        // The night after, what was recorded before follows, once.
        assert_eq!(zonage::follow(&b).await.unwrap(), 1);
        assert_eq!(zones(&b, avant).await, ["hors_frr", "qpv"]);
        assert_eq!(zonage::follow(&b).await.unwrap(), 0);
        // What the author says is untouched: the same form changes nothing.
        let mut tx = b.read().await.unwrap();
        let a = crate::activite::store::fetch(&mut tx, avant).await.unwrap();
        assert!(a.contenu.valeurs.iter().all(|v| v.dimension != "zonage"));
    }
}

async fn record(b: &Base, m: &Monde, cle: &str, date: &str, lieu: Uuid) -> Uuid {
    let champs = web::Champs::default()
        .with("id_commande", cle)
        .with("date", date)
        .with("confirme_date", "oui")
        .with("duree", "45")
        .with("lieu", format!("lieu_activite:{lieu}"))
        .with("thematiques", "email")
        .with("genre", "feminin");
    let mut tx = b.write().await.unwrap();
    let id = activites::record(&mut tx, &m.moi, TypeActivite::Individuel, &champs)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    id
}

/// Takes the zonings of an activity away: they stay away as long as nobody
/// looks at it again.
async fn mark(b: &Base, id: Uuid) {
    let mut tx = b.write().await.unwrap();
    tx.execute(
        sql!("DELETE FROM activite_valeur WHERE activite = $1 AND dimension = 'zonage'"),
        params![id],
    )
    .await
    .unwrap();
    tx.commit().await.unwrap();
}

async fn move_place(b: &Base, id: Uuid, geste: impl Fn(&mut lieux::lieu::Fiche)) {
    let mut tx = b.write().await.unwrap();
    let mut l = lieux::lieu::get(&mut tx, id).await.unwrap();
    geste(&mut l.fiche);
    lieux::lieu::store::update(&mut tx, &l).await.unwrap();
    tx.commit().await.unwrap();
}

async fn revisions(b: &Base, id: Uuid) -> i64 {
    let mut tx = b.read().await.unwrap();
    tx.count(
        sql!("SELECT count(*) AS n FROM activite_journal WHERE activite = $1"),
        params![id],
    )
    .await
    .unwrap()
}

#[tokio::test]
async fn st39_a_moved_place_takes_its_activities_along_and_no_other() {
    for (b, m) in bases().await {
        let mut tx = b.write().await.unwrap();
        let autre = place(&mut tx, m.structure).await;
        tx.commit().await.unwrap();
        let qpv = neighbourhood(&b, &m).await;
        load(&b, "qpv_2024", from(2024, 1, 1), qpv).await;
        let ici = record(&b, &m, "c1", "2026-03-02", m.lieu).await;
        let ailleurs = record(&b, &m, "c2", "2026-03-02", autre).await;
        assert_eq!(zones(&b, ici).await, ["qpv"]);
        b.clock().advance_days(10);
        mark(&b, ailleurs).await;
        assert_eq!(zonage::follow(&b).await.unwrap(), 0, "nothing moved");
        move_place(&b, m.lieu, |f| f.latitude = f.latitude.map(|l| l + 0.5)).await;
        assert_eq!(zonage::follow(&b).await.unwrap(), 1);
        assert_eq!(zones(&b, ici).await, ["hors_qpv"]);
        assert_eq!(revisions(&b, ici).await, 2, "the statistics are told");
        assert_eq!(zonage::follow(&b).await.unwrap(), 0);
        // A point known by its commune only: nobody can tell any more.
        move_place(&b, m.lieu, |f| f.precision = Precision::Commune).await;
        assert_eq!(zonage::follow(&b).await.unwrap(), 1);
        assert!(zones(&b, ici).await.is_empty());
        assert!(zones(&b, ailleurs).await.is_empty(), "not looked at");
    }
}

#[tokio::test]
async fn st39_a_new_version_moves_the_days_it_holds_and_no_other() {
    let liste = |classe: &str| format!("code;classe\n35238;{classe}\n").into_bytes();
    for (b, m) in bases().await {
        load(&b, "frr", from(2025, 1, 1), liste("Non classée")).await;
        let avant = record(&b, &m, "c1", "2026-01-20", m.lieu).await;
        let apres = record(&b, &m, "c2", "2026-03-02", m.lieu).await;
        assert_eq!(zones(&b, apres).await, ["hors_frr"]);
        b.clock().advance_days(10);
        mark(&b, avant).await;
        load(&b, "frr", from(2026, 2, 1), liste("FRR socle")).await;
        assert_eq!(zonage::follow(&b).await.unwrap(), 1);
        assert_eq!(zones(&b, apres).await, ["frr"]);
        // One that lasts a day cuts the version before it short: the days
        // after it are in none.
        let jour = Date::constant(2026, 3, 1);
        load(&b, "frr", (jour, Some(jour)), liste("FRR socle")).await;
        assert_eq!(zonage::follow(&b).await.unwrap(), 1);
        assert!(zones(&b, apres).await.is_empty());
        // A layer that says nothing of activities moves none.
        b.clock().advance_days(10);
        let mut tx = b.write().await.unwrap();
        zonage::write(&mut tx, apres, &[zonage::FRR]).await.unwrap();
        tx.commit().await.unwrap();
        load(&b, "essai", from(2026, 2, 1), liste("FRR socle")).await;
        assert_eq!(zonage::follow(&b).await.unwrap(), 0);
        assert!(zones(&b, avant).await.is_empty(), "not looked at");
    }
}
