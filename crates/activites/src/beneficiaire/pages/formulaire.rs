//! `/beneficiaires/nouveau` and its twin to change a file.

use askama::Template;
use serde::Deserialize;
use socle::{Erreur, Resultat, Saisies};
use web::{Champs, Ctx, Form, Formulaire, Id, Reponse};

use crate::{
    beneficiaire::{Fiche, Mode, doublon, service},
    sync::{
        arbitrage::{Issue, Venue},
        fiche,
    },
    vocabulaire::{Vocabulaires, liste},
};

/// Fields are read from what was typed.
#[derive(Debug, Deserialize)]
pub(super) struct Tel {}

#[derive(Template)]
#[template(path = "beneficiaire/formulaire.html")]
struct Page {
    form: Form,
    action: String,
    commande: String,
    version: String,
    retour: String,
    modes: Vec<(String, String)>,
    genres: Vec<(String, String)>,
    statuts: Vec<(String, String)>,
    confirmer: bool,
    /// Files that look like this one: id, name, verdict.
    ressemblances: Vec<(uuid::Uuid, String, &'static str)>,
    portees: Vec<(String, String)>,
}

pub(super) async fn page(ctx: Ctx) -> Reponse {
    let champs = Champs::default()
        .with("mode", "identifie")
        .with("genre", "non_communique")
        .with("statut", "non_communique");
    show(
        &ctx,
        Form::filled(champs),
        "/beneficiaires/nouveau",
        ctx.new_commande(),
    )
    .await
}

pub(super) async fn submit(ctx: Ctx, f: Formulaire<Tel>) -> Reponse {
    let mut tx = ctx.write().await?;
    let commande = f.champs.get("id_commande").to_owned();
    match service::create(&mut tx, ctx.acteur(), &commande, &f.champs).await {
        Ok(id) => {
            tx.commit().await?;
            ctx.redirect(&format!("/beneficiaires/{id}"), "La fiche est ouverte.")
        }
        Err(Erreur::Saisie(e)) => {
            drop(tx);
            refuse(&ctx, f.champs, e, "/beneficiaires/nouveau").await
        }
        Err(e) => Err(e.into()),
    }
}

pub(super) async fn edit(ctx: Ctx, Id(id): Id) -> Reponse {
    let mut tx = ctx.write().await?;
    let b = service::open(&mut tx, ctx.acteur(), id).await?;
    tx.commit().await?;
    let champs = fields(&b.fiche).with("version", b.version);
    let action = format!("/beneficiaires/{id}/modifier");
    show(&ctx, Form::filled(champs), &action, ctx.new_commande()).await
}

pub(super) async fn change(ctx: Ctx, Id(id): Id, f: Formulaire<Tel>) -> Reponse {
    let mut tx = ctx.write().await?;
    let version = f.champs.get("version").parse().unwrap_or(0);
    let venue = Venue {
        base: version,
        ..Venue::default()
    };
    match fiche::amend(&mut tx, ctx.acteur(), id, &venue, &f.champs).await {
        Ok(Issue::AArbitrer(p)) => {
            tx.commit().await?;
            ctx.redirect(
                &format!("/activites/a-arbitrer/{p}"),
                "Cette fiche a changé entre-temps. Vos changements sont gardés.",
            )
        }
        Ok(_) => {
            tx.commit().await?;
            ctx.redirect(&format!("/beneficiaires/{id}"), "La fiche est à jour.")
        }
        Err(Erreur::Saisie(e)) => {
            drop(tx);
            refuse(&ctx, f.champs, e, &format!("/beneficiaires/{id}/modifier")).await
        }
        Err(e) => Err(e.into()),
    }
}

async fn refuse(ctx: &Ctx, champs: Champs, e: Saisies, action: &str) -> Reponse {
    let commande = champs.get("id_commande").to_owned();
    show(ctx, Form::refused(champs, e), action, commande).await
}

async fn show(ctx: &Ctx, form: Form, action: &str, commande: String) -> Reponse {
    let voc = vocabularies(ctx).await?;
    let refuse = !form.erreurs.is_empty();
    let ressemblances = if form.erreurs.get("confirme_doublon").is_some() {
        let mut tx = ctx.read().await?;
        service::lookalikes(&mut tx, ctx.acteur(), &form.champs)
            .await?
            .into_iter()
            .map(|(b, n)| (b.id, b.fiche.nom_affiche(), doublon::libelle(n)))
            .collect()
    } else {
        Vec::new()
    };
    let version = form.champs.get("version").to_owned();
    let corps = Page {
        confirmer: form.erreurs.get("confirme_texte").is_some(),
        ressemblances,
        portees: vec![
            ("correction".into(), "Correction : tout l’historique".into()),
            (
                "changement".into(),
                "Changement de situation : à partir d’aujourd’hui".into(),
            ),
        ],
        action: action.to_owned(),
        commande,
        retour: action.trim_end_matches("/modifier").replace("/nouveau", ""),
        modes: vec![
            ("identifie".into(), "Avec son nom".into()),
            ("pseudonyme".into(), "Avec un repère seulement".into()),
        ],
        genres: voc.options(liste::GENRE),
        statuts: voc.options(liste::STATUT),
        form,
        version: version.clone(),
    };
    let page = ctx
        .page(if version.is_empty() {
            "Ouvrir une fiche"
        } else {
            "Modifier la fiche"
        })
        .fil("Personnes suivies", "/beneficiaires");
    if refuse {
        page.refused().body(&corps)
    } else {
        page.body(&corps)
    }
}

async fn vocabularies(ctx: &Ctx) -> Resultat<Vocabulaires> {
    let mut tx = ctx.read().await?;
    Vocabulaires::on(&mut tx, ctx.today()).await
}

/// A file as its form shows it.
fn fields(b: &Fiche) -> Champs {
    let mut f = Champs::default()
        .with("mode", b.mode.cle())
        .with("genre", &b.genre)
        .with("statut", &b.statut);
    let textes = [
        ("prenom", &b.prenom),
        ("nom", &b.nom),
        ("alias", &b.alias),
        ("telephone", &b.telephone),
        ("courriel", &b.courriel),
        ("notes", &b.notes),
    ];
    for (portee, defaut) in [
        ("portee_genre", "correction"),
        ("portee_annee", "correction"),
        ("portee_statut", "changement"),
        ("portee_commune", "changement"),
    ] {
        f = f.with(portee, defaut);
    }
    for (nom, v) in textes {
        if let Some(v) = v {
            f = f.with(nom, v);
        }
    }
    if let Some(a) = b.annee_naissance {
        f = f.with("annee_naissance", a);
    }
    if let Some(d) = b.connu_depuis {
        f = f.with("connu_depuis", d);
    }
    if let Some(c) = b
        .commune_residence
        .as_deref()
        .and_then(|c| territoires::geographie().commune(c))
    {
        f = f.with("commune_residence", c.libelle());
    }
    if b.mode == Mode::Identifie {
        f = f.with("informe", "oui");
    }
    if b.sans_telephone {
        f = f.with("sans_telephone", "oui");
    }
    f
}
