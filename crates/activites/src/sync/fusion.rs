//! Two changes made apart, and what they started from (spec 20 §4.4). Pure.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

/// Keys that are sets: members are added and removed one by one.
const ENSEMBLES: [&str; 8] = [
    "thematiques",
    "sous_thematiques",
    "materiel",
    "motifs",
    "publics",
    "etiquettes",
    "suivis",
    "coanimateurs",
];

/// Keys that mean something together only: name of the group, its keys.
const GROUPES: [(&str, &[&str]); 6] = [
    ("lieu", &["type_lieu", "lieu_id", "commune", "cadre"]),
    ("suites", &["suites", "destination", "organisme"]),
    ("intervention", &["mode_intervention", "raison"]),
    ("confiance", &["confiance_avant", "confiance_apres"]),
    // Of a file: how a person is named, and how they are reached by phone.
    ("identite", &["mode", "prenom", "nom", "alias", "informe"]),
    ("joindre", &["telephone", "sans_telephone"]),
];
/// Of an individuel: one followed person, or one anonymous person.
const PERSONNE: (&str, &[&str]) = ("personne", &["suivis", "anonyme"]);

/// Keys that say nothing of the object.
const HORS: [&str; 3] = ["confirmations", "confirme_texte", "type"];

/// What became of two changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fusion {
    /// Both changes; in a conflict, the server's value stands.
    pub corps: Value,
    /// Groups of keys both sides changed to different values.
    pub conflits: Vec<String>,
}

/// Merges. Without a common ground, every difference is a conflict.
#[must_use]
pub fn merge(base: Option<&Value>, serveur: &Value, autre: &Value) -> Fusion {
    let mut corps = serveur.clone();
    let mut conflits = Vec::new();
    for (nom, cles) in groups(serveur, base, autre) {
        let s = part(serveur, &cles);
        let a = part(autre, &cles);
        if s == a {
            continue;
        }
        let retenue = match base.map(|b| part(b, &cles)) {
            Some(b) if a == b => continue,
            Some(b) if s == b => a,
            Some(b) => match &cles[..] {
                [cle] if ENSEMBLES.contains(&cle.as_str()) => set(&b, &s, &a, cle),
                _ => {
                    conflits.push(nom);
                    continue;
                }
            },
            None => {
                conflits.push(nom);
                continue;
            }
        };
        put(&mut corps, &cles, &retenue);
    }
    Fusion { corps, conflits }
}

/// The server's body with the chosen groups of the other one.
#[must_use]
pub fn choose(fusion: &Fusion, autre: &Value, choisis: &[String]) -> Value {
    let mut corps = fusion.corps.clone();
    for (nom, cles) in groups(&fusion.corps, None, autre) {
        if choisis.contains(&nom) {
            put(&mut corps, &cles, &part(autre, &cles));
        }
    }
    corps
}

/// The keys of a group of this body.
#[must_use]
pub fn keys<'a>(nom: &'a str, corps: &Value) -> Vec<&'a str> {
    let individuel = corps["type"] == "individuel";
    if individuel && nom == PERSONNE.0 {
        return PERSONNE.1.to_vec();
    }
    GROUPES
        .iter()
        .find(|g| g.0 == nom)
        .map_or_else(|| vec![nom], |g| g.1.to_vec())
}

/// Every group named by one of the bodies, in order.
fn groups(s: &Value, b: Option<&Value>, a: &Value) -> Vec<(String, Vec<String>)> {
    let mut cles = BTreeSet::new();
    for v in [Some(s), b, Some(a)].into_iter().flatten() {
        cles.extend(v.as_object().into_iter().flat_map(Map::keys));
    }
    let individuel = s["type"] == "individuel";
    let mut v: Vec<(String, Vec<String>)> = Vec::new();
    for cle in cles {
        if HORS.contains(&cle.as_str()) {
            continue;
        }
        let de = GROUPES
            .iter()
            .chain(individuel.then_some(&PERSONNE))
            .find(|g| g.1.contains(&cle.as_str()));
        let nom = de.map_or(cle.as_str(), |g| g.0);
        if v.iter().all(|g| g.0 != nom) {
            let toutes = de.map_or_else(
                || vec![cle.clone()],
                |g| g.1.iter().map(|c| (*c).to_owned()).collect(),
            );
            v.push((nom.to_owned(), toutes));
        }
    }
    v
}

/// What a body says under some keys; what is empty is absent.
fn part(v: &Value, cles: &[String]) -> Map<String, Value> {
    cles.iter()
        .filter_map(|c| Some((c.clone(), v.get(c)?.clone())))
        .filter(|(_, v)| !v.is_null() && *v != json!([]) && *v != json!({}))
        .map(|(c, v)| {
            let v = if ENSEMBLES.contains(&c.as_str()) {
                json!(members(&v))
            } else {
                v
            };
            (c, v)
        })
        .collect()
}

fn put(corps: &mut Value, cles: &[String], valeurs: &Map<String, Value>) {
    if let Some(o) = corps.as_object_mut() {
        for c in cles {
            match valeurs.get(c) {
                Some(v) => o.insert(c.clone(), v.clone()),
                None => o.remove(c),
            };
        }
    }
}

fn members(v: &Value) -> BTreeSet<String> {
    v.as_array()
        .into_iter()
        .flatten()
        .filter_map(|e| e.as_str().map(ToOwned::to_owned))
        .collect()
}

/// The server's members, with those the other side added and without those it
/// removed.
fn set(
    b: &Map<String, Value>,
    s: &Map<String, Value>,
    a: &Map<String, Value>,
    cle: &str,
) -> Map<String, Value> {
    let [b, s, a] = [b, s, a].map(|m| m.get(cle).map(members).unwrap_or_default());
    let v: BTreeSet<String> = s
        .union(&a)
        .filter(|m| !(b.contains(*m) && (!a.contains(*m) || !s.contains(*m))))
        .cloned()
        .collect();
    let mut m = Map::new();
    if !v.is_empty() {
        m.insert(cle.to_owned(), json!(v));
    }
    m
}

#[cfg(test)]
mod tests {
    use super::*;

    fn base() -> Value {
        json!({
            "type": "individuel", "date": "2026-03-03", "duree": 45, "type_lieu": "a_distance",
            "thematiques": ["email", "sante"], "anonyme": { "genre": "feminin" }
        })
    }

    fn with(changes: &Value) -> Value {
        let mut v = base();
        for (k, c) in changes.as_object().unwrap() {
            v[k] = c.clone();
        }
        v
    }

    #[test]
    fn disjoint_fields_are_both_kept() {
        // Scenario 10: themes on the phone, duration on the desktop.
        let f = merge(
            Some(&base()),
            &with(&json!({ "duree": 60 })),
            &with(&json!({ "thematiques": ["email"] })),
        );
        assert_eq!(f.conflits, Vec::<String>::new());
        assert_eq!(
            (&f.corps["duree"], &f.corps["thematiques"]),
            (&json!(60), &json!(["email"]))
        );
    }

    #[test]
    fn one_field_changed_twice_is_a_conflict_and_the_server_stands() {
        let f = merge(
            Some(&base()),
            &with(&json!({ "duree": 60 })),
            &with(&json!({ "duree": 30, "notes": "Revient" })),
        );
        assert_eq!(f.conflits, ["duree"]);
        assert_eq!(
            (&f.corps["duree"], &f.corps["notes"]),
            (&json!(60), &json!("Revient"))
        );
        let choisi = choose(&f, &with(&json!({ "duree": 30 })), &["duree".into()]);
        assert_eq!(
            (&choisi["duree"], &choisi["notes"]),
            (&json!(30), &json!("Revient"))
        );
    }

    #[test]
    fn sets_merge_by_members() {
        let f = merge(
            Some(&base()),
            &with(&json!({ "thematiques": ["email", "sante", "parentalite"] })),
            &with(&json!({ "thematiques": ["email", "bureautique"] })),
        );
        assert_eq!(f.conflits, Vec::<String>::new());
        assert_eq!(
            f.corps["thematiques"],
            json!(["bureautique", "email", "parentalite"])
        );
    }

    #[test]
    fn what_goes_together_stays_together() {
        let f = merge(
            Some(&base()),
            &with(&json!({ "type_lieu": "domicile", "commune": "35238" })),
            &with(&json!({ "type_lieu": "autre", "commune": "35238", "cadre": "itinerant" })),
        );
        assert_eq!(f.conflits, ["lieu"]);
        let f = merge(
            Some(&base()),
            &with(&json!({ "anonyme": { "genre": "masculin" } })),
            &with(&json!({ "anonyme": null, "suivis": ["x"] })),
        );
        assert_eq!(f.conflits, ["personne"], "the anonymous block is one field");
    }

    #[test]
    fn without_common_ground_every_difference_is_a_conflict() {
        let f = merge(
            None,
            &base(),
            &with(&json!({ "duree": 60, "confirmations": ["date"] })),
        );
        assert_eq!(f.conflits, ["duree"]);
        assert_eq!(merge(None, &base(), &base()).conflits, Vec::<String>::new());
    }

    proptest::proptest! {
        // Whoever arrives first, the same members and fields stand when nothing conflicts.
        #[test]
        fn merging_is_symmetric_without_conflict(
            a in proptest::collection::btree_set("[a-d]", 0..4),
            s in proptest::collection::btree_set("[a-d]", 0..4),
            da in 0_u8..2,
        ) {
            let (s, a) = (with(&json!({ "thematiques": s })), with(&json!({ "thematiques": a, "duree": 45 + da })));
            let (x, y) = (merge(Some(&base()), &s, &a), merge(Some(&base()), &a, &s));
            proptest::prop_assert_eq!(&x.conflits, &Vec::<String>::new());
            let membres = |f: &Fusion| f.corps.get("thematiques").map(members).unwrap_or_default();
            proptest::prop_assert_eq!(membres(&x), membres(&y));
            proptest::prop_assert_eq!(&x.corps["duree"], &y.corps["duree"]);
        }
    }
}
