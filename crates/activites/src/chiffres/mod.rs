//! Figures other spaces read, by the definitions of spec 20 §5.1: an
//! *accompagnement* is one person taking part once; *personnes* counts each
//! followed person once in the cell and every anonymous participant (ST11).
//! Residents only: help to professionals is a public of its own (spec 01,
//! arbitration 10).
//!
//! Readers are answered by the index of statistics, up to what they see.

mod tables;

use jiff::civil::Date;
use socle::{Perimetre, Resultat, Tx};
use uuid::Uuid;

use crate::statistiques::{
    Bloc, Filtres, Grain, Listes, Nom, Portee, Question, Serie,
    index::{Index, Mois},
    portee::{Niveau, Zone},
    suivi::Suivi,
};

/// One (département, structure) cell. `personnes` does not add up across
/// cells: a person may come in two places. [`total`] counts them once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParTerritoire {
    /// Empty: « Non rattaché ».
    pub departement: String,
    /// `None`: « Employeur à préciser ».
    pub structure: Option<Uuid>,
    pub activites: i64,
    pub accompagnements: i64,
    pub personnes: i64,
}

/// One month of a series.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParMois {
    /// First day of the month.
    pub mois: Date,
    pub activites: i64,
    pub ateliers: i64,
    pub accompagnements: i64,
    pub personnes: i64,
}

/// Everything of a period (ST01, ST03, ST04, ST10–ST12).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Total {
    pub activites: i64,
    pub ateliers: i64,
    pub accompagnements: i64,
    pub suivis: i64,
    pub anonymes: i64,
    pub deja_accompagnes: i64,
    /// Minutes (ST16).
    pub temps: i64,
}

impl Total {
    /// ST11, estimation haute.
    #[must_use]
    pub fn personnes(&self) -> i64 {
        self.suivis + self.anonymes
    }

    /// ST12, estimation basse.
    #[must_use]
    pub fn personnes_bas(&self) -> i64 {
        self.suivis + self.anonymes - self.deja_accompagnes
    }
}

/// What is asked of the index; nothing of an empty perimeter.
fn question(p: &Perimetre, debut: Date, fin: Date) -> Option<Question> {
    let mut filtres = Filtres::default().between(debut, fin);
    let territoire = |codes: &[String], zone| Portee::Territoire {
        niveau: Niveau::Departement,
        codes: codes.to_vec(),
        zone,
    };
    let portee = match p {
        Perimetre::Aucun => return None,
        Perimetre::National => Portee::National,
        Perimetre::Departements(d) => territoire(d, Zone::Departements(d.clone())),
        Perimetre::Structures(s) => territoire(&[], Zone::Employeurs(s.clone())),
        Perimetre::Soi(personne) => {
            filtres.insert(Nom::Auteur, personne.to_string());
            Portee::National
        }
    };
    Some(Question {
        portee,
        filtres,
        par_activite: false,
        serie: Serie {
            grain: Grain::Annee,
            du: debut,
            au: debut,
        },
        aujourdhui: fin,
        etiquettes: Vec::new(),
        itinerants: Vec::new(),
        listes: Listes::AUCUNE,
    })
}

/// Reads the index, brought up to what this transaction sees.
async fn ask<T: Default + Send + 'static>(
    tx: &mut Tx,
    q: Option<Question>,
    f: impl FnOnce(&Index, &Question) -> T + Send + 'static,
) -> Resultat<T> {
    let Some(q) = q else {
        return Ok(T::default());
    };
    let suivi = Suivi::of(tx);
    suivi.catch_up(tx).await?;
    suivi.compute(move |i| f(i, &q)).await
}

/// By département and employer, both dates included.
///
/// # Errors
/// `Erreur::Base`.
pub async fn par_departement(
    tx: &mut Tx,
    p: &Perimetre,
    debut: Date,
    fin: Date,
) -> Resultat<Vec<ParTerritoire>> {
    if !tx.is_read_only() {
        return tables::par_departement(tx, p, debut, fin).await;
    }
    let cellules = ask(tx, question(p, debut, fin), Index::by_territory).await?;
    Ok(cellules
        .into_iter()
        .map(|((departement, structure), c)| ParTerritoire {
            departement,
            structure,
            activites: c.activites,
            accompagnements: c.accompagnements,
            personnes: c.suivis + c.anonymes,
        })
        .collect())
}

/// By civil month, empty months included (ST47).
///
/// # Errors
/// `Erreur::Base`.
pub async fn par_mois(
    tx: &mut Tx,
    p: &Perimetre,
    debut: Date,
    fin: Date,
) -> Resultat<Vec<ParMois>> {
    if !tx.is_read_only() {
        return tables::par_mois(tx, p, debut, fin).await;
    }
    let cellules = ask(tx, question(p, debut, fin), Index::by_month).await?;
    Ok((Mois::of(debut).0..=Mois::of(fin).0)
        .map(Mois)
        .filter(|m| m.debut() <= fin)
        .map(|m| {
            let c = cellules.get(&m).copied().unwrap_or_default();
            ParMois {
                mois: m.debut(),
                activites: c.activites,
                ateliers: c.ateliers,
                accompagnements: c.accompagnements,
                personnes: c.suivis + c.anonymes,
            }
        })
        .collect())
}

/// A period as a whole, each followed person once.
///
/// # Errors
/// `Erreur::Base`.
pub async fn total(tx: &mut Tx, p: &Perimetre, debut: Date, fin: Date) -> Resultat<Total> {
    if !tx.is_read_only() {
        return tables::total(tx, p, debut, fin).await;
    }
    let t = ask(tx, question(p, debut, fin), |i, q| i.answer(q).totaux).await?;
    Ok(Total {
        activites: t.activites(),
        ateliers: t.ateliers,
        accompagnements: t.accompagnements(),
        suivis: t.beneficiaires_suivis,
        anonymes: t.anonymes,
        deja_accompagnes: t.deja_accompagnes,
        temps: t.temps_activite,
    })
}

/// Accompagnements per theme (ST28), the most frequent first: (key, n). The
/// sum may exceed the number of accompagnements.
///
/// # Errors
/// `Erreur::Base`.
pub async fn par_thematique(
    tx: &mut Tx,
    p: &Perimetre,
    debut: Date,
    fin: Date,
) -> Resultat<Vec<(String, i64)>> {
    if !tx.is_read_only() {
        return tables::par_thematique(tx, p, debut, fin).await;
    }
    let mut blocs = ask(tx, question(p, debut, fin), |i, q| i.answer(q).blocs).await?;
    let mut v: Vec<(String, i64)> = blocs
        .remove(&Bloc::Thematiques)
        .unwrap_or_default()
        .into_iter()
        .collect();
    v.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    Ok(v)
}
