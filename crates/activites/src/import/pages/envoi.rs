//! First step: choose a file, or take the model.

use askama::Template;
use axum::{extract::Multipart, http::StatusCode};
use documents::tableur;
use socle::{Erreur, Role, Saisies, francais};
use web::{Champs, Ctx, Form, Html, Reponse};

use super::{noun, state, steps};
use crate::import::{Genre, rapport, service, store};

#[derive(Template)]
#[template(path = "import/envoi.html")]
struct Envoi {
    etapes: Html,
    form: Form,
    /// As posted: the field of a file has no component.
    erreur: Option<String>,
    chemin: &'static str,
    personnes: bool,
    /// For somebody else than the author of the activities.
    pour_autrui: bool,
    /// The other kind of file, for those who may send both.
    autre: Option<(&'static str, &'static str)>,
    max: String,
    sources: Vec<(String, String)>,
    imports: Vec<Recent>,
}

struct Recent {
    lien: String,
    fichier: String,
    quand: String,
    etat: Html,
    ecrites: String,
}

pub(super) async fn people(ctx: Ctx) -> Reponse {
    show(&ctx, Genre::Beneficiaires, Form::new()).await
}

pub(super) async fn activities(ctx: Ctx) -> Reponse {
    show(&ctx, Genre::Activites, Form::new()).await
}

/// Names under which the lines of other tools are known again.
const SOURCES: [(&str, &str); 2] = [
    ("tableur", "Mon tableur"),
    ("espace_coop", "L'ancien Espace Coop"),
];

async fn show(ctx: &Ctx, genre: Genre, form: Form) -> Reponse {
    let a = ctx.acteur();
    a.require(service::action(genre))?;
    let compte = a.compte.ok_or(Erreur::Introuvable)?;
    let mut tx = ctx.read().await?;
    let imports = store::list(&mut tx, compte, a.role, genre)
        .await?
        .into_iter()
        .map(|i| Recent {
            lien: format!("/imports/{}", i.id),
            etat: state(&i),
            quand: francais::instant(i.cree_le, &socle::clock::paris()),
            ecrites: if i.applique_le.is_some() {
                francais::pluriel(i.ecrites, noun(genre))
            } else {
                String::new()
            },
            fichier: i.fichier.unwrap_or_else(|| "Fichier effacé".into()),
        })
        .collect();
    let refus = !form.erreurs.is_empty();
    let auteur = crate::AUTEURS.contains(&a.role);
    let autre = match genre {
        _ if !auteur => None,
        Genre::Beneficiaires => Some((
            Genre::Activites.chemin(),
            "Importer plutôt des activités passées",
        )),
        Genre::Activites => Some((
            Genre::Beneficiaires.chemin(),
            "Importer plutôt des personnes suivies",
        )),
    };
    let corps = Envoi {
        etapes: steps(1),
        erreur: form.erreurs.get("fichier").map(str::to_owned),
        form,
        chemin: genre.chemin(),
        personnes: genre == Genre::Beneficiaires,
        pour_autrui: !auteur,
        autre,
        max: francais::grouped(genre.lignes_max() as u64),
        sources: SOURCES.map(|(c, l)| (c.to_owned(), l.to_owned())).to_vec(),
        imports,
    };
    let page = ctx.page(genre.libelle());
    let page = match (genre, a.role) {
        (Genre::Beneficiaires, _) => page.fil("Personnes suivies", "/beneficiaires"),
        (Genre::Activites, _) if auteur => page.fil("Mes activités", "/activites"),
        (Genre::Activites, Role::GestionnaireStructure) => {
            page.fil("Activités de l'équipe", "/activites/equipe")
        }
        (Genre::Activites, _) => page,
    };
    let page = if refus { page.refused() } else { page };
    page.body(&corps)
}

pub(super) async fn send_people(ctx: Ctx, corps: Multipart) -> Reponse {
    send(ctx, Genre::Beneficiaires, corps).await
}

pub(super) async fn send_activities(ctx: Ctx, corps: Multipart) -> Reponse {
    send(ctx, Genre::Activites, corps).await
}

async fn send(ctx: Ctx, genre: Genre, mut corps: Multipart) -> Reponse {
    let (mut source, mut nom, mut octets) = (String::new(), String::new(), Vec::new());
    let incomplet = |_| {
        web::Erreur::page(
            StatusCode::PAYLOAD_TOO_LARGE,
            "Le fichier dépasse 5 Mo ou n'est pas arrivé en entier. Répartissez les lignes en plusieurs fichiers.",
        )
    };
    while let Some(champ) = corps.next_field().await.map_err(incomplet)? {
        match champ.name() {
            Some("source") => source = champ.text().await.map_err(incomplet)?,
            Some("fichier") => {
                champ.file_name().unwrap_or_default().clone_into(&mut nom);
                octets = champ.bytes().await.map_err(incomplet)?.to_vec();
            }
            _ => {}
        }
    }
    let source = SOURCES
        .iter()
        .find(|(c, _)| *c == source)
        .map_or("tableur", |(c, _)| *c);
    let refus = |e: Saisies| Form::refused(Champs::default().with("source", source), e);
    if octets.is_empty() {
        let mut e = Saisies::new();
        e.add("fichier", "Choisissez le fichier à importer.");
        return show(&ctx, genre, refus(e)).await;
    }
    let mut tx = ctx.write().await?;
    match service::upload(&mut tx, ctx.acteur(), genre, source, &nom, &octets).await {
        Ok(id) => {
            tx.commit().await?;
            ctx.redirect(
                &format!("/imports/{id}"),
                "Le fichier est lu. Rien n'est encore écrit.",
            )
        }
        Err(Erreur::Saisie(e)) => {
            drop(tx);
            show(&ctx, genre, refus(e)).await
        }
        Err(e) => Err(e.into()),
    }
}

async fn model(ctx: &Ctx, genre: Genre) -> socle::Resultat<tableur::Feuille> {
    let mut tx = ctx.read().await?;
    let colonnes = service::columns(&mut tx, genre).await?;
    Ok(rapport::model(genre, &colonnes))
}

async fn model_csv(ctx: Ctx, genre: Genre) -> Reponse {
    let f = model(&ctx, genre).await?;
    ctx.download("modele.csv", "text/csv; charset=utf-8", tableur::csv(&f))
}

async fn model_xlsx(ctx: Ctx, genre: Genre) -> Reponse {
    let f = model(&ctx, genre).await?;
    let octets = tableur::xlsx(&[f]).map_err(|e| Erreur::Interne(e.to_string()))?;
    ctx.download("modele.xlsx", super::suivi::XLSX, octets)
}

pub(super) async fn people_csv(ctx: Ctx) -> Reponse {
    model_csv(ctx, Genre::Beneficiaires).await
}

pub(super) async fn people_xlsx(ctx: Ctx) -> Reponse {
    model_xlsx(ctx, Genre::Beneficiaires).await
}

pub(super) async fn activities_csv(ctx: Ctx) -> Reponse {
    model_csv(ctx, Genre::Activites).await
}

pub(super) async fn activities_xlsx(ctx: Ctx) -> Reponse {
    model_xlsx(ctx, Genre::Activites).await
}
