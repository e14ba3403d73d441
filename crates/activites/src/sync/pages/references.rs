//! What a device keeps to record without network: the lists, the author's
//! places and habits, and, if asked, the people they follow by first name and
//! initial (spec 20 §4.1).

use std::collections::BTreeMap;

use axum::extract::Query;
use serde::Deserialize;
use serde_json::{Value, json};
use socle::{Erreur, Perimetre, Resultat, Tx, francais};
use uuid::Uuid;
use web::{Ctx, Reponse};

use crate::{
    activite::{TypeActivite, habitude, lecture},
    beneficiaire,
    sync::schema,
    vocabulaire::{NON_COMMUNIQUE, Vocabulaires, liste},
    voisins,
};

/// People kept on a device.
const PERSONNES_MAX: usize = 200;

/// The lists of the entry, by the key they have in a body.
const LISTES: [(&str, &str); 22] = [
    ("type_lieu", liste::TYPE_LIEU),
    ("cadre", liste::CADRE),
    ("thematiques", liste::THEMATIQUE),
    ("sous_thematiques", liste::SOUS_THEMATIQUE),
    ("materiel", liste::MATERIEL),
    ("autonomie", liste::AUTONOMIE),
    ("niveau", liste::NIVEAU),
    ("modalite", liste::MODALITE),
    ("origine", liste::ORIGINE),
    ("publics", liste::PUBLICS),
    ("public", liste::PUBLIC),
    ("motifs", liste::MOTIF),
    ("mode_intervention", liste::MODE_AIDE),
    ("raison", liste::RAISON),
    ("operateur", liste::OPERATEUR),
    ("nature", liste::IRRITANT),
    ("suites", liste::SUITE),
    ("destination", liste::DESTINATION),
    ("organisme", liste::ORGANISME),
    ("genre", liste::GENRE),
    ("statut", liste::STATUT),
    ("tranche", liste::TRANCHE),
];

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Demande {
    personnes: String,
}

pub(super) async fn file(ctx: Ctx, Query(q): Query<Demande>) -> Reponse {
    let auteur = ctx.acteur().personne.ok_or(Erreur::Introuvable)?;
    let mut tx = ctx.read().await?;
    let mut v = references(&mut tx, auteur).await?;
    v["nom"] = json!(ctx.acteur().nom);
    if q.personnes == "oui" {
        v["personnes"] = people(&mut tx, auteur).await?;
    }
    ctx.json(&v)
}

async fn references(tx: &mut Tx, auteur: Uuid) -> Resultat<Value> {
    let ici = voisins::here(tx, auteur).await?;
    let aujourdhui = ici.jour;
    let voc = Vocabulaires::on(tx, aujourdhui).await?;
    let passees = lecture::past(tx, auteur).await?;
    let employeur = ici.employer_on(tx, auteur, aujourdhui).await?;
    let structure = employeur.as_ref().map(|e| e.structure);
    let mut lieux = voisins::places(tx, auteur, structure, aujourdhui).await?;
    lieux.retain(|l| l.ouvert);
    lieux.sort_by_cached_key(|l| {
        (
            std::cmp::Reverse(habitude::rank(l.id, &passees)),
            l.nom.clone(),
        )
    });
    let attendu = voisins::expected_place(tx, auteur, &ici).await?;
    let habituel = [
        attendu.maintenant,
        habitude::place(aujourdhui, &passees),
        attendu.principal,
        lieux.first().map(|l| l.id),
    ]
    .into_iter()
    .flatten()
    .find(|id| lieux.iter().any(|l| l.id == *id));
    let departement = match employeur {
        Some(e) => e.departement,
        None => lieux
            .first()
            .map_or_else(String::new, |l| l.departement.clone()),
    };
    let listes: BTreeMap<&str, Vec<Value>> = LISTES
        .iter()
        .map(|(cle, l)| (*cle, entries(&voc, l)))
        .collect();
    let durees = |t: TypeActivite| {
        json!({
            "habituelle": habitude::duration(t, &passees),
            "proposees": habitude::durations(t, &passees),
            "max": t.duree_max(),
        })
    };
    Ok(json!({
        "schema": schema::COURANT,
        "personne": auteur,
        "aujourdhui": aujourdhui,
        "zone": ici.zone.iana_name().unwrap_or("Europe/Paris"),
        "lieux": lieux.iter().map(|l| json!({ "id": l.id, "nom": l.nom })).collect::<Vec<_>>(),
        "lieu_habituel": habituel,
        "durees": { "individuel": durees(TypeActivite::Individuel), "collectif": durees(TypeActivite::Collectif) },
        "listes": listes,
        "communes": communes(&departement),
    }))
}

fn entries(voc: &Vocabulaires, l: &str) -> Vec<Value> {
    voc.entries(l)
        .iter()
        .filter(|e| !matches!(e.cle.as_str(), NON_COMMUNIQUE | "non_precise"))
        .map(|e| match &e.parent {
            Some(p) => json!([e.cle, e.libelle, p]),
            None => json!([e.cle, e.libelle]),
        })
        .collect()
}

/// The communes around: those of the département, `[code, label]`.
fn communes(departement: &str) -> Vec<Value> {
    let mut v: Vec<_> = territoires::geographie()
        .communes
        .iter()
        .filter(|c| c.departement == departement)
        .map(|c| (c.libelle(), c.code))
        .collect();
    v.sort_by_cached_key(|c| francais::fold(&c.0));
    v.into_iter().map(|(l, c)| json!([c, l])).collect()
}

/// First name and initial, or the alias.
async fn people(tx: &mut Tx, auteur: Uuid) -> Resultat<Value> {
    let fiches = beneficiaire::store::list(tx, &Perimetre::Soi(auteur)).await?;
    let v: Vec<Value> = fiches
        .into_iter()
        .take(PERSONNES_MAX)
        .map(|b| {
            let f = &b.fiche;
            let initiale = f.nom.as_deref().and_then(|n| n.chars().next());
            let nom = match (&f.prenom, initiale, &f.alias) {
                (Some(p), Some(i), _) => format!("{p} {i}."),
                (_, _, Some(a)) => a.clone(),
                _ => String::new(),
            };
            json!([b.id, nom])
        })
        .collect();
    Ok(json!(v))
}
