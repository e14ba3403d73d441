//! What is kept, and for how long.

use super::{bases, entry};
use crate::activite::{TypeActivite, service, store};

#[tokio::test]
async fn notes_are_erased_a_year_after_the_activity() {
    for (b, m) in bases().await {
        let mut tx = b.write().await.unwrap();
        let id = service::record(
            &mut tx,
            &m.moi,
            TypeActivite::Individuel,
            &entry(&m).with("notes", "À revoir"),
        )
        .await
        .unwrap();
        service::apply_retention(&mut tx).await.unwrap();
        let a = store::read(&mut tx, &m.moi.perimetre, None, id)
            .await
            .unwrap();
        assert!(a.contenu.notes.is_some());
        tx.commit().await.unwrap();
        b.clock().advance_days(366);
        let mut tx = b.write().await.unwrap();
        service::apply_retention(&mut tx).await.unwrap();
        let a = store::read(&mut tx, &m.moi.perimetre, None, id)
            .await
            .unwrap();
        assert!(a.contenu.notes.is_none());
    }
}
