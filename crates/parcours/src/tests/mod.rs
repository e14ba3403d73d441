//! The way of a person, on real databases.

mod contrats;
mod ecrans;
mod formation;
mod recrutement;
mod ruptures;

use jiff::civil::Date;
use socle::{
    Acteur, Base, Perimetre, Role, Tx, courrier,
    essai::{self, TestBase},
};
use uuid::Uuid;

use crate::{
    candidat::{self, Candidat, Partage, Situation},
    contrat::service::{self as contrats_service, Decision, Redaction},
    mise_en_relation::{
        Etat,
        service::{self as relations, Geste, Preselection},
    },
};

pub(crate) const URL: &str = "https://essai.example";

pub(crate) async fn bases() -> Vec<TestBase> {
    let bases = essai::bases(&[
        socle::MIGRATIONS,
        comptes::MIGRATIONS,
        programme::MIGRATIONS,
        crate::MIGRATIONS,
    ])
    .await;
    for b in &bases {
        let mut tx = b.write().await.unwrap();
        crate::reference(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
    }
    bases
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
        assert!(n > 40, "{n} statements found");
    }
}

pub(crate) fn operateur() -> Acteur {
    essai::acteur(Role::Operateur, Perimetre::National)
}

pub(crate) fn formateur() -> Acteur {
    essai::acteur(Role::AnimationNationale, Perimetre::National)
}

/// Somebody acting for one structure, with an account of their own.
pub(crate) fn gestionnaire(structure: Uuid) -> Acteur {
    Acteur {
        compte: Some(structure),
        ..essai::acteur(
            Role::GestionnaireStructure,
            Perimetre::Structures(vec![structure]),
        )
    }
}

pub(crate) fn soi(role: Role, personne: Uuid) -> Acteur {
    Acteur {
        compte: Some(personne),
        ..essai::acteur(role, Perimetre::Soi(personne))
    }
}

fn siret(n: u32) -> String {
    let debut = format!("2{n:08}0001");
    (0..10)
        .map(|c| format!("{debut}{c}"))
        .find(|s| s.parse::<socle::valeurs::Siret>().is_ok())
        .unwrap()
}

/// An association in Rennes (or a commune elsewhere) with a contact and posts.
pub(crate) async fn structure(
    tx: &mut Tx,
    n: u32,
    postes: i64,
    commune: &str,
    public: bool,
) -> Uuid {
    use programme::structure::{Contact, Identifiant, Nature, NouvelleStructure};
    let c = territoires::geographie().commune(commune).unwrap();
    let id = tx.new_id();
    let s = NouvelleStructure {
        id,
        nom: format!("Structure {n}"),
        identifiant: Identifiant {
            genre: "siret",
            valeur: siret(n),
            antenne: String::new(),
        },
        type_structure: if public { "commune" } else { "association" }.into(),
        nature: if public {
            Nature::Public
        } else {
            Nature::Prive
        },
        adresse: String::new(),
        commune_insee: commune.into(),
        departement: c.departement.into(),
        etat: "active",
    };
    programme::structure::insert(tx, &s).await.unwrap();
    let personne = personne(tx, &format!("structure{n}@essai.example")).await;
    let contact = Contact {
        personne,
        role: "referent_projet".into(),
        fonction: String::new(),
    };
    let jour = tx.today();
    programme::structure::add_contact(tx, id, &contact, jour)
        .await
        .unwrap();
    let a = programme::poste::Attribution {
        campagne: None,
        point: None,
        structure: id,
        departement: c.departement,
        nature: programme::poste::Nature::Conseiller,
        nombre: postes,
        le: Date::constant(2023, 1, 1),
    };
    programme::poste::attribute(tx, &Acteur::systeme(), &a)
        .await
        .unwrap();
    id
}

/// Posts of coordinateur for a structure.
pub(crate) async fn coordinating_posts(tx: &mut Tx, structure: Uuid, postes: i64) {
    let s = programme::structure::get(tx, structure).await.unwrap();
    let a = programme::poste::Attribution {
        campagne: None,
        point: None,
        structure,
        departement: &s.departement,
        nature: programme::poste::Nature::Coordinateur,
        nombre: postes,
        le: Date::constant(2023, 1, 1),
    };
    programme::poste::attribute(tx, &Acteur::systeme(), &a)
        .await
        .unwrap();
}

pub(crate) async fn personne(tx: &mut Tx, courriel: &str) -> Uuid {
    let n = comptes::personne::NouvellePersonne {
        prenom: "Awa".into(),
        nom: "Essai".into(),
        courriel: courriel.into(),
        telephone: None,
    };
    comptes::personne::create(tx, &n).await.unwrap()
}

/// A candidate who lives in a commune and accepts `km`.
pub(crate) async fn candidate(tx: &mut Tx, n: u32, commune: &str, km: Option<i64>) -> Candidat {
    let personne = personne(tx, &format!("candidat{n}@essai.example")).await;
    let c = territoires::geographie().commune(commune).unwrap();
    let candidat = Candidat {
        personne,
        disponible: true,
        date_disponibilite: tx.today(),
        commune_insee: commune.into(),
        departement: c.departement.into(),
        point: candidat::point_of(c).unwrap(),
        distance_max: km,
        mobilite_outre_mer: false,
        departements_exclus: Vec::new(),
        situations: vec![Situation::DemandeurEmploi],
        experiences: Vec::new(),
        diplome: String::new(),
        motivation: "Aider les personnes à se servir seules de l'informatique.".into(),
        partage: Partage::ALaPreselection,
        pix_palier: None,
        pix_partage: false,
        inscrit_le: tx.now(),
        confirme_le: tx.today(),
        supprime: false,
        version: 1,
    };
    candidat::store::save(tx, &candidat).await.unwrap();
    candidat
}

pub(crate) fn commande(tx: &Tx) -> String {
    tx.new_id().to_string()
}

pub(crate) async fn preselect(tx: &mut Tx, structure: Uuid, personne: Uuid) -> Uuid {
    let f = Preselection {
        motif: String::new(),
        id_commande: commande(tx),
    };
    relations::preselect(tx, &gestionnaire(structure), URL, personne, &f)
        .await
        .unwrap()
}

/// One step of a matching, with the version of the moment.
pub(crate) async fn step(
    tx: &mut Tx,
    acteur: &Acteur,
    id: Uuid,
    evenement: &str,
) -> socle::Resultat<Etat> {
    let m = crate::mise_en_relation::store::get(tx, &Perimetre::National, id).await?;
    let f = Geste {
        evenement: evenement.into(),
        entretien_le: "2026-03-10".into(),
        raison: "autre".into(),
        version: m.version.to_string(),
        id_commande: commande(tx),
    };
    relations::act(tx, acteur, URL, id, &f).await
}

/// An accepted proposal between a structure and a candidate.
pub(crate) async fn accepted(tx: &mut Tx, structure: Uuid, personne: Uuid) -> Uuid {
    let id = preselect(tx, structure, personne).await;
    step(tx, &gestionnaire(structure), id, "proposer")
        .await
        .unwrap();
    step(tx, &soi(Role::Candidat, personne), id, "accepter")
        .await
        .unwrap();
    id
}

pub(crate) fn cdi(tx: &Tx, debut: &str) -> Redaction {
    Redaction {
        genre: "cdi".into(),
        date_debut: debut.into(),
        quotite: "100".into(),
        salaire: "2 000".into(),
        code_rome: "K2111".into(),
        coordination: "aucune".into(),
        eligibilite: "oui".into(),
        preparation: "oui".into(),
        fiche_mission: "oui".into(),
        id_commande: commande(tx),
        ..Redaction::default()
    }
}

pub(crate) fn cdd(tx: &Tx, debut: &str, fin: &str) -> Redaction {
    Redaction {
        genre: "cdd".into(),
        date_fin: fin.into(),
        duree_motif: "Fin du projet".into(),
        ..cdi(tx, debut)
    }
}

pub(crate) async fn submitted(tx: &mut Tx, structure: Uuid, relation: Uuid, f: &Redaction) -> Uuid {
    let a = gestionnaire(structure);
    let id = contrats_service::draft(tx, &a, relation, f).await.unwrap();
    let c = commande(tx);
    contrats_service::submit(tx, &a, URL, id, &c).await.unwrap();
    id
}

pub(crate) async fn validate(tx: &mut Tx, id: Uuid) -> socle::Resultat<()> {
    let c = crate::contrat::get(tx, &Perimetre::National, id).await?;
    let f = Decision {
        decision: "valider".into(),
        piece: "oui".into(),
        motif: String::new(),
        version: c.version.to_string(),
        id_commande: commande(tx),
    };
    contrats_service::decide(tx, &operateur(), URL, id, &f).await
}

/// Somebody hired on a post: (structure, person, contract).
pub(crate) async fn hired(tx: &mut Tx, n: u32, f: &Redaction) -> (Uuid, Uuid, Uuid) {
    let s = structure(tx, n, 1, "35238", false).await;
    let p = candidate(tx, n, "35238", Some(20)).await.personne;
    let relation = accepted(tx, s, p).await;
    let c = submitted(tx, s, relation, f).await;
    validate(tx, c).await.unwrap();
    (s, p, c)
}

/// Subjects of the e-mails written to an address.
pub(crate) async fn subjects(base: &Base, adresse: &str) -> Vec<String> {
    let mut tx = base.read().await.unwrap();
    courrier::recent(&mut tx, 500)
        .await
        .unwrap()
        .into_iter()
        .filter(|c| c.a == adresse)
        .map(|c| c.sujet)
        .collect()
}

/// The secret at the end of the last link to `chemin` sent to an address.
pub(crate) async fn link(base: &Base, adresse: &str, chemin: &str) -> String {
    let mut tx = base.read().await.unwrap();
    courrier::recent(&mut tx, 500)
        .await
        .unwrap()
        .into_iter()
        .filter(|c| c.a == adresse)
        .find_map(|c| {
            let (_, suite) = c.texte.split_once(chemin)?;
            Some(suite.split_whitespace().next()?.to_owned())
        })
        .unwrap()
}

/// The messages of a refused form.
pub(crate) fn refused<T: std::fmt::Debug>(r: socle::Resultat<T>) -> socle::Saisies {
    match r {
        Err(socle::Erreur::Saisie(s)) => s,
        autre => panic!("{autre:?}"),
    }
}
