//! From what was typed to a checked file (spec 20 §2.1).

use jiff::civil::Date;
use socle::{Saisies, francais, texte_libre, valeurs};
use web::Champs;

use super::{Fiche, Mode};
use crate::{
    activite::saisie,
    vocabulaire::{NON_COMMUNIQUE, Vocabulaires, liste},
};

/// Reads a form.
///
/// # Errors
/// Every message at once, beside its field.
pub fn read(champs: &Champs, voc: &Vocabulaires, aujourdhui: Date) -> Result<Fiche, Saisies> {
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
        let lu = t.parse::<valeurs::Telephone>();
        if lu.is_err() {
            e.add("telephone", "Numéro de téléphone non reconnu.");
        }
        lu.ok().map(|t| international(t.as_str()))
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
    for (champ, t) in [("notes", &notes), ("alias", &alias)] {
        if let Some(t) = t {
            match texte_libre::scan(t) {
                Some(x) if x.refused() => e.add(champ, texte_libre::MESSAGE),
                Some(_) if champs.get("confirme_texte") != "oui" => e.add(
                    "confirme_texte",
                    "Ce texte semble contenir un mot de passe. Retirez-le, ou confirmez qu'il n'y en a pas.",
                ),
                _ => {}
            }
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

/// E.164: a national number takes the prefix of the territory it belongs to.
fn international(n: &str) -> String {
    let Some(reste) = n.strip_prefix('0') else {
        return n.to_owned();
    };
    let prefixe = match &reste[..3.min(reste.len())] {
        "262" | "263" | "269" | "639" | "692" | "693" => "262",
        "590" | "690" | "691" => "590",
        "594" | "694" => "594",
        "596" | "696" | "697" => "596",
        _ => "33",
    };
    format!("+{prefixe}{reste}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn national_numbers_take_the_prefix_of_their_territory() {
        assert_eq!(international("0299000000"), "+33299000000");
        assert_eq!(international("0692000000"), "+262692000000");
        assert_eq!(international("+41223344556"), "+41223344556");
    }
}
