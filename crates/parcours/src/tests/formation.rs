//! Training (spec 15 §10; scenarios 16, 17).

use socle::{Erreur, Perimetre, Role};

use super::*;
use crate::formation::{
    Etat as EtatPlace, Titre, holds, organisme,
    service::{self, Demande, NouvelleSession, Suivi, Test},
    store, title_progress,
};

async fn session(tx: &mut Tx, capacite: &str, parcours: &str) -> Uuid {
    let id = tx.new_id();
    store::insert_organisme(tx, id, "Organisme d'essai", "contact@essai.example")
        .await
        .unwrap();
    let f = NouvelleSession {
        organisme: store::organismes(tx).await.unwrap()[0].0.to_string(),
        parcours: parcours.into(),
        commune: "Rennes (35000)".into(),
        debut: "2026-03-16".into(),
        fin: "2026-04-30".into(),
        a_distance: String::new(),
        capacite: capacite.into(),
        demi_journees: "30".into(),
        id_commande: commande(tx),
    };
    service::open(tx, &formateur(), &f).await.unwrap()
}

async fn test(tx: &mut Tx, contrat: Uuid, parcours: &str) {
    let f = Test {
        contrat: contrat.to_string(),
        le: "2026-03-03".into(),
        experience: "40".into(),
        posture: "70".into(),
        technique: "55".into(),
        parcours: parcours.into(),
        commentaire: String::new(),
        id_commande: commande(tx),
    };
    service::test(tx, &formateur(), URL, &f).await.unwrap();
}

fn demande(tx: &Tx, contrat: Uuid) -> Demande {
    Demande {
        contrat: contrat.to_string(),
        amenagement: String::new(),
        id_commande: commande(tx),
    }
}

#[tokio::test]
async fn the_result_of_the_test_binds_and_the_last_seat_is_given_once() {
    for b in bases().await {
        let mut tx = b.write().await.unwrap();
        let f = cdi(&tx, "2026-03-03");
        let (s1, p1, c1) = hired(&mut tx, 1, &f).await;
        let f = cdi(&tx, "2026-03-02");
        let (s2, _, c2) = hired(&mut tx, 2, &f).await;
        let longue = session(&mut tx, "1", "m2_long").await;
        let courte = session(&mut tx, "5", "m2_court").await;
        let f = demande(&tx, c1);
        let m = refused(service::register(&mut tx, &gestionnaire(s1), URL, longue, &f).await);
        assert!(
            m.get("contrat").unwrap().contains("test de positionnement"),
            "{m:?}"
        );
        test(&mut tx, c1, "m2_long").await;
        test(&mut tx, c2, "m2_long").await;
        let f = demande(&tx, c1);
        assert!(
            refused(service::register(&mut tx, &gestionnaire(s1), URL, courte, &f).await)
                .get("contrat")
                .unwrap()
                .contains("Parcours long")
        );
        // Somebody else's employee does not exist for this structure.
        let f = demande(&tx, c2);
        assert!(matches!(
            service::register(&mut tx, &gestionnaire(s1), URL, longue, &f).await,
            Err(Erreur::Introuvable)
        ));
        tx.commit().await.unwrap();
        // Scenario 16: two at once.
        let un = |s: Uuid, c: Uuid| {
            let base = (*b).clone();
            async move {
                let mut tx = base.write().await.unwrap();
                let f = demande(&tx, c);
                let e = service::register(&mut tx, &gestionnaire(s), URL, longue, &f)
                    .await
                    .unwrap();
                tx.commit().await.unwrap();
                e
            }
        };
        let (x, y) = tokio::join!(un(s1, c1), un(s2, c2));
        let mut etats = [x.cle(), y.cle()];
        etats.sort_unstable();
        assert_eq!(etats, ["confirmee", "liste_attente"]);
        // The freed place goes to the first of the list.
        let mut tx = b.write().await.unwrap();
        let places = store::places(&mut tx, &Perimetre::National, longue)
            .await
            .unwrap();
        let tenue = places
            .iter()
            .find(|i| i.etat == EtatPlace::Confirmee)
            .unwrap();
        let f = Suivi {
            presents: "0".into(),
            justifiees: "0".into(),
            injustifiees: "0".into(),
            etat: "annulee".into(),
            id_commande: commande(&tx),
            ..Suivi::default()
        };
        service::follow(&mut tx, &formateur(), URL, longue, tenue.id, &f)
            .await
            .unwrap();
        let places = store::places(&mut tx, &Perimetre::National, longue)
            .await
            .unwrap();
        assert_eq!(
            places
                .iter()
                .filter(|i| i.etat == EtatPlace::Confirmee)
                .count(),
            1
        );
        assert_eq!(
            places
                .iter()
                .filter(|i| i.etat == EtatPlace::ListeAttente)
                .count(),
            0
        );
        // Each sees their own.
        assert!(
            store::places(&mut tx, &Perimetre::Soi(p1), longue)
                .await
                .unwrap()
                .iter()
                .all(|i| i.personne == p1)
        );
    }
}

#[tokio::test]
async fn scenario_17_attendance_certificates_and_one_initial_training() {
    for b in bases().await {
        let mut tx = b.write().await.unwrap();
        let f = cdi(&tx, "2026-03-03");
        let (s, p, c) = hired(&mut tx, 1, &f).await;
        let id = session(&mut tx, "5", "m2_court").await;
        let autre = session(&mut tx, "5", "m2_court").await;
        test(&mut tx, c, "m2_court").await;
        let f = demande(&tx, c);
        assert_eq!(
            service::register(&mut tx, &gestionnaire(s), URL, id, &f)
                .await
                .unwrap(),
            EtatPlace::Confirmee
        );
        assert_eq!(
            service::register(&mut tx, &gestionnaire(s), URL, id, &f)
                .await
                .unwrap(),
            EtatPlace::Confirmee
        );
        let f = demande(&tx, c);
        let m = refused(service::register(&mut tx, &gestionnaire(s), URL, autre, &f).await);
        assert!(m.get("contrat").unwrap().contains("déjà financée"), "{m:?}");
        let place = store::places(&mut tx, &Perimetre::National, id)
            .await
            .unwrap()[0]
            .id;
        b.clock().advance_days(80);
        tx.commit().await.unwrap();
        let mut tx = b.write().await.unwrap();
        let mut f = Suivi {
            presents: "27".into(),
            justifiees: "2".into(),
            injustifiees: "2".into(),
            etat: "suivie".into(),
            titre: "ccp2".into(),
            resultat: "obtenu".into(),
            resultat_le: "2026-05-10".into(),
            id_commande: commande(&tx),
        };
        let m = refused(service::follow(&mut tx, &formateur(), URL, id, place, &f).await);
        assert!(
            m.get("presents").is_some() && m.get("titre").is_some(),
            "{m:?}"
        );
        f = Suivi {
            injustifiees: "1".into(),
            titre: "ccp1".into(),
            id_commande: commande(&tx),
            ..f
        };
        assert!(matches!(
            service::follow(&mut tx, &gestionnaire(s), URL, id, place, &f).await,
            Err(Erreur::Interdit(_))
        ));
        service::follow(&mut tx, &formateur(), URL, id, place, &f)
            .await
            .unwrap();
        service::follow(&mut tx, &formateur(), URL, id, place, &f)
            .await
            .unwrap();
        let certifications = store::certifications(&mut tx, p).await.unwrap();
        assert_eq!(certifications.len(), 1);
        assert!(holds(&certifications, Titre::Ccp1));
        assert_eq!(title_progress(&certifications), 1);
        let i = &store::places_of(&mut tx, p).await.unwrap()[0];
        assert_eq!(i.attendance().as_deref(), Some("96,4\u{a0}%"));
    }
}

#[tokio::test]
async fn a_session_belongs_to_its_body_and_its_market() {
    for b in bases().await {
        let mut tx = b.write().await.unwrap();
        let id = tx.new_id();
        store::insert_organisme(&mut tx, id, "Un", "a@essai.example")
            .await
            .unwrap();
        let f = NouvelleSession {
            organisme: id.to_string(),
            parcours: "p3".into(),
            commune: "Rennes (35000)".into(),
            debut: "2026-03-16".into(),
            fin: "2026-03-15".into(),
            capacite: "0".into(),
            demi_journees: "x".into(),
            id_commande: commande(&tx),
            ..NouvelleSession::default()
        };
        let e = refused(service::open(&mut tx, &formateur(), &f).await);
        for champ in ["parcours", "fin", "capacite", "demi_journees"] {
            assert!(e.get(champ).is_some(), "{champ}");
        }
        let autre = tx.new_id();
        let etranger = Acteur {
            role: Role::OrganismeFormation,
            perimetre: Perimetre::Structures(vec![autre]),
            ..formateur()
        };
        let f = NouvelleSession {
            id_commande: commande(&tx),
            ..f
        };
        assert!(
            refused(service::open(&mut tx, &etranger, &f).await)
                .get("organisme")
                .is_some()
        );
        assert!(matches!(
            service::open(&mut tx, &soi(Role::Conseiller, autre), &f).await,
            Err(Erreur::Interdit(_))
        ));
    }
}

#[tokio::test]
async fn a_body_sees_its_own_sessions_and_trainees_only() {
    // A18.
    for b in bases().await {
        let mut tx = b.write().await.unwrap();
        let (un, deux) = (tx.new_id(), tx.new_id());
        for (id, nom) in [(un, "Un"), (deux, "Deux")] {
            store::insert_organisme(&mut tx, id, nom, "a@essai.example")
                .await
                .unwrap();
        }
        organisme::serve(&mut tx, un, &["53".into()]).await.unwrap();
        organisme::serve(&mut tx, deux, &["93".into()])
            .await
            .unwrap();
        let of = |id| essai::acteur(Role::OrganismeFormation, Perimetre::Structures(vec![id]));
        let f = cdi(&tx, "2026-03-03");
        let (s, p, c) = hired(&mut tx, 1, &f).await;
        // The person to test is in Bretagne.
        let depuis = Date::constant(2025, 3, 3);
        for (id, n) in [(un, 1), (deux, 0)] {
            let p = organisme::served(&mut tx, &of(id)).await.unwrap();
            let attente = store::untested(&mut tx, &p, depuis).await.unwrap();
            assert_eq!(attente.len(), n);
        }
        let t = |tx: &Tx| Test {
            contrat: c.to_string(),
            le: "2026-03-03".into(),
            experience: "40".into(),
            posture: "70".into(),
            technique: "55".into(),
            parcours: "m2_court".into(),
            commentaire: String::new(),
            id_commande: commande(tx),
        };
        let f = t(&tx);
        let r = service::test(&mut tx, &of(deux), URL, &f).await;
        assert!(matches!(r, Err(Erreur::Introuvable)));
        service::test(&mut tx, &of(un), URL, &f).await.unwrap();
        let f = NouvelleSession {
            organisme: un.to_string(),
            parcours: "m2_court".into(),
            commune: "Rennes (35000)".into(),
            debut: "2026-03-16".into(),
            fin: "2026-04-30".into(),
            capacite: "8".into(),
            demi_journees: "30".into(),
            id_commande: commande(&tx),
            ..NouvelleSession::default()
        };
        let seance = service::open(&mut tx, &of(un), &f).await.unwrap();
        let f = demande(&tx, c);
        service::register(&mut tx, &gestionnaire(s), URL, seance, &f)
            .await
            .unwrap();
        let le = Date::constant(2026, 3, 3);
        for (id, n) in [(un, 1), (deux, 0)] {
            let p = organisme::calendar(&of(id));
            assert_eq!(store::sessions(&mut tx, &p, le).await.unwrap().len(), n);
            assert_eq!(
                store::trained(&mut tx, &p).await.unwrap().0,
                i64::try_from(n).unwrap()
            );
            assert_eq!(store::session(&mut tx, &p, seance).await.is_ok(), n == 1);
        }
        let place = store::places_of(&mut tx, p).await.unwrap()[0].id;
        let f = |tx: &Tx| Suivi {
            presents: "2".into(),
            justifiees: "0".into(),
            injustifiees: "0".into(),
            etat: "confirmee".into(),
            id_commande: commande(tx),
            ..Suivi::default()
        };
        let x = f(&tx);
        let r = service::follow(&mut tx, &of(deux), URL, seance, place, &x).await;
        assert!(matches!(r, Err(Erreur::Introuvable)));
        service::follow(&mut tx, &of(un), URL, seance, place, &x)
            .await
            .unwrap();
        // An account of no body sees nothing.
        let sans = essai::acteur(Role::OrganismeFormation, Perimetre::National);
        let p = organisme::calendar(&sans);
        assert!(store::sessions(&mut tx, &p, le).await.unwrap().is_empty());
        let p = organisme::served(&mut tx, &sans).await.unwrap();
        assert!(
            store::untested(&mut tx, &p, depuis)
                .await
                .unwrap()
                .is_empty()
        );
    }
}

#[tokio::test]
async fn an_access_is_given_for_one_body() {
    for b in bases().await {
        let mut tx = b.write().await.unwrap();
        let nouvel = organisme::Saisie {
            nom_organisme: "Pôle d'essai".into(),
            contact: "pole@essai.example".into(),
            regions: vec!["53".into()],
        };
        let a = formateur();
        let id = organisme::add(&mut tx, &a, &nouvel).await.unwrap();
        let faux = organisme::Saisie {
            regions: vec!["00".into()],
            contact: "pole".into(),
            ..nouvel
        };
        let e = refused(organisme::add(&mut tx, &a, &faux).await);
        for champ in ["nom_organisme", "contact", "regions"] {
            assert!(e.get(champ).is_some(), "{champ}");
        }
        let f = organisme::Acces {
            organisme: id.to_string(),
            prenom: "Ada".into(),
            nom: "Pôle".into(),
            courriel: "ada@pole.example".into(),
        };
        organisme::give_access(&mut tx, &a, URL, &f).await.unwrap();
        let le = tx.today();
        let role = Role::OrganismeFormation;
        let qui = comptes::attribution::personnes(&mut tx, role, Some(id), None, le)
            .await
            .unwrap();
        assert_eq!(qui.len(), 1);
        tx.commit().await.unwrap();
        assert_eq!(
            subjects(&b, "ada@pole.example").await,
            ["Votre accès à Maillage"]
        );
        let mut tx = b.write().await.unwrap();
        let autre = essai::acteur(role, Perimetre::Structures(vec![id]));
        let r = organisme::give_access(&mut tx, &autre, URL, &f).await;
        assert!(matches!(r, Err(Erreur::Interdit(_))));
    }
}
