//! `/activites/equipe`: what the professionals of a structure or a team did.
//! Read only, without the names of the people they met nor their notes.

use askama::Template;
use axum::extract::Query;
use socle::{Acteur, Resultat, Role, Tx, francais};
use uuid::Uuid;
use web::{Chiffre, Ctx, Form, Html, Reponse, composants};

use super::{
    liste::{figures_of, month_figures, where_it_was},
    periode::{self, Demande, types},
};
use crate::{
    activite::{lecture, service},
    equipe,
    vocabulaire::{Vocabulaires, liste},
    voisins,
};

const PAR_PAGE: usize = 50;
/// Beyond, a list of names is of no help to filter.
const EQUIPE_MAX: usize = 60;

#[derive(Template)]
#[template(path = "activite/equipe.html")]
struct Equipe {
    mois: String,
    precedent: String,
    suivant: Option<String>,
    chiffres: Vec<Html>,
    filtre: Form,
    types: Vec<(String, String)>,
    thematiques: Vec<(String, String)>,
    equipe: Vec<(String, String)>,
    themes: Html,
    total: i64,
    lignes: Vec<Ligne>,
    export: String,
    pagination: Html,
}

struct Ligne {
    lien: String,
    date: String,
    quoi: &'static str,
    par: String,
    personnes: String,
    duree: String,
    ou: String,
    themes: String,
}

pub(super) async fn page(ctx: Ctx, Query(d): Query<Demande>) -> Reponse {
    ctx.acteur().require(&service::LIRE)?;
    let mut tx = ctx.read().await?;
    let aujourdhui = ctx.today();
    let mois = d.month(aujourdhui);
    let (p, f) = d.filter(aujourdhui).within_reach(ctx.acteur());
    let p = &p;
    let voc = Vocabulaires::ever(&mut tx).await?;
    let totaux = lecture::totals(&mut tx, p, &f).await?;
    let page = d.page();
    let resumes = lecture::list(&mut tx, p, &f, PAR_PAGE, (page - 1) * PAR_PAGE).await?;
    let noms = voisins::names(&mut tx, resumes.iter().map(|r| r.auteur)).await?;
    let lieux = voisins::place_names(&mut tx, resumes.iter().filter_map(|r| r.lieu)).await?;
    let lignes = resumes
        .iter()
        .map(|r| Ligne {
            lien: format!("/activites/{}", r.id),
            date: francais::date_courte(r.date),
            quoi: r.type_activite.libelle(),
            par: noms.get(&r.auteur).cloned().unwrap_or_default(),
            personnes: francais::entier(r.participants()),
            duree: francais::duree(r.duree),
            ou: where_it_was(r, &lieux, &voc),
            themes: r
                .thematiques
                .iter()
                .map(|t| voc.label(liste::THEMATIQUE, t))
                .collect::<Vec<_>>()
                .join(", "),
        })
        .collect();
    let par_theme: Vec<(String, i64, String)> = lecture::by_theme(&mut tx, p, &f)
        .await?
        .into_iter()
        .take(8)
        .map(|(t, n)| {
            let dit = francais::entier(n);
            (voc.label(liste::THEMATIQUE, &t), n, dit)
        })
        .collect();
    let corps = Equipe {
        mois: periode::label(mois),
        precedent: d.query(francais::plus_months(mois, -1), 1),
        suivant: (mois < aujourdhui.first_of_month())
            .then(|| d.query(francais::plus_months(mois, 1), 1)),
        chiffres: figures_of(&totaux),
        filtre: d.form(mois),
        types: types(),
        thematiques: voc.options(liste::THEMATIQUE),
        equipe: team(&mut tx, ctx.acteur())
            .await?
            .into_iter()
            .map(|(id, nom)| (id.to_string(), nom))
            .collect(),
        themes: if par_theme.is_empty() {
            Html::default()
        } else {
            composants::barres(
                "Thèmes les plus fréquents (plusieurs réponses possibles)",
                ["Thème", "Accompagnements"],
                &par_theme,
            )
        },
        total: totaux.activites,
        lignes,
        export: d.query(mois, 1),
        pagination: composants::pagination(
            page,
            usize::try_from(totaux.activites).unwrap_or(0),
            PAR_PAGE,
            |n| d.query(mois, n),
        ),
    };
    ctx.page("Activités de l'équipe").body(&corps)
}

/// Who may have done what the list holds, by name.
async fn team(tx: &mut Tx, acteur: &Acteur) -> Resultat<Vec<(Uuid, String)>> {
    if acteur.role != Role::Coordinateur {
        return voisins::team(tx, &acteur.perimetre, EQUIPE_MAX).await;
    }
    let Some(moi) = acteur.personne else {
        return Ok(Vec::new());
    };
    let membres = equipe::intervalles(tx, moi).await?;
    let mut v: Vec<(Uuid, String)> = voisins::names(tx, membres.iter().map(|m| m.0))
        .await?
        .into_iter()
        .collect();
    v.sort_by_cached_key(|(_, nom)| francais::fold(nom));
    Ok(v)
}

/// This month, on the home page.
pub(super) async fn figures(ctx: Ctx) -> Resultat<Vec<Chiffre>> {
    let mut tx = ctx.read().await?;
    month_figures(&mut tx, ctx.acteur(), ctx.today(), "/activites/equipe").await
}
