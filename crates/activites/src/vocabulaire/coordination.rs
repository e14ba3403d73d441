//! The lists reports of coordination are described with (spec 20 §3.4, spec
//! 60 §2.5).

use super::{initial::Ligne, liste as l};

/// Every list with its rows.
pub(super) const LISTES: &[(&str, &[Ligne])] = &[
    (
        l::TYPE_ANIMATION,
        &[
            ("assemblee", "Assemblée", ""),
            ("comite", "Comité", ""),
            ("groupe_de_travail", "", ""),
            ("echange", "Échange", ""),
            ("reunion_coordination", "Réunion de coordination", ""),
            ("webinaire", "", ""),
            ("autre", "", ""),
        ],
    ),
    (
        l::INITIATIVE,
        &[
            ("initiative", "À mon initiative", ""),
            ("demande", "En réponse à un besoin", ""),
        ],
    ),
    (
        l::THEME_ANIMATION,
        &[
            ("partage", "Bonnes pratiques", ""),
            ("reseau", "Maillage territorial", ""),
            ("soutien", "Soutien technique ou organisationnel", ""),
            ("professionnel", "Projet, parcours", ""),
            ("rh", "Soutien RH", ""),
            ("autre", "", ""),
        ],
    ),
    (
        l::TYPE_EVENEMENT,
        &[
            ("grand_public", "", ""),
            ("national", "", ""),
            (
                "inclusion_numerique",
                "Journée de l'inclusion numérique",
                "",
            ),
            ("nec_local", "NEC local", ""),
            ("autre", "", ""),
        ],
    ),
    (
        l::ORGANISATEUR,
        &[
            ("ma_structure", "", ""),
            ("commune", "", ""),
            ("epci", "EPCI", ""),
            ("departement", "Département", ""),
            ("region", "Région", ""),
            ("association", "", ""),
            ("entreprise", "", ""),
            ("hub", "", ""),
            ("etat", "État", ""),
            ("groupement", "", ""),
            ("autre", "", ""),
        ],
    ),
    (
        l::ECHELON,
        &[
            ("communal", "", ""),
            ("intercommunal", "", ""),
            ("departemental", "Départemental", ""),
            ("regional", "Régional", ""),
            ("national", "", ""),
        ],
    ),
    (
        l::NATURE_PARTENARIAT,
        &[
            ("parcours_usager", "", ""),
            ("subvention", "", ""),
            (
                "coordination_departementale",
                "Coordination départementale",
                "",
            ),
            ("rdv_elu", "Rendez-vous avec un élu", ""),
            ("autre", "", ""),
        ],
    ),
    (
        l::MISSION_COORDINATION,
        &[
            ("maillage", "Maillage et synergies", ""),
            (
                "relais",
                "Relais entre employeurs, conseillers, hub et équipe nationale",
                "",
            ),
            (
                "collaborations",
                "Collaborations ancrées dans la stratégie",
                "",
            ),
        ],
    ),
];
