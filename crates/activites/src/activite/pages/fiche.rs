//! `/activites/{id}`: one compte rendu, and what its author may do with it.

use askama::Template;
use socle::{Erreur, Role, clock, francais, historique};
use uuid::Uuid;
use web::{Ctx, Html, Id, Reponse, composants, composants::Ton};

use super::{
    atelier::Atelier,
    choix::Choix,
    formulaire::{self, Saisie, author},
    individuel::Individuel,
    remplissage,
};
use crate::{
    activite::{
        Activite, Etat, TypeActivite, Valeur, dimension, saisie::site_label, service, store,
    },
    beneficiaire,
    sync::arbitrage::{self, Issue, Venue},
    vocabulaire::{Vocabulaires, liste},
    voisins,
};

#[derive(Template)]
#[template(path = "activite/fiche.html")]
struct Fiche {
    id: Uuid,
    etat: Html,
    alerte: Html,
    resume: Html,
    details: Html,
    comptes: Vec<Html>,
    titre: String,
    notes: String,
    chronologie: Html,
    /// The author's buttons.
    mienne: bool,
    supprimee: bool,
    copie: String,
    avec_suivis: bool,
}

pub(super) async fn page(ctx: Ctx, Id(id): Id) -> Reponse {
    let acteur = ctx.acteur();
    acteur.require(&service::LIRE)?;
    let mut tx = ctx.read().await?;
    let a = match service::read(&mut tx, acteur, id).await {
        Err(Erreur::Introuvable) if acteur.role == Role::Coordinateur => {
            drop(tx);
            let mut tx = ctx.write().await?;
            service::record_refusal(&mut tx, acteur, id);
            tx.commit().await?;
            return Err(Erreur::Introuvable.into());
        }
        autre => autre?,
    };
    let mienne = acteur.personne == Some(a.auteur);
    if a.etat == Etat::Supprimee && !mienne {
        return Err(Erreur::Introuvable.into());
    }
    let voc = Vocabulaires::ever(&mut tx).await?;
    let noms = if mienne {
        beneficiaire::store::names_by_activity(&mut tx, a.auteur, &vec![id])
            .await?
            .remove(&id)
            .unwrap_or_default()
    } else {
        Vec::new()
    };
    let auteur = voisins::names(
        &mut tx,
        [a.auteur]
            .into_iter()
            .chain(a.contenu.coanimateurs.iter().copied()),
    )
    .await?;
    let etapes = historique::read(&mut tx, "activite", id).await?;
    let employeur = match a.rattachement.employeur {
        Some(s) => programme::structure::get(&mut tx, s).await?.nom,
        None => "Employeur à préciser".to_owned(),
    };
    let lieu = place(&mut tx, &a, &voc).await?;
    let resume = composants::fiche(&[
        ("Date", francais::date_longue(a.contenu.date)),
        ("Durée", francais::duree(a.contenu.duree)),
        ("Où", lieu),
        ("Personnes", people(&a, &noms)),
        (
            "Thèmes",
            labels(&a, dimension::THEMATIQUE, liste::THEMATIQUE, &voc),
        ),
        (
            "Démarches",
            labels(&a, dimension::SOUS_THEMATIQUE, liste::SOUS_THEMATIQUE, &voc),
        ),
        (
            "Thèmes du département",
            labels(&a, dimension::THEME_LOCAL, liste::THEME_LOCAL, &voc),
        ),
        (
            "Matériel",
            labels(&a, dimension::MATERIEL, liste::MATERIEL, &voc),
        ),
        ("Par", auteur.get(&a.auteur).cloned().unwrap_or_default()),
        ("Employeur à cette date", employeur),
    ]);
    let corps = Fiche {
        id,
        etat: match a.etat {
            Etat::Enregistree => composants::etat(Ton::Succes, "Enregistré"),
            Etat::Supprimee => composants::etat(Ton::Danger, "Supprimé"),
        },
        alerte: warning(&a, mienne),
        resume,
        details: details(&a, &voc, &auteur),
        comptes: counts(&a, &voc),
        titre: a.contenu.titre.clone().unwrap_or_default(),
        notes: if mienne {
            a.contenu.notes.clone().unwrap_or_default()
        } else {
            String::new()
        },
        chronologie: composants::chronologie(&etapes, &clock::paris(), |e| {
            match e {
                "enregistree" => "Enregistré",
                "modifiee" => "Modifié",
                "supprimee" => "Supprimé",
                "rattachee" => "Rattachement corrigé",
                autre => autre,
            }
            .to_owned()
        }),
        mienne,
        supprimee: a.etat == Etat::Supprimee,
        avec_suivis: !a.contenu.suivis.is_empty(),
        copie: format!("{}?copie={id}", a.contenu.type_activite.chemin()),
    };
    let (libelle, lien) = if crate::AUTEURS.contains(&acteur.role) {
        ("Mes activités", "/activites")
    } else {
        ("Activités", "/activites/equipe")
    };
    ctx.page(format!(
        "{} du {}",
        a.contenu.type_activite.libelle(),
        francais::date(a.contenu.date)
    ))
    .fil(libelle, lien)
    .body(&corps)
}

fn warning(a: &Activite, mienne: bool) -> Html {
    if a.etat == Etat::Supprimee {
        return composants::alerte(
            Ton::Attention,
            "Ce compte rendu est supprimé",
            "Il ne compte plus dans aucun chiffre. Vous pouvez le restaurer pendant 30 jours.",
        );
    }
    if mienne && a.contenu.reason_is_missing() {
        return composants::alerte(
            Ton::Attention,
            "Vous avez fait à la place de la personne",
            "Modifiez ce compte rendu pour dire pourquoi, ou proposez-lui de signer un mandat.",
        );
    }
    Html::default()
}

async fn place(tx: &mut socle::Tx, a: &Activite, voc: &Vocabulaires) -> socle::Resultat<String> {
    if let Some(id) = a.contenu.lieu
        && let Some(nom) = voisins::place_name(tx, id).await?
    {
        return Ok(nom);
    }
    let genre = voc.label(liste::TYPE_LIEU, &a.contenu.type_lieu);
    Ok(match &a.rattachement.commune {
        Some(c) => format!("{genre}, {}", remplissage::commune(c)),
        None => genre,
    })
}

fn people(a: &Activite, noms: &[String]) -> String {
    let c = &a.contenu;
    let mut v = Vec::new();
    if noms.is_empty() && !c.suivis.is_empty() {
        v.push(match c.suivis.len() {
            1 => "1 personne suivie".to_owned(),
            n => format!("{n} personnes suivies"),
        });
    }
    v.extend(noms.iter().cloned());
    if c.anonymes > 0 {
        v.push(match c.anonymes {
            1 => "1 personne anonyme".to_owned(),
            n => format!("{n} personnes anonymes"),
        });
    }
    v.join(", ")
}

fn labels(a: &Activite, dimension: &str, liste: &str, voc: &Vocabulaires) -> String {
    a.contenu
        .values(dimension)
        .map(|v| voc.label(liste, &v.valeur))
        .collect::<Vec<_>>()
        .join(", ")
}

fn details(
    a: &Activite,
    voc: &Vocabulaires,
    noms: &std::collections::BTreeMap<Uuid, String>,
) -> Html {
    let c = &a.contenu;
    let un = |liste: &str, v: &Option<String>| {
        v.as_deref()
            .map_or_else(String::new, |v| voc.label(liste, v))
    };
    let lignes: Vec<(&str, String)> = [
        ("Modalité", un(liste::MODALITE, &c.modalite)),
        ("Public", un(liste::PUBLIC, &Some(c.public.clone()))),
        (
            "Publics visés",
            labels(a, dimension::PUBLICS, liste::PUBLICS, voc),
        ),
        ("Motifs", labels(a, dimension::MOTIF, liste::MOTIF, voc)),
        ("Origine", un(liste::ORIGINE, &c.origine)),
        ("Manière d'aider", un(liste::MODE_AIDE, &c.mode_aide)),
        ("Raison", un(liste::RAISON, &c.raison_aide)),
        ("Autonomie", un(liste::AUTONOMIE, &c.autonomie)),
        ("Niveau", un(liste::NIVEAU, &c.niveau)),
        ("Suites", outcomes(a, voc)),
        ("Vers", un(liste::DESTINATION, &c.destination)),
        ("Organisme", un(liste::ORGANISME, &c.organisme)),
        ("Sites qui ont posé problème", irritants(a, voc)),
        (
            "Confiance",
            match (c.confiance_avant, c.confiance_apres) {
                (Some(x), Some(y)) => format!("{x} avant, {y} après"),
                _ => String::new(),
            },
        ),
        (
            "Avec",
            c.coanimateurs
                .iter()
                .filter_map(|p| noms.get(p).cloned())
                .collect::<Vec<_>>()
                .join(", "),
        ),
        ("Étiquettes", c.etiquettes.join(", ")),
    ]
    .into_iter()
    .filter(|l| !l.1.is_empty())
    .collect();
    composants::fiche(&lignes)
}

fn outcomes(a: &Activite, voc: &Vocabulaires) -> String {
    let dit = |v: &Valeur| {
        let l = voc.label(liste::SUITE, &v.valeur);
        match a.contenu.type_activite {
            TypeActivite::Individuel => l,
            TypeActivite::Collectif => format!("{l} ({})", v.nombre),
        }
    };
    a.contenu
        .values(dimension::SUITE)
        .map(dit)
        .collect::<Vec<_>>()
        .join(", ")
}

fn irritants(a: &Activite, voc: &Vocabulaires) -> String {
    a.contenu
        .values(dimension::IRRITANT)
        .filter_map(|v| v.valeur.split_once(':'))
        .map(|(o, n)| format!("{} : {}", site_label(voc, o), voc.label(liste::IRRITANT, n)))
        .collect::<Vec<_>>()
        .join(", ")
}

/// The anonymous block of an atelier, one table per dimension: never crossed.
fn counts(a: &Activite, voc: &Vocabulaires) -> Vec<Html> {
    [
        (dimension::GENRE, liste::GENRE, "Genre"),
        (dimension::TRANCHE, liste::TRANCHE, "Âge"),
        (dimension::STATUT, liste::STATUT, "Statut"),
    ]
    .into_iter()
    .filter(|(d, _, _)| a.contenu.anonymes > 0 && a.contenu.values(d).next().is_some())
    .map(|(d, l, titre)| {
        let lignes: Vec<(String, i64, String)> = voc
            .entries(l)
            .iter()
            .filter_map(|e| {
                a.contenu
                    .values(d)
                    .find(|v| v.valeur == e.cle)
                    .map(|v| (e, v))
            })
            .map(|(e, v)| (e.libelle.clone(), v.nombre, francais::entier(v.nombre)))
            .collect();
        composants::barres(titre, [titre, "Personnes anonymes"], &lignes)
    })
    .collect()
}

pub(super) async fn edit(ctx: Ctx, Id(id): Id) -> Reponse {
    let droit = ctx.acteur().require(&service::ECRIRE)?;
    let mut tx = ctx.read().await?;
    let a = store::read(&mut tx, droit.perimetre(), None, id).await?;
    let t = a.contenu.type_activite;
    let choix = Choix::load(&mut tx, author(&ctx)?, t, Some(a.contenu.date)).await?;
    match t {
        TypeActivite::Individuel => formulaire::edit(&ctx, &a, choix, Individuel::new).await,
        TypeActivite::Collectif => formulaire::edit(&ctx, &a, choix, Atelier::new).await,
    }
}

pub(super) async fn submit(ctx: Ctx, Id(id): Id, f: Saisie) -> Reponse {
    let mut tx = ctx.write().await?;
    let version = f.champs.get("version").parse().unwrap_or(0);
    let venue = Venue {
        base: version,
        ..Venue::default()
    };
    match arbitrage::amend(&mut tx, ctx.acteur(), id, &venue, &f.champs).await {
        Ok(Issue::AArbitrer(p)) => {
            tx.commit().await?;
            ctx.redirect(
                &format!("/activites/a-arbitrer/{p}"),
                "Ce compte rendu a changé entre-temps. Vos changements sont gardés.",
            )
        }
        Ok(_) => {
            tx.commit().await?;
            ctx.redirect(
                &format!("/activites/{id}"),
                "Vos changements sont enregistrés.",
            )
        }
        Err(Erreur::Saisie(e)) => {
            let a = store::read(&mut tx, &ctx.acteur().perimetre, None, id).await?;
            drop(tx);
            let t = a.contenu.type_activite;
            let action = format!("/activites/{id}/modifier");
            let titre = "Modifier le compte rendu";
            match t {
                TypeActivite::Individuel => {
                    formulaire::refuse(&ctx, t, action, titre, f.champs, e, Individuel::new).await
                }
                TypeActivite::Collectif => {
                    formulaire::refuse(&ctx, t, action, titre, f.champs, e, Atelier::new).await
                }
            }
        }
        Err(e) => Err(e.into()),
    }
}

pub(super) async fn delete(ctx: Ctx, Id(id): Id) -> Reponse {
    let mut tx = ctx.write().await?;
    service::delete(&mut tx, ctx.acteur(), id).await?;
    tx.commit().await?;
    ctx.redirect(
        &format!("/activites/{id}"),
        "Le compte rendu est supprimé. Vous pouvez le restaurer pendant 30 jours.",
    )
}

pub(super) async fn restore(ctx: Ctx, Id(id): Id) -> Reponse {
    let mut tx = ctx.write().await?;
    service::restore(&mut tx, ctx.acteur(), id).await?;
    tx.commit().await?;
    ctx.redirect(&format!("/activites/{id}"), "Le compte rendu est restauré.")
}
