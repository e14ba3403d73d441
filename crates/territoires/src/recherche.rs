//! Finding a commune from what somebody types: name, postcode or INSEE code,
//! with accents, cases, « St » and small mistakes forgiven.

use std::cmp::Reverse;

use crate::{
    geographie::{Commune, geographie},
    index::{Index, Nom, letters},
    nom,
};

/// What a typed text designates.
#[derive(Debug, Clone, PartialEq)]
pub enum ResultatCommune {
    Trouvee(&'static Commune),
    /// Possible communes, the most likely first: somebody has to choose.
    Plusieurs(Vec<&'static Commune>),
    Aucune,
}

impl PartialEq for Commune {
    fn eq(&self, autre: &Self) -> bool {
        self.code == autre.code
    }
}

/// How many communes are offered when a text is not enough.
const CHOIX: usize = 20;
/// Longer texts are not names of communes.
const LONGUEUR: usize = 100;

/// The communes a text may mean, best first: exact names, beginnings, words,
/// then names within one or two mistakes; the most populated first.
#[must_use]
pub fn recherche(texte: &str, limite: usize) -> Vec<&'static Commune> {
    let (codes, mots) = split(texte);
    let mut trouves: Vec<(u8, &'static Commune)> = match (codes.first(), mots.is_empty()) {
        (None, true) => Vec::new(),
        (Some(code), true) => by_code(code),
        (None, false) => by_name(&mots, limite),
        (Some(code), false) => {
            let lieux = by_code(code);
            by_name(&mots, usize::MAX)
                .into_iter()
                .filter(|(_, c)| lieux.iter().any(|(_, l)| l == c))
                .collect()
        }
    };
    trouves.sort_by_key(|(rang, c)| (*rang, Reverse(c.population()), c.code));
    let mut sortie: Vec<&'static Commune> = Vec::new();
    for (_, c) in trouves {
        if !sortie.contains(&c) {
            sortie.push(c);
        }
        if sortie.len() == limite {
            break;
        }
    }
    sortie
}

/// What the text of a form field designates: « Rennes (35000) », « 35238 »,
/// « 35000 », « Rennes », « rennes 35 ».
#[must_use]
pub fn resolve_saisie(texte: &str) -> ResultatCommune {
    let (codes, mots) = split(texte);
    if mots.is_empty() {
        let Some(code) = codes.first() else {
            return ResultatCommune::Aucune;
        };
        return one_of(exact_code(code));
    }
    let cle = nom::cle(&nom::normalise(&mots));
    let exactes = |propre: bool| {
        let mut v: Vec<&'static Commune> = Vec::new();
        for n in Index::get()
            .with_cle(&cle)
            .filter(|n| n.est_partie != propre)
        {
            if !v.contains(&n.commune) && codes.iter().all(|c| matches_code(n.commune, c)) {
                v.push(n.commune);
            }
        }
        // « La Rochelle » is not « Rochelle » when both exist.
        let entier = nom::normalise(&mots);
        if v.iter().any(|c| nom::normalise(c.nom) == entier) {
            v.retain(|c| nom::normalise(c.nom) == entier);
        }
        v
    };
    for v in [exactes(true), exactes(false)] {
        if !v.is_empty() {
            return one_of(v);
        }
    }
    match recherche(texte, CHOIX) {
        v if v.is_empty() => ResultatCommune::Aucune,
        v => ResultatCommune::Plusieurs(v),
    }
}

fn one_of(mut v: Vec<&'static Commune>) -> ResultatCommune {
    v.sort_by_key(|c| (Reverse(c.population()), c.code));
    match v.as_slice() {
        [] => ResultatCommune::Aucune,
        [c] => ResultatCommune::Trouvee(c),
        _ => ResultatCommune::Plusieurs(v),
    }
}

/// Codes (digits, or `2A…`) apart from words.
fn split(texte: &str) -> (Vec<String>, String) {
    let debut: String = texte.chars().take(LONGUEUR).collect();
    let entier = nom::normalise_whole(&debut);
    let (codes, mots): (Vec<&str>, Vec<&str>) = entier
        .split(' ')
        .filter(|m| !m.is_empty())
        .partition(|m| is_code(m));
    // « 35 000 » is one code.
    let codes = if codes.len() > 1 && codes.iter().map(|c| c.len()).sum::<usize>() <= 5 {
        vec![codes.concat().to_ascii_uppercase()]
    } else {
        codes.into_iter().map(str::to_ascii_uppercase).collect()
    };
    (codes, mots.join(" "))
}

fn is_code(mot: &str) -> bool {
    let chiffres = mot
        .strip_prefix("2a")
        .or_else(|| mot.strip_prefix("2b"))
        .unwrap_or(mot);
    mot.len() >= 2 && mot.len() <= 5 && chiffres.bytes().all(|o| o.is_ascii_digit())
}

/// A département, a postcode or an INSEE code, whole or its beginning.
fn matches_code(c: &Commune, code: &str) -> bool {
    c.code.starts_with(code) || c.codes_postaux().any(|p| p.starts_with(code))
}

fn exact_code(code: &str) -> Vec<&'static Commune> {
    let g = geographie();
    let (Some(insee), poste) = (nom::code_insee(code), nom::code_postal(code)) else {
        return Vec::new();
    };
    let mut v: Vec<&'static Commune> = poste
        .iter()
        .flat_map(|p| g.communes_of_code_postal(p))
        .collect();
    if let Some(c) = g.commune_today(&insee)
        && !v.contains(&c)
    {
        v.push(c);
    }
    v
}

fn by_code(code: &str) -> Vec<(u8, &'static Commune)> {
    let g = geographie();
    if code.len() == 5 {
        return exact_code(code)
            .into_iter()
            .map(|c| (u8::from(c.code != code), c))
            .collect();
    }
    g.communes
        .iter()
        .filter(|c| matches_code(c, code))
        .map(|c| (2, c))
        .collect()
}

fn by_name(mots: &str, limite: usize) -> Vec<(u8, &'static Commune)> {
    let index = Index::get();
    let cle = nom::cle(mots);
    let rang = |n: &Nom, r: u8| (2 * r + u8::from(n.est_partie), n.commune);
    let mut v: Vec<(u8, &'static Commune)> = Vec::new();
    v.extend(index.with_cle(&cle).map(|n| rang(n, 0)));
    v.extend(index.with_prefix(mots).map(|n| rang(n, 1)));
    let colle = mots.replace(' ', "");
    let lettres = letters(&colle);
    let chaque: Vec<&str> = mots.split(' ').collect();
    for n in &index.noms {
        match words(&n.entier, &chaque) {
            Mots::Entiers => v.push(rang(n, 1)),
            Mots::Debuts => v.push(rang(n, if n.cle.starts_with(&cle) { 1 } else { 2 })),
            Mots::Absents => {}
        }
    }
    v.sort_unstable_by_key(|(rang, c)| (c.code, *rang));
    v.dedup_by_key(|(_, c)| c.code);
    if v.len() < limite.min(CHOIX) {
        let fautes = match colle.len() {
            0..=3 => 0,
            4..=6 => 1,
            _ => 2,
        };
        for n in &index.noms {
            // An article on one side only may add two letters.
            let ecart = (n.lettres ^ lettres).count_ones();
            if ecart > 2 * fautes + if n.article > 0 { 2 } else { 0 } {
                continue;
            }
            let sans = mistakes(cle.as_bytes(), n.cle.as_bytes(), fautes as usize);
            let avec = || {
                let entier = (n.article > 0).then(|| n.entier.replace(' ', ""))?;
                mistakes(colle.as_bytes(), entier.as_bytes(), fautes as usize)
            };
            if let Some(d) = sans.or_else(avec) {
                v.push(rang(n, 3 + d));
            }
        }
    }
    v
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mots {
    Entiers,
    Debuts,
    Absents,
}

/// Whether every typed word is a word of the name, or begins one.
fn words(entier: &str, mots: &[&str]) -> Mots {
    let mut sortie = Mots::Entiers;
    for m in mots {
        let mut trouve = Mots::Absents;
        for (i, _) in entier.match_indices(m) {
            if i == 0 || entier.as_bytes()[i - 1] == b' ' {
                let fin = entier
                    .as_bytes()
                    .get(i + m.len())
                    .is_none_or(|o| *o == b' ');
                trouve = if fin { Mots::Entiers } else { Mots::Debuts };
                if fin {
                    break;
                }
            }
        }
        match trouve {
            Mots::Absents => return Mots::Absents,
            Mots::Debuts => sortie = Mots::Debuts,
            Mots::Entiers => {}
        }
    }
    sortie
}

/// Edit distance with neighbouring swaps, when it is at most `max`.
fn mistakes(a: &[u8], b: &[u8], max: usize) -> Option<u8> {
    const TAILLE: usize = 64;
    if a.len().abs_diff(b.len()) > max || a.len() >= TAILLE || b.len() >= TAILLE {
        return None;
    }
    let mut lignes = [[0_usize; TAILLE]; 3];
    for (j, x) in lignes[0].iter_mut().enumerate() {
        *x = j;
    }
    for i in 1..=a.len() {
        let (ici, avant, deux) = (i % 3, (i + 2) % 3, (i + 1) % 3);
        lignes[ici][0] = i;
        let mut minimum = i;
        for j in 1..=b.len() {
            let cout = usize::from(a[i - 1] != b[j - 1]);
            let mut d = (lignes[avant][j - 1] + cout)
                .min(lignes[avant][j] + 1)
                .min(lignes[ici][j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                d = d.min(lignes[deux][j - 2] + 1);
            }
            lignes[ici][j] = d;
            minimum = minimum.min(d);
        }
        if minimum > max {
            return None;
        }
    }
    let d = lignes[a.len() % 3][b.len()];
    (d <= max).then(|| u8::try_from(d).unwrap_or(u8::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn codes(texte: &str) -> Vec<&'static str> {
        recherche(texte, 10).iter().map(|c| c.code).collect()
    }

    #[test]
    fn names_are_found_whatever_their_spelling() {
        for (texte, code) in [
            ("rennes", "35238"),
            ("RENNES", "35238"),
            ("st étienne", "42218"),
            ("Saint Etiene", "42218"),
            ("l'hay les roses", "94038"),
            ("L’Haÿ-les-Roses", "94038"),
            ("havre", "76351"),
            ("le havre", "76351"),
            ("marseile", "13055"),
            ("paris 3e", "75056"),
            ("malo", "35288"),
            ("35238", "35238"),
            ("35 000", "35238"),
            ("rennes 35", "35238"),
            ("98800", "98818"),
            ("arbignieu", "01015"),
            ("ajacio", "2A004"),
            ("2a004", "2A004"),
        ] {
            assert_eq!(codes(texte).first(), Some(&code), "{texte}");
        }
        assert!(codes("").is_empty());
        assert!(codes("zzzzzzzzzz").is_empty());
    }

    #[test]
    fn the_most_populated_of_equal_names_comes_first() {
        let v = recherche("saint-denis", 5);
        assert_eq!(v[0].code, "97411");
        assert_eq!(v[1].code, "93066");
    }

    /// The contract of pickers: what is offered reads back as itself.
    #[test]
    fn every_label_reads_back_as_its_commune() {
        for c in &geographie().communes {
            assert_eq!(
                resolve_saisie(&c.libelle()),
                ResultatCommune::Trouvee(c),
                "{}",
                c.libelle()
            );
        }
    }

    #[test]
    fn a_text_gives_one_commune_or_a_choice() {
        let une = |t: &str| match resolve_saisie(t) {
            ResultatCommune::Trouvee(c) => c.code,
            autre => panic!("{t} : {autre:?}"),
        };
        assert_eq!(une("Rennes (35000)"), "35238");
        assert_eq!(une("35238"), "35238");
        assert_eq!(une("35000"), "35238");
        assert_eq!(une("rennes"), "35238");
        assert_eq!(une("Le Havre"), "76351");
        assert_eq!(une("75103"), "75056", "an arrondissement is in its commune");
        let ResultatCommune::Plusieurs(v) = resolve_saisie("01400") else {
            panic!("one postcode, many communes")
        };
        assert!(v.len() > 5);
        let ResultatCommune::Plusieurs(v) = resolve_saisie("Saint-Martin") else {
            panic!("many Saint-Martin")
        };
        assert!(v.len() > 3);
        assert!(
            matches!(resolve_saisie("Renes"), ResultatCommune::Plusieurs(v) if v.iter().any(|c| c.code == "35238"))
        );
        for rien in ["", "   ", "qqqqqqqq", "()", "00000"] {
            assert_eq!(resolve_saisie(rien), ResultatCommune::Aucune, "{rien:?}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn no_text_is_too_strange(t in "\\PC{0,40}") {
            prop_assert!(recherche(&t, 8).len() <= 8);
            let _ = resolve_saisie(&t);
        }

        #[test]
        fn one_letter_dropped_is_forgiven(i in 0_usize..34_000, j in 1_usize..20) {
            let c = &geographie().communes[i];
            let mut n = c.nom.to_lowercase();
            let places: Vec<usize> = n.char_indices().map(|(p, _)| p).collect();
            prop_assume!(places.len() > 6 && !n.contains(|x: char| x.is_ascii_digit()));
            n.remove(places[j % places.len()]);
            let trouves = recherche(&n, 40);
            // The mistake may spell the beginning of many other names.
            prop_assert!(trouves.contains(&c) || trouves.len() >= 20, "{} → {}", c.nom, n);
        }
    }
}
