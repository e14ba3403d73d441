//! `/formations/positionnements`: people to test, and the result of a test.

use askama::Template;
use socle::{Erreur, Resultat, francais};
use web::{AFaire, Champs, Ctx, Form, Formulaire, Reponse};

use crate::formation::{
    organisme,
    service::{self, TEST_MOIS, Test},
    store,
};

#[derive(Template)]
#[template(path = "formation/positionnements.html")]
struct Vue {
    form: Form,
    personnes: Vec<(String, String)>,
    parcours: Vec<(String, String)>,
}

async fn view(ctx: &Ctx, form: Form) -> Resultat<Vue> {
    let mut tx = ctx.read().await?;
    let depuis = francais::plus_months(ctx.today(), -TEST_MOIS);
    let p = organisme::served(&mut tx, ctx.acteur()).await?;
    let mut personnes = Vec::new();
    for (personne, contrat, structure, debut) in store::untested(&mut tx, &p, depuis).await? {
        let nom = comptes::personne::get(&mut tx, personne)
            .await?
            .nom_complet();
        let structure = programme::structure::get(&mut tx, structure).await?.nom;
        personnes.push((
            contrat.to_string(),
            format!(
                "{nom}, {structure}, depuis le {}",
                francais::date_courte(debut)
            ),
        ));
    }
    Ok(Vue {
        form,
        personnes,
        parcours: service::parcours(&mut tx, ctx.today()).await?,
    })
}

pub async fn show(ctx: Ctx) -> Reponse {
    let champs = Champs::default()
        .with("le", ctx.today())
        .with("id_commande", ctx.new_commande());
    let vue = view(&ctx, Form::filled(champs)).await?;
    ctx.page("Tests de positionnement")
        .fil("Formations", "/formations")
        .body(&vue)
}

pub async fn record(ctx: Ctx, f: Formulaire<Test>) -> Reponse {
    let mut tx = ctx.write().await?;
    match service::test(&mut tx, ctx.acteur(), &ctx.config().url, &f.saisie).await {
        Ok(()) => {
            tx.commit().await?;
            ctx.redirect(
                "/formations/positionnements",
                "Le résultat est enregistré. La personne et son employeur sont prévenus.",
            )
        }
        Err(Erreur::Saisie(e)) => {
            drop(tx);
            let vue = view(&ctx, Form::refused(f.champs, e)).await?;
            ctx.page("Tests de positionnement")
                .fil("Formations", "/formations")
                .refused()
                .body(&vue)
        }
        Err(e) => Err(e.into()),
    }
}

/// How many people wait for a test.
pub async fn todo(ctx: Ctx) -> Resultat<Vec<AFaire>> {
    let mut tx = ctx.read().await?;
    let depuis = francais::plus_months(ctx.today(), -TEST_MOIS);
    let p = organisme::served(&mut tx, ctx.acteur()).await?;
    let attente = store::untested(&mut tx, &p, depuis).await?;
    let Some(premier) = attente.first() else {
        return Ok(Vec::new());
    };
    Ok(vec![AFaire {
        quoi: "Enregistrer les tests de positionnement".into(),
        pour: francais::pluriel(i64::try_from(attente.len()).unwrap_or(0), "personne"),
        avant: Some(francais::plus_days(premier.3, 15)),
        lien: "/formations/positionnements".into(),
    }])
}
