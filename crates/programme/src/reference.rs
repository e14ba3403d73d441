//! Reference data of the programme, with their sources (spec 10 §1.3, §7.3, §8).

use jiff::civil::{Date, date};
use socle::{
    Resultat, Tx,
    reference::{self, Nouvelle},
};

const DEBUT: Date = date(2021, 1, 1);
const RENOUVELLEMENT: Date = date(2023, 1, 1);

/// (key, label, nature).
const TYPES: &[(&str, &str, &str)] = &[
    ("commune", "Commune", "public"),
    ("epci", "EPCI", "public"),
    ("ept", "Établissement public territorial", "public"),
    ("metropole", "Métropole", "public"),
    ("syndicat_mixte", "Syndicat mixte", "public"),
    ("departement", "Département", "public"),
    ("region", "Région", "public"),
    (
        "collectivite_statut_particulier",
        "Collectivité à statut particulier",
        "public",
    ),
    (
        "collectivite_outre_mer",
        "Collectivité d’outre-mer",
        "public",
    ),
    ("ccas_cias", "CCAS ou CIAS", "public"),
    (
        "etablissement_public_local",
        "Établissement public local (office de l’habitat…)",
        "public",
    ),
    ("gip", "GIP de personnes publiques", "public"),
    ("chambre_consulaire", "Chambre consulaire", "public"),
    (
        "epa_etat",
        "Établissement public administratif de l’État",
        "public",
    ),
    ("epic_identifie", "EPIC identifié par l’État", "public"),
    ("association", "Association", "prive"),
    ("entreprise_ess", "Entreprise de l’ESS", "prive"),
    ("esh", "Entreprise sociale pour l’habitat", "prive"),
    ("fondation", "Fondation", "prive"),
    (
        "groupement_employeurs",
        "Groupement d’employeurs ESUS",
        "prive",
    ),
    (
        "prive_interet_general",
        "Personne morale de droit privé d’intérêt général",
        "prive",
    ),
    (
        "service_deconcentre_etat",
        "Service déconcentré de l’État",
        "non_eligible",
    ),
    (
        "entreprise_lucrative",
        "Entreprise à but exclusivement lucratif",
        "non_eligible",
    ),
];

/// (key, territory, label, cents, from, reliability).
const BAREMES: &[(&str, &str, &str, &str, Date, &str)] = &[
    (
        "v1_initiale.public_metropole.1",
        "",
        "Public, métropole, 24 mois",
        "5000000",
        DEBUT,
        "verifie",
    ),
    (
        "v1_initiale.public_outre_mer.1",
        "971",
        "Public, Guadeloupe, 24 mois",
        "7000000",
        DEBUT,
        "a_verifier",
    ),
    (
        "v1_initiale.public_outre_mer.1",
        "972",
        "Public, Martinique, 24 mois",
        "7000000",
        DEBUT,
        "a_verifier",
    ),
    (
        "v1_initiale.public_outre_mer.1",
        "973",
        "Public, Guyane, 24 mois",
        "7000000",
        DEBUT,
        "a_verifier",
    ),
    (
        "v1_initiale.public_outre_mer.1",
        "974",
        "Public, La Réunion, 24 mois",
        "6750000",
        DEBUT,
        "a_verifier",
    ),
    (
        "v1_initiale.public_outre_mer.1",
        "976",
        "Public, Mayotte, 24 mois",
        "6750000",
        DEBUT,
        "a_verifier",
    ),
    (
        "v1_initiale.prive.1",
        "",
        "Privé, 18 mois",
        "3200000",
        DEBUT,
        "a_verifier",
    ),
    (
        "v2_renouvellement.public_metropole.1",
        "",
        "Public, métropole, année 1",
        "1750000",
        RENOUVELLEMENT,
        "a_verifier",
    ),
    (
        "v2_renouvellement.public_metropole.2",
        "",
        "Public, métropole, année 2",
        "1250000",
        RENOUVELLEMENT,
        "a_verifier",
    ),
    (
        "v2_renouvellement.public_metropole.3",
        "",
        "Public, métropole, année 3",
        "1250000",
        RENOUVELLEMENT,
        "a_verifier",
    ),
    (
        "v2_renouvellement.bonus.1",
        "",
        "Bonus QPV ou ZRR/FRR, année 1",
        "250000",
        RENOUVELLEMENT,
        "a_verifier",
    ),
    (
        "v2_renouvellement.bonus.2",
        "",
        "Bonus QPV ou ZRR/FRR, année 2",
        "500000",
        RENOUVELLEMENT,
        "a_verifier",
    ),
    (
        "v2_renouvellement.bonus.3",
        "",
        "Bonus QPV ou ZRR/FRR, année 3",
        "0",
        RENOUVELLEMENT,
        "a_verifier",
    ),
    (
        "v2_renouvellement.prive.1",
        "",
        "Privé, année 1",
        "2000000",
        RENOUVELLEMENT,
        "a_verifier",
    ),
    (
        "v2_renouvellement.prive.2",
        "",
        "Privé, année 2",
        "1400000",
        RENOUVELLEMENT,
        "a_verifier",
    ),
    (
        "v2_renouvellement.prive.3",
        "",
        "Privé, année 3",
        "1000000",
        RENOUVELLEMENT,
        "a_verifier",
    ),
];

/// (list, key, label, value, from, to, reliability).
type Ligne = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    Date,
    Option<Date>,
    &'static str,
);
const DELAIS: &[Ligne] = &[
    (
        "delai_vacance",
        "premier_recrutement",
        "Premier recrutement, mois",
        "3",
        DEBUT,
        None,
        "a_verifier",
    ),
    (
        "delai_vacance",
        "premier_recrutement_ajout",
        "Premier recrutement après ajout de postes, mois",
        "6",
        DEBUT,
        None,
        "a_verifier",
    ),
    (
        "delai_vacance",
        "remplacement",
        "Remplacement, mois",
        "3",
        date(2023, 1, 1),
        Some(date(2025, 5, 13)),
        "a_verifier",
    ),
    (
        "delai_vacance",
        "remplacement",
        "Remplacement, mois",
        "6",
        date(2025, 5, 14),
        None,
        "verifie",
    ),
    (
        "echeancier_v1",
        "1",
        "À la signature : pour cent, mois",
        "20;0",
        DEBUT,
        None,
        "a_verifier",
    ),
    (
        "echeancier_v1",
        "2",
        "À 6 mois : pour cent, mois",
        "30;6",
        DEBUT,
        None,
        "a_verifier",
    ),
    (
        "echeancier_v1",
        "3",
        "À 12 mois : pour cent, mois",
        "50;12",
        DEBUT,
        None,
        "a_verifier",
    ),
    (
        "duree_convention",
        "v1_initiale.public",
        "Première phase, public, mois",
        "24",
        DEBUT,
        None,
        "verifie",
    ),
    (
        "duree_convention",
        "v1_initiale.prive",
        "Première phase, privé, mois",
        "18",
        DEBUT,
        None,
        "a_verifier",
    ),
    (
        "duree_convention",
        "v2_renouvellement.public",
        "Deuxième phase, public, mois",
        "36",
        RENOUVELLEMENT,
        None,
        "a_verifier",
    ),
    (
        "duree_convention",
        "v2_renouvellement.prive",
        "Deuxième phase, privé, mois",
        "36",
        RENOUVELLEMENT,
        None,
        "a_verifier",
    ),
];

const MOTIFS_RETOUR: &[(&str, &str)] = &[
    ("besoin_non_justifie", "Le besoin n’est plus justifié"),
    ("difficultes_recrutement", "Difficultés de recrutement"),
    ("capacite_financiere", "Capacité financière insuffisante"),
    ("manque_visibilite", "Manque de visibilité"),
    ("fin_subvention", "Fin de la subvention"),
];

const MOTIFS_REFUS: &[(&str, &str, &str)] = &[
    (
        "besoin_ou_offre_existante",
        "Besoin insuffisant au regard de l’offre",
        "conseiller",
    ),
    (
        "repartition_departementale",
        "Répartition dans le département",
        "conseiller",
    ),
    (
        "equilibre_national",
        "Équilibre entre départements",
        "conseiller",
    ),
    ("capacite_accueil", "Capacité d’accueil", "conseiller"),
    ("contingent_epuise", "Contingent épuisé", "conseiller"),
    (
        "qualite_strategie",
        "Qualité de la stratégie",
        "coordinateur",
    ),
    ("legitimite", "Légitimité du porteur", "coordinateur"),
    (
        "qualite_concertation",
        "Qualité de la concertation",
        "coordinateur",
    ),
    ("qualite_projet", "Qualité du projet", "coordinateur"),
    ("autre", "Autre motif", ""),
];

/// Inserts what is missing; what an administrator changed is kept.
///
/// # Errors
/// `Erreur::Base`.
pub async fn reference(tx: &mut Tx) -> Resultat<()> {
    let base = Nouvelle {
        liste: "",
        cle: "",
        territoire: "",
        libelle: "",
        valeur: None,
        ordre: 0,
        valid_from: DEBUT,
        valid_to: None,
        source: "Cahier du programme conseillers numériques",
        fiabilite: "verifie",
    };
    for (ordre, &(cle, libelle, nature)) in (1..).zip(TYPES) {
        let n = Nouvelle {
            liste: "type_structure",
            cle,
            libelle,
            valeur: Some(nature),
            ordre,
            ..base
        };
        reference::ensure(tx, &n).await?;
    }
    for (ordre, &(cle, territoire, libelle, valeur, valid_from, fiabilite)) in (1..).zip(BAREMES) {
        let n = Nouvelle {
            liste: "bareme_subvention",
            cle,
            territoire,
            libelle,
            valeur: Some(valeur),
            ordre,
            valid_from,
            fiabilite,
            ..base
        };
        reference::ensure(tx, &n).await?;
    }
    for (ordre, &(liste, cle, libelle, valeur, valid_from, valid_to, fiabilite)) in
        (1..).zip(DELAIS)
    {
        let n = Nouvelle {
            liste,
            cle,
            libelle,
            valeur: Some(valeur),
            ordre,
            valid_from,
            valid_to,
            fiabilite,
            ..base
        };
        reference::ensure(tx, &n).await?;
    }
    for (ordre, &(cle, libelle)) in (1..).zip(MOTIFS_RETOUR) {
        reference::ensure(
            tx,
            &Nouvelle {
                liste: "motif_retour_poste",
                cle,
                libelle,
                ordre,
                ..base
            },
        )
        .await?;
    }
    for (ordre, &(cle, libelle, nature)) in (1..).zip(MOTIFS_REFUS) {
        let n = Nouvelle {
            liste: "motif_refus_comite",
            cle,
            libelle,
            valeur: Some(nature),
            ordre,
            ..base
        };
        reference::ensure(tx, &n).await?;
    }
    Ok(())
}

/// (key, label) pairs of a list, for forms.
///
/// # Errors
/// `Erreur::Base`.
pub(crate) async fn choices(tx: &mut Tx, liste: &str) -> Resultat<Vec<(String, String)>> {
    let le = tx.today();
    Ok(reference::list(tx, liste, le)
        .await?
        .into_iter()
        .map(|e| (e.cle, e.libelle))
        .collect())
}

/// The label of a key, or the key made readable.
///
/// # Errors
/// `Erreur::Base`.
pub(crate) async fn label(tx: &mut Tx, liste: &str, cle: &str) -> Resultat<String> {
    let le = tx.today();
    Ok(reference::entry(tx, liste, cle, "", le)
        .await?
        .map_or_else(|| socle::francais::libelle(cle), |e| e.libelle))
}
