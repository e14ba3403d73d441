//! Steps 6 and 7: two people for one post, then training.

use super::{
    Vie,
    attribution::MAIRIES,
    jour,
    personne::{done, one_of_two},
};

pub const CANDIDATS: [(&str, &str, &str); 2] = [
    ("Sami", "Petit", "sami.petit@candidat.example"),
    ("Lina", "Roche", "lina.roche@candidat.example"),
];

/// Each has words of their own: profiles are read without a name.
fn motivation(prenom: &str) -> String {
    let nombre = if prenom == "Sami" { "dix" } else { "douze" };
    format!("J’anime depuis {nombre} ans des ateliers où chacun apprend à son rythme.")
}

/// Step 6: People register, the structure finds them by their rank and both accept.
pub async fn inscriptions(v: &mut Vie<'_>) {
    let jour = jour(v.site, 0);
    for (prenom, nom, courriel) in CANDIDATS {
        let motivation = motivation(prenom);
        let saisie = [
            ("prenom", prenom),
            ("nom", nom),
            ("courriel", courriel),
            ("commune", "Rennes (35000)"),
            ("situation", "demandeur_emploi"),
            ("date_disponibilite", &jour),
            ("distance_max", "20"),
            ("motivation", &motivation),
            ("partage", "a_la_preselection"),
            ("eligibilite", "oui"),
            ("conditions", "oui"),
            ("visibilite", "oui"),
        ];
        let p = &mut v.visiteur;
        p.va("/devenir-conseiller").await;
        let mut faux = saisie;
        (faux[4].1, faux[7].1) = ("", "Trop court.");
        p.refuse("Envoyer mon inscription", &faux, "situation")
            .await;
        p.presse("Envoyer mon inscription", &saisie).await;
        let lien = "/devenir-conseiller/confirmer/";
        p.va(&v.site.letter(courriel, lien).await).await;
        p.presse("Confirmer mon inscription", &[]).await;
        v.candidats.push(v.site.invited(courriel).await);
    }
    let mairie = v.mairies[v.gagnante].clone();
    for (i, (prenom, nom, _)) in CANDIDATS.into_iter().enumerate() {
        let m = v.mairie();
        m.va("/recrutement?rayon=20&ordre=score").await;
        let mut profil = String::new();
        for lien in m.liens("/recrutement/candidats/") {
            if m.va(&lien).await.fois(&motivation(prenom)) > 0 {
                profil = lien;
                break;
            }
        }
        assert!(!profil.is_empty(), "{prenom} n'est pas dans la recherche");
        assert_eq!(m.fois(nom), 0, "le nom vient après la présélection");
        m.voit("sur 100");
        let e = m.envoi("Présélectionner", &[]);
        let (a, b) = mairie.ensemble(&e, &mairie, &e).await;
        done(&a);
        assert_eq!(a.lien(), b.lien(), "deux clics, un échange");
        let relation = a.lien();
        m.va(&relation).await.voit(nom);
        m.presse("Faire une proposition", &[]).await;
        v.hidden_from_strangers(&relation).await;
        assert_eq!(v.candidats[1 - i].statut(&relation).await, 404);
        v.candidats[i].va(&relation).await;
        v.candidats[i].presse("Accepter", &[]).await;
        v.relations.push(relation);
    }
}

/// Step 6: Two contracts for the last post: one is held, validated once, and the
/// post is occupied.
pub async fn contrat(v: &mut Vie<'_>) {
    let (debut, fin) = (jour(v.site, 0), jour(v.site, 548));
    let saisie = [
        ("genre", "cdd_public"),
        ("date_debut", debut.as_str()),
        ("date_fin", &fin),
        ("duree_motif", "Durée du projet"),
        ("quotite", "100"),
        ("categorie", "B"),
        ("salaire", "2000"),
        ("code_rome", "K2111"),
        ("coordination", "aucune"),
        ("eligibilite", "oui"),
        ("preparation", "oui"),
        ("fiche_mission", "oui"),
    ];
    let mut contrats = Vec::new();
    for relation in v.relations.clone() {
        let m = v.mairie();
        let lien = m.va(&relation).await.lien("Rédiger le contrat");
        m.va(&lien).await;
        let bouton = m.dernier_bouton();
        let mut faux = saisie;
        (faux[2].1, faux[6].1) = ("2020-01-01", "100");
        m.refuse(&bouton, &faux, "salaire").await;
        m.voit("SMIC");
        let e = m.envoi(&bouton, &saisie);
        let (a, b) = m.ensemble(&e, m, &e).await;
        done(&a);
        assert_eq!(a.lien(), b.lien(), "deux clics, un contrat");
        contrats.push(a.lien());
    }
    // Both are sent at once; one post is left.
    let mut envoyeurs = [v.mairie().clone(), v.mairie().clone()];
    for (p, contrat) in envoyeurs.iter_mut().zip(&contrats) {
        p.va(contrat).await;
    }
    let envois = envoyeurs
        .each_ref()
        .map(|p| p.envoi("Envoyer le contrat", &[]));
    let (a, b) = envoyeurs[0]
        .ensemble(&envois[0], &envoyeurs[1], &envois[1])
        .await;
    v.recrute = usize::from(a.statut != 303);
    let (oui, non) = if v.recrute == 0 { (a, b) } else { (b, a) };
    done(&oui);
    non.expect(409).shows("Aucun poste disponible");
    v.contrat = contrats[v.recrute].clone();
    v.attente = contrats[1 - v.recrute].clone();
    let contrat = v.contrat.clone();
    v.hidden_from_strangers(&contrat).await;
    // Two operators decide at once: one effect.
    for p in [&mut v.operateur, &mut v.collegue] {
        p.va(&contrat).await;
        let sans_piece = [("decision", "valider")];
        p.refuse("Enregistrer la décision", &sans_piece, "contrat signé")
            .await;
    }
    let valider = [("decision", "valider"), ("piece", "oui")];
    let envois = [&v.operateur, &v.collegue].map(|p| p.envoi("Enregistrer la décision", &valider));
    let (a, b) = v
        .operateur
        .ensemble(&envois[0], &v.collegue, &envois[1])
        .await;
    one_of_two(&a, &b);
    v.post_is("Occupé").await;
}

/// Step 7: A test, a session, a place, a certificate.
pub async fn formation(v: &mut Vie<'_>) {
    let (prenom, nom, courriel) = CANDIDATS[v.recrute];
    let (jour_j, debut, fin) = (jour(v.site, 0), jour(v.site, 10), jour(v.site, 20));
    let mut o = v.site.demo("formation").await;
    o.va("/formations/positionnements").await;
    let contrat = o.choix("contrat", &format!("{prenom} {nom}"));
    let parcours = o.tous("parcours")[0].clone();
    let mut test = [
        ("contrat", contrat.as_str()),
        ("le", &jour_j),
        ("experience", "140"),
        ("posture", "60"),
        ("technique", "50"),
        ("parcours", &parcours),
    ];
    o.refuse("Enregistrer le résultat", &test, "experience")
        .await;
    test[2].1 = "40";
    o.presse("Enregistrer le résultat", &test).await;
    o.va("/formations/nouvelle").await;
    let organisme = o.tous("organisme")[0].clone();
    let mut session = [
        ("organisme", organisme.as_str()),
        ("parcours", &parcours),
        ("commune", "Rennes (35000)"),
        ("debut", &debut),
        ("fin", &jour_j),
        ("capacite", "12"),
        ("demi_journees", "10"),
    ];
    o.refuse("Ouvrir la session", &session, "fin").await;
    session[4].1 = &fin;
    o.presse("Ouvrir la session", &session).await;
    let session = o.chemin.clone();
    let m = v.mairie();
    m.va(&session).await;
    m.refuse("Inscrire cette personne", &[], "contrat").await;
    let inscrire = [("contrat", contrat.as_str())];
    let e = m.envoi("Inscrire cette personne", &inscrire);
    let (a, b) = m.ensemble(&e, m, &e).await;
    done(&a);
    done(&b);
    m.va(&session).await.voit("1 inscription");
    v.autre_mairie().va(&session).await;
    assert_eq!(
        v.autre_mairie().fois(nom),
        0,
        "une autre structure ne lit pas le nom"
    );
    let place = o.va(&session).await.lien(nom);
    o.va(&place).await;
    let mut suivi = [
        ("presents", "12"),
        ("justifiees", "0"),
        ("injustifiees", "0"),
        ("etat", "suivie"),
        ("titre", "ccp1"),
        ("resultat", "obtenu"),
        ("resultat_le", jour_j.as_str()),
    ];
    o.refuse("Enregistrer le suivi", &suivi, "presents").await;
    suivi[0].1 = "10";
    o.presse("Enregistrer le suivi", &suivi).await;
    let c = v.conseiller();
    c.devient("Conseiller", courriel).await;
    c.va("/mon-parcours").await.voit("1 certificat sur 3");
    let nom_structure = MAIRIES[v.gagnante].0;
    v.conseiller().voit(nom_structure);
}
