//! One's own address, and what an administrator does for somebody: found by
//! name, invited again, freed of a lost second factor.

use socle::{Acteur, Role, courrier, params, sql};
use uuid::Uuid;
use web::essai::Client;

use super::{Site, prefet, sites};
use crate::{
    attribution::{self, PerimetreDe},
    demo, essai as pas, personne,
};

/// The path of the latest link of a kind sent to an address.
async fn link(s: &Site, adresse: &str, lien: &str) -> Option<String> {
    let mut tx = s.base.read().await.unwrap();
    let recents = courrier::recent(&mut tx, 50).await.unwrap();
    recents
        .into_iter()
        .filter(|c| c.a == adresse)
        .find_map(|c| {
            let (_, jeton) = c.texte.split_once(lien)?;
            Some(format!("{lien}{}", jeton.split_whitespace().next()?))
        })
}

async fn letters(s: &Site, adresse: &str) -> Vec<String> {
    let mut tx = s.base.read().await.unwrap();
    let recents = courrier::recent(&mut tx, 50).await.unwrap();
    let siennes = recents.into_iter().filter(|c| c.a == adresse);
    siennes.map(|c| c.sujet).collect()
}

async fn admin(s: &Site) -> Client {
    let mut tx = s.base.write().await.unwrap();
    let (r, p) = (Role::Administrateur, PerimetreDe::National);
    demo::account(&mut tx, "admin@exemple.fr", "Ada", "Min", r, &p, "France")
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let mut c = s.client();
    pas::sign_in(&s.base, &mut c, "admin@exemple.fr").await;
    c
}

const MDP: (&str, &str) = ("preuve", demo::MOT_DE_PASSE);

#[tokio::test]
async fn an_address_changes_when_the_new_mailbox_confirms_and_sessions_go_on() {
    for s in sites().await {
        let mut tx = s.base.write().await.unwrap();
        let p = prefet(&mut tx).await;
        tx.commit().await.unwrap();
        let mut c = s.client();
        pas::sign_in(&s.base, &mut c, "p@exemple.fr").await;
        let nouvelle = ("nouvelle", "Awa.Neuve@exemple.fr");
        c.post("/compte/courriel", &[nouvelle, ("preuve", "faux")])
            .await
            .expect(422)
            .shows("pas votre mot de passe")
            .shows("value=\"Awa.Neuve@exemple.fr\"");
        for mauvaise in ["awa", "P@exemple.fr"] {
            c.post("/compte/courriel", &[("nouvelle", mauvaise), MDP])
                .await
                .expect(422)
                .shows("c-nouvelle");
        }
        c.post("/compte/courriel", &[nouvelle, MDP])
            .await
            .expect(303);
        let lien = link(&s, "awa.neuve@exemple.fr", "/changer-adresse/")
            .await
            .unwrap();
        assert_eq!(
            letters(&s, "p@exemple.fr").await,
            ["Changement d’adresse demandé"]
        );
        // Opened by a mail filter: nothing changes. The visitor needs no session.
        let mut autre = s.client();
        autre.get(&lien).await.expect(200).shows("awa.neuve@");
        let mut tx = s.base.read().await.unwrap();
        let moi = personne::get(&mut tx, p).await.unwrap();
        assert_eq!(moi.courriel, "p@exemple.fr");
        drop(tx);
        // A lost-password link of the former mailbox dies with the change.
        autre
            .post("/mot-de-passe-oublie", &[("courriel", "p@exemple.fr")])
            .await
            .expect(200);
        let ancien = link(&s, "p@exemple.fr", "/mot-de-passe/").await.unwrap();
        autre.post(&lien, &[]).await.expect(303);
        autre.post(&lien, &[]).await.expect(303);
        let mut tx = s.base.read().await.unwrap();
        let moi = personne::get(&mut tx, p).await.unwrap();
        assert_eq!(moi.courriel, "awa.neuve@exemple.fr");
        assert_eq!(
            personne::find_by_courriel(&mut tx, "AWA.neuve@exemple.fr")
                .await
                .unwrap(),
            Some(p)
        );
        assert_eq!(
            personne::find_by_courriel(&mut tx, "p@exemple.fr")
                .await
                .unwrap(),
            None
        );
        drop(tx);
        let dit = letters(&s, "p@exemple.fr").await;
        assert!(dit.iter().any(|d| d == "Votre adresse a changé"), "{dit:?}");
        assert_eq!(
            autre.get(&ancien).await.expect(303).lien(),
            "/mot-de-passe-oublie"
        );
        c.get("/qui").await.expect(200);
        s.base.clock().advance(31);
        let mut neuf = s.client();
        pas::sign_in(&s.base, &mut neuf, "awa.neuve@exemple.fr").await;
        neuf.get("/qui").await.expect(200);
    }
}

#[tokio::test]
async fn an_address_of_somebody_else_is_not_given_away_and_links_are_few() {
    for s in sites().await {
        let mut tx = s.base.write().await.unwrap();
        prefet(&mut tx).await;
        let n = personne::NouvellePersonne {
            prenom: "Léo".into(),
            nom: "Roux".into(),
            courriel: "leo@exemple.fr".into(),
            telephone: None,
        };
        personne::create(&mut tx, &n).await.unwrap();
        tx.commit().await.unwrap();
        let mut c = s.client();
        pas::sign_in(&s.base, &mut c, "p@exemple.fr").await;
        let envoi = [("nouvelle", "leo@exemple.fr"), MDP];
        c.post("/compte/courriel", &envoi).await.expect(303);
        assert!(
            link(&s, "leo@exemple.fr", "/changer-adresse/")
                .await
                .is_none()
        );
        assert_eq!(
            letters(&s, "leo@exemple.fr").await.len(),
            1,
            "its owner is told"
        );
        // Taken between the request and the confirmation.
        let envoi = [("nouvelle", "libre@exemple.fr"), MDP];
        c.post("/compte/courriel", &envoi).await.expect(303);
        let lien = link(&s, "libre@exemple.fr", "/changer-adresse/")
            .await
            .unwrap();
        let mut tx = s.base.write().await.unwrap();
        let n = personne::NouvellePersonne {
            courriel: "libre@exemple.fr".into(),
            ..n
        };
        personne::create(&mut tx, &n).await.unwrap();
        tx.commit().await.unwrap();
        c.post(&lien, &[]).await.expect(422).shows("déjà celle");
        // Too old.
        let envoi = [("nouvelle", "tard@exemple.fr"), MDP];
        c.post("/compte/courriel", &envoi).await.expect(303);
        let lien = link(&s, "tard@exemple.fr", "/changer-adresse/")
            .await
            .unwrap();
        s.base.clock().advance(24 * 3_600 + 1);
        assert_eq!(c.get(&lien).await.expect(303).lien(), "/compte");
        // Many requests: one waits.
        let mut c = s.client();
        pas::sign_in(&s.base, &mut c, "p@exemple.fr").await;
        let mut refus = 0;
        for i in 0..8 {
            let adresse = format!("n{i}@exemple.fr");
            let r = c
                .post("/compte/courriel", &[("nouvelle", adresse.as_str()), MDP])
                .await;
            refus += usize::from(r.statut == 422);
        }
        assert_eq!(refus, 3, "five requests, then one waits");
    }
}

#[tokio::test]
async fn an_administrator_finds_somebody_by_whole_words_and_sees_their_access() {
    for s in sites().await {
        let mut tx = s.base.write().await.unwrap();
        let p = prefet(&mut tx).await;
        let (systeme, r) = (Acteur::systeme(), Role::Prefecture);
        attribution::revoke(&mut tx, &systeme, p, r, None)
            .await
            .unwrap();
        let d = PerimetreDe::Departements(vec!["22".into()]);
        attribution::grant(&mut tx, &systeme, p, r, &d)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        let mut c = s.client();
        pas::sign_in(&s.base, &mut c, "p@exemple.fr").await;
        c.get("/administration/comptes?q=diallo").await.expect(403);
        let chemin = format!("/administration/personnes/{p}");
        c.get(&chemin).await.expect(404);
        let mut a = admin(&s).await;
        for q in ["DIALLO", "awa+diallo", "P@exemple.fr"] {
            a.get(&format!("/administration/comptes?q={q}"))
                .await
                .expect(200)
                .shows(&chemin);
        }
        a.get("/administration/comptes?q=dial")
            .await
            .expect(200)
            .shows("Personne ne porte");
        let r = a.get(&chemin).await;
        r.expect(200).shows("Configuré").shows("2 rôles");
        assert_eq!(
            r.texte().matches("Retirer<").count(),
            1,
            "the former one ended"
        );
        assert_eq!(r.texte().matches("data-titre=\"Appareil\"").count(), 1);
        a.post(&format!("{chemin}/deconnexion"), &[])
            .await
            .expect(303);
        c.get("/qui").await.expect(303);
        a.get(&format!("/administration/personnes/{}", Uuid::from_u128(9)))
            .await
            .expect(404);
    }
}

#[tokio::test]
async fn an_invitation_is_sent_again_until_it_is_used() {
    for s in sites().await {
        let mut a = admin(&s).await;
        let saisie = [
            ("prenom", "Inès"),
            ("nom", "Seconde"),
            ("courriel", "ines@exemple.fr"),
            ("role_donne", "operateur"),
        ];
        a.post("/administration/comptes", &saisie).await.expect(303);
        let premier = link(&s, "ines@exemple.fr", "/invitation/").await.unwrap();
        let mut tx = s.base.read().await.unwrap();
        let p = personne::find_by_courriel(&mut tx, "ines@exemple.fr")
            .await
            .unwrap()
            .unwrap();
        drop(tx);
        let chemin = format!("/administration/personnes/{p}");
        a.get(&chemin)
            .await
            .expect(200)
            .shows("Renvoyer l’invitation");
        s.base.clock().advance(3_600);
        a.post(&format!("{chemin}/invitation"), &[])
            .await
            .expect(303);
        let second = link(&s, "ines@exemple.fr", "/invitation/").await.unwrap();
        assert_ne!(premier, second);
        let mut c = s.client();
        c.get(&premier).await.expect(303);
        let mdp = [
            ("mot_de_passe", "Crepe-Bateau-77"),
            ("confirmation", "Crepe-Bateau-77"),
        ];
        c.post(&second, &mdp).await.expect(303);
        let r = a.get(&chemin).await;
        assert!(!r.texte().contains("Renvoyer"), "the access is in use");
        // The first sign-in shows the picture to photograph.
        let entree = [("courriel", "ines@exemple.fr"), mdp[0]];
        let r = c.post("/connexion", &entree).await;
        let r = c.get(&r.expect(303).lien()).await;
        r.expect(200).shows("<svg class=\"qr\" role=\"img\"");
    }
}

#[tokio::test]
async fn a_lost_second_factor_is_erased_with_a_reason_that_its_owner_reads() {
    for s in sites().await {
        let mut tx = s.base.write().await.unwrap();
        let p = prefet(&mut tx).await;
        let secret = |c: crate::compte::Compte| c.totp;
        let avant = crate::compte::by_personne(&mut tx, p).await.unwrap();
        tx.commit().await.unwrap();
        let mut c = s.client();
        pas::sign_in(&s.base, &mut c, "p@exemple.fr").await;
        let mut a = admin(&s).await;
        let chemin = format!("/administration/personnes/{p}/second-facteur");
        a.post(&chemin, &[])
            .await
            .expect(422)
            .shows("Dites pourquoi");
        let motif = [("motif", "perdu")];
        a.post(&chemin, &motif).await.expect(303);
        a.post(&chemin, &motif).await.expect(409);
        c.get("/qui").await.expect(303);
        assert_eq!(
            letters(&s, "p@exemple.fr").await,
            ["Votre second facteur a été effacé"]
        );
        let mut tx = s.base.read().await.unwrap();
        let l = tx
            .row(
                sql!("SELECT donnees FROM journal WHERE action = 'compte.effacer_second_facteur'"),
                params![],
            )
            .await
            .unwrap();
        let donnees: String = l.unwrap().get("donnees").unwrap();
        assert_eq!(donnees, r#"{"motif":"perdu"}"#);
        drop(tx);
        // The next sign-in sets another one up.
        let mdp = ("mot_de_passe", demo::MOT_DE_PASSE);
        let mut c = s.client();
        c.post("/connexion", &[("courriel", "p@exemple.fr"), mdp])
            .await
            .expect(303);
        c.get("/connexion/code").await.expect(200);
        let mut tx = s.base.read().await.unwrap();
        let apres = crate::compte::by_personne(&mut tx, p).await.unwrap();
        assert_ne!(avant.and_then(secret), apres.and_then(secret));
        // Nobody erases their own.
        let moi = personne::find_by_courriel(&mut tx, "admin@exemple.fr")
            .await
            .unwrap()
            .unwrap();
        drop(tx);
        a.post(
            &format!("/administration/personnes/{moi}/second-facteur"),
            &motif,
        )
        .await
        .expect(403);
    }
}
