//! Who a structure finds around it, ranked with reasons (spec 15 §2.1–2.2).
//! Computed at request time: a row exists only from the first human act.

use jiff::civil::Date;
use socle::{Erreur, Resultat, Tx, francais, reference};
use territoires::{Point, geographie};
use uuid::Uuid;

use super::calcul::{Entrees, Poids, Score, round_km, score};
use crate::candidat::{
    self, Candidat, Depart,
    store::{Profil, Zone},
};
use crate::cles::cles;

cles! {
    /// How far a structure looks; 50 km at first.
    Rayon {
        Km10 "10" "10 km",
        Km20 "20" "20 km",
        Km50 "50" "50 km",
        Km100 "100" "100 km",
        Km200 "200" "200 km",
        Departement "departement" "Tout le département",
        Region "region" "Toute la région",
        France "france" "Toute la France",
    }
}

impl Rayon {
    fn km(self) -> Option<i64> {
        self.cle().parse().ok()
    }
}

/// What is asked.
#[derive(Debug, Clone)]
pub struct Recherche {
    pub rayon: Rayon,
    /// First day of the mission.
    pub mission_le: Date,
    /// Ranked by score rather than by distance.
    pub par_score: bool,
    /// Factors of the score that are switched off.
    pub sans: Vec<String>,
    pub experience: bool,
    pub certifie: bool,
}

/// One candidate found, at level 1: nothing that names the person.
#[derive(Debug, Clone)]
pub struct Trouve {
    pub candidat: Candidat,
    pub certifie: bool,
    pub metres: i64,
    pub score: Score,
}

impl Trouve {
    #[must_use]
    pub fn km(&self) -> i64 {
        round_km(self.metres)
    }
}

/// Both groups: on time, and later; never hidden.
#[derive(Debug, Clone, Default)]
pub struct Resultats {
    pub maintenant: Vec<Trouve>,
    pub plus_tard: Vec<Trouve>,
}

/// The département and point a structure looks from: its head office.
///
/// # Errors
/// `Erreur::Introuvable`; `Erreur::Conflit` when its commune has no point.
pub async fn origin(tx: &mut Tx, structure: Uuid) -> Resultat<(String, Point)> {
    let s = programme::structure::get(tx, structure).await?;
    let point = geographie()
        .commune(&s.commune_insee)
        .and_then(candidat::point_of)
        .ok_or_else(|| {
            Erreur::Conflit(
                "La commune de votre structure n'est pas sur la carte : signalez-le à l'opérateur."
                    .into(),
            )
        })?;
    Ok((s.departement, point))
}

/// Weights of the day (reference list `classement_poids`).
///
/// # Errors
/// `Erreur::Interne` when a weight is missing.
pub async fn weights(tx: &mut Tx) -> Resultat<Poids> {
    let le = tx.today();
    let lignes = reference::list(tx, "classement_poids", le).await?;
    let poids = |cle: &str| {
        lignes
            .iter()
            .find(|l| l.cle == cle)
            .and_then(|l| l.valeur.as_deref())
            .and_then(|v| v.parse::<i64>().ok())
            .ok_or_else(|| Erreur::Interne(format!("classement_poids : {cle} manque")))
    };
    Ok(Poids {
        proximite: poids("proximite")?,
        disponibilite: poids("disponibilite")?,
        experience: poids("experience")?,
        certification: poids("certification")?,
        mobilite: poids("mobilite")?,
    })
}

/// Metres between a candidate's commune and a point.
#[must_use]
#[allow(clippy::cast_possible_truncation)] // below 20 million
pub fn metres(c: &Candidat, point: Point) -> i64 {
    (c.point.distance_km(point) * 1000.0).round() as i64
}

/// The score of one pair.
#[must_use]
pub fn rate(c: &Candidat, certifie: bool, metres: i64, r: &Recherche, p: &Poids) -> Score {
    let e = Entrees {
        metres,
        distance_max: c.distance_max,
        disponible_le: c.date_disponibilite,
        mission_le: r.mission_le,
        experience: c.has_experience(),
        certification: c.pix_partage && (certifie || c.pix_palier.is_some()),
        mobilite: None,
    };
    score(&e, p, &r.sans)
}

/// Everybody in reach of a structure, ranked.
///
/// # Errors
/// As [`origin`] and [`weights`].
pub async fn search(tx: &mut Tx, structure: Uuid, r: &Recherche) -> Resultat<Resultats> {
    let (departement, point) = origin(tx, structure).await?;
    let poids = weights(tx).await?;
    let depart = Depart {
        departement: &departement,
        point,
    };
    let today = tx.today();
    let limite = francais::plus_months(r.mission_le.max(today), 3);
    let mut sortie = Resultats::default();
    for Profil { candidat, certifie } in
        candidat::store::in_zone(tx, &zone(r.rayon, &depart)).await?
    {
        let m = metres(&candidat, point);
        let loin = r.rayon.km().is_some_and(|km| m > km * 1000);
        if loin
            || candidat::out_of_reach(&candidat, &depart, m).is_some()
            || (r.experience && !candidat.has_experience())
            || (r.certifie && !(certifie && candidat.pix_partage))
        {
            continue;
        }
        let score = rate(&candidat, certifie, m, r, &poids);
        let groupe = if candidat.date_disponibilite <= limite {
            &mut sortie.maintenant
        } else {
            &mut sortie.plus_tard
        };
        groupe.push(Trouve {
            candidat,
            certifie,
            metres: m,
            score,
        });
    }
    for groupe in [&mut sortie.maintenant, &mut sortie.plus_tard] {
        groupe.sort_by_key(|t| {
            let rang = if r.par_score {
                -t.score.total
            } else {
                t.metres
            };
            (rang, t.candidat.inscrit_le, t.candidat.personne)
        });
    }
    Ok(sortie)
}

/// The sieve of a radius: a box of degrees, or départements.
fn zone(rayon: Rayon, d: &Depart<'_>) -> Zone {
    const TOUT: Zone = Zone {
        nord: 90.0,
        sud: -90.0,
        est: 180.0,
        ouest: -180.0,
        departements: Vec::new(),
    };
    let dep = geographie().departement(d.departement);
    match rayon {
        Rayon::Departement => Zone {
            departements: vec![d.departement.to_owned()],
            ..TOUT
        },
        Rayon::Region => Zone {
            departements: geographie()
                .departements
                .iter()
                .filter(|x| dep.is_some_and(|d| d.region == x.region))
                .map(|x| x.code.to_owned())
                .collect(),
            ..TOUT
        },
        Rayon::France => TOUT,
        km => {
            // One degree of latitude is at least 110.5 km everywhere.
            #[allow(clippy::cast_precision_loss)]
            let r = km.km().unwrap_or(200) as f64 / 110.5;
            let large = r / d.point.lat.to_radians().cos().abs().max(0.01);
            Zone {
                nord: d.point.lat + r,
                sud: d.point.lat - r,
                est: d.point.lon + large,
                ouest: d.point.lon - large,
                departements: Vec::new(),
            }
        }
    }
}

/// The first wider radius that would add somebody, and how many.
///
/// # Errors
/// As [`search`].
pub async fn wider(
    tx: &mut Tx,
    structure: Uuid,
    r: &Recherche,
) -> Resultat<Option<(Rayon, usize)>> {
    for rayon in [Rayon::Km100, Rayon::Km200, Rayon::France] {
        if r.rayon
            .km()
            .is_none_or(|a| rayon.km().is_some_and(|b| b <= a))
        {
            continue;
        }
        let plus = Recherche { rayon, ..r.clone() };
        let t = search(tx, structure, &plus).await?;
        let n = t.maintenant.len() + t.plus_tard.len();
        if n > 0 {
            return Ok(Some((rayon, n)));
        }
    }
    Ok(None)
}
