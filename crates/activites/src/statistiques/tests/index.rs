//! Acceptance 3: the index answers as the oracle does, on random data, random
//! questions, with edits, deletions, merges and anonymisations in between, on
//! both databases; a second process sees every write; a restart is a restart.

use jiff::civil::Date;
use socle::{
    Base, Perimetre,
    base::{Dialecte, Sql},
    demo::Alea,
    essai, params, sql,
};

use super::{
    d,
    hasard::{
        add, auteur, broad_question, change, plain_question, random_question, structure, world,
    },
    question,
};
use crate::{
    chiffres,
    statistiques::{
        self, Filtres, Listes, Portee, Question, Reponse, oracle,
        suivi::{self, Suivi},
    },
    tests::TOUTES,
};

/// Asks both, in one transaction.
async fn same(base: &Base, q: &Question, quand: &str) -> Reponse {
    let mut tx = base.read().await.unwrap();
    let index = suivi::repondre(&mut tx, q).await.unwrap();
    let oracle = oracle::repondre(&mut tx, q).await.unwrap();
    assert_eq!(index, oracle, "{quand}: {q:#?}");
    index
}

/// Y9, W20: whatever happens to activities and people, the index counts what
/// the tables say.
#[tokio::test(flavor = "multi_thread")]
async fn the_index_answers_as_the_oracle() {
    for b in essai::bases(TOUTES).await {
        for graine in 0..2 {
            let mut alea = Alea::new(graine);
            let mut tx = b.write().await.unwrap();
            if graine == 0 {
                world(&mut tx).await;
            }
            for _ in 0..40 {
                add(&mut tx, &mut alea).await;
            }
            tx.commit().await.unwrap();
            for tour in 0..10 {
                for _ in 0..4 {
                    for q in [
                        random_question(&mut alea),
                        plain_question(&mut alea),
                        broad_question(&mut alea),
                    ] {
                        same(&b, &q, &format!("graine {graine}, tour {tour}")).await;
                    }
                }
                let mut tx = b.write().await.unwrap();
                for _ in 0..3 {
                    change(&mut tx, &mut alea).await;
                }
                tx.commit().await.unwrap();
            }
        }
        let [gardee, relue] = b.attached::<Suivi>().threads();
        assert_eq!(gardee, relue, "the thread of people follows every change");
        assert_eq!(suivi::verify(&b).await.unwrap(), []);
        assert_eq!(suivi::mended(&b).await, 0, "no chain had to be mended");
    }
}

/// What other spaces read comes from the index too: as the tables say.
async fn same_figures(base: &Base, p: &Perimetre, debut: Date, fin: Date) {
    let mut lit = base.read().await.unwrap();
    let mut ecrit = base.write().await.unwrap();
    macro_rules! same {
        ($f:ident) => {
            assert_eq!(
                chiffres::$f(&mut lit, p, debut, fin).await.unwrap(),
                chiffres::$f(&mut ecrit, p, debut, fin).await.unwrap(),
                "{p:?} {debut} {fin}"
            );
        };
    }
    same!(par_departement);
    same!(par_mois);
    same!(total);
    same!(par_thematique);
}

#[tokio::test(flavor = "multi_thread")]
async fn figures_of_other_spaces_are_those_of_the_tables() {
    for b in essai::bases(TOUTES).await {
        let mut alea = Alea::new(9);
        let mut tx = b.write().await.unwrap();
        world(&mut tx).await;
        for _ in 0..60 {
            add(&mut tx, &mut alea).await;
        }
        tx.commit().await.unwrap();
        for p in [
            Perimetre::National,
            Perimetre::Aucun,
            Perimetre::Departements(vec!["33".into(), "35".into()]),
            Perimetre::Structures(vec![structure(1)]),
            Perimetre::Soi(auteur(0)),
        ] {
            same_figures(&b, &p, d(2025, 2, 10), d(2025, 11, 3)).await;
            same_figures(&b, &p, d(2025, 6, 1), d(2025, 6, 30)).await;
        }
    }
}

/// A short answer is the whole one with its small cells put together.
#[tokio::test(flavor = "multi_thread")]
async fn a_short_answer_is_the_whole_one_shortened() {
    let b = essai::sqlite(TOUTES).await;
    let mut alea = Alea::new(12);
    let mut tx = b.write().await.unwrap();
    world(&mut tx).await;
    for _ in 0..60 {
        add(&mut tx, &mut alea).await;
    }
    tx.commit().await.unwrap();
    for lieux in 0..4 {
        for q in [random_question(&mut alea), plain_question(&mut alea)] {
            let q = Question {
                listes: Listes {
                    auteurs: alea.chance(50),
                    structures: alea.chance(50),
                    lieux,
                },
                ..q
            };
            let mut lit = b.read().await.unwrap();
            let court = statistiques::repondre(&mut lit, &q).await.unwrap();
            // In a transaction that writes, the tables answer.
            let mut ecrit = b.write().await.unwrap();
            let tables = statistiques::repondre(&mut ecrit, &q).await.unwrap();
            assert_eq!(court, tables, "{q:#?}");
        }
    }
}

/// The same database, opened as another process does.
async fn again(base: &Base) -> Base {
    let mut tx = base.read().await.unwrap();
    let url = match tx.dialecte() {
        Dialecte::Sqlite => {
            let l = tx.row(Sql("PRAGMA database_list"), params![]).await;
            l.unwrap().unwrap().get::<String>("file").unwrap()
        }
        Dialecte::Postgres => {
            let l = tx
                .row(
                    Sql("SELECT CAST(current_database() AS text) AS n"),
                    params![],
                )
                .await;
            let serveur = std::env::var("MAILLAGE_TEST_POSTGRES").unwrap();
            let nom: String = l.unwrap().unwrap().get("n").unwrap();
            format!("{}/{nom}", serveur.trim_end_matches('/'))
        }
    };
    Base::open(&url, essai::outils(77)).await.unwrap()
}

fn everything() -> Question {
    question(Portee::National, Filtres::default())
}

async fn counted(base: &Base) -> i64 {
    let mut tx = base.read().await.unwrap();
    let r = suivi::repondre(&mut tx, &everything()).await.unwrap();
    r.totaux.activites() + r.totaux.accompagnements_agents
}

/// W20: once a write is acknowledged, every later read counts it, in every
/// process; what is not committed counts nowhere.
#[tokio::test(flavor = "multi_thread")]
async fn a_write_is_counted_by_every_process() {
    for a in essai::bases(TOUTES).await {
        let b = again(&a).await;
        let mut alea = Alea::new(5);
        let mut tx = a.write().await.unwrap();
        world(&mut tx).await;
        tx.commit().await.unwrap();
        for tour in 0..10 {
            let (ecrit, lit): (&Base, &Base) = if tour % 2 == 0 { (&a, &b) } else { (&b, &a) };
            let mut tx = ecrit.write().await.unwrap();
            add(&mut tx, &mut alea).await;
            let avant = same(lit, &everything(), "not committed").await;
            assert_eq!(avant.version, tour);
            // A transaction that writes is answered from the tables, its own
            // rows included, and the index stays what is committed.
            let dedans = statistiques::repondre(&mut tx, &everything())
                .await
                .unwrap();
            assert_eq!(dedans.version, tour + 1);
            tx.commit().await.unwrap();
            for base in [lit, ecrit] {
                let apres = same(base, &everything(), "committed").await;
                assert_eq!(apres.version, tour + 1);
            }
        }
        let mut tx = a.write().await.unwrap();
        add(&mut tx, &mut alea).await;
        drop(tx);
        assert_eq!(same(&a, &everything(), "abandoned").await.version, 10);
        b.close().await;
    }
}

/// Many readers and a writer at once: each answer is of one state.
#[tokio::test(flavor = "multi_thread")]
async fn readers_together_never_go_back() {
    for b in essai::bases(TOUTES).await {
        let base: Base = (*b).clone();
        let mut alea = Alea::new(6);
        let mut tx = base.write().await.unwrap();
        world(&mut tx).await;
        tx.commit().await.unwrap();
        let mut lecteurs = Vec::new();
        for _ in 0..4 {
            let base = base.clone();
            lecteurs.push(tokio::spawn(async move {
                let mut vu = 0;
                while vu < 15 {
                    let mut tx = base.read().await.unwrap();
                    let r = suivi::repondre(&mut tx, &everything()).await.unwrap();
                    assert!(r.version >= vu);
                    let t = r.totaux;
                    assert_eq!(
                        t.activites(),
                        r.auteurs.values().map(|p| p.activites).sum::<i64>()
                    );
                    vu = r.version;
                }
            }));
        }
        for _ in 0..15 {
            let mut tx = base.write().await.unwrap();
            add(&mut tx, &mut alea).await;
            tx.commit().await.unwrap();
        }
        for l in lecteurs {
            l.await.unwrap();
        }
    }
}

/// A restart reads its checkpoint and the journal after it; a damaged or
/// foreign one is ignored.
#[tokio::test(flavor = "multi_thread")]
async fn a_restart_from_the_checkpoint_is_a_rebuild() {
    let dossier = tempfile::tempdir().unwrap();
    for (n, b) in essai::bases(TOUTES).await.into_iter().enumerate() {
        let fichier = dossier.path().join(format!("{n}.statistiques"));
        let mut alea = Alea::new(8);
        let mut tx = b.write().await.unwrap();
        world(&mut tx).await;
        for _ in 0..30 {
            add(&mut tx, &mut alea).await;
        }
        tx.commit().await.unwrap();
        suivi::keep_in(&b, fichier.clone()).await;
        suivi::save(&b).await.unwrap();
        let mut tx = b.write().await.unwrap();
        for _ in 0..6 {
            change(&mut tx, &mut alea).await;
        }
        tx.commit().await.unwrap();

        let (lu, _) = suivi::sauvegarde::read(&fichier).unwrap();
        assert_eq!((lu.version, lu.len()), (30, 30));
        let relance = again(&b).await;
        suivi::keep_in(&relance, fichier.clone()).await;
        for _ in 0..6 {
            same(&relance, &random_question(&mut alea), "restarted").await;
            same(&relance, &plain_question(&mut alea), "restarted").await;
        }
        // A change after the restart, on sums that were made again.
        let mut tx = relance.write().await.unwrap();
        for _ in 0..4 {
            change(&mut tx, &mut alea).await;
        }
        tx.commit().await.unwrap();
        for _ in 0..6 {
            same(&relance, &plain_question(&mut alea), "restarted, changed").await;
        }
        relance.close().await;

        // One bit turned anywhere, a file cut short: read from the tables.
        let octets = std::fs::read(&fichier).unwrap();
        for i in [3, 20, octets.len() / 3, octets.len() / 2, octets.len() - 4] {
            let mut abimes = octets.clone();
            abimes[i] ^= 16;
            std::fs::write(&fichier, &abimes).unwrap();
            assert!(suivi::sauvegarde::read(&fichier).is_none(), "octet {i}");
        }
        std::fs::write(&fichier, &octets[..octets.len() / 2]).unwrap();
        let relance = again(&b).await;
        suivi::keep_in(&relance, fichier.clone()).await;
        same(&relance, &everything(), "damaged").await;
        relance.close().await;

        // The checkpoint of another database: its journal says otherwise.
        std::fs::write(&fichier, &octets).unwrap();
        let mut tx = b.write().await.unwrap();
        tx.execute(
            sql!("UPDATE activite_journal SET le = '2020-01-01T00:00:00.000Z' WHERE numero = $1"),
            params![30],
        )
        .await
        .unwrap();
        tx.commit().await.unwrap();
        let relance = again(&b).await;
        suivi::keep_in(&relance, fichier.clone()).await;
        same(&relance, &everything(), "foreign").await;
        relance.close().await;
    }
}

/// `doctor`: a month that differs is seen, and read again.
#[tokio::test(flavor = "multi_thread")]
async fn a_month_that_differs_is_mended() {
    for b in essai::bases(TOUTES).await {
        let mut alea = Alea::new(4);
        let mut tx = b.write().await.unwrap();
        world(&mut tx).await;
        for _ in 0..30 {
            add(&mut tx, &mut alea).await;
        }
        tx.commit().await.unwrap();
        let avant = counted(&b).await;
        // Somebody went round the journal.
        let mut tx = b.write().await.unwrap();
        tx.execute(
            sql!(
                "UPDATE activite SET etat = 'supprimee' WHERE id = (SELECT min(id) FROM activite)"
            ),
            params![],
        )
        .await
        .unwrap();
        tx.commit().await.unwrap();
        assert_eq!(counted(&b).await, avant);
        let ecarts = suivi::verify(&b).await.unwrap();
        assert_eq!(ecarts.len(), 1);
        assert_eq!(ecarts[0].index, ecarts[0].tables + 1);
        assert_eq!(suivi::verify(&b).await.unwrap(), []);
        for _ in 0..6 {
            same(&b, &plain_question(&mut alea), "mended").await;
            same(&b, &random_question(&mut alea), "mended").await;
        }
        let mut tx = b.write().await.unwrap();
        for _ in 0..4 {
            change(&mut tx, &mut alea).await;
        }
        tx.commit().await.unwrap();
        for _ in 0..6 {
            same(&b, &plain_question(&mut alea), "mended, changed").await;
        }
    }
}

/// A month rewritten in one piece counts the same.
#[tokio::test(flavor = "multi_thread")]
async fn compaction_changes_nothing() {
    let b = essai::sqlite(TOUTES).await;
    let mut alea = Alea::new(3);
    let mut tx = b.write().await.unwrap();
    world(&mut tx).await;
    for _ in 0..40 {
        add(&mut tx, &mut alea).await;
    }
    tx.commit().await.unwrap();
    counted(&b).await;
    let mut tx = b.write().await.unwrap();
    for _ in 0..10 {
        change(&mut tx, &mut alea).await;
    }
    tx.commit().await.unwrap();
    let mut tx = b.read().await.unwrap();
    let questions: Vec<Question> = (0..20)
        .flat_map(|_| [random_question(&mut alea), plain_question(&mut alea)])
        .collect();
    let mut avant = Vec::new();
    for q in &questions {
        avant.push(suivi::repondre(&mut tx, q).await.unwrap());
    }
    tx.attached::<Suivi>().compact_all();
    for (q, a) in questions.iter().zip(avant) {
        assert_eq!(suivi::repondre(&mut tx, q).await.unwrap(), a);
    }
}
