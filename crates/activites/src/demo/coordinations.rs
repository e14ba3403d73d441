//! A year of coordination for each coordinateur of the demonstration.

use jiff::civil::Date;
use socle::{Resultat, Role, Tx, demo::Alea, francais};

use super::gens::weighted;
use crate::coordination::{
    Choix, Contenu, Coordination, Genre, Partenaire, dimension, mission, store,
};

/// Reports of one coordinateur.
const CHACUN: i32 = 24;

const EVENEMENTS: [&str; 4] = [
    "Journée du numérique pour tous",
    "Forum des aidants",
    "Rencontre des acteurs de l'inclusion",
    "Fête du pays",
];
const PARTENARIATS: [&str; 3] = [
    "Accueil des demandeurs d'emploi",
    "Ateliers en bibliothèque",
    "Relais avec la maison des solidarités",
];

/// Seeds the reports; returns how many.
pub(super) async fn seed(tx: &mut Tx, aujourdhui: Date, alea: &mut Alea) -> Resultat<u64> {
    let mut n = 0;
    for a in comptes::attribution::list(tx, Some(Role::Coordinateur), 500).await? {
        let comptes::attribution::PerimetreDe::Departements(d) = a.perimetre else {
            continue;
        };
        for i in 0..CHACUN {
            let date = francais::plus_days(aujourdhui, -1 - 15 * i);
            let c = Coordination {
                id: tx.new_id(),
                auteur: a.personne,
                contenu: report(date, alea),
                employeur: None,
                departement: d.first().cloned(),
                supprimee: false,
                version: 1,
            };
            store::insert(tx, &c).await?;
            n += 1;
        }
    }
    Ok(n)
}

fn choice(dimension: &'static str, valeur: &str) -> Choix {
    Choix {
        dimension,
        valeur: valeur.to_owned(),
        precision: None,
    }
}

fn report(date: Date, alea: &mut Alea) -> Contenu {
    let genre = match weighted(
        alea,
        &[("animation", 60), ("evenement", 25), ("partenariat", 15)],
    ) {
        "evenement" => Genre::Evenement,
        "partenariat" => Genre::Partenariat,
        _ => Genre::Animation,
    };
    let theme = weighted(
        alea,
        &[("reseau", 40), ("partage", 35), ("soutien", 20), ("rh", 5)],
    );
    let mut c = Contenu {
        genre,
        date,
        duree: Some(*alea.pick(&[60, 90, 120, 180])),
        nom: None,
        mediateurs: 0,
        structures: 0,
        autres: 0,
        participants: 0,
        initiative: None,
        echelon: None,
        mission: mission(genre, &[theme.to_owned()]).to_owned(),
        choix: Vec::new(),
        partenaires: Vec::new(),
        notes: None,
    };
    let echelon = weighted(
        alea,
        &[
            ("intercommunal", 40),
            ("departemental", 40),
            ("communal", 20),
        ],
    );
    match genre {
        Genre::Animation => {
            c.mediateurs = alea.between(4, 18);
            c.structures = alea.between(0, 5);
            c.participants = c.mediateurs + c.structures;
            c.initiative = Some("initiative".into());
            let t = weighted(
                alea,
                &[
                    ("reunion_coordination", 50),
                    ("echange", 30),
                    ("webinaire", 20),
                ],
            );
            c.choix = vec![
                choice(dimension::THEME, theme),
                choice(dimension::TYPE_ANIMATION, t),
            ];
        }
        Genre::Evenement => {
            c.nom = Some((*alea.pick(&EVENEMENTS)).to_owned());
            c.participants = alea.between(20, 300);
            c.echelon = Some(echelon.into());
            c.choix = vec![
                choice(dimension::ORGANISATEUR, "departement"),
                choice(dimension::TYPE_EVENEMENT, "grand_public"),
            ];
        }
        Genre::Partenariat => {
            c.nom = Some((*alea.pick(&PARTENARIATS)).to_owned());
            c.echelon = Some(echelon.into());
            c.choix = vec![choice(dimension::NATURE, "parcours_usager")];
            c.partenaires = vec![Partenaire {
                nom: "Centre social des Lilas".into(),
                type_organisateur: "association".into(),
                precision: None,
            }];
        }
    }
    c.choix.sort();
    c
}
