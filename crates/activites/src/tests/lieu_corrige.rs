//! A place whose address was wrong (§3.5).

use socle::{historique, params, sql};

use super::{bases, entry};
use crate::activite::{TypeActivite, rattachement, service, store};

#[tokio::test]
async fn activities_follow_the_place_they_happened_in() {
    for (b, m) in bases().await {
        let mut tx = b.write().await.unwrap();
        let id = service::record(&mut tx, &m.moi, TypeActivite::Individuel, &entry(&m))
            .await
            .unwrap();
        tx.commit().await.unwrap();
        assert_eq!(rattachement::resolve_all(&b).await.unwrap(), 0);
        let mut tx = b.write().await.unwrap();
        tx.execute(
            sql!("UPDATE lieu SET commune_insee = '35288' WHERE id = $1"),
            params![m.lieu],
        )
        .await
        .unwrap();
        tx.commit().await.unwrap();
        assert_eq!(rattachement::resolve_all(&b).await.unwrap(), 1);
        assert_eq!(rattachement::resolve_all(&b).await.unwrap(), 0);
        let mut tx = b.write().await.unwrap();
        let a = store::read(&mut tx, &m.moi.perimetre, None, id)
            .await
            .unwrap();
        assert_eq!(a.rattachement.commune.as_deref(), Some("35288"));
        let etapes = historique::read(&mut tx, "activite", id).await.unwrap();
        assert_eq!(etapes.last().unwrap().vers, "rattachee");
        let images = tx
            .count(
                sql!("SELECT count(*) AS n FROM activite_journal WHERE apres LIKE '%35288%'"),
                params![],
            )
            .await
            .unwrap();
        assert_eq!(images, 1);
    }
}
