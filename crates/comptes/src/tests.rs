//! Sign-in, sessions and rights on both databases, through the real pages.

mod compte;
mod garde;

use std::sync::Arc;

use socle::{Acteur, Config, Perimetre, Role, Tx, courrier, essai, essai::TestBase, params, sql};
use uuid::Uuid;
use web::{Acces, App, Ctx, Reponse, essai::Client};

use crate::{
    MIGRATIONS, Sessions,
    attribution::{self, PerimetreDe},
    compte::second_facteur,
    demo, essai as pas, invitation, personne, routes,
};

async fn who(ctx: Ctx) -> Reponse {
    ctx.json(&format!(
        "{} {:?}",
        ctx.acteur().role.cle(),
        ctx.acteur().perimetre
    ))
}

struct Site {
    base: TestBase,
    routeur: axum::Router,
}

impl Site {
    fn client(&self) -> Client {
        Client::of(self.routeur.clone())
    }
}

async fn sites() -> Vec<Site> {
    let mut sites = Vec::new();
    for base in essai::bases(&[socle::MIGRATIONS, MIGRATIONS]).await {
        let routes = routes().get("/qui", Acces::Connecte, who);
        let app = App::new(
            (*base).clone(),
            Config {
                demo: true,
                ..Config::default()
            },
            &routes,
            Arc::new(Sessions),
        );
        sites.push(Site {
            routeur: web::router(app, &routes),
            base,
        });
    }
    sites
}

async fn prefet(tx: &mut Tx) -> Uuid {
    let p = PerimetreDe::Departements(vec!["35".into()]);
    demo::account(
        tx,
        "p@exemple.fr",
        "Awa",
        "<Diallo>",
        Role::Prefecture,
        &p,
        "Ille-et-Vilaine",
    )
    .await
    .unwrap()
}

#[tokio::test]
async fn every_statement_is_prepared_and_schemas_are_equal() {
    let bases = essai::bases(&[socle::MIGRATIONS, MIGRATIONS]).await;
    for b in &bases {
        assert!(essai::prepare_all(b, concat!(env!("CARGO_MANIFEST_DIR"), "/src")).await > 25);
        assert_eq!(b.schema().await.unwrap(), bases[0].schema().await.unwrap());
    }
}

#[tokio::test]
async fn password_and_code_open_a_session_whose_token_is_nowhere() {
    for s in sites().await {
        let mut tx = s.base.write().await.unwrap();
        prefet(&mut tx).await;
        tx.commit().await.unwrap();
        let mut c = s.client();
        c.get("/qui").await.expect(303);
        pas::sign_in(&s.base, &mut c, "p@exemple.fr").await;
        c.get("/qui")
            .await
            .expect(200)
            .shows("prefecture Departements([\\\"35\\\"])");
        c.get("/compte")
            .await
            .expect(200)
            .shows("Awa &lt;Diallo&gt;");
        let jeton = &c.cookies["session"];
        let mut tx = s.base.read().await.unwrap();
        let l = tx
            .row(sql!("SELECT empreinte FROM session"), params![])
            .await
            .unwrap()
            .unwrap();
        assert_ne!(&l.get::<String>("empreinte").unwrap(), jeton);
        drop(tx);
        c.post("/deconnexion", &[]).await.expect(303);
        assert_eq!(
            c.get("/qui").await.expect(303).lien(),
            "/connexion?suite=/qui"
        );
    }
}

#[tokio::test]
async fn wrong_codes_and_used_codes_are_refused() {
    for s in sites().await {
        let mut tx = s.base.write().await.unwrap();
        let p = prefet(&mut tx).await;
        tx.commit().await.unwrap();
        let mut c = s.client();
        let bons = [
            ("courriel", "P@Exemple.fr"),
            ("mot_de_passe", demo::MOT_DE_PASSE),
        ];
        assert!(
            c.post("/connexion", &bons)
                .await
                .expect(303)
                .lien()
                .starts_with("/connexion/code")
        );
        c.get("/qui").await.expect(303);
        c.post("/connexion/code", &[("code", "000000")])
            .await
            .expect(422)
            .shows("Code inexact");
        let mut tx = s.base.read().await.unwrap();
        let secret = crate::compte::by_personne(&mut tx, p)
            .await
            .unwrap()
            .unwrap()
            .totp
            .unwrap();
        drop(tx);
        let code = second_facteur::code(&secret, s.base.clock().now()).unwrap();
        c.post("/connexion/code", &[("code", &code)])
            .await
            .expect(303);
        let mut autre = s.client();
        autre.post("/connexion", &bons).await.expect(303);
        autre
            .post("/connexion/code", &[("code", &code)])
            .await
            .expect(422)
            .shows("déjà utilisé");
    }
}

#[tokio::test]
async fn an_unknown_address_answers_like_a_wrong_password_and_failures_slow_down() {
    for s in sites().await {
        let mut tx = s.base.write().await.unwrap();
        prefet(&mut tx).await;
        tx.commit().await.unwrap();
        let mut c = s.client();
        let inconnu = c
            .post(
                "/connexion",
                &[("courriel", "x@exemple.fr"), ("mot_de_passe", "x")],
            )
            .await;
        inconnu.expect(422).shows("Adresse ou mot de passe inexact");
        for _ in 0..5 {
            c.post(
                "/connexion",
                &[("courriel", "p@exemple.fr"), ("mot_de_passe", "x")],
            )
            .await
            .expect(422)
            .shows("Adresse ou mot de passe inexact");
        }
        let bons = [
            ("courriel", "p@exemple.fr"),
            ("mot_de_passe", demo::MOT_DE_PASSE),
        ];
        c.post("/connexion", &bons)
            .await
            .expect(422)
            .shows("Trop d&#39;essais");
        s.base.clock().advance(61);
        c.post("/connexion", &bons).await.expect(303);
    }
}

#[tokio::test]
async fn sessions_expire_and_are_revoked() {
    for s in sites().await {
        let mut tx = s.base.write().await.unwrap();
        prefet(&mut tx).await;
        tx.commit().await.unwrap();
        let (mut a, mut b) = (s.client(), s.client());
        pas::sign_in(&s.base, &mut a, "p@exemple.fr").await;
        s.base.clock().advance(60);
        pas::sign_in(&s.base, &mut b, "p@exemple.fr").await;
        a.post("/compte/sessions", &[("id", "autres")])
            .await
            .expect(303);
        b.get("/qui").await.expect(303);
        a.get("/qui").await.expect(200);
        s.base.clock().advance(7 * 3600);
        a.get("/qui").await.expect(200);
        s.base.clock().advance(7 * 3600);
        a.get("/qui").await.expect(200);
        s.base.clock().advance(8 * 3600 + 1);
        a.get("/qui").await.expect(303);
    }
}

#[tokio::test]
async fn a_role_can_be_switched_and_a_revoked_one_is_lost_at_once() {
    for s in sites().await {
        let systeme = Acteur::systeme();
        let structure = Uuid::from_u128(5);
        let mut tx = s.base.write().await.unwrap();
        let p = prefet(&mut tx).await;
        let perimetre = PerimetreDe::Structure(structure);
        attribution::grant_named(
            &mut tx,
            &systeme,
            p,
            Role::GestionnaireStructure,
            &perimetre,
            "Mairie",
        )
        .await
        .unwrap();
        // Twice is once.
        attribution::grant(
            &mut tx,
            &systeme,
            p,
            Role::GestionnaireStructure,
            &perimetre,
        )
        .await
        .unwrap();
        let roles = attribution::valid(&mut tx, p).await.unwrap();
        assert_eq!(roles.len(), 2);
        let autre = demo::account(
            &mut tx,
            "q@exemple.fr",
            "B",
            "C",
            Role::Dpo,
            &PerimetreDe::National,
            "",
        )
        .await;
        let pas_a_moi = attribution::valid(&mut tx, autre.unwrap()).await.unwrap()[0]
            .id
            .to_string();
        tx.commit().await.unwrap();
        let mut c = s.client();
        pas::sign_in(&s.base, &mut c, "p@exemple.fr").await;
        c.post("/compte/role", &[("id", &pas_a_moi)])
            .await
            .expect(404);
        let mairie = roles
            .iter()
            .find(|a| a.role == Role::GestionnaireStructure)
            .unwrap();
        c.post("/compte/role", &[("id", &mairie.id.to_string())])
            .await
            .expect(303);
        c.get("/qui")
            .await
            .expect(200)
            .shows("gestionnaire_structure Structures");
        let mut tx = s.base.write().await.unwrap();
        attribution::revoke(
            &mut tx,
            &systeme,
            p,
            Role::GestionnaireStructure,
            Some(structure),
        )
        .await
        .unwrap();
        tx.commit().await.unwrap();
        c.get("/qui")
            .await
            .expect(200)
            .shows("prefecture Departements");
        let mut tx = s.base.write().await.unwrap();
        attribution::revoke(&mut tx, &systeme, p, Role::Prefecture, None)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        c.get("/qui").await.expect(303);
    }
}

/// The secret link of the most recent e-mail.
async fn link(base: &TestBase) -> String {
    let mut tx = base.read().await.unwrap();
    let texte = courrier::recent(&mut tx, 1).await.unwrap().remove(0).texte;
    let url = texte
        .split_whitespace()
        .find(|m| m.starts_with("http"))
        .unwrap()
        .to_owned();
    url.split("8080").nth(1).unwrap().to_owned()
}

#[tokio::test]
async fn an_invitation_opens_once_and_sets_up_the_second_factor() {
    for s in sites().await {
        let mut tx = s.base.write().await.unwrap();
        let n = personne::NouvellePersonne {
            prenom: "Awa".into(),
            nom: "Diallo".into(),
            courriel: "awa@exemple.fr".into(),
            telephone: None,
        };
        let p = personne::create(&mut tx, &n).await.unwrap();
        let deja = personne::create(&mut tx, &n).await.unwrap_err();
        assert!(matches!(deja, socle::Erreur::Saisie(e) if e.get("courriel").is_some()));
        let systeme = Acteur::systeme();
        attribution::grant(
            &mut tx,
            &systeme,
            p,
            Role::Operateur,
            &PerimetreDe::National,
        )
        .await
        .unwrap();
        invitation::invite(&mut tx, &systeme, p, "http://localhost:8080")
            .await
            .unwrap();
        tx.commit().await.unwrap();
        let lien = link(&s.base).await;
        let mut c = s.client();
        c.get(&lien).await.expect(200).shows("awa@exemple.fr");
        let faux = [("mot_de_passe", "court"), ("confirmation", "autre")];
        c.post(&lien, &faux)
            .await
            .expect(422)
            .shows("Au moins 12")
            .shows("différents");
        let bon = [
            ("mot_de_passe", "Crepe-Bateau-77"),
            ("confirmation", "Crepe-Bateau-77"),
        ];
        c.post(&lien, &bon).await.expect(303);
        assert_eq!(
            c.post(&lien, &bon).await.expect(303).lien(),
            "/mot-de-passe-oublie"
        );
        c.post(
            "/connexion",
            &[
                ("courriel", "awa@exemple.fr"),
                ("mot_de_passe", "Crepe-Bateau-77"),
            ],
        )
        .await
        .expect(303);
        let page = c.get("/connexion/code").await.expect(200).texte();
        let secret = page
            .split("secret=")
            .nth(1)
            .unwrap()
            .split('&')
            .next()
            .unwrap()
            .to_owned();
        let code = second_facteur::code(&secret, s.base.clock().now()).unwrap();
        let codes = c
            .post("/connexion/code", &[("code", &code)])
            .await
            .expect(200)
            .shows("codes de secours")
            .texte();
        c.get("/qui").await.expect(200).shows("operateur National");
        // A recovery code opens once, without the application.
        let secours = codes
            .split("<li><code>")
            .nth(1)
            .unwrap()
            .split('<')
            .next()
            .unwrap()
            .to_owned();
        for attendu in [303, 422] {
            let mut autre = s.client();
            autre
                .post(
                    "/connexion",
                    &[
                        ("courriel", "awa@exemple.fr"),
                        ("mot_de_passe", "Crepe-Bateau-77"),
                    ],
                )
                .await
                .expect(303);
            let page = autre.get("/connexion/code").await.texte();
            assert!(
                !page.contains(&secret),
                "the secret is shown only once set up"
            );
            autre
                .post("/connexion/code", &[("code", &secours)])
                .await
                .expect(attendu);
        }
    }
}

#[tokio::test]
async fn a_lost_password_is_changed_by_a_link_of_one_hour() {
    for s in sites().await {
        let mut tx = s.base.write().await.unwrap();
        prefet(&mut tx).await;
        tx.commit().await.unwrap();
        let mut c = s.client();
        c.post(
            "/mot-de-passe-oublie",
            &[("courriel", "inconnu@exemple.fr")],
        )
        .await
        .expect(200)
        .shows("Regardez vos messages");
        let mut tx = s.base.read().await.unwrap();
        assert!(courrier::recent(&mut tx, 1).await.unwrap().is_empty());
        drop(tx);
        c.post("/mot-de-passe-oublie", &[("courriel", "p@exemple.fr")])
            .await
            .expect(200)
            .shows("Regardez vos messages");
        let lien = link(&s.base).await;
        s.base.clock().advance(3601);
        c.get(&lien).await.expect(303);
        s.base.clock().advance(3600);
        c.post("/mot-de-passe-oublie", &[("courriel", "p@exemple.fr")])
            .await
            .expect(200);
        let lien = link(&s.base).await;
        let bon = [
            ("mot_de_passe", "Crepe-Bateau-77"),
            ("confirmation", "Crepe-Bateau-77"),
        ];
        c.post(&lien, &bon).await.expect(303);
        c.post(
            "/connexion",
            &[
                ("courriel", "p@exemple.fr"),
                ("mot_de_passe", demo::MOT_DE_PASSE),
            ],
        )
        .await
        .expect(422);
        c.post(
            "/connexion",
            &[
                ("courriel", "p@exemple.fr"),
                ("mot_de_passe", "Crepe-Bateau-77"),
            ],
        )
        .await
        .expect(303);
    }
}

#[tokio::test]
async fn an_administrator_gives_and_takes_roles_but_not_their_own() {
    for s in sites().await {
        let mut tx = s.base.write().await.unwrap();
        let a = demo::account(
            &mut tx,
            "a@exemple.fr",
            "A",
            "B",
            Role::Administrateur,
            &PerimetreDe::National,
            "France",
        )
        .await
        .unwrap();
        prefet(&mut tx).await;
        let le_mien = attribution::valid(&mut tx, a).await.unwrap()[0]
            .id
            .to_string();
        tx.commit().await.unwrap();
        let mut p = s.client();
        pas::sign_in(&s.base, &mut p, "p@exemple.fr").await;
        p.get("/administration/comptes")
            .await
            .expect(403)
            .shows("ANCT");
        let mut c = s.client();
        pas::sign_in(&s.base, &mut c, "a@exemple.fr").await;
        let saisie = |role, dep| {
            [
                ("prenom", "Léo"),
                ("nom", "Roux"),
                ("courriel", "leo@exemple.fr"),
                ("role_donne", role),
                ("departements", dep),
            ]
        };
        c.post("/administration/comptes", &saisie("prefecture", ""))
            .await
            .expect(422)
            .shows("35 ou 2A")
            .shows("leo@exemple.fr");
        c.post("/administration/comptes", &saisie("conseiller", "35"))
            .await
            .expect(422)
            .shows("Choisissez un rôle");
        c.post("/administration/comptes", &saisie("prefecture", "29, 2a"))
            .await
            .expect(303);
        c.get("/administration/comptes?role=prefecture")
            .await
            .expect(200)
            .shows("Léo Roux")
            .shows("29, 2A");
        c.post("/administration/comptes/retirer", &[("id", &le_mien)])
            .await
            .expect(403);
        let mut tx = s.base.read().await.unwrap();
        let leo = personne::find_by_courriel(&mut tx, "leo@exemple.fr")
            .await
            .unwrap()
            .unwrap();
        let a = &attribution::valid(&mut tx, leo).await.unwrap()[0];
        assert_eq!(
            a.perimetre.perimetre(leo),
            Perimetre::Departements(vec!["29".into(), "2A".into()])
        );
        let id = a.id.to_string();
        drop(tx);
        c.post("/administration/comptes/retirer", &[("id", &id)])
            .await
            .expect(303);
        c.post("/administration/comptes/retirer", &[("id", &id)])
            .await
            .expect(404);
    }
}

#[tokio::test]
async fn names_and_addresses_are_sealed() {
    for s in sites().await {
        let mut tx = s.base.write().await.unwrap();
        prefet(&mut tx).await;
        tx.commit().await.unwrap();
        let mut tx = s.base.read().await.unwrap();
        let l = tx
            .row(
                sql!("SELECT nom, courriel, courriel_index FROM personne"),
                params![],
            )
            .await
            .unwrap()
            .unwrap();
        for colonne in ["nom", "courriel"] {
            let o: Vec<u8> = l.get(colonne).unwrap();
            assert!(!o.windows(6).any(|f| f == b"Diallo" || f == b"p@exem"));
        }
        assert!(
            !l.get::<String>("courriel_index")
                .unwrap()
                .contains("exemple")
        );
    }
}
