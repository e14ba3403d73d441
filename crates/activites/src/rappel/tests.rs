use jiff::civil::Date;
use socle::{Acteur, Erreur, Perimetre, Role, Tx, courrier, essai};
use web::{Champs, essai::TestApp};

use super::{Etape, Faits, Groupe, full_weeks, service, store};
use crate::{
    activite::{self, TypeActivite},
    tests::{Monde, bases, counsellor, head},
};

fn le(a: i16, m: i8, j: i8) -> Date {
    Date::constant(a, m, j)
}

fn faits() -> Faits {
    Faits {
        aujourdhui: le(2026, 3, 3),
        debut_contrat: le(2025, 6, 1),
        derniere: None,
        fin_formation: None,
        recentes: 0,
    }
}

/// §9, row by row.
#[test]
fn the_first_row_that_matches_gives_the_group() {
    let g = |f: Faits| (f.group(), f.steps().len());
    let arrive = |j| Faits {
        debut_contrat: j,
        ..faits()
    };
    assert_eq!(g(arrive(le(2026, 2, 2))), (Groupe::Nouveau, 0), "t = 29");
    assert_eq!(g(arrive(le(2026, 2, 1))), (Groupe::Jamais, 1), "t = 30");
    assert_eq!(g(arrive(le(2026, 1, 17))), (Groupe::Jamais, 2), "t = 45");
    let vu = |j, n| Faits {
        derniere: Some(j),
        recentes: n,
        ..faits()
    };
    assert_eq!(g(vu(le(2026, 2, 1), 0)), (Groupe::Arret, 1));
    assert_eq!(g(vu(le(2026, 2, 2), 15)), (Groupe::Faible, 0));
    assert_eq!(g(vu(le(2026, 2, 2), 16)), (Groupe::Regulier, 0));
    // Eight full weeks after the start of the contract are needed to be rare.
    let (debut, fin) = full_weeks(le(2026, 3, 3));
    assert_eq!((debut, fin), (le(2026, 1, 5), le(2026, 3, 1)));
    let recent = Faits {
        debut_contrat: le(2026, 1, 6),
        ..vu(le(2026, 3, 2), 1)
    };
    assert_eq!(g(recent), (Groupe::Regulier, 0));
    // A training that ended opens a new count.
    let forme = Faits {
        fin_formation: Some(le(2026, 2, 20)),
        ..vu(le(2025, 12, 1), 20)
    };
    assert_eq!(g(forme), (Groupe::Regulier, 0));
}

async fn record(tx: &mut Tx, m: &Monde, commande: &str) {
    let aujourdhui = tx.today();
    let f = Champs::default()
        .with("id_commande", commande)
        .with("date", aujourdhui)
        .with("duree", "45")
        .with("lieu", "a_distance")
        .with("thematiques", "email");
    activite::service::record(tx, &m.moi, TypeActivite::Individuel, &f)
        .await
        .unwrap();
}

async fn sent(tx: &mut Tx) -> Vec<(String, String)> {
    let mut v: Vec<(String, String)> = courrier::recent(tx, 100)
        .await
        .unwrap()
        .into_iter()
        .map(|c| (c.a, c.sujet))
        .collect();
    v.reverse();
    v
}

/// The référent of the structure and a coordinateur of the person.
async fn around(tx: &mut Tx, m: &Monde) -> (String, String) {
    let referent = crate::tests::person(tx, "Réda").await;
    let coordinateur = crate::tests::person(tx, "Coline").await;
    let du = le(2025, 6, 1);
    let c = programme::structure::Contact {
        personne: referent,
        role: "referent".into(),
        fonction: "Directrice".into(),
    };
    programme::structure::add_contact(tx, m.structure, &c, du)
        .await
        .unwrap();
    let i = crate::equipe::Intervalle {
        id: tx.new_id(),
        coordinateur,
        membre: m.moi.personne.unwrap(),
        entree: du,
        sortie: None,
    };
    crate::equipe::store::insert(tx, &i, crate::equipe::Origine::Ajout)
        .await
        .unwrap();
    let mut courriels = Vec::new();
    for p in [referent, coordinateur] {
        courriels.push(comptes::personne::get(tx, p).await.unwrap().courriel);
    }
    (courriels.remove(0), courriels.remove(0))
}

#[tokio::test]
async fn one_mail_per_step_and_recipient_until_an_activity_ends_the_episode() {
    // Scenario 19.
    for (b, m) in bases().await {
        let mut tx = b.write().await.unwrap();
        let (referent, coordinateur) = around(&mut tx, &m).await;
        let moi = comptes::personne::get(&mut tx, m.moi.personne.unwrap())
            .await
            .unwrap()
            .courriel;
        record(&mut tx, &m, "c1").await;
        tx.commit().await.unwrap();
        // Every day, the job runs, and runs again.
        for jour in 1..=60 {
            b.clock().advance_days(1);
            for _ in 0..2 {
                let mut tx = b.write().await.unwrap();
                service::run(&mut tx).await.unwrap();
                let attendus = match jour {
                    ..30 => 0,
                    30..45 => 1,
                    _ => 4,
                };
                assert_eq!(sent(&mut tx).await.len(), attendus, "day {jour}");
                tx.commit().await.unwrap();
            }
        }
        let mut tx = b.write().await.unwrap();
        let v = sent(&mut tx).await;
        assert_eq!(v[0].0, moi, "the person first");
        assert_eq!(v.iter().filter(|(a, _)| *a == moi).count(), 2);
        for a in [&referent, &coordinateur] {
            assert_eq!(v.iter().filter(|(x, _)| x == a).count(), 1, "{a}");
        }
        // An activity ends the episode; the next silence opens another.
        record(&mut tx, &m, "c2").await;
        service::run(&mut tx).await.unwrap();
        let r = service::mine(&mut tx, m.moi.personne.unwrap())
            .await
            .unwrap()
            .unwrap();
        assert!(!r.groupe.is_silent());
        tx.commit().await.unwrap();
        for _ in 0..29 {
            b.clock().advance_days(1);
            let mut tx = b.write().await.unwrap();
            service::run(&mut tx).await.unwrap();
            assert_eq!(sent(&mut tx).await.len(), 4);
            tx.commit().await.unwrap();
        }
        b.clock().advance_days(1);
        let mut tx = b.write().await.unwrap();
        assert_eq!(service::run(&mut tx).await.unwrap(), 1);
        let dits: Vec<Groupe> = store::groups(&mut tx, m.moi.personne.unwrap())
            .await
            .unwrap()
            .into_iter()
            .map(|(g, _)| g)
            .collect();
        assert_eq!(
            dits,
            [Groupe::Arret, Groupe::Faible, Groupe::Arret, Groupe::Faible]
        );
        tx.commit().await.unwrap();
    }
}

#[tokio::test]
async fn a_missed_run_catches_up_without_saying_it_twice() {
    for (b, m) in bases().await {
        let mut tx = b.write().await.unwrap();
        around(&mut tx, &m).await;
        record(&mut tx, &m, "c1").await;
        tx.commit().await.unwrap();
        b.clock().advance_days(50);
        let mut tx = b.write().await.unwrap();
        // One to the person, one to each of the two others.
        assert_eq!(service::run(&mut tx).await.unwrap(), 3);
        assert_eq!(service::run(&mut tx).await.unwrap(), 0);
        let r = service::mine(&mut tx, m.moi.personne.unwrap())
            .await
            .unwrap()
            .unwrap();
        let etapes = store::steps(&mut tx, r.personne, r.reference)
            .await
            .unwrap();
        // The first step is in the log, as left aside.
        assert!(etapes.iter().any(|e| e.etape == Etape::UnMois && !e.envoye));
        assert_eq!(etapes.len(), 4);
    }
}

#[tokio::test]
async fn reminders_stop_with_a_reason_and_start_again_with_an_activity() {
    for (b, m) in bases().await {
        let moi = m.moi.personne.unwrap();
        let mut tx = b.write().await.unwrap();
        around(&mut tx, &m).await;
        let ailleurs = crate::tests::employer(&mut tx, 7).await;
        record(&mut tx, &m, "c1").await;
        tx.commit().await.unwrap();
        b.clock().advance_days(31);
        let mut tx = b.write().await.unwrap();
        assert_eq!(service::run(&mut tx).await.unwrap(), 1);
        let chef = head(m.structure);
        let sans = service::stop(&mut tx, &chef, moi, " ").await;
        assert!(matches!(sans, Err(Erreur::Saisie(_))));
        for autre in [
            head(ailleurs),
            counsellor(&mut tx, "Ali", m.structure, le(2025, 6, 1), None).await,
        ] {
            let r = service::stop(&mut tx, &autre, moi, "congé").await;
            assert!(matches!(r, Err(Erreur::Introuvable)), "{r:?}");
        }
        service::stop(&mut tx, &chef, moi, "Congé maternité")
            .await
            .unwrap();
        tx.commit().await.unwrap();
        b.clock().advance_days(20);
        let mut tx = b.write().await.unwrap();
        service::run(&mut tx).await.unwrap();
        let v = sent(&mut tx).await;
        let p = comptes::personne::get(&mut tx, moi).await.unwrap();
        assert_eq!(v.iter().filter(|(a, _)| *a == p.courriel).count(), 1);
        record(&mut tx, &m, "c2").await;
        tx.commit().await.unwrap();
        b.clock().advance_days(31);
        let mut tx = b.write().await.unwrap();
        service::run(&mut tx).await.unwrap();
        let v = sent(&mut tx).await;
        assert_eq!(
            v.iter().filter(|(a, _)| *a == p.courriel).count(),
            2,
            "a new episode"
        );
        tx.commit().await.unwrap();
    }
}

#[tokio::test]
async fn names_for_colleagues_counts_for_territories() {
    for (b, m) in bases().await {
        b.clock().advance_days(40);
        let mut tx = b.write().await.unwrap();
        service::run(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
        let autre = essai::acteur(Role::GestionnaireStructure, Perimetre::Structures(vec![]));
        let app = TestApp::new(b, &crate::routes());
        let mut c = app.as_acteur(&m.moi);
        c.get("/activites/rythme")
            .await
            .expect(200)
            .shows("Vous n&#39;avez pas encore enregistré")
            .shows("Vous étiez absent");
        let moi = m.moi.personne.unwrap();
        let arreter = format!("/activites/rythme/{moi}/arreter");
        c.post(&arreter, &[("motif", "")]).await.expect(422);
        let mut c = app.as_acteur(&head(m.structure));
        c.get("/activites/rythme/equipe")
            .await
            .expect(200)
            .shows("Awa Essai");
        c.post(&arreter, &[("motif", "")])
            .await
            .expect(422)
            .shows("Dites pourquoi");
        let mut c = app.as_acteur(&autre);
        c.get("/activites/rythme/equipe")
            .await
            .expect(200)
            .shows("Personne à montrer");
        c.post(&arreter, &[("motif", "congé")]).await.expect(404);
        let prefet = essai::acteur(Role::Prefecture, Perimetre::Departements(vec!["35".into()]));
        let mut c = app.as_acteur(&prefet);
        let page = c.get("/activites/rythme/territoire").await;
        page.expect(200).shows("Ille-et-Vilaine");
        assert!(!page.texte().contains("Awa"));
        c.get("/activites/rythme/equipe").await.expect(403);
        let moi: Acteur = m.moi.clone();
        app.as_acteur(&moi)
            .get("/activites/rythme/territoire")
            .await
            .expect(403);
    }
}
