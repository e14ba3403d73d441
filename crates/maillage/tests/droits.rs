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
    essai, params, sql,
};
use uuid::Uuid;
use web::{Acces, essai::TestApp};

/// Where the example objects are; strangers come from elsewhere.
const ICI: &str = "35";
const AILLEURS: &str = "988";

/// Whose an object is.
#[derive(Clone, Copy)]
enum De {
    /// Of somebody in `ICI`: 404 to strangers. The statement finds one.
    Quelquun(Sql),
    /// Of the whole programme: who may open the address may open any of them.
    Programme(Sql),
    /// Found by a key that is the same everywhere.
    Cle(&'static str),
}
use De::{Cle, Programme, Quelquun};

/// Beginning of an address, and an object for its first parameter. Longest
/// beginning first.
const EXEMPLES: &[(&str, De)] = &[
    (
        "/activites/a-arbitrer/",
        Quelquun(sql!(
            "SELECT p.id FROM proposition p JOIN activite a ON a.id = p.activite
             ORDER BY CASE WHEN a.departement = $1 THEN 0 ELSE 1 END LIMIT 1"
        )),
    ),
    (
        "/appareils/",
        Quelquun(sql!("SELECT id FROM appareil WHERE id <> $1 LIMIT 1")),
    ),
    (
        "/sync/v1/appareils/",
        Quelquun(sql!("SELECT id FROM appareil WHERE id <> $1 LIMIT 1")),
    ),
    (
        "/activites/brouillons/",
        Quelquun(sql!(
            "SELECT id FROM activite WHERE departement = $1 LIMIT 1"
        )),
    ),
    (
        "/activites/",
        Quelquun(sql!(
            "SELECT id FROM activite WHERE departement = $1 AND etat = 'enregistree' LIMIT 1"
        )),
    ),
    (
        "/administration/applications/",
        Programme(sql!("SELECT id FROM client_api WHERE id <> $1 LIMIT 1")),
    ),
    ("/administration/lieux/import/", Cle("inconnu")),
    (
        "/administration/personnes/",
        Programme(sql!("SELECT id FROM personne WHERE id <> $1 LIMIT 1")),
    ),
    ("/administration/references/", Cle("smic_mensuel_brut")),
    ("/administration/travaux/", Cle("inconnu")),
    (
        "/administration/zonages/",
        Programme(sql!("SELECT id FROM campagne WHERE id <> $1 LIMIT 1")),
    ),
    (
        "/applications/",
        Programme(sql!("SELECT id FROM client_api WHERE id <> $1 LIMIT 1")),
    ),
    (
        "/beneficiaires/",
        Quelquun(sql!("SELECT id FROM beneficiaire WHERE id <> $1 LIMIT 1")),
    ),
    (
        "/campagnes/",
        Programme(sql!("SELECT id FROM campagne WHERE id <> $1 LIMIT 1")),
    ),
    (
        "/candidatures/",
        Quelquun(sql!(
            "SELECT id FROM candidature WHERE departement = $1 AND etat <> 'deposee' LIMIT 1"
        )),
    ),
    (
        "/comites/",
        Programme(sql!("SELECT id FROM comite_session WHERE id <> $1 LIMIT 1")),
    ),
    ("/conservation/", Cle("inconnu")),
    (
        "/contrats/nouveau/",
        Quelquun(sql!(
            "SELECT id FROM mise_en_relation ORDER BY CASE WHEN departement = $1 THEN 0 ELSE 1 END LIMIT 1"
        )),
    ),
    (
        "/contrats/",
        Quelquun(sql!(
            "SELECT id FROM contrat WHERE departement = $1 LIMIT 1"
        )),
    ),
    (
        "/conventions/",
        Quelquun(sql!(
            "SELECT id FROM convention WHERE departement = $1 LIMIT 1"
        )),
    ),
    (
        "/coordination/",
        Quelquun(sql!(
            "SELECT id FROM coordination WHERE departement = $1 LIMIT 1"
        )),
    ),
    (
        "/equipe/",
        Quelquun(sql!("SELECT id FROM equipe_membre WHERE id <> $1 LIMIT 1")),
    ),
    (
        "/etiquettes/",
        Quelquun(sql!("SELECT id FROM etiquette WHERE id <> $1 LIMIT 1")),
    ),
    (
        "/formations/",
        Programme(sql!(
            "SELECT id FROM session_formation WHERE id <> $1 LIMIT 1"
        )),
    ),
    (
        "/imports/",
        Quelquun(sql!("SELECT id FROM import WHERE id <> $1 LIMIT 1")),
    ),
    // A published place is everybody's; a draft is not.
    (
        "/lieux/",
        Quelquun(sql!(
            "SELECT id FROM lieu WHERE etat = 'brouillon' ORDER BY CASE WHEN departement = $1 THEN 0 ELSE 1 END LIMIT 1"
        )),
    ),
    (
        "/mises-en-relation/",
        Quelquun(sql!(
            "SELECT id FROM mise_en_relation ORDER BY CASE WHEN departement = $1 THEN 0 ELSE 1 END LIMIT 1"
        )),
    ),
    (
        "/permanences/",
        Quelquun(sql!("SELECT id FROM permanence WHERE id <> $1 LIMIT 1")),
    ),
    (
        "/postes/",
        Quelquun(sql!("SELECT id FROM poste WHERE departement = $1 LIMIT 1")),
    ),
    (
        "/recrutement/candidats/",
        Programme(sql!(
            "SELECT personne AS id FROM candidat WHERE personne <> $1 LIMIT 1"
        )),
    ),
    (
        "/seances/",
        Quelquun(sql!("SELECT id FROM seance_atelier WHERE id <> $1 LIMIT 1")),
    ),
    (
        "/series/",
        Quelquun(sql!("SELECT id FROM serie_atelier WHERE id <> $1 LIMIT 1")),
    ),
    (
        "/statistiques/liens/",
        Quelquun(sql!(
            "SELECT id FROM partage_statistique WHERE id <> $1 LIMIT 1"
        )),
    ),
    (
        "/structures/",
        Quelquun(sql!(
            "SELECT id FROM structure WHERE departement = $1 LIMIT 1"
        )),
    ),
    ("/themes-locaux/", Cle("inconnu")),
];

/// Addresses of one's own account or file: somebody who has none finds nothing.
const SOI: [&str; 3] = ["/compte", "/candidat", "/mon-parcours"];

/// Whose object an address names; `None` when none is declared.
fn owner(chemin: &str) -> Option<De> {
    EXEMPLES
        .iter()
        .find(|(debut, _)| chemin.starts_with(debut))
        .map(|(_, de)| *de)
}

async fn example(tx: &mut Tx, chemin: &str, de: De) -> String {
    let sql = match de {
        Cle(c) => return c.to_owned(),
        Quelquun(sql) | Programme(sql) => sql,
    };
    let l = tx.row(sql, params![ICI]).await.unwrap();
    l.unwrap_or_else(|| panic!("no example object for {chemin}"))
        .get("id")
        .unwrap()
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
        | Role::GrandReseau
        | Role::OrganismeFormation => Perimetre::Structures(vec![Uuid::from_u128(0xdead)]),
        Role::Prefecture | Role::Collectivite | Role::Hub | Role::Coordinateur => {
            Perimetre::Departements(vec![AILLEURS.into()])
        }
        Role::Comite
        | Role::Secretariat
        | Role::Administrateur
        | Role::Operateur
        | Role::AnimationNationale
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
        .filter(|r| r.is_object() && !is_open(r.acces) && !is_api(r.acces))
    {
        let Some(de) = owner(r.chemin) else {
            panic!(
                "{} {} : add an example object to EXEMPLES",
                r.methode, r.chemin
            );
        };
        let mut tx = app.base.read().await.unwrap();
        exemples.insert(r.chemin, (example(&mut tx, r.chemin, de).await, de));
    }
    // What no list of a stranger may name.
    let a_quelquun: Vec<&String> = exemples
        .values()
        .filter(|(_, de)| matches!(de, Quelquun(_)))
        .map(|(id, _)| id)
        .collect();
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
            let ouverte = is_open(r.acces);
            let exemple = exemples.get(r.chemin);
            let id = exemple.map_or_else(|| Uuid::from_u128(7).to_string(), |(id, _)| id.clone());
            let chemin = fill(r.chemin, &id);
            let rep = match r.methode.as_str() {
                "GET" => c.get(&chemin).await,
                "POST" => c.post(&chemin, &[]).await,
                m => c.call(m, &chemin, &[], "").await,
            };
            essais += 1;
            // Two seconds a page: visitors' forms stay under their throttle.
            app.base.clock().advance(2);
            let statut = rep.statut.as_u16();
            let commun = exemple.is_some_and(|(_, de)| !matches!(de, Quelquun(_)));
            let juste = match (r.is_object(), ouverte) {
                // Applications have tokens; a session opens nothing there.
                _ if is_api(r.acces) => statut == 401,
                // A public page answers, refuses, or says it is elsewhere.
                (_, true) => statut < 500,
                (true, false) if commun && r.acces.admits(*role) => statut < 500,
                (true, false) => statut == 404,
                (false, false) if r.acces.admits(*role) => {
                    let soi = SOI
                        .iter()
                        .any(|d| r.chemin == *d || r.chemin.starts_with(&format!("{d}/")));
                    statut < 500 && (soi || statut != 404)
                }
                (false, false) if acteur.is_anonymous() => matches!(statut, 303 | 401),
                (false, false) => statut == 403,
            };
            let fuite = !ouverte
                && r.methode == "GET"
                && statut == 200
                && a_quelquun
                    .iter()
                    .any(|id| rep.texte().contains(id.as_str()));
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

fn is_open(a: Acces) -> bool {
    matches!(a, Acces::Public | Acces::Jeton)
}

/// Routes of applications: their own test is `droits_api`.
fn is_api(a: Acces) -> bool {
    matches!(a, Acces::Api(_))
}

/// The same object id for every parameter of an address.
fn fill(chemin: &str, id: &str) -> String {
    chemin
        .split('/')
        .map(|p| if p.starts_with('{') { id } else { p })
        .collect::<Vec<_>>()
        .join("/")
}
