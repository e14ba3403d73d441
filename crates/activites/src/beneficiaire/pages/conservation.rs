//! `/conservation`: the dry run, the bordereaux and their visa, for the dpo
//! and the ANCT.

use askama::Template;
use serde::Deserialize;
use socle::{Erreur, Resultat, francais};
use uuid::Uuid;
use web::{Ctx, Form, Formulaire, Html, Id, Reponse, composants};

use crate::{
    beneficiaire::{
        anonymisation,
        conservation::{
            Elimination, EtatElimination, Ligne, bordereau,
            service::{self, CONSERVER},
            store,
        },
    },
    voisins,
};

#[derive(Template)]
#[template(path = "beneficiaire/conservation.html")]
struct Page {
    fiche: Html,
    lots: Vec<Lot>,
}

struct Lot {
    id: Uuid,
    titre: String,
    etat: Html,
    fiches: String,
    le: String,
}

pub(super) async fn page(ctx: Ctx) -> Reponse {
    let mut tx = ctx.read().await?;
    let r = service::report(&mut tx, ctx.acteur()).await?;
    let lots = store::list(&mut tx).await?;
    let n = |u: usize| francais::entier(i64::try_from(u).unwrap_or(0));
    let corps = Page {
        fiche: composants::fiche(&[
            (
                "Conservation",
                format!("{} jours après la dernière utilisation", r.reglage.delai),
            ),
            (
                "Visa des archives",
                if r.reglage.visa {
                    "Requis avant élimination"
                } else {
                    "Non requis"
                }
                .to_owned(),
            ),
            (
                "Référents à avertir cette nuit",
                format!("{} fiches", n(r.a_avertir.len())),
            ),
            ("Fiches à leur terme", n(r.a_echeance.len())),
            ("Gardées par un mandat en cours", n(r.gelees)),
        ]),
        lots: lots.iter().map(lot).collect(),
    };
    ctx.page("Conservation des fiches").body(&corps)
}

fn lot(e: &Elimination) -> Lot {
    Lot {
        id: e.id,
        titre: bordereau::title(e),
        etat: state(e.etat),
        fiches: francais::entier(e.fiches),
        le: francais::instant(e.cree_le, &socle::clock::paris()),
    }
}

fn state(e: EtatElimination) -> Html {
    let ton = match e {
        EtatElimination::AViser => composants::Ton::Attention,
        EtatElimination::Approuvee => composants::Ton::Info,
        EtatElimination::Executee => composants::Ton::Succes,
        EtatElimination::Refusee => composants::Ton::Danger,
    };
    composants::etat(ton, e.libelle())
}

#[derive(Template)]
#[template(path = "beneficiaire/bordereau.html")]
struct Bordereau {
    id: Uuid,
    etat: Html,
    a_viser: bool,
    visa: String,
    form: Form,
    lignes: Vec<[String; 6]>,
}

pub(super) async fn show(ctx: Ctx, Id(id): Id) -> Reponse {
    render(&ctx, id, Form::new()).await
}

async fn render(ctx: &Ctx, id: Uuid, form: Form) -> Reponse {
    let (e, lignes, noms) = read(ctx, id).await?;
    let refuse = !form.erreurs.is_empty();
    let corps = Bordereau {
        id,
        etat: state(e.etat),
        a_viser: e.etat == EtatElimination::AViser,
        visa: e.visa.clone().unwrap_or_default(),
        lignes: lignes
            .iter()
            .map(|l| {
                [
                    l.structure
                        .and_then(|s| noms.get(&s).cloned())
                        .unwrap_or_default(),
                    francais::date(l.ouverte_le),
                    francais::date(l.dernier_le),
                    francais::date(l.echeance),
                    francais::entier(l.accompagnements),
                    bordereau::fate(&l.sort).to_owned(),
                ]
            })
            .collect(),
        form,
    };
    let page = ctx
        .page(bordereau::title(&e))
        .fil("Conservation des fiches", "/conservation");
    if refuse {
        page.refused().body(&corps)
    } else {
        page.body(&corps)
    }
}

type Noms = std::collections::BTreeMap<Uuid, String>;

async fn read(ctx: &Ctx, id: Uuid) -> Resultat<(Elimination, Vec<Ligne>, Noms)> {
    ctx.acteur().require(&CONSERVER)?;
    let mut tx = ctx.read().await?;
    let e = store::get(&mut tx, id).await?;
    let lignes = store::lines(&mut tx, id).await?;
    let noms = voisins::structures(&mut tx, lignes.iter().filter_map(|l| l.structure)).await?;
    Ok((e, lignes, noms))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Visa {
    visa: String,
    decision: String,
}

pub(super) async fn decide(ctx: Ctx, Id(id): Id, f: Formulaire<Visa>) -> Reponse {
    let accepte = f.saisie.decision == "approuver";
    let mut tx = ctx.write().await?;
    match service::decide(&mut tx, ctx.acteur(), id, accepte, &f.saisie.visa).await {
        Ok(_) => {
            tx.commit().await?;
            let message = if accepte {
                "Le visa est enregistré. Les fiches sont anonymisées cette nuit."
            } else {
                "Le refus est enregistré. Les fiches sont conservées."
            };
            ctx.redirect(&format!("/conservation/{id}"), message)
        }
        Err(Erreur::Saisie(e)) => {
            drop(tx);
            render(&ctx, id, Form::refused(f.champs, e)).await
        }
        Err(e) => Err(e.into()),
    }
}

pub(super) async fn csv(ctx: Ctx, Id(id): Id) -> Reponse {
    let (e, lignes, noms) = read(&ctx, id).await?;
    ctx.download(
        &format!("bordereau-{}.csv", e.numero),
        "text/csv; charset=utf-8",
        bordereau::csv(&lignes, &noms),
    )
}

pub(super) async fn pdf(ctx: Ctx, Id(id): Id) -> Reponse {
    let (e, lignes, noms) = read(&ctx, id).await?;
    let octets = bordereau::pdf(&e, &lignes, &noms, ctx.today())?;
    ctx.download(
        &format!("bordereau-{}.pdf", e.numero),
        "application/pdf",
        octets,
    )
}

/// The erasure ledger, to keep beside the backups: ids only.
pub(super) async fn ledger(ctx: Ctx) -> Reponse {
    ctx.acteur().require(&CONSERVER)?;
    let mut tx = ctx.read().await?;
    let ids = anonymisation::ledger(&mut tx).await?;
    let texte: String = ids.iter().map(|id| format!("{id}\n")).collect();
    ctx.download(
        "effacements.txt",
        "text/plain; charset=utf-8",
        texte.into_bytes(),
    )
}
