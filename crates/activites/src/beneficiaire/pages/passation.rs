//! `/beneficiaires/passation`: files that change hands; `/fiches-en-attente`
//! for the responsable.

use askama::Template;
use serde::Deserialize;
use socle::{Erreur, Resultat, Saisies, francais};
use uuid::Uuid;
use web::{AFaire, Champs, Ctx, Form, Formulaire, Html, Reponse, composants};

use crate::{
    beneficiaire::{
        passation::{Passation, service as passations, store},
        store as registre,
    },
    voisins,
};

type Options = Vec<(String, String)>;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Demande {
    fiches: Vec<String>,
    vers: String,
    reponse: String,
}

impl Demande {
    fn ids(&self) -> Vec<Uuid> {
        self.fiches.iter().filter_map(|f| f.parse().ok()).collect()
    }
}

#[derive(Template)]
#[template(path = "beneficiaire/passation.html")]
struct Page {
    form: Form,
    recues: Options,
    envoyees: Options,
    fiches: Options,
    collegues: Options,
}

pub(super) async fn page(ctx: Ctx) -> Reponse {
    show(&ctx, Form::new()).await
}

async fn show(ctx: &Ctx, form: Form) -> Reponse {
    let moi = ctx.acteur().personne.ok_or(Erreur::Introuvable)?;
    let mut tx = ctx.read().await?;
    let (recues, envoyees) = passations::open(&mut tx, ctx.acteur()).await?;
    let noms = voisins::names(
        &mut tx,
        recues.iter().chain(&envoyees).flat_map(|p| [p.de, p.vers]),
    )
    .await?;
    let nom = |p: &Uuid| noms.get(p).cloned().unwrap_or_default();
    let ligne = |p: &Passation, autre: &Uuid, mot: &str| {
        (
            p.id.to_string(),
            format!("{} ({mot} {})", p.nom, nom(autre)),
        )
    };
    let fiches = registre::list(&mut tx, &ctx.acteur().perimetre)
        .await?
        .into_iter()
        .filter(|b| b.referent == moi && envoyees.iter().all(|p| p.beneficiaire != b.id))
        .map(|b| (b.id.to_string(), b.fiche.nom_affiche()))
        .collect();
    let aujourdhui = voisins::today(&mut tx, moi).await?;
    let collegues = match voisins::employment(&mut tx, moi, aujourdhui).await? {
        Some(e) => voisins::colleagues(&mut tx, moi, e.structure)
            .await?
            .into_iter()
            .map(|(id, nom)| (id.to_string(), nom))
            .collect(),
        None => Vec::new(),
    };
    let refuse = !form.erreurs.is_empty();
    let corps = Page {
        recues: recues
            .iter()
            .map(|p| ligne(p, &p.de, "suivie par"))
            .collect(),
        envoyees: envoyees
            .iter()
            .map(|p| ligne(p, &p.vers, "proposée à"))
            .collect(),
        fiches,
        collegues,
        form,
    };
    let page = ctx
        .page("Passer des fiches")
        .fil("Personnes suivies", "/beneficiaires");
    if refuse {
        page.refused().body(&corps)
    } else {
        page.body(&corps)
    }
}

pub(super) async fn propose(ctx: Ctx, f: Formulaire<Demande>) -> Reponse {
    match do_propose(&ctx, &f.saisie).await {
        Ok(n) => ctx.redirect("/beneficiaires/passation", &proposed(n)),
        Err(Erreur::Saisie(e)) => show(&ctx, Form::refused(f.champs, e)).await,
        Err(e) => Err(e.into()),
    }
}

async fn do_propose(ctx: &Ctx, d: &Demande) -> Resultat<usize> {
    let mut tx = ctx.write().await?;
    let ids = d.ids();
    passations::propose(&mut tx, ctx.acteur(), &ids, &d.vers).await?;
    tx.commit().await?;
    Ok(ids.len())
}

fn proposed(n: usize) -> String {
    if n > 1 {
        format!("{n} fiches sont proposées. Elles changent de main quand votre collègue accepte.")
    } else {
        "La fiche est proposée. Elle change de main quand votre collègue accepte.".to_owned()
    }
}

pub(super) async fn answer(ctx: Ctx, f: Formulaire<Demande>) -> Reponse {
    let ids = f.saisie.ids();
    if ids.is_empty() {
        return refuse(&ctx, f.champs).await;
    }
    let accepte = f.saisie.reponse == "oui";
    let mut tx = ctx.write().await?;
    let n = passations::answer(&mut tx, ctx.acteur(), &ids, accepte).await?;
    tx.commit().await?;
    let mot = if accepte { "acceptée" } else { "refusée" };
    let message = if n > 1 {
        format!("{n} fiches {mot}s.")
    } else {
        format!("Fiche {mot}.")
    };
    ctx.redirect("/beneficiaires/passation", &message)
}

pub(super) async fn cancel(ctx: Ctx, f: Formulaire<Demande>) -> Reponse {
    let ids = f.saisie.ids();
    if ids.is_empty() {
        return refuse(&ctx, f.champs).await;
    }
    let mut tx = ctx.write().await?;
    passations::cancel(&mut tx, ctx.acteur(), &ids).await?;
    tx.commit().await?;
    ctx.redirect("/beneficiaires/passation", "La proposition est retirée.")
}

async fn refuse(ctx: &Ctx, champs: Champs) -> Reponse {
    let mut e = Saisies::new();
    e.add("fiches", "Choisissez au moins une fiche.");
    show(ctx, Form::refused(champs, e)).await
}

#[derive(Template)]
#[template(path = "beneficiaire/attente.html")]
struct Attente {
    form: Form,
    suivies: String,
    lignes: Vec<Ligne>,
    successeurs: Options,
    vide: Html,
}

struct Ligne {
    id: Uuid,
    nom: String,
    ancien: String,
    depuis: String,
    proposee: bool,
    choisie: bool,
}

pub(super) async fn waiting(ctx: Ctx) -> Reponse {
    show_waiting(&ctx, Form::new()).await
}

async fn show_waiting(ctx: &Ctx, form: Form) -> Reponse {
    let p = &ctx.acteur().perimetre;
    let mut tx = ctx.read().await?;
    let attente = passations::waiting(&mut tx, ctx.acteur()).await?;
    let (suivies, _) = store::counts(&mut tx, p).await?;
    let noms = voisins::names(&mut tx, attente.iter().map(|a| a.referent)).await?;
    let successeurs = passations::successors(&mut tx, p)
        .await?
        .into_iter()
        .map(|(id, nom)| (id.to_string(), nom))
        .collect();
    let refuse = !form.erreurs.is_empty();
    let corps = Attente {
        suivies: francais::entier(suivies),
        lignes: attente
            .into_iter()
            .map(|a| Ligne {
                choisie: form.champs.has("fiches", &a.id.to_string()),
                id: a.id,
                nom: a.nom,
                ancien: noms.get(&a.referent).cloned().unwrap_or_default(),
                depuis: francais::date(a.depuis),
                proposee: a.proposee,
            })
            .collect(),
        successeurs,
        vide: composants::vide("Chaque personne suivie a son référent.", None),
        form,
    };
    let page = ctx.page("Fiches en attente");
    if refuse {
        page.refused().body(&corps)
    } else {
        page.body(&corps)
    }
}

pub(super) async fn name_successor(ctx: Ctx, f: Formulaire<Demande>) -> Reponse {
    match do_propose(&ctx, &f.saisie).await {
        Ok(_) => ctx.redirect(
            "/fiches-en-attente",
            "C'est proposé. Les fiches changent de main quand votre conseiller accepte.",
        ),
        Err(Erreur::Saisie(e)) => show_waiting(&ctx, Form::refused(f.champs, e)).await,
        Err(e) => Err(e.into()),
    }
}

/// « À faire » of who follows people: proposals to answer.
pub(super) async fn todo(ctx: Ctx) -> Resultat<Vec<AFaire>> {
    let mut tx = ctx.read().await?;
    let (recues, _) = passations::open(&mut tx, ctx.acteur()).await?;
    let n = recues.len();
    Ok((n > 0)
        .then(|| AFaire {
            quoi: "Répondre à une passation".into(),
            pour: if n > 1 {
                format!("{n} fiches")
            } else {
                "1 fiche".into()
            },
            avant: None,
            lien: "/beneficiaires/passation".into(),
        })
        .into_iter()
        .collect())
}

/// « À faire » of the responsable.
pub(super) async fn todo_waiting(ctx: Ctx) -> Resultat<Vec<AFaire>> {
    let mut tx = ctx.read().await?;
    let (_, n) = store::counts(&mut tx, &ctx.acteur().perimetre).await?;
    Ok((n > 0)
        .then(|| AFaire {
            quoi: "Désigner un nouveau référent".into(),
            pour: if n > 1 {
                format!("{n} fiches")
            } else {
                "1 fiche".into()
            },
            avant: None,
            lien: "/fiches-en-attente".into(),
        })
        .into_iter()
        .collect())
}
