//! The anonymous participants of an atelier: a total and marginal counts,
//! never one person (spec 20 §3.2).

use socle::Saisies;
use web::Champs;

use super::{Valeur, dimension};
use crate::vocabulaire::{NON_COMMUNIQUE, Vocabulaires, liste};

/// More than this in one atelier is asked to be confirmed.
const INHABITUEL: i64 = 30;
const MAXIMUM: i64 = 500;

/// The three dimensions counted, with the name each has in messages.
pub const DIMENSIONS: [(&str, &str, &str); 3] = [
    (dimension::GENRE, liste::GENRE, "genre"),
    (dimension::TRANCHE, liste::TRANCHE, "tranche d'âge"),
    (dimension::STATUT, liste::STATUT, "statut"),
];

/// N, d and the marginals.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Bloc {
    pub total: i64,
    pub deja: i64,
    pub valeurs: Vec<Valeur>,
}

/// A count typed by hand; empty is zero.
///
/// # Errors
/// A message in French.
pub fn count(texte: &str) -> Result<i64, &'static str> {
    let net: String = texte.chars().filter(|c| !c.is_whitespace()).collect();
    if net.is_empty() {
        return Ok(0);
    }
    net.parse::<u32>()
        .map(i64::from)
        .map_err(|_| "Écrivez un nombre entier, par exemple 6.")
}

/// Reads the block. What a dimension does not say is « non communiqué » and
/// is kept as that count, so that each dimension adds up to the total.
pub fn read(champs: &Champs, voc: &Vocabulaires, erreurs: &mut Saisies) -> Bloc {
    let total = erreurs
        .take("total", count(champs.get("total")))
        .unwrap_or(0);
    let deja = erreurs.take("deja", count(champs.get("deja"))).unwrap_or(0);
    if total > MAXIMUM {
        erreurs.add("total", "500 participants anonymes au maximum.");
    } else if total > INHABITUEL && champs.get("confirme_total") != "oui" {
        erreurs.add(
            "confirme_total",
            format!("{total} participants anonymes : confirmez ce nombre."),
        );
    }
    if deja > total {
        erreurs.add(
            "deja",
            format!("Les personnes déjà accompagnées ({deja}) dépassent le nombre de participants anonymes ({total})."),
        );
    }
    let mut valeurs = Vec::new();
    for (dimension, liste, mot) in DIMENSIONS {
        let mut somme = 0;
        for e in voc
            .entries(liste)
            .iter()
            .filter(|e| e.cle != NON_COMMUNIQUE)
        {
            let nom = format!("{dimension}_{}", e.cle);
            let n = erreurs.take(&nom, count(champs.get(&nom))).unwrap_or(0);
            somme += n;
            if n > 0 {
                valeurs.push(Valeur::new(dimension, &e.cle, n));
            }
        }
        if somme > total {
            erreurs.add(
                first_field(dimension, voc, liste),
                format!("Le total par {mot} ({somme}) dépasse le nombre de participants anonymes ({total})."),
            );
        } else if somme < total {
            valeurs.push(Valeur::new(dimension, NON_COMMUNIQUE, total - somme));
        }
    }
    Bloc {
        total,
        deja,
        valeurs,
    }
}

/// The message of a whole dimension stands beside its first field.
fn first_field(dimension: &str, voc: &Vocabulaires, liste: &str) -> String {
    let premiere = voc.entries(liste).first().map_or("", |e| e.cle.as_str());
    format!("{dimension}_{premiere}")
}
