//! Clients on real databases, through the edge.

use jiff::{SignedDuration, civil::Date};
use serde_json::Value;
use socle::{Base, Perimetre, Role, essai};
use uuid::Uuid;
use web::essai::{Client as Navigateur, TestApp};

use super::{
    authenticate,
    service::{self, Nouveau},
};
use crate::attribution::PerimetreDe;

const TOUTES: &[&[socle::Migration]] = &[socle::MIGRATIONS, crate::MIGRATIONS];

fn nouveau() -> Nouveau {
    Nouveau {
        nom: "Logiciel de la mairie".into(),
        contact: "si@mairie.example".into(),
        portees: vec!["activites:lire".into(), "activites:ecrire".into()],
        perimetre: PerimetreDe::Departements(vec!["35".into()]),
        libelle: "35".into(),
        valid_from: Date::constant(2026, 3, 1),
        valid_to: Some(Date::constant(2026, 3, 31)),
    }
}

async fn create(b: &Base) -> (Uuid, String) {
    let admin = essai::acteur(Role::Administrateur, Perimetre::National);
    let mut tx = b.write().await.unwrap();
    let cree = service::create(&mut tx, &admin, nouveau()).await.unwrap();
    tx.commit().await.unwrap();
    cree
}

async fn ask(c: &mut Navigateur, id: Uuid, secret: &str, portees: &str) -> (u16, Value) {
    let rep = c
        .post(
            "/oauth/token",
            &[
                ("grant_type", "client_credentials"),
                ("client_id", &id.to_string()),
                ("client_secret", secret),
                ("scope", portees),
            ],
        )
        .await;
    (
        rep.statut.as_u16(),
        serde_json::from_slice(&rep.octets).unwrap(),
    )
}

#[tokio::test]
async fn a_secret_gives_a_token_for_an_hour_within_its_scopes() {
    for base in essai::bases(TOUTES).await {
        let app = TestApp::new(base, &crate::routes());
        let (id, secret) = create(&app.base).await;
        let mut c = app.visiteur();
        let (statut, corps) = ask(&mut c, id, &secret, "activites:lire").await;
        assert_eq!((statut, &corps["expires_in"]), (200, &Value::from(3600)));
        let jeton = corps["access_token"].as_str().unwrap().to_owned();
        let mut tx = app.base.read().await.unwrap();
        let vu = authenticate(&mut tx, &jeton).await.unwrap().unwrap();
        assert!(vu.has("activites:lire") && !vu.has("activites:ecrire"));
        assert_eq!(vu.perimetre(), Perimetre::Departements(vec!["35".into()]));
        drop(tx);
        assert_eq!(ask(&mut c, id, &secret, "webhooks:gerer").await.0, 400);
        assert_eq!(ask(&mut c, id, "faux", "").await.0, 401);
        assert_eq!(ask(&mut c, Uuid::from_u128(9), &secret, "").await.0, 401);
        app.base.clock().advance(3_601);
        let mut tx = app.base.read().await.unwrap();
        assert_eq!(authenticate(&mut tx, &jeton).await.unwrap(), None);
    }
}

#[tokio::test]
async fn a_former_secret_opens_one_more_day_and_a_revoked_client_nothing() {
    for base in essai::bases(TOUTES).await {
        let app = TestApp::new(base, &crate::routes());
        let (id, ancien) = create(&app.base).await;
        let admin = essai::acteur(Role::Administrateur, Perimetre::National);
        let mut tx = app.base.write().await.unwrap();
        let neuf = service::rotate(&mut tx, &admin, id).await.unwrap();
        tx.commit().await.unwrap();
        let mut c = app.visiteur();
        assert_eq!(ask(&mut c, id, &ancien, "").await.0, 200);
        assert_eq!(ask(&mut c, id, &neuf, "").await.0, 200);
        app.base
            .clock()
            .advance(SignedDuration::from_hours(24).as_secs());
        assert_eq!(ask(&mut c, id, &ancien, "").await.0, 401);
        let (_, corps) = ask(&mut c, id, &neuf, "").await;
        let mut tx = app.base.write().await.unwrap();
        service::revoke(&mut tx, &admin, id).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(ask(&mut c, id, &neuf, "").await.0, 401);
        let mut tx = app.base.read().await.unwrap();
        let jeton = corps["access_token"].as_str().unwrap();
        assert_eq!(authenticate(&mut tx, jeton).await.unwrap(), None);
    }
}

#[tokio::test]
async fn a_client_opens_between_its_dates_only() {
    for base in essai::bases(TOUTES).await {
        let app = TestApp::new(base, &crate::routes());
        let (id, secret) = create(&app.base).await;
        let mut c = app.visiteur();
        assert_eq!(ask(&mut c, id, &secret, "").await.0, 200);
        // The test begins on 3 March, the client ends with the month.
        app.base.clock().advance(29 * 86_400);
        assert_eq!(ask(&mut c, id, &secret, "").await.0, 401);
    }
}

#[tokio::test]
async fn a_secret_of_the_demonstration_opens_nothing_elsewhere() {
    for base in essai::bases(TOUTES).await {
        let app = TestApp::new(base, &crate::routes());
        let id = Uuid::from_u128(5);
        let mut tx = app.base.write().await.unwrap();
        service::create_demo(&mut tx, id, "connu", nouveau())
            .await
            .unwrap();
        tx.commit().await.unwrap();
        assert_eq!(ask(&mut app.visiteur(), id, "connu", "").await.0, 401);
    }
}
