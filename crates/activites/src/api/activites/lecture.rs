//! `GET /activites` (pages and deltas) and `GET /activites/{id}`.

use axum::{http::StatusCode, response::Response};
use serde_json::{Value, json};
use web::Id;

use super::{CHEMIN, Vue, store};
use crate::api::{
    appel::{Appel, Doc},
    curseur::{self, Curseur, Refuse},
    refus::Refus,
};

const TAILLE: usize = 100;
const TAILLE_MAX: usize = 500;

pub async fn list(appel: Appel) -> Response {
    appel.answer(page(&appel).await)
}

async fn page(appel: &Appel) -> Result<Doc, Refus> {
    appel.only(|p| matches!(p, "page[size]" | "page[after]"))?;
    let combien = size(appel)?;
    let de = start(appel)?;
    let mut tx = appel.ctx.read().await?;
    let oubli = curseur::oldest(tx.now());
    // Read first: what is committed later waits for the next page.
    let jusqua = store::last_revision(&mut tx).await?;
    let perimetre = appel.client.perimetre();
    let mut vues = store::after(&mut tx, &perimetre, de, jusqua, oubli, combien + 1).await?;
    let suite = vues.len() > combien;
    vues.truncate(combien);
    let atteinte = match vues.last() {
        Some(v) if suite => v.revision,
        // Nothing of the perimeter is left up to there.
        _ => jusqua.max(de),
    };
    let curseur = Curseur::after(atteinte, tx.now()).write(appel.ctx.coffre(), appel.client.id);
    let suivant = suite.then(|| link(appel, &curseur));
    Ok(Doc::ok(json!({
        "data": vues.iter().map(Vue::resource).collect::<Vec<Value>>(),
        "links": { "next": suivant },
        "meta": { "curseur": curseur, "revision": atteinte },
    })))
}

fn size(appel: &Appel) -> Result<usize, Refus> {
    let Some(texte) = appel.param("page[size]") else {
        return Ok(TAILLE);
    };
    texte
        .parse()
        .ok()
        .filter(|n| (1..=TAILLE_MAX).contains(n))
        .ok_or_else(|| {
            Refus::parametre(
                "page[size]",
                format!("La taille d'une page va de 1 à {TAILLE_MAX}."),
            )
        })
}

fn start(appel: &Appel) -> Result<i64, Refus> {
    let Some(texte) = appel.param("page[after]") else {
        return Ok(0);
    };
    let maintenant = appel.ctx.base().clock().now();
    match Curseur::read(texte, appel.ctx.coffre(), appel.client.id, maintenant) {
        Ok(c) => Ok(c.revision),
        Err(Refuse::Illisible) => Err(Refus::parametre(
            "page[after]",
            "Ce curseur n'est pas l'un des nôtres. Reprenez celui de la dernière réponse.",
        )),
        Err(Refuse::Perime) => Err(Refus::new(
            StatusCode::GONE,
            "curseur_perime",
            "Ce curseur a plus de 400 jours : des suppressions sont oubliées. Relisez tout depuis le début.",
        )),
    }
}

/// The next page: same question, further.
fn link(appel: &Appel, curseur: &str) -> String {
    let mut lien = format!("{CHEMIN}?page%5Bafter%5D={curseur}");
    for (nom, valeurs) in &appel.requete {
        for v in valeurs.iter().filter(|_| nom != "page[after]") {
            lien.push('&');
            lien.push_str(&percent(nom));
            lien.push('=');
            lien.push_str(&percent(v));
        }
    }
    lien
}

fn percent(s: &str) -> String {
    s.bytes()
        .map(|b| {
            if b.is_ascii_alphanumeric() || b"-_.~".contains(&b) {
                char::from(b).to_string()
            } else {
                format!("%{b:02X}")
            }
        })
        .collect()
}

pub async fn one(id: Result<Id, web::Erreur>, appel: Appel) -> Response {
    let r = match id {
        Ok(Id(id)) => show(&appel, id).await,
        Err(_) => Err(Refus::introuvable()),
    };
    appel.answer(r)
}

async fn show(appel: &Appel, id: uuid::Uuid) -> Result<Doc, Refus> {
    appel.only(|_| false)?;
    let mut tx = appel.ctx.read().await?;
    let vue = store::one(&mut tx, &appel.client.perimetre(), id).await?;
    Ok(Doc::ok(super::ecriture::document(&vue)))
}
