//! The vocabulary of the former tool (« Espace Coop »), word for word as
//! §3.7 and §3.4 map it. Values valid today are looked for first.

use socle::francais;

use crate::vocabulaire::liste;

/// Old ages that cut across ours: key kept in `age_ancienne`, and label.
pub(super) const AGES: [(&str, &str); 3] =
    [("18_35", "18-35"), ("35_60", "35-60"), ("60_plus", "60+")];

/// List, old value as folded, new key.
const TABLE: &[(&str, &str, &str)] = &[
    (liste::TYPE_LIEU, "rattachement", "lieu_activite"),
    (liste::TYPE_LIEU, "distance", "a_distance"),
    (liste::TYPE_LIEU, "domicile", "domicile"),
    (liste::TYPE_LIEU, "autre lieu", "autre"),
    (
        liste::THEMATIQUE,
        "equipement informatique",
        "prendre_en_main_du_materiel",
    ),
    (
        liste::THEMATIQUE,
        "smartphone",
        "prendre_en_main_du_materiel",
    ),
    (liste::THEMATIQUE, "vocabulaire", "culture_numerique"),
    (liste::THEMATIQUE, "internet", "navigation_sur_internet"),
    (liste::THEMATIQUE, "courriel", "email"),
    (liste::THEMATIQUE, "echanger", "reseaux_sociaux"),
    (liste::THEMATIQUE, "securite", "securite_numerique"),
    (
        liste::THEMATIQUE,
        "fraude et harcelement",
        "securite_numerique",
    ),
    (liste::THEMATIQUE, "traitement texte", "bureautique"),
    (
        liste::THEMATIQUE,
        "contenus",
        "gere_ses_contenus_numeriques",
    ),
    (
        liste::THEMATIQUE,
        "contenus numeriques",
        "gere_ses_contenus_numeriques",
    ),
    (
        liste::THEMATIQUE,
        "trouver emploi",
        "insertion_professionnelle",
    ),
    (liste::THEMATIQUE, "tpe/pme", "entrepreneuriat"),
    (liste::THEMATIQUE, "accompagner enfant", "parentalite"),
    (liste::THEMATIQUE, "scolaire", "scolarite_et_numerique"),
    (
        liste::THEMATIQUE,
        "demarche en ligne",
        "aide_aux_demarches_administratives",
    ),
    (liste::THEMATIQUE, "sante", "sante"),
    (liste::THEMATIQUE, "budget", "banque_et_achats_en_ligne"),
    (liste::THEMATIQUE, "diagnostic", "diagnostic_numerique"),
    (liste::THEMATIQUE, "autre", "non_precise"),
    (liste::TRANCHE, "moins 12", "moins_de_douze"),
    (liste::TRANCHE, "moins de 12 ans", "moins_de_douze"),
    (liste::TRANCHE, "< 12", "moins_de_douze"),
    (liste::TRANCHE, "12 18", "douze_dix_huit"),
    (liste::STATUT, "etudiant", "scolarise"),
    (liste::STATUT, "heterogene", "non_communique"),
    (liste::ORGANISME, "ants", "france_titres"),
    (
        liste::ORGANISME,
        "assistante sociale",
        "assistant_service_social",
    ),
    (liste::ORGANISME, "ccas", "ccas_cias"),
    (liste::ORGANISME, "dgfip", "finances_publiques"),
    (liste::ORGANISME, "pole emploi", "france_travail"),
    (liste::ORGANISME, "prefecture", "prefecture"),
    (liste::ORGANISME, "sous prefecture", "prefecture"),
    (liste::ORGANISME, "police", "police_gendarmerie"),
    (liste::ORGANISME, "gendarmerie", "police_gendarmerie"),
    (liste::ORGANISME, "revendeur", "reconditionneur"),
    (liste::ORGANISME, "tiers lieu", "tiers_lieu"),
    (liste::ORGANISME, "caf", "caf"),
    (liste::ORGANISME, "carsat", "carsat"),
    (liste::ORGANISME, "cpam", "cpam"),
    (liste::ORGANISME, "france services", "france_services"),
    (liste::ORGANISME, "mairie", "mairie"),
    (liste::ORGANISME, "mediatheque", "mediatheque"),
    (liste::ORGANISME, "mission locale", "mission_locale"),
];

/// The key a value of the former tool became.
#[must_use]
pub(super) fn key(l: &str, texte: &str) -> Option<&'static str> {
    let dit = francais::fold(texte);
    TABLE
        .iter()
        .find(|(liste, ancien, _)| *liste == l && *ancien == dit)
        .map(|(_, _, cle)| *cle)
}

/// An old age that cuts across ours.
#[must_use]
pub(super) fn old_age(texte: &str) -> Option<&'static str> {
    let net: String = francais::fold(texte)
        .replace("ans", "")
        .replace("et plus", "+")
        .chars()
        .filter(|c| !c.is_whitespace())
        .collect();
    match net.as_str() {
        "1835" => Some("18_35"),
        "3560" => Some("35_60"),
        "60+" => Some("60_plus"),
        _ => None,
    }
}

/// Minutes of a duration: « 45 », « 1 h 30 », « 01:30:00 », and the brackets
/// of the former tool.
#[must_use]
pub(super) fn minutes(texte: &str) -> Option<i64> {
    let net: String = texte
        .to_lowercase()
        .replace("minutes", "")
        .replace("min", "")
        .replace("mn", "")
        .replace("heures", "h")
        .replace("heure", "h")
        .chars()
        .filter(|c| !c.is_whitespace())
        .collect();
    match net.as_str() {
        "0-30" => return Some(30),
        "30-60" => return Some(60),
        _ => {}
    }
    let nombre = |t: &str| t.parse::<u32>().ok().map(i64::from);
    if let Some((h, m)) = net.split_once('h').or_else(|| net.split_once(':')) {
        let m = m.split(':').next().unwrap_or_default();
        let m = if m.is_empty() { 0 } else { nombre(m)? };
        return Some(nombre(h)? * 60 + m);
    }
    nombre(net.strip_suffix(".0").unwrap_or(&net))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// §3.7, line by line.
    #[test]
    fn the_former_vocabulary_is_mapped_as_the_specification_says() {
        let table = [
            (liste::TYPE_LIEU, "rattachement", "lieu_activite"),
            (liste::TYPE_LIEU, "distance", "a_distance"),
            (liste::TYPE_LIEU, "domicile", "domicile"),
            (liste::TYPE_LIEU, "autre lieu", "autre"),
            (
                liste::THEMATIQUE,
                "équipement informatique",
                "prendre_en_main_du_materiel",
            ),
            (
                liste::THEMATIQUE,
                "smartphone",
                "prendre_en_main_du_materiel",
            ),
            (liste::THEMATIQUE, "vocabulaire", "culture_numerique"),
            (liste::THEMATIQUE, "internet", "navigation_sur_internet"),
            (liste::THEMATIQUE, "courriel", "email"),
            (liste::THEMATIQUE, "échanger", "reseaux_sociaux"),
            (liste::THEMATIQUE, "sécurité", "securite_numerique"),
            (
                liste::THEMATIQUE,
                "fraude et harcèlement",
                "securite_numerique",
            ),
            (liste::THEMATIQUE, "traitement texte", "bureautique"),
            (
                liste::THEMATIQUE,
                "contenus",
                "gere_ses_contenus_numeriques",
            ),
            (
                liste::THEMATIQUE,
                "trouver emploi",
                "insertion_professionnelle",
            ),
            (liste::THEMATIQUE, "TPE/PME", "entrepreneuriat"),
            (liste::THEMATIQUE, "accompagner enfant", "parentalite"),
            (liste::THEMATIQUE, "scolaire", "scolarite_et_numerique"),
            (
                liste::THEMATIQUE,
                "démarche en ligne",
                "aide_aux_demarches_administratives",
            ),
            (liste::THEMATIQUE, "santé", "sante"),
            (liste::THEMATIQUE, "budget", "banque_et_achats_en_ligne"),
            (liste::THEMATIQUE, "diagnostic", "diagnostic_numerique"),
            (liste::THEMATIQUE, "autre", "non_precise"),
            (liste::TRANCHE, "12-18", "douze_dix_huit"),
            (liste::STATUT, "étudiant", "scolarise"),
            (liste::STATUT, "hétérogène", "non_communique"),
            (liste::ORGANISME, "ANTS", "france_titres"),
            (
                liste::ORGANISME,
                "assistante sociale",
                "assistant_service_social",
            ),
            (liste::ORGANISME, "CCAS", "ccas_cias"),
            (liste::ORGANISME, "DGFIP", "finances_publiques"),
            (liste::ORGANISME, "Pôle emploi", "france_travail"),
            (liste::ORGANISME, "sous-préfecture", "prefecture"),
            (liste::ORGANISME, "gendarmerie", "police_gendarmerie"),
            (liste::ORGANISME, "revendeur", "reconditionneur"),
            (liste::ORGANISME, "tiers-lieu", "tiers_lieu"),
        ];
        for (l, ancien, cle) in table {
            assert_eq!(key(l, ancien), Some(cle), "{ancien}");
        }
        assert_eq!(key(liste::THEMATIQUE, "inconnu"), None);
    }

    #[test]
    fn durations_and_ages_of_the_former_tool_are_read() {
        for (texte, n) in [
            ("0-30", 30),
            ("30-60", 60),
            ("60", 60),
            ("90", 90),
            ("45 min", 45),
            ("1h30", 90),
            ("1 h", 60),
            ("01:30:00", 90),
            ("2 heures", 120),
        ] {
            assert_eq!(minutes(texte), Some(n), "{texte}");
        }
        assert_eq!(minutes("longtemps"), None);
        assert_eq!(minutes(""), None);
        for (texte, cle) in [
            ("18-35", "18_35"),
            ("35-60 ans", "35_60"),
            ("60+", "60_plus"),
            ("60 ans et plus", "60_plus"),
        ] {
            assert_eq!(old_age(texte), Some(cle), "{texte}");
        }
        assert_eq!(old_age("12-18"), None);
    }
}
