//! Use cases of teams.

use jiff::civil::Date;
use parcours::contrat;
use serde_json::json;
use socle::{Acteur, Action, Erreur, Resultat, Role, Saisies, Tx, historique, journal};
use uuid::Uuid;

use super::{Intervalle, Origine, store};

pub static GERER: Action = Action::new(
    "equipe.gerer",
    &[Role::Coordinateur],
    "Seul un coordinateur compose son équipe.",
);

const PREMIER_JOUR: Date = Date::constant(2020, 1, 1);

/// Who may come in: the people at work today in the coordinateur's perimeter.
///
/// # Errors
/// `Erreur::Base`.
pub async fn candidates(tx: &mut Tx, acteur: &Acteur) -> Resultat<Vec<Uuid>> {
    let mut v: Vec<Uuid> = contrat::conseillers(tx, &acteur.perimetre)
        .await?
        .into_iter()
        .map(|c| c.0)
        .collect();
    v.sort_unstable();
    v.dedup();
    Ok(v)
}

/// Brings people into one's own team from a day on. Somebody already there
/// from that very day stays as they are, so that the same form twice has one
/// effect.
///
/// # Errors
/// `Erreur::Saisie` beside the field.
pub async fn add(tx: &mut Tx, acteur: &Acteur, membres: &[Uuid], entree: &str) -> Resultat<usize> {
    acteur.require(&GERER)?;
    let coordinateur = acteur.personne.ok_or(Erreur::Introuvable)?;
    let mut e = Saisies::new();
    let entree = e.take("entree", day(entree, tx.today()));
    let possibles = candidates(tx, acteur).await?;
    if membres.is_empty() {
        e.add("membres", "Choisissez au moins une personne.");
    } else if membres.iter().any(|m| !possibles.contains(m)) {
        e.add("membres", "Choisissez dans la liste.");
    }
    e.check()?;
    let Some(entree) = entree else { return Ok(0) };
    tx.lock("equipe").await?;
    let connus = store::list(tx, coordinateur).await?;
    let mut n = 0;
    for membre in membres {
        let siens = || connus.iter().filter(|i| i.membre == *membre);
        if siens().any(|i| i.entree == entree && i.sortie.is_none()) {
            continue;
        }
        if siens().any(|i| i.meets(entree, None)) {
            return Err(Erreur::field(
                "entree",
                "Une de ces personnes était déjà dans votre équipe à cette date ou après. Choisissez une date plus récente.",
            ));
        }
        let i = Intervalle {
            id: tx.new_id(),
            coordinateur,
            membre: *membre,
            entree,
            sortie: None,
        };
        store::insert(tx, &i, Origine::Ajout).await?;
        historique::append(tx, acteur, "equipe", i.id, None, "presente", None).await?;
        journal::record(
            tx,
            acteur,
            "equipe.ajouter",
            "equipe",
            i.id,
            json!({ "membre": membre, "entree": entree }),
        );
        n += 1;
    }
    Ok(n)
}

/// Ends a stay: the last day is still inside. What was done until then stays
/// in the team's figures.
///
/// # Errors
/// `Erreur::Introuvable` for another team; `Erreur::Saisie` beside the date.
pub async fn remove(tx: &mut Tx, acteur: &Acteur, id: Uuid, sortie: &str) -> Resultat<()> {
    acteur.require(&GERER)?;
    let coordinateur = acteur.personne.ok_or(Erreur::Introuvable)?;
    let i = store::load(tx, coordinateur, id).await?;
    let sortie = day(sortie, tx.today()).map_err(|m| Erreur::field("sortie", m))?;
    if i.sortie == Some(sortie) {
        return Ok(());
    }
    if i.sortie.is_some() {
        return Err(Erreur::Conflit(
            "Cette personne a déjà quitté l'équipe.".into(),
        ));
    }
    if sortie < i.entree {
        return Err(Erreur::field(
            "sortie",
            "Le dernier jour ne peut pas précéder l'entrée dans l'équipe.",
        ));
    }
    store::set_end(tx, id, sortie).await?;
    historique::append(tx, acteur, "equipe", id, Some("presente"), "partie", None).await?;
    journal::record(
        tx,
        acteur,
        "equipe.retirer",
        "equipe",
        id,
        json!({ "membre": i.membre, "sortie": sortie }),
    );
    Ok(())
}

fn day(texte: &str, aujourdhui: Date) -> Result<Date, &'static str> {
    let d = socle::francais::parse_date(texte)?;
    if d > aujourdhui {
        Err("La date ne peut pas être dans le futur.")
    } else if d < PREMIER_JOUR {
        Err("La date doit être postérieure au 1er janvier 2020.")
    } else {
        Ok(d)
    }
}
