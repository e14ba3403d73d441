//! A backup of a live site goes into either database whole, or says why not;
//! the doctor names what is wrong and how to mend it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use maillage::{doctor, sauvegarde, site};
use socle::{
    Config,
    base::copie,
    demo::{Alea, Taille},
    essai, journal,
};

#[tokio::test]
async fn a_backup_is_restored_whole_in_either_database() {
    let dossier = tempfile::tempdir().unwrap();
    for (i, de) in essai::bases(&site::migrations())
        .await
        .into_iter()
        .enumerate()
    {
        site::migrate(&de).await.unwrap();
        let (mut alea, t, rien) = (Alea::new(5), Taille::petite(), |_: u64| ());
        comptes::demo::seed(&de, &mut alea, &t, &rien)
            .await
            .unwrap();
        programme::demo::seed(&de, &mut alea, &t, &rien)
            .await
            .unwrap();
        let fichier = dossier.path().join(format!("s{i}.sqlite"));
        let releves = sauvegarde::backup(&de, &fichier, &|_, _| ()).await.unwrap();
        assert!(releves.iter().map(|r| r.lignes).sum::<u64>() > 500);
        assert!(
            sauvegarde::backup(&de, &fichier, &|_, _| ()).await.is_err(),
            "never overwritten"
        );
        for vers in essai::bases(&[]).await {
            sauvegarde::restore(&fichier, &vers, &|_, _| ())
                .await
                .unwrap();
            assert_eq!(copie::survey(&vers).await.unwrap(), releves);
            assert_eq!(journal::verify(&vers).await.unwrap(), None);
            let refus = sauvegarde::restore(&fichier, &vers, &|_, _| ())
                .await
                .unwrap_err();
            assert!(refus.to_string().contains("base vide"), "{refus}");
        }
        // A file that was altered is not taken for the backup it was.
        let f = socle::Base::open(fichier.to_str().unwrap(), essai::outils(9))
            .await
            .unwrap();
        f.raw("UPDATE structure SET nom = 'Autre'").await.unwrap();
        f.close().await;
        let neuve = essai::sqlite(&[]).await;
        let refus = sauvegarde::restore(&fichier, &neuve, &|_, _| ())
            .await
            .unwrap_err();
        assert!(refus.to_string().contains("modifié"), "{refus}");
    }
}

#[tokio::test]
async fn the_doctor_says_how_to_mend() {
    let dossier = tempfile::tempdir().unwrap();
    let chemin = |n: &str| dossier.path().join(n).to_str().unwrap().to_owned();
    let mut config = Config {
        base: chemin("m.sqlite"),
        cles: chemin("cles"),
        ..Config::default()
    };
    let base = site::open(&config).await.unwrap();
    let manque = doctor::run(&config).await;
    let remede = |quoi: &str, c: &[doctor::Constat]| {
        c.iter()
            .find(|c| c.quoi == quoi)
            .and_then(|c| c.resultat.clone().err())
            .unwrap_or_default()
    };
    assert!(remede("Base de données", &manque).contains("maillage migrate"));
    site::migrate(&base).await.unwrap();
    let bons = doctor::run(&config).await;
    assert!(bons.iter().all(|c| c.resultat.is_ok()), "{bons:?}");
    config.url = "http://maillage.exemple.fr".into();
    config.smtp = Some("smtp://127.0.0.1:1".into());
    let faux = doctor::run(&config).await;
    assert!(remede("Configuration", &faux).contains("https://"));
    assert!(remede("Courriel", &faux).contains("smtp"));
}
