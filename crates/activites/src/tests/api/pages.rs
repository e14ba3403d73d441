//! The screens around the API.

use socle::{Perimetre, Role, essai};

use super::{Application, TOUT, apps};
use comptes::attribution::PerimetreDe;

#[tokio::test]
async fn an_administrator_opens_renews_and_revokes_an_access() {
    for (app, _) in apps().await {
        let admin = essai::acteur(Role::Administrateur, Perimetre::National);
        let mut c = app.as_acteur(&admin);
        const ICI: &str = "/administration/applications";
        c.get(ICI).await.expect(200).shows("Aucune application");
        let mut envoi = vec![
            ("id_commande", "a1"),
            ("nom", "Logiciel de la mairie"),
            ("contact", "si@mairie.example"),
            ("portees", "activites:lire"),
            ("portees", "activites:ecrire"),
            ("perimetre", "departements"),
            ("departements", "99"),
            ("valid_from", "2026-03-01"),
        ];
        c.post(ICI, &envoi)
            .await
            .expect(422)
            .shows("codes de département");
        envoi[6].1 = "35";
        let rep = c.post(ICI, &envoi).await;
        rep.expect(200)
            .shows("il ne sera plus affiché")
            .shows("Ille-et-Vilaine");
        // The same click twice.
        let lien = c.post(ICI, &envoi).await.expect(303).lien();
        let page = c.get(&lien).await;
        page.expect(200).shows("Active");
        assert!(!page.texte().contains("il ne sera plus affiché"));
        c.post(&format!("{lien}/secret"), &[])
            .await
            .expect(200)
            .shows("il ne sera plus affiché")
            .shows("Ancien secret");
        c.post(&format!("{lien}/revoquer"), &[]).await.expect(303);
        c.get(&lien).await.shows("Révoquée").shows("Accès révoqué");
        c.get(ICI).await.shows("Révoquée");
    }
}

#[tokio::test]
async fn an_author_lets_an_application_and_changes_their_mind() {
    for (app, m) in apps().await {
        let mut c = app.as_acteur(&m.moi);
        c.get("/applications").await.expect(200).shows("Aucune");
        let a = Application::of(&app, PerimetreDe::National, TOUT).await;
        Application::of_structure(&app, &m).await;
        Application::of(&app, PerimetreDe::Departements(vec!["988".into()]), TOUT).await;
        let page = c.get("/applications").await;
        page.shows("Non accordée").shows("de votre employeur");
        assert_eq!(
            page.texte().matches("<tr><td").count(),
            2,
            "not that of elsewhere"
        );
        c.post(&format!("/applications/{}/autoriser", a.id), &[])
            .await
            .expect(303);
        c.get("/applications")
            .await
            .shows("Accordée le 3 mars 2026");
        c.post(&format!("/applications/{}/retirer", a.id), &[])
            .await
            .expect(303);
        c.get("/applications").await.shows("Non accordée");
    }
}

#[tokio::test]
async fn the_api_explains_itself() {
    let (app, _) = apps().await.remove(0);
    let mut c = app.visiteur();
    c.get("/api")
        .await
        .expect(200)
        .shows("curl")
        .shows("activites:lire");
    let rep = c.get("/api/v1/openapi.json").await;
    rep.expect(200).shows("\"openapi\":\"3.1.0\"");
}
