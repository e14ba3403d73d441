//! The filters of the public pages: every state is in the address, an unknown
//! value matches nothing and is said (spec 30 §9.2).

use std::collections::HashSet;

use jiff::{Timestamp, civil::Date};
use socle::francais::fold;
use territoires::{Commune, Point, ResultatCommune, calendrier, geographie, resolve_saisie};
use web::Champs;

use crate::{
    annuaire::Entree,
    horaires::{Horaires, Ouverture},
    vocabulaire::{self as v, Vocabulaire},
};

/// Filters made of keys of a vocabulary: (parameter, list).
pub static LISTES: &[(&str, &Vocabulaire)] = &[
    ("services", &v::SERVICES),
    ("publics", &v::PUBLICS),
    ("prise_en_charge", &v::PRISE_EN_CHARGE),
    ("frais", &v::FRAIS),
    ("dispositifs", &v::DISPOSITIFS),
    ("labels", &v::FORMATIONS_LABELS),
    ("acces", &v::MODALITES_ACCES),
    ("accompagnement", &v::MODALITES_ACCOMPAGNEMENT),
    ("itinerance", &v::ITINERANCE),
    ("typologie", &v::TYPOLOGIES),
];

const CASES: &[&str] = &[
    "conseiller",
    "france_services",
    "rdv",
    "acceslibre",
    "strict",
];
pub const RAYONS: &[&str] = &["2", "5", "10", "20", "50"];

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Territoire {
    Region(String),
    Departement(String),
    Epci(String),
    Commune(String),
}

impl Territoire {
    fn read(s: &str) -> Option<Self> {
        let (niveau, code) = s.split_once(':')?;
        let (g, c) = (geographie(), code.to_owned());
        match niveau {
            "region" => g.region(code).map(|_| Self::Region(c)),
            "departement" => g.departement(code).map(|_| Self::Departement(c)),
            "epci" => g.epci(code).map(|_| Self::Epci(c)),
            "commune" => g.commune(code).map(|_| Self::Commune(c)),
            _ => None,
        }
    }

    fn has(&self, c: &Commune) -> bool {
        match self {
            Self::Region(r) => c.region == r,
            Self::Departement(d) => c.departement == d,
            Self::Epci(e) => c.epci == Some(e.as_str()),
            Self::Commune(x) => c.code == x,
        }
    }

    #[must_use]
    pub fn nom(&self) -> &'static str {
        let g = geographie();
        match self {
            Self::Region(c) => g.region(c).map(|t| t.nom),
            Self::Departement(c) => g.departement(c).map(|t| t.nom),
            Self::Epci(c) => g.epci(c).map(|t| t.nom),
            Self::Commune(c) => g.commune(c).map(|t| t.nom),
        }
        .unwrap_or_default()
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Quand {
    Maintenant,
    Soir,
    WeekEnd,
    /// A weekday (0 is Monday) and a minute: the next one that is no holiday.
    Jour(u8, u16),
    Le(Date, u16),
}

impl Quand {
    fn read(s: &str) -> Option<Self> {
        let minute = |t: &str| {
            let (h, m) = t.split_once(':')?;
            let n = h.parse::<u16>().ok()? * 60 + m.parse::<u16>().ok()?;
            (n < 1440).then_some(n)
        };
        Some(match s {
            "maintenant" => Self::Maintenant,
            "soir" => Self::Soir,
            "week-end" => Self::WeekEnd,
            _ => {
                if let Some((j, t)) = s.split_once('T') {
                    return Some(Self::Le(j.parse().ok()?, minute(t)?));
                }
                let (j, t) = s.split_once('-')?;
                let jour = crate::horaires::JOURS_FR.iter().position(|x| *x == j)?;
                Self::Jour(u8::try_from(jour).ok()?, minute(t)?)
            }
        })
    }
}

/// What is asked for.
#[derive(Debug, Clone, Default)]
pub struct Filtre {
    pub mots: Vec<String>,
    /// Around what, in words, and where that is.
    pub autour: Option<(String, Point)>,
    /// The typed commune may be one of those.
    pub communes: Vec<&'static Commune>,
    pub rayon: f64,
    pub territoires: Vec<Territoire>,
    listes: Vec<(&'static Vocabulaire, Vec<String>)>,
    pub ouvert: Option<Quand>,
    cases: Vec<&'static str>,
    /// Values that are not understood: nothing matches, and it is said.
    pub inconnues: Vec<String>,
}

impl Filtre {
    /// Reads the address. Tracking parameters are ignored.
    #[must_use]
    pub fn read(paires: &[(String, String)]) -> Self {
        let mut f = Filtre {
            rayon: 20.0,
            ..Filtre::default()
        };
        let mut autour = "";
        for (nom, valeur) in paires {
            let (nom, valeur) = (nom.as_str(), valeur.trim());
            if valeur.is_empty() || nom == "page" || nom.starts_with("utm_") {
                continue;
            }
            let mut refus = || f.inconnues.push(valeur.to_owned());
            if let Some((_, voc)) = LISTES.iter().find(|(n, _)| *n == nom) {
                if !voc.has(valeur) {
                    refus();
                } else if let Some((_, l)) = f.listes.iter_mut().find(|(x, _)| x.champ == voc.champ)
                {
                    l.push(valeur.to_owned());
                } else {
                    f.listes.push((voc, vec![valeur.to_owned()]));
                }
            } else if let Some(c) = CASES.iter().find(|c| **c == nom) {
                match valeur {
                    "1" | "oui" => f.cases.push(c),
                    _ => refus(),
                }
            } else {
                match nom {
                    "q" => f.mots = words(valeur),
                    "autour" => autour = valeur,
                    "rayon" if RAYONS.contains(&valeur) => f.rayon = valeur.parse().unwrap_or(20.0),
                    "territoire" => match Territoire::read(valeur) {
                        Some(t) => f.territoires.push(t),
                        None => refus(),
                    },
                    "ouvert" => match Quand::read(valeur) {
                        Some(q) => f.ouvert = Some(q),
                        None => refus(),
                    },
                    _ => f.inconnues.push(nom.to_owned()),
                }
            }
        }
        f.place(autour);
        f
    }

    fn place(&mut self, autour: &str) {
        if autour.is_empty() {
            return;
        }
        if let Some((a, b)) = autour.split_once(',')
            && let (Ok(lat), Ok(lon)) = (a.trim().parse(), b.trim().parse())
        {
            let p = Point::new(lon, lat);
            if p.is_in_france() {
                self.autour = Some(("ce point".into(), p));
            } else {
                self.inconnues.push(autour.to_owned());
            }
            return;
        }
        let c = match resolve_saisie(autour) {
            ResultatCommune::Trouvee(c) => c,
            ResultatCommune::Plusieurs(v) => {
                // The most likely is shown, the others are offered.
                self.communes = v.clone();
                match v.first() {
                    Some(c) => c,
                    None => return,
                }
            }
            ResultatCommune::Aucune => {
                self.inconnues.push(autour.to_owned());
                return;
            }
        };
        if let Some(p) = c.mairie.or(c.centre) {
            self.autour = Some((c.nom.to_owned(), p));
        }
    }

    #[must_use]
    pub fn has(&self, case: &str) -> bool {
        self.cases.contains(&case)
    }

    /// Whether opening at this very moment is asked for: answers age quickly.
    #[must_use]
    pub fn is_live(&self) -> bool {
        self.ouvert == Some(Quand::Maintenant)
    }

    /// The values of the address, for the form of the page.
    #[must_use]
    pub fn champs(paires: &[(String, String)]) -> Champs {
        paires.iter().fold(Champs::default(), |c, (n, v)| {
            c.with(
                n,
                if CASES.contains(&n.as_str()) && v == "1" {
                    "oui"
                } else {
                    v
                },
            )
        })
    }

    /// Whether a place answers everything but the words and the hours.
    #[must_use]
    pub fn accepts(&self, e: &Entree) -> bool {
        if !self.inconnues.is_empty() {
            return false;
        }
        let f = &e.lieu.fiche;
        let territoire = self.territoires.is_empty()
            || e.commune
                .is_some_and(|c| self.territoires.iter().any(|t| t.has(c)));
        territoire
            && self.listes.iter().all(|(voc, cles)| {
                let siens = if voc.champ == "typologie" {
                    &f.typologies[..]
                } else {
                    f.choix(voc)
                };
                let tous = voc.champ == "publics_specifiquement_adresses"
                    && siens.is_empty()
                    && !self.has("strict");
                tous || cles.iter().any(|c| siens.contains(c))
            })
            && (!self.has("conseiller") || e.presents > 0)
            && (!self.has("france_services") || f.is_france_services())
            && (!self.has("rdv") || !f.prise_rdv.is_empty())
            && (!self.has("acceslibre") || !f.fiche_acces_libre.is_empty())
            && self.distance(e).is_none_or(|d| d <= self.rayon)
    }

    /// Kilometres from the point asked for; a place without a point is far.
    #[must_use]
    pub fn distance(&self, e: &Entree) -> Option<f64> {
        let (_, p) = self.autour.as_ref()?;
        Some(
            e.lieu
                .fiche
                .point()
                .map_or(f64::INFINITY, |q| p.distance_km(q)),
        )
    }

    /// Whether all words are there: equal, or begun for the last one; `proches`
    /// also holds, for each, the words it may be a mistake for.
    #[must_use]
    pub fn says(&self, e: &Entree, proches: Option<&[HashSet<&str>]>) -> bool {
        self.mots.iter().enumerate().all(|(i, m)| {
            e.mots.iter().any(|x| {
                x == m
                    || (i + 1 == self.mots.len() && x.starts_with(m.as_str()))
                    || proches.is_some_and(|p| p[i].contains(x.as_str()))
            })
        })
    }

    /// For each word, those it may be a mistake for: one edit from 4 letters,
    /// two from 8.
    #[must_use]
    pub fn close_words<'a>(&self, tous: &'a [String]) -> Vec<HashSet<&'a str>> {
        self.mots
            .iter()
            .map(|m| {
                tous.iter()
                    .filter(|x| close(m, x))
                    .map(String::as_str)
                    .collect()
            })
            .collect()
    }

    /// Whether it is open then: yes, no, or to confirm.
    #[must_use]
    pub fn opens(&self, e: &Entree, t: Timestamp) -> Ouverture {
        let Some(h) = &e.horaires else {
            return Ouverture::Inconnu;
        };
        let d = &e.lieu.departement;
        let local = t.to_zoned_datetime(e.zone.clone());
        if e.lieu.etat_on(local.date()) != crate::lieu::Etat::Publie {
            return Ouverture::Ferme;
        }
        match &self.ouvert {
            None | Some(Quand::Maintenant) => h.now(t, &e.zone, d),
            Some(Quand::Le(le, m)) => h.at(*le, *m, calendrier::ferie(*le, d).is_some()),
            Some(Quand::Jour(j, m)) => {
                let mut le = local.date();
                for _ in 0..21 {
                    let jour = le.weekday().to_monday_zero_offset();
                    let passe = le == local.date() && i32::from(local.hour()) * 60 >= i32::from(*m);
                    if jour == i8::try_from(*j).unwrap_or(0)
                        && !passe
                        && calendrier::ferie(le, d).is_none()
                    {
                        break;
                    }
                    le = socle::francais::plus_days(le, 1);
                }
                h.at(le, *m, false)
            }
            Some(Quand::Soir) => any(h, 0..5, 1080, 30),
            Some(Quand::WeekEnd) => any(h, 5..7, 0, 1),
        }
    }
}

/// Open at least `duree` minutes after `depuis` on one of those weekdays.
fn any(h: &Horaires, jours: std::ops::Range<usize>, depuis: u16, duree: u16) -> Ouverture {
    for j in jours {
        if let Some(p) = h
            .ordinary(j)
            .iter()
            .find(|p| p.fin.saturating_sub(p.debut.max(depuis)) >= duree)
        {
            return Ouverture::Ouvert { jusqua: p.fin };
        }
    }
    Ouverture::Ferme
}

/// Folded words, « st » as « saint », without the small ones.
fn words(texte: &str) -> Vec<String> {
    fold(texte)
        .split(|c: char| !c.is_alphanumeric())
        .filter(|m| {
            !m.is_empty()
                && !matches!(
                    *m,
                    "de" | "du" | "des" | "la" | "le" | "les" | "l" | "d" | "a"
                )
        })
        .map(|m| {
            if matches!(m, "st" | "ste") {
                "saint"
            } else {
                m
            }
            .to_owned()
        })
        .take(8)
        .collect()
}

fn close(a: &str, b: &str) -> bool {
    let n = a.chars().count();
    let permis = match n {
        0..4 => return false,
        4..8 => 1,
        _ => 2,
    };
    n.abs_diff(b.chars().count()) <= permis && strsim::osa_distance(a, b) <= permis
}
