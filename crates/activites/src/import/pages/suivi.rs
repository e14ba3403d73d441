//! Second and third steps: what the file would do, corrections in place,
//! the import, its report and its undoing.

use std::collections::HashMap;

use askama::Template;
use documents::tableur;
use serde::Deserialize;
use socle::{Erreur, francais};
use uuid::Uuid;
use web::{Ctx, Form, Formulaire, Html, Id, Reponse, composants};

use super::{noun, state, steps};
use crate::import::{
    Analyse, Choix, Colonne, Etat, Genre, Import, Tableau, colonne, rapport, service,
};

pub(super) const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// Lines shown to correct at a time; the report holds all.
const MONTREES: usize = 100;

/// Fields are read from what was typed.
#[derive(Debug, Deserialize)]
pub(super) struct Tel {}

#[derive(Template)]
#[template(path = "import/apercu.html")]
struct Apercu {
    etapes: Html,
    id: Uuid,
    form: Form,
    personnes: bool,
    chiffres: Vec<Html>,
    remarques: Vec<String>,
    colonnes: Vec<(String, String, String)>,
    ignorees: String,
    cellules: Vec<Cellule>,
    reste: usize,
    doublons: Vec<Paire>,
    autres: usize,
    choix: Vec<(&'static str, &'static str)>,
    valides: i64,
    fausses: i64,
    libelle: String,
}

/// A cell to correct.
struct Cellule {
    ligne: usize,
    colonne: String,
    titre: String,
    valeur: String,
    message: String,
}

/// A line and the file it looks like.
struct Paire {
    ligne: usize,
    nom: String,
    fiche: Uuid,
    connu: String,
    libelle: &'static str,
    choix: &'static str,
}

#[derive(Template)]
#[template(path = "import/fini.html")]
struct Fini {
    etapes: Html,
    id: Uuid,
    dossier: Html,
    en_cours: bool,
    chiffres: Vec<Html>,
    annulable: bool,
    rapport: bool,
    liste: &'static str,
    encore: &'static str,
}

pub(super) async fn page(ctx: Ctx, Id(id): Id) -> Reponse {
    show(&ctx, id, Form::new()).await
}

async fn show(ctx: &Ctx, id: Uuid, form: Form) -> Reponse {
    let mut tx = ctx.read().await?;
    let i = service::get(&mut tx, ctx.acteur(), id).await?;
    if matches!(i.etat, Etat::Confirme | Etat::Annule) {
        return show_done(ctx, &i);
    }
    let (t, a) = service::content(&mut tx, &i).await?;
    let colonnes = service::columns(&mut tx, i.genre).await?;
    let refus = !form.erreurs.is_empty();
    let corps = overview(&i, &t, &a, &colonnes, form);
    let page = ctx
        .page("Relire avant d'importer")
        .fil(i.genre.libelle(), i.genre.chemin());
    let page = if refus { page.refused() } else { page };
    page.body(&corps)
}

fn overview(i: &Import, t: &Tableau, a: &Analyse, colonnes: &[Colonne], form: Form) -> Apercu {
    let lignes: HashMap<usize, &crate::import::Ligne> =
        t.lignes.iter().map(|l| (l.numero, l)).collect();
    let cellules: Vec<Cellule> = a
        .problemes
        .iter()
        .take(MONTREES)
        .map(|p| Cellule {
            ligne: p.ligne,
            titre: colonne::title(colonnes, &p.colonne),
            valeur: lignes
                .get(&p.ligne)
                .map_or_else(String::new, |l| l.get(&p.colonne).to_owned()),
            colonne: p.colonne.clone(),
            message: p.message.clone(),
        })
        .collect();
    let n = |v: usize| francais::entier(i64::try_from(v).unwrap_or(0));
    let valides = i64::try_from(a.valides).unwrap_or(0);
    let mut chiffres = vec![
        composants::chiffre("Lignes lues", &n(a.lignes), ""),
        composants::chiffre("Prêtes à importer", &n(a.valides), ""),
        composants::chiffre("À corriger", &n(a.fausses()), ""),
    ];
    if !a.doublons.is_empty() {
        chiffres.push(composants::chiffre(
            "Déjà connues, peut-être",
            &n(a.doublons.len()),
            "",
        ));
    }
    if a.ecartees > 0 {
        chiffres.push(composants::chiffre("Rien à faire", &n(a.ecartees), ""));
    }
    Apercu {
        etapes: steps(2),
        id: i.id,
        form,
        personnes: i.genre == Genre::Beneficiaires,
        chiffres,
        remarques: a.remarques.clone(),
        colonnes: t
            .colonnes
            .iter()
            .map(|(cle, entete)| {
                let exemple = t.lignes.iter().map(|l| l.get(cle)).find(|v| !v.is_empty());
                (
                    entete.clone(),
                    colonne::title(colonnes, cle),
                    exemple.unwrap_or_default().chars().take(60).collect(),
                )
            })
            .collect(),
        ignorees: t.ignorees.join(", "),
        reste: a.problemes.len() - cellules.len(),
        cellules,
        doublons: a
            .doublons
            .iter()
            .take(MONTREES)
            .map(|d| Paire {
                ligne: d.ligne,
                nom: d.nom.clone(),
                fiche: d.fiche,
                connu: d.connu.clone(),
                libelle: d.libelle(),
                choix: d.choix.cle(),
            })
            .collect(),
        autres: a.doublons.len().saturating_sub(MONTREES),
        choix: Choix::TOUS.map(|c| (c.cle(), c.libelle())).to_vec(),
        valides,
        fausses: i64::try_from(a.fausses()).unwrap_or(0),
        libelle: match valides {
            1 => "Importer la ligne valide".into(),
            v => format!("Importer les {} lignes valides", francais::entier(v)),
        },
    }
}

fn show_done(ctx: &Ctx, i: &Import) -> Reponse {
    let zone = socle::clock::paris();
    let mut faits = Vec::new();
    if let Some(f) = &i.fichier {
        faits.push(("Fichier", f.clone()));
    }
    for (quoi, le) in [
        ("Confirmé le", i.confirme_le),
        ("Importé le", i.applique_le),
        ("Annulé le", i.annule_le),
    ] {
        if let Some(t) = le {
            faits.push((quoi, francais::instant(t, &zone)));
        }
    }
    let ecrites = if i.etat == Etat::Annule {
        "Gardées, car modifiées depuis"
    } else {
        match i.genre {
            Genre::Beneficiaires => "Fiches écrites",
            Genre::Activites => "Activités écrites",
        }
    };
    let mut chiffres = vec![composants::chiffre(
        "Lignes lues",
        &francais::entier(i.lignes),
        "",
    )];
    if !i.is_running() {
        chiffres.push(composants::chiffre(
            ecrites,
            &francais::entier(i.ecrites),
            "",
        ));
        chiffres.push(composants::chiffre(
            "Laissées à corriger",
            &francais::entier(i.erreurs),
            "",
        ));
    }
    let corps = Fini {
        etapes: steps(3),
        id: i.id,
        dossier: composants::dossier("", &state(i), "", &faits),
        en_cours: i.is_running(),
        chiffres,
        annulable: i.can_be_undone(ctx.base().clock().now()),
        rapport: i.efface_le.is_none() && i.erreurs > 0 && !i.is_running(),
        liste: match i.genre {
            Genre::Beneficiaires => "/beneficiaires",
            Genre::Activites if crate::AUTEURS.contains(&i.role) => "/activites",
            Genre::Activites if i.role == socle::Role::GestionnaireStructure => "/activites/equipe",
            Genre::Activites => "/activites/importer",
        },
        encore: i.genre.chemin(),
    };
    ctx.page(match i.etat {
        Etat::Annule => "Import annulé",
        _ if i.is_running() => "Import en cours",
        _ => "Import terminé",
    })
    .fil(i.genre.libelle(), i.genre.chemin())
    .body(&corps)
}

pub(super) async fn correct(ctx: Ctx, Id(id): Id, f: Formulaire<Tel>) -> Reponse {
    let mut tx = ctx.write().await?;
    let a = service::correct(&mut tx, ctx.acteur(), id, &f.champs).await?;
    tx.commit().await?;
    let fausses = i64::try_from(a.fausses()).unwrap_or(0);
    let message = if fausses == 0 {
        "C'est noté. Plus rien à corriger.".to_owned()
    } else {
        format!(
            "C'est noté. Encore {} à corriger.",
            francais::pluriel(fausses, "ligne")
        )
    };
    ctx.redirect(&format!("/imports/{id}"), &message)
}

pub(super) async fn confirm(ctx: Ctx, Id(id): Id, f: Formulaire<Tel>) -> Reponse {
    let mut tx = ctx.write().await?;
    let valides = f.champs.get("valides") == "oui";
    match service::confirm(&mut tx, ctx.acteur(), id, valides).await {
        Ok(i) => {
            tx.commit().await?;
            let message = if i.is_running() {
                "L'import est en cours.".to_owned()
            } else {
                format!(
                    "Import terminé : {}.",
                    francais::pluriel(i.ecrites, noun(i.genre))
                )
            };
            ctx.redirect(&format!("/imports/{id}"), &message)
        }
        Err(Erreur::Saisie(e)) => {
            drop(tx);
            show(&ctx, id, Form::refused(f.champs, e)).await
        }
        Err(e) => Err(e.into()),
    }
}

pub(super) async fn cancel(ctx: Ctx, Id(id): Id) -> Reponse {
    let mut tx = ctx.write().await?;
    let restent = service::cancel(&mut tx, ctx.acteur(), id).await?;
    tx.commit().await?;
    let message = match restent {
        0 => "L'import est annulé.",
        _ => "L'import est annulé, sauf ce qui a été modifié ou utilisé depuis.",
    };
    ctx.redirect(&format!("/imports/{id}"), message)
}

pub(super) async fn discard(ctx: Ctx, Id(id): Id) -> Reponse {
    let mut tx = ctx.write().await?;
    let genre = service::discard(&mut tx, ctx.acteur(), id).await?;
    tx.commit().await?;
    ctx.redirect(genre.chemin(), "Le fichier est effacé. Rien n'a été écrit.")
}

async fn report(ctx: &Ctx, id: Uuid) -> socle::Resultat<tableur::Feuille> {
    let mut tx = ctx.read().await?;
    let i = service::get(&mut tx, ctx.acteur(), id).await?;
    let (t, a) = service::content(&mut tx, &i).await?;
    let colonnes = service::columns(&mut tx, i.genre).await?;
    Ok(rapport::sheet(&colonnes, &t, &a))
}

pub(super) async fn csv(ctx: Ctx, Id(id): Id) -> Reponse {
    let f = report(&ctx, id).await?;
    ctx.download("rapport.csv", "text/csv; charset=utf-8", tableur::csv(&f))
}

pub(super) async fn xlsx(ctx: Ctx, Id(id): Id) -> Reponse {
    let f = report(&ctx, id).await?;
    let octets = tableur::xlsx(&[f]).map_err(|e| Erreur::Interne(e.to_string()))?;
    ctx.download("rapport.xlsx", XLSX, octets)
}
