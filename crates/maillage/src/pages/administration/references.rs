use askama::Template;
use axum::extract::Path;
use serde::Deserialize;
use serde_json::json;
use socle::{
    Action, Erreur, Role, Saisies, francais, journal,
    reference::{self, Version},
};
use web::{Champs, Ctx, Form, Formulaire, Reponse};

static MODIFIER: Action = Action::new(
    "reference.remplacer",
    &[Role::Administrateur],
    "Seul un administrateur modifie les données de référence.",
);

#[derive(Template)]
#[template(path = "administration/references.html")]
struct Listes {
    listes: Vec<(String, String, i64, i64)>,
}

#[derive(Template)]
#[template(path = "administration/reference.html")]
struct Page {
    nom: String,
    versions: Vec<Version>,
    options: Vec<(String, String)>,
    form: Form,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Saisie {
    entree: String,
    valeur: String,
    source: String,
    le: String,
}

pub(super) async fn lists(ctx: Ctx) -> Reponse {
    let mut tx = ctx.read().await?;
    let listes = reference::lists(&mut tx)
        .await?
        .into_iter()
        .filter(|(l, _, _)| l != "demonstration")
        .map(|(l, n, v)| (francais::libelle(&l), l, n, v))
        .collect();
    ctx.page("Données de référence").body(&Listes { listes })
}

pub(super) async fn page(ctx: Ctx, Path(liste): Path<String>) -> Reponse {
    let form = Form::filled(Champs::default().with("le", ctx.today()));
    show(&ctx, &liste, form, false).await
}

async fn show(ctx: &Ctx, liste: &str, form: Form, refuse: bool) -> Reponse {
    let mut tx = ctx.read().await?;
    let versions = reference::history(&mut tx, liste).await?;
    if versions.is_empty() {
        return Err(Erreur::Introuvable.into());
    }
    let mut options: Vec<(String, String)> = versions
        .iter()
        .filter(|v| v.entree.valeur.is_some())
        .map(|v| {
            let ou = if v.territoire.is_empty() {
                String::new()
            } else {
                format!(" ({})", v.territoire)
            };
            (
                format!("{}|{}", v.entree.cle, v.territoire),
                format!("{}{ou}", v.entree.libelle),
            )
        })
        .collect();
    options.dedup();
    let p = ctx
        .page(francais::libelle(liste))
        .fil("Données de référence", "/administration/references");
    let corps = Page {
        nom: liste.to_owned(),
        versions,
        options,
        form,
    };
    if refuse {
        p.refused().body(&corps)
    } else {
        p.body(&corps)
    }
}

pub(super) async fn replace(ctx: Ctx, Path(liste): Path<String>, f: Formulaire<Saisie>) -> Reponse {
    match record(&ctx, &liste, &f.saisie).await {
        Ok(()) => ctx.redirect(
            &format!("/administration/references/{liste}"),
            "La nouvelle valeur est enregistrée. Les calculs déjà faits gardent l'ancienne.",
        ),
        Err(Erreur::Saisie(e)) => show(&ctx, &liste, Form::refused(f.champs, e), true).await,
        Err(e) => Err(e.into()),
    }
}

async fn record(ctx: &Ctx, liste: &str, s: &Saisie) -> Result<(), Erreur> {
    ctx.acteur().require(&MODIFIER)?;
    let mut e = Saisies::new();
    let entree = s.entree.split_once('|');
    if entree.is_none() {
        e.add("entree", "Choisissez ce que vous modifiez.");
    }
    if s.valeur.trim().is_empty() || s.valeur.len() > 500 {
        e.add(
            "valeur",
            "Écrivez la nouvelle valeur, sous la même forme que l'ancienne.",
        );
    }
    if s.source.trim().len() < 3 {
        e.add(
            "source",
            "Dites d'où vient cette valeur : texte, date, page.",
        );
    }
    let le = e.take("le", francais::parse_date(&s.le));
    e.check()?;
    let (Some((cle, territoire)), Some(le)) = (entree, le) else {
        return Err(Erreur::Introuvable);
    };
    let mut tx = ctx.write().await?;
    reference::replace(
        &mut tx,
        liste,
        cle,
        territoire,
        s.valeur.trim(),
        s.source.trim(),
        le,
    )
    .await?;
    let donnees =
        json!({ "cle": cle, "territoire": territoire, "valeur": s.valeur.trim(), "le": le });
    journal::record(
        &mut tx,
        ctx.acteur(),
        "reference.remplacer",
        "reference",
        liste,
        donnees,
    );
    tx.commit().await
}
