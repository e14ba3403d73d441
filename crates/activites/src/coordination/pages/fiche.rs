//! `/coordination/{id}`: one report.

use askama::Template;
use socle::{clock, francais, historique};
use uuid::Uuid;
use web::{Ctx, Html, Id, Reponse, composants, composants::Ton};

use crate::{
    coordination::{Contenu, Genre, dimension, service},
    vocabulaire::{Vocabulaires, liste},
    voisins,
};

#[derive(Template)]
#[template(path = "coordination/fiche.html")]
struct Page {
    id: Uuid,
    etat: Html,
    nom: String,
    fiche: Html,
    notes: String,
    mienne: bool,
    supprimee: bool,
    chronologie: Html,
}

pub(super) async fn page(ctx: Ctx, Id(id): Id) -> Reponse {
    let acteur = ctx.acteur();
    let mut tx = ctx.read().await?;
    let c = service::read(&mut tx, acteur, id).await?;
    let voc = Vocabulaires::ever(&mut tx).await?;
    let mienne = acteur.personne == Some(c.auteur);
    let noms = voisins::names(&mut tx, [c.auteur].into_iter()).await?;
    let etapes = historique::read(&mut tx, "coordination", id).await?;
    let mut lignes = vec![
        ("Date", francais::date_longue(c.contenu.date)),
        (
            "Durée",
            c.contenu
                .duree
                .map_or_else(|| "Non précisée".into(), francais::duree),
        ),
        ("Par", noms.get(&c.auteur).cloned().unwrap_or_default()),
    ];
    lignes.extend(details(&c.contenu, &voc));
    lignes.retain(|l| !l.1.is_empty());
    let corps = Page {
        id,
        etat: if c.supprimee {
            composants::etat(Ton::Danger, "Supprimée")
        } else {
            composants::etat(Ton::Succes, "Enregistrée")
        },
        nom: c.contenu.nom.clone().unwrap_or_default(),
        fiche: composants::fiche(&lignes),
        notes: c
            .contenu
            .notes
            .clone()
            .filter(|_| mienne)
            .unwrap_or_default(),
        mienne,
        supprimee: c.supprimee,
        chronologie: composants::chronologie(&etapes, &clock::paris(), |e| {
            match e {
                "enregistree" => "Enregistrée",
                "modifiee" => "Modifiée",
                "supprimee" => "Supprimée",
                autre => autre,
            }
            .to_owned()
        }),
    };
    ctx.page(format!(
        "{} du {}",
        c.contenu.genre.libelle(),
        francais::date(c.contenu.date)
    ))
    .fil("Coordination", "/coordination")
    .body(&corps)
}

/// What the report says, in words.
fn details(c: &Contenu, voc: &Vocabulaires) -> Vec<(&'static str, String)> {
    let choix = |d: &str, l: &str| {
        c.values(d)
            .map(|x| match &x.precision {
                Some(p) => format!("{} ({p})", voc.label(l, &x.valeur)),
                None => voc.label(l, &x.valeur),
            })
            .collect::<Vec<_>>()
            .join(", ")
    };
    let un =
        |l: &str, v: &Option<String>| v.as_deref().map_or_else(String::new, |v| voc.label(l, v));
    let mut v = match c.genre {
        Genre::Animation => vec![
            (
                "Type",
                choix(dimension::TYPE_ANIMATION, liste::TYPE_ANIMATION),
            ),
            ("Origine", un(liste::INITIATIVE, &c.initiative)),
            ("Thèmes", choix(dimension::THEME, liste::THEME_ANIMATION)),
            (
                "Participants",
                format!(
                    "{} : {} conseillers et médiateurs, {} structures, {} autres",
                    francais::pluriel(c.participants, "participant"),
                    c.mediateurs,
                    c.structures,
                    c.autres
                ),
            ),
        ],
        Genre::Evenement => vec![
            (
                "Type",
                choix(dimension::TYPE_EVENEMENT, liste::TYPE_EVENEMENT),
            ),
            (
                "Organisé par",
                choix(dimension::ORGANISATEUR, liste::ORGANISATEUR),
            ),
            (
                "Participants",
                francais::pluriel(c.participants, "participant"),
            ),
        ],
        Genre::Partenariat => vec![
            (
                "Nature",
                choix(dimension::NATURE, liste::NATURE_PARTENARIAT),
            ),
            (
                "Partenaires",
                c.partenaires
                    .iter()
                    .map(|p| {
                        let genre = voc.label(liste::ORGANISATEUR, &p.type_organisateur);
                        let genre = p.precision.clone().unwrap_or(genre);
                        format!("{} ({genre})", p.nom)
                    })
                    .collect::<Vec<_>>()
                    .join(", "),
            ),
        ],
    };
    v.push(("Échelon", un(liste::ECHELON, &c.echelon)));
    v.push((
        "Mission",
        voc.label(liste::MISSION_COORDINATION, &c.mission),
    ));
    v
}

pub(super) async fn delete(ctx: Ctx, Id(id): Id) -> Reponse {
    turn(
        ctx,
        id,
        true,
        "L'activité est supprimée. Vous pouvez la restaurer.",
    )
    .await
}

pub(super) async fn restore(ctx: Ctx, Id(id): Id) -> Reponse {
    turn(ctx, id, false, "L'activité est restaurée.").await
}

async fn turn(ctx: Ctx, id: Uuid, supprimee: bool, message: &str) -> Reponse {
    let mut tx = ctx.write().await?;
    service::set_deleted(&mut tx, ctx.acteur(), id, supprimee).await?;
    tx.commit().await?;
    ctx.redirect(&format!("/coordination/{id}"), message)
}
