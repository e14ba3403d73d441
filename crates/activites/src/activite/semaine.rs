//! « Saisie de la semaine » (spec 20 §3.7): a table whose lines each say how
//! many anonymous persons came for the same thing; recorded together or not
//! at all.

use std::collections::{BTreeMap, btree_map::Entry};

use jiff::civil::{Date, Weekday};
use serde::Serialize;
use socle::{Acteur, Erreur, Resultat, Saisies, Tx, commande, francais};
use web::Champs;

use super::{
    Contenu, TypeActivite,
    saisie::{self, Contexte},
    service::{self, Depot, ECRIRE},
};

/// Times one line may be repeated.
pub const FOIS_MAX: i64 = 20;
/// Activities of one submission.
pub const MAXIMUM: i64 = 60;
/// Lines a table may have.
pub const LIGNES_MAX: usize = 30;

/// Cells of a line and the field of an individuel each one fills.
pub const CELLULES: [(&str, &str); 8] = [
    ("jour", "date"),
    ("lieu", "lieu"),
    ("duree", "duree"),
    ("theme", "thematiques"),
    ("second", "thematiques"),
    ("genre", "genre"),
    ("tranche", "tranche"),
    ("statut", "statut"),
];
/// What is asked once for the whole table.
pub const CONFIRMATIONS: [&str; 2] = ["confirme_date", "confirme_emploi"];

/// The Monday of the week of a day.
#[must_use]
pub fn monday(le: Date) -> Date {
    let depuis = i32::from(le.weekday().since(Weekday::Monday));
    francais::plus_days(le, -depuis)
}

/// Lines to show or read: those asked for, within bounds.
#[must_use]
pub fn lines(champs: &Champs) -> usize {
    champs
        .get("lignes")
        .parse()
        .unwrap_or(7)
        .clamp(1, LIGNES_MAX)
}

/// A line says something once a theme, a profile or a number is there: the
/// day, the place and the duration come filled.
fn said(champs: &Champs, n: usize) -> bool {
    ["theme", "second", "genre", "tranche", "statut", "fois"]
        .iter()
        .any(|c| !champs.get(&format!("{c}_{n}")).trim().is_empty())
}

/// One line as the form of an individuel.
fn line(champs: &Champs, n: usize) -> Champs {
    let mut f = Champs::default();
    for (cellule, champ) in CELLULES {
        let v = champs.get(&format!("{cellule}_{n}"));
        if !v.is_empty() {
            f = f.with(champ, v);
        }
    }
    for c in CONFIRMATIONS {
        if champs.has(c, "oui") {
            f = f.with(c, "oui");
        }
    }
    f
}

/// The cell a message of an individuel belongs to.
fn cell(champ: &str, n: usize) -> String {
    if CONFIRMATIONS.contains(&champ) {
        return champ.to_owned();
    }
    let cellule = CELLULES
        .iter()
        .find(|(_, c)| *c == champ)
        .map_or("duree", |(cellule, _)| cellule);
    format!("{cellule}_{n}")
}

fn times(champs: &Champs, n: usize, e: &mut Saisies) -> i64 {
    let nom = format!("fois_{n}");
    let texte = champs.get(&nom).trim();
    if texte.is_empty() {
        return 1;
    }
    match texte.parse::<i64>() {
        Ok(f) if (1..=FOIS_MAX).contains(&f) => f,
        _ => {
            e.add(nom, format!("Ligne {n} : de 1 à {FOIS_MAX} fois."));
            1
        }
    }
}

#[derive(Serialize)]
struct Lot<'a>(&'a [(Contenu, i64)]);

/// Records a whole table in one transaction; the same table twice records it
/// once. Returns how many activities it makes.
///
/// # Errors
/// `Erreur::Saisie`, one message per cell, and nothing recorded.
pub async fn record(tx: &mut Tx, acteur: &Acteur, champs: &Champs) -> Resultat<i64> {
    acteur.require(&ECRIRE)?;
    let auteur = acteur.personne.ok_or(Erreur::Introuvable)?;
    let ici = crate::voisins::here(tx, auteur).await?;
    let aujourdhui = ici.jour;
    let mut contextes: BTreeMap<Date, Contexte> = BTreeMap::new();
    let mut e = Saisies::new();
    let mut faits: Vec<(Contenu, i64)> = Vec::new();
    for n in (1..=lines(champs)).filter(|n| said(champs, *n)) {
        let fois = times(champs, n, &mut e);
        let f = line(champs, n);
        let date = saisie::date(&f, aujourdhui).unwrap_or(aujourdhui);
        let cx = match contextes.entry(date) {
            Entry::Occupied(o) => o.into_mut(),
            Entry::Vacant(v) => v.insert(service::context(tx, auteur, &ici, date).await?),
        };
        match saisie::read(TypeActivite::Individuel, &f, cx) {
            Ok(c) => faits.push((c, fois)),
            Err(mauvais) => {
                for (champ, message) in mauvais.iter() {
                    let c = cell(champ, n);
                    if e.get(&c).is_none() {
                        let dit = if CONFIRMATIONS.contains(&champ) {
                            message.to_owned()
                        } else {
                            format!("Ligne {n} : {message}")
                        };
                        e.add(c, dit);
                    }
                }
            }
        }
    }
    let total: i64 = faits.iter().map(|f| f.1).sum();
    if total > MAXIMUM {
        e.add(
            "fois_1",
            format!("{MAXIMUM} accompagnements au maximum par envoi (actuellement {total})."),
        );
    }
    if faits.is_empty() && e.is_empty() {
        e.add("theme_1", "Remplissez au moins une ligne.");
    }
    e.check()?;
    let cle = champs.get("id_commande");
    let empreinte = commande::empreinte(&Lot(&faits));
    if commande::claim(tx, acteur, cle, "activite.semaine", &empreinte)
        .await?
        .is_some()
    {
        return Ok(total);
    }
    for (contenu, fois) in &faits {
        let Some(cx) = contextes.get(&contenu.date) else {
            continue;
        };
        for _ in 0..*fois {
            let depot = Depot {
                id: tx.new_id(),
                source: "saisie",
                saisi_le: None,
            };
            service::keep(tx, acteur, auteur, &depot, contenu.clone(), cx).await?;
        }
    }
    commande::conclude(tx, acteur, cle, &total.to_string()).await?;
    Ok(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weeks_start_on_monday() {
        let d = |j| Date::constant(2026, 3, j);
        assert_eq!(monday(d(3)), d(2));
        assert_eq!(monday(d(2)), d(2));
        assert_eq!(monday(d(8)), d(2));
    }

    #[test]
    fn a_line_left_as_it_came_says_nothing() {
        let f = Champs::default()
            .with("jour_1", "2026-03-02")
            .with("duree_1", "30")
            .with("fois_2", "2");
        assert!(!said(&f, 1) && said(&f, 2));
        assert_eq!(lines(&f), 7);
        assert_eq!(lines(&f.with("lignes", "400")), LIGNES_MAX);
    }
}
