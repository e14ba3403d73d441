//! The description of the API (OpenAPI 3.1), made from one table. A test
//! compares it with the routes, another with the copy kept beside this file.

mod schemas;

use axum::{
    http::header,
    response::{IntoResponse, Response},
};
use serde_json::{Map, Value, json};

use super::refus::GENRE;
use schemas::schemas;

/// One operation.
struct Operation {
    methode: &'static str,
    chemin: &'static str,
    portee: &'static str,
    resume: &'static str,
    /// Parameters of the address: name, schema, what it says.
    parametres: &'static [&'static str],
    /// Schema of what is sent.
    envoi: &'static str,
    /// (status, schema) of the answer; no schema: nothing is sent.
    reponse: (u16, &'static str),
    /// Refusals besides 401, 403 and 429.
    refus: &'static [u16],
}

const OPERATIONS: &[Operation] = &[
    Operation {
        methode: "get",
        chemin: "/activites",
        portee: "activites:lire",
        resume: "Lire les activités du périmètre, dans l'ordre de leurs révisions",
        parametres: &["page[size]", "page[after]", "filtres", "If-None-Match"],
        envoi: "",
        reponse: (200, "PageActivites"),
        refus: &[400, 410],
    },
    Operation {
        methode: "post",
        chemin: "/activites",
        portee: "activites:ecrire",
        resume: "Enregistrer une activité, une seule fois par identifiant",
        parametres: &[],
        envoi: "ActiviteEnvoyee",
        reponse: (201, "DocumentActivite"),
        refus: &[400, 409, 413, 415, 422],
    },
    Operation {
        methode: "post",
        chemin: "/activites/lots",
        portee: "activites:ecrire",
        resume: "Envoyer jusqu'à 100 opérations ; chacune a son résultat",
        parametres: &[],
        envoi: "Lot",
        reponse: (200, "Resultats"),
        refus: &[400, 413, 415, 422],
    },
    Operation {
        methode: "get",
        chemin: "/activites/{id}",
        portee: "activites:lire",
        resume: "Lire une activité",
        parametres: &["id", "If-None-Match"],
        envoi: "",
        reponse: (200, "DocumentActivite"),
        refus: &[400, 404],
    },
    Operation {
        methode: "patch",
        chemin: "/activites/{id}",
        portee: "activites:ecrire",
        resume: "Modifier une activité : ce qui n'est pas envoyé reste",
        parametres: &["id", "If-Match"],
        envoi: "ActiviteEnvoyee",
        reponse: (200, "DocumentActivite"),
        refus: &[400, 404, 409, 412, 413, 415, 422, 428],
    },
    Operation {
        methode: "delete",
        chemin: "/activites/{id}",
        portee: "activites:ecrire",
        resume: "Supprimer une activité",
        parametres: &["id", "If-Match"],
        envoi: "",
        reponse: (204, ""),
        refus: &[400, 404, 412, 428],
    },
    Operation {
        methode: "get",
        chemin: "/coordinations",
        portee: "coordination:lire",
        resume: "Lire les actions de coordination, dans l'ordre de leurs révisions",
        parametres: &[
            "page[size]",
            "page[after]",
            "filter[du]",
            "filter[au]",
            "filter[genre]",
            "If-None-Match",
        ],
        envoi: "",
        reponse: (200, "PageCoordinations"),
        refus: &[400, 410],
    },
    Operation {
        methode: "get",
        chemin: "/statistiques",
        portee: "statistiques:lire statistiques:publiques",
        resume: "Compter : les chiffres et les blocs du catalogue, sur tout le périmètre",
        parametres: &["par", "serie", "blocs", "filtres", "If-None-Match"],
        envoi: "",
        reponse: (200, "Statistiques"),
        refus: &[400],
    },
    Operation {
        methode: "get",
        chemin: "/vocabulaires",
        portee: "",
        resume: "Lire les listes de valeurs, à une date",
        parametres: &["filter[le]", "If-None-Match"],
        envoi: "",
        reponse: (200, "Vocabulaires"),
        refus: &[400],
    },
    Operation {
        methode: "get",
        chemin: "/webhooks",
        portee: "webhooks:gerer",
        resume: "Lire ses webhooks",
        parametres: &[],
        envoi: "",
        reponse: (200, "Webhooks"),
        refus: &[400],
    },
    Operation {
        methode: "post",
        chemin: "/webhooks",
        portee: "webhooks:gerer",
        resume: "Créer un webhook ; son secret n'est donné qu'ici",
        parametres: &[],
        envoi: "WebhookEnvoye",
        reponse: (201, "DocumentWebhook"),
        refus: &[400, 409, 413, 415, 422],
    },
    Operation {
        methode: "delete",
        chemin: "/webhooks/{id}",
        portee: "webhooks:gerer",
        resume: "Supprimer un webhook",
        parametres: &["id"],
        envoi: "",
        reponse: (204, ""),
        refus: &[400, 404],
    },
    Operation {
        methode: "post",
        chemin: "/webhooks/{id}/rejouer",
        portee: "webhooks:gerer",
        resume: "Rouvrir un webhook et renvoyer ce qui n'est pas arrivé",
        parametres: &["id"],
        envoi: "Rejeu",
        reponse: (202, ""),
        refus: &[400, 404, 413, 415, 422],
    },
];

pub async fn read() -> Response {
    (
        [
            (header::CONTENT_TYPE, "application/json"),
            (header::CACHE_CONTROL, "public, max-age=3600"),
        ],
        document().to_string(),
    )
        .into_response()
}

/// The whole description.
#[must_use]
pub fn document() -> Value {
    let mut chemins: Map<String, Value> = Map::new();
    for o in OPERATIONS {
        let entree = chemins.entry(o.chemin).or_insert_with(|| json!({}));
        entree[o.methode] = operation(o);
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Maillage",
            "version": "1",
            "description": "Activités des conseillers numériques. Aucun nom ni aucune note de bénéficiaire n'est exposé.",
            "license": { "name": "AGPL-3.0-or-later", "identifier": "AGPL-3.0-or-later" },
        },
        "servers": [{ "url": "/api/v1" }],
        "paths": chemins,
        "components": {
            "securitySchemes": { "jeton": {
                "type": "oauth2",
                "flows": { "clientCredentials": { "tokenUrl": "/oauth/token", "scopes": scopes() } },
            }},
            "schemas": schemas(),
        },
    })
}

fn scopes() -> Value {
    let m = comptes::client::PORTEES.map(|(cle, libelle)| (cle.to_owned(), json!(libelle)));
    Value::Object(Map::from_iter(m))
}

fn operation(o: &Operation) -> Value {
    let contenu = |schema: &str| json!({ GENRE: { "schema": reference(schema) } });
    let mut reponses: Map<String, Value> = Map::new();
    let (statut, schema) = o.reponse;
    let mut bonne = json!({ "description": "Fait." });
    if !schema.is_empty() {
        bonne["content"] = contenu(schema);
    }
    reponses.insert(statut.to_string(), bonne.clone());
    // The same operation sent again.
    if (o.methode, o.chemin) == ("post", "/activites") {
        reponses.insert("200".into(), bonne);
    }
    if o.parametres.contains(&"If-None-Match") {
        let rien = json!({ "description": "Inchangé depuis votre lecture." });
        reponses.insert("304".into(), rien);
    }
    for statut in o.refus.iter().chain(&[401, 403, 429]) {
        let dit = json!({ "description": refusal(*statut), "content": contenu("Erreurs") });
        reponses.insert(statut.to_string(), dit);
    }
    let portees: Vec<&str> = o.portee.split(' ').filter(|p| !p.is_empty()).collect();
    let parametres: Vec<Value> = o.parametres.iter().flat_map(|p| parameters(p)).collect();
    let mut v = json!({
        "operationId": identifier(o),
        "summary": o.resume,
        "security": [{ "jeton": portees }],
        "parameters": parametres,
        "responses": reponses,
    });
    if !o.envoi.is_empty() {
        v["requestBody"] = json!({ "required": o.envoi != "Rejeu", "content": contenu(o.envoi) });
    }
    v
}

fn identifier(o: &Operation) -> String {
    let chemin: String = o
        .chemin
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '_' })
        .collect();
    format!("{}{}", o.methode, chemin.trim_end_matches('_'))
}

fn refusal(statut: u16) -> &'static str {
    match statut {
        400 => "Paramètre inconnu ou corps illisible.",
        401 => "Jeton absent, inconnu ou échu.",
        403 => "Droit ou autorisation qui manque.",
        404 => "N'existe pas, ou hors du périmètre.",
        409 => "Ne convient pas à l'état ou au type de la ressource.",
        410 => "Curseur de plus de 400 jours : relisez tout.",
        412 => "L'objet a changé depuis votre lecture.",
        413 => "Corps trop lourd.",
        415 => "Type de contenu non accepté.",
        422 => "Saisie à corriger ; source.pointer dit où.",
        428 => "L'en-tête If-Match manque.",
        _ => "Trop de demandes en une minute.",
    }
}

fn reference(schema: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{schema}") })
}

fn parameters(nom: &str) -> Vec<Value> {
    let un = |ou: &str, requis: bool, schema: Value, dit: &str| {
        vec![
            json!({ "name": nom, "in": ou, "required": requis, "schema": schema, "description": dit }),
        ]
    };
    match nom {
        "id" => un(
            "path",
            true,
            json!({ "type": "string", "format": "uuid" }),
            "Identifiant",
        ),
        "page[size]" => un(
            "query",
            false,
            json!({ "type": "integer", "minimum": 1, "maximum": 500, "default": 100 }),
            "Nombre d'objets par page",
        ),
        "page[after]" => un(
            "query",
            false,
            json!({ "type": "string" }),
            "meta.curseur de la dernière réponse",
        ),
        "filter[le]" => un(
            "query",
            false,
            json!({ "type": "string", "format": "date" }),
            "Date des listes ; aujourd'hui sinon",
        ),
        "If-Match" => un(
            "header",
            true,
            json!({ "type": "string" }),
            "ETag de la dernière lecture",
        ),
        "If-None-Match" => un(
            "header",
            false,
            json!({ "type": "string" }),
            "ETag déjà connu",
        ),
        "filtres" => super::filtres::parameters(),
        "filter[du]" | "filter[au]" => un(
            "query",
            false,
            json!({ "type": "string", "format": "date" }),
            "Date comprise",
        ),
        "filter[genre]" => un(
            "query",
            false,
            json!({ "enum": ["animation", "evenement", "partenariat"] }),
            "Genre d'action",
        ),
        "par" => un(
            "query",
            false,
            json!({ "enum": ["activite", "personne"] }),
            "Compter des activités ou des personnes",
        ),
        "serie" => un(
            "query",
            false,
            json!({ "enum": ["jour", "semaine", "mois", "trimestre", "annee"] }),
            "Pas de la série",
        ),
        "blocs" => un(
            "query",
            false,
            json!({ "type": "string" }),
            "Identifiants du catalogue, séparés par des virgules : ST04,ST28",
        ),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_route_is_described_and_nothing_else() {
        let decrites: BTreeSet<String> = OPERATIONS
            .iter()
            .map(|o| format!("{} /api/v1{}", o.methode, o.chemin))
            .collect();
        let servies: BTreeSet<String> = super::super::routes()
            .all()
            .iter()
            .filter(|r| matches!(r.acces, web::Acces::Api(_)))
            .map(|r| format!("{} {}", r.methode.as_str().to_lowercase(), r.chemin))
            .collect();
        assert_eq!(decrites, servies);
        for r in super::super::routes().all() {
            if let web::Acces::Api(portee) = r.acces {
                let o = OPERATIONS.iter().find(|o| {
                    format!("/api/v1{}", o.chemin) == r.chemin
                        && o.methode == r.methode.as_str().to_lowercase()
                });
                assert_eq!(o.unwrap().portee, portee, "{}", r.chemin);
            }
        }
    }

    /// The contract with applications: a change of it is seen and meant. With
    /// `MAILLAGE_ECRIRE_OPENAPI=1` the copy is written again.
    #[test]
    fn the_description_is_the_copy_kept() {
        let ici = concat!(env!("CARGO_MANIFEST_DIR"), "/src/api/openapi.json");
        let texte = serde_json::to_string_pretty(&document()).unwrap() + "\n";
        if std::env::var_os("MAILLAGE_ECRIRE_OPENAPI").is_some() {
            std::fs::write(ici, &texte).unwrap();
        }
        assert_eq!(std::fs::read_to_string(ici).unwrap(), texte);
    }

    #[test]
    fn every_reference_has_its_schema() {
        let d = document();
        let texte = d.to_string();
        for r in texte.split("#/components/schemas/").skip(1) {
            let nom = r.split('"').next().unwrap();
            assert!(d["components"]["schemas"][nom].is_object(), "{nom}");
        }
    }
}
