//! Figures against the worked example of spec 20 §5.5.

use jiff::{Timestamp, civil::Date};
use socle::{Perimetre, Tx};
use uuid::Uuid;

use super::bases;
use crate::{
    activite::{Activite, Contenu, Etat, Rattachement, TypeActivite, Valeur, image, store},
    beneficiaire::{Beneficiaire, Fiche, Mode, Profil, store as registre},
    chiffres::{self, Total},
};

const E1: Uuid = Uuid::from_u128(0xe1);
const E2: Uuid = Uuid::from_u128(0xe2);
const M1: Uuid = Uuid::from_u128(0x01);
const M2: Uuid = Uuid::from_u128(0x02);

fn d(a: i16, m: i8, j: i8) -> Date {
    Date::constant(a, m, j)
}

struct Acte {
    date: Date,
    auteur: Uuid,
    employeur: Uuid,
    departement: &'static str,
    suivis: Vec<Uuid>,
    anonymes: i64,
    deja: i64,
    duree: i64,
    themes: &'static [&'static str],
}

async fn put(tx: &mut Tx, x: Acte, collectif: bool, etat: Etat) {
    let profils = x
        .suivis
        .iter()
        .map(|p| Profil {
            personne: *p,
            annee_naissance: None,
            tranche: "non_communique".into(),
            genre: "non_communique".into(),
            statut: "non_communique".into(),
            commune_residence: None,
            connu_depuis: None,
            premier: None,
            departement_residence: None,
        })
        .collect();
    let le: Timestamp = "2026-02-03T09:00:00Z".parse().unwrap();
    let a = Activite {
        id: tx.new_id(),
        etat,
        auteur: x.auteur,
        profils,
        rattachement: Rattachement {
            employeur: Some(x.employeur),
            role: "conseiller_numerique".into(),
            commune: None,
            departement: Some(x.departement.into()),
        },
        contenu: Contenu {
            type_activite: if collectif {
                TypeActivite::Collectif
            } else {
                TypeActivite::Individuel
            },
            date: x.date,
            duree: x.duree,
            suivis: x.suivis,
            anonymes: x.anonymes,
            deja_accompagnes: x.deja,
            valeurs: x
                .themes
                .iter()
                .map(|t| Valeur::new("thematique", t, 1))
                .collect(),
            ..crate::activite::empty(TypeActivite::Individuel)
        },
        version: 1,
        source: "saisie".into(),
        enregistree_le: le,
        modifiee_le: le,
        supprimee_le: None,
    };
    let n = image::next_revision(tx).await.unwrap();
    store::insert(tx, &a, n).await.unwrap();
}

async fn person(tx: &mut Tx) -> Uuid {
    let id = tx.new_id();
    let b = Beneficiaire {
        id,
        structure: Some(E1),
        referent: M1,
        fiche: Fiche {
            mode: Mode::Pseudonyme,
            prenom: None,
            nom: None,
            alias: Some("P".into()),
            informe_le: None,
            annee_naissance: None,
            telephone: None,
            sans_telephone: false,
            courriel: None,
            commune_residence: None,
            genre: "non_communique".into(),
            statut: "non_communique".into(),
            connu_depuis: None,
            notes: None,
        },
        version: 1,
        cree_le: tx.now(),
    };
    registre::insert(tx, &b).await.unwrap();
    id
}

/// a1 to a10 of §5.5 (a9 is of another kind; P3 is merged into P1).
async fn example(tx: &mut Tx) {
    let (p1, p2, p4) = (person(tx).await, person(tx).await, person(tx).await);
    let acte = |date, auteur, employeur, departement, suivis, n: (i64, i64), duree, themes| Acte {
        date,
        auteur,
        employeur,
        departement,
        suivis,
        anonymes: n.0,
        deja: n.1,
        duree,
        themes,
    };
    let ok = Etat::Enregistree;
    put(
        tx,
        acte(
            d(2025, 3, 10),
            M1,
            E1,
            "33",
            vec![p1],
            (0, 0),
            60,
            &["email", "navigation_sur_internet"],
        ),
        false,
        ok,
    )
    .await;
    put(
        tx,
        acte(
            d(2025, 7, 15),
            M1,
            E1,
            "33",
            vec![p1],
            (0, 0),
            45,
            &["aide_aux_demarches_administratives"],
        ),
        false,
        ok,
    )
    .await;
    put(
        tx,
        acte(
            d(2025, 12, 20),
            M1,
            E1,
            "33",
            vec![p2, p1],
            (6, 2),
            120,
            &["securite_numerique"],
        ),
        true,
        ok,
    )
    .await;
    put(
        tx,
        acte(
            d(2026, 1, 8),
            M1,
            E2,
            "64",
            vec![],
            (1, 0),
            30,
            &["insertion_professionnelle"],
        ),
        false,
        ok,
    )
    .await;
    put(
        tx,
        acte(
            d(2026, 1, 12),
            M2,
            E1,
            "64",
            vec![p2],
            (0, 0),
            25,
            &["scolarite_et_numerique"],
        ),
        false,
        ok,
    )
    .await;
    put(
        tx,
        acte(
            d(2026, 1, 12),
            M2,
            E1,
            "64",
            vec![p4],
            (3, 3),
            90,
            &["navigation_sur_internet"],
        ),
        true,
        ok,
    )
    .await;
    put(
        tx,
        acte(
            d(2026, 1, 20),
            M1,
            E2,
            "64",
            vec![p1],
            (0, 0),
            30,
            &["email"],
        ),
        false,
        Etat::Supprimee,
    )
    .await;
    put(
        tx,
        acte(
            d(2026, 2, 2),
            M2,
            E1,
            "33",
            vec![p1],
            (0, 0),
            15,
            &["email"],
        ),
        false,
        ok,
    )
    .await;
}

#[tokio::test]
async fn the_worked_example_matches() {
    for (b, _) in bases().await {
        let mut tx = b.write().await.unwrap();
        example(&mut tx).await;
        let fr = Perimetre::National;
        let e1 = Perimetre::Structures(vec![E1]);
        let tout = (d(2025, 1, 1), d(2026, 12, 31));
        let cas = [
            ("All", &fr, tout, (7, 2), 17, 3, 13, 8, 385),
            (
                "2025",
                &fr,
                (d(2025, 1, 1), d(2025, 12, 31)),
                (3, 1),
                10,
                2,
                8,
                6,
                225,
            ),
            (
                "Jan. 2026",
                &fr,
                (d(2026, 1, 1), d(2026, 1, 31)),
                (3, 1),
                6,
                2,
                6,
                3,
                145,
            ),
            ("E1", &e1, tout, (6, 2), 16, 3, 12, 7, 355),
        ];
        for (nom, p, (du, au), (st01, st03), st04, st10, st11, st12, st16) in cas {
            let t: Total = chiffres::total(&mut tx, p, du, au).await.unwrap();
            assert_eq!((t.activites, t.ateliers), (st01, st03), "{nom} ST01, ST03");
            assert_eq!(t.accompagnements, st04, "{nom} ST04");
            assert_eq!(t.suivis, st10, "{nom} ST10");
            assert_eq!(t.personnes(), st11, "{nom} ST11");
            assert_eq!(t.personnes_bas(), st12, "{nom} ST12");
            assert_eq!(t.temps, st16, "{nom} ST16");
        }
        // Départements 33: 11, 64: 6.
        let par = chiffres::par_departement(&mut tx, &fr, tout.0, tout.1)
            .await
            .unwrap();
        let n = |dep: &str| {
            par.iter()
                .filter(|c| c.departement == dep)
                .map(|c| c.accompagnements)
                .sum::<i64>()
        };
        assert_eq!((n("33"), n("64")), (11, 6));
        let e2: Vec<_> = par.iter().filter(|c| c.structure == Some(E2)).collect();
        assert_eq!((e2.len(), e2[0].activites, e2[0].personnes), (1, 1, 1));
        let themes = chiffres::par_thematique(&mut tx, &fr, tout.0, tout.1)
            .await
            .unwrap();
        assert_eq!(themes[0], ("securite_numerique".to_owned(), 8));
        let mois = chiffres::par_mois(&mut tx, &fr, d(2025, 12, 1), d(2026, 3, 31))
            .await
            .unwrap();
        let v: Vec<i64> = mois.iter().map(|m| m.accompagnements).collect();
        assert_eq!(v, [8, 6, 1, 0], "empty months count zero");
        assert_eq!(
            chiffres::total(&mut tx, &Perimetre::Aucun, tout.0, tout.1)
                .await
                .unwrap(),
            Total::default()
        );
    }
}
