//! Signing in through the real pages, for tests of other crates.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use socle::Base;
use web::essai::Client;

use crate::{
    compte::{self, second_facteur},
    demo::MOT_DE_PASSE,
    personne,
};

/// Signs a browser in as a demonstration account; the site is in
/// demonstration mode (`Config { demo: true, .. }`).
pub async fn sign_in(base: &Base, client: &mut Client, courriel: &str) {
    let r = client
        .post(
            "/connexion",
            &[("courriel", courriel), ("mot_de_passe", MOT_DE_PASSE)],
        )
        .await;
    r.expect(303);
    if r.lien().starts_with("/connexion/code") {
        let mut tx = base.read().await.unwrap();
        let p = personne::find_by_courriel(&mut tx, courriel)
            .await
            .unwrap()
            .unwrap();
        let c = compte::by_personne(&mut tx, p).await.unwrap().unwrap();
        let code =
            second_facteur::usable(&c.totp.unwrap(), base.clock().now(), c.totp_pas).unwrap();
        drop(tx);
        client
            .post("/connexion/code", &[("code", &code)])
            .await
            .expect(303);
    }
}
