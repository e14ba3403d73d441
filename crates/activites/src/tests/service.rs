//! Recording, changing, deleting.

use jiff::civil::Date;
use socle::{Erreur, Perimetre, Role, essai, params, sql};
use uuid::Uuid;
use web::Champs;

use super::{bases, counsellor, count, employer, entry, head, workshop};
use crate::{
    activite::{TypeActivite, brouillon, lecture, rattachement, service, store},
    beneficiaire,
};

const I: TypeActivite = TypeActivite::Individuel;
const C: TypeActivite = TypeActivite::Collectif;

#[tokio::test]
async fn an_activity_is_resolved_at_its_date() {
    for (b, m) in bases().await {
        let mut tx = b.write().await.unwrap();
        let autre = employer(&mut tx, 2).await;
        // Somebody who changed employer on 1 January 2026.
        let mobile = counsellor(
            &mut tx,
            "Bruno",
            m.structure,
            Date::constant(2025, 1, 1),
            Some(Date::constant(2025, 12, 31)),
        )
        .await;
        let mut second = parcours::contrat::store::of_personne(&mut tx, mobile.personne.unwrap())
            .await
            .unwrap()[0]
            .clone();
        second.id = tx.new_id();
        second.numero = "CT-2".into();
        second.structure = autre;
        second.date_debut = Date::constant(2026, 1, 1);
        second.date_fin = None;
        parcours::contrat::store::insert(&mut tx, &second)
            .await
            .unwrap();
        let le = |c: &str, d: &str| {
            Champs::default()
                .with("id_commande", c)
                .with("date", d)
                .with("duree", "30")
                .with("lieu", "a_distance")
                .with("thematiques", "email")
                .with("confirme_date", "oui")
        };
        for (c, d, attendu) in [("a", "2025-11-20", m.structure), ("b", "2026-01-05", autre)] {
            let id = service::record(&mut tx, &mobile, I, &le(c, d))
                .await
                .unwrap();
            let a = store::read(&mut tx, &mobile.perimetre, None, id)
                .await
                .unwrap();
            assert_eq!(a.rattachement.employeur, Some(attendu), "{d}");
            assert_eq!(a.rattachement.role, "conseiller_numerique");
            assert_eq!(a.rattachement.departement.as_deref(), Some("35"));
            assert_eq!(a.rattachement.commune, None, "at a distance");
        }
        // Before any contract: asked to confirm, then « Employeur à préciser ».
        let avant = le("c", "2024-12-01");
        let refus = service::record(&mut tx, &mobile, I, &avant).await;
        assert!(matches!(refus, Err(Erreur::Saisie(e)) if e.get("confirme_emploi").is_some()));
        let id = service::record(&mut tx, &mobile, I, &avant.with("confirme_emploi", "oui"))
            .await
            .unwrap();
        let a = store::read(&mut tx, &mobile.perimetre, None, id)
            .await
            .unwrap();
        assert_eq!(
            (a.rattachement.employeur, a.rattachement.role.as_str()),
            (None, "mediateur")
        );
        // In a place: its commune.
        let id = service::record(&mut tx, &m.moi, I, &entry(&m))
            .await
            .unwrap();
        let a = store::read(&mut tx, &m.moi.perimetre, None, id)
            .await
            .unwrap();
        assert_eq!(a.rattachement.commune.as_deref(), Some("35238"));
    }
}

#[tokio::test]
async fn the_same_form_twice_records_one() {
    for (b, m) in bases().await {
        let mut tx = b.write().await.unwrap();
        let un = service::record(&mut tx, &m.moi, I, &entry(&m))
            .await
            .unwrap();
        let deux = service::record(&mut tx, &m.moi, I, &entry(&m))
            .await
            .unwrap();
        assert_eq!((un, count(&mut tx).await), (deux, 1));
        let autre = service::record(&mut tx, &m.moi, I, &entry(&m).with("notes", "x")).await;
        assert!(
            matches!(autre, Err(Erreur::Conflit(_))),
            "another body with the same id"
        );
    }
}

#[tokio::test]
async fn an_atelier_keeps_marginals_and_never_persons() {
    // Scenario 2.
    for (b, m) in bases().await {
        let mut tx = b.write().await.unwrap();
        let id = service::record(&mut tx, &m.moi, C, &workshop(&m))
            .await
            .unwrap();
        let a = store::read(&mut tx, &m.moi.perimetre, None, id)
            .await
            .unwrap();
        assert_eq!(a.contenu.titre.as_deref(), Some("Repérer les arnaques"));
        let nc = a
            .contenu
            .values("genre")
            .find(|v| v.valeur == "non_communique")
            .unwrap();
        assert_eq!(nc.nombre, 1);
        let personnes = tx
            .count(sql!("SELECT count(*) AS n FROM accompagnement"), params![])
            .await
            .unwrap();
        assert_eq!(personnes, 0, "no row of a person");
        let refus = service::record(
            &mut tx,
            &m.moi,
            C,
            &workshop(&m)
                .with("id_commande", "x")
                .with("tranche_soixante_dix_plus", "7"),
        )
        .await;
        assert!(matches!(refus, Err(Erreur::Saisie(_))));
        assert_eq!(count(&mut tx).await, 1);
    }
}

#[tokio::test]
async fn others_activities_do_not_exist() {
    for (b, m) in bases().await {
        let mut tx = b.write().await.unwrap();
        let id = service::record(&mut tx, &m.moi, I, &entry(&m))
            .await
            .unwrap();
        let autre = counsellor(
            &mut tx,
            "Zoé",
            m.structure,
            Date::constant(2025, 6, 1),
            None,
        )
        .await;
        let e = service::modify(&mut tx, &autre, id, 1, &entry(&m)).await;
        assert!(matches!(e, Err(Erreur::Introuvable)));
        assert!(matches!(
            service::delete(&mut tx, &autre, id).await,
            Err(Erreur::Introuvable)
        ));
        assert!(matches!(
            store::read(&mut tx, &autre.perimetre, autre.personne, id).await,
            Err(Erreur::Introuvable)
        ));
        // The employer reads it, another structure does not.
        let chef = head(m.structure);
        assert!(
            store::read(&mut tx, &chef.perimetre, chef.personne, id)
                .await
                .is_ok()
        );
        let autre = head(employer(&mut tx, 2).await);
        assert!(matches!(
            store::read(&mut tx, &autre.perimetre, autre.personne, id).await,
            Err(Erreur::Introuvable)
        ));
        // Nobody but an author writes.
        let e = service::record(&mut tx, &chef, I, &entry(&m)).await;
        assert!(matches!(e, Err(Erreur::Interdit(_))));
        let prefet = essai::acteur(Role::Prefecture, Perimetre::Departements(vec!["35".into()]));
        assert!(prefet.require(&service::LIRE).is_err());
    }
}

#[tokio::test]
async fn every_change_leaves_its_images_in_order() {
    for (b, m) in bases().await {
        let mut tx = b.write().await.unwrap();
        let id = service::record(&mut tx, &m.moi, I, &entry(&m))
            .await
            .unwrap();
        // Many values, which each database sorts its own way.
        let f = [
            "sante",
            "banque_et_achats_en_ligne",
            "bureautique",
            "aide_aux_demarches_administratives",
            "securite_numerique",
        ]
        .into_iter()
        .fold(entry(&m).with("duree_autre", "20"), |f, t| {
            f.with("thematiques", t)
        })
        .with("etiquettes", "zèbre, Été, abeille")
        .with("tranche", "dix_huit_vingt_quatre");
        service::modify(&mut tx, &m.moi, id, 1, &f).await.unwrap();
        service::modify(&mut tx, &m.moi, id, 1, &f).await.unwrap();
        let perime = service::modify(&mut tx, &m.moi, id, 1, &entry(&m)).await;
        assert!(
            matches!(perime, Err(Erreur::Conflit(_))),
            "an older version"
        );
        service::delete(&mut tx, &m.moi, id).await.unwrap();
        service::delete(&mut tx, &m.moi, id).await.unwrap();
        let f = lecture::Filtre::period(Date::constant(2026, 1, 1), Date::constant(2026, 12, 31));
        assert_eq!(
            lecture::totals(&mut tx, &m.moi.perimetre, &f)
                .await
                .unwrap()
                .activites,
            0
        );
        service::restore(&mut tx, &m.moi, id).await.unwrap();
        assert_eq!(
            lecture::totals(&mut tx, &m.moi.perimetre, &f)
                .await
                .unwrap()
                .activites,
            1
        );
        let lignes = tx
            .rows(
                sql!("SELECT numero, avant, apres FROM activite_journal ORDER BY numero"),
                params![],
            )
            .await
            .unwrap();
        assert_eq!(lignes.len(), 4);
        let image = |i: usize, c: &str| lignes[i].get::<Option<String>>(c).unwrap();
        assert_eq!(image(0, "avant"), None);
        for (i, l) in lignes.iter().enumerate().skip(1) {
            assert_eq!(
                image(i, "avant"),
                image(i - 1, "apres"),
                "images follow each other"
            );
            assert_eq!(l.get::<usize>("numero").unwrap(), i + 1);
        }
        assert_eq!(image(2, "apres"), None, "deleted");
        assert!(image(1, "apres").unwrap().contains("\"duree\":20"));
        let revision = tx
            .count(sql!("SELECT revision AS n FROM activite"), params![])
            .await
            .unwrap();
        assert_eq!(revision, 4);
        let etapes = socle::historique::read(&mut tx, "activite", id)
            .await
            .unwrap();
        let etats: Vec<&str> = etapes.iter().map(|e| e.vers.as_str()).collect();
        assert_eq!(
            etats,
            ["enregistree", "modifiee", "supprimee", "enregistree"]
        );
    }
}

#[tokio::test]
async fn a_deleted_activity_comes_back_for_thirty_days() {
    for (b, m) in bases().await {
        let mut tx = b.write().await.unwrap();
        let id = service::record(&mut tx, &m.moi, I, &entry(&m))
            .await
            .unwrap();
        service::delete(&mut tx, &m.moi, id).await.unwrap();
        tx.commit().await.unwrap();
        b.clock().advance_days(31);
        let mut tx = b.write().await.unwrap();
        assert!(matches!(
            service::restore(&mut tx, &m.moi, id).await,
            Err(Erreur::Conflit(_))
        ));
    }
}

/// A file to open.
fn person() -> Champs {
    Champs::default()
        .with("id_commande", "p1")
        .with("mode", "identifie")
        .with("prenom", "Léa")
        .with("nom", "Martin")
        .with("informe", "oui")
        .with("annee_naissance", "1956")
        .with("genre", "feminin")
        .with("statut", "retraite")
        .with("commune_residence", "Rennes (35000)")
        .with("telephone", "02 99 00 00 00")
}

#[tokio::test]
async fn a_followed_person_counts_as_they_were_and_corrections_rewrite_the_past() {
    for (b, m) in bases().await {
        let mut tx = b.write().await.unwrap();
        let p = beneficiaire::service::create(&mut tx, &m.moi, "p1", &person())
            .await
            .unwrap();
        assert_eq!(
            p,
            beneficiaire::service::create(&mut tx, &m.moi, "p1", &person())
                .await
                .unwrap()
        );
        let suivie = Champs::default()
            .with("id_commande", "s1")
            .with("date", "2025-12-20")
            .with("duree", "45")
            .with("lieu", "domicile")
            .with("thematiques", "email")
            .with("beneficiaire", p);
        let id = service::record(&mut tx, &m.moi, I, &suivie).await.unwrap();
        let a = store::read(&mut tx, &m.moi.perimetre, None, id)
            .await
            .unwrap();
        assert_eq!(a.profils[0].tranche, "soixante_soixante_neuf");
        assert_eq!(
            a.contenu.commune.as_deref(),
            Some("35238"),
            "where the person lives"
        );
        // A new status counts from now on; a new year of birth corrects.
        let corrige = Champs::default()
            .with("mode", "identifie")
            .with("prenom", "Léa")
            .with("nom", "Martin")
            .with("informe", "oui")
            .with("annee_naissance", "2000")
            .with("genre", "feminin")
            .with("statut", "en_emploi");
        beneficiaire::tests::modify(&mut tx, &m.moi, p, 1, &corrige)
            .await
            .unwrap();
        let a = store::read(&mut tx, &m.moi.perimetre, None, id)
            .await
            .unwrap();
        assert_eq!(a.profils[0].tranche, "vingt_cinq_trente_neuf");
        assert_eq!(a.profils[0].statut, "retraite");
        let journal = tx
            .count(
                sql!("SELECT count(*) AS n FROM activite_journal"),
                params![],
            )
            .await
            .unwrap();
        assert_eq!(journal, 2, "statistics follow the correction");
        // Each field may say otherwise: the status was wrong from the start.
        let situation = Champs::default()
            .with("mode", "identifie")
            .with("prenom", "Léa")
            .with("nom", "Martin")
            .with("informe", "oui")
            .with("annee_naissance", "2000")
            .with("genre", "masculin")
            .with("portee_genre", "changement")
            .with("statut", "sans_emploi")
            .with("portee_statut", "correction")
            .with("connu_depuis", "2024-05-01");
        beneficiaire::tests::modify(&mut tx, &m.moi, p, 2, &situation)
            .await
            .unwrap();
        let a = store::read(&mut tx, &m.moi.perimetre, None, id)
            .await
            .unwrap();
        assert_eq!(
            (
                a.profils[0].genre.as_str(),
                a.profils[0].statut.as_str(),
                a.profils[0].connu_depuis
            ),
            ("feminin", "sans_emploi", Some(Date::constant(2024, 5, 1)))
        );
        // Changing the activity later keeps the person as they were.
        let tard = suivie
            .clone()
            .with("duree_autre", "50")
            .with("commune", "Rennes (35000)");
        service::modify(&mut tx, &m.moi, id, 1, &tard)
            .await
            .unwrap();
        let a = store::read(&mut tx, &m.moi.perimetre, None, id)
            .await
            .unwrap();
        assert_eq!(
            (a.contenu.duree, a.profils[0].statut.as_str()),
            (50, "sans_emploi")
        );
        // Somebody else's file does not exist, for reading nor for counting.
        let autre = counsellor(
            &mut tx,
            "Zoé",
            m.structure,
            Date::constant(2025, 6, 1),
            None,
        )
        .await;
        assert!(matches!(
            beneficiaire::service::open(&mut tx, &autre, p).await,
            Err(Erreur::Introuvable)
        ));
        let e = service::record(&mut tx, &autre, I, &suivie.with("id_commande", "s2")).await;
        assert!(
            matches!(e, Err(Erreur::Saisie(s)) if s.get("beneficiaire") == Some("Bénéficiaire introuvable."))
        );
    }
}

#[tokio::test]
async fn names_are_sealed_and_free_texts_scanned() {
    for (b, m) in bases().await {
        let mut tx = b.write().await.unwrap();
        let nir = person().with("notes", "2 55 08 14 168 025 38");
        let e = beneficiaire::service::create(&mut tx, &m.moi, "p2", &nir).await;
        assert!(
            matches!(e, Err(Erreur::Saisie(s)) if s.get("notes").is_some_and(|m| m.starts_with(socle::texte_libre::MESSAGE)))
        );
        beneficiaire::service::create(&mut tx, &m.moi, "p1", &person())
            .await
            .unwrap();
        let l = tx
            .row(sql!("SELECT nom, telephone FROM beneficiaire"), params![])
            .await
            .unwrap()
            .unwrap();
        for c in ["nom", "telephone"] {
            let octets: Vec<u8> = l.get(c).unwrap();
            let clair = String::from_utf8_lossy(&octets).into_owned();
            assert!(
                !clair.contains("Martin") && !clair.contains("299000000"),
                "{c}"
            );
        }
        let mes = beneficiaire::store::list(&mut tx, &m.moi.perimetre)
            .await
            .unwrap();
        assert_eq!(mes[0].fiche.nom_affiche(), "Léa Martin");
        assert_eq!(mes[0].fiche.telephone.as_deref(), Some("+33299000000"));
        assert_eq!(
            mes[0].structure,
            Some(m.structure),
            "the employer is the controller"
        );
    }
}

#[tokio::test]
async fn a_draft_is_ones_own_and_never_counted() {
    for (b, m) in bases().await {
        let mut tx = b.write().await.unwrap();
        let saisie = [("titre", "À finir"), ("date", ""), ("id_commande", "z")]
            .map(|(n, v)| (n.to_owned(), v.to_owned()));
        let nir = [("notes".to_owned(), "2 55 08 14 168 025 38".to_owned())];
        assert!(matches!(
            brouillon::keep(&mut tx, &m.moi, C, &nir).await,
            Err(Erreur::Saisie(_))
        ));
        let id = brouillon::keep(&mut tx, &m.moi, C, &saisie).await.unwrap();
        let moi = m.moi.personne.unwrap();
        assert_eq!(
            brouillon::open(&mut tx, moi, id)
                .await
                .unwrap()
                .get("titre"),
            "À finir"
        );
        assert!(matches!(
            brouillon::open(&mut tx, Uuid::from_u128(1), id).await,
            Err(Erreur::Introuvable)
        ));
        assert_eq!(count(&mut tx).await, 0);
        // Recording it throws the draft away.
        let f = workshop(&m).with("brouillon", id);
        service::record(&mut tx, &m.moi, C, &f).await.unwrap();
        assert!(brouillon::list(&mut tx, moi).await.unwrap().is_empty());
        brouillon::keep(&mut tx, &m.moi, C, &saisie).await.unwrap();
        tx.commit().await.unwrap();
        b.clock().advance_days(31);
        let mut tx = b.write().await.unwrap();
        assert_eq!(brouillon::purge(&mut tx).await.unwrap(), 1);
    }
}

#[tokio::test]
async fn two_clicks_at_once_have_one_effect() {
    for (b, m) in bases().await {
        let click = async || {
            let mut tx = b.write().await?;
            let id = service::record(&mut tx, &m.moi, I, &entry(&m)).await?;
            tx.commit().await.map(|()| id)
        };
        let (un, deux) = tokio::join!(click(), click());
        assert_eq!(un.unwrap(), deux.unwrap());
        let mut tx = b.read().await.unwrap();
        assert_eq!(count(&mut tx).await, 1);
    }
}

#[tokio::test]
async fn a_contract_corrected_afterwards_moves_activities_with_history() {
    // Scenario 7.
    for (b, m) in bases().await {
        let mut tx = b.write().await.unwrap();
        let f = Champs::default()
            .with("id_commande", "a")
            .with("date", "2025-05-15")
            .with("duree", "30")
            .with("lieu", "a_distance")
            .with("thematiques", "email")
            .with("confirme_date", "oui")
            .with("confirme_emploi", "oui");
        let id = service::record(&mut tx, &m.moi, I, &f).await.unwrap();
        let moi = m.moi.personne.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(rattachement::resolve_all(&b).await.unwrap(), 0);
        let mut tx = b.write().await.unwrap();
        let mut c = parcours::contrat::store::of_personne(&mut tx, moi)
            .await
            .unwrap()[0]
            .clone();
        c.id = tx.new_id();
        c.numero = "CT-2".into();
        c.date_debut = Date::constant(2025, 5, 1);
        c.date_fin = Some(Date::constant(2025, 5, 31));
        parcours::contrat::store::insert(&mut tx, &c).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(rattachement::resolve_all(&b).await.unwrap(), 1);
        let mut tx = b.write().await.unwrap();
        assert_eq!(rattachement::resolve_again(&mut tx, moi).await.unwrap(), 0);
        let a = store::read(&mut tx, &m.moi.perimetre, None, id)
            .await
            .unwrap();
        assert_eq!(a.rattachement.employeur, Some(m.structure));
        assert_eq!(a.rattachement.departement.as_deref(), Some("35"));
        let etapes = socle::historique::read(&mut tx, "activite", id)
            .await
            .unwrap();
        assert_eq!(etapes[1].vers, "rattachee");
        let journal = tx
            .count(
                sql!("SELECT count(*) AS n FROM activite_journal"),
                params![],
            )
            .await
            .unwrap();
        assert_eq!(journal, 2);
    }
}

#[tokio::test]
async fn the_third_emergency_suggests_a_follow_up() {
    // R3.
    for (b, m) in bases().await {
        let mut tx = b.write().await.unwrap();
        let p = beneficiaire::service::create(&mut tx, &m.moi, "p1", &person())
            .await
            .unwrap();
        for (i, attendu) in [false, false, true].into_iter().enumerate() {
            let f = Champs::default()
                .with("id_commande", i)
                .with("date", "2026-03-03")
                .with("duree", "30")
                .with("lieu", "a_distance")
                .with("thematiques", "email")
                .with("aide_urgence", "oui")
                .with("beneficiaire", p);
            let id = service::record(&mut tx, &m.moi, I, &f).await.unwrap();
            assert_eq!(
                service::suggests_follow_up(&mut tx, &m.moi, id)
                    .await
                    .unwrap(),
                attendu
            );
        }
    }
}
