//! Duplicates among the files somebody sees. Names are sealed: the files of
//! one person are opened and compared in memory, never the whole register.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;
use socle::{Acteur, Erreur, Resultat, Tx, journal};
use uuid::Uuid;

use super::{Comparee, PROBABLE, score, store};
use crate::beneficiaire::{Beneficiaire, Fiche, service::SUIVRE, store as registre};

/// Two files that may be one person.
#[derive(Debug, Clone)]
pub struct Paire {
    pub premiere: Beneficiaire,
    pub seconde: Beneficiaire,
    pub score: i64,
}

/// The pairs to look at, the surest first.
///
/// # Errors
/// `Erreur::Interdit`, `Erreur::Base`.
pub async fn pairs(tx: &mut Tx, acteur: &Acteur) -> Resultat<Vec<Paire>> {
    acteur.require(&SUIVRE)?;
    let fiches = registre::list(tx, &acteur.perimetre).await?;
    let vues: Vec<(usize, Comparee)> = fiches
        .iter()
        .enumerate()
        .filter_map(|(i, b)| Some((i, Comparee::of(&b.fiche)?)))
        .collect();
    let ecartees = store::set_asides(tx, &fiches.iter().map(|b| b.id).collect()).await?;
    let mut v = Vec::new();
    for (x, y) in candidates(&vues) {
        let ((i, a), (j, b)) = (&vues[x], &vues[y]);
        let points = score(a, b);
        let (mut premiere, mut seconde) = (&fiches[*i], &fiches[*j]);
        if points < PROBABLE || premiere.structure != seconde.structure {
            continue;
        }
        if premiere.id > seconde.id {
            (premiere, seconde) = (seconde, premiere);
        }
        let connue = ecartees.get(&(premiere.id, seconde.id));
        if connue.is_some_and(|e| *e == mark(tx, &premiere.fiche, &seconde.fiche)) {
            continue;
        }
        v.push(Paire {
            premiere: premiere.clone(),
            seconde: seconde.clone(),
            score: points,
        });
    }
    v.sort_by_key(|p| (std::cmp::Reverse(p.score), p.premiere.id, p.seconde.id));
    Ok(v)
}

/// Indexes of the files that share a key.
fn candidates(vues: &[(usize, Comparee)]) -> BTreeSet<(usize, usize)> {
    let mut par_cle: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (n, (_, c)) in vues.iter().enumerate() {
        for cle in c.keys() {
            par_cle.entry(cle).or_default().push(n);
        }
    }
    let mut v = BTreeSet::new();
    for groupe in par_cle.values() {
        for (k, x) in groupe.iter().enumerate() {
            v.extend(groupe[k + 1..].iter().map(|y| (*x, *y)));
        }
    }
    v
}

/// The visible files that look like what is being written, the surest first.
///
/// # Errors
/// `Erreur::Base`.
pub async fn lookalikes(
    tx: &mut Tx,
    acteur: &Acteur,
    fiche: &Fiche,
    structure: Option<Uuid>,
) -> Resultat<Vec<(Beneficiaire, i64)>> {
    let Some(c) = Comparee::of(fiche) else {
        return Ok(Vec::new());
    };
    let cles = c.keys();
    let mut v: Vec<(Beneficiaire, i64)> = registre::list(tx, &acteur.perimetre)
        .await?
        .into_iter()
        .filter(|b| b.structure == structure)
        .filter_map(|b| {
            let autre = Comparee::of(&b.fiche)?;
            let points = autre
                .keys()
                .iter()
                .any(|k| cles.contains(k))
                .then(|| score(&c, &autre))?;
            (points >= PROBABLE).then_some((b, points))
        })
        .collect();
    v.sort_by_key(|(b, n)| (std::cmp::Reverse(*n), b.id));
    Ok(v)
}

/// « Ce ne sont pas des doublons »: remembered until a compared field changes.
///
/// # Errors
/// `Erreur::Introuvable` for a file one does not see.
pub async fn set_aside(tx: &mut Tx, acteur: &Acteur, a: Uuid, b: Uuid) -> Resultat<()> {
    let droit = acteur.require(&SUIVRE)?;
    let par = acteur.personne.ok_or(Erreur::Introuvable)?;
    let (x, y) = if a < b { (a, b) } else { (b, a) };
    let premiere = registre::load(tx, &droit, x).await?;
    let seconde = registre::load(tx, &droit, y).await?;
    if x == y {
        return Err(Erreur::Introuvable);
    }
    let empreinte = mark(tx, &premiere.fiche, &seconde.fiche);
    store::set_aside(tx, x, y, &empreinte, par).await?;
    journal::record(
        tx,
        acteur,
        "beneficiaire.distinguer",
        "beneficiaire",
        x,
        json!({ "autre": y }),
    );
    Ok(())
}

/// A keyed print of what was compared: says that it changed, not what it was.
fn mark(tx: &Tx, a: &Fiche, b: &Fiche) -> String {
    let texte = json!([Comparee::of(a), Comparee::of(b)]).to_string();
    tx.blind("doublon", &texte)
}
