//! Pages, exports and links of statistics, through the edge.

use documents::tableur;
use jiff::civil::Date;
use socle::{Acteur, Perimetre, Role, essai};
use web::essai::TestApp;

use super::{counsellor, entry, head, workshop};
use crate::activite::{TypeActivite, service};

/// An individual and an atelier of six by Awa, an individual by Malo.
async fn apps() -> Vec<(TestApp, super::Monde, Acteur)> {
    let mut v = Vec::new();
    for (b, m) in super::bases().await {
        let mut tx = b.write().await.unwrap();
        let debut = Date::constant(2025, 6, 1);
        let malo = counsellor(&mut tx, "Malo", m.structure, debut, None).await;
        for (acteur, genre, champs) in [
            (&m.moi, TypeActivite::Individuel, entry(&m)),
            (&m.moi, TypeActivite::Collectif, workshop(&m)),
            (&malo, TypeActivite::Individuel, entry(&m)),
        ] {
            let id = tx.new_id();
            let depot = service::Depot {
                id,
                source: "saisie",
                saisi_le: None,
            };
            let auteur = acteur.personne.unwrap();
            service::record_for(&mut tx, acteur, auteur, &depot, genre, &champs)
                .await
                .unwrap();
        }
        tx.commit().await.unwrap();
        v.push((TestApp::new(b, &crate::routes()), m, malo));
    }
    v
}

fn prefecture(departement: &str) -> Acteur {
    essai::acteur(
        Role::Prefecture,
        Perimetre::Departements(vec![departement.into()]),
    )
}

/// §1: own figures, own structure's totals without colleagues; the structure
/// reads each professional; territories hide small cells.
#[tokio::test]
async fn each_role_reads_its_own_scope() {
    for (app, m, _) in apps().await {
        let mut c = app.as_acteur(&m.moi);
        let page = c.get("/statistiques").await;
        page.expect(200).shows("Mes activités").shows("À jour au");
        assert!(
            page.texte().contains("<p class=\"chiffre-libelle\">"),
            "figures are markup"
        );
        let texte = page.texte();
        assert!(texte.contains("1 en individuel, 6 en atelier"), "{texte}");
        assert!(!texte.contains("Par professionnel"));
        let page = c.get("/statistiques?portee=structure").await;
        page.expect(200).shows("2 en individuel, 6 en atelier");
        assert!(!page.texte().contains("Malo"));
        // Another structure, a territory, a team: not there.
        for p in ["national", "departement:35", "equipe"] {
            c.get(&format!("/statistiques?portee={p}"))
                .await
                .expect(404);
        }
        let mut c = app.as_acteur(&head(m.structure));
        c.get("/statistiques")
            .await
            .expect(200)
            .shows("Par professionnel")
            .shows("Malo Essai");
        c.get("/statistiques?lecture=accueil")
            .await
            .expect(200)
            .shows("6 en atelier");
        // Eight accompagnements: nothing is told of them in the département.
        let mut c = app.as_acteur(&prefecture("35"));
        let page = c.get("/statistiques").await;
        page.expect(200)
            .shows("n.d. en individuel, n.d. en atelier");
        assert!(!page.texte().contains("Malo"));
        c.get("/statistiques?portee=departement:56")
            .await
            .expect(404);
        c.get("/statistiques?portee=region:53").await.expect(404);
        c.get("/statistiques?lecture=employeur").await.expect(200);
        let ailleurs = app.as_acteur(&prefecture("56")).get("/statistiques").await;
        ailleurs.expect(200).shows("Aucune activité");
        // Who runs the programme reads everything.
        let mut c = app.as_acteur(&essai::acteur(Role::Administrateur, Perimetre::National));
        c.get("/statistiques")
            .await
            .expect(200)
            .shows("2 en individuel, 6 en atelier");
        app.as_acteur(&essai::acteur(
            Role::Candidat,
            Perimetre::Soi(m.moi.personne.unwrap()),
        ))
        .get("/statistiques")
        .await
        .expect(403);
    }
}

/// §5.3: 400 « Filtre inconnu : x. », filters that name people stay home.
#[tokio::test]
async fn unknown_and_misplaced_filters_are_refused() {
    for (app, m, malo) in apps().await {
        let mut c = app.as_acteur(&m.moi);
        c.get("/statistiques?genre=feminin")
            .await
            .expect(400)
            .shows("Filtre inconnu : genre.");
        c.get("/statistiques?type=concert").await.expect(400);
        let auteur = format!("auteur={}", malo.personne.unwrap());
        c.get(&format!("/statistiques?portee=structure&{auteur}"))
            .await
            .expect(400);
        c.get("/statistiques?type=collectif&du=2026-03-01&au=2026-03-31")
            .await
            .expect(200)
            .shows("0 en individuel, 6 en atelier")
            .shows("retirer");
        let mut c = app.as_acteur(&head(m.structure));
        c.get(&format!("/statistiques?{auteur}"))
            .await
            .expect(200)
            .shows("1 en individuel, 0 en atelier");
        let mut c = app.as_acteur(&prefecture("35"));
        c.get(&format!("/statistiques?lieu={}", m.lieu))
            .await
            .expect(400);
    }
}

/// §7: each file opens again, says its scope and version, and holds the block.
#[tokio::test]
async fn exports_open_and_say_where_they_come_from() {
    for (app, m, _) in apps().await {
        let mut c = app.as_acteur(&m.moi);
        for format in ["xlsx", "ods"] {
            let r = c
                .get(&format!("/statistiques/export?format={format}"))
                .await;
            r.expect(200);
            let feuilles = tableur::lire(&r.octets, &format!("s.{format}")).unwrap();
            let noms: Vec<&str> = feuilles.iter().map(|f| f.nom.as_str()).collect();
            assert!(noms.contains(&"Thématiques de médiation"), "{noms:?}");
            let genre = feuilles.iter().find(|f| f.nom == "Genre").unwrap();
            let texte = format!("{genre:?}");
            assert!(texte.contains("Mes activités"), "{texte}");
            assert!(texte.contains("catalogue version 1"), "{texte}");
            assert!(texte.contains("feminin"), "{texte}");
        }
        let r = c.get("/statistiques/export?format=csv").await;
        let texte = r.texte();
        assert!(
            texte.contains("ST43;genre;feminin;Féminin;5;\"71,4"),
            "{texte}"
        );
        assert!(texte.contains("catalogue version 1"), "{texte}");
        let r = c.get("/statistiques/export?format=pdf").await;
        assert!(r.octets.starts_with(b"%PDF-1.7"));
        let r = c.get("/statistiques/graphique?bloc=genre").await;
        r.expect(200).shows("<title>Genre, sur 7 personnes");
        let r = c.get("/statistiques/graphique?bloc=genre&format=png").await;
        assert!(r.expect(200).octets.starts_with(b"\x89PNG"));
        c.get("/statistiques/export?format=exe").await.expect(400);
    }
}

/// §5.6: scope and filters fixed, small cells hidden, a year at most, final.
#[tokio::test]
async fn a_shared_link_shows_its_figures_until_it_is_disabled() {
    for (app, m, malo) in apps().await {
        let mut c = app.as_acteur(&m.moi);
        c.get("/statistiques/liens?type=collectif")
            .await
            .expect(200)
            .shows("Atelier");
        let envoi = |commande: &'static str, expire: &'static str| {
            [
                ("id_commande", commande),
                ("requete", "?type=collectif"),
                ("expire", expire),
            ]
        };
        c.post("/statistiques/liens", &envoi("l1", "2028-01-01"))
            .await
            .expect(422)
            .shows("Choisissez une date");
        for _ in 0..2 {
            // The same click twice makes one link.
            c.post("/statistiques/liens", &envoi("l2", "2026-12-31"))
                .await
                .expect(303);
        }
        let page = c.get("/statistiques/liens").await.texte();
        assert_eq!(page.matches("/partage/statistiques/").count(), 1);
        let jeton = page.split("/partage/statistiques/").nth(1).unwrap();
        let jeton = jeton.split('"').next().unwrap().to_owned();
        assert_eq!(jeton.len(), 32, "128 bits");
        let adresse = format!("/partage/statistiques/{jeton}");
        let mut v = app.visiteur();
        let page = v.get(&adresse).await;
        // Six people: nothing is told.
        page.expect(200).shows("Type d&#39;activité : Atelier");
        assert_eq!(page.entetes["x-robots-tag"], "noindex, nofollow");
        assert!(!page.texte().contains("Mairie 1"), "no place");
        v.get(&format!("{adresse}?type=individuel"))
            .await
            .expect(200);
        v.get("/partage/statistiques/0123").await.expect(404);
        // Somebody else cannot end it; its author can, for good.
        let id = {
            let mut tx = app.base.read().await.unwrap();
            super::super::statistiques::partage::list(&mut tx, m.moi.personne.unwrap())
                .await
                .unwrap()[0]
                .id
        };
        let fin = format!("/statistiques/liens/{id}/desactiver");
        app.as_acteur(&malo).post(&fin, &[]).await.expect(404);
        v.get(&adresse).await.expect(200);
        c.post(&fin, &[]).await.expect(303);
        v.get(&adresse).await.expect(404);
        // No link names a person.
        let qui = format!("/statistiques/liens?beneficiaire={id}");
        c.get(&qui).await.expect(400);
    }
}

/// §5.2: a member counts inside the team's intervals only; the lines name
/// professionals, never the people they met.
#[tokio::test]
async fn a_coordinateur_counts_the_team_inside_its_intervals() {
    use crate::equipe::{Intervalle, Origine, store};
    for (app, m, malo) in apps().await {
        let coordinateur = essai::acteur(
            Role::Coordinateur,
            Perimetre::Departements(vec!["35".into()]),
        );
        let mut tx = app.base.write().await.unwrap();
        // Awa's atelier is of 2 March, her individual of 3 March; Malo left.
        for (membre, entree, sortie) in [
            (&m.moi, Date::constant(2026, 3, 3), None),
            (
                &malo,
                Date::constant(2025, 6, 1),
                Some(Date::constant(2026, 3, 2)),
            ),
        ] {
            let i = Intervalle {
                id: tx.new_id(),
                coordinateur: coordinateur.personne.unwrap(),
                membre: membre.personne.unwrap(),
                entree,
                sortie,
            };
            store::insert(&mut tx, &i, Origine::Ajout).await.unwrap();
        }
        tx.commit().await.unwrap();
        let mut c = app.as_acteur(&coordinateur);
        let page = c.get("/statistiques").await;
        page.expect(200)
            .shows("Mon équipe")
            .shows("1 en individuel, 0 en atelier")
            .shows("Par professionnel")
            .shows("Awa Essai");
        assert!(!page.texte().contains("Malo"), "left the day before");
        c.get("/statistiques?sans_moi=oui").await.expect(200);
        c.get("/statistiques?portee=soi")
            .await
            .expect(200)
            .shows("Aucune activité");
        c.get("/statistiques?portee=departement:35")
            .await
            .expect(404);
    }
}
