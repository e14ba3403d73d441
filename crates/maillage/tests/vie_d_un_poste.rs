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

/// A national programme without places nor activities.
async fn seed(base: &TestBase) {
    site::migrate(base).await.unwrap();
    let (mut alea, t) = (Alea::new(3), Taille::petite());
    let rien = |_: u64| ();
    comptes::demo::seed(base, &mut alea, &t, &rien)
        .await
        .unwrap();
    programme::demo::seed(base, &mut alea, &t, &rien)
        .await
        .unwrap();
    parcours::demo::seed(base, &mut alea, &t, &rien)
        .await
        .unwrap();
}

async fn live(site: &Site) {
    let mut v = Vie::begin(site).await;
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
    fin::renouvellement(&mut v).await;
    fin::rupture(&mut v).await;
    fin::suivante(&mut v).await;
}

async fn within(base: TestBase) {
    seed(&base).await;
    live(&Site::new(base)).await;
}

/// The same life on the real binary, killed without mercy after every write
/// it acknowledged: sessions go on and nothing is lost (acceptance 3).
async fn killed(base: TestBase) {
    seed(&base).await;
    maillage::demo::mark(&base).await.unwrap();
    let site = Site::real(base);
    live(&site).await;
    let coupures = site.power_cuts();
    eprintln!("{coupures} coupures");
    assert!(coupures > 100, "{coupures}");
}

#[tokio::test(flavor = "multi_thread")]
async fn on_sqlite() {
    within(essai::sqlite(&site::migrations()).await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn on_postgres() {
    if let Some(base) = essai::postgres(&site::migrations()).await {
        within(base).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_after_every_write_on_sqlite() {
    killed(essai::sqlite(&site::migrations()).await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_after_every_write_on_postgres() {
    if let Some(base) = essai::postgres(&site::migrations()).await {
        killed(base).await;
    }
}
