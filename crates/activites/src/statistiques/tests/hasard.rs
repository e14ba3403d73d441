//! Random activities, random changes as the services make them, random
//! questions: few professionals, places and persons, so that they meet.

use jiff::{Timestamp, ToSpan, civil::Date};
use socle::{Tx, demo::Alea, params, sql};
use uuid::Uuid;

use super::{d, question};
use crate::{
    activite::{
        Activite, Etat, Rattachement, TypeActivite, Valeur,
        image::{self, Image},
        store,
    },
    beneficiaire::{Beneficiaire, Fiche, Mode, Profil, store as registre},
    statistiques::{
        Filtres, Grain, Nom, Portee, Question, Serie,
        portee::{Intervalle, Niveau, Zone},
    },
};

pub(super) fn auteur(n: usize) -> Uuid {
    Uuid::from_u128(0x10 + n as u128)
}
pub(super) fn structure(n: usize) -> Uuid {
    Uuid::from_u128(0xe0 + n as u128)
}
pub(super) fn lieu(n: usize) -> Uuid {
    Uuid::from_u128(0xa0 + n as u128)
}
fn personne(n: usize) -> Uuid {
    Uuid::from_u128(0xb00 + n as u128)
}
fn etiquette(n: usize) -> Uuid {
    Uuid::from_u128(0xc00 + n as u128)
}

const COMMUNES: [(&str, &str); 4] = [
    ("33063", "33"),
    ("33281", "33"),
    ("64445", "64"),
    ("35238", "35"),
];
const THEMES: [&str; 4] = [
    "email",
    "sante",
    "aide_aux_demarches_administratives",
    "securite_numerique",
];

fn one<'a>(alea: &mut Alea, v: &'a [&'a str]) -> &'a str {
    alea.pick::<&str>(v)
}

fn maybe(alea: &mut Alea, v: &[&str]) -> Option<String> {
    alea.chance(60).then(|| one(alea, v).to_owned())
}

/// A person as somebody wrote them down that day.
fn profile(alea: &mut Alea, n: usize, date: Date) -> Profil {
    let annee = [None, Some(1956), Some(2007)][n % 3];
    Profil {
        personne: personne(n),
        annee_naissance: annee,
        tranche: crate::activite::tranche(annee, date).to_owned(),
        genre: one(alea, &["feminin", "masculin", "non_communique"]).to_owned(),
        statut: one(alea, &["retraite", "en_emploi"]).to_owned(),
        commune_residence: alea
            .chance(70)
            .then(|| one(alea, &["33063", "64445"]).to_owned()),
        connu_depuis: n.is_multiple_of(4).then(|| d(2025, 6, 1)),
        premier: None,
        departement_residence: None,
    }
}

fn random_activity(alea: &mut Alea, id: Uuid) -> Activite {
    let collectif = alea.chance(40);
    let genre = if collectif {
        TypeActivite::Collectif
    } else {
        TypeActivite::Individuel
    };
    // Months and years that are whole, begun or empty, and days with several.
    let date = d(2024, 1, 1).saturating_add((alea.below(800) as i64 / 7 * 7).days());
    let mut c = crate::activite::empty(genre);
    c.date = date;
    c.duree = *alea.pick(&[15, 30, 45, 60, 90, 120, 240]);
    let (commune, departement) = *alea.pick(&COMMUNES);
    c.type_lieu = one(alea, &["lieu_activite", "domicile", "a_distance", "autre"]).to_owned();
    let distance = c.type_lieu == "a_distance";
    if c.type_lieu == "lieu_activite" {
        c.lieu = Some(lieu(alea.below(3)));
    }
    c.cadre = maybe(alea, &["espace_public", "autre"]);
    c.public = one(
        alea,
        &["habitants", "habitants", "habitants", "agents_de_structure"],
    )
    .to_owned();
    c.modalite = maybe(alea, &["tout_venant", "atelier_base"]);
    c.origine = maybe(alea, &["orientation", "aller_vers"]);
    c.mode_aide = maybe(alea, &["former", "faire_avec"]);
    c.destination = maybe(alea, &["administration", "autre"]);
    c.organisme = maybe(alea, &["mairie", "caf"]);
    c.autonomie = maybe(alea, &["autonome"]);
    c.niveau = maybe(alea, &["debutant", "avance"]);
    if alea.chance(30) {
        c.confiance_avant = Some(1 + alea.below(5) as i64);
        c.confiance_apres = Some(1 + alea.below(5) as i64);
    }
    c.pass_propose = alea.chance(20);
    c.pass_utilise = alea.chance(10);
    let combien = match (collectif, alea.below(3)) {
        (true, n) => n + 1,
        (false, 0) => 0,
        (false, _) => 1,
    };
    let mut profils: Vec<Profil> = Vec::new();
    for _ in 0..combien {
        let n = alea.below(7);
        if profils.iter().all(|x| x.personne != personne(n)) {
            profils.push(profile(alea, n, date));
        }
    }
    profils.sort_by_key(|p| p.personne);
    c.suivis = profils.iter().map(|p| p.personne).collect();
    c.anonymes = match (collectif, profils.is_empty()) {
        (true, _) => alea.below(9) as i64,
        (false, true) => 1,
        (false, false) => 0,
    };
    c.deja_accompagnes = alea.below(c.anonymes as usize + 1) as i64;
    c.commune_residence = maybe(alea, &["33063", "35238"]);
    let mut v: Vec<Valeur> = Vec::new();
    let mut say = |dim: &str, val: &str, n: i64| {
        if n > 0
            && v.iter()
                .all(|x| (x.dimension.as_str(), x.valeur.as_str()) != (dim, val))
        {
            v.push(Valeur::new(dim, val, n));
        }
    };
    for _ in 0..1 + alea.below(3) {
        say("thematique", one(alea, &THEMES), 1);
    }
    for (dim, chance, valeurs) in [
        ("sous_thematique", 30, &["social_sante", "logement"][..]),
        ("materiel", 60, &["ordinateur", "telephone"]),
        ("motif", 40, &["etre_rassure"]),
        ("publics", 40, &["seniors", "jeunes"]),
        ("irritant", 20, &["caf:panne", "ants:delai"]),
        ("hors_champ", 15, &["oui"]),
        ("rendez_vous", 30, &["oui"]),
        ("mandat", 15, &["oui"]),
        ("zonage", 40, &["qpv", "hors_qpv", "frr", "hors_frr"]),
    ] {
        if alea.chance(chance) {
            say(dim, one(alea, valeurs), 1);
        }
    }
    if alea.chance(40) {
        say(
            "suite",
            one(alea, &["orientation", "poursuite_atelier"]),
            1 + alea.below(3) as i64,
        );
    }
    let mut reste = c.anonymes;
    for genre in ["feminin", "masculin"] {
        let n = alea.below(reste as usize + 1) as i64;
        say("genre", genre, n);
        reste -= n;
    }
    say(
        "tranche",
        "soixante_dix_plus",
        alea.below(c.anonymes as usize + 1) as i64,
    );
    say(
        "statut",
        "retraite",
        alea.below(c.anonymes as usize + 1) as i64,
    );
    c.valeurs = v;
    c.valeurs.sort();
    let qui = auteur(alea.below(3));
    let avec = auteur(alea.below(3));
    if alea.chance(20) && avec != qui {
        c.coanimateurs = vec![avec];
    }
    let le: Timestamp = "2026-02-03T09:00:00Z".parse().unwrap();
    Activite {
        id,
        etat: Etat::Enregistree,
        auteur: qui,
        contenu: c,
        profils,
        rattachement: Rattachement {
            employeur: alea.chance(85).then(|| structure(alea.below(2))),
            role: one(alea, &["conseiller_numerique", "mediateur"]).to_owned(),
            commune: (!distance).then(|| commune.to_owned()),
            departement: alea.chance(90).then(|| departement.to_owned()),
        },
        source: one(alea, &["saisie", "import"]).to_owned(),
        version: 1,
        enregistree_le: le,
        modifiee_le: le,
        supprimee_le: None,
    }
}

pub(super) async fn world(tx: &mut Tx) {
    for n in 0..7 {
        let b = Beneficiaire {
            id: personne(n),
            structure: Some(structure(0)),
            referent: auteur(0),
            fiche: Fiche {
                mode: Mode::Pseudonyme,
                prenom: None,
                nom: None,
                alias: Some("P".into()),
                informe_le: None,
                annee_naissance: None,
                telephone: None,
                sans_telephone: false,
                courriel: None,
                commune_residence: None,
                genre: "feminin".into(),
                statut: "retraite".into(),
                connu_depuis: None,
                notes: None,
            },
            version: 1,
            cree_le: tx.now(),
        };
        registre::insert(tx, &b).await.unwrap();
    }
    for n in 0..2 {
        let nom = tx.seal("etiquette", "nom", etiquette(n), "Étiquette");
        tx.execute(
            sql!(
                "INSERT INTO etiquette (id, portee, proprietaire, nom, nom_index) VALUES ($1, 'nationale', '', $2, $3)"
            ),
            params![etiquette(n), nom, n.to_string()],
        )
        .await
        .unwrap();
    }
}

pub(super) async fn add(tx: &mut Tx, alea: &mut Alea) {
    let a = random_activity(alea, tx.new_id());
    let n = image::next_revision(tx).await.unwrap();
    store::insert(tx, &a, n).await.unwrap();
    if alea.chance(30) {
        tx.execute(
            sql!("INSERT INTO activite_etiquette (activite, etiquette) VALUES ($1, $2)"),
            params![a.id, etiquette(alea.below(2))],
        )
        .await
        .unwrap();
    }
}

async fn ids(tx: &mut Tx) -> Vec<Uuid> {
    tx.rows(sql!("SELECT id FROM activite ORDER BY id"), params![])
        .await
        .unwrap()
        .iter()
        .map(|l| l.get("id").unwrap())
        .collect()
}

/// One change as the services make them, its image journalled.
pub(super) async fn change(tx: &mut Tx, alea: &mut Alea) {
    let toutes = ids(tx).await;
    let id = *alea.pick(&toutes);
    let a = store::fetch(tx, id).await.unwrap();
    match alea.below(6) {
        0 | 1 => add(tx, alea).await,
        2 => {
            // Edited whole: date, people and place may change, not the author.
            let b = random_activity(alea, id);
            let neuf = Activite {
                auteur: a.auteur,
                etat: a.etat,
                ..b
            };
            rewrite(tx, &a, &neuf).await;
        }
        3 => {
            let mut b = a.clone();
            b.etat = match a.etat {
                Etat::Enregistree => Etat::Supprimee,
                Etat::Supprimee => Etat::Enregistree,
            };
            let n = image::next_revision(tx).await.unwrap();
            store::set_state(tx, &b, n).await.unwrap();
            journal(tx, n, &a, &b).await;
        }
        4 => merge(tx, alea).await,
        _ => anonymise(tx, alea).await,
    }
}

async fn journal(tx: &mut Tx, n: i64, a: &Activite, b: &Activite) {
    image::append(
        tx,
        n,
        a.id,
        Image::of(a).map(|i| i.text()),
        Image::of(b).map(|i| i.text()),
    )
    .await
    .unwrap();
}

async fn rewrite(tx: &mut Tx, a: &Activite, b: &Activite) {
    let n = image::next_revision(tx).await.unwrap();
    store::update(tx, b, n).await.unwrap();
    journal(tx, n, a, b).await;
}

async fn with_person(tx: &mut Tx, p: Uuid) -> Vec<Activite> {
    let lignes = tx
        .rows(
            sql!("SELECT activite FROM accompagnement WHERE personne = $1 ORDER BY activite"),
            params![p],
        )
        .await
        .unwrap();
    let mut v = Vec::new();
    for l in lignes {
        v.push(store::fetch(tx, l.get("activite").unwrap()).await.unwrap());
    }
    v
}

/// Two files become one: accompagnements are re-pointed.
async fn merge(tx: &mut Tx, alea: &mut Alea) {
    let (source, vers) = (personne(alea.below(7)), personne(alea.below(7)));
    if source == vers {
        return;
    }
    for a in with_person(tx, source).await {
        let mut b = a.clone();
        if b.profils.iter().any(|p| p.personne == vers) {
            b.profils.retain(|p| p.personne != source);
        }
        for p in b.profils.iter_mut().filter(|p| p.personne == source) {
            p.personne = vers;
        }
        b.contenu.suivis = b.profils.iter().map(|p| p.personne).collect();
        rewrite(tx, &a, &b).await;
    }
}

/// A token a year stands for the person; what was first stays so.
async fn anonymise(tx: &mut Tx, alea: &mut Alea) {
    let p = personne(alea.below(7));
    let siens = with_person(tx, p).await;
    let premier = siens
        .iter()
        .filter(|a| a.etat == Etat::Enregistree)
        .min_by_key(|a| (a.contenu.date, a.id))
        .map(|a| a.id);
    let mut jetons = std::collections::BTreeMap::new();
    for a in &siens {
        let jeton = *jetons
            .entry(a.contenu.date.year())
            .or_insert_with(|| tx.new_id());
        let mut b = a.clone();
        for x in b.profils.iter_mut().filter(|x| x.personne == p) {
            x.personne = jeton;
            x.premier =
                Some(Some(a.id) == premier && x.connu_depuis.is_none_or(|c| c >= a.contenu.date));
            x.connu_depuis = None;
            x.annee_naissance = None;
            x.departement_residence = x.commune_residence.take().map(|c| c[..2].to_owned());
        }
        b.contenu.suivis = b.profils.iter().map(|p| p.personne).collect();
        rewrite(tx, a, &b).await;
    }
}

fn random_scope(alea: &mut Alea) -> Portee {
    match alea.below(9) {
        0 => Portee::Soi(auteur(alea.below(4))),
        1 => Portee::Equipe {
            coordinateur: alea.chance(50).then(|| auteur(alea.below(3))),
            membres: vec![
                Intervalle {
                    membre: auteur(0),
                    entree: d(2025, 2, 1),
                    sortie: Some(d(2025, 6, 30)),
                },
                Intervalle {
                    membre: auteur(0),
                    entree: d(2025, 6, 1),
                    sortie: Some(d(2025, 9, 1)),
                },
                Intervalle {
                    membre: auteur(1),
                    entree: d(2025, 5, 1),
                    sortie: None,
                },
            ],
        },
        2 => Portee::Structure(structure(alea.below(3))),
        3 => Portee::Accueil {
            structure: structure(0),
            lieux: vec![lieu(0), lieu(2)],
        },
        4 => Portee::territoire(Niveau::Departement, vec!["33".into()]),
        5 => Portee::territoire(Niveau::Commune, vec!["33063".into()]),
        6 => Portee::Territoire {
            niveau: Niveau::Departement,
            codes: vec!["33".into()],
            zone: Zone::Employeurs(vec![structure(1)]),
        },
        _ => Portee::National,
    }
}

/// Everybody over any period: whole months, months cut at either end, a few
/// days, years, no end. These are answered from the sums of months.
pub(super) fn plain_question(alea: &mut Alea) -> Question {
    let mut f = Filtres::default();
    let debut = d(2024, 1, 1).saturating_add((alea.below(700) as i64).days());
    let fin = debut.saturating_add((alea.below(500) as i64).days());
    (f.du, f.au) = match alea.below(6) {
        0 => (None, None),
        1 => (Some(debut.first_of_month()), Some(fin.last_of_month())),
        2 => (Some(debut.first_of_year()), Some(debut.last_of_year())),
        3 => (alea.chance(50).then_some(debut), None),
        4 => (None, Some(fin)),
        _ => (Some(debut), Some(fin)),
    };
    let grain = *alea.pick(&Grain::TOUS);
    Question {
        serie: Serie::of(Some(grain), f.du, f.au, d(2026, 2, 3)),
        par_activite: alea.chance(30),
        etiquettes: vec![etiquette(0)],
        itinerants: vec![lieu(1)],
        ..question(Portee::National, f)
    }
}

/// Everybody, a filter that most rows pass.
pub(super) fn broad_question(alea: &mut Alea) -> Question {
    let mut q = plain_question(alea);
    let larges = [
        (Nom::Rdv, "non"),
        (Nom::Mandat, "non"),
        (Nom::HorsChamp, "non"),
        (Nom::Demarche, "non"),
        (Nom::Role, "conseiller_numerique"),
        (Nom::Type, "individuel"),
    ];
    for _ in 0..1 + alea.below(2) {
        let (nom, valeur) = *alea.pick(&larges);
        q.filtres.insert(nom, valeur);
    }
    q
}

pub(super) fn random_question(alea: &mut Alea) -> Question {
    let mut f = Filtres::default();
    if alea.chance(60) {
        let du = d(2025, 1, 1).saturating_add((alea.below(300) as i64).days());
        f.du = Some(du);
        f.au = alea
            .chance(80)
            .then(|| du.saturating_add((alea.below(200) as i64).days()));
    }
    let lieu0 = lieu(0).to_string();
    let qui = auteur(1).to_string();
    let ou = structure(0).to_string();
    let tag = [etiquette(0).to_string(), etiquette(1).to_string()];
    let p = personne(2).to_string();
    let region = "75".to_owned();
    let tous: [(Nom, &[&str]); 28] = [
        (Nom::Type, &["individuel", "collectif"]),
        (Nom::TypeLieu, &["domicile", "lieu_activite"]),
        (Nom::Cadre, &["espace_public"]),
        (Nom::Lieu, &[&lieu0]),
        (Nom::Commune, &["33063", "35238"]),
        (Nom::Departement, &["33", "64"]),
        (Nom::Region, &[&region]),
        (Nom::Qpv, &["oui", "non"]),
        (Nom::Frr, &["oui", "non"]),
        (Nom::Structure, &[&ou]),
        (Nom::Auteur, &[&qui]),
        (Nom::Role, &["mediateur"]),
        (Nom::Thematique, &["email", "sante"]),
        (Nom::Demarche, &["oui", "non"]),
        (Nom::Materiel, &["ordinateur"]),
        (Nom::Public, &["agents_de_structure", "habitants"]),
        (Nom::Modalite, &["tout_venant"]),
        (Nom::Origine, &["aller_vers"]),
        (Nom::Motif, &["etre_rassure"]),
        (Nom::Publics, &["seniors"]),
        (Nom::HorsChamp, &["oui", "non"]),
        (Nom::Autonomie, &["autonome"]),
        (Nom::Niveau, &["debutant"]),
        (Nom::Suite, &["orientation"]),
        (Nom::Rdv, &["oui", "non"]),
        (Nom::Mandat, &["oui", "non"]),
        (Nom::Source, &["import"]),
        (Nom::Beneficiaire, &[&p]),
    ];
    for _ in 0..alea.below(3) {
        let (nom, valeurs) = alea.pick(&tous);
        f.insert(*nom, one(alea, valeurs));
    }
    if alea.chance(15) {
        for t in &tag[..1 + alea.below(2)] {
            f.insert(Nom::Etiquette, t.clone());
        }
        f.toutes_etiquettes = alea.chance(50);
    }
    let aujourdhui = d(2026, 2, 3);
    let grain = *alea.pick(&Grain::TOUS);
    Question {
        serie: Serie::of(Some(grain), f.du, f.au, aujourdhui),
        par_activite: alea.chance(30),
        etiquettes: vec![etiquette(0)],
        itinerants: vec![lieu(1)],
        ..question(random_scope(alea), f)
    }
}
