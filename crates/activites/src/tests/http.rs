//! Each page, through the edge.

use jiff::civil::Date;
use socle::{Perimetre, Role, essai};
use web::essai::TestApp;

use super::{counsellor, employer, head};

async fn apps() -> Vec<(TestApp, super::Monde)> {
    let bases = super::bases().await;
    let app = |(base, m)| (TestApp::new(base, &crate::routes()), m);
    bases.into_iter().map(app).collect()
}

/// What a form sends when nobody touches it: hidden fields, filled fields,
/// checked choices.
fn untouched(page: &str) -> Vec<(String, String)> {
    let attribut = |balise: &str, nom: &str| {
        let cle = format!(" {nom}=\"");
        let i = balise.find(&cle)? + cle.len();
        balise[i..].split('"').next().map(ToOwned::to_owned)
    };
    page.split("<input")
        .skip(1)
        .filter_map(|b| b.split('>').next())
        .filter_map(|b| {
            let coche = matches!(attribut(b, "type").as_deref(), Some("radio" | "checkbox"));
            let nom = attribut(b, "name")?;
            (!coche || b.ends_with(" checked"))
                .then(|| (nom, attribut(b, "value").unwrap_or_default()))
        })
        .collect()
}

#[tokio::test]
async fn the_reference_entry_takes_six_interactions() {
    // Spec 20 §10: at most 12, target 6: open, theme, gender, age, status, save.
    for (app, m) in apps().await {
        let mut c = app.as_acteur(&m.moi);
        let page = c.get("/activites/individuel").await.texte();
        let mut envoi = untouched(&page);
        for (nom, valeur) in [
            ("thematiques", "email"),
            ("genre", "feminin"),
            ("tranche", "soixante_dix_plus"),
            ("statut", "retraite"),
        ] {
            envoi.push((nom.to_owned(), valeur.to_owned()));
        }
        let envoi: Vec<(&str, &str)> = envoi
            .iter()
            .map(|(n, v)| (n.as_str(), v.as_str()))
            .collect();
        c.post("/activites/individuel", &envoi).await.expect(303);
        c.get("/activites")
            .await
            .shows("de Rennes")
            .shows("1 activité");
    }
}

#[tokio::test]
async fn the_entry_form_reads_each_thing_once() {
    for (app, m) in apps().await {
        let mut tx = app.base.write().await.unwrap();
        for prenom in ["Lou", "Sam", "Zoé"] {
            counsellor(
                &mut tx,
                prenom,
                m.structure,
                Date::constant(2025, 6, 1),
                None,
            )
            .await;
        }
        tx.commit().await.unwrap();
        let mut c = app.as_acteur(&m.moi);
        c.get("/activites/individuel").await.expect(200);
        let enonces = essai::Enonces::listen();
        c.get("/activites/individuel").await.shows("Zoé Essai");
        let vus = enonces.take();
        let lit = |table: &str| {
            let mot = |suite: &str| !suite.starts_with(|c: char| c == '_' || c.is_alphanumeric());
            let de = format!("FROM {table}");
            let lit = |s: &&String| s.split(&de).skip(1).any(mot);
            vus.iter().filter(lit).count()
        };
        // The contract of the author, those of the colleagues; their names at once.
        assert_eq!(
            (lit("contrat"), lit("structure"), lit("personne")),
            (2, 1, 1)
        );
        assert_eq!(vus.len(), 13, "{vus:#?}");
    }
}

/// The value of a hidden field.
fn hidden(page: &str, nom: &str) -> String {
    let cle = format!("name=\"{nom}\" value=\"");
    let debut = page.find(&cle).unwrap() + cle.len();
    page[debut..].split('"').next().unwrap().to_owned()
}

#[tokio::test]
async fn an_entry_takes_a_few_taps_and_a_refusal_keeps_everything() {
    for (app, m) in apps().await {
        let mut c = app.as_acteur(&m.moi);
        let page = c.get("/activites/individuel").await;
        page.expect(200);
        let texte = page.texte();
        // Today, the usual duration and the usual place are there already.
        assert!(texte.contains("value=\"2026-03-03\""));
        let coche = format!("value=\"lieu_activite:{}\" checked", m.lieu);
        assert!(texte.contains(&coche), "the usual place");
        assert!(texte.contains("value=\"60\" checked"), "the usual duration");
        let commande = hidden(&texte, "id_commande");
        let lieu = format!("lieu_activite:{}", m.lieu);
        let refus = [
            ("id_commande", commande.as_str()),
            ("date", "2026-03-03"),
            ("duree", "60"),
            ("lieu", &lieu),
            ("genre", "feminin"),
            ("tranche", "soixante_dix_plus"),
            ("materiel", "ordinateur"),
            ("notes", "Revient <jeudi> & \"vendredi\""),
        ];
        let r = c.post("/activites/individuel", &refus).await;
        r.expect(422)
            .shows("Choisissez au moins une thématique.")
            .shows("Revient &lt;jeudi&gt; &amp; &quot;vendredi&quot;")
            .shows("value=\"soixante_dix_plus\" checked")
            .shows("value=\"ordinateur\" checked")
            .shows(&coche);
        assert_eq!(hidden(&r.texte(), "id_commande"), commande);
        let mut bon = refus.to_vec();
        bon.push(("thematiques", "email"));
        let lien = c
            .post("/activites/individuel", &bon)
            .await
            .expect(303)
            .lien();
        assert_eq!(
            c.post("/activites/individuel", &bon).await.lien(),
            lien,
            "two clicks, one effect"
        );
        c.get(&lien)
            .await
            .expect(200)
            .shows("mardi 3 mars 2026")
            .shows("E-mail")
            .shows("Refaire le même");
        c.get("/activites")
            .await
            .expect(200)
            .shows("1 activité")
            .shows("Personne anonyme");
    }
}

#[tokio::test]
async fn an_atelier_is_counted_shown_changed_copied_and_deleted() {
    for (app, m) in apps().await {
        let mut c = app.as_acteur(&m.moi);
        let page = c.get("/activites/atelier?modele=formation_agents").await;
        page.expect(200)
            .shows("value=\"agents_de_structure\" checked")
            .shows("value=\"culture_numerique\" checked");
        let commande = hidden(&page.texte(), "id_commande");
        let lieu = format!("lieu_activite:{}", m.lieu);
        let mut champs = vec![
            ("id_commande", commande.as_str()),
            ("date", "2026-03-02"),
            ("duree", "120"),
            ("lieu", &lieu),
            ("thematiques", "securite_numerique"),
            ("titre", "Repérer les arnaques"),
            ("total", "6"),
            ("genre_feminin", "4"),
            ("genre_masculin", "3"),
        ];
        c.post("/activites/atelier", &champs)
            .await
            .expect(422)
            .shows("Le total par genre (7) dépasse le nombre de participants anonymes (6).")
            .shows("value=\"Repérer les arnaques\"");
        champs[8] = ("genre_masculin", "1");
        let lien = c
            .post("/activites/atelier", &champs)
            .await
            .expect(303)
            .lien();
        c.get(&lien)
            .await
            .expect(200)
            .shows("6 personnes anonymes")
            .shows("Non communiqué");
        let page = c.get(&format!("{lien}/modifier")).await;
        page.expect(200)
            .shows("value=\"Repérer les arnaques\"")
            .shows("name=\"genre_feminin\" value=\"4\"");
        let version = hidden(&page.texte(), "version");
        champs.push(("version", &version));
        champs[6] = ("total", "8");
        c.post(&format!("{lien}/modifier"), &champs)
            .await
            .expect(303);
        c.get(&lien)
            .await
            .shows("8 personnes anonymes")
            .shows("Modifié");
        let id = lien.rsplit('/').next().unwrap();
        let copie = c.get(&format!("/activites/atelier?copie={id}")).await;
        copie
            .expect(200)
            .shows("value=\"Repérer les arnaques\"")
            .shows("name=\"total\" value=\"\"")
            .shows("value=\"2026-03-03\"");
        c.post(&format!("{lien}/supprimer"), &[]).await.expect(303);
        c.get(&lien).await.expect(200).shows("Restaurer");
        c.get("/activites").await.shows("Aucun compte rendu");
        c.post(&format!("{lien}/restaurer"), &[]).await.expect(303);
        c.get("/activites?type=collectif&theme=securite_numerique")
            .await
            .shows("1 activité");
        c.get("/activites?type=individuel")
            .await
            .shows("Aucun compte rendu");
    }
}

#[tokio::test]
async fn a_draft_waits_in_the_list() {
    for (app, m) in apps().await {
        let mut c = app.as_acteur(&m.moi);
        c.post(
            "/activites/individuel",
            &[("faire", "brouillon"), ("notes", "À finir")],
        )
        .await
        .expect(303);
        let page = c.get("/activites").await;
        page.expect(200).shows("Brouillons");
        let texte = page.texte();
        let lien = texte
            .split("href=\"")
            .find(|l| l.contains("brouillon="))
            .unwrap()
            .split('"')
            .next()
            .unwrap()
            .to_owned();
        c.get(&lien).await.expect(200).shows("À finir");
        let id = lien.rsplit('=').next().unwrap();
        c.post(&format!("/activites/brouillons/{id}/supprimer"), &[])
            .await
            .expect(303);
        c.get(&lien).await.expect(404);
    }
}

#[tokio::test]
async fn employers_read_without_names_and_strangers_see_nothing() {
    for (app, m) in apps().await {
        let mut c = app.as_acteur(&m.moi);
        let fiche = [
            ("id_commande", "f"),
            ("mode", "identifie"),
            ("prenom", "Léonie"),
            ("nom", "Quidam"),
            ("informe", "oui"),
        ];
        let personne = c
            .post("/beneficiaires/nouveau", &fiche)
            .await
            .expect(303)
            .lien();
        let id = personne.rsplit('/').next().unwrap();
        let lieu = format!("lieu_activite:{}", m.lieu);
        let champs = [
            ("id_commande", "a"),
            ("date", "2026-03-03"),
            ("duree", "60"),
            ("lieu", lieu.as_str()),
            ("thematiques", "email"),
            ("beneficiaire", id),
            ("notes", "Note réservée"),
        ];
        let lien = c
            .post("/activites/individuel", &champs)
            .await
            .expect(303)
            .lien();
        c.get(&lien)
            .await
            .shows("Léonie Quidam")
            .shows("Note réservée");
        c.get("/activites").await.shows("Léonie Quidam");
        c.get(&personne)
            .await
            .expect(200)
            .shows("mardi 3 mars 2026");
        let mut chef = app.as_acteur(&head(m.structure));
        for chemin in ["/activites/equipe", lien.as_str()] {
            let r = chef.get(chemin).await;
            r.expect(200);
            assert!(
                !r.texte().contains("Léonie") && !r.texte().contains("réservée"),
                "{chemin}"
            );
        }
        for chemin in [
            "/activites/export?format=csv",
            "/activites/export?format=xlsx",
        ] {
            chef.get(chemin).await.expect(200);
        }
        chef.get("/activites/individuel").await.expect(403);
        chef.get(&format!("{lien}/modifier")).await.expect(404);
        chef.get(&personne).await.expect(404);
        for rien in ["/activites/rien", "/beneficiaires/rien"] {
            c.get(rien).await.expect(404);
        }
        let mut tx = app.base.write().await.unwrap();
        let autre = head(employer(&mut tx, 2).await);
        let collegue = counsellor(
            &mut tx,
            "Zoé",
            m.structure,
            Date::constant(2025, 6, 1),
            None,
        )
        .await;
        tx.commit().await.unwrap();
        for acteur in [
            autre,
            collegue,
            essai::acteur(Role::Prefecture, Perimetre::Departements(vec!["35".into()])),
        ] {
            let mut x = app.as_acteur(&acteur);
            x.get(&lien).await.expect(404);
            x.get(&personne).await.expect(404);
            x.post(&format!("{lien}/supprimer"), &[]).await.expect(404);
        }
        app.visiteur().get(&lien).await.expect(404);
    }
}

#[tokio::test]
async fn a_file_is_refused_with_a_message_per_field() {
    for (app, m) in apps().await {
        let mut c = app.as_acteur(&m.moi);
        c.get("/beneficiaires")
            .await
            .expect(200)
            .shows("Ouvrir une fiche");
        c.get("/beneficiaires/nouveau").await.expect(200);
        let faux = [
            ("id_commande", "f"),
            ("mode", "identifie"),
            ("prenom", "Léa"),
            ("annee_naissance", "1812"),
            ("telephone", "12"),
            ("courriel", "lea@"),
            ("commune_residence", "Nulle-Part-sur-Rien"),
        ];
        c.post("/beneficiaires/nouveau", &faux)
            .await
            .expect(422)
            .shows("Indiquez le nom.")
            .shows("doit être comprise entre 1900 et 2026")
            .shows("Numéro de téléphone non reconnu.")
            .shows("Adresse e-mail non valide.")
            .shows("Choisissez une commune dans la liste.")
            .shows("informée de l&#39;usage")
            .shows("value=\"Léa\"");
        let alias = [
            ("id_commande", "g"),
            ("mode", "pseudonyme"),
            ("alias", "M. D., mairie"),
        ];
        let lien = c
            .post("/beneficiaires/nouveau", &alias)
            .await
            .expect(303)
            .lien();
        c.get(&format!("{lien}/modifier"))
            .await
            .expect(200)
            .shows("M. D., mairie");
    }
}

#[tokio::test]
async fn the_form_opens_on_the_permanence_running_now() {
    for (app, m) in apps().await {
        let moi = m.moi.personne.unwrap();
        let mut tx = app.base.write().await.unwrap();
        let ailleurs = super::place(&mut tx, m.structure).await;
        let debut = Date::constant(2026, 1, 5);
        // It is Tuesday, 10 in the morning.
        let creneau = |jour, debut, fin| lieux::permanence::Creneau { jour, debut, fin };
        for (lieu, c, principal) in [
            (m.lieu, creneau(0, 540, 720), true),
            (ailleurs, creneau(1, 540, 720), false),
        ] {
            lieux::demo::insert_permanence(&mut tx, moi, lieu, debut, vec![c], principal)
                .await
                .unwrap();
        }
        tx.commit().await.unwrap();
        let mut c = app.as_acteur(&m.moi);
        let coche = |l: uuid::Uuid| format!("value=\"lieu_activite:{l}\" checked");
        c.get("/activites/individuel").await.shows(&coche(ailleurs));
        app.base.clock().advance(4 * 3600);
        c.get("/activites/individuel").await.shows(&coche(m.lieu));
    }
}
