//! ST60: what coordinateurs do beside accompagnements. A set of its own, never
//! added to the others.

use jiff::civil::Date;
use socle::{Perimetre, Resultat, Tx, francais::entier};

use super::{
    Demande, Portee,
    acces::Acquise,
    calcul::heures,
    portee::{Niveau, Zone},
};
use crate::{
    coordination::{
        Genre,
        chiffres::{self, Compte},
    },
    petites_cellules as pc,
    vocabulaire::{Vocabulaires, liste},
};

/// Lines counted the same way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Groupe {
    pub titre: &'static str,
    pub lignes: Vec<Ligne>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ligne {
    pub quoi: String,
    pub nombre: String,
    pub temps: String,
    pub participants: String,
}

const GROUPES: [(&str, &str); 4] = [
    ("genre", "Par nature"),
    ("type", "Par type"),
    ("echelon", "Par échelon"),
    ("trimestre", "Par trimestre"),
];

/// Whose reports a scope counts; none where they have no such territory.
fn perimeter(p: &Portee) -> Option<Perimetre> {
    match p {
        Portee::Soi(p) => Some(Perimetre::Soi(*p)),
        Portee::Equipe { coordinateur, .. } => coordinateur.map(Perimetre::Soi),
        Portee::Structure(s) => Some(Perimetre::Structures(vec![*s])),
        Portee::Territoire {
            niveau: Niveau::Departement | Niveau::Region,
            zone: Zone::Departements(d),
            ..
        } => Some(Perimetre::Departements(d.clone())),
        Portee::National => Some(Perimetre::National),
        _ => None,
    }
}

/// The groups of a scope over the period asked for; empty when nobody reported
/// anything.
///
/// # Errors
/// `Erreur::Base`.
pub async fn groups(
    tx: &mut Tx,
    a: &Acquise,
    d: &Demande,
    voc: &Vocabulaires,
) -> Resultat<Vec<Groupe>> {
    let Some(p) = perimeter(&a.portee) else {
        return Ok(Vec::new());
    };
    let mut f = d.filtres.clone();
    if a.masque {
        super::acces::months(&mut f);
    }
    let du = f.du.unwrap_or(Date::constant(2020, 1, 1));
    let au = f.au.unwrap_or(Date::MAX);
    let comptes = chiffres::compter(tx, &p, du, au).await?;
    Ok(GROUPES
        .into_iter()
        .map(|(par, titre)| Groupe {
            titre,
            lignes: comptes
                .iter()
                .filter(|c| c.par == par)
                .map(|c| line(c, a.masque, voc))
                .collect(),
        })
        .filter(|g| !g.lignes.is_empty())
        .collect())
}

fn line(c: &Compte, masque: bool, voc: &Vocabulaires) -> Ligne {
    let genre = Genre::TOUS
        .into_iter()
        .find(|g| g.cle() == c.genre)
        .map_or("", Genre::libelle);
    let valeur = match c.par.as_str() {
        "genre" => String::new(),
        "trimestre" => c.valeur.clone(),
        "echelon" => voc.label(liste::ECHELON, &c.valeur),
        _ => [
            liste::TYPE_ANIMATION,
            liste::TYPE_EVENEMENT,
            liste::NATURE_PARTENARIAT,
        ]
        .into_iter()
        .find_map(|l| voc.get(l, &c.valeur))
        .map_or_else(
            || socle::francais::libelle(&c.valeur),
            |e| e.libelle.clone(),
        ),
    };
    Ligne {
        quoi: if valeur.is_empty() {
            genre.to_owned()
        } else {
            format!("{genre} : {valeur}")
        },
        nombre: entier(c.nombre),
        temps: heures(c.minutes),
        // People met are hidden like any others.
        participants: if masque {
            pc::dit(pc::shown(c.participants))
        } else {
            entier(c.participants)
        },
    }
}
