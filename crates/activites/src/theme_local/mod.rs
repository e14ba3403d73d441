//! Local themes (W29): a coordinateur adds, for a département, a child of a
//! national theme. They are dated reference data of that territory, counted
//! under their parent.

pub mod pages;

use jiff::civil::Date;
use serde_json::json;
use socle::{
    Acteur, Action, Erreur, Perimetre, Resultat, Role, Saisies, Tx, francais, journal, params,
    reference::{Nouvelle, ensure},
    sql,
};
use web::Champs;

use crate::{
    texte_libre,
    vocabulaire::{Vocabulaires, liste},
};

pub static GERER: Action = Action::new(
    "theme_local.gerer",
    &[Role::Coordinateur],
    "Seul un coordinateur ajoute un thème pour son département.",
);

/// A theme of one département.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ThemeLocal {
    pub cle: String,
    pub departement: String,
    pub libelle: String,
    pub parent: String,
    pub depuis: Date,
    pub jusque: Option<Date>,
}

/// The départements somebody may add themes for.
#[must_use]
pub fn departments(acteur: &Acteur) -> Vec<String> {
    match &acteur.perimetre {
        Perimetre::Departements(d) => d.clone(),
        _ => Vec::new(),
    }
}

/// The local themes of some départements, those closed included.
///
/// # Errors
/// `Erreur::Base`.
pub async fn list(tx: &mut Tx, departements: &Vec<String>) -> Resultat<Vec<ThemeLocal>> {
    tx.rows(
        sql!(
            "SELECT cle, territoire, libelle, valeur, valid_from, valid_to FROM reference
             WHERE liste = 'activite_theme_local' AND territoire IN liste($1) ORDER BY territoire, libelle, cle"
        ),
        params![departements],
    )
    .await?
    .iter()
    .map(|l| {
        Ok(ThemeLocal {
            cle: l.get("cle")?,
            departement: l.get("territoire")?,
            libelle: l.get("libelle")?,
            parent: l.get::<Option<String>>("valeur")?.unwrap_or_default(),
            depuis: l.get("valid_from")?,
            jusque: l.get("valid_to")?,
        })
    })
    .collect()
}

/// « 35_velo_en_ville »: unique in the country, never changed.
fn key(departement: &str, nom: &str) -> String {
    let slug: String = francais::fold(nom)
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '_' })
        .collect();
    format!("{}_{}", departement.to_lowercase(), slug.trim_matches('_'))
}

/// Adds a theme, from today on.
///
/// # Errors
/// `Erreur::Saisie` beside the field.
pub async fn add(tx: &mut Tx, acteur: &Acteur, champs: &Champs) -> Resultat<()> {
    acteur.require(&GERER)?;
    let possibles = departments(acteur);
    let mut e = Saisies::new();
    let nom = champs.get("nom").trim();
    if !(3..=80).contains(&nom.chars().count()) {
        e.add("nom", "Un thème compte de 3 à 80 caractères.");
    }
    texte_libre::judge_reason(nom, "nom", &mut e);
    let voc = Vocabulaires::on(tx, tx.today()).await?;
    let parent = champs.get("parent");
    if voc.get(liste::THEMATIQUE, parent).is_none() || parent == "non_precise" {
        e.add("parent", "Choisissez le thème national qui le contient.");
    }
    let departement = match possibles.as_slice() {
        [seul] => Some(seul.clone()),
        _ => possibles
            .iter()
            .find(|d| *d == champs.get("departement"))
            .cloned(),
    };
    if departement.is_none() {
        e.add("departement", "Choisissez un département.");
    }
    e.check()?;
    let Some(departement) = departement else {
        return Ok(());
    };
    tx.lock("theme_local").await?;
    let cle = key(&departement, nom);
    if list(tx, &vec![departement.clone()])
        .await?
        .iter()
        .any(|t| t.cle == cle)
    {
        return Err(Erreur::field("nom", "Ce thème existe déjà."));
    }
    let le = tx.today();
    ensure(
        tx,
        &Nouvelle {
            liste: liste::THEME_LOCAL,
            cle: &cle,
            territoire: &departement,
            libelle: nom,
            valeur: Some(parent),
            ordre: 0,
            valid_from: le,
            valid_to: None,
            source: "Coordination départementale",
            fiabilite: "verifie",
        },
    )
    .await?;
    journal::record(
        tx,
        acteur,
        "theme_local.ajouter",
        "theme_local",
        &cle,
        json!({ "departement": departement, "parent": parent }),
    );
    Ok(())
}

/// Takes a theme out of the forms after today; past activities keep it.
///
/// # Errors
/// `Erreur::Introuvable` outside one's départements.
pub async fn close(tx: &mut Tx, acteur: &Acteur, cle: &str) -> Resultat<()> {
    acteur.require(&GERER)?;
    let possibles = departments(acteur);
    let t = list(tx, &possibles)
        .await?
        .into_iter()
        .find(|t| t.cle == cle)
        .ok_or(Erreur::Introuvable)?;
    if t.jusque.is_some() {
        return Ok(());
    }
    let le = tx.today();
    tx.execute(
        sql!(
            "UPDATE reference SET valid_to = $3
             WHERE liste = 'activite_theme_local' AND cle = $1 AND territoire = $2 AND valid_to IS NULL"
        ),
        params![cle, &t.departement, le],
    )
    .await?;
    journal::record(
        tx,
        acteur,
        "theme_local.clore",
        "theme_local",
        cle,
        json!({}),
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    #[test]
    fn keys_are_of_their_departement() {
        assert_eq!(super::key("2A", "Vélo en ville !"), "2a_velo_en_ville");
    }
}
