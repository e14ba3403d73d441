//! Sharing, handing over, limiting, opening by exception (spec 20 §1, §2.4).

use jiff::civil::Date;
use socle::{Erreur, Perimetre, Role, courrier, essai};
use web::Champs;

use super::{colleague, file, open, read, visit, worlds};
use crate::{
    activite,
    beneficiaire::{Etat, acces, partage, passation::service as passations, service, store},
    tests::{counsellor, employer, head},
};

#[tokio::test]
async fn a_file_is_shared_with_the_persons_agreement_and_taken_back() {
    for (b, m) in worlds().await {
        let mut tx = b.write().await.unwrap();
        let elle = colleague(&mut tx, &m, "Bintou").await;
        let p = open(&mut tx, &m.moi, "a", &file("Léa", "Roux", "1970")).await;
        let avec = elle.personne.unwrap().to_string();
        assert!(matches!(
            service::open(&mut tx, &elle, p).await,
            Err(Erreur::Introuvable)
        ));
        let e = partage::share(&mut tx, &m.moi, p, &avec, false).await;
        assert!(matches!(e, Err(Erreur::Saisie(s)) if s.get("accord").is_some()));
        partage::share(&mut tx, &m.moi, p, &avec, true)
            .await
            .unwrap();
        partage::share(&mut tx, &m.moi, p, &avec, true)
            .await
            .unwrap();
        service::open(&mut tx, &elle, p).await.unwrap();
        assert_eq!(
            store::list(&mut tx, &elle.perimetre).await.unwrap().len(),
            1
        );
        // All rights of use, not the decision of who else sees it.
        visit(&mut tx, &elle, p, "2026-03-01").await;
        assert!(matches!(
            partage::share(&mut tx, &elle, p, &avec, true).await,
            Err(Erreur::Interdit(_))
        ));
        partage::revoke(&mut tx, &m.moi, p, elle.personne.unwrap())
            .await
            .unwrap();
        assert!(matches!(
            service::open(&mut tx, &elle, p).await,
            Err(Erreur::Introuvable)
        ));
        // Another structure: a copy of the identity only.
        let autre = employer(&mut tx, 7).await;
        let loin = counsellor(&mut tx, "Zoé", autre, Date::constant(2025, 1, 1), None).await;
        let mail = comptes::personne::get(&mut tx, loin.personne.unwrap())
            .await
            .unwrap()
            .courriel;
        let inconnu = partage::share(
            &mut tx,
            &m.moi,
            p,
            &loin.personne.unwrap().to_string(),
            true,
        )
        .await;
        assert!(matches!(inconnu, Err(Erreur::Saisie(_))));
        let copie = partage::copy_to(&mut tx, &m.moi, p, &mail, true)
            .await
            .unwrap();
        let c = service::open(&mut tx, &loin, copie).await.unwrap();
        assert_eq!(
            (c.fiche.nom_affiche().as_str(), c.fiche.notes),
            ("Léa Roux", None)
        );
        assert_eq!(c.structure, Some(autre));
    }
}

#[tokio::test]
async fn files_are_handed_over_one_or_many() {
    for (b, m) in worlds().await {
        let mut tx = b.write().await.unwrap();
        let elle = colleague(&mut tx, &m, "Bintou").await;
        let vers = elle.personne.unwrap().to_string();
        let p = open(&mut tx, &m.moi, "a", &file("Léa", "Roux", "1970")).await;
        let q = open(&mut tx, &m.moi, "b", &file("Paul", "Roy", "1971")).await;
        let passee = visit(&mut tx, &m.moi, p, "2026-03-01").await;
        passations::propose(&mut tx, &m.moi, &[p, q], &vers)
            .await
            .unwrap();
        // Asking again replaces the question.
        passations::propose(&mut tx, &m.moi, &[p], &vers)
            .await
            .unwrap();
        let (recues, _) = passations::open(&mut tx, &elle).await.unwrap();
        assert_eq!(recues.len(), 2);
        assert_eq!(recues.iter().filter(|r| r.nom == "Léa R.").count(), 1);
        let ids: Vec<_> = recues.iter().map(|r| r.id).collect();
        assert!(matches!(
            passations::answer(&mut tx, &m.moi, &ids, true).await,
            Err(Erreur::Introuvable)
        ));
        let de_p = recues.iter().find(|r| r.beneficiaire == p).unwrap().id;
        passations::answer(&mut tx, &elle, &[de_p], true)
            .await
            .unwrap();
        assert!(matches!(
            service::open(&mut tx, &m.moi, p).await,
            Err(Erreur::Introuvable)
        ));
        service::open(&mut tx, &elle, p).await.unwrap();
        // Past activities keep their author, who may still correct them.
        assert_eq!(read(&mut tx, passee).await.auteur, m.moi.personne.unwrap());
        let f = Champs::default()
            .with("date", "2026-03-01")
            .with("duree", "60")
            .with("lieu", "a_distance")
            .with("thematiques", "email")
            .with("beneficiaire", p);
        activite::service::modify(&mut tx, &m.moi, passee, 1, &f)
            .await
            .unwrap();
        let de_q = recues.iter().find(|r| r.beneficiaire == q).unwrap().id;
        passations::cancel(&mut tx, &m.moi, &[de_q]).await.unwrap();
        assert!(passations::open(&mut tx, &elle).await.unwrap().0.is_empty());
        // Somebody of another structure is no colleague.
        let loin = employer(&mut tx, 8).await;
        let autre = counsellor(&mut tx, "Zoé", loin, Date::constant(2025, 1, 1), None).await;
        let e =
            passations::propose(&mut tx, &m.moi, &[q], &autre.personne.unwrap().to_string()).await;
        assert!(matches!(e, Err(Erreur::Saisie(_))));
    }
}

#[tokio::test]
async fn the_files_of_who_left_wait_for_a_successor() {
    for (b, m) in worlds().await {
        let mut tx = b.write().await.unwrap();
        let fin = Some(Date::constant(2026, 3, 10));
        let part = counsellor(
            &mut tx,
            "Ines",
            m.structure,
            Date::constant(2025, 6, 1),
            fin,
        )
        .await;
        let p = open(&mut tx, &part, "a", &file("Léa", "Roux", "1970")).await;
        assert_eq!(passations::mark_waiting(&mut tx).await.unwrap(), 0);
        let chef = head(m.structure);
        comptes::attribution::grant(
            &mut tx,
            &socle::Acteur::systeme(),
            m.moi.personne.unwrap(),
            Role::GestionnaireStructure,
            &comptes::attribution::PerimetreDe::Structure(m.structure),
        )
        .await
        .unwrap();
        tx.commit().await.unwrap();
        b.clock().advance_days(8);
        let mut tx = b.write().await.unwrap();
        assert_eq!(passations::mark_waiting(&mut tx).await.unwrap(), 1);
        assert_eq!(passations::mark_waiting(&mut tx).await.unwrap(), 0, "once");
        // Files never follow a professional.
        assert!(matches!(
            service::open(&mut tx, &part, p).await,
            Err(Erreur::Introuvable)
        ));
        let attente = passations::waiting(&mut tx, &chef).await.unwrap();
        assert_eq!((attente.len(), attente[0].nom.as_str()), (1, "Léa R."));
        let ailleurs = head(employer(&mut tx, 9).await);
        assert!(
            passations::waiting(&mut tx, &ailleurs)
                .await
                .unwrap()
                .is_empty()
        );
        assert!(matches!(
            passations::propose(
                &mut tx,
                &ailleurs,
                &[p],
                &m.moi.personne.unwrap().to_string()
            )
            .await,
            Err(Erreur::Introuvable)
        ));
        passations::remind(&mut tx).await.unwrap();
        let avant = courrier::recent(&mut tx, 50).await.unwrap().len();
        assert_eq!(avant, 1, "told once");
        tx.commit().await.unwrap();
        b.clock().advance_days(62);
        let mut tx = b.write().await.unwrap();
        passations::remind(&mut tx).await.unwrap();
        passations::remind(&mut tx).await.unwrap();
        assert_eq!(
            courrier::recent(&mut tx, 50).await.unwrap().len(),
            2,
            "one a week"
        );
        let chef = socle::Acteur {
            personne: Some(tx.new_id()),
            ..chef
        };
        passations::propose(&mut tx, &chef, &[p], &m.moi.personne.unwrap().to_string())
            .await
            .unwrap();
        let (recues, _) = passations::open(&mut tx, &m.moi).await.unwrap();
        passations::answer(&mut tx, &m.moi, &[recues[0].id], true)
            .await
            .unwrap();
        service::open(&mut tx, &m.moi, p).await.unwrap();
        assert!(
            passations::waiting(&mut tx, &chef)
                .await
                .unwrap()
                .is_empty()
        );
    }
}

#[tokio::test]
async fn a_limited_file_is_read_by_its_referent_only() {
    for (b, m) in worlds().await {
        let mut tx = b.write().await.unwrap();
        let elle = colleague(&mut tx, &m, "Bintou").await;
        let p = open(&mut tx, &m.moi, "a", &file("Léa", "Roux", "1970")).await;
        let passee = visit(&mut tx, &m.moi, p, "2026-03-01").await;
        let avec = elle.personne.unwrap().to_string();
        partage::share(&mut tx, &m.moi, p, &avec, true)
            .await
            .unwrap();
        let court = service::limit(&mut tx, &m.moi, p, "court").await;
        assert!(matches!(court, Err(Erreur::Saisie(_))));
        let motif = "La personne conteste son année de naissance.";
        service::limit(&mut tx, &m.moi, p, motif).await.unwrap();
        service::open(&mut tx, &m.moi, p).await.unwrap();
        assert!(matches!(
            service::open(&mut tx, &elle, p).await,
            Err(Erreur::Introuvable)
        ));
        assert!(
            store::list(&mut tx, &m.moi.perimetre)
                .await
                .unwrap()
                .is_empty()
        );
        let v = store::fetch(&mut tx, p).await.unwrap().version;
        let e = super::modify(&mut tx, &m.moi, p, v, &file("Léa", "Roux", "1971")).await;
        assert!(matches!(e, Err(Erreur::Introuvable)), "no write");
        assert_eq!(
            read(&mut tx, passee).await.contenu.participants(),
            1,
            "figures unchanged"
        );
        service::lift(&mut tx, &m.moi, p, "Année vérifiée avec elle.")
            .await
            .unwrap();
        assert_eq!(store::life(&mut tx, p).await.unwrap().etat, Etat::Active);
        service::open(&mut tx, &elle, p).await.unwrap();
    }
}

#[tokio::test]
async fn breaking_the_glass_lasts_an_hour_and_is_told() {
    for (b, m) in worlds().await {
        let mut tx = b.write().await.unwrap();
        let p = open(
            &mut tx,
            &m.moi,
            "a",
            &file("Léa", "Roux", "1970").with("courriel", "lea@exemple.fr"),
        )
        .await;
        let chef = head(m.structure);
        let ailleurs = head(employer(&mut tx, 9).await);
        let motif = "Réclamation de la famille reçue en mairie.";
        assert!(matches!(
            acces::open(&mut tx, &ailleurs, p, motif, "https://m").await,
            Err(Erreur::Introuvable)
        ));
        assert!(matches!(
            acces::read(&mut tx, &chef, p).await,
            Err(Erreur::Interdit(_))
        ));
        assert!(matches!(
            acces::open(&mut tx, &chef, p, "Besoin", "https://m").await,
            Err(Erreur::Saisie(_))
        ));
        acces::open(&mut tx, &chef, p, motif, "https://m")
            .await
            .unwrap();
        acces::read(&mut tx, &chef, p).await.unwrap();
        let lettre = &courrier::recent(&mut tx, 5).await.unwrap()[0];
        assert!(lettre.texte.contains(motif) && lettre.sujet.contains("ouverte"));
        assert!(!lettre.texte.contains("Roux"));
        tx.commit().await.unwrap();
        b.clock().advance(3_700);
        let mut tx = b.write().await.unwrap();
        assert!(matches!(
            acces::read(&mut tx, &chef, p).await,
            Err(Erreur::Interdit(_))
        ));
        // The dpo finds a file by an exact address, and decides under an access.
        let dpo = essai::acteur(Role::Dpo, Perimetre::National);
        assert_eq!(
            acces::find(&mut tx, &dpo, " Lea@exemple.fr").await.unwrap(),
            [p]
        );
        assert!(
            acces::find(&mut tx, &ailleurs, "lea@exemple.fr")
                .await
                .unwrap()
                .is_empty()
        );
        assert!(matches!(
            service::limit(&mut tx, &dpo, p, "Demande de la personne.").await,
            Err(Erreur::Interdit(_))
        ));
        acces::open(
            &mut tx,
            &dpo,
            p,
            "Demande d'opposition reçue par courrier.",
            "https://m",
        )
        .await
        .unwrap();
        service::limit(&mut tx, &dpo, p, "Demande de la personne.")
            .await
            .unwrap();
        let conseiller = service::limit(&mut tx, &ailleurs, p, "Demande de la personne.").await;
        assert!(matches!(conseiller, Err(Erreur::Interdit(_))));
    }
}
