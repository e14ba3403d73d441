//! From a checked activity to its JSON body.

use serde_json::{Map, Value, json};

use super::PROFIL;
use crate::{
    activite::{Contenu, TypeActivite, dimension},
    vocabulaire::NON_COMMUNIQUE,
};

/// The body of an activity: what is empty is absent, lists are in order, so
/// that two equal contents have one writing.
#[must_use]
pub fn write(c: &Contenu) -> Value {
    let mut m = Map::new();
    let mut put = |cle: &str, v: Value| {
        let vide = match &v {
            Value::Null | Value::Bool(false) => true,
            Value::Array(a) => a.is_empty(),
            Value::Object(o) => o.is_empty(),
            _ => false,
        };
        if !vide {
            m.insert(cle.to_owned(), v);
        }
    };
    put("type", json!(c.type_activite.cle()));
    put("date", json!(c.date));
    put("duree", json!(c.duree));
    put("type_lieu", json!(c.type_lieu));
    put("lieu_id", json!(c.lieu));
    put("commune", json!(c.commune));
    put("cadre", json!(c.cadre));
    put("public", json!(c.public));
    put("modalite", json!(c.modalite));
    put("origine", json!(c.origine));
    put("mode_intervention", json!(c.mode_aide));
    put("raison", json!(c.raison_aide));
    put("aide_urgence", json!(c.aide_urgence));
    put("autonomie", json!(c.autonomie));
    put("niveau", json!(c.niveau));
    put("confiance_avant", json!(c.confiance_avant));
    put("confiance_apres", json!(c.confiance_apres));
    put("destination", json!(c.destination));
    put("organisme", json!(c.organisme));
    put(
        "pass_numerique",
        ticks(&[("propose", c.pass_propose), ("utilise", c.pass_utilise)]),
    );
    put("titre", json!(c.titre));
    put("notes", json!(c.notes));
    for (cle, d) in [
        ("thematiques", dimension::THEMATIQUE),
        ("sous_thematiques", dimension::SOUS_THEMATIQUE),
        ("materiel", dimension::MATERIEL),
        ("motifs", dimension::MOTIF),
        ("publics", dimension::PUBLICS),
    ] {
        let v: Vec<&str> = c.values(d).map(|v| v.valeur.as_str()).collect();
        put(cle, json!(v));
    }
    let irritants: Vec<Value> = c
        .values(dimension::IRRITANT)
        .filter_map(|v| v.valeur.split_once(':'))
        .map(|(o, n)| json!({ "operateur": o, "nature": n }))
        .collect();
    put("irritants", json!(irritants));
    put("suites", counts(c, dimension::SUITE));
    put("suivis", json!(c.suivis));
    put("coanimateurs", json!(c.coanimateurs));
    put("etiquettes", json!(c.etiquettes));
    match c.type_activite {
        TypeActivite::Individuel if c.anonymes > 0 => put("anonyme", person(c)),
        TypeActivite::Collectif if c.anonymes > 0 => put("anonymes", group(c)),
        _ => {}
    }
    Value::Object(m)
}

fn ticks(t: &[(&str, bool)]) -> Value {
    let vrais = t.iter().filter(|t| t.1);
    Value::Object(vrais.map(|t| (t.0.to_owned(), json!(true))).collect())
}

fn counts(c: &Contenu, d: &str) -> Value {
    let dits = c.values(d).filter(|v| v.valeur != NON_COMMUNIQUE);
    Value::Object(dits.map(|v| (v.valeur.clone(), json!(v.nombre))).collect())
}

fn person(c: &Contenu) -> Value {
    let mut m = Map::new();
    for d in PROFIL {
        if let Some(v) = c.values(d).find(|v| v.valeur != NON_COMMUNIQUE) {
            m.insert(d.to_owned(), json!(v.valeur));
        }
    }
    if let Some(code) = &c.commune_residence {
        m.insert("commune_residence".into(), json!(code));
    }
    if c.deja_accompagnes > 0 {
        m.insert("deja_accompagne".into(), json!(true));
    }
    Value::Object(m)
}

fn group(c: &Contenu) -> Value {
    let mut m = Map::new();
    m.insert("total".into(), json!(c.anonymes));
    if c.deja_accompagnes > 0 {
        m.insert("deja_accompagnes".into(), json!(c.deja_accompagnes));
    }
    for d in PROFIL {
        let v = counts(c, d);
        if v.as_object().is_some_and(|o| !o.is_empty()) {
            m.insert(d.to_owned(), v);
        }
    }
    Value::Object(m)
}
