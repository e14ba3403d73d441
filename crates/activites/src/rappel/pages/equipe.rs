//! `/activites/rythme/equipe`: who may need a hand. By group then by name;
//! nobody is ranked.

use askama::Template;
use serde::Deserialize;
use socle::{Erreur, francais};
use uuid::Uuid;
use web::{Ctx, Form, Formulaire, Id, Reponse};

use super::{
    super::{Groupe, service, store},
    mien,
};
use crate::voisins;

/// Fields are read from what was typed.
#[derive(Debug, Deserialize)]
pub(super) struct Tel {}

#[derive(Template)]
#[template(path = "rappel/equipe.html")]
struct Equipe {
    groupes: Vec<(&'static str, Vec<Personne>)>,
    form: Form,
    /// Whose reason was refused.
    refuse: Option<Uuid>,
}

struct Personne {
    id: Uuid,
    nom: String,
    derniere: String,
    envois: String,
    arret: String,
    arretable: bool,
}

pub(super) async fn page(ctx: Ctx) -> Reponse {
    show(&ctx, None, Form::new()).await
}

async fn show(ctx: &Ctx, refuse: Option<Uuid>, form: Form) -> Reponse {
    let mut tx = ctx.read().await?;
    let v = service::team(&mut tx, ctx.acteur()).await?;
    let noms = voisins::names(&mut tx, v.iter().map(|r| r.personne)).await?;
    let zone = socle::clock::paris();
    let mut groupes = Vec::new();
    for g in [
        Groupe::Arret,
        Groupe::Jamais,
        Groupe::Nouveau,
        Groupe::Faible,
        Groupe::Regulier,
    ] {
        let mut personnes = Vec::new();
        for r in v.iter().filter(|r| r.groupe == g) {
            let envois: Vec<String> = store::steps(&mut tx, r.personne, r.reference)
                .await?
                .iter()
                .filter(|e| e.envoye && e.destinataire == r.personne)
                .map(|e| {
                    format!(
                        "{}, le {}",
                        e.etape.libelle(),
                        francais::instant(e.le, &zone)
                    )
                })
                .collect();
            let arret = store::stopped(&mut tx, r.personne, r.reference).await?;
            personnes.push(Personne {
                id: r.personne,
                nom: noms.get(&r.personne).cloned().unwrap_or_default(),
                derniere: r
                    .derniere
                    .map_or_else(|| "Aucune".into(), francais::date_courte),
                envois: envois.join(" ; "),
                arretable: g.is_silent() && arret.is_none(),
                arret: arret.map_or_else(String::new, |(motif, par)| {
                    format!("Rappels arrêtés par {par} : {motif}")
                }),
            });
        }
        personnes.sort_by_cached_key(|p| francais::fold(&p.nom));
        if !personnes.is_empty() {
            groupes.push((g.libelle(), personnes));
        }
    }
    let refus = !form.erreurs.is_empty();
    let corps = Equipe {
        groupes,
        form,
        refuse,
    };
    let page = ctx
        .page("Rythme des saisies")
        .fil("Activités de l'équipe", "/activites/equipe");
    let page = if refus { page.refused() } else { page };
    page.body(&corps)
}

pub(super) async fn stop(ctx: Ctx, Id(id): Id, f: Formulaire<Tel>) -> Reponse {
    let mut tx = ctx.write().await?;
    let auteur = crate::AUTEURS.contains(&ctx.acteur().role);
    match service::stop(&mut tx, ctx.acteur(), id, f.champs.get("motif")).await {
        Ok(()) => {
            tx.commit().await?;
            let lien = if auteur {
                "/activites/rythme"
            } else {
                "/activites/rythme/equipe"
            };
            ctx.redirect(
                lien,
                "Les rappels sont arrêtés. Ils reprendront après une nouvelle activité.",
            )
        }
        Err(Erreur::Saisie(e)) => {
            drop(tx);
            let form = Form::refused(f.champs, e);
            if auteur {
                mien::show(&ctx, form).await
            } else {
                show(&ctx, Some(id), form).await
            }
        }
        Err(e) => Err(e.into()),
    }
}
