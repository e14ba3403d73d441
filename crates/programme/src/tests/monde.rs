//! People of the tests, and how they fill in the pages.

use comptes::{
    attribution::{self, PerimetreDe},
    personne::{self, NouvellePersonne},
};
use socle::{
    Acteur, Base, Perimetre, Role, courrier,
    essai::{self, TestBase},
};
use uuid::Uuid;
use web::essai::{Client, Rep, TestApp};

use super::{national, siret};

/// A site, the people of the journey, and how they fill in forms.
pub(super) struct Monde {
    pub app: TestApp,
    pub membres: Vec<Uuid>,
}

pub(super) async fn monde(base: TestBase) -> Monde {
    let mut tx = base.write().await.unwrap();
    let mut membres = Vec::new();
    for nom in ["Un", "Deux", "Trois"] {
        let n = NouvellePersonne {
            prenom: "Membre".into(),
            nom: nom.into(),
            courriel: format!("{}@comite.example", nom.to_lowercase()),
            telephone: None,
        };
        let p = personne::create(&mut tx, &n).await.unwrap();
        attribution::grant(
            &mut tx,
            &Acteur::systeme(),
            p,
            Role::Comite,
            &PerimetreDe::National,
        )
        .await
        .unwrap();
        membres.push(p);
    }
    tx.commit().await.unwrap();
    Monde {
        app: TestApp::new(base, &crate::routes()),
        membres,
    }
}

impl Monde {
    pub fn base(&self) -> &Base {
        &self.app.base
    }

    pub fn national(&self, role: Role) -> Client {
        self.app.as_acteur(&national(role))
    }

    /// Somebody else with the same role: another account.
    pub fn collegue(&self, role: Role) -> Client {
        self.app.as_acteur(&Acteur {
            compte: Some(Uuid::from_u128(0xbeef)),
            ..national(role)
        })
    }

    pub fn prefet(&self, departement: &str) -> Client {
        let p = Perimetre::Departements(vec![departement.into()]);
        self.app.as_acteur(&essai::acteur(Role::Prefecture, p))
    }

    pub fn membre(&self, i: usize) -> Client {
        let a = Acteur {
            compte: Some(Uuid::from_u128(0xc0 + i as u128)),
            personne: Some(self.membres[i]),
            ..national(Role::Comite)
        };
        self.app.as_acteur(&a)
    }

    pub fn gestionnaire(&self, structure: Uuid) -> Client {
        let p = Perimetre::Structures(vec![structure]);
        self.app
            .as_acteur(&essai::acteur(Role::GestionnaireStructure, p))
    }
}

/// Value of a hidden field, in the first form that has it.
pub(super) fn hidden(r: &Rep, nom: &str) -> String {
    let t = r.texte();
    let cle = format!("name=\"{nom}\" value=\"");
    let i = t
        .find(&cle)
        .unwrap_or_else(|| panic!("champ {nom} absent :\n{t}"))
        + cle.len();
    t[i..].split('"').next().unwrap().to_owned()
}

pub(super) fn last_id(lien: &str) -> Uuid {
    lien.rsplit('/').next().unwrap().parse().unwrap()
}

/// Opens a call with posts for every département; gives its id.
pub(super) async fn campagne(m: &Monde, contingent: &str) -> Uuid {
    let mut anct = m.national(Role::Administrateur);
    let commande = hidden(
        anct.get("/campagnes/nouvelle").await.expect(200),
        "id_commande",
    );
    let r = anct
        .post(
            "/campagnes",
            &[
                ("id_commande", &commande),
                ("nom", "Appel 2026"),
                ("genre", "ami_conseiller"),
                ("ouverture", "2026-03-01"),
                ("fermeture", "2026-06-30"),
                ("postes_min", "1"),
                ("postes_max", "30"),
                ("delai_avis_jours", "30"),
                ("contingent", contingent),
            ],
        )
        .await;
    let lien = r.expect(303).lien();
    for ev in ["publier", "ouvrir"] {
        let version = hidden(anct.get(&lien).await.expect(200), "version");
        anct.post(
            &format!("{lien}/etat"),
            &[("evenement", ev), ("version", &version)],
        )
        .await
        .expect(303);
    }
    anct.get(&lien).await.expect(200).shows("Ouverte");
    last_id(&lien)
}

const TEXTE: &str =
    "Les habitants du territoire ont besoin d'être accompagnés dans leurs démarches.";

/// A complete application in Ille-et-Vilaine.
pub(super) fn dossier(campagne: Uuid, commande: &str, n: u32) -> Vec<(String, String)> {
    let motivation = TEXTE.repeat(3);
    let siret = siret(n);
    let courriel = format!("contact{n}@mairie.example");
    [
        ("id_commande", commande),
        ("campagne", &campagne.to_string()),
        ("nom", "Mairie de Fougères"),
        ("identifiant", &siret),
        ("type_structure", "commune"),
        ("adresse", "2 rue Porte Saint-Léonard"),
        ("commune", "Fougères"),
        ("nombre_postes", "2"),
        ("date_debut", "2026-06-01"),
        ("portage", "mutualise"),
        ("antecedent", "creation"),
        ("territoire_1", "Fougères"),
        ("part_1", "60"),
        ("territoire_2", "Vitré"),
        ("part_2", "40"),
        ("besoins_territoire", TEXTE),
        ("besoins_services", TEXTE),
        ("besoins_publics", TEXTE),
        ("projet", "nouveau"),
        ("objectif", TEXTE),
        ("strategie_locale", "aucune à ce jour"),
        ("france_services", "non"),
        ("candidat_identifie", "non"),
        ("motivation", &motivation),
        ("engagements", "temps_plein"),
        ("engagements", "formation"),
        ("engagements", "equipement"),
        ("engagements", "comptes_rendus"),
        ("engagements", "gratuite"),
        ("prenom", "Claude"),
        ("nom_contact", "Mairesse"),
        ("fonction", "Direction générale"),
        ("courriel", &courriel),
        ("telephone", "02 99 00 00 00"),
    ]
    .map(|(k, v)| (k.to_owned(), v.to_owned()))
    .to_vec()
}

pub(super) fn pairs(v: &[(String, String)]) -> Vec<(&str, &str)> {
    v.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect()
}

/// Files in public and follows the link; gives the id of the application.
pub(super) async fn candidature(m: &Monde, campagne: Uuid, n: u32) -> Uuid {
    let mut v = m.app.visiteur();
    let commande = hidden(v.get("/candidater").await.expect(200), "id_commande");
    let champs = dossier(campagne, &commande, n);
    for _ in 0..2 {
        // The second click changes nothing.
        assert_eq!(
            v.post("/candidater", &pairs(&champs))
                .await
                .expect(303)
                .lien(),
            "/candidater/merci"
        );
    }
    let mut tx = m.base().read().await.unwrap();
    let a = format!("contact{n}@mairie.example");
    let lettres = courrier::recent(&mut tx, 50).await.unwrap();
    let lettres: Vec<_> = lettres
        .iter()
        .filter(|l| l.a == a && l.sujet.contains("Confirmez"))
        .collect();
    assert_eq!(lettres.len(), 1);
    let lien = lettres[0]
        .texte
        .lines()
        .find(|l| l.starts_with("http"))
        .unwrap();
    let chemin = lien
        .strip_prefix("http://localhost:8080")
        .unwrap()
        .to_owned();
    drop(tx);
    v.get(&chemin)
        .await
        .expect(200)
        .shows("Confirmer la candidature");
    for _ in 0..2 {
        v.post(&chemin, &[]).await.expect(303);
    }
    let mut tx = m.base().read().await.unwrap();
    let f = crate::candidature::Filtre::default();
    let tous = crate::candidature::list(&mut tx, &Perimetre::National, &f)
        .await
        .unwrap();
    tous.into_iter()
        .max_by_key(|c| c.numero.clone())
        .unwrap()
        .id
}

pub(super) async fn step(c: &mut Client, lien: &str, champs: &[(&str, &str)]) -> Rep {
    let version = hidden(c.get(lien).await.expect(200), "version");
    let mut tous = vec![("version", version.as_str())];
    tous.extend(champs);
    c.post(&format!("{lien}/etat"), &tous).await
}

pub(super) async fn avis(m: &Monde, id: Uuid, nombre: &str) -> Rep {
    let mut prefet = m.prefet("35");
    let lien = format!("/candidatures/{id}/avis");
    let page = prefet.get(&lien).await;
    page.expect(200);
    let (commande, version) = (hidden(&page, "id_commande"), hidden(&page, "version"));
    prefet
        .post(
            &lien,
            &[
                ("id_commande", &commande),
                ("version", &version),
                ("sens", "favorable"),
                ("nombre_postes", nombre),
                (
                    "motivation",
                    "Le besoin est démontré, les partenaires sont prêts et le local est trouvé.",
                ),
                ("coherence_strategies_locales", "forte"),
                ("concertation", "forte"),
                ("coordination_departementale", "moyenne"),
                ("coordination_intercommunale", "moyenne"),
                ("mutualisation", "forte"),
                ("aller_vers", "faible"),
                ("zone_qpv", "oui"),
                ("signataire", "Camille Essai"),
                ("qualite", "secrétaire générale"),
            ],
        )
        .await
}

/// A session in progress with these files; gives its address.
pub(super) async fn seance(m: &Monde, campagne: Uuid, dossiers: &[Uuid]) -> String {
    let mut s = m.national(Role::Secretariat);
    let commande = hidden(s.get("/comites/nouvelle").await.expect(200), "id_commande");
    let ids: Vec<String> = m.membres.iter().map(Uuid::to_string).collect();
    let campagne = campagne.to_string();
    let mut champs = vec![
        ("id_commande", commande.as_str()),
        ("campagne", &campagne),
        ("date_seance", "2026-03-20"),
        ("lieu", "Paris"),
        ("president", &ids[0]),
    ];
    champs.extend(ids.iter().map(|i| ("membres", i.as_str())));
    let lien = s.post("/comites", &champs).await.expect(303).lien();
    let d: Vec<String> = dossiers.iter().map(Uuid::to_string).collect();
    let d: Vec<(&str, &str)> = d.iter().map(|i| ("dossiers", i.as_str())).collect();
    s.post(&format!("{lien}/inscrire"), &d).await.expect(303);
    step(&mut s, &lien, &[("evenement", "convoquer")])
        .await
        .expect(303);
    let version = hidden(s.get(&lien).await.expect(200), "version");
    let peu = [("version", version.as_str()), ("presents", &ids[0])];
    s.post(&format!("{lien}/ouvrir"), &peu)
        .await
        .expect(422)
        .shows("quorum");
    let assez = [
        ("version", version.as_str()),
        ("presents", &ids[0]),
        ("presents", &ids[1]),
    ];
    s.post(&format!("{lien}/ouvrir"), &assez).await.expect(303);
    lien
}

/// Addresses of the items of a session.
pub(super) async fn points(m: &Monde, seance: &str) -> Vec<String> {
    let page = m.national(Role::Secretariat).get(seance).await.texte();
    let debut = format!("href=\"{seance}/points/");
    page.match_indices(&debut)
        .map(|(i, _)| page[i + 6..].split('"').next().unwrap().to_owned())
        .collect()
}

pub(super) async fn close(c: &mut Client, seance: &str) -> Rep {
    let page = c.get(seance).await;
    let (version, commande) = (hidden(&page, "version"), hidden(&page, "id_commande"));
    c.post(
        &format!("{seance}/clore"),
        &[("version", &version), ("id_commande", &commande)],
    )
    .await
}

/// Everything up to a published session; gives the application and the address.
pub(super) async fn accepted(m: &Monde, campagne: Uuid, n: u32) -> (Uuid, String) {
    let id = candidature(m, campagne, n).await;
    let mut operateur = m.national(Role::Operateur);
    let lien = format!("/candidatures/{id}");
    step(
        &mut operateur,
        &lien,
        &[("evenement", "declarer_recevable")],
    )
    .await
    .expect(303);
    avis(m, id, "2").await.expect(303);
    let s = seance(m, campagne, &[id]).await;
    let point = points(m, &s).await.remove(0);
    m.membre(0)
        .post(&format!("{point}/vote"), &[("voix", "pour")])
        .await
        .expect(303);
    m.membre(1)
        .post(&format!("{point}/vote"), &[("voix", "pour")])
        .await
        .expect(303);
    let mut secretariat = m.national(Role::Secretariat);
    let version = hidden(secretariat.get(&point).await.expect(200), "version");
    secretariat
        .post(
            &format!("{point}/decision"),
            &[
                ("version", &version),
                ("decision", "attribution"),
                ("nombre_postes", "2"),
            ],
        )
        .await
        .expect(303);
    close(&mut m.membre(0), &s).await.expect(303);
    for ev in ["signer_pv", "publier"] {
        step(&mut secretariat, &s, &[("evenement", ev)])
            .await
            .expect(303);
    }
    (id, s)
}

/// An active convention; gives its structure and address.
pub(super) async fn active(m: &Monde, id: Uuid) -> (Uuid, String) {
    let mut operateur = m.national(Role::Operateur);
    let nouvelle = format!("/conventions/nouvelle?candidature={id}");
    let page = operateur.get(&nouvelle).await;
    page.expect(200).shows("checked");
    let commande = hidden(&page, "id_commande");
    let champs = [
        ("id_commande", commande.as_str()),
        ("candidature", &id.to_string()),
        ("debut", "2026-03-03"),
        ("zone_bonus", "oui"),
    ];
    let lien = operateur
        .post("/conventions", &champs)
        .await
        .expect(303)
        .lien();
    assert_eq!(
        operateur
            .post("/conventions", &champs)
            .await
            .expect(303)
            .lien(),
        lien,
        "double click"
    );
    step(&mut operateur, &lien, &[("evenement", "envoyer")])
        .await
        .expect(422)
        .shows("Cochez cette case");
    step(
        &mut operateur,
        &lien,
        &[("evenement", "envoyer"), ("attestation", "oui")],
    )
    .await
    .expect(303);
    let mut tx = m.base().read().await.unwrap();
    let structure = crate::candidature::get(&mut tx, &Perimetre::National, id)
        .await
        .unwrap()
        .structure
        .unwrap();
    drop(tx);
    let mut mairie = m.gestionnaire(structure);
    mairie
        .get("/conventions")
        .await
        .expect(200)
        .shows("À signer");
    step(
        &mut mairie,
        &lien,
        &[("evenement", "signer_structure"), ("attestation", "oui")],
    )
    .await
    .expect(303);
    step(
        &mut operateur,
        &lien,
        &[("evenement", "signer_financeur"), ("attestation", "oui")],
    )
    .await
    .expect(303);
    (structure, lien)
}
