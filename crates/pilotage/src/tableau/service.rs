use std::collections::BTreeMap;

use jiff::civil::Date;
use socle::{Perimetre, Resultat, Tx, francais};
use territoires::geographie;

use super::{Fait, Ligne, Vue, sum};

/// Civil days, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Periode {
    pub debut: Date,
    pub fin: Date,
}

impl Periode {
    /// The last twelve complete months: public figures never move by a day, or
    /// what happened that day could be found by subtraction (spec 20 §5.7).
    #[must_use]
    pub fn complete_year(le: Date) -> Self {
        let mois = le.first_of_month();
        Self {
            debut: francais::plus_months(mois, -12),
            fin: francais::plus_months(mois, -1).last_of_month(),
        }
    }

    /// The twelve months that end today.
    #[must_use]
    pub fn year_to(le: Date) -> Self {
        Self {
            debut: francais::plus_days(francais::plus_months(le, -12), 1),
            fin: le,
        }
    }

    /// Reads what was typed; empty days are the usual ones.
    #[must_use]
    pub fn parse(debut: &str, fin: &str, le: Date) -> Self {
        let usuelle = Self::year_to(le);
        let p = Self {
            debut: francais::parse_date(debut).unwrap_or(usuelle.debut),
            fin: francais::parse_date(fin).unwrap_or(usuelle.fin),
        };
        if p.debut <= p.fin { p } else { usuelle }
    }
}

/// What a view shows.
#[derive(Debug, Clone)]
pub struct Tableau {
    pub lignes: Vec<Ligne>,
    pub total: Ligne,
    /// Distinct people of the whole view, never a sum of its lines; `None`
    /// where the perimeter cannot be narrowed to the view.
    pub personnes: Option<i64>,
}

/// Posts as of today and activity over a period, inside a perimeter.
///
/// # Errors
/// `Erreur::Base`.
pub async fn load(tx: &mut Tx, p: &Perimetre, vue: &Vue, periode: Periode) -> Resultat<Tableau> {
    let mut noms = BTreeMap::new();
    let mut faits = Vec::new();
    for t in programme::chiffres::postes(tx, p).await? {
        noms.insert(t.structure.to_string(), t.structure_nom);
        faits.push(Fait {
            departement: t.departement,
            structure: Some(t.structure),
            attribues: t.attribues,
            occupes: t.occupes,
            vacants: t.vacants,
            ..Fait::default()
        });
    }
    for a in activites::chiffres::par_departement(tx, p, periode.debut, periode.fin).await? {
        faits.push(Fait {
            departement: a.departement,
            structure: a.structure,
            activites: a.activites,
            accompagnements: a.accompagnements,
            ..Fait::default()
        });
    }
    let (mut lignes, total) = sum(vue, &faits);
    if let Vue::Departement(_) = vue {
        for l in &mut lignes {
            l.nom = match noms.get(&l.code) {
                Some(n) => n.clone(),
                None => structure_name(tx, &l.code).await?,
            };
        }
        lignes.sort_by_key(|l| francais::fold(&l.nom));
    }
    let personnes = match narrow(p, vue) {
        Some(p) => Some(
            activites::chiffres::total(tx, &p, periode.debut, periode.fin)
                .await?
                .personnes(),
        ),
        None => None,
    };
    Ok(Tableau {
        lignes,
        total,
        personnes,
    })
}

/// A structure that acts without a post, or an employer nobody could tell.
async fn structure_name(tx: &mut Tx, code: &str) -> Resultat<String> {
    match code.parse() {
        Ok(id) => Ok(programme::structure::get(tx, id).await?.nom),
        Err(_) => Ok("Employeur à préciser".into()),
    }
}

/// The part of a perimeter that a view shows.
fn narrow(p: &Perimetre, vue: &Vue) -> Option<Perimetre> {
    let dedans: Vec<String> = match vue {
        Vue::France => return Some(p.clone()),
        Vue::Region(c) => geographie()
            .departements_of_region(c)
            .map(|d| d.code.to_owned())
            .collect(),
        Vue::Departement(c) => vec![c.clone()],
    };
    match p {
        Perimetre::National => Some(Perimetre::Departements(dedans)),
        Perimetre::Departements(d) => Some(Perimetre::Departements(
            dedans.into_iter().filter(|c| d.contains(c)).collect(),
        )),
        _ => None,
    }
}
