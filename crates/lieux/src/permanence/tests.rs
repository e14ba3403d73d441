use jiff::civil::date;
use socle::{Acteur, Erreur, Perimetre, Role, essai};
use uuid::Uuid;

use super::{service::Demande, *};
use crate::{MIGRATIONS, lieu};

fn conseiller(n: u128) -> Acteur {
    essai::acteur(Role::Conseiller, Perimetre::Soi(Uuid::from_u128(n)))
}

fn demande(jour: u8, debut: u16, fin: u16, n: u8, ancre: Date) -> Demande {
    Demande {
        usage: "accueil".into(),
        acces: "libre".into(),
        assise: "assis".into(),
        espace: "dedie".into(),
        confidentiel: "oui".into(),
        recurrence: Recurrence {
            creneaux: vec![Creneau { jour, debut, fin }],
            rythme: Rythme::Semaines { n, ancre },
        },
        du: Some(date(2026, 3, 2)),
        au: None,
        principal: false,
        hors_horaires: true,
        confirme: false,
    }
}

/// Spec 30 §4.1: the example of time shares.
#[test]
fn minutes_are_counted_over_four_weeks() {
    let c = |jour, debut, fin| vec![Creneau { jour, debut, fin }];
    let lundi = date(2026, 3, 2);
    let a = Recurrence::weekly(c(1, 540, 720), lundi);
    let b = Recurrence {
        creneaux: c(2, 840, 1020),
        rythme: Rythme::Semaines { n: 2, ancre: lundi },
    };
    let m = Recurrence {
        creneaux: c(0, 600, 720),
        rythme: Rythme::DuMois { rang: 1 },
    };
    assert_eq!((a.minutes(), b.minutes(), m.minutes()), (720, 360, 120));
    assert_eq!(
        b.words(),
        "mercredi de 14\u{a0}h à 17\u{a0}h, une semaine sur deux"
    );
    let premiers: Vec<_> = m
        .occurrences(lundi, date(2026, 5, 31))
        .iter()
        .map(|o| o.0)
        .collect();
    assert_eq!(
        premiers,
        [date(2026, 3, 2), date(2026, 4, 6), date(2026, 5, 4)]
    );
}

/// Spec 30 §13, 20: overlap named, alternate fortnights accepted; agreement of
/// the structure that runs the place.
#[tokio::test]
async fn permanences_never_overlap_and_ask_for_agreement() {
    for base in essai::bases(&[socle::MIGRATIONS, MIGRATIONS]).await {
        let s1 = Uuid::from_u128(1);
        let gestion = essai::acteur(Role::GestionnaireStructure, Perimetre::Structures(vec![s1]));
        let autre = essai::acteur(
            Role::GestionnaireStructure,
            Perimetre::Structures(vec![Uuid::from_u128(2)]),
        );
        let moi = conseiller(9);
        let (lundi, suivant) = (date(2026, 3, 2), date(2026, 3, 9));
        let mut tx = base.write().await.unwrap();
        let a = lieu::declare(&mut tx, &gestion, lieu::tests::fiche(), None)
            .await
            .unwrap();
        let b = lieu::declare(&mut tx, &moi, lieu::tests::fiche(), None)
            .await
            .unwrap();
        let p = service::declare(&mut tx, &moi, a, &demande(1, 540, 720, 2, lundi))
            .await
            .unwrap();
        assert_eq!(store::get(&mut tx, p).await.unwrap().etat, Etat::Proposee);
        assert!(matches!(
            service::decide(&mut tx, &autre, p, true, "").await,
            Err(Erreur::Introuvable)
        ));
        assert!(matches!(
            service::decide(&mut tx, &moi, p, true, "").await,
            Err(Erreur::Interdit(_))
        ));
        assert!(matches!(
            service::decide(&mut tx, &gestion, p, false, "").await,
            Err(Erreur::Saisie(_))
        ));
        assert_eq!(
            store::list_proposed(&mut tx, &gestion.perimetre)
                .await
                .unwrap()
                .len(),
            1
        );
        service::decide(&mut tx, &gestion, p, true, "")
            .await
            .unwrap();
        let lu = store::get(&mut tx, p).await.unwrap();
        assert_eq!((lu.etat, lu.principal), (Etat::Active, true));
        // Tuesday 9–12 at A and 11–13 at B, same fortnight.
        let r = service::declare(&mut tx, &moi, b, &demande(1, 660, 780, 2, lundi)).await;
        match r {
            Err(Erreur::Saisie(e)) => {
                let m = e.get("creneaux").unwrap().to_owned();
                assert!(
                    m.contains("Médiathèque des Lilas, mardi de 9\u{a0}h à 12\u{a0}h"),
                    "{m}"
                );
            }
            r => panic!("{r:?}"),
        }
        let q = service::declare(&mut tx, &moi, b, &demande(1, 660, 780, 2, suivant))
            .await
            .unwrap();
        // Nobody runs B: begins at once, flagged.
        let lu = store::get(&mut tx, q).await.unwrap();
        assert_eq!((lu.etat, lu.sans_accord), (Etat::Active, true));
        // Outside the hours of the place without the tick.
        let d = Demande {
            hors_horaires: false,
            ..demande(6, 540, 600, 1, lundi)
        };
        assert!(matches!(
            service::declare(&mut tx, &moi, b, &d).await,
            Err(Erreur::Saisie(_))
        ));
        // Somebody else's draft is out of sight; somebody else's permanence too.
        let r = service::declare(&mut tx, &conseiller(8), b, &demande(3, 540, 600, 1, lundi)).await;
        assert!(matches!(r, Err(Erreur::Introuvable)));
        assert!(
            service::end(&mut tx, &conseiller(8), q, suivant)
                .await
                .is_err()
        );
        service::end(&mut tx, &moi, q, suivant).await.unwrap();
        assert_eq!(
            store::list_of_personne(&mut tx, Uuid::from_u128(9))
                .await
                .unwrap()
                .len(),
            1
        );
        tx.commit().await.unwrap();
    }
}
