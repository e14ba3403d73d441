//! What must not open: a role without its code, a demonstration account
//! elsewhere, a role that ended, many guesses at once.

use std::sync::Arc;

use socle::{Acteur, Config, Role};
use uuid::Uuid;
use web::{App, essai::Client};

use super::{prefet, sites};
use crate::{
    Sessions,
    attribution::{self, PerimetreDe},
    compte::second_facteur,
    demo, essai as pas, personne, routes,
};

#[tokio::test]
async fn a_role_given_after_a_sign_in_without_code_waits_for_the_code() {
    for s in sites().await {
        let mut tx = s.base.write().await.unwrap();
        let n = personne::NouvellePersonne {
            prenom: "Léo".into(),
            nom: "Roux".into(),
            courriel: "leo@exemple.fr".into(),
            telephone: None,
        };
        let p = personne::create(&mut tx, &n).await.unwrap();
        let systeme = Acteur::systeme();
        attribution::grant(&mut tx, &systeme, p, Role::Candidat, &PerimetreDe::Soi)
            .await
            .unwrap();
        let c = crate::compte::ensure(&mut tx, p).await.unwrap();
        let phc = crate::compte::mot_de_passe::hash("Crepe-Bateau-77", [1; 16])
            .await
            .unwrap();
        crate::compte::set_password(&mut tx, c.id, &phc)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        let mut c = s.client();
        let bons = [
            ("courriel", "leo@exemple.fr"),
            ("mot_de_passe", "Crepe-Bateau-77"),
        ];
        assert_eq!(c.post("/connexion", &bons).await.expect(303).lien(), "/");
        c.get("/qui").await.expect(200).shows("candidat Soi");
        let mut tx = s.base.write().await.unwrap();
        attribution::revoke(
            &mut tx,
            &systeme,
            p,
            Role::Candidat,
            Some(Uuid::from_u128(5)),
        )
        .await
        .unwrap();
        attribution::grant(&mut tx, &systeme, p, Role::Conseiller, &PerimetreDe::Soi)
            .await
            .unwrap();
        let conseiller = attribution::valid(&mut tx, p).await.unwrap()[0].id;
        tx.commit().await.unwrap();
        // The only role left asks for a code this session never gave.
        c.get("/qui").await.expect(303);
        let mut tx = s.base.write().await.unwrap();
        attribution::grant(&mut tx, &systeme, p, Role::Candidat, &PerimetreDe::Soi)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        c.get("/qui").await.expect(200).shows("candidat Soi");
        let r = c
            .post("/compte/role", &[("id", &conseiller.to_string())])
            .await;
        assert_eq!(r.expect(303).lien(), "/connexion?courriel=leo%40exemple.fr");
        c.get("/qui").await.expect(303);
        assert!(
            c.post("/connexion", &bons)
                .await
                .expect(303)
                .lien()
                .starts_with("/connexion/code")
        );
        let page = c.get("/connexion/code").await.expect(200).texte();
        let secret = page.split("secret=").nth(1).unwrap();
        let secret = secret.split('&').next().unwrap();
        let code = second_facteur::code(secret, s.base.clock().now()).unwrap();
        c.post("/connexion/code", &[("code", &code)])
            .await
            .expect(200);
        c.get("/qui").await.expect(200).shows("conseiller Soi");
    }
}

#[tokio::test]
async fn demonstration_accounts_open_nothing_elsewhere() {
    for s in sites().await {
        let mut tx = s.base.write().await.unwrap();
        prefet(&mut tx).await;
        tx.commit().await.unwrap();
        let app = App::new(
            (*s.base).clone(),
            Config::default(),
            &routes(),
            Arc::new(Sessions),
        );
        let mut c = Client::of(web::router(app, &routes()));
        c.post(
            "/connexion",
            &[
                ("courriel", "p@exemple.fr"),
                ("mot_de_passe", demo::MOT_DE_PASSE),
            ],
        )
        .await
        .expect(422)
        .shows("inexact");
    }
}

#[tokio::test]
async fn a_role_ends_on_the_day_it_is_told_to() {
    for s in sites().await {
        let systeme = Acteur::systeme();
        let mut tx = s.base.write().await.unwrap();
        let p = prefet(&mut tx).await;
        let le = socle::francais::plus_days(tx.today(), 2);
        let qui = |d: i32| socle::francais::plus_days(le, d);
        attribution::revoke_on(&mut tx, &systeme, p, Role::Prefecture, None, le)
            .await
            .unwrap();
        for (jour, n) in [(-1, 1), (0, 0)] {
            let tenu =
                attribution::personnes(&mut tx, Role::Prefecture, None, Some("35"), qui(jour))
                    .await
                    .unwrap();
            assert_eq!(tenu.len(), n, "{jour}");
        }
        let ailleurs = attribution::personnes(&mut tx, Role::Prefecture, None, Some("22"), qui(-1));
        assert!(ailleurs.await.unwrap().is_empty());
        // Given again, it goes on: the end of the former one is not its own.
        let p35 = PerimetreDe::Departements(vec!["35".into()]);
        tx.commit().await.unwrap();
        let mut c = s.client();
        pas::sign_in(&s.base, &mut c, "p@exemple.fr").await;
        c.get("/qui").await.expect(200);
        s.base.clock().advance_days(2);
        let mut tx = s.base.write().await.unwrap();
        assert!(attribution::valid(&mut tx, p).await.unwrap().is_empty());
        attribution::grant(&mut tx, &systeme, p, Role::Prefecture, &p35)
            .await
            .unwrap();
        assert_eq!(attribution::valid(&mut tx, p).await.unwrap().len(), 1);
    }
}

#[tokio::test]
async fn many_attempts_at_once_do_not_slip_through_together() {
    for s in sites().await {
        let mut tx = s.base.write().await.unwrap();
        prefet(&mut tx).await;
        tx.commit().await.unwrap();
        let essais: Vec<_> = (0..12)
            .map(|_| {
                let mut c = s.client();
                tokio::spawn(async move {
                    let saisie = [("courriel", "p@exemple.fr"), ("mot_de_passe", "x")];
                    c.post("/connexion", &saisie).await.texte()
                })
            })
            .collect();
        let mut juges = 0;
        for e in essais {
            juges += usize::from(e.await.unwrap().contains("inexact"));
        }
        assert_eq!(juges, 5, "only so many passwords are compared");
    }
}
