//! The filters of §5.3 in the address: `filter[type]=individuel`, several
//! values separated by commas or repeated.

use serde_json::{Value, json};
use socle::{Tx, base, params};

use super::{appel::Appel, refus::Refus};
use crate::{
    statistiques::filtres::{Filtres, Nom},
    vocabulaire::Vocabulaires,
};

/// `filter[nom]` → `nom`.
#[must_use]
pub fn name(parametre: &str) -> Option<&str> {
    parametre.strip_prefix("filter[")?.strip_suffix(']')
}

/// True for a filter that applications have: all but that of one's own
/// beneficiaries.
#[must_use]
pub fn knows(parametre: &str) -> bool {
    name(parametre).is_some_and(|n| {
        matches!(n, "du" | "au" | "mode")
            || Nom::from_cle(n).is_some_and(|n| n != Nom::Beneficiaire)
    })
}

/// (name, value) pairs of the filters of a call.
#[must_use]
pub fn pairs(appel: &Appel) -> Vec<(String, String)> {
    let mut v = Vec::new();
    for (parametre, valeurs) in &appel.requete {
        if let Some(nom) = name(parametre) {
            let une_a_une = valeurs.iter().flat_map(|v| v.split(','));
            v.extend(une_a_une.map(|x| (nom.to_owned(), x.trim().to_owned())));
        }
    }
    v
}

/// Reads the filters of a call.
///
/// # Errors
/// 400 « Filtre inconnu : x. »
pub async fn read(tx: &mut Tx, appel: &Appel) -> Result<Filtres, Refus> {
    let paires = pairs(appel);
    if paires.is_empty() {
        return Ok(Filtres::default());
    }
    let voc = Vocabulaires::ever(tx).await?;
    Filtres::parse(paires.iter().map(|(n, v)| (n.as_str(), v.as_str())), &voc).map_err(unknown)
}

/// What is not a filter, or not a value of it.
pub fn unknown(i: crate::statistiques::filtres::Inconnu) -> Refus {
    let dit = i.to_string();
    Refus::parametre(&format!("filter[{}]", i.0), dit)
}

/// The parameters of the statement that lists activities, from `$6` on.
pub fn bound(f: &Filtres) -> Vec<base::Valeur> {
    let g = territoires::geographie();
    let liste = |n: Nom| f.get(n).to_vec();
    let ouinon = |n: Nom| f.get(n).first().cloned().unwrap_or_default();
    let communes = |n: Nom| -> Vec<String> {
        f.get(n)
            .iter()
            .flat_map(|code| {
                g.communes
                    .iter()
                    .filter(move |c| c.epci == Some(code.as_str()))
                    .map(|c| c.code.to_owned())
            })
            .collect()
    };
    let departements: Vec<String> = f
        .get(Nom::Region)
        .iter()
        .flat_map(|r| {
            g.departements
                .iter()
                .filter(move |d| d.region == r.as_str())
                .map(|d| d.code.to_owned())
        })
        .collect();
    params![
        f.du.map_or_else(|| "0000-01-01".to_owned(), |d| d.to_string()),
        f.au.map_or_else(|| "9999-12-31".to_owned(), |d| d.to_string()),
        &liste(Nom::Type),
        &liste(Nom::TypeLieu),
        &liste(Nom::Cadre),
        &liste(Nom::Lieu),
        &liste(Nom::Commune),
        &communes(Nom::Epci),
        &liste(Nom::Departement),
        &departements,
        &liste(Nom::Structure),
        &liste(Nom::Auteur),
        &liste(Nom::Role),
        &liste(Nom::Public),
        &liste(Nom::Modalite),
        &liste(Nom::Origine),
        &liste(Nom::Autonomie),
        &liste(Nom::Niveau),
        &liste(Nom::Source),
        &liste(Nom::Thematique),
        &liste(Nom::Materiel),
        &liste(Nom::Motif),
        &liste(Nom::Publics),
        &liste(Nom::Suite),
        ouinon(Nom::Demarche),
        ouinon(Nom::HorsChamp),
        ouinon(Nom::Rdv),
        ouinon(Nom::Mandat),
        ouinon(Nom::Qpv),
        ouinon(Nom::Frr),
        &liste(Nom::Etiquette),
        if f.toutes_etiquettes {
            f.get(Nom::Etiquette).len()
        } else {
            1
        },
    ]
}

/// As the description of the API says them.
#[must_use]
pub fn parameters() -> Vec<Value> {
    let un = |nom: &str, schema: Value, dit: &str| {
        json!({ "name": format!("filter[{nom}]"), "in": "query", "required": false,
            "schema": schema, "description": dit })
    };
    let date = json!({ "type": "string", "format": "date" });
    let mut v = vec![
        un("du", date.clone(), "Premier jour"),
        un("au", date, "Dernier jour"),
        un(
            "mode",
            json!({ "enum": ["un", "tous"] }),
            "tous : toutes les étiquettes demandées",
        ),
    ];
    for n in Nom::TOUS.iter().filter(|n| **n != Nom::Beneficiaire) {
        let schema = if n.is_oui_non() {
            json!({ "enum": ["oui", "non"] })
        } else {
            json!({ "type": "string" })
        };
        v.push(un(n.cle(), schema, n.libelle()));
    }
    v
}
