//! The people and activities of §5.5, by direct inserts.

use jiff::{Timestamp, civil::Date};
use socle::Tx;
use uuid::Uuid;

use super::d;
use crate::{
    activite::{Activite, Contenu, Etat, Rattachement, TypeActivite, Valeur, image, store},
    beneficiaire::{Beneficiaire, Fiche, Mode, store as registre},
    statistiques::{Portee, portee::Intervalle},
};

pub(crate) const E1: Uuid = Uuid::from_u128(0xe1);
pub(crate) const E2: Uuid = Uuid::from_u128(0xe2);
pub(crate) const M1: Uuid = Uuid::from_u128(0x01);
pub(crate) const M2: Uuid = Uuid::from_u128(0x02);
pub(crate) const COORDINATRICE: Uuid = Uuid::from_u128(0x03);
const L1: Uuid = Uuid::from_u128(0xa1);
const L2: Uuid = Uuid::from_u128(0xa2);
const P1: Uuid = Uuid::from_u128(0xb1);
const P2: Uuid = Uuid::from_u128(0xb2);
const P4: Uuid = Uuid::from_u128(0xb4);

/// M1 2025-01-01→06-30 and 2025-09-01→; M2 2025-10-01→.
pub(crate) fn team() -> Portee {
    let i = |membre, entree, sortie| Intervalle {
        membre,
        entree,
        sortie,
    };
    Portee::Equipe {
        coordinateur: Some(COORDINATRICE),
        membres: vec![
            i(M1, d(2025, 1, 1), Some(d(2025, 6, 30))),
            i(M1, d(2025, 9, 1), None),
            i(M2, d(2025, 10, 1), None),
        ],
    }
}

fn file(id: Uuid) -> Fiche {
    let (annee, genre, statut, commune) = match id {
        P1 => (Some(1956), "feminin", "retraite", Some("33063")),
        P2 => (Some(2007), "masculin", "scolarise", Some("33281")),
        _ => (None, "feminin", "sans_emploi", None),
    };
    Fiche {
        mode: Mode::Pseudonyme,
        prenom: None,
        nom: None,
        alias: Some("P".into()),
        informe_le: None,
        annee_naissance: annee,
        telephone: None,
        sans_telephone: false,
        courriel: None,
        commune_residence: commune.map(ToOwned::to_owned),
        genre: genre.into(),
        statut: statut.into(),
        connu_depuis: None,
        notes: None,
    }
}

/// Where: (type of place, place, commune, département).
type Ou = (
    &'static str,
    Option<Uuid>,
    Option<&'static str>,
    &'static str,
);
const EN_L1: Ou = ("lieu_activite", Some(L1), Some("33063"), "33");
const EN_L2: Ou = ("lieu_activite", Some(L2), Some("64445"), "64");

struct Acte {
    date: Date,
    auteur: Uuid,
    collectif: bool,
    suivis: &'static [Uuid],
    anonymes: (i64, i64),
    ou: Ou,
    duree: i64,
    valeurs: &'static [(&'static str, &'static str, i64)],
    etat: Etat,
}

async fn put(tx: &mut Tx, x: Acte) {
    let m1_part = x.auteur == M1 && x.date >= d(2026, 1, 1);
    let profils: Vec<_> = x
        .suivis
        .iter()
        .map(|p| file(*p).profil(*p, x.date))
        .collect();
    let le: Timestamp = "2026-02-03T09:00:00Z".parse().unwrap();
    let genre = if x.collectif {
        TypeActivite::Collectif
    } else {
        TypeActivite::Individuel
    };
    let a = Activite {
        id: tx.new_id(),
        etat: x.etat,
        auteur: x.auteur,
        profils,
        rattachement: Rattachement {
            employeur: Some(if m1_part { E2 } else { E1 }),
            role: if m1_part {
                "mediateur"
            } else {
                "conseiller_numerique"
            }
            .into(),
            commune: x.ou.2.map(ToOwned::to_owned),
            departement: Some(x.ou.3.into()),
        },
        contenu: Contenu {
            date: x.date,
            duree: x.duree,
            type_lieu: x.ou.0.into(),
            lieu: x.ou.1,
            suivis: x.suivis.to_vec(),
            anonymes: x.anonymes.0,
            deja_accompagnes: x.anonymes.1,
            valeurs: x
                .valeurs
                .iter()
                .map(|(dim, v, n)| Valeur::new(dim, v, *n))
                .collect(),
            ..crate::activite::empty(genre)
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

/// a1 to a7 and a10; drafts and animations (a8, a9) are in other tables. P3 is
/// merged into P1: their accompagnements are P1's.
pub(crate) async fn example(tx: &mut Tx) {
    for id in [P1, P2, P4] {
        let b = Beneficiaire {
            id,
            structure: Some(E1),
            referent: M1,
            fiche: file(id),
            version: 1,
            cree_le: tx.now(),
        };
        registre::insert(tx, &b).await.unwrap();
    }
    let ind = |date, auteur, suivis, ou, duree, valeurs| Acte {
        date,
        auteur,
        collectif: false,
        suivis,
        anonymes: (0, 0),
        ou,
        duree,
        valeurs,
        etat: Etat::Enregistree,
    };
    let actes = [
        ind(
            d(2025, 3, 10),
            M1,
            &[P1],
            EN_L1,
            60,
            &[
                ("thematique", "email", 1),
                ("thematique", "navigation_sur_internet", 1),
                ("materiel", "ordinateur", 1),
            ],
        ),
        ind(
            d(2025, 7, 15),
            M1,
            &[P1],
            ("domicile", None, Some("33281"), "33"),
            45,
            &[
                ("thematique", "aide_aux_demarches_administratives", 1),
                ("sous_thematique", "social_sante", 1),
                ("materiel", "telephone", 1),
            ],
        ),
        Acte {
            collectif: true,
            anonymes: (6, 2),
            ..ind(
                d(2025, 12, 20),
                M1,
                &[P2, P1],
                EN_L1,
                120,
                &[
                    ("thematique", "securite_numerique", 1),
                    ("materiel", "ordinateur", 1),
                    ("suite", "poursuite_atelier", 3),
                    ("genre", "feminin", 4),
                    ("genre", "masculin", 1),
                    ("genre", "non_communique", 1),
                    ("tranche", "soixante_soixante_neuf", 3),
                    ("tranche", "soixante_dix_plus", 2),
                    ("tranche", "non_communique", 1),
                    ("statut", "retraite", 5),
                    ("statut", "non_communique", 1),
                ],
            )
        },
        Acte {
            anonymes: (1, 0),
            ..ind(
                d(2026, 1, 8),
                M1,
                &[],
                ("a_distance", None, None, "64"),
                30,
                &[
                    ("thematique", "insertion_professionnelle", 1),
                    ("materiel", "telephone", 1),
                    ("genre", "feminin", 1),
                    ("tranche", "vingt_cinq_trente_neuf", 1),
                    ("statut", "sans_emploi", 1),
                ],
            )
        },
        ind(
            d(2026, 1, 12),
            M2,
            &[P2],
            EN_L2,
            25,
            &[
                ("thematique", "scolarite_et_numerique", 1),
                ("materiel", "ordinateur", 1),
                ("materiel", "tablette", 1),
                ("suite", "orientation", 1),
            ],
        ),
        Acte {
            collectif: true,
            anonymes: (3, 3),
            ..ind(
                d(2026, 1, 12),
                M2,
                &[P4],
                EN_L2,
                90,
                // No profile: nothing is said of the three.
                &[("thematique", "navigation_sur_internet", 1)],
            )
        },
        Acte {
            etat: Etat::Supprimee,
            ..ind(
                d(2026, 1, 20),
                M2,
                &[P4],
                EN_L2,
                90,
                &[("thematique", "email", 1)],
            )
        },
        ind(
            d(2026, 2, 2),
            M2,
            &[P1],
            EN_L1,
            15,
            &[("thematique", "email", 1), ("materiel", "ordinateur", 1)],
        ),
    ];
    for a in actes {
        put(tx, a).await;
    }
}
