//! The mailbox of the demonstration: every e-mail the site would have sent.

use askama::Template;
use socle::{Erreur, courrier, francais};
use web::{Ctx, Html, Reponse, esc};

#[derive(Template)]
#[template(path = "administration/courriels.html")]
struct Page {
    lettres: Vec<Lettre>,
}

struct Lettre {
    a: String,
    sujet: String,
    le: String,
    texte: Html,
}

/// Exists only in a demonstration, where every person is fictitious.
pub(super) async fn page(ctx: Ctx) -> Reponse {
    if !ctx.config().demo {
        return Err(Erreur::Introuvable.into());
    }
    let mut tx = ctx.read().await?;
    let lettres = courrier::recent(&mut tx, 50)
        .await?
        .into_iter()
        .map(|c| Lettre {
            le: francais::instant(c.cree_le, &socle::clock::paris()),
            texte: with_links(&c.texte),
            a: c.a,
            sujet: c.sujet,
        })
        .collect();
    ctx.page("Courriels de la démonstration")
        .body(&Page { lettres })
}

/// Escaped text in which web addresses are links.
fn with_links(texte: &str) -> Html {
    let lignes = texte.lines().map(|l| {
        l.split(' ')
            .map(|m| {
                let m = esc(m);
                if m.starts_with("http://") || m.starts_with("https://") {
                    format!("<a href=\"{m}\">{m}</a>")
                } else {
                    m
                }
            })
            .collect::<Vec<_>>()
            .join(" ")
    });
    Html(lignes.collect::<Vec<_>>().join("<br>"))
}
