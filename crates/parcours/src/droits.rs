//! Who may do what in this space (spec 15 §13).

use socle::{Action, Role};

/// Employers.
pub const STRUCTURE: &[Role] = &[Role::GestionnaireStructure, Role::ReferentStructure];

pub static CANDIDAT: Action = Action::new(
    "candidat.maj",
    &[Role::Candidat],
    "Seule la personne candidate modifie son profil.",
);
pub static RECRUTER: Action = Action::new(
    "recrutement",
    STRUCTURE,
    "Seule la structure qui recrute peut faire cette action.",
);
/// Roles that read contracts, each in its perimeter.
pub const CONTRAT_LECTEURS: &[Role] = &[
    Role::Candidat,
    Role::Conseiller,
    Role::Coordinateur,
    Role::GestionnaireStructure,
    Role::ReferentStructure,
    Role::Prefecture,
    Role::Hub,
    Role::GrandReseau,
    Role::Operateur,
    Role::Administrateur,
];
pub static CONTRAT_REDIGER: Action = Action::new(
    "contrat.rediger",
    STRUCTURE,
    "Seule la structure qui emploie rédige le contrat.",
);
pub static CONTRAT_DECIDER: Action = Action::new(
    "contrat.decider",
    &[Role::Operateur, Role::Administrateur],
    "Seul l'opérateur valide ou refuse un contrat.",
);
pub static RUPTURE_DECLARER: Action = Action::new(
    "rupture.declarer",
    &[
        Role::GestionnaireStructure,
        Role::ReferentStructure,
        Role::Operateur,
    ],
    "Seules la structure et l'opérateur déclarent une rupture.",
);
pub static RUPTURE_DECIDER: Action = Action::new(
    "rupture.decider",
    &[Role::Operateur],
    "Seul l'opérateur valide une rupture.",
);
/// Roles that read training sessions.
pub const FORMATION_LECTEURS: &[Role] = &[
    Role::Conseiller,
    Role::GestionnaireStructure,
    Role::ReferentStructure,
    Role::OrganismeFormation,
    Role::AnimationNationale,
    Role::Operateur,
    Role::Administrateur,
];
/// Roles that open sessions and record results.
pub const FORMATEURS: &[Role] = &[
    Role::OrganismeFormation,
    Role::AnimationNationale,
    Role::Administrateur,
];
pub static FORMATION_GERER: Action = Action::new(
    "formation.gerer",
    FORMATEURS,
    "Seuls l'organisme de formation et l'animation nationale gèrent les sessions.",
);
pub static FORMATION_INSCRIRE: Action = Action::new(
    "formation.inscrire",
    &[
        Role::GestionnaireStructure,
        Role::ReferentStructure,
        Role::Operateur,
    ],
    "C'est l'employeur qui inscrit la personne.",
);
