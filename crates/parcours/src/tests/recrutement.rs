//! Registration, search and matchings (spec 15 §1, §2, scenarios 1, 3–6).

use socle::{Erreur, Perimetre, Role};

use super::*;
use crate::{
    candidat::service::{Inscription, confirm, register, set_available},
    mise_en_relation::{
        recherche::{Rayon, Recherche, search},
        store,
    },
};

pub(crate) fn inscription() -> Inscription {
    Inscription {
        prenom: "Awa".into(),
        nom: "Diallo".into(),
        courriel: "Awa@Exemple.fr".into(),
        telephone: String::new(),
        commune: "Rennes (35000)".into(),
        situation: vec!["demandeur_emploi".into()],
        date_disponibilite: "2026-03-03".into(),
        distance_max: "20".into(),
        motivation: "Je veux aider les personnes éloignées du numérique à être autonomes.".into(),
        partage: "a_la_preselection".into(),
        eligibilite: "oui".into(),
        conditions: "oui".into(),
        visibilite: "oui".into(),
        ..Inscription::default()
    }
}

fn around(rayon: Rayon) -> Recherche {
    Recherche {
        rayon,
        mission_le: Date::constant(2026, 3, 3),
        par_score: false,
        sans: Vec::new(),
        experience: false,
        certifie: false,
    }
}

#[tokio::test]
async fn scenario_1_the_same_address_twice_is_one_person_and_tells_nothing() {
    for b in bases().await {
        for _ in 0..2 {
            let mut tx = b.write().await.unwrap();
            register(&mut tx, URL, &inscription()).await.unwrap();
            tx.commit().await.unwrap();
        }
        let jeton = link(&b, "awa@exemple.fr", "/confirmer/").await;
        for _ in 0..2 {
            let mut tx = b.write().await.unwrap();
            confirm(&mut tx, URL, &jeton).await.unwrap();
            tx.commit().await.unwrap();
        }
        let mut tx = b.write().await.unwrap();
        register(&mut tx, URL, &inscription()).await.unwrap();
        tx.commit().await.unwrap();
        let sujets = subjects(&b, "awa@exemple.fr").await;
        assert!(
            sujets.contains(&"Vous avez déjà un espace candidat".to_owned()),
            "{sujets:?}"
        );
        let mut tx = b.write().await.unwrap();
        let p = comptes::personne::find_by_courriel(&mut tx, "awa@exemple.fr")
            .await
            .unwrap()
            .unwrap();
        let c = candidat::store::get(&mut tx, p).await.unwrap();
        assert_eq!(
            (c.commune_insee.as_str(), c.distance_max),
            ("35238", Some(20))
        );
        assert!(matches!(
            confirm(&mut tx, URL, "inconnu").await,
            Err(Erreur::Introuvable)
        ));
    }
}

#[tokio::test]
async fn an_expired_link_confirms_nothing_and_is_purged() {
    for b in bases().await {
        let mut tx = b.write().await.unwrap();
        register(&mut tx, URL, &inscription()).await.unwrap();
        tx.commit().await.unwrap();
        let jeton = link(&b, "awa@exemple.fr", "/confirmer/").await;
        b.clock().advance_days(8);
        let mut tx = b.write().await.unwrap();
        assert!(matches!(
            confirm(&mut tx, URL, &jeton).await,
            Err(Erreur::Conflit(_))
        ));
        assert_eq!(candidat::store::purge(&mut tx).await.unwrap(), 1);
        assert!(matches!(
            confirm(&mut tx, URL, &jeton).await,
            Err(Erreur::Introuvable)
        ));
    }
}

#[tokio::test]
async fn each_wrong_field_has_its_message() {
    for b in bases().await {
        let mut tx = b.write().await.unwrap();
        let s = refused(register(&mut tx, URL, &Inscription::default()).await);
        for champ in [
            "prenom",
            "nom",
            "courriel",
            "commune",
            "situation",
            "date_disponibilite",
            "distance_max",
            "motivation",
            "partage",
            "eligibilite",
            "conditions",
            "visibilite",
        ] {
            assert!(s.get(champ).is_some(), "{champ}");
        }
        assert_eq!(s.get("situation"), Some("Cochez au moins une situation."));
        let f = Inscription {
            situation: vec!["diplome_mednum".into()],
            date_disponibilite: "2026-03-02".into(),
            departements_exclus: "35, 99".into(),
            motivation: format!("{} mot de passe : azerty", "a".repeat(60)),
            ..inscription()
        };
        let s = refused(register(&mut tx, URL, &f).await);
        for champ in [
            "diplome",
            "date_disponibilite",
            "departements_exclus",
            "motivation",
        ] {
            assert!(s.get(champ).is_some(), "{champ}");
        }
    }
}

#[tokio::test]
async fn the_zone_is_the_structure_s_and_the_candidate_s() {
    for b in bases().await {
        let mut tx = b.write().await.unwrap();
        let s = structure(&mut tx, 1, 1, "35238", false).await;
        let proche = candidate(&mut tx, 1, "35238", Some(5)).await.personne;
        // Saint-Malo, 65 km away: out of a 50 km search, in of a 100 km one.
        let loin = candidate(&mut tx, 2, "35288", Some(100)).await.personne;
        let sedentaire = candidate(&mut tx, 3, "35288", Some(20)).await.personne;
        let mut plus_tard = candidate(&mut tx, 4, "35238", None).await;
        plus_tard.date_disponibilite = Date::constant(2026, 9, 1);
        candidat::store::save(&mut tx, &plus_tard).await.unwrap();
        let r = search(&mut tx, s, &around(Rayon::Km50)).await.unwrap();
        let ids: Vec<Uuid> = r.maintenant.iter().map(|t| t.candidat.personne).collect();
        assert_eq!(ids, [proche]);
        assert_eq!(r.plus_tard.len(), 1);
        let r = search(&mut tx, s, &around(Rayon::Km100)).await.unwrap();
        let ids: Vec<Uuid> = r.maintenant.iter().map(|t| t.candidat.personne).collect();
        assert_eq!(ids, [proche, loin]);
        assert!(!ids.contains(&sedentaire));
        assert_eq!(
            search(&mut tx, s, &around(Rayon::Departement))
                .await
                .unwrap()
                .maintenant
                .len(),
            2
        );
        assert_eq!(
            search(&mut tx, s, &around(Rayon::Region))
                .await
                .unwrap()
                .maintenant
                .len(),
            2
        );
    }
}

#[tokio::test]
async fn scenario_4_an_island_is_another_territory() {
    for b in bases().await {
        let mut tx = b.write().await.unwrap();
        let s = structure(&mut tx, 1, 1, "97105", true).await;
        let mut c = candidate(&mut tx, 1, "97801", None).await;
        assert!(
            search(&mut tx, s, &around(Rayon::France))
                .await
                .unwrap()
                .maintenant
                .is_empty()
        );
        c.mobilite_outre_mer = true;
        candidat::store::save(&mut tx, &c).await.unwrap();
        assert_eq!(
            search(&mut tx, s, &around(Rayon::France))
                .await
                .unwrap()
                .maintenant
                .len(),
            1
        );
    }
}

#[tokio::test]
async fn scenario_5_an_unavailable_candidate_is_never_refused() {
    for b in bases().await {
        let mut tx = b.write().await.unwrap();
        let (s1, s2) = (
            structure(&mut tx, 1, 1, "35238", false).await,
            structure(&mut tx, 2, 1, "35238", false).await,
        );
        let p = candidate(&mut tx, 1, "35238", Some(20)).await.personne;
        let a = preselect(&mut tx, s1, p).await;
        let c = preselect(&mut tx, s2, p).await;
        step(&mut tx, &gestionnaire(s2), c, "entretien")
            .await
            .unwrap();
        let moi = soi(Role::Candidat, p);
        set_available(&mut tx, &moi, false).await.unwrap();
        for id in [a, c] {
            let m = store::get(&mut tx, &Perimetre::National, id).await.unwrap();
            assert_eq!(m.etat, Etat::EnPause);
        }
        set_available(&mut tx, &moi, true).await.unwrap();
        let etat = |m: crate::mise_en_relation::MiseEnRelation| m.etat;
        assert_eq!(
            etat(store::get(&mut tx, &moi.perimetre, a).await.unwrap()),
            Etat::Preselectionnee
        );
        assert_eq!(
            etat(store::get(&mut tx, &moi.perimetre, c).await.unwrap()),
            Etat::Entretien
        );
    }
}

#[tokio::test]
async fn scenario_6_out_of_zone_needs_a_reason_that_the_candidate_reads() {
    for b in bases().await {
        let mut tx = b.write().await.unwrap();
        let s = structure(&mut tx, 1, 1, "35238", false).await;
        let p = candidate(&mut tx, 1, "35288", Some(20)).await.personne;
        let a = gestionnaire(s);
        let mut f = Preselection {
            motif: "court".into(),
            id_commande: commande(&tx),
        };
        assert!(
            refused(relations::preselect(&mut tx, &a, URL, p, &f).await)
                .get("motif")
                .is_some()
        );
        f = Preselection {
            motif: "Un logement est proposé avec ce poste.".into(),
            id_commande: commande(&tx),
        };
        let id = relations::preselect(&mut tx, &a, URL, p, &f).await.unwrap();
        // The same click again is the same matching.
        assert_eq!(
            relations::preselect(&mut tx, &a, URL, p, &f).await.unwrap(),
            id
        );
        let m = store::get(&mut tx, &Perimetre::Soi(p), id).await.unwrap();
        assert_eq!(m.hors_zone, "Un logement est proposé avec ce poste.");
    }
}

#[tokio::test]
async fn each_side_acts_in_its_turn_and_strangers_see_nothing() {
    for b in bases().await {
        let mut tx = b.write().await.unwrap();
        let s = structure(&mut tx, 1, 1, "35238", false).await;
        let autre = structure(&mut tx, 2, 1, "35238", false).await;
        let p = candidate(&mut tx, 1, "35238", Some(20)).await.personne;
        let q = candidate(&mut tx, 2, "35238", Some(20)).await.personne;
        let id = preselect(&mut tx, s, p).await;
        for etranger in [
            gestionnaire(autre),
            soi(Role::Candidat, q),
            Acteur::visiteur(),
        ] {
            assert!(matches!(
                step(&mut tx, &etranger, id, "proposer").await,
                Err(Erreur::Introuvable)
            ));
        }
        assert!(matches!(
            step(&mut tx, &soi(Role::Candidat, p), id, "proposer").await,
            Err(Erreur::Interdit(_))
        ));
        assert!(matches!(
            step(&mut tx, &soi(Role::Candidat, p), id, "accepter").await,
            Err(Erreur::Conflit(_))
        ));
        assert_eq!(
            step(&mut tx, &gestionnaire(s), id, "proposer")
                .await
                .unwrap(),
            Etat::Proposition
        );
        // An old page changes nothing.
        let f = Geste {
            evenement: "ecarter".into(),
            raison: "autre".into(),
            version: "1".into(),
            id_commande: commande(&tx),
            ..Geste::default()
        };
        assert!(matches!(
            relations::act(&mut tx, &gestionnaire(s), URL, id, &f).await,
            Err(Erreur::Conflit(_))
        ));
        assert_eq!(
            step(&mut tx, &soi(Role::Candidat, p), id, "decliner")
                .await
                .unwrap(),
            Etat::Declinee
        );
    }
}

#[tokio::test]
async fn without_a_vacant_post_nobody_is_preselected() {
    for b in bases().await {
        let mut tx = b.write().await.unwrap();
        let s = structure(&mut tx, 1, 0, "35238", false).await;
        let p = candidate(&mut tx, 1, "35238", Some(20)).await.personne;
        let f = Preselection {
            motif: String::new(),
            id_commande: commande(&tx),
        };
        let r = relations::preselect(&mut tx, &gestionnaire(s), URL, p, &f).await;
        assert!(matches!(r, Err(Erreur::Conflit(m)) if m == "Aucun poste disponible."));
    }
}

#[tokio::test]
async fn the_last_post_taken_closes_the_others_neutrally() {
    for b in bases().await {
        let mut tx = b.write().await.unwrap();
        let s = structure(&mut tx, 1, 1, "35238", false).await;
        let p = candidate(&mut tx, 1, "35238", Some(20)).await.personne;
        let q = candidate(&mut tx, 2, "35238", Some(20)).await.personne;
        let autre = preselect(&mut tx, s, q).await;
        let relation = accepted(&mut tx, s, p).await;
        let f = cdi(&tx, "2026-03-03");
        let c = submitted(&mut tx, s, relation, &f).await;
        validate(&mut tx, c).await.unwrap();
        let etat = |m: crate::mise_en_relation::MiseEnRelation| m.etat;
        let n = Perimetre::National;
        assert_eq!(
            etat(store::get(&mut tx, &n, autre).await.unwrap()),
            Etat::Close
        );
        assert_eq!(
            etat(store::get(&mut tx, &n, relation).await.unwrap()),
            Etat::Recrutee
        );
        tx.commit().await.unwrap();
        let sujets = subjects(&b, "candidat2@essai.example").await;
        assert!(
            sujets.contains(&"Un poste est pourvu".to_owned()),
            "{sujets:?}"
        );
    }
}
