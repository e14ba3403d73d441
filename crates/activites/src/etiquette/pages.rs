//! `/etiquettes`: the tags one may change.

use askama::Template;
use socle::{Erreur, Role, francais};
use uuid::Uuid;
use web::{Acces, Champs, Ctx, Form, Formulaire, Html, Id, Reponse, Routes, composants};

use super::{Portee, service, store};

const GENS: &[Role] = &[
    Role::Conseiller,
    Role::Mediateur,
    Role::Coordinateur,
    Role::Prefecture,
    Role::Administrateur,
];
const ACCES: Acces = Acces::Roles(GENS);

type Saisie = Formulaire<Vec<(String, String)>>;

#[derive(Template)]
#[template(path = "etiquette/liste.html")]
struct Liste {
    form: Form,
    domaines: Vec<(String, String)>,
    vives: Vec<Ligne>,
    archivees: Vec<Ligne>,
    vide: Html,
}

struct Ligne {
    id: Uuid,
    nom: String,
    portee: String,
    usages: String,
}

#[derive(Template)]
#[template(path = "etiquette/fiche.html")]
struct Fiche {
    id: Uuid,
    form: Form,
    usages: String,
    archivee: bool,
    fusionnee: Option<String>,
    cibles: Vec<(String, String)>,
}

/// Pages and menus of tags.
#[must_use]
pub fn routes() -> Routes {
    let mut r = Routes::new()
        .get("/etiquettes", ACCES, list)
        .post("/etiquettes", ACCES, create)
        .get("/etiquettes/{id}", ACCES, show)
        .post("/etiquettes/{id}", ACCES, rename)
        .post("/etiquettes/{id}/archiver", ACCES, archive)
        .post("/etiquettes/{id}/reprendre", ACCES, take_back)
        .post("/etiquettes/{id}/fusionner", ACCES, merge)
        .post("/etiquettes/{id}/defusionner", ACCES, undo);
    for role in GENS {
        r = r.menu(*role, "Étiquettes", "/etiquettes");
    }
    r
}

fn scope(d: &super::Domaine) -> String {
    match d.portee {
        Portee::Departementale => format!("{} {}", d.portee.libelle(), d.proprietaire),
        p => p.libelle().to_owned(),
    }
}

async fn list(ctx: Ctx) -> Reponse {
    page(&ctx, Form::new(), false).await
}

async fn page(ctx: &Ctx, form: Form, refuse: bool) -> Reponse {
    ctx.acteur().require(&service::GERER)?;
    let domaines = service::owned(ctx.acteur());
    let mut tx = ctx.read().await?;
    let mut toutes = store::list(&mut tx, &domaines).await?;
    toutes.sort_by_cached_key(|e| francais::fold(&e.nom));
    let (archivees, vives): (Vec<_>, Vec<_>) = toutes
        .into_iter()
        .map(|e| {
            let l = Ligne {
                id: e.id,
                portee: scope(&e.domaine),
                usages: francais::entier(e.usages),
                nom: e.nom,
            };
            (e.archivee, l)
        })
        .partition(|(archivee, _)| *archivee);
    let lignes = |v: Vec<(bool, Ligne)>| v.into_iter().map(|(_, l)| l).collect();
    let corps = Liste {
        form,
        domaines: if domaines.len() > 1 {
            domaines.iter().map(|d| (d.cle(), scope(d))).collect()
        } else {
            Vec::new()
        },
        vives: lignes(vives),
        archivees: lignes(archivees),
        vide: composants::vide("Aucune étiquette pour l'instant.", None),
    };
    let p = ctx.page("Étiquettes");
    if refuse {
        p.refused().body(&corps)
    } else {
        p.body(&corps)
    }
}

async fn create(ctx: Ctx, f: Saisie) -> Reponse {
    let mut tx = ctx.write().await?;
    match service::create(&mut tx, ctx.acteur(), &f.champs).await {
        Ok(_) => {
            tx.commit().await?;
            ctx.redirect("/etiquettes", "L'étiquette est créée.")
        }
        Err(Erreur::Saisie(e)) => {
            drop(tx);
            page(&ctx, Form::refused(f.champs, e), true).await
        }
        Err(e) => Err(e.into()),
    }
}

async fn show(ctx: Ctx, Id(id): Id) -> Reponse {
    one(&ctx, id, None).await
}

async fn one(ctx: &Ctx, id: Uuid, refus: Option<Form>) -> Reponse {
    let mut tx = ctx.read().await?;
    let e = service::own(&mut tx, ctx.acteur(), id).await?;
    let fusionnee = match store::last_merge(&mut tx, id).await? {
        Some(f) if e.archivee => Some(store::get(&mut tx, f.cible).await?.nom),
        _ => None,
    };
    let cibles = service::targets(&mut tx, ctx.acteur(), &e)
        .await?
        .into_iter()
        .map(|c| {
            let portee = scope(&c.domaine);
            (c.id.to_string(), format!("{} ({portee})", c.nom))
        })
        .collect();
    let refuse = refus.is_some();
    let mut champs = Champs::default().with("nom", &e.nom);
    if let Some(d) = &e.description {
        champs = champs.with("description", d);
    }
    let corps = Fiche {
        id,
        form: refus.unwrap_or_else(|| Form::filled(champs)),
        usages: francais::pluriel(e.usages, "activité"),
        archivee: e.archivee,
        fusionnee,
        cibles,
    };
    let p = ctx.page(e.nom).fil("Étiquettes", "/etiquettes");
    if refuse {
        p.refused().body(&corps)
    } else {
        p.body(&corps)
    }
}

async fn rename(ctx: Ctx, Id(id): Id, f: Saisie) -> Reponse {
    let mut tx = ctx.write().await?;
    match service::rename(&mut tx, ctx.acteur(), id, &f.champs).await {
        Ok(()) => {
            tx.commit().await?;
            ctx.redirect("/etiquettes", "L'étiquette est à jour.")
        }
        Err(Erreur::Saisie(e)) => {
            drop(tx);
            one(&ctx, id, Some(Form::refused(f.champs, e))).await
        }
        Err(e) => Err(e.into()),
    }
}

async fn archive(ctx: Ctx, Id(id): Id) -> Reponse {
    let mut tx = ctx.write().await?;
    service::set_archived(&mut tx, ctx.acteur(), id, true).await?;
    tx.commit().await?;
    ctx.redirect(
        "/etiquettes",
        "L'étiquette est archivée. Elle reste sur les comptes rendus passés.",
    )
}

async fn take_back(ctx: Ctx, Id(id): Id) -> Reponse {
    let mut tx = ctx.write().await?;
    service::set_archived(&mut tx, ctx.acteur(), id, false).await?;
    tx.commit().await?;
    ctx.redirect("/etiquettes", "L'étiquette est de nouveau proposée.")
}

async fn merge(ctx: Ctx, Id(id): Id, f: Saisie) -> Reponse {
    let mut tx = ctx.write().await?;
    match service::merge(&mut tx, ctx.acteur(), id, f.champs.get("cible")).await {
        Ok(()) => {
            tx.commit().await?;
            ctx.redirect(
                &format!("/etiquettes/{id}"),
                "Les étiquettes sont fusionnées. Vous pouvez défaire pendant 30 jours.",
            )
        }
        Err(Erreur::Saisie(e)) => {
            drop(tx);
            one(&ctx, id, Some(Form::refused(f.champs, e))).await
        }
        Err(e) => Err(e.into()),
    }
}

async fn undo(ctx: Ctx, Id(id): Id) -> Reponse {
    let mut tx = ctx.write().await?;
    service::undo_merge(&mut tx, ctx.acteur(), id).await?;
    tx.commit().await?;
    ctx.redirect(&format!("/etiquettes/{id}"), "La fusion est défaite.")
}
