//! Step 11: a contract goes on, then ends; the post is free, nothing is lost.

use super::{
    COLLEGUE, Vie,
    attribution::MAIRIES,
    jour,
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
    m.presse("Envoyer le contrat", &[]).await;
    v.post_is("Occupé").await;
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
    v.site.base.clock().advance_days(1);
    v.site.run_jobs().await;
    let (_, adresse, _) = MAIRIES[v.gagnante];
    v.mairie().revient(adresse).await;
    v.collegue.revient(COLLEGUE).await;
    v.anct = v.site.demo("administrateur").await;
    v.post_is("Vacant").await;
    v.mairie()
        .va("/recrutement")
        .await
        .voit("1 poste à pourvoir");
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
    let (avant, debut) = (jour(v.site, -1), jour(v.site, 1));
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
    m.presse(&bouton, &[("date_debut", &debut), ("salaire", "2000")])
        .await;
    m.presse("Envoyer le contrat", &[]).await;
    v.collegue.va(&attente).await;
    let valider = [("decision", "valider"), ("piece", "oui")];
    v.collegue.presse("Enregistrer la décision", &valider).await;
    v.site.base.clock().advance_days(1);
    let (_, adresse, _) = MAIRIES[v.gagnante];
    v.mairie().revient(adresse).await;
    v.post_is("Occupé").await;
}
