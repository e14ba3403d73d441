//! Step 11: a contract goes on, then ends; the post is free, nothing is lost.

use super::{
    Vie, jour,
    personne::{done, one_of_two},
    quotidien::ligne,
    recrutement::CANDIDATS,
};

/// Step 11: The contract is made longer, then its renewal is prepared.
pub async fn suites(v: &mut Vie<'_>) {
    let contrat = v.contrat.clone();
    let (avant, apres, debut) = (jour(v.site, 540), jour(v.site, 600), jour(v.site, 601));
    let m = v.mairie();
    let lien = m.va(&contrat).await.lien("Prolonger le contrat");
    m.va(&lien).await;
    let mut saisie = [("date_fin", avant.as_str()), ("salaire", "2000")];
    m.refuse("Demander la prolongation", &saisie, "date_fin")
        .await;
    saisie[0].1 = &apres;
    m.presse("Demander la prolongation", &saisie).await;
    // Two operators accept at once: one effect.
    for p in [&mut v.operateur, &mut v.collegue] {
        p.va(&contrat).await;
    }
    let envois = [&v.operateur, &v.collegue].map(|p| p.envoi("Accepter la prolongation", &[]));
    let (a, b) = v
        .operateur
        .ensemble(&envois[0], &v.collegue, &envois[1])
        .await;
    assert_eq!([&a, &b].iter().filter(|r| r.statut == 303).count(), 1);
    let m = v.mairie();
    m.va(&contrat).await.voit("Prolongation acceptée");
    assert_eq!(m.fois("Prolongation acceptée"), 1);
    let lien = m.lien("Renouveler le contrat");
    m.va(&lien).await;
    let bouton = m.dernier_bouton();
    let fin = jour(v.site, 1_149);
    let mut saisie = [
        ("genre", "cdd_public"),
        ("date_debut", debut.as_str()),
        ("date_fin", &fin),
        ("duree_motif", "Durée du projet"),
        ("salaire", "100"),
        ("eligibilite", "oui"),
        ("preparation", "oui"),
        ("fiche_mission", "oui"),
    ];
    let m = v.mairie();
    m.refuse(&bouton, &saisie, "salaire").await;
    saisie[4].1 = "2100";
    let e = m.envoi(&bouton, &saisie);
    let (a, b) = m.ensemble(&e, m, &e).await;
    done(&a);
    assert_eq!(a.lien(), b.lien(), "deux clics, un renouvellement");
    m.va(&a.lien()).await;
    let suite = m.chemin.clone();
    m.presse("Envoyer le contrat", &[]).await;
    v.suite = suite;
    v.post_is("Occupé").await;
}

/// Step 11: The renewed contract follows the first one on the same post, then
/// the renewed convention follows the first one: no figure of the posts moves.
pub async fn renouvellement(v: &mut Vie<'_>) {
    let (contrat, suite) = (v.contrat.clone(), v.suite.clone());
    let figures = ligne(v).await;
    for p in [&mut v.operateur, &mut v.collegue] {
        p.va(&suite).await;
        p.refuse(
            "Enregistrer la décision",
            &[("decision", "valider")],
            "contrat signé",
        )
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
    assert_eq!(ligne(v).await, figures, "le renouvellement validé");
    let m = v.mairie();
    m.va(&contrat).await.voit("Contrat suivant");
    // The day after the last day of the first contract, then the second.
    for jours in [601, 1] {
        v.days_pass(jours).await;
        v.post_is("Occupé").await;
        assert_eq!(ligne(v).await, figures, "après {jours} jours");
        let (.., courriel) = CANDIDATS[v.recrute];
        let c = v.conseiller();
        c.revient(courriel).await;
        c.va("/activites/individuel").await;
    }
    v.contrat = suite;
    let contrat = v.contrat.clone();
    v.mairie().va(&contrat).await.voit("En cours");
    convention(v, &figures).await;
}

/// The convention is renewed for its post twelve months before its end.
async fn convention(v: &mut Vie<'_>, figures: &[String]) {
    let ancienne = v.convention.clone();
    let m = v.mairie();
    m.va(&ancienne).await;
    assert_eq!(m.fois("Envoyer vos réponses"), 0, "la fenêtre est fermée");
    v.days_pass(140).await;
    let reponse = format!("reponse-{}", v.poste.rsplit('/').next().unwrap_or_default());
    let m = v.mairie();
    m.va(&ancienne).await;
    let e = m.envoi("Envoyer vos réponses", &[(&reponse, "renouveler")]);
    let (a, b) = m.ensemble(&e, m, &e).await;
    done(&a);
    done(&b);
    // Two operators prepare it at once: one convention.
    for p in [&mut v.operateur, &mut v.collegue] {
        p.va(&ancienne).await;
    }
    let envois = [&v.operateur, &v.collegue].map(|p| p.envoi("Préparer le renouvellement", &[]));
    let (a, b) = v
        .operateur
        .ensemble(&envois[0], &v.collegue, &envois[1])
        .await;
    done(&a);
    done(&b);
    assert_eq!(a.lien(), b.lien(), "deux opérateurs, une convention");
    v.convention = a.lien();
    let suite = v.convention.clone();
    v.hidden_from_strangers(&suite).await;
    let o = &mut v.operateur;
    o.va(&suite).await;
    o.refuse("Envoyer à la structure", &[], "attestation").await;
    let atteste = [("attestation", "oui")];
    o.presse("Envoyer à la structure", &atteste).await;
    let m = v.mairie();
    m.va(&suite).await;
    m.refuse("Signer la convention", &[], "attestation").await;
    m.presse("Signer la convention", &atteste).await;
    let o = &mut v.operateur;
    o.va(&suite).await;
    o.presse("Signer pour l’État", &atteste).await;
    o.voit("En vigueur");
    v.post_is("Occupé").await;
    assert_eq!(ligne(v).await, figures, "la convention renouvelée");
    // A second renewal, that the rupture will cancel.
    let (contrat, debut, fin) = (v.contrat.clone(), jour(v.site, 408), jour(v.site, 1_000));
    let m = v.mairie();
    let lien = m.va(&contrat).await.lien("Renouveler le contrat");
    m.va(&lien).await;
    let bouton = m.dernier_bouton();
    let saisie = [
        ("genre", "cdd_public"),
        ("date_debut", debut.as_str()),
        ("date_fin", &fin),
        ("duree_motif", "Durée du projet"),
        ("salaire", "2200"),
        ("eligibilite", "oui"),
        ("preparation", "oui"),
        ("fiche_mission", "oui"),
    ];
    m.presse(&bouton, &saisie).await;
}

/// Step 11: The rupture, and what it does.
pub async fn rupture(v: &mut Vie<'_>) {
    let contrat = v.contrat.clone();
    let jour = jour(v.site, 0);
    let m = v.mairie();
    let lien = m.va(&contrat).await.lien("Déclarer une rupture");
    m.va(&lien).await;
    let saisie = [
        ("motif", "retraite"),
        ("date_effet", jour.as_str()),
        ("annuler_renouvellement", "oui"),
    ];
    // The renewal is never cancelled silently.
    m.refuse(
        "Déclarer la rupture",
        &saisie[..2],
        "annuler_renouvellement",
    )
    .await;
    let e = m.envoi("Déclarer la rupture", &saisie);
    let (a, b) = m.ensemble(&e, m, &e).await;
    done(&a);
    done(&b);
    v.conseiller().va("/activites/individuel").await;
    for p in [&mut v.operateur, &mut v.collegue] {
        p.va(&contrat).await;
        p.refuse("Valider la rupture", &[], "lettre").await;
    }
    let lettre = [("lettre", "oui")];
    let figures = ligne(v).await;
    let envois = [&v.operateur, &v.collegue].map(|p| p.envoi("Valider la rupture", &lettre));
    let (a, b) = v
        .operateur
        .ensemble(&envois[0], &v.collegue, &envois[1])
        .await;
    one_of_two(&a, &b);
    // The rights end at once; what was done stays.
    let page = v.conseiller().statut("/activites/individuel").await;
    assert!(matches!(page, 303 | 401 | 403 | 404), "{page}");
    let lieu = v.lieu.clone();
    assert_eq!(v.visiteur.statut(&lieu).await, 200);
    // The post is vacant from the next day.
    v.post_is("Occupé").await;
    assert_eq!(ligne(v).await, figures, "le dernier jour");
    v.days_pass(1).await;
    v.post_is("Vacant").await;
    v.mairie()
        .va("/recrutement")
        .await
        .voit("1 poste à pourvoir");
    assert_eq!(figures, ["1", "1", "0", "2", "7"]);
    assert_eq!(ligne(v).await, ["1", "0", "1", "2", "7"]);
    v.collegue.va(&contrat).await.voit(CANDIDATS[v.recrute].1);
    let (.., courriel) = CANDIDATS[v.recrute];
    let c = v.conseiller();
    c.revient(courriel).await;
    assert_ne!(c.statut("/activites").await, 200);
}

/// Step 11: the post is free again: who had found none left is hired.
pub async fn suivante(v: &mut Vie<'_>) {
    let attente = v.attente.clone();
    let (avant, debut, fin) = (jour(v.site, -1), jour(v.site, 1), jour(v.site, 600));
    let m = v.mairie();
    let lien = m.va(&attente).await.lien("Modifier le contrat");
    m.va(&lien).await;
    let bouton = m.dernier_bouton();
    m.refuse(
        &bouton,
        &[("date_debut", &avant), ("salaire", "100")],
        "salaire",
    )
    .await;
    m.presse(
        &bouton,
        &[
            ("date_debut", &debut),
            ("date_fin", &fin),
            ("salaire", "2000"),
        ],
    )
    .await;
    m.presse("Envoyer le contrat", &[]).await;
    v.collegue.va(&attente).await;
    let valider = [("decision", "valider"), ("piece", "oui")];
    v.collegue.presse("Enregistrer la décision", &valider).await;
    v.days_pass(1).await;
    v.post_is("Occupé").await;
}
