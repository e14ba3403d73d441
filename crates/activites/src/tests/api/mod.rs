//! The API, through the edge, on both databases.

mod activites;
mod delta;
mod droits;
mod lectures;
mod pages;
mod webhooks;

use axum::http::header;
use comptes::{
    attribution::PerimetreDe,
    client::service::{self, Nouveau},
};
use jiff::civil::Date;
use serde_json::{Value, json};
use socle::{Acteur, Base, Perimetre, Role, essai};
use uuid::Uuid;
use web::essai::{Client as Navigateur, Rep, TestApp};

use super::Monde;

/// An application with a token.
pub(super) struct Application {
    pub id: Uuid,
    secret: String,
    pub jeton: String,
    navigateur: Navigateur,
}

pub(super) async fn apps() -> Vec<(TestApp, Monde)> {
    let routes = comptes::routes().with(crate::routes());
    super::bases()
        .await
        .into_iter()
        .map(|(base, m)| (TestApp::new(base, &routes), m))
        .collect()
}

pub(super) const TOUT: &str =
    "activites:lire activites:ecrire coordination:lire statistiques:lire webhooks:gerer";

pub(super) async fn client(b: &Base, perimetre: PerimetreDe, portees: &str) -> (Uuid, String) {
    let admin = essai::acteur(Role::Administrateur, Perimetre::National);
    let n = Nouveau {
        nom: "Logiciel de la mairie".into(),
        contact: "si@mairie.example".into(),
        portees: portees.split(' ').map(ToOwned::to_owned).collect(),
        perimetre,
        libelle: "Essai".into(),
        valid_from: Date::constant(2026, 1, 1),
        valid_to: None,
    };
    let mut tx = b.write().await.unwrap();
    let cree = service::create(&mut tx, &admin, n).await.unwrap();
    tx.commit().await.unwrap();
    cree
}

impl Application {
    pub async fn of(app: &TestApp, perimetre: PerimetreDe, portees: &str) -> Self {
        let (id, secret) = client(&app.base, perimetre, portees).await;
        Self::signed(app, id, &secret).await
    }

    /// With a new token.
    pub async fn signed(app: &TestApp, id: Uuid, secret: &str) -> Self {
        let mut navigateur = app.visiteur();
        let rep = navigateur
            .post(
                "/oauth/token",
                &[
                    ("grant_type", "client_credentials"),
                    ("client_id", &id.to_string()),
                    ("client_secret", secret),
                ],
            )
            .await;
        rep.expect(200);
        let corps: Value = serde_json::from_slice(&rep.octets).unwrap();
        Self {
            id,
            secret: secret.to_owned(),
            jeton: corps["access_token"].as_str().unwrap().to_owned(),
            navigateur,
        }
    }

    /// The same application, once its token is over.
    pub async fn signed_again(app: &TestApp, a: &Self) -> Self {
        Self::signed(app, a.id, &a.secret).await
    }

    /// An application of the structure of the world.
    pub async fn of_structure(app: &TestApp, m: &Monde) -> Self {
        Self::of(app, PerimetreDe::Structure(m.structure), TOUT).await
    }

    pub async fn call(
        &mut self,
        methode: &str,
        chemin: &str,
        entetes: &[(&str, &str)],
        corps: Option<&Value>,
    ) -> Rep {
        let bearer = format!("Bearer {}", self.jeton);
        let mut h = vec![("authorization", bearer.as_str())];
        h.extend(entetes);
        let texte = corps.map(Value::to_string).unwrap_or_default();
        if corps.is_some() {
            h.push(("content-type", "application/vnd.api+json"));
        }
        self.navigateur.call(methode, chemin, &h, texte).await
    }

    pub async fn get(&mut self, chemin: &str) -> Rep {
        self.call("GET", chemin, &[], None).await
    }

    pub async fn post(&mut self, chemin: &str, corps: &Value) -> Rep {
        self.call("POST", chemin, &[], Some(corps)).await
    }
}

pub(super) fn json(r: &Rep) -> Value {
    serde_json::from_slice(&r.octets).unwrap()
}

pub(super) fn etag(r: &Rep) -> String {
    r.entetes[header::ETAG].to_str().unwrap().to_owned()
}

/// A new id, as an application makes them.
pub(super) fn new_id(b: &Base) -> Uuid {
    b.outils().ids.uuid(b.clock().now())
}

/// An individual activity of today at the usual place.
pub(super) fn attributes(m: &Monde) -> Value {
    json!({
        "auteur": m.moi.personne, "type_activite": "individuel", "date": "2026-03-03",
        "duree": 60, "type_lieu": "lieu_activite", "lieu_id": m.lieu,
        "thematiques": ["email"], "anonyme": { "genre": "feminin" },
    })
}

pub(super) fn resource(id: Uuid, attributs: Value) -> Value {
    json!({ "data": { "type": "activites", "id": id, "attributes": attributs } })
}

/// Records something by the form, with a name in every free text.
pub(super) async fn by_form(b: &Base, m: &Monde, moi: &Acteur, cle: &str) -> Uuid {
    let champs = web::Champs::default()
        .with("id_commande", cle)
        .with("date", "2026-03-02")
        .with("duree", "120")
        .with("lieu", format!("lieu_activite:{}", m.lieu))
        .with("thematiques", "securite_numerique")
        .with("total", "6")
        .with("genre_feminin", "4")
        .with("titre", "Atelier de Zébulon Quintefeuille")
        .with("notes", "Zébulon Quintefeuille est venu avec sa fille")
        .with("etiquettes", "Quintefeuille");
    let mut tx = b.write().await.unwrap();
    let id = crate::activite::service::record(
        &mut tx,
        moi,
        crate::activite::TypeActivite::Collectif,
        &champs,
    )
    .await
    .unwrap();
    tx.commit().await.unwrap();
    id
}
