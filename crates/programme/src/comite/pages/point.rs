//! `/comites/{id}/points/{point}`: the file, the balance, vote and decision.

use askama::Template;
use serde::Deserialize;
use socle::{Erreur, Perimetre, Role};
use uuid::Uuid;
use web::{Champs, Ctx, Form, Formulaire, Html, Reponse, composants};

use super::super::{Decision, Etat, Point, SaisieDecision, Session, Voix, service, store};
use crate::commun::Ids;
use crate::{
    avis::{self, Avis},
    campagne::{self, Solde},
    candidature,
    commun::{departement, options},
    poste, reference,
};

#[derive(Template)]
#[template(path = "comite/point.html")]
struct Page {
    s: Session,
    p: Point,
    form: Form,
    resume: candidature::Resume,
    avis: Option<Avis>,
    departement: String,
    solde: Solde,
    vacants: i64,
    postes_structure: i64,
    votes: Vec<(String, &'static str)>,
    ma_voix: &'static str,
    vote: bool,
    decide: bool,
    decision: Html,
    voix: Vec<(String, String)>,
    decisions: Vec<(String, String)>,
    motifs: Vec<(String, String)>,
}

pub(super) async fn show(ctx: Ctx, Ids(id, point): Ids) -> Reponse {
    page(&ctx, id, point, None).await
}

async fn page(ctx: &Ctx, id: Uuid, point: Uuid, form: Option<Form>) -> Reponse {
    let a = ctx.acteur();
    let mut tx = ctx.read().await?;
    let s = service::load(&mut tx, a, id).await?;
    let p = store::point(&mut tx, id, point).await?;
    let c = candidature::get(&mut tx, &Perimetre::National, p.candidature).await?;
    let camp = campagne::get(&mut tx, s.campagne).await?;
    let du_departement = Perimetre::Departements(vec![p.departement.clone()]);
    let postes = poste::list(&mut tx, &du_departement, &poste::Filtre::default()).await?;
    let mut votes = Vec::new();
    let mut ma_voix = "";
    for v in store::votes(&mut tx, point).await? {
        if Some(v.personne) == a.personne {
            ma_voix = v.voix.cle();
        }
        let nom = comptes::personne::get(&mut tx, v.personne)
            .await?
            .nom_complet();
        votes.push((nom, v.voix.libelle()));
    }
    let avis = avis::latest(&mut tx, p.candidature).await?;
    let (refus, form) = match form {
        Some(f) => (true, f),
        None => (false, Form::filled(prefill(&p, avis.as_ref(), ma_voix))),
    };
    let corps = Page {
        resume: candidature::pages::summary(&mut tx, &c).await?,
        departement: departement(&p.departement),
        solde: campagne::balance(&mut tx, &camp, &p.departement, c.nature).await?,
        vacants: count(&postes, |x| x.etat == poste::Etat::Vacant),
        postes_structure: count(&postes, |x| Some(x.structure) == p.structure),
        vote: a.role == Role::Comite && s.etat == Etat::EnSeance && p.decision.is_none(),
        decide: a.role == Role::Secretariat && s.etat == Etat::EnSeance,
        decision: p.decision.map_or_else(Html::default, |d| {
            let texte = match p.nombre_postes {
                Some(n) => format!("{} : {n}. {}", d.libelle(), p.motif),
                None => format!("{}. {}", d.libelle(), p.motif),
            };
            composants::alerte(composants::Ton::Info, "Décision enregistrée", &texte)
        }),
        voix: options(Voix::TOUS, Voix::cle, Voix::libelle),
        decisions: options(Decision::TOUS, Decision::cle, Decision::libelle),
        motifs: reference::choices(&mut tx, "motif_refus_comite").await?,
        form,
        avis,
        votes,
        ma_voix,
        s,
        p,
    };
    let page = ctx
        .page(format!(
            "Point {} : {}",
            corps.p.ordre, corps.p.structure_nom
        ))
        .fil("Séances du comité", "/comites")
        .fil(corps.s.numero.clone(), format!("/comites/{id}"));
    if refus {
        page.refused().body(&corps)
    } else {
        page.body(&corps)
    }
}

fn count(postes: &[poste::Poste], garde: impl Fn(&poste::Poste) -> bool) -> i64 {
    i64::try_from(postes.iter().filter(|p| garde(p)).count()).unwrap_or(i64::MAX)
}

fn prefill(p: &Point, avis: Option<&Avis>, ma_voix: &str) -> Champs {
    let nombre = p
        .nombre_postes
        .or(avis.and_then(|a| a.nombre_postes))
        .or(p.demande);
    let mut champs = Champs::default()
        .with("voix", ma_voix)
        .with("decision", p.decision.map_or("", Decision::cle))
        .with(
            "nombre_postes",
            nombre.map(|n| n.to_string()).unwrap_or_default(),
        )
        .with("motif", &p.motif);
    for m in &p.motifs {
        champs = champs.with("motifs", m);
    }
    champs
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct SaisieVote {
    voix: String,
}

pub(super) async fn vote(ctx: Ctx, Ids(id, point): Ids, f: Formulaire<SaisieVote>) -> Reponse {
    let mut tx = ctx.write().await?;
    let fait = match Voix::from_cle(&f.saisie.voix) {
        Ok(v) => service::vote(&mut tx, ctx.acteur(), id, point, v).await,
        Err(_) => {
            service::load(&mut tx, ctx.acteur(), id).await?;
            Err(Erreur::field("voix", "Choisissez votre vote."))
        }
    };
    answer(
        &ctx,
        id,
        point,
        tx,
        f.champs,
        fait,
        "Votre vote est enregistré.",
    )
    .await
}

pub(super) async fn decide(
    ctx: Ctx,
    Ids(id, point): Ids,
    f: Formulaire<SaisieDecision>,
) -> Reponse {
    let mut tx = ctx.write().await?;
    let fait = service::decide(&mut tx, ctx.acteur(), id, point, &f.saisie).await;
    answer(
        &ctx,
        id,
        point,
        tx,
        f.champs,
        fait,
        "La décision est enregistrée.",
    )
    .await
}

async fn answer(
    ctx: &Ctx,
    id: Uuid,
    point: Uuid,
    tx: socle::Tx,
    champs: Champs,
    fait: socle::Resultat<()>,
    dit: &str,
) -> Reponse {
    match fait {
        Ok(()) => {}
        Err(Erreur::Saisie(e)) => {
            drop(tx);
            return page(ctx, id, point, Some(Form::refused(champs, e))).await;
        }
        Err(e) => return Err(e.into()),
    }
    tx.commit().await?;
    let lien = if ctx.acteur().role == Role::Comite {
        format!("/comites/{id}/points/{point}")
    } else {
        format!("/comites/{id}")
    };
    ctx.redirect(&lien, dit)
}
