//! This space's share of the fictitious national programme.

use jiff::civil::Date;
use socle::{
    Resultat, Tx,
    demo::{Alea, Taille},
};
use territoires::{Commune, geographie::departement_of};
use uuid::Uuid;

use crate::{
    lieu::{
        Etat, Fiche, Lieu, Precision,
        store::{self, Contacts},
    },
    permanence::{self, Creneau, Permanence, Recurrence},
};

/// Kinds of places, as common as they are: (name, typology, hours).
const GENRES: &[(&str, &str, &str)] = &[
    (
        "Médiathèque",
        "BIB",
        "Tu-Fr 10:00-12:30,14:00-18:00; Sa 10:00-17:00; PH off",
    ),
    ("Mairie", "MUNI", "Mo-Fr 08:30-12:00,13:30-17:00; PH off"),
    (
        "France Services",
        "RFS",
        "Mo-Th 09:00-12:30,13:30-17:30; Fr 09:00-12:30; PH off",
    ),
    (
        "Centre social",
        "CS",
        "Mo-Fr 09:00-12:00,14:00-18:00; PH off",
    ),
    ("CCAS", "CCAS", "Mo-Fr 08:30-12:00; PH off"),
    (
        "Espace public numérique",
        "EPN",
        "Tu-Sa 10:00-12:00,14:00-18:30; PH off",
    ),
    ("Tiers-lieu", "TIERS_LIEUX", "Mo-Fr 09:00-19:00; PH off"),
    (
        "Mission locale",
        "ML",
        "Mo-Fr 09:00-12:30,13:30-17:00; PH off",
    ),
    (
        "Maison des jeunes",
        "MJC",
        "We 10:00-18:00; Sa 14:00-18:00; PH off",
    ),
    ("Maison de quartier", "MQ", ""),
];

const RUES: &[&str] = &[
    "rue de la République",
    "place de la Mairie",
    "rue Victor-Hugo",
    "avenue Jean-Jaurès",
    "rue des Écoles",
    "place du Marché",
    "rue Pasteur",
    "rue du Moulin",
    "avenue de la Gare",
    "rue de l’Église",
];

/// Adds a published fictitious place run by a structure; its kind depends only on its id.
///
/// # Errors
/// `Erreur::Base`.
pub async fn insert_for(
    tx: &mut Tx,
    structure: Uuid,
    structure_nom: &str,
    commune: &Commune,
) -> Resultat<Uuid> {
    insert(tx, Some((structure, structure_nom)), commune, Etat::Publie).await
}

async fn insert(
    tx: &mut Tx,
    structure: Option<(Uuid, &str)>,
    commune: &Commune,
    etat: Etat,
) -> Resultat<Uuid> {
    let id = tx.new_id();
    let h = id.as_u128();
    let choix = |pas: u32, n: usize| usize::try_from((h >> pas) % n as u128).unwrap_or(0);
    let (genre, typologie, horaires) = GENRES[choix(0, GENRES.len())];
    let services = [
        "aide_demarches",
        "maitrise_outils",
        "securite",
        "acces_materiel",
        "insertion_pro",
        "parentalite",
        "comprehension",
    ];
    let combien = 2 + choix(7, 4);
    let decalage = choix(13, services.len());
    // A street is not at the centre: a few hundred metres around.
    let ecart =
        |pas: u32| (f64::from(u32::try_from(choix(pas, 2001)).unwrap_or(0)) - 1000.0) / 250_000.0;
    let point = commune.mairie.or(commune.centre);
    let mut fiche = Fiche {
        nom: format!("{genre} {}", commune.de()),
        commune_insee: commune.code.to_owned(),
        code_postal: commune
            .codes_postaux()
            .next()
            .unwrap_or_default()
            .to_owned(),
        adresse: format!("{} {}", 1 + choix(17, 98), RUES[choix(23, RUES.len())]),
        latitude: point.map(|p| p.lat + ecart(29)),
        longitude: point.map(|p| p.lon + ecart(41)),
        precision: Precision::Manuel,
        typologies: vec![typologie.to_owned()],
        // Numbers kept by the regulator for fiction: 01 99 00 xx xx.
        telephones: vec![format!("+3319900{:04}", choix(53, 10_000))],
        horaires: horaires.to_owned(),
        presentation_resume:
            "Lieu fictif de démonstration : accueil, aide aux démarches et ateliers.".to_owned(),
        structure_parente: structure.map_or("", |s| s.1).to_owned(),
        date_maj: Some(tx.today()),
        services: (0..combien)
            .map(|i| services[(decalage + i) % services.len()].to_owned())
            .collect(),
        frais: vec![
            if choix(61, 10) < 8 {
                "gratuit"
            } else {
                "gratuit_sous_condition"
            }
            .to_owned(),
        ],
        dispositifs: vec!["conseillers_numeriques".to_owned()],
        modalites_acces: vec!["se_presenter".to_owned(), "telephoner".to_owned()],
        modalites_accompagnement: vec!["individuel".to_owned(), "collectif".to_owned()],
        ..Fiche::default()
    };
    if typologie == "RFS" {
        fiche.dispositifs.push("france_services".to_owned());
    }
    let lieu = Lieu {
        id,
        etat,
        nom: fiche.nom.clone(),
        departement: departement_of(commune.code).to_owned(),
        commune_insee: commune.code.to_owned(),
        structure: structure.map(|s| s.0),
        auteur: None,
        propose_le: (etat == Etat::Brouillon).then(|| tx.today()),
        ferme_du: None,
        ferme_au: None,
        fiche,
        version: 1,
        cree_le: tx.now(),
        modifie_le: tx.now(),
    };
    store::insert(tx, &lieu, &Contacts::default()).await?;
    Ok(id)
}

/// Adds an active weekly permanence of a person in a place.
///
/// # Errors
/// `Erreur::Base`.
pub async fn insert_permanence(
    tx: &mut Tx,
    personne: Uuid,
    lieu: Uuid,
    du: Date,
    creneaux: Vec<Creneau>,
    principal: bool,
) -> Resultat<Uuid> {
    let id = tx.new_id();
    let p = Permanence {
        id,
        lieu,
        personne,
        etat: permanence::Etat::Active,
        usage: "accueil".into(),
        acces: "libre".into(),
        assise: "assis".into(),
        espace: "dedie".into(),
        confidentiel: "oui".into(),
        recurrence: Recurrence::weekly(creneaux, du),
        du,
        au: None,
        principal,
        sans_accord: false,
        version: 1,
    };
    permanence::store::insert(tx, &p).await?;
    Ok(id)
}

/// Places of partners, where no structure of the programme is: about one for
/// every structure, in communes of every département.
///
/// # Errors
/// `Erreur::Base`.
pub async fn seed(
    base: &socle::Base,
    alea: &mut Alea,
    taille: &Taille,
    progres: &(dyn Fn(u64) + Sync),
) -> Resultat<()> {
    let g = territoires::geographie();
    let mut tx = base.write().await?;
    for i in 0..taille.structures / 2 {
        let d = &g.departements[i % g.departements.len().max(1)];
        let communes = g.communes_of_departement(d.code);
        if communes.is_empty() {
            continue;
        }
        // The most populated of a few: where places are.
        let commune = (0..8)
            .map(|_| alea.pick(communes))
            .max_by_key(|c| c.population().unwrap_or(0));
        if let Some(c) = commune {
            // One in twelve waits for somebody to publish it.
            let etat = if i % 12 == 0 {
                Etat::Brouillon
            } else {
                Etat::Publie
            };
            insert(&mut tx, None, c, etat).await?;
            progres(1);
        }
    }
    tx.commit().await
}
