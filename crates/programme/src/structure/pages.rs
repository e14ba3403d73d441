//! `/structures` and `/structures/{id}`.

use askama::Template;
use axum::extract::Query;
use serde::Deserialize;
use socle::{Action, Role, clock, francais, historique};
use web::{
    Acces, Champs, Ctx, Form, Formulaire, Html, Id, Reponse, Routes,
    composants::{self, Ton},
};

use super::{Filtre, Structure, store};
use crate::{
    candidature::{self, Candidature},
    commun::{check_version, commune, departement, departements, stale, step},
    convention::{self, Convention},
    poste::{self, Poste},
    reference,
};

/// Reads structures.
pub static LIRE: Action = Action::new(
    "structure.lire",
    &[
        Role::GestionnaireStructure,
        Role::Prefecture,
        Role::Operateur,
        Role::Secretariat,
        Role::Administrateur,
    ],
    "Votre rôle ne donne pas accès aux structures.",
);
/// Confirms a structure of the register.
pub static VERIFIER: Action = Action::new(
    "structure.verifier",
    &[Role::Operateur],
    "Seul l'opérateur vérifie les structures.",
);

pub(crate) fn routes() -> Routes {
    Routes::new()
        .get("/structures", Acces::Roles(LIRE.roles), list)
        .get("/structures/{id}", Acces::Roles(LIRE.roles), show)
        .post(
            "/structures/{id}/verifier",
            Acces::Roles(VERIFIER.roles),
            verify,
        )
        .menu(Role::GestionnaireStructure, "Ma structure", "/structures")
        .menu(Role::Prefecture, "Structures", "/structures")
        .menu(Role::Operateur, "Structures", "/structures")
        .menu(Role::Administrateur, "Structures", "/structures")
}

fn label(etat: &str) -> (Ton, &'static str) {
    match etat {
        "active" => (Ton::Succes, "Active"),
        "a_verifier" => (Ton::Attention, "À vérifier"),
        "fermee" => (Ton::Neutre, "Fermée"),
        _ => (Ton::Neutre, "Fusionnée"),
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Requete {
    texte: String,
    departement: String,
}

struct Ligne {
    s: Structure,
    commune: String,
    departement: String,
    etat: Html,
}

#[derive(Template)]
#[template(path = "structure/liste.html")]
struct Liste {
    form: Form,
    departements: Vec<(String, String)>,
    national: bool,
    lignes: Vec<Ligne>,
    vide: Html,
}

async fn list(ctx: Ctx, Query(r): Query<Requete>) -> Reponse {
    ctx.acteur().require(&LIRE)?;
    let mut tx = ctx.read().await?;
    let f = Filtre {
        texte: r.texte.clone(),
        departement: r.departement.clone(),
    };
    let lignes: Vec<Ligne> = store::list(&mut tx, &ctx.acteur().perimetre, &f)
        .await?
        .into_iter()
        .map(|s| Ligne {
            commune: commune(&s.commune_insee),
            departement: departement(&s.departement),
            etat: composants::etat(label(&s.etat).0, label(&s.etat).1),
            s,
        })
        .collect();
    if let ([seule], Role::GestionnaireStructure) = (lignes.as_slice(), ctx.acteur().role) {
        return ctx.redirect(&format!("/structures/{}", seule.s.id), "");
    }
    let corps = Liste {
        form: Form::filled(
            Champs::default()
                .with("texte", &r.texte)
                .with("departement", &r.departement),
        ),
        departements: departements(),
        national: ctx.acteur().perimetre == socle::Perimetre::National,
        lignes,
        vide: composants::vide("Aucune structure ne correspond.", None),
    };
    ctx.page("Structures").body(&corps)
}

#[derive(Template)]
#[template(path = "structure/dossier.html")]
struct Dossier {
    s: Structure,
    etat: Html,
    fiche: Html,
    contacts: Vec<Html>,
    verifie: bool,
    form: Form,
    postes: Vec<(Poste, Html)>,
    candidatures: Vec<(Candidature, Html)>,
    conventions: Vec<(Convention, Html)>,
    chronologie: Html,
}

async fn show(ctx: Ctx, Id(id): Id) -> Reponse {
    let a = ctx.acteur();
    a.require(&LIRE)?;
    let mut tx = ctx.read().await?;
    let s = store::get_in(&mut tx, &a.perimetre, id).await?;
    let mut contacts = Vec::new();
    for c in store::contacts(&mut tx, id).await? {
        let p = comptes::personne::get(&mut tx, c.personne).await?;
        contacts.push(composants::fiche(&[
            ("Nom", p.nom_complet()),
            ("Rôle", francais::libelle(&c.role)),
            ("Fonction", c.fonction),
            ("Courriel", p.courriel),
            ("Téléphone", p.telephone.unwrap_or_default()),
        ]));
    }
    let f = poste::Filtre {
        structure: Some(id),
        clos: true,
        ..poste::Filtre::default()
    };
    let postes = poste::list(&mut tx, &a.perimetre, &f)
        .await?
        .into_iter()
        .map(|p| {
            let e = composants::etat(p.etat.ton(), p.etat.libelle());
            (p, e)
        })
        .collect();
    let f = candidature::Filtre {
        structure: Some(id),
        ..candidature::Filtre::default()
    };
    let candidatures = candidature::list(&mut tx, &a.perimetre, &f)
        .await?
        .into_iter()
        .map(|c| {
            let e = composants::etat(c.etat.ton(), c.etat.libelle());
            (c, e)
        })
        .collect();
    let conventions = if convention::LIRE.roles.contains(&a.role) {
        let f = convention::Filtre {
            structure: Some(id),
            etat: None,
        };
        convention::list(&mut tx, &a.perimetre, f).await?
    } else {
        Vec::new()
    };
    let etapes = historique::read(&mut tx, "structure", id).await?;
    let corps = Dossier {
        etat: composants::etat(label(&s.etat).0, label(&s.etat).1),
        fiche: composants::fiche(&[
            ("SIRET", s.siret.clone().unwrap_or_default()),
            ("RIDET", s.ridet.clone().unwrap_or_default()),
            ("Antenne", s.antenne.clone()),
            (
                "Type",
                reference::label(&mut tx, "type_structure", &s.type_structure).await?,
            ),
            ("Nature", s.nature.libelle().to_owned()),
            ("Adresse", s.adresse.clone()),
            ("Commune", commune(&s.commune_insee)),
            ("Département", departement(&s.departement)),
        ]),
        contacts,
        verifie: a.role == Role::Operateur && s.etat == "a_verifier",
        form: Form::new(),
        postes,
        candidatures,
        conventions: conventions
            .into_iter()
            .map(|c| {
                let e = composants::etat(c.etat.ton(), c.etat.libelle());
                (c, e)
            })
            .collect(),
        chronologie: composants::chronologie(&etapes, &clock::paris(), |k| label(k).1.to_owned()),
        s,
    };
    ctx.page(corps.s.nom.clone())
        .fil("Structures", "/structures")
        .body(&corps)
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Verification {
    version: String,
}

async fn verify(ctx: Ctx, Id(id): Id, f: Formulaire<Verification>) -> Reponse {
    let droit = ctx.acteur().require(&VERIFIER)?;
    let mut tx = ctx.write().await?;
    let s = store::get_in(&mut tx, droit.perimetre(), id).await?;
    check_version(s.version, &f.saisie.version)?;
    if s.etat != "a_verifier" {
        return Err(stale().into());
    }
    store::set_state(&mut tx, &s, "active").await?;
    let (de, vers) = (Some(s.etat.as_str()), "active");
    step(
        &mut tx,
        ctx.acteur(),
        ("structure", "structure.verifier"),
        id,
        de,
        vers,
        None,
    )
    .await?;
    tx.commit().await?;
    ctx.redirect(&format!("/structures/{id}"), "La structure est vérifiée.")
}
