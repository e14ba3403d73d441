//! Merging and undoing, with the figures that follow.

use std::collections::BTreeSet;

use serde_json::json;
use socle::{Acteur, Erreur, Resultat, Tx, francais, historique, journal};
use uuid::Uuid;
use web::Champs;

use super::{ANNULATION_JOURS, Choix, Etat, Fusion, Image, Rang, merge, store, unmerge};
use crate::{
    activite::service::rewrite_people,
    beneficiaire::{Beneficiaire, Correction, Profil, service::SUIVRE, store as registre},
};

/// What came of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Issue {
    Faite,
    /// The other référent is asked.
    Proposee,
}

/// Merges `source` into `destination`; asks the other référent when there is one.
///
/// # Errors
/// `Erreur::Introuvable` for a file one does not see; `Erreur::Conflit` when
/// the files belong to two structures.
pub async fn ask(
    tx: &mut Tx,
    acteur: &Acteur,
    destination: Uuid,
    source: Uuid,
    champs: &Champs,
) -> Resultat<Issue> {
    let droit = acteur.require(&SUIVRE)?;
    let par = acteur.personne.ok_or(Erreur::Introuvable)?;
    // Always in one order, so that two people merging the same pair wait for each other.
    let (x, y) = (destination.min(source), destination.max(source));
    let premiere = registre::load(tx, &droit, x).await?;
    let seconde = registre::load(tx, &droit, y).await?;
    let (d, s) = if x == destination {
        (premiere, seconde)
    } else {
        (seconde, premiere)
    };
    if destination == source {
        return Err(Erreur::Introuvable);
    }
    if d.structure != s.structure {
        return Err(Erreur::Conflit(
            "Ces fiches relèvent de deux structures : elles ne se fusionnent pas.".into(),
        ));
    }
    let f = Fusion {
        id: tx.new_id(),
        destination,
        source,
        etat: Etat::Proposee,
        choix: Choix::read(champs),
        par,
        faite_le: None,
    };
    let autres = [d.referent, s.referent].iter().any(|r| *r != par);
    let deja = store::of_file(tx, source)
        .await?
        .into_iter()
        .any(|o| o.etat == Etat::Proposee && o.destination == destination && o.source == source);
    if autres && deja {
        return Ok(Issue::Proposee);
    }
    store::insert(tx, &f).await?;
    journal::record(
        tx,
        acteur,
        "beneficiaire.proposer_fusion",
        "beneficiaire",
        destination,
        json!({ "source": source }),
    );
    if autres {
        return Ok(Issue::Proposee);
    }
    carry_out(tx, acteur, &f, d, s).await?;
    Ok(Issue::Faite)
}

/// Answers a proposal, as référent of one of the two files.
///
/// # Errors
/// `Erreur::Introuvable` for anybody else; `Erreur::Conflit` once answered.
pub async fn answer(tx: &mut Tx, acteur: &Acteur, id: Uuid, accepte: bool) -> Resultat<Uuid> {
    acteur.require(&SUIVRE)?;
    let moi = acteur.personne.ok_or(Erreur::Introuvable)?;
    let f = store::load(tx, id).await?;
    let d = registre::fetch(tx, f.destination).await?;
    let s = registre::fetch(tx, f.source).await?;
    if f.par == moi || (d.referent != moi && s.referent != moi) {
        return Err(Erreur::Introuvable);
    }
    if f.etat != Etat::Proposee {
        return Err(Erreur::Conflit(
            "Cette proposition a déjà sa réponse.".into(),
        ));
    }
    if accepte {
        for fiche in [f.destination, f.source] {
            if registre::life(tx, fiche).await?.etat != crate::beneficiaire::Etat::Active {
                return Err(Erreur::Conflit(
                    "L'une des deux fiches n'est plus active : la fusion n'est plus possible."
                        .into(),
                ));
            }
        }
        carry_out(tx, acteur, &f, d, s).await?;
    } else {
        store::close(tx, id, Etat::Refusee, &f.choix).await?;
        journal::record(
            tx,
            acteur,
            "beneficiaire.refuser_fusion",
            "beneficiaire",
            f.destination,
            json!({ "source": f.source }),
        );
    }
    Ok(f.destination)
}

async fn carry_out(
    tx: &mut Tx,
    acteur: &Acteur,
    f: &Fusion,
    mut d: Beneficiaire,
    s: Beneficiaire,
) -> Resultat<()> {
    let apres = merge(&d.fiche, &s.fiche, &f.choix);
    // What the merged file says of the person is true of the past too, except
    // their situation, which each accompagnement keeps as it was.
    let quoi = Correction {
        genre: true,
        annee: true,
        connu: true,
        ..Correction::default()
    };
    let mut rangs = Vec::new();
    for id in touched(tx, &[d.id, s.id]).await? {
        rewrite_people(tx, id, |a| {
            let date = a.contenu.date;
            let anciens: Vec<Profil> = a
                .profils
                .iter()
                .filter(|p| p.personne == d.id || p.personne == s.id)
                .cloned()
                .collect();
            a.profils
                .retain(|p| p.personne != d.id && p.personne != s.id);
            let garde = anciens
                .iter()
                .find(|p| p.personne == d.id)
                .or(anciens.first());
            if let Some(garde) = garde {
                let mut p = garde.clone();
                p.personne = d.id;
                quoi.apply(&mut p, &apres, date);
                a.profils.push(p);
            }
            rangs.extend(anciens.into_iter().map(|profil| Rang {
                activite: id,
                profil,
            }));
        })
        .await?;
    }
    let image = Image {
        destination: d.fiche.clone(),
        source: s.fiche.clone(),
        apres: apres.clone(),
        rangs,
    };
    d.fiche = apres;
    d.version += 1;
    registre::update(tx, &d).await?;
    registre::set_merged(tx, s.id, Some(d.id)).await?;
    let par = acteur.personne.ok_or(Erreur::Introuvable)?;
    store::set_done(tx, f.id, par, &image).await?;
    historique::append(
        tx,
        acteur,
        "beneficiaire",
        s.id,
        Some("active"),
        "fusionnee",
        None,
    )
    .await?;
    journal::record(
        tx,
        acteur,
        "beneficiaire.fusionner",
        "beneficiaire",
        d.id,
        json!({ "source": s.id, "accompagnements": image.rangs.len() }),
    );
    Ok(())
}

/// Undoes a merge of the last 30 days. The activities recorded since stay with
/// the destination and are listed (`choix.restees`).
///
/// # Errors
/// `Erreur::Introuvable` for a file one does not follow; `Erreur::Conflit`
/// after 30 days, or when a later merge must be undone first.
pub async fn undo(tx: &mut Tx, acteur: &Acteur, id: Uuid) -> Resultat<Fusion> {
    let droit = acteur.require(&SUIVRE)?;
    let mut f = store::load(tx, id).await?;
    let destination = registre::life(tx, f.destination).await?;
    if destination.fusionnee_dans.is_some() && sees(tx, acteur, f.destination).await? {
        return Err(later_first());
    }
    let mut d = registre::load(tx, &droit, f.destination).await?;
    if f.etat != Etat::Faite {
        return Err(Erreur::Conflit("Cette fusion est déjà annulée.".into()));
    }
    if store::last_done(tx, f.destination).await? != Some(id) {
        return Err(later_first());
    }
    let limite = tx.today();
    let trop_tard = f.faite_le.is_none_or(|le| {
        francais::plus_days(
            le.to_zoned_datetime(socle::clock::paris()).date(),
            ANNULATION_JOURS,
        ) < limite
    });
    let Some(image) = store::image(tx, id).await?.filter(|_| !trop_tard) else {
        return Err(Erreur::Conflit(
            "Cette fusion date de plus de 30 jours : elle ne s'annule plus.".into(),
        ));
    };
    let mut restees = Vec::new();
    for a in touched(tx, &[f.destination]).await? {
        let anciens: Vec<&Profil> = image
            .rangs
            .iter()
            .filter(|r| r.activite == a)
            .map(|r| &r.profil)
            .collect();
        if anciens.is_empty() {
            restees.push(a);
            continue;
        }
        rewrite_people(tx, a, |act| {
            act.profils.retain(|p| p.personne != f.destination);
            act.profils.extend(anciens.into_iter().cloned());
        })
        .await?;
    }
    let avant = d.fiche.clone();
    d.fiche = unmerge(&avant, &image);
    d.version += 1;
    registre::update(tx, &d).await?;
    registre::set_merged(tx, f.source, None).await?;
    historique::append(
        tx,
        acteur,
        "beneficiaire",
        f.source,
        Some("fusionnee"),
        "active",
        None,
    )
    .await?;
    journal::record(
        tx,
        acteur,
        "beneficiaire.annuler_fusion",
        "beneficiaire",
        f.destination,
        json!({ "source": f.source, "restees": restees.len() }),
    );
    f.choix.restees = restees;
    store::close(tx, id, Etat::Annulee, &f.choix).await?;
    Ok(f)
}

fn later_first() -> Erreur {
    Erreur::Conflit("Annulez d'abord la fusion la plus récente.".into())
}

/// True when the file one's own file went into is one's own.
async fn sees(tx: &mut Tx, acteur: &Acteur, id: Uuid) -> Resultat<bool> {
    Ok(acteur.personne == Some(registre::fetch(tx, id).await?.referent))
}

/// The activities of some persons, each once.
async fn touched(tx: &mut Tx, personnes: &[Uuid]) -> Resultat<BTreeSet<Uuid>> {
    let mut v = BTreeSet::new();
    for p in personnes {
        v.extend(registre::activities(tx, *p).await?);
    }
    Ok(v)
}
