//! Operations written by an older page are read as written, then brought up
//! to the present schema one version at a time (spec 20 §4.6).

use serde_json::{Value, json};

/// The schema this server writes and reads.
pub const COURANT: i64 = 2;
/// The oldest one still accepted: the last four versions, twelve months.
pub const PLUS_ANCIEN: i64 = 1;

/// The body of an operation under the present schema; `None` when its schema
/// is no longer, or not yet, accepted.
#[must_use]
pub fn upgrade(type_operation: &str, schema: i64, corps: &Value) -> Option<Value> {
    if !(PLUS_ANCIEN..=COURANT).contains(&schema) {
        return None;
    }
    let mut v = corps.clone();
    if schema < 2 && type_operation.starts_with("activite.") {
        from_1(&mut v);
    }
    Some(v)
}

/// Schema 1 wrote the outcome of an individuel as one word.
fn from_1(v: &mut Value) {
    if let Some(o) = v.as_object_mut()
        && let Some(Value::String(suite)) = o.remove("suite")
    {
        let mut suites = json!({});
        suites[suite] = json!(1);
        o.insert("suites".into(), suites);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_accepted_schema_becomes_the_present_one() {
        let v1 = json!({ "type": "individuel", "suite": "orientation" });
        assert_eq!(
            upgrade("activite.creer", 1, &v1),
            Some(json!({ "type": "individuel", "suites": { "orientation": 1 } }))
        );
        assert_eq!(upgrade("activite.creer", COURANT, &v1), Some(v1.clone()));
        assert_eq!(upgrade("beneficiaire.creer", 1, &v1), Some(v1.clone()));
        for refuse in [PLUS_ANCIEN - 1, COURANT + 1] {
            assert_eq!(upgrade("activite.creer", refuse, &v1), None);
        }
    }
}
