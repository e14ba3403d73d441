//! What the lists hold on an empty base. Later changes are an administrator's.

use jiff::civil::Date;
use socle::{
    Resultat, Tx, francais,
    reference::{Nouvelle, ensure},
};

use super::liste as l;

/// Key, label (empty: the key itself, capitalised), parent (empty: none).
pub(super) type Ligne = (&'static str, &'static str, &'static str);

const CITOYENS: &str = "usages_citoyens";
const DEMARCHES: &str = "autonomie_demarches";
const QUOTIDIENS: &str = "usages_quotidiens";
const AIDE: &str = "aide_aux_demarches_administratives";

const THEMATIQUES: &[Ligne] = &[
    ("diagnostic_numerique", "Diagnostic numérique", QUOTIDIENS),
    (
        "prendre_en_main_du_materiel",
        "Prendre en main du matériel",
        QUOTIDIENS,
    ),
    (
        "maintenance_de_materiel",
        "Maintenance de matériel",
        QUOTIDIENS,
    ),
    (
        "gere_ses_contenus_numeriques",
        "Gérer ses contenus numériques",
        QUOTIDIENS,
    ),
    (
        "navigation_sur_internet",
        "Navigation sur internet",
        QUOTIDIENS,
    ),
    ("email", "E-mail", QUOTIDIENS),
    ("bureautique", "", QUOTIDIENS),
    (
        "reseaux_sociaux",
        "Réseaux sociaux, communication",
        CITOYENS,
    ),
    ("sante", "Santé", QUOTIDIENS),
    (
        "banque_et_achats_en_ligne",
        "Banque et achats en ligne",
        QUOTIDIENS,
    ),
    (
        "entrepreneuriat",
        "Accompagner un professionnel",
        QUOTIDIENS,
    ),
    (
        "insertion_professionnelle",
        "Insertion professionnelle",
        QUOTIDIENS,
    ),
    (
        "securite_numerique",
        "Prévention en sécurité numérique",
        CITOYENS,
    ),
    ("parentalite", "Parentalité", CITOYENS),
    ("scolarite_et_numerique", "Scolarité et numérique", CITOYENS),
    (
        "creer_avec_le_numerique",
        "Créer avec le numérique",
        QUOTIDIENS,
    ),
    ("culture_numerique", "Culture numérique", CITOYENS),
    (
        "intelligence_artificielle",
        "Intelligence artificielle",
        CITOYENS,
    ),
    (AIDE, "Aide aux démarches administratives", DEMARCHES),
    ("reassurance", "Réassurance", QUOTIDIENS),
    ("non_precise", "Non précisé (reprise)", ""),
];

const SOUS_THEMATIQUES: &[Ligne] = &[
    (
        "papiers_elections_citoyennete",
        "Papiers, élections, citoyenneté",
        AIDE,
    ),
    ("famille_scolarite", "Famille, scolarité", AIDE),
    ("social_sante", "Social, santé", AIDE),
    ("travail_formation", "Travail, formation, entreprise", AIDE),
    ("logement", "", AIDE),
    ("transports_mobilite", "Transports, mobilité", AIDE),
    ("argent_impots", "Argent, impôts", AIDE),
    ("justice", "", AIDE),
    ("etrangers_europe", "Étrangers, Europe", AIDE),
    ("loisirs_sports_culture", "Loisirs, sports, culture", AIDE),
    ("associations", "", AIDE),
];

const ORGANISMES: &[Ligne] = &[
    ("mairie", "", "administration"),
    (
        "prefecture",
        "Préfecture, sous-préfecture",
        "administration",
    ),
    (
        "police_gendarmerie",
        "Police, gendarmerie",
        "administration",
    ),
    (
        "france_titres",
        "France Titres (ANTS)",
        "operateur_ou_organisme_en_charge",
    ),
    (
        "finances_publiques",
        "Finances publiques",
        "operateur_ou_organisme_en_charge",
    ),
    ("caf", "CAF", "operateur_ou_organisme_en_charge"),
    ("carsat", "Carsat", "operateur_ou_organisme_en_charge"),
    ("cpam", "CPAM", "operateur_ou_organisme_en_charge"),
    (
        "france_travail",
        "France Travail",
        "insertion_professionnelle",
    ),
    (
        "mission_locale",
        "Mission locale",
        "insertion_professionnelle",
    ),
    (
        "assistant_service_social",
        "Assistant de service social",
        "aide_sociale",
    ),
    ("ccas_cias", "CCAS, CIAS", "aide_sociale"),
    ("france_services", "France Services", AIDE),
    ("mediatheque", "Médiathèque", "mediation_numerique"),
    ("tiers_lieu", "Tiers-lieu", "mediation_numerique"),
    ("reconditionneur", "", "autre"),
    ("autre", "", "autre"),
];

/// Every list with its rows, in the order of the specification.
const LISTES: &[(&str, &[Ligne])] = &[
    (
        l::TYPE_LIEU,
        &[
            ("lieu_activite", "Lieu d'activité", ""),
            ("domicile", "À domicile", ""),
            ("a_distance", "À distance", ""),
            ("autre", "Autre lieu", ""),
        ],
    ),
    (
        l::CADRE,
        &[
            ("espace_public", "Marché, pied d'immeuble", ""),
            ("itinerant", "Bus ou antenne mobile", ""),
            ("etablissement_scolaire", "Établissement scolaire", ""),
            ("structure_partenaire", "Structure partenaire", ""),
            ("evenement", "Évènement", ""),
            ("autre", "", ""),
        ],
    ),
    (l::THEMATIQUE, THEMATIQUES),
    (l::SOUS_THEMATIQUE, SOUS_THEMATIQUES),
    (
        l::MISSION,
        &[
            (CITOYENS, "Usages citoyens et critiques", ""),
            (DEMARCHES, "Autonomie dans les démarches", ""),
            (QUOTIDIENS, "Usages quotidiens", ""),
        ],
    ),
    (
        l::MATERIEL,
        &[
            ("ordinateur", "", ""),
            ("telephone", "Téléphone", ""),
            ("tablette", "", ""),
            ("autre", "", ""),
            ("aucun", "Pas de matériel", ""),
        ],
    ),
    (
        l::AUTONOMIE,
        &[
            ("entierement_accompagne", "Avec guidage", ""),
            (
                "partiellement_autonome",
                "Autonome avec guidage si besoin",
                "",
            ),
            ("autonome", "", ""),
        ],
    ),
    (
        l::NIVEAU,
        &[
            ("debutant", "Débutant", ""),
            ("intermediaire", "Intermédiaire", ""),
            ("avance", "Avancé", ""),
        ],
    ),
    (
        l::MODALITE,
        &[
            ("individuel_rdv", "Individuel sur rendez-vous", "individuel"),
            (
                "initiation_individuelle",
                "Initiation individuelle",
                "individuel",
            ),
            ("tout_venant", "Individuel tout-venant", "individuel"),
            ("atelier_base", "Atelier compétences de base", "collectif"),
            ("atelier_usages", "Atelier usages", "collectif"),
            ("formation_outils", "Formation aux outils", "collectif"),
        ],
    ),
    (
        l::MODELE,
        &[
            (
                "inclusion_bancaire",
                "Inclusion bancaire",
                "banque_et_achats_en_ligne,atelier_usages,habitants",
            ),
            (
                "culture_numerique",
                "Session culture numérique",
                "culture_numerique,atelier_usages,habitants",
            ),
            (
                "formation_agents",
                "Formation des agents",
                "culture_numerique,formation_outils,agents_de_structure",
            ),
        ],
    ),
    (
        l::ORIGINE,
        &[
            ("de_soi_meme", "De soi-même", ""),
            ("bouche_a_oreille", "Bouche-à-oreille", ""),
            ("lieu_deja_connu", "Lieu déjà connu", ""),
            ("autre_service", "Autre service", ""),
            ("orientation", "", ""),
            ("aller_vers", "Aller-vers", ""),
            ("en_ligne", "En ligne", ""),
        ],
    ),
    (
        l::PUBLICS,
        &[
            ("seniors", "", ""),
            ("precaires", "Publics précaires", ""),
            ("jeunes", "", ""),
            ("parents", "", ""),
            ("demandeurs_emploi", "Demandeurs d'emploi", ""),
        ],
    ),
    (
        l::PUBLIC,
        &[
            ("habitants", "Habitants", ""),
            ("agents_de_structure", "Agents d'une structure", ""),
        ],
    ),
    (
        l::MOTIF,
        &[
            ("appui_outils", "Aide sur un outil", ""),
            ("formation_outils", "Apprendre", ""),
            ("demarche_administrative", "Démarche administrative", ""),
            ("demarche_courante", "Démarche courante en ligne", ""),
            ("etre_rassure", "Être rassuré", ""),
            ("securite_donnees", "Sécurité, données", ""),
            ("acces_materiel", "Accès au matériel", ""),
        ],
    ),
    (
        l::MODE_AIDE,
        &[
            ("former", "Je forme", ""),
            ("faire_avec", "J'accompagne, la personne fait", ""),
            ("faire_a_la_place", "Je fais à sa place", ""),
        ],
    ),
    (
        l::RAISON,
        &[
            ("urgence", "", ""),
            ("information_publique", "Information publique", ""),
            ("mandat_aidants_connect", "Mandat Aidants Connect", ""),
            ("refus_mandat", "Refus du mandat", ""),
        ],
    ),
    (
        l::IRRITANT,
        &[
            ("panne", "", ""),
            ("parcours_incomprehensible", "Parcours incompréhensible", ""),
            ("piece_impossible", "Pièce impossible à fournir", ""),
            ("accessibilite", "Accessibilité", ""),
            ("absence_alternative", "Pas d'alternative", ""),
            ("delai", "Délai", ""),
            ("autre", "", ""),
        ],
    ),
    (
        l::SUITE,
        &[
            ("poursuite_individuel", "Poursuite en individuel", ""),
            ("poursuite_atelier", "Poursuite en atelier", ""),
            ("orientation", "", ""),
            ("hors_champ", "Demande hors du métier", ""),
        ],
    ),
    (
        l::DESTINATION,
        &[
            ("administration", "Administration (mairie, préfecture…)", ""),
            (
                "mediation_numerique",
                "Autre structure de médiation numérique",
                "",
            ),
            (
                "operateur_ou_organisme_en_charge",
                "Opérateur en charge de la démarche",
                "",
            ),
            ("aide_sociale", "Aide sociale", ""),
            ("insertion_professionnelle", "Insertion professionnelle", ""),
            (AIDE, "Aide aux démarches (France Services…)", ""),
            ("autre", "", ""),
        ],
    ),
    (l::ORGANISME, ORGANISMES),
    (
        l::GENRE,
        &[
            ("feminin", "Féminin", ""),
            ("masculin", "Masculin", ""),
            ("non_communique", "Non communiqué", ""),
        ],
    ),
    (
        l::STATUT,
        &[
            ("scolarise", "Scolarisé", ""),
            ("sans_emploi", "Sans emploi", ""),
            ("en_emploi", "En emploi", ""),
            ("retraite", "Retraité", ""),
            ("non_communique", "Non communiqué ou hétérogène", ""),
        ],
    ),
    (
        l::TRANCHE,
        &[
            ("moins_de_douze", "Moins de 12 ans", ""),
            ("douze_dix_huit", "12 à 17 ans", ""),
            ("dix_huit_vingt_quatre", "18 à 24 ans", ""),
            ("vingt_cinq_trente_neuf", "25 à 39 ans", ""),
            ("quarante_cinquante_neuf", "40 à 59 ans", ""),
            ("soixante_soixante_neuf", "60 à 69 ans", ""),
            ("soixante_dix_plus", "70 ans et plus", ""),
            ("non_communique", "Non communiqué", ""),
        ],
    ),
];

/// Sites people stumble on: the list is open and to be confirmed.
const OPERATEURS: &[Ligne] = &[
    ("ants", "ANTS", ""),
    ("sncf", "SNCF", ""),
    ("caf", "CAF", ""),
];

/// Puts the lists in an empty base; what an administrator changed stays.
///
/// # Errors
/// `Erreur::Base`.
pub async fn reference(tx: &mut Tx) -> Resultat<()> {
    for (liste, lignes) in LISTES.iter().chain(super::coordination::LISTES) {
        fill(tx, liste, lignes, "verifie").await?;
    }
    fill(tx, l::OPERATEUR, OPERATEURS, "a_verifier").await?;
    crate::beneficiaire::conservation::service::reference(tx).await
}

async fn fill(tx: &mut Tx, liste: &str, lignes: &[Ligne], fiabilite: &str) -> Resultat<()> {
    for (ordre, (cle, libelle, parent)) in (0..).zip(lignes) {
        let nomme = if libelle.is_empty() {
            francais::libelle(cle)
        } else {
            (*libelle).to_owned()
        };
        ensure(
            tx,
            &Nouvelle {
                liste,
                cle,
                territoire: "",
                libelle: &nomme,
                valeur: Some(*parent).filter(|p| !p.is_empty()),
                ordre,
                valid_from: Date::constant(2020, 1, 1),
                valid_to: None,
                source: "Spécification des activités, §2.2 et §3.4",
                fiabilite,
            },
        )
        .await?;
    }
    Ok(())
}
