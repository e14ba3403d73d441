//! The life of a post from its call to its end, over HTTP, on each database
//! (issue 2, acceptance 2 and 3): each step refuses a wrong answer and keeps
//! it, shows its effect to whoever must see it and to nobody else, and has one
//! effect however many times it is sent.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod vie;

use maillage::site;
use socle::{
    demo::{Alea, Taille},
    essai::{self, TestBase},
};
use vie::{Vie, attribution, fin, quotidien, recrutement, site::Site};

async fn live(base: TestBase) {
    site::migrate(&base).await.unwrap();
    let (mut alea, t) = (Alea::new(3), Taille::petite());
    let rien = |_: u64| ();
    comptes::demo::seed(&base, &mut alea, &t, &rien)
        .await
        .unwrap();
    programme::demo::seed(&base, &mut alea, &t, &rien)
        .await
        .unwrap();
    parcours::demo::seed(&base, &mut alea, &t, &rien)
        .await
        .unwrap();
    let site = Site::new(base);
    let mut v = Vie::begin(&site).await;
    attribution::campagne(&mut v).await;
    attribution::candidatures(&mut v).await;
    attribution::avis(&mut v).await;
    attribution::comite(&mut v).await;
    attribution::convention(&mut v).await;
    recrutement::inscriptions(&mut v).await;
    recrutement::contrat(&mut v).await;
    recrutement::formation(&mut v).await;
    quotidien::lieu(&mut v).await;
    quotidien::activites(&mut v).await;
    quotidien::public(&mut v).await;
    quotidien::chiffres(&mut v).await;
    fin::suites(&mut v).await;
    fin::rupture(&mut v).await;
    fin::suivante(&mut v).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn on_sqlite() {
    live(essai::sqlite(&site::migrations()).await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn on_postgres() {
    if let Some(base) = essai::postgres(&site::migrations()).await {
        live(base).await;
    }
}
