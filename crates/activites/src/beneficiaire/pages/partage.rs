//! `/beneficiaires/{id}/partage`: who else follows the person.

use askama::Template;
use serde::Deserialize;
use socle::{Erreur, Resultat, Saisies, commande, francais};
use uuid::Uuid;
use web::{Champs, Ctx, Form, Formulaire, Id, Reponse};

use crate::{
    beneficiaire::{partage, service},
    voisins,
};

#[derive(Template)]
#[template(path = "beneficiaire/partage.html")]
struct Page {
    id: Uuid,
    nom: String,
    partages: Vec<(Uuid, String, String)>,
    collegues: Vec<(String, String)>,
    form: Form,
    commande: String,
    referent: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Demande {
    avec: String,
    accord: String,
    courriel_copie: String,
    accord_copie: String,
}

pub(super) async fn page(ctx: Ctx, Id(id): Id) -> Reponse {
    show(&ctx, id, Form::new()).await
}

async fn show(ctx: &Ctx, id: Uuid, form: Form) -> Reponse {
    let mut tx = ctx.write().await?;
    let b = service::open(&mut tx, ctx.acteur(), id).await?;
    let deja = partage::list(&mut tx, id).await?;
    let noms = voisins::names(&mut tx, deja.iter().map(|p| p.personne)).await?;
    let collegues = partage::candidates(&mut tx, &b)
        .await?
        .into_iter()
        .filter(|(p, _)| deja.iter().all(|d| d.personne != *p))
        .map(|(p, nom)| (p.to_string(), nom))
        .collect();
    tx.commit().await?;
    let refuse = !form.erreurs.is_empty();
    let corps = Page {
        id,
        nom: b.fiche.nom_affiche(),
        partages: deja
            .iter()
            .map(|p| {
                let nom = noms.get(&p.personne).cloned().unwrap_or_default();
                (
                    p.personne,
                    nom,
                    francais::instant(p.le, &socle::clock::paris()),
                )
            })
            .collect(),
        collegues,
        commande: ctx.new_commande(),
        referent: ctx.acteur().personne == Some(b.referent),
        form,
    };
    let page = ctx
        .page("Partager la fiche")
        .fil("Personnes suivies", "/beneficiaires")
        .fil(corps.nom.clone(), format!("/beneficiaires/{id}"));
    if refuse {
        page.refused().body(&corps)
    } else {
        page.body(&corps)
    }
}

pub(super) async fn share(ctx: Ctx, Id(id): Id, f: Formulaire<Demande>) -> Reponse {
    let mut tx = ctx.write().await?;
    let d = &f.saisie;
    let fait = partage::share(&mut tx, ctx.acteur(), id, &d.avec, d.accord == "oui").await;
    match fait {
        Ok(()) => {
            tx.commit().await?;
            ctx.redirect(
                &format!("/beneficiaires/{id}/partage"),
                "La fiche est partagée.",
            )
        }
        Err(Erreur::Saisie(e)) => {
            drop(tx);
            refuse(&ctx, id, f.champs, e).await
        }
        Err(e) => Err(e.into()),
    }
}

async fn refuse(ctx: &Ctx, id: Uuid, champs: Champs, e: Saisies) -> Reponse {
    show(ctx, id, Form::refused(champs, e)).await
}

pub(super) async fn revoke(ctx: Ctx, Id(id): Id, f: Formulaire<Demande>) -> Reponse {
    let mut tx = ctx.write().await?;
    let avec = f.saisie.avec.parse().unwrap_or(Uuid::nil());
    partage::revoke(&mut tx, ctx.acteur(), id, avec).await?;
    tx.commit().await?;
    ctx.redirect(
        &format!("/beneficiaires/{id}/partage"),
        "Le partage est retiré.",
    )
}

pub(super) async fn copy(ctx: Ctx, Id(id): Id, f: Formulaire<Demande>) -> Reponse {
    let mut tx = ctx.write().await?;
    match send_copy(&mut tx, &ctx, id, &f).await {
        Ok(()) => {
            tx.commit().await?;
            ctx.redirect(
                &format!("/beneficiaires/{id}/partage"),
                "L'identité de la personne est transmise, sans vos notes.",
            )
        }
        Err(Erreur::Saisie(e)) => {
            drop(tx);
            refuse(&ctx, id, f.champs, e).await
        }
        Err(e) => Err(e.into()),
    }
}

/// Sent twice, copied once.
async fn send_copy(
    tx: &mut socle::Tx,
    ctx: &Ctx,
    id: Uuid,
    f: &Formulaire<Demande>,
) -> Resultat<()> {
    let d = &f.saisie;
    let accord = d.accord_copie == "oui";
    // Whose file it is comes first: somebody else's does not exist.
    service::open(tx, ctx.acteur(), id).await?;
    let cle = f.champs.get("id_commande").to_owned();
    let dit = commande::empreinte(&(id, &d.courriel_copie, accord));
    if commande::claim(tx, ctx.acteur(), &cle, "beneficiaire.transmettre", &dit)
        .await?
        .is_none()
    {
        let copie = partage::copy_to(tx, ctx.acteur(), id, &d.courriel_copie, accord).await?;
        commande::conclude(tx, ctx.acteur(), &cle, &copie.to_string()).await?;
    }
    Ok(())
}
