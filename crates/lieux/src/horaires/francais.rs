//! Hours as French people write and read them.

use socle::francais::fold;

use super::{Dates, Horaires, JOURS_FR, Plage, Regle, united};

/// « 9 h », « 14 h 30 ».
pub(super) fn hour(minute: u16) -> String {
    match (minute / 60, minute % 60) {
        (24, 0) => "minuit".into(),
        (h, 0) => format!("{h}\u{a0}h"),
        (h, m) => format!("{h}\u{a0}h\u{a0}{m:02}"),
    }
}

/// « de 9 h à 12 h et de 14 h à 18 h ».
#[must_use]
pub fn range_text(plages: &[Plage]) -> String {
    let textes: Vec<String> = plages
        .iter()
        .map(|p| {
            if p.ouverte {
                format!("à partir de {}", hour(p.debut))
            } else {
                format!("de {} à {}", hour(p.debut), hour(p.fin))
            }
        })
        .collect();
    match textes.split_last() {
        None => "fermé".into(),
        Some((d, [])) => d.clone(),
        Some((d, reste)) => format!("{} et {d}", reste.join(", ")),
    }
}

/// `9h-12h, 14h-18h`: what the day fields of a form hold.
#[must_use]
pub fn day_ranges(plages: &[Plage]) -> String {
    let h = |m: u16| {
        if m.is_multiple_of(60) {
            format!("{}h", m / 60)
        } else {
            format!("{}h{:02}", m / 60, m % 60)
        }
    };
    let t: Vec<String> = plages
        .iter()
        .map(|p| format!("{}-{}", h(p.debut), h(p.fin)))
        .collect();
    t.join(", ")
}

/// The hours for a page: (when, ranges), the seven days of an ordinary week
/// first, then every other rule in words.
#[must_use]
pub fn lines(h: &Horaires) -> Vec<(String, String)> {
    let mut sortie = Vec::new();
    let ordinaire = (0..7).any(|j| !h.ordinary(j).is_empty());
    if ordinaire {
        for (j, nom) in JOURS_FR.iter().enumerate() {
            sortie.push(((*nom).to_owned(), range_text(h.ordinary(j))));
        }
    }
    for r in &h.regles {
        let q = &r.quand;
        let simple = q.annees.is_none()
            && q.semaines.is_empty()
            && q.dates.is_empty()
            && q.niemes.is_empty()
            && !q.feries
            && !q.vacances;
        if !simple {
            sortie.push((when(r), range_text(&r.plages)));
        }
    }
    sortie
}

fn when(r: &Regle) -> String {
    let q = &r.quand;
    let mut mots = Vec::new();
    if q.feries {
        mots.push("jours fériés".to_owned());
    }
    if q.vacances {
        mots.push("vacances scolaires".to_owned());
    }
    for (j, n) in &q.niemes {
        let rang = match n {
            1 => "premier".into(),
            -1 => "dernier".into(),
            n if *n > 0 => format!("{n}e"),
            n => format!("{}e avant la fin, ", -n),
        };
        mots.push(format!(
            "{rang} {} du mois",
            JOURS_FR[usize::from(*j).min(6)]
        ));
    }
    let jours: Vec<&str> = JOURS_FR
        .iter()
        .enumerate()
        .filter(|(j, _)| q.jours & (1 << j) != 0)
        .map(|(_, n)| *n)
        .collect();
    match jours.len() {
        0 => {}
        7 => mots.push("tous les jours".into()),
        _ => mots.push(jours.join(", ")),
    }
    for s in &q.semaines {
        mots.push(match (s.de, s.a, s.pas) {
            (2, 52, 2) => "semaines paires".into(),
            (1, 53, 2) => "semaines impaires".into(),
            (a, b, _) if a == b => format!("semaine {a}"),
            (a, b, 1) => format!("semaines {a} à {b}"),
            (a, b, n) => format!("semaines {a} à {b}, une sur {n}"),
        });
    }
    if let Some((a, b)) = q.annees {
        mots.push(if a == b {
            format!("en {a}")
        } else {
            format!("de {a} à {b}")
        });
    }
    for d in &q.dates {
        mots.push(dates(d));
    }
    mots.join(", ")
}

fn dates(d: &Dates) -> String {
    const MOIS: [&str; 12] = [
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ];
    let jour = |(m, j): (i8, i8), an: Option<i16>| {
        let mois = MOIS[usize::try_from(m - 1).unwrap_or(0).min(11)];
        let j = if j == 1 { "1er".into() } else { j.to_string() };
        let an = an.map_or_else(String::new, |a| format!(" {a}"));
        format!("{j} {mois}{an}")
    };
    if (d.annee, d.de) == (d.annee_fin, d.a) {
        format!("le {}", jour(d.de, d.annee))
    } else {
        format!("du {} au {}", jour(d.de, d.annee), jour(d.a, d.annee_fin))
    }
}

/// What a free French text gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lu {
    Vide,
    Compris(Horaires),
    /// Never guessed: somebody has to complete.
    ACompleter,
    Illisible,
}

/// Words after which nothing is guessed (spec 30 §3).
const AMBIGUS: &[&str] = &[
    "semaine paire",
    "semaine impaire",
    "semaines paires",
    "semaines impaires",
    "paire",
    "vacance",
    "scolaire",
    "janvier",
    "fevrier",
    "mars ",
    "avril",
    "juin",
    "juillet",
    "aout",
    "septembre",
    "octobre",
    "novembre",
    "decembre",
    "ete",
    "hiver",
    "printemps",
    "automne",
    "premier",
    "1er",
    "sauf",
    "toutes les",
    "tous les",
    "quinzaine",
    "sur deux",
    "rendez vous",
    "rdv",
    "telephone",
    "ferme",
    "sur demande",
    "en fonction",
    "itinerance",
    "environ",
    "parfois",
    "exceptionnel",
    "?",
];

/// One day: « 9h-12h, 14h-18h », « 09:00 - 12:00 / 14:00 - 17:00 », « fermé ».
///
/// # Errors
/// When the text is not ranges only.
pub fn read_day(texte: &str) -> Result<Vec<Plage>, super::Illisible> {
    let t = fold(&texte.replace(['\u{2013}', '\u{2014}'], "-"));
    if t.is_empty() || t == "ferme" || t == "off" || t == "x" {
        return Ok(Vec::new());
    }
    let jetons = tokens(texte).ok_or(super::Illisible)?;
    let mut heures = Vec::new();
    for j in jetons {
        match j {
            Jeton::Heure(m) => heures.push(m),
            Jeton::Liant => {}
            Jeton::Jour(_) | Jeton::Plage(..) | Jeton::Semaine => return Err(super::Illisible),
        }
    }
    pairs(&heures).map(|p| united(p).0)
}

fn pairs(heures: &[u16]) -> Result<Vec<Plage>, super::Illisible> {
    if heures.is_empty() || !heures.len().is_multiple_of(2) {
        return Err(super::Illisible);
    }
    let mut plages = Vec::new();
    for c in heures.chunks(2) {
        match (c[0], c[1]) {
            (0, 0) => {}
            (a, b) if b > a && b <= 1440 => plages.push(Plage::new(a, b)),
            _ => return Err(super::Illisible),
        }
    }
    Ok(plages)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Jeton {
    Heure(u16),
    Jour(u8),
    Plage(u8, u8),
    Semaine,
    Liant,
}

/// A whole text: « du lundi au vendredi 9h-12h et 14h-17h, samedi 9h-12h ».
#[must_use]
pub fn read_week(texte: &str) -> Lu {
    let plat = fold(texte);
    if plat.is_empty() || matches!(plat.as_str(), "0" | "/" | "n/a" | "nc" | "null") {
        return Lu::Vide;
    }
    let cherche = format!("{plat} ");
    if AMBIGUS.iter().any(|m| cherche.contains(m)) {
        return Lu::ACompleter;
    }
    let Some(jetons) = tokens(texte) else {
        return Lu::Illisible;
    };
    let mut semaine: [Vec<Plage>; 7] = Default::default();
    let (mut jours, mut heures, mut vu) = (0_u8, Vec::new(), false);
    let mut pose = |jours: u8, heures: &mut Vec<u16>| -> bool {
        let Ok(plages) = pairs(heures) else {
            return false;
        };
        for (j, s) in semaine.iter_mut().enumerate() {
            if jours & (1 << j) != 0 {
                s.extend(&plages);
            }
        }
        heures.clear();
        true
    };
    for j in jetons {
        let masque = match j {
            Jeton::Heure(m) => {
                if jours == 0 {
                    return Lu::ACompleter;
                }
                heures.push(m);
                continue;
            }
            Jeton::Liant => continue,
            Jeton::Jour(d) => 1 << d,
            Jeton::Plage(a, b) => (0..7).fold(0, |m, k| {
                let dedans = if a <= b {
                    (a..=b).contains(&k)
                } else {
                    k >= a || k <= b
                };
                if dedans { m | 1 << k } else { m }
            }),
            Jeton::Semaine => 0b1_1111,
        };
        if heures.is_empty() {
            jours |= masque;
        } else {
            if !pose(jours, &mut heures) {
                return Lu::ACompleter;
            }
            vu = true;
            jours = masque;
        }
    }
    if heures.is_empty() {
        return if vu || jours != 0 {
            Lu::ACompleter
        } else {
            Lu::Illisible
        };
    }
    if !pose(jours, &mut heures) {
        return Lu::ACompleter;
    }
    Lu::Compris(Horaires::of_week(semaine))
}

/// Cuts a text into days and hours; `None` at the first word not understood.
fn tokens(texte: &str) -> Option<Vec<Jeton>> {
    let plat = texte.to_lowercase().replace(
        [
            '\u{2013}', '\u{2014}', '-', '/', ',', ';', '.', '|', '(', ')', '\u{a0}', '\u{202f}',
        ],
        " ",
    );
    let plat = fold(&plat);
    let mut jetons: Vec<Jeton> = Vec::new();
    let mut au = false;
    let mut reste = plat.as_str();
    loop {
        reste = reste.trim_start_matches([' ', ':']);
        let Some(c) = reste.chars().next() else {
            return Some(jetons);
        };
        if c.is_ascii_digit() {
            let (m, suite) = read_hour(reste)?;
            jetons.push(Jeton::Heure(m));
            reste = suite;
            au = false;
            continue;
        }
        let n = reste
            .find(|c: char| !c.is_ascii_alphabetic())
            .unwrap_or(reste.len());
        let (mot, suite) = reste.split_at(n);
        if mot.is_empty() {
            return None;
        }
        reste = suite;
        let jour = |m: &str| {
            JOURS_FR.iter().position(|j| {
                m == *j || m.strip_suffix('s') == Some(j) || (m.len() == 3 && j.starts_with(m))
            })
        };
        if let Some(j) = jour(mot) {
            let j = u8::try_from(j).ok()?;
            match jetons.last() {
                Some(Jeton::Jour(d)) if au => {
                    let d = *d;
                    jetons.pop();
                    jetons.push(Jeton::Plage(d, j));
                }
                _ => jetons.push(Jeton::Jour(j)),
            }
            au = false;
        } else {
            match mot {
                "au" => au = matches!(jetons.last(), Some(Jeton::Jour(_))),
                "semaine" => jetons.push(Jeton::Semaine),
                "du" | "de" | "des" | "a" | "et" | "le" | "les" | "la" | "puis" | "ouvert"
                | "ouverture" | "horaires" | "matin" | "apres" | "midi" | "h" | "heures" | "en"
                | "l" | "d" => {
                    jetons.push(Jeton::Liant);
                }
                _ => return None,
            }
        }
    }
}

/// `9h`, `9 h 30`, `09:30`, `8h12h` (two hours), `14h00`.
fn read_hour(s: &str) -> Option<(u16, &str)> {
    let n = s.bytes().take_while(u8::is_ascii_digit).count();
    if n == 0 || n > 2 {
        return None;
    }
    let h: u16 = s[..n].parse().ok()?;
    let reste = s[n..].trim_start();
    let reste = reste
        .strip_prefix("heures")
        .or_else(|| reste.strip_prefix('h'))
        .or_else(|| reste.strip_prefix(':'))?;
    if h > 24 {
        return None;
    }
    // Minutes are two digits not followed by another « h ».
    let suite = reste.trim_start();
    let k = suite.bytes().take_while(u8::is_ascii_digit).count();
    let heure_suivante = suite[k..].trim_start().starts_with(['h', ':']);
    if k == 2 && !heure_suivante {
        let m: u16 = suite[..2].parse().ok()?;
        if m < 60 && h * 60 + m <= 1440 {
            let apres = &suite[2..];
            return Some((
                h * 60 + m,
                apres
                    .strip_prefix("mn")
                    .or_else(|| apres.strip_prefix("min"))
                    .unwrap_or(apres),
            ));
        }
        return None;
    }
    Some((h * 60, reste))
}
