//! The register on real databases.

mod conservation;
mod fusion;
mod http;
mod partage;

use jiff::civil::Date;
use socle::{Acteur, Tx, essai::TestBase};
use uuid::Uuid;
use web::Champs;

use crate::{
    activite::{self, Activite, TypeActivite},
    beneficiaire::service,
    tests::{Monde, bases, counsellor},
};

/// A named file, as its form sends it.
pub(super) fn file(prenom: &str, nom: &str, annee: &str) -> Champs {
    Champs::default()
        .with("mode", "identifie")
        .with("prenom", prenom)
        .with("nom", nom)
        .with("informe", "oui")
        .with("annee_naissance", annee)
        .with("genre", "feminin")
        .with("statut", "retraite")
        .with("commune_residence", "Rennes (35000)")
        .with("confirme_doublon", "oui")
}

pub(super) async fn open(tx: &mut Tx, moi: &Acteur, cle: &str, f: &Champs) -> Uuid {
    service::create(tx, moi, cle, f).await.unwrap()
}

/// Somebody comes: an individual accompagnement.
pub(super) async fn visit(tx: &mut Tx, moi: &Acteur, personne: Uuid, date: &str) -> Uuid {
    let f = Champs::default()
        .with("id_commande", format!("{personne}{date}"))
        .with("date", date)
        .with("duree", "45")
        .with("lieu", "a_distance")
        .with("thematiques", "email")
        .with("notes", "Une note de la séance")
        .with("beneficiaire", personne)
        .with("confirme_date", "oui");
    activite::service::record(tx, moi, TypeActivite::Individuel, &f)
        .await
        .unwrap()
}

/// An atelier with several followed persons.
pub(super) async fn group(tx: &mut Tx, moi: &Acteur, qui: &[Uuid], date: &str) -> Uuid {
    let mut f = Champs::default()
        .with("id_commande", format!("g{date}"))
        .with("date", date)
        .with("duree", "120")
        .with("lieu", "a_distance")
        .with("thematiques", "email")
        .with("titre", "Atelier")
        .with("confirme_date", "oui");
    for p in qui {
        f = f.with("suivis", p);
    }
    activite::service::record(tx, moi, TypeActivite::Collectif, &f)
        .await
        .unwrap()
}

pub(super) async fn read(tx: &mut Tx, id: Uuid) -> Activite {
    activite::store::fetch(tx, id).await.unwrap()
}

/// A colleague of the same structure.
pub(super) async fn colleague(tx: &mut Tx, m: &Monde, prenom: &str) -> Acteur {
    counsellor(tx, prenom, m.structure, Date::constant(2025, 6, 1), None).await
}

pub(super) async fn worlds() -> Vec<(TestBase, Monde)> {
    bases().await
}

/// A change that starts from a version, as the form sends it.
pub(crate) async fn modify(
    tx: &mut socle::Tx,
    acteur: &socle::Acteur,
    id: Uuid,
    base: i64,
    champs: &web::Champs,
) -> socle::Resultat<crate::sync::arbitrage::Issue> {
    let venue = crate::sync::arbitrage::Venue {
        base,
        ..Default::default()
    };
    crate::sync::fiche::amend(tx, acteur, id, &venue, champs).await
}
