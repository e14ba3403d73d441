//! `/aide`: the guides of `docs/guide`, one per role, with the pictures the
//! browser journeys took.

use askama::Template;
use axum::{extract::Path, http::header, response::IntoResponse};
use pulldown_cmark::{CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd, html};
use rust_embed::RustEmbed;
use socle::{Erreur, Role};
use web::{Acces, Ctx, Html, Reponse, Routes};

#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../../docs/captures/guide"]
struct Images;

struct Guide {
    cle: &'static str,
    texte: &'static str,
    roles: &'static [Role],
}

macro_rules! guide {
    ($cle:literal, $($role:ident),+) => {
        Guide {
            cle: $cle,
            texte: include_str!(concat!("../../../../docs/guide/", $cle, ".md")),
            roles: &[$(Role::$role),+],
        }
    };
}

/// In the order of the life of a post.
const GUIDES: [Guide; 10] = [
    guide!(
        "structure",
        GestionnaireStructure,
        ReferentStructure,
        StructureAccueil
    ),
    guide!("candidat", Candidat),
    guide!("conseiller", Conseiller, Mediateur),
    guide!("coordinateur", Coordinateur),
    guide!("formation", OrganismeFormation),
    guide!("prefecture", Prefecture),
    guide!("comite", Comite, Secretariat),
    guide!("administrateur", Administrateur),
    guide!("operateur", Operateur),
    guide!("dpo", Dpo),
];

impl Guide {
    fn titre(&self) -> &'static str {
        let ligne = self.texte.lines().next().unwrap_or_default();
        ligne.trim_start_matches("# ")
    }

    /// Without its title, which the page carries.
    fn html(&self) -> Html {
        let mut titre = false;
        let lus = Parser::new_ext(self.texte, Options::ENABLE_TABLES).filter_map(|e| match e {
            Event::Start(Tag::Heading {
                level: HeadingLevel::H1,
                ..
            }) => {
                titre = true;
                None
            }
            Event::End(TagEnd::Heading(HeadingLevel::H1)) => {
                titre = false;
                None
            }
            _ if titre => None,
            Event::Start(Tag::Image {
                link_type,
                dest_url,
                title,
                id,
            }) => Some(Event::Start(Tag::Image {
                link_type,
                dest_url: CowStr::from(dest_url.replace("../captures/guide/", "/aide/images/")),
                title,
                id,
            })),
            e => Some(e),
        });
        let mut s = String::new();
        html::push_html(&mut s, lus);
        Html(
            s.replace("<img ", "<img loading=\"lazy\" class=\"capture\" ")
                .replace("<table>", "<table class=\"tableau\">")
                .replace("<th>", "<th scope=\"col\">"),
        )
    }
}

#[derive(Template)]
#[template(path = "accueil/aide.html")]
struct Sommaire {
    mien: Option<(String, &'static str)>,
    guides: Vec<(String, &'static str)>,
}

#[derive(Template)]
#[template(source = "{{ texte }}", ext = "html")]
struct Page {
    texte: Html,
}

pub(super) fn routes() -> Routes {
    Routes::new()
        .get("/aide", Acces::Public, sommaire)
        .get("/aide/{guide}", Acces::Public, guide)
        .get("/aide/images/{nom}", Acces::Public, image)
}

async fn sommaire(ctx: Ctx) -> Reponse {
    let lien = |g: &Guide| (format!("/aide/{}", g.cle), g.titre());
    let role = ctx.acteur().role;
    ctx.page("Aide").body(&Sommaire {
        mien: GUIDES.iter().find(|g| g.roles.contains(&role)).map(lien),
        guides: GUIDES.iter().map(lien).collect(),
    })
}

async fn guide(ctx: Ctx, Path(cle): Path<String>) -> Reponse {
    let g = GUIDES
        .iter()
        .find(|g| g.cle == cle)
        .ok_or(Erreur::Introuvable)?;
    ctx.page(g.titre())
        .fil("Aide", "/aide")
        .body(&Page { texte: g.html() })
}

async fn image(_: Ctx, Path(nom): Path<String>) -> Reponse {
    let f = Images::get(&nom).ok_or(Erreur::Introuvable)?;
    let entetes = [
        (header::CONTENT_TYPE, "image/png"),
        (header::CACHE_CONTROL, "public, max-age=86400"),
    ];
    Ok((entetes, f.data.into_owned()).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_guide_reads_as_a_page() {
        for g in &GUIDES {
            let html = g.html().0;
            assert!(g.titre().starts_with("Guide d"), "{}", g.cle);
            assert!(!html.contains("<h1"), "{}", g.cle);
            assert!(!html.contains("../captures"), "{}", g.cle);
            for image in html.split("/aide/images/").skip(1) {
                let nom = image.split('"').next().unwrap();
                assert!(Images::get(nom).is_some(), "{} : {nom}", g.cle);
            }
        }
    }
}
