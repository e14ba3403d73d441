//! The ground floor on real databases.

use std::sync::Arc;

use serde_json::json;

use crate::{
    Base, Config, Erreur, MIGRATIONS, Perimetre, Role,
    base::copie,
    commande, courrier, essai,
    essai::TestBase,
    historique,
    jobs::{self, When, Worker},
    journal, params, reference, sql,
};

async fn bases() -> Vec<TestBase> {
    essai::bases(&[MIGRATIONS]).await
}

#[tokio::test]
async fn both_schemas_are_equal() {
    let bases = bases().await;
    let sqlite = bases[0].schema().await.unwrap();
    assert!(sqlite.len() > 30);
    for b in &bases[1..] {
        assert_eq!(b.schema().await.unwrap(), sqlite);
    }
}

#[tokio::test]
async fn every_statement_is_prepared() {
    for b in bases().await {
        let n = essai::prepare_all(&b, concat!(env!("CARGO_MANIFEST_DIR"), "/src")).await;
        assert!(n > 20, "{n} statements found");
    }
}

#[tokio::test]
async fn a_changed_migration_is_refused() {
    const A: &[crate::Migration] = &[crate::Migration {
        nom: "0001_socle",
        sql: "CREATE TABLE x (a TEXT) STRICT;",
    }];
    for b in bases().await {
        assert!(b.migrate(&[MIGRATIONS]).await.unwrap().is_empty());
        assert!(
            matches!(b.migrate(&[A]).await, Err(Erreur::Interne(m)) if m.contains("0001_socle"))
        );
    }
}

#[tokio::test]
async fn nothing_lasts_without_commit_and_the_journal_chains() {
    let a = essai::acteur(Role::Administrateur, Perimetre::National);
    for b in bases().await {
        let mut tx = b.write().await.unwrap();
        historique::append(&mut tx, &a, "essai", "1", None, "ouvert", None)
            .await
            .unwrap();
        drop(tx);
        for i in 0..3 {
            let mut tx = b.write().await.unwrap();
            historique::append(&mut tx, &a, "essai", "1", None, "ouvert", Some("motif"))
                .await
                .unwrap();
            journal::record(&mut tx, &a, "essai.ouvrir", "essai", i, json!({ "n": i }));
            tx.commit().await.unwrap();
        }
        let mut tx = b.read().await.unwrap();
        let h = historique::read(&mut tx, "essai", "1").await.unwrap();
        assert_eq!(h.iter().map(|e| e.numero).collect::<Vec<_>>(), [1, 2, 3]);
        drop(tx);
        assert_eq!(journal::verify(&b).await.unwrap(), None);
        b.raw("UPDATE journal SET donnees = '{\"n\":9}' WHERE numero = 2")
            .await
            .unwrap();
        assert_eq!(journal::verify(&b).await.unwrap(), Some(2));
    }
}

#[tokio::test]
async fn the_same_command_has_one_effect() {
    let a = essai::acteur(Role::Prefecture, Perimetre::Departements(vec!["35".into()]));
    for b in bases().await {
        let mut tx = b.write().await.unwrap();
        assert_eq!(
            commande::claim(&mut tx, &a, "c1", "avis", "x")
                .await
                .unwrap(),
            None
        );
        commande::conclude(&mut tx, &a, "c1", "dossier 7")
            .await
            .unwrap();
        tx.commit().await.unwrap();
        let mut tx = b.write().await.unwrap();
        assert_eq!(
            commande::claim(&mut tx, &a, "c1", "avis", "x")
                .await
                .unwrap(),
            Some("dossier 7".into())
        );
        assert!(matches!(
            commande::claim(&mut tx, &a, "c1", "avis", "y").await,
            Err(Erreur::Conflit(_))
        ));
    }
}

#[tokio::test]
async fn a_job_runs_once_among_workers_and_failures_are_retried() {
    for b in bases().await {
        let mut tx = b.write().await.unwrap();
        for _ in 0..2 {
            jobs::enqueue(
                &mut tx,
                "essai.compter",
                &json!({ "x": 1 }),
                When::Now,
                Some("unique"),
            )
            .await
            .unwrap();
        }
        jobs::enqueue(&mut tx, "essai.echouer", &json!(null), When::Now, None)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        let faits = Arc::new(std::sync::atomic::AtomicUsize::new(0));
        let f = faits.clone();
        let w = Worker::new()
            .on("essai.compter", move |_, _| {
                let f = f.clone();
                async move {
                    f.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
                    Ok(())
                }
            })
            .on("essai.echouer", |_, _| async {
                Err(Erreur::Interne("serveur fermé".into()))
            });
        let base: &Base = &b;
        let (x, y) = tokio::join!(w.run_all(base), w.run_all(base));
        assert_eq!(x.unwrap() + y.unwrap(), 2);
        assert_eq!(faits.load(std::sync::atomic::Ordering::SeqCst), 1);
        b.clock().advance(61);
        assert_eq!(
            w.run_all(base).await.unwrap(),
            1,
            "the failed job comes back after a minute"
        );
    }
}

#[tokio::test]
async fn daily_jobs_are_queued_once_a_day() {
    for b in bases().await {
        let w = Worker::new()
            .on("essai.jour", |_, _| async { Ok(()) })
            .daily("essai.jour", 6);
        for attendu in [1, 0] {
            w.schedule(&b).await.unwrap();
            assert_eq!(w.run_all(&b).await.unwrap(), attendu);
        }
        b.clock().advance_days(1);
        w.schedule(&b).await.unwrap();
        assert_eq!(w.run_all(&b).await.unwrap(), 1);
    }
}

#[tokio::test]
async fn a_worker_without_work_asks_one_thing_a_second() {
    for b in bases().await {
        let noms = ["essai.a", "essai.b", "essai.c", "essai.d"];
        let w = noms.into_iter().fold(Worker::new(), |w, n| {
            w.on(n, |_, _| async { Ok(()) }).daily(n, 6)
        });
        let mut minute = 0;
        while w.turn(&b, &mut minute).await.unwrap() {}
        let enonces = essai::Enonces::listen();
        for _ in 0..60 {
            b.clock().advance(1);
            assert!(!w.turn(&b, &mut minute).await.unwrap());
        }
        // One look for a job each second, one for the daily jobs.
        let vus = enonces.take();
        assert_eq!(vus.len(), 61, "{vus:#?}");
        // Missing one of them, the next minute puts it back, alone.
        let mut tx = b.write().await.unwrap();
        tx.execute(sql!("DELETE FROM job WHERE genre = $1"), params!["essai.c"])
            .await
            .unwrap();
        tx.commit().await.unwrap();
        b.clock().advance(60);
        assert!(w.turn(&b, &mut minute).await.unwrap());
        assert!(!w.turn(&b, &mut minute).await.unwrap());
    }
}

#[tokio::test]
async fn an_email_is_sealed_written_once_and_kept_without_a_server() {
    for b in bases().await {
        let mut tx = b.write().await.unwrap();
        let m = courrier::Message {
            a: "awa@exemple.fr",
            sujet: "Bonjour",
            texte: "Un lien",
            cle: "k1",
        };
        courrier::send(&mut tx, m).await.unwrap();
        courrier::send(&mut tx, m).await.unwrap();
        tx.commit().await.unwrap();
        courrier::worker(&Config::default())
            .run_all(&b)
            .await
            .unwrap();
        let mut tx = b.read().await.unwrap();
        let lus = courrier::recent(&mut tx, 10).await.unwrap();
        assert_eq!(lus.len(), 1);
        assert_eq!(
            (lus[0].a.as_str(), lus[0].etat.as_str()),
            ("awa@exemple.fr", "garde")
        );
        let l = tx
            .row(sql!("SELECT destinataire FROM courrier"), params![])
            .await
            .unwrap()
            .unwrap();
        assert!(
            !l.get::<Vec<u8>>("destinataire")
                .unwrap()
                .windows(3)
                .any(|w| w == b"awa")
        );
    }
}

#[tokio::test]
async fn reference_values_are_those_of_the_date() {
    for b in bases().await {
        b.raw(
            "INSERT INTO reference VALUES
             ('smic','brut','','SMIC','182303',1,'2026-01-01',NULL,'décret','a_verifier'),
             ('smic','brut','','SMIC','180180',1,'2024-11-01','2025-12-31','décret','a_verifier'),
             ('smic','brut','976','SMIC','141505',1,'2026-01-01',NULL,'décret','a_verifier')",
        )
        .await
        .unwrap();
        let mut tx = b.read().await.unwrap();
        let d = |s: &str| s.parse::<jiff::civil::Date>().unwrap();
        let v = |e: Option<reference::Entree>| e.and_then(|e| e.valeur);
        assert_eq!(
            reference::value(&mut tx, "smic", "brut", d("2025-06-01"))
                .await
                .unwrap()
                .unwrap(),
            "180180"
        );
        let m = reference::entry(&mut tx, "smic", "brut", "976", d("2026-06-01"))
            .await
            .unwrap();
        assert_eq!(v(m).unwrap(), "141505");
        let m = reference::entry(&mut tx, "smic", "brut", "35", d("2026-06-01"))
            .await
            .unwrap();
        assert_eq!(v(m).unwrap(), "182303");
        assert_eq!(
            reference::value(&mut tx, "smic", "brut", d("2020-01-01"))
                .await
                .unwrap(),
            None
        );
    }
}

#[tokio::test]
async fn a_copy_holds_the_same_rows_in_the_other_database_and_back() {
    let a = essai::acteur(Role::Administrateur, Perimetre::National);
    for de in bases().await {
        let mut tx = de.write().await.unwrap();
        let m = courrier::Message {
            a: "awa@exemple.fr",
            sujet: "Bonjour",
            texte: "Un lien",
            cle: "",
        };
        courrier::send(&mut tx, m).await.unwrap();
        for i in 0..2_500 {
            historique::append(&mut tx, &a, "essai", i, None, "ouvert", None)
                .await
                .unwrap();
        }
        journal::record(&mut tx, &a, "essai.ouvrir", "essai", 1, json!({}));
        tx.commit().await.unwrap();
        for vers in bases().await {
            let releves = copie::copy(&de, &vers, &|_, _| ()).await.unwrap();
            assert_eq!(releves, copie::survey(&de).await.unwrap());
            assert_eq!(releves, copie::survey(&vers).await.unwrap());
            assert_eq!(
                releves
                    .iter()
                    .find(|r| r.table == "historique")
                    .unwrap()
                    .lignes,
                2_500
            );
            assert_eq!(journal::verify(&vers).await.unwrap(), None);
            vers.raw("UPDATE historique SET vers = 'ferme' WHERE objet_id = '7'")
                .await
                .unwrap();
            assert_ne!(releves, copie::survey(&vers).await.unwrap());
        }
    }
}
