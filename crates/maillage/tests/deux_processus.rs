//! Two processes on one PostgreSQL: a session opened on one works on the
//! other; what one writes the other reads; a job is done once.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod commun;

use commun::{COMPTE_RENDU, Site, form_of, sign_in};
use socle::essai::Serveur;

#[tokio::test]
async fn two_processes_share_sessions_writes_and_jobs() {
    let Some(serveur) = Serveur::create("deux").await else {
        return;
    };
    let base = serveur.url();
    let dossier = tempfile::tempdir().unwrap();
    std::env::set_current_dir(dossier.path()).unwrap();
    let a = Site::demo(&base).unwrap();
    let b = Site::demo(&base).unwrap();
    let c = sign_in(&a.url, "conseiller").await.unwrap();
    let champs = form_of(&b.url, &c, COMPTE_RENDU.0, COMPTE_RENDU.1)
        .await
        .unwrap();
    let r = c
        .post(format!("{}/activites/individuel", b.url))
        .form(&champs)
        .send()
        .await
        .unwrap();
    assert_eq!(r.status(), 303, "the session opened on A works on B");
    let lien = r.headers()["location"].to_str().unwrap().to_owned();
    let r = c.get(format!("{}{lien}", a.url)).send().await.unwrap();
    assert_eq!(r.status(), 200, "A reads what B wrote");
    a.kill();
    let r = c.get(format!("{}{lien}", b.url)).send().await.unwrap();
    assert_eq!(r.status(), 200, "B goes on without A");
}
