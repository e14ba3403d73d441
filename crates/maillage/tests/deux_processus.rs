//! Two processes on one PostgreSQL: a session opened on one works on the
//! other; what one writes the other reads; a job is done once.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod commun;

use commun::{COMPTE_RENDU, Site, form_of, sign_in};
use socle::{Base, essai};

#[tokio::test]
async fn two_processes_share_sessions_writes_and_jobs() {
    let Ok(serveur) = std::env::var("MAILLAGE_TEST_POSTGRES") else {
        eprintln!("PostgreSQL : ignoré, MAILLAGE_TEST_POSTGRES n'est pas défini");
        return;
    };
    let nom = format!("deux_{}", std::process::id());
    let admin = Base::open(&format!("{serveur}/postgres"), essai::outils(1))
        .await
        .unwrap();
    admin
        .raw(&format!("DROP DATABASE IF EXISTS {nom}"))
        .await
        .unwrap();
    admin.raw(&format!("CREATE DATABASE {nom}")).await.unwrap();
    let base = format!("{serveur}/{nom}");
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
