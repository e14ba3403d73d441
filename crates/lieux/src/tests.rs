use socle::essai;

use crate::MIGRATIONS;

#[tokio::test]
async fn every_statement_is_accepted_by_both_databases() {
    for base in essai::bases(&[socle::MIGRATIONS, MIGRATIONS]).await {
        let n = essai::prepare_all(&base, concat!(env!("CARGO_MANIFEST_DIR"), "/src")).await;
        assert!(n > 10, "{n}");
    }
}
