//! Aliases of values, and the v0 table: reference data an administrator edits
//! (spec 30 §2.8, §2.9).

use std::collections::HashMap;

use jiff::civil::Date;
use socle::{
    Resultat, Tx,
    francais::fold,
    reference::{self, Nouvelle},
};

use crate::vocabulaire::{self as v, Vocabulaire};

const ALIAS: &str = "lieux.alias";
const V0: &str = "lieux.v0";

/// (field, writing, key of the standard v1).
const ALIAS_CONNUS: &[(&str, &str, &str)] = &[
    (
        "formations_labels",
        "Étapes numériques (La Poste)",
        "etapes_numeriques",
    ),
    (
        "dispositif_programmes_nationaux",
        "CNFS",
        "conseillers_numeriques",
    ),
    (
        "dispositif_programmes_nationaux",
        "Conseiller numérique",
        "conseillers_numeriques",
    ),
    (
        "dispositif_programmes_nationaux",
        "Conseiller numérique France Services",
        "conseillers_numeriques",
    ),
    (
        "dispositif_programmes_nationaux",
        "Certificateur Pix",
        "certification_pix",
    ),
    (
        "dispositif_programmes_nationaux",
        "PIX",
        "certification_pix",
    ),
    ("typologie", "Maison France Services", "RFS"),
    ("typologie", "PE", "FT"),
    ("typologie", "Pôle emploi", "FT"),
    ("typologie", "COMMUNE", "MUNI"),
    ("typologie", "MAIRIE", "MUNI"),
    ("itinerance", "Itinérante", "itinerant"),
    ("itinerance", "Bus", "itinerant"),
    ("itinerance", "Mobile", "itinerant"),
    (
        "frais_a_charge",
        "Gratuit sous conditions",
        "gratuit_sous_condition",
    ),
    (
        "prise_en_charge_specifique",
        "Langues étrangères",
        "langues_autres",
    ),
    ("modalites_accompagnement", "Atelier collectif", "collectif"),
    (
        "modalites_accompagnement",
        "Accompagnement seul",
        "individuel",
    ),
];

/// (v0 field, beginning of the v0 value, v1 field, key; an empty key is said
/// to have no equivalent).
const V0_CONNUS: &[(&str, &str, &str, &str)] = &[
    (
        "services",
        "Devenir autonome dans les démarches administratives",
        "services",
        "aide_demarches",
    ),
    (
        "services",
        "Réaliser des démarches administratives avec un accompagnement",
        "services",
        "aide_demarches",
    ),
    (
        "services",
        "Accompagner les démarches de santé",
        "services",
        "aide_demarches",
    ),
    (
        "services",
        "Prendre en main un smartphone ou une tablette",
        "services",
        "maitrise_outils",
    ),
    (
        "services",
        "Prendre en main un ordinateur",
        "services",
        "maitrise_outils",
    ),
    (
        "services",
        "Utiliser le numérique au quotidien",
        "services",
        "maitrise_outils",
    ),
    (
        "services",
        "Approfondir ma culture numérique",
        "services",
        "comprehension",
    ),
    (
        "services",
        "Promouvoir la citoyenneté numérique",
        "services",
        "comprehension",
    ),
    (
        "services",
        "Favoriser mon insertion professionnelle",
        "services",
        "insertion_pro",
    ),
    (
        "services",
        "Créer et développer mon entreprise",
        "services",
        "insertion_pro",
    ),
    (
        "services",
        "Accéder à une connexion internet",
        "services",
        "acces_materiel",
    ),
    (
        "services",
        "Accéder à du matériel",
        "services",
        "acces_materiel",
    ),
    (
        "services",
        "S'équiper en matériel informatique",
        "services",
        "materiel_solidaire",
    ),
    ("services", "Créer avec le numérique", "services", "loisirs"),
    (
        "services",
        "Soutenir la parentalité et l'éducation avec le numérique",
        "services",
        "parentalite",
    ),
    (
        "publics_accueillis",
        "Jeunes (16-26 ans)",
        "publics_specifiquement_adresses",
        "jeunes",
    ),
    (
        "publics_accueillis",
        "Seniors (+ 65 ans)",
        "publics_specifiquement_adresses",
        "seniors",
    ),
    (
        "publics_accueillis",
        "Familles/enfants",
        "publics_specifiquement_adresses",
        "familles",
    ),
    (
        "publics_accueillis",
        "Uniquement femmes",
        "publics_specifiquement_adresses",
        "femmes",
    ),
    (
        "publics_accueillis",
        "Adultes",
        "publics_specifiquement_adresses",
        "adultes",
    ),
    (
        "publics_accueillis",
        "Surdité",
        "prise_en_charge_specifique",
        "surdite",
    ),
    (
        "publics_accueillis",
        "Déficience visuelle",
        "prise_en_charge_specifique",
        "deficience_visuelle",
    ),
    (
        "publics_accueillis",
        "Personnes en situation d'illettrisme",
        "prise_en_charge_specifique",
        "illettrisme",
    ),
    (
        "publics_accueillis",
        "Handicaps mentaux",
        "prise_en_charge_specifique",
        "handicaps_mentaux",
    ),
    (
        "publics_accueillis",
        "Handicaps psychiques",
        "prise_en_charge_specifique",
        "handicaps_mentaux",
    ),
    (
        "publics_accueillis",
        "Public langues étrangères",
        "prise_en_charge_specifique",
        "langues_autres",
    ),
    (
        "conditions_acces",
        "Gratuit sous condition",
        "frais_a_charge",
        "gratuit_sous_condition",
    ),
    ("conditions_acces", "Gratuit", "frais_a_charge", "gratuit"),
    ("conditions_acces", "Payant", "frais_a_charge", "payant"),
    ("conditions_acces", "Adhésion", "frais_a_charge", "payant"),
    (
        "conditions_acces",
        "Accepte le Pass numérique",
        "autres_formations_labels",
        "Pass numérique",
    ),
    (
        "labels_nationaux",
        "France Services",
        "dispositif_programmes_nationaux",
        "france_services",
    ),
    (
        "labels_nationaux",
        "CNFS",
        "dispositif_programmes_nationaux",
        "conseillers_numeriques",
    ),
    (
        "labels_nationaux",
        "Aidants Connect",
        "dispositif_programmes_nationaux",
        "aidants_connect",
    ),
    (
        "labels_nationaux",
        "Grandes écoles du numérique",
        "dispositif_programmes_nationaux",
        "grande_ecole_numerique",
    ),
    (
        "labels_nationaux",
        "Point relais CAF",
        "dispositif_programmes_nationaux",
        "point_numerique_caf",
    ),
    (
        "labels_nationaux",
        "Point numérique CAF",
        "dispositif_programmes_nationaux",
        "point_numerique_caf",
    ),
    (
        "labels_nationaux",
        "Fabriques de Territoire",
        "formations_labels",
        "fabriques_territoire",
    ),
    (
        "modalites_accompagnement",
        "Seul",
        "modalites_accompagnement",
        "autonomie",
    ),
    (
        "modalites_accompagnement",
        "Avec de l'aide",
        "modalites_accompagnement",
        "individuel",
    ),
    (
        "modalites_accompagnement",
        "Dans un atelier",
        "modalites_accompagnement",
        "collectif",
    ),
    (
        "modalites_accompagnement",
        "A ma place",
        "modalites_accompagnement",
        "individuel",
    ),
];

/// Inserts the tables; what an administrator changed stays.
///
/// # Errors
/// `Erreur::Base`.
pub async fn ensure(tx: &mut Tx) -> Resultat<()> {
    let depuis = Date::constant(2022, 7, 4);
    let mut ordre = 0;
    for (champ, ecrit, cle) in ALIAS_CONNUS {
        ordre += 1;
        let id = format!("{champ}|{}", plain(ecrit));
        reference::ensure(
            tx,
            &Nouvelle {
                liste: ALIAS,
                cle: &id,
                territoire: "",
                libelle: ecrit,
                valeur: Some(cle),
                ordre,
                valid_from: depuis,
                valid_to: None,
                source: "Écritures rencontrées dans les fichiers des producteurs",
                fiabilite: "verifie",
            },
        )
        .await?;
    }
    for (champ, ecrit, vers, cle) in V0_CONNUS {
        ordre += 1;
        let id = format!("{champ}|{}", plain(ecrit));
        let valeur = format!("{vers}|{cle}");
        reference::ensure(
            tx,
            &Nouvelle {
                liste: V0,
                cle: &id,
                territoire: "",
                libelle: ecrit,
                valeur: Some(&valeur),
                ordre,
                valid_from: depuis,
                valid_to: None,
                source: "Passage du standard v0 au standard v1",
                fiabilite: "a_verifier",
            },
        )
        .await?;
    }
    Ok(())
}

/// Without marks, cases, punctuation or double spaces.
#[must_use]
pub fn plain(s: &str) -> String {
    let t: String = fold(s)
        .chars()
        .map(|c| {
            if c.is_alphanumeric() || c == '+' {
                c
            } else {
                ' '
            }
        })
        .collect();
    t.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Everything needed to understand a value.
#[derive(Debug, Default)]
pub struct Tables {
    alias: HashMap<String, String>,
    /// (v0 field, beginning, v1 field, key), longest beginnings first.
    v0: Vec<(String, String, String, String)>,
}

impl Tables {
    /// As valid today.
    ///
    /// # Errors
    /// `Erreur::Base`.
    pub async fn load(tx: &mut Tx) -> Resultat<Self> {
        let le = tx.today();
        let mut t = Self::default();
        for e in reference::list(tx, ALIAS, le).await? {
            t.alias.insert(e.cle, e.valeur.unwrap_or_default());
        }
        for e in reference::list(tx, V0, le).await? {
            let valeur = e.valeur.unwrap_or_default();
            if let (Some((champ, debut)), Some((vers, cle))) =
                (e.cle.split_once('|'), valeur.split_once('|'))
            {
                t.v0.push((champ.into(), debut.into(), vers.into(), cle.into()));
            }
        }
        t.v0.sort_by_key(|x| std::cmp::Reverse(x.1.len()));
        Ok(t)
    }

    /// The key of a value of the standard v1: key, label or alias.
    #[must_use]
    pub fn key(&self, voc: &Vocabulaire, texte: &str) -> Option<String> {
        let p = plain(texte);
        let direct = voc
            .valeurs
            .iter()
            .find(|(c, l)| {
                plain(l) == p || (c.eq_ignore_ascii_case(texte) && voc.champ == v::TYPOLOGIES.champ)
            })
            .map(|(c, _)| (*c).to_owned());
        direct.or_else(|| {
            let a = self.alias.get(&format!("{}|{p}", voc.champ))?;
            voc.has(a).then(|| a.clone())
        })
    }

    /// What a v0 value becomes: (v1 field, key).
    #[must_use]
    pub fn v0(&self, champ: &str, texte: &str) -> Option<(&str, &str)> {
        let p = plain(texte);
        self.v0
            .iter()
            .find(|(c, debut, _, _)| c == champ && p.starts_with(debut.as_str()))
            .map(|(_, _, vers, cle)| (vers.as_str(), cle.as_str()))
    }
}
