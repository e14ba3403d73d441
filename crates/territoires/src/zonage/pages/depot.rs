//! The report of a file that waits, and the decision about it.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::Path;
use serde::Deserialize;
use socle::{Erreur, Saisies, Tx, francais};
use uuid::Uuid;
use web::{Champs, Ctx, Form, Formulaire, Html, Reponse, composants, composants::Ton};

use super::LISTE;
use crate::zonage::{
    Anomalie, Statut,
    service::{self, Rapport},
};

/// Classes are numbered in the form: their words are free text.
#[derive(Debug, Deserialize, Default)]
#[serde(default)]
pub struct Reponses {}

struct Classe {
    champ: String,
    nom: String,
    nombre: String,
}

#[derive(Template)]
#[template(path = "zonage/depot.html")]
struct Vue {
    id: Uuid,
    fichier: String,
    fiche: Html,
    alerte: Html,
    anomalies: Vec<Anomalie>,
    suite: String,
    classes: Vec<Classe>,
    statuts: Vec<(String, String)>,
    form: Form,
}

/// How many anomalies are listed on screen.
const MONTREES: usize = 200;

/// `GET /administration/zonages/depots/{id}`.
///
/// # Errors
/// 404 for an unknown file, or somebody else's.
pub async fn show(ctx: Ctx, Path(id): Path<String>) -> Reponse {
    let mut tx = ctx.read().await?;
    page(&ctx, &mut tx, parse(&id)?, None).await
}

async fn page(ctx: &Ctx, tx: &mut Tx, id: Uuid, refus: Option<(Champs, Saisies)>) -> Reponse {
    let (depot, rapport) = service::report(tx, ctx.acteur(), id).await?;
    let (mut champs, mut classes) = (Champs::default(), Vec::new());
    let mut completes = 0;
    if let Rapport::Communes(l) = &rapport {
        completes = l.completes;
        for (i, (nom, nombre, statut)) in l.propositions().enumerate() {
            let champ = format!("classe_{i}");
            champs = champs.with(&champ, statut.cle());
            let nombre = francais::entier(i64::try_from(nombre).unwrap_or(i64::MAX));
            classes.push(Classe {
                champ,
                nom: nom.to_owned(),
                nombre,
            });
        }
    }
    let n = rapport.anomalies().len();
    let alerte = if n > 0 {
        composants::alerte(
            Ton::Danger,
            "Ce fichier ne peut pas être chargé",
            "Corrigez les lignes signalées puis envoyez le fichier à nouveau. Rien n'a été écrit.",
        )
    } else {
        composants::alerte(
            Ton::Succes,
            "Ce fichier peut être chargé",
            "Rien n'est encore écrit.",
        )
    };
    let d = &depot.description;
    let compte = |n: usize| francais::entier(i64::try_from(n).unwrap_or(i64::MAX));
    let fiche = composants::fiche(&[
        ("Zonage", format!("{} ({})", d.libelle, d.cle)),
        ("Millésime", d.millesime.clone()),
        ("À partir du", francais::date(d.valid_from)),
        ("Lignes lues", compte(rapport.membres())),
        ("Codes complétés d'un zéro", compte(completes)),
        ("Lignes à corriger", compte(n)),
    ]);
    let p = ctx.page("Vérifier le fichier").fil("Zonages", LISTE);
    let (p, form) = match refus {
        Some((champs, s)) => (p.refused(), Form::refused(champs, s)),
        None => (p, Form::filled(champs)),
    };
    p.body(&Vue {
        id,
        fichier: depot.fichier,
        fiche,
        alerte,
        anomalies: rapport.anomalies().iter().take(MONTREES).cloned().collect(),
        suite: match n.saturating_sub(MONTREES) {
            0 => String::new(),
            reste => format!("Et {} autres lignes.", compte(reste)),
        },
        classes,
        statuts: Statut::CHOIX
            .map(|s| (s.cle().to_owned(), s.libelle().to_owned()))
            .to_vec(),
        form,
    })
}

/// `POST …/charger`: loads the file with the meaning given to each class.
///
/// # Errors
/// 422 when a class has no meaning or the file is wrong, 409 on an overlap.
pub async fn load(ctx: Ctx, Path(id): Path<String>, f: Formulaire<Reponses>) -> Reponse {
    let id = parse(&id)?;
    let mut tx = ctx.write().await?;
    let (mut classes, mut s) = (BTreeMap::new(), Saisies::new());
    // Already loaded by a first click: no file to read classes from.
    if let Ok((_, Rapport::Communes(l))) = service::report(&mut tx, ctx.acteur(), id).await {
        for (i, classe) in l.classes.keys().enumerate() {
            let champ = format!("classe_{i}");
            match Statut::from_cle(f.champs.get(&champ)) {
                Some(statut) => drop(classes.insert(classe.clone(), statut)),
                None => s.add(champ, "Choisissez ce que cette classe veut dire."),
            }
        }
    }
    if !s.is_empty() {
        return page(&ctx, &mut tx, id, Some((f.champs, s))).await;
    }
    match service::load(&mut tx, ctx.acteur(), id, &classes).await {
        Ok(id) => {
            tx.commit().await?;
            ctx.redirect(
                &format!("/administration/zonages/versions/{id}"),
                "Le zonage est chargé.",
            )
        }
        Err(Erreur::Saisie(s)) => page(&ctx, &mut tx, id, Some((f.champs, s))).await,
        Err(e) => Err(e.into()),
    }
}

/// `POST …/abandonner`.
///
/// # Errors
/// 404 for an unknown file.
pub async fn give_up(ctx: Ctx, Path(id): Path<String>) -> Reponse {
    let mut tx = ctx.write().await?;
    service::give_up(&mut tx, ctx.acteur(), parse(&id)?).await?;
    tx.commit().await?;
    ctx.redirect(LISTE, "Le fichier est abandonné. Rien n'a été chargé.")
}

fn parse(id: &str) -> Result<Uuid, Erreur> {
    id.parse().map_err(|_| Erreur::Introuvable)
}
