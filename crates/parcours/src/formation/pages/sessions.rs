//! `/formations`: the calendar of sessions, and opening one.

use askama::Template;
use socle::{Erreur, Perimetre, Resultat, francais};
use web::{Champs, Chiffre, Ctx, Form, Formulaire, Html, Reponse, composants};

use crate::{
    droits::FORMATEURS,
    formation::{
        Session,
        organisme::{GESTIONNAIRES, calendar},
        service::{self, NouvelleSession},
        store,
    },
};

#[derive(Template)]
#[template(path = "formation/sessions.html")]
struct Vue {
    ouvrir: bool,
    organismes: bool,
    lignes: Vec<Ligne>,
}

struct Ligne {
    lien: String,
    numero: String,
    parcours: String,
    lieu: String,
    dates: String,
    places: String,
    etat: Html,
}

pub(super) fn tone(s: &Session, le: jiff::civil::Date) -> composants::Ton {
    match s.etat(le) {
        "Ouverte" => composants::Ton::Succes,
        "En cours" => composants::Ton::Info,
        "Complète" => composants::Ton::Attention,
        _ => composants::Ton::Neutre,
    }
}

pub(super) fn place(s: &Session) -> String {
    if s.a_distance {
        return "À distance".to_owned();
    }
    territoires::geographie()
        .commune(&s.commune_insee)
        .map(territoires::Commune::libelle)
        .unwrap_or_default()
}

pub async fn list(ctx: Ctx) -> Reponse {
    let mut tx = ctx.read().await?;
    let le = ctx.today();
    let mut lignes = Vec::new();
    for s in store::sessions(
        &mut tx,
        &calendar(ctx.acteur()),
        francais::plus_months(le, -1),
    )
    .await?
    {
        lignes.push(Ligne {
            lien: format!("/formations/{}", s.id),
            parcours: format!(
                "{} ({} h)",
                service::parcours_label(&mut tx, &s.parcours, s.debut).await?,
                s.heures
            ),
            lieu: place(&s),
            dates: format!(
                "du {} au {}",
                francais::date_courte(s.debut),
                francais::date_courte(s.fin)
            ),
            places: format!("{} sur {}", s.places_left(), s.capacite),
            etat: composants::etat(tone(&s, le), s.etat(le)),
            numero: s.numero,
        });
    }
    let vue = Vue {
        ouvrir: FORMATEURS.contains(&ctx.acteur().role),
        organismes: GESTIONNAIRES.contains(&ctx.acteur().role),
        lignes,
    };
    ctx.page("Formations").body(&vue)
}

#[derive(Template)]
#[template(path = "formation/nouvelle.html")]
struct Nouvelle {
    form: Form,
    organismes: Vec<(String, String)>,
    parcours: Vec<(String, String)>,
}

async fn view(ctx: &Ctx, form: Form) -> Resultat<Nouvelle> {
    let mut tx = ctx.read().await?;
    let permis = |id: &uuid::Uuid| match calendar(ctx.acteur()) {
        Perimetre::Structures(v) => v.contains(id),
        p => p == Perimetre::National,
    };
    let organismes = store::organismes(&mut tx).await?;
    Ok(Nouvelle {
        form,
        organismes: organismes
            .into_iter()
            .filter(|(id, _)| permis(id))
            .map(|(id, n)| (id.to_string(), n))
            .collect(),
        parcours: service::parcours(&mut tx, ctx.today()).await?,
    })
}

pub async fn new(ctx: Ctx) -> Reponse {
    let form = Form::filled(Champs::default().with("id_commande", ctx.new_commande()));
    let vue = view(&ctx, form).await?;
    ctx.page("Ouvrir une session")
        .fil("Formations", "/formations")
        .body(&vue)
}

pub async fn create(ctx: Ctx, f: Formulaire<NouvelleSession>) -> Reponse {
    let mut tx = ctx.write().await?;
    match service::open(&mut tx, ctx.acteur(), &f.saisie).await {
        Ok(id) => {
            tx.commit().await?;
            ctx.redirect(
                &format!("/formations/{id}"),
                "La session est ouverte aux inscriptions.",
            )
        }
        Err(Erreur::Saisie(e)) => {
            drop(tx);
            let vue = view(&ctx, Form::refused(f.champs, e)).await?;
            ctx.page("Ouvrir une session")
                .fil("Formations", "/formations")
                .refused()
                .body(&vue)
        }
        Err(e) => Err(e.into()),
    }
}

/// Places open, and how far people are.
pub async fn figures(ctx: Ctx) -> Resultat<Vec<Chiffre>> {
    let mut tx = ctx.read().await?;
    let le = ctx.today();
    let p = calendar(ctx.acteur());
    let ouvertes: Vec<Session> = store::sessions(&mut tx, &p, le)
        .await?
        .into_iter()
        .filter(|s| s.takes_registrations(le))
        .collect();
    let places: i64 = ouvertes.iter().map(Session::places_left).sum();
    let (formes, ccp1) = match p {
        Perimetre::National => store::progress(&mut tx, &ctx.acteur().perimetre).await?,
        p => store::trained(&mut tx, &p).await?,
    };
    Ok(vec![
        Chiffre {
            libelle: "Places ouvertes".into(),
            valeur: francais::entier(places),
            detail: francais::pluriel(i64::try_from(ouvertes.len()).unwrap_or(0), "session"),
            lien: "/formations".into(),
        },
        Chiffre {
            libelle: "CCP1 obtenus".into(),
            valeur: francais::entier(ccp1),
            detail: format!("sur {} personnes inscrites", francais::entier(formes)),
            lien: "/formations".into(),
        },
    ])
}
