use socle::{Acteur, Erreur, Perimetre, Role, essai};
use web::essai::TestApp;

use super::{store::Contenu, *};
use crate::{MIGRATIONS, annuaire::Annuaire, lieu};

fn admin() -> Acteur {
    essai::acteur(Role::Administrateur, Perimetre::National)
}

/// A shared file, read in place; `None` says so and skips.
fn partage(chemin: &str) -> Option<Vec<u8>> {
    let f = std::fs::read(format!(
        "{}/../../../shared/data/{chemin}",
        env!("CARGO_MANIFEST_DIR")
    ))
    .ok();
    if f.is_none() {
        eprintln!("{chemin} : ignoré, les données partagées sont absentes");
    }
    f
}

fn nombre(c: &Contenu, code: &str) -> usize {
    c.constats.iter().filter(|x| x.code == code).count()
}

const PETIT: &str = "id,nom,commune,code_postal,code_insee,adresse,services,telephone,horaires,date_maj,pivot\n\
    a,Médiathèque,Rennes,35000,35238,1 rue de la Paix,Loisirs et créations numériques,02 99 00 00 12,Mo-Fr 09:00-12:00,2026-01-05,\n\
    b,,Rennes,35000,35238,2 rue de la Paix,,,,,\n\
    a,Autre,Rennes,35000,35238,3 rue de la Paix,,,,,\n\
    c,Mairie,Mont-Dore,98800,63236,Route,Utilisation sécurisée du numérique,12 34 56,lundi 9h,1970-01-01,123456789\n\
    d,Nulle part,Zzqqx,00000,,Route,,,,,\n";

/// Y17, spec 30 §6.5 and §13 (4, 6): line by line, then idempotent.
#[tokio::test]
async fn a_file_is_reported_applied_and_replayed_without_effect() {
    for base in essai::bases(&[socle::MIGRATIONS, MIGRATIONS]).await {
        let mut tx = base.write().await.unwrap();
        let id = preview(
            &mut tx,
            &admin(),
            "Hub d’essai",
            "petit.csv",
            PETIT.as_bytes(),
        )
        .await
        .unwrap();
        let (i, c) = service::get(&mut tx, &admin(), id).await.unwrap();
        assert_eq!(
            (i.comptes.lus, i.comptes.crees, i.comptes.rejetes),
            (5, 2, 3)
        );
        let de = |code: &str| {
            c.constats
                .iter()
                .find(|x| x.code == code)
                .map(|x| (x.ligne, x.message.as_str()))
        };
        assert_eq!(de("nom_absent"), Some((3, "Ligne 3 : nom absent.")));
        assert_eq!(
            de("doublon_fichier"),
            Some((4, "Même identifiant que la ligne 2."))
        );
        assert_eq!(
            de("insee_contredit").unwrap().1,
            "Le code INSEE 63236 contredit le code postal 98800 ; 98817 retenu."
        );
        assert_eq!(
            de("horaires_illisibles").unwrap().1,
            "Horaires à compléter : « lundi 9h »."
        );
        assert_eq!(de("commune_non_resolue").unwrap().0, 6);
        assert_eq!(
            (nombre(&c, "date_inconnue"), nombre(&c, "pivot_invalide")),
            (2, 1)
        );
        // Three rows out of five rejected: a person must say why.
        assert!(matches!(
            accept(&mut tx, &admin(), id, "").await,
            Err(Erreur::Saisie(_))
        ));
        let n = accept(&mut tx, &admin(), id, "Fichier d’essai relu ensemble")
            .await
            .unwrap();
        assert_eq!((n.crees, n.modifies), (2, 0));
        assert!(matches!(
            accept(&mut tx, &admin(), id, "encore une fois").await,
            Err(Erreur::Conflit(_))
        ));
        let annuaire = Annuaire::default();
        assert_eq!(annuaire.get(&mut tx).await.unwrap().lieux.len(), 2);

        // The same file again, then one changed row.
        let id = preview(
            &mut tx,
            &admin(),
            "hub d'essai",
            "petit.csv",
            PETIT.as_bytes(),
        )
        .await
        .unwrap();
        let n = accept(&mut tx, &admin(), id, "Fichier d’essai relu ensemble")
            .await
            .unwrap();
        assert_eq!((n.crees, n.modifies, n.inchanges), (0, 0, 2));
        let neuf = PETIT.replace("1 rue de la Paix", "10 rue de la Paix");
        let id = preview(
            &mut tx,
            &admin(),
            "Hub d’essai",
            "petit.csv",
            neuf.as_bytes(),
        )
        .await
        .unwrap();
        let n = accept(&mut tx, &admin(), id, "Fichier d’essai relu ensemble")
            .await
            .unwrap();
        assert_eq!((n.crees, n.modifies, n.inchanges), (0, 1, 1));

        // What a person changed since is kept (8.2).
        let l = lieu::store::list_of_commune(&mut tx, "35238")
            .await
            .unwrap()
            .remove(0);
        assert_eq!(l.fiche.adresse, "10 rue de la Paix");
        let f = lieu::Fiche {
            adresse: "11 rue de la Paix".into(),
            ..lieu::tests::fiche()
        };
        lieu::service::modify(&mut tx, &admin(), l.id, l.version, f)
            .await
            .unwrap();
        let id = preview(
            &mut tx,
            &admin(),
            "Hub d’essai",
            "petit.csv",
            PETIT.as_bytes(),
        )
        .await
        .unwrap();
        accept(&mut tx, &admin(), id, "Fichier d’essai relu ensemble")
            .await
            .unwrap();
        assert_eq!(
            lieu::get(&mut tx, l.id).await.unwrap().fiche.adresse,
            "11 rue de la Paix"
        );

        // A hub stays in its territory, and sees only its own files.
        let hub = essai::acteur(Role::Hub, Perimetre::Departements(vec!["35".into()]));
        let h = preview(&mut tx, &hub, "Hub breton", "petit.csv", PETIT.as_bytes())
            .await
            .unwrap();
        let (_, c) = service::get(&mut tx, &hub, h).await.unwrap();
        assert_eq!(nombre(&c, "hors_territoire"), 1);
        assert!(matches!(
            service::get(&mut tx, &hub, id).await,
            Err(Erreur::Introuvable)
        ));
        let r = preview(
            &mut tx,
            &essai::acteur(Role::Conseiller, Perimetre::Aucun),
            "x",
            "x.csv",
            b"x",
        )
        .await;
        assert!(matches!(r, Err(Erreur::Interdit(_))));
        tx.commit().await.unwrap();
    }
}

/// The official sample (issue: « official sample … as tests »).
#[tokio::test]
async fn the_official_sample_is_imported() {
    let Some(f) = partage("references/exemple-valide.csv") else {
        return;
    };
    let base = essai::sqlite(&[socle::MIGRATIONS, MIGRATIONS]).await;
    let mut tx = base.write().await.unwrap();
    let id = preview(&mut tx, &admin(), "Exemple", "exemple-valide.csv", &f)
        .await
        .unwrap();
    let (i, c) = service::get(&mut tx, &admin(), id).await.unwrap();
    assert_eq!(
        (i.comptes.lus, i.comptes.crees, i.comptes.rejetes),
        (1, 1, 0)
    );
    // Its point is in Aix-en-Provence, its address in Reims.
    let erreurs: Vec<&str> = c
        .constats
        .iter()
        .filter(|x| x.severite <= Severite::Erreur)
        .map(|x| x.code.as_str())
        .collect();
    assert_eq!(erreurs, ["point_incoherent"]);
    let f = &c.lignes[0].fiche;
    assert_eq!(
        (
            f.services.len(),
            f.publics.len(),
            f.prise_en_charge.len(),
            f.dispositifs.len()
        ),
        (3, 2, 3, 3)
    );
    assert_eq!(
        (
            f.formations_labels.len(),
            f.autres_labels.len(),
            f.modalites_accompagnement.len()
        ),
        (2, 1, 4)
    );
    assert_eq!(f.horaires, "Mo-Fr 09:00-12:00,14:00-18:30; Sa 08:30-12:00");
    accept(&mut tx, &admin(), id, "").await.unwrap();
}

/// Spec 30 §12: the v0 files of Charente and Nouvelle-Calédonie.
#[tokio::test]
async fn v0_files_give_the_figures_of_the_spec() {
    let base = essai::sqlite(&[socle::MIGRATIONS, MIGRATIONS]).await;
    let mut tx = base.write().await.unwrap();
    // « Fr 19:00-11:00 », twice, is illegible by §3 though §12 counts it.
    let cas = [
        ("carto-2023-charente.json", 188, 72, 98, 65),
        ("carto-2024-nouvelle-caledonie.json", 90, 69, 28, 80),
        ("carto-2022-hinaura-ara-schemav0.json", 687, 615, 411, 631),
    ];
    for (nom, lignes, heures, communes, tel) in cas {
        let Some(f) = partage(&format!("lieux/{nom}")) else {
            return;
        };
        let id = preview(&mut tx, &admin(), nom, nom, &f).await.unwrap();
        let (i, c) = service::get(&mut tx, &admin(), id).await.unwrap();
        let h = c
            .lignes
            .iter()
            .filter(|l| !l.fiche.horaires.is_empty())
            .count();
        let t = c
            .lignes
            .iter()
            .filter(|l| {
                !l.fiche.telephones.is_empty()
                    || !l.contacts.telephones.is_empty()
                    || !l.fiche.numeros_courts.is_empty()
            })
            .count();
        let mut k: Vec<&str> = c
            .lignes
            .iter()
            .map(|l| l.fiche.commune_insee.as_str())
            .collect();
        k.sort_unstable();
        k.dedup();
        println!(
            "{nom} : {} lignes, {} rejets, {h} horaires ({heures}), {} communes ({communes}), {t} tél ({tel}), {} points, {} insee, {} dates",
            i.comptes.lus,
            i.comptes.rejetes,
            k.len(),
            nombre(&c, "point_inutilisable"),
            nombre(&c, "insee_contredit"),
            nombre(&c, "date_inconnue")
        );
        assert_eq!((i.comptes.lus, i.comptes.rejetes), (lignes, 0), "{nom}");
        assert!(
            h >= heures && k.len().abs_diff(communes) <= 1 + communes / 100 && t >= tel,
            "{nom}"
        );
        assert_eq!(nombre(&c, "point_inutilisable"), 0, "{nom}");
        let avec =
            |f: &dyn Fn(&lieu::Fiche) -> bool| c.lignes.iter().filter(|l| f(&l.fiche)).count();
        match nom {
            "carto-2023-charente.json" => {
                assert_eq!(
                    avec(&|f| f.dispositifs.iter().any(|d| d == "conseillers_numeriques")),
                    109
                );
                assert_eq!(
                    avec(&|f| f.dispositifs.iter().any(|d| d == "france_services")),
                    83
                );
                assert_eq!(
                    (
                        avec(&|f| !f.pivot.is_empty()),
                        nombre(&c, "pivot_invalide"),
                        nombre(&c, "date_inconnue")
                    ),
                    (120, 1, 1)
                );
            }
            "carto-2024-nouvelle-caledonie.json" => {
                assert_eq!(
                    c.constats
                        .iter()
                        .filter(|x| x.code == "insee_contredit" && x.valeur == "63236")
                        .count(),
                    9
                );
                assert_eq!(nombre(&c, "date_inconnue"), 6);
            }
            _ => {
                for (service, n) in [
                    ("acces_materiel", 599),
                    ("maitrise_outils", 480),
                    ("comprehension", 475),
                    ("aide_demarches", 405),
                ] {
                    assert_eq!(
                        avec(&|f| f.services.iter().any(|s| s == service)),
                        n,
                        "{service}"
                    );
                }
                assert_eq!(avec(&|f| f.frais.iter().any(|s| s == "gratuit")), 527);
                assert_eq!(avec(&|f| !f.pivot.is_empty()), 0);
            }
        }
        let t0 = std::time::Instant::now();
        accept(&mut tx, &admin(), id, "Fichier relu").await.unwrap();
        println!("appliqué en {:?}", t0.elapsed());
        let id = preview(&mut tx, &admin(), nom, nom, &f).await.unwrap();
        let n = accept(&mut tx, &admin(), id, "Fichier relu").await.unwrap();
        assert_eq!((n.crees, n.modifies), (0, 0), "{nom} again");
    }
    // What comes in goes out valid.
    if let Some(schema) = crate::ouvertes::tests::schema() {
        let tous = Annuaire::default().get(&mut tx).await.unwrap();
        let f = crate::ouvertes::csv(tous.lieux.iter().map(|e| &e.lieu), "Maillage").unwrap();
        assert_eq!(
            crate::ouvertes::tests::faults(&schema, &f),
            Vec::<String>::new()
        );
        println!("{} lieux publiés", tous.lieux.len());
    }
}

#[tokio::test]
async fn the_screens_read_a_file_and_apply_it() {
    let base = essai::sqlite(&[socle::MIGRATIONS, MIGRATIONS]).await;
    let app = TestApp::new(base, &crate::routes());
    let mut a = app.as_acteur(&admin());
    let envoi = |source: &str, fichier: &str| {
        format!(
            "--x\r\nContent-Disposition: form-data; name=\"source\"\r\n\r\n{source}\r\n--x\r\nContent-Disposition: form-data; \
             name=\"fichier\"; filename=\"petit.csv\"\r\nContent-Type: text/csv\r\n\r\n{fichier}\r\n--x--\r\n"
        )
        .into_bytes()
    };
    let genre = "multipart/form-data; boundary=x";
    let lien = "/administration/lieux/import";
    a.get(lien)
        .await
        .expect(200)
        .shows("Qui produit ce fichier");
    a.post_raw(lien, genre, envoi("Hub", ""))
        .await
        .expect(422)
        .shows("Choisissez le fichier à importer.");
    a.post_raw(lien, genre, envoi("", PETIT))
        .await
        .expect(422)
        .shows("Indiquez qui produit ce fichier.");
    a.post_raw(lien, genre, envoi("Hub", "x;y\n1;2\n"))
        .await
        .expect(422)
        .shows("standard national");
    let r = a
        .post_raw(lien, genre, envoi("Hub", PETIT))
        .await
        .expect(303)
        .lien();
    a.get(&r)
        .await
        .expect(200)
        .shows("Ligne 3 : nom absent.")
        .shows("Plus d’une ligne sur cinq");
    a.get(&format!("{r}/rapport.csv"))
        .await
        .expect(200)
        .shows("nom_absent");
    let autre = essai::acteur(Role::Hub, Perimetre::Departements(vec!["35".into()]));
    app.as_acteur(&autre).get(&r).await.expect(404);
    app.visiteur().get(&r).await.expect(404);
    let reponse = format!("{r}/reponse");
    a.post(&reponse, &[("reponse", "accepter")])
        .await
        .expect(422)
        .shows("dites en une phrase pourquoi");
    a.post(
        &reponse,
        &[("reponse", "accepter"), ("motif", "Relu avec le hub")],
    )
    .await
    .expect(303);
    a.post(&reponse, &[("reponse", "rejeter")])
        .await
        .expect(409);
    app.visiteur()
        .get("/carte?q=mediatheque")
        .await
        .expect(200)
        .shows("1\u{a0}lieu");
}
