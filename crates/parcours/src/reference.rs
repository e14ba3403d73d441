//! Amounts, scales and vocabularies of this space: dated rows an administrator
//! edits (spec 15 §2.2, §3.3, §6.1, §10.1).

use jiff::civil::Date;
use socle::{
    Erreur, Resultat, Tx,
    reference::{self, Nouvelle},
    valeurs::Montant,
};

/// National SMIC for 35 hours: (first day, cents).
const SMIC: &[(Date, &str)] = &[
    (Date::constant(2021, 1, 1), "155458"),
    (Date::constant(2021, 10, 1), "158947"),
    (Date::constant(2022, 1, 1), "160312"),
    (Date::constant(2022, 5, 1), "164558"),
    (Date::constant(2022, 8, 1), "167895"),
    (Date::constant(2023, 1, 1), "170928"),
    (Date::constant(2023, 5, 1), "174720"),
    (Date::constant(2024, 1, 1), "176692"),
    (Date::constant(2024, 11, 1), "180180"),
    (Date::constant(2026, 1, 1), "182303"),
];

const SMIC_MAYOTTE: &[(Date, &str)] = &[
    (Date::constant(2022, 5, 1), "124215"),
    (Date::constant(2023, 1, 1), "129068"),
    (Date::constant(2024, 11, 1), "136197"),
    (Date::constant(2026, 1, 1), "141505"),
];

const POIDS: &[(&str, &str, &str)] = &[
    ("proximite", "Proximité", "40"),
    ("disponibilite", "Disponibilité", "20"),
    ("experience", "Expérience de médiation déclarée", "20"),
    ("certification", "CCP1, titre ou Pix partagé", "10"),
    ("mobilite", "Mobilité", "10"),
];

/// (key, label, hours, first day, last day).
const PARCOURS: &[(&str, &str, &str, Date, Option<Date>)] = &[
    ("p1", "Parcours 1", "105", M1, Some(FIN_M1)),
    ("p2", "Parcours 2", "280", M1, Some(FIN_M1)),
    ("p3", "Parcours 3", "350", M1, Some(FIN_M1)),
    ("p4", "Parcours 4", "420", M1, Some(FIN_M1)),
    ("m2_court", "Parcours court", "105", M2, None),
    ("m2_moyen", "Parcours intermédiaire", "280", M2, None),
    ("m2_long", "Parcours long", "420", M2, None),
];
const M1: Date = Date::constant(2021, 1, 1);
const FIN_M1: Date = Date::constant(2023, 4, 30);
const M2: Date = Date::constant(2023, 9, 1);

/// (key, label, its own reasons as JSON).
const MOTIFS: &[(&str, &str, &str)] = &[
    (
        "licenciement",
        "Licenciement",
        r#"["economique","faute","inaptitude"]"#,
    ),
    ("rupture_conventionnelle", "Rupture conventionnelle", "[]"),
    ("fin_periode_essai", "Fin de période d'essai", "[]"),
    (
        "demission",
        "Démission",
        r#"["formation","inadequation_profil","raisons_personnelles","autre_opportunite","changement_structure_dispositif","desaccord_employeur","remuneration"]"#,
    ),
    (
        "non_reconduction_cdd",
        "Non-reconduction du CDD",
        r#"["economique","amiable","non_satisfaction"]"#,
    ),
    ("fin_subventionnement", "Fin de subventionnement", "[]"),
    ("retraite", "Départ à la retraite", "[]"),
    ("deces", "Décès", "[]"),
    ("autre", "Autre", "[]"),
];

const SOUS_MOTIFS: &[(&str, &str)] = &[
    ("economique", "Économique"),
    ("faute", "Faute"),
    ("inaptitude", "Inaptitude"),
    ("formation", "Formation"),
    ("inadequation_profil", "Profil inadapté au poste"),
    ("raisons_personnelles", "Raisons personnelles"),
    ("autre_opportunite", "Autre opportunité professionnelle"),
    (
        "changement_structure_dispositif",
        "Changement de structure dans le dispositif",
    ),
    ("desaccord_employeur", "Désaccord avec l'employeur"),
    ("remuneration", "Rémunération"),
    ("amiable", "À l'amiable"),
    ("non_satisfaction", "Non-satisfaction"),
];

/// Adds the rows that are missing; what an administrator changed stays.
///
/// # Errors
/// `Erreur::Base`.
pub async fn reference(tx: &mut Tx) -> Resultat<()> {
    let de_2021 = Date::constant(2021, 1, 1);
    let mut ordre = 0;
    let base = Nouvelle {
        liste: "",
        cle: "",
        territoire: "",
        libelle: "",
        valeur: None,
        ordre: 0,
        valid_from: de_2021,
        valid_to: None,
        source: "Spécification du programme",
        fiabilite: "a_verifier",
    };
    for (territoire, valeurs) in [("", SMIC), ("976", SMIC_MAYOTTE)] {
        for (depuis, v) in valeurs {
            let n = Nouvelle {
                liste: "smic_mensuel_brut",
                cle: "smic",
                territoire,
                libelle: "SMIC mensuel brut pour 35 heures, en centimes",
                valeur: Some(v),
                valid_from: *depuis,
                source: "Décrets portant relèvement du SMIC",
                ..base
            };
            reference::ensure(tx, &n).await?;
        }
    }
    for (cle, libelle, v) in POIDS {
        ordre += 1;
        let n = Nouvelle {
            liste: "classement_poids",
            cle,
            libelle,
            valeur: Some(v),
            ordre,
            ..base
        };
        reference::ensure(tx, &n).await?;
    }
    for (cle, libelle, heures, depuis, jusqua) in PARCOURS {
        ordre += 1;
        let officiel = jusqua.is_some();
        let n = Nouvelle {
            liste: "parcours_formation",
            cle,
            libelle,
            valeur: Some(heures),
            ordre,
            valid_from: *depuis,
            valid_to: *jusqua,
            fiabilite: if officiel { "verifie" } else { "a_verifier" },
            ..base
        };
        reference::ensure(tx, &n).await?;
    }
    for (cle, libelle, sous) in MOTIFS {
        ordre += 1;
        let n = Nouvelle {
            liste: "rupture_motif",
            cle,
            libelle,
            valeur: Some(sous),
            ordre,
            fiabilite: "verifie",
            ..base
        };
        reference::ensure(tx, &n).await?;
    }
    for (cle, libelle) in SOUS_MOTIFS {
        ordre += 1;
        let n = Nouvelle {
            liste: "rupture_sous_motif",
            cle,
            libelle,
            ordre,
            fiabilite: "verifie",
            ..base
        };
        reference::ensure(tx, &n).await?;
    }
    let age = Nouvelle {
        liste: "age_candidat",
        cle: "age",
        libelle: "Âges admis",
        valeur: Some("16-64"),
        ..base
    };
    reference::ensure(tx, &age).await
}

/// The SMIC at a place on a day. `None` where none is known (Pacific), or
/// before the first known value of the place.
///
/// # Errors
/// `Erreur::Interne` for a value that is not a number.
pub async fn smic(tx: &mut Tx, departement: &str, le: Date) -> Resultat<Option<Montant>> {
    if matches!(departement, "986" | "987" | "988") {
        return Ok(None);
    }
    let Some(e) = reference::entry(tx, "smic_mensuel_brut", "smic", departement, le).await? else {
        return Ok(None);
    };
    let cents = e.valeur.as_deref().and_then(|v| v.parse::<i64>().ok());
    cents
        .map(|c| Some(Montant(c)))
        .ok_or_else(|| Erreur::Interne("smic_mensuel_brut illisible".into()))
}
