//! `/partage/statistiques/{jeton}`: figures for whoever has the address. No
//! line per person nor professional; small cells hidden.

use askama::Template;
use axum::{
    extract::Path,
    http::{HeaderValue, header::HeaderName},
};
use socle::francais;
use web::{Ctx, Reponse};

use super::{
    super::{
        catalogue, partage,
        presentation::{Noms, rapport},
        repondre,
    },
    Lue,
    page::{self, Corps},
    strip,
};
use crate::vocabulaire::Vocabulaires;

#[derive(Template)]
#[template(path = "statistiques/partage.html")]
struct Page {
    nom: String,
    periode: String,
    filtres: Vec<String>,
    corps: Corps,
    a_jour: String,
    jusqua: String,
}

pub(super) async fn page(ctx: Ctx, Path(jeton): Path<String>) -> Reponse {
    let mut tx = ctx.read().await?;
    let lien = partage::open(&mut tx, &jeton).await?;
    let voc = Vocabulaires::ever(&mut tx).await?;
    let (demande, acquise, question) = partage::question(&mut tx, &lien, &voc).await?;
    let mut reponse = repondre(&mut tx, &question).await?;
    catalogue::derive_missions(&mut reponse, &voc);
    strip(&mut reponse, &acquise);
    let noms = Noms {
        voc,
        ..Noms::default()
    };
    let lue = Lue {
        rapport: rapport(&reponse, &question, &noms, true),
        demande,
        acquise,
        question,
        reponse,
        noms,
        coordination: Vec::new(),
    };
    let p = Page {
        nom: lue.acquise.nom.clone(),
        periode: page::period_words(&lue.demande),
        filtres: lue
            .demande
            .filtres
            .words(&lue.noms.voc, &lue.noms.autres)
            .into_iter()
            .map(|f| f.1)
            .collect(),
        corps: page::body(&lue, |_| None),
        a_jour: francais::instant(tx.now(), &socle::clock::paris()),
        jusqua: francais::date(lien.expire_le),
    };
    let mut r = ctx.page("Statistiques partagées").body(&p)?;
    r.headers_mut().insert(
        HeaderName::from_static("x-robots-tag"),
        HeaderValue::from_static("noindex, nofollow"),
    );
    Ok(r)
}
