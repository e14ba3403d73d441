//! A file as a device writes it: the body of `beneficiaire.modifier`, read
//! back by [`crate::sync::lecture::beneficiary`].

use serde_json::{Value, json};

use super::{Fiche, Mode};

/// What is empty is absent.
#[must_use]
pub fn write(f: &Fiche) -> Value {
    let mut v = json!({ "mode": f.mode.cle(), "genre": f.genre, "statut": f.statut });
    let mut put = |cle: &str, valeur: Option<Value>| {
        if let Some(x) = valeur {
            v[cle] = x;
        }
    };
    for (cle, texte) in [
        ("prenom", &f.prenom),
        ("nom", &f.nom),
        ("alias", &f.alias),
        ("telephone", &f.telephone),
        ("courriel", &f.courriel),
        ("commune_residence", &f.commune_residence),
        ("notes", &f.notes),
    ] {
        put(cle, texte.as_ref().map(|t| json!(t)));
    }
    put("annee_naissance", f.annee_naissance.map(|a| json!(a)));
    put("connu_depuis", f.connu_depuis.map(|d| json!(d)));
    put("sans_telephone", f.sans_telephone.then_some(json!(true)));
    put(
        "informe",
        (f.mode == Mode::Identifie).then_some(json!(true)),
    );
    v
}
