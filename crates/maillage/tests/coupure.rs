//! The power fails: what was acknowledged is there after a restart.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod commun;

use commun::{COMPTE_RENDU, Site, form_of, sign_in};

#[tokio::test]
async fn an_acknowledged_report_survives_kill_9() {
    let dossier = tempfile::tempdir().unwrap();
    let base = dossier.path().join("demo.sqlite");
    let base = base.to_str().unwrap();
    let mut connus = Vec::new();
    let mut session = None;
    for _ in 0..3 {
        let site = Site::demo(base).unwrap();
        // The session opened before the first failure still opens the site.
        let c = match session.take() {
            Some(c) => c,
            None => sign_in(&site.url, "conseiller").await.unwrap(),
        };
        for lien in &connus {
            let r = c.get(format!("{}{lien}", site.url)).send().await.unwrap();
            assert_eq!(r.status(), 200, "{lien} perdu");
        }
        let champs = form_of(&site.url, &c, COMPTE_RENDU.0, COMPTE_RENDU.1)
            .await
            .unwrap();
        let r = c
            .post(format!("{}/activites/individuel", site.url))
            .form(&champs)
            .send()
            .await
            .unwrap();
        let statut = r.status();
        let lien = r
            .headers()
            .get("location")
            .map(|l| l.to_str().unwrap().to_owned());
        site.kill();
        assert_eq!(statut, 303, "{champs:?}");
        connus.push(lien.unwrap());
        session = Some(c);
    }
}
