//! Screens of imports: send a file, read its report, accept it.

use askama::Template;
use axum::extract::Multipart;
use documents::tableur::{Cellule, Colonne, Feuille, Genre, csv};
use socle::{Erreur, Role, Saisies, francais};
use uuid::Uuid;
use web::{
    Acces, Champs, Ctx, Form, Formulaire, Html, Id, Reponse, Routes, composants as c,
    composants::Ton,
};

use super::{
    Severite,
    service::{self, IMPORTER},
    store::{self, Etat, Import},
};

pub(crate) fn routes() -> Routes {
    let acces = Acces::Roles(IMPORTER.roles);
    let mut r = Routes::new()
        .get("/administration/lieux/import", acces, list)
        .post("/administration/lieux/import", acces, send)
        .get("/administration/lieux/import/{id}", acces, report)
        .get(
            "/administration/lieux/import/{id}/rapport.csv",
            acces,
            download,
        )
        .post("/administration/lieux/import/{id}/reponse", acces, answer);
    for role in [Role::Hub, Role::Administrateur] {
        r = r.menu(role, "Import de lieux", "/administration/lieux/import");
    }
    r
}

#[derive(Template)]
#[template(path = "import/liste.html")]
struct Liste {
    form: Form,
    /// As posted: the field of a file has no component.
    erreur_fichier: Option<String>,
    imports: Vec<(Import, Html, String)>,
}

async fn list(ctx: Ctx) -> Reponse {
    show_list(&ctx, Form::new()).await
}

async fn show_list(ctx: &Ctx, form: Form) -> Reponse {
    let a = ctx.acteur();
    let par = if a.role == Role::Administrateur {
        None
    } else {
        a.compte
    };
    let mut tx = ctx.read().await?;
    let imports = store::list(&mut tx, par)
        .await?
        .into_iter()
        .map(|i| {
            let quand = francais::instant(i.cree_le, &socle::clock::paris());
            let e = state(i.etat);
            (i, e, quand)
        })
        .collect();
    let refus = !form.erreurs.is_empty();
    let corps = Liste {
        erreur_fichier: form.erreurs.get("fichier").map(str::to_owned),
        form,
        imports,
    };
    let page = ctx.page("Importer des lieux").fil("Lieux", "/mes-lieux");
    let page = if refus { page.refused() } else { page };
    page.body(&corps)
}

fn state(e: Etat) -> Html {
    let ton = match e {
        Etat::EnRevue => Ton::Attention,
        Etat::Applique => Ton::Succes,
        Etat::Rejete => Ton::Neutre,
    };
    c::etat(ton, e.libelle())
}

async fn send(ctx: Ctx, mut corps: Multipart) -> Reponse {
    let (mut source, mut nom, mut octets) = (String::new(), String::new(), Vec::new());
    let incomplet = |_| {
        web::Erreur::page(
            axum::http::StatusCode::PAYLOAD_TOO_LARGE,
            "Le fichier est trop lourd (8 Mo au plus par envoi) ou n’est pas arrivé en entier.",
        )
    };
    while let Some(champ) = corps.next_field().await.map_err(incomplet)? {
        match champ.name() {
            Some("source") => source = champ.text().await.map_err(incomplet)?,
            Some("fichier") => {
                champ.file_name().unwrap_or_default().clone_into(&mut nom);
                octets = champ.bytes().await.map_err(incomplet)?.to_vec();
            }
            _ => {}
        }
    }
    let refus = |e: Saisies| Form::refused(Champs::default().with("source", &source), e);
    if octets.is_empty() {
        let mut e = Saisies::new();
        e.add("fichier", "Choisissez le fichier à importer.");
        return show_list(&ctx, refus(e)).await;
    }
    let mut tx = ctx.write().await?;
    match service::preview(&mut tx, ctx.acteur(), &source, &nom, &octets).await {
        Ok(id) => {
            tx.commit().await?;
            ctx.redirect(
                &format!("/administration/lieux/import/{id}"),
                "Le fichier est lu : rien n’est encore changé.",
            )
        }
        Err(Erreur::Saisie(e)) => {
            drop(tx);
            show_list(&ctx, refus(e)).await
        }
        Err(e) => Err(e.into()),
    }
}

/// Lines of the report on the page; the CSV holds all.
const LIGNES: usize = 300;

#[derive(Template)]
#[template(path = "import/rapport.html")]
struct Rapport {
    i: Import,
    dossier: Html,
    chiffres: Vec<Html>,
    codes: Vec<(Severite, String, usize)>,
    constats: Vec<super::Constat>,
    reste: usize,
    bloque: bool,
    en_revue: bool,
    form: Form,
}

async fn report(ctx: Ctx, Id(id): Id) -> Reponse {
    show(&ctx, id, Form::new()).await
}

async fn show(ctx: &Ctx, id: Uuid, form: Form) -> Reponse {
    let mut tx = ctx.read().await?;
    let (i, contenu) = service::get(&mut tx, ctx.acteur(), id).await?;
    let mut codes: Vec<(Severite, String, usize)> = Vec::new();
    for x in &contenu.constats {
        match codes.iter_mut().find(|(_, code, _)| *code == x.code) {
            Some((_, _, n)) => *n += 1,
            None => codes.push((x.severite, x.code.clone(), 1)),
        }
    }
    codes.sort();
    let mut constats = contenu.constats;
    constats.sort_by_key(|x| (x.severite, x.ligne));
    let reste = constats.len().saturating_sub(LIGNES);
    constats.truncate(LIGNES);
    let n = &i.comptes;
    let refus = !form.erreurs.is_empty();
    let corps = Rapport {
        dossier: c::dossier(
            "",
            &state(i.etat),
            if i.etat == Etat::EnRevue {
                "vous, pour accepter ou rejeter"
            } else {
                ""
            },
            &[("Source", i.source.clone()), ("Fichier", i.fichier.clone())],
        ),
        chiffres: [
            ("Lignes lues", n.lus),
            ("Lieux nouveaux", n.crees),
            ("Lieux modifiés", n.modifies),
            ("Inchangés", n.inchanges),
            ("Lignes rejetées", n.rejetes),
        ]
        .map(|(l, x)| c::chiffre(l, &francais::entier(x), ""))
        .into(),
        bloque: service::is_blocked(n),
        en_revue: i.etat == Etat::EnRevue,
        codes,
        constats,
        reste,
        form,
        i,
    };
    let page = ctx
        .page(format!("Import : {}", corps.i.fichier))
        .fil("Importer des lieux", "/administration/lieux/import");
    let page = if refus { page.refused() } else { page };
    page.body(&corps)
}

async fn download(ctx: Ctx, Id(id): Id) -> Reponse {
    let mut tx = ctx.read().await?;
    let (_, contenu) = service::get(&mut tx, ctx.acteur(), id).await?;
    let colonnes = [
        "Ligne",
        "Gravité",
        "Code",
        "Champ",
        "Valeur",
        "Ce qui a été fait",
    ];
    let mut f = Feuille::new("Rapport", colonnes.map(|t| Colonne::new(t, Genre::Texte)));
    for x in contenu.constats {
        f = f.ligne([
            Cellule::Entier(i64::try_from(x.ligne).unwrap_or(0)),
            Cellule::from(x.severite.libelle()),
            Cellule::from(x.code),
            Cellule::from(x.champ),
            Cellule::from(x.valeur),
            Cellule::from(x.message),
        ]);
    }
    ctx.download("rapport.csv", "text/csv; charset=utf-8", csv(&f))
}

#[derive(Debug, serde::Deserialize)]
struct Libre {}

async fn answer(ctx: Ctx, Id(id): Id, f: Formulaire<Libre>) -> Reponse {
    let mut tx = ctx.write().await?;
    if f.champs.get("reponse") != "accepter" {
        service::refuse(&mut tx, ctx.acteur(), id).await?;
        tx.commit().await?;
        return ctx.redirect(
            "/administration/lieux/import",
            "Le fichier est rejeté : rien n’a changé.",
        );
    }
    match service::accept(&mut tx, ctx.acteur(), id, f.champs.get("motif")).await {
        Ok(n) => {
            tx.commit().await?;
            let m = format!(
                "Import appliqué : {} nouveaux, {} modifiés.",
                n.crees, n.modifies
            );
            ctx.redirect(&format!("/administration/lieux/import/{id}"), &m)
        }
        Err(Erreur::Saisie(e)) => {
            drop(tx);
            show(&ctx, id, Form::refused(f.champs, e)).await
        }
        Err(e) => Err(e.into()),
    }
}
