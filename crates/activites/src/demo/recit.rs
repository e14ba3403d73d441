//! One plausible activity: the shares are those published for the programme
//! (démarches 22 %, équipement 21 %, individuel 59 %).

use std::collections::BTreeMap;

use jiff::{Timestamp, civil::Date};
use socle::demo::Alea;

use super::{
    Conseiller, Terrain,
    gens::{genre, statut, weighted},
};
use crate::activite::{
    Activite, Contenu, Etat, Rattachement, TypeActivite, Valeur, dimension, empty,
};

const DEMARCHES: &str = "aide_aux_demarches_administratives";

const THEMES: &[(&str, usize)] = &[
    (DEMARCHES, 22),
    ("prendre_en_main_du_materiel", 21),
    ("email", 9),
    ("navigation_sur_internet", 9),
    ("bureautique", 6),
    ("securite_numerique", 6),
    ("reseaux_sociaux", 4),
    ("gere_ses_contenus_numeriques", 4),
    ("insertion_professionnelle", 4),
    ("sante", 3),
    ("banque_et_achats_en_ligne", 3),
    ("culture_numerique", 2),
    ("diagnostic_numerique", 2),
    ("maintenance_de_materiel", 2),
    ("intelligence_artificielle", 1),
    ("parentalite", 1),
    ("scolarite_et_numerique", 1),
];

const TRANCHES: &[(&str, usize)] = &[
    ("moins_de_douze", 2),
    ("douze_dix_huit", 4),
    ("dix_huit_vingt_quatre", 6),
    ("vingt_cinq_trente_neuf", 14),
    ("quarante_cinquante_neuf", 22),
    ("soixante_soixante_neuf", 24),
    ("soixante_dix_plus", 25),
    ("non_communique", 3),
];

const TITRES: [&str; 6] = [
    "Premiers pas sur l'ordinateur",
    "Mon téléphone au quotidien",
    "Repérer les arnaques",
    "Trier ses photos",
    "Écrire et ranger ses e-mails",
    "Les démarches en ligne sans stress",
];

pub(super) fn activity(c: &Conseiller, t: &Terrain, date: Date, alea: &mut Alea) -> Activite {
    let genre = if alea.chance(59) {
        TypeActivite::Individuel
    } else {
        TypeActivite::Collectif
    };
    let mut contenu = Contenu {
        date,
        ..empty(genre)
    };
    let (commune, departement) = place(&mut contenu, t, alea);
    contenu.valeurs = themes(alea);
    match genre {
        TypeActivite::Individuel => individual(&mut contenu, c, alea),
        TypeActivite::Collectif => workshop(&mut contenu, alea),
    }
    contenu.valeurs.sort();
    contenu
        .valeurs
        .dedup_by(|a, b| a.dimension == b.dimension && a.valeur == b.valeur);
    let le = evening(date);
    let profils = c
        .suivis
        .iter()
        .filter(|b| contenu.suivis.contains(&b.id))
        .map(|b| b.fiche.profil(b.id, date))
        .collect();
    Activite {
        id: alea.uuid(le),
        etat: Etat::Enregistree,
        auteur: c.personne,
        profils,
        rattachement: Rattachement {
            employeur: Some(t.structure),
            role: "conseiller_numerique".into(),
            commune,
            departement: Some(departement),
        },
        contenu,
        version: 1,
        source: "saisie".into(),
        enregistree_le: le,
        modifiee_le: le,
        supprimee_le: None,
    }
}

/// Half past four in Paris, about.
fn evening(date: Date) -> Timestamp {
    date.at(15, 30, 0, 0)
        .to_zoned_datetime(jiff::tz::TimeZone::UTC)
        .map_or(Timestamp::UNIX_EPOCH, |z| z.timestamp())
}

/// Where: mostly the employer's places, the first one most.
fn place(c: &mut Contenu, t: &Terrain, alea: &mut Alea) -> (Option<String>, String) {
    let dep = t.departement.clone();
    match alea.below(100) {
        0..84 => {
            let i = if alea.chance(60) {
                0
            } else {
                alea.below(t.lieux.len())
            };
            let (id, commune) = &t.lieux[i];
            c.type_lieu = "lieu_activite".into();
            c.lieu = Some(*id);
            (Some(commune.clone()), dep)
        }
        84..92 => (None, dep),
        n => {
            let commune = alea.pick(&t.lieux).1.clone();
            c.type_lieu = if n < 95 { "domicile" } else { "autre" }.into();
            if n >= 95 {
                c.cadre = Some(
                    weighted(
                        alea,
                        &[
                            ("espace_public", 40),
                            ("itinerant", 30),
                            ("structure_partenaire", 30),
                        ],
                    )
                    .into(),
                );
            }
            c.commune = Some(commune.clone());
            (Some(commune), dep)
        }
    }
}

fn themes(alea: &mut Alea) -> Vec<Valeur> {
    let mut v = vec![Valeur::new(
        dimension::THEMATIQUE,
        weighted(alea, THEMES),
        1,
    )];
    if alea.chance(30) {
        v.push(Valeur::new(
            dimension::THEMATIQUE,
            weighted(alea, THEMES),
            1,
        ));
    }
    if v.iter().any(|t| t.valeur == DEMARCHES) && alea.chance(70) {
        let sous = weighted(
            alea,
            &[
                ("papiers_elections_citoyennete", 20),
                ("social_sante", 25),
                ("travail_formation", 15),
                ("logement", 12),
                ("argent_impots", 18),
                ("famille_scolarite", 10),
            ],
        );
        v.push(Valeur::new(dimension::SOUS_THEMATIQUE, sous, 1));
    }
    let materiel = weighted(
        alea,
        &[
            ("ordinateur", 55),
            ("telephone", 32),
            ("tablette", 8),
            ("aucun", 5),
        ],
    );
    v.push(Valeur::new(dimension::MATERIEL, materiel, 1));
    v
}

fn individual(c: &mut Contenu, conseiller: &Conseiller, alea: &mut Alea) {
    c.duree = *alea.pick(&[15, 30, 30, 30, 45, 45, 60, 60, 60, 90]);
    if alea.chance(75) {
        c.autonomie = Some(
            weighted(
                alea,
                &[
                    ("entierement_accompagne", 45),
                    ("partiellement_autonome", 40),
                    ("autonome", 15),
                ],
            )
            .into(),
        );
    }
    if alea.chance(50) {
        c.mode_aide = Some(
            weighted(
                alea,
                &[("former", 35), ("faire_avec", 55), ("faire_a_la_place", 10)],
            )
            .into(),
        );
        if c.mode_aide.as_deref() == Some(crate::activite::FAIRE_A_LA_PLACE) {
            c.raison_aide = Some(
                weighted(
                    alea,
                    &[
                        ("mandat_aidants_connect", 50),
                        ("urgence", 30),
                        ("information_publique", 20),
                    ],
                )
                .into(),
            );
        }
    }
    outcome(c, alea);
    if alea.chance(25) && !conseiller.suivis.is_empty() {
        c.suivis = vec![alea.pick(&conseiller.suivis).id];
        return;
    }
    c.anonymes = 1;
    c.deja_accompagnes = i64::from(alea.chance(40));
    let age = weighted(alea, TRANCHES);
    c.valeurs
        .push(Valeur::new(dimension::GENRE, genre(alea), 1));
    c.valeurs.push(Valeur::new(dimension::TRANCHE, age, 1));
    c.valeurs
        .push(Valeur::new(dimension::STATUT, statut(alea, age), 1));
}

fn outcome(c: &mut Contenu, alea: &mut Alea) {
    if !alea.chance(35) {
        return;
    }
    let suite = weighted(
        alea,
        &[
            ("poursuite_individuel", 55),
            ("poursuite_atelier", 25),
            ("orientation", 20),
        ],
    );
    c.valeurs.push(Valeur::new(dimension::SUITE, suite, 1));
    if suite == "orientation" {
        c.destination = Some(
            weighted(
                alea,
                &[
                    ("administration", 30),
                    ("aide_sociale", 30),
                    ("operateur_ou_organisme_en_charge", 40),
                ],
            )
            .into(),
        );
    }
}

fn workshop(c: &mut Contenu, alea: &mut Alea) {
    c.duree = *alea.pick(&[60, 90, 90, 120, 120, 120, 180]);
    c.titre = Some((*alea.pick(&TITRES)).to_owned());
    c.niveau = Some(
        weighted(
            alea,
            &[("debutant", 60), ("intermediaire", 35), ("avance", 5)],
        )
        .into(),
    );
    c.anonymes = alea.between(3, 12);
    c.deja_accompagnes = alea.between(0, c.anonymes);
    let mut comptes: BTreeMap<(&str, &str), i64> = BTreeMap::new();
    for _ in 0..c.anonymes {
        let age = weighted(alea, TRANCHES);
        for (d, v) in [
            (dimension::GENRE, genre(alea)),
            (dimension::TRANCHE, age),
            (dimension::STATUT, statut(alea, age)),
        ] {
            *comptes.entry((d, v)).or_default() += 1;
        }
    }
    c.valeurs
        .extend(comptes.into_iter().map(|((d, v), n)| Valeur::new(d, v, n)));
}
