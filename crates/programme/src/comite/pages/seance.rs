//! `/comites/{id}`: agenda, decisions, and the step of the moment.

use askama::Template;
use serde::Deserialize;
use socle::{Erreur, Role, clock, francais, historique};
use uuid::Uuid;
use web::{Ctx, Form, Formulaire, Html, Id, Reponse, composants};

use super::super::{Decision, Etat, Evenement, Point, Session, cloture, quorum, service, store};
use crate::{
    candidature::{self, Candidature},
    commun::departement,
};

struct Ligne {
    p: Point,
    departement: String,
    avis: String,
    decision: String,
}

#[derive(Template)]
#[template(path = "comite/seance.html")]
struct Seance {
    s: Session,
    entete: Html,
    tient: bool,
    peut_clore: bool,
    restent: usize,
    principale: Option<Evenement>,
    secondaires: Vec<Evenement>,
    form: Form,
    commande: String,
    lignes: Vec<Ligne>,
    reserve: Vec<Candidature>,
    membres: Vec<(String, String)>,
    requis: usize,
    presence: Vec<String>,
    chronologie: Html,
}

pub(super) async fn show(ctx: Ctx, Id(id): Id) -> Reponse {
    page(&ctx, id, Form::new()).await
}

async fn page(ctx: &Ctx, id: Uuid, form: Form) -> Reponse {
    let a = ctx.acteur();
    let mut tx = ctx.read().await?;
    let s = service::load(&mut tx, a, id).await?;
    let tient = a.role == Role::Secretariat;
    let mut lignes = Vec::new();
    for p in store::points(&mut tx, id).await? {
        let avis = crate::avis::latest(&mut tx, p.candidature).await?;
        lignes.push(Ligne {
            departement: departement(&p.departement),
            avis: avis.map_or_else(String::new, |a| a.sens.libelle().to_owned()),
            decision: match (p.decision, p.nombre_postes) {
                (Some(Decision::Attribution), Some(n)) => francais::pluriel(n, "poste"),
                (Some(d), _) => d.libelle().to_owned(),
                (None, _) => String::new(),
            },
            p,
        });
    }
    let mut membres = Vec::new();
    let mut presence = Vec::new();
    let mut preside = false;
    for m in store::members(&mut tx, id).await? {
        let nom = comptes::personne::get(&mut tx, m.personne)
            .await?
            .nom_complet();
        preside |= m.president && Some(m.personne) == a.personne;
        let titre = if m.president { ", présidence" } else { "" };
        let la = match (s.etat, m.present) {
            (Etat::Preparation | Etat::Convoquee | Etat::Annulee, _) => "",
            (_, true) => ", présent",
            (_, false) => ", absent",
        };
        presence.push(format!("{nom}{titre}{la}"));
        membres.push((m.personne.to_string(), format!("{nom}{titre}")));
    }
    let reserve = if tient && s.etat == Etat::Preparation {
        let f = candidature::Filtre {
            etat: Some(candidature::Etat::AvisRendu),
            campagne: Some(s.campagne),
            ..candidature::Filtre::default()
        };
        candidature::list(&mut tx, &a.perimetre, &f).await?
    } else {
        Vec::new()
    };
    let mut possibles: Vec<Evenement> = Evenement::TOUS
        .iter()
        .copied()
        .filter(|v| tient && v.target(s.etat).is_some())
        .collect();
    let principale = possibles
        .iter()
        .position(|v| match v {
            Evenement::Convoquer => !lignes.is_empty(),
            Evenement::Reprendre | Evenement::SignerPv | Evenement::Publier => true,
            _ => false,
        })
        .map(|i| possibles.remove(i));
    possibles.retain(|v| *v != Evenement::Convoquer);
    let etapes = historique::read(&mut tx, "comite", id).await?;
    let libelle =
        |k: &str| Etat::from_cle(k).map_or_else(|_| k.to_owned(), |e| e.libelle().to_owned());
    let refus = !form.erreurs.is_empty();
    let corps = Seance {
        entete: composants::dossier(
            &s.numero,
            &composants::etat(s.etat.ton(), s.etat.libelle()),
            s.etat.who(),
            &[
                ("Depuis", francais::date(s.etat_depuis)),
                ("Séance", francais::date_longue(s.date_seance)),
                ("Lieu", s.lieu.clone()),
            ],
        ),
        tient,
        peut_clore: s.etat == Etat::EnSeance && (tient || preside),
        restent: lignes.iter().filter(|l| l.p.decision.is_none()).count(),
        principale,
        secondaires: possibles,
        form,
        commande: ctx.new_commande(),
        requis: quorum(membres.len()),
        lignes,
        reserve,
        membres,
        presence,
        chronologie: composants::chronologie(&etapes, &clock::paris(), libelle),
        s,
    };
    let p = ctx
        .page(format!("Séance {}", corps.s.numero))
        .fil("Séances du comité", "/comites");
    if refus {
        p.refused().body(&corps)
    } else {
        p.body(&corps)
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Action {
    evenement: String,
    version: String,
    motif: String,
    id_commande: String,
    dossiers: Vec<String>,
    presents: Vec<String>,
}

fn ids(textes: &[String]) -> Vec<Uuid> {
    textes.iter().filter_map(|t| t.parse().ok()).collect()
}

async fn answer(
    ctx: &Ctx,
    id: Uuid,
    tx: socle::Tx,
    f: Formulaire<Action>,
    fait: socle::Resultat<()>,
    dit: &str,
) -> Reponse {
    match fait {
        Ok(()) => {}
        Err(Erreur::Saisie(e)) => {
            drop(tx);
            return page(ctx, id, Form::refused(f.champs, e)).await;
        }
        Err(e) => return Err(e.into()),
    }
    tx.commit().await?;
    ctx.redirect(&format!("/comites/{id}"), dit)
}

pub(super) async fn inscribe(ctx: Ctx, Id(id): Id, f: Formulaire<Action>) -> Reponse {
    let mut tx = ctx.write().await?;
    let dossiers = ids(&f.saisie.dossiers);
    let fait = if dossiers.is_empty() {
        Err(Erreur::field("dossiers", "Cochez au moins un dossier."))
    } else {
        service::inscribe(&mut tx, ctx.acteur(), id, &dossiers).await
    };
    answer(&ctx, id, tx, f, fait, "Les dossiers sont inscrits.").await
}

pub(super) async fn act(ctx: Ctx, Id(id): Id, f: Formulaire<Action>) -> Reponse {
    let evenement = Evenement::from_cle(&f.saisie.evenement).map_err(|_| Erreur::Introuvable)?;
    let site = ctx.config().url.clone();
    let mut tx = ctx.write().await?;
    let (version, motif) = (&f.saisie.version, &f.saisie.motif);
    let fait = service::act(&mut tx, ctx.acteur(), id, evenement, version, motif, &site).await;
    answer(&ctx, id, tx, f, fait, "C’est fait.").await
}

pub(super) async fn open(ctx: Ctx, Id(id): Id, f: Formulaire<Action>) -> Reponse {
    let mut tx = ctx.write().await?;
    let fait = service::open(
        &mut tx,
        ctx.acteur(),
        id,
        &f.saisie.version,
        &ids(&f.saisie.presents),
    )
    .await;
    answer(&ctx, id, tx, f, fait, "La séance est ouverte.").await
}

pub(super) async fn close(ctx: Ctx, Id(id): Id, f: Formulaire<Action>) -> Reponse {
    let mut tx = ctx.write().await?;
    let fait = cloture::close(
        &mut tx,
        ctx.acteur(),
        id,
        &f.saisie.version,
        &f.saisie.id_commande,
    )
    .await;
    answer(
        &ctx,
        id,
        tx,
        f,
        fait,
        "La séance est close : les postes sont attribués.",
    )
    .await
}
