//! Duplicates, merges and their undoing (spec 20 §2.5, scenario 14).

use socle::Erreur;
use web::Champs;

use super::{colleague, file, group, open, read, visit, worlds};
use crate::beneficiaire::{
    doublon::service as doublons,
    fusion::{
        Etat,
        service::{Issue, answer, ask, undo},
        store as fusions,
    },
    partage, service, store,
};

#[tokio::test]
async fn scenario_14_merged_then_undone_after_a_new_activity() {
    for (b, m) in worlds().await {
        let mut tx = b.write().await.unwrap();
        let d = open(&mut tx, &m.moi, "a", &file("Marie", "Dupont", "1950")).await;
        let s = open(
            &mut tx,
            &m.moi,
            "b",
            &file("Marie", "Dupond", "1950").with("telephone", "02 99 00 00 00"),
        )
        .await;
        let paires = doublons::pairs(&mut tx, &m.moi).await.unwrap();
        assert_eq!(paires.len(), 1);
        assert_eq!(paires[0].score, 76);
        let de = visit(&mut tx, &m.moi, d, "2026-01-10").await;
        let vers = visit(&mut tx, &m.moi, s, "2026-01-12").await;
        let deux = group(&mut tx, &m.moi, &[d, s], "2026-01-20").await;
        assert_eq!(read(&mut tx, deux).await.contenu.participants(), 2);

        let issue = ask(&mut tx, &m.moi, d, s, &Champs::default())
            .await
            .unwrap();
        assert_eq!(issue, Issue::Faite);
        // Re-pointed; the same atelier counts one person.
        assert_eq!(read(&mut tx, vers).await.profils[0].personne, d);
        assert_eq!(read(&mut tx, deux).await.contenu.participants(), 1);
        let fiche = store::fetch(&mut tx, d).await.unwrap().fiche;
        assert_eq!(
            fiche.telephone.as_deref(),
            Some("+33299000000"),
            "blank filled"
        );
        assert!(matches!(
            service::open(&mut tx, &m.moi, s).await,
            Err(Erreur::Introuvable)
        ));
        assert!(doublons::pairs(&mut tx, &m.moi).await.unwrap().is_empty());

        let neuve = visit(&mut tx, &m.moi, d, "2026-03-01").await;
        let f = fusions::of_file(&mut tx, d).await.unwrap();
        let f = undo(&mut tx, &m.moi, f[0].id).await.unwrap();
        assert_eq!(f.choix.restees, [neuve]);
        assert_eq!(f.etat, Etat::Faite);
        assert_eq!(read(&mut tx, vers).await.profils[0].personne, s);
        assert_eq!(read(&mut tx, de).await.profils[0].personne, d);
        assert_eq!(read(&mut tx, deux).await.contenu.participants(), 2);
        assert_eq!(read(&mut tx, neuve).await.profils[0].personne, d);
        assert_eq!(
            store::fetch(&mut tx, d).await.unwrap().fiche.telephone,
            None
        );
        service::open(&mut tx, &m.moi, s).await.unwrap();
        let journal = tx
            .count(
                socle::sql!("SELECT count(*) AS n FROM activite_journal WHERE activite = $1"),
                socle::params![deux],
            )
            .await
            .unwrap();
        assert_eq!(journal, 3, "recorded, merged, undone");

        // Told apart: proposed again only when a compared field changes.
        doublons::set_aside(&mut tx, &m.moi, s, d).await.unwrap();
        assert!(doublons::pairs(&mut tx, &m.moi).await.unwrap().is_empty());
        let version = store::fetch(&mut tx, s).await.unwrap().version;
        let note = file("Marie", "Dupond", "1950")
            .with("telephone", "02 99 00 00 00")
            .with("notes", "Vient le mardi");
        super::modify(&mut tx, &m.moi, s, version, &note)
            .await
            .unwrap();
        assert!(doublons::pairs(&mut tx, &m.moi).await.unwrap().is_empty());
        let mail = file("Marie", "Dupond", "1950").with("courriel", "m@exemple.fr");
        super::modify(&mut tx, &m.moi, s, version + 1, &mail)
            .await
            .unwrap();
        assert_eq!(doublons::pairs(&mut tx, &m.moi).await.unwrap().len(), 1);
    }
}

#[tokio::test]
async fn merges_are_undone_from_the_latest_and_within_30_days() {
    for (b, m) in worlds().await {
        let mut tx = b.write().await.unwrap();
        let [x, y, z] = [
            open(&mut tx, &m.moi, "a", &file("Ana", "Petit", "1960")).await,
            open(&mut tx, &m.moi, "b", &file("Anna", "Petit", "1960")).await,
            open(&mut tx, &m.moi, "c", &file("Hanna", "Petit", "1960")).await,
        ];
        ask(&mut tx, &m.moi, y, x, &Champs::default())
            .await
            .unwrap();
        ask(&mut tx, &m.moi, z, y, &Champs::default())
            .await
            .unwrap();
        let premiere = fusions::of_file(&mut tx, x).await.unwrap()[0].id;
        let seconde = fusions::of_file(&mut tx, z).await.unwrap()[0].id;
        let e = undo(&mut tx, &m.moi, premiere).await;
        assert!(
            matches!(e, Err(Erreur::Conflit(ref t)) if t == "Annulez d'abord la fusion la plus récente."),
            "{e:?}"
        );
        undo(&mut tx, &m.moi, seconde).await.unwrap();
        undo(&mut tx, &m.moi, premiere).await.unwrap();
        assert!(matches!(
            undo(&mut tx, &m.moi, premiere).await,
            Err(Erreur::Conflit(_))
        ));
        ask(&mut tx, &m.moi, y, x, &Champs::default())
            .await
            .unwrap();
        tx.commit().await.unwrap();
        b.clock().advance_days(31);
        let mut tx = b.write().await.unwrap();
        let f = fusions::of_file(&mut tx, x).await.unwrap()[0].id;
        assert!(
            matches!(undo(&mut tx, &m.moi, f).await, Err(Erreur::Conflit(t)) if t.contains("30 jours"))
        );
        // The night erases what can no longer come back.
        crate::beneficiaire::conservation::service::prepare(&mut tx)
            .await
            .unwrap();
        assert_eq!(store::fetch(&mut tx, x).await.unwrap().fiche.nom, None);
        assert!(fusions::image(&mut tx, f).await.unwrap().is_none());
    }
}

#[tokio::test]
async fn two_referents_one_proposes_the_other_accepts() {
    for (b, m) in worlds().await {
        let mut tx = b.write().await.unwrap();
        let elle = colleague(&mut tx, &m, "Bintou").await;
        let mienne = open(&mut tx, &m.moi, "a", &file("Lina", "Morel", "1980")).await;
        let sienne = open(&mut tx, &elle, "b", &file("Lina", "Morel", "1980")).await;
        // Not visible, not mergeable.
        assert!(matches!(
            ask(&mut tx, &m.moi, mienne, sienne, &Champs::default()).await,
            Err(Erreur::Introuvable)
        ));
        let moi = m.moi.personne.unwrap().to_string();
        partage::share(&mut tx, &elle, sienne, &moi, true)
            .await
            .unwrap();
        let visite = visit(&mut tx, &elle, sienne, "2026-02-01").await;
        let issue = ask(&mut tx, &m.moi, mienne, sienne, &Champs::default())
            .await
            .unwrap();
        assert_eq!(issue, Issue::Proposee);
        assert_eq!(read(&mut tx, visite).await.profils[0].personne, sienne);
        let attente = fusions::waiting(&mut tx, elle.personne.unwrap())
            .await
            .unwrap();
        assert_eq!(attente.len(), 1);
        // Who asked does not answer.
        assert!(matches!(
            answer(&mut tx, &m.moi, attente[0].id, true).await,
            Err(Erreur::Introuvable)
        ));
        answer(&mut tx, &elle, attente[0].id, true).await.unwrap();
        assert_eq!(read(&mut tx, visite).await.profils[0].personne, mienne);
        assert!(matches!(
            answer(&mut tx, &elle, attente[0].id, false).await,
            Err(Erreur::Conflit(_))
        ));
    }
}

#[tokio::test]
async fn a_look_alike_is_shown_before_a_file_is_opened() {
    for (b, m) in worlds().await {
        let mut tx = b.write().await.unwrap();
        open(&mut tx, &m.moi, "a", &file("Aïssatou", "Diallo", "1990")).await;
        let autre = Champs::default()
            .with("mode", "identifie")
            .with("prenom", "Aissatou")
            .with("nom", "DIALLO")
            .with("informe", "oui");
        let e = service::create(&mut tx, &m.moi, "b", &autre).await;
        assert!(matches!(e, Err(Erreur::Saisie(s)) if s.get("confirme_doublon").is_some()));
        let v = service::lookalikes(&mut tx, &m.moi, &autre).await.unwrap();
        assert_eq!(v[0].1, 60);
        let oui = autre.with("confirme_doublon", "oui");
        service::create(&mut tx, &m.moi, "c", &oui).await.unwrap();
    }
}
