//! Batches on real databases (spec 20 §4, scenarios 8 to 13).

use std::io::Write;

use flate2::{Compression, write::GzEncoder};
use jiff::civil::Date;
use serde_json::{Value, json};
use socle::{Role, essai, params, sql};
use uuid::Uuid;
use web::essai::{Client, Rep, TestApp};

mod fiches;

use super::*;
use crate::{
    activite::service as activites,
    appareil,
    tests::{Monde, bases, counsellor, count},
};

const CLE: &str = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";

/// A device of the author, and what writes its operations.
struct Telephone {
    id: Uuid,
    seq: i64,
    lieu: Uuid,
}

impl Telephone {
    async fn new(c: &mut Client, m: &Monde, id: u128) -> Self {
        let id = Uuid::from_u128(id);
        let corps = json!({ "id": id, "libelle": "Téléphone", "cle": CLE }).to_string();
        c.post_raw("/sync/v1/appareils", "application/json", corps.into())
            .await
            .expect(204);
        Self {
            id,
            seq: 0,
            lieu: m.lieu,
        }
    }

    fn entry(&self) -> Value {
        json!({
            "type": "individuel", "date": "2026-03-03", "duree": 45, "type_lieu": "lieu_activite",
            "lieu_id": self.lieu, "thematiques": ["email"], "anonyme": { "genre": "feminin" }
        })
    }

    fn op(&mut self, type_op: &str, objet: u128, base: Option<i64>, corps: Value) -> Value {
        self.seq += 1;
        json!({
            "op": Uuid::from_u128(0x0f00 + self.seq as u128), "seq": self.seq, "appareil": self.id, "type": type_op,
            "schema": schema::COURANT, "objet": Uuid::from_u128(objet), "base": base,
            "saisi_le": "2026-03-03T09:00:00Z", "fuseau": "Europe/Paris", "corps": corps
        })
    }

    fn lot(&self, ops: &[Value]) -> Value {
        json!({ "appareil": self.id, "operations": ops })
    }

    async fn send(&self, c: &mut Client, ops: &[Value]) -> Vec<Value> {
        let r = raw(c, &self.lot(ops)).await;
        r.expect(200);
        let v: Value = serde_json::from_str(&r.texte()).unwrap();
        v["resultats"].as_array().unwrap().clone()
    }
}

async fn raw(c: &mut Client, lot: &Value) -> Rep {
    c.post_raw("/sync/v1/lots", "application/json", lot.to_string().into())
        .await
}

fn statuts(r: &[Value]) -> Vec<&str> {
    r.iter().map(|r| r["statut"].as_str().unwrap()).collect()
}

async fn apps() -> Vec<(TestApp, Monde)> {
    let app = |(base, m)| (TestApp::new(base, &crate::routes()), m);
    bases().await.into_iter().map(app).collect()
}

/// The same, with the author's browser and a registered device.
async fn phones() -> Vec<(TestApp, Monde, Client, Telephone)> {
    let mut v = Vec::new();
    for (app, m) in apps().await {
        let mut c = app.as_acteur(&m.moi);
        let t = Telephone::new(&mut c, &m, 1).await;
        v.push((app, m, c, t));
    }
    v
}

#[tokio::test]
async fn a_batch_sent_again_changes_nothing_and_another_body_is_refused() {
    // Scenario 9.
    for (app, _m, mut c, mut t) in phones().await {
        let corps = t.entry();
        let ops: Vec<Value> = (1..=3)
            .map(|i| t.op("activite.creer", i, None, corps.clone()))
            .collect();
        let r = t.send(&mut c, &ops).await;
        assert_eq!(statuts(&r), ["appliquee"; 3]);
        assert_eq!(r[0]["version"], 1);
        assert!(r[2]["revision"].as_i64() > r[0]["revision"].as_i64());
        assert_eq!(statuts(&t.send(&mut c, &ops).await), ["deja_appliquee"; 3]);
        let mut autre = ops[0].clone();
        autre["corps"]["duree"] = json!(60);
        let r = t.send(&mut c, &[autre]).await;
        assert_eq!(
            (&r[0]["statut"], &r[0]["motif"]),
            (&json!("refusee"), &json!("op_reutilisee"))
        );
        let mut tx = app.base.read().await.unwrap();
        assert_eq!(count(&mut tx).await, 3);
        let l = tx
            .row(
                sql!("SELECT source FROM activite WHERE id = $1"),
                params![Uuid::from_u128(1)],
            )
            .await
            .unwrap()
            .unwrap();
        assert_eq!(l.get::<String>("source").unwrap(), "hors_ligne");
    }
}

#[tokio::test]
async fn a_refused_entry_keeps_its_reason_and_holds_what_depends_on_it() {
    for (_app, _m, mut c, mut t) in phones().await {
        let mut faux = t.entry();
        faux["thematiques"] = json!([]);
        faux["notes"] = json!("son numéro 2 55 08 14 168 025 38");
        let bon = t.entry();
        let creer = t.op("activite.creer", 1, None, faux);
        let modifier = t.op("activite.modifier", 1, Some(1), bon.clone());
        let libre = t.op("activite.creer", 2, None, bon.clone());
        let r = t
            .send(&mut c, &[creer.clone(), modifier.clone(), libre])
            .await;
        assert_eq!(statuts(&r), ["refusee", "reportee", "appliquee"]);
        let pointeurs: Vec<&str> = r[0]["erreurs"]
            .as_array()
            .unwrap()
            .iter()
            .map(|e| e["pointeur"].as_str().unwrap())
            .collect();
        assert_eq!(
            pointeurs,
            ["/thematiques", "/notes"],
            "scenario 13: the server refuses too"
        );
        assert_eq!(r[1]["bloquee_par"], creer["op"]);
        // Sent again, the same answer; corrected by a new operation, the rest follows.
        assert_eq!(
            statuts(&t.send(&mut c, std::slice::from_ref(&creer)).await),
            ["refusee"]
        );
        let mut corrigee = t.op("activite.creer", 1, None, bon.clone());
        corrigee["corrige"] = creer["op"].clone();
        assert_eq!(statuts(&t.send(&mut c, &[corrigee]).await), ["appliquee"]);
        assert_eq!(statuts(&t.send(&mut c, &[modifier]).await), ["appliquee"]);
        // Given up: nothing waits for it any more.
        let refusee = t.op(
            "activite.modifier",
            1,
            Some(1),
            json!({ "type": "individuel" }),
        );
        let mut suite = bon;
        suite["duree"] = json!(60);
        let suite = t.op("activite.modifier", 1, Some(1), suite);
        assert_eq!(
            statuts(&t.send(&mut c, &[refusee.clone(), suite.clone()]).await),
            ["refusee", "reportee"]
        );
        let mut lot = t.lot(&[suite]);
        lot["abandons"] = json!([refusee["op"]]);
        raw(&mut c, &lot).await.expect(200).shows("\"appliquee\"");
    }
}

#[tokio::test]
async fn two_changes_made_apart_are_merged_or_decided_on() {
    // Scenario 10.
    for (app, m, mut c, mut t) in phones().await {
        let v1 = t.entry();
        let creer = t.op("activite.creer", 1, None, v1.clone());
        t.send(&mut c, &[creer]).await;
        let id = Uuid::from_u128(1);
        // The desktop changes the duration.
        let mut tx = app.base.write().await.unwrap();
        let f = crate::tests::entry(&m).with("duree_autre", "60");
        activites::modify(&mut tx, &m.moi, id, 1, &f).await.unwrap();
        tx.commit().await.unwrap();
        // The phone, still on version 1, changes the themes: both are kept.
        let mut themes = v1.clone();
        themes["thematiques"] = json!(["email", "sante"]);
        let op = t.op("activite.modifier", 1, Some(1), themes.clone());
        let r = t.send(&mut c, &[op]).await;
        assert_eq!(
            (&r[0]["statut"], &r[0]["fusion"]),
            (&json!("appliquee"), &json!(true))
        );
        assert_eq!(r[0]["version"], 3);
        let a = read(&app, id).await;
        assert_eq!(
            (&a["duree"], &a["thematiques"]),
            (&json!(60), &json!(["email", "sante"]))
        );
        // Then the duration, from version 1 again: to be decided.
        let mut duree = themes;
        duree["duree"] = json!(30);
        duree["notes"] = json!("Revient jeudi");
        let op = t.op("activite.modifier", 1, Some(1), duree);
        let r = t.send(&mut c, std::slice::from_ref(&op)).await;
        assert_eq!(r[0]["statut"], "conflit");
        assert_eq!(
            read(&app, id).await["duree"],
            60,
            "the server's version stands"
        );
        let lien = format!(
            "/activites/a-arbitrer/{}",
            r[0]["proposition"].as_str().unwrap()
        );
        c.get("/activites/a-arbitrer")
            .await
            .expect(200)
            .shows(&lien);
        c.get(&lien)
            .await
            .expect(200)
            .shows("Durée")
            .shows("1 h")
            .shows("30 min")
            .shows("Notes : Revient jeudi");
        // Nobody else's.
        let mut tx = app.base.write().await.unwrap();
        let autre = counsellor(
            &mut tx,
            "Lou",
            m.structure,
            Date::constant(2025, 6, 1),
            None,
        )
        .await;
        tx.commit().await.unwrap();
        app.as_acteur(&autre).get(&lien).await.expect(404);
        c.post(&lien, &[("champ_duree", "autre")]).await.expect(303);
        let a = read(&app, id).await;
        assert_eq!(
            (&a["duree"], &a["notes"]),
            (&json!(30), &json!("Revient jeudi"))
        );
        c.get("/activites/a-arbitrer")
            .await
            .expect(200)
            .shows("Rien à arbitrer.");
        assert_eq!(
            statuts(&t.send(&mut c, &[op]).await),
            ["conflit"],
            "the answer given stays"
        );
        // What follows on the device is no longer held back.
        let suite = t.op("activite.supprimer", 1, Some(4), json!({}));
        assert_eq!(statuts(&t.send(&mut c, &[suite]).await), ["appliquee"]);
    }
}

async fn read(app: &TestApp, id: Uuid) -> Value {
    let mut tx = app.base.read().await.unwrap();
    crate::activite::corps::write(
        &crate::activite::store::fetch(&mut tx, id)
            .await
            .unwrap()
            .contenu,
    )
}

#[tokio::test]
async fn deleting_what_changed_and_changing_what_was_deleted_are_decided_on() {
    for (app, m, mut c, mut t) in phones().await {
        let v = t.entry();
        let mut w = v.clone();
        w["duree"] = json!(60);
        let ops = [
            t.op("activite.creer", 1, None, v.clone()),
            t.op("activite.modifier", 1, Some(1), w.clone()),
            t.op("activite.supprimer", 1, Some(1), json!({})),
        ];
        assert_eq!(
            statuts(&t.send(&mut c, &ops).await),
            ["appliquee", "appliquee", "conflit"]
        );
        let p = format!("/activites/a-arbitrer/{}", proposition(&app, &m).await);
        c.get(&p).await.expect(200).shows("Le supprimer");
        c.post(&p, &[("entier", "prendre")]).await.expect(303);
        let op = t.op("activite.supprimer", 1, Some(3), json!({}));
        let r = t.send(&mut c, &[op]).await;
        assert_eq!(
            statuts(&r),
            ["deja_appliquee"],
            "a deletion of what is deleted"
        );
        let mut x = w;
        x["notes"] = json!("Trop tard ?");
        let op = t.op("activite.modifier", 1, Some(2), x);
        assert_eq!(statuts(&t.send(&mut c, &[op]).await), ["conflit"]);
        let p = format!("/activites/a-arbitrer/{}", proposition(&app, &m).await);
        c.get(&p)
            .await
            .expect(200)
            .shows("Le restaurer avec mes changements");
        c.post(&p, &[("entier", "prendre")]).await.expect(303);
        assert_eq!(read(&app, Uuid::from_u128(1)).await["notes"], "Trop tard ?");
        let r = t.op("activite.restaurer", 1, None, json!({}));
        assert_eq!(statuts(&t.send(&mut c, &[r]).await), ["deja_appliquee"]);
    }
}

async fn proposition(app: &TestApp, m: &Monde) -> Uuid {
    let mut tx = app.base.read().await.unwrap();
    store::open_propositions(&mut tx, m.moi.personne.unwrap())
        .await
        .unwrap()[0]
        .id
}

#[tokio::test]
async fn people_recorded_offline_come_before_what_names_them() {
    for (_app, _m, mut c, mut t) in phones().await {
        let mut avec = t.entry();
        avec.as_object_mut().unwrap().remove("anonyme");
        avec["suivis"] = json!([Uuid::from_u128(50)]);
        let ops = [
            t.op(
                "beneficiaire.creer",
                50,
                None,
                json!({ "mode": "pseudonyme", "alias": "M" }),
            ),
            t.op("activite.creer", 1, None, avec),
        ];
        let r = t.send(&mut c, &ops).await;
        assert_eq!(statuts(&r), ["refusee", "reportee"]);
        let bon =
            json!({ "mode": "pseudonyme", "alias": "M. D., mairie", "annee_naissance": 1950 });
        let op = t.op("beneficiaire.creer", 50, None, bon);
        assert_eq!(statuts(&t.send(&mut c, &[op]).await), ["appliquee"]);
        assert_eq!(statuts(&t.send(&mut c, &ops[1..]).await), ["appliquee"]);
    }
}

#[tokio::test]
async fn every_answer_of_the_door() {
    for (app, m, mut c, mut t) in phones().await {
        let corps = t.entry();
        let op = t.op("activite.creer", 1, None, corps.clone());
        let lot = t.lot(std::slice::from_ref(&op));
        // 401: the session ended. Nothing is applied.
        raw(&mut app.visiteur(), &lot).await.expect(401);
        app.visiteur().get("/sync/v1/ping").await.expect(401);
        // 403: somebody else's queue, or a device nobody registered.
        let mut tx = app.base.write().await.unwrap();
        let autre = counsellor(
            &mut tx,
            "Lou",
            m.structure,
            Date::constant(2025, 6, 1),
            None,
        )
        .await;
        tx.commit().await.unwrap();
        raw(&mut app.as_acteur(&autre), &lot).await.expect(403);
        let mut inconnu = lot.clone();
        inconnu["appareil"] = json!(Uuid::from_u128(99));
        raw(&mut c, &inconnu).await.expect(403);
        // 400, 415, 413, 426.
        c.post_raw("/sync/v1/lots", "application/json", b"{".to_vec())
            .await
            .expect(400);
        let sans_op = json!({ "appareil": t.id, "operations": [{ "schema": 2 }] });
        raw(&mut c, &sans_op).await.expect(400);
        let inverses = {
            let dernier = t.op("activite.creer", 3, None, corps.clone());
            t.lot(&[dernier, op.clone()])
        };
        raw(&mut c, &inverses).await.expect(400);
        c.post_raw("/sync/v1/lots", "text/plain", lot.to_string().into())
            .await
            .expect(415);
        let trop: Vec<Value> = (0..=LOT_MAX)
            .map(|i| t.op("activite.creer", 100 + i as u128, None, corps.clone()))
            .collect();
        raw(&mut c, &t.lot(&trop)).await.expect(413);
        let mut gros = op.clone();
        gros["corps"]["notes"] = json!("x".repeat(OCTETS_MAX));
        raw(&mut c, &t.lot(&[gros])).await.expect(413);
        for schema in [0, schema::COURANT + 1] {
            let mut vieille = op.clone();
            vieille["schema"] = json!(schema);
            raw(&mut c, &t.lot(&[vieille])).await.expect(426);
        }
        let mut tx = app.base.write().await.unwrap();
        assert_eq!(count(&mut tx).await, 0, "nothing was half-applied");
        // 409: another batch of this device is in flight; it gives way in time.
        assert!(
            appareil::store::claim(&mut tx, t.id, "autre")
                .await
                .unwrap()
        );
        tx.commit().await.unwrap();
        raw(&mut c, &lot).await.expect(409);
        app.base.clock().advance(11);
        assert_eq!(statuts(&t.send(&mut c, &[op]).await), ["appliquee"]);
        // 204, and the queue announced.
        let ping = format!("/sync/v1/ping?en_attente=4&appareil={}", t.id);
        let r = c.get(&ping).await;
        r.expect(204);
        assert_eq!(r.entetes["cache-control"], "no-store");
        c.get("/compte/appareils")
            .await
            .expect(200)
            .shows("Téléphone")
            .shows(">4<");
        // Taken away: told so, and still received once.
        let revoquer = format!("/appareils/{}/revoquer", t.id);
        app.as_acteur(&autre)
            .post(&revoquer, &[("motif", "perdu")])
            .await
            .expect(404);
        c.post(&revoquer, &[("motif", "retrait")]).await.expect(303);
        let op = t.op("activite.creer", 2, None, corps);
        let r = raw(&mut c, &t.lot(&[op])).await;
        assert_eq!(r.expect(200).entetes["maillage-appareil"], "retrait");
        // 410: lost. Even without a session.
        c.post(&revoquer, &[("motif", "perdu")]).await.expect(303);
        c.get(&ping).await.expect(410);
        app.visiteur().get(&ping).await.expect(410);
        raw(&mut app.visiteur(), &lot).await.expect(410);
    }
}

#[tokio::test]
async fn a_compressed_batch_and_an_older_schema_are_read() {
    // Scenario 12, on the server's side.
    for (app, _m, mut c, mut t) in phones().await {
        let mut v1 = t.entry();
        v1["suite"] = json!("poursuite_atelier");
        let mut op = t.op("activite.creer", 1, None, v1);
        op["schema"] = json!(1);
        let mut gz = GzEncoder::new(Vec::new(), Compression::fast());
        gz.write_all(t.lot(std::slice::from_ref(&op)).to_string().as_bytes())
            .unwrap();
        let r = c
            .post_encoded(
                "/sync/v1/lots",
                "application/json",
                "gzip",
                gz.finish().unwrap(),
            )
            .await;
        r.expect(200).shows("\"appliquee\"");
        assert_eq!(
            read(&app, Uuid::from_u128(1)).await["suites"],
            json!({ "poursuite_atelier": 1 })
        );
        assert_eq!(statuts(&t.send(&mut c, &[op]).await), ["deja_appliquee"]);
    }
}

#[tokio::test]
async fn dates_are_judged_when_they_were_typed() {
    for (_app, _m, mut c, mut t) in phones().await {
        let corps = t.entry();
        // Typed on the 2nd, dated the 3rd; an hour before midnight UTC is the 3rd in Rennes.
        let mut tot = t.op("activite.creer", 1, None, corps.clone());
        tot["saisi_le"] = json!("2026-03-02T10:00:00Z");
        let mut minuit = t.op("activite.creer", 2, None, corps.clone());
        minuit["saisi_le"] = json!("2026-03-02T23:30:00Z");
        let mut avance = t.op("activite.creer", 3, None, corps);
        avance["saisi_le"] = json!("2026-03-04T09:00:01Z");
        let r = t.send(&mut c, &[tot, minuit, avance]).await;
        assert_eq!(statuts(&r), ["refusee", "appliquee", "refusee"]);
        assert_eq!(r[2]["erreurs"][0]["pointeur"], "/saisi_le");
    }
}

#[tokio::test]
async fn a_queue_is_received_thirty_days_after_the_contract() {
    for (app, m) in apps().await {
        let mut tx = app.base.write().await.unwrap();
        let fin = Date::constant(2026, 2, 10);
        let elle = counsellor(
            &mut tx,
            "Lou",
            m.structure,
            Date::constant(2025, 6, 1),
            Some(fin),
        )
        .await;
        tx.commit().await.unwrap();
        let mut t = Telephone::new(&mut app.as_acteur(&elle), &m, 1).await;
        // The role of counsellor is gone; the person still signs in otherwise.
        let candidate = socle::Acteur {
            role: Role::Candidat,
            ..elle
        };
        let mut c = app.as_acteur(&candidate);
        let mut dedans = t.entry();
        dedans["date"] = json!("2026-02-10");
        let dehors = t.entry();
        let ops = [
            t.op("activite.creer", 1, None, dedans.clone()),
            t.op("activite.creer", 2, None, dehors),
        ];
        let r = t.send(&mut c, &ops).await;
        assert_eq!(statuts(&r), ["appliquee", "refusee"]);
        app.base.clock().advance(10 * 86_400);
        let tard = t.op("activite.creer", 3, None, dedans);
        raw(&mut c, &t.lot(&[tard])).await.expect(403);
    }
}

#[tokio::test]
async fn the_key_comes_back_with_the_password_only() {
    for (app, m, mut c, t) in phones().await {
        let lien = format!("/sync/v1/appareils/{}/cle", t.id);
        let essai = json!({ "mot_de_passe": "faux" }).to_string();
        c.post_raw(&lien, "application/json", essai.clone().into())
            .await
            .expect(422);
        let autre = essai::acteur(Role::Conseiller, socle::Perimetre::Soi(Uuid::from_u128(5)));
        app.as_acteur(&autre)
            .post_raw(&lien, "application/json", essai.into())
            .await
            .expect(404);
        let mut tx = app.base.write().await.unwrap();
        assert_eq!(
            appareil::service::escrow(&mut tx, &m.moi, t.id)
                .await
                .unwrap(),
            CLE
        );
    }
}

#[tokio::test]
async fn the_shell_holds_nothing_personal_and_one_hash() {
    for (app, m) in apps().await {
        let mut c = app.as_acteur(&m.moi);
        let page = c.get("/saisie/").await;
        page.expect(200);
        assert_eq!(page.texte(), app.visiteur().get("/saisie/").await.texte());
        assert!(!page.texte().contains(&m.moi.nom));
        let sw = app.visiteur().get("/saisie/service.js").await;
        sw.expect(200).shows("self.FICHIERS");
        app.visiteur()
            .get("/saisie/code/ancienne/application.js")
            .await
            .expect(404);
        let r = c.get("/saisie/references?personnes=oui").await;
        r.expect(200)
            .shows("\"lieu_habituel\"")
            .shows("Rennes (")
            .shows("\"personnes\":[");
        app.visiteur().get("/saisie/references").await.expect(303);
    }
}
