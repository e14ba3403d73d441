//! Entry aids that come from what the author usually does (spec 20 §3.7).
//! Pure: takes the author's last activities, latest first.

use std::collections::BTreeMap;

use jiff::civil::Date;
use socle::francais;
use uuid::Uuid;

use super::TypeActivite;

/// One past activity, as far as habits are concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Passee {
    pub type_activite: TypeActivite,
    pub date: Date,
    pub duree: i64,
    pub lieu: Option<Uuid>,
}

/// How many past activities the aids look at.
pub const PROFONDEUR: i64 = 200;
const USUELLES: [i64; 6] = [15, 30, 45, 60, 90, 120];
const POUR_LA_DUREE: usize = 50;
const PROPRES: usize = 6;
const ASSEZ: usize = 5;
const JOURS: i64 = 60;

/// The duration most used for that kind among the last 50; the shorter when tied.
#[must_use]
pub fn duration(t: TypeActivite, passees: &[Passee]) -> i64 {
    let comptes = tally(
        passees
            .iter()
            .filter(|p| p.type_activite == t)
            .take(POUR_LA_DUREE)
            .map(|p| p.duree),
    );
    comptes
        .into_iter()
        .max_by_key(|(d, n)| (*n, -d))
        .map_or(t.duree_usuelle(), |(d, _)| d)
}

/// The durations to offer, ascending: the usual ones, up to six of one's own,
/// and the one chosen beforehand.
#[must_use]
pub fn durations(t: TypeActivite, passees: &[Passee]) -> Vec<i64> {
    let mut propres: Vec<(i64, usize)> = tally(passees.iter().map(|p| p.duree))
        .into_iter()
        .filter(|(d, n)| *n >= ASSEZ && *d <= t.duree_max() && !USUELLES.contains(d))
        .collect();
    propres.sort_by_key(|(d, n)| (std::cmp::Reverse(*n), *d));
    let mut v: Vec<i64> = USUELLES.to_vec();
    v.extend(propres.iter().take(PROPRES).map(|(d, _)| *d));
    // The one chosen beforehand is always there to be seen.
    let habituelle = duration(t, passees);
    if !v.contains(&habituelle) {
        v.push(habituelle);
    }
    v.sort_unstable();
    v
}

/// The place most used in the last 60 days; the latest used when tied.
#[must_use]
pub fn place(aujourdhui: Date, passees: &[Passee]) -> Option<Uuid> {
    let recentes = || {
        passees
            .iter()
            .filter(|p| francais::days(p.date, aujourdhui) <= JOURS)
            .filter_map(|p| p.lieu)
    };
    let comptes = tally(recentes());
    let max = comptes.values().max()?;
    recentes().find(|l| comptes.get(l) == Some(max))
}

/// The options somebody chose lately, then the others in their own order.
#[must_use]
pub fn favourites_first(
    options: Vec<(String, String)>,
    favoris: &[String],
) -> Vec<(String, String)> {
    let mut v = options;
    v.sort_by_key(|(cle, _)| favoris.iter().position(|f| f == cle).unwrap_or(usize::MAX));
    v
}

/// The places, the most used first.
#[must_use]
pub fn rank(lieu: Uuid, passees: &[Passee]) -> usize {
    passees.iter().filter(|p| p.lieu == Some(lieu)).count()
}

fn tally<T: Ord>(valeurs: impl Iterator<Item = T>) -> BTreeMap<T, usize> {
    let mut m = BTreeMap::new();
    for v in valeurs {
        *m.entry(v).or_default() += 1;
    }
    m
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passee(duree: i64, lieu: u128, jour: i8) -> Passee {
        Passee {
            type_activite: TypeActivite::Individuel,
            date: Date::constant(2026, 2, jour),
            duree,
            lieu: Some(Uuid::from_u128(lieu)),
        }
    }

    #[test]
    fn the_usual_duration_is_the_most_used_and_the_shorter_when_tied() {
        let i = TypeActivite::Individuel;
        assert_eq!(duration(i, &[]), 60);
        assert_eq!(duration(TypeActivite::Collectif, &[passee(20, 1, 1)]), 120);
        let p = [
            passee(45, 1, 4),
            passee(30, 1, 3),
            passee(45, 1, 2),
            passee(30, 1, 1),
        ];
        assert_eq!(duration(i, &p), 30);
        assert_eq!(duration(i, &p[..3]), 45);
    }

    #[test]
    fn favourites_come_first_and_the_rest_keeps_its_order() {
        let o: Vec<(String, String)> = ["a", "b", "c", "d"]
            .map(|c| (c.to_owned(), c.to_uppercase()))
            .into();
        let v = favourites_first(o, &["d".into(), "b".into(), "z".into()]);
        let cles: Vec<&str> = v.iter().map(|o| o.0.as_str()).collect();
        assert_eq!(cles, ["d", "b", "a", "c"]);
    }

    #[test]
    fn durations_used_five_times_are_offered() {
        let i = TypeActivite::Individuel;
        let p = [passee(20, 1, 1); 5];
        assert_eq!(durations(i, &p), [15, 20, 30, 45, 60, 90, 120]);
        let mut p = vec![passee(20, 1, 1); 4];
        p.extend([passee(30, 1, 1); 5]);
        assert_eq!(durations(i, &p), USUELLES, "four times is no habit");
        assert_eq!(
            durations(i, &p[..4]),
            [15, 20, 30, 45, 60, 90, 120],
            "unless it is the one chosen beforehand"
        );
    }

    #[test]
    fn the_usual_place_is_the_most_used_then_the_latest() {
        let le = Date::constant(2026, 3, 3);
        assert_eq!(place(le, &[]), None);
        let p = [
            passee(30, 2, 20),
            passee(30, 1, 19),
            passee(30, 1, 18),
            passee(30, 2, 17),
        ];
        assert_eq!(place(le, &p), Some(Uuid::from_u128(2)));
        assert_eq!(place(le, &p[1..]), Some(Uuid::from_u128(1)));
        assert_eq!(
            place(Date::constant(2026, 6, 1), &p),
            None,
            "older than 60 days"
        );
    }
}
