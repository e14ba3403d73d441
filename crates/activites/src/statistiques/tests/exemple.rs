//! Every cell of the tables of §5.5, by the oracle.

use socle::essai;

use super::{
    d,
    monde::{self, E1},
    question,
};
use crate::{
    statistiques::{
        Bloc, Filtres, Portee, Reponse,
        calcul::{part, pourcent},
        catalogue, repondre,
    },
    tests::TOUTES,
    vocabulaire::Vocabulaires,
};

/// ST01, ST02, ST03, ST04, ST05, ST06, ST08, ST09, ST10, ST11, ST12, ST13,
/// ST14, ST16, ST17.
fn column(r: &Reponse) -> [i64; 15] {
    let t = &r.totaux;
    [
        t.activites(),
        t.individuels,
        t.ateliers,
        t.accompagnements(),
        t.accompagnements_individuels,
        t.participations_ateliers,
        t.accompagnements_suivis,
        t.anonymes,
        t.beneficiaires_suivis,
        t.beneficiaires_haut(),
        t.beneficiaires_bas(),
        t.nouveaux(),
        t.suivis_recurrents,
        t.temps_activite,
        t.temps_personnes,
    ]
}

fn cells(r: &Reponse, bloc: Bloc) -> Vec<(&str, i64)> {
    r.cells(bloc)
        .into_iter()
        .flatten()
        .map(|(c, n)| (c.as_str(), *n))
        .collect()
}

#[tokio::test]
async fn the_worked_example_cell_by_cell() {
    for b in essai::bases(TOUTES).await {
        let mut tx = b.write().await.unwrap();
        crate::reference(&mut tx).await.unwrap();
        monde::example(&mut tx).await;
        let all = Filtres::default;
        let an = || all().between(d(2025, 1, 1), d(2025, 12, 31));
        let janvier = || all().between(d(2026, 1, 1), d(2026, 1, 31));
        for (portee, filtres, attendu) in [
            (
                Portee::National,
                all(),
                [7, 5, 2, 17, 5, 12, 7, 10, 3, 13, 8, 8, 2, 385, 1_495],
            ),
            (
                Portee::National,
                an(),
                [3, 2, 1, 10, 2, 8, 4, 6, 2, 8, 6, 6, 1, 225, 1_065],
            ),
            (
                Portee::National,
                janvier(),
                [3, 2, 1, 6, 2, 4, 2, 4, 2, 6, 3, 2, 0, 145, 415],
            ),
            (
                monde::team(),
                all(),
                [6, 4, 2, 16, 4, 12, 6, 10, 3, 13, 8, 8, 2, 340, 1_450],
            ),
            (
                Portee::Structure(E1),
                all(),
                [6, 4, 2, 16, 4, 12, 7, 9, 3, 12, 7, 7, 2, 355, 1_465],
            ),
        ] {
            let q = question(portee, filtres);
            let r = repondre(&mut tx, &q).await.unwrap();
            assert_eq!(column(&r), attendu, "{:?}", q.portee);
        }
    }
}

#[tokio::test]
async fn the_blocks_of_the_worked_example() {
    for b in essai::bases(TOUTES).await {
        let mut tx = b.write().await.unwrap();
        crate::reference(&mut tx).await.unwrap();
        monde::example(&mut tx).await;
        let q = question(Portee::National, Filtres::default());
        let mut r = repondre(&mut tx, &q).await.unwrap();
        let voc = Vocabulaires::ever(&mut tx).await.unwrap();
        catalogue::derive_missions(&mut r, &voc);
        let n = r.totaux.accompagnements();
        // ST19 = 4/17 = 23.5 %.
        let suites: i64 = cells(&r, Bloc::Suites).iter().map(|c| c.1).sum();
        assert_eq!((suites, pourcent(suites, n).as_str()), (4, "23,5 %"));
        // Durations 2, 2, 5, 8.
        let durees =
            ["moins_30", "30_59", "60_119", "120_plus"].map(|c| r.get(Bloc::DureeClasse, c));
        assert_eq!(durees, [2, 2, 5, 8]);
        assert_eq!(
            durees.map(|x| part(x, n)),
            [Some(118), Some(118), Some(294), Some(471)]
        );
        // Sécurité: 8 of 17 accompagnements, of 18 answers.
        let reponses: i64 = cells(&r, Bloc::Thematiques).iter().map(|c| c.1).sum();
        let securite = r.get(Bloc::Thematiques, "securite_numerique");
        assert_eq!((securite, reponses), (8, 18));
        assert_eq!(
            (part(securite, n), part(securite, reponses)),
            (Some(471), Some(444))
        );
        assert_eq!(
            cells(&r, Bloc::Communes),
            [("33063", 10), ("33281", 1), ("64445", 5), ("a_distance", 1)]
        );
        assert_eq!(cells(&r, Bloc::Departements), [("33", 11), ("64", 6)]);
        assert_eq!(cells(&r, Bloc::Regions), [("75", 17)]);
        assert_eq!(
            cells(&r, Bloc::Role),
            [("conseiller_numerique", 16), ("mediateur", 1)]
        );
        assert_eq!(
            cells(&r, Bloc::Missions),
            [
                ("autonomie_demarches", 1),
                ("usages_citoyens", 9),
                ("usages_quotidiens", 8)
            ]
        );
        assert_eq!(
            cells(&r, Bloc::Genre),
            [("feminin", 7), ("masculin", 2), ("non_communique", 4)]
        );
        assert_eq!(
            cells(&r, Bloc::Tranche),
            [
                ("dix_huit_vingt_quatre", 1),
                ("non_communique", 5),
                ("soixante_dix_plus", 3),
                ("soixante_soixante_neuf", 3),
                ("vingt_cinq_trente_neuf", 1)
            ]
        );
        // Σ of each block of people is ST11.
        for bloc in [Bloc::Genre, Bloc::Tranche, Bloc::Statut, Bloc::Residence] {
            let somme: i64 = cells(&r, bloc).iter().map(|c| c.1).sum();
            assert_eq!(somme, r.totaux.beneficiaires_haut(), "{bloc:?}");
        }
        // P1 is 69 in 2025.
        let an = Filtres::default().between(d(2025, 1, 1), d(2025, 12, 31));
        let r = repondre(&mut tx, &question(Portee::National, an))
            .await
            .unwrap();
        assert_eq!(r.get(Bloc::Tranche, "soixante_soixante_neuf"), 4);
        assert_eq!(r.get(Bloc::Tranche, "soixante_dix_plus"), 2);
        assert_eq!(r.serie.len(), 12);
        assert_eq!(r.serie.iter().map(|p| p.accompagnements).sum::<i64>(), 10);
    }
}

/// « Par activité » changes ST21–ST42 and ST47, not people nor suites.
#[tokio::test]
async fn by_activity_the_weight_is_one() {
    for b in essai::bases(TOUTES).await {
        let mut tx = b.write().await.unwrap();
        monde::example(&mut tx).await;
        let mut q = question(Portee::National, Filtres::default());
        q.par_activite = true;
        let r = repondre(&mut tx, &q).await.unwrap();
        assert_eq!(cells(&r, Bloc::Type), [("collectif", 2), ("individuel", 5)]);
        assert_eq!(r.get(Bloc::Thematiques, "securite_numerique"), 1);
        assert_eq!(
            cells(&r, Bloc::Suites),
            [("orientation", 1), ("poursuite_atelier", 3)]
        );
        assert_eq!(r.serie.iter().map(|p| p.activites).sum::<i64>(), 7);
        assert_eq!(r.get(Bloc::Genre, "feminin"), 7);
    }
}
