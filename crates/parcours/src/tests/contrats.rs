//! Contracts and renewals (spec 15 §3, §5; scenarios 7–12).

use programme::poste;
use socle::{Erreur, Perimetre, Role};

use super::*;
use crate::contrat::{self, Etat as EtatContrat, emploi_at, service};

pub(super) async fn state(tx: &mut Tx, id: Uuid) -> EtatContrat {
    contrat::get(tx, &Perimetre::National, id)
        .await
        .unwrap()
        .etat
}

/// State of the only post of a structure on a day.
pub(super) async fn post_at(tx: &mut Tx, structure: Uuid, le: Date) -> poste::Etat {
    let p = Perimetre::Structures(vec![structure]);
    poste::states(tx, &p, le).await.unwrap()[0].2
}

pub(super) async fn holds(tx: &mut Tx, personne: Uuid, role: Role) -> bool {
    comptes::attribution::list(tx, Some(role), 1000)
        .await
        .unwrap()
        .iter()
        .any(|a| a.personne == personne)
}

pub(super) fn d(texte: &str) -> Date {
    texte.parse().unwrap()
}

#[tokio::test]
async fn a_validated_contract_occupies_the_post_and_opens_the_rights() {
    for b in bases().await {
        let mut tx = b.write().await.unwrap();
        let f = cdi(&tx, "2026-03-03");
        let (s, p, c) = hired(&mut tx, 1, &f).await;
        assert_eq!(state(&mut tx, c).await, EtatContrat::Valide);
        assert_eq!(
            post_at(&mut tx, s, d("2026-03-03")).await,
            poste::Etat::Occupe
        );
        assert!(holds(&mut tx, p, Role::Conseiller).await);
        let e = emploi_at(&mut tx, p, d("2026-03-03"))
            .await
            .unwrap()
            .unwrap();
        assert_eq!(
            (e.contrat, e.structure, e.departement.as_str(), e.fin),
            (c, s, "35", None)
        );
        assert!(
            emploi_at(&mut tx, p, d("2026-03-02"))
                .await
                .unwrap()
                .is_none()
        );
        assert_eq!(
            contrat::conseillers(&mut tx, &Perimetre::Departements(vec!["35".into()]))
                .await
                .unwrap(),
            [(p, s, "35".to_owned())]
        );
        assert!(
            contrat::conseillers(&mut tx, &Perimetre::Departements(vec!["29".into()]))
                .await
                .unwrap()
                .is_empty()
        );
        // Hired: no longer found by anybody.
        let r = crate::mise_en_relation::recherche::Recherche {
            rayon: crate::mise_en_relation::recherche::Rayon::France,
            mission_le: d("2026-03-03"),
            par_score: true,
            sans: vec![],
            experience: false,
            certifie: false,
        };
        assert!(
            crate::mise_en_relation::recherche::search(&mut tx, s, &r)
                .await
                .unwrap()
                .maintenant
                .is_empty()
        );
        tx.commit().await.unwrap();
        let sujets = subjects(&b, "candidat1@essai.example").await;
        assert!(
            sujets.contains(&"Bienvenue parmi les conseillers numériques".to_owned()),
            "{sujets:?}"
        );
    }
}

#[tokio::test]
async fn scenario_7_the_floor_at_the_first_day() {
    for b in bases().await {
        let mut tx = b.write().await.unwrap();
        // Lyon.
        let s = structure(&mut tx, 1, 1, "69123", false).await;
        let p = candidate(&mut tx, 1, "69123", Some(20)).await.personne;
        let relation = accepted(&mut tx, s, p).await;
        let a = gestionnaire(s);
        let trop_peu = Redaction {
            salaire: "1822".into(),
            ..cdi(&tx, "2026-01-15")
        };
        let e = refused(service::draft(&mut tx, &a, relation, &trop_peu).await);
        assert!(
            e.get("salaire").unwrap().contains("1\u{202f}823,03"),
            "{e:?}"
        );
        // 31/12/2025 was under the former floor.
        let avant = Redaction {
            salaire: "1 801,80".into(),
            ..cdi(&tx, "2025-12-31")
        };
        assert!(service::draft(&mut tx, &a, relation, &avant).await.is_ok());
        let q = candidate(&mut tx, 2, "69123", Some(20)).await.personne;
        let relation = accepted(&mut tx, s, q).await;
        let parental = Redaction {
            salaire: "1 458,42".into(),
            quotite: "80".into(),
            quotite_motif: "conge_parental".into(),
            ..cdi(&tx, "2026-01-15")
        };
        assert!(
            service::draft(&mut tx, &a, relation, &parental)
                .await
                .is_ok()
        );
    }
}

#[tokio::test]
async fn scenario_8_two_contracts_of_one_person_never_overlap() {
    for b in bases().await {
        let mut tx = b.write().await.unwrap();
        let (s1, s2) = (
            structure(&mut tx, 1, 1, "35238", false).await,
            structure(&mut tx, 2, 1, "35238", false).await,
        );
        let p = candidate(&mut tx, 1, "35238", Some(20)).await.personne;
        let mut ids = Vec::new();
        for s in [s1, s2] {
            let relation = accepted(&mut tx, s, p).await;
            let f = cdi(&tx, "2026-03-03");
            ids.push(submitted(&mut tx, s, relation, &f).await);
        }
        tx.commit().await.unwrap();
        let un = |id: Uuid| {
            let base = (*b).clone();
            async move {
                let mut tx = base.write().await?;
                validate(&mut tx, id).await?;
                tx.commit().await
            }
        };
        let (x, y) = tokio::join!(un(ids[0]), un(ids[1]));
        assert!(x.is_ok() != y.is_ok(), "{x:?} {y:?}");
        let e = refused(if x.is_ok() { y } else { x });
        assert!(
            e.iter()
                .any(|(_, m)| m.contains("couvre des dates communes")),
            "{e:?}"
        );
    }
}

#[tokio::test]
async fn scenario_10_the_quota_is_the_ledger_s_even_for_two_at_once() {
    for b in bases().await {
        let mut tx = b.write().await.unwrap();
        let s = structure(&mut tx, 1, 1, "35238", false).await;
        let a = gestionnaire(s);
        let mut ids = Vec::new();
        for n in 1..=2 {
            let p = candidate(&mut tx, n, "35238", Some(20)).await.personne;
            let relation = accepted(&mut tx, s, p).await;
            let f = cdi(&tx, "2026-03-03");
            ids.push(service::draft(&mut tx, &a, relation, &f).await.unwrap());
        }
        tx.commit().await.unwrap();
        let un = |id: Uuid| {
            let (base, a) = ((*b).clone(), a.clone());
            async move {
                let mut tx = base.write().await?;
                let c = commande(&tx);
                service::submit(&mut tx, &a, URL, id, &c).await?;
                tx.commit().await
            }
        };
        let (x, y) = tokio::join!(un(ids[0]), un(ids[1]));
        assert!(x.is_ok() != y.is_ok(), "{x:?} {y:?}");
        let perdu = if x.is_ok() { y } else { x };
        assert!(matches!(perdu, Err(Erreur::Conflit(m)) if m == "Aucun poste disponible."));
        // Cancelled: the post is free for the other.
        let mut tx = b.write().await.unwrap();
        for id in ids {
            let c = commande(&tx);
            service::annul(&mut tx, &a, id, &c).await.unwrap();
        }
        assert_eq!(
            poste::available(&mut tx, s, None, d("2026-03-03"))
                .await
                .unwrap(),
            1
        );
    }
}

#[tokio::test]
async fn a_contract_takes_a_post_of_its_nature() {
    // Spec 15 §3.3: a coordinateur is hired on a post of coordinateur.
    for b in bases().await {
        let mut tx = b.write().await.unwrap();
        let s = structure(&mut tx, 1, 1, "35238", false).await;
        let a = gestionnaire(s);
        let le = d("2026-03-03");
        let p = candidate(&mut tx, 1, "35238", Some(20)).await.personne;
        let relation = accepted(&mut tx, s, p).await;
        let f = Redaction {
            coordination: "FT".into(),
            ..cdi(&tx, "2026-03-03")
        };
        let c = service::draft(&mut tx, &a, relation, &f).await.unwrap();
        // A post of conseiller is vacant, none of coordinateur.
        let n = commande(&tx);
        let r = service::submit(&mut tx, &a, URL, c, &n).await;
        assert!(matches!(r, Err(Erreur::Conflit(m)) if m == "Aucun poste disponible."));
        coordinating_posts(&mut tx, s, 1).await;
        let n = commande(&tx);
        service::submit(&mut tx, &a, URL, c, &n).await.unwrap();
        for (nature, reste) in [
            (poste::Nature::Conseiller, 1),
            (poste::Nature::Coordinateur, 0),
        ] {
            let libres = poste::available(&mut tx, s, Some(nature), le).await;
            assert_eq!(libres.unwrap(), reste, "{nature:?}");
        }
        validate(&mut tx, c).await.unwrap();
        assert!(holds(&mut tx, p, Role::Coordinateur).await);
        assert!(!holds(&mut tx, p, Role::Conseiller).await);
        // One post is left, of conseiller: matchings go on.
        assert_eq!(poste::available(&mut tx, s, None, le).await.unwrap(), 1);
    }
}

#[tokio::test]
async fn a_contract_completed_with_another_mission_changes_post() {
    for b in bases().await {
        let mut tx = b.write().await.unwrap();
        let s = structure(&mut tx, 1, 1, "35238", false).await;
        coordinating_posts(&mut tx, s, 1).await;
        let a = gestionnaire(s);
        let p = candidate(&mut tx, 1, "35238", Some(20)).await.personne;
        let relation = accepted(&mut tx, s, p).await;
        let f = cdi(&tx, "2026-03-03");
        let c = submitted(&mut tx, s, relation, &f).await;
        let version = |c: &contrat::Contrat| c.version.to_string();
        let lu = contrat::get(&mut tx, &Perimetre::National, c)
            .await
            .unwrap();
        let piece = Decision {
            decision: "demander_piece".into(),
            motif: "Précisez la mission de coordination.".into(),
            version: version(&lu),
            id_commande: commande(&tx),
            ..Decision::default()
        };
        service::decide(&mut tx, &operateur(), URL, c, &piece)
            .await
            .unwrap();
        let lu = contrat::get(&mut tx, &Perimetre::National, c)
            .await
            .unwrap();
        let f = Redaction {
            coordination: "PT".into(),
            version: version(&lu),
            ..cdi(&tx, "2026-03-03")
        };
        service::redraft(&mut tx, &a, c, &f).await.unwrap();
        let n = commande(&tx);
        service::submit(&mut tx, &a, URL, c, &n).await.unwrap();
        validate(&mut tx, c).await.unwrap();
        let le = d("2026-03-03");
        let libres = poste::available(&mut tx, s, Some(poste::Nature::Conseiller), le).await;
        assert_eq!(libres.unwrap(), 1, "the post of conseiller is free again");
    }
}

#[tokio::test]
async fn all_guards_are_listed_and_a_double_click_validates_once() {
    for b in bases().await {
        let mut tx = b.write().await.unwrap();
        let s = structure(&mut tx, 1, 1, "35238", false).await;
        let p = candidate(&mut tx, 1, "35238", Some(20)).await.personne;
        let relation = accepted(&mut tx, s, p).await;
        let a = gestionnaire(s);
        let incomplet = Redaction {
            preparation: String::new(),
            ..cdi(&tx, "2026-03-03")
        };
        let id = service::draft(&mut tx, &a, relation, &incomplet)
            .await
            .unwrap();
        let c = commande(&tx);
        assert!(
            refused(service::submit(&mut tx, &a, URL, id, &c).await)
                .get("preparation")
                .is_some()
        );
        tx.commit().await.unwrap();
        let mut tx = b.write().await.unwrap();
        let v = contrat::get(&mut tx, &Perimetre::National, id)
            .await
            .unwrap()
            .version;
        let complet = Redaction {
            version: v.to_string(),
            ..cdi(&tx, "2026-03-03")
        };
        service::redraft(&mut tx, &a, id, &complet).await.unwrap();
        let c = commande(&tx);
        service::submit(&mut tx, &a, URL, id, &c).await.unwrap();
        let v = contrat::get(&mut tx, &Perimetre::National, id)
            .await
            .unwrap()
            .version;
        let mut f = Decision {
            decision: "valider".into(),
            version: v.to_string(),
            id_commande: commande(&tx),
            ..Decision::default()
        };
        tx.commit().await.unwrap();
        let mut tx = b.write().await.unwrap();
        let e = refused(service::decide(&mut tx, &operateur(), URL, id, &f).await);
        assert!(e.iter().any(|(_, m)| m.contains("contrat signé")), "{e:?}");
        drop(tx);
        f.piece = "oui".into();
        for _ in 0..2 {
            let mut tx = b.write().await.unwrap();
            service::decide(&mut tx, &operateur(), URL, id, &f)
                .await
                .unwrap();
            tx.commit().await.unwrap();
        }
        let mut tx = b.read().await.unwrap();
        let valides = contrat::history(&mut tx, id)
            .await
            .unwrap()
            .iter()
            .filter(|h| h.vers == "valide")
            .count();
        assert_eq!(valides, 1);
    }
}

#[tokio::test]
async fn a_refusal_frees_the_post_and_reopens_the_matching() {
    for b in bases().await {
        let mut tx = b.write().await.unwrap();
        let s = structure(&mut tx, 1, 1, "35238", false).await;
        let p = candidate(&mut tx, 1, "35238", Some(20)).await.personne;
        let relation = accepted(&mut tx, s, p).await;
        let f = cdi(&tx, "2026-03-03");
        let id = submitted(&mut tx, s, relation, &f).await;
        assert_eq!(
            poste::available(&mut tx, s, None, d("2026-03-03"))
                .await
                .unwrap(),
            0
        );
        let v = contrat::get(&mut tx, &Perimetre::National, id)
            .await
            .unwrap()
            .version;
        let mut f = Decision {
            decision: "refuser".into(),
            version: v.to_string(),
            id_commande: commande(&tx),
            ..Decision::default()
        };
        assert!(
            refused(service::decide(&mut tx, &operateur(), URL, id, &f).await)
                .get("motif")
                .is_some()
        );
        assert!(matches!(
            service::decide(&mut tx, &gestionnaire(s), URL, id, &f).await,
            Err(Erreur::Interdit(_))
        ));
        f.motif = "La convention n'est pas signée.".into();
        f.id_commande = commande(&tx);
        service::decide(&mut tx, &operateur(), URL, id, &f)
            .await
            .unwrap();
        assert_eq!(
            poste::available(&mut tx, s, None, d("2026-03-03"))
                .await
                .unwrap(),
            1
        );
        let m = crate::mise_en_relation::store::get(&mut tx, &Perimetre::National, relation)
            .await
            .unwrap();
        assert_eq!(m.etat, Etat::Preselectionnee);
    }
}

#[tokio::test]
async fn scenario_12_cdisation_is_no_departure_and_the_post_is_never_vacant() {
    for b in bases().await {
        let mut tx = b.write().await.unwrap();
        let f = cdd(&tx, "2026-03-03", "2026-06-30");
        let (s, p, c) = hired(&mut tx, 1, &f).await;
        let a = gestionnaire(s);
        let trop_tot = cdi(&tx, "2026-06-30");
        assert!(
            refused(service::renew(&mut tx, &a, c, &trop_tot).await)
                .get("date_debut")
                .is_some()
        );
        let f = cdi(&tx, "2026-07-01");
        let n = service::renew(&mut tx, &a, c, &f).await.unwrap();
        let encore = cdi(&tx, "2026-07-01");
        assert!(matches!(
            service::renew(&mut tx, &a, c, &encore).await,
            Err(Erreur::Conflit(_))
        ));
        let k = commande(&tx);
        service::submit(&mut tx, &a, URL, n, &k).await.unwrap();
        validate(&mut tx, n).await.unwrap();
        tx.commit().await.unwrap();
        b.clock().advance_days(150);
        service::daily(&b, URL).await.unwrap();
        let mut tx = b.write().await.unwrap();
        assert_eq!(state(&mut tx, c).await, EtatContrat::Remplace);
        for le in ["2026-06-30", "2026-07-01", "2026-07-31"] {
            assert_eq!(
                post_at(&mut tx, s, d(le)).await,
                poste::Etat::Occupe,
                "{le}"
            );
            assert!(
                emploi_at(&mut tx, p, d(le)).await.unwrap().is_some(),
                "{le}"
            );
        }
        assert_eq!(
            emploi_at(&mut tx, p, d("2026-06-30"))
                .await
                .unwrap()
                .unwrap()
                .contrat,
            c
        );
        assert_eq!(
            emploi_at(&mut tx, p, d("2026-07-01"))
                .await
                .unwrap()
                .unwrap()
                .contrat,
            n
        );
        assert!(holds(&mut tx, p, Role::Conseiller).await);
    }
}

#[tokio::test]
async fn a_contract_past_its_date_ends_once_with_its_effects() {
    for b in bases().await {
        let mut tx = b.write().await.unwrap();
        let f = cdd(&tx, "2026-03-03", "2026-06-30");
        let (s, p, c) = hired(&mut tx, 1, &f).await;
        tx.commit().await.unwrap();
        b.clock().advance_days(100);
        assert_eq!(service::daily(&b, URL).await.unwrap(), 0);
        // Within 30 days of the end: one reminder, whatever the number of runs.
        service::daily(&b, URL).await.unwrap();
        let rappels = subjects(&b, "structure1@essai.example").await;
        assert_eq!(
            rappels
                .iter()
                .filter(|x| x.contains("arrive à son terme"))
                .count(),
            1,
            "{rappels:?}"
        );
        b.clock().advance_days(30);
        assert_eq!(service::daily(&b, URL).await.unwrap(), 1);
        assert_eq!(service::daily(&b, URL).await.unwrap(), 0);
        let mut tx = b.write().await.unwrap();
        assert_eq!(state(&mut tx, c).await, EtatContrat::Termine);
        assert_eq!(
            post_at(&mut tx, s, d("2026-06-30")).await,
            poste::Etat::Occupe
        );
        assert_eq!(
            post_at(&mut tx, s, d("2026-07-01")).await,
            poste::Etat::Vacant
        );
        assert!(!holds(&mut tx, p, Role::Conseiller).await);
        // Availability is asked, not assumed; what was is not lost.
        assert!(!candidat::store::get(&mut tx, p).await.unwrap().disponible);
        assert_eq!(
            emploi_at(&mut tx, p, d("2026-06-30"))
                .await
                .unwrap()
                .unwrap()
                .contrat,
            c
        );
    }
}
