//! The scanner of free texts: what must never be written there (spec 20 §2.6,
//! spec 01 arbitration 3). The same rule runs in the browser: both replay the
//! cases of `crates/activites/tests-data/texte_libre.json`.
//!
//! - Separators (spaces, `.`, `-`, `_`, `/`, at most three in a row) are
//!   ignored inside a number.
//! - NIR: 13 characters (2A counts as 19, 2B as 18) and the key 97 − n mod 97,
//!   with a possible sex and month, wherever a group of digits begins.
//! - IBAN: the length of its country, mod 97 = 1, at least 12 digits.
//! - Card: 13 to 19 digits passing Luhn, not a SIRET, not after a `/` (dates).
//!   Phone numbers in front are skipped; what follows a whole card is too.
//! - Password: `mot de passe`, `mdp`, `code secret`, `identifiant`, then `:`,
//!   `=` or « est », then anything.

use std::ops::Range;

/// What was found. NIR, IBAN and card numbers are refused; a text that looks
/// like a password asks for a confirmation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouve {
    Nir,
    Iban,
    Carte,
    MotDePasse,
}

impl Trouve {
    #[must_use]
    pub fn refused(self) -> bool {
        self != Trouve::MotDePasse
    }

    #[must_use]
    pub fn cle(self) -> &'static str {
        match self {
            Trouve::Nir => "nir",
            Trouve::Iban => "iban",
            Trouve::Carte => "carte",
            Trouve::MotDePasse => "mot_de_passe",
        }
    }
}

/// The message shown beside the field.
pub const MESSAGE: &str = "Ne saisissez ni numéro de sécurité sociale, ni coordonnées bancaires, ni identifiant ou mot de passe.";

/// Scans a free text.
#[must_use]
pub fn scan(texte: &str) -> Option<Trouve> {
    locate(texte).map(|(t, _)| t)
}

/// What is found and the passage that holds it, to show to who wrote it.
#[must_use]
pub fn locate(texte: &str) -> Option<(Trouve, String)> {
    let signes: Vec<char> = texte.chars().collect();
    let suites = runs(&signes);
    let (t, ou) = suites
        .iter()
        .find_map(|s| s.find(nir).map(|r| (Trouve::Nir, r)))
        .or_else(|| {
            suites
                .iter()
                .find_map(|s| s.find(iban).map(|r| (Trouve::Iban, r)))
        })
        .or_else(|| {
            digit_runs(&signes)
                .iter()
                .find_map(|s| card(s).map(|r| (Trouve::Carte, s.range(&r))))
        })
        .or_else(|| password(&signes).map(|r| (Trouve::MotDePasse, r)))?;
    Some((t, signes[ou].iter().collect()))
}

/// `Err` with the message when the text is refused, for `Saisies::take`.
///
/// # Errors
/// [`MESSAGE`].
pub fn check(texte: &str) -> Result<(), &'static str> {
    if scan(texte).is_some() {
        Err(MESSAGE)
    } else {
        Ok(())
    }
}

/// Letters and digits that follow each other, separators left out: upper case
/// ASCII, with the place of each in the text.
#[derive(Debug, Default)]
struct Suite {
    texte: String,
    places: Vec<usize>,
}

impl Suite {
    fn push(&mut self, c: char, place: usize) {
        self.texte.push(c.to_ascii_uppercase());
        self.places.push(place);
    }

    /// The first passage a rule recognises, from the left.
    fn find(&self, regle: fn(&str) -> Option<usize>) -> Option<Range<usize>> {
        (0..self.texte.len())
            .filter(|i| self.opens(*i))
            .find_map(|i| Some((i, regle(self.texte.get(i..)?)?)))
            .map(|(i, n)| self.range(&(i..i + n)))
    }

    /// A number begins after a separator or after a letter, never inside
    /// digits that touch each other.
    fn opens(&self, i: usize) -> bool {
        i == 0
            || self.places[i] != self.places[i - 1] + 1
            || !self.texte.as_bytes()[i - 1].is_ascii_digit()
    }

    fn closes(&self, i: usize) -> bool {
        i >= self.places.len() || self.places[i] != self.places[i - 1] + 1
    }

    fn range(&self, r: &Range<usize>) -> Range<usize> {
        self.places[r.start]..self.places[r.end - 1] + 1
    }
}

fn is_separator(c: char) -> bool {
    matches!(
        c,
        ' ' | '.'
            | '-'
            | '_'
            | '/'
            | '\t'
            | '\u{a0}'
            | '\u{202f}'
            | '\u{2009}'
            | '\u{2011}'
            | '\u{2013}'
    )
}

fn cut(signes: &[char], of: fn(char) -> bool, breaks: fn(char) -> bool) -> Vec<Suite> {
    let mut suites = Vec::new();
    let mut s = Suite::default();
    let mut vides = 0;
    for (i, &c) in signes.iter().enumerate() {
        if of(c) {
            s.push(c, i);
            vides = 0;
            continue;
        }
        vides += 1;
        if breaks(c) || !is_separator(c) || vides > 3 {
            suites.push(std::mem::take(&mut s));
        }
    }
    suites.push(s);
    suites.retain(|s| s.texte.len() >= 13);
    suites
}

fn runs(signes: &[char]) -> Vec<Suite> {
    cut(signes, |c| c.is_ascii_alphanumeric(), |_| false)
}

fn digit_runs(signes: &[char]) -> Vec<Suite> {
    cut(signes, |c| c.is_ascii_digit(), |c| c == '/')
}

/// Sex 1–4, 7 or 8; month 01–12, 20–42 or 50–99.
fn nir(s: &str) -> Option<usize> {
    let s = s.get(..15)?;
    let mut corps = s[..13].to_owned();
    match &s[5..7] {
        "2A" => corps.replace_range(5..7, "19"),
        "2B" => corps.replace_range(5..7, "18"),
        _ => {}
    }
    let (n, cle) = (corps.parse::<u64>().ok()?, s[13..].parse::<u64>().ok()?);
    let mois: u64 = corps[3..5].parse().ok()?;
    (matches!(&corps[..1], "1" | "2" | "3" | "4" | "7" | "8")
        && matches!(mois, 1..=12 | 20..=42 | 50..=99)
        && 97 - n % 97 == cle)
        .then_some(15)
}

/// Countries and the length of their IBAN (ISO 13616 register).
const PAYS: &str = "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DK18 DO28 EE20 \
EG29 ES24 FI18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 \
LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MR27 MT31 MU30 NL18 NO15 PK24 PL28 PS29 PT25 QA29 RO24 RS22 SA24 SC31 \
SD18 SE24 SI19 SK24 SM27 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20";

fn iban(s: &str) -> Option<usize> {
    let pays = s.get(..2)?;
    let n: usize = PAYS
        .split(' ')
        .find_map(|p| p.strip_prefix(pays))?
        .parse()
        .ok()?;
    let t = s.get(..n)?;
    if !t.as_bytes()[2..4].iter().all(u8::is_ascii_digit)
        || t.bytes().filter(u8::is_ascii_digit).count() < 12
    {
        return None;
    }
    let reste = t[4..].bytes().chain(t[..4].bytes()).fold(0_u32, |r, c| {
        if c.is_ascii_digit() {
            (r * 10 + u32::from(c - b'0')) % 97
        } else {
            (r * 100 + u32::from(c - b'A') + 10) % 97
        }
    });
    (reste == 1).then_some(n)
}

fn card(s: &Suite) -> Option<Range<usize>> {
    let chiffres: Vec<u32> = s.texte.chars().filter_map(|c| c.to_digit(10)).collect();
    let fin = chiffres.len();
    let mut debut = 0;
    // Phone numbers in front: ten digits that begin with one 0 and end a group.
    while fin - debut >= 10
        && chiffres[debut] == 0
        && chiffres[debut + 1] != 0
        && s.closes(debut + 10)
    {
        debut += 10;
    }
    let valid = |r: &Range<usize>| {
        let c = &chiffres[r.clone()];
        (13..=19).contains(&c.len())
            && c[0] != 0
            && crate::valeurs::luhn(c)
            && !(c.len() == 14 && crate::valeurs::luhn(&c[..9]))
    };
    let tout = debut..fin;
    if valid(&tout) {
        return Some(tout);
    }
    // A card then its date or its code; or a card among other numbers.
    let tete = |n: usize| {
        let r = debut..debut + n;
        (r.end <= fin && matches!(chiffres[debut], 3..=6) && s.closes(r.end) && valid(&r))
            .then_some(r)
    };
    if let Some(r) = tete(16).or_else(|| tete(15)) {
        return Some(r);
    }
    if fin - debut > 19 {
        let queue = |n: usize| {
            let r = fin - n..fin;
            (r.start >= debut
                && matches!(chiffres[r.start], 3..=6)
                && s.opens(r.start)
                && valid(&r))
            .then_some(r)
        };
        return queue(16).or_else(|| queue(15));
    }
    None
}

fn password(signes: &[char]) -> Option<Range<usize>> {
    // One letter for one letter, so that places stay those of the text.
    let bas: Vec<char> = signes
        .iter()
        .map(|c| c.to_lowercase().next().unwrap_or(*c))
        .collect();
    let word = |i: usize, mot: &str| {
        let n = mot.chars().count();
        (i + n <= bas.len() && mot.chars().eq(bas[i..i + n].iter().copied())).then_some(i + n)
    };
    let blanks = |mut i: usize| {
        while bas.get(i).is_some_and(|c| c.is_whitespace()) {
            i += 1;
        }
        i
    };
    (0..bas.len())
        .filter(|&i| i == 0 || !bas[i - 1].is_alphanumeric())
        .find_map(|i| {
            let apres = ["mot de passe", "mdp", "code secret", "identifiant"]
                .iter()
                .find_map(|m| word(i, m))?;
            let apres = word(apres, "s").unwrap_or(apres);
            let signe = blanks(apres);
            let suite = match bas.get(signe)? {
                ':' | '=' => signe + 1,
                _ => word(signe, "est").filter(|&f| {
                    signe > apres && bas.get(f).is_some_and(|c| c.is_whitespace() || *c == ':')
                })?,
            };
            let debut = blanks(suite);
            let n = bas[debut.min(bas.len())..]
                .iter()
                .take_while(|c| !c.is_whitespace())
                .count();
            (n > 0).then_some(i..debut + n)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_people_are_found_and_ordinary_ones_are_not() {
        for (texte, attendu, passage) in [
            (
                "son numéro 2 55 08 14 168 025 38 pour la CAF",
                Trouve::Nir,
                "2 55 08 14 168 025 38",
            ),
            ("NIR255081416802538", Trouve::Nir, "255081416802538"),
            (
                "IBAN : fr76 3000 6000 0112 3456 7890 189.",
                Trouve::Iban,
                "fr76 3000 6000 0112 3456 7890 189",
            ),
            (
                "carte 4111-1111-1111-1111 12 28 123",
                Trouve::Carte,
                "4111-1111-1111-1111",
            ),
            (
                "06 12 34 56 78 4111 1111 1111 1111",
                Trouve::Carte,
                "4111 1111 1111 1111",
            ),
            ("MDP : azerty !", Trouve::MotDePasse, "MDP : azerty"),
            (
                "Son mot de passe est Soleil12.",
                Trouve::MotDePasse,
                "mot de passe est Soleil12.",
            ),
            ("identifiant=awa35", Trouve::MotDePasse, "identifiant=awa35"),
        ] {
            assert_eq!(
                locate(texte),
                Some((attendu, passage.to_owned())),
                "{texte}"
            );
        }
        for bon in [
            "Atelier de 14 h à 16 h, 12 personnes, tél. 02 99 00 00 00",
            "06 12 34 56 78, 02 99 00 00 00, 06 98 76 54 32",
            "0612345678 0299000000",
            "06 12 34 56 78 02 99 00 00 00",
            "SIRET 732 829 320 00074 de la mairie",
            "Aide au mot de passe oublié",
            "Il a un identifiant : ",
            "Son identifiant estival",
            "le 03/03/2026 puis le 10/03/2026 à 9 h",
            "de 12 personnes à 14 personnes, rue de 35000 Rennes",
        ] {
            assert_eq!(scan(bon), None, "{bon}");
        }
    }

    #[test]
    fn corsica_counts_as_19_and_18() {
        for (dep, n) in [("2A", 19_u64), ("2B", 18)] {
            let corps = format!("18506{n}004021");
            let cle = 97 - corps.parse::<u64>().unwrap() % 97;
            let texte = format!("1 85 06 {dep} 004 021 {cle:02}");
            assert_eq!(scan(&texte), Some(Trouve::Nir), "{texte}");
            assert_eq!(
                scan(&format!("1 85 06 {dep} 004 021 {:02}", cle % 97 + 1)),
                None
            );
        }
    }

    /// Puts separators of one's own choice between the signs of a number.
    fn spaced(n: &str, separateurs: &[usize]) -> String {
        let mut t = String::new();
        for (i, c) in n.chars().enumerate() {
            t.push(c);
            t.push_str(
                ["", " ", ".", "-", "", "\u{a0}", " - ", "_"]
                    [separateurs[i % separateurs.len()] % 8],
            );
        }
        t
    }

    proptest::proptest! {
        #[test]
        fn no_text_breaks_the_scanner(s in ".{0,120}") {
            let _ = locate(&s);
        }

        #[test]
        fn a_valid_nir_is_refused_however_it_is_spaced(
            sexe in 1_u64..=2, annee in 0_u64..100, mois in 1_u64..=12, lieu in 0_u64..100_000, ordre in 1_u64..1_000,
            sep in proptest::collection::vec(0_usize..8, 15), avant in "[a-zé ]{0,12}",
        ) {
            let corps = format!("{sexe}{annee:02}{mois:02}{lieu:05}{ordre:03}");
            let cle = 97 - corps.parse::<u64>().unwrap() % 97;
            let texte = format!("{avant} {}", spaced(&format!("{corps}{cle:02}"), &sep));
            proptest::prop_assert_eq!(scan(&texte), Some(Trouve::Nir), "{}", texte);
        }

        #[test]
        fn a_valid_iban_is_refused_however_it_is_spaced(
            pays in proptest::sample::select(vec![("FR", 23), ("DE", 18), ("BE", 12), ("ES", 20), ("LU", 16)]),
            n in proptest::collection::vec(0_u8..10, 23), sep in proptest::collection::vec(0_usize..8, 27),
        ) {
            let corps: String = n[..pays.1].iter().map(ToString::to_string).collect();
            let reste = corps.bytes().chain(pays.0.bytes()).chain(*b"00").fold(0_u32, |r, c| {
                if c.is_ascii_digit() { (r * 10 + u32::from(c - b'0')) % 97 } else { (r * 100 + u32::from(c - b'A') + 10) % 97 }
            });
            let texte = format!("Compte {}", spaced(&format!("{}{:02}{corps}", pays.0, 98 - reste), &sep));
            proptest::prop_assert!(scan(&texte).is_some_and(Trouve::refused), "{}", texte);
        }

        #[test]
        fn a_luhn_number_is_refused_however_it_is_spaced(
            n in proptest::collection::vec(0_u32..10, 12..19), tete in 1_u32..10, sep in proptest::collection::vec(0_usize..8, 19),
        ) {
            let mut c = n;
            c[0] = tete;
            c.push(0);
            let der = c.len() - 1;
            c[der] = (0..10).find(|d| { let mut t = c.clone(); t[der] = *d; crate::valeurs::luhn(&t) }).unwrap();
            proptest::prop_assume!(!(c.len() == 14 && crate::valeurs::luhn(&c[..9])));
            let texte = format!("n° {} ", spaced(&c.iter().map(ToString::to_string).collect::<String>(), &sep));
            proptest::prop_assert!(scan(&texte).is_some_and(Trouve::refused), "{}", texte);
        }

        #[test]
        fn ordinary_sentences_and_phone_numbers_pass(
            mots in proptest::collection::vec("[a-zéèà]{2,9}", 1..9),
            tel in proptest::collection::vec(("0[1-9]", 0_u32..100, 0_u32..100, 0_u32..100, 0_u32..100), 0..4),
            jour in 1_u32..29, mois in 1_u32..13,
        ) {
            let tels: Vec<String> = tel.iter().map(|(a, b, c, d, e)| format!("{a} {b:02} {c:02} {d:02} {e:02}")).collect();
            let texte = format!("{} {} le {jour:02}/{mois:02}/2026 à 14 h 30", mots.join(" "), tels.join(", "));
            let trouve = scan(&texte);
            proptest::prop_assert!(!trouve.is_some_and(Trouve::refused), "{} {:?}", texte, trouve);
        }
    }
}
