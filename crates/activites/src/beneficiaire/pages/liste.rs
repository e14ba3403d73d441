//! `/beneficiaires`: the people one follows.

use askama::Template;
use axum::extract::Query;
use jiff::civil::Date;
use serde::Deserialize;
use socle::{Erreur, Perimetre, francais};
use web::{Champs, Ctx, Form, Html, Reponse, composants};

use crate::beneficiaire::{conservation, doublon, store};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Recherche {
    q: String,
    page: String,
}

/// Lines of one page.
const PAR_PAGE: usize = 50;

#[derive(Template)]
#[template(path = "beneficiaire/liste.html")]
struct Liste {
    lignes: Vec<Ligne>,
    vide: Html,
    form: Form,
    trouvees: usize,
    pagination: Html,
    doublons: usize,
    bientot: usize,
}

struct Ligne {
    id: String,
    nom: String,
    partagee: bool,
    commune: String,
    venues: String,
    derniere: String,
}

pub(super) async fn page(ctx: Ctx, Query(r): Query<Recherche>) -> Reponse {
    let referent = ctx.acteur().personne.ok_or(Erreur::Introuvable)?;
    let mut tx = ctx.read().await?;
    let fiches = store::list(&mut tx, &Perimetre::Soi(referent)).await?;
    let venues = store::visits(&mut tx, referent).await?;
    let doublons = doublon::service::pairs(&mut tx, ctx.acteur()).await?.len();
    let bientot = conservation::service::soon(&mut tx, ctx.acteur())
        .await?
        .len();
    drop(tx);
    // Names are sealed: one's own files are opened and searched in memory.
    let mots = francais::fold(&r.q);
    let mut lignes: Vec<Ligne> = fiches
        .iter()
        .filter(|b| {
            let nom = francais::fold(&b.fiche.nom_affiche());
            mots.split(' ').all(|m| nom.contains(m))
        })
        .map(|b| {
            let vues = venues.get(&b.id);
            Ligne {
                id: b.id.to_string(),
                nom: b.fiche.nom_affiche(),
                partagee: b.referent != referent,
                commune: b
                    .fiche
                    .commune_residence
                    .as_deref()
                    .and_then(|c| territoires::geographie().commune(c))
                    .map_or_else(String::new, |c| c.nom.to_owned()),
                venues: francais::entier(vues.map_or(0, |v| v.0)),
                derniere: vues
                    .and_then(|v| v.1.parse::<Date>().ok())
                    .map_or_else(|| "Jamais".to_owned(), francais::date_courte),
            }
        })
        .collect();
    lignes.sort_by_cached_key(|l| francais::fold(&l.nom));
    let trouvees = lignes.len();
    let page = r.page.parse::<usize>().unwrap_or(1).max(1);
    let lignes: Vec<Ligne> = lignes
        .into_iter()
        .skip((page - 1) * PAR_PAGE)
        .take(PAR_PAGE)
        .collect();
    let q: String = r.q.bytes().map(encoded).collect();
    let corps = Liste {
        pagination: composants::pagination(page, trouvees, PAR_PAGE, |n| {
            format!("?q={q}&page={n}")
        }),
        form: Form::filled(Champs::default().with("q", &r.q)),
        trouvees,
        doublons,
        bientot,
        vide: composants::vide(
            "Vous ne suivez encore personne. Un compte rendu n'a pas besoin de nom : ouvrez une fiche quand une personne revient.",
            Some(("Ouvrir une fiche", "/beneficiaires/nouveau")),
        ),
        lignes,
    };
    ctx.page("Personnes suivies").body(&corps)
}

/// A byte of an address.
fn encoded(b: u8) -> String {
    if b.is_ascii_alphanumeric() {
        char::from(b).to_string()
    } else {
        format!("%{b:02X}")
    }
}
