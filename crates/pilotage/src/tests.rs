//! Dashboards by perimeter, on a small fictitious programme (A2, A4, A20).

use socle::{
    Perimetre, Role,
    demo::{Alea, Taille},
    essai,
};
use web::essai::TestApp;

async fn apps() -> Vec<TestApp> {
    let migrations = [
        socle::MIGRATIONS,
        comptes::MIGRATIONS,
        territoires::MIGRATIONS,
        lieux::MIGRATIONS,
        programme::MIGRATIONS,
        parcours::MIGRATIONS,
        activites::MIGRATIONS,
    ];
    let mut apps = Vec::new();
    for base in essai::bases(&migrations).await {
        let mut tx = base.write().await.unwrap();
        programme::reference(&mut tx).await.unwrap();
        parcours::reference(&mut tx).await.unwrap();
        activites::reference(&mut tx).await.unwrap();
        lieux::reference(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
        let (mut alea, t, rien) = (Alea::new(3), Taille::petite(), |_: u64| ());
        comptes::demo::seed(&base, &mut alea, &t, &rien)
            .await
            .unwrap();
        programme::demo::seed(&base, &mut alea, &t, &rien)
            .await
            .unwrap();
        parcours::demo::seed(&base, &mut alea, &t, &rien)
            .await
            .unwrap();
        activites::demo::seed(&base, &mut alea, &t, &rien)
            .await
            .unwrap();
        apps.push(TestApp::new(base, &crate::routes()));
    }
    apps
}

#[tokio::test]
async fn each_perimeter_sees_its_own_territories_and_the_levels_agree() {
    for app in apps().await {
        let mut anct = app.as_acteur(&essai::acteur(Role::Administrateur, Perimetre::National));
        let france = anct
            .get("/pilotage")
            .await
            .expect(200)
            .shows("Bretagne")
            .texte();
        assert!(france.contains("/pilotage?vue=region-53"));
        anct.get("/pilotage?vue=commune-35238").await.expect(404);
        let total = |csv: String| {
            csv.lines()
                .last()
                .unwrap()
                .split(';')
                .nth(2)
                .unwrap()
                .to_owned()
        };
        let bretagne = anct.get("/pilotage/export.csv?vue=region-53").await;
        let csv = bretagne.expect(200).texte();
        let somme: i64 = csv
            .lines()
            .filter(|l| l.split(';').nth(1).is_some_and(|c| c.len() == 2))
            .map(|l| l.split(';').nth(2).unwrap().parse::<i64>().unwrap())
            .sum();
        assert_eq!(total(csv), somme.to_string());
        assert!(somme > 0, "the demonstration has posts in Bretagne");
        assert!(
            anct.get("/pilotage/export.xlsx")
                .await
                .expect(200)
                .octets
                .starts_with(b"PK")
        );

        let prefet = essai::acteur(Role::Prefecture, Perimetre::Departements(vec!["35".into()]));
        let mut prefet = app.as_acteur(&prefet);
        prefet
            .get("/pilotage")
            .await
            .expect(200)
            .shows("Pilotage : Ille-et-Vilaine");
        prefet.get("/pilotage?vue=region-53").await.expect(200);
        for ailleurs in ["departement-29", "region-11"] {
            prefet
                .get(&format!("/pilotage?vue={ailleurs}"))
                .await
                .expect(404);
            prefet
                .get(&format!("/pilotage/export.csv?vue={ailleurs}"))
                .await
                .expect(404);
        }
        let dedans = prefet
            .get("/pilotage/export.csv?vue=region-53")
            .await
            .texte();
        let partout = anct
            .get("/pilotage/export.csv?vue=departement-35")
            .await
            .texte();
        assert_eq!(
            total(dedans),
            total(partout),
            "a préfet's région holds only their département"
        );
    }
}

#[tokio::test]
async fn public_figures_name_no_structure_and_hide_small_counts() {
    for app in apps().await {
        let mut v = app.visiteur();
        v.get("/chiffres").await.expect(200).shows("Bretagne");
        v.get("/chiffres?vue=departement-35").await.expect(404);
        v.get("/pilotage").await.expect(303);
        let csv = v
            .get("/chiffres/export.csv?vue=region-53")
            .await
            .expect(200)
            .texte();
        for l in csv
            .lines()
            .filter(|l| l.split(';').nth(1).is_some_and(|c| c.len() == 2))
        {
            for cellule in l.split(';').skip(5) {
                let visible = cellule.parse::<i64>().is_ok_and(|n| n == 0 || n > 10);
                assert!(visible || cellule == "n.d.", "{l}");
            }
        }
    }
}
