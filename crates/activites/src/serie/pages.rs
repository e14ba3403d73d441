//! `/series`: ateliers planned ahead, and what became of each.

use askama::Template;
use socle::{Erreur, Resultat, francais};
use uuid::Uuid;
use web::{AFaire, Acces, Champs, Ctx, Form, Formulaire, Html, Id, Reponse, Routes, composants};

use super::{Etat, Frequence, Seance, Serie, service, store};
use crate::{
    activite::{TypeActivite, pages::choix::Choix},
    voisins,
};

const AUTEURS: Acces = Acces::Roles(crate::AUTEURS);

type Saisie = Formulaire<Vec<(String, String)>>;

#[derive(Template)]
#[template(path = "serie/liste.html")]
struct Liste {
    attente: Vec<Ligne>,
    series: Vec<(Uuid, String, String)>,
    vide: Html,
}

struct Ligne {
    id: Uuid,
    quoi: String,
    quand: String,
}

#[derive(Template)]
#[template(path = "serie/nouvelle.html")]
struct Nouvelle {
    form: Form,
    choix: Choix,
    frequences: Vec<(String, String)>,
    commande: String,
}

#[derive(Template)]
#[template(path = "serie/fiche.html")]
struct Fiche {
    resume: Html,
    seances: Vec<(Uuid, String, Html, Option<Uuid>)>,
}

#[derive(Template)]
#[template(path = "serie/seance.html")]
struct UneSeance {
    id: Uuid,
    etat: Html,
    quand: String,
    motif: String,
    prevue: bool,
    passee: bool,
    activite: Option<Uuid>,
    form: Form,
}

/// Pages, menu and « À faire » of series.
#[must_use]
pub fn routes() -> Routes {
    let mut r = Routes::new()
        .get("/series", AUTEURS, list)
        .get("/series/nouvelle", AUTEURS, new)
        .post("/series/nouvelle", AUTEURS, plan)
        .get("/series/{id}", AUTEURS, show)
        .get("/seances/{id}", AUTEURS, seance)
        .post("/seances/{id}/annuler", AUTEURS, cancel)
        .post("/seances/{id}/sans-participant", AUTEURS, nobody)
        .post("/seances/{id}/rouvrir", AUTEURS, reopen);
    for role in crate::AUTEURS {
        r = r
            .menu(*role, "Ateliers programmés", "/series")
            .a_faire(*role, todo);
    }
    r
}

fn me(ctx: &Ctx) -> Resultat<Uuid> {
    ctx.acteur().personne.ok_or(Erreur::Introuvable)
}

fn state(s: &Seance, attend: bool) -> Html {
    use composants::Ton;
    match s.etat {
        Etat::Prevue if attend => composants::etat(Ton::Attention, "À compléter"),
        Etat::Prevue => composants::etat(Ton::Info, "Prévue"),
        Etat::Realisee => composants::etat(Ton::Succes, "Réalisée"),
        Etat::Annulee => composants::etat(Ton::Neutre, "Annulée"),
        Etat::SansParticipant => composants::etat(Ton::Neutre, "Sans participant"),
    }
}

async fn list(ctx: Ctx) -> Reponse {
    let moi = me(&ctx)?;
    let mut tx = ctx.read().await?;
    let series = store::list(&mut tx, moi).await?;
    let attente = service::waiting(&mut tx, moi)
        .await?
        .into_iter()
        .map(|s| {
            let serie = series.iter().find(|k| k.id == s.serie);
            Ligne {
                id: s.id,
                quoi: serie.map_or("Atelier", Serie::titre).to_owned(),
                quand: service::when(s.date, serie.and_then(|k| k.heure)),
            }
        })
        .collect();
    let corps = Liste {
        attente,
        series: series
            .iter()
            .map(|k| (k.id, k.titre().to_owned(), summary(k)))
            .collect(),
        vide: composants::vide(
            "Aucun atelier programmé.",
            Some(("Programmer des ateliers", "/series/nouvelle")),
        ),
    };
    ctx.page("Ateliers programmés").body(&corps)
}

/// « Chaque semaine, 12 séances à partir du mardi 3 mars 2026 ».
fn summary(k: &Serie) -> String {
    format!(
        "{}, {} à partir du {}",
        k.frequence.libelle(),
        francais::pluriel(i64::try_from(k.nombre).unwrap_or(0), "séance"),
        service::when(k.debut, k.heure)
    )
}

async fn new(ctx: Ctx) -> Reponse {
    let champs = Champs::default()
        .with("frequence", "hebdomadaire")
        .with("nombre", "10")
        .with("sans_feries", "oui");
    form(&ctx, champs, None).await
}

async fn form(ctx: &Ctx, champs: Champs, erreurs: Option<socle::Saisies>) -> Reponse {
    let moi = me(ctx)?;
    let mut tx = ctx.read().await?;
    let choix = Choix::load(&mut tx, moi, TypeActivite::Collectif, None).await?;
    let commande = match champs.get("id_commande") {
        "" => ctx.new_commande(),
        c => c.to_owned(),
    };
    let refuse = erreurs.is_some();
    let form = match erreurs {
        Some(e) => Form::refused(champs, e),
        None => {
            let duree =
                crate::activite::habitude::duration(TypeActivite::Collectif, &choix.passees);
            let mut f = champs.with("duree", duree);
            if let Some(l) = choix.usual_place() {
                f = f.with("lieu", l);
            }
            Form::filled(f)
        }
    };
    let corps = Nouvelle {
        form,
        choix,
        frequences: Frequence::TOUTES
            .map(|f| (f.cle().to_owned(), f.libelle().to_owned()))
            .into(),
        commande,
    };
    let p = ctx
        .page("Programmer des ateliers")
        .fil("Ateliers programmés", "/series");
    if refuse {
        p.refused().body(&corps)
    } else {
        p.body(&corps)
    }
}

async fn plan(ctx: Ctx, f: Saisie) -> Reponse {
    let mut tx = ctx.write().await?;
    match service::plan(&mut tx, ctx.acteur(), &f.champs).await {
        Ok(id) => {
            tx.commit().await?;
            ctx.redirect(
                &format!("/series/{id}"),
                "Les ateliers sont programmés. Chacun sera à compléter le jour venu.",
            )
        }
        Err(Erreur::Saisie(e)) => {
            drop(tx);
            form(&ctx, f.champs, Some(e)).await
        }
        Err(e) => Err(e.into()),
    }
}

async fn show(ctx: Ctx, Id(id): Id) -> Reponse {
    let moi = me(&ctx)?;
    let mut tx = ctx.read().await?;
    let k = store::get(&mut tx, moi, id).await?;
    let voisins::Ici { jour, minute, .. } = voisins::here(&mut tx, moi).await?;
    let seances = store::seances(&mut tx, moi, id)
        .await?
        .into_iter()
        .map(|s| {
            let attend = s.is_waiting(jour, minute);
            (
                s.id,
                service::when(s.date, k.heure),
                state(&s, attend),
                s.activite,
            )
        })
        .collect();
    let corps = Fiche {
        resume: composants::fiche(&[
            ("Rythme", summary(&k)),
            ("Durée", francais::duree(k.duree)),
            (
                "Jours fériés",
                if k.sans_feries { "Évités" } else { "Gardés" }.to_owned(),
            ),
        ]),
        seances,
    };
    ctx.page(k.titre())
        .fil("Ateliers programmés", "/series")
        .body(&corps)
}

async fn seance(ctx: Ctx, Id(id): Id) -> Reponse {
    one(&ctx, id, Form::new(), false).await
}

async fn one(ctx: &Ctx, id: Uuid, form: Form, refuse: bool) -> Reponse {
    let moi = me(ctx)?;
    let mut tx = ctx.read().await?;
    let s = store::get_seance(&mut tx, moi, id).await?;
    let k = store::get(&mut tx, moi, s.serie).await?;
    let voisins::Ici { jour, minute, .. } = voisins::here(&mut tx, moi).await?;
    let corps = UneSeance {
        id,
        etat: state(&s, s.is_waiting(jour, minute)),
        quand: service::when(s.date, k.heure),
        motif: s.motif.clone().unwrap_or_default(),
        prevue: s.etat == Etat::Prevue,
        passee: s.date <= jour,
        activite: s.activite,
        form,
    };
    let p = ctx
        .page(format!("{}, {}", k.titre(), francais::date(s.date)))
        .fil("Ateliers programmés", "/series")
        .fil(k.titre(), format!("/series/{}", k.id));
    if refuse {
        p.refused().body(&corps)
    } else {
        p.body(&corps)
    }
}

async fn cancel(ctx: Ctx, Id(id): Id, f: Saisie) -> Reponse {
    let mut tx = ctx.write().await?;
    match service::cancel(&mut tx, ctx.acteur(), id, f.champs.get("motif")).await {
        Ok(()) => {
            tx.commit().await?;
            ctx.redirect(&format!("/seances/{id}"), "La séance est annulée.")
        }
        Err(Erreur::Saisie(e)) => {
            drop(tx);
            one(&ctx, id, Form::refused(f.champs, e), true).await
        }
        Err(e) => Err(e.into()),
    }
}

async fn nobody(ctx: Ctx, Id(id): Id) -> Reponse {
    let mut tx = ctx.write().await?;
    service::nobody_came(&mut tx, ctx.acteur(), id).await?;
    tx.commit().await?;
    ctx.redirect(
        &format!("/seances/{id}"),
        "C'est noté : personne n'est venu. La séance ne compte pas.",
    )
}

async fn reopen(ctx: Ctx, Id(id): Id) -> Reponse {
    let mut tx = ctx.write().await?;
    service::reopen(&mut tx, ctx.acteur(), id).await?;
    tx.commit().await?;
    ctx.redirect(
        &format!("/seances/{id}"),
        "La séance est de nouveau prévue.",
    )
}

/// « À compléter », on the home page.
async fn todo(ctx: Ctx) -> Resultat<Vec<AFaire>> {
    let moi = me(&ctx)?;
    let mut tx = ctx.read().await?;
    let attente = service::waiting(&mut tx, moi).await?;
    let n = i64::try_from(attente.len()).unwrap_or(0);
    if n == 0 {
        return Ok(Vec::new());
    }
    Ok(vec![AFaire {
        quoi: "Compléter vos ateliers programmés".into(),
        pour: francais::pluriel(n, "séance"),
        avant: None,
        lien: match attente.as_slice() {
            [seule] => format!("/seances/{}", seule.id),
            _ => "/series".into(),
        },
    }])
}
