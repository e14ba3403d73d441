//! `GET /coordinations`: what coordinateurs do, without the free texts.

use std::collections::BTreeMap;

use axum::response::Response;
use jiff::civil::Date;
use serde_json::{Map, Value, json};
use socle::{Ligne, Perimetre, Resultat, Tx, params, sql};
use uuid::Uuid;

use super::{
    appel::{Appel, Doc},
    curseur,
    page::{self, Page},
    refus::Refus,
};
use crate::coordination::Genre;

pub const CHEMIN: &str = "/api/v1/coordinations";

pub async fn list(appel: Appel) -> Response {
    appel.answer(read(&appel).await)
}

/// What the list is narrowed to.
struct Filtre {
    du: Date,
    au: Date,
    genre: String,
}

fn filter(appel: &Appel) -> Result<Filtre, Refus> {
    let jour = |nom: &str, sinon: Date| match appel.param(nom) {
        None => Ok(sinon),
        Some(t) => t
            .parse()
            .map_err(|_| Refus::parametre(nom, "Une date AAAA-MM-JJ est attendue.")),
    };
    let genre = appel.param("filter[genre]").unwrap_or_default();
    if !genre.is_empty() && Genre::from_cle(genre).is_none() {
        return Err(Refus::parametre("filter[genre]", "Filtre inconnu : genre."));
    }
    Ok(Filtre {
        du: jour("filter[du]", Date::constant(2020, 1, 1))?,
        au: jour("filter[au]", Date::constant(9999, 12, 31))?,
        genre: genre.to_owned(),
    })
}

async fn read(appel: &Appel) -> Result<Doc, Refus> {
    appel.only(|p| page::knows(p) || matches!(p, "filter[du]" | "filter[au]" | "filter[genre]"))?;
    let f = filter(appel)?;
    let p = Page::read(appel)?;
    let mut tx = appel.ctx.read().await?;
    let jusqua = last_revision(&mut tx).await?;
    let perimetre = appel.client.perimetre();
    let lignes = after(&mut tx, &perimetre, &p, jusqua, &f).await?;
    let suites = p.cut(lignes, jusqua, |(r, _)| *r);
    Ok(Doc::ok(suites.document(
        appel,
        tx.now(),
        CHEMIN,
        |(_, v)| v,
    )))
}

/// The last revision given.
///
/// # Errors
/// `Erreur::Base`.
pub async fn last_revision(tx: &mut Tx) -> Resultat<i64> {
    tx.count(
        sql!("SELECT coalesce(max(revision), 0) AS n FROM coordination"),
        params![],
    )
    .await
}

/// Gives a report the next revision: writers queue here until they commit.
///
/// # Errors
/// `Erreur::Base`.
pub async fn mark(tx: &mut Tx, id: Uuid) -> Resultat<()> {
    tx.lock("coordination.revision").await?;
    let revision = last_revision(tx).await? + 1;
    tx.execute(
        sql!("UPDATE coordination SET revision = $2 WHERE id = $1"),
        params![id, revision],
    )
    .await?;
    super::announce(tx).await
}

async fn after(
    tx: &mut Tx,
    p: &Perimetre,
    page: &Page,
    jusqua: i64,
    f: &Filtre,
) -> Resultat<Vec<(i64, Value)>> {
    let lignes = tx
        .rows_in(
            sql!(
                "SELECT c.id, c.genre, c.auteur, c.date, c.duree, c.mediateurs, c.structures, c.autres, c.participants,
                    c.initiative, c.echelon, c.mission, c.employeur, c.departement, c.version, c.revision,
                    c.enregistree_le, c.modifiee_le, c.supprimee_le
                 FROM coordination c
                 WHERE c.revision > $2 AND c.revision <= $3 AND perimetre(c.departement, c.employeur, c.auteur)
                   AND ((c.etat = 'supprimee' AND c.supprimee_le >= $4)
                     OR (c.etat = 'enregistree' AND c.date BETWEEN $5 AND $6 AND ($7 = '' OR c.genre = $7)))
                 ORDER BY c.revision LIMIT $8"
            ),
            p,
            params![
                page.de,
                jusqua,
                curseur::oldest(page.maintenant),
                f.du,
                f.au,
                &f.genre,
                page.taille + 1
            ],
        )
        .await?;
    let ids: Vec<Uuid> = lignes
        .iter()
        .map(|l| l.get("id"))
        .collect::<Resultat<_>>()?;
    let mut choix = choices(tx, &ids).await?;
    let mut partenaires = partners(tx, &ids).await?;
    lignes
        .iter()
        .zip(ids)
        .map(|(l, id)| {
            let revision = l.get("revision")?;
            let v = match l.get::<Option<String>>("supprimee_le")? {
                Some(le) => json!({
                    "type": "coordinations", "id": id,
                    "meta": { "supprimee_le": le, "revision": revision },
                }),
                None => {
                    let mut a = attributes(l)?;
                    a.extend(choix.remove(&id).unwrap_or_default());
                    if let Some(p) = partenaires.remove(&id) {
                        a.insert("partenaires".into(), json!(p));
                    }
                    json!({ "type": "coordinations", "id": id, "attributes": a })
                }
            };
            Ok((revision, v))
        })
        .collect()
}

fn attributes(l: &Ligne) -> Resultat<Map<String, Value>> {
    let mut m = Map::new();
    for cle in [
        "genre",
        "auteur",
        "date",
        "initiative",
        "echelon",
        "mission",
        "employeur",
        "departement",
        "enregistree_le",
        "modifiee_le",
    ] {
        m.insert(cle.into(), json!(l.get::<Option<String>>(cle)?));
    }
    for cle in [
        "duree",
        "mediateurs",
        "structures",
        "autres",
        "participants",
        "version",
        "revision",
    ] {
        m.insert(cle.into(), json!(l.get::<Option<i64>>(cle)?));
    }
    Ok(m)
}

/// The choices of some reports, by dimension; what « autre » is stays inside.
async fn choices(tx: &mut Tx, ids: &Vec<Uuid>) -> Resultat<BTreeMap<Uuid, Map<String, Value>>> {
    let mut m: BTreeMap<Uuid, Map<String, Value>> = BTreeMap::new();
    for l in tx
        .rows(
            sql!(
                "SELECT coordination, dimension, valeur FROM coordination_valeur
                 WHERE coordination IN liste($1) ORDER BY coordination, dimension, valeur"
            ),
            params![ids],
        )
        .await?
    {
        let valeur: String = l.get("valeur")?;
        let entree = m
            .entry(l.get("coordination")?)
            .or_default()
            .entry(l.get::<String>("dimension")?)
            .or_insert_with(|| json!([]));
        if let Some(a) = entree.as_array_mut() {
            a.push(json!(valeur));
        }
    }
    Ok(m)
}

/// The kinds of partners, without their names.
async fn partners(tx: &mut Tx, ids: &Vec<Uuid>) -> Resultat<BTreeMap<Uuid, Vec<String>>> {
    let mut m: BTreeMap<Uuid, Vec<String>> = BTreeMap::new();
    for l in tx
        .rows(
            sql!(
                "SELECT coordination, type_organisateur FROM coordination_partenaire
                 WHERE coordination IN liste($1) ORDER BY coordination, rang"
            ),
            params![ids],
        )
        .await?
    {
        m.entry(l.get("coordination")?)
            .or_default()
            .push(l.get("type_organisateur")?);
    }
    Ok(m)
}
