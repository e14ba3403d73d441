//! What a new file would change, said before anything is replaced.

use std::{collections::BTreeMap, fmt::Write};

use crate::geographie::Geographie;

/// Counts by level of both layers, then every commune added, removed,
/// renamed or moved to another EPCI.
#[must_use]
pub fn differences(avant: Option<&Geographie>, apres: &Geographie) -> String {
    let mut t = String::new();
    let vide = Geographie::default();
    let avant = avant.unwrap_or(&vide);
    for ((niveau, a), (_, b)) in avant.effectifs().into_iter().zip(apres.effectifs()) {
        let _ = writeln!(
            t,
            "{niveau:<26} {a:>6} → {b:>6}{}",
            if a == b { "" } else { "  *" }
        );
    }
    if avant.communes.is_empty() {
        return t;
    }
    let index = |g: &Geographie| -> BTreeMap<&'static str, (&'static str, Option<&'static str>)> {
        g.communes
            .iter()
            .map(|c| (c.code, (c.nom, c.epci)))
            .collect()
    };
    let (a, b) = (index(avant), index(apres));
    for (code, (nom, epci)) in &b {
        match a.get(code) {
            None => {
                let _ = writeln!(t, "+ {code} {nom}");
            }
            Some((ancien, _)) if ancien != nom => {
                let _ = writeln!(t, "~ {code} {ancien} → {nom}");
            }
            Some((_, autre)) if autre != epci => {
                let _ = writeln!(
                    t,
                    "~ {code} {nom} : EPCI {} → {}",
                    autre.unwrap_or("–"),
                    epci.unwrap_or("–")
                );
            }
            Some(_) => {}
        }
    }
    for (code, (nom, _)) in a.iter().filter(|(c, _)| !b.contains_key(*c)) {
        let _ = writeln!(t, "- {code} {nom}");
    }
    t
}
