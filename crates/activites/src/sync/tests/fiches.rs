//! Files changed on a device, and what a full batch costs.

use super::*;
use crate::beneficiaire;

#[tokio::test]
async fn a_file_changed_apart_is_merged_or_decided_on() {
    // §4.4: files follow the rule of activities, on a device as in the form.
    for (app, m, mut c, mut t) in phones().await {
        let v = json!({ "mode": "pseudonyme", "alias": "Mado", "genre": "feminin", "statut": "retraite" });
        let with = |cle: &str, valeur: Value| {
            let mut w = v.clone();
            w[cle] = valeur;
            w
        };
        let id = Uuid::from_u128(50);
        let ops = [
            t.op("beneficiaire.creer", 50, None, v.clone()),
            t.op(
                "beneficiaire.modifier",
                50,
                Some(1),
                with("annee_naissance", json!(1950)),
            ),
            // Apart, from the same version: another field, then the same one.
            t.op(
                "beneficiaire.modifier",
                50,
                Some(1),
                with("notes", json!("Vient le mardi")),
            ),
        ];
        let r = t.send(&mut c, &ops).await;
        assert_eq!(statuts(&r), ["appliquee"; 3]);
        assert_eq!(r[2]["fusion"], true);
        let op = t.op(
            "beneficiaire.modifier",
            50,
            Some(1),
            with("annee_naissance", json!(1951)),
        );
        let r = t.send(&mut c, std::slice::from_ref(&op)).await;
        assert_eq!(statuts(&r), ["conflit"]);
        assert_eq!(
            statuts(&t.send(&mut c, &[op]).await),
            ["conflit"],
            "sent twice, it waits once"
        );
        let lire = async || {
            let mut tx = app.base.write().await.unwrap();
            let droit = m.moi.require(&beneficiaire::service::SUIVRE).unwrap();
            beneficiaire::store::open(&mut tx, &droit, id)
                .await
                .unwrap()
                .fiche
        };
        let f = lire().await;
        assert_eq!(
            (f.annee_naissance, f.notes.as_deref()),
            (Some(1950), Some("Vient le mardi"))
        );
        c.get("/activites/a-arbitrer")
            .await
            .expect(200)
            .shows("Fiche de Mado");
        let p = format!("/activites/a-arbitrer/{}", proposition(&app, &m).await);
        c.get(&p)
            .await
            .expect(200)
            .shows("Année de naissance")
            .shows("1951");
        c.post(&p, &[("champ_annee_naissance", "autre")])
            .await
            .expect(303);
        let f = lire().await;
        assert_eq!(
            (f.annee_naissance, f.notes.as_deref()),
            (Some(1951), Some("Vient le mardi"))
        );
        // The form has the same rule: nobody types a file again.
        let page = format!("/beneficiaires/{id}/modifier");
        let champs = [
            ("mode", "pseudonyme"),
            ("alias", "Mado"),
            ("genre", "feminin"),
            ("statut", "retraite"),
            ("courriel", "mado@example.org"),
            ("version", "1"),
        ];
        c.post(&page, &champs).await.expect(303);
        let f = lire().await;
        assert_eq!(
            (f.annee_naissance, f.courriel.as_deref()),
            (Some(1951), Some("mado@example.org"))
        );
        // Erased with the file: neither versions nor what waits.
        let mut tx = app.base.write().await.unwrap();
        version::forget(&mut tx, version::BENEFICIAIRE, id)
            .await
            .unwrap();
        assert_eq!(
            version::content(&mut tx, version::BENEFICIAIRE, id, 1)
                .await
                .unwrap(),
            None
        );
    }
}

#[tokio::test]
async fn a_batch_of_a_hundred_is_answered_within_two_seconds() {
    // §10: printed, since a machine that compiles says nothing of a server.
    for (_app, _m, mut c, mut t) in phones().await {
        let v = t.entry();
        let ops: Vec<Value> = (1..=100)
            .map(|n| t.op("activite.creer", n, None, v.clone()))
            .collect();
        let debut = std::time::Instant::now();
        let r = t.send(&mut c, &ops).await;
        println!("lot de 100 : {} ms", debut.elapsed().as_millis());
        assert!(r.iter().all(|r| r["statut"] == "appliquee"));
        assert!(debut.elapsed().as_secs() < 60);
    }
}
