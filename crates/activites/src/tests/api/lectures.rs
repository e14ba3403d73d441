//! Filters, coordination and statistics.

use comptes::attribution::PerimetreDe;
use serde_json::{Value, json};
use socle::{Acteur, Perimetre, Role, essai};
use web::Champs;

use super::{Application, TOUT, apps, attributes, by_form, json as lire, new_id, resource};
use crate::coordination::{Genre, service};

const ACTIVITES: &str = "/api/v1/activites";
const COORDINATIONS: &str = "/api/v1/coordinations";

fn ids(v: &Value) -> Vec<Value> {
    v["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|r| r["id"].clone())
        .collect()
}

#[tokio::test]
async fn filters_narrow_the_list_and_unknown_ones_are_named() {
    for (app, m) in apps().await {
        let mut a = Application::of_structure(&app, &m).await;
        let atelier = by_form(&app.base, &m, &m.moi, "c1").await;
        let individuel = new_id(&app.base);
        a.post(ACTIVITES, &resource(individuel, attributes(&m)))
            .await
            .expect(201);
        for (filtre, attendus) in [
            ("filter[type]=collectif", vec![atelier]),
            (
                "filter[type]=collectif,individuel",
                vec![atelier, individuel],
            ),
            ("filter[thematique]=email", vec![individuel]),
            ("filter[du]=2026-03-03", vec![individuel]),
            ("filter[au]=2026-03-02", vec![atelier]),
            (
                "filter[source]=api&filter[departement]=35",
                vec![individuel],
            ),
            (
                "filter[region]=53&filter[commune]=35238",
                vec![atelier, individuel],
            ),
            ("filter[epci]=243500139", vec![atelier, individuel]),
            // A character no database of ours keeps.
            ("filter[departement]=3%005", vec![atelier, individuel]),
            ("filter[region]=11", vec![]),
            ("filter[demarche]=oui", vec![]),
            (
                "filter[demarche]=non&filter[hors_champ]=non",
                vec![atelier, individuel],
            ),
            ("filter[materiel]=tablette", vec![]),
            ("filter[qpv]=oui", vec![]),
            (
                "filter[etiquette]=0197a000-0000-7000-8000-000000000000",
                vec![],
            ),
        ] {
            let filtre = filtre.replace('[', "%5B").replace(']', "%5D");
            let rep = a.get(&format!("{ACTIVITES}?{filtre}")).await;
            rep.expect(200);
            let attendus: Vec<Value> = attendus.iter().map(|i| json!(i)).collect();
            assert_eq!(ids(&lire(&rep)), attendus, "{filtre}");
        }
        for (filtre, nom) in [
            ("filter%5Bgenre%5D=feminin", "filter[genre]"),
            ("filter%5Bbeneficiaire%5D=1", "filter[beneficiaire]"),
            ("filter%5Btype%5D=conference", "filter[type]"),
            ("page%5Bsize%5D=501", "page[size]"),
        ] {
            let rep = a.get(&format!("{ACTIVITES}?{filtre}")).await;
            rep.expect(400);
            assert_eq!(lire(&rep)["errors"][0]["source"]["parameter"], nom);
        }
    }
}

pub(super) fn animation(cle: &str) -> Champs {
    Champs::default()
        .with("id_commande", cle)
        .with("date", "2026-03-02")
        .with("duree", "90")
        .with("duree_autre", "90")
        .with("mediateurs", "3")
        .with("structures", "1")
        .with("autres", "0")
        .with("type_animation", "comite")
        .with("initiative", "initiative")
        .with("theme_animation", "reseau")
        .with("notes", "Zébulon Quintefeuille est excusé")
}

#[tokio::test]
async fn coordination_is_read_by_revision_without_free_texts() {
    for (app, m) in apps().await {
        let coordinateur = Acteur {
            personne: m.moi.personne,
            ..essai::acteur(
                Role::Coordinateur,
                Perimetre::Departements(vec!["35".into()]),
            )
        };
        let mut tx = app.base.write().await.unwrap();
        let id = service::record(&mut tx, &coordinateur, Genre::Animation, &animation("k1"))
            .await
            .unwrap();
        service::record(&mut tx, &coordinateur, Genre::Animation, &animation("k2"))
            .await
            .unwrap();
        tx.commit().await.unwrap();
        let mut a = Application::of_structure(&app, &m).await;
        let rep = a.get(&format!("{COORDINATIONS}?page%5Bsize%5D=1")).await;
        rep.expect(200);
        assert!(!rep.texte().contains("Quintefeuille"));
        let lu = lire(&rep);
        assert_eq!(ids(&lu), [json!(id)]);
        let attributs = &lu["data"][0]["attributes"];
        assert_eq!(attributs["genre"], "animation");
        assert_eq!(attributs["participants"], 4);
        let suite = a.get(lu["links"]["next"].as_str().unwrap()).await;
        let suite = lire(suite.expect(200));
        assert_eq!(ids(&suite).len(), 1);
        // A deletion comes as a tombstone.
        let mut tx = app.base.write().await.unwrap();
        service::set_deleted(&mut tx, &coordinateur, id, true)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        let curseur = suite["meta"]["curseur"].as_str().unwrap();
        let chemin = format!("{COORDINATIONS}?page%5Bafter%5D={curseur}");
        let lu = lire(&a.get(&chemin).await);
        assert_eq!(ids(&lu), [json!(id)]);
        assert!(lu["data"][0]["meta"]["supprimee_le"].is_string());
        // Elsewhere, nothing.
        let ailleurs = PerimetreDe::Departements(vec!["988".into()]);
        let mut autre = Application::of(&app, ailleurs, TOUT).await;
        assert_eq!(ids(&lire(&autre.get(COORDINATIONS).await)).len(), 0);
        autre
            .get(&format!("{COORDINATIONS}?filter%5Bgenre%5D=autre"))
            .await
            .expect(400);
    }
}

#[tokio::test]
async fn statistics_count_what_was_just_written_and_hide_small_cells() {
    const ICI: &str = "/api/v1/statistiques";
    for (app, m) in apps().await {
        let mut a = Application::of_structure(&app, &m).await;
        by_form(&app.base, &m, &m.moi, "c1").await;
        a.post(ACTIVITES, &resource(new_id(&app.base), attributes(&m)))
            .await
            .expect(201);
        let chiffre = |v: &Value, id: &str| {
            v["data"]["attributes"]["chiffres"]
                .as_array()
                .unwrap()
                .iter()
                .find(|c| c["id"] == id)
                .map(|c| c["valeur"].clone())
        };
        let lu = lire(a.get(ICI).await.expect(200));
        assert_eq!(chiffre(&lu, "ST04"), Some(json!(7)));
        assert_eq!(chiffre(&lu, "ST01"), Some(json!(2)));
        let rep = a
            .get(&format!(
                "{ICI}?blocs=ST04,ST28&filter%5Btype%5D=individuel"
            ))
            .await;
        let lu = lire(rep.expect(200));
        assert_eq!(chiffre(&lu, "ST04"), Some(json!(1)));
        assert_eq!(chiffre(&lu, "ST01"), None);
        assert_eq!(lu["data"]["attributes"]["blocs"][0]["id"], "ST28");
        // Seven people: too few for a territory or for public figures.
        let ici = PerimetreDe::Departements(vec!["35".into()]);
        for (perimetre, portees) in [
            (ici, "statistiques:lire"),
            (PerimetreDe::National, "statistiques:publiques"),
            (
                PerimetreDe::Structure(m.structure),
                "statistiques:publiques",
            ),
        ] {
            let mut autre = Application::of(&app, perimetre, portees).await;
            let lu = lire(autre.get(ICI).await.expect(200));
            assert_eq!(chiffre(&lu, "ST04"), Some(Value::Null));
            assert_eq!(lu["data"]["attributes"]["petites_cellules_masquees"], true);
        }
        a.get(&format!("{ICI}?portee=national")).await.expect(400);
        a.get(&format!("{ICI}?blocs=tout")).await.expect(400);
        a.get(&format!("{ICI}?filter%5Bgenre%5D=x"))
            .await
            .expect(400);
        // Sixty a minute.
        for _ in 0..58 {
            a.get(&format!("{ICI}?blocs=tout")).await;
        }
        let rep = a.get(ICI).await;
        rep.expect(429);
        assert_eq!(rep.entetes["ratelimit-policy"], "\"client\";q=60;w=60");
        a.get(ACTIVITES).await.expect(200);
    }
}
