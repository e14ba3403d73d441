//! The life of a post through its pages, on each database: steps 1 to 5 and 11.

use socle::{Role, courrier};
use web::essai::Rep;

use super::{bases, monde::*};

#[tokio::test]
async fn a_call_an_application_an_opinion_a_session_a_convention_a_payment() {
    for b in bases().await {
        let m = monde(b).await;
        let c = campagne(&m, "3").await;
        let (id, s) = accepted(&m, c, 7).await;
        let mut operateur = m.national(Role::Operateur);
        let dossier = format!("/candidatures/{id}");
        operateur
            .get(&dossier)
            .await
            .expect(200)
            .shows("Acceptée")
            .shows("Préparer la convention");
        let pdf = m
            .national(Role::Secretariat)
            .get(&format!("{s}/releve.pdf"))
            .await;
        assert!(pdf.expect(200).octets.starts_with(b"%PDF-1.7"));
        let (structure, lien) = active(&m, id).await;
        // Example A: QPV, 2 posts: 20 000 + 17 500 + 12 500 each.
        let page = operateur.get(&lien).await;
        page.expect(200)
            .shows("20\u{202f}000,00")
            .shows("17\u{202f}500,00")
            .shows("12\u{202f}500,00");
        page.shows("50\u{202f}000,00")
            .shows("100\u{202f}000,00")
            .shows("En vigueur");
        let mut mairie = m.gestionnaire(structure);
        mairie
            .get(&dossier)
            .await
            .expect(200)
            .shows("secrétaire générale")
            .shows("Acceptée");
        assert!(
            mairie
                .get(&format!("{dossier}/releve.pdf"))
                .await
                .expect(200)
                .octets
                .starts_with(b"%PDF")
        );
        assert!(
            mairie
                .get(&format!("{lien}/convention.pdf"))
                .await
                .expect(200)
                .octets
                .starts_with(b"%PDF")
        );
        mairie
            .get("/postes")
            .await
            .expect(200)
            .shows("CN-35-00001")
            .shows("CN-35-00002")
            .shows("Vacant");
        mairie.get("/structures").await.expect(303);
        pay(&m, &lien, &page).await;
        // The people concerned were written to.
        let mut tx = m.base().read().await.unwrap();
        let sujets: Vec<String> = courrier::recent(&mut tx, 50)
            .await
            .unwrap()
            .into_iter()
            .map(|l| l.sujet)
            .collect();
        for attendu in [
            "Convocation",
            "Décision du comité",
            "Une convention est à signer",
            "est en vigueur",
            "Un versement est fait",
        ] {
            assert!(
                sujets.iter().any(|s| s.contains(attendu)),
                "{attendu} : {sujets:?}"
            );
        }
        drop(tx);
        assert_eq!(socle::journal::verify(m.base()).await.unwrap(), None);
    }
}

/// First instalment: asked for, confirmed by somebody else, paid.
async fn pay(m: &Monde, lien: &str, page: &Rep) {
    let t = page.texte();
    let i = t.find("/versements/").unwrap();
    let v = t[i..].split('"').next().unwrap().to_owned();
    let adresse = format!("{lien}{v}");
    let mut a = m.national(Role::Operateur);
    let mut b = m.collegue(Role::Operateur);
    a.post(&adresse, &[("version", "1"), ("evenement", "demander")])
        .await
        .expect(303);
    a.post(&adresse, &[("version", "2"), ("evenement", "ordonnancer")])
        .await
        .expect(403)
        .shows("seconde personne");
    b.post(&adresse, &[("version", "2"), ("evenement", "ordonnancer")])
        .await
        .expect(303);
    b.post(&adresse, &[("version", "2"), ("evenement", "ordonnancer")])
        .await
        .expect(409);
    a.post(&adresse, &[("version", "3"), ("evenement", "payer")])
        .await
        .expect(422)
        .shows("Date invalide");
    let champs = [
        ("version", "3"),
        ("evenement", "payer"),
        ("reference", "VIR-2026-0001"),
        ("date_valeur", "2026-03-10"),
    ];
    a.post(&adresse, &champs).await.expect(303);
    a.get(lien)
        .await
        .expect(200)
        .shows("VIR-2026-0001")
        .shows("Versé");
}

#[tokio::test]
async fn posts_are_renewed_or_given_back() {
    for b in bases().await {
        let m = monde(b).await;
        let c = campagne(&m, "3").await;
        let (id, _) = accepted(&m, c, 8).await;
        let (structure, lien) = active(&m, id).await;
        let mut mairie = m.gestionnaire(structure);
        mairie
            .post(&format!("{lien}/renouvellement"), &[])
            .await
            .expect(409)
            .shows("12 mois avant la fin");
        m.base().clock().advance_days(365 * 3 - 60);
        let page = mairie.get(&lien).await;
        page.expect(200).shows("La convention se termine bientôt");
        let t = page.texte();
        let champs: Vec<String> = t
            .match_indices("name=\"reponse-")
            .map(|(i, _)| t[i + 6..].split('"').next().unwrap().to_owned())
            .collect();
        let (un, deux) = (champs.first().unwrap(), champs.last().unwrap());
        mairie
            .post(
                &format!("{lien}/renouvellement"),
                &[(un, "renouveler"), (deux, "rendre")],
            )
            .await
            .expect(303);
        let mut operateur = m.national(Role::Operateur);
        let suite = operateur
            .post(&format!("{lien}/renouveler"), &[])
            .await
            .expect(303)
            .lien();
        assert_eq!(
            operateur
                .post(&format!("{lien}/renouveler"), &[])
                .await
                .expect(303)
                .lien(),
            suite
        );
        operateur
            .get(&suite)
            .await
            .expect(200)
            .shows("3 mars 2029")
            .shows("Brouillon");
        let rendu = format!("/postes/{}", deux.strip_prefix("reponse-").unwrap());
        mairie
            .post(&format!("{rendu}/retour"), &[])
            .await
            .expect(422)
            .shows("Choisissez un motif");
        let champs = [("effet", "2029-03-03"), ("motif", "besoin_non_justifie")];
        mairie
            .post(&format!("{rendu}/retour"), &champs)
            .await
            .expect(303);
        mairie
            .post(&format!("{rendu}/retour"), &champs)
            .await
            .expect(409);
        operateur
            .post(&format!("{rendu}/gestion"), &[("acte", "accepter")])
            .await
            .expect(303);
        m.base().clock().advance_days(90);
        mairie
            .get(&rendu)
            .await
            .expect(200)
            .shows("Rendu")
            .shows("Le besoin n’est plus justifié");
        crate::worker(&socle::Config::default())
            .schedule(m.base())
            .await
            .unwrap();
        crate::worker(&socle::Config::default())
            .run_all(m.base())
            .await
            .unwrap();
        operateur.get(&lien).await.expect(200).shows("Échue");
    }
}
