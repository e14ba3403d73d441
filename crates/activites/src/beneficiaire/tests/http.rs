//! Each page of the register, through the edge.

use socle::{Perimetre, Role, essai};
use uuid::Uuid;
use web::essai::TestApp;

use super::{colleague, file, open, visit, worlds};
use crate::{
    beneficiaire::{
        anonymisation, conservation::service as conservation, fusion::store as fusions,
    },
    tests::head,
};

#[tokio::test]
async fn every_page_opens_for_who_it_is_for() {
    for (base, m) in worlds().await {
        let mut tx = base.write().await.unwrap();
        let elle = colleague(&mut tx, &m, "Bintou").await;
        let p = open(&mut tx, &m.moi, "a", &file("Marie", "Dupont", "1950")).await;
        let q = open(&mut tx, &m.moi, "b", &file("Marie", "Dupond", "1950")).await;
        visit(&mut tx, &m.moi, p, "2026-03-01").await;
        tx.commit().await.unwrap();
        let app = TestApp::new(base, &crate::routes());
        let mut c = app.as_acteur(&m.moi);
        c.get("/beneficiaires?q=dupont")
            .await
            .expect(200)
            .shows("1 personne suivie");
        c.get("/beneficiaires?q=zzz")
            .await
            .expect(200)
            .shows("ne porte ce nom");
        c.get("/beneficiaires/echeances")
            .await
            .expect(200)
            .shows("365 jours");
        let f = format!("/beneficiaires/{p}");
        c.get(&f).await.expect(200);
        c.get(&f)
            .await
            .expect(200)
            .shows("Qui a ouvert cette fiche")
            .shows("vous");
        for (suite, texte) in [
            ("modifier", "Changement de situation"),
            ("partage", "Bintou Essai"),
            ("limiter", "Motif"),
            ("lever", "Motif"),
            ("prolonger", "730 jours"),
            ("effacer", "Autre commune du département"),
            ("dossier", "droit d’accès"),
        ] {
            c.get(&format!("{f}/{suite}"))
                .await
                .expect(200)
                .shows(texte);
        }
        c.get(&format!("{f}/dossier.json"))
            .await
            .expect(200)
            .shows("Marie Dupont");
        // A refusal keeps what was typed.
        c.post(&format!("{f}/limiter"), &[("motif", "trop")])
            .await
            .expect(422)
            .shows("trop")
            .shows("de 10 à 500");
        let avec = elle.personne.unwrap().to_string();
        c.post(&format!("{f}/partage"), &[("avec", &avec)])
            .await
            .expect(422)
            .shows("est d&#39;accord");
        c.post(
            &format!("{f}/partage"),
            &[("avec", &avec), ("accord", "oui")],
        )
        .await
        .expect(303);
        c.get(&format!("{f}/partage"))
            .await
            .shows("Retirer le partage");
        app.as_acteur(&elle)
            .get("/beneficiaires")
            .await
            .shows("partagée avec vous");
        c.post(&format!("{f}/partage/fin"), &[("avec", &avec)])
            .await
            .expect(303);
        app.as_acteur(&elle).get(&f).await.expect(404);

        c.get("/beneficiaires/doublons")
            .await
            .expect(200)
            .shows("Doublon probable (76)");
        c.get(&format!("{f}/fusion?avec={q}"))
            .await
            .expect(200)
            .shows("name=\"identite\" value=\"source\"");
        let de = q.to_string();
        c.post(
            &format!("{f}/fusion"),
            &[("avec", &de), ("identite", "source")],
        )
        .await
        .expect(303);
        c.get(&f).await.shows("Marie Dupond");
        let mut tx = app.base.read().await.unwrap();
        let fusion = fusions::of_file(&mut tx, p).await.unwrap()[0].id;
        drop(tx);
        let lien = format!("/beneficiaires/fusions/{fusion}");
        c.get(&lien).await.expect(200).shows("Annuler la fusion");
        c.post(&format!("{lien}/annuler"), &[]).await.expect(303);
        c.get(&lien).await.expect(200).shows("Aucun accompagnement");
        c.post(
            "/beneficiaires/doublons/ecarter",
            &[("premiere", &de), ("seconde", &p.to_string())],
        )
        .await
        .expect(303);
        c.get("/beneficiaires/doublons")
            .await
            .shows("Aucune fiche ne ressemble");

        c.get("/beneficiaires/passation")
            .await
            .expect(200)
            .shows("Proposer ces fiches");
        c.post("/beneficiaires/passation", &[]).await.expect(422);
        c.post(
            "/beneficiaires/passation",
            &[("fiches", &de), ("vers", &avec)],
        )
        .await
        .expect(303);
        let mut d = app.as_acteur(&elle);
        d.get("/beneficiaires/passation")
            .await
            .expect(200)
            .shows("suivie par Awa Essai");
        c.post(&format!("{f}/effacer"), &[("confirme", "oui")])
            .await
            .expect(303);
        c.get(&f).await.expect(404);
    }
}

#[tokio::test]
async fn the_responsable_and_the_dpo_have_their_pages() {
    for (base, m) in worlds().await {
        let mut tx = base.write().await.unwrap();
        let p = open(
            &mut tx,
            &m.moi,
            "a",
            &file("Léa", "Roux", "1950").with("courriel", "lea@exemple.fr"),
        )
        .await;
        tx.execute(
            socle::sql!("UPDATE beneficiaire SET attente_depuis = '2026-03-01'"),
            socle::params![],
        )
        .await
        .unwrap();
        socle::reference::replace(
            &mut tx,
            "conservation_beneficiaire",
            "visa_requis",
            "",
            "oui",
            "essai",
            jiff::civil::Date::constant(2026, 3, 3),
        )
        .await
        .unwrap();
        tx.commit().await.unwrap();
        let app = TestApp::new(base, &crate::routes());
        let mut chef = app.as_acteur(&head(m.structure));
        let page = chef.get("/fiches-en-attente").await;
        page.expect(200)
            .shows("Léa R.")
            .shows("En attente de passation");
        assert!(!page.texte().contains("Roux"));
        let moi = m.moi.personne.unwrap().to_string();
        chef.post("/fiches-en-attente", &[("fiches", &p.to_string())])
            .await
            .expect(422)
            .shows("checked");
        chef.post(
            "/fiches-en-attente",
            &[("fiches", &p.to_string()), ("vers", &moi)],
        )
        .await
        .expect(422);
        let lien = format!("/beneficiaires/{p}/consultation");
        chef.get(&lien)
            .await
            .expect(200)
            .shows("Ouvrir la fiche une heure");
        chef.post(&lien, &[("motif", "court")])
            .await
            .expect(422)
            .shows("20 à 500");
        chef.post(
            &lien,
            &[("motif", "Réclamation de la famille reçue ce jour.")],
        )
        .await
        .expect(303);
        chef.get(&lien).await.expect(200).shows("Léa Roux");

        let dpo = essai::acteur(Role::Dpo, Perimetre::National);
        let mut d = app.as_acteur(&dpo);
        d.get("/droits-des-personnes?q=lea%40exemple.fr")
            .await
            .expect(200)
            .shows(&p.to_string());
        d.get(&format!("/beneficiaires/{p}/limiter"))
            .await
            .expect(403);
        d.get("/conservation")
            .await
            .expect(200)
            .shows("Requis avant élimination");
        let mut tx = app.base.write().await.unwrap();
        conservation::prepare(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
        app.base.clock().advance_days(336);
        for _ in 0..2 {
            let mut tx = app.base.write().await.unwrap();
            conservation::prepare(&mut tx).await.unwrap();
            tx.commit().await.unwrap();
            app.base.clock().advance_days(31);
        }
        let mut tx = app.base.read().await.unwrap();
        let lots = crate::beneficiaire::conservation::store::list(&mut tx)
            .await
            .unwrap();
        drop(tx);
        let lot = format!("/conservation/{}", lots[0].id);
        d.get(&lot).await.expect(200).shows("Visa attendu");
        d.get(&format!("{lot}/bordereau.csv")).await.expect(200);
        d.get("/conservation/effacements.txt").await.expect(200);
        d.get(&format!("{lot}/bordereau.pdf")).await.expect(200);
        d.post(&lot, &[("decision", "approuver")]).await.expect(422);
        d.post(&lot, &[("decision", "approuver"), ("visa", "AD35/12")])
            .await
            .expect(303);
        crate::worker().run_all(&app.base).await.unwrap();
        let mut tx = app.base.write().await.unwrap();
        assert_eq!(conservation::carry_out(&mut tx, 10).await.unwrap(), 1);
        assert!(anonymisation::ledger(&mut tx).await.unwrap().is_empty());
        tx.commit().await.unwrap();
        d.get(&format!("/conservation/{}", Uuid::from_u128(9)))
            .await
            .expect(404);
    }
}
