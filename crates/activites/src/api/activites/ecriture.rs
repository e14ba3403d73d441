//! `POST`, `PATCH` and `DELETE` of activities: under the rules of the form, by
//! applications their author lets, or that belong to the author's structure.

use axum::{http::StatusCode, response::Response};
use serde_json::{Value, json};
use socle::{Action, Erreur, Resultat, Role, Tx};
use uuid::Uuid;
use web::Id;

use super::{CHEMIN, GENRE, Vue, body, store};
use crate::{
    activite::{
        corps,
        service::{self, Depot},
        store as activites,
    },
    api::{
        appel::{Appel, Corps, Doc, mark},
        delegation,
        document::{self, empreinte},
        refus::Refus,
    },
};

static ECRIRE: Action = Action::new(
    "api.activite.ecrire",
    &[Role::Systeme],
    "Les applications écrivent avec un jeton.",
);

const RACINE: &str = "/data/attributes";

/// The document of one activity.
#[must_use]
pub fn document(vue: &Vue) -> Value {
    json!({ "data": vue.resource() })
}

/// What happened to an operation.
#[derive(Debug)]
pub enum Fait {
    Nouveau(Vue),
    /// The same operation came before.
    Deja(Vue),
}

impl Fait {
    #[must_use]
    pub fn vue(&self) -> &Vue {
        match self {
            Self::Nouveau(v) | Self::Deja(v) => v,
        }
    }
}

fn reused() -> Refus {
    Refus::pointeur(
        "/data/id",
        "op_reutilisee",
        "Cette opération a déjà été envoyée avec un contenu différent.",
    )
}

pub async fn create(appel: Appel, corps: Corps) -> Response {
    appel.answer(record(&appel, corps).await)
}

async fn record(appel: &Appel, corps: Corps) -> Result<Doc, Refus> {
    appel.only(|_| false)?;
    let envoi = document::resource(&corps.0?, GENRE)?;
    let id = envoi.id.ok_or_else(|| {
        Refus::pointeur(
            "/data/id",
            "saisie",
            "L'identifiant, un UUID version 7 choisi par votre application, est attendu.",
        )
    })?;
    let (auteur, corps) = body(envoi.attributs);
    let auteur = document::uuid(&auteur.unwrap_or(Value::Null), &format!("{RACINE}/auteur"))?;
    let mut tx = appel.ctx.write().await?;
    let fait = insert(&mut tx, appel, id, id, auteur, &corps, RACINE).await?;
    tx.commit().await?;
    let doc = document(fait.vue());
    Ok(match fait {
        Fait::Nouveau(v) => Doc::created(doc, format!("{CHEMIN}/{}", v.id)),
        Fait::Deja(_) => Doc::ok(doc),
    })
}

/// Records an activity once per operation.
///
/// # Errors
/// [`Refus`], with pointers under `racine`.
pub async fn insert(
    tx: &mut Tx,
    appel: &Appel,
    op: Uuid,
    id: Uuid,
    auteur: Uuid,
    body: &Value,
    racine: &str,
) -> Result<Fait, Refus> {
    document::new_uuid(id, "/data/id")?;
    let client = &appel.client;
    let trace = empreinte(&json!({ "objet": id, "auteur": auteur, "corps": body }));
    if let Some((premiere, _)) = store::claim(tx, client.id, op, &trace).await? {
        if premiere != trace {
            return Err(reused());
        }
        return Ok(Fait::Deja(store::one(tx, &client.perimetre(), id).await?));
    }
    if store::exists(tx, id).await? {
        return Err(reused());
    }
    let (t, champs) = corps::read(body).map_err(|f| Refus::fautes(racine, &f))?;
    let date = crate::activite::saisie::date(&champs, tx.today()).unwrap_or(tx.today());
    allowed(tx, appel, auteur, date).await?;
    let depot = Depot {
        id,
        source: "api",
        saisi_le: None,
    };
    let acteur = appel.acting_for(auteur);
    match service::record_for(tx, &acteur, auteur, &depot, t, &champs).await {
        Ok(_) => {}
        Err(Erreur::Saisie(e)) => return Err(Refus::fautes(racine, &corps::faults(body, &e))),
        Err(e) => return Err(e.into()),
    }
    // An activity outside the perimeter of the application is not its business.
    let vue = store::one(tx, &client.perimetre(), id).await?;
    Ok(Fait::Nouveau(vue))
}

/// # Errors
/// 403 when nobody let the application write for this author.
async fn allowed(
    tx: &mut Tx,
    appel: &Appel,
    auteur: Uuid,
    date: jiff::civil::Date,
) -> Result<(), Refus> {
    if delegation::admits(tx, &appel.client, auteur, date).await? {
        return Ok(());
    }
    Err(Refus::new(
        StatusCode::FORBIDDEN,
        "delegation",
        "Cette personne n'a pas autorisé votre application à écrire pour elle, et ne travaillait pas dans votre structure à cette date.",
    ))
}

pub async fn modify(id: Result<Id, web::Erreur>, appel: Appel, corps: Corps) -> Response {
    let r = match id {
        Ok(Id(id)) => change(&appel, id, corps).await,
        Err(_) => Err(Refus::introuvable()),
    };
    appel.answer(r)
}

async fn change(appel: &Appel, id: Uuid, corps: Corps) -> Result<Doc, Refus> {
    appel.only(|_| false)?;
    let corps = corps.0?;
    let mut tx = appel.ctx.write().await?;
    let avant = load(&mut tx, appel, id).await?;
    appel.check_match(&mark(&document(&avant).to_string()))?;
    let envoi = document::resource(&corps, GENRE)?;
    if envoi.id.is_some_and(|e| e != id) {
        return Err(Refus::new(
            StatusCode::CONFLICT,
            "id",
            "L'identifiant du corps n'est pas celui de l'adresse.",
        ));
    }
    let (auteur, partie) = body(envoi.attributs);
    if auteur.is_some_and(|a| a != json!(avant.auteur)) {
        return Err(Refus::pointeur(
            &format!("{RACINE}/auteur"),
            "saisie",
            "L'auteur d'une activité ne change pas.",
        ));
    }
    let vue = update(&mut tx, appel, &avant, &partie, RACINE).await?;
    tx.commit().await?;
    Ok(Doc::ok(document(&vue)))
}

/// Changes what `partie` says, and keeps the rest.
///
/// # Errors
/// [`Refus`], with pointers under `racine`.
pub async fn update(
    tx: &mut Tx,
    appel: &Appel,
    avant: &Vue,
    partie: &Value,
    racine: &str,
) -> Result<Vue, Refus> {
    let acteur = appel.acting_for(avant.auteur);
    let complet = activites::read(tx, &acteur.perimetre, acteur.personne, avant.id).await?;
    let mut body = corps::write(&complet.contenu);
    if let (Some(m), Some(p)) = (body.as_object_mut(), partie.as_object()) {
        if p.get("type").is_some_and(|t| Some(t) != m.get("type")) {
            return Err(Refus::pointeur(
                &format!("{racine}/type_activite"),
                "saisie",
                "Le type d'une activité ne change pas.",
            ));
        }
        m.extend(p.iter().map(|(k, v)| (k.clone(), v.clone())));
    }
    let (_, champs) = corps::read(&body).map_err(|f| Refus::fautes(racine, &f))?;
    match service::modify(tx, &acteur, avant.id, complet.version, &champs).await {
        Ok(()) => {}
        Err(Erreur::Saisie(e)) => return Err(Refus::fautes(racine, &corps::faults(&body, &e))),
        Err(e) => return Err(e.into()),
    }
    Ok(store::one(tx, &appel.client.perimetre(), avant.id).await?)
}

pub async fn delete(id: Result<Id, web::Erreur>, appel: Appel) -> Response {
    let r = match id {
        Ok(Id(id)) => remove(&appel, id).await,
        Err(_) => Err(Refus::introuvable()),
    };
    appel.answer(r)
}

async fn remove(appel: &Appel, id: Uuid) -> Result<Doc, Refus> {
    appel.only(|_| false)?;
    let mut tx = appel.ctx.write().await?;
    let avant = load(&mut tx, appel, id).await?;
    appel.check_match(&mark(&document(&avant).to_string()))?;
    service::delete(&mut tx, &appel.acting_for(avant.auteur), id).await?;
    tx.commit().await?;
    Ok(Doc::empty())
}

/// An activity of the perimeter, locked, that the application may change.
///
/// # Errors
/// 404 outside the perimeter, 403 without the author's leave.
pub async fn load(tx: &mut Tx, appel: &Appel, id: Uuid) -> Result<Vue, Refus> {
    let vue = lock(tx, appel, id).await?;
    allowed(tx, appel, vue.auteur, vue.contenu.date).await?;
    Ok(vue)
}

async fn lock(tx: &mut Tx, appel: &Appel, id: Uuid) -> Resultat<Vue> {
    let droit = appel.client.acteur().require(&ECRIRE)?;
    activites::load(tx, &droit, id).await?;
    store::one(tx, droit.perimetre(), id).await
}
