use jiff::civil::{Date, date};
use socle::{Erreur, Perimetre, Role, Tx};
use uuid::Uuid;

use super::{bases, mairie, national};
use crate::{
    chiffres,
    poste::{self, Attribution, Etat, Filtre, Nature},
};

const MARS: Date = date(2026, 3, 3);

async fn give(tx: &mut Tx, structure: Uuid, nombre: i64) -> Vec<Uuid> {
    let a = Attribution {
        campagne: None,
        point: None,
        structure,
        departement: "35",
        nature: Nature::Conseiller,
        nombre,
        le: date(2025, 1, 15),
    };
    poste::attribute(tx, &national(Role::Secretariat), &a)
        .await
        .unwrap()
}

fn contrat(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

#[tokio::test]
async fn the_last_post_is_reserved_once_and_the_same_contract_keeps_it() {
    // Scenario 10.
    let a = national(Role::GestionnaireStructure);
    for b in bases().await {
        let mut tx = b.write().await.unwrap();
        let s = mairie(&mut tx, 1).await;
        let p = give(&mut tx, s, 1).await[0];
        assert_eq!(poste::available(&mut tx, s, None, MARS).await.unwrap(), 1);
        tx.commit().await.unwrap();
        let one = |n| {
            let (b, a) = (&b, a.clone());
            async move {
                let mut tx = b.write().await?;
                let r = poste::reserve(&mut tx, &a, s, poste::Nature::Conseiller, contrat(n)).await;
                tx.commit().await?;
                r
            }
        };
        let (x, y) = tokio::join!(one(1), one(2));
        assert!(x.is_ok() != y.is_ok(), "{x:?} {y:?}");
        let refus = [x, y].into_iter().find_map(Result::err).unwrap();
        assert!(matches!(refus, Erreur::Conflit(m) if m == "Aucun poste disponible."));
        let mut tx = b.write().await.unwrap();
        let etat = poste::get(&mut tx, &Perimetre::National, p).await.unwrap();
        assert_eq!(etat.etat, Etat::Reserve);
        let garde = etat.contrat.unwrap();
        assert_eq!(
            poste::reserve(&mut tx, &a, s, poste::Nature::Conseiller, garde)
                .await
                .unwrap(),
            p
        );
        poste::release(&mut tx, &a, p, garde).await.unwrap();
        assert_eq!(poste::available(&mut tx, s, None, MARS).await.unwrap(), 1);
        let m = poste::movements(&mut tx, p).await.unwrap();
        assert_eq!(m.iter().map(|m| m.numero).collect::<Vec<_>>(), [1, 2, 3]);
    }
}

#[tokio::test]
async fn posts_are_counted_and_held_by_nature() {
    let a = national(Role::GestionnaireStructure);
    for b in bases().await {
        let mut tx = b.write().await.unwrap();
        let s = mairie(&mut tx, 1).await;
        let p = give(&mut tx, s, 1).await[0];
        let n = poste::Nature::Coordinateur;
        let r = poste::reserve(&mut tx, &a, s, n, contrat(1)).await;
        assert!(matches!(r, Err(Erreur::Conflit(_))));
        let c = poste::Attribution {
            campagne: None,
            point: None,
            structure: s,
            departement: "35",
            nature: n,
            nombre: 1,
            le: date(2025, 1, 15),
        };
        let q = poste::attribute(&mut tx, &national(Role::Secretariat), &c)
            .await
            .unwrap();
        assert_eq!(poste::available(&mut tx, s, None, MARS).await.unwrap(), 2);
        let r = poste::reserve(&mut tx, &a, s, n, contrat(1)).await.unwrap();
        assert_eq!((r, q.as_slice()), (q[0], &[r][..]));
        let reste = poste::available(&mut tx, s, Some(n), MARS).await.unwrap();
        assert_eq!(reste, 0);
        let autre = poste::reserve(&mut tx, &a, s, poste::Nature::Conseiller, contrat(2)).await;
        assert_eq!(autre.unwrap(), p);
    }
}

#[tokio::test]
async fn an_occupation_ends_and_a_successor_is_prepared_before() {
    let (a, p1, p2) = (
        national(Role::Operateur),
        Uuid::from_u128(901),
        Uuid::from_u128(902),
    );
    for b in bases().await {
        let mut tx = b.write().await.unwrap();
        let s = mairie(&mut tx, 1).await;
        let p = poste::reserve(&mut tx, &a, s, poste::Nature::Conseiller, contrat(1)).await;
        assert!(matches!(p, Err(Erreur::Conflit(_))));
        let p = give(&mut tx, s, 1).await[0];
        poste::reserve(&mut tx, &a, s, poste::Nature::Conseiller, contrat(1))
            .await
            .unwrap();
        poste::occupy(&mut tx, &a, p, contrat(1), p1, MARS, None)
            .await
            .unwrap();
        poste::occupy(&mut tx, &a, p, contrat(1), p1, MARS, None)
            .await
            .unwrap();
        assert_eq!(
            poste::get(&mut tx, &Perimetre::National, p)
                .await
                .unwrap()
                .etat,
            Etat::Occupe
        );
        let refus = poste::occupy(&mut tx, &a, p, contrat(2), p2, MARS, None).await;
        assert!(matches!(refus, Err(Erreur::Conflit(_))));
        // Ends on 31/03: available on 01/04, not before (spec 10 §7.2).
        poste::vacate(&mut tx, &a, p, contrat(1), date(2026, 4, 1), "fin_cdd")
            .await
            .unwrap();
        assert_eq!(
            poste::available(&mut tx, s, None, date(2026, 3, 31))
                .await
                .unwrap(),
            0
        );
        assert_eq!(
            poste::available(&mut tx, s, None, date(2026, 4, 1))
                .await
                .unwrap(),
            1
        );
        let refus = poste::close(&mut tx, &a, p, Etat::Rendu, date(2026, 3, 20), "x").await;
        assert!(matches!(refus, Err(Erreur::Conflit(_))), "scenario 11");
        poste::reserve_at(
            &mut tx,
            &a,
            s,
            poste::Nature::Conseiller,
            contrat(2),
            date(2026, 4, 1),
        )
        .await
        .unwrap();
        poste::occupy(
            &mut tx,
            &a,
            p,
            contrat(2),
            p2,
            date(2026, 4, 1),
            Some(date(2026, 9, 30)),
        )
        .await
        .unwrap();
        let vu = poste::get(&mut tx, &Perimetre::National, p).await.unwrap();
        assert_eq!(
            (vu.etat, vu.personne),
            (Etat::Occupe, Some(p1)),
            "today is still March"
        );
        let f = Filtre {
            le: Some(date(2026, 5, 1)),
            ..Filtre::default()
        };
        let vu = poste::list(&mut tx, &Perimetre::National, &f)
            .await
            .unwrap();
        assert_eq!((vu[0].personne, vu[0].depuis), (Some(p2), date(2026, 4, 1)));
        let m = poste::movements(&mut tx, p).await.unwrap();
        assert_eq!(m.len(), 6, "nothing is lost");
        poste::vacate(&mut tx, &a, p, contrat(2), date(2026, 10, 1), "fin_cdd")
            .await
            .unwrap();
        assert_eq!(
            poste::movements(&mut tx, p).await.unwrap().len(),
            6,
            "already ended that day"
        );
        poste::close(
            &mut tx,
            &a,
            p,
            Etat::Rendu,
            date(2026, 10, 1),
            "besoin_non_justifie",
        )
        .await
        .unwrap();
    }
}

#[tokio::test]
async fn quotas_are_those_of_the_example() {
    // Spec 10 §7.2: 6 attributed, 1 returned, 3 occupied, 1 reserved, 1 frozen.
    let a = national(Role::Operateur);
    for b in bases().await {
        let mut tx = b.write().await.unwrap();
        let s = mairie(&mut tx, 1).await;
        let p = give(&mut tx, s, 6).await;
        poste::close(&mut tx, &a, p[0], Etat::Rendu, MARS, "x")
            .await
            .unwrap();
        for (i, q) in (1_u128..).zip(&p[1..4]) {
            poste::occupy(&mut tx, &a, *q, contrat(i), Uuid::from_u128(i), MARS, None)
                .await
                .unwrap();
        }
        poste::reserve(&mut tx, &a, s, poste::Nature::Conseiller, contrat(10))
            .await
            .unwrap();
        poste::freeze(&mut tx, &a, p[5], MARS, "litige")
            .await
            .unwrap();
        assert_eq!(poste::available(&mut tx, s, None, MARS).await.unwrap(), 0);
        let n = chiffres::postes(&mut tx, &Perimetre::National)
            .await
            .unwrap();
        let n = &n[0];
        assert_eq!(
            (
                n.attribues,
                n.occupes,
                n.reserves,
                n.vacants,
                n.geles,
                n.rendus
            ),
            (5, 3, 1, 0, 1, 1)
        );
        poste::unfreeze(&mut tx, &a, p[5], MARS, "levé")
            .await
            .unwrap();
        assert_eq!(poste::available(&mut tx, s, None, MARS).await.unwrap(), 1);
        let ailleurs = Perimetre::Departements(vec!["29".into()]);
        assert!(
            chiffres::postes(&mut tx, &ailleurs)
                .await
                .unwrap()
                .is_empty()
        );
        assert!(matches!(
            poste::get(&mut tx, &ailleurs, p[0]).await,
            Err(Erreur::Introuvable)
        ));
        let annule = poste::close(&mut tx, &a, p[1], Etat::Annule, MARS, "erreur").await;
        assert!(matches!(annule, Err(Erreur::Conflit(m)) if m.contains("ne s'annule pas")));
    }
}
