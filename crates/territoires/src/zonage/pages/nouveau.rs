//! Sending the file of a zoning.

use askama::Template;
use axum::extract::Multipart;
use socle::{Erreur, Saisies, francais};
use web::{Champs, Ctx, Form, Reponse};

use super::LISTE;
use crate::zonage::{Description, NATIONAUX, service};

#[derive(Template)]
#[template(path = "zonage/nouveau.html")]
struct Vue {
    form: Form,
    genres: Vec<(String, String)>,
    nationaux: &'static [(&'static str, &'static str)],
}

fn page(ctx: &Ctx, form: Form) -> Reponse {
    let refuse = !form.erreurs.is_empty();
    let genres = vec![
        (
            "communes".to_owned(),
            "Une liste de communes (CSV)".to_owned(),
        ),
        ("polygones".to_owned(), "Des polygones (GeoJSON)".to_owned()),
    ];
    let p = ctx.page("Charger un zonage").fil("Zonages", LISTE);
    let p = if refuse { p.refused() } else { p };
    p.body(&Vue {
        form,
        genres,
        nationaux: NATIONAUX,
    })
}

/// `GET /administration/zonages/nouveau`.
///
/// # Errors
/// When the page cannot be rendered.
pub async fn show(ctx: Ctx) -> Reponse {
    page(
        &ctx,
        Form::filled(
            Champs::default()
                .with("genre", "communes")
                .with("licence", "Licence Ouverte 2.0"),
        ),
    )
}

/// `POST /administration/zonages/nouveau`: keeps the file, shows its report.
///
/// # Errors
/// 422 with what was typed; 413 for a file that is too heavy.
pub async fn send(ctx: Ctx, mut envoi: Multipart) -> Reponse {
    let (mut champs, mut fichier, mut contenu) = (Champs::default(), String::new(), Vec::new());
    let trop = |e: axum::extract::multipart::MultipartError| {
        web::Erreur::page(
            e.status(),
            "Votre fichier est trop lourd ou n'est pas arrivé en entier.",
        )
    };
    while let Some(partie) = envoi.next_field().await.map_err(trop)? {
        let nom = partie.name().unwrap_or_default().to_owned();
        if nom == "fichier" {
            fichier = partie.file_name().unwrap_or_default().to_owned();
            contenu = partie.bytes().await.map_err(trop)?.to_vec();
        } else {
            champs = champs.with(&nom, partie.text().await.map_err(trop)?);
        }
    }
    let mut s = Saisies::new();
    let debut = s.take("valid_from", francais::parse_date(champs.get("valid_from")));
    let fin = match champs.get("valid_to").trim() {
        "" => None,
        t => s.take("valid_to", francais::parse_date(t)),
    };
    let texte = |nom: &str| champs.get(nom).trim().to_owned();
    let Some(valid_from) = debut.filter(|_| s.is_empty()) else {
        return page(&ctx, Form::refused(champs, s));
    };
    let description = Description {
        cle: texte("cle"),
        libelle: texte("libelle"),
        genre: texte("genre"),
        valid_from,
        valid_to: fin,
        source: texte("source"),
        millesime: texte("millesime"),
        licence: texte("licence"),
        colonne_code: texte("colonne_code"),
        colonne_classe: texte("colonne_classe"),
    };
    let mut tx = ctx.write().await?;
    match service::deposit(&mut tx, ctx.acteur(), description, &fichier, contenu).await {
        Ok(id) => {
            tx.commit().await?;
            ctx.redirect(&format!("/administration/zonages/depots/{id}"), "")
        }
        Err(Erreur::Saisie(s)) => page(&ctx, Form::refused(champs, s)),
        Err(e) => Err(e.into()),
    }
}
