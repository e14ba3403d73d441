//! Terms, anonymisation, erasure (spec 20 §2.3, scenario 16).

use jiff::civil::Date;
use socle::{Acteur, Erreur, Perimetre, Role, Tx, courrier, essai, params, reference, sql};
use uuid::Uuid;

use super::{file, group, open, read, visit, worlds};
use crate::{
    activite::lecture::{self, Filtre},
    beneficiaire::{
        Etat, anonymisation,
        conservation::{EtatElimination, bordereau, service, store as termes},
        portrait, store,
    },
};

fn dpo() -> Acteur {
    essai::acteur(Role::Dpo, Perimetre::National)
}

/// Persons of a civil year, as the figures count them.
async fn persons(tx: &mut Tx, moi: &Acteur, annee: i16) -> i64 {
    let f = Filtre::period(Date::constant(annee, 1, 1), Date::constant(annee, 12, 31));
    lecture::totals(tx, &moi.perimetre, &f)
        .await
        .unwrap()
        .personnes
}

#[tokio::test]
async fn scenario_16_an_idle_file_is_kept_by_a_mandate_then_anonymised() {
    for (b, m) in worlds().await {
        let mut tx = b.write().await.unwrap();
        let p = open(&mut tx, &m.moi, "a", &file("Léa", "Roux", "1956")).await;
        let q = open(&mut tx, &m.moi, "b", &file("Paul", "Roy", "1971")).await;
        let vieille = visit(&mut tx, &m.moi, p, "2025-11-20").await;
        visit(&mut tx, &m.moi, p, "2026-01-05").await;
        let atelier = group(&mut tx, &m.moi, &[p, q], "2026-01-20").await;
        let avant = (
            persons(&mut tx, &m.moi, 2025).await,
            persons(&mut tx, &m.moi, 2026).await,
        );
        assert_eq!(avant, (1, 2));
        let mandat = tx.new_id();
        termes::hold(&mut tx, p, "mandat", mandat, None)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        // Opened and last used on 3 March 2026 at the latest: told after 335 days.
        b.clock().advance_days(340);
        let mut tx = b.write().await.unwrap();
        // A later edit of q keeps it out of the story.
        let version = store::fetch(&mut tx, q).await.unwrap().version;
        super::modify(&mut tx, &m.moi, q, version, &file("Paul", "Roy", "1972"))
            .await
            .unwrap();
        service::prepare(&mut tx).await.unwrap();
        assert!(
            courrier::recent(&mut tx, 5).await.unwrap().is_empty(),
            "held: nobody is told"
        );
        termes::release(&mut tx, p, "mandat", mandat).await.unwrap();
        service::prepare(&mut tx).await.unwrap();
        service::prepare(&mut tx).await.unwrap();
        let lettres = courrier::recent(&mut tx, 5).await.unwrap();
        assert_eq!(lettres.len(), 1, "told once");
        assert_eq!(lettres[0].sujet, "Fiches bientôt anonymisées");
        assert_eq!(service::carry_out(&mut tx, 10).await.unwrap(), 0);
        let bientot = service::soon(&mut tx, &m.moi).await.unwrap();
        assert_eq!(bientot.len(), 1);
        tx.commit().await.unwrap();
        b.clock().advance_days(31);
        let mut tx = b.write().await.unwrap();
        // The dry run says it and does nothing.
        let r = service::report(&mut tx, &dpo()).await.unwrap();
        assert_eq!(r.a_echeance.len(), 1);
        assert_eq!(store::life(&mut tx, p).await.unwrap().etat, Etat::Active);
        service::prepare(&mut tx).await.unwrap();
        assert_eq!(service::carry_out(&mut tx, 10).await.unwrap(), 1);
        assert_eq!(
            store::life(&mut tx, p).await.unwrap().etat,
            Etat::Anonymisee
        );

        // Figures inside each civil year did not move; over both, once per year.
        let apres = (
            persons(&mut tx, &m.moi, 2025).await,
            persons(&mut tx, &m.moi, 2026).await,
        );
        assert_eq!(apres, avant);
        let a = read(&mut tx, vieille).await;
        let profil = &a.profils[0];
        assert_ne!(profil.personne, p);
        assert_eq!(
            (
                profil.tranche.as_str(),
                profil.genre.as_str(),
                profil.premier
            ),
            ("soixante_soixante_neuf", "feminin", Some(true))
        );
        assert_eq!(
            (profil.annee_naissance, profil.commune_residence.as_deref()),
            (None, None)
        );
        assert_eq!(profil.departement_residence.as_deref(), Some("35"));
        assert_eq!(
            a.contenu.notes, None,
            "notes of individual accompagnements go"
        );
        let collectif = read(&mut tx, atelier).await;
        assert_eq!(collectif.contenu.titre.as_deref(), Some("Atelier"));
        assert_eq!(collectif.contenu.participants(), 2);
        nothing_links(&mut tx, p).await;
        let anciennes = tx
            .count(
                sql!("SELECT count(*) AS n FROM contenu_version WHERE objet = $1 OR objet = $2"),
                params![vieille, atelier],
            )
            .await
            .unwrap();
        assert_eq!(anciennes, 0, "former versions named the file");
        // The author still corrects the activity: the token stays.
        let f = web::Champs::default()
            .with("date", "2025-11-20")
            .with("duree", "60")
            .with("lieu", "a_distance")
            .with("thematiques", "email")
            .with("confirme_date", "oui")
            .with("beneficiaire", profil.personne);
        crate::activite::service::modify(&mut tx, &m.moi, vieille, 1, &f)
            .await
            .unwrap();
        assert_eq!(read(&mut tx, vieille).await.profils, a.profils);
    }
}

/// No row says which token a file became, nor what it said.
async fn nothing_links(tx: &mut Tx, p: Uuid) {
    let n = tx
        .count(
            sql!(
                "SELECT (SELECT count(*) FROM accompagnement WHERE personne = $1 OR beneficiaire = $1)
                    + (SELECT count(*) FROM activite_journal WHERE avant LIKE $2 OR apres LIKE $2)
                    + (SELECT count(*) FROM beneficiaire WHERE id = $1 AND (nom IS NOT NULL OR prenom IS NOT NULL
                        OR telephone_index IS NOT NULL OR annee_naissance IS NOT NULL OR commune_residence IS NOT NULL)) AS n"
            ),
            params![p, format!("%{p}%")],
        )
        .await
        .unwrap();
    assert_eq!(n, 0);
}

#[tokio::test]
async fn a_visa_is_waited_for_and_one_prolongation_is_given() {
    for (b, m) in worlds().await {
        let mut tx = b.write().await.unwrap();
        let le = Date::constant(2026, 3, 3);
        reference::replace(
            &mut tx,
            "conservation_beneficiaire",
            "visa_requis",
            "",
            "oui",
            "essai",
            le,
        )
        .await
        .unwrap();
        let p = open(&mut tx, &m.moi, "a", &file("Léa", "Roux", "1956")).await;
        let q = open(&mut tx, &m.moi, "b", &file("Paul", "Roy", "1971")).await;
        visit(&mut tx, &m.moi, p, "2026-03-01").await;
        tx.commit().await.unwrap();
        b.clock().advance_days(336);
        let mut tx = b.write().await.unwrap();
        service::prepare(&mut tx).await.unwrap();
        let au = service::prolong(&mut tx, &m.moi, q, "Rendez-vous prévu à l'automne.")
            .await
            .unwrap();
        assert_eq!(
            au,
            Date::constant(2028, 3, 2),
            "730 days after the last use"
        );
        assert!(matches!(
            service::prolong(&mut tx, &m.moi, q, "Encore une fois, merci.").await,
            Err(Erreur::Conflit(_))
        ));
        tx.commit().await.unwrap();
        b.clock().advance_days(31);
        let mut tx = b.write().await.unwrap();
        service::prepare(&mut tx).await.unwrap();
        service::prepare(&mut tx).await.unwrap();
        assert_eq!(
            service::carry_out(&mut tx, 10).await.unwrap(),
            0,
            "waits for the visa"
        );
        let lots = termes::list(&mut tx).await.unwrap();
        assert_eq!(
            (lots.len(), lots[0].etat, lots[0].fiches),
            (1, EtatElimination::AViser, 1)
        );
        let lignes = termes::lines(&mut tx, lots[0].id).await.unwrap();
        let csv =
            String::from_utf8(bordereau::csv(&lignes, &std::collections::BTreeMap::new())).unwrap();
        assert!(csv.contains("En attente") && !csv.contains("Roux"));
        let pdf =
            bordereau::pdf(&lots[0], &lignes, &std::collections::BTreeMap::new(), le).unwrap();
        assert!(pdf.starts_with(b"%PDF"));
        let conseiller = service::decide(&mut tx, &m.moi, lots[0].id, true, "AD35").await;
        assert!(matches!(conseiller, Err(Erreur::Interdit(_))));
        service::decide(&mut tx, &dpo(), lots[0].id, true, "AD35/2027/12")
            .await
            .unwrap();
        assert!(matches!(
            service::decide(&mut tx, &dpo(), lots[0].id, false, "AD35").await,
            Err(Erreur::Conflit(_))
        ));
        assert_eq!(service::carry_out(&mut tx, 10).await.unwrap(), 1);
        assert_eq!(
            termes::list(&mut tx).await.unwrap()[0].etat,
            EtatElimination::Executee
        );
        assert_eq!(
            store::life(&mut tx, p).await.unwrap().etat,
            Etat::Anonymisee
        );
        assert_eq!(store::life(&mut tx, q).await.unwrap().etat, Etat::Active);
    }
}

#[tokio::test]
async fn an_erasure_is_replayed_after_a_restore() {
    for (b, m) in worlds().await {
        let mut tx = b.write().await.unwrap();
        let p = open(&mut tx, &m.moi, "a", &file("Léa", "Roux", "1956")).await;
        let s = open(&mut tx, &m.moi, "b", &file("Léa", "Roux", "1956")).await;
        visit(&mut tx, &m.moi, p, "2026-03-01").await;
        crate::beneficiaire::fusion::service::ask(&mut tx, &m.moi, p, s, &web::Champs::default())
            .await
            .unwrap();
        let (_, vu) = portrait::draw(&mut tx, &m.moi, p).await.unwrap();
        assert_eq!(vu.accompagnements.len(), 1);
        assert!(vu.fiche.iter().any(|(_, v)| v == "Léa Roux"));
        let e = anonymisation::erase(&mut tx, &m.moi, p, false).await;
        assert!(matches!(e, Err(Erreur::Saisie(_))));
        let ancienne = store::fetch(&mut tx, p).await.unwrap();
        anonymisation::erase(&mut tx, &m.moi, p, true)
            .await
            .unwrap();
        nothing_links(&mut tx, p).await;
        nothing_links(&mut tx, s).await;
        let registre = anonymisation::ledger(&mut tx).await.unwrap();
        assert_eq!(registre.len(), 2);
        let images = tx
            .count(sql!("SELECT count(image) AS n FROM fusion"), params![])
            .await
            .unwrap();
        assert_eq!(images, 0, "purged at once");
        // An older backup comes back: the file is there, the ledger is not.
        tx.execute(sql!("DELETE FROM effacement"), params![])
            .await
            .unwrap();
        tx.execute(
            sql!("UPDATE beneficiaire SET etat = 'active' WHERE id = $1"),
            params![p],
        )
        .await
        .unwrap();
        store::update(&mut tx, &ancienne).await.unwrap();
        assert_eq!(anonymisation::replay(&mut tx, &registre).await.unwrap(), 1);
        nothing_links(&mut tx, p).await;
        assert_eq!(anonymisation::replay(&mut tx, &registre).await.unwrap(), 0);
    }
}
