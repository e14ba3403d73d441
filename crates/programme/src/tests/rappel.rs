//! Reminders P05, P11, P13, P18 on their days, once.

use comptes::{
    attribution::{self, PerimetreDe},
    personne::{self, NouvellePersonne},
};
use jiff::civil::{Date, date};
use socle::{Acteur, Base, Perimetre, Role, Tx, courrier};
use uuid::Uuid;

use super::{bases, mairie, monde::*, national};
use crate::{
    convention::{self, Convention},
    poste::{self, Nature},
    rappel,
    structure::{self, Contact},
};

async fn someone(tx: &mut Tx, courriel: &str) -> Uuid {
    let n = NouvellePersonne {
        prenom: "Ada".into(),
        nom: "Essai".into(),
        courriel: courriel.into(),
        telephone: None,
    };
    personne::create(tx, &n).await.unwrap()
}

/// A mairie whose contact is `mairie@essai.example`, its préfecture
/// `prefet@essai.example`.
async fn people(tx: &mut Tx) -> Uuid {
    let s = mairie(tx, 1).await;
    let c = Contact {
        personne: someone(tx, "mairie@essai.example").await,
        role: "referent_projet".into(),
        fonction: String::new(),
    };
    let jour = tx.today();
    structure::add_contact(tx, s, &c, jour).await.unwrap();
    let p = someone(tx, "prefet@essai.example").await;
    let d = PerimetreDe::Departements(vec!["35".into()]);
    attribution::grant(tx, &Acteur::systeme(), p, Role::Prefecture, &d)
        .await
        .unwrap();
    s
}

/// Subjects received on a day, after two runs.
async fn received(b: &Base, le: Date, adresse: &str) -> usize {
    let avant = letters(b, adresse).await;
    let jours = socle::francais::days(b.read().await.unwrap().today(), le);
    b.clock().advance_days(jours);
    for _ in 0..2 {
        rappel::daily(b.clone(), "http://x").await.unwrap();
    }
    letters(b, adresse).await - avant
}

async fn letters(b: &Base, adresse: &str) -> usize {
    let mut tx = b.read().await.unwrap();
    let recents = courrier::recent(&mut tx, 200).await.unwrap();
    recents.iter().filter(|c| c.a == adresse).count()
}

#[tokio::test]
async fn a_vacant_post_is_recalled_at_each_third_and_the_prefecture_at_the_limit() {
    for b in bases().await {
        let mut tx = b.write().await.unwrap();
        let s = people(&mut tx).await;
        let a = poste::Attribution {
            campagne: None,
            point: None,
            structure: s,
            departement: "35",
            nature: Nature::Conseiller,
            nombre: 1,
            le: date(2026, 3, 3),
        };
        poste::attribute(&mut tx, &national(Role::Secretariat), &a)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        // Three months for a first hire: 03/06. Thirds: 02/04 and 03/05.
        for (le, mairie, prefet) in [
            (date(2026, 4, 1), 0, 0),
            (date(2026, 4, 3), 1, 0),
            (date(2026, 5, 2), 0, 0),
            (date(2026, 5, 6), 1, 0),
            (date(2026, 6, 3), 1, 1),
            (date(2026, 7, 1), 0, 0),
        ] {
            let avant = letters(&b, "prefet@essai.example").await;
            assert_eq!(
                received(&b, le, "mairie@essai.example").await,
                mairie,
                "{le}"
            );
            let apres = letters(&b, "prefet@essai.example").await;
            assert_eq!(apres - avant, prefet, "{le}");
        }
    }
}

async fn signed(tx: &mut Tx, structure: Uuid, etat: convention::Etat, fin: Date) {
    let c = Convention {
        id: tx.new_id(),
        numero: format!("CONV-2026-{}", fin.month()),
        structure,
        structure_nom: String::new(),
        departement: "35".into(),
        candidature: None,
        renouvelle: None,
        phase: "v2_renouvellement".into(),
        zone_bonus: false,
        debut: date(2024, 3, 3),
        fin,
        etat,
        etat_depuis: tx.today(),
        version: 1,
    };
    convention::insert(tx, &c, &[], &[]).await.unwrap();
}

#[tokio::test]
async fn a_convention_is_recalled_while_it_waits_and_before_it_ends() {
    for b in bases().await {
        let mut tx = b.write().await.unwrap();
        let s = people(&mut tx).await;
        signed(&mut tx, s, convention::Etat::Envoyee, date(2029, 3, 2)).await;
        signed(&mut tx, s, convention::Etat::Active, date(2027, 5, 31)).await;
        tx.commit().await.unwrap();
        for (le, n) in [
            // To sign: sent on 03/03, 30 then 50 days.
            (date(2026, 4, 1), 0),
            (date(2026, 4, 2), 1),
            (date(2026, 4, 22), 1),
            // Ends on 31/05/2027: 12, 6, 3 and 1 months.
            (date(2026, 5, 30), 0),
            (date(2026, 5, 31), 1),
            (date(2026, 11, 30), 1),
            // Missed for months: the nearest one only.
            (date(2027, 5, 2), 1),
        ] {
            assert_eq!(received(&b, le, "mairie@essai.example").await, n, "{le}");
        }
    }
}

#[tokio::test]
async fn the_prefecture_is_recalled_before_and_after_its_deadline() {
    for b in bases().await {
        let m = monde(b).await;
        let mut tx = m.base().write().await.unwrap();
        people(&mut tx).await;
        tx.commit().await.unwrap();
        let c = campagne(&m, "3").await;
        let id = candidature(&m, c, 9).await;
        let mut o = m.national(Role::Operateur);
        let acte = [("evenement", "declarer_recevable")];
        step(&mut o, &format!("/candidatures/{id}"), &acte)
            .await
            .expect(303);
        let mut tx = m.base().read().await.unwrap();
        let limite = crate::candidature::get(&mut tx, &Perimetre::National, id)
            .await
            .unwrap()
            .avis_limite
            .unwrap();
        drop(tx);
        for (jours, n) in [(-11, 0), (-10, 1), (-3, 1), (0, 0), (3, 1), (7, 1), (20, 0)] {
            let le = socle::francais::plus_days(limite, jours);
            let recus = received(m.base(), le, "prefet@essai.example").await;
            assert_eq!(recus, n, "J{jours:+}");
        }
        avis(&m, id, "1").await.expect(303);
        let le = socle::francais::plus_days(limite, 90);
        assert_eq!(received(m.base(), le, "prefet@essai.example").await, 0);
    }
}
