use socle::{
    Acteur, Perimetre, Role,
    demo::{Alea, Taille},
};

use crate::{
    candidat, contrat,
    tests::{bases, structure},
};

#[tokio::test]
async fn a_small_programme_repeats_and_respects_the_ledger() {
    let taille = Taille::petite();
    let mut premiers: Vec<String> = Vec::new();
    for b in bases().await {
        let mut tx = b.write().await.unwrap();
        for n in 0..6 {
            structure(&mut tx, n, 4, "35238", n % 2 == 0).await;
        }
        tx.commit().await.unwrap();
        let ecrites = std::sync::atomic::AtomicU64::new(0);
        super::seed(&b, &mut Alea::new(7), &taille, &|n| {
            ecrites.fetch_add(n, std::sync::atomic::Ordering::Relaxed);
        })
        .await
        .unwrap();
        assert!(ecrites.into_inner() >= taille.candidats as u64);
        let mut tx = b.read().await.unwrap();
        let en_poste = contrat::conseillers(&mut tx, &Perimetre::National)
            .await
            .unwrap();
        assert_eq!(en_poste.len(), taille.conseillers);
        // Everybody in post occupies a post of the ledger.
        for (personne, _, _) in &en_poste {
            let le = tx.today();
            let e = contrat::emploi_at(&mut tx, *personne, le)
                .await
                .unwrap()
                .unwrap();
            let p = programme::poste::get(&mut tx, &Perimetre::National, e.poste.unwrap())
                .await
                .unwrap();
            assert_eq!((p.personne, p.contrat), (Some(*personne), Some(e.contrat)));
        }
        assert!(candidat::store::count_available(&mut tx).await.unwrap() > 5);
        let mut noms = Vec::new();
        for (p, _, _) in &en_poste {
            noms.push(
                comptes::personne::get(&mut tx, *p)
                    .await
                    .unwrap()
                    .nom_complet(),
            );
        }
        noms.sort();
        if premiers.is_empty() {
            premiers = noms;
        } else {
            assert_eq!(premiers, noms, "the same seed gives the same people");
        }
        drop(tx);
        // The daily job finds nothing to mend in what was seeded.
        assert_eq!(
            contrat::service::daily(&b, "https://essai.example")
                .await
                .unwrap(),
            0
        );
        let operateur = Acteur {
            role: Role::Operateur,
            ..Acteur::systeme()
        };
        let mut tx = b.read().await.unwrap();
        assert_eq!(
            contrat::rupture::waiting(&mut tx, &operateur.perimetre)
                .await
                .unwrap()
                .len(),
            2
        );
        let f = contrat::store::Filtre {
            etats: vec![contrat::Etat::Soumis],
            ..contrat::store::Filtre::default()
        };
        let soumis = contrat::list(&mut tx, &Perimetre::National, &f)
            .await
            .unwrap();
        assert_eq!(soumis.len(), 3);
    }
}
