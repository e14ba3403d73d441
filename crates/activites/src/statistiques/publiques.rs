//! The public figures of activity (§5.6): France or a région, whole months,
//! small cells hidden both across régions and across months.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use askama::Template;
use jiff::{Timestamp, ToSpan, civil::Date};
use socle::{Resultat, Tx, francais, params, sql};
use web::{Html, composants};

use super::{
    Bloc, Filtres, Listes, Portee, Question, Serie,
    catalogue::derive_missions,
    portee::Niveau,
    presentation::{Noms, Tableau, rapport},
    repondre,
    serie::Grain,
};
use crate::{
    petites_cellules::{self as pc, Vue},
    vocabulaire::Vocabulaires,
};

/// Complete months shown.
const MOIS: i32 = 12;

/// Accompagnements by région and month, everything since the beginning.
#[derive(Debug, Default)]
struct Matrice(BTreeMap<(String, String), i64>);

impl Matrice {
    async fn load(tx: &mut Tx) -> Resultat<Self> {
        let g = territoires::geographie();
        let mut m = Self::default();
        for l in tx
            .rows(
                sql!(
                    "SELECT coalesce(a.departement, '') AS departement, substr(a.date, 1, 7) AS mois,
                            CAST(sum(a.suivis + a.anonymes) AS bigint) AS n
                     FROM activite a WHERE a.etat = 'enregistree' AND a.public = 'habitants'
                       AND a.type_activite IN ('individuel', 'collectif')
                     GROUP BY coalesce(a.departement, ''), substr(a.date, 1, 7)"
                ),
                params![],
            )
            .await?
        {
            let departement: String = l.get("departement")?;
            let region = g.departement(&departement).map_or("", |d| d.region);
            *m.0.entry((region.to_owned(), l.get("mois")?)).or_default() += l.get::<i64>("n")?;
        }
        Ok(m)
    }

    fn regions(&self) -> Vec<String> {
        let mut v: Vec<String> = self.0.keys().map(|(r, _)| r.clone()).collect();
        v.dedup();
        v
    }

    fn get(&self, region: &str, mois: &str) -> i64 {
        self.0
            .get(&(region.to_owned(), mois.to_owned()))
            .copied()
            .unwrap_or(0)
    }
}

/// The months of a view and its total since the beginning, hidden where they
/// would say too much. `region`: none for France.
fn months(m: &Matrice, region: Option<&str>, debuts: &[Date]) -> (Vec<Vue>, Vue) {
    let regions = m.regions();
    let cles: Vec<String> = debuts
        .iter()
        .map(|d| d.strftime("%Y-%m").to_string())
        .collect();
    let lignes: Vec<Vec<i64>> = regions
        .iter()
        .map(|r| cles.iter().map(|c| m.get(r, c)).collect())
        .collect();
    let (cellules, _, colonnes) = pc::table(&lignes);
    let totaux: Vec<i64> = regions
        .iter()
        .map(|r| {
            m.0.iter()
                .filter(|((x, _), _)| x == r)
                .map(|(_, n)| n)
                .sum()
        })
        .collect();
    let (vus, tout) = pc::partition(&totaux);
    match region {
        None if lignes.is_empty() => (vec![Some(0); debuts.len()], Some(0)),
        None => (colonnes, tout),
        Some(r) => match regions.iter().position(|x| x == r) {
            Some(i) => (cellules[i].clone(), vus[i]),
            None => (vec![Some(0); debuts.len()], Some(0)),
        },
    }
}

/// What is hidden in one month cannot be read in the sums either.
fn running(mois: &[Vue]) -> Vec<Vue> {
    let mut somme = Some(0);
    mois.iter()
        .map(|m| {
            somme = somme.zip(*m).map(|(a, b)| a + b);
            somme
        })
        .collect()
}

#[derive(Template)]
#[template(path = "statistiques/publiques.html")]
struct Section {
    chiffres: Vec<Html>,
    mois: Vec<(String, String, String)>,
    barres: Vec<Bloque>,
    periode: String,
    a_jour: String,
}

struct Bloque {
    dessin: Html,
    tableau: Tableau,
    multiple: bool,
}

/// How long a public section is served as it is (§6), in seconds.
const DUREE: i64 = 60;

/// Sections written lately, by région.
#[derive(Debug, Default)]
struct Gardees(Mutex<BTreeMap<String, (Timestamp, String)>>);

/// The section of the public page, at most a minute old.
///
/// # Errors
/// `Erreur::Base`.
pub async fn section(tx: &mut Tx, region: Option<&str>) -> Resultat<Html> {
    let cle = region.unwrap_or_default().to_owned();
    let le = tx.now();
    let gardees = tx.attached::<Gardees>();
    let lues = |g: &Gardees| {
        let g = g.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (ecrite, html) = g.get(&cle)?;
        let age = le.as_second() - ecrite.as_second();
        (0..DUREE).contains(&age).then(|| html.clone())
    };
    if let Some(html) = lues(&gardees) {
        return Ok(Html(html));
    }
    let html = write(tx, region).await?;
    gardees
        .0
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .insert(cle, (le, html.0.clone()));
    Ok(html)
}

async fn write(tx: &mut Tx, region: Option<&str>) -> Resultat<Html> {
    let aujourdhui = tx.today();
    let fin = aujourdhui.first_of_month().saturating_sub(1.day());
    let debut = francais::plus_months(fin.first_of_month(), 1 - MOIS);
    let voc = Vocabulaires::ever(tx).await?;
    let portee = match region {
        None => Portee::National,
        Some(r) => Portee::territoire(Niveau::Region, vec![r.to_owned()]),
    };
    let filtres = Filtres::default().between(debut, fin);
    let q = Question {
        portee,
        serie: Serie::of(Some(Grain::Mois), filtres.du, filtres.au, aujourdhui),
        filtres,
        par_activite: false,
        aujourdhui,
        etiquettes: Vec::new(),
        itinerants: Vec::new(),
        listes: Listes::AUCUNE,
    };
    let mut r = repondre(tx, &q).await?;
    derive_missions(&mut r, &voc);
    let noms = Noms {
        voc,
        ..Noms::default()
    };
    let lu = rapport(&r, &q, &noms, true);
    let debuts = q.serie.points();
    let (mois, total) = months(&Matrice::load(tx).await?, region, &debuts);
    let cumul = running(&mois);
    let trouve = |cle: &str| lu.chiffres.iter().find(|c| c.cle == cle);
    let mut chiffres = vec![composants::chiffre(
        "Accompagnements depuis le début",
        &pc::dit(total),
        "",
    )];
    if let Some(c) = trouve("beneficiaires_haut") {
        chiffres.push(composants::chiffre(
            "Personnes accompagnées en douze mois, estimation haute",
            &c.valeur,
            "une personne anonyme qui revient est comptée à chaque fois",
        ));
    }
    if let Some(c) = trouve("professionnels_actifs_30j") {
        let n = r.totaux.professionnels_actifs_30j;
        let dit = if region.is_some() {
            pc::dit(pc::shown(n))
        } else {
            c.valeur.clone()
        };
        chiffres.push(composants::chiffre(c.libelle, &dit, &c.detail));
    }
    // A category of a région could be found by subtracting the others.
    let blocs: &[Bloc] = if region.is_none() {
        &[Bloc::Type, Bloc::Thematiques, Bloc::Role]
    } else {
        &[]
    };
    let barres = lu
        .tableaux
        .iter()
        .filter(|t| blocs.contains(&t.bloc))
        .map(|t| Bloque {
            dessin: bars(t),
            multiple: !t.bloc.is_partition(),
            tableau: t.clone(),
        })
        .collect();
    let section = Section {
        chiffres,
        mois: debuts
            .iter()
            .zip(mois.into_iter().zip(cumul))
            .map(|(d, (m, c))| (Grain::Mois.label(*d), pc::dit(m), pc::dit(c)))
            .collect(),
        barres,
        periode: format!(
            "{} à {}",
            Grain::Mois.label(debut),
            Grain::Mois.label(fin.first_of_month())
        ),
        a_jour: francais::instant(tx.now(), &socle::clock::paris()),
    };
    Ok(Html(section.render().map_err(|e| {
        socle::Erreur::Interne(format!("chiffres publics : {e}"))
    })?))
}

fn bars(t: &Tableau) -> Html {
    let lignes: Vec<(String, i64, String)> = t
        .lignes
        .iter()
        .map(|l| (l.libelle.clone(), l.nombre.unwrap_or(0), l.dit()))
        .collect();
    composants::barres(t.bloc.libelle(), ["Réponse", "Accompagnements"], &lignes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matrice(lignes: &[(&str, &str, i64)]) -> Matrice {
        Matrice(
            lignes
                .iter()
                .map(|(r, m, n)| (((*r).to_owned(), (*m).to_owned()), *n))
                .collect(),
        )
    }

    /// §5.7: a small month of one région hides another région's month too.
    #[test]
    fn a_small_month_cannot_be_found_by_subtraction() {
        let d = [Date::constant(2026, 1, 1), Date::constant(2026, 2, 1)];
        let m = matrice(&[
            ("53", "2026-01", 100),
            ("53", "2026-02", 90),
            ("06", "2026-01", 4),
            ("06", "2026-02", 60),
            ("75", "2026-01", 200),
            ("75", "2026-02", 300),
        ]);
        let (france, total) = months(&m, None, &d);
        assert_eq!((france, total), (vec![Some(304), Some(450)], Some(754)));
        assert_eq!(months(&m, Some("06"), &d).0, [None, None]);
        // Something else is hidden with it in January and in February.
        let bretagne = months(&m, Some("53"), &d).0;
        assert_eq!(bretagne, [None, None]);
        assert_eq!(months(&m, Some("75"), &d).0, [Some(200), Some(300)]);
        assert_eq!(running(&[Some(1), None, Some(2)]), [Some(1), None, None]);
    }
}
