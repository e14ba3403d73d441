//! `/beneficiaires/doublons`, the side by side of a merge, its answer and its
//! undoing.

use askama::Template;
use axum::extract::Query;
use serde::Deserialize;
use socle::{Erreur, Resultat};
use uuid::Uuid;
use web::{Ctx, Form, Formulaire, Html, Id, Reponse, composants};

use crate::{
    activite,
    beneficiaire::{
        Beneficiaire, doublon,
        doublon::service as doublons,
        fusion::{self, CHAMPS, Etat, service as fusions},
        service::SUIVRE,
        store,
    },
    vocabulaire::{Vocabulaires, liste},
};

#[derive(Template)]
#[template(path = "beneficiaire/doublons.html")]
struct Page {
    paires: Vec<Paire>,
    propositions: Vec<Proposition>,
    vide: Html,
}

struct Paire {
    premiere: Uuid,
    seconde: Uuid,
    noms: [String; 2],
    verdict: Html,
}

struct Proposition {
    id: Uuid,
    noms: [String; 2],
}

pub(super) async fn page(ctx: Ctx) -> Reponse {
    let moi = ctx.acteur().personne.ok_or(Erreur::Introuvable)?;
    let mut tx = ctx.read().await?;
    let paires = doublons::pairs(&mut tx, ctx.acteur())
        .await?
        .into_iter()
        .map(|p| Paire {
            premiere: p.premiere.id,
            seconde: p.seconde.id,
            noms: [label(&p.premiere), label(&p.seconde)],
            verdict: composants::etat(
                composants::Ton::Attention,
                &format!("{} ({})", doublon::libelle(p.score), p.score),
            ),
        })
        .collect();
    let mut propositions = Vec::new();
    for f in fusion::store::waiting(&mut tx, moi).await? {
        let d = store::fetch(&mut tx, f.destination).await?;
        let s = store::fetch(&mut tx, f.source).await?;
        propositions.push(Proposition {
            id: f.id,
            noms: [label(&d), label(&s)],
        });
    }
    let corps = Page {
        paires,
        propositions,
        vide: composants::vide(
            "Aucune fiche ne ressemble à une autre.",
            Some(("Revenir aux personnes suivies", "/beneficiaires")),
        ),
    };
    ctx.page("Doublons")
        .fil("Personnes suivies", "/beneficiaires")
        .body(&corps)
}

/// « Marie Dupont, 1950 ».
fn label(b: &Beneficiaire) -> String {
    match b.fiche.annee_naissance {
        Some(a) => format!("{}, {a}", b.fiche.nom_affiche()),
        None => b.fiche.nom_affiche(),
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct DeuxFiches {
    premiere: String,
    seconde: String,
}

pub(super) async fn set_aside(ctx: Ctx, f: Formulaire<DeuxFiches>) -> Reponse {
    let (Ok(a), Ok(b)) = (f.saisie.premiere.parse(), f.saisie.seconde.parse()) else {
        return Err(incomplete().into());
    };
    let mut tx = ctx.write().await?;
    doublons::set_aside(&mut tx, ctx.acteur(), a, b).await?;
    tx.commit().await?;
    ctx.redirect(
        "/beneficiaires/doublons",
        "C'est noté. Ces fiches ne seront plus rapprochées, sauf si l'une d'elles change.",
    )
}

fn incomplete() -> Erreur {
    Erreur::Conflit("Ce formulaire est incomplet. Rechargez la page puis recommencez.".into())
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Avec {
    avec: String,
}

#[derive(Template)]
#[template(path = "beneficiaire/fusion.html")]
struct CoteACote {
    destination: Uuid,
    source: Uuid,
    noms: [String; 2],
    /// Field, label, value kept, value of the other.
    lignes: Vec<(&'static str, &'static str, String, String, bool)>,
    deux_referents: bool,
    form: Form,
}

/// Chooses, field by field: `{id}` stays, `avec` goes into it.
pub(super) async fn compare(ctx: Ctx, Id(id): Id, Query(a): Query<Avec>) -> Reponse {
    let source: Uuid = a.avec.parse().map_err(|_| Erreur::Introuvable)?;
    let droit = ctx.acteur().require(&SUIVRE)?;
    let mut tx = ctx.write().await?;
    let d = store::load(&mut tx, &droit, id).await?;
    let s = store::load(&mut tx, &droit, source).await?;
    let voc = Vocabulaires::ever(&mut tx).await?;
    tx.commit().await?;
    let choisir = fusion::differing(&d.fiche, &s.fiche);
    let lignes = CHAMPS
        .iter()
        .map(|(champ, nom)| {
            let dit = |b: &Beneficiaire| shown(&fusion::value(&b.fiche, champ), champ, &voc);
            (*champ, *nom, dit(&d), dit(&s), choisir.contains(champ))
        })
        .filter(|(_, _, a, b, _)| !(a.is_empty() && b.is_empty()))
        .collect();
    let moi = ctx.acteur().personne;
    let corps = CoteACote {
        destination: id,
        source,
        noms: [label(&d), label(&s)],
        lignes,
        deux_referents: moi != Some(d.referent) || moi != Some(s.referent),
        form: Form::new(),
    };
    ctx.page("Réunir deux fiches")
        .fil("Personnes suivies", "/beneficiaires")
        .fil("Doublons", "/beneficiaires/doublons")
        .body(&corps)
}

/// A compared value in words.
fn shown(v: &str, champ: &str, voc: &Vocabulaires) -> String {
    match champ {
        "genre" => voc.label(liste::GENRE, v),
        "statut" => voc.label(liste::STATUT, v),
        "commune_residence" => territoires::geographie()
            .commune(v)
            .map_or_else(String::new, territoires::Commune::libelle),
        "connu_depuis" => v
            .parse::<jiff::civil::Date>()
            .map_or_else(|_| String::new(), socle::francais::date),
        _ => v.to_owned(),
    }
}

pub(super) async fn merge(ctx: Ctx, Id(id): Id, f: Formulaire<Avec>) -> Reponse {
    let droit = ctx.acteur().require(&SUIVRE)?;
    let mut tx = ctx.write().await?;
    store::load(&mut tx, &droit, id).await?;
    let source: Uuid = f.saisie.avec.parse().map_err(|_| incomplete())?;
    let issue = fusions::ask(&mut tx, ctx.acteur(), id, source, &f.champs).await?;
    tx.commit().await?;
    match issue {
        fusions::Issue::Faite => ctx.redirect(
            &format!("/beneficiaires/{id}"),
            "Les deux fiches n'en font plus qu'une. Vous pouvez annuler pendant 30 jours.",
        ),
        fusions::Issue::Proposee => ctx.redirect(
            "/beneficiaires/doublons",
            "La proposition est envoyée à l'autre référent, qui l'accepte ou la refuse.",
        ),
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Avis {
    reponse: String,
}

pub(super) async fn answer(ctx: Ctx, Id(id): Id, f: Formulaire<Avis>) -> Reponse {
    let accepte = f.saisie.reponse == "oui";
    let mut tx = ctx.write().await?;
    fusions::answer(&mut tx, ctx.acteur(), id, accepte).await?;
    tx.commit().await?;
    let message = if accepte {
        "Les deux fiches n'en font plus qu'une."
    } else {
        "La proposition est refusée."
    };
    ctx.redirect("/beneficiaires/doublons", message)
}

#[derive(Template)]
#[template(path = "beneficiaire/fusion_faite.html")]
struct Faite {
    id: Uuid,
    destination: Uuid,
    annulable: bool,
    annulee: bool,
    restees: Vec<(Uuid, &'static str, String)>,
}

/// A merge done or undone; undone, the activities that stayed.
pub(super) async fn show(ctx: Ctx, Id(id): Id) -> Reponse {
    let droit = ctx.acteur().require(&SUIVRE)?;
    let mut tx = ctx.write().await?;
    let f = fusion::store::load(&mut tx, id).await?;
    let d = store::load(&mut tx, &droit, f.destination).await?;
    let restees = stayed(&mut tx, &f.choix.restees).await?;
    let annulable = fusion::store::image(&mut tx, id).await?.is_some();
    tx.commit().await?;
    let corps = Faite {
        id,
        destination: f.destination,
        annulable: annulable && f.etat == Etat::Faite,
        annulee: f.etat == Etat::Annulee,
        restees,
    };
    ctx.page(format!("Fusion de fiches, {}", d.fiche.nom_affiche()))
        .fil("Personnes suivies", "/beneficiaires")
        .fil(d.fiche.nom_affiche(), format!("/beneficiaires/{}", d.id))
        .body(&corps)
}

async fn stayed(tx: &mut socle::Tx, ids: &[Uuid]) -> Resultat<Vec<(Uuid, &'static str, String)>> {
    let mut v = Vec::new();
    for id in ids {
        let a = activite::store::fetch(tx, *id).await?;
        v.push((
            *id,
            a.contenu.type_activite.libelle(),
            socle::francais::date_longue(a.contenu.date),
        ));
    }
    Ok(v)
}

pub(super) async fn undo(ctx: Ctx, Id(id): Id) -> Reponse {
    let mut tx = ctx.write().await?;
    fusions::undo(&mut tx, ctx.acteur(), id).await?;
    tx.commit().await?;
    ctx.redirect(
        &format!("/beneficiaires/fusions/{id}"),
        "La fusion est annulée : les deux fiches sont revenues.",
    )
}
