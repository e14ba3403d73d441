//! Reading, writing and refusing activities.

use comptes::attribution::PerimetreDe;
use serde_json::{Value, json};
use socle::params;
use uuid::Uuid;

use super::{Application, TOUT, apps, attributes, by_form, etag, json as lire, new_id, resource};

const ICI: &str = "/api/v1/activites";

#[tokio::test]
async fn an_activity_is_recorded_once_and_reads_back() {
    for (app, m) in apps().await {
        let mut a = Application::of_structure(&app, &m).await;
        let id = new_id(&app.base);
        let envoi = resource(id, attributes(&m));
        let rep = a.post(ICI, &envoi).await;
        rep.expect(201);
        assert_eq!(rep.entetes["location"], format!("{ICI}/{id}").as_str());
        let lu = lire(&rep);
        let attributs = &lu["data"]["attributes"];
        assert_eq!(attributs["type_activite"], "individuel");
        assert_eq!(attributs["source"], "api");
        assert_eq!(attributs["anonyme"]["genre"], "feminin");
        assert_eq!(attributs["rattachement"]["employeur"], json!(m.structure));
        assert_eq!(attributs["rattachement"]["departement"], "35");
        // A lost reply: the same again gives the original.
        let encore = a.post(ICI, &envoi).await;
        encore.expect(200);
        assert_eq!(lire(&encore), lu);
        // Another body under the same id.
        let mut autre = attributes(&m);
        autre["duree"] = json!(45);
        a.post(ICI, &resource(id, autre))
            .await
            .expect(422)
            .shows("Cette opération a déjà été envoyée avec un contenu différent.");
        let mut tx = app.base.read().await.unwrap();
        assert_eq!(super::super::count(&mut tx).await, 1);
        // The audit journal names the application.
        let n = tx
            .count(
                socle::sql!("SELECT count(*) AS n FROM journal WHERE acteur = $1 AND action = 'activite.enregistrer'"),
                params![a.id],
            )
            .await
            .unwrap();
        assert_eq!(n, 1);
        drop(tx);
        let rep = a.get(&format!("{ICI}/{id}")).await;
        assert_eq!(lire(&rep.expect(200).clone()), lu);
    }
}

#[tokio::test]
async fn what_other_languages_write_is_read() {
    for (app, m) in apps().await {
        let mut a = Application::of_structure(&app, &m).await;
        let id = new_id(&app.base);
        let mut corps = attributes(&m);
        // A whole number with its point, and the end of a text of C.
        corps["duree"] = json!(60.0);
        corps["type_lieu"] = json!("lieu_activite\0");
        a.post("/api/v1/activites", &resource(id, corps.clone()))
            .await
            .expect(201)
            .shows("\"duree\":60,");
        corps["duree"] = json!(60.5);
        a.post("/api/v1/activites", &resource(new_id(&app.base), corps))
            .await
            .expect(422)
            .shows("/data/attributes/duree");
    }
}

#[tokio::test]
async fn refusals_point_at_the_part_of_the_body() {
    for (app, m) in apps().await {
        let mut a = Application::of_structure(&app, &m).await;
        let mut attributs = attributes(&m);
        attributs["thematiques"] = json!([]);
        attributs["duree"] = json!(900);
        let rep = a.post(ICI, &resource(new_id(&app.base), attributs)).await;
        rep.expect(422)
            .shows("La durée doit être comprise entre 5 min et 10 h.");
        let pointeurs: Vec<String> = lire(&rep)["errors"]
            .as_array()
            .unwrap()
            .iter()
            .map(|e| e["source"]["pointer"].as_str().unwrap().to_owned())
            .collect();
        assert_eq!(
            pointeurs,
            ["/data/attributes/duree", "/data/attributes/thematiques"]
        );
        for (corps, statut, pointeur) in [
            (json!({}), 422, "/data"),
            (json!({ "data": { "type": "lieux" } }), 409, ""),
            (
                json!({ "data": { "type": "activites", "id": "7" } }),
                422,
                "/data/id",
            ),
            (
                resource(Uuid::from_u128(4), attributes(&m)),
                422,
                "/data/id",
            ),
            (
                resource(new_id(&app.base), json!({ "type_activite": "individuel" })),
                422,
                "/data/attributes/auteur",
            ),
            (
                resource(
                    new_id(&app.base),
                    json!({ "auteur": m.moi.personne, "type_activite": "conférence" }),
                ),
                422,
                "/data/attributes/type_activite",
            ),
        ] {
            let rep = a.post(ICI, &corps).await;
            rep.expect(statut);
            if !pointeur.is_empty() {
                assert_eq!(lire(&rep)["errors"][0]["source"]["pointer"], pointeur);
            }
        }
        // Not JSON; not the right kind; too heavy.
        let jeton = format!("Bearer {}", a.jeton);
        let mut c = app.visiteur();
        for (genre, corps, statut) in [
            ("application/json", "{".to_owned(), 400),
            ("text/plain", "{}".to_owned(), 415),
            ("application/json", " ".repeat(1_100_000), 413),
        ] {
            let h = [("authorization", jeton.as_str()), ("content-type", genre)];
            c.call("POST", ICI, &h, corps).await.expect(statut);
        }
    }
}

#[tokio::test]
async fn a_change_needs_the_mark_of_what_was_read() {
    for (app, m) in apps().await {
        let mut a = Application::of_structure(&app, &m).await;
        let id = new_id(&app.base);
        let rep = a.post(ICI, &resource(id, attributes(&m))).await;
        let (chemin, marque) = (format!("{ICI}/{id}"), etag(&rep));
        // A reader that holds it is told so.
        let rep = a
            .call("GET", &chemin, &[("if-none-match", &marque)], None)
            .await;
        rep.expect(304);
        let corps = resource(id, json!({ "duree": 90, "notes": "rien de particulier" }));
        a.call("PATCH", &chemin, &[], Some(&corps))
            .await
            .expect(428);
        let rep = a
            .call("PATCH", &chemin, &[("if-match", &marque)], Some(&corps))
            .await;
        rep.expect(200);
        let lu = lire(&rep);
        assert_eq!(lu["data"]["attributes"]["duree"], 90);
        assert_eq!(lu["data"]["attributes"]["version"], 2);
        // What was not sent stays.
        assert_eq!(lu["data"]["attributes"]["thematiques"], json!(["email"]));
        assert!(!rep.texte().contains("particulier"), "notes stay inside");
        a.call("DELETE", &chemin, &[("if-match", &marque)], None)
            .await
            .expect(412);
        let marque = etag(&rep);
        a.call("DELETE", &chemin, &[("if-match", &marque)], None)
            .await
            .expect(204);
        a.get(&chemin).await.expect(404);
    }
}

#[tokio::test]
async fn only_a_delegate_or_the_employer_writes_for_somebody() {
    for (app, m) in apps().await {
        // A territory sees the activities, and writes for nobody.
        let ici = PerimetreDe::Departements(vec!["35".into()]);
        let mut a = Application::of(&app, ici, TOUT).await;
        let id = by_form(&app.base, &m, &m.moi, "c1").await;
        let envoi = resource(new_id(&app.base), attributes(&m));
        a.post(ICI, &envoi).await.expect(403).shows("autorisé");
        let chemin = format!("{ICI}/{id}");
        let marque = etag(&a.get(&chemin).await);
        let entetes = [("if-match", marque.as_str())];
        a.call("DELETE", &chemin, &entetes, None).await.expect(403);
        // The author lets it.
        let mut tx = app.base.write().await.unwrap();
        crate::api::delegation::grant(&mut tx, &m.moi, a.id)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        a.post(ICI, &envoi).await.expect(201);
        a.call("DELETE", &chemin, &entetes, None).await.expect(204);
        // And no longer.
        let mut tx = app.base.write().await.unwrap();
        crate::api::delegation::withdraw(&mut tx, &m.moi, a.id)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        let autre = resource(new_id(&app.base), attributes(&m));
        a.post(ICI, &autre).await.expect(403);
    }
}

#[tokio::test]
async fn tokens_scopes_and_perimeters_are_told_apart() {
    for (app, m) in apps().await {
        let id = by_form(&app.base, &m, &m.moi, "c1").await;
        let chemin = format!("{ICI}/{id}");
        let rep = app.visiteur().get(&chemin).await;
        rep.expect(401);
        assert!(rep.entetes.contains_key("www-authenticate"));
        // Another structure: as if nothing was there.
        let ailleurs = PerimetreDe::Structure(Uuid::from_u128(0xdead));
        let mut a = Application::of(&app, ailleurs, TOUT).await;
        a.get(&chemin).await.expect(404);
        assert_eq!(lire(&a.get(ICI).await)["data"], json!([]));
        for methode in ["PATCH", "DELETE"] {
            let corps = resource(id, json!({ "duree": 30 }));
            let entetes = [("if-match", "*")];
            a.call(methode, &chemin, &entetes, Some(&corps))
                .await
                .expect(404);
        }
        // Reading is not writing.
        let ici = PerimetreDe::Structure(m.structure);
        let mut a = Application::of(&app, ici, "activites:lire").await;
        a.get(&chemin).await.expect(200);
        let rep = a
            .post(ICI, &resource(new_id(&app.base), attributes(&m)))
            .await;
        rep.expect(403);
        let defi = rep.entetes["www-authenticate"].to_str().unwrap();
        assert!(defi.contains("insufficient_scope") && defi.contains("activites:ecrire"));
        // What nobody knows is named.
        a.get(&format!("{ICI}?filtre=1"))
            .await
            .expect(400)
            .shows("filtre");
    }
}

#[tokio::test]
async fn six_hundred_calls_a_minute_and_no_more() {
    let (app, m) = apps().await.remove(0);
    let mut a = Application::of_structure(&app, &m).await;
    let rep = a.get("/api/v1/vocabulaires").await;
    assert_eq!(rep.entetes["ratelimit-policy"], "\"client\";q=600;w=60");
    for _ in 0..599 {
        a.get("/api/v1/activites/1").await.expect(404);
    }
    let rep = a.get("/api/v1/vocabulaires").await;
    rep.expect(429);
    assert!(rep.entetes.contains_key("retry-after"));
    app.base.clock().advance(60);
    a.get("/api/v1/vocabulaires").await.expect(200);
}

#[tokio::test]
async fn a_batch_tells_what_came_of_each_operation() {
    for (app, m) in apps().await {
        let mut a = Application::of_structure(&app, &m).await;
        let (un, deux) = (new_id(&app.base), new_id(&app.base));
        let mut fausse = attributes(&m);
        fausse["duree"] = json!(2);
        let op = |op: Uuid, t: &str, objet: Uuid, base: Value, corps: Value| json!({ "op": op, "type": t, "objet": objet, "base": base, "corps": corps });
        let ids: Vec<Uuid> = (0..5).map(|_| new_id(&app.base)).collect();
        let lot = json!({ "operations": [
            op(ids[0], "activite.creer", un, Value::Null, attributes(&m)),
            op(ids[1], "activite.creer", deux, Value::Null, fausse),
            op(ids[2], "activite.modifier", un, json!(1), json!({ "duree": 30 })),
            op(ids[3], "activite.supprimer", un, json!(1), json!({})),
            op(ids[4], "activite.supprimer", un, json!(2), json!({})),
        ]});
        let rep = a.post("/api/v1/activites/lots", &lot).await;
        rep.expect(200);
        let statuts = |v: &Value| -> Vec<String> {
            v["resultats"]
                .as_array()
                .unwrap()
                .iter()
                .map(|r| r["statut"].as_str().unwrap().to_owned())
                .collect()
        };
        let lu = lire(&rep);
        assert_eq!(
            statuts(&lu),
            ["appliquee", "refusee", "appliquee", "conflit", "appliquee"]
        );
        assert_eq!(
            lu["resultats"][1]["erreurs"][0]["source"]["pointer"],
            "/operations/1/corps/duree"
        );
        // A lost reply: nothing is done twice.
        let encore = lire(&a.post("/api/v1/activites/lots", &lot).await);
        assert_eq!(encore["stat_version"], lu["stat_version"]);
        assert_eq!(statuts(&encore)[4], "deja_appliquee");
        assert_eq!(
            encore["resultats"][4]["revision"],
            lu["resultats"][4]["revision"]
        );
        let trop = json!({ "operations": vec![json!({}); 101] });
        a.post("/api/v1/activites/lots", &trop).await.expect(422);
    }
}

/// Names and notes of beneficiaries are never exposed: neither they nor the
/// free texts that may hold them are in any answer.
#[tokio::test]
async fn no_answer_holds_a_name() {
    for (app, m) in apps().await {
        let mut a = Application::of_structure(&app, &m).await;
        let id = by_form(&app.base, &m, &m.moi, "c1").await;
        let chemin = format!("{ICI}/{id}");
        let marque = etag(&a.get(&chemin).await);
        let mut reponses = vec![a.get(ICI).await, a.get(&chemin).await];
        let corps = resource(id, json!({ "duree": 90 }));
        reponses.push(
            a.call("PATCH", &chemin, &[("if-match", &marque)], Some(&corps))
                .await,
        );
        for r in &reponses {
            r.expect(200);
            let mut textes = Vec::new();
            walk(&lire(r), &mut textes);
            assert!(textes.len() > 10);
            for t in textes {
                for secret in ["zébulon", "quintefeuille", "sa fille", "awa"] {
                    assert!(!t.to_lowercase().contains(secret), "{t}");
                }
            }
        }
        // The name is still there for its author: nothing was erased by the change.
        let mut tx = app.base.read().await.unwrap();
        let garde = crate::activite::store::fetch(&mut tx, id).await.unwrap();
        assert!(garde.contenu.notes.unwrap().contains("Quintefeuille"));
    }
}

/// Every key and every value of a document.
fn walk(v: &Value, textes: &mut Vec<String>) {
    match v {
        Value::Object(m) => {
            for (k, v) in m {
                textes.push(k.clone());
                walk(v, textes);
            }
        }
        Value::Array(a) => a.iter().for_each(|v| walk(v, textes)),
        v => textes.push(v.to_string()),
    }
}
