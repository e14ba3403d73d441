//! What must be refused: wrong answers, other perimeters, other roles.

use socle::Role;

use super::{bases, monde::*};

#[tokio::test]
async fn each_wrong_answer_is_said_beside_its_field() {
    for b in bases().await {
        let m = monde(b).await;
        let c = campagne(&m, "3").await;
        let mut v = m.app.visiteur();
        let cas: &[(&str, &str, &str)] = &[
            ("identifiant", "73282932000075", "SIRET invalide"),
            ("identifiant", "1234567", "réservé à la Nouvelle-Calédonie"),
            (
                "type_structure",
                "entreprise_lucrative",
                "ne peut pas porter",
            ),
            ("commune", "Saint-Denis", "Plusieurs communes correspondent"),
            ("commune", "Xyzxyz", "Commune inconnue"),
            ("nombre_postes", "99", "entre 1 et 30"),
            ("date_debut", "2026-01-01", "ou plus tard"),
            ("part_2", "30", "actuellement 90 %"),
            ("objectif", "", "au moins un objectif local"),
            ("motivation", "court", "au moins 200 caractères"),
            (
                "besoins_publics",
                "FR76 3000 6000 0112 3456 7890 189 et encore un peu de texte pour la longueur",
                "coordonnées bancaires",
            ),
            ("courriel", "personne", "Adresse invalide"),
            ("telephone", "12", "Numéro invalide"),
            ("portage", "", "Choisissez une réponse"),
            ("france_services", "oui", "deux agents France Services"),
            ("campagne", "x", "Choisissez une campagne"),
        ];
        for (champ, valeur, message) in cas {
            let commande = hidden(v.get("/candidater").await.expect(200), "id_commande");
            let mut champs = dossier(c, &commande, 9);
            champs
                .iter_mut()
                .filter(|(k, _)| k == champ)
                .for_each(|(_, x)| *x = (*valeur).into());
            let r = v.post("/candidater", &pairs(&champs)).await;
            r.expect(422).shows(message).shows("Mairie de Fougères");
        }
        let commande = hidden(v.get("/candidater").await.expect(200), "id_commande");
        let mut champs = dossier(c, &commande, 9);
        champs.retain(|(k, x)| !(k == "engagements" && x == "gratuite"));
        v.post("/candidater", &pairs(&champs))
            .await
            .expect(422)
            .shows("Chaque engagement doit être accepté");
        let mut champs = dossier(c, &commande, 9);
        champs.push(("site_web".into(), "http://robot".into()));
        v.post("/candidater", &pairs(&champs)).await.expect(404);
        v.get("/candidatures/confirmer/nimportequoi")
            .await
            .expect(404);
        let mut anct = m.national(Role::Administrateur);
        anct.post("/campagnes", &[("id_commande", "z")])
            .await
            .expect(422)
            .shows("Choisissez une réponse");
        m.national(Role::Secretariat)
            .post("/comites", &[("id_commande", "z")])
            .await
            .expect(422)
            .shows("Choisissez au moins un membre");
        // After the last day of the call.
        m.base().clock().advance_days(150);
        let commande = hidden(
            m.national(Role::Administrateur)
                .get("/campagnes/nouvelle")
                .await
                .expect(200),
            "id_commande",
        );
        let champs = dossier(c, &commande, 9);
        v.post("/candidater", &pairs(&champs))
            .await
            .expect(422)
            .shows("close depuis le 30 juin 2026");
    }
}

#[tokio::test]
async fn nobody_sees_or_changes_what_is_not_theirs() {
    for b in bases().await {
        let m = monde(b).await;
        let c = campagne(&m, "3").await;
        let (id, s) = accepted(&m, c, 11).await;
        let (structure, lien) = active(&m, id).await;
        let autre = candidature(&m, c, 12).await;
        let dossier = format!("/candidatures/{id}");
        // Scenario 20, and every object of the journey.
        let mut etranger = m.prefet("29");
        let mut voisine = m.gestionnaire(uuid::Uuid::from_u128(77));
        let mut visiteur = m.app.visiteur();
        let fiche = format!("/structures/{structure}");
        let avis = format!("{dossier}/avis");
        let releve = format!("{dossier}/releve.pdf");
        for adresse in [&dossier, &lien, &fiche, &releve] {
            etranger.get(adresse).await.expect(404);
            voisine.get(adresse).await.expect(404);
            visiteur.get(adresse).await.expect(404);
        }
        etranger.get(&avis).await.expect(404);
        voisine.get(&s).await.expect(404);
        assert!(
            !etranger
                .get("/candidatures")
                .await
                .expect(200)
                .texte()
                .contains("Fougères")
        );
        // A right missing inside the perimeter.
        let mut prefet = m.prefet("35");
        prefet.get(&lien).await.expect(200);
        let version = hidden(
            prefet
                .get(&format!("/candidatures/{autre}"))
                .await
                .expect(200),
            "version",
        );
        let champs = [
            ("version", version.as_str()),
            ("evenement", "declarer_recevable"),
        ];
        prefet
            .post(&format!("/candidatures/{autre}/etat"), &champs)
            .await
            .expect(403);
        m.national(Role::Administrateur)
            .get("/campagnes/nouvelle")
            .await
            .expect(200);
        m.national(Role::Secretariat)
            .get("/campagnes/nouvelle")
            .await
            .expect(403);
        // The comité reads what is on its agenda only.
        m.membre(0).get(&dossier).await.expect(200);
        m.membre(0)
            .get(&format!("/candidatures/{autre}"))
            .await
            .expect(404);
        // No préfet notice before the file is admissible (scenario 1).
        let mut tx = m.base().read().await.unwrap();
        let c2 = crate::candidature::get(&mut tx, &socle::Perimetre::National, autre)
            .await
            .unwrap();
        assert_eq!(
            (c2.etat, c2.avis_limite),
            (crate::candidature::Etat::Recevabilite, None)
        );
        drop(tx);
        let mut operateur = m.national(Role::Operateur);
        step(
            &mut operateur,
            &format!("/candidatures/{autre}"),
            &[("evenement", "declarer_irrecevable"), ("motif", "non")],
        )
        .await
        .expect(422)
        .shows("au moins 50 caractères");
        let perime = [("version", "1"), ("evenement", "declarer_recevable")];
        operateur
            .post(&format!("/candidatures/{autre}/etat"), &perime)
            .await
            .expect(409)
            .shows("modifié entre-temps");
    }
}

#[tokio::test]
async fn no_committee_without_an_opinion() {
    // Scenario 4, last part.
    for b in bases().await {
        let m = monde(b).await;
        let c = campagne(&m, "3").await;
        let id = candidature(&m, c, 13).await;
        let mut s = m.national(Role::Secretariat);
        let commande = hidden(s.get("/comites/nouvelle").await.expect(200), "id_commande");
        let ids = m.membres[0].to_string();
        let champs = [
            ("id_commande", commande.as_str()),
            ("campagne", &c.to_string()),
            ("date_seance", "2026-03-20"),
            ("lieu", "Paris"),
            ("membres", &ids),
            ("president", &ids),
        ];
        let lien = s.post("/comites", &champs).await.expect(303).lien();
        s.post(
            &format!("{lien}/inscrire"),
            &[("dossiers", &id.to_string())],
        )
        .await
        .expect(409)
        .shows("Étape manquante : avis motivé de la préfecture.");
        step(
            &mut s,
            &lien,
            &[("evenement", "annuler"), ("motif", "Report de la séance")],
        )
        .await
        .expect(303);
    }
}

#[tokio::test]
async fn a_missing_tariff_stops_the_convention() {
    // Scenario 13.
    use crate::{convention, poste, structure};
    for b in bases().await {
        let mut tx = b.write().await.unwrap();
        let id = super::mairie(&mut tx, 1).await;
        let mut s = structure::get(&mut tx, id).await.unwrap();
        s.departement = "974".into();
        let jour = tx.today();
        let n = poste::Nature::Conseiller;
        let r = convention::plan(&mut tx, &s, n, convention::PHASE, false, jour).await;
        assert!(
            matches!(r, Err(socle::Erreur::Conflit(m)) if m.starts_with("Barème non renseigné pour ce cas"))
        );
        for k in 1..=3 {
            let cle = format!("v2_renouvellement.public_outre_mer.{k}");
            let ligne = socle::reference::Nouvelle {
                liste: "bareme_subvention",
                cle: &cle,
                territoire: "974",
                libelle: "La Réunion",
                valeur: Some("2250000"),
                ordre: 1,
                valid_from: jour,
                valid_to: None,
                source: "décision",
                fiabilite: "verifie",
            };
            socle::reference::ensure(&mut tx, &ligne).await.unwrap();
        }
        let p = convention::plan(&mut tx, &s, n, convention::PHASE, true, jour)
            .await
            .unwrap();
        assert_eq!(
            p.iter().map(|a| a.montant.0).sum::<i64>(),
            6_750_000,
            "no bonus overseas"
        );
    }
}
