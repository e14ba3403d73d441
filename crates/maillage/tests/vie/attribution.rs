//! Steps 1 to 5: from a call to a payment.

use super::{
    COLLEGUE, Vie, jour,
    personne::{Personne, done},
    site::Site,
};

pub const LONG: &str = "Beaucoup d’habitants renoncent à leurs démarches en ligne ; la mairie veut un accueil proche, régulier et gratuit, avec des ateliers dans les quartiers et des permanences dans les villages.";

/// Both apply for the only post of the department.
pub const MAIRIES: [(&str, &str, u32); 2] = [
    ("Mairie de l’essai", "mairie@essai.example", 7),
    ("Mairie du bourg", "bourg@essai.example", 8),
];

/// A SIRET nobody has, with the keys of its SIREN and of its establishment.
fn siret(graine: u32) -> String {
    let cle = |debut: String| {
        let somme: u32 = debut
            .bytes()
            .rev()
            .enumerate()
            .map(|(i, c)| {
                let n = u32::from(c - b'0') * if i % 2 == 0 { 2 } else { 1 };
                n / 10 + n % 10
            })
            .sum();
        format!("{debut}{}", (10 - somme % 10) % 10)
    };
    cle(format!(
        "{}0001",
        cle(format!("{:08}", 91_000_000 + graine))
    ))
}

/// Step 1: The ANCT opens a call.
pub async fn campagne(v: &mut Vie<'_>) {
    let (debut, fin) = (jour(v.site, 0), jour(v.site, 60));
    let saisie = [
        ("nom", "Appel de l’essai"),
        ("genre", "ami_conseiller"),
        ("ouverture", &debut),
        ("fermeture", &fin),
        ("postes_min", "1"),
        ("postes_max", "5"),
        ("delai_avis_jours", "15"),
        ("contingent", "1"),
    ];
    let anct = &mut v.anct;
    anct.va("/campagnes/nouvelle").await;
    let mut faux = saisie;
    (faux[0].1, faux[3].1) = ("", "2020-01-01");
    anct.refuse("Enregistrer la campagne", &faux, "nom").await;
    anct.presse("Enregistrer la campagne", &saisie).await;
    v.campagne = anct.chemin.clone();
    v.visiteur.va("/candidater").await;
    assert_eq!(
        v.visiteur.fois("Appel de l’essai"),
        0,
        "pas avant l’ouverture"
    );
    v.anct.presse("Publier la campagne", &[]).await;
    v.anct.presse("Ouvrir les candidatures", &[]).await;
    v.anct.voit("Ouverte");
    v.visiteur.va("/candidater").await.voit("Appel de l’essai");
    assert_eq!(v.visiteur.statut(&v.campagne).await, 404);
}

/// Step 2: Two structures apply in public and confirm from their mailbox.
pub async fn candidatures(v: &mut Vie<'_>) {
    for (nom, courriel, graine) in MAIRIES {
        let (siret, debut) = (siret(graine), jour(v.site, 30));
        let motivation = format!("{LONG} {LONG}");
        let p = &mut v.visiteur;
        p.va("/candidater").await;
        let campagne = p.choix("campagne", "Appel de l’essai");
        let mut saisie = vec![
            ("campagne", campagne.as_str()),
            ("nom", nom),
            ("identifiant", &siret),
            ("type_structure", "commune"),
            ("adresse", "1 place de la Mairie"),
            ("commune", "Rennes (35000)"),
            ("nombre_postes", "1"),
            ("date_debut", &debut),
            ("portage", "direct"),
            ("antecedent", "creation"),
            ("territoire_1", "Rennes (35000)"),
            ("part_1", "60"),
            ("territoire_2", "Fougères (35300)"),
            ("part_2", "40"),
            ("besoins_territoire", LONG),
            ("besoins_services", LONG),
            ("besoins_publics", LONG),
            ("projet", "nouveau"),
            ("objectif", LONG),
            ("strategie_locale", "aucune à ce jour"),
            ("france_services", "non"),
            ("candidat_identifie", "non"),
            ("motivation", &motivation),
            ("prenom", "Claire"),
            ("nom_contact", "Leroux"),
            ("fonction", "Directrice générale"),
            ("courriel", courriel),
            ("telephone", "02 99 00 00 00"),
        ];
        for e in [
            "temps_plein",
            "formation",
            "equipement",
            "comptes_rendus",
            "gratuite",
        ] {
            saisie.push(("engagements", e));
        }
        // A wrong key, then shares that are not a whole.
        let mut faux = saisie.clone();
        (faux[2].1, faux[13].1) = ("11000001500014", "50");
        p.refuse("Envoyer la candidature", &faux, "identifiant")
            .await;
        p.voit("actuellement 110 %");
        // Two clicks: one application.
        let e = p.envoi("Envoyer la candidature", &saisie);
        let (a, b) = p.ensemble(&e, p, &e).await;
        done(&a);
        done(&b);
        p.va(&v.site.letter(courriel, "/candidatures/confirmer/").await)
            .await;
        p.presse("Confirmer la candidature", &[]).await;
        let mairie = v.site.invited(courriel).await;
        v.mairies.push(mairie);
    }
    v.operateur.va("/candidatures?etat=recevabilite").await;
    for (nom, ..) in MAIRIES {
        assert_eq!(v.operateur.fois(nom), 1, "une candidature de {nom}");
        v.candidatures
            .push(v.operateur.lien_de(nom, "/candidatures/"));
    }
    v.mairies[0].va(&v.candidatures[0]).await;
    assert_eq!(v.mairies[0].statut(&v.candidatures[1]).await, 404);
    assert_eq!(v.mairies[1].statut(&v.candidatures[0]).await, 404);
    v.hidden_from_strangers(&v.candidatures[0].clone()).await;
}

/// Step 3: The préfecture, and it alone, gives a motivated opinion.
pub async fn avis(v: &mut Vie<'_>) {
    for dossier in v.candidatures.clone() {
        v.operateur.va(&dossier).await;
        v.operateur
            .presse("Déclarer la candidature recevable", &[])
            .await;
        v.prefet.va(&format!("{dossier}/avis")).await;
        let criteres = [
            "coherence_strategies_locales",
            "concertation",
            "coordination_departementale",
            "coordination_intercommunale",
            "mutualisation",
            "aller_vers",
        ];
        let mut saisie = vec![
            ("sens", "favorable"),
            ("nombre_postes", "1"),
            ("motivation", LONG),
            ("signataire", "Camille Martin"),
            ("qualite", "Secrétaire générale"),
        ];
        saisie.extend(criteres.map(|c| (c, "forte")));
        let mut faux = saisie.clone();
        faux[2].1 = "D’accord.";
        v.prefet.refuse("Envoyer l’avis", &faux, "motivation").await;
        assert_eq!(v.voisin.statut(&format!("{dossier}/avis")).await, 404);
        let e = v.prefet.envoi("Envoyer l’avis", &saisie);
        let (a, b) = v.prefet.ensemble(&e, &v.prefet, &e).await;
        done(&a);
        done(&b);
        v.prefet.va(&dossier).await.voit("Favorable");
    }
    // The structure reads the opinion after the committee only.
    v.mairies[0].va(&v.candidatures[0]).await;
    assert_eq!(v.mairies[0].fois("Camille Martin"), 0);
}

/// Step 4: The committee grants the last post of the department, once.
pub async fn comite(v: &mut Vie<'_>) {
    let (seance, proche) = (jour(v.site, 7), jour(v.site, 1));
    let s = &mut v.secretariat;
    s.va("/comites/nouvelle").await;
    let campagne = s.choix("campagne", "Appel de l’essai");
    let membres = s.tous("membres");
    let mut saisie = vec![
        ("campagne", campagne.as_str()),
        ("date_seance", &seance),
        ("lieu", "Paris"),
        ("president", &membres[0]),
    ];
    saisie.extend(membres.iter().map(|m| ("membres", m.as_str())));
    let mut faux = saisie.clone();
    faux[1].1 = &proche;
    faux[2].1 = "";
    s.refuse("Créer la séance", &faux, "lieu").await;
    s.presse("Créer la séance", &saisie).await;
    v.seance = s.chemin.clone();
    s.refuse("Inscrire ces dossiers", &[], "dossiers").await;
    s.va(&v.seance).await;
    let dossiers = MAIRIES.map(|(nom, ..)| s.choix("dossiers", nom));
    let inscrits = dossiers.each_ref().map(|d| ("dossiers", d.as_str()));
    s.presse("Inscrire ces dossiers", &inscrits).await;
    s.presse("Convoquer les membres", &[]).await;
    let presents = s.tous("presents");
    let tous: Vec<_> = presents.iter().map(|m| ("presents", m.as_str())).collect();
    s.refuse("Ouvrir la séance", &tous[..1], "presents").await;
    s.va(&v.seance).await;
    s.presse("Ouvrir la séance", &tous).await;
    let points = MAIRIES.map(|(nom, ..)| s.lien(nom));
    for membre in ["comite", "comite2", "comite3"] {
        let mut p = v.site.demo(membre).await;
        for point in &points {
            p.va(point).await;
            p.refuse("Voter", &[], "voix").await;
            p.presse("Voter", &[("voix", "pour")]).await;
        }
    }
    // Two decisions at once on the last post: one is granted, the other finds
    // nothing left.
    let mut decideurs = [v.secretariat.clone(), v.secretariat.clone()];
    for (p, point) in decideurs.iter_mut().zip(&points) {
        p.va(point).await;
        p.refuse("Enregistrer la décision", &[], "decision").await;
    }
    let accorder = [("decision", "attribution"), ("nombre_postes", "1")];
    let envois = decideurs
        .each_ref()
        .map(|p| p.envoi("Enregistrer la décision", &accorder));
    let (a, b) = decideurs[0]
        .ensemble(&envois[0], &decideurs[1], &envois[1])
        .await;
    v.gagnante = usize::from(a.statut != 303);
    let (oui, non) = if v.gagnante == 0 { (a, b) } else { (b, a) };
    done(&oui);
    assert!(matches!(non.statut.as_u16(), 409 | 422), "{}", non.texte());
    non.shows("Contingent épuisé");
    // Two clicks on the adjournment of the other.
    let perdu = &mut decideurs[1 - v.gagnante];
    perdu.va(&points[1 - v.gagnante]).await;
    let ajourner = [("decision", "ajournement"), ("motif", LONG)];
    let e = perdu.envoi("Enregistrer la décision", &ajourner);
    let (a, b) = perdu.ensemble(&e, perdu, &e).await;
    assert!(a.statut == 303 || b.statut == 303, "{}", a.texte());
    let s = &mut v.secretariat;
    s.va(&v.seance).await;
    // Two clicks on the closing: the posts enter the ledger once.
    let e = s.envoi("Clore la séance", &[]);
    let (a, b) = s.ensemble(&e, s, &e).await;
    done(&a);
    done(&b);
    s.va(&v.seance).await;
    s.presse("Signer le procès-verbal", &[]).await;
    s.presse("Publier le relevé de décisions", &[]).await;
    let pdf = s.fichier(&format!("{}/releve.pdf", v.seance)).await;
    assert!(pdf.starts_with(b"%PDF-"));
    let postes = v.mairie().va("/postes").await.liens("/postes/");
    assert_eq!(postes.len(), 1, "{postes:?}");
    v.poste = postes[0].clone();
    v.autre_mairie().va("/postes").await;
    assert!(v.autre_mairie().liens("/postes/").is_empty());
    v.hidden_from_strangers(&v.poste.clone()).await;
    let dossier = v.candidatures[v.gagnante].clone();
    v.mairie().va(&dossier).await.voit("Camille Martin");
}

/// Step 5: A convention computes its subsidy; one payment is recorded.
pub async fn convention(v: &mut Vie<'_>) {
    let debut = jour(v.site, 0);
    let dossier = v.candidatures[v.gagnante].clone();
    let o = &mut v.operateur;
    let preparer = o.va(&dossier).await.lien("Préparer la convention");
    o.va(&preparer).await;
    o.refuse("Calculer le plan", &[("debut", "demain")], "debut")
        .await;
    let e = o.envoi("Calculer le plan", &[("debut", &debut)]);
    let (a, b) = o.ensemble(&e, o, &e).await;
    done(&a);
    assert_eq!(a.lien(), b.lien(), "deux clics, une convention");
    v.convention = a.lien();
    o.va(&v.convention).await;
    o.refuse("Envoyer à la structure", &[], "attestation").await;
    o.presse("Envoyer à la structure", &[("attestation", "oui")])
        .await;
    let convention = v.convention.clone();
    let m = v.mairie();
    m.va(&convention).await;
    m.refuse("Signer la convention", &[], "attestation").await;
    m.presse("Signer la convention", &[("attestation", "oui")])
        .await;
    let o = &mut v.operateur;
    o.va(&convention).await;
    o.presse("Signer pour l’État", &[("attestation", "oui")])
        .await;
    o.presse("Mettre en paiement", &[]).await;
    // Whoever asked does not confirm.
    v.collegue = second_operator(v.site, &mut v.anct).await;
    let collegue = &mut v.collegue;
    collegue.va(&convention).await;
    collegue.presse("Confirmer le paiement", &[]).await;
    let faux = [("reference", ""), ("date_valeur", debut.as_str())];
    collegue
        .refuse("Enregistrer le versement", &faux, "reference")
        .await;
    collegue.va(&convention).await;
    let paye = [("reference", "VIR-0001"), ("date_valeur", debut.as_str())];
    let e = collegue.envoi("Enregistrer le versement", &paye);
    // The two operators at once: one payment.
    let (a, b) = collegue.ensemble(&e, &v.operateur, &e).await;
    let faits = [&a, &b].iter().filter(|r| r.statut == 303).count();
    assert_eq!(faits, 1, "{} puis {}", a.statut, b.statut);
    collegue.va(&convention).await.voit("VIR-0001");
    v.mairie().va(&convention).await.voit("VIR-0001");
    v.hidden_from_strangers(&convention).await;
}

async fn second_operator<'a>(site: &'a Site, anct: &mut Personne<'a>) -> Personne<'a> {
    anct.va("/administration/comptes").await;
    let saisie = [
        ("prenom", "Inès"),
        ("nom", "Second"),
        ("courriel", COLLEGUE),
        ("role_donne", "operateur"),
    ];
    let mut faux = saisie;
    faux[2].1 = "ines";
    anct.refuse("Donner ce rôle", &faux, "courriel").await;
    anct.presse("Donner ce rôle", &saisie).await;
    site.invited(COLLEGUE).await
}
