//! Ateliers planned ahead.

use web::essai::TestApp;

use super::{bases, count};
use crate::serie;

fn form<'a>(lieu: &'a str, date: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("id_commande", "s"),
        ("titre", "Café numérique"),
        ("date", date),
        ("heure", "9:00"),
        ("frequence", "hebdomadaire"),
        ("nombre", "3"),
        ("sans_feries", "oui"),
        ("duree", "60"),
        ("lieu", lieu),
        ("thematiques", "email"),
    ]
}

#[tokio::test]
async fn a_series_is_planned_once_and_refused_beside_each_field() {
    for (base, m) in bases().await {
        let app = TestApp::new(base, &crate::routes());
        let mut c = app.as_acteur(&m.moi);
        c.get("/series").await.expect(200).shows("Aucun atelier");
        c.get("/series/nouvelle")
            .await
            .expect(200)
            .shows("value=\"hebdomadaire\" checked");
        c.post(
            "/series/nouvelle",
            &[
                ("date", "2026-03-02"),
                ("nombre", "61"),
                ("heure", "26:00"),
                ("titre", "Café"),
            ],
        )
        .await
        .expect(422)
        .shows("entre aujourd&#39;hui et dans un an")
        .shows("De 1 à 60 séances.")
        .shows("Écrivez l&#39;heure ainsi")
        .shows("Choisissez à quel rythme.")
        .shows("Choisissez au moins une thématique.")
        .shows("value=\"Café\"");
        let lieu = format!("lieu_activite:{}", m.lieu);
        // 6 April 2026 is Easter Monday.
        let f = form(&lieu, "2026-03-30");
        let lien = c.post("/series/nouvelle", &f).await.expect(303).lien();
        assert_eq!(c.post("/series/nouvelle", &f).await.lien(), lien);
        let page = c.get(&lien).await;
        page.expect(200)
            .shows("Café numérique")
            .shows("30 mars 2026 à 9 h 00")
            .shows("13 avril 2026")
            .shows("20 avril 2026");
        assert!(!page.texte().contains("6 avril 2026 à"), "a public holiday");
        let mut tx = app.base.read().await.unwrap();
        assert_eq!(count(&mut tx).await, 0, "a plan is no activity");
    }
}

/// §3.7: present persons and a number make one atelier, once per séance.
#[tokio::test]
async fn a_seance_over_is_completed_once() {
    for (base, m) in bases().await {
        let app = TestApp::new(base, &crate::routes());
        let mut c = app.as_acteur(&m.moi);
        let lieu = format!("lieu_activite:{}", m.lieu);
        let f = form(&lieu, "2026-03-03");
        let lien = c.post("/series/nouvelle", &f).await.expect(303).lien();
        let serie: uuid::Uuid = lien.rsplit('/').next().unwrap().parse().unwrap();
        let moi = m.moi.personne.unwrap();
        let mut tx = app.base.read().await.unwrap();
        let seances = serie::store::seances(&mut tx, moi, serie).await.unwrap();
        drop(tx);
        assert_eq!(seances.len(), 3);
        let (premiere, deuxieme) = (seances[0].id, seances[1].id);
        // It is ten in the morning: the first one is just over.
        c.get("/series").await.shows("À compléter");
        let ouverte = format!("/activites/atelier?seance={premiere}");
        c.get(&ouverte)
            .await
            .expect(200)
            .shows("value=\"Café numérique\"")
            .shows("value=\"2026-03-03\"")
            .shows(&format!("name=\"seance\" value=\"{premiere}\""));
        let premiere = premiere.to_string();
        let mut envoi = vec![
            ("id_commande", "a1"),
            ("seance", premiere.as_str()),
            ("date", "2026-03-03"),
            ("duree", "60"),
            ("lieu", &lieu),
            ("thematiques", "email"),
            ("total", "5"),
        ];
        let fait = c
            .post("/activites/atelier", &envoi)
            .await
            .expect(303)
            .lien();
        // Again, from another tab: another form, the same séance.
        envoi[0] = ("id_commande", "a2");
        let encore = c
            .post("/activites/atelier", &envoi)
            .await
            .expect(303)
            .lien();
        assert_eq!(fait, encore);
        let mut tx = app.base.read().await.unwrap();
        assert_eq!(count(&mut tx).await, 1);
        drop(tx);
        c.get(&ouverte).await.expect(409);
        c.get(&lien).await.shows("Réalisée");
        // Deleted, it waits again.
        c.post(&format!("{fait}/supprimer"), &[]).await.expect(303);
        c.get(&ouverte).await.expect(200);
        // The second one: not yet over, it may be cancelled with a reason.
        let s2 = format!("/seances/{deuxieme}");
        c.post(&format!("{s2}/sans-participant"), &[])
            .await
            .expect(409);
        c.post(&format!("{s2}/annuler"), &[("motif", " ")])
            .await
            .expect(422)
            .shows("Dites pourquoi");
        c.post(&format!("{s2}/annuler"), &[("motif", "Salle fermée")])
            .await
            .expect(303);
        c.get(&s2).await.shows("Salle fermée").shows("Annulée");
        c.post(&format!("{s2}/rouvrir"), &[]).await.expect(303);
        app.base.clock().advance_days(7);
        c.post(&format!("{s2}/sans-participant"), &[])
            .await
            .expect(303);
        c.get(&s2).await.shows("Sans participant");
        let mut tx = app.base.write().await.unwrap();
        let depuis = jiff::civil::Date::constant(2025, 6, 1);
        let autre = super::counsellor(&mut tx, "Zoé", m.structure, depuis, None).await;
        tx.commit().await.unwrap();
        let mut x = app.as_acteur(&autre);
        for chemin in [lien.as_str(), s2.as_str(), ouverte.as_str()] {
            x.get(chemin).await.expect(404);
        }
    }
}
