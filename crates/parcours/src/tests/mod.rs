//! The way of a person, on real databases.

use socle::essai::{self, TestBase};

use crate::MIGRATIONS;

pub(crate) async fn bases() -> Vec<TestBase> {
    essai::bases(&[socle::MIGRATIONS, MIGRATIONS]).await
}

#[tokio::test]
async fn both_schemas_are_equal() {
    let bases = bases().await;
    let sqlite = bases[0].schema().await.unwrap();
    for b in &bases[1..] {
        assert_eq!(b.schema().await.unwrap(), sqlite);
    }
}

#[tokio::test]
async fn every_statement_is_prepared() {
    for b in bases().await {
        let n = essai::prepare_all(&b, concat!(env!("CARGO_MANIFEST_DIR"), "/src")).await;
        assert!(n > 5, "{n} statements found");
    }
}
