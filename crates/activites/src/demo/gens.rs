//! Invented people who are followed.

use jiff::civil::Date;
use socle::{Tx, demo::Alea};
use uuid::Uuid;

use super::Terrain;
use crate::{
    activite::tranche,
    beneficiaire::{Beneficiaire, Fiche, Mode},
};

/// One of a list of (value, weight).
pub(super) fn weighted(alea: &mut Alea, choix: &[(&'static str, usize)]) -> &'static str {
    let mut n = alea.below(choix.iter().map(|c| c.1).sum());
    for (valeur, poids) in choix {
        if n < *poids {
            return valeur;
        }
        n -= poids;
    }
    choix.first().map_or("", |c| c.0)
}

pub(super) fn genre(alea: &mut Alea) -> &'static str {
    weighted(
        alea,
        &[("feminin", 57), ("masculin", 40), ("non_communique", 3)],
    )
}

/// The status that goes with an age bracket.
pub(super) fn statut(alea: &mut Alea, tranche: &str) -> &'static str {
    match tranche {
        "moins_de_douze" | "douze_dix_huit" => "scolarise",
        "soixante_dix_plus" => "retraite",
        "soixante_soixante_neuf" => weighted(
            alea,
            &[("retraite", 75), ("en_emploi", 15), ("sans_emploi", 10)],
        ),
        "dix_huit_vingt_quatre" => weighted(
            alea,
            &[("scolarise", 40), ("sans_emploi", 35), ("en_emploi", 25)],
        ),
        "non_communique" => "non_communique",
        _ => weighted(
            alea,
            &[
                ("sans_emploi", 50),
                ("en_emploi", 42),
                ("non_communique", 8),
            ],
        ),
    }
}

/// A followed person, in a place of the employer's.
pub(super) fn person(
    tx: &Tx,
    referent: Uuid,
    t: &Terrain,
    aujourdhui: Date,
    alea: &mut Alea,
) -> Beneficiaire {
    let (prenom, nom) = alea.personne();
    let annee = i64::from(aujourdhui.year()) - weighted_age(alea);
    let identifie = alea.chance(70);
    let texte = |s: &str| Some(s.to_owned());
    let cree_le = tx.now();
    Beneficiaire {
        id: alea.uuid(cree_le),
        structure: Some(t.structure),
        referent,
        fiche: Fiche {
            mode: if identifie {
                Mode::Identifie
            } else {
                Mode::Pseudonyme
            },
            prenom: texte(prenom).filter(|_| identifie),
            nom: texte(nom).filter(|_| identifie),
            alias: (!identifie)
                .then(|| format!("{}. {}., accueil", &initial(prenom), &initial(nom))),
            informe_le: identifie.then_some(aujourdhui),
            annee_naissance: alea.chance(85).then_some(annee),
            telephone: None,
            sans_telephone: false,
            courriel: None,
            commune_residence: Some(alea.pick(&t.lieux).1.clone()),
            genre: genre(alea).to_owned(),
            statut: statut(alea, tranche(Some(annee), aujourdhui)).to_owned(),
            connu_depuis: None,
            notes: None,
        },
        version: 1,
        cree_le,
    }
}

fn initial(nom: &str) -> String {
    nom.chars().take(1).collect()
}

fn weighted_age(alea: &mut Alea) -> i64 {
    match alea.below(10) {
        0 => alea.between(18, 24),
        1 | 2 => alea.between(25, 39),
        3 | 4 => alea.between(40, 59),
        5 | 6 => alea.between(60, 69),
        _ => alea.between(70, 88),
    }
}
