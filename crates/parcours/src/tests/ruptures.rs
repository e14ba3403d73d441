//! Ruptures and prolongations (spec 15 §5, §6; scenarios 13, 14).

use programme::poste;
use socle::{Erreur, Role};

use super::{
    contrats::{d, holds, post_at, state},
    *,
};
use crate::contrat::{
    self, Etat as EtatContrat, emploi_at,
    rupture::{self, Declaration, Suite},
    service,
};

fn declaration(tx: &Tx, date: &str) -> Declaration {
    Declaration {
        motif: "demission".into(),
        sous_motif: "autre_opportunite".into(),
        date_effet: date.into(),
        id_commande: commande(tx),
        ..Declaration::default()
    }
}

async fn suite(tx: &mut Tx, contrat: Uuid, decision: &str, date: &str) -> Suite {
    let r = rupture::of_contrat(tx, contrat).await.unwrap().unwrap();
    Suite {
        decision: decision.into(),
        lettre: "oui".into(),
        date_effet: date.into(),
        version: r.version.to_string(),
        id_commande: commande(tx),
    }
}

#[tokio::test]
async fn scenario_13_a_rupture_waits_for_its_date_and_never_cancels_a_renewal_silently() {
    for b in bases().await {
        let mut tx = b.write().await.unwrap();
        let f = cdd(&tx, "2026-03-03", "2026-06-30");
        let (s, p, c) = hired(&mut tx, 1, &f).await;
        let a = gestionnaire(s);
        let f = cdi(&tx, "2026-07-01");
        let n = service::renew(&mut tx, &a, c, &f).await.unwrap();
        for (champ, f) in [
            (
                "motif",
                Declaration {
                    motif: "inconnu".into(),
                    ..declaration(&tx, "2026-03-31")
                },
            ),
            (
                "sous_motif",
                Declaration {
                    sous_motif: String::new(),
                    ..declaration(&tx, "2026-03-31")
                },
            ),
            ("date_effet", declaration(&tx, "2026-03-02")),
            ("date_effet", declaration(&tx, "2026-07-01")),
            ("annuler_renouvellement", declaration(&tx, "2026-03-31")),
        ] {
            assert!(
                refused(rupture::declare(&mut tx, &a, URL, c, &f).await)
                    .get(champ)
                    .is_some(),
                "{champ}"
            );
        }
        let f = Declaration {
            annuler_renouvellement: "oui".into(),
            ..declaration(&tx, "2026-03-31")
        };
        rupture::declare(&mut tx, &a, URL, c, &f).await.unwrap();
        assert_eq!(state(&mut tx, n).await, EtatContrat::Annule);
        assert_eq!(state(&mut tx, c).await, EtatContrat::Valide);
        let f = suite(&mut tx, c, "valider", "").await;
        assert!(
            refused(rupture::follow(&mut tx, &operateur(), URL, c, &f).await)
                .get("decision")
                .is_some()
        );
        assert!(matches!(
            rupture::follow(&mut tx, &a, URL, c, &f).await,
            Err(Erreur::Interdit(_))
        ));
        let autre = structure(&mut tx, 2, 1, "35238", false).await;
        assert!(matches!(
            rupture::follow(&mut tx, &gestionnaire(autre), URL, c, &f).await,
            Err(Erreur::Introuvable)
        ));
        tx.commit().await.unwrap();
        b.clock().advance_days(30);
        let mut tx = b.write().await.unwrap();
        let f = suite(&mut tx, c, "valider", "").await;
        rupture::follow(&mut tx, &operateur(), URL, c, &f)
            .await
            .unwrap();
        assert_eq!(state(&mut tx, c).await, EtatContrat::Rompu);
        assert_eq!(
            post_at(&mut tx, s, d("2026-03-31")).await,
            poste::Etat::Occupe
        );
        assert_eq!(
            post_at(&mut tx, s, d("2026-04-01")).await,
            poste::Etat::Vacant
        );
        assert!(!holds(&mut tx, p, Role::Conseiller).await);
        assert!(
            emploi_at(&mut tx, p, d("2026-04-01"))
                .await
                .unwrap()
                .is_none()
        );
        // Scenario 14: the date is corrected, the vacancy restarts, both are kept.
        let f = suite(&mut tx, c, "rectifier", "2026-03-15").await;
        rupture::follow(&mut tx, &operateur(), URL, c, &f)
            .await
            .unwrap();
        assert_eq!(
            post_at(&mut tx, s, d("2026-03-16")).await,
            poste::Etat::Vacant
        );
        assert!(
            emploi_at(&mut tx, p, d("2026-03-16"))
                .await
                .unwrap()
                .is_none()
        );
        let motifs: Vec<String> = contrat::history(&mut tx, c)
            .await
            .unwrap()
            .into_iter()
            .filter(|h| h.vers == "rupture_validee")
            .filter_map(|h| h.motif)
            .collect();
        assert_eq!(motifs, ["au 31 mars 2026", "au 15 mars 2026"]);
    }
}

#[tokio::test]
async fn a_cancelled_rupture_changes_nothing() {
    for b in bases().await {
        let mut tx = b.write().await.unwrap();
        let f = cdi(&tx, "2026-03-03");
        let (s, p, c) = hired(&mut tx, 1, &f).await;
        let a = gestionnaire(s);
        let f = declaration(&tx, "2026-03-31");
        rupture::declare(&mut tx, &a, URL, c, &f).await.unwrap();
        let encore = declaration(&tx, "2026-03-31");
        assert!(matches!(
            rupture::declare(&mut tx, &a, URL, c, &encore).await,
            Err(Erreur::Conflit(_))
        ));
        let f = suite(&mut tx, c, "annuler", "").await;
        rupture::follow(&mut tx, &a, URL, c, &f).await.unwrap();
        assert_eq!(state(&mut tx, c).await, EtatContrat::Valide);
        assert!(holds(&mut tx, p, Role::Conseiller).await);
        assert!(rupture::of_contrat(&mut tx, c).await.unwrap().is_none());
    }
}

#[tokio::test]
async fn a_prolongation_keeps_the_contract_and_the_post() {
    use crate::contrat::prolongation::{self, Demande, Reponse};
    for b in bases().await {
        let mut tx = b.write().await.unwrap();
        let f = cdd(&tx, "2026-03-03", "2026-06-30");
        let (s, p, c) = hired(&mut tx, 1, &f).await;
        let a = gestionnaire(s);
        let demande = |tx: &Tx, fin: &str, salaire: &str| Demande {
            date_fin: fin.into(),
            salaire: salaire.into(),
            id_commande: commande(tx),
        };
        let f = demande(&tx, "2026-06-30", "1000");
        let e = refused(prolongation::ask(&mut tx, &a, c, &f).await);
        assert!(
            e.get("date_fin").is_some() && e.get("salaire").is_some(),
            "{e:?}"
        );
        let f = demande(&tx, "2026-12-31", "2100");
        prolongation::ask(&mut tx, &a, c, &f).await.unwrap();
        let f = demande(&tx, "2026-12-31", "2100");
        assert!(matches!(
            prolongation::ask(&mut tx, &a, c, &f).await,
            Err(Erreur::Conflit(_))
        ));
        let f = Reponse {
            decision: "valider".into(),
            id_commande: commande(&tx),
        };
        assert!(matches!(
            prolongation::decide(&mut tx, &a, URL, c, &f).await,
            Err(Erreur::Interdit(_))
        ));
        prolongation::decide(&mut tx, &operateur(), URL, c, &f)
            .await
            .unwrap();
        prolongation::decide(&mut tx, &operateur(), URL, c, &f)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        b.clock().advance_days(200);
        assert_eq!(service::daily(&b, URL).await.unwrap(), 0);
        let mut tx = b.write().await.unwrap();
        assert_eq!(
            post_at(&mut tx, s, d("2026-12-31")).await,
            poste::Etat::Occupe
        );
        assert_eq!(
            post_at(&mut tx, s, d("2027-01-01")).await,
            poste::Etat::Vacant
        );
        assert_eq!(
            emploi_at(&mut tx, p, d("2026-12-31"))
                .await
                .unwrap()
                .unwrap()
                .fin,
            Some(d("2026-12-31"))
        );
        // Within the prolonged time the contract may still be broken.
        let f = declaration(&tx, "2026-09-15");
        rupture::declare(&mut tx, &a, URL, c, &f).await.unwrap();
        let f = suite(&mut tx, c, "valider", "").await;
        rupture::follow(&mut tx, &operateur(), URL, c, &f)
            .await
            .unwrap();
        assert_eq!(
            post_at(&mut tx, s, d("2026-09-16")).await,
            poste::Etat::Vacant
        );
    }
}
