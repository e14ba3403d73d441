//! From what was typed to a checked file (spec 20 §2.1).

use jiff::civil::Date;
use socle::{Saisies, francais, valeurs};
use web::Champs;

use super::{Fiche, Mode, telephone};
use crate::{
    activite::saisie,
    texte_libre,
    vocabulaire::{NON_COMMUNIQUE, Vocabulaires, liste},
};

/// Reads a form. `departement` is where the counsellor works: short phone
/// numbers of overseas territories are read with it.
///
/// # Errors
/// Every message at once, beside its field.
pub fn read(
    champs: &Champs,
    voc: &Vocabulaires,
    aujourdhui: Date,
    departement: Option<&str>,
) -> Result<Fiche, Saisies> {
    let mut e = Saisies::new();
    let texte = |nom: &str| Some(champs.get(nom).trim().to_owned()).filter(|t| !t.is_empty());
    let mode = if champs.get("mode") == "pseudonyme" {
        Mode::Pseudonyme
    } else {
        Mode::Identifie
    };
    let (mut prenom, mut nom, mut alias) = (texte("prenom"), texte("nom"), texte("alias"));
    let mut informe_le = None;
    match mode {
        Mode::Identifie => {
            alias = None;
            if !is_name(prenom.as_deref()) {
                e.add("prenom", "Indiquez le prénom.");
            }
            if !is_name(nom.as_deref()) {
                e.add("nom", "Indiquez le nom.");
            }
            informe_le = Some(aujourdhui);
            if champs.get("informe") != "oui" {
                e.add(
                    "informe",
                    "Confirmez que la personne a été informée de l'usage de ses données.",
                );
            }
        }
        Mode::Pseudonyme => {
            (prenom, nom) = (None, None);
            if !alias
                .as_deref()
                .is_some_and(|a| (2..=40).contains(&a.chars().count()))
            {
                e.add("alias", "Indiquez un repère de 2 à 40 caractères.");
            }
        }
    }
    let annee_naissance = texte("annee_naissance").and_then(|a| {
        let lue = a
            .parse::<i64>()
            .ok()
            .filter(|a| (1900..=i64::from(aujourdhui.year())).contains(a));
        if lue.is_none() {
            e.add(
                "annee_naissance",
                format!(
                    "L'année de naissance doit être comprise entre 1900 et {}.",
                    aujourdhui.year()
                ),
            );
        }
        lue
    });
    let telephone = texte("telephone").and_then(|t| {
        let lu = telephone::read(&t, departement);
        if lu.is_none() {
            e.add("telephone", "Numéro de téléphone non reconnu.");
        }
        lu
    });
    let courriel = texte("courriel").and_then(|t| {
        let lu = t.parse::<valeurs::Courriel>();
        if lu.is_err() {
            e.add("courriel", "Adresse e-mail non valide.");
        }
        lu.ok().map(|t| t.to_string())
    });
    let commune_residence = e
        .take(
            "commune_residence",
            saisie::commune(champs.get("commune_residence")),
        )
        .flatten();
    let mut choix = |nom: &str, liste: &str| {
        let v = texte(nom).unwrap_or_else(|| NON_COMMUNIQUE.to_owned());
        if voc.get(liste, &v).is_none() {
            e.add(nom, "Choisissez dans la liste.");
        }
        v
    };
    let (genre, statut) = (choix("genre", liste::GENRE), choix("statut", liste::STATUT));
    let connu_depuis = texte("connu_depuis").and_then(|t| {
        let d = e.take("connu_depuis", francais::parse_date(&t))?;
        if d > aujourdhui {
            e.add("connu_depuis", "La date ne peut pas être dans le futur.");
        }
        Some(d)
    });
    let notes = texte("notes");
    if notes.as_deref().is_some_and(|n| n.chars().count() > 2_000) {
        e.add("notes", "2 000 caractères au maximum.");
    }
    for (champ, t) in [
        ("notes", &notes),
        ("alias", &alias),
        ("prenom", &prenom),
        ("nom", &nom),
    ] {
        if let Some(t) = t {
            texte_libre::judge(t, champ, champs, &mut e);
        }
    }
    if e.is_empty() {
        Ok(Fiche {
            mode,
            prenom,
            nom,
            alias,
            informe_le,
            annee_naissance,
            sans_telephone: telephone.is_none() && champs.get("sans_telephone") == "oui",
            telephone,
            courriel,
            commune_residence,
            genre,
            statut,
            connu_depuis,
            notes,
        })
    } else {
        Err(e)
    }
}

fn is_name(t: Option<&str>) -> bool {
    t.is_some_and(|t| t.chars().count() <= 100 && t.chars().any(char::is_alphabetic))
}
