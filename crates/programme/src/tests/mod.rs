//! The programme on real databases.

mod brouillon;
mod concurrence;
mod demo;
mod journey;
mod ledger;
mod monde;
mod rappel;
mod refus;

use socle::{
    Acteur, Perimetre, Role, Tx,
    essai::{self, TestBase},
};
use uuid::Uuid;

use crate::{
    MIGRATIONS,
    structure::{self, Identifiant, Nature, NouvelleStructure},
};

pub(crate) async fn bases() -> Vec<TestBase> {
    let bases = essai::bases(&[
        socle::MIGRATIONS,
        comptes::MIGRATIONS,
        territoires::MIGRATIONS,
        MIGRATIONS,
    ])
    .await;
    for b in &bases {
        let mut tx = b.write().await.unwrap();
        crate::reference(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
    }
    bases
}

pub(crate) fn national(role: Role) -> Acteur {
    essai::acteur(role, Perimetre::National)
}

/// SIRETs that pass the check, one per number.
pub(crate) fn siret(n: u32) -> String {
    let debut = format!("2{n:08}0001");
    (0..10)
        .map(|c| format!("{debut}{c}"))
        .find(|s| s.parse::<socle::valeurs::Siret>().is_ok())
        .unwrap()
}

/// A commune of Ille-et-Vilaine as employer.
pub(crate) async fn mairie(tx: &mut Tx, n: u32) -> Uuid {
    let id = tx.new_id();
    let s = NouvelleStructure {
        id,
        nom: format!("Mairie {n}"),
        identifiant: Identifiant {
            genre: "siret",
            valeur: siret(n),
            antenne: String::new(),
        },
        type_structure: "commune".into(),
        nature: Nature::Public,
        adresse: "Place de la Mairie".into(),
        commune_insee: "35238".into(),
        departement: "35".into(),
        etat: "active",
    };
    structure::insert(tx, &s).await.unwrap()
}

#[tokio::test]
async fn both_schemas_are_equal() {
    let bases = bases().await;
    let sqlite = bases[0].schema().await.unwrap();
    for b in &bases[1..] {
        assert_eq!(b.schema().await.unwrap(), sqlite);
    }
}

#[tokio::test]
async fn every_statement_is_prepared() {
    for b in bases().await {
        let n = essai::prepare_all(&b, concat!(env!("CARGO_MANIFEST_DIR"), "/src")).await;
        assert!(n > 10, "{n} statements found");
    }
}

#[tokio::test]
async fn a_number_belongs_to_one_structure_whatever_the_writing_of_its_antenne() {
    // Scenario 2.
    for b in bases().await {
        let mut tx = b.write().await.unwrap();
        let a = mairie(&mut tx, 1).await;
        let s = structure::get(&mut tx, a).await.unwrap();
        assert_eq!(
            (s.siret.clone(), s.nature),
            (Some(siret(1)), Nature::Public)
        );
        let nouvelle = |antenne: &str, id| NouvelleStructure {
            id,
            nom: "Antenne".into(),
            identifiant: Identifiant {
                genre: "siret",
                valeur: siret(1),
                antenne: antenne.into(),
            },
            type_structure: "commune".into(),
            nature: Nature::Public,
            adresse: String::new(),
            commune_insee: "35238".into(),
            departement: "35".into(),
            etat: "active",
        };
        let id = tx.new_id();
        structure::insert(&mut tx, &nouvelle("Nord", id))
            .await
            .unwrap();
        let id = tx.new_id();
        let refus = structure::insert(&mut tx, &nouvelle("nord ", id)).await;
        assert!(matches!(refus, Err(socle::Erreur::Conflit(m)) if m == structure::DEJA));
    }
}
