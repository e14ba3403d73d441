//! The edge, on a real router.

use axum::extract::Query;
use serde::Deserialize;
use socle::{MIGRATIONS, Perimetre, Role, essai};

use crate::{Acces, Ctx, Erreur, Formulaire, Reponse, Routes, essai::TestApp, guide};

#[derive(Debug, Deserialize, Default)]
#[serde(default)]
struct Essai {
    nom: String,
}

async fn text(ctx: Ctx) -> Reponse {
    ctx.json(&"bonjour")
}

async fn panne(_: Ctx) -> Reponse {
    Err(socle::Erreur::Interne("clé absente dans /etc".into()).into())
}

async fn poster(ctx: Ctx, f: Formulaire<Essai>) -> Reponse {
    if f.saisie.nom.is_empty() {
        return Err(Erreur::from(socle::Erreur::field("nom", "Écrivez un nom.")));
    }
    ctx.redirect("/guide-de-style", "C'est enregistré.")
}

async fn chercher(ctx: Ctx, Query(e): Query<Essai>) -> Reponse {
    ctx.json(&e.nom)
}

async fn app() -> TestApp {
    const PREFETS: Acces = Acces::Roles(&[Role::Prefecture]);
    let routes = Routes::new()
        .get("/liste", PREFETS, text)
        .get("/dossiers/{id}", PREFETS, text)
        .get("/panne", Acces::Public, panne)
        .get("/api/v1/panne", Acces::Public, panne)
        .post("/poster", Acces::Public, poster)
        .get("/chercher", Acces::Public, chercher)
        .with(guide::routes());
    TestApp::new(essai::sqlite(&[MIGRATIONS]).await, &routes)
}

#[tokio::test]
async fn nul_characters_never_come_in() {
    let mut v = app().await.visiteur();
    let r = v.get("/chercher?nom=Awa%00%20Diop").await;
    assert_eq!(r.expect(200).texte(), "\"Awa Diop\"");
    v.post("/poster", &[("nom", "\0")]).await.expect(422);
}

#[tokio::test]
async fn the_gate_hides_objects_and_explains_lists() {
    let app = app().await;
    let mut v = app.visiteur();
    assert_eq!(
        v.get("/liste?tri=nom").await.expect(303).lien(),
        "/connexion?suite=/liste%3Ftri%3Dnom"
    );
    v.get("/dossiers/1").await.expect(404).shows("Se connecter");
    v.get("/rien").await.expect(404).shows("Page introuvable");
    let mut c = app.as_acteur(&essai::acteur(Role::Comite, Perimetre::National));
    c.get("/liste")
        .await
        .expect(403)
        .shows("réservée à : Préfecture");
    c.get("/dossiers/1").await.expect(404);
    c.get("/poster").await.expect(404);
    let mut p = app.as_acteur(&essai::acteur(
        Role::Prefecture,
        Perimetre::Departements(vec!["35".into()]),
    ));
    p.get("/liste").await.expect(200);
    p.get("/dossiers/1").await.expect(200);
}

#[tokio::test]
async fn errors_are_pages_for_people_and_problems_for_machines() {
    let app = app().await;
    let mut v = app.visiteur();
    let r = v.get("/panne").await;
    r.expect(500).shows("Ce n’est pas de votre fait");
    assert!(!r.texte().contains("/etc"), "nothing internal is shown");
    let reference = r.entetes["x-request-id"].to_str().unwrap().to_owned();
    r.shows(&reference);
    let r = v.get("/api/v1/panne").await;
    assert_eq!(
        r.expect(500).entetes["content-type"],
        "application/problem+json"
    );
    assert!(serde_json::from_slice::<serde_json::Value>(&r.octets).unwrap()["status"] == 500);
}

#[tokio::test]
async fn a_message_is_shown_once_and_bad_bodies_are_refused() {
    let app = app().await;
    let mut v = app.visiteur();
    v.post("/poster", &[("nom", "")])
        .await
        .expect(422)
        .shows("Écrivez un nom.");
    v.post("/poster", &[("nom", "Awa")]).await.expect(303);
    v.get("/guide-de-style")
        .await
        .expect(200)
        .shows("C&#39;est enregistré.");
    assert!(
        !v.get("/guide-de-style")
            .await
            .texte()
            .contains("est enregistré.")
    );
    let trop = vec![b'a'; 9 * 1024 * 1024];
    v.post_raw("/poster", "application/x-www-form-urlencoded", trop)
        .await
        .expect(413)
        .shows("trop lourd");
}

#[tokio::test]
async fn every_answer_carries_the_security_headers() {
    let app = app().await;
    let r = app.visiteur().get("/guide-de-style").await;
    let csp = r.entetes["content-security-policy"].to_str().unwrap();
    assert!(
        csp.contains("default-src 'none'") && !csp.contains("unsafe"),
        "{csp}"
    );
    let nonce = csp
        .split("'nonce-")
        .nth(1)
        .unwrap()
        .split('\'')
        .next()
        .unwrap();
    r.shows(&format!("nonce=\"{nonce}\""));
    assert_eq!(r.entetes["x-content-type-options"], "nosniff");
    assert_eq!(r.entetes["cache-control"], "no-store");
}

#[tokio::test]
async fn an_anonymous_flood_of_forms_is_slowed_down() {
    let app = app().await;
    let mut v = app.visiteur();
    for _ in 0..60 {
        v.post("/poster", &[("nom", "x")]).await.expect(303);
    }
    v.post("/poster", &[("nom", "x")])
        .await
        .expect(429)
        .shows("Trop de demandes");
}
