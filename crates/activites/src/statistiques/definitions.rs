//! The catalogue in words, for everybody (`/chiffres/definitions`).

/// (figure, name, what it counts).
pub const DEFINITIONS: &[(&str, &str, &str)] = &[
    (
        "ST01",
        "Activités",
        "Comptes rendus enregistrés, individuels et ateliers, pour des habitants. Les brouillons et les activités supprimées ne comptent pas.",
    ),
    (
        "ST02, ST03",
        "Individuels, ateliers",
        "Les activités de chaque type.",
    ),
    (
        "ST04",
        "Accompagnements",
        "Une personne qui participe à une activité. Une personne venue trois fois compte trois accompagnements.",
    ),
    (
        "ST05, ST06",
        "Accompagnements individuels, participations aux ateliers",
        "Les accompagnements de chaque type d'activité.",
    ),
    (
        "ST07",
        "Participants par atelier",
        "Participations aux ateliers divisées par le nombre d'ateliers.",
    ),
    (
        "ST08, ST09",
        "Accompagnements de personnes suivies, accompagnements anonymes",
        "Selon que la personne a une fiche ou a seulement été décrite.",
    ),
    (
        "ST10",
        "Personnes suivies",
        "Personnes ayant une fiche, chacune comptée une fois.",
    ),
    (
        "ST11",
        "Personnes, estimation haute",
        "Personnes suivies plus tous les participants anonymes : une personne anonyme qui revient est comptée à chaque fois.",
    ),
    (
        "ST12",
        "Personnes, estimation basse",
        "La même chose sans les participants anonymes déjà accompagnés.",
    ),
    (
        "ST13",
        "Nouvelles personnes",
        "Personnes suivies dont c'est la première activité, plus les anonymes jamais accompagnés.",
    ),
    (
        "ST14",
        "Personnes suivies venues au moins deux fois",
        "Dans la période et avec les filtres choisis.",
    ),
    (
        "ST15",
        "Accompagnements par personne suivie",
        "Moyenne : ST08 divisé par ST10.",
    ),
    (
        "ST16, ST17",
        "Temps d'activité, temps reçu",
        "Durée des activités ; durée multipliée par le nombre de participants.",
    ),
    (
        "ST18 à ST20",
        "Suites et orientations",
        "Suites données aux accompagnements, taux de suite, orientations par destination et par organisme.",
    ),
    (
        "ST21 à ST27",
        "Types, lieux, durées, modalités, cadres, autonomie, niveau",
        "Accompagnements par réponse. « Non précisé » est une catégorie à part, jamais répartie.",
    ),
    (
        "ST28, ST29",
        "Thématiques, démarches administratives",
        "Accompagnements par thème. Plusieurs réponses possibles : la somme des parts dépasse 100 %.",
    ),
    (
        "ST30 à ST34",
        "Matériel, motifs, publics, origine, mode d'intervention",
        "Accompagnements par réponse.",
    ),
    (
        "ST35",
        "Étiquettes",
        "Accompagnements par étiquette visible de la personne qui lit.",
    ),
    (
        "ST36 à ST39",
        "Lieux et territoires",
        "Là où l'activité a eu lieu. Les activités à distance n'ont pas de commune et comptent dans le département de l'employeur.",
    ),
    (
        "ST40",
        "Rôles à la date",
        "Conseiller numérique si un contrat du dispositif court ce jour-là ; sinon médiateur hors dispositif ou bénévole.",
    ),
    (
        "ST41, ST42",
        "Par professionnel, par structure",
        "Accompagnements, activités et personnes suivies de chacun. Les personnes ne s'additionnent pas d'une ligne à l'autre.",
    ),
    (
        "ST43 à ST46",
        "Genre, âge, statut, commune de résidence",
        "Chaque personne suivie une fois, telle qu'elle était à sa dernière activité, plus les participants anonymes. La somme est l'estimation haute.",
    ),
    (
        "ST47",
        "Dans le temps",
        "Accompagnements par jour, semaine, mois, trimestre ou année civils ; les périodes vides valent 0.",
    ),
    (
        "ST48",
        "Lieux actifs",
        "Lieux où au moins une activité a été enregistrée.",
    ),
    (
        "ST49",
        "Professionnels actifs",
        "Professionnels ayant enregistré au moins une activité dans les 30 jours finissant hier.",
    ),
    (
        "ST50, ST51",
        "Sur rendez-vous, sous mandat",
        "Part des accompagnements.",
    ),
    (
        "ST52",
        "Accompagnements d'agents de structures",
        "Comptés à part des habitants.",
    ),
    (
        "ST53",
        "Activités de démarches seules",
        "Part des activités dont tous les thèmes sont des démarches administratives.",
    ),
    (
        "ST54",
        "Missions",
        "Réponses sur les thématiques, regroupées par mission.",
    ),
    (
        "ST55",
        "Aller vers",
        "Part des accompagnements à domicile, hors les murs ou dans un lieu itinérant.",
    ),
    (
        "ST56, ST57",
        "Irritants, hors champ, pass numérique",
        "Accompagnements concernés.",
    ),
    (
        "ST58",
        "Confiance gagnée",
        "Moyenne de la confiance après moins la confiance avant, sur 5, pour les individuels où les deux sont connues.",
    ),
    (
        "ST60",
        "Coordination",
        "Animations, évènements et partenariats, à part des accompagnements.",
    ),
];
