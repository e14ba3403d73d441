//! The screens, through the edge.

use socle::essai;
use web::essai::{Client, TestApp};

use crate::tests::{bases, counsellor};

async fn post_file(c: &mut Client, chemin: &str, nom: &str, octets: &[u8]) -> web::essai::Rep {
    let mut corps = format!(
        "--x\r\nContent-Disposition: form-data; name=\"fichier\"; filename=\"{nom}\"\r\nContent-Type: text/csv\r\n\r\n"
    )
    .into_bytes();
    corps.extend(octets);
    corps.extend(b"\r\n--x--\r\n");
    c.post_raw(chemin, "multipart/form-data; boundary=x", corps)
        .await
}

#[tokio::test]
async fn three_steps_from_a_file_to_the_register() {
    for (base, m) in bases().await {
        let mut tx = base.write().await.unwrap();
        let autre = counsellor(
            &mut tx,
            "Ali",
            m.structure,
            jiff::civil::Date::constant(2025, 6, 1),
            None,
        )
        .await;
        tx.commit().await.unwrap();
        let app = TestApp::new(base, &crate::routes());
        let mut c = app.as_acteur(&m.moi);
        c.get("/beneficiaires/importer")
            .await
            .expect(200)
            .shows("Lire le fichier");
        for f in ["modele.csv", "modele.xlsx"] {
            c.get(&format!("/beneficiaires/importer/{f}"))
                .await
                .expect(200);
        }
        post_file(&mut c, "/beneficiaires/importer", "f.csv", b"a;b\n1;2\n")
            .await
            .expect(422)
            .shows("Fichier refusé : aucune colonne");
        let octets = "nom;prénom;information le;téléphone\nDiallo;Awa;2026-01-01;12\nNey;<b>Luc;2026-01-01;0600000000\n";
        let r = post_file(
            &mut c,
            "/beneficiaires/importer",
            "f.csv",
            octets.as_bytes(),
        )
        .await;
        r.expect(303);
        let lien = r.lien();
        c.get(&lien)
            .await
            .expect(200)
            .shows("Numéro de téléphone non reconnu.")
            .shows("name=\"c.2.telephone\"")
            .shows("Importer la ligne valide");
        c.post(&format!("{lien}/confirmer"), &[])
            .await
            .expect(422)
            .shows("à corriger");
        c.get(&format!("{lien}/rapport.csv"))
            .await
            .expect(200)
            .shows("Téléphone : Numéro de téléphone non reconnu.");
        c.get(&format!("{lien}/rapport.xlsx")).await.expect(200);
        // Nobody else finds it.
        let mut intrus = app.as_acteur(&autre);
        for suite in ["", "/rapport.csv"] {
            intrus.get(&format!("{lien}{suite}")).await.expect(404);
        }
        intrus
            .post(&format!("{lien}/confirmer"), &[("valides", "oui")])
            .await
            .expect(404);
        c.post(
            &format!("{lien}/corriger"),
            &[("c.2.telephone", "06 00 00 00 01")],
        )
        .await
        .expect(303);
        c.post(&format!("{lien}/confirmer"), &[]).await.expect(303);
        c.get(&lien)
            .await
            .expect(200)
            .shows("Import terminé")
            .shows("Annuler cet import");
        c.get("/beneficiaires")
            .await
            .shows("Awa Diallo")
            .shows("&#60;b&#62;Luc");
        c.post(&format!("{lien}/annuler"), &[]).await.expect(303);
        c.get(&lien).await.expect(200).shows("Import annulé");
        let vide = c.get("/beneficiaires").await.texte();
        assert!(!vide.contains("Awa Diallo"));
        // A file may be left without importing it.
        let r = post_file(
            &mut c,
            "/beneficiaires/importer",
            "f.csv",
            octets.as_bytes(),
        )
        .await;
        let lien = r.lien();
        c.post(&format!("{lien}/abandonner"), &[]).await.expect(303);
        c.get(&lien).await.expect(404);
    }
}

#[tokio::test]
async fn activities_are_imported_from_the_model_itself() {
    for (base, m) in bases().await {
        let mut tx = base.read().await.unwrap();
        let lieu = lieux::lieu::get(&mut tx, m.lieu).await.unwrap().nom;
        drop(tx);
        let app = TestApp::new(base, &crate::routes());
        let mut c = app.as_acteur(&m.moi);
        c.get("/activites/importer")
            .await
            .expect(200)
            .shows("L&#39;ancien Espace Coop");
        let modele = c.get("/activites/importer/modele.csv").await;
        modele.expect(200);
        // A day of their contract: the model is dated before it.
        let texte = modele
            .texte()
            .replace("Médiathèque", &lieu)
            .replace("03/03/2025", "03/09/2025");
        let r = post_file(
            &mut c,
            "/activites/importer",
            "modele.csv",
            texte.as_bytes(),
        )
        .await;
        r.expect(303);
        let lien = r.lien();
        c.get(&lien)
            .await
            .expect(200)
            .shows("Importer la ligne valide");
        c.post(&format!("{lien}/confirmer"), &[]).await.expect(303);
        c.get("/activites?mois=2025-09-01").await.expect(200);
        let chef = essai::acteur(
            socle::Role::GestionnaireStructure,
            socle::Perimetre::Structures(vec![m.structure]),
        );
        let mut c = app.as_acteur(&chef);
        c.get("/activites/importer")
            .await
            .expect(200)
            .shows("E-mail du médiateur");
        c.get(&lien).await.expect(404);
    }
}
