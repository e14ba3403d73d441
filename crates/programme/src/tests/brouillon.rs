//! An application set aside and resumed (spec 10 §3).

use socle::{courrier, params, sql};

use super::{bases, monde::*};

async fn link(m: &Monde, adresse: &str) -> Option<String> {
    let mut tx = m.base().read().await.unwrap();
    let recents = courrier::recent(&mut tx, 50).await.unwrap();
    recents
        .into_iter()
        .filter(|c| c.a == adresse)
        .find_map(|c| {
            let (_, jeton) = c.texte.split_once("/candidater/reprendre/")?;
            Some(format!(
                "/candidater/reprendre/{}",
                jeton.split_whitespace().next()?
            ))
        })
}

async fn drafts(m: &Monde) -> i64 {
    let mut tx = m.base().read().await.unwrap();
    let sql = sql!("SELECT count(*) AS n FROM brouillon_candidature");
    tx.count(sql, params![]).await.unwrap()
}

#[tokio::test]
async fn a_draft_is_resumed_by_its_link_filed_once_then_forgotten() {
    for b in bases().await {
        let m = monde(b).await;
        let c = campagne(&m, "3").await;
        let mut v = m.app.visiteur();
        let commande = hidden(v.get("/candidater").await.expect(200), "id_commande");
        let complet = dossier(c, &commande, 9);
        let courriel = complet
            .iter()
            .find(|(k, _)| k == "courriel")
            .map(|(_, x)| x.clone())
            .unwrap();
        // Half filled in, with a wrong answer; but somebody to write to.
        v.post("/candidater/brouillon", &[("nom", "Mairie sans adresse")])
            .await
            .expect(422)
            .shows("le lien pour reprendre")
            .shows("Mairie sans adresse");
        let debut = [
            ("nom", "Mairie de l’essai <b>"),
            ("identifiant", "123"),
            ("engagements", "temps_plein"),
            ("engagements", "gratuite"),
            ("courriel", courriel.as_str()),
        ];
        let r = v.post("/candidater/brouillon", &debut).await;
        let lien = link(&m, &courriel).await.unwrap();
        assert_eq!(r.expect(303).lien(), lien);
        // Another browser, later: everything typed is there.
        m.base().clock().advance_days(59);
        let mut autre = m.app.visiteur();
        let page = autre.get(&lien).await;
        page.expect(200)
            .shows("Mairie de l’essai &lt;b&gt;")
            .shows("value=\"123\"");
        assert_eq!(
            page.texte().matches(" checked").count(),
            2,
            "two engagements"
        );
        // Kept again: the same link, no second message, 60 more days.
        let jeton = hidden(&page, "brouillon");
        let mut suite = debut.to_vec();
        suite.push(("brouillon", &jeton));
        suite.push(("nombre_postes", "2"));
        let r = autre.post("/candidater/brouillon", &suite).await;
        assert_eq!(r.expect(303).lien(), lien);
        assert_eq!(drafts(&m).await, 1);
        m.base().clock().advance_days(10);
        let page = autre.get(&lien).await;
        page.expect(200).shows("value=\"2\"");
        // A refusal keeps the draft; the filing forgets it.
        let mut champs = dossier(c, &hidden(&page, "id_commande"), 9);
        champs.push(("brouillon".into(), jeton));
        let date = champs.iter_mut().find(|(k, _)| k == "date_debut").unwrap();
        date.1 = "2026-09-01".into();
        let faux: Vec<_> = champs
            .iter()
            .filter(|(k, _)| k != "motivation")
            .cloned()
            .collect();
        autre.post("/candidater", &pairs(&faux)).await.expect(422);
        assert_eq!(drafts(&m).await, 1);
        autre.post("/candidater", &pairs(&champs)).await.expect(303);
        assert_eq!(drafts(&m).await, 0);
        assert_eq!(autre.get(&lien).await.expect(303).lien(), "/candidater");
    }
}

#[tokio::test]
async fn drafts_are_sealed_few_per_mailbox_and_forgotten_after_60_days() {
    for b in bases().await {
        let m = monde(b).await;
        let mut v = m.app.visiteur();
        let saisie = [("nom", "Mairie cachée"), ("courriel", "a@essai.example")];
        for _ in 0..5 {
            m.base().clock().advance(2);
            v.post("/candidater/brouillon", &saisie).await.expect(303);
        }
        v.post("/candidater/brouillon", &saisie)
            .await
            .expect(422)
            .shows("Attendez");
        let robot = [saisie[0], saisie[1], ("site_web", "x")];
        v.post("/candidater/brouillon", &robot).await.expect(404);
        let mut tx = m.base().read().await.unwrap();
        let lignes = tx
            .rows(sql!("SELECT donnees FROM brouillon_candidature"), params![])
            .await
            .unwrap();
        assert_eq!(lignes.len(), 5);
        for l in &lignes {
            let o: Vec<u8> = l.get("donnees").unwrap();
            assert!(!String::from_utf8_lossy(&o).contains("Mairie"));
        }
        drop(tx);
        m.base().clock().advance_days(60);
        crate::candidature::forget_drafts(m.base().clone())
            .await
            .unwrap();
        assert_eq!(drafts(&m).await, 0);
    }
}
