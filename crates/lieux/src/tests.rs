use jiff::civil::date;
use socle::{Base, essai};
use uuid::Uuid;

use crate::{MIGRATIONS, annuaire::Annuaire, demo, lieu::Etat, lieu::store};

#[tokio::test]
async fn every_statement_is_accepted_by_both_databases() {
    for base in essai::bases(&[socle::MIGRATIONS, MIGRATIONS]).await {
        let n = essai::prepare_all(&base, concat!(env!("CARGO_MANIFEST_DIR"), "/src")).await;
        assert!(n > 10, "{n}");
    }
}

fn commune() -> &'static territoires::Commune {
    territoires::geographie().commune("35238").unwrap()
}

async fn place(base: &Base) -> Uuid {
    let mut tx = base.write().await.unwrap();
    let id = demo::insert_for(&mut tx, Uuid::from_u128(1), "Mairie", commune())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    id
}

/// Places shown, and people present in all of them.
async fn shown(a: &Annuaire, base: &Base) -> (usize, i64) {
    let mut tx = base.read().await.unwrap();
    let i = a.get(&mut tx).await.unwrap();
    (i.lieux.len(), i.lieux.iter().map(|e| e.presents).sum())
}

/// What is committed is on the next page, what is not is on none, and a
/// reader whose snapshot is older takes nothing back.
#[tokio::test]
async fn the_index_follows_every_commit() {
    for base in essai::bases(&[socle::MIGRATIONS, MIGRATIONS]).await {
        let a = Annuaire::default();
        assert_eq!(shown(&a, &base).await, (0, 0));
        let id = place(&base).await;
        assert_eq!(shown(&a, &base).await, (1, 0));
        let mut vieux = base.read().await.unwrap();
        assert_eq!(a.get(&mut vieux).await.unwrap().lieux.len(), 1);

        // Long after, without any delay to lean on.
        base.clock().advance(20 * 60);
        let mut tx = base.write().await.unwrap();
        demo::insert_permanence(
            &mut tx,
            Uuid::from_u128(9),
            id,
            date(2026, 1, 5),
            vec![],
            true,
        )
        .await
        .unwrap();
        store::touch(&mut tx, id).await.unwrap();
        assert_eq!(shown(&a, &base).await, (1, 0));
        tx.commit().await.unwrap();
        assert_eq!(shown(&a, &base).await, (1, 1));
        assert_eq!(a.get(&mut vieux).await.unwrap().lieux[0].presents, 1);
        assert_eq!(shown(&a, &base).await, (1, 1));

        let mut tx = base.write().await.unwrap();
        let mut l = store::get(&mut tx, id).await.unwrap();
        l.etat = Etat::Ferme;
        store::update(&mut tx, &l).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(shown(&a, &base).await, (0, 0));
    }
}

/// Nothing is read again while nothing changes: the very same snapshot.
#[tokio::test]
async fn the_index_is_read_again_only_after_a_change() {
    for base in essai::bases(&[socle::MIGRATIONS, MIGRATIONS]).await {
        let a = Annuaire::default();
        let id = place(&base).await;
        let mut tx = base.read().await.unwrap();
        let un = a.get(&mut tx).await.unwrap();
        assert!(std::sync::Arc::ptr_eq(&un, &a.get(&mut tx).await.unwrap()));
        drop(tx);
        // Announced: the database is asked, which a row changed behind its back shows.
        let mut tx = base.write().await.unwrap();
        tx.execute(
            socle::sql!("UPDATE lieu SET nom = 'Autre', version = version + 1 WHERE id = $1"),
            socle::params![id],
        )
        .await
        .unwrap();
        tx.commit().await.unwrap();
        let mut tx = base.read().await.unwrap();
        assert_eq!(
            a.get(&mut tx).await.unwrap().lieux[0].lieu.nom,
            un.lieux[0].lieu.nom
        );
        drop(tx);
        let mut tx = base.write().await.unwrap();
        store::touch(&mut tx, id).await.unwrap();
        tx.commit().await.unwrap();
        let mut tx = base.read().await.unwrap();
        assert_eq!(a.get(&mut tx).await.unwrap().lieux[0].lieu.nom, "Autre");
    }
}

/// A transaction that began long before others and commits after them is seen.
#[tokio::test]
async fn a_long_transaction_is_seen_when_it_commits() {
    // SQLite has one writer: only PostgreSQL can interleave them.
    let Some(base) = essai::postgres(&[socle::MIGRATIONS, MIGRATIONS]).await else {
        return;
    };
    let a = Annuaire::default();
    let mut longue = base.write().await.unwrap();
    demo::insert_for(&mut longue, Uuid::from_u128(1), "Mairie", commune())
        .await
        .unwrap();
    base.clock().advance(20 * 60);
    place(&base).await;
    assert_eq!(shown(&a, &base).await, (1, 0));
    longue.commit().await.unwrap();
    assert_eq!(shown(&a, &base).await, (2, 0));
}
