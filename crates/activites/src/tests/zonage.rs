//! QPV and FRR of an activity, by the layers valid at its date (spec 20 §3.5,
//! spec 30 §1.4: « inconnu » never counts as « hors »).

use std::collections::BTreeMap;

use serde_json::json;
use socle::{Base, Perimetre, Role, essai, params, sql};
use territoires::zonage::{Description, Genre, service};
use uuid::Uuid;

use super::{Monde, bases};
use crate::activite::zonage;

async fn load(b: &Base, cle: &str, genre: Genre, annee: i16, fichier: &str, octets: Vec<u8>) {
    let qui = essai::acteur(Role::Administrateur, Perimetre::National);
    let d = Description {
        cle: cle.into(),
        libelle: format!("Zonage {cle}"),
        genre: genre.cle().into(),
        valid_from: jiff::civil::date(annee, 1, 1),
        valid_to: None,
        source: "Essai".into(),
        millesime: format!("liste de {annee}"),
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
        load(&b, "frr", Genre::Communes, 2025, "frr.csv", frr).await;
        let qpv = neighbourhood(&b, &m).await;
        load(&b, "qpv_2024", Genre::Polygones, 2024, "qpv.geojson", qpv).await;
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
