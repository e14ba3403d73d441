//! Webhooks: told once a change is committed, signed, retried, closed.

use std::sync::{Arc, Mutex};

use comptes::attribution::PerimetreDe;
use jiff::Timestamp;
use serde_json::{Value, json};
use socle::jobs::Worker;
use web::essai::TestApp;

use super::{Application, TOUT, apps, attributes, etag, json as lire, new_id, resource};
use crate::api::{
    webhooks::{
        envoi::{Envoi, Envoyer},
        signature,
    },
    worker_with,
};

const ICI: &str = "/api/v1/webhooks";

/// A receiver that answers what it is told to, and keeps what it got.
#[derive(Clone, Default)]
struct Receveur {
    recus: Arc<Mutex<Vec<Envoi>>>,
    statut: Arc<Mutex<u16>>,
}

impl Receveur {
    fn new(statut: u16) -> Self {
        let r = Self::default();
        r.answers(statut);
        r
    }

    fn answers(&self, statut: u16) {
        *self.statut.lock().unwrap() = statut;
    }

    fn worker(&self) -> Worker {
        let r = self.clone();
        let envoyer: Envoyer = Arc::new(move |e| {
            r.recus.lock().unwrap().push(e);
            let statut = *r.statut.lock().unwrap();
            Box::pin(async move {
                match statut {
                    0 => Err("connexion impossible".into()),
                    s => Ok(s),
                }
            })
        });
        worker_with(envoyer)
    }

    fn bodies(&self) -> Vec<Value> {
        let mut v: Vec<Value> = self
            .recus
            .lock()
            .unwrap()
            .iter()
            .map(|e| serde_json::from_str(&e.corps).unwrap())
            .collect();
        // No order is promised.
        v.sort_by_key(|c| c["revision"].as_i64());
        v
    }
}

pub(super) fn hook(evenements: &[&str]) -> Value {
    json!({ "data": { "type": "webhooks", "attributes": {
        "url": "https://si.mairie.example/crochets", "evenements": evenements,
    }}})
}

const TOUS: [&str; 4] = [
    "activite.enregistree",
    "activite.modifiee",
    "activite.supprimee",
    "activite.restauree",
];

async fn create(a: &mut Application) -> (String, String) {
    let rep = a.post(ICI, &hook(&TOUS)).await;
    rep.expect(201);
    let lu = lire(&rep);
    let texte = |v: &Value| v.as_str().unwrap().to_owned();
    (
        texte(&lu["data"]["id"]),
        texte(&lu["data"]["attributes"]["secret"]),
    )
}

#[tokio::test]
async fn a_change_is_told_once_committed_signed_and_without_content() {
    for (app, m) in apps().await {
        let mut a = Application::of_structure(&app, &m).await;
        let (hook, secret) = create(&mut a).await;
        assert!(!a.get(ICI).await.texte().contains(&secret), "shown once");
        let id = new_id(&app.base);
        let rep = a
            .post("/api/v1/activites", &resource(id, attributes(&m)))
            .await;
        let chemin = format!("/api/v1/activites/{id}");
        let marque = etag(&rep);
        a.call("DELETE", &chemin, &[("if-match", &marque)], None)
            .await
            .expect(204);
        app.base.clock().advance(1);
        let mut tx = app.base.write().await.unwrap();
        crate::activite::service::restore(&mut tx, &m.moi, id)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        let r = Receveur::new(204);
        r.worker().run_all(&app.base).await.unwrap();
        let vus: Vec<String> = r
            .bodies()
            .iter()
            .map(|c| c["evenement"].as_str().unwrap().to_owned())
            .collect();
        assert_eq!(
            vus,
            [
                "activite.enregistree",
                "activite.supprimee",
                "activite.restauree"
            ]
        );
        let premier = &r.bodies()[0];
        let cles: Vec<&String> = premier.as_object().unwrap().keys().collect();
        assert_eq!(cles, ["evenement", "id", "le", "revision", "type"]);
        assert_eq!(premier["id"], json!(id));
        // The receiver makes the signature again.
        let e = r.recus.lock().unwrap()[0].clone();
        let t = app.base.clock().now();
        assert_eq!(e.signature, signature(&secret, t, &e.corps));
        assert_eq!(e.url, "https://si.mairie.example/crochets");
        // Nothing more to say.
        r.worker().run_all(&app.base).await.unwrap();
        assert_eq!(r.bodies().len(), 3);
        a.call("DELETE", &format!("{ICI}/{hook}"), &[], None)
            .await
            .expect(204);
        assert_eq!(lire(&a.get(ICI).await)["data"], json!([]));
    }
}

/// Minutes after the first attempt at which the receiver is called.
async fn attempts(app: &TestApp, r: &Receveur) -> Vec<i64> {
    let debut: Timestamp = app.base.clock().now();
    let mut vus = Vec::new();
    for _ in 0..(4 * 24 * 60) {
        let avant = r.bodies().len();
        r.worker().run_all(&app.base).await.unwrap();
        if r.bodies().len() > avant {
            vus.push(app.base.clock().now().duration_since(debut).as_mins());
        }
        // Faster once attempts are hours apart.
        let pas = if vus.last().is_some_and(|v| *v >= 36) {
            30
        } else {
            1
        };
        app.base.clock().advance(pas * 60);
        if app.base.clock().now().duration_since(debut).as_hours() > 96 {
            break;
        }
    }
    vus
}

#[tokio::test]
async fn a_receiver_that_fails_is_called_less_and_less_then_closed_and_told() {
    for (app, m) in apps().await {
        let mut a = Application::of_structure(&app, &m).await;
        let (hook, _) = create(&mut a).await;
        let id = new_id(&app.base);
        a.post("/api/v1/activites", &resource(id, attributes(&m)))
            .await
            .expect(201);
        // A redirection is a failure like another.
        let r = Receveur::new(302);
        let vus = attempts(&app, &r).await;
        assert_eq!(&vus[..4], [0, 1, 6, 36]);
        assert_eq!(vus.len(), 8, "{vus:?}");
        let ids: std::collections::BTreeSet<String> = r
            .recus
            .lock()
            .unwrap()
            .iter()
            .map(|e| e.evenement.clone())
            .collect();
        assert_eq!(ids.len(), 1, "one id to recognise the same notice");
        let mut tx = app.base.read().await.unwrap();
        let courriers = socle::courrier::recent(&mut tx, 5).await.unwrap();
        let avis: Vec<_> = courriers
            .iter()
            .filter(|c| c.sujet == "Votre webhook est désactivé")
            .collect();
        assert_eq!(avis.len(), 1);
        assert_eq!(avis[0].a, "si@mairie.example");
        drop(tx);
        // Mended: what was given up and what happened meanwhile both arrive.
        let mut a = Application::signed_again(&app, &a).await;
        let lu = lire(&a.get(ICI).await);
        assert_eq!(lu["data"][0]["attributes"]["etat"], "desactive");
        let mut corps = attributes(&m);
        corps["confirmations"] = json!(["date"]);
        a.post("/api/v1/activites", &resource(new_id(&app.base), corps))
            .await
            .expect(201);
        r.answers(200);
        let avant = r.bodies().len();
        r.worker().run_all(&app.base).await.unwrap();
        assert_eq!(r.bodies().len(), avant, "closed");
        a.call("POST", &format!("{ICI}/{hook}/rejouer"), &[], None)
            .await
            .expect(202);
        r.worker().run_all(&app.base).await.unwrap();
        assert_eq!(r.bodies().len(), avant + 2);
    }
}

#[tokio::test]
async fn webhooks_are_private_https_and_within_the_perimeter() {
    for (app, m) in apps().await {
        let mut a = Application::of_structure(&app, &m).await;
        let (id, _) = create(&mut a).await;
        for (url, evenements, pointeur) in [
            (
                "http://si.mairie.example/",
                &TOUS[..],
                "/data/attributes/url",
            ),
            ("https://10.0.0.1/", &TOUS[..], "/data/attributes/url"),
            (
                "https://si.mairie.example/",
                &["tout"][..],
                "/data/attributes/evenements",
            ),
            (
                "https://si.mairie.example/",
                &[][..],
                "/data/attributes/evenements",
            ),
        ] {
            let mut corps = hook(evenements);
            corps["data"]["attributes"]["url"] = json!(url);
            let rep = a.post(ICI, &corps).await;
            rep.expect(422);
            assert_eq!(lire(&rep)["errors"][0]["source"]["pointer"], pointeur);
        }
        // Another application sees nothing of it, and is told nothing of a
        // structure that is not its own.
        let ailleurs = PerimetreDe::Structure(uuid::Uuid::from_u128(0xdead));
        let mut autre = Application::of(&app, ailleurs, TOUT).await;
        autre.post(ICI, &hook(&TOUS)).await.expect(201);
        for (methode, suite) in [("DELETE", ""), ("POST", "/rejouer")] {
            autre
                .call(methode, &format!("{ICI}/{id}{suite}"), &[], None)
                .await
                .expect(404);
        }
        a.post(
            "/api/v1/activites",
            &resource(new_id(&app.base), attributes(&m)),
        )
        .await
        .expect(201);
        let r = Receveur::new(200);
        r.worker().run_all(&app.base).await.unwrap();
        assert_eq!(r.bodies().len(), 1, "one of the two webhooks");
    }
}
