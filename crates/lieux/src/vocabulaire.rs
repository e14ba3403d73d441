//! Vocabularies of the national standard « Lieux de médiation numérique »
//! v1.0.2 (spec 30 §2.8, annex A): keys are ours and stable, labels are the
//! ones written in files. The version of the standard fixes them.

/// One list of values: (key, label as exported).
#[derive(Debug, Clone, Copy)]
pub struct Vocabulaire {
    /// Name of the field, ours and the standard's.
    pub champ: &'static str,
    pub valeurs: &'static [(&'static str, &'static str)],
}

impl Vocabulaire {
    /// The label of a key; the key itself when it is unknown.
    #[must_use]
    pub fn libelle<'a>(&self, cle: &'a str) -> &'a str {
        self.valeurs
            .iter()
            .find(|(c, _)| *c == cle)
            .map_or(cle, |(_, l)| l)
    }

    #[must_use]
    pub fn has(&self, cle: &str) -> bool {
        self.valeurs.iter().any(|(c, _)| *c == cle)
    }

    /// Labels of several keys, in the order of the list.
    #[must_use]
    pub fn libelles(&self, cles: &[String]) -> Vec<&'static str> {
        self.valeurs
            .iter()
            .filter(|(c, _)| cles.iter().any(|k| k == c))
            .map(|(_, l)| *l)
            .collect()
    }

    /// (key, label) pairs for a form.
    #[must_use]
    pub fn options(&self) -> Vec<(String, String)> {
        self.valeurs
            .iter()
            .map(|(c, l)| ((*c).to_owned(), (*l).to_owned()))
            .collect()
    }
}

macro_rules! vocabulaire {
    ($nom:ident, $champ:literal, $($cle:literal $libelle:literal),* $(,)?) => {
        pub static $nom: Vocabulaire = Vocabulaire { champ: $champ, valeurs: &[$(($cle, $libelle)),*] };
    };
}

vocabulaire!(SERVICES, "services",
    "aide_demarches" "Aide aux démarches administratives",
    "maitrise_outils" "Maîtrise des outils numériques du quotidien",
    "insertion_pro" "Insertion professionnelle via le numérique",
    "securite" "Utilisation sécurisée du numérique",
    "parentalite" "Parentalité et éducation avec le numérique",
    "loisirs" "Loisirs et créations numériques",
    "comprehension" "Compréhension du monde numérique",
    "acces_materiel" "Accès internet et matériel informatique",
    "materiel_solidaire" "Acquisition de matériel informatique à prix solidaire",
);

vocabulaire!(PUBLICS, "publics_specifiquement_adresses",
    "jeunes" "Jeunes",
    "etudiants" "Étudiants",
    "familles" "Familles et/ou enfants",
    "seniors" "Seniors",
    "femmes" "Femmes",
);

vocabulaire!(PRISE_EN_CHARGE, "prise_en_charge_specifique",
    "surdite" "Surdité",
    "handicaps_moteurs" "Handicaps moteurs",
    "handicaps_mentaux" "Handicaps mentaux",
    "illettrisme" "Illettrisme",
    "langues_anglais" "Langues étrangères (anglais)",
    "langues_autres" "Langues étrangères (autres)",
    "deficience_visuelle" "Déficience visuelle",
);

vocabulaire!(FRAIS, "frais_a_charge",
    "gratuit" "Gratuit",
    "gratuit_sous_condition" "Gratuit sous condition",
    "payant" "Payant",
);

vocabulaire!(ITINERANCE, "itinerance",
    "itinerant" "Itinérant",
    "fixe" "Fixe",
);

vocabulaire!(DISPOSITIFS, "dispositif_programmes_nationaux",
    "aidants_connect" "Aidants Connect",
    "bnr" "Bibliothèques numérique de référence",
    "certification_pix" "Certification PIX",
    "conseillers_numeriques" "Conseillers numériques",
    "emmaus_connect" "Emmaüs Connect",
    "france_services" "France Services",
    "grande_ecole_numerique" "Grande école du numérique",
    "croix_rouge" "La Croix Rouge",
    "point_numerique_caf" "Point d'accès numérique CAF",
    "promeneurs_du_net" "Promeneurs du net",
    "relais_numerique" "Relais numérique (Emmaüs Connect)",
);

// « Étapes numériques(La Poste) » is written without the space: the Table
// Schema refuses it otherwise.
vocabulaire!(FORMATIONS_LABELS, "formations_labels",
    "mon_espace_sante" "Formé à « Mon Espace Santé »",
    "duplex" "Formé à « DUPLEX » (illettrisme)",
    "arnia_mednum_bfc" "Arnia/MedNum BFC (Bourgogne-Franche-Comté)",
    "reemploi_normandie" "Collectif ressources et acteurs réemploi (Normandie)",
    "etapes_numeriques" "Étapes numériques(La Poste)",
    "fabriques_territoire" "Fabriques de Territoire",
    "eclaireurs_drome" "Les Éclaireurs du numérique (Drôme)",
    "mes_papiers_lyon" "Mes Papiers (Métropole de Lyon)",
    "ordi_3_0" "ORDI 3.0",
    "sud_labs" "SUD LABS (PACA)",
);

vocabulaire!(MODALITES_ACCES, "modalites_acces",
    "se_presenter" "Se présenter",
    "telephoner" "Téléphoner",
    "mail" "Contacter par mail",
    "rdv_en_ligne" "Prendre un RDV en ligne",
    "ne_recoit_pas" "Ce lieu n'accueille pas de public",
    "fiche_prescription" "Envoyer un mail avec une fiche de prescription",
);

vocabulaire!(MODALITES_ACCOMPAGNEMENT, "modalites_accompagnement",
    "autonomie" "En autonomie",
    "individuel" "Accompagnement individuel",
    "collectif" "Dans un atelier collectif",
    "a_distance" "À distance",
);

/// Kinds of places; the labels are for people, files carry the codes.
pub static TYPOLOGIES: Vocabulaire = Vocabulaire {
    champ: "typologie",
    valeurs: &[
        ("MUNI", "Mairie, municipalité"),
        ("CC", "Communauté de communes"),
        ("EPCI", "Intercommunalité"),
        ("CD", "Conseil départemental"),
        ("REG", "Région"),
        ("PREF", "Préfecture, sous-préfecture"),
        ("ETAT", "Service de l'État"),
        (
            "DEETS",
            "Direction de l'économie, de l'emploi, du travail et des solidarités",
        ),
        ("DIPLP", "Délégation à la lutte contre la pauvreté"),
        ("CFP", "Centre des finances publiques"),
        ("ODC", "Délégataire d'un conseil départemental"),
        ("ETABL_PUB", "Établissement public"),
        ("RFS", "France Services"),
        ("MSAP", "Maison de services au public"),
        ("PIMMS", "PIMMS"),
        ("LA_POSTE", "Bureau de poste, agence postale"),
        ("PI", "Point information"),
        ("PAD", "Point d'accès au droit"),
        ("CAF", "CAF"),
        ("CPAM", "CPAM"),
        ("MSA", "MSA"),
        ("BIB", "Bibliothèque, médiathèque"),
        ("RELAIS_LECTURE", "Relais lecture"),
        ("CCAS", "CCAS"),
        ("CIAS", "CIAS"),
        ("CS", "Centre social"),
        ("CSC", "Centre socioculturel"),
        ("EVS", "Espace de vie sociale"),
        ("MQ", "Maison de quartier"),
        ("MDH", "Maison des habitants"),
        ("MDS", "Maison des solidarités"),
        ("CDAS", "Centre départemental d'action sociale"),
        ("DEPT", "Service social du département"),
        ("CMS", "Centre médico-social"),
        ("UDAF", "UDAF"),
        ("CIDFF", "CIDFF"),
        ("ES", "Épicerie solidaire"),
        ("FAIS", "Fédération d'acteurs de la solidarité"),
        ("OACAS", "Organisme d'accueil communautaire (OACAS)"),
        ("PREVENTION", "Service ou club de prévention"),
        ("SCP", "Services et clubs de prévention"),
        ("ASE", "Aide sociale à l'enfance"),
        ("MJC", "MJC"),
        ("PIJ_BIJ", "Information jeunesse (PIJ, BIJ)"),
        ("PJJ", "Protection judiciaire de la jeunesse"),
        ("AVIP", "Crèche à vocation d'insertion"),
        ("ML", "Mission Locale"),
        ("FT", "France Travail"),
        ("CAP_EMPLOI", "Cap Emploi"),
        ("MDE", "Maison de l'emploi"),
        ("MDEF", "Maison de l'emploi et de la formation"),
        ("PLIE", "PLIE"),
        ("E2C", "École de la 2e chance"),
        ("EPIDE", "EPIDE"),
        ("AFPA", "AFPA"),
        ("OF", "Organisme de formation"),
        ("CITMET", "Cité des métiers"),
        ("CCONS", "Chambre consulaire"),
        ("ASSO_CHOMEUR", "Association de chômeurs"),
        ("OPCS", "Porteur de la clause sociale"),
        ("TIERS_LIEUX", "Tiers-lieu, coworking"),
        ("FABLAB", "Fablab, atelier partagé"),
        ("FABRIQUE", "Fabrique"),
        ("RESSOURCERIE", "Ressourcerie"),
        ("EPN", "Espace public numérique"),
        ("EPI", "Espace public internet"),
        ("ENM", "Espace numérique mobile"),
        ("ACI", "Atelier et chantier d'insertion"),
        ("ACIPHC", "Atelier chantier d'insertion, premières heures"),
        ("AI", "Association intermédiaire"),
        ("CAVA", "Centre d'adaptation à la vie active"),
        ("EA", "Entreprise adaptée"),
        ("EATT", "Entreprise adaptée de travail temporaire"),
        ("EI", "Entreprise d'insertion"),
        ("EITI", "Insertion par le travail indépendant"),
        ("ESAT", "Établissement ou service d'aide par le travail"),
        ("ESS", "Entreprise sociale et solidaire"),
        ("ETTI", "Entreprise de travail temporaire d'insertion"),
        ("GEIQ", "GEIQ"),
        ("SPIP", "SPIP"),
        ("CMP", "Centre médico-psychologique"),
        ("CSAPA", "CSAPA"),
        ("CAARUD", "CAARUD"),
        ("MDPH", "MDPH"),
        ("MDA", "Maison départementale de l'autonomie"),
        ("CADA", "Centre d'accueil de demandeurs d'asile"),
        ("CHRS", "Centre d'hébergement et de réinsertion"),
        ("CHU", "Centre d'hébergement d'urgence"),
        ("CPH", "Centre provisoire d'hébergement"),
        ("HUDA", "Hébergement d'urgence pour demandeurs d'asile"),
        ("OIL", "Opérateur d'intermédiation locative"),
        ("PENSION", "Pension de famille"),
        ("RS_FJT", "Résidence sociale, foyer de jeunes travailleurs"),
        ("ASSO", "Association"),
        ("ETABL_PRI", "Établissement privé"),
        ("ECOLE", "École, collège, lycée"),
        ("MARCHE", "Marché, pied d'immeuble"),
        ("Autre", "Autre"),
    ],
};

/// Code written in files: two of our own do not exist in the standard.
#[must_use]
pub fn typologie_exportee(code: &str) -> &str {
    match code {
        "ECOLE" | "MARCHE" => "Autre",
        c => c,
    }
}

/// The kinds offered first in a form: where conseillers mostly work (A22).
pub static TYPOLOGIES_COURANTES: &[&str] = &[
    "MUNI",
    "RFS",
    "BIB",
    "CCAS",
    "CS",
    "CSC",
    "MJC",
    "EPN",
    "TIERS_LIEUX",
    "ML",
    "PIJ_BIJ",
    "PIMMS",
    "ECOLE",
    "MARCHE",
    "ASSO",
    "Autre",
];

/// Fields whose values come from a list.
pub static TOUS: &[&Vocabulaire] = &[
    &SERVICES,
    &PUBLICS,
    &PRISE_EN_CHARGE,
    &FRAIS,
    &ITINERANCE,
    &DISPOSITIFS,
    &FORMATIONS_LABELS,
    &MODALITES_ACCES,
    &MODALITES_ACCOMPAGNEMENT,
];

// Permanences (spec 30 §4.1).
vocabulaire!(USAGES, "usage",
    "accueil" "Accueil",
    "itinerance" "Itinérance",
    "domicile" "À domicile",
    "coordination" "Coordination",
    "atelier" "Atelier",
);
vocabulaire!(ACCES_PERMANENCE, "acces",
    "libre" "Sans rendez-vous",
    "rdv" "Sur rendez-vous",
    "prive" "Réservé à un public",
);
vocabulaire!(ASSISES, "assise",
    "non_precise" "Non précisé",
    "assis" "Assis",
    "debout" "Debout",
);
vocabulaire!(ESPACES, "espace",
    "dedie" "Espace dédié",
    "ferme" "Bureau fermé",
    "partage" "Espace partagé",
    "exterieur" "Extérieur",
);
vocabulaire!(CONFIDENTIEL, "confidentiel",
    "oui" "Oui",
    "non" "Non",
    "inconnu" "Je ne sais pas",
);
