//! The demonstration on real databases.

use std::sync::atomic::{AtomicU64, Ordering};

use jiff::civil::{Date, Weekday};
use socle::{
    Perimetre,
    demo::{Alea, Taille},
    params, sql,
};

use crate::{chiffres, tests::bases};

#[tokio::test]
async fn the_same_seed_gives_the_same_working_days() {
    let mut vus = Vec::new();
    for (b, m) in bases().await {
        let faites = AtomicU64::new(0);
        let taille = Taille::petite();
        super::seed(&b, &mut Alea::new(7), &taille, &|n| {
            faites.fetch_add(n, Ordering::Relaxed);
        })
        .await
        .unwrap();
        assert!(faites.load(Ordering::Relaxed) >= taille.activites as u64);
        let mut tx = b.read().await.unwrap();
        let lignes = tx
            .rows(
                sql!("SELECT date, duree, employeur FROM activite ORDER BY date, id"),
                params![],
            )
            .await
            .unwrap();
        assert_eq!(lignes.len(), taille.activites);
        for l in &lignes {
            let d: Date = l.get("date").unwrap();
            assert!(
                !matches!(d.weekday(), Weekday::Saturday | Weekday::Sunday),
                "{d}"
            );
            assert_eq!(l.get::<uuid::Uuid>("employeur").unwrap(), m.structure);
        }
        let journal = tx
            .count(
                sql!("SELECT count(*) AS n FROM activite_journal"),
                params![],
            )
            .await
            .unwrap();
        assert_eq!(journal, taille.activites as i64);
        let t = chiffres::total(
            &mut tx,
            &Perimetre::National,
            Date::constant(2024, 1, 1),
            Date::constant(2026, 3, 3),
        )
        .await
        .unwrap();
        vus.push((t.activites, t.accompagnements, t.suivis, t.temps));
    }
    assert!(vus.windows(2).all(|v| v[0] == v[1]), "{vus:?}");
}

/// Prints the time of the national set: `cargo nextest run -p activites --run-ignored only national --no-capture`.
#[tokio::test]
#[ignore = "a measure, not a rule"]
async fn national_set() {
    for (b, m) in bases().await {
        let mut tx = b.write().await.unwrap();
        for n in 2..300 {
            let s = crate::tests::employer(&mut tx, n).await;
            crate::tests::counsellor(&mut tx, "Awa", s, Date::constant(2024, 3, 1), None).await;
        }
        for _ in 300..500 {
            crate::tests::counsellor(
                &mut tx,
                "Awa",
                m.structure,
                Date::constant(2024, 3, 1),
                None,
            )
            .await;
        }
        tx.commit().await.unwrap();
        let debut = std::time::Instant::now();
        super::seed(&b, &mut Alea::new(7), &Taille::nationale(), &|_| {})
            .await
            .unwrap();
        println!(
            "{:?} : activités semées en {:.1} s",
            b.dialecte(),
            debut.elapsed().as_secs_f64()
        );
        for (nom, p) in [
            ("France", Perimetre::National),
            ("35", Perimetre::Departements(vec!["35".into()])),
        ] {
            let debut = std::time::Instant::now();
            let mut tx = b.read().await.unwrap();
            chiffres::par_departement(
                &mut tx,
                &p,
                Date::constant(2025, 1, 1),
                Date::constant(2025, 12, 31),
            )
            .await
            .unwrap();
            println!(
                "  par_departement {nom} : {:.1} ms",
                debut.elapsed().as_secs_f64() * 1e3
            );
            let debut = std::time::Instant::now();
            chiffres::par_mois(
                &mut tx,
                &p,
                Date::constant(2024, 1, 1),
                Date::constant(2026, 3, 1),
            )
            .await
            .unwrap();
            println!(
                "  par_mois {nom} : {:.1} ms",
                debut.elapsed().as_secs_f64() * 1e3
            );
        }
    }
}
