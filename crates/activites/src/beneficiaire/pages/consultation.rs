//! Opening a file one does not follow: `/beneficiaires/{id}/consultation` for
//! the responsable and the dpo, `/droits-des-personnes` for the dpo's search.

use askama::Template;
use axum::extract::Query;
use serde::Deserialize;
use socle::{Resultat, Role, francais};
use uuid::Uuid;
use web::{Ctx, Form, Formulaire, Html, Id, Reponse, composants};

use super::geste::Geste;
use crate::{
    beneficiaire::{Etat, acces, portrait, store},
    vocabulaire::Vocabulaires,
};

#[derive(Template)]
#[template(path = "beneficiaire/consultation.html")]
struct Page {
    id: Uuid,
    fiche: Html,
    jusqua: String,
    dpo: bool,
    limitee: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Motif {
    motif: String,
}

fn asking(ctx: &Ctx, id: Uuid) -> Geste {
    Geste {
        titre: "Ouvrir une fiche à titre exceptionnel",
        chapeau: "La fiche s’ouvre pour une heure. Votre nom, l’heure et le motif sont inscrits au journal et envoyés à la personne qui suit le bénéficiaire.",
        action: format!("/beneficiaires/{id}/consultation"),
        bouton: "Ouvrir la fiche une heure",
        danger: false,
        retour: if ctx.acteur().role == Role::Dpo {
            "/droits-des-personnes".into()
        } else {
            "/fiches-en-attente".into()
        },
        champs: |form: &Form| {
            vec![Html(
                form.zone("motif", "Motif", 3)
                    .aide("De 20 à 500 caractères.")
                    .to_string(),
            )]
        },
    }
}

pub(super) async fn page(ctx: Ctx, Id(id): Id) -> Reponse {
    let mut tx = ctx.write().await?;
    let (_, jusqua) = acces::current(&mut tx, ctx.acteur(), id).await?;
    let Some(jusqua) = jusqua else {
        return asking(&ctx, id).ask(&ctx);
    };
    let b = acces::read(&mut tx, ctx.acteur(), id).await?;
    let vie = store::life(&mut tx, id).await?;
    let voc = Vocabulaires::ever(&mut tx).await?;
    tx.commit().await?;
    let dpo = ctx.acteur().role == Role::Dpo;
    let lignes: Vec<_> = portrait::lines(&b, &voc)
        .into_iter()
        .filter(|(_, v)| !v.is_empty())
        .collect();
    let corps = Page {
        id,
        fiche: composants::fiche(&lignes),
        jusqua: francais::instant(jusqua, &socle::clock::paris()),
        dpo,
        limitee: vie.etat == Etat::Limitee,
    };
    let page = ctx.page(b.fiche.nom_affiche());
    if dpo {
        page.fil("Droits des personnes", "/droits-des-personnes")
    } else {
        page.fil("Fiches en attente", "/fiches-en-attente")
    }
    .body(&corps)
}

pub(super) async fn open(ctx: Ctx, Id(id): Id, f: Formulaire<Motif>) -> Reponse {
    let mut tx = ctx.write().await?;
    let url = ctx.config().url.clone();
    let mut fait = acces::open(&mut tx, ctx.acteur(), id, &f.saisie.motif, &url).await;
    if fait.is_ok() {
        fait = tx.commit().await;
    }
    asking(&ctx, id).after(
        &ctx,
        fait,
        f.champs,
        &format!("/beneficiaires/{id}/consultation"),
        "La fiche est ouverte pour une heure.",
    )
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Recherche {
    q: String,
}

#[derive(Template)]
#[template(path = "beneficiaire/droits.html")]
struct Droits {
    form: Form,
    cherche: bool,
    trouvees: Vec<Uuid>,
}

pub(super) async fn search(ctx: Ctx, Query(r): Query<Recherche>) -> Reponse {
    let trouvees = found(&ctx, &r.q).await?;
    let corps = Droits {
        form: Form::filled(web::Champs::default().with("q", &r.q)),
        cherche: !r.q.trim().is_empty(),
        trouvees,
    };
    ctx.page("Droits des personnes").body(&corps)
}

async fn found(ctx: &Ctx, q: &str) -> Resultat<Vec<Uuid>> {
    if q.trim().is_empty() {
        return Ok(Vec::new());
    }
    let mut tx = ctx.read().await?;
    if let Ok(id) = q.trim().parse::<Uuid>() {
        return Ok(match acces::current(&mut tx, ctx.acteur(), id).await {
            Ok(_) => vec![id],
            Err(_) => Vec::new(),
        });
    }
    acces::find(&mut tx, ctx.acteur(), q).await
}
