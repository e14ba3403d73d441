//! Every route of the API × every scope × foreign perimeters (issue 3,
//! acceptance 6). A route nobody described here fails the test.

use comptes::attribution::PerimetreDe;
use serde_json::{Value, json};
use socle::{Acteur, Perimetre, Role, essai};
use uuid::Uuid;
use web::{Acces, essai::TestApp};

use super::{Application, TOUT, apps, attributes, by_form, json as lire, new_id, resource};
use crate::{
    coordination::{Genre, service as coordination},
    tests::Monde,
};

const PORTEES: [&str; 6] = [
    "activites:lire",
    "activites:ecrire",
    "coordination:lire",
    "statistiques:lire",
    "statistiques:publiques",
    "webhooks:gerer",
];

/// What the world holds that a stranger must not reach.
struct Biens {
    activite: Uuid,
    coordination: Uuid,
    webhook: String,
}

async fn goods(app: &TestApp, m: &Monde) -> Biens {
    let activite = by_form(&app.base, m, &m.moi, "c1").await;
    let coordinateur = Acteur {
        personne: m.moi.personne,
        ..essai::acteur(
            Role::Coordinateur,
            Perimetre::Departements(vec!["35".into()]),
        )
    };
    let mut tx = app.base.write().await.unwrap();
    let reunion = super::lectures::animation("k1");
    let coordination = coordination::record(&mut tx, &coordinateur, Genre::Animation, &reunion)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let mut a = Application::of_structure(app, m).await;
    let hook = super::webhooks::hook(&["activite.enregistree"]);
    let rep = a.post("/api/v1/webhooks", &hook).await;
    let webhook = lire(rep.expect(201))["data"]["id"].as_str().unwrap().into();
    Biens {
        activite,
        coordination,
        webhook,
    }
}

/// The body of a write; `None` where there is none.
fn body(app: &TestApp, m: &Monde, methode: &str, chemin: &str, b: &Biens) -> Option<Value> {
    let neuve = resource(new_id(&app.base), attributes(m));
    match (methode, chemin) {
        ("POST", "/api/v1/activites") => Some(neuve),
        ("POST", "/api/v1/activites/lots") => Some(json!({ "operations": [{
            "op": new_id(&app.base), "type": "activite.supprimer",
            "objet": b.activite, "base": 1, "corps": {},
        }]})),
        ("PATCH", "/api/v1/activites/{id}") => Some(resource(b.activite, json!({ "duree": 30 }))),
        ("POST", "/api/v1/webhooks") => Some(super::webhooks::hook(&["activite.enregistree"])),
        ("POST", "/api/v1/webhooks/{id}/rejouer") | ("GET" | "DELETE", _) => None,
        autre => panic!("{autre:?} : describe its body here"),
    }
}

/// The address of the object of the world.
fn fill(chemin: &str, b: &Biens) -> String {
    if chemin.starts_with("/api/v1/webhooks/{id}") {
        chemin.replace("{id}", &b.webhook)
    } else if chemin.starts_with("/api/v1/activites/{id}") {
        chemin.replace("{id}", &b.activite.to_string())
    } else {
        assert!(!chemin.contains('{'), "{chemin} : describe its object here");
        chemin.to_owned()
    }
}

#[tokio::test]
async fn every_route_asks_for_its_scope_and_keeps_to_the_perimeter() {
    let routes = crate::api::routes();
    let de_l_api = || {
        routes.all().iter().filter_map(|r| match r.acces {
            Acces::Api(portees) => Some((r, portees)),
            _ => None,
        })
    };
    for (app, m) in apps().await {
        let biens = goods(&app, &m).await;
        let (mut essais, mut fautes) = (0, Vec::new());
        let ici = || PerimetreDe::Structure(m.structure);
        let perimetres = [
            ("la structure", ici()),
            ("une autre", PerimetreDe::Structure(Uuid::from_u128(0xdead))),
            (
                "un autre département",
                PerimetreDe::Departements(vec!["988".into()]),
            ),
        ];
        for (nom, perimetre) in &perimetres {
            for portee in PORTEES.iter().copied().chain([TOUT]) {
                let mut a = Application::of(&app, perimetre.clone(), portee).await;
                let donnees: Vec<&str> = portee.split(' ').collect();
                for (r, voulues) in de_l_api() {
                    let methode = r.methode.as_str();
                    let ouverte =
                        voulues.is_empty() || voulues.split(' ').any(|v| donnees.contains(&v));
                    // The owner's successes are shown by the other tests, and
                    // would change the world under the following lines.
                    if ouverte && *nom == "la structure" {
                        continue;
                    }
                    let corps = body(&app, &m, methode, r.chemin, &biens);
                    let chemin = fill(r.chemin, &biens);
                    let rep = a
                        .call(methode, &chemin, &[("if-match", "*")], corps.as_ref())
                        .await;
                    essais += 1;
                    let statut = rep.statut.as_u16();
                    let juste = match (ouverte, r.is_object(), methode) {
                        (false, ..) => statut == 403,
                        (true, true, _) => statut == 404,
                        (true, false, "POST") if r.chemin == "/api/v1/activites" => {
                            matches!(statut, 403 | 404 | 422)
                        }
                        (true, false, _) => statut < 500,
                    };
                    let fuite = [biens.activite.to_string(), biens.coordination.to_string()]
                        .iter()
                        .chain([&biens.webhook])
                        .any(|id| methode == "GET" && rep.texte().contains(id.as_str()));
                    if !juste || fuite {
                        fautes.push(format!("{nom}, {portee} : {methode} {chemin} {statut}"));
                    }
                }
            }
        }
        println!("{essais} essais de l'API");
        assert!(fautes.is_empty(), "{}", fautes.join("\n"));
        assert!(essais > 200);
        // Nothing was written by any of them.
        let mut a = Application::of(&app, ici(), TOUT).await;
        let lues = lire(&a.get("/api/v1/activites").await);
        assert_eq!(lues["data"].as_array().map(Vec::len), Some(1));
        assert_eq!(lues["data"][0]["attributes"]["duree"], 120);
        // Figures of elsewhere hold nothing of here.
        let ailleurs = PerimetreDe::Departements(vec!["988".into()]);
        let mut a = Application::of(&app, ailleurs, TOUT).await;
        let lus = lire(&a.get("/api/v1/statistiques").await);
        let chiffres = lus["data"]["attributes"]["chiffres"].as_array().unwrap();
        let total = chiffres.iter().find(|c| c["id"] == "ST04").unwrap();
        assert!(
            matches!(total["valeur"].as_i64(), None | Some(0)),
            "{total}"
        );
    }
}
