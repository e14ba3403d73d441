//! Pages and deltas (scenario 18).

use std::collections::BTreeMap;

use comptes::attribution::PerimetreDe;
use serde_json::{Value, json};
use uuid::Uuid;
use web::essai::TestApp;

use super::{Application, TOUT, apps, attributes, by_form, etag, json as lire, new_id, resource};

const ICI: &str = "/api/v1/activites";

/// What a client that polls holds.
#[derive(Default)]
struct Copie {
    curseur: Option<String>,
    vivantes: BTreeMap<Uuid, i64>,
    supprimees: usize,
    derniere: i64,
}

impl Copie {
    /// Reads to the end of what there is.
    async fn poll(&mut self, a: &mut Application, taille: usize) {
        loop {
            let suite = self
                .curseur
                .as_ref()
                .map(|c| format!("&page%5Bafter%5D={c}"))
                .unwrap_or_default();
            let rep = a
                .get(&format!("{ICI}?page%5Bsize%5D={taille}{suite}"))
                .await;
            rep.expect(200);
            let lu = lire(&rep);
            for r in lu["data"].as_array().unwrap() {
                self.take(r);
            }
            self.curseur = Some(lu["meta"]["curseur"].as_str().unwrap().to_owned());
            if lu["links"]["next"].is_null() {
                return;
            }
        }
    }

    fn take(&mut self, r: &Value) {
        let id: Uuid = r["id"].as_str().unwrap().parse().unwrap();
        let morte = r["meta"]["supprimee_le"].is_string();
        let revision = if morte {
            r["meta"]["revision"].as_i64()
        } else {
            r["attributes"]["revision"].as_i64()
        }
        .unwrap();
        assert!(revision > self.derniere, "revisions only grow");
        self.derniere = revision;
        if morte {
            self.supprimees += 1;
            self.vivantes.remove(&id);
        } else {
            self.vivantes
                .insert(id, r["attributes"]["version"].as_i64().unwrap());
        }
    }
}

#[tokio::test]
async fn pages_follow_each_other_and_the_cursor_brings_what_changed() {
    for (app, m) in apps().await {
        let mut a = Application::of_structure(&app, &m).await;
        let mut ids = Vec::new();
        for i in 0..5 {
            ids.push(by_form(&app.base, &m, &m.moi, &format!("c{i}")).await);
        }
        let mut copie = Copie::default();
        copie.poll(&mut a, 2).await;
        assert_eq!(copie.vivantes.len(), 5);
        // The link of the next page asks the same question.
        let lu = lire(&a.get(&format!("{ICI}?page%5Bsize%5D=2")).await);
        let suivant = lire(&a.get(lu["links"]["next"].as_str().unwrap()).await);
        assert_eq!(suivant["data"][0]["id"], json!(ids[2]));
        assert_eq!(suivant["data"].as_array().unwrap().len(), 2);
        // Nothing new: the same document, not sent again.
        let chemin = format!("{ICI}?page%5Bafter%5D={}", copie.curseur.clone().unwrap());
        let marque = etag(&a.get(&chemin).await);
        a.call("GET", &chemin, &[("if-none-match", &marque)], None)
            .await
            .expect(304);
        // One changed, one deleted.
        for (id, methode) in [(ids[0], "PATCH"), (ids[1], "DELETE")] {
            let chemin = format!("{ICI}/{id}");
            let marque = etag(&a.get(&chemin).await);
            let corps = resource(id, json!({ "duree": 45 }));
            let rep = a
                .call(methode, &chemin, &[("if-match", &marque)], Some(&corps))
                .await;
            assert!(rep.statut.is_success());
        }
        copie.poll(&mut a, 2).await;
        assert_eq!(copie.vivantes.len(), 4);
        assert_eq!(copie.vivantes[&ids[0]], 2);
        assert_eq!(copie.supprimees, 1);
        // Nobody makes up a cursor.
        a.get(&format!("{ICI}?page%5Bafter%5D=1.20260303.00"))
            .await
            .expect(400);
    }
}

#[tokio::test]
async fn an_old_cursor_is_refused_and_old_deletions_are_forgotten() {
    for (app, m) in apps().await {
        let (id, secret) =
            super::client(&app.base, PerimetreDe::Structure(m.structure), TOUT).await;
        let mut a = Application::signed(&app, id, &secret).await;
        let objet = by_form(&app.base, &m, &m.moi, "c1").await;
        let lu = lire(&a.get(ICI).await);
        let curseur = lu["meta"]["curseur"].as_str().unwrap().to_owned();
        let chemin = format!("{ICI}/{objet}");
        a.call("DELETE", &chemin, &[("if-match", "*")], None)
            .await
            .expect(204);
        let suite = format!("{ICI}?page%5Bafter%5D={curseur}");
        assert_eq!(
            lire(&a.get(&suite).await)["data"][0]["meta"]["supprimee_le"],
            "2026-03-03T09:00:00.000Z"
        );
        app.base.clock().advance_days(401);
        let mut a = Application::signed(&app, id, &secret).await;
        let rep = a.get(&suite).await;
        rep.expect(410);
        assert_eq!(lire(&rep)["errors"][0]["code"], "curseur_perime");
        assert_eq!(lire(&a.get(ICI).await)["data"], json!([]));
    }
}

/// Scenario 18: writers at work, a client that polls. It misses no revision,
/// sees them in order, and ends with exactly what the database holds.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_polling_client_misses_nothing_of_concurrent_writers() {
    for (app, m) in apps().await {
        let app = std::sync::Arc::new(app);
        let attributs = attributes(&m);
        let (id, secret) =
            super::client(&app.base, PerimetreDe::Structure(m.structure), TOUT).await;
        let mut ecrivains = Vec::new();
        for _ in 0..4 {
            let mut a = Application::signed(&app, id, &secret).await;
            let (app, attributs) = (app.clone(), attributs.clone());
            ecrivains.push(tokio::spawn(async move {
                write_some(&app, &mut a, &attributs, 25).await;
            }));
        }
        let mut lecteur = Application::signed(&app, id, &secret).await;
        let mut copie = Copie::default();
        while ecrivains.iter().any(|e| !e.is_finished()) {
            copie.poll(&mut lecteur, 7).await;
            // The minute of the limit goes by.
            app.base.clock().advance(1);
            tokio::task::yield_now().await;
        }
        for e in ecrivains {
            e.await.unwrap();
        }
        copie.poll(&mut lecteur, 7).await;
        let mut entiere = Copie::default();
        entiere.poll(&mut lecteur, 500).await;
        assert_eq!(copie.vivantes, entiere.vivantes);
        assert_eq!(copie.vivantes.len(), 80);
        assert_eq!(entiere.supprimees, 20);
    }
}

/// Creates `n` activities, changes each third, deletes each fifth.
async fn write_some(app: &TestApp, a: &mut Application, attributs: &Value, n: usize) {
    for i in 1..=n {
        let id = new_id(&app.base);
        let rep = a.post(ICI, &resource(id, attributs.clone())).await;
        rep.expect(201);
        let chemin = format!("{ICI}/{id}");
        let marque = etag(&rep);
        let entetes = [("if-match", marque.as_str())];
        if i % 5 == 0 {
            a.call("DELETE", &chemin, &entetes, None).await.expect(204);
        } else if i % 3 == 0 {
            let corps = resource(id, json!({ "duree": 30 }));
            a.call("PATCH", &chemin, &entetes, Some(&corps))
                .await
                .expect(200);
        }
    }
}
