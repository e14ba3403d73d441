use socle::essai::sqlite;
use web::essai::TestApp;

use crate::recherche::resolve_saisie;

async fn app() -> TestApp {
    TestApp::new(
        sqlite(&[socle::MIGRATIONS, crate::MIGRATIONS]).await,
        &crate::routes(),
    )
}

#[tokio::test]
async fn pickers_complete_from_the_api() {
    let mut v = app().await.visiteur();
    let r = v.get("/api/communes?q=renne").await;
    r.expect(200)
        .shows("{\"code\":\"35238\",\"libelle\":\"Rennes (35000)\"}");
    assert_eq!(r.entetes["cache-control"], "public, max-age=86400");
    assert_eq!(v.get("/api/communes").await.expect(200).texte(), "[]");
    v.get("/api/v1/communes/35238")
        .await
        .expect(200)
        .shows("\"fuseau\":\"Europe/Paris\"");
    v.get("/api/v1/communes/99999").await.expect(404);
}

#[tokio::test]
async fn a_commune_is_found_without_javascript() {
    let mut v = app().await.visiteur();
    v.get("/communes")
        .await
        .expect(200)
        .shows("Chercher la commune");
    assert_eq!(
        v.get("/communes?q=Rennes").await.expect(303).lien(),
        "/communes/35238"
    );
    v.get("/communes?q=saint-denis")
        .await
        .expect(200)
        .shows("Saint-Denis (97400), La Réunion");
    v.get("/communes?q=qqqqqq")
        .await
        .expect(200)
        .shows("Commune introuvable");
    v.get("/communes/35238")
        .await
        .expect(200)
        .shows("Rennes Métropole")
        .shows("Noël");
    assert_eq!(
        v.get("/communes/75103").await.expect(303).lien(),
        "/communes/75056"
    );
    v.get("/communes/99999").await.expect(404);
}

#[test]
fn a_form_says_what_to_write() {
    assert_eq!(
        resolve_saisie("35238").into_commune().map(|c| c.nom),
        Ok("Rennes")
    );
    let m = resolve_saisie("Saint-Denis").into_commune().unwrap_err();
    assert!(
        m.contains("Saint-Denis (97400), Saint-Denis (93200)"),
        "{m}"
    );
    assert_eq!(
        resolve_saisie("").into_commune().unwrap_err(),
        super::INTROUVABLE
    );
    let choix = resolve_saisie("Saint-Denis").choix();
    assert_eq!(
        choix[1],
        (
            "93066".to_owned(),
            "Saint-Denis (93200), Seine-Saint-Denis".to_owned()
        )
    );
}
