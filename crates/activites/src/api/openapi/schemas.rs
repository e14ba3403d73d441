//! What the API sends and takes, as JSON Schema.

use serde_json::{Map, Value, json};

use super::reference;

pub(super) fn schemas() -> Value {
    let texte = json!({ "type": "string" });
    let entier = json!({ "type": "integer" });
    let uuid = json!({ "type": "string", "format": "uuid" });
    let instant = json!({ "type": "string", "format": "date-time" });
    let textes = json!({ "type": "array", "items": texte });
    let objet = |genre: &str, attributs: Value| {
        json!({
            "type": "object", "required": ["type", "id"],
            "properties": { "type": { "const": genre }, "id": uuid, "attributes": attributs },
        })
    };
    let document = |schema: &str| json!({ "type": "object", "required": ["data"], "properties": { "data": reference(schema) } });
    json!({
        "Corps": body(),
        "Activite": objet("activites", json!({
            "allOf": [reference("Corps"), { "type": "object", "properties": {
                "auteur": uuid, "nombre_suivis": entier, "nombre_anonymes": entier, "source": texte,
                "version": entier, "revision": entier, "enregistree_le": instant, "modifiee_le": instant,
                "rattachement": { "type": "object", "properties": {
                    "employeur": { "type": ["string", "null"] }, "role": texte,
                    "commune": { "type": ["string", "null"] }, "departement": { "type": ["string", "null"] },
                }},
            }}],
        })),
        "ActiviteSupprimee": {
            "type": "object", "required": ["type", "id", "meta"],
            "properties": { "type": { "const": "activites" }, "id": uuid, "meta": {
                "type": "object", "required": ["supprimee_le"],
                "properties": { "supprimee_le": instant, "revision": entier },
            }},
        },
        "DocumentActivite": document("Activite"),
        "ActiviteEnvoyee": {
            "type": "object", "required": ["data"],
            "properties": { "data": {
                "type": "object", "required": ["type", "id", "attributes"],
                "properties": {
                    "type": { "const": "activites" }, "id": uuid,
                    "attributes": { "allOf": [reference("Corps"), {
                        "type": "object", "properties": { "auteur": uuid },
                    }]},
                },
            }},
        },
        "PageActivites": {
            "type": "object", "required": ["data", "links", "meta"],
            "properties": {
                "data": { "type": "array", "items": { "anyOf": [reference("Activite"), reference("ActiviteSupprimee")] } },
                "links": { "type": "object", "properties": { "next": { "type": ["string", "null"] } } },
                "meta": { "type": "object", "required": ["curseur"],
                    "properties": { "curseur": texte, "revision": entier } },
            },
        },
        "PageCoordinations": {
            "type": "object", "required": ["data", "links", "meta"],
            "properties": {
                "data": { "type": "array", "items": objet("coordinations", json!({ "type": "object" })) },
                "links": { "type": "object", "properties": { "next": { "type": ["string", "null"] } } },
                "meta": { "type": "object", "required": ["curseur"],
                    "properties": { "curseur": texte, "revision": entier } },
            },
        },
        "Statistiques": {
            "type": "object", "required": ["data"],
            "properties": { "data": {
                "type": "object", "required": ["type", "id", "attributes"],
                "properties": { "type": { "const": "statistiques" }, "id": texte, "attributes": {
                    "type": "object", "required": ["stat_version", "chiffres", "blocs"],
                    "properties": {
                        "stat_version": entier, "petites_cellules_masquees": { "type": "boolean" },
                        "chiffres": { "type": "array", "items": { "type": "object" } },
                        "blocs": { "type": "array", "items": { "type": "object" } },
                        "serie": { "type": "array", "items": { "type": "object" } },
                    },
                }},
            }},
        },
        "Lot": {
            "type": "object", "required": ["operations"],
            "properties": { "operations": { "type": "array", "maxItems": 100, "items": {
                "type": "object", "required": ["op", "type", "objet"],
                "properties": {
                    "op": uuid, "objet": uuid,
                    "type": { "enum": ["activite.creer", "activite.modifier", "activite.supprimer"] },
                    "base": { "type": ["integer", "null"] }, "corps": { "type": "object" },
                },
            }}},
        },
        "Resultats": {
            "type": "object", "required": ["resultats", "stat_version"],
            "properties": {
                "stat_version": entier,
                "resultats": { "type": "array", "items": {
                    "type": "object", "required": ["statut", "erreurs"],
                    "properties": {
                        "statut": { "enum": ["appliquee", "deja_appliquee", "conflit", "refusee"] },
                        "version": { "type": ["integer", "null"] }, "revision": { "type": ["integer", "null"] },
                        "erreurs": { "type": "array", "items": reference("Erreur") },
                    },
                }},
            },
        },
        "Vocabulaires": {
            "type": "object", "required": ["data"],
            "properties": { "data": { "type": "array", "items": {
                "type": "object", "required": ["type", "id", "attributes"],
                "properties": { "type": { "const": "vocabulaires" }, "id": texte, "attributes": { "type": "object" } },
            }}},
        },
        "Webhook": objet("webhooks", json!({ "type": "object", "properties": {
            "url": texte, "evenements": textes, "etat": { "enum": ["actif", "desactive"] },
            "revision": entier, "cree_le": instant, "desactive_le": { "type": ["string", "null"] },
            "secret": texte,
        }})),
        "DocumentWebhook": document("Webhook"),
        "Webhooks": { "type": "object", "required": ["data"],
            "properties": { "data": { "type": "array", "items": reference("Webhook") } } },
        "WebhookEnvoye": {
            "type": "object", "required": ["data"],
            "properties": { "data": {
                "type": "object", "required": ["type", "attributes"],
                "properties": { "type": { "const": "webhooks" }, "attributes": {
                    "type": "object", "required": ["url", "evenements"], "additionalProperties": false,
                    "properties": {
                        "url": { "type": "string", "format": "uri", "maxLength": 500 },
                        "evenements": { "type": "array", "minItems": 1,
                            "items": { "enum": crate::api::webhooks::EVENEMENTS } },
                    },
                }},
            }},
        },
        "Rejeu": { "type": "object", "properties": { "depuis": { "type": "integer", "minimum": 0 } } },
        "Erreur": {
            "type": "object", "required": ["status", "code", "title"],
            "properties": { "status": texte, "code": texte, "title": texte,
                "source": { "type": "object", "properties": { "pointer": texte, "parameter": texte } },
                "meta": { "type": "object" } },
        },
        "Erreurs": { "type": "object", "required": ["errors"],
            "properties": { "errors": { "type": "array", "minItems": 1, "items": reference("Erreur") } } },
    })
}

/// What an author says of an activity (spec 20 §3).
fn body() -> Value {
    let texte = json!({ "type": "string" });
    let textes = json!({ "type": "array", "items": texte });
    let nombres =
        json!({ "type": "object", "additionalProperties": { "type": "integer", "minimum": 0 } });
    let mut p: Map<String, Value> = Map::new();
    p.insert(
        "type_activite".into(),
        json!({ "enum": ["individuel", "collectif"] }),
    );
    p.insert("date".into(), json!({ "type": "string", "format": "date" }));
    p.insert(
        "duree".into(),
        json!({ "type": "integer", "minimum": 5, "maximum": 1440 }),
    );
    p.insert(
        "lieu_id".into(),
        json!({ "type": "string", "format": "uuid" }),
    );
    for cle in [
        "type_lieu",
        "commune",
        "cadre",
        "public",
        "modalite",
        "origine",
        "mode_intervention",
        "raison",
        "autonomie",
        "niveau",
        "destination",
        "organisme",
    ] {
        p.insert(cle.into(), texte.clone());
    }
    for cle in [
        "thematiques",
        "sous_thematiques",
        "materiel",
        "motifs",
        "publics",
    ] {
        p.insert(cle.into(), textes.clone());
    }
    for cle in ["confiance_avant", "confiance_apres"] {
        p.insert(
            cle.into(),
            json!({ "type": "integer", "minimum": 1, "maximum": 5 }),
        );
    }
    p.insert("aide_urgence".into(), json!({ "type": "boolean" }));
    p.insert(
        "pass_numerique".into(),
        json!({ "type": "object", "properties": { "propose": { "type": "boolean" }, "utilise": { "type": "boolean" } } }),
    );
    p.insert(
        "irritants".into(),
        json!({ "type": "array", "maxItems": 3, "items": { "type": "object",
            "properties": { "operateur": texte, "nature": texte } } }),
    );
    p.insert("suites".into(), nombres.clone());
    p.insert(
        "anonyme".into(),
        json!({ "type": "object", "properties": { "genre": texte, "tranche": texte, "statut": texte,
            "deja_accompagne": { "type": "boolean" } } }),
    );
    p.insert(
        "anonymes".into(),
        json!({ "type": "object", "properties": { "total": { "type": "integer", "minimum": 0, "maximum": 500 },
            "deja_accompagnes": { "type": "integer", "minimum": 0 },
            "genre": nombres, "tranche": nombres, "statut": nombres } }),
    );
    json!({ "type": "object", "properties": p })
}
