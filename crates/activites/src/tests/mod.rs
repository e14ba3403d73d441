//! Activities on real databases.

mod api;
mod chiffres;
mod conservation;
mod coordination;
mod equipe;
mod etiquette;
mod http;
mod lieu_corrige;
mod semaine;
mod serie;
mod service;
mod statistiques;
mod theme_local;
mod zonage;

use comptes::personne::NouvellePersonne;
use jiff::civil::Date;
use parcours::contrat::{self, Contrat};
use programme::structure::{self, Identifiant, Nature, NouvelleStructure};
use socle::{
    Acteur, Base, Perimetre, Role, Tx,
    essai::{self, TestBase},
    params, sql,
    valeurs::{Montant, Siret},
};
use uuid::Uuid;
use web::Champs;

pub(crate) const TOUTES: &[&[socle::Migration]] = &[
    socle::MIGRATIONS,
    comptes::MIGRATIONS,
    programme::MIGRATIONS,
    territoires::MIGRATIONS,
    lieux::MIGRATIONS,
    parcours::MIGRATIONS,
    crate::MIGRATIONS,
];

/// A structure of Rennes, a place of its own, and somebody employed there
/// since June 2025.
pub(crate) struct Monde {
    pub structure: Uuid,
    pub lieu: Uuid,
    pub moi: Acteur,
}

pub(crate) async fn bases() -> Vec<(TestBase, Monde)> {
    let mut v = Vec::new();
    for b in essai::bases(TOUTES).await {
        let m = world(&b).await;
        v.push((b, m));
    }
    v
}

pub(crate) async fn world(b: &Base) -> Monde {
    let mut tx = b.write().await.unwrap();
    crate::reference(&mut tx).await.unwrap();
    let structure = employer(&mut tx, 1).await;
    let lieu = place(&mut tx, structure).await;
    let moi = counsellor(&mut tx, "Awa", structure, Date::constant(2025, 6, 1), None).await;
    tx.commit().await.unwrap();
    Monde {
        structure,
        lieu,
        moi,
    }
}

pub(crate) async fn employer(tx: &mut Tx, n: u32) -> Uuid {
    let debut = format!("2{n:08}0001");
    let siret = (0..10)
        .map(|c| format!("{debut}{c}"))
        .find(|s| s.parse::<Siret>().is_ok())
        .unwrap();
    let id = tx.new_id();
    let s = NouvelleStructure {
        id,
        nom: format!("Mairie {n}"),
        identifiant: Identifiant {
            genre: "siret",
            valeur: siret,
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

/// Somebody with a contract.
pub(crate) async fn counsellor(
    tx: &mut Tx,
    prenom: &str,
    structure: Uuid,
    debut: Date,
    fin: Option<Date>,
) -> Acteur {
    let personne = person(tx, prenom).await;
    let id = tx.new_id();
    let c = Contrat {
        id,
        numero: format!("CT-{id}"),
        structure,
        departement: "35".into(),
        personne,
        poste: None,
        mise_en_relation: None,
        precedent: None,
        genre: contrat::Genre::ContratDeProjet,
        date_debut: debut,
        date_fin: fin,
        fin_effective: None,
        fin_motif: None,
        quotite: 100,
        quotite_motif: None,
        salaire: Montant(200_000),
        categorie: Some("B".into()),
        code_rome: "K2111".into(),
        coordination: "aucune".into(),
        duree_motif: String::new(),
        eligibilite: true,
        preparation: true,
        fiche_mission: true,
        piece: true,
        etat: contrat::Etat::Valide,
        soumis_le: None,
        valide_le: None,
        maj_le: tx.now(),
        version: 1,
    };
    contrat::store::insert(tx, &c).await.unwrap();
    Acteur {
        compte: Some(tx.new_id()),
        personne: Some(personne),
        nom: prenom.into(),
        role: Role::Conseiller,
        perimetre: Perimetre::Soi(personne),
    }
}

/// The reference entry: an anonymous person at the usual place.
pub(crate) fn entry(m: &Monde) -> Champs {
    Champs::default()
        .with("id_commande", "c1")
        .with("date", "2026-03-03")
        .with("duree", "45")
        .with("lieu", format!("lieu_activite:{}", m.lieu))
        .with("thematiques", "email")
        .with("genre", "feminin")
}

/// An atelier of six.
pub(crate) fn workshop(m: &Monde) -> Champs {
    Champs::default()
        .with("id_commande", "c2")
        .with("date", "2026-03-02")
        .with("duree", "120")
        .with("lieu", format!("lieu_activite:{}", m.lieu))
        .with("thematiques", "securite_numerique")
        .with("titre", "Repérer les arnaques")
        .with("total", "6")
        .with("deja", "2")
        .with("genre_feminin", "4")
        .with("genre_masculin", "1")
}

pub(crate) fn head(structure: Uuid) -> Acteur {
    essai::acteur(
        Role::GestionnaireStructure,
        Perimetre::Structures(vec![structure]),
    )
}

pub(crate) async fn count(tx: &mut Tx) -> i64 {
    tx.count(sql!("SELECT count(*) AS n FROM activite"), params![])
        .await
        .unwrap()
}

#[tokio::test]
async fn both_schemas_are_equal() {
    let bases = essai::bases(TOUTES).await;
    let sqlite = bases[0].schema().await.unwrap();
    for b in &bases[1..] {
        assert_eq!(b.schema().await.unwrap(), sqlite);
    }
}

#[tokio::test]
async fn every_statement_is_prepared() {
    for b in essai::bases(TOUTES).await {
        let n = essai::prepare_all(&b, concat!(env!("CARGO_MANIFEST_DIR"), "/src")).await;
        assert!(n > 40, "{n} statements found");
    }
}

#[tokio::test]
async fn the_lists_are_those_of_the_specification() {
    use crate::vocabulaire::{Vocabulaires, liste};
    for (b, _) in bases().await {
        let mut tx = b.write().await.unwrap();
        crate::reference(&mut tx).await.unwrap();
        let le = tx.today();
        let v = Vocabulaires::on(&mut tx, le).await.unwrap();
        for (l, n) in [
            (liste::THEMATIQUE, 21),
            (liste::SOUS_THEMATIQUE, 11),
            (liste::MATERIEL, 5),
            (liste::ORIGINE, 7),
            (liste::MOTIF, 7),
            (liste::TRANCHE, 8),
            (liste::STATUT, 5),
            (liste::DESTINATION, 7),
            (liste::IRRITANT, 7),
        ] {
            assert_eq!(v.entries(l).len(), n, "{l}");
        }
        for l in liste::TOUTES {
            assert!(!v.entries(l).is_empty(), "{l}");
        }
        // Each theme has one mission, each organisme a destination.
        for e in v
            .entries(liste::THEMATIQUE)
            .iter()
            .filter(|e| e.cle != "non_precise")
        {
            assert!(
                v.get(liste::MISSION, e.parent.as_deref().unwrap())
                    .is_some(),
                "{}",
                e.cle
            );
        }
        for e in v.entries(liste::ORGANISME) {
            assert!(
                v.get(liste::DESTINATION, e.parent.as_deref().unwrap())
                    .is_some(),
                "{}",
                e.cle
            );
        }
        assert_eq!(v.label(liste::MATERIEL, "telephone"), "Téléphone");
        assert_eq!(v.label(liste::MATERIEL, "jamais_vu"), "Jamais vu");
    }
}

/// Somebody of the programme.
pub(crate) async fn person(tx: &mut Tx, prenom: &str) -> Uuid {
    let courriel = format!("{}@exemple.fr", tx.new_id());
    let n = NouvellePersonne {
        prenom: prenom.into(),
        nom: "Essai".into(),
        courriel,
        telephone: None,
    };
    comptes::personne::create(tx, &n).await.unwrap()
}

/// A place of Rennes run by a structure.
pub(crate) async fn place(tx: &mut Tx, structure: Uuid) -> Uuid {
    let rennes = territoires::geographie().commune("35238").unwrap();
    lieux::demo::insert_for(tx, structure, "Mairie 1", rennes)
        .await
        .unwrap()
}
