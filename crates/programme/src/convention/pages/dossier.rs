//! `/conventions/{id}`: plan, posts, payments, steps, renewal.

use askama::Template;
use socle::{Erreur, Perimetre, Resultat, Role, Tx, clock, francais, historique, valeurs::Montant};
use uuid::Uuid;
use web::{Champs, Ctx, Form, Formulaire, Html, Id, Reponse, composants};

use super::super::{
    Annee, Convention, Etat, Evenement, LIRE, Reponse as ReponsePoste, pdf, renouvellement,
    service, store,
    versement::{self, Versement},
};
use crate::{
    commun::{departement, options},
    poste::{self, Poste},
    structure,
};

struct LignePoste {
    p: Poste,
    etat: Html,
    reponse: &'static str,
    champ: String,
}

pub(super) struct LigneVersement {
    pub v: Versement,
    pub etat: Html,
    pub prevu: String,
    pub detail: String,
    pub possibles: Vec<versement::Evenement>,
}

impl LigneVersement {
    /// Names one form of the page.
    fn cle(&self, e: &versement::Evenement) -> String {
        format!("{}-{}", self.v.id, e.cle())
    }

    fn is_sent(&self, form: &Form, e: &versement::Evenement) -> bool {
        form.champs.get("versement") == self.cle(e)
    }
}

#[derive(Template)]
#[template(path = "convention/dossier.html")]
struct Dossier {
    c: Convention,
    entete: Html,
    annees: Vec<(Annee, String, Montant)>,
    total: (Montant, Montant),
    postes: Vec<LignePoste>,
    versements: Vec<LigneVersement>,
    principale: Option<Evenement>,
    secondaires: Vec<Evenement>,
    form: Form,
    repond: bool,
    reponses: Vec<(String, String)>,
    renouvelle: bool,
    suite: Option<Uuid>,
    chronologie: Html,
}

pub(super) async fn show(ctx: Ctx, Id(id): Id) -> Reponse {
    page(&ctx, id, None).await
}

async fn posts(tx: &mut Tx, id: Uuid) -> Resultat<Vec<LignePoste>> {
    let mut v = Vec::new();
    for (p, r) in store::posts(tx, id).await? {
        let p = poste::get(tx, &Perimetre::National, p).await?;
        v.push(LignePoste {
            etat: composants::etat(p.etat.ton(), p.etat.libelle()),
            reponse: r.map_or("", ReponsePoste::libelle),
            champ: format!("reponse-{}", p.id),
            p,
        });
    }
    Ok(v)
}

fn payments(tous: Vec<Versement>, gere: bool, jour: jiff::civil::Date) -> Vec<LigneVersement> {
    let ton = |e| match e {
        versement::Etat::Verse => composants::Ton::Succes,
        versement::Etat::Bloque | versement::Etat::Rejete => composants::Ton::Danger,
        versement::Etat::APayer | versement::Etat::Ordonnance => composants::Ton::Info,
        _ => composants::Ton::Neutre,
    };
    tous.into_iter()
        .map(|v| LigneVersement {
            etat: composants::etat(ton(v.etat), v.etat.libelle()),
            prevu: francais::date(v.prevu_le),
            detail: match (&v.reference, v.date_valeur, &v.motif) {
                (Some(r), Some(d), _) => format!("{}, référence {r}", francais::date(d)),
                (_, _, Some(m)) => m.clone(),
                _ => String::new(),
            },
            possibles: versement::Evenement::TOUS
                .iter()
                .copied()
                .filter(|e| gere && e.target(v.etat).is_some())
                .filter(|e| *e != versement::Evenement::Demander || v.prevu_le <= jour)
                .collect(),
            v,
        })
        .collect()
}

pub(super) async fn page(ctx: &Ctx, id: Uuid, form: Option<Form>) -> Reponse {
    let a = ctx.acteur();
    a.require(&LIRE)?;
    let mut tx = ctx.read().await?;
    let c = store::get(&mut tx, &a.perimetre, id).await?;
    let gere = a.role == Role::Operateur;
    let postes = posts(&mut tx, id).await?;
    let n = i64::try_from(postes.len()).unwrap_or(0);
    let annees = store::years(&mut tx, id).await?;
    let un: i64 = annees.iter().map(|a| a.montant.0).sum();
    let suite = store::renewed_by(&mut tx, id).await?;
    let ouverte = renouvellement::is_open(&c, ctx.today()) && suite.is_none();
    let mut possibles: Vec<Evenement> = Evenement::TOUS
        .iter()
        .copied()
        .filter(|v| v.action().roles.contains(&a.role) && v.target(c.etat).is_some())
        .collect();
    let principale = possibles
        .iter()
        .position(|v| !v.asks_motif())
        .map(|i| possibles.remove(i));
    let etapes = historique::read(&mut tx, "convention", id).await?;
    let libelle =
        |k: &str| Etat::from_cle(k).map_or_else(|_| k.to_owned(), |e| e.libelle().to_owned());
    let refus = form.is_some();
    let form = form.unwrap_or_else(|| {
        let champs = postes.iter().fold(Champs::default(), |champs, l| {
            let valeur = ReponsePoste::TOUS.iter().find(|r| r.libelle() == l.reponse);
            champs.with(&l.champ, valeur.map_or("", |r| r.cle()))
        });
        Form::filled(champs)
    });
    let corps = Dossier {
        entete: composants::dossier(
            &c.numero,
            &composants::etat(c.etat.ton(), c.etat.libelle()),
            c.etat.who(),
            &[
                ("Depuis", francais::date(c.etat_depuis)),
                ("Du", francais::date(c.debut)),
                ("Au", francais::date(c.fin)),
                ("Département", departement(&c.departement)),
                (
                    "Bonus de zone",
                    if c.zone_bonus { "Oui" } else { "Non" }.to_owned(),
                ),
            ],
        ),
        total: (Montant(un), Montant(un * n)),
        annees: annees
            .into_iter()
            .map(|a| {
                let periode = format!(
                    "du {} au {}",
                    francais::date(a.debut),
                    francais::date(a.fin)
                );
                let tous = Montant(a.montant.0 * n);
                (a, periode, tous)
            })
            .collect(),
        versements: payments(versement::list(&mut tx, id).await?, gere, ctx.today()),
        principale,
        secondaires: possibles,
        repond: ouverte && a.role == Role::GestionnaireStructure,
        reponses: options(ReponsePoste::TOUS, ReponsePoste::cle, ReponsePoste::libelle),
        renouvelle: ouverte
            && gere
            && postes
                .iter()
                .any(|p| p.reponse == ReponsePoste::Renouveler.libelle()),
        suite,
        postes,
        form,
        chronologie: composants::chronologie(&etapes, &clock::paris(), libelle),
        c,
    };
    let p = ctx
        .page(format!("Convention : {}", corps.c.structure_nom))
        .fil("Conventions", "/conventions");
    if refus {
        p.refused().body(&corps)
    } else {
        p.body(&corps)
    }
}

pub(super) async fn paper(ctx: Ctx, Id(id): Id) -> Reponse {
    ctx.acteur().require(&LIRE)?;
    let mut tx = ctx.read().await?;
    let c = store::get(&mut tx, &ctx.acteur().perimetre, id).await?;
    let s = structure::get(&mut tx, c.structure).await?;
    let postes: Vec<String> = posts(&mut tx, id)
        .await?
        .into_iter()
        .map(|l| l.p.numero)
        .collect();
    let annees = store::years(&mut tx, id).await?;
    let octets = pdf::make(&c, &s, &postes, &annees)?;
    ctx.download(&format!("{}.pdf", c.numero), "application/pdf", octets)
}

pub(super) async fn answer_form(
    ctx: &Ctx,
    id: Uuid,
    tx: Tx,
    champs: Champs,
    fait: Resultat<()>,
    dit: &str,
) -> Reponse {
    match fait {
        Ok(()) => {}
        Err(Erreur::Saisie(e)) => {
            drop(tx);
            return page(ctx, id, Some(Form::refused(champs, e))).await;
        }
        Err(e) => return Err(e.into()),
    }
    tx.commit().await?;
    ctx.redirect(&format!("/conventions/{id}"), dit)
}

pub(super) async fn act(ctx: Ctx, Id(id): Id, f: Formulaire<service::SaisieActe>) -> Reponse {
    let ev = Evenement::from_cle(&f.saisie.evenement).map_err(|_| Erreur::Introuvable)?;
    let site = ctx.config().url.clone();
    let mut tx = ctx.write().await?;
    let fait = service::act(&mut tx, ctx.acteur(), id, ev, &f.saisie, &site).await;
    answer_form(&ctx, id, tx, f.champs, fait, "C’est enregistré.").await
}

#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
pub(super) struct Vide {}

pub(super) async fn answer(ctx: Ctx, Id(id): Id, f: Formulaire<Vide>) -> Reponse {
    let mut tx = ctx.write().await?;
    let c = store::get(&mut tx, &ctx.acteur().perimetre, id).await?;
    let reponses: Vec<(Uuid, ReponsePoste)> = store::posts(&mut tx, c.id)
        .await?
        .into_iter()
        .filter_map(|(p, _)| {
            Some((
                p,
                ReponsePoste::from_cle(f.champs.get(&format!("reponse-{p}"))).ok()?,
            ))
        })
        .collect();
    let fait = renouvellement::answer(&mut tx, ctx.acteur(), id, &reponses).await;
    answer_form(
        &ctx,
        id,
        tx,
        f.champs,
        fait,
        "Vos réponses sont enregistrées.",
    )
    .await
}

pub(super) async fn renew(ctx: Ctx, Id(id): Id) -> Reponse {
    let mut tx = ctx.write().await?;
    let suite = renouvellement::renew(&mut tx, ctx.acteur(), id).await?;
    tx.commit().await?;
    ctx.redirect(
        &format!("/conventions/{suite}"),
        "La convention de renouvellement est préparée.",
    )
}
