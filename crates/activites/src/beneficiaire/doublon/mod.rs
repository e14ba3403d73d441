//! Two files of one person: how alike they are (spec 20 §2.5). Pure.

pub mod service;
pub mod store;

use serde::Serialize;
use socle::francais;

use super::{Fiche, Mode};
use crate::vocabulaire::NON_COMMUNIQUE;

/// From here on a pair is shown.
pub const PROBABLE: i64 = 60;
const TRES_PROBABLE: i64 = 85;

/// What is compared of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Comparee {
    pub nom: String,
    pub prenom: String,
    pub annee: Option<i64>,
    pub telephone: Option<String>,
    pub courriel: Option<String>,
    pub commune: Option<String>,
    pub genre: String,
}

impl Comparee {
    /// Only files with a name are compared.
    #[must_use]
    pub fn of(f: &Fiche) -> Option<Self> {
        if f.mode != Mode::Identifie {
            return None;
        }
        let net = |t: &Option<String>| normalise(t.as_deref().unwrap_or_default());
        Some(Self {
            nom: net(&f.nom),
            prenom: net(&f.prenom),
            annee: f.annee_naissance,
            telephone: f.telephone.clone(),
            courriel: f.courriel.clone(),
            commune: f.commune_residence.clone(),
            genre: f.genre.clone(),
        })
    }

    /// Two files are compared when they share one of these keys: phone,
    /// e-mail, first three letters of a name, in either place.
    #[must_use]
    pub fn keys(&self) -> Vec<String> {
        let mut v = Vec::with_capacity(4);
        v.extend(self.telephone.clone());
        v.extend(self.courriel.clone());
        for mot in [&self.nom, &self.prenom] {
            let debut: String = mot.chars().take(3).collect();
            if !debut.is_empty() && !v.contains(&debut) {
                v.push(debut);
            }
        }
        v
    }
}

/// Without marks, ligatures opened, lower case, letters only.
#[must_use]
pub fn normalise(s: &str) -> String {
    francais::fold(s)
        .replace('ß', "ss")
        .chars()
        .filter(|c| c.is_alphabetic())
        .collect()
}

/// From 0 to 100.
#[must_use]
pub fn score(a: &Comparee, b: &Comparee) -> i64 {
    let noms = |na: &str, pa: &str, nb: &str, pb: &str| {
        band(na, nb, [35, 26, 14, 0]) + band(pa, pb, [25, 18, 8, -25])
    };
    let droit = noms(&a.nom, &a.prenom, &b.nom, &b.prenom);
    let croise = noms(&a.nom, &a.prenom, &b.prenom, &b.nom) - 5;
    let annee = match a.annee.zip(b.annee).map(|(x, y)| (x - y).abs()) {
        None => 0,
        Some(0) => 20,
        Some(1) => 5,
        Some(_) => -30,
    };
    let same = |x: &Option<String>, y: &Option<String>, points: i64| {
        if x.is_some() && x == y { points } else { 0 }
    };
    let genre = if a.genre != b.genre && a.genre != NON_COMMUNIQUE && b.genre != NON_COMMUNIQUE {
        -10
    } else {
        0
    };
    (droit.max(croise)
        + annee
        + same(&a.telephone, &b.telephone, 25)
        + same(&a.courriel, &b.courriel, 25)
        + same(&a.commune, &b.commune, 5)
        + genre)
        .clamp(0, 100)
}

/// How a shown score reads.
#[must_use]
pub fn libelle(score: i64) -> &'static str {
    if score >= TRES_PROBABLE {
        "Doublon très probable"
    } else {
        "Doublon probable"
    }
}

fn band(a: &str, b: &str, points: [i64; 4]) -> i64 {
    if a == b {
        return points[0];
    }
    let j = jaro_winkler(a, b);
    if j >= 0.92 {
        points[1]
    } else if j >= 0.85 {
        points[2]
    } else {
        points[3]
    }
}

/// Jaro–Winkler: prefix of at most 4, weight 0.1.
fn jaro_winkler(a: &str, b: &str) -> f64 {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a.is_empty() || b.is_empty() {
        return 0.0;
    }
    let portee = (a.len().max(b.len()) / 2).saturating_sub(1);
    let mut pris = vec![false; b.len()];
    let mut communs = Vec::new();
    for (i, c) in a.iter().enumerate() {
        let fin = (i + portee + 1).min(b.len());
        if let Some(j) = (i.saturating_sub(portee)..fin).find(|&j| !pris[j] && b[j] == *c) {
            pris[j] = true;
            communs.push(*c);
        }
    }
    if communs.is_empty() {
        return 0.0;
    }
    let autres = b.iter().zip(&pris).filter(|(_, p)| **p).map(|(c, _)| c);
    let deplaces = communs.iter().zip(autres).filter(|(x, y)| x != y).count();
    let n = |u: usize| f64::from(u32::try_from(u).unwrap_or(u32::MAX));
    let m = n(communs.len());
    let jaro = (m / n(a.len()) + m / n(b.len()) + (m - n(deplaces) / 2.0) / m) / 3.0;
    let prefixe = a.iter().zip(&b).take(4).take_while(|(x, y)| x == y).count();
    jaro + n(prefixe) * 0.1 * (1.0 - jaro)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn p(nom: &str, prenom: &str, annee: Option<i64>) -> Comparee {
        Comparee {
            nom: normalise(nom),
            prenom: normalise(prenom),
            annee,
            telephone: None,
            courriel: None,
            commune: None,
            genre: NON_COMMUNIQUE.into(),
        }
    }

    #[test]
    fn the_examples_of_the_specification() {
        let mut a = p("Dupont", "Marie", Some(1950));
        let mut b = p("Dupond", "Marie", Some(1950));
        a.commune = Some("35238".into());
        b.commune.clone_from(&a.commune);
        assert_eq!(score(&a, &b), 76);
        assert_eq!(libelle(76), "Doublon probable");

        let mut a = p("Martin", "Jean", Some(1948));
        a.telephone = Some("+33299000000".into());
        a.courriel = Some("martin@exemple.fr".into());
        a.commune = Some("35238".into());
        a.genre = "masculin".into();
        let b = Comparee {
            prenom: normalise("Odette"),
            annee: Some(1950),
            genre: "feminin".into(),
            ..a.clone()
        };
        assert_eq!(score(&a, &b), 25);

        let (a, b) = (
            p("Nguyen", "Anh", Some(1990)),
            p("Anh", "Nguyễn", Some(1990)),
        );
        assert_eq!(score(&a, &b), 75);
        let (a, b) = (p("Diallo", "Aïssatou", None), p("Diallo", "Aissatou", None));
        assert_eq!(score(&a, &b), 60);
    }

    #[test]
    fn names_are_normalised_and_pairs_found_by_any_key() {
        assert_eq!(normalise("L’Hôpital-Cœur Straße"), "lhopitalcoeurstrasse");
        let a = p("Le Goff", "Anne", None);
        assert_eq!(a.keys(), ["leg", "ann"]);
        // Crossed: the name of one is the first name of the other.
        let b = p("Anne", "Legoff", None);
        assert!(a.keys().iter().any(|k| b.keys().contains(k)));
    }

    #[test]
    fn jaro_winkler_is_the_published_one() {
        for (a, b, attendu) in [
            ("martha", "marhta", 0.9611),
            ("dwayne", "duane", 0.84),
            ("dixon", "dicksonx", 0.8133),
            ("dupont", "dupond", 0.9333),
        ] {
            assert!((jaro_winkler(a, b) - attendu).abs() < 0.0001, "{a} {b}");
        }
    }

    proptest::proptest! {
        #[test]
        fn a_score_has_no_side_and_stays_between_0_and_100(
            n in "[a-zé]{0,8}", q in "[a-zé]{0,8}", m in "[a-zé]{0,8}", r in "[a-zé]{0,8}", x in 1900_i64..2020, y in 1900_i64..2020,
        ) {
            let (a, b) = (p(&n, &q, Some(x)), p(&m, &r, Some(y)));
            let s = score(&a, &b);
            proptest::prop_assert!((0..=100).contains(&s));
            proptest::prop_assert!(score(&a, &a) >= s);
        }
    }
}
