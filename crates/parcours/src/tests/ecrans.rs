//! Each page, as each role sees it.

use socle::{Perimetre, Role, essai};
use web::essai::TestApp;

use super::*;
use crate::contrat;

fn app(b: TestBase) -> TestApp {
    TestApp::new(b, &crate::routes())
}

fn of(role: Role, departement: &str) -> Acteur {
    essai::acteur(role, Perimetre::Departements(vec![departement.into()]))
}

const INSCRIPTION: [(&str, &str); 12] = [
    ("prenom", "Awa"),
    ("nom", "Diallo"),
    ("courriel", "awa@exemple.fr"),
    ("commune", "Rennes (35000)"),
    ("situation", "demandeur_emploi"),
    ("date_disponibilite", "2026-03-03"),
    ("distance_max", "20"),
    (
        "motivation",
        "Je veux aider les personnes éloignées du numérique à être autonomes.",
    ),
    ("partage", "sur_accord"),
    ("eligibilite", "oui"),
    ("conditions", "oui"),
    ("visibilite", "oui"),
];

#[tokio::test]
async fn registration_keeps_what_was_typed_then_confirms_by_a_button() {
    for b in bases().await {
        let app = app(b);
        let mut v = app.visiteur();
        v.get("/devenir-conseiller")
            .await
            .expect(200)
            .shows("Aucun diplôme");
        let mut faux = INSCRIPTION.to_vec();
        faux[4] = ("situation", "");
        faux[2] = ("courriel", "awa");
        v.post("/devenir-conseiller", &faux)
            .await
            .expect(422)
            .shows("Cochez au moins une situation.")
            .shows("value=\"Diallo\"")
            .shows("nom@exemple.fr");
        v.post("/devenir-conseiller", &INSCRIPTION)
            .await
            .expect(303);
        v.get("/devenir-conseiller/recu")
            .await
            .expect(200)
            .shows("Un message vient de vous être envoyé");
        let jeton = link(&app.base, "awa@exemple.fr", "/confirmer/").await;
        let chemin = format!("/devenir-conseiller/confirmer/{jeton}");
        v.get(&chemin)
            .await
            .expect(200)
            .shows("Confirmer mon inscription");
        let mut tx = app.base.read().await.unwrap();
        assert!(
            comptes::personne::find_by_courriel(&mut tx, "awa@exemple.fr")
                .await
                .unwrap()
                .is_none()
        );
        drop(tx);
        v.post(&chemin, &[]).await.expect(303);
        v.get("/devenir-conseiller/confirmer/inconnu")
            .await
            .expect(404);
        let mut tx = app.base.read().await.unwrap();
        let p = comptes::personne::find_by_courriel(&mut tx, "awa@exemple.fr")
            .await
            .unwrap()
            .unwrap();
        drop(tx);
        let mut c = app.as_acteur(&soi(Role::Candidat, p));
        c.get("/candidat")
            .await
            .expect(200)
            .shows("Disponible")
            .shows("Rennes");
        c.get("/candidat/profil")
            .await
            .expect(200)
            .shows("éloignées du numérique");
        c.post(
            "/candidat/profil",
            &[("version", "1"), ("id_commande", "a")],
        )
        .await
        .expect(422)
        .shows("Choisissez la commune");
        let mut profil = INSCRIPTION.to_vec();
        profil.extend([
            ("version", "1"),
            ("id_commande", "b"),
            ("pix_palier", "2"),
            ("pix_partage", "oui"),
        ]);
        c.post("/candidat/profil", &profil).await.expect(303);
        // The same page sent later from another window is out of date.
        profil[13] = ("id_commande", "c");
        c.post("/candidat/profil", &profil).await.expect(409);
        c.post("/candidat/disponibilite", &[("disponible", "non")])
            .await
            .expect(303);
        c.get("/candidat")
            .await
            .expect(200)
            .shows("Votre profil n'est pas proposé");
        c.get("/candidat/offres").await.expect(200);
        c.post("/candidat/supprimer", &[])
            .await
            .expect(422)
            .shows("Choisissez une raison.");
        c.post("/candidat/supprimer", &[("motif", "rgpd")])
            .await
            .expect(303);
        c.get("/candidat").await.expect(404);
    }
}

#[tokio::test]
async fn a_structure_reads_names_only_after_the_candidate_s_choice() {
    for b in bases().await {
        let app = app(b);
        let mut tx = app.base.write().await.unwrap();
        let s = structure(&mut tx, 1, 1, "35238", false).await;
        let vide = structure(&mut tx, 2, 0, "35238", false).await;
        let mut k = candidate(&mut tx, 1, "35238", Some(20)).await;
        k.partage = Partage::SurAccord;
        candidat::store::save(&mut tx, &k).await.unwrap();
        tx.commit().await.unwrap();
        let p = k.personne;
        let mut g = app.as_acteur(&gestionnaire(s));
        let r = g.get("/recrutement?rayon=20&ordre=score").await;
        r.expect(200).shows("Rennes").shows("à 0\u{a0}km");
        assert!(!r.texte().contains("Awa"), "{}", r.texte());
        app.as_acteur(&gestionnaire(vide))
            .get("/recrutement")
            .await
            .expect(200)
            .shows("Aucun poste disponible");
        let chemin = format!("/recrutement/candidats/{p}");
        app.as_acteur(&gestionnaire(vide))
            .get(&chemin)
            .await
            .expect(404);
        app.as_acteur(&of(Role::Prefecture, "35"))
            .get(&chemin)
            .await
            .expect(404);
        let r = g.get(&chemin).await;
        r.expect(200).shows("Pourquoi ce rang");
        assert!(!r.texte().contains("Awa Essai"));
        let lien = g
            .post(&chemin, &[("id_commande", "x")])
            .await
            .expect(303)
            .lien();
        let r = g.get(&lien).await;
        r.expect(200).shows("Coordonnées non partagées");
        assert!(!r.texte().contains("candidat1@"));
        let mut c = app.as_acteur(&soi(Role::Candidat, p));
        c.get(&lien)
            .await
            .expect(200)
            .shows("Partager mes coordonnées");
        c.post(
            &lien,
            &[
                ("evenement", "accorder"),
                ("version", "1"),
                ("id_commande", "y"),
            ],
        )
        .await
        .expect(303);
        g.get(&lien)
            .await
            .expect(200)
            .shows("candidat1@essai.example");
        c.get("/candidat")
            .await
            .expect(200)
            .shows("Structure 1, le 3 mars 2026");
        // The score's total is shown to the candidate too.
        c.get(&lien).await.shows("sur 100").shows("Proximité");
        g.get("/mises-en-relation")
            .await
            .expect(200)
            .shows("Awa Essai");
        app.as_acteur(&gestionnaire(vide))
            .get(&lien)
            .await
            .expect(404);
        app.visiteur().get(&lien).await.expect(404);
        g.post(
            &lien,
            &[
                ("evenement", "entretien"),
                ("version", "2"),
                ("id_commande", "z"),
            ],
        )
        .await
        .expect(422)
        .shows("Date invalide");
        g.get("/mises-en-relation/pas-un-id").await.expect(404);
    }
}

#[tokio::test]
async fn the_life_of_a_contract_page_by_page() {
    for b in bases().await {
        let app = app(b);
        let mut tx = app.base.write().await.unwrap();
        let s = structure(&mut tx, 1, 1, "35238", false).await;
        let autre = structure(&mut tx, 2, 1, "35238", false).await;
        let p = candidate(&mut tx, 1, "35238", Some(20)).await.personne;
        let relation = accepted(&mut tx, s, p).await;
        tx.commit().await.unwrap();
        let mut g = app.as_acteur(&gestionnaire(s));
        let nouveau = format!("/contrats/nouveau/{relation}");
        g.get(&nouveau)
            .await
            .expect(200)
            .shows("Awa Essai")
            .shows("1\u{202f}823,03");
        app.as_acteur(&gestionnaire(autre))
            .get(&nouveau)
            .await
            .expect(404);
        g.post(&nouveau, &[("salaire", "mille"), ("id_commande", "a")])
            .await
            .expect(422)
            .shows("Choisissez le type de contrat.")
            .shows("value=\"mille\"");
        let champs = [
            ("genre", "cdd"),
            ("date_debut", "2026-03-03"),
            ("date_fin", "2027-09-02"),
            ("quotite", "100"),
            ("salaire", "2 000"),
            ("code_rome", "K2111"),
            ("coordination", "aucune"),
            ("eligibilite", "oui"),
            ("preparation", "oui"),
            ("fiche_mission", "oui"),
            ("id_commande", "b"),
        ];
        let lien = g.post(&nouveau, &champs).await.expect(303).lien();
        g.get(&lien)
            .await
            .expect(200)
            .shows("Brouillon")
            .shows("Envoyer le contrat");
        g.get(&format!("{lien}/modifier"))
            .await
            .expect(200)
            .shows("2000,00");
        g.post(&format!("{lien}/soumettre"), &[("id_commande", "c")])
            .await
            .expect(303);
        app.as_acteur(&gestionnaire(autre))
            .get(&lien)
            .await
            .expect(404);
        app.as_acteur(&of(Role::Prefecture, "29"))
            .get(&lien)
            .await
            .expect(404);
        let mut o = app.as_acteur(&operateur());
        o.get("/contrats?etat=soumis")
            .await
            .expect(200)
            .shows("CT-2026-00001");
        o.get(&lien)
            .await
            .expect(200)
            .shows("Enregistrer la décision");
        let decision = format!("{lien}/decision");
        o.post(
            &decision,
            &[
                ("decision", "valider"),
                ("version", "2"),
                ("id_commande", "d"),
            ],
        )
        .await
        .expect(422)
        .shows("contrat signé");
        g.post(&decision, &[("decision", "valider")])
            .await
            .expect(404);
        o.post(
            &decision,
            &[
                ("decision", "valider"),
                ("piece", "oui"),
                ("version", "2"),
                ("id_commande", "e"),
            ],
        )
        .await
        .expect(303);
        let mut prefet = app.as_acteur(&of(Role::Prefecture, "35"));
        let r = prefet.get(&lien).await;
        r.expect(200).shows("En cours");
        assert!(
            !r.texte().contains("2\u{202f}000,00"),
            "a préfecture reads no salary"
        );
        let mut c = app.as_acteur(&soi(Role::Conseiller, p));
        c.get(&lien).await.expect(200).shows("2\u{202f}000,00");
        c.get("/mon-parcours")
            .await
            .expect(200)
            .shows("Structure 1")
            .shows("0 certificat sur 3");
        g.get(&format!("{lien}/renouveler"))
            .await
            .expect(200)
            .shows("2027-09-03");
        g.get(&format!("{lien}/prolonger"))
            .await
            .expect(200)
            .shows("2 septembre 2027");
        g.post(&format!("{lien}/prolonger"), &[("id_commande", "p")])
            .await
            .expect(422)
            .shows("Date invalide");
        let champs = [
            ("date_fin", "2027-12-31"),
            ("salaire", "2100"),
            ("id_commande", "q"),
        ];
        g.post(&format!("{lien}/prolonger"), &champs)
            .await
            .expect(303);
        o.get(&lien)
            .await
            .expect(200)
            .shows("Accepter la prolongation");
        o.post(
            &format!("{lien}/prolongation"),
            &[("decision", "valider"), ("id_commande", "r")],
        )
        .await
        .expect(303);
        g.get(&lien)
            .await
            .expect(200)
            .shows("31 décembre 2027")
            .shows("Prolongation acceptée");
        g.get(&format!("{lien}/rupture"))
            .await
            .expect(200)
            .shows("Démission");
        g.post(
            &format!("{lien}/rupture"),
            &[("motif", "demission"), ("id_commande", "f")],
        )
        .await
        .expect(422)
        .shows("Précisez le motif.");
        g.post(
            &format!("{lien}/rupture"),
            &[
                ("motif", "retraite"),
                ("date_effet", "2026-03-03"),
                ("id_commande", "g"),
            ],
        )
        .await
        .expect(303);
        o.get(&lien).await.expect(200).shows("Valider la rupture");
        o.post(
            &format!("{lien}/rupture/suite"),
            &[
                ("decision", "valider"),
                ("version", "1"),
                ("id_commande", "h"),
            ],
        )
        .await
        .expect(422)
        .shows("lettre de rupture");
        o.post(
            &format!("{lien}/rupture/suite"),
            &[
                ("decision", "valider"),
                ("lettre", "oui"),
                ("version", "1"),
                ("id_commande", "i"),
            ],
        )
        .await
        .expect(303);
        g.get(&lien)
            .await
            .expect(200)
            .shows("Rompu")
            .shows("Rupture validée");
        let mut tx = app.base.read().await.unwrap();
        assert!(
            contrat::conseillers(&mut tx, &Perimetre::National)
                .await
                .unwrap()
                .len()
                <= 1
        );
    }
}

#[tokio::test]
async fn training_pages_show_each_role_its_part() {
    for b in bases().await {
        let app = app(b);
        let mut tx = app.base.write().await.unwrap();
        let f = cdi(&tx, "2026-03-03");
        let (s, p, c) = hired(&mut tx, 1, &f).await;
        let organisme = tx.new_id();
        crate::formation::store::insert_organisme(&mut tx, organisme, "Organisme d'essai", "x")
            .await
            .unwrap();
        tx.commit().await.unwrap();
        let mut o = app.as_acteur(&formateur());
        o.get("/formations/nouvelle")
            .await
            .expect(200)
            .shows("Parcours intermédiaire (280 h)");
        o.post("/formations/nouvelle", &[("id_commande", "a")])
            .await
            .expect(422)
            .shows("Choisissez la commune");
        let organisme = organisme.to_string();
        let champs = [
            ("organisme", organisme.as_str()),
            ("parcours", "m2_court"),
            ("commune", "35238"),
            ("debut", "2026-03-16"),
            ("fin", "2026-04-30"),
            ("capacite", "10"),
            ("demi_journees", "30"),
            ("id_commande", "b"),
        ];
        let lien = o
            .post("/formations/nouvelle", &champs)
            .await
            .expect(303)
            .lien();
        o.get("/formations/positionnements")
            .await
            .expect(200)
            .shows("Awa Essai");
        let contrat = c.to_string();
        let mut test = vec![
            ("contrat", contrat.as_str()),
            ("le", "2026-03-03"),
            ("parcours", "m2_court"),
            ("id_commande", "c"),
        ];
        o.post("/formations/positionnements", &test)
            .await
            .expect(422)
            .shows("Indiquez un nombre de 0 à 100.");
        test[3] = ("id_commande", "d");
        test.extend([("experience", "1"), ("posture", "2"), ("technique", "3")]);
        o.post("/formations/positionnements", &test)
            .await
            .expect(303);
        let mut g = app.as_acteur(&gestionnaire(s));
        g.get("/formations")
            .await
            .expect(200)
            .shows("Ouverte")
            .shows("10 sur 10");
        g.get(&lien)
            .await
            .expect(200)
            .shows("Inscrire cette personne");
        g.post(&format!("{lien}/inscriptions"), &[("id_commande", "e")])
            .await
            .expect(422)
            .shows("Choisissez la personne");
        g.post(
            &format!("{lien}/inscriptions"),
            &[("contrat", &contrat), ("id_commande", "f")],
        )
        .await
        .expect(303);
        g.get("/formations/nouvelle").await.expect(403);
        let mut tx = app.base.read().await.unwrap();
        let place = crate::formation::store::places_of(&mut tx, p)
            .await
            .unwrap()[0]
            .id;
        drop(tx);
        let suivi = format!("{lien}/inscriptions/{place}");
        o.get(&suivi)
            .await
            .expect(200)
            .shows("Demi-journées prévues");
        o.post(
            &suivi,
            &[("presents", "40"), ("etat", "suivie"), ("id_commande", "g")],
        )
        .await
        .expect(422);
        app.as_acteur(&soi(Role::Conseiller, p))
            .get("/mon-parcours")
            .await
            .expect(200)
            .shows("Parcours court");
        // A stranger sees the calendar, not the people.
        let r = app.as_acteur(&gestionnaire(Uuid::nil())).get(&lien).await;
        r.expect(200);
        assert!(!r.texte().contains("Awa Essai"));
        app.visiteur().get(&lien).await.expect(404);
    }
}
