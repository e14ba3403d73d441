//! `/activites/rythme/territoire`: how many professionals of each group, by
//! département. Counts only.

use std::collections::BTreeMap;

use askama::Template;
use socle::francais;
use web::{Ctx, Html, Reponse, composants};

use super::super::{Groupe, service::LIRE_COMPTES, store};

#[derive(Template)]
#[template(path = "rappel/territoire.html")]
struct Territoire {
    chiffres: Vec<Html>,
    titres: Vec<&'static str>,
    lignes: Vec<(String, Vec<String>)>,
}

pub(super) async fn page(ctx: Ctx) -> Reponse {
    ctx.acteur().require(&LIRE_COMPTES)?;
    let mut tx = ctx.read().await?;
    let comptes = store::counts(&mut tx, &ctx.acteur().perimetre).await?;
    let mut par: BTreeMap<String, BTreeMap<Groupe, i64>> = BTreeMap::new();
    let mut total: BTreeMap<Groupe, i64> = BTreeMap::new();
    for (d, g, n) in comptes {
        par.entry(d).or_default().insert(g, n);
        *total.entry(g).or_default() += n;
    }
    let n = |m: &BTreeMap<Groupe, i64>, g| francais::entier(m.get(&g).copied().unwrap_or(0));
    let corps = Territoire {
        chiffres: Groupe::TOUS
            .iter()
            .map(|g| composants::chiffre(g.libelle(), &n(&total, *g), ""))
            .collect(),
        titres: Groupe::TOUS.iter().map(|g| g.libelle()).collect(),
        lignes: par
            .iter()
            .map(|(d, m)| {
                let nom = territoires::geographie()
                    .departement(d)
                    .map_or_else(|| d.clone(), |x| x.nom.to_owned());
                (nom, Groupe::TOUS.iter().map(|g| n(m, *g)).collect())
            })
            .collect(),
    };
    ctx.page("Rythme des saisies").body(&corps)
}
