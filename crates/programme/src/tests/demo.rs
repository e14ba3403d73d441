//! The fictitious programme: sizes, states, and that it repeats.

use std::time::Instant;

use socle::{
    Perimetre, Role,
    demo::{Alea, Taille},
};

use super::bases;
use crate::{campagne, candidature, convention, poste, structure};

#[tokio::test]
async fn the_programme_is_seeded_whole() {
    for b in bases().await {
        let taille = Taille {
            structures: 140,
            postes: 280,
            ..Taille::petite()
        };
        let mut tx = b.write().await.unwrap();
        for i in 0..3 {
            comptes::demo::account(
                &mut tx,
                &format!("comite{i}@demo.maillage.example"),
                "Membre",
                "Comité",
                Role::Comite,
                &comptes::attribution::PerimetreDe::National,
                "France",
            )
            .await
            .unwrap();
        }
        tx.commit().await.unwrap();
        let debut = Instant::now();
        let mut alea = Alea::new(7);
        crate::demo::seed(&b, &mut alea, &taille, &|_| ())
            .await
            .unwrap();
        eprintln!("{:?} : {:?}", b.dialecte(), debut.elapsed());
        let mut tx = b.read().await.unwrap();
        let jour = tx.today();
        let p = Perimetre::National;
        let structures = structure::list(&mut tx, &p, &structure::Filtre::default())
            .await
            .unwrap();
        assert_eq!(structures.len(), 140);
        let postes = poste::list(&mut tx, &p, &poste::Filtre::default())
            .await
            .unwrap();
        assert_eq!(postes.len(), 280);
        assert!(postes.iter().all(|p| p.etat == poste::Etat::Vacant));
        let tous = candidature::list(&mut tx, &p, &candidature::Filtre::default())
            .await
            .unwrap();
        for e in [
            candidature::Etat::AvisAttendu,
            candidature::Etat::Recevabilite,
            candidature::Etat::Inscrite,
            candidature::Etat::Acceptee,
            candidature::Etat::Complement,
        ] {
            assert!(tous.iter().any(|c| c.etat == e), "{e:?}");
        }
        let du_35 = Perimetre::Departements(vec!["35".into()]);
        let f = candidature::Filtre {
            etat: Some(candidature::Etat::AvisAttendu),
            ..candidature::Filtre::default()
        };
        assert!(candidature::list(&mut tx, &du_35, &f).await.unwrap().len() >= 3);
        let c = convention::list(&mut tx, &p, convention::Filtre::default())
            .await
            .unwrap();
        assert_eq!(c.len(), 112);
        assert_eq!(campagne::open_on(&mut tx, jour).await.unwrap().len(), 1);
        for appel in campagne::list(&mut tx).await.unwrap() {
            for s in campagne::balances(&mut tx, &appel, poste::Nature::Conseiller)
                .await
                .unwrap()
            {
                assert!(s.projete() >= 0, "{s:?}");
            }
        }
        let demo = structures
            .iter()
            .find(|s| s.commune_insee == "35360" && s.type_structure == "commune")
            .unwrap();
        assert_eq!(
            poste::available(&mut tx, demo.id, None, jour)
                .await
                .unwrap(),
            4
        );
    }
}

#[tokio::test]
async fn every_list_and_file_of_the_programme_opens() {
    for b in bases().await {
        let taille = Taille {
            structures: 40,
            postes: 60,
            ..Taille::petite()
        };
        crate::demo::seed(&b, &mut Alea::new(3), &taille, &|_| ())
            .await
            .unwrap();
        let mut tx = b.read().await.unwrap();
        let p = Perimetre::National;
        let mut chemins: Vec<String> = [
            "/campagnes",
            "/candidatures",
            "/candidatures?etat=avis_attendu",
            "/postes",
            "/structures",
            "/conventions",
        ]
        .map(String::from)
        .to_vec();
        for c in campagne::list(&mut tx).await.unwrap() {
            chemins.push(format!("/campagnes/{}", c.id));
        }
        for s in structure::list(&mut tx, &p, &structure::Filtre::default())
            .await
            .unwrap()
            .iter()
            .take(5)
        {
            chemins.push(format!("/structures/{}", s.id));
        }
        for c in candidature::list(&mut tx, &p, &candidature::Filtre::default())
            .await
            .unwrap()
        {
            chemins.push(format!("/candidatures/{}", c.id));
        }
        for c in convention::list(&mut tx, &p, convention::Filtre::default())
            .await
            .unwrap()
            .iter()
            .take(5)
        {
            chemins.push(format!("/conventions/{}", c.id));
        }
        for x in poste::list(&mut tx, &p, &poste::Filtre::default())
            .await
            .unwrap()
            .iter()
            .take(5)
        {
            chemins.push(format!("/postes/{}", x.id));
        }
        drop(tx);
        let app = web::essai::TestApp::new(b, &crate::routes());
        let mut operateur = app.as_acteur(&super::national(Role::Operateur));
        for chemin in &chemins {
            let page = operateur.get(chemin).await;
            let t = page.expect(200).texte();
            let mut ids: Vec<&str> = t
                .split(" id=\"")
                .skip(1)
                .filter_map(|x| x.split('"').next())
                .collect();
            let tous = ids.len();
            ids.sort_unstable();
            ids.dedup();
            assert_eq!(ids.len(), tous, "an id twice in {chemin}");
        }
        let prefet =
            socle::essai::acteur(Role::Prefecture, Perimetre::Departements(vec!["35".into()]));
        app.as_acteur(&prefet)
            .get("/candidatures")
            .await
            .expect(200)
            .shows("Ille-et-Vilaine");
    }
}
