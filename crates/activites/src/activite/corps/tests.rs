//! The body says what the form says (spec 20 §3), and faults come back where
//! they are.

use serde_json::json;
use socle::Saisies;
use uuid::Uuid;

use super::*;
use crate::activite::{self, TypeActivite, Valeur, dimension};

fn pointers(v: &Value) -> Vec<(String, String)> {
    read(v)
        .unwrap_err()
        .into_iter()
        .map(|f| (f.pointeur, f.message))
        .collect()
}

#[test]
fn a_body_becomes_the_fields_of_the_form() {
    let lieu = Uuid::from_u128(7);
    let (t, f) = read(&json!({
        "type": "individuel", "date": "2026-03-03", "duree": 45,
        "type_lieu": "lieu_activite", "lieu_id": lieu,
        "thematiques": ["email", "sante"], "suites": { "orientation": 1 },
        "irritants": [{ "operateur": "caf", "nature": "panne" }],
        "pass_numerique": { "propose": true, "utilise": false },
        "anonyme": { "genre": "feminin", "commune_residence": "35238", "deja_accompagne": true },
        "etiquettes": ["Forum", "Seniors"], "confirmations": ["date"], "notes": null
    }))
    .unwrap();
    assert_eq!(t, TypeActivite::Individuel);
    assert_eq!(f.get("lieu"), format!("lieu_activite:{lieu}"));
    assert_eq!(f.all("thematiques"), ["email", "sante"]);
    for (champ, valeur) in [
        ("duree_autre", "45"),
        ("suite", "orientation"),
        ("operateur_1", "caf"),
        ("nature_1", "panne"),
        ("pass_propose", "oui"),
        ("pass_utilise", ""),
        ("genre", "feminin"),
        ("deja_accompagne", "oui"),
        ("etiquettes", "Forum, Seniors"),
        ("confirme_date", "oui"),
        ("notes", ""),
    ] {
        assert_eq!(f.get(champ), valeur, "{champ}");
    }
    assert!(f.get("commune_residence").starts_with("Rennes ("));
}

#[test]
fn a_workshop_has_counts() {
    let (_, f) = read(&json!({
        "type": "collectif", "type_lieu": "a_distance",
        "anonymes": { "total": 6, "deja_accompagnes": 2, "genre": { "feminin": 4, "non_communique": 2 } },
        "suites": { "poursuite_atelier": 3 }
    }))
    .unwrap();
    assert_eq!(
        (f.get("total"), f.get("deja"), f.get("genre_feminin")),
        ("6", "2", "4")
    );
    assert_eq!(
        (f.get("lieu"), f.get("suite_poursuite_atelier")),
        ("a_distance", "3")
    );
    assert_eq!(
        f.get("genre_non_communique"),
        "",
        "the remainder is derived"
    );
}

#[test]
fn wrong_kinds_and_unknown_keys_are_pointed_at() {
    assert_eq!(
        pointers(&json!([])),
        [("".to_owned(), "Un objet est attendu.".to_owned())]
    );
    assert_eq!(pointers(&json!({}))[0].0, "/type");
    let p = pointers(&json!({
        "type": "individuel", "duree": "45", "thematiques": ["email", 3], "adresse": "1 rue X",
        "anonyme": { "nom": "X" }, "anonymes": { "total": 3 }, "commune": "99999", "aide_urgence": 1,
        "suites": { "orientation": 2 }, "irritants": {}, "confirmations": ["tout"], "lieu_id": "x"
    }));
    let mut ou: Vec<&str> = p.iter().map(|f| f.0.as_str()).collect();
    ou.sort_unstable();
    assert_eq!(
        ou,
        [
            "/adresse",
            "/aide_urgence",
            "/anonyme/nom",
            "/anonymes",
            "/commune",
            "/confirmations/0",
            "/duree",
            "/irritants",
            "/lieu_id",
            "/suites",
            "/thematiques/1"
        ]
    );
}

#[test]
fn messages_of_the_form_come_back_to_the_body() {
    let mut e = Saisies::new();
    for champ in [
        "lieu",
        "duree",
        "beneficiaire",
        "confirme_date",
        "suite_orientation",
        "genre_feminin",
        "genre",
        "operateur_2",
        "mode_aide",
        "raison_aide",
        "confirme_total",
        "deja",
        "thematiques",
    ] {
        e.add(champ, "m");
    }
    let f = faults(&json!({ "type_lieu": "lieu_activite" }), &e);
    let ou: Vec<&str> = f.iter().map(|f| f.pointeur.as_str()).collect();
    assert_eq!(
        ou,
        [
            "/lieu_id",
            "/duree",
            "/suivis",
            "/date",
            "/suites/orientation",
            "/anonymes/genre/feminin",
            "/anonyme/genre",
            "/irritants/1/operateur",
            "/mode_intervention",
            "/raison",
            "/anonymes/total",
            "/anonymes/deja_accompagnes",
            "/thematiques"
        ]
    );
    assert_eq!(f[3].confirmation.as_deref(), Some("date"));
    assert_eq!(faults(&json!({}), &e)[0].pointeur, "/type_lieu");
}

#[test]
fn what_is_written_reads_back() {
    let mut c = activite::empty(TypeActivite::Collectif);
    c.type_lieu = "autre".into();
    c.commune = Some("35238".into());
    c.notes = Some("Vu avec l'équipe".into());
    c.anonymes = 6;
    c.deja_accompagnes = 2;
    c.valeurs = vec![
        Valeur::new(dimension::THEMATIQUE, "email", 1),
        Valeur::new(dimension::GENRE, "feminin", 4),
        Valeur::new(dimension::GENRE, "non_communique", 2),
        Valeur::new(dimension::SUITE, "orientation", 3),
        Valeur::new(dimension::IRRITANT, "caf:panne", 1),
    ];
    c.suivis = vec![Uuid::from_u128(9)];
    let v = write(&c.ordered());
    assert_eq!(
        v,
        json!({
            "type": "collectif", "date": "2020-01-01", "duree": 120, "type_lieu": "autre", "commune": "35238",
            "public": "habitants", "notes": "Vu avec l'équipe", "thematiques": ["email"],
            "irritants": [{ "operateur": "caf", "nature": "panne" }], "suites": { "orientation": 3 },
            "suivis": [Uuid::from_u128(9)],
            "anonymes": { "total": 6, "deja_accompagnes": 2, "genre": { "feminin": 4 } }
        })
    );
    let (t, f) = read(&v).unwrap();
    assert_eq!(
        (t, f.get("total"), f.all("suivis").len()),
        (TypeActivite::Collectif, "6", 1)
    );
}

#[test]
fn canonical_json_has_one_writing() {
    let a: Value =
        serde_json::from_str(r#"{ "b": [1, "é\n"], "a": {"z":null,"y":true} }"#).unwrap();
    assert_eq!(canonical(&a), r#"{"a":{"y":true,"z":null},"b":[1,"é\n"]}"#);
    let b: Value = serde_json::from_str(r#"{"a":{"y":true,"z":null},"b":[1,"é\u000a"]}"#).unwrap();
    assert_eq!(empreinte(&a), empreinte(&b));
    assert_ne!(empreinte(&a), empreinte(&json!({ "b": [1] })));
}
