//! School holidays on both databases.

use jiff::civil::date;
use socle::{
    Erreur, Perimetre, Role,
    essai::{acteur, bases},
};
use web::essai::TestApp;

use super::*;

const CALENDRIER: &str = "description;population;start_date;end_date;location;zones;annee_scolaire
Vacances de la Toussaint;-;2025-10-17T22:00:00+00:00;2025-11-02T23:00:00+00:00;Rennes;Zone B;2025-2026
Vacances de la Toussaint;-;2025-10-17T22:00:00+00:00;2025-11-02T23:00:00+00:00;Nantes;Zone B;2025-2026
Vacances de Noël;-;2025-12-19T23:00:00+00:00;2026-01-04T23:00:00+00:00;Rennes;Zone B;2025-2026
Rentrée;Enseignants;2025-08-28T22:00:00+00:00;2025-08-29T22:00:00+00:00;Rennes;Zone B;2025-2026
";

#[test]
fn every_metropolitan_departement_has_one_zone() {
    let mut par_zone = std::collections::BTreeMap::<&str, usize>::new();
    for d in geographie()
        .departements
        .iter()
        .filter(|d| d.code.len() == 2)
    {
        *par_zone.entry(zone(d.code).unwrap()).or_default() += 1;
    }
    assert_eq!(
        par_zone.into_iter().collect::<Vec<_>>(),
        [("Corse", 2), ("Zone A", 32), ("Zone B", 41), ("Zone C", 21)]
    );
    assert_eq!(zone("974"), Some("La Réunion"));
    assert_eq!(zone("00"), None);
}

#[tokio::test]
async fn a_day_is_in_out_or_to_confirm() {
    for base in bases(&[socle::MIGRATIONS, crate::MIGRATIONS]).await {
        let admin = acteur(Role::Administrateur, Perimetre::National);
        let mut tx = base.write().await.unwrap();
        let le = |m, j| date(2025, m, j);
        assert_eq!(
            service::vacances(&mut tx, "35", le(10, 20))
                .await
                .unwrap()
                .libelle(),
            "À confirmer"
        );
        for _ in 0..2 {
            assert_eq!(
                service::load(&mut tx, &admin, CALENDRIER.as_bytes())
                    .await
                    .unwrap(),
                2
            );
        }
        for (mois, jour, libelle) in [
            (10, 17, "À confirmer"),
            (10, 18, "Vacances de la Toussaint"),
            (11, 2, "Vacances de la Toussaint"),
            (11, 3, "Hors vacances scolaires"),
            (12, 20, "Vacances de Noël"),
        ] {
            let v = service::vacances(&mut tx, "35", le(mois, jour))
                .await
                .unwrap();
            assert_eq!(v.libelle(), libelle, "{jour}/{mois}");
        }
        let ailleurs = service::vacances(&mut tx, "33", le(10, 20)).await.unwrap();
        assert_eq!(ailleurs, Vacances::AConfirmer, "another zone");
        let prefet = acteur(Role::Prefecture, Perimetre::National);
        let refus = service::load(&mut tx, &prefet, CALENDRIER.as_bytes()).await;
        assert!(matches!(refus, Err(Erreur::Interdit(_))));
    }
}

#[tokio::test]
async fn the_calendar_is_sent_from_its_page() {
    for base in bases(&[socle::MIGRATIONS, crate::MIGRATIONS]).await {
        let app = TestApp::new(base, &crate::routes());
        let mut c = app.as_acteur(&acteur(Role::Administrateur, Perimetre::National));
        c.get("/administration/vacances")
            .await
            .expect(200)
            .shows("À confirmer");
        let corps = |t: &str| {
            format!(
                "--l\r\nContent-Disposition: form-data; name=\"fichier\"; filename=\"c.csv\"\r\n\r\n{t}\r\n--l--\r\n"
            )
            .into_bytes()
        };
        let genre = "multipart/form-data; boundary=l";
        c.post_raw("/administration/vacances", genre, corps("a;b\n1;2"))
            .await
            .expect(422)
            .shows("Ligne 1 : Colonnes attendues");
        c.post_raw("/administration/vacances", genre, corps(CALENDRIER))
            .await
            .expect(303);
        c.get("/administration/vacances")
            .await
            .expect(200)
            .shows("Vacances de Noël")
            .shows("18 octobre 2025");
    }
}
