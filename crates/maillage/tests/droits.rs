//! Every route × every role × a foreign perimeter (quality bars; spec 01,
//! arbitration 1). A route that names an object and has no example here fails
//! the test: nobody adds a page without saying whose it is.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeMap;

use maillage::site;
use socle::{
    Acteur, Perimetre, Role, Tx,
    base::Sql,
    demo::{Alea, Taille},
    essai, params,
};
use uuid::Uuid;
use web::{Acces, essai::TestApp};

/// Where the example objects are; strangers come from elsewhere.
const ICI: &str = "35";
const AILLEURS: &str = "988";

/// The beginning of an address, and the statement that finds an object of
/// somebody in `ICI` for its first parameter. Longest beginning first.
const EXEMPLES: &[(&str, Sql)] = &[];

/// The id of an object in `ICI` for an address; `None` when none is declared.
async fn example(tx: &mut Tx, chemin: &str) -> Option<String> {
    let (_, sql) = EXEMPLES
        .iter()
        .find(|(debut, _)| chemin.starts_with(debut))?;
    let l = tx.row(*sql, params![ICI]).await.unwrap();
    Some(
        l.unwrap_or_else(|| panic!("no example object for {chemin}"))
            .get::<String>("id")
            .unwrap(),
    )
}

/// Somebody of each role whose perimeter holds nothing of `ICI`; `None` for
/// national roles, who are never strangers.
fn stranger(role: Role) -> Option<Acteur> {
    let p = match role {
        Role::Visiteur => return Some(Acteur::visiteur()),
        Role::Systeme => return None,
        Role::Candidat | Role::Conseiller | Role::Mediateur | Role::Beneficiaire => {
            Perimetre::Soi(Uuid::from_u128(0xdead))
        }
        Role::GestionnaireStructure
        | Role::ReferentStructure
        | Role::StructureAccueil
        | Role::Partenaire
        | Role::GrandReseau => Perimetre::Structures(vec![Uuid::from_u128(0xdead)]),
        Role::Prefecture | Role::Collectivite | Role::Hub | Role::Coordinateur => {
            Perimetre::Departements(vec![AILLEURS.into()])
        }
        Role::Comite
        | Role::Secretariat
        | Role::Administrateur
        | Role::Operateur
        | Role::AnimationNationale
        | Role::OrganismeFormation
        | Role::Chercheur
        | Role::Dpo
        | Role::Observateur
        | Role::Support
        | Role::Exploitant => return None,
    };
    Some(essai::acteur(role, p))
}

async fn app() -> TestApp {
    let base = essai::sqlite(&site::migrations()).await;
    site::migrate(&base).await.unwrap();
    let mut alea = Alea::new(1);
    let (t, rien) = (Taille::petite(), |_: u64| ());
    comptes::demo::seed(&base, &mut alea, &t, &rien)
        .await
        .unwrap();
    programme::demo::seed(&base, &mut alea, &t, &rien)
        .await
        .unwrap();
    parcours::demo::seed(&base, &mut alea, &t, &rien)
        .await
        .unwrap();
    lieux::demo::seed(&base, &mut alea, &t, &rien)
        .await
        .unwrap();
    activites::demo::seed(&base, &mut alea, &t, &rien)
        .await
        .unwrap();
    TestApp::new(base, &site::routes())
}

#[tokio::test]
async fn strangers_get_404_on_every_object_and_closed_lists_say_why() {
    let app = app().await;
    let routes = site::routes();
    let (mut essais, mut fautes) = (0, Vec::new());
    let mut exemples = BTreeMap::new();
    for r in routes
        .all()
        .iter()
        .filter(|r| r.is_object() && !matches!(r.acces, Acces::Public | Acces::Jeton))
    {
        let mut tx = app.base.read().await.unwrap();
        match example(&mut tx, r.chemin).await {
            Some(id) => exemples.insert(r.chemin, id),
            None => panic!(
                "{} {} : add an example object to EXEMPLES",
                r.methode, r.chemin
            ),
        };
    }
    for role in Role::TOUS {
        let Some(acteur) = stranger(*role) else {
            continue;
        };
        let mut c = if acteur.is_anonymous() {
            app.visiteur()
        } else {
            app.as_acteur(&acteur)
        };
        for r in routes.all() {
            let ouverte = matches!(r.acces, Acces::Public | Acces::Jeton);
            let id = exemples
                .get(r.chemin)
                .cloned()
                .unwrap_or_else(|| Uuid::from_u128(7).to_string());
            let chemin = fill(r.chemin, &id);
            let rep = if r.methode == "GET" {
                c.get(&chemin).await
            } else {
                c.post(&chemin, &[]).await
            };
            essais += 1;
            let statut = rep.statut.as_u16();
            let juste = match (r.is_object(), ouverte) {
                // A public page answers, refuses, or says it is elsewhere.
                (_, true) => statut < 500,
                (true, false) => statut == 404,
                (false, false) if r.acces.admits(*role) => statut < 500 && statut != 404,
                (false, false) if acteur.is_anonymous() => matches!(statut, 303 | 401),
                (false, false) => statut == 403,
            };
            // No list of a stranger names an object of here.
            let fuite = !ouverte
                && r.methode == "GET"
                && exemples.values().any(|id| rep.texte().contains(id));
            if !juste || fuite {
                fautes.push(format!(
                    "{} {} {chemin} : {statut}{}",
                    role.cle(),
                    r.methode,
                    if fuite { " (fuite)" } else { "" }
                ));
            }
        }
    }
    println!(
        "{} routes × rôles étrangers = {essais} essais",
        routes.all().len()
    );
    assert!(
        fautes.is_empty(),
        "{} fautes\n{}",
        fautes.len(),
        fautes.join("\n")
    );
    assert!(essais > 500);
}

/// The same object id for every parameter of an address.
fn fill(chemin: &str, id: &str) -> String {
    chemin
        .split('/')
        .map(|p| if p.starts_with('{') { id } else { p })
        .collect::<Vec<_>>()
        .join("/")
}
