//! Public figures: France and régions, small counts hidden, no structure named.

use activites::petites_cellules;
use axum::extract::Query;
use documents::tableur;
use socle::{Erreur, Perimetre};
use web::{Ctx, Reponse};

use super::{
    export,
    tableau::{Requete, body},
};
use crate::tableau::{Periode, Vue, load};

/// France or a région.
fn vue(q: &Requete) -> Result<Vue, Erreur> {
    match Vue::parse(&q.vue) {
        Some(v @ (Vue::France | Vue::Region(_))) => Ok(v),
        _ => Err(Erreur::Introuvable),
    }
}

pub(super) async fn page(ctx: Ctx, Query(q): Query<Requete>) -> Reponse {
    let vue = vue(&q)?;
    let periode = Periode::complete_year(ctx.today());
    let mut tx = ctx.read().await?;
    let t = load(&mut tx, &Perimetre::National, &vue, periode).await?;
    let mut corps = body(&q, &vue, periode, t, "/chiffres", true);
    corps.exports = vec![("Télécharger en CSV", q.lien("/chiffres/export.csv", &vue))];
    let region = match &vue {
        Vue::Region(c) => Some(c.as_str()),
        _ => None,
    };
    corps.activite = activites::statistiques::publiques::section(&mut tx, region).await?;
    let titre = match &vue {
        Vue::France => "Les conseillers numériques en chiffres".to_owned(),
        v => format!("Les conseillers numériques en chiffres : {}", v.nom()),
    };
    ctx.page(titre).body(&corps)
}

pub(super) async fn csv(ctx: Ctx, Query(q): Query<Requete>) -> Reponse {
    let vue = vue(&q)?;
    let periode = Periode::complete_year(ctx.today());
    let mut tx = ctx.read().await?;
    let t = load(&mut tx, &Perimetre::National, &vue, periode).await?;
    let feuille = export::write(&vue, periode, &t, |c| petites_cellules::partition(c).0);
    ctx.download(
        &format!("chiffres-{}.csv", vue.cle()),
        "text/csv; charset=utf-8",
        tableur::csv(&feuille),
    )
}
